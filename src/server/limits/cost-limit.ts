// Limits the cost of an operation: nodes, values and upstream calls, estimated with its variables before it is executed. Reports it in
// `extensions.cost`, on request and with every error of these limits. Rejects an operation whose services are all full.
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLError,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Limits } from '../../config/config.ts';
import { SERVICE_TITLES, type Service } from '../../config/services.ts';
import type { Context } from '../../graph/builder.ts';
import { overloaded, type Place, tooComplex } from '../../graph/errors.ts';
import { estimateOperation, type OperationCost, type PreparedOperation, planOperation } from '../../graph/estimate.ts';
import { UpstreamError } from '../../upstream/errors.ts';
import type { Session } from '../../upstream/session.ts';
import type { ServerPlugin } from '../http/node-context.ts';
import { knownCost } from './known-costs.ts';

type CostLimits = Pick<Limits, 'nodes' | 'values' | 'upstreamCalls' | 'rowsRead' | 'listLength'>;

/** Calls or rows that an operation may need, and those that it made or read. */
interface Count {
  readonly requested: number;
  readonly actual: number;
}

/** The report that `extensions: { cost: true }` in a request turns on; part of every response of an operation that was too costly. */
interface CostReport {
  /** Nodes. */
  readonly requestedQueryCost: number;
  readonly maximumAvailable: number;
  /** Of all services together, and of each service that the operation names fields of; the maximum is that of each. */
  readonly upstreamCalls: Count & {
    readonly maximum: number;
    readonly services: Readonly<Partial<Record<Service, Count>>>;
  };
  /** Rows of lists that are read from all services together, those included that are only read to find others. */
  readonly rowsRead: Count & { readonly maximum: number };
}

/**
 * The error of an operation that is not executed: it exceeds a limit, or its services are all full. Where only some are, the fields of the
 * others are resolved.
 */
export function costRejection(
  cost: OperationCost,
  { document, operationName, contextValue }: Pick<Executed, 'document' | 'operationName' | 'contextValue'>,
  limits: CostLimits,
): GraphQLError | undefined {
  if (!accepted.has(cost)) {
    const error = exceededLimit(cost, limits, () => ({ nodes: getOperationAST(document, operationName) ?? null }));
    if (error) return error;
    accepted.add(cost);
  }
  const full = contextValue.session.overloadOf([...cost.calls.keys()]);
  return full && overloaded(full.message);
}

/** Costs within the limits: those that are kept are looked at once. */
const accepted = new WeakSet<OperationCost>();

/** What was executed. */
export type Executed = ExecutionArgs & { readonly contextValue: Context };

/** A result with the report of its cost where that was requested, or a field has failed as the operation may make no more calls. */
export function withCostReport(
  result: ExecutionResult,
  cost: OperationCost,
  limits: CostLimits,
  session: Session,
  isRequested = false,
): ExecutionResult {
  if (!isRequested && !result.errors?.some(isTooManyCalls)) return result;
  const { extensions, ...rest } = result;
  return { ...rest, extensions: { ...extensions, cost: report(cost, limits, session) } };
}

/**
 * Rejects operations that cost too much, before they are executed. `rejectInvalid` executes those that cannot be estimated, as their variables
 * are invalid: it says why they are. Compiled code would accept some of them.
 */
export function useCostLimit(limits: CostLimits, rejectInvalid: (args: never) => unknown): ServerPlugin {
  return {
    onExecute({ args, setExecuteFn, setResultAndStopExecution }) {
      const { session, params } = args.contextValue;
      const cost = costOf(args);
      if (!cost) {
        setExecuteFn(rejectInvalid as never);
        return undefined;
      }
      const rejection = costRejection(cost, args, limits);
      if (rejection) {
        const extensions = { cost: report(cost, limits, undefined) };
        setResultAndStopExecution({ errors: [rejection], extensions });
        return undefined;
      }
      const isRequested = params.extensions?.cost === true;
      return {
        onExecuteDone({ result, setResult }) {
          setResult(withCostReport(result as ExecutionResult, cost, limits, session, isRequested));
        },
      };
    },
  };
}

/** Whether a field has failed as the operation has made all the calls, or read all the rows, that it may: its estimate was below that. */
const isTooManyCalls = ({ originalError }: GraphQLError) =>
  originalError instanceof UpstreamError && originalError.kind === 'too-many';

/** What is read of an operation to estimate it. */
type Estimated = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>;

