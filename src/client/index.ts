// Creates the typed client: the operations of `operations/`, with their results and variables, over graphql-request.
import { GraphQLClient } from 'graphql-request';
import { authorizedFetch, type ClientOptions } from './authorized-fetch.ts';

export { ClientError, type GraphQLClient } from 'graphql-request';
export type { ClientOptions } from './authorized-fetch.ts';
export { codesOf, type ErrorCode } from './errors.ts';
export * from './generated/graphql.ts';

/**
 * Makes a client for the endpoint at `url`: `client.request(RepositoryDocument, { namespace, name })` is typed.
 * Errors: rejects with graphql-request's ClientError, which has the errors and the partial data, when there are errors.
 */
export function createClient(url: string, options: ClientOptions = {}): GraphQLClient {
  return new GraphQLClient(url, { fetch: authorizedFetch(options) });
}
