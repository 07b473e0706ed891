// Shares a call in flight between all operations of one caller that make it. It goes on while one of them waits for it; each waits by its
// own deadline, and is charged with the memory of the response as if it had made the call alone.
import type { Service } from '../config/services.ts';
import type { Call } from './call.ts';
import type { Cancellable, Cancellation, CancelReason } from './cancellation.ts';
import type { UpstreamError } from './errors.ts';
import type { CallWaiters } from './transport/attempt.ts';
import type { ExchangeFailure } from './transport/exchange.ts';
import type { FairQueue, Waiting as Queued } from './transport/fair-queue.ts';
import { errorFromFailure, type Result } from './transport/response.ts';
import type { CallMemory, OperationMemory } from './transport/response-memory.ts';

/** What an operation waits with. */
export interface Waiting {
  readonly cancellation: Cancellation;
  readonly memory: OperationMemory;
}

interface Waiter extends Waiting, Cancellable {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a call for those who wait for it. */
export type MakeCall = (waiters: SharedCall) => Promise<Result>;

/** The calls in flight of one cloud. */
export class SharedCalls {
  /** Calls that were not made, as the same call was in flight. */
  shared = 0;
  readonly #isOn: boolean;
  readonly #timeoutMs: number;
  /** The calls of each caller by their key: no key of one caller is ever compared with that of another. */
  readonly #callers = new Map<string, Map<string, SharedCall>>();

  constructor({ shareCalls, timeoutMs }: { readonly shareCalls: boolean; readonly timeoutMs: number }) {
    this.#isOn = shareCalls;
    this.#timeoutMs = timeoutMs;
  }

  /** Callers with calls in flight. */
  get callers(): number {
    return this.#callers.size;
  }

  /**
   * Waits for the call of this caller under this key that is in flight, or makes it. `caller` stands for its credentials and project, and
   * `key` for all that is sent or decides the result. Errors: rejects as `make` does.
   */
  wait(caller: string, key: string, call: Call, waiting: Waiting, make: MakeCall): Promise<Result> {
    if (!this.#isOn) return new SharedCall(call, this.#timeoutMs).begin(waiting, make);
    let calls = this.#callers.get(caller);
    const found = calls?.get(key);
    if (found) {
      this.shared++;
      return found.join(waiting);
    }
    if (!calls) {
      calls = new Map();
      this.#callers.set(caller, calls);
    }
    const made = new SharedCall(call, this.#timeoutMs, () => {
      if (calls.get(key) === made && calls.delete(key) && calls.size === 0) this.#callers.delete(caller);
    });
    calls.set(key, made);
    return made.begin(waiting, make);
  }
}

/** A call in flight, and the operations that wait for it: one for most calls. */
export class SharedCall implements CallWaiters, CallMemory {
  /** What it is doing, in the words of its errors. */
  operation: string;
  readonly #service: Service;
  readonly #timeoutMs: number;
  /** Called when nobody else may join: the call has ended, or nobody waits for it any more. */
  readonly #onEnd: (() => void) | undefined;
  readonly #waiters: Waiter[] = [];
  #reason: CancelReason | undefined;
  /** The step that the call is at: one at a time. */
  #step: Cancellable | undefined;
  /** Bytes that each waiter is charged with. */
  #held = 0;
  /** Where its attempt waits for its turn. */
  #queue: FairQueue | undefined;
  #queued: Queued | undefined;

  constructor(call: Call, timeoutMs: number, onEnd?: () => void) {
    this.operation = call.operation;
    this.#service = call.service;
    this.#timeoutMs = timeoutMs;
    this.#onEnd = onEnd;
  }

