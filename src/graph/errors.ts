// Makes every error that a client sees: from an upstream failure, from invalid input, or masked.
import { GraphQLError, type GraphQLErrorOptions, type ValueNode } from 'graphql';
import { type ExceededLimit, UpstreamError, type UpstreamErrorKind, withoutTrace } from '../upstream/errors.ts';

/** The `extensions.code` of each kind of upstream failure. */
const CODES: Readonly<Record<UpstreamErrorKind, string>> = {
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'FORBIDDEN',
  'not-found': 'UPSTREAM_ERROR',
  'rate-limited': 'RATE_LIMITED',
  'client-error': 'UPSTREAM_ERROR',
  'server-error': 'UPSTREAM_ERROR',
  timeout: 'UPSTREAM_TIMEOUT',
  unavailable: 'UPSTREAM_UNAVAILABLE',
  'bad-response': 'UPSTREAM_BAD_RESPONSE',
  'not-configured': 'NOT_CONFIGURED',
  'not-supported': 'NOT_SUPPORTED',
  'cursor-expired': 'CURSOR_EXPIRED',
  'too-long': 'BAD_USER_INPUT',
  'too-many': 'QUERY_TOO_COMPLEX',
  overloaded: 'OVERLOADED',
  deadline: 'DEADLINE_EXCEEDED',
  aborted: 'UPSTREAM_UNAVAILABLE',
};

/** Codes that errors may already have. */
const OWN_CODES: ReadonlySet<unknown> = new Set([
  'BAD_USER_INPUT',
  'DEADLINE_EXCEEDED',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OVERLOADED',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'QUERY_TOO_COMPLEX',
  'RATE_LIMITED',
]);

/**
 * The HTTP status and headers of the response, for an error that ends a request. With `spec` the media type decides
 * whether the status is used, as in GraphQL over HTTP.
 */
export interface HttpOptions {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly spec?: boolean;
}

/** Where in a document an error is: at nodes, or at positions in its text. */
export type Place = Pick<GraphQLErrorOptions, 'nodes' | 'source' | 'positions'>;

/** Invalid input of the client; no upstream call is made for it. `http` is for an error that ends the whole request. */
export function badUserInput(message: string, http?: HttpOptions, place?: Place): GraphQLError {
  const extensions = { code: 'BAD_USER_INPUT', ...(http && { http }) };
  return withoutTrace(() => new GraphQLError(message, { ...place, extensions }));
}

/**
 * A hash without a query. Clients compare the message or the code letter by letter, and some do so only under a 200;
 * then they send the query, and hashes no longer.
 */
export function persistedQueryNotSupported(): GraphQLError {
  const extensions = { code: 'PERSISTED_QUERY_NOT_SUPPORTED', http: { status: 200 } };
  return withoutTrace(() => new GraphQLError('PersistedQueryNotSupported', { extensions }));
}

/** The error of a literal, with its place in the document. */
export function atLiteral(error: unknown, node: ValueNode): unknown {
  if (!(error instanceof GraphQLError)) return error;
  return withoutTrace(() => new GraphQLError(error.message, { nodes: node, extensions: error.extensions }));
}

/** The caller is not authenticated: 401. */
export function unauthenticated(message: string, headers: Readonly<Record<string, string>> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers } } });
}

/** The caller may not send requests from where it is: 403. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN', http: { status: 403 } } });
}

/** What authenticates callers cannot be reached: 503. `retryAfter` is in seconds. */
export function unavailable(message: string, retryAfter: number): GraphQLError {
  const http = { status: 503, headers: { 'retry-after': String(retryAfter) } };
  return new GraphQLError(message, { extensions: { code: 'UPSTREAM_UNAVAILABLE', service: null, http } });
}

/** A document or a request that exceeds a limit; `remedy` says how to stay below it. Nothing is executed. */
export function tooComplex(
  what: string,
  limit: ExceededLimit,
  remedy: string,
  http: HttpOptions = { spec: true, status: 400 },
  place?: Place,
): GraphQLError {
  const message = `${what}: ${limit.value}, where ${limit.max} are allowed. ${remedy}`;
  return new GraphQLError(message, { ...place, extensions: { code: 'QUERY_TOO_COMPLEX', limit, http } });
}

/** A caller that sends too many requests: 429. `retryAfter` is in seconds. */
export function rateLimited(message: string, limit: ExceededLimit | undefined, retryAfter: number): GraphQLError {
  const http = { status: 429, headers: { 'retry-after': String(retryAfter) } };
  return new GraphQLError(message, { extensions: { code: 'RATE_LIMITED', service: null, retryAfter, limit, http } });
}

/** Seconds after which a client may retry. */
const OVERLOAD_RETRY_AFTER = 1;

