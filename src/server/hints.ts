// Hints in validation errors for what developers meet first: fields of a row that they select on its connection or edge.
import {
  type ASTNode,
  FieldsOnCorrectTypeRule,
  type GraphQLCompositeType,
  type GraphQLError,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  KnownArgumentNamesRule,
  PossibleFragmentSpreadsRule,
  ScalarLeafsRule,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { ServerPlugin } from './http/node-context.ts';

/** Adds hints to errors of the validation. They show names of the schema: not for servers without introspection. */
export function useHints(): ServerPlugin {
  return {
    onValidate({ validateFn, setValidationFn }) {
      setValidationFn((schema, document, rules: readonly ValidationRule[] = [], ...rest: unknown[]) =>
        (validateFn as (...args: unknown[]) => readonly GraphQLError[])(
          schema,
          document,
          rules.map((rule) => HINTED.get(rule) ?? rule),
          ...rest,
        ),
      );
    },
  };
}

/** Finds a hint for an error at a node, while the context is there. `isGuessed` says whether graphql-js has a suggestion. */
type Hint = (node: ASTNode, context: ValidationContext, isGuessed: boolean) => string | undefined;

/** Fields of a connection or an edge that are selected elsewhere: on it, or on its rows. */
const PAGE_FIELDS: ReadonlySet<string> = new Set(['nodes', 'node', 'edges', 'pageInfo', 'totalCount']);

const fieldHint: Hint = (node, context, isGuessed) => {
  const type = context.getParentType();
  if (node.kind !== Kind.FIELD || !type) return undefined;
  const name = node.name.value;
  const rows = rowsOf(type);
  if (rows && fieldsOf(rows.type)[name]) return didYouMean(`${rows.field} { ${name} }`);
  if (rows && !isGuessed) {
    const holder = ['edges', 'pageInfo'].find((field) => fieldsOf(typeOf(type, field))[name]);
    return holder ? didYouMean(`${holder} { ${name} }`) : `Its fields are ${quoted(Object.keys(fieldsOf(type)))}.`;
  }
  if (!rows && type !== context.getSchema().getQueryType() && PAGE_FIELDS.has(name))
    return `${type.name} is one object, not a list: select its fields directly.`;
  return undefined;
};

const spreadHint: Hint = (node, context) => {
  const rows = rowsOf(context.getParentType());
  const isSpread = node.kind === Kind.FRAGMENT_SPREAD;
  const fragment = isSpread ? context.getFragment(node.name.value) : node.kind === Kind.INLINE_FRAGMENT && node;
  const condition = fragment ? fragment.typeCondition?.name.value : undefined;
  if (!rows || condition !== rows.type?.name) return undefined;
  return didYouMean(`${rows.field} { ...${isSpread ? node.name.value : ` on ${condition} { ... }`} }`);
};

const selectionHint: Hint = (node, context) => {
  const rows = rowsOf(getNamedType(context.getType()));
  if (node.kind !== Kind.FIELD || !rows) return undefined;
  return didYouMean(`${node.name.value} { ${rows.field} { ... } }`);
};

const argumentHint: Hint = (_node, context, isGuessed) => {
  const field = context.getFieldDef();
  if (isGuessed || !field) return undefined;
  const names = field.args.map(({ name }) => name);
  return names.length === 0 ? 'It has no arguments.' : `Its arguments are ${quoted(names)}.`;
};

const HINTED: ReadonlyMap<ValidationRule, ValidationRule> = new Map([
  [FieldsOnCorrectTypeRule, hinted(FieldsOnCorrectTypeRule, fieldHint)],
  [PossibleFragmentSpreadsRule, hinted(PossibleFragmentSpreadsRule, spreadHint)],
  [ScalarLeafsRule, hinted(ScalarLeafsRule, selectionHint)],
  [KnownArgumentNamesRule, hinted(KnownArgumentNamesRule, argumentHint)],
]);

const GUESS = ' Did you mean ';

/** A rule whose errors have the hint, if there is one, in place of the suggestion that graphql-js makes from similar names. */
function hinted(rule: ValidationRule, hint: Hint): ValidationRule {
  return (context) => {
    const reportError = (error: GraphQLError) => {
      const [node] = error.nodes ?? [];
      const [fault = '', guess] = error.message.split(GUESS);
      const found = node && hint(node, context, guess !== undefined);
      if (found) error.message = `${fault} ${found}`;
      context.reportError(error);
    };
    return rule(Object.create(context, { reportError: { value: reportError } }));
  };
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');

const didYouMean = (selection: string) => `Did you mean "${selection}"?`;

const fieldsOf = (type: unknown) => (isObjectType(type) || isInterfaceType(type) ? type.getFields() : {});

const typeOf = (type: unknown, field: string) => getNamedType(fieldsOf(type)[field]?.type);

/** The field of a connection, an edge or a list without pages that has its rows, and their type; undefined for other types. */
function rowsOf(type: unknown): { readonly field: string; readonly type: GraphQLCompositeType } | undefined {
  const fields = fieldsOf(type);
  const field = fields.pageInfo || fields.isComplete ? 'nodes' : fields.cursor ? 'node' : undefined;
  const rows = field && typeOf(type, field);
  return field && isCompositeType(rows) ? { field, type: rows } : undefined;
}
