// Restricts the server to a supergraph's router, by the secret that the router shares with its subgraphs.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../config/secret.ts';
import { unauthenticated } from '../../graph/errors.ts';
import { ROUTER_SECRET } from '../http/caller-headers.ts';
import { errorResponse } from '../http/error-response.ts';
import type { ServerPlugin } from '../http/node-context.ts';

/** Responds with 401 to every request without the secret. The comparison takes the same time for all texts. */
export function useRouterSecret(secret: Secret): ServerPlugin {
  return {
    onRequest({ request, endResponse }) {
      if (timingSafeEqual(digest(request.headers.get(ROUTER_SECRET) ?? ''), digest(secret.read()))) return;
      const message = `This graph accepts requests of its router only: the header ${ROUTER_SECRET} is missing or wrong.`;
      endResponse(errorResponse(unauthenticated(message)));
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
