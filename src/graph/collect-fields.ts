// Collects the fields that an operation selects of an object, through fragments, `@skip` and `@include`.
import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What an operation's selections are read with. */
export interface SelectionContext {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Coerced. */
  readonly variables: Record<string, unknown>;
}

/** The nodes of one field, wherever it is selected. */
export type FieldGroup = readonly [FieldNode, ...FieldNode[]];

/**
 * Collects the fields of selection sets, those with the same `groupKey` together. `type` is the type of the object;
 * without it the fragments on all types count.
 * Shape: in the order of the document.
 */
export function collectFields(
  context: SelectionContext,
  selectionSets: readonly SelectionSetNode[],
  groupKey: (field: FieldNode) => string,
  type?: GraphQLObjectType,
): ReadonlyMap<string, FieldGroup> {
  const groups = new Map<string, [FieldNode, ...FieldNode[]]>();
  const spread = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (isLeftOut(node, context.variables)) continue;
      if (node.kind === Kind.FIELD) {
        const key = groupKey(node);
        const group = groups.get(key);
        if (group) group.push(node);
        else groups.set(key, [node]);
        continue;
      }
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        // Once a fragment, as the execution does it: else nested spreads would double the work at each level.
        if (spread.has(node.name.value)) continue;
        spread.add(node.name.value);
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : context.fragments[node.name.value];
      if (fragment && applies(fragment.typeCondition?.name.value, type, context.schema)) collect(fragment.selectionSet);
    }
  };
  for (const selectionSet of selectionSets) collect(selectionSet);
  return groups;
}

/** The name of a field in the response. */
export const responseKey = (field: FieldNode) => field.alias?.value ?? field.name.value;

/** The selection sets of fields. */
export const selectionSetsOf = (fields: readonly FieldNode[]): readonly SelectionSetNode[] =>
  fields.flatMap(({ selectionSet }) => selectionSet ?? []);

function isLeftOut(node: SelectionNode, variables: Record<string, unknown>): boolean {
  if (!node.directives?.length) return false;
  try {
    return (
      getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true ||
      getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if === false
    );
  } catch {
    // The execution reports what is wrong with the condition.
    return false;
  }
}

function applies(condition: string | undefined, type: GraphQLObjectType | undefined, schema: GraphQLSchema): boolean {
  if (condition === undefined || type === undefined || condition === type.name) return true;
  const wanted = schema.getType(condition);
  return isAbstractType(wanted) && schema.isSubType(wanted, type);
}
