// Builds the schema from all slices and prints its two texts.

import { printSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { builder } from './graph/builder.ts';
import './resources/index.ts';

/** The schema that is served: with `_service` and `_entities` for routers. */
export const schema: GraphQLSchema = builder.toSubGraphSchema({ linkUrl: 'https://specs.apollo.dev/federation/v2.9' });

/** What clients see. */
export function printApi(): string {
  return `${printSchema(lexicographicSortSchema(builder.toSchema()))}\n`;
}

/** What a router composes. */
export function printSubgraph(): string {
  return `${printSubgraphSchema(lexicographicSortSchema(schema))}\n`;
}
