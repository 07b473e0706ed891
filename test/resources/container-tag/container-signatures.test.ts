// The signatures of a tag's image: pages by offset, none as null, tags that are gone, and clouds without the call.
import { expect, test } from 'vitest';
import { codesOf, startApp } from '../../support/app.ts';
import { signatureList } from '../../support/upstreams/paged-upstream.ts';
import { ABSENT, type Reply, type Script } from '../../support/upstreams/upstream.ts';
import { signatureRow, tagRecord } from './kind.ts';

const TAG = '/v2/manage/namespaces/group/repos/team$app/tags/v1';
const ACCESSORIES = '/v2/manage/namespaces/group/repos/team$app/v1/accessories';
const signatures = (selection: string, args = '') =>
  `{ containerTag(namespace: "group", repositoryName: "team/app", name: "v1") { size signatures${args} { ${selection} } } }`;

const withSignatures =
  (list: Script): Script =>
  (call, response) =>
    call.path.endsWith('/accessories') ? list(call, response) : { body: tagRecord() };
const rows = (count: number) => Array.from({ length: count }, (_, index) => signatureRow({ id: 1 + index }));

test('every field of a signature is read', async () => {
  const app = await startApp({ upstream: withSignatures(signatureList([signatureRow({ id: '9007199254740993' })])) });
  const { data, errors } = await app.ask(
    signatures('totalCount nodes { signatureId tag digest targetDigest size type createdAt updatedAt }'),
  );
  expect(errors).toBeUndefined();
  expect(data.containerTag.signatures).toEqual({
    totalCount: 1,
    nodes: [
      {
        signatureId: '9007199254740993',
        tag: `sha256-${'d'.repeat(64)}.sig`,
        digest: `sha256:${'e'.repeat(64)}`,
        targetDigest: `sha256:${'d'.repeat(64)}`,
        size: '1240',
        type: 'signature.cosign',
        createdAt: '2018-06-12T01:47:51.176384Z',
        updatedAt: '2018-06-13T01:47:51Z',
      },
    ],
  });
  expect(app.targets()).toEqual([TAG, `${ACCESSORIES}?limit=25&offset=0`]);
});

test.each([
  [
    '(first: 1000)',
    'nodes { signatureId }',
    ['limit=100&offset=0', 'limit=100&offset=100', 'limit=30&offset=200'],
    230,
  ],
  ['(first: 7)', 'nodes { signatureId }', ['limit=7&offset=0'], 7],
  ['(last: 5)', 'nodes { signatureId }', ['limit=1&offset=0', 'limit=5&offset=225'], 5],
  ['', 'totalCount', ['limit=1&offset=0'], undefined],
])('signatures%s { %s } makes exactly its calls', async (args, selection, queries, count) => {
  const app = await startApp({ upstream: withSignatures(signatureList(rows(230))) });
  const { data, errors } = await app.ask(signatures(selection, args));
  expect(errors).toBeUndefined();
  expect(data.containerTag.signatures.nodes?.length).toBe(count);
  expect(app.targets()).toEqual([TAG, ...queries.map((query) => `${ACCESSORIES}?${query}`)]);
});

test('the pages of a list make the list', async () => {
  const app = await startApp({ upstream: withSignatures(signatureList(rows(5))) });
  const read = async (args: string) =>
    (await app.ask(signatures('nodes { signatureId } pageInfo { hasNextPage endCursor }', args))).data.containerTag
      .signatures;
  const first = await read('(first: 3)');
  const second = await read(`(first: 3, after: "${first.pageInfo.endCursor}")`);
  expect([...first.nodes, ...second.nodes].map(({ signatureId }) => signatureId)).toEqual(['1', '2', '3', '4', '5']);
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
});

const NONE = { totalCount: 0, nodes: [] };
test.each<[what: string, reply: Reply, expected: unknown, codes: string[]]>([
  ['null', { body: { total: 0, accessories: null } }, NONE, []],
  ['an empty list', { body: { total: 0, accessories: [] } }, NONE, []],
  ['no list and a total of 0', { body: { total: 0 } }, NONE, []],
  ['null without a total', { body: { accessories: null } }, { ...NONE, totalCount: null }, []],
  ['a tag that is gone', ABSENT.swr, null, []],
  ['a gateway without the route', { status: 404, body: { error_code: 'APIG.0101' } }, null, ['NOT_SUPPORTED']],
  ['a method that is not allowed', { status: 405 }, null, ['NOT_SUPPORTED']],
  ['401', { status: 401 }, null, ['UNAUTHENTICATED']],
  ['403', { status: 403 }, null, ['FORBIDDEN']],
  ['400 with HTML', { status: 400, body: '<html>' }, null, ['UPSTREAM_ERROR']],
  ['500', { status: 500 }, null, ['UPSTREAM_ERROR']],
  ['no list', { body: {} }, null, ['UPSTREAM_BAD_RESPONSE']],
  ['another list', { body: [signatureRow()] }, null, ['UPSTREAM_BAD_RESPONSE']],
])('a response of %s nulls the signatures at most', async (_what, reply, expected, codes) => {
  const app = await startApp({
    upstream: withSignatures(() => reply),
    settings: { IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' },
  });
  const response = await app.ask(signatures('totalCount nodes { type }'));
  expect(response.data).toEqual({ containerTag: { size: '22404', signatures: expected } });
  expect(codesOf(response)).toEqual(codes);
  expect(response.errors?.every(({ path }) => path?.join() === 'containerTag,signatures') ?? true).toBe(true);
});

test('rows that lack values are signatures, and a row that identifies none is null with an error', async () => {
  const list = [{ id: 1 }, { sig_digest: 'sha256:1', size: 'big' }, {}, null, 'x'];
  const app = await startApp({ upstream: withSignatures(() => ({ body: { total: 5, accessories: list } })) });
  const { data, errors = [] } = await app.ask(signatures('nodes { signatureId digest size type }'));
  expect(data.containerTag.signatures.nodes).toEqual([
    { signatureId: '1', digest: null, size: null, type: null },
    { signatureId: null, digest: 'sha256:1', size: null, type: null },
    null,
    null,
    null,
  ]);
  expect(errors.map(({ path }) => path?.slice(3).join('.'))).toEqual(['1.size', '2', '3', '4']);
});
