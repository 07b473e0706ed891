// Wrong input: the exact error of each, and no upstream call except where only the upstream can tell.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pack } from '../../src/graph/opaque.ts';
import { createApiKey } from '../../src/server/auth/api-keys.ts';
import { codesOf, openApp, sortedCalls, startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

const KEY = createApiKey('ci');
const UNKNOWN_IMAGE = '11111111-2222-4333-8444-555555555555';
const cursorOfSharedList = async () => {
  const { data } = await app.ask('{ sharedRepositories(center: SELF, first: 1) { pageInfo { endCursor } } }');
  app.calls();
  return data.sharedRepositories.pageInfo.endCursor as string;
};

const NAMESPACE_MESSAGE =
  '`namespace` must be an organization name: 1 to 512 characters, without / | :: $ % ? # & \\ and control characters, and not only dots or blanks.';
const NAME_MESSAGE =
  '`name` must be a repository name: 1 to 512 characters, without | :: $ % ? # & \\ and control characters, and without parts that are empty or only dots.';
const NAME_PART_MESSAGE =
  '`name` must be a part of a repository name: 1 to 512 characters, without | :: $ % ? # & \\ and control characters, and without parts that are only dots.';

test.each<[title: string, query: string, message: string]>([
  [
    'a filter smuggled into a name',
    '{ sharedRepositories(center: SELF, name: "x|center::thirdparty") { nodes { id } } }',
    NAME_PART_MESSAGE,
  ],
  ['a path smuggled into a namespace', '{ repository(namespace: "../..", name: "x") { id } }', NAMESPACE_MESSAGE],
  ['a query smuggled into a name', '{ repository(namespace: "group", name: "x?limit=1") { id } }', NAME_MESSAGE],
  ['an empty part in a name', '{ repository(namespace: "group", name: "a//b") { id } }', NAME_MESSAGE],
  [
    'a path smuggled into the repository of logs',
    '{ retentionLogs(namespace: "group", repositoryName: "a/../b") { nodes { id } } }',
    NAME_MESSAGE.replace('name', 'repositoryName'),
  ],
  [
    'a $ in a name',
    '{ repository(namespace: "group", name: "a$b") { id } }',
    '`name` must not contain $: write slashes as /.',
  ],
  [
    'a $ in the name of a shared list',
    '{ sharedRepositories(center: SELF, name: "a$b") { nodes { id } } }',
    '`name` must not contain $: write slashes as /.',
  ],
  [
    'a colon that would join the separator of the filter',
    '{ sharedRepositories(center: SELF, name: ":a") { nodes { id } } }',
    NAME_PART_MESSAGE,
  ],
  ['a negative size', '{ images(first: -1) { nodes { id } } }', '`first` must be from 0 to 1000.'],
  ['a size above the maximum', '{ images(first: 5000) { nodes { id } } }', '`first` must be from 0 to 1000.'],
  ['a negative last', '{ images(last: -1) { nodes { id } } }', '`last` must be from 0 to 1000.'],
  [
    'first with last',
    '{ images(first: 1, last: 1) { nodes { id } } }',
    '`first` cannot be combined with `last` or `before`.',
  ],
  [
    'first with before',
    '{ images(first: 1, before: "x") { nodes { id } } }',
    '`first` cannot be combined with `last` or `before`.',
  ],
  [
    'last with after',
    '{ images(last: 1, after: "x") { nodes { id } } }',
    '`after` cannot be combined with `last` or `before`.',
  ],
  [
    'after with before',
    '{ images(after: "x", before: "x") { nodes { id } } }',
    '`after` cannot be combined with `last` or `before`.',
  ],
  ['a garbled cursor', '{ images(after: "garbled") { nodes { id } } }', 'This is not a cursor of this graph.'],
  ['an empty cursor', '{ images(after: "") { nodes { id } } }', 'This is not a cursor of this graph.'],
  ['a garbled node id', '{ node(id: "garbled") { id } }', 'This is not a global id of this graph.'],
  ['a malformed image id', '{ image(imageId: "not-a-uuid") { id } }', '`imageId` must be a UUID.'],
  [
    'two lower bounds in one time filter',
    '{ images(filter: { createdAt: { gt: "2020-01-01T00:00:00Z", gte: "2020-01-01T00:00:00Z" } }) { nodes { id } } }',
    '`filter.createdAt` must have one operator, or one lower bound (gt, gte) and one upper bound (lt, lte).',
  ],
  [
    'UNKNOWN in a filter',
    '{ images(filter: { status: UNKNOWN }) { nodes { id } } }',
    '`filter.status` must not be UNKNOWN: IMS has no such value.',
  ],
  [
    'false for a flag that can only be true',
    '{ images(filter: { supportsKvm: false }) { nodes { id } } }',
    '`filter.supportsKvm` must be true or left out: IMS has no filter for false.',
  ],
  [
    'a control character in a free text',
    '{ images(filter: { name: "a\\u0000b" }) { nodes { id } } }',
    '`filter.name` must not contain control characters or broken Unicode.',
  ],
  [
    'a control character in a group name',
    '{ imageGroup(namespace: "group", name: "a\\u0000b") { id } }',
    '`name` must not contain control characters or broken Unicode.',
  ],
  [
    'a line break in the organization of groups',
    '{ imageGroups(filter: { namespace: "a\\nb" }) { nodes { id } } }',
    '`filter.namespace` must not contain control characters or broken Unicode.',
  ],
  [
    'a control character in the organization of a list',
    '{ repositories(namespace: "a\\u0085b") { nodes { id } } }',
    '`namespace` must not contain control characters or broken Unicode.',
  ],
  [
    'an order without fields',
    '{ imageGroups(orderBy: { fields: [], direction: ASC }) { nodes { id } } }',
    '`orderBy.fields` must have at least one field.',
  ],
])('%s is BAD_USER_INPUT without an upstream call', async (_title, query, message) => {
  const field = /\{ (\w+)/.exec(query)?.[1];
  const { data, errors } = await app.ask(query);
  expect(data).toEqual({ [field as string]: null });
  expect(errors).toMatchObject([{ message, path: [field], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(app.calls()).toEqual([]);
});

test('a cursor of another list is BAD_USER_INPUT without an upstream call', async () => {
  const cursor = await cursorOfSharedList();
  const query = 'query ($after: String) { sharedRepositories(center: THIRD_PARTY, after: $after) { nodes { id } } }';
  const { data, errors } = await app.ask(query, { after: cursor });
  expect(data).toEqual({ sharedRepositories: null });
  expect(errors).toMatchObject([
    {
      message: 'This cursor belongs to another list: its arguments, filter or order differ.',
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
  expect(app.calls()).toEqual([]);
});

test('a well-formed cursor with an offset above ten million is BAD_USER_INPUT without an upstream call', async () => {
  const { length } = await cursorOfSharedList();
  expect(length).toBeGreaterThan(0);
  const { errors } = await app.ask(
    'query ($after: String) { sharedRepositories(center: SELF, after: $after) { nodes { id } } }',
    {
      after: pack(['digest', '10000001']),
    },
  );
  expect(errors).toMatchObject([
    { message: 'This is not a cursor of this graph.', extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(app.calls()).toEqual([]);
});

test.each([
  ['path', ['Repository', '..', 'x']],
  ['slash in an organization', ['Repository', 'a/b', 'x']],
  ['filter', ['SharedRepository', 'SELF', 'group', 'x|center::thirdparty']],
  ['query', ['Image', 'x?limit=1']],
  ['type that does not exist', ['Secret', 'x']],
  ['number of parts', ['Image', 'x', 'y']],
])('a forged node id with a wrong %s is BAD_USER_INPUT without an upstream call', async (_title, parts) => {
  const { data, errors } = await app.ask('query ($id: ID!) { node(id: $id) { id } }', { id: pack(parts) });
  expect(data).toEqual({ node: null });
  expect(errors).toMatchObject([
    { message: 'This is not a global id of this graph.', extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(app.calls()).toEqual([]);
});

test('an id that is wrong fails alone among nodes', async () => {
  const { data, errors } = await app.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: [
      pack(['Repository', 'group', 'busybox']),
      'garbled',
      pack(['Image', UNKNOWN_IMAGE]),
      pack(['Repository', 'group', 'busybox']),
    ],
  });
  const id = pack(['Repository', 'group', 'busybox']);
  expect(data.nodes).toEqual([{ id }, null, null, { id }]);
  expect(errors).toMatchObject([{ path: ['nodes', 1], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(app.calls()).toHaveLength(2);
});

test.each([
  ['namespace', '{ repository(namespace: "nobody", name: "x") { id } }', 'repository'],
  ['image id', `{ image(imageId: "${UNKNOWN_IMAGE}") { id } }`, 'image'],
  ['image group', '{ imageGroup(namespace: "nobody", name: "x") { id } }', 'imageGroup'],
  [
    'repository of retention logs',
    '{ retentionLogs(namespace: "nobody", repositoryName: "x") { nodes { id } } }',
    'retentionLogs',
  ],
])('an unknown %s is null without an error, after one call', async (_title, query, field) => {
  expect(await app.ask(query)).toEqual({ data: { [field]: null } });
  expect(app.calls()).toHaveLength(1);
});

test('a missing token is UNAUTHENTICATED without an upstream call', async () => {
  const { data, errors } = await app.ask('{ images { nodes { id } } }', {}, { 'x-auth-token': '' });
  expect(data).toEqual({ images: null });
  expect(errors).toMatchObject([
    {
      message: 'IMS needs a token: send it in X-Auth-Token.',
      path: ['images'],
      extensions: { code: 'UNAUTHENTICATED', service: 'ims' },
    },
  ]);
  const anonymous = await startApp({ upstream: app.upstream, token: '' });
  expect((await anonymous.ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
  expect(app.calls()).toEqual([]);
});

test.each<[title: string, headers: Record<string, string>, settings: Record<string, string>, message: string]>([
  [
    'as a bearer',
    { authorization: 'Bearer gAAAAABsecret' },
    {},
    'IMS needs a token: send it in X-Auth-Token, not in Authorization.',
  ],
  [
    'as it is',
    { authorization: 'gAAAAABsecret' },
    {},
    'IMS needs a token: send it in X-Auth-Token, not in Authorization.',
  ],
  [
    'beside an empty X-Auth-Token',
    { authorization: 'Bearer gAAAAABsecret', 'x-auth-token': '' },
    {},
    'IMS needs a token: send it in X-Auth-Token, not in Authorization.',
  ],
  [
    'beside a malformed X-Auth-Token',
    { authorization: 'Bearer gAAAAABsecret', 'x-auth-token': 'a b' },
    {},
    'X-Auth-Token must be one token without blanks and commas.',
  ],
  [
    'where callers authenticate with it',
    { authorization: `Bearer ${KEY.key}` },
    { IMAGE_GRAPH_API_KEYS_FILE: 'keys' },
    'IMS needs a token: send it in X-Auth-Token.',
  ],
])('a token in Authorization, %s, has its own message', async (_title, headers, settings, message) => {
  const file = join(mkdtempSync(join(tmpdir(), 'image-graph-')), 'keys');
  writeFileSync(file, `${KEY.line}\n`);
  const keys = settings.IMAGE_GRAPH_API_KEYS_FILE ? { IMAGE_GRAPH_API_KEYS_FILE: file } : {};
  const anonymous = await startApp({ upstream: app.upstream, token: null, settings: keys });
  const { data, errors } = await anonymous.ask('{ images { nodes { id } } }', {}, headers);
  expect(data).toEqual({ images: null });
  expect(errors).toMatchObject([{ message, extensions: { code: 'UNAUTHENTICATED', service: 'ims' } }]);
  expect(JSON.stringify(errors)).not.toMatch(/gAAAAAB|image-graph-key/);
  expect(app.calls()).toEqual([]);
});

test('an expired token is UNAUTHENTICATED at each field', async () => {
  const { data, errors } = await app.ask(
    '{ repository(namespace: "group", name: "busybox") { id } images { nodes { id } } imageGroups { nodes { id } } }',
    {},
    { 'x-auth-token': 'sandbox-token-expired' },
  );
  expect(data).toEqual({ repository: null, images: null, imageGroups: null });
  expect(errors?.map(({ path, extensions }) => [path?.[0], extensions.code, extensions.upstreamStatus]).sort()).toEqual(
    [
      ['imageGroups', 'UNAUTHENTICATED', 401],
      ['images', 'UNAUTHENTICATED', 401],
      ['repository', 'UNAUTHENTICATED', 401],
    ],
  );
  expect(app.calls()).toHaveLength(3);
});

test('a malformed token, or one that was sent twice, is UNAUTHENTICATED without an upstream call', async () => {
  const { errors } = await app.ask('{ images { nodes { id } } }', {}, { 'x-auth-token': 'one, two' });
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(app.calls()).toEqual([]);
});

test("a malformed X-Project-Id is BAD_USER_INPUT, and a good one overrides the settings' project", async () => {
  const query = '{ imageGroups { nodes { id } } }';
  const { errors } = await app.ask(query, {}, { 'x-project-id': '../x' });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(app.calls()).toEqual([]);
  const other = await app.ask(query, {}, { 'x-project-id': 'another-project' });
  expect(other.errors).toMatchObject([
    { path: ['imageGroups'], extensions: { code: 'FORBIDDEN', upstreamCode: 'ModelArts.0210' } },
  ]);
  expect(sortedCalls(app)).toEqual(['GET /v1/another-project/images/group?limit=25&offset=0']);
});

test('a service without an endpoint is NOT_CONFIGURED, the others have their values', async () => {
  const partial = await startApp({
    settings: { IMAGE_GRAPH_IMS_ENDPOINT: app.upstream.url },
    token: app.token,
  });
  const { data, errors } = await partial.ask(
    '{ images(first: 1) { nodes { id } } imageGroups { nodes { id } } repository(namespace: "a", name: "b") { id } }',
  );
  expect(data.images.nodes).toHaveLength(1);
  expect(data).toMatchObject({ imageGroups: null, repository: null });
  expect(codesOf({ errors })).toEqual(['NOT_CONFIGURED', 'NOT_CONFIGURED']);
  app.calls();
});

test.each([
  [
    'variable of a wrong type',
    'query ($first: Int) { images(first: $first) { nodes { id } } }',
    { first: 'x' },
    'BAD_USER_INPUT',
  ],
  [
    'variable that is not a time',
    'query ($t: DateTime) { images(filter: { createdAt: { gt: $t } }) { nodes { id } } }',
    { t: 'yesterday' },
    'BAD_USER_INPUT',
  ],
  ['field that does not exist', '{ nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
  ['literal of a wrong type', '{ images(first: "x") { nodes { id } } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
  ['malformed document', '{', {}, 'GRAPHQL_PARSE_FAILED'],
])('a %s is rejected before execution', async (_title, query, variables, code) => {
  const { data, errors } = await app.ask(query, variables);
  expect(data).toBeUndefined();
  expect(errors?.[0]?.extensions.code).toBe(code);
  expect(app.calls()).toEqual([]);
});

describe.each<[type: string, query: (value: string) => string, values: readonly unknown[]]>([
  ['Int', (value) => `{ images(first: ${value}) { nodes { name } } }`, ['x', 1.5, true]],
  ['Boolean', (value) => `{ images(filter: { isProtected: ${value} }) { nodes { name } } }`, ['x', 1]],
  ['DateTime', (value) => `{ images(filter: { createdAt: { gte: ${value} } }) { nodes { name } } }`, ['x', 1, true]],
])('a malformed %s', (type, query, values) => {
  const JSON_ONLY = { accept: 'application/json' };

  test.each(values.map((value) => [value]))('has the status of others and says where it is: %j', async (value) => {
    const before = query('|').indexOf('|');
    const forms = [
      { operation: { query: query(JSON.stringify(value)) }, column: before + 1 },
      {
        operation: { query: `query ($v: ${type}) ${query('$v')}`, variables: { v: value } },
        column: 'query ('.length + 1,
      },
      {
        operation: { query: `query ($v: ${type} = ${JSON.stringify(value)}) ${query('$v')}` },
        column: `query ($v: ${type} = `.length + 1,
      },
    ];
    for (const { operation, column } of forms) {
      const response = await app.send(operation);
      expect([response.status, response.data]).toEqual([400, undefined]);
      expect(response.errors).toMatchObject([{ locations: [{ line: 1, column }] }]);
      expect(await app.send(operation, JSON_ONLY)).toMatchObject({ status: 200, errors: response.errors });
      const { batch } = await app.send([operation]);
      expect(batch).toEqual([{ errors: response.errors }]);
    }
    expect(app.calls()).toEqual([]);
  });
});
