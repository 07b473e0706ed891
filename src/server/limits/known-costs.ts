// Keeps what operations cost, by what their costs depend on: most clients send a few operations with a few page sizes.
import { type DocumentNode, Kind, type OperationDefinitionNode, type TypeNode, visit } from 'graphql';
import type { OperationCost } from '../../graph/estimate.ts';

/** Costs that are kept for an operation; with more of them it starts anew. */
const MAX_COSTS = 64;
/** Characters of the longest text of variables that a cost is kept for. */
const MAX_KEY_LENGTH = 256;

/** The type whose values do not change the cost of an operation, where they are whole arguments, but for cursors. All of them are valid. */
const PLAIN_TYPE = 'String';
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
  if (key === undefined || key.length > MAX_KEY_LENGTH) return estimate();
  const kept = dependence.costs.get(key);
  if (kept) return kept;
  const cost = estimate();
  if (dependence.costs.size >= MAX_COSTS) dependence.costs.clear();
  if (cost) dependence.costs.set(key, cost);
  return cost;
}

/** The key of a cost. Plain texts count as given, whatever they are: all names cost the same. Undefined for values without a JSON text of their own. */
function keyOf({ variables }: Dependence, given: Readonly<Record<string, unknown>>): string | undefined {
  let key = '';
  for (const { name, isPlain } of variables) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (isPlain && typeof value === 'string' && value !== '') key += 's;';
    else if (value === undefined) key += ';';
    else {
      const text = textOf(value);
      if (text === undefined) return undefined;
      key += `${text};`;
    }
  }
  return key;
}

/** The JSON of a value; undefined where it is nested too deeply, or has an infinite number, which JSON has as null. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object') return value === Infinity || value === -Infinity ? undefined : JSON.stringify(value);
  try {
    return JSON.stringify(value, finite);
  } catch {
    return undefined;
  }
}

function finite(_key: string, value: unknown): unknown {
  if (value === Infinity || value === -Infinity) throw new RangeError();
  return value;
}

function variablesOf(document: DocumentNode, { variableDefinitions = [] }: OperationDefinitionNode) {
  /** Cursors, and what is a part of a value: of a representation it can be the type. */
  const read = new Set<string>();
  visit(document, {
    Argument({ name, value }) {
      if (value.kind !== Kind.VARIABLE) visit(value, { Variable: (part) => void read.add(part.name.value) });
      else if (CURSORS.has(name.value)) read.add(value.name.value);
    },
  });
  return variableDefinitions.map(({ variable, type }) => {
    const { value: name } = variable.name;
    return { name, isPlain: typeName(type) === PLAIN_TYPE && !read.has(name) };
  });
}

/** The name of a type without its `!`; empty for a list. */
const typeName = (type: TypeNode): string => {
  const nullable = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return nullable.kind === Kind.NAMED_TYPE ? nullable.name.value : '';
};
