// The three composers that build supergraphs, behind one interface.
import { composeServices } from '@apollo/composition';
import { composeServices as composeServicesByGuild } from '@theguild/federation-composition';
import { federateSubgraphs } from '@wundergraph/composition';
import { buildSchema, type ConstDirectiveNode, type GraphQLSchema, Kind, parse, printSchema } from 'graphql';

/** What a composer makes of subgraphs. */
export interface Composition {
  /** Why it fails: the code, where it has one, and the message. */
  readonly faults: readonly string[];
  readonly hints: readonly string[];
  /** What clients of the supergraph see; nothing of use where it fails. */
  readonly api: GraphQLSchema;
  /** The text that a router runs on; empty where the router takes something else. */
  readonly supergraph: string;
  /** The keys by which a router can fetch the entities of a subgraph from it: by type, the words of each key sorted. */
  keysIn(subgraph: string): Record<string, string[]>;
}

/** Composes subgraphs: their SDL by their names. */
export type Composer = (subgraphs: Record<string, string>) => Composition;

const NO_API = buildSchema('type Query { nothing: Boolean }');

const parsed = (subgraphs: Record<string, string>) =>
  Object.entries(subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}/graphql`, document: parse(sdl) }));
const sortWords = (text: string) => text.trim().split(/\s+/).sort().join(' ');
const faultOf = ({ message, extensions }: { message: string; extensions: Record<string, unknown> }) =>
  `${extensions.code}: ${message}`;

function argumentOf(directive: ConstDirectiveNode, name: string): unknown {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value && 'value' in value ? value.value : undefined;
}

/** Reads the keys of a subgraph from the `@join__type`s of the supergraph. */
function joinedKeys(supergraph: string, subgraph: string): Record<string, string[]> {
  const graph = subgraph.toUpperCase().replaceAll('-', '_');
  const entities = parse(supergraph).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const keys = (definition.directives ?? [])
      .filter((directive) => directive.name.value === 'join__type' && argumentOf(directive, 'graph') === graph)
      .filter((directive) => argumentOf(directive, 'resolvable') !== false)
      .flatMap((directive) => argumentOf(directive, 'key') ?? []);
    return keys.length > 0 ? [[definition.name.value, keys.map((key) => sortWords(String(key))).sort()] as const] : [];
  });
  return Object.fromEntries(entities);
}

/** Composes as Apollo's rover and GraphOS do: the strictest of the three. */
export const composeByApollo: Composer = (subgraphs) => {
  const services = parsed(subgraphs).map(({ name, url, document }) => ({ name, url, typeDefs: document }));
  const { errors = [], hints = [], schema, supergraphSdl = '' } = composeServices(services);
  return {
    faults: errors.map(faultOf),
    hints: hints.map(String),
    api: schema?.toAPISchema().toGraphQLJSSchema() ?? NO_API,
    supergraph: supergraphSdl,
    keysIn: (subgraph) => joinedKeys(supergraphSdl, subgraph),
  };
};

/** Composes as Hive does. It gives no hints. */
export const composeByGuild: Composer = (subgraphs) => {
  const services = parsed(subgraphs).map(({ name, url, document }) => ({ name, url, typeDefs: document }));
  const { errors = [], publicSdl, supergraphSdl = '' } = composeServicesByGuild(services);
  return {
    faults: errors.map(faultOf),
    hints: [],
    api: publicSdl ? buildSchema(publicSdl) : NO_API,
    supergraph: supergraphSdl,
    keysIn: (subgraph) => joinedKeys(supergraphSdl, subgraph),
  };
};

/** Composes as Cosmo does. Its router takes a configuration and not a text. */
export const composeByWundergraph: Composer = (subgraphs) => {
  const services = parsed(subgraphs).map(({ name, url, document }) => ({ name, url, definitions: document }));
  const result = federateSubgraphs({ subgraphs: services });
  return {
    faults: result.success ? [] : result.errors.map(({ message }) => message),
    hints: result.warnings.map(({ message }) => message),
    api: result.success ? buildSchema(printSchema(result.federatedGraphClientSchema)) : NO_API,
    supergraph: '',
    keysIn(subgraph) {
      const config = result.success ? result.subgraphConfigBySubgraphName.get(subgraph) : undefined;
      const entities = [...(config?.configurationDataByTypeName ?? [])].map(([name, { keys = [] }]) => {
        const resolvable = keys.filter(({ disableEntityResolver }) => !disableEntityResolver);
        return [name, resolvable.map(({ selectionSet }) => sortWords(selectionSet)).sort()] as const;
      });
      return Object.fromEntries(entities.filter(([, keys]) => keys.length > 0));
    },
  };
};
