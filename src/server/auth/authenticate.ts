// Authenticates callers by API key or JWT, where the settings have them.
import type { GraphQLError } from 'graphql';
import { digestOf } from '../../config/digest.ts';
import { badUserInput, internalError, unauthenticated, unavailable } from '../../graph/errors.ts';
import type { MaybePromise } from '../../upstream/auth/credentials.ts';
import { onceAMinute } from '../../upstream/once-a-minute.ts';
import { API_KEY, AUTHORIZATION, type ReadHeader } from '../http/caller-headers.ts';
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

/** Finds the name of a caller by its credential. Shape: an error that ends the request where it has none that is valid. */
export type Authenticate = (header: ReadHeader) => MaybePromise<string | GraphQLError>;

/** Errors: 401 without a valid key or token, 400 for two of them, and 503 while the keys for JWTs are unavailable. */
export function createAuthentication({ apiKeys, jwt, logger }: CallerAuthentication): Authenticate {
  const logUnavailable = onceAMinute((line) => logger.error(line));
  return (header) => {
    const bearer = /^Bearer +(\S+)$/i.exec(header(AUTHORIZATION) ?? '')?.[1];
    const key = header(API_KEY);
    if (bearer && key) return badUserInput(`Send one of ${AUTHORIZATION} and ${API_KEY}, not both.`, { status: 400 });
    const credential = bearer ?? key ?? '';
    try {
      if (isApiKey(credential)) {
        const name = apiKeys?.nameOf(credential);
        return name ? `key ${name}` : rejected(credential);
      }
      if (credential === '' || !jwt) return rejected(credential);
      return jwt
        .subjectOf(credential)
        .then((subject) => (subject ? `subject ${digestOf(subject)}` : rejected(credential)), failure);
    } catch (error) {
      return failure(error);
    }
  };

  function rejected(credential: string): GraphQLError {
    const accepted = [apiKeys && 'an API key', jwt && 'a JWT'].filter(Boolean).join(' or ');
    const message =
      credential === ''
        ? `Authenticate with ${accepted}: send it in ${AUTHORIZATION}: Bearer …`
        : `The credential in ${AUTHORIZATION} or ${API_KEY} is invalid, expired or revoked: send ${accepted} of this server.`;
    return unauthenticated(message, { 'www-authenticate': 'Bearer' });
  }

  function failure(error: unknown): GraphQLError {
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

/** Responds with the error where a caller is not authenticated. */
export function useAuthentication(authenticate: Authenticate): ServerPlugin {
  return {
    async onRequest({ request, serverContext, endResponse }) {
      const name = serverContext?.caller ?? (await authenticate((header) => request.headers.get(header)));
      if (typeof name === 'string') setCallerName(request, name);
      else endResponse(errorResponse(name));
    },
  };
}

/** Seconds until a client may retry after the keys were unavailable, at least. */
const MIN_RETRY_AFTER = 5;
