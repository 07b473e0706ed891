// Several tenants at one app: whatever they send, at the same time and the same operations, none sees a value of another.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type GraphQLObjectType,
  getNamedType,
  isLeafType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildSchema } from '../../src/schema.ts';
import { createApiKey } from '../../src/server/auth/api-keys.ts';
import { imageId } from '../resources/image/kind.ts';
import { kind as repository } from '../resources/repository/kind.ts';
import { codesOf, type GraphQLResponse, startApp, type TestApp } from '../support/app.ts';
import { goOn, stopClocksForTest } from '../support/clock.ts';
import { wholeSelection } from '../support/documents/whole-selection.ts';
import { FACTS, factsFields, findingFields, idOf, KINDS, keyOf, keySetsOf, listsOf, SLICES } from '../support/kinds.ts';
import {
  AMBER,
  BIRCH,
  CEDAR,
  DENIED_IMAGE,
  marksOf,
  NAMES,
  NAMESPACE,
  ONLY_OF_AMBER,
  projectOf,
  RECORDS,
  TENANTS,
  type Tenant,
  tenantCloud,
} from './tenant-cloud.ts';

const schema = buildSchema({ offersNode: true });
const all = (type: string, edges = 1) => wholeSelection(schema, type, edges);

/** An operation as it is sent. */
interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** What the rows of a list tell: five repositories and more of one organization are looked up in it. */
const LISTED = '__typename namespace name description size createdAt';
const REPOSITORY_IDS = RECORDS.map((n) => idOf(repository, keyOf(repository, n)));
/** One document whose response depends on its variables alone. */
const SWITCHED = `query ($isDetailed: Boolean!, $name: String!) {
  repository(namespace: "${NAMESPACE}", name: $name) { __typename name creatorName @include(if: $isDetailed) size @skip(if: $isDetailed) }
}`;

const OF_AMBER_ALONE = {
  query: `{ repository(namespace: "${NAMESPACE}", name: "${ONLY_OF_AMBER}") { ${all('Repository', 0)} } }`,
};

/** Of each kind: every root field and every edge, whole, by name, id, representation and page. */
const OF_KINDS: readonly Operation[] = KINDS.flatMap((kind) => {
  const { type } = kind;
  const shortest = keySetsOf(kind)[0] ?? [];
  const representation = Object.fromEntries(shortest.map((name) => [name, keyOf(kind, 5)[name]]));
  return [
    ...findingFields(kind, keyOf(kind, 1)).map((field) => ({ query: `{ ${field} { ${all(type)} } }` })),
    ...listsOf(kind).flatMap(([name, args]) => [
      { query: `{ ${name}(${args} first: 2) { ${all(`${type}Connection`, 2)} } }` },
      { query: `{ ${name}(${args} last: 3) { ${all(`${type}Connection`)} } }` },
    ]),
    { query: `{ node(id: "${idOf(kind, keyOf(kind, 2))}") { id ... on ${type} { ${all(type)} } } }` },
    {
      query: `query ($all: [_Any!]!) { _entities(representations: $all) { __typename ... on ${type} { ${all(type)} } } }`,
      variables: {
        all: [
          { __typename: type, ...representation },
          { __typename: type, id: idOf(kind, keyOf(kind, 6)) },
        ],
      },
    },
  ];
});

const OPERATIONS: readonly Operation[] = [
  ...OF_KINDS,
  ...FACTS.flatMap(factsFields).map(({ name, type }) => ({ query: `{ ${name} { ${all(type)} } }` })),
  OF_AMBER_ALONE,
  { query: `{ repositories(namespace: "${NAMESPACE}", last: 4) { nodes { ${LISTED} } totalCount } }` },
  {
    query: `{ image(imageId: "${DENIED_IMAGE}") { name } other: image(imageId: "${imageId(4)}") { __typename name } }`,
  },
  {
    query: `{ images(filter: { name: "x" }, orderBy: { field: NAME, direction: ASC }) { nodes { __typename name owner } } }`,
  },
  {
    // An alias for each kind, as fields of one name may differ in nullability.
    query: `query ($ids: [ID!]!) { ${KINDS.map(({ type }) => `all${type}: nodes(ids: $ids) { __typename id ... on ${type} { ${all(type)} } }`).join(' ')} }`,
    variables: { ids: KINDS.map((kind) => idOf(kind, keyOf(kind, 3))) },
  },
  {
    query: `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { ${LISTED} } } }`,
    variables: { ids: REPOSITORY_IDS },
  },
  { query: SWITCHED, variables: { isDetailed: true, name: 'app-6' } },
  { query: SWITCHED, variables: { isDetailed: false, name: 'app-6' } },
  { query: '{ _service { sdl } }' },
];

