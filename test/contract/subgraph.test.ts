// What the router of a supergraph expects of a subgraph: its schema text, its forms, a shared secret, and the id of a request.
import { buildSchema, isLeafType, Kind, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { pack } from '../../src/graph/opaque.ts';
import { imageId, imageRow } from '../resources/image/kind.ts';
import { startApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';
import { KINDS } from '../support/kinds.ts';

const SDL = '{ _service { sdl } }';
const start = (settings: Record<string, string> = {}) => startApp({ upstream: () => ({ body: imageRow() }), settings });

test('_service responds with the text of schema/subgraph.graphql', async () => {
  const app = await start();
  expect((await app.ask(SDL)).data._service.sdl).toBe(readArtifact('schema/subgraph.graphql'));
});

test('without node and nodes the schema is the same but for them', async () => {
  const app = await start({ IMAGE_GRAPH_SUBGRAPH_NODE: 'false' });
  const fieldsOf = (sdl: string) => {
    const types = buildSchema(sdl.replace(/^.*?\nschema.*?\n\n/s, ''), { assumeValidSDL: true }).getTypeMap();
    return Object.values(types).flatMap((type) =>
      'getFields' in type ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [],
    );
  };
  const { data } = await app.ask(SDL);
  const [complete, reduced] = [fieldsOf(readArtifact('schema/subgraph.graphql')), fieldsOf(data._service.sdl)];
  expect(reduced.length).toBeGreaterThan(100);
  expect(complete.filter((field) => !reduced.includes(field))).toEqual(['Query.node', 'Query.nodes']);
  expect(data._service.sdl).toContain('@listSize');
  const { errors } = await app.ask('{ node(id: "x") { id } }');
  expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  const entities = await app.ask(
    `{ _entities(representations: [{ __typename: "Image", imageId: "${imageId(1)}" }]) { ... on Node { __typename } } }`,
  );
  expect(entities.data._entities).toEqual([{ __typename: 'Image' }]);
});

test('every list of objects has a size for routers, and every field that makes a call a weight', () => {
  const fields = parse(readArtifact('schema/subgraph.graphql')).definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION
      ? (definition.fields ?? []).map(({ name, type, directives = [] }) => ({
          coordinate: `${definition.name.value}.${name.value}`,
          type: print(type),
          isObject: !isLeafType(publishedSchema.getType(print(type).replace(/[[\]!]/g, ''))),
          directives: directives.map((directive) => print(directive)).join(' '),
        }))
      : [],
  );
  const connections = fields.filter(({ type }) => type.endsWith('Connection'));
  expect(connections.length).toBeGreaterThanOrEqual(6);
  for (const { directives } of connections)
    expect(directives).toBe(
      '@cost(weight: 10) @listSize(assumedSize: 25, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)',
    );
  // The edges and nodes of a connection have the size of their connection.
  const lists = fields.filter(
    ({ coordinate, type, isObject }) =>
      type.startsWith('[') && isObject && !/Connection\.(edges|nodes)$/.test(coordinate),
  );
  expect(lists.map(({ coordinate }) => coordinate)).toEqual(
    expect.arrayContaining(['Query.nodes', 'Image.properties', 'RetentionRule.tagSelectors']),
  );
  for (const { coordinate, directives } of lists)
    expect(directives, coordinate).toMatch(/@listSize\(assumedSize: \d+\)/);
  const priced = fields.filter(({ directives }) => directives.includes('@cost')).map(({ coordinate }) => coordinate);
  const costs = KINDS.flatMap((kind) => Object.keys(kind.costs));
  expect(priced.sort()).toEqual(['Query.node', 'Query.nodes', ...costs].sort());
});

test('with introspection switched off a client learns no schema, and a router still does', async () => {
  const app = await start({ IMAGE_GRAPH_INTROSPECTION: 'false' });
  for (const query of [
    '{ __schema { types { name } } }',
    '{ __type(name: "Image") { name } }',
    '{ ...F } fragment F on Query { __schema { description } }',
  ]) {
    const { data, errors } = await app.ask(query);
    expect(data).toBeUndefined();
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  }
  expect((await app.ask(`{ __typename ${SDL.slice(1)}`)).data).toEqual({
    __typename: 'Query',
    _service: { sdl: readArtifact('schema/subgraph.graphql') },
  });
});

test('a dispatcher of node finds the type in a global id, as docs/federation.md writes it', async () => {
  const [, line = ''] = /const typeOf = (.*?;)/.exec(readArtifact('docs/federation.md')) ?? [];
  const typeOf = new Function(`return ${line}`)();
  for (const { type } of KINDS) expect(typeOf(pack([type, 'a', 'b:c'])), type).toBe(type);
  const app = await start();
  const { data } = await app.ask(`{ image(imageId: "${imageId(1)}") { id } }`);
  expect(typeOf(data.image.id)).toBe('Image');
});

const SECRET = 'the-router-knows-it';

test('with a router secret only requests that carry it are executed', async () => {
  const app = await start({ IMAGE_GRAPH_ROUTER_SECRET: SECRET });
  const fields = `{ image(imageId: "${imageId(1)}") { name } }`;
  expect((await app.ask(fields, {}, { 'router-authorization': SECRET })).data).toEqual({ image: { name: 'CentOS' } });
  app.targets();
  const wrong = [
    '',
    'wrong',
    SECRET.slice(1),
    `${SECRET}x`,
    SECRET.toUpperCase(),
    `Bearer ${SECRET}`,
    `${SECRET}, ${SECRET}`,
  ];
  for (const query of [fields, SDL, '{ __typename }']) {
    for (const secret of wrong) {
      const { data, errors } = await app.ask(query, {}, { 'router-authorization': secret });
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      expect(JSON.stringify(errors)).not.toContain(SECRET);
    }
  }
  expect(app.targets()).toEqual([]);
});

test('the secret protects every path but /health', async () => {
  const { fetch } = await start({ IMAGE_GRAPH_ROUTER_SECRET: SECRET });
  const ask = async (path: string, options: RequestInit = {}) => {
    const response = await fetch(`http://image-graph${path}`, options);
    await response.text();
    return response.status;
  };
  expect(await ask('/health')).toBe(200);
  expect(await ask('/graphql?query={__typename}')).toBe(401);
  expect(await ask('/graphql', { headers: { accept: 'text/html' } })).toBe(401);
  expect(await ask('/graphql', { method: 'OPTIONS' })).toBe(401);
  expect(await ask('/graphql', { method: 'POST', body: 'garbage' })).toBe(401);
  expect(await ask('/elsewhere')).toBe(401);
  const secret = { 'router-authorization': SECRET };
  expect(await ask('/elsewhere', { headers: secret })).toBe(404);
  expect(await ask('/graphql/?query={__typename}', { headers: secret })).toBe(200);
  expect(await ask('/graphql?query={__typename}', { headers: { 'router-authorization': SECRET } })).toBe(200);
});

test.each([
  '/health?query={__typename}&x=/graphql',
  '/health?/graphql',
  '/health?query={__typename}#/graphql',
  '/health/',
])('no operation is executed through %s', async (path) => {
  const app = await start({ IMAGE_GRAPH_ROUTER_SECRET: SECRET });
  const asks: RequestInit[] = [
    {},
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: SDL }) },
  ];
  for (const options of asks) {
    const response = await app.fetch(`http://image-graph${path}`, options);
    expect(await response.text()).not.toMatch(/data/);
  }
});

