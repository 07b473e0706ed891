// Responses made before GraphQL execution: an error in the shape that GraphQL clients read, and the headers of every response.
import { STATUS_CODES } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { HttpOptions } from '../../graph/errors.ts';
import { CALLER_HEADERS } from './caller-headers.ts';
import { jsonText } from './json-writer.ts';

/** The headers of every response: no shared cache stores it, and no browser guesses its type. */
export const STANDARD_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'private, no-store',
  vary: ['Accept', 'Accept-Encoding', 'Origin', ...CALLER_HEADERS].sort().join(', '),
  'x-content-type-options': 'nosniff',
};

/** The errors that responses were made of. */
const rejections = new WeakMap<Response, GraphQLError>();

/** The error that ended a request with this response; undefined for any other. */
export const rejectionOf = (response: Response): GraphQLError | undefined => rejections.get(response);

/** The response that an error ends a request with; the error says its status and headers. */
export function errorResponse(error: GraphQLError): Response {
  const { http, ...extensions } = error.extensions;
  const { status, headers } = http as HttpOptions;
  const body = jsonText({ errors: [{ message: error.message, extensions }] });
  const ofBody = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  const response = new Response(body, {
    status,
    statusText: STATUS_CODES[status] ?? '',
    headers: { ...ofBody, ...STANDARD_HEADERS, ...headers },
  });
  rejections.set(response, error);
  return response;
}
