// The upstream calls of many representations, counted exactly: one list instead of many details where its rows are enough.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld } from '../../../src/sandbox/world/world.ts';
import { codesOf, openApp, sortedCalls, startApp, type TestApp } from '../../support/app.ts';
import { goOn, setWallClock, stopClocksForTest } from '../../support/clock.ts';
import type { WireRow } from '../../support/kind.ts';
import { groupList, retentionList } from '../../support/upstreams/paged-upstream.ts';
import { ABSENT, type Reply, type Script } from '../../support/upstreams/upstream.ts';
import { imageId, imageRow } from '../image/kind.ts';
import { imageGroupRow } from '../image-group/kind.ts';
import { retentionLogRow } from '../retention-log/kind.ts';
import { sharedRow } from '../shared-repository/kind.ts';
import { repositoryDetail } from './kind.ts';

const FACTS =
  'id namespace name category categoryRaw description size isPublic imageCount downloadCount logoUrl path internalPath createdAt updatedAt';

const entities = (fields: string) =>
  `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Repository { ${fields} } ... on ImageGroup { versionCount } ... on Image { label: name } } }`;
const repository = (namespace: string, name: string) => ({ __typename: 'Repository', namespace, name });
const names = (count: number) => Array.from({ length: count }, (_, index) => `app-${index}`);

const listOf = (namespace: string) => `/v2/manage/repos?namespace=${namespace}&limit=1000&offset=0`;
const detailOf = (namespace: string, name: string) => `/v2/manage/namespaces/${namespace}/repos/${name}`;

let app: TestApp;
let references: ReturnType<typeof repository>[];
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox', world: createWorld({ repositoryCount: 400 }) });
  const { data } = await app.ask('{ repositories(first: 1000) { nodes { namespace name } } }');
  const organizations = Object.values(
    Object.groupBy(data.repositories.nodes as { namespace: string; name: string }[], ({ namespace }) => namespace),
  ).filter((rows) => rows !== undefined && rows.length >= 25);
  references = organizations
    .slice(0, 4)
    .flatMap((rows = []) => rows.slice(0, 25).map(({ namespace, name }) => repository(namespace, name)));
  app.calls();
});
afterAll(() => app.close());

test('100 repositories in 4 organizations, with all that a list row has, cost one list an organization', async () => {
  const { data, errors } = await app.ask(entities(FACTS), { r: references });
  expect(errors).toBeUndefined();
  expect(
    data._entities.map(({ namespace, name }: { namespace: string; name: string }) => repository(namespace, name)),
  ).toEqual(references);
  const organizations = [...new Set(references.map(({ namespace }) => namespace))];
  expect(organizations).toHaveLength(4);
  expect(sortedCalls(app)).toEqual(organizations.map((namespace) => `GET ${listOf(namespace)}`).sort());
});

test('the values of the list are those of the details', async () => {
  // Row and detail spell the same moment with different precision: times are left out.
  const fields = FACTS.replace('createdAt updatedAt', '');
  const together = await app.ask(entities(fields), { r: references });
  const alone = await Promise.all(
    references.slice(0, 10).map((reference) => app.ask(entities(fields), { r: [reference] })),
  );
  expect(alone.map(({ data }) => data._entities[0])).toEqual(together.data._entities.slice(0, 10));
  app.calls();
});

test('a field of the detail costs a detail each, and no list', async () => {
  const { data } = await app.ask(entities('size creatorName'), { r: references });
  expect(data._entities.every(({ creatorName }: { creatorName: string }) => creatorName)).toBe(true);
  const calls = app.calls();
  expect(calls).toHaveLength(100);
  expect(calls.filter(({ url }) => url.includes('/repos?'))).toEqual([]);
});

test('the same repository a hundred times costs one call', async () => {
  const { data } = await app.ask(entities('size'), { r: Array.from({ length: 100 }, () => references[0]) });
  expect(new Set(data._entities.map(({ size }: { size: string }) => size)).size).toBe(1);
  expect(app.calls()).toHaveLength(1);
});

test('nodes, aliases and edges to repositories are read from the same lists', async () => {
  const { data } = await app.ask(entities('id'), { r: references });
  app.calls();
  await app.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { size } } }', {
    ids: data._entities.map(({ id }: { id: string }) => id),
  });
  expect(app.calls()).toHaveLength(4);
  const aliases = references.map(
    ({ namespace, name }, index) => `r${index}: repository(namespace: "${namespace}", name: "${name}") { size }`,
  );
  await app.ask(`{ ${aliases.join(' ')} }`);
  expect(app.calls()).toHaveLength(4);
});

