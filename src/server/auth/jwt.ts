// Verifies JWTs that an identity provider issues to callers, with the keys that it publishes.
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { CallerConfig } from '../../config/config.ts';
import { USER_AGENT } from '../../config/user-agent.ts';

/** Asymmetric algorithms only: never a shared secret, never an unsigned token. */
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
/** Milliseconds in which the provider must send its keys, and for which they are cached. */
const KEYS_TIMEOUT_MS = 3_000;
const KEYS_TTL_MS = 10 * 60_000;

/** The provider's keys cannot be fetched, so no token can be verified. */
export class KeysUnavailable extends Error {}

type JwtConfig = NonNullable<CallerConfig['jwt']>;

/** Verifies signature, issuer, audience and time of tokens. */
export class JwtVerifier {
  readonly #config: JwtConfig;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  constructor(config: JwtConfig) {
    this.#config = config;
    this.#keys = createRemoteJWKSet(new URL(config.jwksUrl), {
      timeoutDuration: KEYS_TIMEOUT_MS,
      cacheMaxAge: KEYS_TTL_MS,
      headers: { 'user-agent': USER_AGENT },
    });
  }

  /** Shape: the subject of a valid token; undefined for any other. Errors: rejects with KeysUnavailable. */
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
      if (isInvalidToken(error)) return undefined;
      throw new KeysUnavailable();
    }
  }
}

/** Whether the token is invalid. Any other error is about the keys: no response, an unexpected status, not JSON. */
const isInvalidToken = (error: unknown) =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC');
