// Estimates what an operation costs before it runs: nodes, values, and upstream calls by service. Rows multiply what
// lies below them. Fields and entities declare their own costs (cost.ts, node.ts).
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isObjectType,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
} from 'graphql';
import type { Service } from '../config/services.ts';
import { collectFields, type FieldGroup, type SelectionContext, selectionSetsOf } from './collect-fields.ts';
import { DEFAULT_SIZE, type Estimate, type Estimator, MAX_SIZE, type SelectedNames } from './cost.ts';
import { entityEstimate, entityTypeOf } from './node.ts';

/** Upstream calls of one service. */
interface CallCount {
  /** Calls that the operation needs. */
  readonly calls: number;
  /** Calls that it makes at most. */
  readonly atMost: number;
}

/** How many objects of a type there are. */
interface Times {
  readonly needed: number;
  readonly atMost: number;
}

const ONCE: Times = { needed: 1, atMost: 1 };
const multiply = ({ needed, atMost }: Times, by: number, byAtMost = by): Times => ({
  needed: needed * by,
  atMost: atMost * byAtMost,
});

/** What an operation costs. */
export interface OperationCost {
  readonly nodes: number;
  readonly calls: ReadonlyMap<Service, CallCount>;
  /** Fields of the result, those of all rows. */
  readonly values: number;
  /** Rows of lists that the operation needs to read. */
  readonly rows: number;
  /** Rows of lists that it reads at most. */
  readonly rowsAtMost: number;
  /** Items of the longest list among all arguments. */
  readonly longestList: number;
}

/** An operation with all that is needed to read it. */
export interface PreparedOperation extends SelectionContext {
  readonly operation: OperationDefinitionNode;
}

/** The fields that return the schema itself. */
const SCHEMA_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type', '_service']);

const NONE: ReadonlySet<string> = new Set();

/** What is selected below a field that has no fields. */
const NOTHING_SELECTED: SelectedNames = { fields: new Set(), rowFields: new Set() };

/** Nodes that a field of the schema itself counts as: it returns hundreds of objects. */
const INTROSPECTION_NODES = 1_000;

/** Values that a field with fields of its own, or a list, counts as. */
const OBJECT_VALUES = 10;

/** Nodes that an invalid id, representation or argument counts as: its error costs as much as ten rows. */
const ERROR_NODES = 10;

/** Estimates an operation. A field whose arguments cannot be coerced costs its error: the execution rejects it. */
export function estimateOperation(prepared: PreparedOperation): OperationCost {
  return costIn(tallyOf(new Tally(prepared), prepared));
}

/** A field that makes calls. */
export interface PlannedField {
  /** Response names from the root; rows of a connection are below `nodes`, and the fields of an object that is looked up below its type. */
  readonly path: string;
  /** What makes the calls: a field, as `Type.field`, or a type whose objects are looked up. */
  readonly coordinate: string;
  readonly service: Service;
  /** Objects that the field is resolved for when all pages are full. */
  readonly objects: number;
  /** Calls for these objects; a call that several of them share counts in fractions. */
  readonly calls: number;
  readonly atMost: number;
  /** Whether calls are made whatever the upstream responds with to others. */
  readonly isCertain: boolean;
}

/** Estimates an operation field by field. The sums of the fields are those of its cost. */
export function planOperation(prepared: PreparedOperation): {
  readonly cost: OperationCost;
  readonly fields: readonly PlannedField[];
} {
  const fields: PlannedField[] = [];
  const cost = costIn(tallyOf(new Tally(prepared, (field) => fields.push(field)), prepared));
  return { cost, fields };
}

function tallyOf(tally: Tally, { schema, operation }: PreparedOperation): Tally {
  const root = schema.getQueryType();
  if (root) tally.addFields(root, [operation.selectionSet], ONCE);
  return tally;
}

/** Costs are kept; the tally has the variables. */
const costIn = ({ nodes, calls, values, rows, rowsAtMost, longestList }: Tally): OperationCost => ({
  nodes,
  calls,
  values,
  rows,
  rowsAtMost,
  longestList,
});

class Tally implements OperationCost {
  nodes = 0;
  values = 0;
  rows = 0;
  rowsAtMost = 0;
  longestList = 0;
  readonly calls = new Map<Service, CallCount>();
  readonly #prepared: PreparedOperation;
  readonly #onField: ((field: PlannedField) => void) | undefined;
  /** Where it is, for `onField`. */
  readonly #path: string[] = [];

  /** `onField` gets each field that makes calls. */
  constructor(prepared: PreparedOperation, onField?: (field: PlannedField) => void) {
    this.#prepared = prepared;
    this.#onField = onField;
  }

