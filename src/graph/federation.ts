// The part of the schema for routers. @pothos/plugin-federation makes it as well, but loads Apollo's composition for that, and prints the
// schema at each start.
// Source: https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec
import {
  type GraphQLFieldConfigMap,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLString,
  GraphQLUnionType,
} from 'graphql';
import type { Context } from './builder.ts';
import { findEntities } from './node.ts';

/** `@link` of the schema, with the directives that its text uses. */
export const LINK = {
  url: 'https://specs.apollo.dev/federation/v2.9',
  import: ['@cost', '@key', '@listSize', '@shareable'],
};

const Any = new GraphQLScalarType({ name: '_Any' });

const Service = new GraphQLObjectType({
  name: '_Service',
  fields: { sdl: { type: GraphQLString, description: 'The text of this subgraph, for a composer.' } },
});

/** `_entities` of these types, and `_service` with the text of the schema. */
export const subgraphFields = (
  entities: readonly GraphQLObjectType[],
  sdl: () => string,
): GraphQLFieldConfigMap<unknown, Context> => ({
  _entities: {
    type: new GraphQLNonNull(new GraphQLList(new GraphQLUnionType({ name: '_Entity', types: entities }))),
    args: { representations: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Any))) } },
    resolve: (_root, { representations }, context, info) => findEntities(representations, context, info),
  },
  _service: { type: new GraphQLNonNull(Service), resolve: () => ({ sdl: sdl() }) },
});
