// Lets in only who carries the secret that a supergraph's router shares with its subgraphs. Knows nothing of what is asked.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import { unauthenticated } from '../graph/errors.ts';

/** The header that carries the secret, named as Apollo's routers name it. */
const HEADER = 'router-authorization';

/** Answers 401 to every request without the secret. The comparison takes the same time for all texts. */
export function useRouterSecret(secret: string): Plugin {
  const wanted = digest(secret);
  return {
    onRequest({ request, endResponse }) {
      if (timingSafeEqual(digest(request.headers.get(HEADER) ?? ''), wanted)) return;
      const errors = [unauthenticated('This graph answers its router only: the header Router-Authorization is wrong.')];
      endResponse(Response.json({ errors }, { status: 401, headers: { 'cache-control': 'private, no-store' } }));
    },
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
