// Builds the schema from all slices and prints its two texts.

import { printSubgraphSchema } from '@apollo/subgraph';
import { GraphQLObjectType, GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { builder, type Context } from './graph/builder.ts';
import { findEntities } from './graph/node.ts';
import './resources/index.ts';

/** In a supergraph `node` and `nodes` can be one subgraph's only: without them another one may own them. */
export interface SchemaForm {
  readonly offersNode: boolean;
}

/** Builds the schema that is served: with `_service` and `_entities` for routers. */
export function buildSchema({ offersNode }: SchemaForm): GraphQLSchema {
  const complete = builder.toSubGraphSchema({ linkUrl: 'https://specs.apollo.dev/federation/v2.9' });
  const { types, ...config } = complete.toConfig();
  const query = config.query?.toConfig();
  const { _entities, _service, node, nodes, ...fields } = query?.fields ?? {};
  if (!query || !_entities || !_service || !node || !nodes)
    throw new Error('The subgraph schema lacks its root fields.');
  let sdl: string | undefined;
  const schema = new GraphQLSchema({
    ...config,
    types: types.filter(({ name }) => name !== query.name),
    query: new GraphQLObjectType<unknown, Context>({
      ...query,
      fields: {
        ...fields,
        ...(offersNode ? { node, nodes } : {}),
        _entities: {
          ..._entities,
          resolve: (_root, { representations }, context, info) => findEntities(representations, context, info),
        },
        _service: {
          ..._service,
          resolve: () => {
            sdl ??= printSubgraph(schema);
            return { sdl };
          },
        },
      },
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