/** The next page of each list, by the cursors that Amber is given. */
async function nextPages(app: TestApp): Promise<Operation[]> {
  const lists = KINDS.flatMap((kind) => listsOf(kind).map(([name, args]) => ({ name, args, type: kind.type })));
  return Promise.all(
    lists.map(async ({ name, args, type }) => {
      const { data } = await ask(app, AMBER, {
        query: `{ list: ${name}(${args} first: 2) { pageInfo { endCursor } } }`,
      });
      const { endCursor } = data.list.pageInfo;
      return { query: `{ ${name}(${args} first: 2, after: "${endCursor}") { ${all(`${type}Connection`)} } }` };
    }),
  );
}

let sent = 0;

/** Sends one operation, or several in one request, as a tenant, and returns the text of the response. The request's id begins with its name. */
async function send(
  app: TestApp,
  tenant: Tenant,
  operations: readonly Operation[],
  headers: Record<string, string> = {},
): Promise<string> {
  // Every other request reports its cost.
  const body = operations.map((operation) => ({ ...operation, extensions: { cost: sent % 2 === 0 } }));
  const response = await app.fetch(app.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-auth-token': tenant.token,
      'x-project-id': tenant.projectId,
      'x-request-id': `${tenant.word}-${++sent}`,
      ...headers,
    },
    body: JSON.stringify(body.length === 1 ? body[0] : body),
  });
  return response.text();
}

const ask = async (app: TestApp, tenant: Tenant, operation: Operation): Promise<GraphQLResponse> =>
  JSON.parse(await send(app, tenant, [operation]));

/** Each tenant's responses from an app that serves no other tenant. */
async function responsesAlone(
  operations: readonly Operation[],
): Promise<ReadonlyMap<Tenant, readonly GraphQLResponse[]>> {
  const responses = TENANTS.map(async (tenant) => {
    const app = await startApp({ upstream: tenantCloud() });
    return [tenant, await Promise.all(operations.map((operation) => ask(app, tenant, operation)))] as const;
  });
  return new Map(await Promise.all(responses));
}

/** What is the same for all tenants; everything else is a value. */
const KEYS = new Set([
  ...['__typename', 'id', 'cursor', 'startCursor', 'endCursor', 'hasNextPage', 'hasPreviousPage', 'totalCount', 'sdl'],
  ...KINDS.flatMap(({ type, key }) => Object.keys(key).map((name) => `${type}.${name}`)),
  ...SLICES.flatMap(({ sameForAllTenants = [] }) => sameForAllTenants),
]);

type Leaf = readonly [field: string, value: unknown];

/** The leaves of a response with their fields, in its order; no nulls. */
function leavesOf(data: unknown, type = ''): Leaf[] {
  if (Array.isArray(data)) return data.flatMap((item) => leavesOf(item, type));
  if (typeof data !== 'object' || data === null) return [];
  const own = '__typename' in data ? String(data.__typename) : type;
  return Object.entries(data).flatMap(([name, value]) =>
    [value].flat().flatMap((item): Leaf[] => {
      if (typeof item === 'object') return leavesOf(item, own);
      return [[KEYS.has(name) ? name : `${own}.${name}`, item]];
    }),
  );
}

const keysOf = (data: unknown) => leavesOf(data).filter(([field]) => KEYS.has(field));
const valuesOf = (data: unknown) => leavesOf(data).filter(([field]) => !KEYS.has(field));

/** The tenants whose values one must not see. Cedar is Amber in another project, and sees what belongs to no project. */
const othersOf = (tenant: Tenant) => (tenant === CEDAR ? [BIRCH] : TENANTS.filter((other) => other !== tenant));

/** An order that has nothing to do with that of the list, and is the same in every run. */
const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map((item, index) => ({ item, at: createHash('sha256').update(String(index)).digest('hex') }))
    .sort((one, other) => (one.at < other.at ? -1 : 1))
    .map(({ item }) => item);

