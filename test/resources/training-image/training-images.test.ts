// ModelArts training images: the type that is always sent, rows that lack fields, the detail's own field, absence, versions of a group.
import { expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';
import { imageGroupRow } from '../image-group/kind.ts';
import { MISSING, trainingImageDetail, trainingImageId, trainingImageRow } from './kind.ts';

const IMAGES = '/v1/project-1/images';
const WORKSPACE = 'e4d8c1a2b3f44c55a6670899aabbccdd';
const id = (n: number) => trainingImageId(n);
const list = (...rows: unknown[]) => ({
  body: { current: 1, data: rows, pages: 1, size: rows.length, total: rows.length },
});

test('type and limit are always sent: the project’s own images where no type is given, for a total alone, too', async () => {
  const app = await startApp({ upstream: () => list(trainingImageRow()) });
  const { errors } = await app.ask(`{
    silent: trainingImages { nodes { name } }
    builtIn: trainingImages(filter: { type: BUILD_IN, serviceType: DEV }) { nodes { name } }
    total: trainingImages(filter: { workspaceId: "w1", nameFuzzyMatch: false, name: "x" }) { totalCount } }`);
  expect(errors).toBeUndefined();
  expect(app.targets().toSorted()).toEqual([
    `${IMAGES}?name=x&name_fuzzy_match=false&type=DEDICATED&workspace_id=w1&limit=1&offset=0`,
    `${IMAGES}?service_type=DEV&type=BUILD_IN&limit=25&offset=0`,
    `${IMAGES}?type=DEDICATED&limit=25&offset=0`,
  ]);
});

test('a type that ModelArts does not have, and an order without fields, are rejected without a call', async () => {
  const app = await startApp({ upstream: () => list(trainingImageRow()) });
  const { data, errors } = await app.ask(`{
    unknown: trainingImages(filter: { type: UNKNOWN }) { totalCount }
    unordered: trainingImages(orderBy: { fields: [], direction: ASC }) { totalCount }
    group: trainingImage(trainingImageId: "group") { name }
    up: trainingImage(trainingImageId: "..") { name }
    none: trainingImage(trainingImageId: "") { name } }`);
  expect(data).toEqual({ unknown: null, unordered: null, group: null, up: null, none: null });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array(5).fill('BAD_USER_INPUT'));
  expect(app.targets()).toEqual([]);
});

test('a built-in row has no organization, size and visibility: null without an error, and no edge makes a call', async () => {
  const {
    namespace: _1,
    size: _2,
    visibility: _3,
    origin: _4,
    swr_path: _5,
    workspace_id: _6,
    ...row
  } = trainingImageRow();
  const app = await startApp({ upstream: () => list({ ...row, type: 'BUILD_IN' }) });
  const { data, errors } = await app.ask(`{ trainingImages(filter: { type: BUILD_IN }) { nodes {
    name repositoryNamespace sizeInKilobytes trainingVisibility trainingVisibilityRaw trainingOrigin swrPath workspaceId
    resourceTags { key } containerTag { name } repository { name } imageGroup { name } } } }`);
  expect(errors).toBeUndefined();
  expect(data.trainingImages.nodes).toEqual([
    {
      ...{ name: 'pytorch_1_8', repositoryNamespace: null, sizeInKilobytes: null, trainingVisibility: null },
      ...{ trainingVisibilityRaw: null, trainingOrigin: null, swrPath: null, workspaceId: '0', resourceTags: null },
      ...{ containerTag: null, repository: null, imageGroup: null },
    },
  ]);
  expect(app.targets()).toEqual([`${IMAGES}?type=BUILD_IN&limit=25&offset=0`]);
});

