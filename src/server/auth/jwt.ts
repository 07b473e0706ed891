// Verifies JWTs that an identity provider issues to callers, with the keys that it publishes.
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { CallerConfig } from '../../config/config.ts';
import { onceAMinute } from '../../upstream/once-a-minute.ts';
import type { Logger } from '../logger.ts';
import { KeySet } from './key-set.ts';

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

/** Why a token is rejected, as it is logged: never with a part of the token. */
const REASONS = {
  malformed: 'it is malformed',
  algorithm: 'its algorithm is not allowed',
  key: 'IMAGE_GRAPH_JWT_JWKS_URL has no key for it',
  signature: 'its signature is wrong',
  issuer: 'its issuer is not IMAGE_GRAPH_JWT_ISSUER',
  audience: 'its audience is not IMAGE_GRAPH_JWT_AUDIENCE',
  expired: 'it has expired',
  early: 'it does not hold yet',
  claims: 'a claim is missing or malformed (iss, aud, exp, nbf, sub)',
} as const;
type Reason = keyof typeof REASONS;

/** No key verifies the token. */
class NoKey extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(REASONS[reason]);
    this.reason = reason;
  }
}

type JwtConfig = NonNullable<CallerConfig['jwt']>;

/** Verifies signature, issuer, audience and time of tokens. */
export class JwtVerifier {
  readonly #config: JwtConfig;
  readonly #keys: KeySet;
  readonly #log: (line: string) => void;
  constructor(config: JwtConfig, logger: Logger) {
    this.#config = config;
    this.#keys = new KeySet(config.jwksUrl, (keys) =>
      logger.info('The keys of IMAGE_GRAPH_JWT_JWKS_URL have changed.', { keys }),
    );
    this.#log = onceAMinute((line) => logger.info(line));
  }

  /** Shape: the subject of a valid token; undefined for any other. Errors: rejects with KeysUnavailable. */
  async subjectOf(token: string): Promise<string | undefined> {
    try {
      const { sub } = (await this.#verify(token)) as { sub: unknown };
      if (typeof sub === 'string' && sub !== '') return sub;
      this.#reject('claims');
    } catch (error) {
      const reason = reasonOf(error);
      if (!reason) throw error;
      this.#reject(reason);
    }
    return undefined;
  }

  /** The claims of a token, with the first key that matches its signature. Errors: rejects with what `reasonOf` knows, or KeysUnavailable. */
  async #verify(token: string): Promise<JWTPayload> {
    const { issuer, audience } = this.#config;
    const options = {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE,
      requiredClaims: ['exp', 'sub'],
    };
    let keys: AsyncGenerator<CryptoKey> | undefined;
    let failure: Reason = 'key';
    let hasKey = false;
    const nextKey: JWTVerifyGetKey<CryptoKey> = async (header) => {
      hasKey = false;
      keys ??= this.#keys.candidatesFor(header);
      const { value: key } = await keys.next();
      if (!key) throw new NoKey(failure);
      hasKey = true;
      return key;
    };
    for (;;) {
      try {
        return (await jwtVerify(token, nextKey, options)).payload;
      } catch (error) {
        if (error instanceof errors.JWSSignatureVerificationFailed) failure = 'signature';
        // With a key in hand, anything else but an error of jose is about that key, which cannot be used.
        else if (error instanceof errors.JOSEError || !hasKey) throw error;
      }
    }
  }

  #reject(reason: Reason): void {
    this.#log(`A JWT was rejected: ${REASONS[reason]}.`);
  }
}

/** Why a token is invalid; undefined for an error that is not about the token. */
function reasonOf(error: unknown): Reason | undefined {
  if (error instanceof NoKey) return error.reason;
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  if (error instanceof errors.JWTClaimValidationFailed)
    return (error.reason === 'check_failed' ? CHECKED_CLAIMS[error.claim] : undefined) ?? 'claims';
  return error instanceof errors.JOSEError ? 'malformed' : undefined;
}

/** What is wrong with a token whose claim is not what it must be. */
const CHECKED_CLAIMS: Readonly<Record<string, Reason>> = { iss: 'issuer', aud: 'audience', nbf: 'early' };