test('100 images cost a call each; on OpenStack one for all', async () => {
  const r = names(100).map((_, index) => ({ __typename: 'Image', imageId: imageId(index) }));
  const script: Script = ({ path, query }) =>
    path === '/v2/images'
      ? {
          body: {
            images: (query.get('id') ?? '')
              .replace('in:', '')
              .split(',')
              .map((id) => imageRow({ id })),
          },
        }
      : { body: imageRow({ id: path.split('/').at(-1) }) };
  for (const [kind, calls] of [
    ['otc', 100],
    ['openstack', 1],
  ] as const) {
    const cloud = await startApp({ upstream: script, settings: { IMAGE_GRAPH_CLOUD: kind } });
    const { data, errors } = await cloud.ask(entities('id'), { r });
    expect([data._entities.length, errors]).toEqual([100, undefined]);
    expect(cloud.targets()).toHaveLength(calls);
  }
});

test('100 image groups in 3 organizations cost one call each, and one for each further page', async () => {
  const rowsOf = (namespace: string, count: number) => names(count).map((name) => imageGroupRow({ namespace, name }));
  const organizations: Record<string, WireRow[]> = { a: rowsOf('a', 40), b: rowsOf('b', 40), c: rowsOf('c', 620) };
  const cloud = await startApp({
    upstream: (call, response) => groupList(organizations[call.query.get('namespace') ?? ''] ?? [])(call, response),
  });
  const groups = (namespace: string, from: number, to: number) =>
    names(to)
      .slice(from)
      .map((name) => ({ __typename: 'ImageGroup', namespace, name }));
  const near = [...groups('a', 0, 34), ...groups('b', 0, 33), ...groups('c', 0, 33)];
  const { data, errors } = await cloud.ask(entities('id'), { r: near });
  expect([data._entities.length, data._entities.includes(null), errors]).toEqual([100, false, undefined]);
  expect(cloud.targets()).toHaveLength(3);
  const far = [...groups('a', 0, 34), ...groups('b', 0, 33), ...groups('c', 587, 620)];
  expect((await cloud.ask(entities('id'), { r: far })).data._entities).not.toContain(null);
  expect(cloud.targets()).toHaveLength(4);
});

/** SWR with one organization: its list, as far as `row` makes rows of the names, and a detail of every repository. */
const swr =
  (row: (name: string) => WireRow | undefined, size = 10): Script =>
  ({ path }) => {
    if (path !== '/v2/manage/repos') return { body: repositoryDetail({ name: path.split('/').at(-1), size: 7 }) };
    return { body: names(size).map(row).filter(Boolean) };
  };
const rowOf = (name: string) => sharedRow({ namespace: 'group', name, size: 5 });
const group = (count: number) => names(count).map((name) => repository('group', name));
const sizes = (response: { data?: { _entities: { size: string }[] } }) =>
  response.data?._entities.map(({ size }) => size);

test('up to four repositories of an organization are cheaper by their details, five by its list', async () => {
  const cloud = await startApp({ upstream: swr(rowOf) });
  expect(sizes(await cloud.ask(entities('size'), { r: group(4) }))).toEqual(['7', '7', '7', '7']);
  expect(cloud.targets().sort()).toEqual(names(4).map((name) => detailOf('group', name)));
  expect(sizes(await cloud.ask(entities('size'), { r: group(5) }))).toEqual(['5', '5', '5', '5', '5']);
  expect(cloud.targets()).toEqual([listOf('group')]);
});

test('the rows that the list lacks are read alone', async () => {
  const cloud = await startApp({
    upstream: swr((name) => (['app-3', 'app-4'].includes(name) ? undefined : rowOf(name))),
  });
  expect(sizes(await cloud.ask(entities('size'), { r: group(6) }))).toEqual(['5', '5', '5', '7', '7', '5']);
  expect(cloud.targets()).toEqual([listOf('group'), detailOf('group', 'app-3'), detailOf('group', 'app-4')]);
});

