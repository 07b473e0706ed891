// Sends a response that Yoga has no part in.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { STANDARD_HEADERS } from './error-response.ts';
import { acceptRequestId, REQUEST_ID } from './request-id.ts';

/** Sends it with the headers that every response has. */
export async function sendResponse(
  { headers }: IncomingMessage,
  to: ServerResponse,
  response: Response,
): Promise<void> {
  const requestId = { [REQUEST_ID]: acceptRequestId(headers[REQUEST_ID.toLowerCase()]) };
  const body = await response.text();
  to.writeHead(response.status, { ...STANDARD_HEADERS, ...Object.fromEntries(response.headers), ...requestId }).end(
    body,
  );
}
