// Limits the cost of an operation: nodes, values and upstream calls, estimated with its variables before it is executed. Reports it in
// `extensions.cost`, on request and with every error of these limits. Rejects an operation whose services are all full.
import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
} from 'graphql';
import type { Limits } from '../../config/config.ts';
import { SERVICE_TITLES, type Service } from '../../config/services.ts';
import { overloaded, type Place, tooComplex } from '../../graph/errors.ts';
import { estimateOperation, type OperationCost } from '../../graph/estimate.ts';
import { UpstreamError } from '../../upstream/errors.ts';
import type { ServerPlugin } from '../http/node-context.ts';

type CostLimits = Pick<Limits, 'nodes' | 'values' | 'upstreamCalls' | 'listLength'>;

/** Calls that an operation may need, and those that it made. */
interface Calls {
  readonly requested: number;
  readonly actual: number;
}

/** The report that `extensions: { cost: true }` in a request turns on; part of every response of an operation that was too costly. */
interface CostReport {
  /** Nodes. */
  readonly requestedQueryCost: number;
  readonly maximumAvailable: number;
  /** Of all services together, and of each service that the operation names fields of; the maximum is that of each. */
  readonly upstreamCalls: Calls & {
    readonly maximum: number;
    readonly services: Readonly<Partial<Record<Service, Calls>>>;
  };
}

export function useCostLimit(limits: CostLimits): ServerPlugin {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { schema, document, operationName, variableValues } = args;
      const { session, params } = args.contextValue;
      const cost = costOf(schema, document, operationName, variableValues);
      // An operation that cannot be estimated is rejected by the execution, which says why.
      if (!cost) return undefined;
      const error = exceededLimit(cost, limits, () => ({ nodes: getOperationAST(document, operationName) ?? null }));
      // Where only some services are full, the fields of the others are resolved.
      const full = error ? undefined : session.overloadOf([...cost.calls.keys()]);
      const rejection = error ?? (full && overloaded(full.message));
      if (rejection) {
        const extensions = { cost: report(cost, limits, 'calls', NO_CALLS) };
        setResultAndStopExecution({ errors: [rejection], extensions });
        return undefined;
      }
      const isRequested = params.extensions?.cost === true;
      return {
        onExecuteDone({ result, setResult }) {
          const { extensions, ...rest } = result as ExecutionResult;
          if (!isRequested && !rest.errors?.some(isTooManyCalls)) return;
          setResult({ ...rest, extensions: { ...extensions, cost: report(cost, limits, 'atMost', session.calls) } });
        },
      };
    },
  };
}

const NO_CALLS: ReadonlyMap<Service, number> = new Map();

/** Whether a field has failed as the operation has made all the calls that it may make: its estimate was below that. */
const isTooManyCalls = ({ originalError }: GraphQLError) =>
  originalError instanceof UpstreamError && originalError.kind === 'too-many';

const costs = new WeakMap<DocumentNode, OperationCost>();

function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  name: unknown,
  values: unknown,
): OperationCost | undefined {
  const known = costs.get(document);
  if (known) return known;
  const operation = getOperationAST(document, name as string | undefined);
  if (!operation) return undefined;
  const definitions = operation.variableDefinitions ?? [];
  const given = (values ?? {}) as Record<string, unknown>;
  const { coerced: variables } = getVariableValues(schema, definitions, given, { maxErrors: 1 });
  if (!variables) return undefined;
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  try {
    const cost = estimateOperation({ schema, operation, fragments, variables });
    // With one operation and no variables it is the same each time.
    if (definitions.length === 0 && document.definitions.length === 1) costs.set(document, cost);
    return cost;
  } catch {
    return undefined;
  }
}

/** The error of the first limit that is exceeded; undefined when none is. */
function exceededLimit(
  { nodes, values, calls, longestList }: OperationCost,
  limits: CostLimits,
  place: () => Place,
): GraphQLError | undefined {
  const checks: [name: keyof CostLimits, value: number, what: string, remedy: string][] = [
    ['listLength', longestList, 'A list in the arguments is too long', 'Send several operations.'],
    ['nodes', nodes, 'The operation requests too many nodes', SMALLER_PAGES],
    ['values', values, 'The operation requests too many values', FEWER_FIELDS],
    ...[...calls].map(([service, { calls: value }]): [keyof CostLimits, number, string, string] => [
      'upstreamCalls',
      value,
      `The operation needs too many calls to ${SERVICE_TITLES[service]}`,
      FEWER_CALLS,
    ]),
  ];
  const exceeded = checks.find(([name, value]) => value > limits[name]);
  if (!exceeded) return undefined;
  const [name, value, what, remedy] = exceeded;
  return tooComplex(what, { name, value, max: limits[name] }, remedy, undefined, place());
}

const SMALLER_PAGES = 'Request smaller pages: rows multiply what is selected below them.';
const FEWER_FIELDS = 'Request smaller pages, or fewer fields of each row.';
const FEWER_CALLS = 'Request smaller pages, or leave out fields that cost a call for each row.';

function report(
  { nodes, calls }: OperationCost,
  limits: CostLimits,
  unit: 'calls' | 'atMost',
  made: ReadonlyMap<Service, number>,
): CostReport {
  const maximum = limits.upstreamCalls;
  // No operation makes more calls than the maximum: its session stops there.
  const requestedOf = ({ [unit]: count }: { calls: number; atMost: number }) =>
    unit === 'calls' ? count : Math.min(Math.floor(count + ROUNDING), maximum);
  const services = Object.fromEntries(
    [...calls].map(([service, count]) => [
      service,
      { requested: requestedOf(count), actual: made.get(service) ?? 0 } satisfies Calls,
    ]),
  );
  const total = (key: keyof Calls) => Object.values(services).reduce((sum, { [key]: count }) => sum + count, 0);
  return {
    requestedQueryCost: nodes,
    maximumAvailable: limits.nodes,
    upstreamCalls: { requested: total('requested'), actual: total('actual'), maximum, services },
  };
}

/** Absorbs the error of adding up fractions. */
const ROUNDING = 1e-6;
