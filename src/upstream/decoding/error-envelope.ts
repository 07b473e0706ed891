// Reads the error envelopes of the services: a response that holds one, or has the status of a failure, becomes an UpstreamError.
import { SERVICE_TITLES, type Service } from '../../config/services.ts';
import { UpstreamError, type UpstreamErrorKind } from '../errors.ts';
import { httpDate } from './http-date.ts';
import { isObject } from './json.ts';

/** SWR throttles with 403 and these numbers in place of 429 (docs/upstream/swr.md#errors). */
const SWR_THROTTLED = /\.40310[34]2$/;
/** A gateway that did not reach the service, or a service that asks to wait. A 500 may be permanent. */
const RETRYABLE: ReadonlySet<number> = new Set([502, 503, 504]);
/**
 * Under HTTP 404, a code of the gateway, or of SWR for a route that it does not know: an error of the set-up, not the absence of a
 * record. The prefix has two spellings.
 */
const UNKNOWN_ROUTE = /^(APIGW?\.\d+|SVCSTG\.SWR\.4040083)$/;
/** Statuses by which a gateway, a proxy or Glance says that it does not know a route or a method; a record is absent in other words. */
const UNKNOWN_CALL: ReadonlySet<number> = new Set([300, 404, 405]);
/** The same under 5xx: it says nothing of other calls. */
const NOT_IMPLEMENTED = 501;
/**
 * Codes under HTTP 400 that mean that a record does not exist: IMS image, SWR retention, SWR sharing, ModelArts image; and an organization
 * or a repository that cannot exist by its name.
 */
const ABSENT_UNDER_400 =
  /^(IMG\.(0027|0086|0144)|SVCSTG\.SWR\.(4000306|4001090|400102[89]|400901[01])|ModelArts\.6404)$/;

/** A response with the status of a failure, or with an error in its body. */
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
 * The error of a response: the body's envelope has the code; the status gives the kind, or the code where the status is that of a success.
 * Source: the ten envelopes of docs/upstream/gateway.md#error-envelopes; docs/upstream/gateway.md#errors-under-200.
 */
export function errorFromResponse(response: FailedResponse): UpstreamError {
  const { service, operation, status, headers } = response;
  const opened = openEnvelope(response.body);
  const envelope = opened ?? (isObject(response.body) ? response.body : {});
  const show = (value: unknown, grammar: RegExp) => printable(value, grammar, response.secrets);
  const code = show(codeOf(envelope), CODE);
  // Under 404 a number only repeats the status, as routers and proxies do.
  const isOwn =
    opened !== undefined && isCode(codeOf(envelope)) && !(status === 404 && typeof codeOf(envelope) === 'number');
  const meant = status < 300 ? statusOfCode(code) : status;
  const details = {
    service,
    status,
    code,
    requestId: show(headers['x-request-id'] ?? headers['x-openstack-request-id'] ?? envelope.request_id, REQUEST_ID),
    retryAfter: retryAfterSeconds(headers),
    isOutage: meant >= 500 && meant !== NOT_IMPLEMENTED,
  };
  const kind = kindOf(status, meant, isOwn, code);
  const isUnknownCall = (kind === 'client-error' && UNKNOWN_CALL.has(meant)) || meant === NOT_IMPLEMENTED;
  const isRetryable = kind === 'rate-limited' || RETRYABLE.has(meant);
  // Only the server's own credentials ever go to IAM.
  const words =
    service === 'iam' && kind === 'unauthenticated'
      ? SERVER_REJECTED
      : status === 404 && !isOwn
        ? NOT_OWN
        : WORDS[kind];
  return new UpstreamError(kind, `${SERVICE_TITLES[service]} ${words} (${operation}: HTTP ${status}).`, {
    ...details,
    isRetryable,
    isUnknownCall,
  });
}

/** What a proxy or a gateway says, or nothing at all. */
const NOT_OWN = 'did not respond in its own words: a proxy or a gateway may have';
const SERVER_REJECTED = "does not accept the server's own credentials: user, password, domain or project is wrong";

const WORDS: Readonly<Partial<Record<UpstreamErrorKind, string>>> = {
  unauthenticated: 'does not accept the credentials: the token is invalid or has expired',
  forbidden: 'denies access',
  'not-found': 'has no such record',
  'rate-limited': 'accepts no more calls for now',
  'client-error': 'rejected the call',
  'server-error': 'failed',
};

/**
 * `meant` is the status, or what the code means by it under that of a success. A record is absent in the service's own words alone:
 * `isOwn` says whether the response has an envelope with a code of a service.
 */