test('a row that lacks a selected field is read alone; one that lacks another field is not', async () => {
  const cloud = await startApp({
    upstream: swr((name) => {
      const { size: _, ...row } = rowOf(name);
      return name === 'app-1' ? row : rowOf(name);
    }),
  });
  expect(sizes(await cloud.ask(entities('size path'), { r: group(5) }))).toEqual(['5', '7', '5', '5', '5']);
  expect(cloud.targets()).toEqual([listOf('group'), detailOf('group', 'app-1')]);
  await cloud.ask(entities('path'), { r: group(5) });
  expect(cloud.targets()).toEqual([listOf('group')]);
});

test.each([
  ['of another organization', { namespace: 'elsewhere' }],
  ['with a longer name', { name: 'app-1-more' }],
  ['without a name', { name: null }],
])('a row %s is not a row of the repository', async (_what, fields) => {
  const cloud = await startApp({
    upstream: swr((name) => (name === 'app-1' ? { ...rowOf(name), ...fields } : rowOf(name))),
  });
  expect(sizes(await cloud.ask(entities('size'), { r: group(5) }))).toEqual(['5', '7', '5', '5', '5']);
  expect(cloud.targets()).toEqual([listOf('group'), detailOf('group', 'app-1')]);
});

test('a name with slashes is found in the list', async () => {
  const slashed = ['a/b', 'a/c', 'a$d', 'e', 'f'];
  const cloud = await startApp({
    upstream: ({ path }) => (path === '/v2/manage/repos' ? { body: slashed.map(rowOf) } : { status: 500, body: {} }),
  });
  const r = slashed.map((name) => repository('group', name.replace('$', '/')));
  expect(sizes(await cloud.ask(entities('size'), { r }))).toEqual(['5', '5', '5', '5', '5']);
});

const denials: [what: string, reply: Reply][] = [
  ['401', { status: 401, body: { error_code: 'APIGW.0301', error_msg: 'x' } }],
  ['403', { status: 403, body: { errors: [{ errorCode: 'SVCSTG.SWR.4039001', errorMessage: 'x', detail: '' }] } }],
  ['404', { status: 404, body: {} }],
  ['404, no such route', { status: 404, body: { error_code: 'APIG.0101', error_msg: 'x' } }],
  ['405', { status: 405, body: '' }],
  ['400', { status: 400, body: { errors: [{ errorCode: 'SVCSTG.SWR.4000014', errorMessage: 'x', detail: '' }] } }],
];

test.each(denials)(
  'where the cloud denies the list with %s, details replace it, for a minute and for this caller',
  async (_what, reply) => {
    stopClocksForTest();
    const cloud = await startApp({
      upstream: (call, response) => (call.path === '/v2/manage/repos' ? reply : swr(rowOf)(call, response)),
    });
    const ask = async (headers = {}) => {
      const response = await cloud.ask(entities('size'), { r: group(6) }, headers);
      expect(sizes(response)).toEqual(['7', '7', '7', '7', '7', '7']);
      expect(response.errors).toBeUndefined();
      return cloud.targets().length;
    };
    expect(await ask()).toBe(7);
    expect(await ask()).toBe(6);
    expect(await ask({ 'x-auth-token': 'another-token' })).toBe(7);
    expect(await ask({ 'x-project-id': 'another-project' })).toBe(7);
    setWallClock(-3_600_000);
    goOn(59_000);
    expect(await ask()).toBe(6);
    goOn(2_000);
    expect(await ask()).toBe(7);
  },
);

test.each([
  [500, { error_code: 'APIGW.0103' }, 'UPSTREAM_ERROR'],
  [429, { error_code: 'APIGW.0308' }, 'RATE_LIMITED'],
  [403, { errors: [{ errorCode: 'SVCSTG.SWR.4031032' }] }, 'RATE_LIMITED'],
])('a list that fails with %i fails its own repositories, and is called again', async (status, body, code) => {
  const cloud = await startApp({
    upstream: (call, response) =>
      call.path === '/v2/manage/repos' && call.query.get('namespace') === 'group'
        ? { status, body }
        : swr((name) => sharedRow({ namespace: 'other', name }))(call, response),
  });
  const r = [...group(5), ...names(5).map((name) => repository('other', name))];
  for (const _time of [1, 2]) {
    const { data, errors } = await cloud.ask(entities('size'), { r });
    expect(data._entities.map((entity: unknown) => entity === null)).toEqual([
      ...Array(5).fill(true),
      ...Array(5).fill(false),
    ]);
    expect(errors?.map(({ path, extensions }) => [path?.[1], extensions.code])).toEqual(
      [0, 1, 2, 3, 4].map((index) => [index, code]),
    );
    // A response with a Retry-After is retried a few times within the request.
    expect([...new Set(cloud.targets())].sort()).toEqual([listOf('group'), listOf('other')]);
  }
});

