// The request headers that identify a caller: responses vary by them, pages of other origins may send them, and none may be repeated.
import type { IncomingMessage } from 'node:http';

/** Reads a header of a request, in Fetch's form or in that of node:http. Shape: null where it is not sent. */
export type ReadHeader = (name: string) => string | null;

export const AUTHORIZATION = 'Authorization';
export const API_KEY = 'X-Api-Key';
/** The caller's IAM token, which is sent upstream. */
export const TOKEN = 'X-Auth-Token';
/** The project of the caller's calls. */
export const PROJECT_ID = 'X-Project-Id';

export const CALLER_HEADERS: readonly string[] = [AUTHORIZATION, API_KEY, TOKEN, PROJECT_ID];

/** The secret that a supergraph's router shares with its subgraphs, named as Apollo's routers name it. */
export const ROUTER_SECRET = 'Router-Authorization';

/** Reads the headers of a request of node:http, none of which is repeated where it must not be. */
export const headerOf =
  ({ headers }: IncomingMessage): ReadHeader =>
  (name) => {
    const value = headers[name.toLowerCase()];
    return typeof value === 'string' ? value : null;
  };
