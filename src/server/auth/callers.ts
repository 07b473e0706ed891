// Who asks: lets in only callers with an API key or a JWT where the settings want one, and names every caller for the limits that
// count him. Knows not what is asked.
import type { Plugin } from 'graphql-yoga';
import { badUserInput, unauthenticated, unavailable } from '../../graph/errors.ts';
import { digestOf } from '../../upstream/auth/credentials.ts';
import { refusal } from '../http/error-response.ts';
import type { Logger } from '../logger.ts';
import { type ApiKeys, isApiKey } from './api-keys.ts';
import type { JwtVerifier } from './jwt.ts';

/** What callers can be known by. */
export interface CallerChecks {
  readonly apiKeys: ApiKeys | undefined;
  readonly jwt: JwtVerifier | undefined;
  readonly logger: Logger;
}

const names = new WeakMap<Request, string>();

/** Tells a name for the caller that no other has; it holds no secret. */
export type CallerName = (request: Request, address: string | undefined) => string;

/** Who shows no key is known by his token, where tokens count for anything, or else by his address. */
export const callerName =
  (tokensCount: boolean): CallerName =>
  (request, address = '') => {
    let name = names.get(request);
    if (name === undefined) {
      const token = tokensCount && request.headers.get('x-auth-token');
      name = token ? `token ${digestOf(token)}` : `address ${address}`;
      names.set(request, name);
    }
    return name;
  };

/** Answers 401 to requests without a good key or token: 400 where two are sent, 503 where it cannot be told. */
export function useCallers({ apiKeys, jwt, logger }: CallerChecks): Plugin {
  return {
    async onRequest({ request, endResponse }) {
      const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
      const key = request.headers.get('x-api-key');
      if (bearer && key) {
        endResponse(refusal(400, badUserInput('Send one of Authorization and X-Api-Key, not both.')));
        return;
      }
      const shown = bearer ?? key ?? '';
      try {
        const name = await nameOf(shown);
        if (name !== undefined) names.set(request, name);
        else endResponse(refusal(401, unauthenticated(message(shown)), { 'www-authenticate': 'Bearer' }));
      } catch {
        logger.error('The keys of IMAGE_GRAPH_JWT_JWKS_URL cannot be had: callers with a JWT are turned away.');
        const error = unavailable('The keys to check the token with cannot be had: try again.');
        endResponse(refusal(503, error, { 'retry-after': '5' }));
      }
    },
  };

  async function nameOf(shown: string): Promise<string | undefined> {
    if (isApiKey(shown)) {
      const name = apiKeys?.nameOf(shown);
      return name && `key ${name}`;
    }
    const subject = shown === '' ? undefined : await jwt?.subjectOf(shown);
    return subject && `subject ${digestOf(subject)}`;
  }

  function message(shown: string): string {
    const wanted = [apiKeys && 'an API key', jwt && 'a JWT'].filter(Boolean).join(' or ');
    if (shown === '') return `Show ${wanted}: send it in Authorization: Bearer …`;
    return `What Authorization or X-Api-Key holds is not, or no longer, ${wanted} that this server accepts.`;
  }
}
