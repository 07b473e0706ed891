// The list of a repository's tags: its calls, its order and filter, what its rows may lack, and what it holds in memory.
import { describe, expect, test } from 'vitest';
import { codesOf, sortedCalls, startApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import { tagList } from '../../support/upstreams/paged-upstream.ts';
import { ABSENT, type Reply, type Script } from '../../support/upstreams/upstream.ts';
import { detailAt } from '../repository/kind.ts';
import { tagRow } from './kind.ts';

const REPOSITORY = '/v2/manage/namespaces/group/repos/team$app';
const TAGS = `${REPOSITORY}/tags`;
const tags = (selection: string) => `{ repository(namespace: "group", name: "team/app") { ${selection} } }`;

/** A repository whose list of tags is this. */
const withTags =
  (list: Script): Script =>
  (call, response) =>
    call.path === REPOSITORY ? { body: detailAt(call.path) } : list(call, response);
const serving = (reply: Reply) => startApp({ upstream: withTags(() => reply) });
const listing = (rows: readonly unknown[]) =>
  serving({ headers: { 'content-range': `0-${rows.length}/${rows.length}` }, body: rows });
const rowsOf = (count: number, fields: WireRow = {}) =>
  Array.from({ length: count }, (_, index) => tagRow({ Tag: `v${index}`, ...fields }));

test('the tags of 20 repositories cost 1 + 20 calls, and nothing that is not selected', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const { data, errors } = await app.ask(
    '{ repositories(first: 20) { nodes { containerTags(first: 5) { totalCount nodes { name digest layers { size } platforms { os } repository { namespace name } } } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.repositories.nodes).toHaveLength(20);
  const calls = app.targets();
  expect(calls).toHaveLength(21);
  expect(calls.filter((target) => /\/tags\?limit=5&offset=0$/.test(target))).toHaveLength(20);
});

test.each([
  ['containerTags { nodes { name } }', ['limit=25&offset=0']],
  ['containerTags { totalCount }', ['limit=1&offset=0']],
  ['containerTags(first: 0) { nodes { name } }', []],
  ['containerTags { __typename }', []],
  ['containerTags(first: 230) { nodes { name } totalCount }', [0, 1, 2].map((n) => `limit=77&offset=${77 * n}`)],
  ['containerTags(last: 30) { nodes { name } }', ['limit=1&offset=0', 'limit=34&offset=204']],
  [
    'containerTags(name: "rc", orderBy: { field: NAME, direction: ASC }) { nodes { name } }',
    ['tag=rc&order_column=tag&order_type=asc&limit=25&offset=0'],
  ],
  [
    'containerTags(orderBy: { field: UPDATED_AT, direction: DESC }) { nodes { name } }',
    ['order_column=updated_at&order_type=desc&limit=25&offset=0'],
  ],
  // The same page under other names, with and without the manifests, is requested once.
  [
    'a: containerTags { nodes { name } } b: containerTags { nodes { layers { size } } } c: containerTags { edges { node { size } } }',
    ['limit=25&offset=0'],
  ],
])('%s makes exactly its calls', async (selection, queries) => {
  const app = await startApp({ upstream: withTags(tagList(rowsOf(238))) });
  const { errors } = await app.ask(tags(selection));
  expect(errors).toBeUndefined();
  expect(sortedCalls(app)).toEqual([`GET ${REPOSITORY}`, ...queries.map((query) => `GET ${TAGS}?${query}`)].sort());
});

test.each(['name', 'layers { size }'])(
  'a page that is read again within the operation takes no call: %s',
  async (selection) => {
    const app = await startApp({ upstream: withTags(tagList(rowsOf(3))) });
    const { data, errors } = await app.ask(
      tags(`containerTags { nodes { name repository { containerTags { nodes { ${selection} } } } } }`),
    );
    expect(errors).toBeUndefined();
    expect(data.repository.containerTags.nodes[2].repository.containerTags.nodes).toHaveLength(3);
    expect(app.targets()).toHaveLength(2);
  },
);

test('operations that share the call for a page each have what they select of it', async () => {
  const app = await startApp({ upstream: withTags(tagList(rowsOf(3))) });
  const selections = ['digest', 'layers { digest size }', 'digest', 'manifestMediaType'];
  const operations = selections.map((selection) => tags(`containerTags { nodes { ${selection} } }`));
  const alone = [];
  for (const query of operations) alone.push(await app.ask(query));
  app.calls();
  const { batch = [] } = await app.send(operations.map((query) => ({ query })));
  expect(batch).toEqual(alone);
  expect(codesOf({ errors: batch.flatMap(({ errors = [] }) => errors) })).toEqual([]);
  expect(batch[1]?.data.repository.containerTags.nodes[0].layers).not.toEqual([]);
  const calls = sortedCalls(app);
  expect(new Set(calls)).toEqual(new Set([`GET ${REPOSITORY}`, `GET ${TAGS}?limit=25&offset=0`]));
  expect(calls.length).toBeLessThan(2 * operations.length);
});

test('a document that is sent again with other variables has their tags, and the calls that they need', async () => {
  const app = await startApp({ upstream: withTags(tagList(rowsOf(12))), over: 'http' });
  const document = `query Tags($part: String, $size: Int, $hasLayers: Boolean!) {
    repository(namespace: "group", name: "team/app") {
      containerTags(name: $part, first: $size) { nodes { name layers @include(if: $hasLayers) { size } } }
    }
  }`;
  const rounds = [
    { part: 'v1', size: 2, hasLayers: true, names: ['v1', 'v10'], query: 'tag=v1&limit=2&offset=0' },
    { part: null, size: 1, hasLayers: false, names: ['v0'], query: 'limit=1&offset=0' },
    { part: 'v1', size: 3, hasLayers: false, names: ['v1', 'v10', 'v11'], query: 'tag=v1&limit=3&offset=0' },
    { part: 'v2', size: 1, hasLayers: true, names: ['v2'], query: 'tag=v2&limit=1&offset=0' },
  ];
  for (const { names, query, ...variables } of [...rounds, ...rounds]) {
    const { data, errors } = await app.ask(document, variables);
    expect(errors).toBeUndefined();
    const { nodes } = data.repository.containerTags;
    expect(nodes.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(nodes.map((node: object) => 'layers' in node)).toEqual(names.map(() => variables.hasLayers));
    expect(sortedCalls(app)).toEqual([`GET ${REPOSITORY}`, `GET ${TAGS}?${query}`]);
  }
});

test('tags that are looked up after a page that holds them take no call', async () => {
  const rows = Array.from({ length: 100 }, (_, index) =>
    tagRow({ Tag: `v${index}`, path: `registry.example/group/team/app:v${index}` }),
  );
  const images = rows.map(({ Tag, path }) => ({ id: `image-of-${Tag}`, namespace: 'group', swr_path: path }));
  const list = withTags(tagList(rows));
  const app = await startApp({
    upstream: (call, response) =>
      call.path.endsWith('/images') ? { body: { data: images, total: images.length } } : list(call, response),
  });
  const { data, errors } = await app.ask(
    tags(
      'containerTags(first: 100) { nodes { name trainingImage { containerTag { name isScanned layers { size } } } } }',
    ),
  );
  expect(errors).toBeUndefined();
  expect(data.repository.containerTags.nodes[99].trainingImage.containerTag).toMatchObject({ name: 'v99' });
  expect(sortedCalls(app)).toEqual([
    'GET /v1/project-1/images?namespace=group&type=DEDICATED&limit=500&offset=0',
    `GET ${REPOSITORY}`,
    `GET ${TAGS}?limit=100&offset=0`,
  ]);
});

test('on the sandbox the name matches parts, the order is that of the argument, and all pages make the list', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const names: string[] = [];
  let after = '';
  for (let page = 0; page < 9; page++) {
    const { data } = await app.ask(`{ repository(namespace: "data-platform", name: "huge-counters") {
      containerTags(first: 60, name: "nightly", orderBy: { field: NAME, direction: DESC } ${after}) {
        totalCount pageInfo { hasNextPage endCursor } nodes { name } } } }`);
    const { totalCount, pageInfo, nodes } = data.repository.containerTags;
    expect(totalCount).toBe(222);
    names.push(...nodes.map(({ name }: { name: string }) => name));
    if (!pageInfo.hasNextPage) break;
    after = `after: "${pageInfo.endCursor}"`;
  }
  expect(names).toEqual(Array.from({ length: 222 }, (_, index) => `nightly-${String(221 - index).padStart(3, '0')}`));
});

test('every field is read from a row of the list', async () => {
  const app = await listing([
    tagRow({
      id: '9007199254740993',
      Tag: 'a..b',
      schema: '2',
      size: '22404',
      is_trusted: 'True',
      scanned: 'false',
      deleted: '2020-01-02T03:04:05Z',
      tag_type: '1',
    }),
  ]);
  const { data, errors } = await app.ask(
    tags(`containerTags { totalCount nodes { namespace repositoryName name tagId repositoryId configDigest digest schemaVersion path
      internalPath size isTrusted isScanned createdAt updatedAt deletedAt domainId kind kindRaw } }`),
  );
  expect(errors).toBeUndefined();
  expect(data.repository.containerTags).toEqual({
    totalCount: 1,
    nodes: [
      {
        namespace: 'group',
        repositoryName: 'team/app',
        name: 'a..b',
        tagId: '9007199254740993',
        repositoryId: '98789',
        configDigest: 'c'.repeat(64),
        digest: `sha256:${'d'.repeat(64)}`,
        schemaVersion: 2,
        path: 'registry.example/group/app:v1',
        internalPath: '10.0.0.1:20202/group/app:v1',
        size: '22404',
        isTrusted: true,
        isScanned: false,
        createdAt: '2018-06-11T01:47:51.176384Z',
        updatedAt: '2018-06-12T01:47:51Z',
        deletedAt: '2020-01-02T03:04:05Z',
        domainId: 'da44776c316c4a99b3683bb174f8821b',
        kind: 'MANIFEST_LIST',
        kindRaw: '1',
      },
    ],
  });
});

test.each([
  ['0', 'MANIFEST', '0'],
  [0, 'MANIFEST', '0'],
  [1, 'MANIFEST_LIST', '1'],
  [2, 'UNKNOWN', '2'],
  [-1, 'UNKNOWN', '-1'],
  ['-1', 'UNKNOWN', '-1'],
  ['.1', 'UNKNOWN', '.1'],
  [0.5, 'UNKNOWN', '0.5'],
  ['1.0', 'MANIFEST_LIST', '1.0'],
  ['helm', 'UNKNOWN', 'helm'],
  [null, null, null],
  ['', null, ''],
])('the type %j is %s', async (tag_type, kind, kindRaw) => {
  const app = await listing([tagRow({ tag_type })]);
  const { data, errors } = await app.ask(tags('containerTags { nodes { kind kindRaw } }'));
  expect([data.repository.containerTags.nodes, errors]).toEqual([[{ kind, kindRaw }], undefined]);
});

test('a row with its name alone is a tag, under either name of the name', async () => {
  const app = await listing([{ Tag: 'v1' }, { tag: 'v2' }, { Tag: '', tag: 'v3' }, { Tag: 'v4', tag: null }]);
  const { data, errors } = await app.ask(
    tags(
      'containerTags { nodes { name size repositoryId manifestMediaType layers { size } platforms { os } kind isScanned } }',
    ),
  );
  expect(errors).toBeUndefined();
  const rest = {
    size: null,
    repositoryId: null,
    manifestMediaType: null,
    layers: null,
    platforms: null,
    kind: null,
    isScanned: null,
  };
  expect(data.repository.containerTags.nodes).toEqual(['v1', 'v2', 'v3', 'v4'].map((name) => ({ name, ...rest })));
});

test.each([
  {},
  { Tag: null },
  { Tag: 7 },
  { Tag: '..' },
  { Tag: '-v1' },
  { Tag: 'a/b' },
  { Tag: 'größe' },
  { Tag: 'x'.repeat(129) },
  null,
  'v1',
  [],
])('the row %j is null with an error, and the others have their values', async (row) => {
  const app = await listing([row, tagRow()]);
  const { data, errors } = await app.ask(tags('containerTags { nodes { name } }'));
  expect(data.repository.containerTags.nodes).toEqual([null, { name: 'v1' }]);
  expect(errors).toMatchObject([
    { path: ['repository', 'containerTags', 'nodes', 0], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
  ]);
});

test('malformed values null their own fields', async () => {
  const app = await listing([
    tagRow({ size: 'big', schema: 2 ** 40, is_trusted: 'maybe', created: 'today', digest: 7 }),
  ]);
  const { data, errors = [] } = await app.ask(
    tags('containerTags { nodes { name size schemaVersion isTrusted createdAt digest updatedAt } }'),
  );
  expect(data.repository.containerTags.nodes).toEqual([
    {
      name: 'v1',
      size: null,
      schemaVersion: null,
      isTrusted: null,
      createdAt: null,
      digest: null,
      updatedAt: '2018-06-12T01:47:51Z',
    },
  ]);
  expect(errors.map(({ path }) => path?.at(-1))).toEqual(['size', 'schemaVersion', 'isTrusted', 'createdAt', 'digest']);
});

const NONE = { totalCount: 0, nodes: [] };
const denied = (status: number): Reply => ({
  status,
  body: { errors: [{ errorCode: `SVCSTG.SWR.${status}0000`, errorMessage: 'x' }] },
});

test.each<[what: string, reply: Reply, expected: unknown, codes: string[]]>([
  ['an empty list', { headers: { 'content-range': '0-0/0' }, body: [] }, NONE, []],
  ['null', { headers: { 'content-range': '0-0/0' }, body: 'null' }, NONE, []],
  ['a repository that does not exist', ABSENT.swr, null, []],
  ['a gateway without the route', { status: 404, body: { error_code: 'APIG.0101' } }, null, ['UPSTREAM_ERROR']],
  ['404 without a body', { status: 404 }, null, ['UPSTREAM_ERROR']],
  ['400 without a body', { status: 400 }, null, ['UPSTREAM_ERROR']],
  ['401', denied(401), null, ['UNAUTHENTICATED']],
  ['403', denied(403), null, ['FORBIDDEN']],
  ['429', { status: 429 }, null, ['RATE_LIMITED']],
  ['500 with HTML', { status: 500, body: '<html>' }, null, ['UPSTREAM_ERROR']],
  ['an object', { body: {} }, null, ['UPSTREAM_BAD_RESPONSE']],
  ['HTML', { body: '<html>' }, null, ['UPSTREAM_BAD_RESPONSE']],
])('a response of %s nulls the list at most', async (_what, reply, expected, codes) => {
  const app = await startApp({ upstream: withTags(() => reply), settings: { IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' } });
  const { data, errors = [] } = await app.ask(tags('size containerTags { totalCount nodes { name } }'));
  expect(data.repository).toEqual({ size: '2099575', containerTags: expected });
  expect(codesOf({ errors })).toEqual(codes);
  expect(errors.every(({ path }) => path?.join() === 'repository,containerTags')).toBe(true);
});

test('without a total the list ends where its rows do', async () => {
  const app = await startApp({ upstream: withTags(tagList(rowsOf(30), { header: false })) });
  const { data, errors } = await app.ask(
    tags('containerTags(first: 30) { totalCount nodes { name } pageInfo { hasNextPage } }'),
  );
  expect(errors).toBeUndefined();
  expect(data.repository.containerTags.nodes).toHaveLength(30);
  expect(data.repository.containerTags).toMatchObject({ totalCount: null, pageInfo: { hasNextPage: false } });
});

describe('manifests that make a page larger than a response may be', () => {
  const pages = (limit: number, count: number) =>
    Array.from({ length: count }, (_, page) => `limit=${limit}&offset=${limit * page}`);
  const withManifestsOf = (bytes: number, count: number) => {
    const rows = rowsOf(count, { manifest: JSON.stringify({ layers: [], x: 'x'.repeat(bytes) }) });
    return startApp({ upstream: withTags(tagList(rows)) });
  };

  test.each<[count: number, bytes: number, args: string, queries: string[]]>([
    [100, 90_000, 'first: 100', ['limit=100&offset=0', ...pages(25, 4)]],
    [100, 1_000_000, 'first: 10', ['limit=10&offset=0', ...pages(3, 2), 'limit=2&offset=6', 'limit=2&offset=8']],
    [
      60,
      400_000,
      'last: 25',
      ['limit=1&offset=0', 'limit=30&offset=30', 'limit=7&offset=35', ...pages(6, 10).slice(7)],
    ],
  ])('of %i tags with %i bytes each, (%s) is read in smaller pages', async (count, bytes, args, queries) => {
    const app = await withManifestsOf(bytes, count);
    const response = await app.send({
      query: tags(`containerTags(${args}) { totalCount nodes { name } }`),
      extensions: { cost: true },
    });
    expect(response.errors).toBeUndefined();
    expect(response.data.repository.containerTags.totalCount).toBe(count);
    expect(response.data.repository.containerTags.nodes).toHaveLength(Number(args.split(' ')[1]));
    const targets = app.targets();
    expect(targets.filter((target) => target.startsWith(TAGS))).toEqual(queries.map((query) => `${TAGS}?${query}`));
    const { requested, actual } = response.extensions?.cost?.upstreamCalls ?? { requested: 0 };
    expect([requested >= targets.length, actual]).toEqual([true, targets.length]);
    expect(app.memoryUsed()).toBe(0);
  });

  test('a search for one of them goes on in smaller pages', async () => {
    const app = await withManifestsOf(1_000_000, 30);
    const { data, errors } = await app.ask(
      '{ containerTag(namespace: "group", repositoryName: "team/app", name: "v2") { name isScanned } }',
    );
    expect([data, errors]).toEqual([{ containerTag: { name: 'v2', isScanned: false } }, undefined]);
    expect(app.targets()).toEqual([100, 25, 7].map((limit) => `${TAGS}?tag=v2&limit=${limit}&offset=0`));
  });

  test('more than 20 pages of them are an error that says so', async () => {
    const app = await withManifestsOf(1_000_000, 200);
    const { data, errors } = await app.ask(tags('size containerTags(first: 200) { nodes { name } }'));
    expect(data.repository).toEqual({ size: '2099575', containerTags: null });
    expect(errors?.[0]?.message).toContain('request fewer rows');
  });

  test('one that alone is larger fails the page', async () => {
    const app = await withManifestsOf(9_000_000, 2);
    const { data, errors } = await app.ask(tags('size containerTags { nodes { name } }'));
    expect(data.repository).toEqual({ size: '2099575', containerTags: null });
    expect(errors).toMatchObject([
      { path: ['repository', 'containerTags'], extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'swr' } },
    ]);
  });
});

describe('1000 tags with manifests of 60 kB each', () => {
  const LAYERS = Array.from({ length: 400 }, (_, index) => ({
    mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    size: index,
    digest: `sha256:${String(index).padStart(64, '0')}`,
  }));
  const history = 'x'.repeat(1_000);
  const manifest = (layers: readonly object[]) =>
    JSON.stringify({ schemaVersion: 2, mediaType: 'm', layers, ignored: Array(60).fill(history) });
  expect(manifest([]).length).toBeGreaterThan(60_000);
  expect(manifest(LAYERS).length).toBeLessThan(262_144);

  /** The most that the responses took while a further page was requested. */
  async function peakOf(selection: string, { text = manifest([]), count = 1000 } = {}) {
    let peak = 0;
    let used = () => 0;
    const list = tagList(rowsOf(count, { manifest: text }));
    const app = await startApp({
      upstream: withTags((call, response) => {
        peak = Math.max(peak, used());
        return list(call, response);
      }),
    });
    used = app.memoryUsed;
    const response = await app.ask(tags(`containerTags(first: ${count}) { nodes { ${selection} } }`));
    expect(response.errors).toBeUndefined();
    expect(app.targets()).toHaveLength(1 + count / 100);
    expect(app.memoryUsed()).toBe(0);
    return { peak, nodes: response.data.repository.containerTags.nodes };
  }

  const MEGABYTE = 1024 * 1024;
  test.each(['name size', 'name manifestMediaType layers { size } platforms { os }'])(
    'are read page by page, and what is not shown of them is not held: %s',
    async (selection) => {
      const { peak, nodes } = await peakOf(selection);
      expect(nodes).toHaveLength(1000);
      // All manifests together have 60 MB, of which the memory is counted twice.
      expect(peak).toBeGreaterThan(0);
      expect(peak).toBeLessThan(8 * MEGABYTE);
    },
  );

  test.each([
    ['20,000 layers', `{"mediaType":"m","layers":[${Array(20_000).fill('{}')}]}`],
    ['a layer of 30,000 lists', `{"mediaType":"m","layers":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ])('%s, which are not shown, are not held either', async (_what, text) => {
    const { peak, nodes } = await peakOf('name manifestMediaType', { text, count: 200 });
    expect(nodes).toHaveLength(200);
    expect(nodes[199].manifestMediaType).toBe('m');
    expect(peak).toBeLessThan(8 * MEGABYTE);
  });
});