test('in an organization with more repositories than a list has rows, the others are read alone', async () => {
  const cloud = await startApp({ upstream: swr(rowOf, 1000) });
  const r = [...group(5), repository('group', 'app-1000')];
  expect(sizes(await cloud.ask(entities('size'), { r }))).toEqual(['5', '5', '5', '5', '5', '7']);
  expect(cloud.targets()).toEqual([listOf('group'), detailOf('group', 'app-1000')]);
});

test('a row is enough to exist: where the detail of what it lacks is denied, the rest has its values', async () => {
  const cloud = await startApp({
    upstream: ({ path }) =>
      path === '/v2/manage/repos'
        ? { body: names(5).map((name) => ({ namespace: 'group', name, path: 'registry/x' })) }
        : path.endsWith('app-4')
          ? ABSENT.swr
          : { status: 403, body: {} },
  });
  const { data, errors } = await cloud.ask(entities('name path size description'), { r: group(5) });
  expect(data._entities).toEqual(names(5).map((name) => ({ name, path: 'registry/x', size: null, description: null })));
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
    [0, 1, 2, 3, 4].map((index) => [['_entities', index, 'size'], 'FORBIDDEN']),
  );
  expect(cloud.targets()).toHaveLength(6);
  expect((await cloud.ask(entities('name path'), { r: group(5) })).errors).toBeUndefined();
  expect(cloud.targets()).toEqual([listOf('group')]);
});

test('where one selection needs the details, they serve the others too, without a list', async () => {
  const cloud = await startApp({ upstream: swr(rowOf) });
  const { data } = await cloud.ask(
    'query ($r: [_Any!]!) { a: _entities(representations: $r) { ...Size } b: _entities(representations: $r) { ...Size ... on Repository { creatorName } } } fragment Size on Repository { size }',
    { r: group(6) },
  );
  expect(data.a.map(({ size }: { size: string }) => size)).toEqual(Array(6).fill('7'));
  expect(data.b.map(({ size }: { size: string }) => size)).toEqual(Array(6).fill('7'));
  expect(cloud.targets().sort()).toEqual(names(6).map((name) => detailOf('group', name)));
});

test('a list that is at hand serves further repositories of its organization', async () => {
  const cloud = await startApp({
    upstream: (call, response) =>
      call.path.startsWith('/v1/')
        ? groupList(names(10).map((name) => imageGroupRow({ namespace: 'group', name })))(call, response)
        : swr(rowOf)(call, response),
  });
  const groups = names(9)
    .slice(6)
    .map((name) => ({ __typename: 'ImageGroup', namespace: 'group', name }));
  const { data } = await cloud.ask(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Repository { size } ... on ImageGroup { repository { size } } } }',
    { r: [...group(5), ...groups] },
  );
  expect(data._entities.slice(5)).toEqual(Array(3).fill({ repository: { size: '5' } }));
  expect(cloud.targets().sort()).toEqual([
    '/v1/project-1/images/group?namespace=group&limit=500&offset=0',
    listOf('group'),
  ]);
});

test('the denial of one organization’s list does not deny another’s', async () => {
  const cloud = await startApp({
    upstream: (call, response) =>
      call.query.get('namespace') === 'gone' ? { status: 404, body: {} } : swr(rowOf)(call, response),
  });
  await cloud.ask(entities('size'), { r: names(5).map((name) => repository('gone', name)) });
  cloud.targets();
  await cloud.ask(entities('size'), { r: group(5) });
  expect(cloud.targets()).toEqual([listOf('group')]);
});

test('a list that takes too long fails its own repositories once; for a minute details replace it', async () => {
  const cloud = await startApp({
    upstream: (call, response) => (call.path === '/v2/manage/repos' ? undefined : swr(rowOf)(call, response)),
    settings: { IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '1000' },
  });
  const first = await cloud.ask(entities('size'), { r: group(5) });
  expect(first.data._entities).toEqual(Array(5).fill(null));
  expect(new Set(codesOf(first))).toEqual(new Set(['UPSTREAM_TIMEOUT']));
  expect(sizes(await cloud.ask(entities('size'), { r: group(5) }))).toEqual(['7', '7', '7', '7', '7']);
});

