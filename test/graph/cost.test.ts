// What an operation costs: the table of exact costs, rejections without an upstream call, and the promise that no operation brings
// more nodes or makes more calls than its cost.
import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/schema.ts';
import { imageRow } from '../resources/image/kind.ts';
import { imageGroupRow } from '../resources/image-group/kind.ts';
import { retentionLogRow } from '../resources/retention-log/kind.ts';
import { sharedRow } from '../resources/shared-repository/kind.ts';
import { type Cost, codesOf, type Operation, openApp, startApp, type TestApp } from '../support/app.ts';
import { argumentsAt } from '../support/documents/whole-selection.ts';
import { FACTS, factsFields, findingFields, idOf, KINDS, listsOf } from '../support/kinds.ts';
import { groupList, imageList, retentionList, sharedList } from '../support/upstreams/paged-upstream.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());
afterEach(() => {
  expect(app.log.splice(0)).toEqual([]);
});

const ask = (operation: Operation, other = app) => other.send(operation);
const askForCost = (query: string, variables: Record<string, unknown> = {}, other = app) =>
  ask({ query, variables, extensions: { cost: true } }, other);

const REPOSITORY = { namespace: 'group', name: 'busybox' };
const GROUP = { namespace: 'op_svc_modelarts_container2', name: 'pytorch_1_8' };
/** An image that is nowhere. */
const GONE = 'ffffffff-0000-4000-8000-000000000000';
const IMAGE = 'bc6bed6e-ba3a-4447-afcc-449174a3eb52';
/** A repository with so many retention logs that its pages do not all begin where an upstream page does. */
const LOGGED = 'namespace: "hwstaff_l00283074", repositoryName: "nightly/build-runner"';
/** The global id of a record of each kind. */
const IDS = Object.fromEntries(KINDS.map((kind) => [kind.type, idOf(kind, kind.inSandbox)]));

describe('the report', () => {
  const QUERY = '{ images(first: 3) { nodes { id } } }';
  const COST: Cost = {
    requestedQueryCost: 3,
    maximumAvailable: 10_000,
    upstreamCalls: { requested: 1, actual: 1, maximum: 500, services: { ims: { requested: 1, actual: 1 } } },
    rowsRead: { requested: 4, actual: 4, maximum: 100_000 },
  };

  test('comes with the response to a POST that requests it', async () => {
    expect((await askForCost(QUERY)).extensions).toEqual({ cost: COST });
  });

  test('comes with the response to a GET that requests it', async () => {
    const parameters = new URLSearchParams({ query: QUERY, extensions: '{"cost":true}' });
    const headers = { 'x-auth-token': app.upstream.token };
    const response = await app.fetch(`${app.url}?${parameters}`, { headers });
    expect(await response.json()).toMatchObject({ data: { images: {} }, extensions: { cost: COST } });
  });

  test.each([
    undefined,
    {},
    { cost: false },
    { cost: null },
    { cost: 'true' },
    { cost: 1 },
    { cost: { cost: true } },
    { COST: true },
  ])('does not come with the response to a request with extensions %j', async (extensions) => {
    const response = await ask({ query: QUERY, ...(extensions ? { extensions } : {}) });
    expect([response.status, response.extensions]).toEqual([200, undefined]);
  });

  test('is that of each operation of a batch', async () => {
    const { batch = [] } = await app.send([
      { query: QUERY, extensions: { cost: true } },
      { query: QUERY },
      { query: '{ a: images { nodes { id } } b: images(first: 2) { nodes { id } } }', extensions: { cost: true } },
    ]);
    expect(batch.map(({ extensions }) => extensions?.cost)).toEqual([
      COST,
      undefined,
      {
        ...COST,
        requestedQueryCost: 27,
        upstreamCalls: { requested: 2, actual: 2, maximum: 500, services: { ims: { requested: 2, actual: 2 } } },
        rowsRead: { requested: 29, actual: 29, maximum: 100_000 },
      },
    ]);
  });

  test('comes with errors too, and counts the calls that failed', async () => {
    const query = '{ images(first: 3) { nodes { id } } }';
    const response = await app.send({ query, extensions: { cost: true } }, { 'x-auth-token': 'nobody' });
    expect(codesOf(response)).toEqual(['UNAUTHENTICATED']);
    expect(response.extensions?.cost).toEqual({ ...COST, rowsRead: { ...COST.rowsRead, actual: 0 } });
  });

  test('is that of the operation that is executed, of several in a document', async () => {
    const query = `query Small ${QUERY} query Large { images(first: 900) { nodes { id } } }`;
    const costOf = async (operationName: string) =>
      (await ask({ query, operationName, extensions: { cost: true } })).extensions?.cost?.requestedQueryCost;
    expect([await costOf('Small'), await costOf('Large'), await costOf('Small')]).toEqual([3, 900, 3]);
  });

  test('follows the variables when one document is sent again', async () => {
    const query = 'query ($first: Int = 2) { images(first: $first) { nodes { id } } }';
    const costs = [{}, { first: 5 }, { first: 0 }, { first: null }].map(async (variables) => {
      const { extensions } = await askForCost(query, variables);
      return extensions?.cost?.requestedQueryCost;
    });
    expect(await Promise.all(costs)).toEqual([2, 5, 0, 25]);
  });

  test('of the overview in the README is seven calls, requested and made', async () => {
    const query = `query Overview {
      sharedRepositories(center: SELF, first: 2) {
        totalCount
        nodes { namespace name repository { size creatorName retentionLogs(first: 5) { nodes { tag createdAt } } } }
      }
      images(first: 2) { nodes { imageId name status } }
      imageGroups(first: 2) { nodes { namespace name versionCount } }
    }`;
    app.calls();
    // Two rows of each list, two repositories, and five logs of each.
    expect((await askForCost(query)).extensions?.cost).toMatchObject({
      requestedQueryCost: 2 + 2 + 2 + 2 + 10,
      upstreamCalls: {
        requested: 7,
        actual: 7,
        services: {
          swr: { requested: 5, actual: 5 },
          ims: { requested: 1, actual: 1 },
          modelarts: { requested: 1, actual: 1 },
        },
      },
      // One image more shows whether others follow.
      rowsRead: { requested: 2 + 10 + 3 + 2, actual: 12 },
    });
    expect(app.calls()).toHaveLength(7);
  });

  test('names the services as errors do, those without a call too, and no others', async () => {
    const unconfigured = await startApp({ settings: { IMAGE_GRAPH_IMS_ENDPOINT: 'http://127.0.0.1:9' } });
    const query = '{ __typename sharedRepositories(center: SELF) { nodes { id } } images(first: 0) { nodes { id } } }';
    const { errors, extensions } = await askForCost(query, {}, unconfigured);
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_CONFIGURED', service: 'swr' } }]);
    expect(extensions?.cost?.upstreamCalls).toEqual({
      requested: 1,
      actual: 0,
      maximum: 500,
      services: { swr: { requested: 1, actual: 0 }, ims: { requested: 0, actual: 0 } },
    });
    expect((await askForCost('{ __typename }')).extensions?.cost?.upstreamCalls.services).toEqual({});
  });
});

