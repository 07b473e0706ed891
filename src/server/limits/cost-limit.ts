// What an operation may cost: nodes, and upstream calls of each service, estimated with its variables before anything is asked. Says so
// in `extensions.cost`, to whom it refuses and to whoever asks for it. Turns away what could only wait.
import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Limits } from '../../config/config.ts';
import type { Context } from '../../graph/builder.ts';
import { overloaded, tooComplex } from '../../graph/errors.ts';
import { estimateOperation, type OperationCost } from '../../graph/estimate.ts';
import type { Cloud } from '../../upstream/cloud.ts';
import { SERVICE_TITLES } from '../../upstream/errors.ts';

type CostLimits = Pick<Limits, 'nodes' | 'values' | 'upstreamCalls' | 'listLength'>;

/** The answer to `extensions: { cost: true }` in the request, and part of every refusal. */
interface CostReport {
  /** Nodes. */
  readonly requestedQueryCost: number;
  readonly maximumAvailable: number;
  /** Of all services together; the maximum is that of each. */
  readonly upstreamCalls: { readonly requested: number; readonly actual: number; readonly maximum: number };
}

export function useCostLimit(limits: CostLimits, cloud: Pick<Cloud, 'isFull'>): Plugin<Context> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { schema, document, operationName, variableValues } = args;
      const context = args.contextValue as Context & { params?: { extensions?: { cost?: unknown } | null } };
      const cost = costOf(schema, document, operationName, variableValues);
      // What cannot be estimated is refused by the execution, which says why.
      if (!cost) return undefined;
      const error = refusalOf(cost, limits);
      if (error) {
        setResultAndStopExecution({ errors: [error], extensions: { cost: report(cost, limits, 'calls', 0) } });
        return undefined;
      }
      const services = [...cost.calls.keys()];
      // Where only some of them are, the fields of the others are answered.
      if (services.length > 0 && services.every((service) => cloud.isFull(service))) {
        const title = services.map((service) => SERVICE_TITLES[service]).join(' and ');
        setResultAndStopExecution({
          errors: [overloaded(`More queries are waiting for ${title} than can be answered in time: ask again later.`)],
        });
        return undefined;
      }
      if (context.params?.extensions?.cost !== true) return undefined;
      return {
        onExecuteDone({ result, setResult }) {
          const actual = sum(context.session.calls.values());
          const { extensions, ...rest } = result as ExecutionResult;
          setResult({ ...rest, extensions: { ...extensions, cost: report(cost, limits, 'atMost', actual) } });
        },
      };
    },
  };
}

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

/** The first limit that is passed; undefined when none is. */
function refusalOf({ nodes, values, calls, longestList }: OperationCost, limits: CostLimits) {
  const checks: [name: keyof CostLimits, value: number, what: string, remedy: string][] = [
    ['listLength', longestList, 'A list in the arguments is too long', 'Ask in several operations.'],
    ['nodes', nodes, 'The operation asks for too many nodes', ROWS_MULTIPLY],
    ['values', values, 'The operation asks for too many values', FEWER_FIELDS],
    ...[...calls].map(([service, { calls: value }]): [keyof CostLimits, number, string, string] => [
      'upstreamCalls',
      value,
      `The operation needs too many calls to ${SERVICE_TITLES[service]}`,
      FEWER_CALLS,
    ]),
  ];
  const passed = checks.find(([name, value]) => value > limits[name]);
  if (!passed) return undefined;
  const [name, value, what, remedy] = passed;
  return tooComplex(what, { name, value, max: limits[name] }, remedy);
}

const ROWS_MULTIPLY = 'Ask for smaller pages: rows multiply what lies below them.';
const FEWER_FIELDS = 'Ask for smaller pages, or for fewer fields of each row.';
const FEWER_CALLS = 'Ask for smaller pages, or leave out fields that cost a call for each row.';

function report(
  { nodes, calls }: OperationCost,
  limits: CostLimits,
  unit: 'calls' | 'atMost',
  actual: number,
): CostReport {
  const maximum = limits.upstreamCalls;
  // No operation comes to more than the maximum: its session stops there.
  const ofService = ({ [unit]: count }: { calls: number; atMost: number }) =>
    unit === 'calls' ? count : Math.min(Math.floor(count + ROUNDING), maximum);
  const requested = sum([...calls.values()].map(ofService));
  return { requestedQueryCost: nodes, maximumAvailable: limits.nodes, upstreamCalls: { requested, actual, maximum } };
}

/** Fractions are added up before they are rounded. */
const ROUNDING = 1e-6;

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);
