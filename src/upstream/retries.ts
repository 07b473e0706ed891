// How often a service is asked again: a share of what it is asked anyway, so that an outage is not made worse by those who wait for its
// end. Knows not what is asked, nor which failures are worth another attempt.
import type { RetryConfig } from '../config.ts';

/** Retries that are granted however little is asked. */
const LEAST = 3;

/** The calls of one service and their retries: those that go on now, and those since the service last answered as it should. */
export class RetryBudget {
  readonly #config: RetryConfig;
  #active = 0;
  #retrying = 0;
  #calls = 0;
  #retries = 0;

  constructor(config: RetryConfig) {
    this.#config = config;
  }

  /** A call begins; it owes one `end`. */
  begin(): void {
    this.#active++;
    this.#calls++;
  }

  /** A call has ended for good. A healthy end shows that there is no outage: the count begins anew. */
  end(isHealthy: boolean): void {
    this.#active--;
    if (!isHealthy) return;
    this.#calls = this.#active;
    this.#retries = 0;
  }

  /** Whether there may be another attempt, after whatever it has to wait for: an outage is given up to a number of them. */
  grant(): boolean {
    if (this.#retries + 1 > LEAST + this.#config.share * this.#calls) return false;
    this.#retries++;
    return true;
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
}
