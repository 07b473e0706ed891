// How often a service is asked again: a share of what it is asked anyway, so that an outage is not made worse by those who wait for its
// end. Knows not what is asked, nor which failures are worth another attempt.
import type { RetryConfig } from '../../config/config.ts';

/** Retries that are granted however little is asked. */
const LEAST = 3;
/** Milliseconds over which calls and retries are held against each other, and retries within them that are no burden to anybody. */
const PERIOD_MS = 10_000;
const HARMLESS = 20;

/** Calls, and how many of them were made again. */
interface Count {
  calls: number;
  retries: number;
}

/** The calls of one service and their retries: those under way, those since its last good answer, and those of some seconds. */
export class RetryBudget {
  readonly #config: RetryConfig;
  #active = 0;
  #retrying = 0;
  #sinceGood: Count = { calls: 0, retries: 0 };
  #lately: Count = { calls: 0, retries: 0 };
  #latelyUntil = 0;

  constructor(config: RetryConfig) {
    this.#config = config;
  }

  /** A call begins; it owes one `end`. */
  begin(): void {
    const now = performance.now();
    if (now >= this.#latelyUntil) {
      this.#lately = { calls: this.#active, retries: 0 };
      this.#latelyUntil = now + PERIOD_MS;
    }
    this.#active++;
    this.#sinceGood.calls++;
    this.#lately.calls++;
  }

  /** A call has ended for good. A good end shows that this is no outage of everything. */
  end(isGood: boolean): void {
    this.#active--;
    if (isGood) this.#sinceGood = { calls: this.#active, retries: 0 };
  }

  /** Whether there may be another attempt, after whatever it has to wait for. Shape: the function that returns one that was not made. */
  grant(): (() => void) | undefined {
    const [sinceGood, lately] = [this.#sinceGood, this.#lately];
    if (sinceGood.retries + 1 >= this.#allowance(sinceGood)) return undefined;
    if (lately.retries + 1 >= Math.max(HARMLESS, this.#allowance(lately))) return undefined;
    sinceGood.retries++;
    lately.retries++;
    return () => {
      sinceGood.retries--;
      lately.retries--;
    };
  }

  /** Whether an attempt that was granted may begin now; it then owes one `endRetry`. Those that only wait keep nobody from it. */
  beginRetry(): boolean {
    if (this.#retrying >= Math.max(LEAST, this.#config.share * this.#active)) return false;
    this.#retrying++;
    return true;
  }

  endRetry(): void {
    this.#retrying--;
  }

  /** What the retries stay under. */
  #allowance({ calls }: Count): number {
    return LEAST + this.#config.share * calls;
  }
}
