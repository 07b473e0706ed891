// What can go wrong with an upstream call, as a closed set of kinds, and how every service's error envelope is read.
import type { Service } from '../config/config.ts';

/**
 * The closed set of failures.
 * - `unauthenticated`, `forbidden`, `not-found`, `rate-limited`: what the service answered, by HTTP status.
 * - `refused`: any other answer that is no success (400, 409, a redirect, a route that the gateway does not know …).
 * - `failed`: the service failed (5xx).
 * - `timeout`: no complete answer in time. `unavailable`: no connection, or it broke before the answer began.
 * - `bad-response`: a success that cannot be read: not JSON, cut off, too large, of a wrong shape.
 * - `not-configured`: the settings name no endpoint, or no project, for the service.
 * - `cursor-expired`: the row that a cursor stands on is gone.
 * - `too-long`: the caller's input makes a URL that no service takes. `too-many`: the operation has made all the calls that it may.
 * - `overloaded`: so many queries wait for the service already that no further one is let in, or so much is being read.
 * - `deadline`: the time that the whole request has is over.
 * - `aborted`: the caller has gone; nobody reads this one.
 */
export type UpstreamErrorKind =
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'rate-limited'
  | 'refused'
  | 'failed'
  | 'timeout'
  | 'unavailable'
  | 'bad-response'
  | 'not-configured'
  | 'cursor-expired'
  | 'too-long'
  | 'too-many'
  | 'overloaded'
  | 'deadline'
  | 'aborted';

