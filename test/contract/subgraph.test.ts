// What the router of a supergraph expects of a subgraph: its schema text, list sizes and weights, and the types in global ids.
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  parse,
  print,
} from 'graphql';
import { expect, test } from 'vitest';
import { pack } from '../../src/graph/opaque.ts';
import { imageId, imageRow } from '../resources/image/kind.ts';
import { startApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';
import { KINDS, SLICES } from '../support/kinds.ts';

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
  const listsOfObjects = Object.values(publishedSchema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !isIntrospectionType(type) && !/(Connection|Edge)$/.test(type.name)
      ? Object.values(type.getFields())
          .filter((field) => isListType(getNullableType(field.type)) && !isLeafType(getNamedType(field.type)))
          .map((field) => `${type.name}.${field.name}`)
      : [],
  );
  expect(listsOfObjects.length).toBeGreaterThan(2);
  expect(lists.map(({ coordinate }) => coordinate).sort()).toEqual(listsOfObjects.sort());
  for (const { coordinate, directives } of lists)
    expect(directives, coordinate).toMatch(/@listSize\(assumedSize: \d+\)/);
  const priced = fields.filter(({ directives }) => directives.includes('@cost')).map(({ coordinate }) => coordinate);
  const costs = SLICES.flatMap((slice) => Object.keys(slice.costs));
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
