// When documents are compiled, what is kept, and what compiled code would do otherwise than the other executor.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  GraphQLInt,
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  getNamedType,
  isInputObjectType,
  parse,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import type { Context } from '../../../src/graph/builder.ts';
import { Meter, ResponseSize } from '../../../src/graph/meter.ts';
import { meterSchema } from '../../../src/graph/metered.ts';
import { buildSchema } from '../../../src/schema.ts';
import { createExecutor, type Executor } from '../../../src/server/execution/executor.ts';
import { Cloud } from '../../../src/upstream/cloud.ts';
import { Session } from '../../../src/upstream/session.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { startSandboxUpstream } from '../../support/upstreams/sandbox.ts';
import { settingsAt, type Upstream } from '../../support/upstreams/upstream.ts';

const schema = buildSchema({ offersNode: true });
const cloud = new Cloud(loadConfig(settingsAt('http://127.0.0.1:9')).cloud, () => {});

function contextValue(): Context {
  const caller = {
    name: 'caller',
    token: 'token',
    projectId: undefined,
    requestId: 'request',
    hasUnreadAuthorization: false,
  };
  const session = new Session(cloud, caller);
  return { session, meter: new Meter(session, new ResponseSize(1e6), { errors: 500, values: 1e6 }) };
}

const executorAfter = (compileAfter: number, memoryShare = 1) => createExecutor({ schema, compileAfter, memoryShare });
const execute = (executor: Executor, text: string, document = parse(text)) =>
  executor.execute({ schema, document, contextValue: contextValue() });

describe('compiling', () => {
  test.each([
    [1, [11, 11, 11]],
    [2, [0, 11, 11]],
    [3, [0, 0, 11]],
    [0, [0, 0, 0]],
  ])('at the sight of a document with the number %i', async (compileAfter, sizes) => {
    const executor = executorAfter(compileAfter);
    const document = parse('{ __typename }');
    for (const size of sizes) {
      expect(await execute(executor, '', document)).toEqual({ data: { __typename: 'Query' } });
      expect(executor.size).toBe(size);
    }
  });

  test('many documents do not take more memory than some', async () => {
    const executor = executorAfter(1, 0.01);
    for (let at = 0; at < 500; at++) await execute(executor, `{ n${at}: __typename }`);
    expect(executor.size).toBeGreaterThan(250);
    expect(executor.size).toBeLessThanOrEqual(310);
  });

  test.each([
    ['entities', '{ _entities(representations: []) { __typename } }'],
    ['the text of the schema', '{ _service { __typename } }'],
    ['the schema', '{ __schema { queryType { name } } }'],
    ['more than 300 fields', `{ ${Array.from({ length: 301 }, (_, at) => `a${at}: __typename`).join(' ')} }`],
    ['five names of a text', '{ images(first: 0) { nodes { a: name b: name c: name d: name e: name } } }'],
  ])('is not done for %s', async (_, text) => {
    const executor = executorAfter(1);
    await execute(executor, text);
    expect(executor.size).toBe(0);
  });

  test('is done for each operation of a document, and for each value of its conditions, eight at most', async () => {
    const executor = executorAfter(1);
    const names = Array.from({ length: 10 }, (_, at) => `O${at}`);
    const document = parse(names.map((name) => `query ${name} { ${name}: __typename }`).join(' '));
    for (const operationName of names) {
      const result = await executor.execute({ schema, document, contextValue: contextValue(), operationName });
      expect(result).toEqual({ data: { [operationName]: 'Query' } });
    }
    expect(executor.size).toBe(8 * 11);
  });

  test('where code must not be made from text, all operations are executed without', async () => {
    const script = `
      const { buildSchema } = await import('./src/schema.ts');
      const { createExecutor } = await import('./src/server/execution/executor.ts');
      const { parse } = await import('graphql');
      const schema = buildSchema({ offersNode: true });
      const executor = createExecutor({ schema, compileAfter: 1, memoryShare: 1 });
      const result = await executor.execute({ schema, document: parse('{ __typename }'), contextValue: { meter: { add: () => true } } });
      console.log(JSON.stringify(result), executor.size);`;
    const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, flags, {
      cwd: new URL('../../..', import.meta.url),
    });
    expect(stdout.trim()).toBe('{"data":{"__typename":"Query"}} 0');
  });
});

describe('compiled code that throws', () => {
  const item = new GraphQLObjectType({
    name: 'Item',
    fields: { bad: { type: GraphQLInt }, good: { type: GraphQLInt } },
  });
  const bad = () => ({
    good: 1,
    get bad() {
      throw new Error('a getter throws');
    },
  });
  const own = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        now: { type: item, resolve: bad },
        later: { type: item, resolve: async () => bad() },
        items: { type: new GraphQLList(item), resolve: () => [Promise.resolve(bad()), bad()] },
      },
    }),
  });
  meterSchema(own);

  test.each(['now', 'later', 'items'])('is replaced by the other executor: %s', async (field) => {
    const executor = createExecutor({ schema: own, compileAfter: 1, memoryShare: 1 });
    const document = parse(`{ ${field} { bad good } }`);
    const args = { schema: own, document, contextValue: contextValue() };
    const { data, errors } = await executor.execute(args);
    const object = { bad: null, good: 1 };
    expect(JSON.stringify(data)).toBe(JSON.stringify({ [field]: field === 'items' ? [object, object] : object }));
    expect(errors?.map(({ path }) => path?.at(-1))).toEqual(field === 'items' ? ['bad', 'bad'] : ['bad']);
    expect(executor.size).toBe(0);
  });
});

