// Sends a response that Yoga has no part in.
import type { ServerResponse } from 'node:http';
import { rejectionOf, STANDARD_HEADERS } from './error-response.ts';
import { recordOf } from './request-record.ts';

/** Sends it with the headers that every response has, beside those that are set already. */
export async function sendResponse(to: ServerResponse, response: Response): Promise<void> {
  const rejection = rejectionOf(response);
  if (rejection) recordOf(to.req)?.add(rejection);
  const body = await response.text();
  const headers = { ...STANDARD_HEADERS, ...Object.fromEntries(response.headers) };
  // What follows the head may have been rejected meanwhile.
  if (to.headersSent) return;
  to.writeHead(response.status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
