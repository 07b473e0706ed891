// The subgraph beside those of other teams: it composes by each composer, they may refer to its entities by each of their
// keys, and nothing of either side is lost.
import {
  buildASTSchema,
  type GraphQLArgument,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  print,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { startSandboxApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import {
  type Composition,
  composeByApollo,
  composeByGuild,
  composeByWundergraph,
} from '../support/processes/composers.ts';

const OURS = readArtifact('schema/subgraph.graphql');
const OUR_KEYS = {
  Image: ['id', 'imageId'],
  ImageGroup: ['id', 'name namespace', 'name namespace workspaceId'],
  Repository: ['id', 'name namespace'],
  RetentionLog: ['id', 'logId namespace repositoryName'],
  SharedRepository: ['center name namespace', 'id'],
};

/** A plain subgraph of another team, which refers to our entities. */
const deployments = (entities: string) => `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query {
    deployments: [Deployment!]!
  }
  type Deployment @key(fields: "deploymentId") {
    deploymentId: ID!
    image: Image
    repository: Repository
    sharedRepository: SharedRepository
    lastRetention: RetentionLog
    imageGroup: ImageGroup
  }
  ${entities}
`;

const ENTITIES_BY_ID = `
  type Image @key(fields: "id", resolvable: false) { id: ID! }
  type Repository @key(fields: "id", resolvable: false) { id: ID! }
  type SharedRepository @key(fields: "id", resolvable: false) { id: ID! }
  type RetentionLog @key(fields: "id", resolvable: false) { id: ID! }
`;

const ENTITIES_BY_NAME = `
  scalar BigInt
  enum SharingCenter { SELF THIRD_PARTY }
  type Image @key(fields: "imageId", resolvable: false) { imageId: ID! }
  type Repository @key(fields: "namespace name", resolvable: false) { namespace: String! name: String! }
  type SharedRepository @key(fields: "center namespace name", resolvable: false) {
    center: SharingCenter!
    namespace: String!
    name: String!
  }
  type RetentionLog @key(fields: "namespace repositoryName logId", resolvable: false) {
    namespace: String!
    repositoryName: String!
    logId: BigInt!
  }
`;

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

/** Expects a composition without a word of complaint, with our keys, and with everything that both sides offer. */
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
])('%s', (_name, compose) => {
  const composeWithOurs = (theirs: string) => compose({ 'image-graph': OURS, deployments: theirs });

  test.each([
    ['global ids', ENTITIES_BY_ID, 'id: ID!', 'id'],
    ['names', ENTITIES_BY_NAME, 'namespace: String! name: String!', 'namespace name'],
    [
      'names and workspace',
      ENTITIES_BY_NAME,
      'namespace: String! name: String! workspaceId: String!',
      'namespace name workspaceId',
    ],
  ])('another subgraph knows our entities by their %s, and adds a field to one', (_keys, entities, fields, key) => {
    const theirs = deployments(
      `${entities} type ImageGroup @key(fields: "${key}") { ${fields} deployments: [Deployment!]! }`,
    );
    const composition = composeWithOurs(theirs);
    expectWhole(composition, OURS, theirs);
    expect(offersOf(composition.api)).toContain('ImageGroup.deployments(): [Deployment!]!');
  });

  test('the subgraph that docs/federation.md writes refers to our entities, and adds a field to one', () => {
    const theirs = /```graphql\n(.*?)```/s.exec(readArtifact('docs/federation.md'))?.[1] ?? '';
    const composition = composeWithOurs(theirs);
    expectWhole(composition, OURS, theirs);
    expect(offersOf(composition.api)).toContain('ImageGroup.deployments(): [Deployment!]!');
  });

  test('another subgraph owns node and nodes, where ours is set not to offer them', async () => {
    const app = await startSandboxApp({}, { IMAGE_GRAPH_SUBGRAPH_NODE: 'false' });
    const { data } = await app.ask('{ _service { sdl } }');
    await app.close();
    const ours: string = data._service.sdl;
    expect(offersOfSubgraph(OURS).filter((offer) => !offersOfSubgraph(ours).includes(offer))).toEqual([
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

  test('another subgraph that owns node and nodes is refused beside ours that offers them', () => {
    const faults = composeWithOurs(relayDeployments(NODE_FIELDS)).faults.join();
    expect(faults).toMatch(/\bnode"/);
    expect(faults).toMatch(/\bnodes"/);
  });
});

test('@apollo/composition says what two subgraphs both own', () => {
  const { faults } = composeByApollo({ 'image-graph': OURS, deployments: relayDeployments(NODE_FIELDS) });
  const refusalOf = (field: string) =>
    `INVALID_FIELD_SHARING: Non-shareable field "Query.${field}" is resolved from multiple subgraphs: ` +
    'it is resolved from subgraphs "deployments" and "image-graph" and defined as non-shareable in all of them';
  expect(faults).toEqual([refusalOf('node'), refusalOf('nodes')]);
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
