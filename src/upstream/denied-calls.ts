// Remembers for a minute which calls a cloud denies to which callers, so that they are not repeated for each operation.
import { LRUCache } from 'lru-cache';

const TTL_MS = 60_000;
const MAX_ENTRIES = 10_000;
const CLOCK = { now: () => performance.now() };

/** The denied calls of one cloud, each under a key of call and caller. */
export class DeniedCalls {
  readonly #keys = new LRUCache<string, true>({ max: MAX_ENTRIES, ttl: TTL_MS, ttlResolution: 0, perf: CLOCK });

  add(key: string): void {
    this.#keys.set(key, true);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }
}
