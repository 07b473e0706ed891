// Creates the typed client: the operations of `operations/`, with their results and variables, over graphql-request.
import { GraphQLClient } from 'graphql-request';

export * from './generated/graphql.ts';

/** The credentials of requests to an image-graph server, and how they are sent. */
export interface ClientOptions {
  /** The IAM token of the caller, sent as X-Auth-Token. */
  readonly token?: string | undefined;
  /** The id of the project, sent as X-Project-Id; without it the server uses its own project. */
  readonly projectId?: string | undefined;
  /** A fetch in the place of the global one. */
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