  begin(waiting: Waiting, make: MakeCall): Promise<Result> {
    const result = this.join(waiting);
    if (this.#waiters.length === 0) this.#onEnd?.();
    else
      make(this).then(
        (made) => this.#end((waiter) => waiter.resolve(made)),
        (error: unknown) => this.#end((waiter) => waiter.reject(error)),
      );
    return result;
  }

  /** Waits for the result. Shape: an error of its own for who leaves before, or has no memory for the response. */
  join({ cancellation, memory }: Waiting): Promise<Result> {
    const failure = cancellation.reason ?? memory.take(this.#held);
    if (failure) return Promise.resolve(this.#errorOf(failure));
    return new Promise((resolve, reject) => {
      const cancel = (reason: CancelReason) => this.#leave(waiter, reason);
      const waiter: Waiter = { cancellation, memory, resolve, reject, cancel };
      this.#waiters.push(waiter);
      cancellation.add(waiter);
      // Under its own turn, too, so that a small operation is not delayed by a large one whose call it shares.
      if (this.#queued) this.#queue?.enter(cancellation, this.#queued);
    });
  }

  /** Set once nobody waits any more. */
  get reason(): CancelReason | undefined {
    return this.#reason;
  }

  get timeoutMs(): number {
    return this.#latest((cancellation) => cancellation.timeoutMs);
  }

  get deadlineAt(): number {
    return this.#latest((cancellation) => cancellation.deadlineAt);
  }

  add(step: Cancellable): void {
    this.#step = step;
  }

  delete(step: Cancellable): void {
    if (this.#step === step) this.#step = undefined;
  }

  /** Enters a queue once for each waiter: the first turn of one of them starts the attempt, and the others find it started. */
  enter(queue: FairQueue, attempt: Queued): void {
    const queued: Queued = {
      start: () => {
        if (this.#queued !== queued) return false;
        this.#queued = undefined;
        return attempt.start();
      },
    };
    this.#queue = queue;
    this.#queued = queued;
    for (const { cancellation } of this.#waiters) {
      if (this.#queued !== queued) return;
      queue.enter(cancellation, queued);
    }
  }

  /** Each waiter has left the queue by itself. */
  abandon(): void {
    this.#queued = undefined;
  }

  isAmpleFor(bytes: number): boolean {
    return this.#waiters.every(({ memory }) => memory.isAmpleFor(bytes));
  }

  /** Takes bytes for every waiter. One that may have no more of them leaves, unless it is the last. */
  take(bytes: number): ReturnType<CallMemory['take']> {
    for (const waiter of [...this.#waiters]) {
      const failure = waiter.memory.take(bytes);
      if (!failure) continue;
      if (this.#waiters.length === 1) return failure;
      this.#drop(waiter, failure);
    }
    this.#held += bytes;
    return undefined;
  }

  give(bytes: number): void {
    this.#held -= bytes;
    for (const { memory } of this.#waiters) memory.give(bytes);
  }

  #latest(timeOf: (cancellation: Cancellation) => number): number {
    return Math.max(...this.#waiters.map(({ cancellation }) => timeOf(cancellation)));
  }

  #leave(waiter: Waiter, reason: CancelReason): void {
    if (this.#queued) this.#queue?.abandon(waiter.cancellation);
    if (this.#waiters.length === 1) {
      this.#reason = reason;
      this.#onEnd?.();
      this.#step?.cancel(reason);
    }
    this.#drop(waiter, reason);
  }

  /** Ends the wait of one operation with an error of its own. */
  #drop(waiter: Waiter, failure: ExchangeFailure): void {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    waiter.cancellation.delete(waiter);
    waiter.memory.give(this.#held);
    waiter.resolve(this.#errorOf(failure));
  }

  #end(tell: (waiter: Waiter) => void): void {
    this.#onEnd?.();
    for (const waiter of this.#waiters) {
      waiter.cancellation.delete(waiter);
      tell(waiter);
    }
  }

  #errorOf(failure: ExchangeFailure): UpstreamError {
    const call = { service: this.#service, operation: this.operation };
    return errorFromFailure(call, failure, { timeoutMs: this.#timeoutMs, hadTime: false });
  }
}
