// Tokens that an identity provider gives to callers: signed JWTs, checked against the keys that it publishes.
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { CallerConfig } from '../../config/config.ts';

/** Signatures that only the provider can make: none with a shared secret, and never none at all. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Seconds by which clocks may differ. */
const CLOCK_TOLERANCE = 10;
/** Milliseconds in which the provider must send its keys, and for which they are kept. */
const KEYS_TIMEOUT_MS = 3_000;
const KEYS_LIFE_MS = 10 * 60_000;

/** The keys of the provider cannot be had: nobody can be told from anybody else. */
export class KeysUnavailable extends Error {}

/**
 * Checks tokens: signature, issuer, audience and time.
 * Shape: the subject of a good one; undefined for any other. Errors: rejects with KeysUnavailable.
 */
export class JwtVerifier {
  readonly #config: NonNullable<CallerConfig['jwt']>;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  constructor(config: NonNullable<CallerConfig['jwt']>) {
    this.#config = config;
    this.#keys = createRemoteJWKSet(new URL(config.jwksUrl), {
      timeoutDuration: KEYS_TIMEOUT_MS,
      cacheMaxAge: KEYS_LIFE_MS,
    });
  }

  async subjectOf(token: string): Promise<string | undefined> {
    const { issuer, audience } = this.#config;
    try {
      const { payload } = await jwtVerify(token, this.#keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE,
        requiredClaims: ['exp', 'sub'],
      });
      const { sub } = payload as { sub: unknown };
      return typeof sub === 'string' && sub !== '' ? sub : undefined;
    } catch (error) {
      if (isAboutToken(error)) return undefined;
      throw new KeysUnavailable();
    }
  }
}

/** Whether the token is at fault. Anything else is the way to the keys: no answer, a wrong status, no JSON. */
const isAboutToken = (error: unknown) =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC');