function kindOf(status: number, meant: number, isOwn: boolean, code = ''): UpstreamErrorKind {
  if (status === 401) return 'unauthenticated';
  if (status === 429 || (status === 403 && SWR_THROTTLED.test(code))) return 'rate-limited';
  if (status === 403) return 'forbidden';
  if (meant === 404 && isOwn && !UNKNOWN_ROUTE.test(code)) return 'not-found';
  if (meant === 400 && ABSENT_UNDER_400.test(code)) return 'not-found';
  return meant >= 500 ? 'server-error' : 'client-error';
}

/** A code that is a status, or whose number begins with one: `404 Not Found`, `SVCSTG.SWR.5000002`, `SWR.404001`. */
const STATUS_IN_CODE = /^(?:[A-Za-z]\w*\.)*([1-5]\d\d)(?:\d{3,5})?(?: [A-Za-z ]+)?$/;
/** Other codes of failures in or behind the gateway, by their status; and that of a failure of IAM. */
const OUTAGES: readonly (readonly [codes: RegExp, status: number])[] = [
  [/^(APIGW?\.0(10[3457]|60[15689]|61[12567]|705)|IAM\.0006)$/, 500],
  [/^APIGW?\.0(202|610)$/, 502],
  [/^APIGW?\.0613$/, 503],
  [/^APIGW?\.0203$/, 504],
];

/** The status that a code stands for: 400 where it does not tell. Source: docs/upstream/gateway.md#errors-under-200. */
function statusOfCode(code = ''): number {
  const outage = OUTAGES.find(([codes]) => codes.test(code))?.[1];
  return outage ?? Number(STATUS_IN_CODE.exec(code)?.[1] ?? 400);
}

type Envelope = Readonly<Record<string, unknown>>;

/** Arrays, `errors` and `error` around the object; the documented envelopes have two. */
const MAX_ENVELOPE_DEPTH = 4;
const CODE_NAMES = ['errorCode', 'error_code', 'code'];
const MESSAGE_NAMES = ['errorMessage', 'error_message', 'errorMsg', 'error_msg'];
/** A code that tells of no error: zeros, a status 2xx, a word. */
const SUCCESS = /^((?:[A-Za-z]\w*\.)*(0+|2\d\d(\d{3,5})?)( [A-Za-z ]+)?|ok|success(ful)?|succeeded)$/i;

const isError = (code: unknown) => isPresent(code) && (typeof code === 'object' || !SUCCESS.test(String(code)));

/** Whether a body tells of an error: by a code, a message of an error, or what its `error` or `errors` holds. */
export const holdsError = (body: unknown) => openEnvelope(body) !== undefined;

/** The object that holds code and message: `errors[0]`, `[0]`, `error`, or the body itself. Undefined where nothing tells of an error. */
function openEnvelope(body: unknown, isInside = false, depth = 0): Envelope | undefined {
  if (depth > MAX_ENVELOPE_DEPTH) return undefined;
  if (Array.isArray(body)) return openEnvelope(body[0], isInside, depth + 1);
  if (!isObject(body)) return isInside && isError(body) ? {} : undefined;
  for (const inner of [body.errors, body.error]) {
    const envelope = openEnvelope(inner, true, depth + 1);
    if (envelope) return { ...body, ...envelope };
  }
  const codes = CODE_NAMES.map((name) => body[name]).filter(isPresent);
  const others = isInside ? Object.keys(body) : MESSAGE_NAMES;
  const isEnvelope = codes.length > 0 ? codes.some(isError) : others.some((name) => isPresent(body[name]));
  return isEnvelope ? body : undefined;
}

/** The code of an envelope; that may be all its `error` holds. */
const codeOf = (envelope: Envelope) => [...CODE_NAMES, 'error'].map((name) => envelope[name]).find(isError);

/** Whether a value is more than null, false, or empty. */
function isPresent(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== '';
}

/** A code as the documents have them: `SVCSTG.SWR.4001072`, `IMG.0027`, `404 Not Found`, `1100`. */
const CODE = /^([A-Za-z]\w{0,15}\.){0,3}\d{1,10}( [A-Za-z ]{1,40})?$/;
const isCode = (value: unknown) =>
  CODE.test(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '');
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

/**
 * Source: RFC 9110, 10.2.3: whole seconds, or a date, which counts from the `Date` of the response: the clocks may differ.
 * Shape: undefined for anything else.
 */
function retryAfterSeconds({ 'retry-after': header, date }: FailedResponse['headers']): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header)) return Math.min(Number(header), Number.MAX_SAFE_INTEGER);
  const at = httpDate(header);
  return at === undefined ? undefined : Math.max(0, Math.ceil((at - (httpDate(date) ?? Date.now())) / 1000));
}
