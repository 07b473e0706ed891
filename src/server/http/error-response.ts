// Answers before GraphQL has begun: an error in the shape that GraphQL clients read, and the headers that every response has.
import { STATUS_CODES } from 'node:http';
import type { GraphQLError } from 'graphql';

/** What the answers depend on, for caches on the way. */
const VARY = 'Accept, Accept-Encoding, Authorization, Origin, X-Api-Key, X-Auth-Token, X-Project-Id';

/** The headers of every response: nobody stores what one caller was shown, and no browser guesses its type. */
export const STANDARD_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'private, no-store',
  vary: VARY,
  'x-content-type-options': 'nosniff',
};

/** Refuses a request as a whole. */
export function refusal(status: number, error: GraphQLError, headers: Record<string, string> = {}): Response {
  const { http, ...extensions } = error.extensions;
  return Response.json(
    { errors: [{ message: error.message, extensions }] },
    { status, statusText: STATUS_CODES[status] ?? '', headers: { ...STANDARD_HEADERS, ...headers } },
  );
}