  /** Adds what the selections of a type cost, for so many objects of it. The fields of `twice`, by their keys, may be called twice. */
  addFields(
    type: GraphQLObjectType,
    selectionSets: readonly SelectionSetNode[],
    objects: Times,
    twice: ReadonlySet<string> = NONE,
  ): void {
    const { needed } = objects;
    const plainLists = new Set<string>();
    for (const [key, group] of this.#collectByKey(type, selectionSets)) {
      const times = twice.has(key) ? multiply(objects, 1, 2) : objects;
      const [{ name }] = group;
      if (SCHEMA_FIELDS.has(name.value)) this.nodes += INTROSPECTION_NODES;
      const field = type.getFields()[name.value];
      if (!field) {
        this.values += needed;
        continue;
      }
      const args = this.#argumentsOf(field, group[0]);
      // The execution rejects this field, for each object again, and continues with the others.
      if (!args) {
        this.nodes += needed * ERROR_NODES;
        continue;
      }
      this.longestList = Math.max(this.longestList, lengthOfLists(args));
      // A list of plain objects is part of its row: its nodes count only for further aliases. Records are nodes of their own; their lists
      // without pages are mostly short, and count as pages of the default size: no more of them are needed.
      const atMost = Number(field.extensions.assumedSize ?? 0);
      const isOfRecords = entityEstimate(getNamedType(field.type).name) !== undefined;
      const size = isOfRecords ? Math.min(atMost, DEFAULT_SIZE) : atMost;
      if (isOfRecords || plainLists.has(name.value)) this.nodes += needed * size;
      if (size > 0) plainLists.add(name.value);
      const isScalar = isLeafType(getNullableType(field.type));
      this.values += needed * (isScalar ? 1 : OBJECT_VALUES);
      this.#path.push(group[0].alias?.value ?? name.value);
      const coordinate = `${type.name}.${name.value}`;
      this.#addField(coordinate, field, args, group, multiply(times, Math.max(1, size), Math.max(1, atMost)));
      this.#path.pop();
    }
  }