/** A REST name, a malformed value, and the fields that it nulls. */
const MALFORMED: [rest: string, value: unknown, fields: readonly string[]][] = [
  ['name', 1, ['name']],
  ['namespace', {}, ['repositoryNamespace']],
  ['tag', [], ['tag']],
  ['swr_path', true, ['swrPath']],
  ['arch', 64, ['architecture', 'architectureRaw']],
  ['type', {}, ['trainingType', 'trainingTypeRaw']],
  ['visibility', [], ['trainingVisibility', 'trainingVisibilityRaw']],
  ['origin', 1, ['trainingOrigin', 'trainingOriginRaw']],
  ['service_type', 1, ['serviceType', 'serviceTypeRaw']],
  ['dev_services', 'SSH', ['devServices']],
  ['dev_services', ['SSH', null], ['devServices']],
  ['resource_categories', { 0: 'CPU' }, ['resourceCategories']],
  ['size', 'many', ['sizeInKilobytes']],
  ['size', 1.5, ['sizeInKilobytes']],
  ['status', 0, ['trainingStatus', 'trainingStatusRaw']],
  ['create_at', 'yesterday', ['createdAt']],
  ['update_at', 1e18, ['updatedAt']],
  ['swr_instance_id', 7, ['enterpriseInstanceId']],
  ['tags', 'team=vision', ['resourceTags']],
  ['tags', [null], ['resourceTags']],
  ['tags', Array(5001).fill({}), ['resourceTags']],
];
const FIELDS = `name repositoryNamespace tag swrPath architecture architectureRaw trainingType trainingTypeRaw trainingVisibility
  trainingVisibilityRaw trainingOrigin trainingOriginRaw serviceType serviceTypeRaw devServices resourceCategories sizeInKilobytes
  trainingStatus trainingStatusRaw createdAt updatedAt enterpriseInstanceId resourceTags { key value }`;

test.each(MALFORMED)('a malformed %s (%j) nulls its fields alone, with an error', async (rest, value, fields) => {
  const row = trainingImageRow({ swr_instance_id: 'i1', tags: [{ key: 'team', value: 'vision' }] });
  let rows = [row];
  const app = await startApp({ upstream: () => list(...rows) });
  const query = `{ trainingImages { nodes { ${FIELDS} } } }`;
  const { data: whole } = await app.ask(query);
  rows = [
    { ...row, [rest]: value },
    { ...row, id: id(2) },
  ];
  const { data, errors } = await app.ask(query);
  const [first] = whole.trainingImages.nodes;
  const nulls = Object.fromEntries(fields.map((field) => [field, null]));
  expect(data.trainingImages.nodes).toEqual([{ ...first, ...nulls }, first]);
  expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]).toSorted()).toEqual(
    fields.map((field) => [`trainingImages.nodes.0.${field}`, 'UPSTREAM_BAD_RESPONSE']).toSorted(),
  );
});

test('a malformed tag nulls its own fields, and one without them has none', async () => {
  const tags = [{ key: 'team', value: 'vision' }, { key: 1, value: null }, {}];
  const app = await startApp({ upstream: () => list(trainingImageRow({ tags })) });
  const { data, errors } = await app.ask('{ trainingImages { nodes { resourceTags { key value } } } }');
  expect(data.trainingImages.nodes[0].resourceTags).toEqual([
    { key: 'team', value: 'vision' },
    { key: null, value: null },
    { key: null, value: null },
  ]);
  expect(errors?.map(({ path }) => path)).toEqual([['trainingImages', 'nodes', 0, 'resourceTags', 1, 'key']]);
});

test('numbers as texts, and times as texts, are read; an architecture in any case; a value that is not listed', async () => {
  const row = trainingImageRow({
    size: '9007199254740993',
    create_at: '1652878011643',
    arch: 'X86_64',
    status: 'FROZEN',
  });
  const app = await startApp({
    upstream: () => list(row, trainingImageRow({ id: id(2), arch: 'aarch64', status: '' })),
  });
  const { data, errors } = await app.ask(
    '{ trainingImages { nodes { sizeInKilobytes createdAt architecture trainingStatus trainingStatusRaw } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.trainingImages.nodes).toMatchObject([
    {
      ...{ sizeInKilobytes: '9007199254740993', createdAt: '2022-05-18T12:46:51.643Z', architecture: 'X86_64' },
      ...{ trainingStatus: 'UNKNOWN', trainingStatusRaw: 'FROZEN' },
    },
    { architecture: 'AARCH64', trainingStatus: null, trainingStatusRaw: '' },
  ]);
});

test('a row without an id that a path can hold is null with an error; the others are there', async () => {
  const bad = [null, 'x', {}, ...['', 'group', '../x', 7, null].map((value) => trainingImageRow({ id: value }))];
  const app = await startApp({ upstream: () => list(...bad, trainingImageRow()) });
  const { data, errors } = await app.ask('{ trainingImages { nodes { trainingImageId } } }');
  expect(data.trainingImages.nodes).toEqual([...bad.map(() => null), { trainingImageId: id(1) }]);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(bad.map(() => 'UPSTREAM_BAD_RESPONSE'));
});

