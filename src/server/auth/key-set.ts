// The keys that an identity provider publishes: fetched when they are needed, kept for a while, and chosen for a token.
import { type CompactJWSHeaderParameters, createLocalJWKSet, errors, type JSONWebKeySet, type JWK } from 'jose';
import { digestOf } from '../../config/digest.ts';
import { isOver, later, type Moment, thisMoment } from '../../upstream/clocks.ts';
import { createJsonFetch } from '../../upstream/transport/fetch.ts';
import { KeysUnavailable } from './keys-unavailable.ts';

/** Milliseconds in which the provider must send its keys, and for which they are kept. */
const TIMEOUT_MS = 3_000;
const TTL_MS = 10 * 60_000;
/** Milliseconds in which no token leads to a further request after a successful one. */
const COOLDOWN_MS = 30_000;
/** The same after a failure: twice as long after each further one, and at least twice as long as the request took. */
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;
const MAX_BYTES = 1_000_000;
/** Keys of a set that are looked at, the first ones. */
const MAX_KEYS = 1_000;
/** Keys that are tried for one token. */
const MAX_TRIED_KEYS = 20;
/** RFC 7518, 3.3. */
const MIN_RSA_BITS = 2048;

type LocalKeySet = ReturnType<typeof createLocalJWKSet>;

const NO_KEYS = createLocalJWKSet({ keys: [] });

export class KeySet {
  readonly #url: string;
  readonly #fetch = createJsonFetch(TIMEOUT_MS, MAX_BYTES);
  readonly #onChange: (keys: number) => void;
  /** The digest of the last set. */
  #last: string | undefined;
  #named: LocalKeySet = NO_KEYS;
  #unnamed: LocalKeySet = NO_KEYS;
  #expiresAt: Moment | undefined;
  #reloading: Promise<void> | undefined;
  /** When the next request may be made, by the monotonic clock, and the pause before it. */
  #nextAt = 0;
  #pauseMs = 0;

  /** `onChange` gets the number of keys when another set takes the place of one. */
  constructor(url: string, onChange: (keys: number) => void) {
    this.#url = url;
    this.#onChange = onChange;
  }

  /**
   * The keys that may have signed a token: those of its `kid`, then those without one, and the same of a new key set, if the token
   * names no key of the last one. Errors: throws KeysUnavailable.
   */
  async *candidatesFor({ alg, kid }: CompactJWSHeaderParameters): AsyncGenerator<CryptoKey> {
    // jose does not look at its type.
    if (kid !== undefined && typeof kid !== 'string') return;
    if (this.#expiresAt === undefined || isOver(this.#expiresAt)) await this.#reload();
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
      const isCoolingDown = this.#pauseMs === 0 && performance.now() < this.#nextAt;
      if (isKnown || isCoolingDown) return;
    }
  }

  /** Fetches the keys: one request at once for all tokens, and none within the pause after a failure. Errors: throws KeysUnavailable. */
  #reload(): Promise<void> {
    if (this.#reloading) return this.#reloading;
    const left = this.#nextAt - performance.now();
    if (this.#pauseMs > 0 && left > 0) return Promise.reject(new KeysUnavailable(Math.ceil(left / 1000)));
    this.#reloading = this.#request().finally(() => (this.#reloading = undefined));
    return this.#reloading;
  }

  async #request(): Promise<void> {
    const sentAt = thisMoment();
    try {
      const keys = keysIn(await this.#fetch(this.#url));
      const isNamed = ({ kid }: JWK) => typeof kid === 'string';
      this.#named = createLocalJWKSet({ keys: keys.filter(isNamed) });
      this.#unnamed = createLocalJWKSet({ keys: keys.filter((key) => !isNamed(key)) });
      this.#expiresAt = later(sentAt, TTL_MS);
      this.#pauseMs = 0;
      this.#nextAt = performance.now() + COOLDOWN_MS;
      const text = digestOf(JSON.stringify(keys));
      if (this.#last !== undefined && this.#last !== text) this.#onChange(keys.length);
      this.#last = text;
    } catch {
      const now = performance.now();
      this.#pauseMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, 2 * this.#pauseMs, 2 * (now - sentAt.monotonic)));
      this.#nextAt = now + this.#pauseMs;
      throw new KeysUnavailable(Math.ceil(this.#pauseMs / 1000));
    }
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

/** The keys of a key set; what is not an object among them is left out. Errors: throws for anything but a key set. */
function keysIn(body: unknown): JSONWebKeySet['keys'] {
  const keys = isObject(body) && 'keys' in body ? body.keys : undefined;
  if (!Array.isArray(keys)) throw new TypeError('not a key set');
  return keys.slice(0, MAX_KEYS).filter(isObject).map(forVerifying) as JSONWebKeySet['keys'];
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