/** Runs jobs, so many at once. */
async function runAll(jobs: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  const left = jobs.values();
  const work = async () => {
    for (const job of left) await job();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** The object types that hold data of a cloud. */
const DATA_TYPES = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !/^_|^Query$|^PageInfo$|Connection$|Edge$/.test(name));

test('the operations reach every root field, and every field of every type that holds data', () => {
  const reached = new Set<string>();
  for (const { query } of OPERATIONS) {
    const info = new TypeInfo(schema);
    const enter = () => void reached.add(`${info.getParentType()?.name}.${info.getFieldDef()?.name}`);
    visit(parse(query), visitWithTypeInfo(info, { Field: { enter } }));
  }
  const wanted = [schema.getQueryType() as GraphQLObjectType, ...DATA_TYPES]
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`))
    .filter((field) => field !== 'ImageProperty.name');
  expect(wanted.length).toBeGreaterThan(130);
  expect(wanted.filter((field) => !reached.has(field))).toEqual([]);
});

test('the tenants have the same keys, and differ in every value of every field', async () => {
  const operations = OPERATIONS;
  const responses = await responsesAlone(operations);
  const [amber, birch] = [AMBER, BIRCH].map((tenant) =>
    responses.get(tenant)?.map(({ data }, index) => (operations[index] === OF_AMBER_ALONE ? null : data)),
  );
  const codes = new Set([...responses.values()].flat().flatMap(codesOf));
  expect([...codes]).toEqual(['FORBIDDEN']);
  // Cedar's own values are those of ModelArts, which has no texts.
  for (const tenant of TENANTS)
    for (const mark of marksOf(tenant).slice(1)) expect(JSON.stringify(responses.get(tenant))).toContain(mark);
  expect(keysOf(birch)).toEqual(keysOf(amber));
  const values = valuesOf(birch);
  expect(values.map(([field]) => field)).toEqual(valuesOf(amber).map(([field]) => field));
  expect(valuesOf(amber).filter(([_field, value], index) => value === values[index]?.[1])).toEqual([]);
  const fields = new Set(values.map(([field]) => field));
  const wanted = DATA_TYPES.flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => isLeafType(getNamedType(field.type)) && !KEYS.has(field.name))
      .map(({ name }) => `${type.name}.${name}`),
  );
  expect(wanted.filter((field) => !fields.has(field) && !KEYS.has(field))).toEqual(['ImageProperty.name']);
});

/** Settings with API keys, and the header of each tenant. */
function withApiKeys() {
  const folder = mkdtempSync(join(tmpdir(), 'image-graph-tenants-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const keys = TENANTS.map(({ word }) => createApiKey(word));
  writeFileSync(join(folder, 'keys'), keys.map(({ line }) => `${line}\n`).join(''));
  const headers = TENANTS.map((_tenant, index) => ({ 'x-api-key': keys[index]?.key ?? '' }));
  return { settings: { IMAGE_GRAPH_API_KEYS_FILE: join(folder, 'keys') }, headers };
}

const withoutApiKeys = () => ({ settings: {}, headers: TENANTS.map(() => ({})) });

/** The same, with all responses kept for later operations of the same tenant. */
const withCache = () => ({
  settings: { IMAGE_GRAPH_CACHE: 'swr=600, ims=600, modelarts=600' },
  headers: TENANTS.map(() => ({})),
});

/** Responses without their cost. */
const bare = (responses: readonly GraphQLResponse[]) =>
  JSON.stringify(responses.map(({ data, errors }) => ({ data, errors })));

const ROUNDS = 5;
const AT_ONCE = 24;

// Identical calls in flight of one tenant are shared, so that there are fewer calls than requests for them.
describe.each([
  ['without API keys', withoutApiKeys, 'fetch', 2_000],
  ['with an API key each, on the fast path', withApiKeys, 'http', 2_000],
  ['with kept responses', withCache, 'http', 100],
] as const)('%s', (_title, prepare, over, minCalls) => {
  test('no value of a tenant appears in a response to another, in thousands of operations that run beside each other', async () => {
    const { settings, headers } = prepare();
    const app = await startApp({ upstream: tenantCloud(), settings, over });
    const first = await startApp({ upstream: tenantCloud() });
    const operations = [...OPERATIONS, ...(await nextPages(first))];
    const alone = await responsesAlone(operations);
    const count = { operations: 0, values: 0 };

    const job = (tenant: Tenant, indexes: readonly number[]) => async () => {
      const some = indexes.map((index) => operations[index] as Operation);
      const text = await send(app, tenant, some, headers[TENANTS.indexOf(tenant)]);
      expect(
        othersOf(tenant)
          .flatMap(marksOf)
          .filter((mark) => text.includes(mark)),
      ).toEqual([]);
      const responses: GraphQLResponse[] = [JSON.parse(text)].flat();
      expect(bare(responses)).toBe(bare(indexes.map((index) => alone.get(tenant)?.[index] ?? {})));
      count.operations += responses.length;
      count.values += valuesOf(responses.map(({ data }) => data)).length;
    };
    const indexes = [...operations.keys()];
    // The same operation of all tenants, twice each, at one time; and several in one request.
    const sets = indexes.map((index) => TENANTS.flatMap((tenant) => [job(tenant, [index]), job(tenant, [index])]));
    const batches = TENANTS.flatMap((tenant) => [job(tenant, indexes.slice(0, 8)), job(tenant, indexes.slice(-8))]);
    const jobs = Array.from({ length: ROUNDS }, (_, round) =>
      round % 2 === 0 ? shuffled(sets).flat() : shuffled([...sets.flat(), ...batches]),
    );
    await runAll(jobs.flat(), AT_ONCE);

    expect(app.log).toEqual([]);
    expect(count.operations).toBeGreaterThanOrEqual(2_000);
    expect(count.values).toBeGreaterThanOrEqual(200_000);
    expectCallsOfTheirRequests(app, minCalls);
  }, 60_000);
});

/** Every upstream call carries the token of the request that it was made for, its project, and no other credentials. */
function expectCallsOfTheirRequests({ upstream: { calls } }: TestApp, minCalls: number): void {
  expect(calls.length).toBeGreaterThan(minCalls);
  const wrong = calls.filter(({ path, headers }) => {
    const tenant = TENANTS.find(({ word }) => String(headers['x-request-id']).startsWith(`${word}-`));
    const project = projectOf(path) ?? tenant?.projectId;
    const isAsked = headers['x-auth-token'] === tenant?.token && project === tenant?.projectId;
    return !isAsked || headers.authorization !== undefined || headers['x-api-key'] !== undefined;
  });
  expect(wrong).toEqual([]);
}

describe('a list that a cloud denies to one caller', () => {
  const LOOKUP = { query: `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { ${LISTED} } } }` };
  const lookUp = { ...LOOKUP, variables: { ids: REPOSITORY_IDS } };
  const LIST = `/v2/manage/repos?namespace=${NAMESPACE}&limit=1000&offset=0`;
  const DETAILS = NAMES.map((name) => `/v2/manage/namespaces/${NAMESPACE}/repos/${name}`);
  const denying = () => startApp({ upstream: tenantCloud((tenant) => tenant === BIRCH) });

  /** The upstream calls of a look-up, sorted; each repository comes with the values of its tenant. */
  async function callsOf(app: TestApp, tenant: Tenant, headers: Record<string, string> = {}) {
    const text = await send(app, tenant, [lookUp], headers);
    expect(JSON.parse(text).data.nodes).toHaveLength(NAMES.length);
    for (const { description } of JSON.parse(text).data.nodes)
      expect(description).toMatch(`${tenant.word} description`);
    return app.targets().sort();
  }

  test('is not denied to another caller, nor remembered for it', async () => {
    const app = await denying();
    expect(await callsOf(app, BIRCH)).toEqual([...DETAILS, LIST]);
    expect(await callsOf(app, AMBER)).toEqual([LIST]);
    expect(await callsOf(app, BIRCH)).toEqual(DETAILS);
    expect(await callsOf(app, AMBER)).toEqual([LIST]);
  });

  test('is requested again by the same caller in another project', async () => {
    const app = await denying();
    const elsewhere = { 'x-project-id': 'project-2' };
    expect(await callsOf(app, BIRCH)).toEqual([...DETAILS, LIST]);
    expect(await callsOf(app, BIRCH, elsewhere)).toEqual([...DETAILS, LIST]);
    expect(await callsOf(app, BIRCH, elsewhere)).toEqual(DETAILS);
    expect(await callsOf(app, BIRCH)).toEqual(DETAILS);
  });

  test('is requested again a minute later', async () => {
    const app = await denying();
    stopClocksForTest();
    await callsOf(app, BIRCH);
    goOn(59_000);
    expect(await callsOf(app, BIRCH)).toEqual(DETAILS);
    goOn(2_000);
    expect(await callsOf(app, BIRCH)).toEqual([...DETAILS, LIST]);
  });
});
