// Makes every error that a client sees: from an upstream failure, from invalid input, or masked.
import { GraphQLError } from 'graphql';
import { UpstreamError, type UpstreamErrorKind, withoutTrace } from '../upstream/errors.ts';

/** The `extensions.code` of each kind of upstream failure. */
const CODES: Readonly<Record<UpstreamErrorKind, string>> = {
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'FORBIDDEN',
  'not-found': 'UPSTREAM_ERROR',
  'rate-limited': 'RATE_LIMITED',
  refused: 'UPSTREAM_ERROR',
  failed: 'UPSTREAM_ERROR',
  timeout: 'UPSTREAM_TIMEOUT',
  unavailable: 'UPSTREAM_UNAVAILABLE',
  'bad-response': 'UPSTREAM_BAD_RESPONSE',
  'not-configured': 'NOT_CONFIGURED',
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
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OVERLOADED',
  'QUERY_TOO_COMPLEX',
  'RATE_LIMITED',
]);

/** The client's input is invalid; no upstream call is made for it. */
export function badUserInput(message: string): GraphQLError {
  return withoutTrace(() => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } }));
}

/** The caller is not authenticated; nothing is executed. */
export function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } });
}

/** The request comes from a place that must not send it; nothing is executed. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
}

/** The caller cannot be authenticated now, as the keys for it cannot be fetched; nothing is executed. */
export function unavailable(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UPSTREAM_UNAVAILABLE', service: null } });
}

/** A limit that was exceeded. */
export interface PassedLimit {
  readonly name: string;
  readonly value: number;
  readonly max: number;
}

/** A document or a request exceeds a limit; `remedy` says how to stay within it. Nothing is executed. */
export function tooComplex(what: string, limit: PassedLimit, remedy: string): GraphQLError {
  const message = `${what}: ${limit.value}, where ${limit.max} are allowed. ${remedy}`;
  return new GraphQLError(message, {
    extensions: { code: 'QUERY_TOO_COMPLEX', limit, http: { spec: true, status: 400 } },
  });
}

/** A caller sends too many requests, or too many at once; `retryAfter` is in seconds. */
export function rateLimited(message: string, limit: PassedLimit, retryAfter: number): GraphQLError {
  const http = { status: 429, headers: { 'retry-after': String(retryAfter) } };
  return new GraphQLError(message, { extensions: { code: 'RATE_LIMITED', service: null, retryAfter, limit, http } });
}

/** Seconds after which a rejected client may retry. */
const OVERLOAD_RETRY_AFTER = 1;

/** The server, or each service that an operation needs, is overloaded; nothing is executed. */
export function overloaded(message: string): GraphQLError {
  const http = { status: 503, headers: { 'retry-after': String(OVERLOAD_RETRY_AFTER) } };
  const extensions = { code: 'OVERLOADED', service: null, retryAfter: OVERLOAD_RETRY_AFTER, http };
  return new GraphQLError(message, { extensions });
}

/**
 * Turns an error of a resolver, the engine or the server into one that the client may see, with its path and locations.
 * `report` gets unexpected errors, which the client does not see.
 */
export function toClientError(error: unknown, report: (unexpected: unknown) => void): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined;
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
    if (OWN_CODES.has(code) && (located.path || http)) return located;
    // An argument that cannot be coerced: the engine has located it in the document.
    if (cause instanceof GraphQLError && cause !== located && cause.nodes && !cause.path)
      return relocate(located.message, located, { code: 'BAD_USER_INPUT' });
    // Rejected before execution, by us, the engine or the server: a header, a variable, an operation or a request.
    if (!located.path) {
      const own = OWN_CODES.has(code) ? located.extensions : { code: 'BAD_USER_INPUT' };
      return relocate(located.message, located, { ...own, http: statusOf(code, http) });
    }
  }
  report(cause);
  return relocate('Unexpected error.', located, { code: 'INTERNAL_SERVER_ERROR' });
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
