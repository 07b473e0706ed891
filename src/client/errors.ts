// The codes of errors: what a program decides by, as docs/errors.md explains.
import { ClientError } from 'graphql-request';

/** The code of an error; later versions of the server may have further ones. */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'CURSOR_EXPIRED'
  | 'DEADLINE_EXCEEDED'
  | 'FORBIDDEN'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'INTERNAL_SERVER_ERROR'
  | 'NOT_CONFIGURED'
  | 'NOT_SUPPORTED'
  | 'OVERLOADED'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'QUERY_TOO_COMPLEX'
  | 'RATE_LIMITED'
  | 'UNAUTHENTICATED'
  | 'UPSTREAM_BAD_RESPONSE'
  | 'UPSTREAM_ERROR'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_UNAVAILABLE'
  | (string & {});

/** The codes in a ClientError, each once; none for another error, such as that of a connection. */
export function codesOf(error: unknown): ErrorCode[] {
  const errors = error instanceof ClientError ? (error.response.errors ?? []) : [];
  const codes = errors.map(({ extensions }) => extensions?.code).filter((code) => typeof code === 'string');
  return [...new Set(codes)];
}
