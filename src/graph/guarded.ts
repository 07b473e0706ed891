// Guards promises that compiled code awaits: it does not notice when it throws on their values.
import type { Meter } from './meter.ts';

/** A promise as compiled code may await it: what is thrown then ends its run. Others get the promise itself. */
export const guarded = (promise: Promise<unknown>, meter: Meter): PromiseLike<unknown> =>
  meter.compiled ? new Guarded(promise, meter.compiled) : promise;

class Guarded implements PromiseLike<unknown> {
  readonly #promise: Promise<unknown>;
  readonly #run: NonNullable<Meter['compiled']>;
  constructor(promise: Promise<unknown>, run: NonNullable<Meter['compiled']>) {
    this.#promise = promise;
    this.#run = run;
  }

  // biome-ignore lint/suspicious/noThenProperty: compiled code calls it, and nothing else
  // biome-ignore lint/suspicious/noExplicitAny: the type of PromiseLike
  then(onValue: any, onError: any): any {
    return this.#promise.then(
      (value) => this.#call(onValue, value),
      (error) => this.#call(onError, error),
    );
  }

  #call(handler: (value: unknown) => void, value: unknown): void {
    try {
      handler(value);
    } catch (error) {
      this.#run.fail(error);
    }
  }
}
