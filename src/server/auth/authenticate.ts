// Authenticates callers by API key or JWT, where the settings have them.
import { digestOf } from '../../config/digest.ts';
import { badUserInput, internalError, unauthenticated, unavailable } from '../../graph/errors.ts';
import { onceAMinute } from '../../upstream/once-a-minute.ts';
import { API_KEY, AUTHORIZATION } from '../http/caller-headers.ts';
import { errorResponse } from '../http/error-response.ts';
import type { ServerPlugin } from '../http/node-context.ts';
import type { Logger } from '../logger.ts';
import { type ApiKeys, isApiKey } from './api-keys.ts';
import { setCallerName } from './caller-name.ts';
import type { JwtVerifier } from './jwt.ts';
import { KeysUnavailable } from './keys-unavailable.ts';

/** The verifier of JWTs. It is loaded where it is configured only, while the server starts. */
export function createJwtVerifier(...parts: ConstructorParameters<typeof JwtVerifier>): Pick<JwtVerifier, 'subjectOf'> {
  const verifier = import('./jwt.ts').then((loaded) => new loaded.JwtVerifier(...parts));
  return { subjectOf: async (token) => (await verifier).subjectOf(token) };
}

/** At least one of the two ways. */
export interface CallerAuthentication {
  readonly apiKeys: ApiKeys | undefined;
  readonly jwt: Pick<JwtVerifier, 'subjectOf'> | undefined;
  readonly logger: Logger;
}

/** Responds with 401 without a valid key or token, with 400 to two of them, and with 503 while the keys for JWTs are unavailable. */
export function useAuthentication({ apiKeys, jwt, logger }: CallerAuthentication): ServerPlugin {
  const logUnavailable = onceAMinute((line) => logger.error(line));
  return {
    async onRequest({ request, endResponse }) {
      const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get(AUTHORIZATION) ?? '')?.[1];
      const key = request.headers.get(API_KEY);
      if (bearer && key) {
        const message = `Send one of ${AUTHORIZATION} and ${API_KEY}, not both.`;
        endResponse(errorResponse(badUserInput(message, { status: 400 })));
        return;
      }
      const credential = bearer ?? key ?? '';
      try {
        const name = await nameOf(credential);
        if (name !== undefined) setCallerName(request, name);
        else endResponse(errorResponse(unauthenticated(message(credential), { 'www-authenticate': 'Bearer' })));
      } catch (error) {
        endResponse(errorResponse(failure(error)));
      }
    },
  };

  async function nameOf(credential: string): Promise<string | undefined> {
    if (isApiKey(credential)) {
      const name = apiKeys?.nameOf(credential);
      return name && `key ${name}`;
    }
    const subject = credential === '' ? undefined : await jwt?.subjectOf(credential);
    return subject && `subject ${digestOf(subject)}`;
  }

  function message(credential: string): string {
    const accepted = [apiKeys && 'an API key', jwt && 'a JWT'].filter(Boolean).join(' or ');
    if (credential === '') return `Authenticate with ${accepted}: send it in ${AUTHORIZATION}: Bearer …`;
    return `The credential in ${AUTHORIZATION} or ${API_KEY} is invalid, expired or revoked: send ${accepted} of this server.`;
  }

  function failure(error: unknown) {
    if (!(error instanceof KeysUnavailable)) {
      logger.error('Unexpected error:', error);
      return internalError();
    }
    logUnavailable('The keys of IMAGE_GRAPH_JWT_JWKS_URL are unavailable: callers with a JWT are rejected.');
    return unavailable(
      'The keys that verify tokens are unavailable: retry later.',
      Math.max(MIN_RETRY_AFTER, error.retryAfter),
    );
  }
}

/** Seconds until a client may retry after the keys were unavailable, at least. */
const MIN_RETRY_AFTER = 5;