/** A query, its nodes, the calls that it may need, and those that it makes on the sandbox. */
type Row = [query: string, nodes: number, requested: number, actual: number, variables?: Record<string, unknown>];

const VARIABLES = 'query ($first: Int = 4, $yes: Boolean = true)';
const TABLE: Row[] = [
  // What brings no rows.
  ['{ __typename }', 0, 0, 0],
  ['{ __schema { queryType { name } } }', 1000, 0, 0],
  ['{ a: __type(name: "Query") { name } b: __type(name: "Image") { name } }', 2000, 0, 0],
  ['{ images(first: 0) { nodes { id } } }', 0, 0, 0],
  ['{ sharedRepositories(center: SELF, first: 0) { totalCount } }', 0, 1, 1],

  // Pages: a row counts once, whichever way it is selected.
  ['{ images { nodes { id } } }', 25, 1, 1],
  ['{ images(first: null) { nodes { id } } }', 25, 1, 1],
  ['{ images(first: 3) { nodes { id } } }', 3, 1, 1],
  ['{ images(last: 3) { nodes { id } } }', 3, 1, 1],
  ['{ images(first: 3) { edges { node { id } } } }', 3, 1, 1],
  ['{ images(first: 3) { edges { cursor node { id } } nodes { name } pageInfo { hasNextPage } } }', 3, 1, 1],
  ['{ images(first: 1000) { nodes { id } pageInfo { hasNextPage } } }', 1000, 2, 1],
  ['{ imageGroups(first: 1000) { nodes { id } } }', 1000, 2, 1],
  [`{ retentionLogs(${LOGGED}, first: 300) { nodes { id } } }`, 300, 3, 2],
  ['{ imageGroups(last: 2) { nodes { id } } }', 2, 2, 2],
  ['{ images(first: 3, orderBy: { field: NAME, direction: ASC }) { nodes { id } } }', 3, 21, 1],
  [
    '{ images(first: 3, filter: { createdAt: { gt: "2020-01-01T00:00:00Z", lt: "2030-01-01T00:00:00Z" } }) { nodes { id } } }',
    ...[3, 21, 1],
  ] as never,

  // Aliases are fields of their own; the same field twice is one.
  ['{ a: images(first: 3) { nodes { id } } b: images(first: 4) { nodes { id } } }', 7, 2, 2],
  ['{ images(first: 3) { nodes { id } } images(first: 3) { nodes { name } } }', 3, 1, 1],
  ['{ images(first: 3) { nodes { properties { name } more: properties { value } } } }', 3 + 3 * 100, 1, 1],

  // Variables, their defaults, directives and fragments.
  [`${VARIABLES} { images(first: $first) { nodes { id @include(if: $yes) } } }`, 4, 1, 1],
  [`${VARIABLES} { images(first: $first) { nodes { id @include(if: $yes) } } }`, 6, 1, 1, { first: 6 }],
  [`${VARIABLES} { __typename images(first: $first) @skip(if: $yes) { nodes { id } } }`, 0, 0, 0],
  [`${VARIABLES} { __typename images(first: $first) @skip(if: $yes) { nodes { id } } }`, 4, 1, 1, { yes: false }],
  [`${VARIABLES} { __typename ... @include(if: $yes) { images(first: $first) { nodes { id } } } }`, 4, 1, 1],
  [
    `${VARIABLES} { __typename ...F @include(if: $yes) } fragment F on Query { images(first: $first) { nodes { id } } }`,
    0,
    0,
    0,
    { yes: false },
  ],
  [
    '{ ...F ...F ... { ...F } } fragment F on Query { images(first: 3) { ...P } } fragment P on ImageConnection { nodes { ...N } } fragment N on Node { id }',
    3,
    1,
    1,
  ],

  // Lists within lists multiply, and so do the calls of their rows.
  ['{ images(first: 3) { nodes { originalImage { id originalImage { id } } } } }', 9, 10, 3],
  ['{ sharedRepositories(center: SELF, first: 2) { nodes { repository { size } } } }', 4, 1, 1],
  ['{ sharedRepositories(center: SELF, first: 2) { nodes { repository { creatorName } } } }', 4, 3, 3],
  [
    '{ sharedRepositories(center: SELF, first: 2) { nodes { repository { retentionLogs(first: 5) { nodes { repository { id } } } } } } }',
    24,
    3,
    3,
  ],
  [
    '{ sharedRepositories(center: SELF, first: 2) { edges { node { repository { retentionLogs { edges { node { id } } } } } } } }',
    54,
    3,
    3,
  ],
  ['{ repositories(first: 4) { nodes { size } } }', 4, 1, 1],
  ['{ repositories(first: 4) { nodes { size } edges { node { creatorName } } } }', 4, 5, 5],
  ['{ repositories(first: 4) { nodes { sharing { id } imageGroup { id } } } }', 12, 1 + 4 * 10 + 4 * 15, 8],
  ['{ imageGroups(first: 6) { nodes { repository { size } } } }', 12, 8, 5],

  // One record.
  [`{ image(imageId: "${IMAGE}") { id } }`, 1, 1, 1],
  ['{ repository(namespace: "group", name: "busybox") { id } }', 1, 1, 1],
  [
    '{ repository(namespace: "group", name: "busybox") { sharing { id } imageGroup { id } retentionLogs { totalCount } } }',
    3,
    27,
    4,
  ],
  [`{ imageGroup(namespace: "${GROUP.namespace}", name: "${GROUP.name}") { id } }`, 1, 15, 1],

  // By id: what an id of its type costs.
  [
    `{ node(id: "${IDS.Image}") { ... on Image { originalImage { id } } ... on Repository { sharing { id } } } }`,
    2,
    3,
    1,
  ],
  [
    `{ node(id: "${IDS.Repository}") { ... on Image { originalImage { id } } ... on Repository { sharing { id } } } }`,
    2,
    11,
    2,
  ],
  [`{ nodes(ids: ["${IDS.Repository}", "${IDS.SharedRepository}", "${IDS.RetentionLog}"]) { id } }`, 3, 21, 3],
  [`{ nodes(ids: ["${IDS.Image}", "${IDS.ImageGroup}"]) { id } }`, 2, 16, 2],
  [
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Image { originalImage { id } } } }',
    17,
    10,
    2,
    { ids: [IDS.Image, IDS.Image, IDS.Image, IDS.Repository, 'nothing'] },
  ],
  [
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Image { originalImage { id } } ... on Repository { creatorName } } }',
    13,
    4,
    2,
    {
      of: [
        { __typename: 'Image', id: IDS.Image },
        { __typename: 'Repository', ...REPOSITORY },
        { __typename: 'Nobody' },
      ],
    },
  ],
];

