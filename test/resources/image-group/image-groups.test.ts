// ModelArts image groups: the two names of the row list, the workspace, exact look-ups.
import { expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';
import { imageGroupRow } from './kind.ts';

const WORKSPACE = 'e4d8c1a2b3f44c55a6670899aabbccdd';
const GROUPS = '/v1/project-1/images/group';

test.each(['data', 'groups'])('rows under %s are the rows', async (key) => {
  const rows = [imageGroupRow({ name: 'a' }), imageGroupRow({ name: 'b' })];
  const app = await startApp({ upstream: () => ({ body: { current: 1, [key]: rows, pages: 1, size: 2, total: 2 } }) });
  const { data, errors } = await app.ask(
    '{ imageGroups { totalCount nodes { name versionCount } pageInfo { hasNextPage } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.imageGroups).toEqual({
    totalCount: 2,
    nodes: [
      { name: 'a', versionCount: 1 },
      { name: 'b', versionCount: 1 },
    ],
    pageInfo: { hasNextPage: false },
  });
});

test('the rows under groups are read where data is null', async () => {
  const app = await startApp({ upstream: () => ({ body: { data: null, groups: [imageGroupRow()], total: 1 } }) });
  const { data, errors } = await app.ask('{ imageGroups { nodes { name } } }');
  expect(errors).toBeUndefined();
  expect(data.imageGroups.nodes).toEqual([{ name: 'pytorch_1_8' }]);
});

test('the size of a response does not show whether further rows follow', async () => {
  const app = await startApp({
    upstream: () => ({
      body: { current: 1, data: [imageGroupRow()], pages: 1, size: 200, total: 3 },
    }),
  });
  const { data } = await app.ask('{ imageGroups(first: 1) { totalCount pageInfo { hasNextPage } } }');
  expect(data.imageGroups).toEqual({ totalCount: 3, pageInfo: { hasNextPage: true } });
});

test('workspace 0 is the default one: never sent, and the same record with the same id and cursors', async () => {
  const app = await startApp({ upstream: () => ({ body: { data: [imageGroupRow()], total: 2 } }) });
  const { data, errors } = await app.ask(`{
    silent: imageGroup(namespace: "group", name: "pytorch_1_8") { id workspaceId }
    said: imageGroup(namespace: "group", name: "pytorch_1_8", workspaceId: "0") { id workspaceId }
    silentList: imageGroups(first: 1) { nodes { id workspaceId } pageInfo { endCursor } }
    saidList: imageGroups(first: 1, filter: { workspaceId: "0" }) { nodes { id workspaceId } pageInfo { endCursor } } }`);
  expect(errors).toBeUndefined();
  expect(data.silent).toEqual({ id: data.silent.id, workspaceId: '0' });
  expect(data.said).toEqual(data.silent);
  expect(data.silentList.nodes).toEqual([data.silent]);
  expect(data.saidList).toEqual(data.silentList);
  expect(app.upstream.calls.some(({ url }) => url.includes('workspace'))).toBe(false);
});

test('another workspace is sent, is the row’s, and is part of the global id', async () => {
  const app = await startApp({ upstream: () => ({ body: { data: [imageGroupRow()], total: 1 } }) });
  const { data } = await app.ask(
    `query ($workspace: String) {
      here: imageGroup(namespace: "group", name: "pytorch_1_8", workspaceId: $workspace) { id workspaceId }
      list: imageGroups(filter: { workspaceId: $workspace }) { nodes { id workspaceId } }
      default: imageGroup(namespace: "group", name: "pytorch_1_8") { id } }`,
    { workspace: WORKSPACE },
  );
  expect(data.here.workspaceId).toBe(WORKSPACE);
  expect(data.list.nodes).toEqual([data.here]);
  expect(data.default.id).not.toBe(data.here.id);
  app.targets();
  const again = await app.ask('query ($id: ID!) { node(id: $id) { id ... on ImageGroup { workspaceId } } }', {
    id: data.here.id,
  });
  expect(again).toEqual({ data: { node: data.here } });
  expect(app.upstream.calls.map(({ query }) => query.getAll('workspace_id'))).toEqual([[WORKSPACE]]);
});