test('a list that cannot be read is passed over, and called again', async () => {
  const cloud = await startApp({
    upstream: (call, response) =>
      call.path === '/v2/manage/repos' ? { body: '[{"namespace":"group","na' } : swr(rowOf)(call, response),
  });
  for (const _time of [1, 2]) {
    expect(sizes(await cloud.ask(entities('size'), { r: group(5) }))).toEqual(['7', '7', '7', '7', '7']);
    expect(cloud.targets()).toHaveLength(6);
  }
});

test('two image groups of a long list are read by name once that is cheaper than the pages left', async () => {
  const rows = names(6000).map((name) => imageGroupRow({ namespace: 'long', name }));
  const cloud = await startApp({
    upstream: (call, response) => {
      const name = call.query.get('name');
      return groupList(name === null ? rows : rows.filter((row) => row.name === name))(call, response);
    },
  });
  const r = ['app-1', 'app-4500', 'app-9999'].map((name) => ({ __typename: 'ImageGroup', namespace: 'long', name }));
  const { data, errors } = await cloud.ask(entities('id'), { r });
  expect(data._entities.map((entity: unknown) => entity === null)).toEqual([false, false, true]);
  expect(errors).toBeUndefined();
  expect(cloud.targets()).toHaveLength(3);
});

const LOGS = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on RetentionLog { logId } } }';
const log = (logId: string) => ({ __typename: 'RetentionLog', namespace: 'group', repositoryName: 'busybox', logId });

test('what ten pages hold is found, what follows them fails alone', async () => {
  const logs = Array.from({ length: 1500 }, (_, index) => retentionLogRow({ id: 2000 - index }));
  const cloud = await startApp({ upstream: retentionList(logs) });
  const r = ['2000', '1001', '1000', '1'].map(log);
  const { data, errors } = await cloud.ask(LOGS, { r });
  expect(data._entities).toEqual([{ logId: '2000' }, { logId: '1001' }, null, null]);
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [['_entities', 2], 'UPSTREAM_ERROR'],
    [['_entities', 3], 'UPSTREAM_ERROR'],
  ]);
  expect(cloud.targets()).toHaveLength(10);
});

test('a page that fails fails the logs that were not yet found', async () => {
  const logs = Array.from({ length: 300 }, (_, index) => retentionLogRow({ id: 2000 - index }));
  const cloud = await startApp({
    upstream: (call, response) =>
      call.query.get('offset') === '100' ? { status: 500, body: {} } : retentionList(logs)(call, response),
  });
  const r = ['2000', '1850'].map(log);
  const { data, errors } = await cloud.ask(LOGS, { r });
  expect(data._entities).toEqual([{ logId: '2000' }, null]);
  expect(errors).toMatchObject([
    { path: ['_entities', 1], extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 500 } },
  ]);
});

test('an OpenStack that rejects the token gets one call for all images', async () => {
  const cloud = await startApp({
    upstream: () => ({ status: 401, body: {} }),
    settings: { IMAGE_GRAPH_CLOUD: 'openstack' },
  });
  const r = [1, 2, 3].map((index) => ({ __typename: 'Image', imageId: imageId(index) }));
  const { data, errors } = await cloud.ask(entities('id'), { r });
  expect(data._entities).toEqual([null, null, null]);
  expect(codesOf({ errors })).toEqual(Array(3).fill('UNAUTHENTICATED'));
  expect(cloud.targets()).toHaveLength(1);
});

test('an OpenStack whose list does not accept several ids gets a call for each image', async () => {
  const cloud = await startApp({
    upstream: ({ path }) =>
      path === '/v2/images'
        ? { status: 400, body: { message: 'x', code: '400 Bad Request', title: 'x' } }
        : { body: imageRow({ id: path.split('/').at(-1) }) },
    settings: { IMAGE_GRAPH_CLOUD: 'openstack' },
  });
  const r = [1, 2, 3].map((index) => ({ __typename: 'Image', imageId: imageId(index) }));
  for (const calls of [4, 3]) {
    const { data, errors } = await cloud.ask(entities('id'), { r });
    expect([data._entities.includes(null), errors]).toEqual([false, undefined]);
    expect(cloud.targets()).toHaveLength(calls);
  }
});
