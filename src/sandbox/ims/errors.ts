// Errors of IMS's Glance layer. Their shape depends on the Accept header; the JSON one has HTML in it, too.
// Source: docs/upstream/ims.md#errors.

import type { SandboxRequest } from '../request.ts';
import { HttpError, jsonResponse, type SandboxResponse } from '../response.ts';

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
};

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' };

/** Builds an error response in the shape that the Accept header selects. */
export function glanceResponse(
  request: SandboxRequest,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): SandboxResponse {
  const title = TITLES[status] ?? 'Error';
  const accept = request.headers.accept ?? '';
  if (accept.includes('html') || accept.includes('*/*')) {
    const text = message.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
    const head = `<html>\n <head>\n  <title>${status} ${title}</title>\n </head>\n`;
    const body = ` <body>\n  <h1>${status} ${title}</h1>\n  ${text}<br /><br />\n\n\n\n </body>\n</html>`;
    return { status, headers: { 'Content-Type': 'text/html; charset=UTF-8', ...headers }, body: head + body };
  }
  if (accept === 'application/json') {
    // `code` is a string here, unlike Keystone's number.
    const body = { message: `${message}<br /><br />\n\n\n`, code: `${status} ${title}`, title };
    return jsonResponse(status, body, { 'Content-Type': 'application/json; charset=UTF-8', ...headers });
  }
  const body = `${status} ${title}\n\n${message}\n\n   `;
  return { status, headers: { 'Content-Type': 'text/plain; charset=UTF-8', ...headers }, body };
}

/** Builds the error to throw. */
export function glanceError(request: SandboxRequest, status: number, message: string): HttpError {
  return new HttpError(glanceResponse(request, status, message));
}
