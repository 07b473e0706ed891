// Builds the schema from all slices and prints its two texts.

import { printSubgraphSchema } from '@apollo/subgraph';
import {
  type GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLSchema,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { builder, type Context } from './graph/builder.ts';
import { findEntities } from './graph/node.ts';
import './resources/index.ts';

/** In a supergraph `node` and `nodes` can be one subgraph's only: without them another one may own them. */
export interface SchemaForm {
  readonly offersNode: boolean;
}

/** Builds the schema that is served: with `_service` and `_entities` for routers. */
export function buildSchema({ offersNode }: SchemaForm): GraphQLSchema {
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
  const schema = new GraphQLSchema({
    ...config,
    types: types.filter(({ name }) => name !== query.name),
    query: new GraphQLObjectType({
      ...query,
      fields: Object.fromEntries(
        Object.entries(fields)
          .filter(([name]) => isOffered(name))
          .map(([name, field]) => [name, { ...field, resolve: resolvers[name] ?? field.resolve }]),
      ),
      // The text of the schema is made of this node, as it holds the directives.
      astNode: astNode && { ...astNode, fields: astNode.fields?.filter(({ name }) => isOffered(name.value)) ?? [] },
    }),
  });
  return schema;
}

/** What clients see. */
export function printApi(): string {
  return `${printSchema(lexicographicSortSchema(builder.toSchema()))}\n`;
}

/** What a router composes. */
export function printSubgraph(schema: GraphQLSchema): string {
  return `${printSubgraphSchema(lexicographicSortSchema(schema))}\n`;
}