test('no input type holds itself, and none is one of several: the compiler would not end', () => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInputObjectType(type)) continue;
    expect(type.isOneOf).toBe(false);
    const within = new Set<unknown>();
    const collect = (input: typeof type) => {
      for (const field of Object.values(input.getFields())) {
        const below = getNamedType(field.type);
        if (!isInputObjectType(below) || within.has(below)) continue;
        within.add(below);
        collect(below);
      }
    };
    collect(type);
    expect(within).not.toContain(type);
  }
});

describe('both executors give the same response', () => {
  let upstream: Upstream;
  let apps: readonly TestApp[];
  beforeAll(async () => {
    upstream = await startSandboxUpstream();
    apps = await Promise.all(
      ['1', '0'].map((times) => openApp({ upstream, settings: { IMAGE_GRAPH_COMPILE_AFTER: times } })),
    );
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await upstream.close();
  });

  const REPOSITORY = 'repository(namespace: "data-platform", name: "a/b_c.d")';
  test.each<[what: string, query: string, variables?: Record<string, unknown>]>([
    [
      'names of the prototype',
      '{ images(first: 2) { nodes { __proto__: imageId constructor: name toString: status hasOwnProperty: id } } }',
    ],
    ['such names at the root', '{ __proto__: images(first: 1) { nodes { id } } constructor: __typename }'],
    [
      'variables of such names',
      'query ($constructor: Int, $__proto__: Int) { a: images(first: $constructor) { nodes { id } } b: images(first: $__proto__) { nodes { id } } }',
      { constructor: 1 },
    ],
    [
      'a name that is the path of another field',
      `{ a: ${REPOSITORY} { b: retentionLogs(first: 1) { totalCount } } b_a: images(first: 1) { nodes { id name } } }`,
    ],
    [
      'a fragment behind a condition here and without there',
      `query ($no: Boolean!) { a: ${REPOSITORY} { ...F @include(if: $no) size } b: ${REPOSITORY} { ...F } } fragment F on Repository { name path }`,
      { no: false },
    ],
    [
      'conditions of merged fields',
      `query ($yes: Boolean!, $no: Boolean!) { ${REPOSITORY} @include(if: $no) { ... { id } } ${REPOSITORY} @include(if: $yes) { name } }`,
      { yes: true, no: false },
    ],
    ['a condition that is not given', `query ($no: Boolean!) { ${REPOSITORY} { id @include(if: $no) } }`],
    [
      'a condition that is null',
      `query ($no: Boolean = true) { ${REPOSITORY} { id @include(if: $no) } }`,
      { no: null },
    ],
    ['a condition by default', `query ($no: Boolean = true) { ${REPOSITORY} { id @include(if: $no) name } }`],
    ['nothing left of an object', `query ($no: Boolean = false) { ${REPOSITORY} { id @include(if: $no) } }`],
    [
      'a variable in an input object that is not given',
      'query ($name: String, $os: ImageOsType) { images(filter: { name: $name, osType: $os }, first: 2) { nodes { id } } }',
      { os: 'LINUX' },
    ],
    [
      'a variable in a list',
      'query ($tag: String!) { images(filter: { tags: [$tag] }, first: 2) { nodes { id } } }',
      { tag: 'env=prod' },
    ],
    [
      'an argument that must not be null',
      'query ($name: String = "x") { repository(namespace: "a", name: $name) { id } }',
      { name: null },
    ],
    [
      'an enum of a variable',
      'query ($center: SharingCenter!) { sharedRepositories(center: $center, first: 2) { nodes { id } } }',
      { center: 'SELF' },
    ],
    ['a list of one', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }', { ids: 'x' }],
    ['a number as an id', 'query ($id: ID!) { image(imageId: $id) { id } }', { id: 12 }],
    [
      'input of a wrong type',
      'query ($filter: ImageFilter) { images(filter: $filter) { nodes { id } } }',
      { filter: { name: 1 } },
    ],
    [
      'an unknown field of input',
      'query ($filter: ImageFilter) { images(filter: $filter) { nodes { id } } }',
      { filter: { x: 1 } },
    ],
    [
      'a list in the place of input',
      'query ($filter: ImageFilter) { images(filter: $filter, first: 1) { nodes { id } } }',
      { filter: [] },
    ],
    [
      'a list in the place of an object within input',
      'query ($filter: ImageFilter) { images(filter: $filter, first: 1) { nodes { id } } }',
      { filter: { createdAt: [] } },
    ],
    [
      'null for input',
      'query ($filter: ImageFilter, $first: Int) { images(filter: $filter, first: $first) { nodes { id } } }',
      { filter: null, first: null },
    ],
    [
      'a time of a wrong form',
      'query ($at: DateTime) { images(filter: { createdAt: { gte: $at } }) { nodes { id } } }',
      { at: 'x' },
    ],
    [
      'a number that is too large',
      'query ($first: Int) { images(first: $first) { nodes { id } } }',
      { first: 2 ** 40 },
    ],
    [
      'arguments that do not go together',
      '{ images(first: 1, last: 1) { nodes { id } } x: images(first: -1) { pageInfo { hasNextPage } } }',
    ],
    [
      'a fragment twice',
      `{ ${REPOSITORY} { ...F ...F ...G } image(imageId: "/") { ...I ...I } } fragment F on Repository { name } fragment G on Repository { ...F id } fragment I on Image { id }`,
    ],
    ['interfaces', '{ node(id: "none") { id } nodes(ids: ["a", "b"]) { __typename ... on Image { name } } }'],
  ])('%s', async (_, query, variables = {}) => {
    const responses = [];
    for (const app of apps) {
      const { status, data, errors } = await app.send({ query, variables });
      responses.push({ status, data: JSON.stringify(data), errors, targets: app.targets().sort(), log: app.log });
    }
    expect(responses[0]).toEqual(responses[1]);
  });
});
