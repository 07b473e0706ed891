// The keys that an identity provider publishes: fetched when they are needed, kept for a while, and chosen for a token.
import {
  type CompactJWSHeaderParameters,
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWK,
  jwksCache,
} from 'jose';
import { USER_AGENT } from '../../config/user-agent.ts';
import { createFetch } from '../../upstream/transport/fetch.ts';

/** Milliseconds in which the provider must send its keys, and for which they are kept. */
const TIMEOUT_MS = 3_000;
const TTL_MS = 10 * 60_000;
/** Milliseconds in which no further request is made after one that took nearly as long as it may. */
const PAUSE_MS = 5_000;
const MAX_BYTES = 1_000_000;
/** Keys that are tried for one token. */
const MAX_TRIED_KEYS = 20;
/** RFC 7518, 3.3. */
const MIN_RSA_BITS = 2048;

/** The provider's keys cannot be fetched, so no token can be verified. */
export class KeysUnavailable extends Error {}

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

export class KeySet {
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  /** The key set as it was fetched last. */
  readonly #fetched: { jwks?: JSONWebKeySet } = {};
  #named: LocalKeySet = createLocalJWKSet({ keys: [] });
  #unnamed: LocalKeySet = this.#named;
  #pausedUntil = 0;

  constructor(url: string) {
    this.#remote = createRemoteJWKSet(new URL(url), {
      timeoutDuration: TIMEOUT_MS,
      cacheMaxAge: TTL_MS,
      headers: { 'user-agent': USER_AGENT },
      [customFetch]: fetchKeys(),
      [jwksCache]: this.#fetched as Record<string, never>,
    });
  }

  /**
   * The keys that may have signed a token: those of its `kid`, then those without one, and the same of a new key set, if the token
   * names no key of the last one. Errors: throws KeysUnavailable.
   */
  async *candidatesFor({ alg, kid }: CompactJWSHeaderParameters): AsyncGenerator<CryptoKey> {
    // jose does not look at its type.
    if (kid !== undefined && typeof kid !== 'string') return;
    if (!this.#remote.fresh) await this.#reload();
    for (let isKnown = false; ; await this.#reload()) {
      let left = MAX_TRIED_KEYS;
      for await (const key of usableKeys(this.#named, kid === undefined ? { alg } : { alg, kid })) {
        isKnown = kid !== undefined;
        yield key;
        if (--left === 0) return;
      }
      for await (const key of usableKeys(this.#unnamed, { alg })) {
        yield key;
        if (--left === 0) break;
      }
      if (isKnown || this.#remote.coolingDown) return;
    }
  }

  async #reload(): Promise<void> {
    if (Date.now() < this.#pausedUntil) throw new KeysUnavailable();
    const startedAt = performance.now();
    try {
      await this.#remote.reload();
    } catch {
      // A provider that does not respond would otherwise delay each request.
      if (performance.now() - startedAt > TIMEOUT_MS / 2) this.#pausedUntil = Date.now() + PAUSE_MS;
      throw new KeysUnavailable();
    }
    const { keys = [] } = this.#fetched.jwks ?? {};
    const isNamed = ({ kid }: JWK) => typeof kid === 'string';
    this.#named = createLocalJWKSet({ keys: keys.filter(isNamed) });
    this.#unnamed = createLocalJWKSet({ keys: keys.filter((key) => !isNamed(key)) });
  }
}

/** The keys of a set that can be used for this header. What is broken among them is left out. */
async function* usableKeys(keys: LocalKeySet, header: CompactJWSHeaderParameters): AsyncGenerator<CryptoKey> {
  try {
    const key = await keys(header);
    if (isStrong(key)) yield key;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return;
    for await (const key of error) if (isStrong(key)) yield key;
  }
}

/** Whether a key is long enough to be used; jose throws for others. */
const isStrong = ({ algorithm }: CryptoKey) =>
  !('modulusLength' in algorithm) || Number(algorithm.modulusLength) >= MIN_RSA_BITS;

/** Fetches a key set, and leaves out what is not an object among its keys: jose would reject the whole set. 203 counts as 200. */
function fetchKeys(): FetchImplementation {
  const fetch = createFetch(TIMEOUT_MS, MAX_BYTES);
  return async (url, { headers, ...init }) => {
    const response = await fetch(url, { ...init, headers: [...headers] });
    const json = async () => {
      const body = (await response.json()) as { keys?: unknown } | null;
      return Array.isArray(body?.keys) ? { keys: body.keys.filter(isObject).map(forVerifying) } : body;
    };
    // jose takes 200 alone; 203 is that of a proxy which has changed the response (RFC 9110, 15.3.4).
    return { status: response.status === 203 ? 200 : response.status, json } as Response;
  };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A key as jose takes it: without members that are null or empty, as some providers send them, and without further operations
 * than to verify.
 */
function forVerifying(key: object): object {
  const { key_ops: operations, ...members } = Object.fromEntries(
    Object.entries(key).filter(([, value]) => isFilled(value)),
  );
  return operations === undefined || [operations].flat().includes('verify')
    ? members
    : { ...members, key_ops: operations };
}

const isFilled = (value: unknown) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
