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
  isObjectType,
  lexicographicSortSchema,
  printSchema,
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
  let sdl: Promise<string> | undefined;
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

/** What a router composes. Apollo's printer is loaded when it is first needed: it takes 80 ms and 10 MB. */
export async function printSubgraph(schema: GraphQLSchema): Promise<string> {
  const { printSubgraphSchema } = await import('@apollo/subgraph');
  const text = printSubgraphSchema(lexicographicSortSchema(schema));
  // Apollo's printer extends the schema, which leaves no place for a description.
  const described = text.replace(
    /^extend schema(\n +@link.*\n)/,
    `"""\n${DESCRIPTION}\n"""\nschema$1{\n  query: Query\n}\n`,
  );
  return `${described}\n`;
}
