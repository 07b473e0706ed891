// Keeps an example query with each root field: GraphiQL opens with them.
import { type GraphQLSchema, getNamedType, isAbstractType } from 'graphql';

/** Adds an example query to the options of a root field. It runs as it is on the sandbox. */
export const withExample = <Options extends { readonly cost: number; readonly extensions?: object }>(
  example: string,
  options: Options,
) => ({
  ...options,
  extensions: { ...options.extensions, example },
});

/** The example queries of the root fields that a schema has: lists first, then single records, then `node` and `nodes`. */
export function exampleQueries(schema: GraphQLSchema): readonly string[] {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  const examples = fields.flatMap(({ args, type, extensions: { example } }) => {
    const isList = args.some(({ name }) => name === 'first');
    const rank = isList ? 0 : isAbstractType(getNamedType(type)) ? 2 : 1;
    return typeof example === 'string' ? [{ example, rank }] : [];
  });
  return examples.sort((one, other) => one.rank - other.rank).map(({ example }) => example);
}
