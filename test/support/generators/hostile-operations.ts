// Arbitrary operations over a schema: every root field, with arguments that are good, almost good or hostile. Read from the schema, so that
// a field or an argument that is added later is attacked, too.
import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { wholeSelection } from '../documents/whole-selection.ts';
import { hostileText } from './hostile-texts.ts';

export interface HostileOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const TIMES = ['2021-06-02T09:23:01Z', '0001-01-01T00:00:00+23:59'];

/** Operations of one root field each. `good` has texts that arguments and input fields take, by their names; `references` are for `_Any`. */
export function hostileOperations(
  schema: GraphQLSchema,
  good: Readonly<Record<string, readonly string[]>>,
  references: fc.Arbitrary<unknown>,
): fc.Arbitrary<HostileOperation> {
  const textOf = (name: string) => {
    const texts = good[name] ?? ['a'];
    return fc.oneof(fc.constantFrom(...texts), hostileText(texts));
  };
  const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    Int: fc.oneof(fc.nat(30), fc.integer(), fc.constantFrom(-1, 1000, 1001, 2 ** 31, 1.5, 1e300)),
    Boolean: fc.boolean(),
    DateTime: fc.oneof(fc.constantFrom(...TIMES), hostileText(TIMES)),
    _Any: references,
  };

  function inputOf(name: string, type: GraphQLInputType): fc.Arbitrary<unknown> {
    if (isNonNullType(type)) return inputOf(name, type.ofType);
    if (isListType(type)) return fc.array(inputOf(name, type.ofType), { maxLength: 3 });
    if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((value) => value.name));
    if (isInputObjectType(type)) return fc.record(mapped(Object.values(type.getFields())));
    return scalars[type.name] ?? textOf(name);
  }

  /** Most of what may be left out is: arguments that do not go together would hide the others. */
  const sparse = (name: string, type: GraphQLInputType) =>
    isNonNullType(type)
      ? inputOf(name, type)
      : fc.oneof(
          { weight: 5, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constant(null) },
          { weight: 3, arbitrary: inputOf(name, type) },
        );
  const mapped = (inputs: readonly { name: string; type: GraphQLInputType }[]) =>
    Object.fromEntries(inputs.map(({ name, type }) => [name, sparse(name, type)]));

  function operationOf(field: GraphQLField<unknown, unknown>): fc.Arbitrary<HostileOperation> {
    const { name, args } = field;
    const declared = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
    const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
    const query = `query (${declared}) { ${name}(${passed}) ${selectionOf(schema, field)} }`;
    return fc.record(mapped(args)).map((variables) => ({ query, variables }));
  }

  const fields = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(({ args }) => args.length > 0);
  return fc.oneof(...fields.map(operationOf));
}

/** All fields, and one edge further; of an interface or union, those of each type. */
function selectionOf(schema: GraphQLSchema, { type }: GraphQLField<unknown, unknown>): string {
  const { name } = getNamedType(type);
  if (name.endsWith('Connection')) return `{ ${wholeSelection(schema, name, 2)} }`;
  const node = schema.getType('Node');
  const kinds = node && 'getFields' in node ? schema.getImplementations(node as never).objects : [];
  return isObjectType(getNamedType(type))
    ? `{ ${wholeSelection(schema, name, 1)} }`
    : `{ ${kinds.map((kind) => `... on ${kind.name} { ${wholeSelection(schema, kind.name, 0)} }`).join(' ')} }`;
}
