// Keeps what operations cost, by what their costs depend on: most clients send a few operations with a few page sizes.
import { type DocumentNode, Kind, type OperationDefinitionNode, type TypeNode, visit } from 'graphql';
import type { OperationCost } from '../../graph/estimate.ts';

/** Costs that are kept for an operation; with more of them it starts anew. */
const MAX_COSTS = 64;
/** Characters of the longest text of variables that a cost is kept for. */
const MAX_KEY_LENGTH = 256;

/** Types whose values do not change the cost of an operation, but as cursors. */
const PLAIN_TYPES: ReadonlySet<string> = new Set(['String', 'DateTime']);
const CURSORS: ReadonlySet<string> = new Set(['after', 'before']);

/** What the cost of an operation depends on: the values of some variables, and of the others whether they are given. */
interface Dependence {
  readonly variables: readonly { readonly name: string; readonly isPlain: boolean }[];
  readonly costs: Map<string, OperationCost>;
}

/** Of each document the operations by their name. */
const known = new WeakMap<DocumentNode, Map<string | undefined, Dependence>>();

/** What an operation costs, from an earlier request if it is the same. `estimate` is called otherwise; undefined is not kept. */
export function knownCost(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  estimate: () => OperationCost | undefined,
): OperationCost | undefined {
  const name = operation.name?.value;
  let operations = known.get(document);
  if (!operations) {
    operations = new Map();
    known.set(document, operations);
  }
  let dependence = operations.get(name);
  if (!dependence) {
    dependence = { variables: variablesOf(document, operation), costs: new Map() };
    operations.set(name, dependence);
  }
  const key = keyOf(dependence, variables);
  if (key.length > MAX_KEY_LENGTH) return estimate();
  const kept = dependence.costs.get(key);
  if (kept) return kept;
  const cost = estimate();
  if (dependence.costs.size >= MAX_COSTS) dependence.costs.clear();
  if (cost) dependence.costs.set(key, cost);
  return cost;
}

/** Of a text it has only that there is one: any name costs the same. */
function keyOf({ variables }: Dependence, given: Readonly<Record<string, unknown>>): string {
  let key = '';
  for (const { name, isPlain } of variables) {
    const value = given[name];
    key +=
      isPlain && typeof value === 'string' && value !== ''
        ? 's;'
        : `${value === undefined ? '' : JSON.stringify(value)};`;
  }
  return key;
}

function variablesOf(document: DocumentNode, { variableDefinitions = [] }: OperationDefinitionNode) {
  const cursors = new Set<string>();
  visit(document, {
    Argument({ name, value }) {
      if (CURSORS.has(name.value) && value.kind === Kind.VARIABLE) cursors.add(value.name.value);
    },
  });
  return variableDefinitions.map(({ variable, type }) => {
    const { value: name } = variable.name;
    return { name, isPlain: PLAIN_TYPES.has(typeName(type)) && !cursors.has(name) };
  });
}

/** The name of a type without its `!`; empty for a list. */
const typeName = (type: TypeNode): string => {
  const nullable = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return nullable.kind === Kind.NAMED_TYPE ? nullable.name.value : '';
};
