// Keeps an example query with each root field: GraphiQL opens with them.
import { type GraphQLSchema, getNamedType, isAbstractType } from 'graphql';

interface Example {
  /** The text, or a function for one that depends on other types. */
  readonly query: string | (() => string);
  /** How many examples were added before. */
  readonly index: number;
}

let added = 0;

/** Adds an example query to the options of a root field. It runs as it is on the sandbox. */
export const withExample = <
  Options extends { readonly directives: { readonly cost: object }; readonly extensions?: object },
>(
  query: Example['query'],
  options: Options,
) => ({ ...options, extensions: { ...options.extensions, example: { query, index: added++ } satisfies Example } });

/** The example queries of a schema: those of lists first, then of single records, then of `node` and `nodes`; else as they were added. */
export function exampleQueries(schema: GraphQLSchema): readonly string[] {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  const examples = fields.flatMap(({ args, type, extensions }) => {
    const isList = args.some(({ name }) => name === 'first');
    const rank = isList ? 0 : isAbstractType(getNamedType(type)) ? 2 : 1;
    const example = extensions.example as Example | undefined;
    return example ? [{ ...example, rank }] : [];
  });
  return examples
    .sort((one, other) => one.rank - other.rank || one.index - other.index)
    .map(({ query }) => (typeof query === 'string' ? query : query()));
}
