// The line of the log for each request, once it has ended. docs/logs.md lists its fields.
import type { CallRecord } from '../../upstream/call-record.ts';
import { type OnRequestEnd, type OperationRecord, type RequestRecord, traceIdOf } from '../http/request-record.ts';
import { ENDPOINT } from '../http/routes.ts';
import type { LogFields, Logger } from '../logger.ts';
import { outcomeOf, type RequestOutcome } from './outcome.ts';

/** Calls that the line of a slow request names, the slowest ones. */
const MAX_SLOWEST = 5;
/** Characters of the name of an operation, and codes, that a line has at most. */
const MAX_NAME = 100;
const MAX_CODES = 10;

export interface RequestLogConfig {
  /** The part of the requests that is logged, from 0 to 1; with 0 none is. Those that fail or are slow always are. */
  readonly logRequests: number;
  /** Milliseconds after which a request is slow. */
  readonly slowRequestMs: number;
}

/** Logs requests. Shape: undefined where none is to be logged. */
export function createRequestLog(
  { logRequests, slowRequestMs }: RequestLogConfig,
  logger: Logger,
): OnRequestEnd | undefined {
  if (logRequests === 0) return undefined;
  return (record) => {
    const outcome = outcomeOf(record);
    const milliseconds = (record.endedAt ?? record.receivedAt) - record.receivedAt;
    const isSlow = milliseconds >= slowRequestMs;
    const isUnusual = isSlow || outcome !== 'success';
    if (!isUnusual && logRequests < 1 && Math.random() >= logRequests) return;
    const fields = fieldsOf(record, outcome, milliseconds);
    if (isSlow) logger.warn('Slow request', { ...fields, slowestCalls: slowestOf(record) });
    else if (!isUnusual && isRoutine(record)) logger.debug('Request', fields);
    else if (outcome !== 'aborted' && isServerFault(record)) logger.warn('Request', fields);
    else logger.info('Request', fields);
  };
}

/** Whether the cloud or this server has failed, rather than the client. */
const isServerFault = ({ status = 0, codes, operations }: RequestRecord) =>
  status >= 500 || [codes, ...operations.map((operation) => operation.codes)].some((set) => [...set].some(isFault));

const isFault = (code: string) => code.startsWith('UPSTREAM_') || code === 'INTERNAL_SERVER_ERROR';

/** Probes and preflights come every few seconds, whatever happens. */
const isRoutine = ({ request }: RequestRecord) => request.method === 'OPTIONS' || pathOf(request.url) !== 'graphql';

/** The path as one of a closed set: clients may send anything. */
function pathOf(url = ''): 'graphql' | 'health' | 'ready' | 'metrics' | 'other' {
  const [path] = url.split('?', 1);
  if (path === ENDPOINT) return 'graphql';
  if (path === '/health' || path === '/ready' || path === '/metrics') return path.slice(1) as 'health';
  return 'other';
}

/** The method, where it is one that requests have. */
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'];
const methodOf = (method = '') => (METHODS.includes(method) ? method : 'other');

function fieldsOf(record: RequestRecord, outcome: RequestOutcome, milliseconds: number): LogFields {
  const { request, requestId, caller, receivedAt, admittedAt, status, bytes, operations } = record;
  return {
    requestId,
    traceId: traceIdOf(record),
    caller,
    method: methodOf(request.method),
    path: pathOf(request.url),
    status,
    outcome,
    durationMs: rounded(milliseconds),
    queueMs: admittedAt === undefined ? undefined : rounded(admittedAt - receivedAt),
    bytes,
    codes: listOf([record.codes, ...operations.map(({ codes }) => codes)]),
    limits: listOf([record.limits, ...operations.map(({ limits }) => limits)]),
    ...(operations.length > 0 ? operationFields(operations) : {}),
  };
}

/** All of a batch together, under the name of the first. */
function operationFields(operations: readonly OperationRecord[]): LogFields {
  const [first] = operations;
  const calls = operations.flatMap((operation) => operation.calls);
  const sent = calls.filter(({ isShared, isKept, attempts }) => !isShared && !isKept && attempts.length > 0);
  const count = (numberOf: (operation: OperationRecord) => number | undefined) =>
    operations.reduce((sum, operation) => sum + (numberOf(operation) ?? 0), 0);
  return {
    operationType: first?.type,
    operationName: first?.name?.slice(0, MAX_NAME),
    operations: operations.length,
    compiled: operations.every(({ isCompiled }) => isCompiled),
    cost: count(({ cost }) => cost?.nodes),
    rows: count(({ rowsRead }) => rowsRead),
    calls: countByService(sent),
    attempts: sent.reduce((sum, { attempts }) => sum + attempts.length, 0),
    shared: calls.filter(({ isShared }) => isShared).length,
    cached: calls.filter(({ isKept }) => isKept).length,
    failedCalls: calls.filter(({ result }) => result !== undefined && result !== 'success').length,
  };
}

function countByService(calls: readonly CallRecord[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { service } of calls) counts[service] = (counts[service] ?? 0) + 1;
  return counts;
}

/** The texts of all sets, each once; undefined for none. */
function listOf(sets: readonly ReadonlySet<string>[]): readonly string[] | undefined {
  const all = new Set(sets.flatMap((set) => [...set]));
  return all.size === 0 ? undefined : [...all].slice(0, MAX_CODES);
}

function slowestOf({ operations, endedAt = 0 }: RequestRecord): readonly LogFields[] {
  const timed = operations
    .flatMap(({ calls }) => calls)
    .map((call) => ({ call, milliseconds: (call.endedAt ?? endedAt) - call.begunAt }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
  return timed.slice(0, MAX_SLOWEST).map(({ call, milliseconds }) => ({
    service: call.service,
    operation: call.operation,
    ms: rounded(milliseconds),
    waitMs: rounded(
      call.attempts.reduce((sum, { sentAt, begunAt, endedAt: end }) => sum + (sentAt ?? end) - begunAt, 0),
    ),
    attempts: call.attempts.length,
    status: call.attempts.at(-1)?.status,
    result: call.result,
    shared: call.isShared || undefined,
    cached: call.isKept || undefined,
  }));
}

const rounded = (milliseconds: number) => Math.round(10 * milliseconds) / 10;
