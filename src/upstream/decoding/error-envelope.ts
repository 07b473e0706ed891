// Reads the error envelopes of the services: a response that is not a success becomes an UpstreamError.
import { SERVICE_TITLES, type Service } from '../../config/services.ts';
import { UpstreamError, type UpstreamErrorKind } from '../errors.ts';

/** SWR throttles with 403 and these numbers in place of 429 (docs/upstream/swr.md#errors). */
const SWR_THROTTLED = /\.40310[34]2$/;
/** A gateway that did not reach the service, or a service that asks to wait. A 500 may be permanent. */
const RETRYABLE: ReadonlySet<number> = new Set([502, 503, 504]);
/** A route unknown to the gateway: an error of the set-up, not the absence of a record. The prefix has two spellings. */
const UNKNOWN_ROUTE = /^APIG(W)?\.0101$/;
/** Codes under HTTP 400 that mean that a record does not exist: IMS image, SWR retention, SWR sharing. */
const ABSENT_UNDER_400 = /^(IMG\.0027|IMG\.0086|SVCSTG\.SWR\.4000306|SVCSTG\.SWR\.4001090)$/;

/** A response that is not a success. */
export interface FailedResponse {
  readonly service: Service;
  readonly operation: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The decoded body; undefined where it is not JSON. */
  readonly body: unknown;
  /** The credentials of the call: parts of the response that repeat them stay out of the error. */
  readonly secrets: readonly string[];
}

/**
 * Reads a response that is not a success: the status gives the kind, the body's envelope the code.
 * Source: the ten envelopes of docs/upstream/gateway.md#error-envelopes.
 */
export function errorFromResponse(response: FailedResponse): UpstreamError {
  const { service, operation, status, headers } = response;
  const envelope = openEnvelope(response.body);
  const show = (value: unknown, grammar: RegExp) => printable(value, grammar, response.secrets);
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
  // Only the server's own credentials ever go to IAM.
  const words = service === 'iam' && kind === 'unauthenticated' ? SERVER_REJECTED : WORDS[kind];
  return new UpstreamError(kind, `${SERVICE_TITLES[service]} ${words} (${operation}: HTTP ${status}).`, {
    ...details,
    isRetryable,
  });
}

const SERVER_REJECTED = "does not accept the server's own credentials: user, password, domain or project is wrong";

const WORDS: Readonly<Partial<Record<UpstreamErrorKind, string>>> = {
  unauthenticated: 'does not accept the credentials: the token is invalid or has expired',
  forbidden: 'denies access',
  'not-found': 'has no such record',
  'rate-limited': 'accepts no more calls for now',
  'client-error': 'rejected the call',
  'server-error': 'failed',
};

function kindOf(status: number, code = ''): UpstreamErrorKind {
  if (status === 401) return 'unauthenticated';
  if (status === 429 || (status === 403 && SWR_THROTTLED.test(code))) return 'rate-limited';
  if (status === 403) return 'forbidden';
  if (status === 404 && !UNKNOWN_ROUTE.test(code)) return 'not-found';
  if (status === 400 && ABSENT_UNDER_400.test(code)) return 'not-found';
  return status >= 500 ? 'server-error' : 'client-error';
}

/** Arrays and `errors` around the object; the documented envelopes have one. */
const MAX_ENVELOPE_DEPTH = 4;

/** Finds the object that holds code and message: `errors[0]`, `[0]`, `error`, or the body itself. */
function openEnvelope(body: unknown, depth = 0): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || depth > MAX_ENVELOPE_DEPTH) return {};
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
/** Characters in a row that reveal a part of a secret; fewer match by chance. */
const REVEALING_LENGTH = 8;

/** A code or an id that is safe to show; undefined for anything else. */
function printable(value: unknown, grammar: RegExp, secrets: readonly string[]): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !grammar.test(text)) return undefined;
  const parts = Array.from({ length: Math.max(0, text.length - REVEALING_LENGTH + 1) }, (_, start) =>
    text.slice(start, start + REVEALING_LENGTH),
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
