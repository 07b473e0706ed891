// The subgraph beside those of other teams: it composes by each composer, they may refer to its entities by each of their
// keys, and nothing of either side is lost.
import {
  buildASTSchema,
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLScalarType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  print,
  printType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';
import type { KindSpec } from '../support/kind.ts';
import { KINDS, keySetsOf } from '../support/kinds.ts';
import { type Composition, composeByApollo, composeByGuild, composeByWundergraph } from './composers.ts';

const OURS = readArtifact('schema/subgraph.graphql');
const sorted = (fields: readonly string[]) => [...fields].sort().join(' ');
const OUR_KEYS = Object.fromEntries(KINDS.map((kind) => [kind.type, ['id', ...keySetsOf(kind).map(sorted)].sort()]));

/** The fields of a key with their types, as the published schema has them. */
function keyFieldsOf(type: string, names: readonly string[]) {
  const entity = publishedSchema.getType(type);
  const fields = isObjectType(entity) ? entity.getFields() : {};
  return names.map((name) => ({ text: `${name}: ${fields[name]?.type}`, type: getNamedType(fields[name]?.type) }));
}

/** The type to which the other team adds a field; it only points at the others. */
const EXTENDED = KINDS[0]?.type;

/** A plain subgraph of another team, which refers to each of our entities by one of its keys. */
function deployments(keyOf: (kind: KindSpec) => readonly string[]): string {
  const stubs = KINDS.map((kind) => {
    const names = keyOf(kind);
    const fields = keyFieldsOf(kind.type, names).map(({ text }) => text);
    return kind.type === EXTENDED
      ? `type ${kind.type} @key(fields: "${names.join(' ')}") { ${fields.join(' ')} deployments: [Deployment!]! }`
      : `type ${kind.type} @key(fields: "${names.join(' ')}", resolvable: false) { ${fields.join(' ')} }`;
  });
  const inKeys = KINDS.flatMap((kind) => keyFieldsOf(kind.type, keyOf(kind)).map(({ type }) => type));
  const named = [...new Set(inKeys)].filter((type) => type && !isSpecifiedScalarType(type)) as GraphQLNamedType[];
  const references = KINDS.map(({ type }) => `${type[0]?.toLowerCase()}${type.slice(1)}: ${type}`);
  return `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { deployments: [Deployment!]! }
    type Deployment @key(fields: "deploymentId") { deploymentId: ID! ${references.join(' ')} }
    ${stubs.join('\n')}
    ${named.map(printType).join('\n')}
  `;
}

/** A subgraph of another team that follows Relay as ours does. */
const relayDeployments = (rootFields: string) => `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
  type Query {
    ${rootFields}
    deployments(first: Int, after: String, last: Int, before: String): DeploymentConnection
  }
  interface Node { id: ID! }
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
  type DeploymentConnection { edges: [DeploymentEdge]! nodes: [Deployment]! pageInfo: PageInfo! }
  type DeploymentEdge { cursor: String! node: Deployment }
  type Deployment implements Node @key(fields: "id") { id: ID! image: Image }
  type Image @key(fields: "imageId", resolvable: false) { imageId: ID! }
`;
const NODE_FIELDS = 'node(id: ID!): Node nodes(ids: [ID!]!): [Node]!';

/** What a schema offers: its types, their interfaces, fields and values, each as a line. */
function offersOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) return [];
    const interfaces = isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    return [
      type.name,
      ...interfaces.map(({ name }) => `${type} implements ${name}`),
      ...(isEnumType(type) ? type.getValues() : []).map(({ name }) => `${type}.${name}`),
      ...fields.map((field) => {
        const given: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
        const texts = given.map(({ name, type }) => `${name}: ${type}`).sort();
        return `${type}.${field.name}(${texts.join(', ')}): ${field.type}`;
      }),
    ];
  });
}

// The directives of federation have no definitions in a subgraph's text.
const schemaOf = (sdl: string) => buildASTSchema(parse(sdl), { assumeValidSDL: true });
const offersOfSubgraph = (sdl: string) => offersOf(schemaOf(sdl));

/** Expects a composition without faults and hints, with our keys, and with everything that both sides offer. */
function expectWhole({ faults, hints, api, keysIn }: Composition, ours: string, theirs: string): void {
  expect({ faults, hints }).toEqual({ faults: [], hints: [] });
  expect(keysIn('image-graph')).toEqual(OUR_KEYS);
  const offers = new Set([...offersOfSubgraph(ours), ...offersOfSubgraph(theirs)]);
  expect(offersOf(api).sort()).toEqual([...offers].sort());
}

/** The `@cost` and `@listSize` of each field of an SDL; their arguments sorted. */
function costsIn(sdl: string): Record<string, string[]> {
  const types = Object.values(schemaOf(sdl).getTypeMap()).filter((type) => isObjectType(type));
  const costs = types.flatMap((type) =>
    Object.values(type.getFields()).map(({ name, astNode }) => {
      const found = (astNode?.directives ?? [])
        .filter((directive) => ['cost', 'listSize'].includes(directive.name.value))
        .map((directive) => `@${directive.name.value}(${(directive.arguments ?? []).map(print).sort().join(', ')})`);
      return [`${type}.${name}`, found.sort()] as const;
    }),
  );
  return Object.fromEntries(costs.filter(([, found]) => found.length > 0));
}

