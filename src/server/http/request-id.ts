// The request id: the one that the caller sent, or a new one. It goes upstream and into every response.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerPlugin } from './node-context.ts';

export const REQUEST_ID = 'X-Request-Id';
/** As node:http names it. */
const HEADER = 'x-request-id';

const ids = new WeakMap<Request, string>();

/** The caller's id where it is safe in logs: 1 to 128 letters, digits and `_ . : -`; a new UUID otherwise. */
const acceptRequestId = (given: unknown): string =>
  typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();

/** Gives a node:http request its id, which all later phases use, and sets it on the response of any of them. */
export function assignRequestId({ headers }: IncomingMessage, response: ServerResponse): void {
  const id = acceptRequestId(headers[HEADER]);
  headers[HEADER] = id;
  response.setHeader(REQUEST_ID, id);
}

export function requestIdOf(request: Request): string {
  let id = ids.get(request);
  if (id === undefined) {
    id = acceptRequestId(request.headers.get(REQUEST_ID));
    ids.set(request, id);
  }
  return id;
}

/** Sets the id on every response. */
export function useRequestId(): ServerPlugin {
  return {
    onResponse({ request, response }) {
      response.headers.set(REQUEST_ID, requestIdOf(request));
    },
  };
}