test.each([
  [undefined, undefined, '0'],
  [null, undefined, '0'],
  ['', undefined, '0'],
  [{}, undefined, '0'],
  [0, undefined, '0'],
  [WORKSPACE, undefined, WORKSPACE],
  [undefined, 'w1', 'w1'],
  ['0', 'w1', '0'],
])('the workspace %j of a row in the list of %j is %s, never null', async (sent, queried, shown) => {
  const app = await startApp({ upstream: () => list(trainingImageRow({ workspace_id: sent })) });
  const { data, errors } = await app.ask(
    'query ($queried: String) { trainingImages(filter: { workspaceId: $queried }) { nodes { workspaceId } } }',
    { queried },
  );
  expect(errors).toBeUndefined();
  expect(data.trainingImages.nodes).toEqual([{ workspaceId: shown }]);
});

test('the detail’s own field takes one call for a row, and none for an image that was found by its id', async () => {
  const app = await startApp({
    upstream: ({ path }) => {
      const found = path.slice(IMAGES.length + 1);
      return found === ''
        ? list(trainingImageRow(), trainingImageRow({ id: id(2) }))
        : { body: trainingImageDetail({ id: found }) };
    },
  });
  await app.ask('{ trainingImages { nodes { name resourceCategories } } }');
  expect(app.targets()).toHaveLength(1);
  const rows = await app.ask('{ trainingImages { nodes { supportedResourceCategories } } }');
  expect(rows.data.trainingImages.nodes).toEqual(Array(2).fill({ supportedResourceCategories: ['ASCEND'] }));
  expect(app.targets().toSorted()).toEqual([
    `${IMAGES}/${id(1)}`,
    `${IMAGES}/${id(2)}`,
    `${IMAGES}?type=DEDICATED&limit=25&offset=0`,
  ]);
  const one = await app.ask(`{ trainingImage(trainingImageId: "${id(1)}") { name supportedResourceCategories } }`);
  expect(one).toEqual({ data: { trainingImage: { name: 'pytorch_1_8', supportedResourceCategories: ['ASCEND'] } } });
  expect(app.targets()).toEqual([`${IMAGES}/${id(1)}`]);
});