test('a look-up sends the exact name and compares it, as the service may match fuzzily all the same', async () => {
  const rows = ['pytorch', 'pytorch_1_8_cuda', 'PYTORCH_1_8'].map((name) => imageGroupRow({ name }));
  const app = await startApp({ upstream: () => ({ body: { data: rows, total: rows.length } }) });
  const { data, errors } = await app.ask('{ imageGroup(namespace: "group", name: "pytorch_1_8") { name } }');
  expect({ data, errors }).toEqual({ data: { imageGroup: null }, errors: undefined });
  const [call] = app.upstream.calls;
  expect(call?.path).toBe(GROUPS);
  expect(call?.query.get('name')).toBe('pytorch_1_8');
  expect(call?.query.get('name_fuzzy_match')).toBe('false');
  expect(call?.query.get('namespace')).toBe('group');
});

test('a group of the same name in another organization is not the one that is queried', async () => {
  const app = await startApp({
    upstream: () => ({ body: { data: [imageGroupRow({ namespace: 'other' })], total: 1 } }),
  });
  const { data } = await app.ask('{ imageGroup(namespace: "group", name: "pytorch_1_8") { name } }');
  expect(data).toEqual({ imageGroup: null });
});

test('a limit is always sent, for a total alone too', async () => {
  const app = await startApp({ upstream: () => ({ body: { data: [imageGroupRow()], total: 9 } }) });
  const { data } = await app.ask('{ imageGroups { totalCount } }');
  expect(data.imageGroups.totalCount).toBe(9);
  expect(app.targets()).toEqual([`${GROUPS}?limit=1&offset=0`]);
});

test('the order goes upstream as a comma list of response names and one direction', async () => {
  const app = await startApp({ upstream: () => ({ body: { data: [], total: 0 } }) });
  await app.ask(
    '{ imageGroups(orderBy: { fields: [VERSION_COUNT, CREATED_AT, UPDATED_AT, NAME, NAMESPACE], direction: ASC }) { nodes { id } } }',
  );
  const [call] = app.upstream.calls;
  expect(call?.query.getAll('sort_key')).toEqual(['version_count,create_at,update_at,name,namespace']);
  expect(call?.query.getAll('sort_dir')).toEqual(['ASC']);
});

test('X-Project-Id names the project of the path', async () => {
  const app = await startApp({ upstream: () => ({ body: { data: [], total: 0 } }) });
  await app.ask('{ imageGroups { nodes { id } } }', {}, { 'x-project-id': 'project-2' });
  expect(app.targets()).toEqual(['/v1/project-2/images/group?limit=25&offset=0']);
});

test('a list may hold a group whose name has a slash; it has its values, also by its global id', async () => {
  const app = await startApp({ upstream: () => ({ body: { data: [imageGroupRow({ name: 'a/b' })], total: 1 } }) });
  const { data, errors } = await app.ask('{ imageGroups { nodes { id name } } }');
  expect(errors).toBeUndefined();
  const [group] = data.imageGroups.nodes;
  expect(group.name).toBe('a/b');
  const again = await app.ask('query ($id: ID!) { node(id: $id) { id ... on ImageGroup { name } } }', { id: group.id });
  expect(again).toEqual({ data: { node: group } });
});

test('an edge whose key cannot be a name of the other service is null without a call', async () => {
  const app = await startApp({
    upstream: ({ path }) =>
      path === GROUPS
        ? { body: { data: [imageGroupRow({ name: 'Not_SWR' })], total: 1 } }
        : { body: { name: 'base/image', created: '2021-06-02T09:23:01Z' } },
  });
  const { data, errors } = await app.ask(`{
    imageGroups { nodes { repository { name } } }
    repository(namespace: "group", name: "base/image") { imageGroup { name } } }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({ imageGroups: { nodes: [{ repository: null }] }, repository: { imageGroup: null } });
  expect(app.targets().toSorted()).toEqual([
    `${GROUPS}?limit=25&offset=0`,
    '/v2/manage/namespaces/group/repos/base$image',
  ]);
});