/** The server, or every service that an operation needs, is overloaded: 503. Nothing is executed. */
export function overloaded(message: string): GraphQLError {
  const http = { status: 503, headers: { 'retry-after': String(OVERLOAD_RETRY_AFTER) } };
  const extensions = { code: 'OVERLOADED', service: null, retryAfter: OVERLOAD_RETRY_AFTER, http };
  return new GraphQLError(message, { extensions });
}

/** The deadline has passed before a value was read that needs no call. */
export function deadlineExceeded(): GraphQLError {
  const extensions = { code: 'DEADLINE_EXCEEDED', service: null };
  return withoutTrace(
    () => new GraphQLError('The deadline of the operation passed while its result was made.', { extensions }),
  );
}

/** The `extensions.code` that the client sees of an error of a resolver. */
export function codeOf(error: unknown): string {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (cause instanceof UpstreamError) return CODES[cause.kind];
  if (!(cause instanceof GraphQLError)) return UNEXPECTED_CODE;
  if (isArgumentError(cause)) return 'BAD_USER_INPUT';
  const { code } = cause.extensions;
  return typeof code === 'string' && OWN_CODES.has(code) ? code : UNEXPECTED_CODE;
}

/** What a value that must not be null is when its error is not reported: one error for all, which no response holds. */
export const SUPPRESSED = withoutTrace(() => new GraphQLError('', { path: [] }));

/** Whether an error of the engine is that, or was made of it. */
export const isSuppressed = (error: GraphQLError) => error === SUPPRESSED || error.originalError === SUPPRESSED;

const summaries = new WeakSet<GraphQLError>();

/** One error for all that are not reported, by the number of each code: it has the code of most of them. */
export function suppressedErrors(numbers: ReadonlyMap<string, number>): GraphQLError {
  const suppressed = [...numbers.values()].reduce((sum, number) => sum + number, 0);
  const [[code] = [UNEXPECTED_CODE]] = [...numbers].sort(([, one], [, other]) => other - one);
  const what = suppressed === 1 ? 'One further value has' : `${suppressed} further values have`;
  const message = `${what} failed without an error of ${suppressed === 1 ? 'its' : 'their'} own: the response has too many errors.`;
  const error = withoutTrace(() => new GraphQLError(message, { extensions: { code, suppressed } }));
  summaries.add(error);
  return error;
}

/**
 * Turns an error of a resolver, the engine or the server into one that the client may see, with its path and locations.
 * `report` gets unexpected errors, which the client does not see.
 */
export function toClientError(error: unknown, report: (unexpected: unknown) => void): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined;
  if (located && summaries.has(located)) return located;
  const cause = located?.originalError ?? error;
  if (cause instanceof UpstreamError) {
    const { service, status, code, requestId, retryAfter, limit } = cause.details;
    const extensions = {
      code: CODES[cause.kind],
      service,
      upstreamStatus: status,
      upstreamCode: code,
      requestId,
      retryAfter,
      limit,
    };
    return relocate(cause.message, located, extensions);
  }
  if (located && (cause === located || cause instanceof GraphQLError)) {
    const { code, http } = located.extensions;
    // The engine gives a status to those of variables, too, which another error has caused.
    if (OWN_CODES.has(code) && (located.path || (http && cause === located))) return located;
    // An argument that cannot be coerced: the engine has located it in the document.
    if (cause instanceof GraphQLError && cause !== located && isArgumentError(cause))
      return relocate(located.message, located, { code: 'BAD_USER_INPUT' });
    // Rejected before execution, by us, the engine or the server: a header, a variable, an operation or a request.
    if (!located.path) {
      const own = OWN_CODES.has(code) ? located.extensions : { code: 'BAD_USER_INPUT' };
      return relocate(located.message, located, { ...own, http: statusOf(code, http) });
    }
  }
  report(cause);
  return relocate(UNEXPECTED, located, { code: UNEXPECTED_CODE });
}

/** Whether the engine has located it in the document, but at no field of the result. */
const isArgumentError = ({ nodes, path }: GraphQLError) => Boolean(nodes && !path);

const UNEXPECTED = 'Unexpected error.';
const UNEXPECTED_CODE = 'INTERNAL_SERVER_ERROR';

/** A bug of ours before execution: 500. */
export function internalError(): GraphQLError {
  return new GraphQLError(UNEXPECTED, { extensions: { code: UNEXPECTED_CODE, http: { status: 500 } } });
}

/** A malformed request is a 400 whatever the client accepts; for other errors see GraphQL over HTTP. */
function statusOf(code: unknown, http: unknown): object {
  const { status = 400, headers } = (http ?? {}) as { status?: number; headers?: object };
  return { status, ...(headers ? { headers } : {}), ...(code === 'BAD_REQUEST' ? {} : { spec: true }) };
}

function relocate(
  message: string,
  located: GraphQLError | undefined,
  extensions: Record<string, unknown>,
): GraphQLError {
  const { nodes = null, source = null, positions = null, path = null } = located ?? {};
  return withoutTrace(() => new GraphQLError(message, { nodes, source, positions, path, extensions }));
}