const HTML = { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>not found</html>' };
const code = (status: number, number: string) => ({
  status,
  body: { error_code: `ModelArts.${number}`, error_msg: 'x' },
});

test.each([
  ['a 400 that says that it is missing', MISSING, undefined],
  ['a 404 in ModelArts’ words', code(404, '6404'), undefined],
  ['another 400', code(400, '0104'), 'UPSTREAM_ERROR'],
  ['a 404 of a proxy', HTML, 'UPSTREAM_ERROR'],
  ['a 401', code(401, '0204'), 'UNAUTHENTICATED'],
  ['a 403', code(403, '0210'), 'FORBIDDEN'],
  ['a 429', code(429, '0101'), 'RATE_LIMITED'],
  ['a 500', { status: 500, body: '' }, 'UPSTREAM_ERROR'],
  ['another image', { body: trainingImageDetail({ id: id(9) }) }, 'UPSTREAM_BAD_RESPONSE'],
  ['a list', list(trainingImageRow()), 'UPSTREAM_BAD_RESPONSE'],
])('%s: an image by its id, the field of the detail, and the node', async (_title, reply, expected) => {
  const app = await startApp({ upstream: ({ path }) => (path === IMAGES ? list(trainingImageRow()) : reply) });
  const { data: rows } = await app.ask('{ trainingImages { nodes { id } } }');
  const { data, errors } = await app.ask(
    `query ($id: ID!) {
      one: trainingImage(trainingImageId: "${id(1)}") { name }
      node(id: $id) { id }
      trainingImages { nodes { name supportedResourceCategories } } }`,
    { id: rows.trainingImages.nodes[0].id },
  );
  expect(data).toEqual({
    one: null,
    node: null,
    trainingImages: { nodes: [{ name: 'pytorch_1_8', supportedResourceCategories: null }] },
  });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(expected && Array(3).fill(expected));
});

test('X-Project-Id names the project of the path, of a list and of an image', async () => {
  const app = await startApp({
    upstream: ({ path }) => (path.endsWith('/images') ? list() : { body: trainingImageDetail() }),
  });
  const query = `{ trainingImages { totalCount } trainingImage(trainingImageId: "${id(1)}") { name } }`;
  const { errors } = await app.ask(query, {}, { 'x-project-id': 'project-2' });
  expect(errors).toBeUndefined();
  expect(app.targets().toSorted()).toEqual([
    `/v1/project-2/images/${id(1)}`,
    '/v1/project-2/images?type=DEDICATED&limit=1&offset=0',
  ]);
});

test('an id in upper case is the same image', async () => {
  const lower = 'abcdefab-0000-4000-8000-000000000001';
  const app = await startApp({ upstream: () => ({ body: trainingImageDetail({ id: lower }) }) });
  const { data, errors } = await app.ask(
    `{ trainingImage(trainingImageId: "${lower.toUpperCase()}") { trainingImageId } }`,
  );
  expect({ data, errors }).toEqual({ data: { trainingImage: { trainingImageId: lower } }, errors: undefined });
});

test('the versions of a group are the images of its organization, its whole name and its workspace, of one type', async () => {
  const app = await startApp({
    upstream: ({ path, query }) => {
      if (path.endsWith('/group')) return list(imageGroupRow());
      return list(...Array.from({ length: Number(query.get('limit')) }, (_, n) => trainingImageRow({ id: id(n) })));
    },
  });
  const { data, errors } = await app.ask(
    `query ($workspace: String) {
      imageGroup(namespace: "group", name: "pytorch_1_8") { versionCount
        versions(first: 2) { totalCount nodes { name } }
        again: versions(first: 2, type: null) { nodes { tag } }
        builtIn: versions(type: BUILD_IN) { totalCount } }
      there: imageGroup(namespace: "group", name: "pytorch_1_8", workspaceId: $workspace) { versions { totalCount } } }`,
    { workspace: WORKSPACE },
  );
  expect(errors).toBeUndefined();
  expect(data.imageGroup.versions).toEqual({ totalCount: 2, nodes: Array(2).fill({ name: 'pytorch_1_8' }) });
  const exact = `${IMAGES}?name=pytorch_1_8&name_fuzzy_match=false&namespace=group&type`;
  expect(
    app
      .targets()
      .filter((target) => !target.includes('/group'))
      .toSorted(),
  ).toEqual([
    `${exact}=BUILD_IN&limit=1&offset=0`,
    `${exact}=DEDICATED&limit=2&offset=0`,
    `${exact}=DEDICATED&workspace_id=${WORKSPACE}&limit=1&offset=0`,
  ]);
});

test('the versions of many groups take one call each, and fail alone', async () => {
  const app = await startApp({
    upstream: ({ path, query }) => {
      if (path.endsWith('/group')) return list(...['a', 'b', 'c'].map((name) => imageGroupRow({ name })));
      return query.get('name') === 'b' ? { status: 500, body: '' } : list(trainingImageRow());
    },
  });
  const { data, errors } = await app.ask('{ imageGroups { nodes { name versions { nodes { tag } } } } }');
  expect(data.imageGroups.nodes.map(({ versions }: { versions: unknown }) => versions !== null)).toEqual([
    true,
    false,
    true,
  ]);
  expect(errors?.map(({ path }) => path)).toEqual([['imageGroups', 'nodes', 1, 'versions']]);
  expect(app.targets()).toHaveLength(4);
});

test('images by their ids take one call each, the same id one', async () => {
  const app = await startApp({
    upstream: ({ path }) =>
      path.endsWith(id(3)) ? MISSING : { body: trainingImageDetail({ id: path.slice(IMAGES.length + 1) }) },
  });
  const representations = [1, 2, 3, 1].map((n) => ({ __typename: 'TrainingImage', trainingImageId: id(n) }));
  const { data, errors } = await app.ask(
    'query ($all: [_Any!]!) { _entities(representations: $all) { ... on TrainingImage { trainingImageId } } }',
    { all: representations },
  );
  expect(errors).toBeUndefined();
  expect(data._entities).toEqual(
    [1, 2, undefined, 1].map((n) => (n === undefined ? null : { trainingImageId: id(n) })),
  );
  expect(app.targets().toSorted()).toEqual([1, 2, 3].map((n) => `${IMAGES}/${id(n)}`));
});
