// `extensions: { explain: … }` in a request: what an operation would call, before anything is called, and what it has called.
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Limits } from '../../config/config.ts';
import { SERVICE_TITLES, type Service } from '../../config/services.ts';
import type { PlannedField } from '../../graph/estimate.ts';
import type { CallRecord } from '../../upstream/call-record.ts';
import type { ServerPlugin } from '../http/node-context.ts';
import { costRejection, type Executed, planOf } from './cost-limit.ts';

/** Calls to expect. */
interface Expected {
  /** None where the response to another call, the cache, or a call in flight can make all of them needless. */
  readonly atLeast: number;
  /** When all pages are full and every object exists. */
  readonly expected: number;
  readonly atMost: number;
}

/** The calls of a field. A call that several objects share counts in fractions, so that the sums are those of the services. */
interface FieldPlan extends Expected {
  readonly path: string;
  readonly coordinate: string;
  readonly service: Service;
  readonly description: string;
}

/** What an operation would call: `extensions.plan`. */
interface Plan {
  readonly description: string;
  readonly services: Readonly<Partial<Record<Service, Expected>>>;
  readonly fields: readonly FieldPlan[];
  /** Why the operation would be rejected; null where it would be executed. */
  readonly rejection: { readonly message: string; readonly code: unknown; readonly limit?: unknown } | null;
}

/** A call of an operation: an item of `extensions.upstream`. Times are in milliseconds. */
interface ExplainedCall {
  readonly service: Service;
  readonly operation: string;
  /** `success`, or the kind of failure. */
  readonly result: string;
  /** HTTP status of the last attempt; null without a response. */
  readonly status: number | null;
  readonly attempts: number;
  /** From the beginning of the operation. */
  readonly startMs: number;
  /** In the queue of the service, all attempts together. */
  readonly waitMs: number;
  readonly ms: number;
  /** Of the bodies of its responses. */
  readonly bytes: number;
  /** Whether another operation has made the call. */
  readonly isShared: boolean;
  /** Whether the response was kept from an earlier call. */
  readonly isCached: boolean;
}

/**
 * Adds the plan and the calls to the response of an operation that requests them by `explain: true`; with `explain: "plan"` the plan is the
 * response, and nothing is called.
 */
export function useExplain(limits: Limits): ServerPlugin {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { session, params } = args.contextValue;
      const explain: unknown = params.extensions?.explain;
      if (explain !== true && explain !== PLAN_ONLY) return undefined;
      // Where it has invalid variables, its execution says so.
      const plan = planFor(args, limits);
      if (!plan) return undefined;
      if (explain === PLAN_ONLY) {
        setResultAndStopExecution({ data: null, extensions: { plan } });
        return undefined;
      }
      const begunAt = performance.now();
      return {
        onExecuteDone({ result, setResult }) {
          const upstream = session.records.map((record) => explained(record, begunAt));
          const { extensions, ...rest } = result as ExecutionResult;
          setResult({ ...rest, extensions: { ...extensions, plan, upstream } });
        },
      };
    },
  };
}

const PLAN_ONLY = 'plan';

function planFor(args: ExecutionArgs & Executed, limits: Limits): Plan | undefined {
  const planned = planOf(args);
  if (!planned) return undefined;
  const { cost, fields } = planned;
  const error = costRejection(cost, args, limits);
  const { code, limit } = error?.extensions ?? {};
  const rejection = error ? { message: error.message, code, limit } : null;
  const services: Partial<Record<Service, Expected>> = {};
  for (const [service, { calls, atMost }] of cost.calls) {
    // Fields may share a call.
    const atLeast = fields.some((field) => field.isCertain && field.service === service) ? 1 : 0;
    const most = Math.min(limits.upstreamCalls, Math.floor(atMost + ROUNDING));
    services[service] = { atLeast, expected: Math.ceil(calls - ROUNDING), atMost: most };
  }
  const sums = Object.entries(services).map(
    ([service, expected]) => `${SERVICE_TITLES[service as Service]}: ${inWords(expected)}`,
  );
  const description = rejection
    ? 'It would be rejected.'
    : sums.length > 0
      ? `${sums.join('; ')}.`
      : 'It makes no calls.';
  return { description, services, fields: fields.map(describe), rejection };
}

/** Absorbs the error of adding up fractions. */
const ROUNDING = 1e-6;

function describe({ path, coordinate, service, objects, calls, atMost, isCertain }: PlannedField): FieldPlan {
  const expected = {
    atLeast: isCertain ? Math.min(1, rounded(calls)) : 0,
    expected: rounded(calls),
    atMost: rounded(atMost),
  };
  const each = objects > 1 ? `, for up to ${rounded(objects)} objects` : '';
  return {
    path,
    coordinate,
    service,
    ...expected,
    description: `${SERVICE_TITLES[service]}: ${inWords(expected)}${each}`,
  };
}

const rounded = (count: number) => Math.round(1000 * count) / 1000;

/** Whole calls: a part of one is a call, too. */
function inWords({ atLeast, expected, atMost }: Expected): string {
  const [least = 0, usual = 0, most = 0] = [atLeast, expected, atMost].map((count) => Math.ceil(count - ROUNDING));
  const calls = `${most} ${most === 1 ? 'call' : 'calls'}`;
  if (least === most) return calls;
  return `${least} to ${calls}${usual === least || usual === most ? '' : `, ${usual} with full pages`}`;
}

function explained(record: CallRecord, begunAt: number): ExplainedCall {
  const { service, operation, result = 'aborted', attempts, isShared, isKept, endedAt = performance.now() } = record;
  const sum = (read: (attempt: CallRecord['attempts'][number]) => number) =>
    attempts.reduce((total, attempt) => total + read(attempt), 0);
  return {
    service,
    operation,
    result,
    status: attempts.at(-1)?.status ?? null,
    attempts: attempts.length,
    startMs: rounded(record.begunAt - begunAt),
    waitMs: rounded(sum((attempt) => (attempt.sentAt ?? attempt.endedAt) - attempt.begunAt)),
    ms: rounded(endedAt - record.begunAt),
    bytes: sum(({ bytes }) => bytes),
    isShared,
    isCached: isKept,
  };
}
