// Failures of upstream calls, as a closed set of kinds.
import { SERVICE_TITLES, type Service } from '../config/services.ts';

/**
 * The closed set of failures.
 * - `unauthenticated`, `forbidden`, `not-found`, `rate-limited`: by the HTTP status of the response.
 * - `client-error`: any other response below 500 that is not a success (400, 409, a redirect, a route unknown to the gateway …).
 * - `server-error`: 5xx.
 *   An error under 2xx is one of the last two, or `not-found`, by its code.
 * - `timeout`: no complete response in time. `unavailable`: no connection, or it broke before the response began; or the circuit is open.
 * - `bad-response`: a success that cannot be read: not JSON, cut off, too large, of a wrong shape or of another record.
 * - `not-configured`: the settings name no endpoint, or no project, for the service.
 * - `not-supported`: the cloud does not have the call that a value needs.
 * - `cursor-expired`: the row of a cursor no longer exists.
 * - `too-long`: the arguments make a URL that no service accepts. `too-many`: the operation has made all the calls,
 *   read all the rows, or holds all the memory that it may.
 * - `overloaded`: too many operations wait for the service, or the responses to others take too much memory.
 * - `deadline`: the deadline of the operation has passed.
 * - `aborted`: the caller has disconnected.
 */
export type UpstreamErrorKind =
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'rate-limited'
  | 'client-error'
  | 'server-error'
  | 'timeout'
  | 'unavailable'
  | 'bad-response'
  | 'not-configured'
  | 'not-supported'
  | 'cursor-expired'
  | 'too-long'
  | 'too-many'
  | 'overloaded'
  | 'deadline'
  | 'aborted';

/** Makes an error without a stack trace, which takes most of the time: thousands of rows may each have an error. */
export function withoutTrace<Made>(make: () => Made): Made {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** A limit, and the value that exceeds it. */
export interface ExceededLimit {
  readonly name: string;
  readonly value: number;
  readonly max: number;
}

/** What is known of a failure beside its kind. */
export interface UpstreamErrorDetails {
  readonly service: Service;
  /** HTTP status of the response. */
  readonly status?: number;
  /** The service's own error code, such as `SVCSTG.SWR.4040010`. */
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  /** Whole seconds to wait before a retry. */
  readonly retryAfter?: number | undefined;
  readonly limit?: ExceededLimit | undefined;
  /** Whether a retry may succeed: without a complete response, or after one that asks to wait. */
  readonly isRetryable?: boolean;
  /** Whether it is a sign of an outage: without a complete response, after 5xx, or after a code that means it. */
  readonly isOutage?: boolean;
  /** Whether the response says that the cloud does not have the call: a route or a method that nothing serves. */
  readonly isUnknownCall?: boolean;
  /** Whether the response exceeds the bounds of one response: fewer rows at once may be read. */
  readonly isTooLarge?: boolean;
}

/** A failed upstream call. Its message never holds a URL, a body, a header or a token. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly kind: UpstreamErrorKind;
  readonly details: UpstreamErrorDetails;
  constructor(kind: UpstreamErrorKind, message: string, details: UpstreamErrorDetails) {
    super(message);
    this.kind = kind;
    this.details = details;
  }
}

/**
 * Whether a call failed in one of these ways, and its service says so: a failure of IAM, which a call may need first, says nothing of a
 * record or of what the caller may see.
 */
export const isSaidByService = (error: unknown, ...kinds: readonly UpstreamErrorKind[]): error is UpstreamError =>
  error instanceof UpstreamError && error.details.service !== 'iam' && kinds.includes(error.kind);

/** Resolves to `absent` where the upstream has no such record, or not the record that it would belong to. */
export function unlessAbsent<Value, Absent>(value: Promise<Value>, absent: Absent): Promise<Value | Absent> {
  return value.catch((error: unknown) => nullIfAbsent(error) ?? absent);
}

/** Null for the error of a record that does not exist. Errors: throws any other one. */
export function nullIfAbsent(error: unknown): null {
  if (isSaidByService(error, 'not-found')) return null;
  throw error;
}

/** Whether a cloud responded that it does not have a call. */
export const isUnknownCall = (error: unknown): boolean =>
  isSaidByService(error, 'client-error', 'server-error') && error.details.isUnknownCall === true;

/** The failure of a value that needs a call which this cloud does not have. */
export const notSupported = (service: Service, operation: string): UpstreamError =>
  withoutTrace(
    () =>
      new UpstreamError('not-supported', `${SERVICE_TITLES[service]} of this cloud has no such call (${operation}).`, {
        service,
      }),
  );

/**
 * Whether a service denies a call to this caller: other calls may still succeed. SWR responds with 401 to what belongs to other
 * accounts, too (docs/upstream/swr.md#errors); elsewhere a 401 is about the token, with which no other call succeeds either.
 */
export function isDenied(error: unknown): boolean {
  if (isSaidByService(error, 'unauthenticated')) return error.details.service === 'swr';
  return isSaidByService(error, 'forbidden', 'not-found', 'client-error');
}