describe.each([
  ['@apollo/composition', composeByApollo],
  ['@theguild/federation-composition', composeByGuild],
  ['@wundergraph/composition', composeByWundergraph],
])('with %s', (_name, compose) => {
  const composeWithOurs = (theirs: string) => compose({ 'image-graph': OURS, deployments: theirs });

  test.each<[title: string, keyOf: (kind: KindSpec) => readonly string[]]>([
    ['global ids', () => ['id']],
    ['shortest keys', (kind) => keySetsOf(kind)[0] ?? []],
    ['whole keys', ({ key }) => Object.keys(key)],
  ])('another subgraph refers to our entities by their %s, and adds a field to one', (_title, keyOf) => {
    const theirs = deployments(keyOf);
    const composition = composeWithOurs(theirs);
    expectWhole(composition, OURS, theirs);
    expect(offersOf(composition.api)).toContain(`${EXTENDED}.deployments(): [Deployment!]!`);
  });

  test('the subgraph that docs/federation.md writes refers to our entities, and adds a field to one', () => {
    const theirs = /```graphql\n(.*?)```/s.exec(readArtifact('docs/federation.md'))?.[1] ?? '';
    const composition = composeWithOurs(theirs);
    expectWhole(composition, OURS, theirs);
    expect(offersOf(composition.api)).toContain('ImageGroup.deployments(): [Deployment!]!');
  });

  test('another subgraph owns node and nodes, where ours is set to leave them out', async () => {
    const app = await startApp({ settings: { IMAGE_GRAPH_SUBGRAPH_NODE: 'false' } });
    const { data } = await app.ask('{ _service { sdl } }');
    const ours: string = data._service.sdl;
    const offered = new Set(offersOfSubgraph(ours));
    expect(offersOfSubgraph(OURS).filter((offer) => !offered.has(offer))).toEqual([
      'Query.node(id: ID!): Node',
      'Query.nodes(ids: [ID!]!): [Node]!',
    ]);
    const theirs = relayDeployments(NODE_FIELDS);
    expectWhole(compose({ 'image-graph': ours, deployments: theirs }), ours, theirs);
  });

  test('another subgraph without node and nodes has a Node, a PageInfo and connections, too', () => {
    const theirs = relayDeployments('');
    expectWhole(composeWithOurs(theirs), OURS, theirs);
  });

  test('another subgraph that owns node and nodes fails to compose beside ours that offers them', () => {
    const faults = composeWithOurs(relayDeployments(NODE_FIELDS)).faults.join();
    expect(faults).toMatch(/\bnode"/);
    expect(faults).toMatch(/\bnodes"/);
  });
});

test('@apollo/composition says what two subgraphs both own', () => {
  const { faults } = composeByApollo({ 'image-graph': OURS, deployments: relayDeployments(NODE_FIELDS) });
  const messageFor = (field: string) =>
    `INVALID_FIELD_SHARING: Non-shareable field "Query.${field}" is resolved from multiple subgraphs: ` +
    'it is resolved from subgraphs "deployments" and "image-graph" and defined as non-shareable in all of them';
  expect(faults).toEqual([messageFor('node'), messageFor('nodes')]);
});

test.each([
  ['@apollo/composition', composeByApollo],
  ['@theguild/federation-composition', composeByGuild],
])('%s keeps the costs of our fields for the router', (_name, compose) => {
  const { supergraph } = compose({ 'image-graph': OURS, deployments: relayDeployments('') });
  expect(costsIn(supergraph)).toEqual(costsIn(OURS));
  expect(costsIn(supergraph)).toMatchObject({
    'Query.images': [
      '@cost(weight: 10)',
      '@listSize(assumedSize: 25, requireOneSlicingArgument: false, sizedFields: ["edges", "nodes"], slicingArguments: ["first", "last"])',
    ],
  });
});

test.each([
  ['@apollo/composition', composeByApollo, true],
  ['@theguild/federation-composition', composeByGuild, true],
  ['@wundergraph/composition', composeByWundergraph, false],
])('$0 composes with a subgraph whose BigInt has no @specifiedBy; it keeps ours: $2', (_name, compose, keeps) => {
  const theirs = `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { removed: RetentionLog }
    type RetentionLog @key(fields: "namespace repositoryName logId", resolvable: false) {
      namespace: String!
      repositoryName: String!
      logId: BigInt!
    }
    scalar BigInt
  `;
  const composition = compose({ 'image-graph': OURS, deployments: theirs });
  expectWhole(composition, OURS, theirs);
  const grammarsIn = (schema: GraphQLSchema) =>
    ['BigInt', 'DateTime'].map((name) => (schema.getType(name) as GraphQLScalarType).specifiedByURL ?? undefined);
  expect(grammarsIn(composition.api)).toEqual(keeps ? grammarsIn(publishedSchema) : [undefined, undefined]);
});
