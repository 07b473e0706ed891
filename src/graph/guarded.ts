// Settles promises of values that are metered, and guards them: compiled code does not notice when it throws on a value.
import type { Meter } from './meter.ts';

type Settle = (outcome: unknown) => unknown;

/** What becomes of a promise: `onValue` makes a value of its value, `onError` of its error. */
export function settledWith(promise: Promise<unknown>, onValue: Settle, onError: Settle, { compiled }: Meter): unknown {
  return compiled ? new Guarded(promise, onValue, onError, compiled) : promise.then(onValue, onError);
}

/** A promise that never rejects, as compiled code may await it. */
export const guarded = (promise: Promise<unknown>, meter: Meter): unknown =>
  meter.compiled ? new Guarded(promise, itself, itself, meter.compiled) : promise;

const itself: Settle = (value) => value;

/** Compiled code calls `then` once, and looks at nothing that it returns: what it throws ends its run. */
class Guarded {
  readonly #promise: Promise<unknown>;
  readonly #onValue: Settle;
  readonly #onError: Settle;
  readonly #run: NonNullable<Meter['compiled']>;
  constructor(promise: Promise<unknown>, onValue: Settle, onError: Settle, run: NonNullable<Meter['compiled']>) {
    this.#promise = promise;
    this.#onValue = onValue;
    this.#onError = onError;
    this.#run = run;
  }

  // biome-ignore lint/suspicious/noThenProperty: compiled code takes what has this method for a promise
  then(next: Settle): void {
    void this.#promise.then(
      (value) => this.#pass(this.#onValue, value, next),
      (error) => this.#pass(this.#onError, error, next),
    );
  }

  #pass(settle: Settle, outcome: unknown, next: Settle): void {
    try {
      const value = settle(outcome);
      if (value instanceof Promise) void value.then((later) => this.#pass(itself, later, next));
      else next(value);
    } catch (error) {
      this.#run.fail(error);
    }
  }
}