/** What an operation costs with its variables; undefined where it cannot be estimated, as they are invalid. */
export function costOf({ schema, document, operationName, variableValues }: Estimated): OperationCost | undefined {
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  const given = variableValues ?? {};
  return knownCost(document, operation, given, () =>
    estimateWith({ schema, document, variableValues }, operation, estimateOperation),
  );
}

/** The same, field by field. */
export function planOf(args: Estimated): ReturnType<typeof planOperation> | undefined {
  const operation = getOperationAST(args.document, args.operationName);
  return operation ? estimateWith(args, operation, planOperation) : undefined;
}

function estimateWith<Estimate>(
  { schema, document, variableValues }: Omit<Estimated, 'operationName'>,
  operation: OperationDefinitionNode,
  estimate: (prepared: PreparedOperation) => Estimate,
): Estimate | undefined {
  const definitions = operation.variableDefinitions ?? [];
  const { coerced: variables } = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 });
  if (!variables) return undefined;
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  try {
    return estimate({ schema, operation, fragments, variables });
  } catch {
    return undefined;
  }
}

/** The error of the first limit that is exceeded; undefined when none is. */
function exceededLimit(
  { nodes, values, calls, rows, longestList }: OperationCost,
  limits: CostLimits,
  place: () => Place,
): GraphQLError | undefined {
  const checks: [name: keyof CostLimits, value: number, what: string, remedy: string][] = [
    ['listLength', longestList, 'A list in the arguments is too long', 'Send several operations.'],
    ['nodes', nodes, 'The operation requests too many nodes', SMALLER_PAGES],
    ['values', values, 'The operation requests too many values', FEWER_FIELDS],
    ...[...calls].map(([service, { calls: needed }]): [keyof CostLimits, number, string, string] => [
      'upstreamCalls',
      wholeCalls(needed),
      `The operation needs too many calls to ${SERVICE_TITLES[service]}`,
      FEWER_CALLS,
    ]),
    ['rowsRead', rows, 'The operation reads too many rows', FEWER_ROWS],
  ];
  const exceeded = checks.find(([name, value]) => value > limits[name]);
  if (!exceeded) return undefined;
  const [name, value, what, remedy] = exceeded;
  return tooComplex(what, { name, value, max: limits[name] }, remedy, undefined, place());
}

const SMALLER_PAGES = 'Request smaller pages: rows multiply what is selected below them.';
const FEWER_FIELDS = 'Request smaller pages, or fewer fields of each row.';
const FEWER_CALLS = 'Request smaller pages, or leave out fields that cost a call for each row.';
const FEWER_ROWS = 'Request smaller pages, or fewer lists with conditions that are checked row by row.';

/** `session` is that of the execution; undefined where the operation is rejected: then the report has what it needs at least. */
function report(
  { nodes, calls, rows, rowsAtMost }: OperationCost,
  limits: CostLimits,
  session: Session | undefined,
): CostReport {
  const maximum = limits.upstreamCalls;
  // No operation makes more calls, or reads more rows, than the maximum: its session stops there.
  const upTo = (max: number, count: number) => Math.min(Math.floor(count + ROUNDING), max);
  const services = Object.fromEntries(
    [...calls].map(([service, count]) => {
      const further = session?.furtherCalls.get(service)?.calls ?? 0;
      const requested = session ? upTo(maximum, count.atMost + further) : wholeCalls(count.calls);
      return [service, { requested, actual: session?.calls.get(service) ?? 0 } satisfies Count];
    }),
  );
  const total = (key: keyof Count) => Object.values(services).reduce((sum, { [key]: count }) => sum + count, 0);
  const furtherRows = [...(session?.furtherCalls.values() ?? [])].reduce((sum, further) => sum + further.rows, 0);
  return {
    requestedQueryCost: nodes,
    maximumAvailable: limits.nodes,
    upstreamCalls: { requested: total('requested'), actual: total('actual'), maximum, services },
    rowsRead: {
      requested: session ? upTo(limits.rowsRead, rowsAtMost + furtherRows) : rows,
      actual: session?.rowsRead ?? 0,
      maximum: limits.rowsRead,
    },
  };
}

/** Absorbs the error of adding up fractions. */
const ROUNDING = 1e-6;

/** The calls that an operation needs: rows share some of them, in fractions. */
const wholeCalls = (count: number) => Math.ceil(count - ROUNDING);