test.each(TABLE)('%s costs %i nodes, and %i calls at most', async (query, nodes, requested, actual, variables) => {
  app.calls();
  const { extensions } = await askForCost(query, variables);
  expect(extensions?.cost).toEqual({
    requestedQueryCost: nodes,
    maximumAvailable: 10_000,
    upstreamCalls: { requested, actual, maximum: 500, services: expect.any(Object) },
    rowsRead: { requested: expect.any(Number), actual: expect.any(Number), maximum: 100_000 },
  });
  const rowsRead = extensions?.cost?.rowsRead ?? { requested: -1, actual: 0 };
  expect(rowsRead.requested).toBeGreaterThanOrEqual(rowsRead.actual);
  const services = Object.values(extensions?.cost?.upstreamCalls.services ?? {});
  const sumOf = (key: 'requested' | 'actual') => services.reduce((sum, { [key]: count }) => sum + count, 0);
  expect([sumOf('requested'), sumOf('actual')]).toEqual([requested, actual]);
  expect(app.calls()).toHaveLength(actual);
});

describe('beyond a limit', () => {
  /** A rejection has its report, requested or not, and makes no call. */
  async function expectRejection(operation: Operation, limit: object, cost: object, other = app) {
    app.calls();
    const response = await ask(operation, other);
    expect(response.errors).toMatchObject([
      { extensions: { code: 'QUERY_TOO_COMPLEX', limit }, locations: [{ line: 1, column: 1 }] },
    ]);
    expect(response.data).toBeUndefined();
    expect(response.status).toBe(400);
    expect(response.extensions?.cost).toMatchObject(cost);
    const parameters = new URLSearchParams({
      query: operation.query,
      variables: JSON.stringify(operation.variables ?? {}),
    });
    const byGet = await other.fetch(`${other.url}?${parameters}`);
    expect(await byGet.json()).toMatchObject({ errors: [{ extensions: { limit } }], extensions: { cost } });
    const { batch } = await other.send([{ query: '{ __typename }' }, operation]);
    expect(batch).toMatchObject([{ data: {} }, { errors: [{ extensions: { limit } }], extensions: { cost } }]);
    expect(batch?.[0]?.extensions).toBeUndefined();
    expect(app.calls()).toEqual([]);
  }

  test('nodes: ten thousand pass, one more is rejected', async () => {
    const query = `query ($more: Int!) {
      ${Array.from({ length: 10 }, (_, index) => `a${index}: images(first: 1000) { nodes { id } }`).join(' ')}
      more: images(first: $more) { nodes { id } }
    }`;
    expect((await ask({ query, variables: { more: 0 } })).errors).toBeUndefined();
    await expectRejection(
      { query, variables: { more: 1 } },
      { name: 'nodes', value: 10_001, max: 10_000 },
      {
        requestedQueryCost: 10_001,
        maximumAvailable: 10_000,
        upstreamCalls: { requested: 11, actual: 0, maximum: 500 },
      },
    );
  });

  test('nodes: lists within lists are multiplied before any call is made', async () => {
    await expectRejection(
      { query: '{ repositories(first: 100) { nodes { retentionLogs(first: 100) { nodes { id } } } } }' },
      { name: 'nodes', value: 10_100, max: 10_000 },
      { requestedQueryCost: 10_100 },
    );
  });

  test('upstream calls: those of one service count, not those of all together', async () => {
    const query = (first: number) => `{
      sharedRepositories(center: SELF, first: ${first}) { nodes { repository { retentionLogs(first: 1) { nodes { tag } } } } }
      images(first: 1) { nodes { id } }
    }`;
    const { extensions, errors } = await askForCost(query(499));
    expect(errors).toBeUndefined();
    expect(extensions?.cost?.upstreamCalls).toMatchObject({ requested: 501, maximum: 500 });
    await expectRejection(
      { query: query(500) },
      { name: 'upstreamCalls', value: 501, max: 500 },
      { upstreamCalls: { requested: 502, actual: 0, maximum: 500 } },
    );
  });

  test('a list that is too long is reported with its cost', async () => {
    await expectRejection(
      { query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: { ids: Array(251).fill(IDS.Image) } },
      { name: 'listLength', value: 251, max: 250 },
      { requestedQueryCost: 251, upstreamCalls: { requested: 251, actual: 0 } },
    );
  });

  test('each limit moves with its setting', async () => {
    const settings = { IMAGE_GRAPH_MAX_NODES: '10', IMAGE_GRAPH_MAX_UPSTREAM_CALLS: '2' };
    const limited = await startApp({ upstream: app.upstream, settings });
    const images = (first: number) => ({ query: `{ images(first: ${first}) { nodes { id } } }` });
    expect((await ask(images(10), limited)).errors).toBeUndefined();
    await expectRejection(
      images(11),
      { name: 'nodes', value: 11, max: 10 },
      { requestedQueryCost: 11, maximumAvailable: 10, upstreamCalls: { requested: 1, actual: 0, maximum: 2 } },
      limited,
    );
    const repositories = (first: number) => ({ query: `{ repositories(first: ${first}) { nodes { creatorName } } }` });
    expect((await ask(repositories(1), limited)).errors).toBeUndefined();
    const limit = { name: 'upstreamCalls', value: 3, max: 2 };
    const services = { swr: { requested: 3, actual: 0 } };
    await expectRejection(
      repositories(2),
      limit,
      { upstreamCalls: { requested: 3, actual: 0, maximum: 2, services } },
      limited,
    );
  });

  test('values: the report does not have them, and the error has', async () => {
    const limited = await startApp({ upstream: app.upstream, settings: { IMAGE_GRAPH_MAX_VALUES: '5' } });
    await expectRejection(
      { query: '{ images(first: 5) { nodes { id } } }' },
      { name: 'values', max: 5 },
      { requestedQueryCost: 5, upstreamCalls: { requested: 1, actual: 0 } },
      limited,
    );
  });

  test('of the document, its variables or the batch there is no report: the cost is not known yet', async () => {
    const settings = { IMAGE_GRAPH_MAX_DEPTH: '2', IMAGE_GRAPH_MAX_LIST_LENGTH: '1', IMAGE_GRAPH_MAX_BATCH: '2' };
    const limited = await startApp({ upstream: app.upstream, settings });
    const extensions = { cost: true };
    const bodies = [
      { query: '{ images { nodes { id } } }', extensions },
      { query: '{ __typename }', variables: { list: Array(41).fill(1) }, extensions },
      Array(3).fill({ query: '{ __typename }', extensions }),
    ];
    for (const body of bodies) {
      const response = await limited.send(body);
      expect([codesOf(response), response.extensions]).toEqual([['QUERY_TOO_COMPLEX'], undefined]);
    }
  });

  test('the message names the unit, the value, the maximum and the remedy', async () => {
    const { errors } = await ask({ query: '{ images(first: 600) { nodes { originalImage { id } } } }' });
    expect(errors?.[0]?.message).toBe(
      'The operation needs too many calls to IMS: 601, where 500 are allowed. Request smaller pages, or leave out fields that cost a call for each row.',
    );
  });
});

