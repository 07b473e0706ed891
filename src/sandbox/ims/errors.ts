// Errors of IMS's Glance layer: the shape follows the Accept header, and even the JSON one carries HTML.
// Source: docs/upstream/ims.md#errors.
import { type Answer, jsonAnswer, Refusal } from '../answer.ts';
import type { SandboxRequest } from '../request.ts';

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
};

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' };

/** Builds an error answer in the shape that the caller's Accept header leads to. */
export function glanceError(
  request: SandboxRequest,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Answer {
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
    return jsonAnswer(status, body, { 'Content-Type': 'application/json; charset=UTF-8', ...headers });
  }
  const body = `${status} ${title}\n\n${message}\n\n   `;
  return { status, headers: { 'Content-Type': 'text/plain; charset=UTF-8', ...headers }, body };
}

/** Refuses the request with a Glance error. */
export function refusal(request: SandboxRequest, status: number, message: string): Refusal {
  return new Refusal(glanceError(request, status, message));
}
