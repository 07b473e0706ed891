// The retry budget of one service: limits retries to a share of its calls, so that they do not make an outage worse.
import type { RetryConfig } from '../../config/config.ts';

/** Retries that are allowed however few calls there are. */
const MIN_RETRIES = 3;
/** Milliseconds of the window in which calls and retries are counted. */
const WINDOW_MS = 10_000;
/** Retries in a window that the share does not limit: this few are harmless. */
const FREE_RETRIES_PER_WINDOW = 20;

interface Counts {
  calls: number;
  retries: number;
}

/** Counts calls and retries three ways: in flight, since the last success, and in the current window. */
export class RetryBudget {
  readonly #config: RetryConfig;
  #callsInFlight = 0;
  #retriesInFlight = 0;
  #sinceSuccess: Counts = { calls: 0, retries: 0 };
  #window: Counts = { calls: 0, retries: 0 };
  #windowEndsAt = 0;

  constructor(config: RetryConfig) {
    this.#config = config;
  }

  /** Counts a call that begins; each needs one `endCall`. */
  beginCall(): void {
    const now = performance.now();
    if (now >= this.#windowEndsAt) {
      this.#window = { calls: this.#callsInFlight, retries: 0 };
      this.#windowEndsAt = now + WINDOW_MS;
    }
    this.#callsInFlight++;
    this.#sinceSuccess.calls++;
    this.#window.calls++;
  }

  /** Counts a call that has ended, retries included. */
  endCall(isSuccess: boolean): void {
    this.#callsInFlight--;
    if (!isSuccess) return;
    // Retries that are given back later belong to the counts that they were taken from.
    if (this.#sinceSuccess.retries === 0) this.#sinceSuccess.calls = this.#callsInFlight;
    else this.#sinceSuccess = { calls: this.#callsInFlight, retries: 0 };
  }

  /** Takes a retry out of the budget, before its pause. Shape: the function that gives it back unused; undefined when the budget is spent. */
  tryAcquire(): (() => void) | undefined {
    const [sinceSuccess, window] = [this.#sinceSuccess, this.#window];
    if (sinceSuccess.retries + 1 >= this.#allowance(sinceSuccess)) return undefined;
    if (window.retries + 1 >= Math.max(FREE_RETRIES_PER_WINDOW, this.#allowance(window))) return undefined;
    sinceSuccess.retries++;
    window.retries++;
    return () => {
      sinceSuccess.retries--;
      window.retries--;
    };
  }

  /** Whether an acquired retry may be sent now; each that is sent needs one `endRetry`. Retries in their pause do not count. */
  tryBeginRetry(): boolean {
    if (this.#retriesInFlight >= Math.max(MIN_RETRIES, this.#config.share * this.#callsInFlight)) return false;
    this.#retriesInFlight++;
    return true;
  }

  endRetry(): void {
    this.#retriesInFlight--;
  }

  /** The bound that retries stay below. */
  #allowance({ calls }: Counts): number {
    return MIN_RETRIES + this.#config.share * calls;
  }
}