describe('a limit cannot be evaded', () => {
  /** Eleven thousand rows. */
  const MUCH = Array.from({ length: 11 }, (_, index) => `m${index}: images(first: 1000) { nodes { id } }`).join(' ');

  const NULLS: [title: string, query: (rest: string) => string, variables: Record<string, unknown>][] = [
    ['an argument', (rest) => `query ($id: ID = "${IMAGE}") { image(imageId: $id) { id } ${rest} }`, { id: null }],
    [
      'a condition',
      (rest) => `query ($if: Boolean = true) { image(imageId: "${IMAGE}") { id name @skip(if: $if) } ${rest} }`,
      { if: null },
    ],
    ['an item', (rest) => `query ($id: ID = "${IDS.Image}") { nodes(ids: [$id]) { id } ${rest} }`, { id: null }],
  ];

  test.each(NULLS)(
    '%s that is null where it must not be does not hide the cost of the rest',
    async (_title, query, variables) => {
      app.calls();
      await ask({ query: query(MUCH), variables });
      expect(app.calls()).toEqual([]);
      app.log.splice(0);
    },
  );

  test.each(NULLS)(
    '%s that is null where it must not be is an error of the caller',
    async (_title, query, variables) => {
      expect(codesOf(await ask({ query: query('__typename'), variables }))).toEqual(['BAD_USER_INPUT']);
      expect(app.log.splice(0)).toEqual([]);
    },
  );

  test('different fields of one name, below `nodes` and below `edges`, count both', async () => {
    const { extensions } = await askForCost(
      '{ repositories(first: 5) { nodes { x: name } edges { node { x: retentionLogs { nodes { id } } } } } }',
    );
    expect(extensions?.cost).toMatchObject({ requestedQueryCost: 130, upstreamCalls: { requested: 6, actual: 6 } });
  });

  test('a list of which `nodes` and `edges` select different parts is called twice, and its bound says so', async () => {
    const { extensions } = await askForCost(`{ imageGroups(first: 2) {
      nodes { versions { nodes { description } } } edges { node { versions { totalCount } } }
    } }`);
    expect(extensions?.cost?.upstreamCalls).toMatchObject({ requested: 5, actual: 5 });
  });

  test('one field with different arguments, below `nodes` and below `edges`, counts both', async () => {
    const { extensions } = await askForCost(`{ repositories(first: 5) {
      nodes { retentionLogs(first: 1) { nodes { id } } } edges { node { retentionLogs(first: 10) { nodes { id } } } }
    } }`);
    expect(extensions?.cost).toMatchObject({ requestedQueryCost: 60, upstreamCalls: { requested: 11, actual: 11 } });
  });

  test('rows under many names do not make a response that is many times as large as its cost', async () => {
    const names = Array.from({ length: 99 }, (_, index) => `n${index}: nodes { properties { name value } }`).join(' ');
    const response = await askForCost(`{ images(first: 20) { ${names} } }`);
    const rows = Object.values(response.data?.images ?? {}).flat();
    expect(rows.length).toBeLessThanOrEqual(response.extensions?.cost?.requestedQueryCost ?? 0);
  });

  test.each<[title: string, query: string, name: string]>([
    [
      'objects below rows under many names',
      `{ repositories(first: 9) { nodes { retentionLogs(first: 1000) { nodes { ${Array.from({ length: 90 }, (_, index) => `a${index}: rule { keepCount }`).join(' ')} } } } } }`,
      'values',
    ],
    [
      'pages that every row rejects',
      `{ repositories(first: 1000) { nodes { a: retentionLogs(first: -1) { __typename } b: retentionLogs(first: 0, after: "x") { __typename } } } }`,
      'nodes',
    ],
    [
      'malformed ids',
      `{ ${Array.from({ length: 5 }, (_, index) => `a${index}: nodes(ids: [${'"x" '.repeat(250)}]) { id }`).join(' ')} }`,
      'nodes',
    ],
    [
      'pages that only pageInfo reads',
      `{ ${Array.from({ length: 11 }, (_, index) => `a${index}: images(first: 1000, filter: { minRam: ${index} }) { pageInfo { endCursor } }`).join(' ')} }`,
      'nodes',
    ],
    [
      'the text of the schema under many names',
      `{ ${Array.from({ length: 11 }, (_, index) => `a${index}: _service { sdl }`).join(' ')} }`,
      'nodes',
    ],
  ])('%s are rejected', async (_title, query, name) => {
    app.calls();
    const { errors } = await ask({ query });
    expect(errors?.map(({ extensions }) => [extensions.code, (extensions.limit as { name: string }).name])).toEqual([
      ['QUERY_TOO_COMPLEX', name],
    ]);
    expect(app.calls()).toEqual([]);
  });

  test('the last rows of a list whose upstream pages begin elsewhere cost what the report says', async () => {
    const { extensions } = await askForCost(`{ retentionLogs(${LOGGED}, last: 100) { nodes { id } } }`);
    expect(extensions?.cost?.upstreamCalls.actual).toBe(3);
    expect(extensions?.cost?.upstreamCalls.requested).toBeGreaterThanOrEqual(3);
  });

  test('a page of a list whose length the upstream does not send costs what the report says', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => sharedRow({ name: `r${index}` }));
    const other = await startApp({ upstream: sharedList(rows, { header: false }) });
    const query = '{ sharedRepositories(center: SELF, first: 10) { nodes { name } pageInfo { hasNextPage } } }';
    const { extensions, errors } = await askForCost(query, {}, other);
    expect(errors).toBeUndefined();
    expect(extensions?.cost?.upstreamCalls).toMatchObject({ requested: 2, actual: 2 });
  });

  test('a cursor of a row that is deleted costs what the report says, with or without rows', async () => {
    const { data } = await ask({ query: '{ images(first: 1) { edges { cursor node { imageId } } } }' });
    const [{ cursor, node }] = data.images.edges;
    const after = Buffer.from(Buffer.from(cursor, 'base64url').toString().replace(node.imageId, GONE)).toString(
      'base64url',
    );
    for (const first of [0, 1]) {
      const query = `{ images(first: ${first}, after: "${after}") { pageInfo { hasNextPage } } }`;
      const response = await askForCost(query);
      expect(codesOf(response)).toEqual(['CURSOR_EXPIRED']);
      expect(response.extensions?.cost?.upstreamCalls).toMatchObject({ requested: 2, actual: 2 });
    }
  });
});