  #addField(
    coordinate: string,
    field: GraphQLField<unknown, unknown>,
    args: Record<string, unknown>,
    group: FieldGroup,
    times: Times,
  ): void {
    const type = getNamedType(field.type);
    const below = selectionSetsOf(group);
    if (isAbstractType(type)) {
      for (const [name, count] of Map.groupBy(lookupsIn(args), entityTypeOf))
        this.#addEntities(name, count.length, below, times);
      return;
    }
    const { estimate } = field.extensions as { estimate?: Estimator };
    if (!isObjectType(type)) {
      // A value that takes a call counts as no node.
      if (estimate) this.#add(coordinate, { ...estimate(args, NOTHING_SELECTED), nodes: 0 }, times);
      return;
    }
    if (!estimate) {
      this.addFields(type, below, times);
      return;
    }
    const fields = this.#namesOf(type, below);
    const rows = this.#rowsOf(type, below);
    if (!rows) {
      const cost = estimate(args, { fields, rowFields: fields });
      this.#add(coordinate, cost, times);
      this.addFields(type, below, multiply(times, cost.nodes));
      return;
    }
    const cost = estimate(args, { fields, rowFields: this.#namesOf(rows.type, rows.selectionSets) });
    const nodes = cost.nodes * rows.names;
    const isInvalid = isInvalidPage(args, times);
    if (isInvalid) this.nodes += times.needed * ERROR_NODES;
    // What is selected of a page without rows may be known without a call.
    this.#add(coordinate, { ...cost, nodes }, times, !isInvalid && args.first !== 0 && args.last !== 0);
    this.#path.push('nodes');
    this.addFields(rows.type, rows.selectionSets, multiply(times, nodes), rows.twice);
    this.#path.pop();
  }

  /** Adds `count` entities of a type that are looked up; invalid look-ups name no type, and cost what errors do. */
  #addEntities(name: string | undefined, count: number, below: readonly SelectionSetNode[], times: Times): void {
    const type = name === undefined ? undefined : this.#prepared.schema.getType(name);
    const estimate = name === undefined ? undefined : entityEstimate(name);
    if (!estimate || !isObjectType(type)) {
      this.nodes += times.needed * count * ERROR_NODES;
      return;
    }
    this.#path.push(type.name);
    this.#add(type.name, estimate, multiply(times, count));
    this.addFields(type, below, multiply(times, count));
    this.#path.pop();
  }

  #add(
    coordinate: string,
    { service, calls, atMost, rows = 0, rowsAtMost = 0, nodes }: Estimate,
    times: Times,
    isNeeded = true,
  ): void {
    const sum = this.calls.get(service) ?? { calls: 0, atMost: 0 };
    this.nodes += times.needed * nodes;
    this.rows += times.needed * rows;
    this.rowsAtMost += times.atMost * rowsAtMost;
    this.calls.set(service, { calls: sum.calls + times.needed * calls, atMost: sum.atMost + times.atMost * atMost });
    if (!this.#onField || times.atMost * atMost === 0) return;
    const path = this.#path.join('.');
    // What is below another object is not resolved where that is absent.
    const isCertain = calls > 0 && isNeeded && this.#path.length === (coordinate.includes('.') ? 1 : 2);
    const planned = { calls: times.needed * calls, atMost: times.atMost * atMost };
    this.#onField({ path, coordinate, service, objects: times.needed, ...planned, isCertain });
  }

  /** The rows of a connection: they count once, through `nodes` and `edges`, and once more under each further name. */
  #rowsOf(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]) {
    const { nodes, edges } = type.getFields();
    if (!nodes || !edges) return undefined;
    const rowType = getNamedType(nodes.type) as GraphQLObjectType;
    const edgeType = getNamedType(edges.type) as GraphQLObjectType;
    const below = (groups: Iterable<FieldGroup>, name: string) =>
      [...groups].filter(([field]) => field.name.value === name).flatMap((group) => selectionSetsOf(group));
    const page = [...this.#collect(type, selectionSets)];
    const edge = [...this.#collect(edgeType, below(page, 'edges'))];
    const count = (groups: readonly FieldGroup[], name: string) =>
      groups.filter(([field]) => field.name.value === name).length;
    const asNodes = count(page, 'nodes');
    const asEdges = count(page, 'edges') * Math.max(1, count(edge, 'node'));
    const names = Math.max(1, asNodes + asEdges - (asNodes > 0 && asEdges > 0 ? 1 : 0));
    const [ofNodes, ofEdges] = [below(page, 'nodes'), below(edge, 'node')];
    // A list below rows is read twice where the two select different parts of it.
    const inEdges = ofNodes.length > 0 ? this.#collectByKey(rowType, ofEdges) : undefined;
    const twice = inEdges?.size
      ? new Set([...this.#collectByKey(rowType, ofNodes).keys()].filter((key) => inEdges.has(key)))
      : NONE;
    return { type: rowType, names, twice, selectionSets: [...ofNodes, ...ofEdges] };
  }

  #namesOf(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): ReadonlySet<string> {
    return new Set([...this.#collect(type, selectionSets)].map(([{ name }]) => name.value));
  }

  /** The fields selected of a type, those of one response name with the same arguments together. */
  #collect(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): Iterable<FieldGroup> {
    return this.#collectByKey(type, selectionSets).values();
  }

  #collectByKey(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): ReadonlyMap<string, FieldGroup> {
    return collectFields(this.#prepared, selectionSets, groupKey, type);
  }

  #argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Record<string, unknown> | undefined {
    try {
      return getArgumentValues(field, node, this.#prepared.variables);
    } catch {
      return undefined;
    }
  }
}

/** Whether a page fails once for each parent: its size is checked when it is read, and a cursor belongs to one list. */
const isInvalidPage = ({ first, last, after, before }: Readonly<Record<string, unknown>>, { atMost }: Times) =>
  [first, last].some((size) => typeof size === 'number' && (size < 0 || size > MAX_SIZE)) ||
  (atMost > 1 && [after, before].some((cursor) => typeof cursor === 'string'));

/** The ids or representations that a field looks up. */
const lookupsIn = (args: Readonly<Record<string, unknown>>) => [args.id ?? args.ids ?? args.representations].flat();

/** Items of the longest list among arguments and the fields of their input objects. */
function lengthOfLists(args: object, depth = 0): number {
  const lengths = Object.values(args).map((value: unknown) => {
    if (Array.isArray(value)) return value.length;
    return typeof value === 'object' && value !== null && depth < 3 ? lengthOfLists(value, depth + 1) : 0;
  });
  return Math.max(0, ...lengths);
}

const groupKeys = new WeakMap<FieldNode, string>();

/** Fields with the same response name and the same arguments are one. */
function groupKey(node: FieldNode): string {
  let key = groupKeys.get(node);
  if (key === undefined) {
    key = `${node.alias?.value ?? ''}:${node.name.value}(${(node.arguments ?? []).map(print).join()})`;
    groupKeys.set(node, key);
  }
  return key;
}
