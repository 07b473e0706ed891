// What the upstream leaves out: null where a list is expected, missing keys, empty bodies.
import { expect, test } from 'vitest';
import { imageRow } from '../../resources/image/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp } from '../../support/app.ts';

const LISTS = [
  ['sharedRepositories', 'sharedRepositories(center: SELF)', 'swr'],
  ['retentionLogs', 'retentionLogs(namespace: "group", repositoryName: "busybox")', 'swr'],
  ['images', 'images', 'ims'],
  ['imageGroups', 'imageGroups', 'modelarts'],
] as const;

test.each([
  ['the shared list', 'sharedRepositories(center: SELF)', null],
  ['retention_log', 'retentionLogs(namespace: "group", repositoryName: "busybox")', { retention_log: null, total: 0 }],
  ['images', 'images', { images: null, first: '/v2/images' }],
  ['data', 'imageGroups', { current: 1, data: null, pages: 0, size: 0, total: 0 }],
  ['groups', 'imageGroups', { current: 1, groups: null, total: 0 }],
])('null in the place of %s is an empty list', async (_what, list, body) => {
  const app = await startApp({ upstream: () => ({ body: JSON.stringify(body) }) });
  const { data, errors } = await app.ask(
    `{ list: ${list} { nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
  );
  expect(errors).toBeUndefined();
  const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
  expect(data.list).toEqual({ nodes: [], edges: [], pageInfo });
});

test.each(LISTS)('null for the rows of %s has no further page either', async (_name, list) => {
  const nulls = { retention_log: null, images: null, data: null };
  const app = await startApp({ upstream: ({ path }) => ({ body: path.includes('shared') ? 'null' : nulls }) });
  const { data, errors } = await app.ask(`{ list: ${list} { pageInfo { hasNextPage } } }`);
  expect(errors).toBeUndefined();
  expect(data.list.pageInfo.hasNextPage).toBe(false);
});

test('null for the tags of a row, or of an image, is null', async () => {
  const app = await startApp({
    upstream: ({ path }) =>
      path === '/v2/images'
        ? { body: { images: [imageRow({ tags: null })] } }
        : { headers: { 'content-range': '0-1/1' }, body: [sharedRow({ tags: null })] },
  });
  const { data, errors } = await app.ask(
    '{ images { nodes { tags } } sharedRepositories(center: SELF) { nodes { tags } } }',
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({ images: { nodes: [{ tags: null }] }, sharedRepositories: { nodes: [{ tags: null }] } });
});

test.each([
  ['a text', 'v1,v2'],
  ['an object', {}],
  ['a list with a number in it', ['v1', 2]],
])('%s in the place of tags is null with an error at its path', async (_what, tags) => {
  const app = await startApp({
    upstream: () => ({ headers: { 'content-range': '0-1/1' }, body: [sharedRow({ tags })] }),
  });
  const { data, errors } = await app.ask('{ sharedRepositories(center: SELF) { nodes { name tags } } }');
  expect(data.sharedRepositories.nodes).toEqual([{ name: 'busybox', tags: null }]);
  expect(errors).toMatchObject([
    { path: ['sharedRepositories', 'nodes', 0, 'tags'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
  ]);
});

test('rows with their keys alone have null for everything else, without an error', async () => {
  const app = await startApp({
    upstream: ({ path }) => {
      if (path.endsWith('/group')) return { body: { data: [{ namespace: 'group', name: 'g' }], total: 1 } };
      if (path.endsWith('/histories')) return { body: { retention_log: [{ id: 1 }], total: 1 } };
      if (path === '/v2/images') return { body: { images: [{ id: 'x' }] } };
      return { headers: { 'content-range': '0-1/1' }, body: [{ namespace: 'group', name: 'r' }] };
    },
  });
  const { data, errors } = await app.ask(`{
    sharedRepositories(center: THIRD_PARTY) { nodes {
      name category description size isPublic imageCount createdAt logo logoUrl path domainName tags isSharingValid
      repository { name size createdAt } } }
    retentionLogs(namespace: "group", repositoryName: "busybox") { nodes {
      namespace repositoryName logId retentionId tag createdAt ruleType rule { keepCount } } }
    images { nodes { imageId name status isProtected minDisk size tags createdAt osFeatures supportsKvm supportsPasswordInjection originalImage { imageId } } }
    imageGroups { nodes { namespace name workspaceId versionCount createdAt updatedAt } } }`);
  expect(errors).toBeUndefined();
  const present = JSON.stringify(data, (_key, value) => value ?? undefined);
  expect(JSON.parse(present)).toEqual({
    sharedRepositories: { nodes: [{ name: 'r', repository: { name: 'r' } }] },
    retentionLogs: { nodes: [{ namespace: 'group', repositoryName: 'busybox', logId: '1' }] },
    images: { nodes: [{ imageId: 'x' }] },
    imageGroups: { nodes: [{ namespace: 'group', name: 'g', workspaceId: '0' }] },
  });
});

test('a detail with its name alone is a repository all of whose facts are null', async () => {
  const app = await startApp({ upstream: () => ({ body: { name: 'busybox' } }) });
  const { data, errors } = await app.ask(
    '{ repository(namespace: "group", name: "busybox") { name repositoryId category createdAt priority } }',
  );
  expect(errors).toBeUndefined();
  expect(data.repository).toEqual({
    name: 'busybox',
    repositoryId: null,
    category: null,
    createdAt: null,
    priority: null,
  });
});

test('an empty text is null in fields of other types, and stays in a String', async () => {
  const app = await startApp({
    upstream: () => ({
      body: repositoryDetail({ size: '', is_public: '', category: '', description: '', priority: '', created: '' }),
    }),
  });
  const { data, errors } = await app.ask(
    '{ repository(namespace: "group", name: "busybox") { size isPublic category categoryRaw description priority createdAt } }',
  );
  expect(errors).toBeUndefined();
  expect(data.repository).toEqual({
    size: null,
    isPublic: null,
    category: null,
    categoryRaw: '',
    description: '',
    priority: null,
    createdAt: null,
  });
});

const EVERYTHING = [
  ...LISTS.map(([name, field, service]) => [name, `${field} { nodes { id } }`, service] as const),
  ['repository', 'repository(namespace: "group", name: "busybox") { name }', 'swr'],
  ['image', 'image(imageId: "00000000-0000-4000-8000-000000000001") { imageId }', 'ims'],
  ['imageGroup', 'imageGroup(namespace: "group", name: "g") { name }', 'modelarts'],
] as const;

test.each(EVERYTHING)('an empty body with 200 is UPSTREAM_BAD_RESPONSE for %s', async (_name, field, service) => {
  const app = await startApp({ upstream: () => ({ body: '' }) });
  const { data, errors } = await app.ask(`{ it: ${field} }`);
  expect(data).toEqual({ it: null });
  expect(errors).toMatchObject([{ path: ['it'], extensions: { code: 'UPSTREAM_BAD_RESPONSE', service } }]);
});

test.each(EVERYTHING)('an empty body with 401 is UNAUTHENTICATED for %s', async (_name, field, service) => {
  const app = await startApp({ upstream: () => ({ status: 401, body: '' }) });
  const { data, errors } = await app.ask(`{ it: ${field} }`);
  expect(data).toEqual({ it: null });
  expect(errors).toMatchObject([
    { path: ['it'], extensions: { code: 'UNAUTHENTICATED', service, upstreamStatus: 401 } },
  ]);
});

test.each(EVERYTHING)('a body of another shape is UPSTREAM_BAD_RESPONSE for %s', async (name, field, service) => {
  const bodies = [
    '"text"',
    '7',
    'true',
    name === 'sharedRepositories' ? '{}' : '[]',
    '{"images":{},"retention_log":7,"data":"x"}',
  ];
  for (const body of bodies.slice(0, ['repository', 'image'].includes(name) ? 4 : 5)) {
    const app = await startApp({ upstream: () => ({ body }) });
    const { data, errors } = await app.ask(`{ it: ${field} }`);
    expect(data, body).toEqual({ it: null });
    expect(errors, body).toMatchObject([{ path: ['it'], extensions: { code: 'UPSTREAM_BAD_RESPONSE', service } }]);
  }
});
