// Builds the schema of all slices and prints its two texts: what clients see and what routers compose.

import { printSubgraphSchema } from '@apollo/subgraph';
import {
  DirectiveLocation,
  GraphQLDeprecatedDirective,
  GraphQLDirective,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  GraphQLIncludeDirective,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLSkipDirective,
  GraphQLSpecifiedByDirective,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { builder, type Context } from './graph/builder.ts';
import { meterSchema } from './graph/metered.ts';
import { findEntities } from './graph/node.ts';
import './resources/index.ts';

const DESCRIPTION = `The image services of one cloud of the Huawei Cloud family as one graph: container image repositories (SWR), machine images (IMS) and training image groups (ModelArts).
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
  const { types, ...config } = builder
    .toSubGraphSchema({ linkUrl: 'https://specs.apollo.dev/federation/v2.9' })
    .toConfig();
  const { fields, astNode, ...query } = (config.query as GraphQLObjectType<unknown, Context>).toConfig();
  const isOffered = (field: string) => offersNode || !['node', 'nodes'].includes(field);
  let sdl: string | undefined;
  const resolvers: Record<string, GraphQLFieldResolver<unknown, Context>> = {
    _entities: (_root, { representations }, context, info) => findEntities(representations, context, info),
    _service: () => {
      sdl ??= printSubgraph(schema);
      return { sdl };
    },
  };
  const resolved = (name: string, field: GraphQLFieldConfig<unknown, Context>) => {
    const resolve = resolvers[name];
    return resolve ? { ...field, resolve } : field;
  };
  const schema = new GraphQLSchema({
    ...config,
    description: DESCRIPTION,
    directives: DIRECTIVES,
    types: types.filter(({ name }) => name !== query.name),
    query: new GraphQLObjectType({
      ...query,
      fields: Object.fromEntries(
        Object.entries(fields)
          .filter(([name]) => isOffered(name))
          .map(([name, field]) => [name, resolved(name, field)]),
      ),
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

/** What a router composes. */
export function printSubgraph(schema: GraphQLSchema): string {
  const text = printSubgraphSchema(lexicographicSortSchema(schema));
  // Apollo's printer extends the schema, which leaves no place for a description.
  const described = text.replace(
    /^extend schema(\n +@link.*\n)/,
    `"""\n${DESCRIPTION}\n"""\nschema$1{\n  query: Query\n}\n`,
  );
  return `${described}\n`;
}
