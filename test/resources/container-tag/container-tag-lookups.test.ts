// One tag and several: which call finds them, counted exactly; clouds that have no call for a single tag; names that no tag can have.
import { expect, test } from 'vitest';
import { codesOf, sortedCalls, startApp } from '../../support/app.ts';
import { goOn, stopClocksForTest } from '../../support/clock.ts';
import { pathValues, type WireRow } from '../../support/kind.ts';
import { idOf } from '../../support/kinds.ts';
import { tagList } from '../../support/upstreams/paged-upstream.ts';
import { ABSENT, type Reply, type Script } from '../../support/upstreams/upstream.ts';
import { detailAt } from '../repository/kind.ts';
import { kind, tagRecord, tagRow } from './kind.ts';

const REPOSITORY = '/v2/manage/namespaces/group/repos/app';
const TAGS = `${REPOSITORY}/tags`;
const ONE = '/v2/manage/namespaces/{namespace}/repos/{repository}/tags/{tag}';
const UNKNOWN: Reply = { status: 404, body: { error_code: 'APIG.0101', error_msg: 'no such API' } };

/** A repository with these tags. `single` replies in the place of the call for one tag. */
const withTags =
  (names: readonly string[], single?: Reply, fields: WireRow = {}): Script =>
  (call, response) => {
    const rows = names.map((Tag) => tagRow({ Tag, ...fields }));
    if (call.path.endsWith('/tags')) return tagList(rows)(call, response);
    const wanted = pathValues(ONE, call.path);
    if (!wanted) return { body: detailAt(call.path) };
    const row = rows.find(({ Tag }) => Tag === wanted.tag);
    return single ?? (row ? { body: tagRecord(row) } : ABSENT.swr);
  };

const one = (name: string, selection = 'name size') =>
  `{ containerTag(namespace: "group", repositoryName: "app", name: "${name}") { ${selection} } }`;
const represent = (name: string, repositoryName = 'app') => ({
  __typename: 'ContainerTag',
  namespace: 'group',
  repositoryName,
  name,
});
const entities = (selection: string) =>
  `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ContainerTag { ${selection} } } }`;
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);

test.each([
  ['name size kind layers { size } platforms { os } updatedAt', `${TAGS}/v1`],
  ['repositoryName', `${TAGS}/v1`],
  ['isScanned', `${TAGS}?tag=v1&limit=100&offset=0`],
  ['deletedAt size', `${TAGS}?tag=v1&limit=100&offset=0`],
])('of one tag, %s takes one call', async (selection, target) => {
  const app = await startApp({ upstream: withTags(['v10', 'v1', 'a-v1'], undefined, { deleted: null }) });
  const query = `{ ...Tag } fragment Tag on Query { containerTag(namespace: "group", repositoryName: "app", name: "v1") { ... @include(if: true) { ${selection} } } }`;
  const { data, errors } = await app.ask(query);
  expect(errors).toBeUndefined();
  expect(data.containerTag).not.toBeNull();
  expect(app.targets()).toEqual([target]);
});

test('the list and the single tag show the same, and what the single tag lacks comes from the list', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const fields =
    'id name tagId repositoryId configDigest digest manifestMediaType layers { digest } platforms { digest os } schemaVersion path size isTrusted createdAt updatedAt domainId kind kindRaw';
  const find = async (selection: string) => {
    const { data, errors } = await app.ask(
      `{ containerTag(namespace: "data-platform", repositoryName: "huge-counters", name: "deleted") { ${selection} } }`,
    );
    expect(errors).toBeUndefined();
    return data.containerTag;
  };
  const single = await find(fields);
  const { isScanned, deletedAt, ...row } = await find(`${fields} isScanned deletedAt`);
  expect(row).toEqual(single);
  expect([isScanned, deletedAt]).toEqual([expect.any(Boolean), expect.stringMatching(/^\d{4}-.*Z$/)]);
});

test('the filter of the list matches parts: the name is compared exactly', async () => {
  const app = await startApp({ upstream: withTags(['1.0', 'v1.0-rc', '1.0.1']) });
  expect((await app.ask(one('1.0', 'name isScanned'))).data).toEqual({
    containerTag: { name: '1.0', isScanned: false },
  });
  expect((await app.ask(one('0.1', 'isScanned'))).data).toEqual({ containerTag: null });
  expect((await app.ask(one('v1.0', 'isScanned'))).data).toEqual({ containerTag: null });
});

test('of one tag that is wanted with and without a field of the list, the list alone is requested', async () => {
  const app = await startApp({ upstream: withTags(['v1']) });
  const { data } = await app.ask(`{ a: containerTag(namespace: "group", repositoryName: "app", name: "v1") { size }
    b: containerTag(namespace: "group", repositoryName: "app", name: "v1") { isScanned } }`);
  expect(data).toEqual({ a: { size: '22404' }, b: { isScanned: false } });
  expect(app.targets()).toEqual([`${TAGS}?tag=v1&limit=100&offset=0`]);
});

