// The result of a call: its decoded response, or the UpstreamError that stands for it.
import { SERVICE_TITLES } from '../../config/services.ts';
import type { Headers } from '../auth/credentials.ts';
import type { Call, RawResponse } from '../call.ts';
import { errorFromResponse, holdsError } from '../decoding/error-envelope.ts';
import { decodeJson, isObject, type WireObject } from '../decoding/json.ts';
import { UpstreamError } from '../errors.ts';
import { TOO_LARGE, TOO_MANY_VALUES } from './body.ts';
import type { CallOutcome } from './circuit-breaker.ts';
import type { ExchangeFailure } from './exchange.ts';

/** A successful response, decoded. */
export interface UpstreamResponse {
  /** The record, or the object around the rows of a list; empty around a list that is a bare array. */
  readonly body: WireObject;
  /** The rows of a list, as many as the call requests. */
  readonly rows: readonly unknown[];
  /** Whether the list has more rows than the call requests, which were left out. */
  readonly isCut: boolean;
  readonly headers: RawResponse['headers'];
  /** Bytes of memory that were taken for it. */
  readonly memory: number;
  /** Whether it was kept from an earlier call. */
  readonly isKept?: true;
}

export type Result = UpstreamResponse | UpstreamError;

/** Whether a retry may succeed. */
export const isRetryable = (result: Result): result is UpstreamError =>
  result instanceof UpstreamError && result.details.isRetryable === true;

export const isUnauthenticated = (result: Result) =>
  result instanceof UpstreamError && result.kind === 'unauthenticated';

/** The outcome of a result for the circuit breaker. A response that rejects the call, or that cannot be read, still counts as healthy. */
export function outcomeOf(result: Result): CallOutcome {
  if (!(result instanceof UpstreamError)) return 'healthy';
  if (result.details.isOutage) return 'failed';
  return ['aborted', 'deadline', 'unavailable', 'overloaded', 'too-many'].includes(result.kind) ? 'neutral' : 'healthy';
}

/** The statuses of a whole response: 203 is that of one which a proxy has changed (RFC 9110, 15.3.4). */
const WHOLE: ReadonlySet<number> = new Set([200, 203]);

/**
 * Decodes a response. Under the status of a success, a record or a row with its own identity makes it one; without any, it may hold an error.
 * `authHeaders` are those that the call was sent with: an error never repeats them.
 */
export function readResponse(call: Call, response: RawResponse, authHeaders: Headers): Result {
  const { status, headers, text, fault } = response;
  let body: unknown;
  try {
    body = decodeJson(text);
  } catch {
    if (WHOLE.has(status)) return unreadable(call, fault ?? (text === '' ? 'it is empty' : 'it is not JSON'));
  }
  const failed = () => errorFromResponse({ ...call, status, headers, body, secrets: Object.values(authHeaders) });
  if (status >= 300) return failed();
  const { rowsOf, recordOf, maxRows = Infinity, isRecord } = call;
  const record = recordOf ? recordOf(body) : body;
  const found = rowsOf ? rowsOf(body, headers) : [record];
  const isCut = Array.isArray(found) && found.length > maxRows;
  const rows = found === null ? [] : isCut ? found.slice(0, maxRows) : found;
  const hasRecord = Array.isArray(rows) && rows.some((row) => isObject(row) && isRecord(row));
  if (!hasRecord && holdsError(body)) return failed();
  if (!WHOLE.has(status)) return unreadable(call, `unexpected HTTP status ${status}`);
  if (!hasRecord && !rowsOf) return unreadable(call, 'it is not the record that was requested');
  if (!Array.isArray(rows)) return unreadable(call, 'it holds no list');
  return { body: isObject(record) ? record : {}, rows, isCut, headers: keptHeaders(headers), memory: response.memory };
}

/** What is read of the headers of a response: the others are not held until its operation ends. */
export function keptHeaders(headers: RawResponse['headers']): RawResponse['headers'] {
  const range = headers['content-range'];
  return range === undefined ? NO_HEADERS : { 'content-range': range };
}
const NO_HEADERS: RawResponse['headers'] = {};

function unreadable({ service, operation }: Pick<Call, 'service' | 'operation'>, why: string): UpstreamError {
  const message = `The response of ${SERVICE_TITLES[service]} cannot be read: ${why} (${operation}).`;
  const isTooLarge = why === TOO_LARGE || why === TOO_MANY_VALUES;
  return new UpstreamError('bad-response', message, { service, isTooLarge });
}

/** The error of an attempt without a response. `hadTime` says whether the service had most of its time to respond. */
export function errorFromFailure(
  { service, operation }: Pick<Call, 'service' | 'operation'>,
  failure: ExchangeFailure,
  { timeoutMs, hadTime }: { readonly timeoutMs: number; readonly hadTime: boolean },
): UpstreamError {
  const title = SERVICE_TITLES[service];
  const fail = (kind: UpstreamError['kind'], message: string, isOutage = false, isRetryable = false) =>
    new UpstreamError(kind, `${message} (${operation}).`, { service, isOutage, isRetryable });
  if (typeof failure === 'object') {
    const message = `The responses to the operation take more than ${failure.max} bytes of memory: request fewer rows or fewer lists at once (${operation}).`;
    return new UpstreamError('too-many', message, { service, limit: failure });
  }
  switch (failure) {
    case 'timeout':
      return fail('timeout', `${title} did not respond within ${timeoutMs} ms`, true);
    case 'unreachable':
      return fail('unavailable', `${title} cannot be reached`, true, true);
    case 'broken':
      return fail('bad-response', `The response of ${title} cannot be read: it was cut off`, true, true);
    case 'too-large':
      return unreadable({ service, operation }, TOO_LARGE);
    case 'overloaded': {
      const message = `There is no memory for the response of ${title} beside those to others: retry later (${operation}).`;
      return new UpstreamError('overloaded', message, { service, retryAfter: 1 });
    }
    case 'deadline':
      return fail('deadline', `The deadline of the operation passed during a call to ${title}`, hadTime);
    case 'aborted':
      return fail('aborted', `The call to ${title} was cancelled`);
  }
}

/** The error of a call that is not sent, as the circuit of its service is open. `retryAfter` is in seconds. */
export function circuitOpen({ service, operation }: Call, retryAfter: number): UpstreamError {
  const message = `${SERVICE_TITLES[service]} has failed too often: no calls are sent for another ${retryAfter} s (${operation}).`;
  return new UpstreamError('unavailable', message, { service, retryAfter });
}
