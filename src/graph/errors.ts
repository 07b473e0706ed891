// Every error that a client sees is made here: from an upstream failure, from wrong input, or masked.
import { GraphQLError } from 'graphql';
import { UpstreamError, type UpstreamErrorKind, withoutTrace } from '../upstream/errors.ts';

/** The error codes of `extensions.code` that the upstream calls lead to. */
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

/** Codes that errors may already have when they come here. */
const OWN_CODES: ReadonlySet<unknown> = new Set([
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OVERLOADED',
  'QUERY_TOO_COMPLEX',
  'RATE_LIMITED',
]);

/** The client's input is wrong; no upstream call is made for it. */
export function badUserInput(message: string): GraphQLError {
  return withoutTrace(() => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } }));
}

/** The caller has not shown who he is, before anything is executed. */
export function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } });
}

/** The caller may not ask from where he asks, before anything is executed. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN' } });
}

/** What is needed to tell who the caller is cannot be reached, before anything is executed. */
export function unavailable(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UPSTREAM_UNAVAILABLE', service: null } });
}

/** A limit that was passed. */
export interface PassedLimit {
  readonly name: string;
  readonly value: number;
  readonly max: number;
}

/** A document, or a request, that asks for more than one may; `remedy` says how to stay under the limit. Nothing is executed. */
export function tooComplex(what: string, limit: PassedLimit, remedy: string): GraphQLError {
  const message = `${what}: ${limit.value}, where ${limit.max} are allowed. ${remedy}`;
  return new GraphQLError(message, {
    extensions: { code: 'QUERY_TOO_COMPLEX', limit, http: { spec: true, status: 400 } },
  });
}

/** A caller who asks too often, or too much at once; `retryAfter` is in seconds. */
export function rateLimited(message: string, limit: PassedLimit, retryAfter: number): GraphQLError {
  const http = { status: 429, headers: { 'retry-after': String(retryAfter) } };
  return new GraphQLError(message, { extensions: { code: 'RATE_LIMITED', service: null, retryAfter, limit, http } });
}

/** Seconds after which a client that was turned away may come again. */
const OVERLOAD_RETRY_AFTER = 1;

/** The server, or all that an operation needs, has more to do than it can do in time; nothing is executed. */
export function overloaded(message: string): GraphQLError {
  const http = { status: 503, headers: { 'retry-after': String(OVERLOAD_RETRY_AFTER) } };
  const extensions = { code: 'OVERLOADED', service: null, retryAfter: OVERLOAD_RETRY_AFTER, http };
  return new GraphQLError(message, { extensions });
}

/**
 * Turns whatever a resolver or the engine threw into what the client may see, path and locations kept.
 * `report` gets what must not be seen: the errors that nobody foresaw.
 */
export function toClientError(error: unknown, report: (unforeseen: unknown) => void): GraphQLError {
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
    // An argument that cannot be coerced: the engine names its place in the document.
    if (cause instanceof GraphQLError && cause !== located && cause.nodes && !cause.path)
      return relocate(located.message, located, { code: 'BAD_USER_INPUT' });
    // Ours, the engine's or the server's, before anything was executed: a header, a variable, an operation or a request that they refuse.
    if (!located.path) {
      const own = OWN_CODES.has(code) ? located.extensions : { code: 'BAD_USER_INPUT' };
      return relocate(located.message, located, { ...own, http: statusOf(code, http) });
    }
  }
  report(cause);
  return relocate('Unexpected error.', located, { code: 'INTERNAL_SERVER_ERROR' });
}

/** A request that is none is a 400 whatever the client accepts; one that only asks for the wrong thing as GraphQL over HTTP says. */
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