test('where the cloud has no call for a single tag the list finds it, and the call is made once a minute', async () => {
  stopClocksForTest();
  const app = await startApp({ upstream: withTags(['v1', 'v10'], UNKNOWN) });
  const list = (name: string) => `${TAGS}?tag=${name}&limit=100&offset=0`;
  expect(await app.ask(one('v1'))).toEqual({ data: { containerTag: { name: 'v1', size: '22404' } } });
  expect(app.targets()).toEqual([`${TAGS}/v1`, list('v1')]);
  expect(await app.ask(one('v10'))).toEqual({ data: { containerTag: { name: 'v10', size: '22404' } } });
  expect(await app.ask(one('v'))).toEqual({ data: { containerTag: null } });
  expect(app.targets()).toEqual([list('v10'), list('v')]);
  goOn(60_001);
  await app.ask(one('v1'));
  expect(app.targets()).toEqual([`${TAGS}/v1`, list('v1')]);
});

test.each<[what: string, reply: Reply, codes: string[]]>([
  ['404 in the words of SWR', ABSENT.swr, []],
  ['401', { status: 401, body: { errors: [{ errorCode: 'SVCSTG.SWR.4010011' }] } }, ['UNAUTHENTICATED']],
  ['403', { status: 403, body: { errors: [{ errorCode: 'SVCSTG.SWR.4030000' }] } }, ['FORBIDDEN']],
  ['400 without a body', { status: 400 }, ['UPSTREAM_ERROR']],
  ['429', { status: 429 }, ['RATE_LIMITED']],
  ['500 with HTML', { status: 500, body: '<html>' }, ['UPSTREAM_ERROR']],
  ['HTML', { body: '<html>' }, ['UPSTREAM_BAD_RESPONSE']],
  ['another tag', { body: tagRecord({ Tag: 'v2' }) }, ['UPSTREAM_BAD_RESPONSE']],
  ['no name', { body: { digest: 'x' } }, ['UPSTREAM_BAD_RESPONSE']],
  ['an error under 200', { body: { errors: [{ errorCode: 'SVCSTG.SWR.5000000' }] } }, ['UPSTREAM_ERROR']],
])('a single tag with a response of %s is null, and no list is searched', async (_what, reply, codes) => {
  const app = await startApp({ upstream: withTags(['v1'], reply), settings: { IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' } });
  const response = await app.ask(one('v1'));
  expect([response.data, codesOf(response)]).toEqual([{ containerTag: null }, codes]);
  expect(app.targets()).toEqual([`${TAGS}/v1`]);
});

test('a single tag that is named as in the list is read, too', async () => {
  const app = await startApp({ upstream: withTags([], { body: tagRow({ Tag: 'v1', scanned: true }) }) });
  expect(await app.ask(one('v1'))).toEqual({ data: { containerTag: { name: 'v1', size: '22404' } } });
});

test.each(['a..b', '_', 'RC_1.0-Final', 'x'.repeat(128), 'v..'])(
  'the tag %s is found by argument, by edge, by global id and by representation',
  async (name) => {
    const app = await startApp({ upstream: withTags([name]) });
    const { data } = await app.ask(one(name, 'id name'));
    expect(data.containerTag).toEqual({ id: idOf(kind, { namespace: 'group', repositoryName: 'app', name }), name });
    const { data: others, errors } = await app.ask(
      `query ($id: ID!, $r: [_Any!]!, $name: String!) {
        node(id: $id) { ... on ContainerTag { name } }
        _entities(representations: $r) { ... on ContainerTag { name } }
        repository(namespace: "group", name: "app") { containerTag(name: $name) { name } }
      }`,
      { id: data.containerTag.id, r: [represent(name)], name },
    );
    expect(errors).toBeUndefined();
    expect(others).toEqual({ node: { name }, _entities: [{ name }], repository: { containerTag: { name } } });
    expect([...new Set(app.targets())].sort()).toEqual([REPOSITORY, `${TAGS}/${name}`].sort());
  },
);

test.each([
  '',
  '.',
  '..',
  '-v1',
  '.v1',
  'a/b',
  'a b',
  'a:b',
  'sha256:abc',
  'größe',
  'a$b',
  'a%2fb',
  'a\n',
  'x'.repeat(129),
])('%j cannot be the name of a tag: BAD_USER_INPUT without a call', async (name) => {
  const app = await startApp({ upstream: withTags(['v1']) });
  const byArgument = await app.ask(
    'query ($name: String!) { containerTag(namespace: "group", repositoryName: "app", name: $name) { size } }',
    { name },
  );
  const byId = await app.ask('query ($id: ID!) { node(id: $id) { id } }', {
    id: idOf(kind, { namespace: 'group', repositoryName: 'app', name }),
  });
  const byKey = await app.ask(entities('size'), { r: [represent(name)] });
  expect([byArgument, byId, byKey].map(codesOf)).toEqual(Array(3).fill(['BAD_USER_INPUT']));
  expect(app.targets()).toEqual([]);
});

test('an edge with a name that no tag can have fails alone, beside the others', async () => {
  const app = await startApp({ upstream: withTags(['v1']) });
  const { data, errors } = await app.ask(
    '{ repository(namespace: "group", name: "app") { size bad: containerTag(name: "a/b") { size } good: containerTag(name: "v1") { size } } }',
  );
  expect(data.repository).toEqual({ size: '2099575', bad: null, good: { size: '22404' } });
  expect(errors).toMatchObject([{ path: ['repository', 'bad'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(sortedCalls(app)).toEqual([`GET ${REPOSITORY}`, `GET ${TAGS}/v1`]);
});

test('four tags of a repository take a call each', async () => {
  const app = await startApp({ upstream: withTags(numbered(10)) });
  const { data } = await app.ask(entities('name size'), { r: [...numbered(4), 'v0'].map((name) => represent(name)) });
  expect(data._entities.map(({ name }: { name: string }) => name)).toEqual([...numbered(4), 'v0']);
  expect(sortedCalls(app)).toEqual(numbered(4).map((name) => `GET ${TAGS}/${name}`));
});

const page = (offset: number) => `${TAGS}?limit=100&offset=${offset}`;

test('fifty tags of a repository take a page of its list for each hundred rows, until all are found', async () => {
  const app = await startApp({ upstream: withTags(numbered(500)) });
  const wanted = Array.from({ length: 50 }, (_, index) => `v${index * 5}`);
  const { data, errors } = await app.ask(entities('name isScanned'), {
    r: [...wanted, 'gone'].map((name) => represent(name)),
  });
  expect(errors).toBeUndefined();
  expect(data._entities.at(-1)).toBeNull();
  expect(data._entities.slice(0, -1).map(({ name }: { name: string }) => name)).toEqual(wanted);
  // The last one is looked for by its name, as two further pages would be more calls.
  expect(app.targets()).toEqual([page(0), page(100), page(200), `${TAGS}?tag=gone&limit=100&offset=0`]);
});

test('where further pages would be more calls than the tags that are missing, these are shown alone', async () => {
  const app = await startApp({ upstream: withTags(numbered(1500)) });
  const wanted = ['v1', 'v2', 'v3', 'v4', 'v1400'];
  const { data, errors } = await app.ask(entities('name'), { r: wanted.map((name) => represent(name)) });
  expect(errors).toBeUndefined();
  expect(data._entities).toEqual(wanted.map((name) => ({ name })));
  expect(app.targets()).toEqual([page(0), `${TAGS}/v1400`]);
});

test('tags of several repositories are grouped, and a denied list falls back to single tags', async () => {
  const list = withTags(numbered(10));
  const app = await startApp({
    upstream: (call, response) =>
      call.path.includes('/repos/closed/') && call.path.endsWith('/tags') ? { status: 403 } : list(call, response),
  });
  const r = [...numbered(5).map((name) => represent(name)), ...numbered(5).map((name) => represent(name, 'closed'))];
  const { data, errors } = await app.ask(entities('repositoryName name'), { r });
  expect(errors).toBeUndefined();
  expect(data._entities).toEqual(r.map(({ repositoryName, name }) => ({ repositoryName, name })));
  const closed = TAGS.replace('/app/', '/closed/');
  expect(sortedCalls(app)).toEqual(
    [page(0), `${closed}?limit=100&offset=0`, ...numbered(5).map((name) => `${closed}/${name}`)]
      .map((t) => `GET ${t}`)
      .sort(),
  );
});

test('five tags of a repository that does not exist take one call', async () => {
  const app = await startApp({ upstream: () => ABSENT.swr });
  const { data, errors } = await app.ask(entities('name'), { r: numbered(5).map((name) => represent(name)) });
  expect([data._entities, errors]).toEqual([Array(5).fill(null), undefined]);
  expect(app.targets()).toEqual([page(0)]);
});

test('the repository of a tag costs no call for its key, and one for its other fields', async () => {
  const app = await startApp({ upstream: withTags(['v1']) });
  const { data } = await app.ask(one('v1', 'repository { id namespace name }'));
  expect(data.containerTag.repository).toMatchObject({ namespace: 'group', name: 'app' });
  expect(app.targets()).toEqual([`${TAGS}/v1`]);
  await app.ask(one('v1', 'repository { size }'));
  expect(app.targets()).toEqual([`${TAGS}/v1`, REPOSITORY]);
});

test('the organization of a page of tags costs no call for its key, and one for its other fields', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const read = (selection: string) =>
    app.ask(`{ repository(namespace: "data-platform", name: "huge-counters") {
      containerTags(first: 100) { nodes { organization { ${selection} } } } } }`);
  const { data } = await read('namespace');
  expect(data.repository.containerTags.nodes[99]).toEqual({ organization: { namespace: 'data-platform' } });
  expect(app.targets()).toHaveLength(2);
  const { data: more, errors } = await read('namespace creatorName');
  expect(errors).toBeUndefined();
  expect(more.repository.containerTags.nodes[99].organization.creatorName).toEqual(expect.any(String));
  expect(app.targets()).toHaveLength(3);
});