test('a query whose text ends like another path is executed', async () => {
  const { fetch } = await start();
  const response = await fetch('http://image-graph/graphql?query={__typename}&x=/health');
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
});

test('the id of a request goes upstream and comes back', async () => {
  const app = await start();
  const send = async (headers: Record<string, string>) => {
    const response = await app.fetch('http://image-graph/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-auth-token': 'token', ...headers },
      body: JSON.stringify({ query: `{ image(imageId: "${imageId(1)}") { name } }` }),
    });
    expect(await response.json()).toEqual({ data: { image: { name: 'CentOS' } } });
    return [response.headers.get('x-request-id'), app.calls()[0]?.headers['x-request-id']];
  };
  expect(await send({ 'x-request-id': 'req-7f0c.1:2_3' })).toEqual(['req-7f0c.1:2_3', 'req-7f0c.1:2_3']);
  const [made, sent] = await send({});
  expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  expect(sent).toBe(made);
  expect((await send({}))[0]).not.toBe(made);
  for (const id of ['x'.repeat(129), 'two ids', 'a, b', '<script>', '']) {
    const [own] = await send({ 'x-request-id': id });
    expect(own).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  }
});

test('a rejected request has an id too', async () => {
  const app = await start({ IMAGE_GRAPH_ROUTER_SECRET: SECRET });
  const response = await app.fetch('http://image-graph/graphql', { headers: { 'x-request-id': 'r1' } });
  expect([response.status, response.headers.get('x-request-id')]).toEqual([401, 'r1']);
});