/** Makes an error without the trace of its making, which takes most of its time: thousands of rows may each have one. */
export function withoutTrace<Made>(make: () => Made): Made {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** What a service says about a failure, beside its kind. */
export interface UpstreamErrorDetails {
  readonly service: Service;
  /** HTTP status of the answer. */
  readonly status?: number;
  /** The service's own error code, such as `SVCSTG.SWR.4040010`. */
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  /** Seconds, whole, that the service asks to wait. */
  readonly retryAfter?: number | undefined;
  /** The limit that was passed, where one was. */
  readonly limit?: { readonly name: string; readonly value: number; readonly max: number };
  /** Whether another attempt may end better: no answer, half of one, or one that says "not now". */
  readonly isRetryable?: boolean;
  /** Whether the service itself is out of order: no answer, half of one, or 5xx. What a caller did wrong never is. */
  readonly isOutage?: boolean;
}

/** A failed upstream call. Its message is our own wording: it never holds a URL, a body, a header or a token. */
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

/** Whether a call failed because the record does not exist. */
export const isAbsent = (error: unknown) => error instanceof UpstreamError && error.kind === 'not-found';

/**
 * Whether a service does not offer a call to this caller: others may still be answered. SWR answers 401 to what belongs to other
 * accounts, too (docs/upstream/swr.md#errors); elsewhere a 401 means the token, with which no other call is answered either.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof UpstreamError)) return false;
  if (error.kind === 'unauthenticated') return error.details.service === 'swr';
  return ['forbidden', 'not-found', 'refused'].includes(error.kind);
}

/** What people call the services. */
export const SERVICE_TITLES: Readonly<Record<Service, string>> = {
  swr: 'SWR',
  ims: 'IMS',
  modelarts: 'ModelArts',
  iam: 'IAM',
};

/** SWR throttles with 403 and these numbers in place of 429 (docs/upstream/swr.md#errors). */
const SWR_THROTTLED = /\.40310[34]2$/;
/** A gateway that could not reach the service, or one that asks for time. A 500 may be the answer for ever. */
const RETRYABLE: ReadonlySet<number> = new Set([502, 503, 504]);
/** The gateway knows no such route: a fault of the set-up, never the absence of a record. The prefix has two spellings. */
const NO_SUCH_ROUTE = /^APIG(W)?\.0101$/;
/** Numbers under HTTP 400 that mean "there is no such record": IMS image, SWR retention, SWR sharing. */
const ABSENT_UNDER_400 = /^(IMG\.0027|IMG\.0086|SVCSTG\.SWR\.4000306|SVCSTG\.SWR\.4001090)$/;

/** An answer that is no success, as far as the error needs it. */
export interface FailedAnswer {
  readonly service: Service;
  readonly operation: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The decoded body; undefined where it is no JSON. */
  readonly body: unknown;
  /** What the call proved its caller with: an answer that repeats it is not repeated. */
  readonly secrets: readonly string[];
}

/**
 * Reads an answer that is no success: the status gives the kind, the body's envelope the code.
 * Source: the ten envelopes of docs/upstream/gateway.md#error-envelopes.
 */
export function errorFromAnswer(answer: FailedAnswer): UpstreamError {
  const { service, operation, status, headers } = answer;
  const envelope = openEnvelope(answer.body);
  const show = (value: unknown, grammar: RegExp) => printable(value, grammar, answer.secrets);
  const code = show(envelope.errorCode ?? envelope.error_code ?? envelope.code, CODE);
  const details = {
    service,
    status,
    code,
    requestId: show(headers['x-request-id'] ?? headers['x-openstack-request-id'] ?? envelope.request_id, REQUEST_ID),
    retryAfter: retryAfterSeconds(headers['retry-after']),
    isOutage: status >= 500,
  };
  const kind = kindOf(status, code);
  const isRetryable = kind === 'rate-limited' || RETRYABLE.has(status);
  // Only the server itself ever asks IAM.
  const words = service === 'iam' && kind === 'unauthenticated' ? SERVER_REFUSED : WORDS[kind];
  return new UpstreamError(kind, `${SERVICE_TITLES[service]} ${words} (${operation}: HTTP ${status}).`, {
    ...details,
    isRetryable,
  });
}

const SERVER_REFUSED = "does not accept the server's own credentials: user, password, domain or project is wrong";

const WORDS: Readonly<Partial<Record<UpstreamErrorKind, string>>> = {
  unauthenticated: 'does not accept the credentials: the token is invalid or has expired',
  forbidden: 'denies access',
  'not-found': 'has no such record',
  'rate-limited': 'refuses more calls for now',
  refused: 'refused the call',
  failed: 'failed',
};

function kindOf(status: number, code = ''): UpstreamErrorKind {
  if (status === 401) return 'unauthenticated';
  if (status === 429 || (status === 403 && SWR_THROTTLED.test(code))) return 'rate-limited';
  if (status === 403) return 'forbidden';
  if (status === 404 && !NO_SUCH_ROUTE.test(code)) return 'not-found';
  if (status === 400 && ABSENT_UNDER_400.test(code)) return 'not-found';
  return status >= 500 ? 'failed' : 'refused';
}

/** Arrays and `errors` around the object; the documented ones have one. */
const DEEPEST_ENVELOPE = 4;

/** Finds the object that holds code and message: `errors[0]`, `[0]`, `error`, or the body itself. */
function openEnvelope(body: unknown, depth = 0): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || depth > DEEPEST_ENVELOPE) return {};
  if (Array.isArray(body)) return openEnvelope(body[0], depth + 1);
  const { errors, error } = body as { errors?: unknown; error?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return openEnvelope(errors[0], depth + 1);
  if (typeof error === 'object' && error !== null) return { ...body, ...error };
  return body as Record<string, unknown>;
}

/** A code as the documents have them: `SVCSTG.SWR.4001072`, `IMG.0027`, `404 Not Found`, `1100`. */
const CODE = /^([A-Za-z]\w{0,15}\.){0,3}\d{1,10}( [A-Za-z ]{1,40})?$/;
/** A request id of the gateways, or of OpenStack. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;
/** Characters that give a part of a secret away; fewer are in it by chance. */
const TELLING_LENGTH = 8;

/** A code or an id that is safe to show; anything else a service puts there stays unsaid. */
function printable(value: unknown, grammar: RegExp, secrets: readonly string[]): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !grammar.test(text)) return undefined;
  const parts = Array.from({ length: Math.max(0, text.length - TELLING_LENGTH + 1) }, (_, start) =>
    text.slice(start, start + TELLING_LENGTH),
  );
  return parts.some((part) => secrets.some((secret) => secret.includes(part))) ? undefined : text;
}

/** Source: RFC 9110, 10.2.3: whole seconds, or a date. Shape: undefined for anything else. */
function retryAfterSeconds(header: unknown): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header)) return Math.min(Number(header), Number.MAX_SAFE_INTEGER);
  const at = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

/** All three forms begin with the day of the week. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;
