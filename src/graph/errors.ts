// Every error that a client sees is made here: from an upstream failure, from wrong input, or masked.
import { GraphQLError } from 'graphql';
import { UpstreamError, type UpstreamErrorKind } from '../upstream/errors.ts';

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
  aborted: 'UPSTREAM_UNAVAILABLE',
};

/** Codes that errors may already have when they come here. */
const OWN_CODES: ReadonlySet<unknown> = new Set([
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
]);

/** The client's input is wrong; no upstream call is made for it. */
export function badUserInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** The caller has not shown who he is, before anything is executed. */
export function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED' } });
}

/**
 * Turns whatever a resolver or the engine threw into what the client may see, path and locations kept.
 * `report` gets what must not be seen: the errors that nobody foresaw.
 */
export function toClientError(error: unknown, report: (unforeseen: unknown) => void): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined;
  const cause = located?.originalError ?? error;
  if (cause instanceof UpstreamError) {
    const { service, status, code, requestId, retryAfter } = cause.details;
    const extensions = {
      code: CODES[cause.kind],
      service,
      upstreamStatus: status,
      upstreamCode: code,
      requestId,
      retryAfter,
    };
    return relocate(cause.message, located, extensions);
  }
  if (located && (cause === located || cause instanceof GraphQLError)) {
    const { code, http } = located.extensions;
    if (OWN_CODES.has(code)) return located;
    // The engine's or the server's own, before anything was executed: a variable, an operation or a request that they refuse.
    if (!located.path) return relocate(located.message, located, { code: 'BAD_USER_INPUT', ...(http ? { http } : {}) });
  }
  report(cause);
  return relocate('Unexpected error.', located, { code: 'INTERNAL_SERVER_ERROR' });
}

function relocate(
  message: string,
  located: GraphQLError | undefined,
  extensions: Record<string, unknown>,
): GraphQLError {
  return new GraphQLError(message, {
    nodes: located?.nodes,
    source: located?.source,
    positions: located?.positions,
    path: located?.path,
    extensions,
  });
}
