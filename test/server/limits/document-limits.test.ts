// The limits of documents, batches and bodies: each allows its maximum, rejects one more without an upstream call, and moves with its
// setting; nothing that the repository or GraphiQL sends meets one.
import {
  type GraphQLField,
  type GraphQLObjectType,
  getIntrospectionQuery,
  getNamedType,
  isObjectType,
  print,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as operations from '../../../src/client/generated/graphql.ts';
import { exampleQueries } from '../../../src/graph/example.ts';
import { pack } from '../../../src/graph/opaque.ts';
import { buildSchema } from '../../../src/schema.ts';
import { imageId } from '../../resources/image/kind.ts';
import {
  codesOf,
  type GraphQLResponse,
  type Operation,
  openApp,
  type SentResponse,
  startApp,
  type TestApp,
} from '../../support/app.ts';
import { publishedSchema } from '../../support/documents/published-schema.ts';
import { wholeSelection } from '../../support/documents/whole-selection.ts';
import { sendRequest } from '../../support/http-client.ts';
import type { Key } from '../../support/kind.ts';
import { findingFields, KINDS, listsOf } from '../../support/kinds.ts';

const tabs = exampleQueries(buildSchema({ offersNode: true }));

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

const ask = (body: Operation | readonly Operation[] | string) => app.send(body);

const repeat = (count: number, part: string | ((index: number) => string)) =>
  Array.from({ length: count }, (_, index) => (typeof part === 'string' ? part : part(index))).join(' ');

/** Two brackets, inline fragments of four tokens, and single ones. */
const tokens = (count: number) =>
  `{${repeat(Math.floor((count - 2) / 4), '...{__typename}')} ${repeat((count - 2) % 4, '__typename')}}`;

/** Fields within each other, to exactly this depth: a chain through the introspection, which needs no schema of its own to be long. */
const chain = (depth: number) =>
  `{ __type(name: "Query") {${repeat(depth - 2, 'ofType {')} name ${repeat(depth - 1, '}')} }`;
const chainOfFragments = (depth: number) =>
  `{ __type(name: "Query") { ...F0 } } ${repeat(depth - 2, (index) => `fragment F${index} on __Type { ofType { ...F${index + 1} } }`)}
  fragment F${depth - 2} on __Type { name }`;
const chainOfInlineFragments = (depth: number) =>
  `{ ... { __type(name: "Query") {${repeat(depth - 2, '... on __Type { ofType {')} name ${repeat(depth - 2, '} }')} } } }`;

const aliases = (count: number) => `{${repeat(count, (index) => `a${index}: __typename`)}}`;
/** Ten aliases in a fragment that is spread below an eleventh, as often as it goes. */
const aliasesInFragments = (count: number) => `{
  ${repeat(Math.floor(count / 11), (index) => `n${index}: nodes(ids: []) { ...Ten }`)}
  ${repeat(count % 11, (index) => `a${index}: __typename`)}
} fragment Ten on Node { ${repeat(10, (index) => `t${index}: __typename`)} }`;

const directives = (count: number) => `{ __typename ${repeat(count, '... @include(if: true) { __typename }')} }`;
const directivesInFragments = (count: number) => `{
  ${repeat(Math.floor(count / 11), (index) => `n${index}: nodes(ids: []) @skip(if: false) { ...Ten }`)}
  ${repeat(count % 11, '... @include(if: true) { __typename }')} __typename
} fragment Ten on Node { ${repeat(10, '... @include(if: true) { id }')} }`;

const list = <Item>(length: number, item: Item) => Array.from({ length }, () => item);
const IMAGE = imageId(1);
const ID = pack(['Image', IMAGE]);
const REFERENCE = { __typename: 'Image', imageId: IMAGE };

/** A document, or a whole body, that holds exactly so many of what a limit counts. */
type Sample = (count: number) => Operation | readonly Operation[];
const LIMITS: [title: string, limit: string, setting: string, byDefault: number, sample: Sample][] = [
  ['tokens', 'tokens', 'MAX_TOKENS', 2_000, (count) => ({ query: tokens(count) })],
  ['depth', 'depth', 'MAX_DEPTH', 15, (count) => ({ query: chain(count) })],
  ['depth through fragments', 'depth', 'MAX_DEPTH', 15, (count) => ({ query: chainOfFragments(count) })],
  ['depth through inline fragments', 'depth', 'MAX_DEPTH', 15, (count) => ({ query: chainOfInlineFragments(count) })],
  ['aliases', 'aliases', 'MAX_ALIASES', 100, (count) => ({ query: aliases(count) })],
  ['aliases in fragments', 'aliases', 'MAX_ALIASES', 100, (count) => ({ query: aliasesInFragments(count) })],
  ['directives', 'directives', 'MAX_DIRECTIVES', 50, (count) => ({ query: directives(count) })],
  ['directives in fragments', 'directives', 'MAX_DIRECTIVES', 50, (count) => ({ query: directivesInFragments(count) })],
  ['operations in a batch', 'batch', 'MAX_BATCH', 10, (count) => list(count, { query: '{ __typename }' })],
  ...listLimits([
    ['ids of nodes', 'ID', (ids) => `{ nodes(ids: ${ids}) { id } }`, ID],
    [
      'representations of entities',
      '_Any',
      (references) => `{ _entities(representations: ${references}) { __typename } }`,
      REFERENCE,
    ],
    ['tags of a filter', 'String', (tags) => `{ images(filter: { tags: ${tags} }) { nodes { id } } }`, 'a=b'],
    [
      'names of properties',
      'String',
      (names) => `{ images(first: 1) { nodes { properties(names: ${names}) { name } } } }`,
      'name',
    ],
    [
      'names of properties behind an id',
      'String',
      (names) => `{ node(id: "${ID}") { ... on Image { properties(names: ${names}) { name } } } }`,
      'name',
    ],
  ]),
];

type ListSample = [title: string, type: string, query: (list: string) => string, item: unknown];

/** Each list as it stands in the document, made of variables there, and by a variable as a whole. */
function listLimits(samples: readonly ListSample[]): typeof LIMITS {
  const limit = (title: string, sample: Sample): (typeof LIMITS)[number] => [
    title,
    'listLength',
    'MAX_LIST_LENGTH',
    250,
    sample,
  ];
  return samples.flatMap(([title, type, query, item]) => [
    // A representation has so many tokens that two hundred and fifty of them meet another limit.
    ...(typeof item === 'string'
      ? [limit(title, (count) => ({ query: query(JSON.stringify(list(count, item))) }))]
      : []),
    limit(`${title}, each by a variable`, (count) => ({
      query: `query ($item: ${type}!) ${query(`[${repeat(count, '$item')}]`)}`,
      variables: { item },
    })),
    limit(`${title} by a variable`, (count) => ({
      query: `query ($list: [${type}!]!) ${query('$list')}`,
      variables: { list: list(count, item) },
    })),
  ]);
}

/** A rejection names the limit, its value and its maximum, in words too. */
function expectRejection(response: SentResponse, name: string, value: number, max: number) {
  expect(response.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX', limit: { name, value, max } } }]);
  expect(response.errors?.[0]?.message).toMatch(new RegExp(`: ${value}, where ${max} are allowed\\. [A-Z].*\\.$`));
  expect(response.data).toBeUndefined();
  expect(response.status).toBe(400);
  // A batch is not a place in a document.
  const locations = response.errors?.[0]?.locations;
  expect(locations).toEqual(name === 'batch' ? undefined : [{ line: expect.any(Number), column: expect.any(Number) }]);
}

describe.each(LIMITS)('%s', (_title, name, setting, byDefault, sample) => {
  test(`pass up to ${byDefault}`, async () => {
    const response = await ask(sample(byDefault));
    for (const { errors, data } of response.batch ?? [response])
      expect([errors, typeof data]).toEqual([undefined, 'object']);
    expect(response.status).toBe(200);
  });

  test('are rejected beyond it, without an upstream call', async () => {
    app.calls();
    expectRejection(await ask(sample(byDefault + 1)), name, byDefault + 1, byDefault);
    expect(app.calls()).toEqual([]);
  });

  test(`pass and are rejected as IMAGE_GRAPH_${setting} says`, async () => {
    const limited = await startApp({ upstream: app.upstream, settings: { [`IMAGE_GRAPH_${setting}`]: '12' } });
    expect((await limited.send(sample(12))).status).toBe(200);
    expectRejection(await limited.send(sample(13)), name, 13, 12);
  });
});

test('a depth beyond 200 passes where the setting allows it', async () => {
  const limited = await startApp({ upstream: app.upstream, settings: { IMAGE_GRAPH_MAX_DEPTH: '300' } });
  expect((await limited.send({ query: chain(250) })).errors).toBeUndefined();
});

test('directives at one place, and on operations and variables, count too', async () => {
  for (const query of [
    `{ __typename ${repeat(51, '@include(if: true)')} }`,
    `query ${repeat(51, '@unknown')} { __typename }`,
    `query ($name: String ${repeat(51, '@unknown')}) { __type(name: $name) { name } }`,
    `{ ...F } fragment F on Query ${repeat(51, '@unknown')} { __typename }`,
  ])
    expectRejection(await ask({ query }), 'directives', 51, 50);
});

test.each<[title: string, query: string, line: number, column: number]>([
  ['the field that is too deep', `{\n${'a{'.repeat(15)}\n  beyond\n${'}'.repeat(16)}`, 3, 3],
  ['the first of several', `{ b\n${'a{'.repeat(15)}\n x { y { z } } \n${'}'.repeat(16)}`, 3, 2],
  [
    'the field within fragments',
    `{ ...A ...A }\nfragment A on Q { ${'a{'.repeat(15)}\n...B ${'}'.repeat(16)}\nfragment B on Q { beyond }`,
    4,
    19,
  ],
  ['the operation with too many aliases', `query Small { a }\n query Large ${aliases(101)}`, 2, 2],
  ['the operation with too many directives', `\n\n${directives(51)}`, 3, 1],
  ['the first token too many', `{\n${'a '.repeat(1_998)}\n}\n{ b }`, 4, 1],
  ['the first line too many', `${'\n'.repeat(5_000)}{ a }`, 4_001, 1],
  ['the first line too many of CRLF', `${'\r\n'.repeat(5_000)}{ a }`, 4_001, 1],
  ['the first character too many', `{ a }\n#${'x'.repeat(50_000)}`, 2, 39_995],
  ['the bracket that is too deep', `${'{a'.repeat(215)}\n {a${'}'.repeat(216)}`, 2, 2],
  [
    'the fragment that is too deep',
    `{ ...F0 }\n${Array.from({ length: 240 }, (_, n) => `fragment F${n} on Q { ...F${n + 1} }`).join('\n')}`,
    217,
    20,
  ],
])('the location is that of %s', async (_title, query, line, column) => {
  const { errors } = await ask({ query });
  expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' }, locations: [{ line, column }] }]);
});

test('where the parser gives up first, there is a location, too', async () => {
  const settings = { IMAGE_GRAPH_MAX_DEPTH: '1000000', IMAGE_GRAPH_MAX_TOKENS: '1000000' };
  const limited = await startApp({ upstream: app.upstream, settings });
  const { errors } = await limited.send({ query: `${'{a'.repeat(100_000)}${'}'.repeat(100_000)}` });
  expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' }, locations: [{ line: 1, column: 1 }] }]);
});

test('a limit that is met in a batch is that of its own operation', async () => {
  const response = await ask([{ query: '{ __typename }' }, { query: aliases(101) }, { query: chain(16) }]);
  expect(response.batch?.map(codesOf)).toEqual([[], ['QUERY_TOO_COMPLEX'], ['QUERY_TOO_COMPLEX']]);
  expect(response.batch?.[0]?.data).toEqual({ __typename: 'Query' });
});

test('a rejection is a 200 for clients without a media type of GraphQL', async () => {
  const { status, errors } = await app.send({ query: aliases(101) }, { accept: 'application/json' });
  expect([status, errors?.[0]?.extensions.code]).toEqual([200, 'QUERY_TOO_COMPLEX']);
});

describe('fragments', () => {
  const BOMBS: [title: string, query: string][] = [
    [
      'that spread the next one twice',
      `{ images { nodes { ...F0 } } } ${repeat(40, (index) => `fragment F${index} on Image { ... { ...F${index + 1} } ... { ...F${index + 1} } }`)}
      fragment F40 on Image { id }`,
    ],
    [
      'that spread all that follow',
      `{ images { nodes { ...F0 } } } ${repeat(30, (index) => `fragment F${index} on Image { ${repeat(30 - index, (below) => `...F${index + below + 1}`)} }`)}
      fragment F30 on Image { id }`,
    ],
    [
      'with nested fields',
      `{ images { nodes { ...F0 } } } ${repeat(12, (index) => `fragment F${index} on Image { ${repeat(3, (name) => `a${name}: originalImage { ...F${index + 1} }`)} }`)}
      fragment F12 on Image { id }`,
    ],
  ];

  test.each(BOMBS)('%s are rejected before they are spread', async (_title, query) => {
    app.calls();
    const response = await ask({ query });
    expect(codesOf(response)).toEqual(['QUERY_TOO_COMPLEX']);
    expect(response.status).toBe(400);
    expect(app.calls()).toEqual([]);
  });

  test('may be spread into ten selections for each token that is allowed', async () => {
    const query = (levels: number) =>
      `{ ...F0 } ${repeat(levels, (index) => `fragment F${index} on Query { ... { ...F${index + 1} } ... { ...F${index + 1} } }`)}
      fragment F${levels} on Query { __typename }`;
    expect((await ask({ query: query(10) })).data).toEqual({ __typename: 'Query' });
    expect(await ask({ query: query(14) })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX', limit: { name: 'selections', max: 20_000 } } }],
    });
  });

  test('that spread themselves are rejected by the validation', async () => {
    const { status, errors } = await ask({
      query: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    });
    expect(status).toBe(400);
    expect(errors?.[0]?.message).toContain('Cannot spread fragment "A" within itself');
  });

  test('in a chain are executed or rejected, however many tokens are allowed', async () => {
    const settings = { IMAGE_GRAPH_MAX_TOKENS: '1000000000', IMAGE_GRAPH_MAX_BODY_BYTES: '10000000' };
    const limited = await startApp({ upstream: app.upstream, settings });
    const query = `{ ...F0 } ${repeat(20_000, (index) => `fragment F${index} on Query { ...F${index + 1} }`)} fragment F20000 on Query { __typename }`;
    expect(codesOf(await limited.send({ query }))).not.toContain('INTERNAL_SERVER_ERROR');
  });
});

describe.each([5_000, 100_000])('nesting %i levels deep', (levels) => {
  const open = (part: string) => part.repeat(levels);
  const DOCUMENTS: [title: string, query: string][] = [
    ['braces', `${open('{a')}${open('}')}`],
    ['braces that never close', open('{a')],
    ['braces without fields', open('{')],
    ['inline fragments', `${open('{...')}${open('}')}`],
    ['lists', `{ nodes(ids: ${open('[')}${open(']')}) { id } }`],
    ['lists that never close', `{ nodes(ids: ${open('[')}`],
    ['input objects', `{ images(filter: ${open('{a:')}1${open('}')}) { nodes { id } } }`],
    ['types of variables', `query ($a: ${open('[')}Int${open(']')}) { __typename }`],
    ['values by default', `query ($a: Int = ${open('[')}${open(']')}) { __typename }`],
    ['arguments of directives', `{ __typename @include(if: ${open('[')}${open(']')}) }`],
    [
      'input objects of a scalar that takes anything',
      `{ _entities(representations: [${open('{a:')}1${open('}')}]) { __typename } }`,
    ],
  ];

  test.each(DOCUMENTS)('%s is rejected, however many tokens are allowed', async (_title, query) => {
    const limited = await startApp({ upstream: app.upstream, settings: { IMAGE_GRAPH_MAX_TOKENS: '1000000000' } });
    app.calls();
    for (const asked of [app, limited]) {
      const response = await asked.send({ query });
      expect(response.status).toBe(400);
      expect(['QUERY_TOO_COMPLEX', 'GRAPHQL_PARSE_FAILED']).toContain(codesOf(response)[0]);
    }
    expect(app.calls()).toEqual([]);
  });

  const nested = (start: string, end: string) => `${open(start)}1${open(end)}`;
  const BODIES: [title: string, body: string][] = [
    [
      'variables',
      `{"query":"query ($ids: [ID!]!) { nodes(ids: $ids) { id } }","variables":{"ids":${nested('[', ']')}}}`,
    ],
    [
      'representations',
      `{"query":"query ($all: [_Any!]!) { _entities(representations: $all) { __typename } }","variables":{"all":[${nested('{"id":', '}')}]}}`,
    ],
    ['extensions', `{"query":"{ __typename }","extensions":${nested('{"cost":', '}')}}`],
    ['variables that are not used', `{"query":"{ __typename }","variables":{"a":${nested('[', ']')}}}`],
    ['a batch', nested('[', ']')],
  ];

  test.each(BODIES)('%s is not an internal error', async (_title, body) => {
    const response = await ask(body);
    expect(response.status).toBeLessThan(500);
    for (const one of response.batch ?? [response]) expect(codesOf(one)).not.toContain('INTERNAL_SERVER_ERROR');
    expect(app.log).toEqual([]);
  });
});

describe('bodies', () => {
  const LIMIT = 1_000_000;
  /** An operation of exactly so many bytes; not all of them are characters. */
  const bodyOf = (bytes: number) => {
    const body = JSON.stringify({ query: '{ __typename }', variables: { text: 'ö' } });
    return body.replace('ö', `ö${'x'.repeat(bytes - Buffer.byteLength(body))}`);
  };

  const CHUNKED = ['Transfer-Encoding', 'chunked'];
  const GRAPHQL = ['Accept', 'application/graphql-response+json'];
  /** Starts an app on a port. Shape: sends a body to it, with these headers. */
  async function startSending(settings: Record<string, string>, headers: readonly string[]) {
    const served = await startApp({ upstream: app.upstream, settings, over: 'http' });
    const json = ['Content-Type', 'application/json'];
    return async (body: string) => {
      const response = await sendRequest(served, { method: 'POST', headers: [...json, ...headers], body });
      return { status: response.status, ...(JSON.parse(response.body) as GraphQLResponse) };
    };
  }

  test.each([
    ['with a Content-Length', GRAPHQL],
    ['in chunks', [...GRAPHQL, ...CHUNKED]],
  ])('%s pass up to the limit and are rejected beyond it', async (_title, headers) => {
    const send = await startSending({}, headers);
    app.calls();
    expect(await send(bodyOf(LIMIT))).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    for (const bytes of [LIMIT + 1, 5 * LIMIT]) {
      const { status, errors } = await send(bodyOf(bytes));
      expect(status).toBe(413);
      expect(errors).toMatchObject([
        { extensions: { code: 'QUERY_TOO_COMPLEX', limit: { name: 'bodyBytes', value: bytes, max: LIMIT } } },
      ]);
    }
    expect(app.calls()).toEqual([]);
  });

  test('pass and are rejected as the setting says, and no header of a client makes them shorter', async () => {
    const settings = { IMAGE_GRAPH_MAX_BODY_BYTES: '200' };
    const send = await startSending(settings, GRAPHQL);
    expect((await send(bodyOf(200))).status).toBe(200);
    expect((await send(bodyOf(201))).status).toBe(413);
    const sendChunked = await startSending(settings, [...CHUNKED, 'Accept', 'application/json']);
    expect((await sendChunked(bodyOf(201))).status).toBe(413);
  });
});

describe('the limits admit', () => {
  const rejectionsOf = async (operation: Operation) =>
    codesOf(await ask(operation)).filter((code) => code !== 'FORBIDDEN');

  test.each(tabs.map((query) => [/query (\w+)/.exec(query)?.[1], query]))(
    'the tab %s of GraphiQL',
    async (_name, query = '') => {
      expect(await rejectionsOf({ query })).toEqual([]);
    },
  );

  /** For the variables of every operation of the client: the keys of the kinds, and others. */
  const VARIABLES = {
    ...(Object.assign({}, ...KINDS.map(({ inSandbox }) => inSandbox)) as Key),
    namespace: 'data-platform',
    name: 'huge-counters',
    repositoryName: 'a/b_c.d',
    imageId: 'bc6bed6e-ba3a-4447-afcc-449174a3eb52',
    trainingImageId: '278e88d1-5b71-4766-8502-b3ba72e824d9',
    id: ID,
    ids: list(250, ID),
    center: 'SELF',
    first: 1000,
  };

  test.each(
    Object.entries(operations).flatMap(([name, document]) =>
      name.endsWith('Document') ? [[name, print(document as never)]] : [],
    ),
  )('the operation %s of the client, with its largest page', async (name, query = '') => {
    const { first, name: repository, ...variables } = VARIABLES;
    const isList = query.includes('$first');
    expect(
      await rejectionsOf({ query, variables: isList ? { ...variables, first } : { ...variables, name: repository } }),
    ).toEqual([]);
    expect(name).toMatch(/Document$/);
  });

  const OPTIONS = [
    'descriptions',
    'specifiedByUrl',
    'directiveIsRepeatable',
    'schemaDescription',
    'inputValueDeprecation',
    'oneOf',
  ];

  test('the introspection of tools, with each of its options and all of them', async () => {
    const all = Object.fromEntries(OPTIONS.map((option) => [option, true]));
    for (const options of [{}, ...OPTIONS.map((option) => ({ [option]: true })), all])
      expect(await rejectionsOf({ query: getIntrospectionQuery(options) })).toEqual([]);
  });

  const wholeFields = selectWhole();

  test('the documents with every field select every root field', () => {
    const rootFields = Object.keys(publishedSchema.getQueryType()?.getFields() ?? {});
    expect(wholeFields.map(([name]) => name).sort()).toEqual(rootFields.sort());
  });

  test.each(wholeFields)('every field of every type below %s', async (name, query) => {
    const response = await ask({ query });
    expect(codesOf(response).filter((code) => code !== 'FORBIDDEN')).toEqual([]);
    expect(Object.keys(response.data)).toEqual([name]);
  });

  /** For each root field a document that selects all fields of a row, and of what its edges lead to. */
  function selectWhole(): [rootField: string, query: string][] {
    const ofKinds = KINDS.flatMap((kind) => [
      ...findingFields(kind, kind.inSandbox),
      ...listsOf(kind, kind.inSandbox)
        .slice(0, 1)
        .map(([name, args]) => `${name}(${args} first: 1)`),
    ]);
    const selections = new Map([
      ...ofKinds.map((field): [string, string] => [/\w+/.exec(field)?.[0] ?? '', field]),
      ['node', `node(id: "${ID}")`],
      ['nodes', `nodes(ids: ["${ID}"])`],
    ]);
    const schema = buildSchema({ offersNode: true });
    const select = ({ name, type }: GraphQLField<unknown, unknown>): string => {
      const below = getNamedType(type);
      const edges = below.name.endsWith('Connection') ? 2 : 1;
      return `${selections.get(name) ?? name} { ${isObjectType(below) ? wholeSelection(schema, below.name, edges) : '__typename id'} }`;
    };
    return Object.values((schema.getQueryType() as GraphQLObjectType).getFields())
      .filter(({ name }) => !name.startsWith('_'))
      .map((field) => [field.name, `{ ${select(field)} }`]);
  }
});

describe('documents just under the limits', () => {
  const nestTwice = (levels: number): string =>
    levels === 0 ? 'name' : `originalImage { ${nestTwice(levels - 1)} } originalImage { ${nestTwice(levels - 1)} }`;
  const WORST: [title: string, query: string][] = [
    ['one field in five hundred fragments', tokens(2_000)],
    ['one field with arguments, two hundred times', `{ ${repeat(200, '__type(name: "Query") { name }')} }`],
    ['fields that double at each level', `{ images { nodes { ${nestTwice(7)} } } }`],
    [
      'fragments within each other up to two hundred brackets',
      `{${repeat(190, '...{')} __typename ${repeat(190, '}')}}`,
    ],
    [
      'many fragments, spread at one place',
      `{ ${repeat(180, (index) => `...F${index}`)} } ${repeat(180, (index) => `fragment F${index} on Query { __typename }`)}`,
    ],
    [
      'many operations over one fragment',
      `${repeat(99, (index) => `query Q${index} { ...F }`)} fragment F on Query { ${repeat(300, '...{ __typename }')} }`,
    ],
    [
      'the most aliases of the largest results of the introspection',
      `{ ${repeat(9, (index) => `s${index}: __schema { ${repeat(10, (name) => `t${name}: types { fields { name args { name } } }`)} }`)} }`,
    ],
    [
      'many variables',
      `query (${repeat(200, (index) => `$v${index}: ID = "${ID}"`)}) { nodes(ids: [${repeat(200, (index) => `$v${index}`)}]) { id } }`,
    ],
  ];

  test.each(WORST)('are executed: %s', async (_title, query) => {
    const { data, errors } = await ask({ query, operationName: /query (Q\d+)/.exec(query)?.[1] as string });
    expect(errors).toBeUndefined();
    expect(data).toBeTypeOf('object');
  });

  const REJECTED_BY_THE_ENGINE: [title: string, query: string][] = [
    ['one field two thousand times', `{${repeat(1_998, '__typename')}}`],
    ['two thousand unknown fields', `{${repeat(1_998, (index) => `repositorie${index}`)}}`],
    ['variables that are not used', `query (${repeat(400, (index) => `$v${index}: Int`)}) { __typename }`],
    ['a string of a million characters', `{ node(id: "${'x'.repeat(900_000)}") { id } }`],
    ['comments alone', `{ __typename ${'#\n'.repeat(400_000)} }`],
  ];

  test.each(REJECTED_BY_THE_ENGINE)('are executed, or rejected with a reason: %s', async (_title, query) => {
    const response = await ask({ query });
    expect([200, 400, 413]).toContain(response.status);
    expect(codesOf(response)).not.toContain('INTERNAL_SERVER_ERROR');
  });
});

describe('what the engine would take long for', () => {
  const listing = 'query ($filter: ImageFilter) { images(filter: $filter) { nodes { name } } }';

  test.each<[title: string, query: string, variables: Record<string, unknown>, name: string]>([
    [
      'an object with many fields',
      listing,
      { filter: Object.fromEntries(Array.from({ length: 251 }, (_, n) => [`k${n}`, 1])) },
      'variables',
    ],
    ['many values', listing, { filter: { tags: Array.from({ length: 10_001 }, () => 1) } }, 'variables'],
    ['a document of line breaks', `${'\n'.repeat(5_000)}{ __typename }`, {}, 'lines'],
    ['a document of comments', `{ __typename } #${'x'.repeat(40_000)}`, {}, 'characters'],
  ])('%s is rejected before it is read', async (_title, query, variables, name) => {
    const { status, errors } = await app.send({ query, variables });
    expect(status).toBe(400);
    expect(errors?.map(({ extensions }) => [extensions.code, (extensions.limit as { name: string }).name])).toEqual([
      ['QUERY_TOO_COMPLEX', name],
    ]);
  });

  test('variables may hold as much as longer lists need, where the setting allows them', async () => {
    const limits = { IMAGE_GRAPH_MAX_LIST_LENGTH: '3000', IMAGE_GRAPH_MAX_NODES: '100000' };
    const roomy = await startApp({ upstream: app.upstream, settings: limits });
    const all = Array.from({ length: 3_000 }, () => ({ __typename: 'None', a: 1, b: 2, c: 3 }));
    const query = 'query ($all: [_Any!]!) { _entities(representations: $all) { __typename } }';
    expect(new Set(codesOf(await roomy.send({ query, variables: { all } })))).toEqual(new Set(['BAD_USER_INPUT']));
  });
});
