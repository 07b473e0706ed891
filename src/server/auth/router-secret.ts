// Restricts the server to a supergraph's router, by the secret that the router shares with its subgraphs.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import type { Secret } from '../../config/secret.ts';
import { unauthenticated } from '../../graph/errors.ts';
import { type ReadHeader, ROUTER_SECRET } from '../http/caller-headers.ts';
import { errorResponse } from '../http/error-response.ts';
import type { ServerPlugin } from '../http/node-context.ts';

/** The error of a request without the secret. The comparison takes the same time for all texts. */
export function routerSecretFault(secret: Secret, header: ReadHeader): GraphQLError | undefined {
  if (timingSafeEqual(digest(header(ROUTER_SECRET) ?? ''), digest(secret.read()))) return undefined;
  const message = `This graph accepts requests of its router only: the header ${ROUTER_SECRET} is missing or wrong.`;
  return unauthenticated(message);
}

/** Responds with 401 to every request without the secret. */
export function useRouterSecret(secret: Secret): ServerPlugin {
  return {
    onRequest({ request, endResponse }) {
      const fault = routerSecretFault(secret, (name) => request.headers.get(name));
      if (fault) endResponse(errorResponse(fault));
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
