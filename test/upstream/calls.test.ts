// The upstream calls of whole queries, counted exactly.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld } from '../../src/sandbox/world/world.ts';
import { openApp, sortedCalls, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  // Of these images the caller sees 2,500.
  app = await openApp({ upstream: 'sandbox', world: createWorld({ imageCount: 2784 }) });
});
afterAll(() => app.close());

const SHARED = 'GET /v2/manage/shared-repositories?filter=';
const sharedPage = (limit: number, offset: number) =>
  `${SHARED}${encodeURIComponent(`center::self|limit::${limit}|offset::${offset}`)}`;
const ROW_FIELDS =
  'category description size isPublic imageCount downloadCount logoUrl path internalPath createdAt updatedAt';

test('100 shared rows with the fields that the row has, those of the repository included, cost one call', async () => {
  const { data, errors } = await app.ask(`{ sharedRepositories(center: SELF, first: 100) { totalCount nodes {
    id namespace name ${ROW_FIELDS} logo domainName tags isSharingValid repository { id namespace name ${ROW_FIELDS} } } } }`);
  expect(errors).toBeUndefined();
  expect(data.sharedRepositories.nodes).toHaveLength(100);
  expect(sortedCalls(app)).toEqual([sharedPage(100, 0)]);
});

test('a field that the row lacks costs one call for each distinct repository', async () => {
  const { data } = await app.ask(
    '{ sharedRepositories(center: SELF, first: 100) { nodes { repository { creatorName } } } }',
  );
  expect(
    data.sharedRepositories.nodes.every((node: { repository: { creatorName: string } }) => node.repository.creatorName),
  ).toBe(true);
  const calls = sortedCalls(app);
  expect(calls).toHaveLength(101);
  expect(new Set(calls).size).toBe(101);
});

test('five retention logs of each of 100 repositories cost one call each', async () => {
  const { data } = await app.ask(
    '{ sharedRepositories(center: SELF, first: 100) { nodes { repository { retentionLogs(first: 5) { nodes { tag } } } } } }',
  );
  expect(data.sharedRepositories.nodes).toHaveLength(100);
  const calls = sortedCalls(app);
  expect(calls).toHaveLength(101);
  expect(calls.filter((call) => call.endsWith('/retentions/histories?limit=5&offset=0'))).toHaveLength(100);
});

test('the same repository through three edges costs one detail call beside the list', async () => {
  const { data } = await app.ask('{ repository(namespace: "group", name: "busybox") { id } }');
  app.calls();
  const response = await app.ask(
    `query ($id: ID!) {
      repository(namespace: "group", name: "busybox") { creatorName }
      node(id: $id) { ... on Repository { creatorName } }
      sharedRepositories(center: SELF, name: "busybox", first: 1) { nodes { namespace name repository { creatorName } } }
    }`,
    { id: data.repository.id },
  );
  expect(response.errors).toBeUndefined();
  const [row] = response.data.sharedRepositories.nodes;
  expect(row).toMatchObject({ namespace: 'group', name: 'busybox' });
  expect(row.repository).toEqual(response.data.repository);
  expect(response.data.node).toEqual(response.data.repository);
  expect(sortedCalls(app)).toEqual([
    'GET /v2/manage/namespaces/group/repos/busybox',
    `${SHARED}${encodeURIComponent('center::self|name::busybox|limit::1|offset::0')}`,
  ]);
});

test('totalCount alone costs one call, for one row', async () => {
  const { data } = await app.ask('{ sharedRepositories(center: SELF) { totalCount } }');
  expect(data.sharedRepositories.totalCount).toBe(127);
  expect(sortedCalls(app)).toEqual([sharedPage(1, 0)]);
});

test('a list whose rows and total are not selected costs no call', async () => {
  await app.ask('{ sharedRepositories(center: SELF) { __typename } images { __typename } imageGroups { __typename } }');
  expect(app.calls()).toEqual([]);
});