describe('the hard stop', () => {
  const STOP = { IMAGE_GRAPH_MAX_UPSTREAM_CALLS: '5' };
  const range = (length: number) => Array.from({ length }, (_, index) => index);

  test('ends a list whose pages are shorter than they should be, at its path, and the others have their values', async () => {
    const rows = retentionList(
      range(100).map((id) => retentionLogRow({ id })),
      { cap: 10 },
    );
    const images = imageList([imageRow()]);
    const other = await startApp({
      upstream: (call, response) => (call.path === '/v2/images' ? images : rows)(call, response),
      settings: STOP,
    });
    const { data, errors, extensions } = await askForCost(
      `{ logs: retentionLogs(namespace: "group", repositoryName: "busybox", first: 100) { nodes { id } } images(first: 1) { nodes { name } } }`,
      {},
      other,
    );
    expect(data).toEqual({ logs: null, images: { nodes: [{ name: 'CentOS' }] } });
    expect(errors).toMatchObject([
      {
        path: ['logs'],
        extensions: { code: 'QUERY_TOO_COMPLEX', service: 'swr', limit: { name: 'upstreamCalls', value: 6, max: 5 } },
      },
    ]);
    expect(extensions?.cost?.upstreamCalls).toEqual({
      // The calls that short pages make necessary are no longer an estimate.
      requested: 6,
      actual: 6,
      maximum: 5,
      services: { swr: { requested: 5, actual: 5 }, ims: { requested: 1, actual: 1 } },
    });
    expect(other.targets().filter((target) => target.includes('histories'))).toHaveLength(5);
  });

  test('ends only what comes after the last call that is allowed', async () => {
    const rows = groupList(
      range(12).map((index) => imageGroupRow({ name: `g${index}` })),
      { cap: 2 },
    );
    const other = await startApp({ upstream: rows, settings: STOP });
    const { data, errors } = await askForCost(
      `{ few: imageGroups(first: 2) { nodes { name } } many: imageGroups(first: 12) { nodes { name } } }`,
      {},
      other,
    );
    expect(data.few.nodes).toHaveLength(2);
    expect(data.many).toBeNull();
    const unrequested = await ask({ query: '{ imageGroups(first: 12) { nodes { name } } }' }, other);
    expect(unrequested).toMatchObject({ extensions: { cost: { upstreamCalls: { actual: 5, maximum: 5 } } } });
    expect(errors).toMatchObject([{ path: ['many'], extensions: { code: 'QUERY_TOO_COMPLEX', service: 'modelarts' } }]);
    expect(other.targets()).toHaveLength(10);
  });

  test('is that of one operation: the next one, and the others of a batch, begin anew', async () => {
    const other = await startApp({
      upstream: imageList([imageRow()]),
      settings: { IMAGE_GRAPH_MAX_UPSTREAM_CALLS: '1', IMAGE_GRAPH_SHARE_CALLS: 'false' },
    });
    const operation = { query: '{ images(first: 1) { nodes { name } } }' };
    const { batch = [] } = await other.send([operation, operation, operation]);
    expect(batch.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
    expect((await ask(operation, other)).errors).toBeUndefined();
    expect(other.targets()).toHaveLength(4);
  });
});

describe('whatever the query', () => {
  /** What the sandbox has for queries: arguments of root fields, ids, representations, and cursors of lists. */
  interface Known {
    readonly args: Record<string, readonly string[]>;
    readonly cursors: Record<string, readonly string[]>;
    readonly references: readonly Record<string, unknown>[];
  }
  let known: Known;
  beforeAll(async () => {
    known = await explore();
  });

  const GROUP_NAME = /^[a-z0-9._-]+$/;

  /** The lists that are large enough, where the kind names another one. */
  const LARGE: Readonly<Record<string, string>> = { sharedRepositories: 'center: THIRD_PARTY', retentionLogs: LOGGED };
  const lists = KINDS.flatMap((kind) =>
    listsOf(kind, kind.inSandbox)
      .slice(0, 1)
      .map(([field, args]) => ({ kind, field, args: LARGE[field] ?? args })),
  );

  async function explore(): Promise<Known> {
    const fields = lists.map(({ kind: { key }, field, args }) => {
      return `${field}(${args} first: 150) { edges { cursor node { id ${Object.keys(key).join(' ')} } } }`;
    });
    const { data } = await ask({ query: `{ ${fields.join(' ')} }` });
    const rows = (field: string): Record<string, string>[] =>
      data[field].edges.map(({ node }: { node: Record<string, string> }) => node);
    /** The keys that the documents allow as arguments; the lists hold others too. */
    const keys = (field: string, grammar = /^[a-z][a-z0-9/._-]*[a-z0-9]$/) =>
      rows(field)
        .filter(({ name = '' }) => grammar.test(name))
        .map(({ namespace, name }) => `namespace: "${namespace}", name: "${name}"`);
    const references = lists.flatMap(({ field, kind: { type: __typename } }) =>
      rows(field)
        .slice(0, 30)
        .flatMap(({ id, ...key }) => [
          { __typename, id },
          { __typename, ...key },
        ]),
    );
    const image = rows('images').map((row) => `imageId: "${row.imageId}"`);
    return {
      references,
      cursors: Object.fromEntries(
        lists.map(({ field }) => [field, data[field].edges.map(({ cursor }: { cursor: string }) => cursor)]),
      ),
      args: {
        ...Object.fromEntries(lists.map(({ field, args }) => [field, [args]])),
        ...Object.fromEntries(FACTS.flatMap(factsFields).map(({ name }) => [name, ['']])),
        osVersions: ['', 'tags: [ARM, UEFI]'],
        ...Object.fromEntries(
          KINDS.flatMap((kind) =>
            findingFields(kind, kind.inSandbox).map((field) => {
              const [, name = '', args = ''] = /^(\w+)\((.*)\)$/.exec(field) ?? [];
              return [name, [args]];
            }),
          ),
        ),
        repository: [...keys('repositories'), ...keys('sharedRepositories'), 'namespace: "group", name: "nowhere"'],
        retentionLogs: [
          LOGGED,
          ...keys('repositories')
            .slice(0, 5)
            .map((key) => key.replace('name:', 'repositoryName:')),
        ],
        sharedRepositories: ['center: THIRD_PARTY', 'center: SELF', 'center: SELF, name: "a"'],
        repositories: ['', 'namespace: "group"', 'name: "build"', 'namespace: "data-platform", name: "a"'],
        image: [...image, `imageId: "${GONE}"`],
        images: [
          '',
          'filter: { imageType: PRIVATE }',
          ...['NAME', 'SIZE', 'ID', 'CREATED_AT'].map((field) => `orderBy: { field: ${field}, direction: ASC }`),
        ],
        imageGroup: [...keys('imageGroups', GROUP_NAME), ...keys('repositories', GROUP_NAME)],
        imageGroups: ['', 'filter: { name: "a" }', 'orderBy: { fields: [NAME, CREATED_AT], direction: DESC }'],
      },
    };
  }

  const schema = buildSchema({ offersNode: true });
  const typeNamed = (name: string) => schema.getType(name) as GraphQLObjectType;
  const kindNames = KINDS.map(({ type }) => type);
  const isConnection = (type: GraphQLObjectType) => type.name.endsWith('Connection');
  /** The fields of a type that lead to objects, and those that do not. */
  const fieldsOf = (type: GraphQLObjectType) => {
    const fields = Object.values(type.getFields()).filter(
      ({ name, args, type: below }) =>
        args.every(({ type: wanted }) => !String(wanted).endsWith('!')) ||
        (!isLeafType(getNamedType(below)) && argumentsAt(`${type.name}.${name}`) !== undefined),
    );
    return {
      edges: fields.filter(
        ({ type: below }) => isObjectType(getNamedType(below)) && getNamedType(below).name !== 'ImageProperty',
      ),
      leaves: fields.filter(({ type: below }) => isLeafType(getNamedType(below))),
    };
  };

  /** Writes a valid query, as chance has it. */
  class Writer {
    readonly #pick: fc.GeneratorValue;
    readonly #fragments: string[] = [];
    readonly variables: Record<string, unknown> = {};
    readonly #declared = new Set<string>();
    constructor(pick: fc.GeneratorValue) {
      this.#pick = pick;
    }

    operation(): string {
      const fields = Array.from({ length: 1 + this.#number(2) }, (_, index) => `r${index}: ${this.#root()}`).join(' ');
      const declared = this.#declared.size > 0 ? `(${[...this.#declared].join(', ')})` : '';
      return `query ${declared} { ${fields} } ${this.#fragments.join(' ')}`;
    }

    #number(max: number): number {
      return this.#pick(fc.nat, max);
    }

    #oneOf<Value>(values: readonly Value[]): Value {
      return values[this.#number(values.length - 1)] as Value;
    }

    /** Some of them, each once, in any order. */
    #some<Value>(values: readonly Value[], max: number): Value[] {
      if (values.length === 0) return [];
      return [...new Set(Array.from({ length: this.#number(max) }, () => this.#oneOf(values)))];
    }

    #root(): string {
      const field = this.#oneOf([...Object.keys(known.args), 'node', 'nodes', '_entities']);
      const references = this.#some(known.references, 6);
      if (field === '_entities') {
        const name = this.#variable('[_Any!]!', references);
        return `_entities(representations: ${name}) { ${this.#kinds(2)} }`;
      }
      const ids = references.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
      if (field === 'node') return `node(id: ${this.#variable('ID!', ids[0] ?? IDS.Image)}) { ${this.#kinds(2)} }`;
      if (field === 'nodes') return `nodes(ids: ${this.#variable('[ID!]!', ids)}) { ${this.#kinds(2)} }`;
      const type = getNamedType(typeNamed('Query').getFields()[field]?.type) as GraphQLObjectType;
      const args = this.#oneOf(known.args[field] ?? []);
      if (!isConnection(type)) return `${field}${args === '' ? '' : `(${args})`} { ${this.#object(type, 2)} }`;
      // Large pages have no edges below them: their product would be rejected, which tests nothing.
      const isLarge = this.#number(3) === 0;
      const size = this.#oneOf(isLarge ? [99, 100, 101, 499, 500, 999, 1000] : [0, 1, 2, 3, 5, undefined]);
      const first = known.args[field]?.[0] === args;
      const page = this.#page(size, first ? (known.cursors[field] ?? []) : []);
      const all = [args, page].filter((part) => part !== '').join(', ');
      return `${field}${all === '' ? '' : `(${all})`} { ${this.#connection(type, isLarge ? 0 : 2)} }`;
    }

    /** The arguments of a page; a size may be a variable. */
    #page(size: number | undefined, cursors: readonly string[]): string {
      const direction = this.#oneOf(['first', 'last'] as const);
      const asVariable = size !== undefined && this.#pick(fc.boolean);
      const cursor = cursors.length > 0 && this.#pick(fc.boolean) ? this.#oneOf(cursors) : undefined;
      const parts = [
        size === undefined ? '' : `${direction}: ${asVariable ? this.#variable('Int', size) : size}`,
        cursor === undefined ? '' : `${direction === 'first' ? 'after' : 'before'}: "${cursor}"`,
      ];
      return parts.filter((part) => part !== '').join(', ');
    }

    #connection(type: GraphQLObjectType, levels: number): string {
      const { totalCount, nodes } = type.getFields();
      const row = getNamedType(nodes?.type) as GraphQLObjectType;
      const through = this.#oneOf(['nodes', 'edges', 'both', 'both', 'neither'] as const);
      const parts = [
        through === 'nodes' || through === 'both' ? `nodes { ${this.#object(row, levels)} }` : '',
        through === 'edges' || through === 'both' ? `edges { cursor node { ${this.#object(row, levels)} } }` : '',
        totalCount && this.#pick(fc.boolean) ? 'totalCount' : '',
        this.#pick(fc.boolean)
          ? `pageInfo { ${this.#oneOf(['hasNextPage hasPreviousPage', 'startCursor', 'hasPreviousPage'])} }`
          : '',
      ];
      return this.#wrapped(type.name, `__typename ${parts.join(' ')}`);
    }

    #kinds(levels: number): string {
      const kinds = this.#some(kindNames, 5).map(
        (name, index) => `... on ${name} { ${this.#object(typeNamed(name), levels, `k${index}`)} }`,
      );
      return `__typename ... on Node { id } ${kinds.join(' ')}`;
    }

    /** Some fields of a type, under names that other selections of the same rows may give to other fields. */
    #object(type: GraphQLObjectType, levels: number, prefix = 'x'): string {
      const { edges, leaves } = fieldsOf(type);
      const fields = [...this.#some(leaves, 3), ...(levels > 0 ? this.#some(edges, 2) : [])];
      const first = this.#number(1);
      const named = fields.map((field, index) =>
        this.#field(type, field, `${prefix}${(index + first) % 5}`, levels - 1),
      );
      return this.#wrapped(type.name, ['__typename', ...('id' in type.getFields() ? ['id'] : []), ...named].join(' '));
    }

    #field(parent: GraphQLObjectType, field: GraphQLField<unknown, unknown>, alias: string, levels: number): string {
      const { name, type } = field;
      if (isLeafType(getNamedType(type))) return `${alias}: ${name}`;
      const given = argumentsAt(`${parent.name}.${name}`);
      return this.#edge(field, `${alias}: ${name}${given === undefined ? '' : `(${given})`}`, levels);
    }

    /** `head` is its alias, its name and the arguments that it needs. */
    #edge({ type }: GraphQLField<unknown, unknown>, head: string, levels: number): string {
      const below = getNamedType(type) as GraphQLObjectType;
      if (!isConnection(below)) return `${head} { ${this.#object(below, levels)} }`;
      const page = this.#page(this.#oneOf([0, 1, 2, 3, 100, undefined]), []);
      return `${head}${page === '' ? '' : `(${page})`} { ${this.#connection(below, levels)} }`;
    }

    /** The same selection as it is, or in a fragment, under a condition. */
    #wrapped(type: string, selection: string): string {
      const form = this.#number(5);
      if (form === 0) return `... on ${type} { ${selection} }`;
      if (form === 1)
        return `__typename ... @include(if: ${this.#variable('Boolean!', this.#pick(fc.boolean))}) { ${selection} }`;
      if (form === 2) return `__typename ... @skip(if: ${this.#pick(fc.boolean)}) { ${selection} }`;
      if (form !== 3) return selection;
      const name = `F${this.#fragments.length}`;
      this.#fragments.push(`fragment ${name} on ${type} { ${selection} }`);
      return `...${name}`;
    }

    #variable(type: string, value: unknown): string {
      const name = `v${this.#declared.size}`;
      this.#declared.add(`$${name}: ${type}`);
      this.variables[name] = value;
      return `$${name}`;
    }
  }

  /** The kinds that lists without pages have. */
  const UNPAGED = kindNames.filter((name) => schema.getType(`${name}List`));

  /** The paths of a result that lead to an object with an id; a row has one path, through `edges` or through `nodes`. */
  function pathsOf(value: unknown, path = ''): string[] {
    // Lists without pages count as pages of the default size.
    const counted = Array.isArray(value) && UNPAGED.includes(value[0]?.__typename) ? value.slice(0, 25) : value;
    if (Array.isArray(counted)) return counted.flatMap((item, index) => pathsOf(item, `${path}.${index}`));
    if (typeof value !== 'object' || value === null) return [];
    const { id, __typename } = value as Record<string, unknown>;
    const below = Object.entries(value).flatMap(([name, part]) => pathsOf(part, `${path}.${name}`));
    const own = path.replace(/\.edges\.(\d+)\.node(?=\.|$)/g, '.nodes.$1');
    return [...(id === undefined ? [] : [`${own} ${__typename}`]), ...below];
  }

  /** Errors of what the sandbox has that cannot be read, or not by every caller. */
  const EXPECTED = ['FORBIDDEN', 'UPSTREAM_BAD_RESPONSE', 'QUERY_TOO_COMPLEX'];

  // The time is for the search of the smallest query that fails.
  test('it brings no more nodes and makes no more calls than its cost, and the sandbox counts the same', {
    timeout: 60_000,
  }, async () => {
    let executed = 0;
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (pick) => {
        const writer = new Writer(pick);
        const query = writer.operation();
        app.calls();
        const response = await askForCost(query, writer.variables);
        const cost = response.extensions?.cost;
        expect(
          codesOf(response).filter((code) => !EXPECTED.includes(code as string)),
          query,
        ).toEqual([]);
        expect(cost?.upstreamCalls.actual, query).toBe(app.calls().length);
        expect(cost?.upstreamCalls.requested, query).toBeGreaterThanOrEqual(cost?.upstreamCalls.actual ?? Infinity);
        expect(cost?.requestedQueryCost, query).toBeGreaterThanOrEqual(new Set(pathsOf(response.data)).size);
        expect(app.log, query).toEqual([]);
        if (response.data) executed++;
      }),
      { numRuns: 150 },
    );
    expect(executed).toBeGreaterThan(100);
  });

  test('the queries of this test reach every field that leads to objects or makes a call', () => {
    const reached = kindNames.flatMap((name) => {
      const { edges, leaves } = fieldsOf(typeNamed(name));
      return [...edges, ...leaves].map((field) => `${name}.${field.name}`);
    });
    const costly = KINDS.flatMap(({ costs }) => Object.keys(costs)).filter(
      (coordinate) => !coordinate.startsWith('Query.'),
    );
    expect(costly.length).toBeGreaterThanOrEqual(7);
    expect(reached).toEqual(expect.arrayContaining([...costly, 'RetentionLog.rule']));
    expect(isInterfaceType(schema.getType('Node'))).toBe(true);
  });
});
