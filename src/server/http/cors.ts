// CORS: pages of the listed origins may send operations from a browser, all others may not. It is decided before anything else, so that
// a page reads every response, rejections included.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { STANDARD_HEADERS } from './error-response.ts';
import { REQUEST_ID } from './request-id.ts';

const EXPOSED_HEADERS = ['Retry-After', 'Server-Timing', REQUEST_ID].join(', ');

/** Seconds for which a browser keeps the response to a preflight. */
const MAX_AGE = '600';

/**
 * Sets the headers that let a page of a listed origin read the response, and responds to its preflights.
 * Without credentials: no cookie identifies a caller. Shape: whether the response is sent.
 */
export function applyCors(
  origins: readonly string[],
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { origin } = headers;
  if (origin === undefined || !origins.includes(origin)) return false;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
  response.setHeader('Timing-Allow-Origin', origin);
  if (method !== 'OPTIONS') return false;
  const requested = headers['access-control-request-headers'];
  response.writeHead(204, {
    ...STANDARD_HEADERS,
    'Access-Control-Allow-Methods': 'GET, POST',
    // Each header that the page wants to send: which of them count is decided with the request.
    ...(requested ? { 'Access-Control-Allow-Headers': requested } : {}),
    // Listed origins may be public pages, and this server in a private network.
    ...(headers['access-control-request-private-network'] === 'true'
      ? { 'Access-Control-Allow-Private-Network': 'true' }
      : {}),
    'Access-Control-Max-Age': MAX_AGE,
  });
  response.end();
  return true;
}
