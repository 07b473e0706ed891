// How often a caller has asked within the last minute, by two windows of a minute each: the one that runs, and the share of the one
// before that still counts. Knows not what is asked; where several processes count together: redis-rate.ts.

export const WINDOW_MS = 60_000;

/** Counts a request, unless the caller has had as many as he may. */
export interface RateCounter {
  /** Milliseconds until the next one is allowed; 0 when this one is, and has been counted. */
  take(caller: string, max: number, now: number): number | Promise<number>;
}

/** Milliseconds until a caller may ask again, by his counts in both windows. */
export function waitFor(previous: number, current: number, max: number, elapsed: number): number {
  if (previous * (1 - elapsed / WINDOW_MS) + current < max) return 0;
  // Within this window the old requests fade; a full window fades within the next one.
  const atOnce = current < max ? WINDOW_MS * (1 - (max - current) / previous) : WINDOW_MS * (2 - max / current);
  // At that moment they still count.
  return Math.max(0, atOnce - elapsed) + 1;
}

interface Counts {
  readonly window: number;
  readonly previous: number;
  current: number;
}

/** Callers that are kept; beyond it the one who has not asked for the longest time is forgotten. */
const MAXIMUM_CALLERS = 100_000;

/** The counter of one process. */
export class LocalRate implements RateCounter {
  readonly #callers = new Map<string, Counts>();

  take(caller: string, max: number, now: number): number {
    const window = Math.floor(now / WINDOW_MS);
    const known = this.#callers.get(caller);
    const counts = known?.window === window ? known : next(known, window);
    const wait = waitFor(counts.previous, counts.current, max, now % WINDOW_MS);
    if (wait === 0) counts.current++;
    this.#callers.delete(caller);
    this.#callers.set(caller, counts);
    const [oldest] = this.#callers.keys();
    if (oldest !== undefined && this.#callers.size > MAXIMUM_CALLERS) this.#callers.delete(oldest);
    return wait;
  }
}

const next = (known: Counts | undefined, window: number): Counts => ({
  window,
  previous: known?.window === window - 1 ? known.current : 0,
  current: 0,
});
