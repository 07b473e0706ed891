// Counts the operations of callers in a sliding minute: two windows of a minute each, the current one and the share of the one before
// that still counts. redis-rate.ts does the same for several processes together.
import { LRUCache } from 'lru-cache';

export const WINDOW_MS = 60_000;

export interface RateCounter {
  /** Counts an operation, unless the caller has had `max` of them. Shape: 0 when it was counted; else milliseconds until the next one is allowed. */
  take(caller: string, max: number): number | Promise<number>;
}

/** Milliseconds until an operation is allowed, by the counts of both windows. */
export function waitFor(previous: number, current: number, max: number, elapsed: number): number {
  if (previous * (1 - elapsed / WINDOW_MS) + current < max) return 0;
  // Within this window the previous one fades; a full window fades within the next one.
  const allowedAt = current < max ? WINDOW_MS * (1 - (max - current) / previous) : WINDOW_MS * (2 - max / current);
  // At that moment they still count, hence one millisecond more.
  return Math.max(0, allowedAt - elapsed) + 1;
}

interface Counts {
  readonly window: number;
  readonly previous: number;
  current: number;
}

/** Callers that are kept; the least recently active are dropped first. */
const MAX_CALLERS = 100_000;

/** The counter of one process. Its minutes are those of the monotonic clock. */
export class LocalRate implements RateCounter {
  readonly #callers: LRUCache<string, Counts>;

  /** `share` is the part of the callers that the memory allows. */
  constructor(share: number) {
    this.#callers = new LRUCache({ max: Math.ceil(share * MAX_CALLERS) });
  }

  take(caller: string, max: number): number {
    const now = performance.now();
    const window = Math.floor(now / WINDOW_MS);
    const known = this.#callers.get(caller);
    const counts = known?.window === window ? known : next(known, window);
    const wait = waitFor(counts.previous, counts.current, max, now % WINDOW_MS);
    if (wait === 0) counts.current++;
    if (counts !== known) this.#callers.set(caller, counts);
    return wait;
  }
}

const next = (known: Counts | undefined, window: number): Counts => ({
  window,
  previous: known?.window === window - 1 ? known.current : 0,
  current: 0,
});
