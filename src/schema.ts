// Builds the schema of all slices and prints its two texts: what clients see and what routers compose.
import {
  DirectiveLocation,
  GraphQLDeprecatedDirective,
  GraphQLDirective,
  GraphQLIncludeDirective,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLSkipDirective,
  GraphQLSpecifiedByDirective,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  print,
  printSchema,
  type StringValueNode,
  visit,
} from 'graphql';
import { builder, type Context } from './graph/builder.ts';
import { LINK, subgraphFields } from './graph/federation.ts';
import { meterSchema } from './graph/metered.ts';
import { entityTypes } from './graph/node.ts';
import './resources/index.ts';

const DESCRIPTION = `The image services of one cloud of the Huawei Cloud family as one graph: container image repositories (SWR), machine images (IMS) and training images (ModelArts).
The backticked name at the end of a description is the name of the same thing in the REST API of its service.
A field that the service does not send is null; one that it sends malformed is null, with an error.`;

/**
 * The directives of GraphQL's October 2021 edition: what clients of it find in introspection. Strict ones reject a whole
 * schema for a location that they do not know. Nothing here needs a newer directive.
 */
const DIRECTIVES = [
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  GraphQLSpecifiedByDirective,
  new GraphQLDirective({
    ...GraphQLDeprecatedDirective.toConfig(),
    locations: GraphQLDeprecatedDirective.locations.filter((place) => place !== DirectiveLocation.DIRECTIVE_DEFINITION),
  }),
];

/**
 * Builds the schema that is served: with `_service` and `_entities` for routers, and with `node` and `nodes` if
 * `offersNode` says so. In a supergraph these can be one subgraph's only.
 */
export function buildSchema({ offersNode }: { readonly offersNode: boolean }): GraphQLSchema {
  const { types, ...config } = builder.toSchema({ schemaDirectives: { link: LINK } }).toConfig();
  const { fields, astNode, ...query } = (config.query as GraphQLObjectType<unknown, Context>).toConfig();
  const isOffered = (field: string) => offersNode || !['node', 'nodes'].includes(field);
  const entities = new Set(entityTypes());
  let sdl: string | undefined;
  const printed = () => {
    sdl ??= printSubgraph(schema);
    return sdl;
  };
  const schema = new GraphQLSchema({
    ...config,
    description: DESCRIPTION,
    directives: DIRECTIVES,
    types: types.filter(({ name }) => name !== query.name),
    query: new GraphQLObjectType({
      ...query,
      fields: {
        ...subgraphFields(
          types.filter((type) => isObjectType(type)).filter(({ name }) => entities.has(name)),
          printed,
        ),
        ...Object.fromEntries(Object.entries(fields).filter(([name]) => isOffered(name))),
      },
      // The text of the schema is made of this node, as it holds the directives.
      astNode: astNode && { ...astNode, fields: astNode.fields?.filter(({ name }) => isOffered(name.value)) ?? [] },
    }),
  });
  meterSchema(schema);
  return schema;
}

/** What clients see. */
export function printApi(): string {
  const schema = new GraphQLSchema({
    ...builder.toSchema().toConfig(),
    description: DESCRIPTION,
    directives: DIRECTIVES,
  });
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

/** What a router composes: the nodes of the builder, which hold the directives, without what routers and introspection add. */
export function printSubgraph(schema: GraphQLSchema): string {
  const nodes = Object.values(schema.getTypeMap())
    .filter((type) => !isSpecifiedScalarType(type) && !isIntrospectionType(type))
    .flatMap(({ astNode }) => astNode ?? [])
    .toSorted((a, b) => (a.name.value < b.name.value ? -1 : 1));
  const link = schema.extensionASTNodes.flatMap(({ directives = [] }) => directives).map(print);
  const head = `"""\n${DESCRIPTION}\n"""\nschema\n  ${link.join('\n  ')}\n{\n  query: Query\n}`;
  const texts = nodes.map((node) => print(visit(node, { StringValue: asBlock })));
  // A blank line before each description but the first in a block.
  return `${[head, ...texts].join('\n\n').replace(/(?<![{(])\n(?= +""")/g, '\n\n')}\n`;
}

/** A description as a block; other texts stay as they are. */
const asBlock = (node: StringValueNode, key: string | number | undefined) =>
  key === 'description' ? { ...node, block: true } : undefined;