test('size 0 costs no call for rows', async () => {
  const { data } = await app.ask(
    '{ sharedRepositories(center: SELF, first: 0) { nodes { id } } images(first: 0) { nodes { id } } }',
  );
  expect(data).toEqual({ sharedRepositories: { nodes: [] }, images: { nodes: [] } });
  expect(app.calls()).toEqual([]);
});

test('2,500 images are walked with first: 999 in three calls, each once', async () => {
  const ids: string[] = [];
  const query =
    'query ($after: String) { images(first: 999, after: $after) { nodes { imageId } pageInfo { hasNextPage endCursor } } }';
  let after: string | null = null;
  do {
    const { data } = await app.ask(query, { after });
    ids.push(...data.images.nodes.map(({ imageId }: { imageId: string }) => imageId));
    after = data.images.pageInfo.hasNextPage ? data.images.pageInfo.endCursor : null;
  } while (after);
  expect(ids).toHaveLength(2500);
  expect(new Set(ids).size).toBe(2500);
  expect(app.calls()).toHaveLength(3);
});

test('the retention logs of a repository by its name cost one call', async () => {
  const { data } = await app.ask(
    '{ retentionLogs(namespace: "hwstaff_l00283074", repositoryName: "experience_2048") { totalCount nodes { logId } } }',
  );
  expect(data.retentionLogs).toEqual({ totalCount: 1, nodes: [{ logId: '9088' }] });
  expect(sortedCalls(app)).toEqual([
    'GET /v2/manage/namespaces/hwstaff_l00283074/repos/experience_2048/retentions/histories?limit=25&offset=0',
  ]);
});

test('a shared list walked in pages of 20 costs one call a page', async () => {
  const query =
    'query ($after: String) { sharedRepositories(center: SELF, first: 20, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }';
  const first = await app.ask(query);
  const second = await app.ask(query, { after: first.data.sharedRepositories.pageInfo.endCursor });
  expect(second.data.sharedRepositories.nodes).toHaveLength(20);
  expect(sortedCalls(app)).toEqual([sharedPage(20, 0), sharedPage(20, 20)]);
});

test('the last rows of an offset list cost one call more, for the total', async () => {
  const { data } = await app.ask(
    '{ sharedRepositories(center: SELF, last: 10) { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } } }',
  );
  expect(data.sharedRepositories.nodes).toHaveLength(10);
  expect(data.sharedRepositories.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true });
  expect(app.calls()).toHaveLength(2);
});

test('the same field under two aliases costs one call, and two when the arguments differ', async () => {
  await app.ask('{ a: images(first: 2) { nodes { id } } b: images(first: 2) { nodes { name } } }');
  expect(app.calls()).toHaveLength(1);
  const { data } = await app.ask('{ a: images(first: 1) { nodes { id } } b: images(first: 2) { nodes { id } } }');
  expect([data.a.nodes.length, data.b.nodes.length]).toEqual([1, 2]);
  expect(app.calls()).toHaveLength(2);
});

test('a hundred node aliases cost what one nodes field costs', async () => {
  const { data } = await app.ask('{ images(first: 100) { nodes { id } } }');
  const ids = data.images.nodes.map(({ id }: { id: string }) => id);
  app.calls();
  const aliases = ids.map((id: string, index: number) => `n${index}: node(id: "${id}") { id }`).join(' ');
  await app.ask(`{ ${aliases} }`);
  const byAlias = sortedCalls(app);
  await app.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(byAlias).toEqual(sortedCalls(app));
  expect(byAlias).toHaveLength(100);
});

test('a page as large as the maximum reads one row more only when hasNextPage is selected', async () => {
  await app.ask('{ images(first: 1000) { nodes { id } } }');
  expect(app.calls()).toHaveLength(1);
  const { data } = await app.ask('{ images(first: 1000) { nodes { id } pageInfo { hasNextPage } } }');
  expect(data.images.pageInfo.hasNextPage).toBe(true);
  const calls = sortedCalls(app);
  expect(calls).toHaveLength(2);
  expect(calls.filter((call) => call.includes('limit=1&'))).toHaveLength(1);
});
