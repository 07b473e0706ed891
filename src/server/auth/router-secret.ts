// Lets in only who carries the secret that a supergraph's router shares with its subgraphs. Knows nothing of what is asked.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import type { Secret } from '../../config/secret.ts';
import { unauthenticated } from '../../graph/errors.ts';
import { refusal } from '../http/error-response.ts';

/** The header that carries the secret, named as Apollo's routers name it. */
const HEADER = 'router-authorization';

/** Answers 401 to every request without the secret. The comparison takes the same time for all texts. */
export function useRouterSecret(secret: Secret): Plugin {
  return {
    onRequest({ request, endResponse }) {
      if (timingSafeEqual(digest(request.headers.get(HEADER) ?? ''), digest(secret.read()))) return;
      const message = 'This graph answers its router only: the header Router-Authorization is wrong.';
      endResponse(refusal(401, unauthenticated(message)));
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
