// The id under which one request is found in the logs of everybody who took part in it.
import { randomUUID } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';

const HEADER = 'x-request-id';

const ids = new WeakMap<Request, string>();

/** The id that the caller gave; a new one where he gave none, or a text that does not belong into logs. */
export function requestIdOf(request: Request): string {
  let id = ids.get(request);
  if (id === undefined) {
    const given = request.headers.get(HEADER);
    id = given !== null && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
    ids.set(request, id);
  }
  return id;
}

/** Puts the id on every response. */
export function useRequestId(): Plugin {
  return {
    onResponse({ request, response }) {
      response.headers.set(HEADER, requestIdOf(request));
    },
  };
}
