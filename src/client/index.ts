// The typed client: the operations of `operations/`, with their results and variables, over graphql-request.
import { GraphQLClient } from 'graphql-request';

export * from './generated/graphql.ts';

/** How to reach an image-graph server, and as whom. */
export interface ClientOptions {
  /** The IAM token of the caller, sent as X-Auth-Token. */
  readonly token?: string | undefined;
  /** The project to work in, sent as X-Project-Id; the server's own otherwise. */
  readonly projectId?: string | undefined;
  /** Another fetch than the global one. */
  readonly fetch?: typeof fetch;
}

/**
 * Makes a client for the endpoint at `url`: `client.request(RepositoryDocument, { namespace, name })` is typed.
 * Errors: rejects with graphql-request's ClientError, which has the errors and the partial data, when there are errors.
 */
export function createClient(url: string, { token, projectId, fetch }: ClientOptions = {}): GraphQLClient {
  const headers: Record<string, string> = {};
  if (token !== undefined) headers['x-auth-token'] = token;
  if (projectId !== undefined) headers['x-project-id'] = projectId;
  return new GraphQLClient(url, { headers, ...(fetch ? { fetch } : {}) });
}
