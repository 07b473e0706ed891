// Turns requests away while the process has more to do than it can do in time: a few are refused at once, instead of all becoming slow.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { overloaded } from '../graph/errors.ts';
import { refusal } from './refusal.ts';

/** Milliseconds between two looks at the event loop. */
const TICK_MS = 10;
/** Milliseconds without requests after which nobody looks. */
const IDLE_MS = 1_000;
/** Milliseconds for which a server that turned somebody away says that it is overloaded: long enough to be seen by whoever asks. */
const MEMORY_MS = 1_000;

/**
 * How late the event loop comes to its timers, which every request has to wait several times over. One late tick may be a pause of the
 * garbage collector; two in a row are a queue.
 */
export class EventLoopDelay {
  readonly #maximumMs: number;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #latest = 0;
  #before = 0;
  #requestAt = 0;
  #refusedAt = -Infinity;

  constructor(maximumMs: number) {
    this.#maximumMs = maximumMs;
  }

  /** Whether a request that has come should be turned away. */
  refuses(): boolean {
    const now = performance.now();
    this.#requestAt = now;
    if (!this.#timer) this.#watch(now);
    const isLate = this.#latest > this.#maximumMs;
    const refuses = isLate && (this.#before > this.#maximumMs || now - this.#due > this.#maximumMs);
    if (refuses) this.#refusedAt = now;
    return refuses;
  }

  /** Whether requests are, or just were, turned away. */
  get isOverloaded(): boolean {
    return performance.now() - this.#refusedAt < MEMORY_MS;
  }

  #watch(now: number): void {
    this.#due = now + TICK_MS;
    this.#latest = 0;
    this.#timer = setInterval(() => this.#tick(performance.now()), TICK_MS).unref();
  }

  #tick(now: number): void {
    this.#before = this.#latest;
    this.#latest = now - this.#due;
    this.#due = now + TICK_MS;
    if (now - this.#requestAt < IDLE_MS) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

const REFUSAL = refusal(503, overloaded('The server has more to do than it can do in time: come again in a second.'), {
  'retry-after': '1',
});
const HEADERS = Object.fromEntries(REFUSAL.headers);
const BODY = await REFUSAL.text();

/** Answers a request that is turned away; of its body nothing is read. */
export function turnAway(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, HEADERS).end(BODY);
}
