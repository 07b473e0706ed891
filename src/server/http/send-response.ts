// Sends a response that Yoga has no part in.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { corsHeaders } from './cors.ts';
import { STANDARD_HEADERS } from './error-response.ts';
import { acceptRequestId, REQUEST_ID } from './request-id.ts';

/** Sends it with the headers that every response has, and those for a page of a listed origin. */
export async function sendResponse(
  { headers }: IncomingMessage,
  to: ServerResponse,
  response: Response,
  corsOrigins: readonly string[],
): Promise<void> {
  const sent = {
    ...STANDARD_HEADERS,
    ...corsHeaders(corsOrigins, headers.origin),
    ...Object.fromEntries(response.headers),
    [REQUEST_ID]: acceptRequestId(headers[REQUEST_ID.toLowerCase()]),
  };
  const body = await response.text();
  to.writeHead(response.status, sent).end(body);
}
