// Shares a call in flight between all operations of one caller that make it, and its response with those that had begun before it was made,
// as long as one that has it goes on. A call goes on while one operation waits for it; each waits by its own deadline, and is charged with
// the memory of the response as if it had made the call alone.
import type { Service } from '../config/services.ts';
import type { Call } from './call.ts';
import type { Cancellable, Cancellation, CancelReason } from './cancellation.ts';
import { UpstreamError } from './errors.ts';
import type { CallWaiters } from './transport/attempt.ts';
import type { ExchangeFailure } from './transport/exchange.ts';
import type { FairQueue, Waiting as Queued } from './transport/fair-queue.ts';
import { errorFromFailure, type Result, type UpstreamResponse } from './transport/response.ts';
import type { CallMemory, OperationMemory } from './transport/response-memory.ts';

/** What an operation waits with. */
export interface Waiting {
  readonly cancellation: Cancellation;
  readonly memory: OperationMemory;
}

/** An operation that waits for calls. */
export interface WaitingOperation extends Waiting {
  /** When it began, as `SharedCalls.now` told it. */
  readonly begunAt: number;
}

interface Waiter extends Waiting, Cancellable {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes a call for those who wait for it. */
export type MakeCall = (waiters: SharedCall) => Promise<Result>;

/** The calls of one cloud that are in flight, and those whose responses are in use. */
export class SharedCalls {
  /** Calls that were not made, as the same call was in flight. */
  shared = 0;
  readonly #isOn: boolean;
  readonly #timeoutMs: number;
  /** The calls of each caller by their key: no key of one caller is ever compared with that of another. */
  readonly #callers = new Map<string, Map<string, SharedCall>>();
  #now = 0;

  constructor({ shareCalls, timeoutMs }: { readonly shareCalls: boolean; readonly timeoutMs: number }) {
    this.#isOn = shareCalls;
    this.#timeoutMs = timeoutMs;
  }

  /** A time that is later than all before, for the order in which operations begin and calls are made. */
  now(): number {
    return ++this.#now;
  }

  /** Callers with calls in flight, or with responses in use. */
  get callers(): number {
    return this.#callers.size;
  }

  /**
   * Waits for the call of this caller under this key, or makes it. `caller` stands for its credentials and project, and `key` for all
   * that is sent or decides the result. Errors: rejects as `make` does.
   */
  wait(caller: string, key: string, call: Call, waiting: WaitingOperation, make: MakeCall): Promise<Result> {
    if (!this.#isOn) return new SharedCall(call, this.#timeoutMs).begin(waiting, make);
    let calls = this.#callers.get(caller);
    const found = calls?.get(key);
    if (found?.isOpenTo(waiting)) {
      this.shared++;
      return found.join(waiting);
    }
    if (!calls) {
      calls = new Map();
      this.#callers.set(caller, calls);
    }
    const made = new SharedCall(call, this.#timeoutMs, this.now(), () => {
      if (calls.get(key) === made) this.forget(caller, key);
    });
    calls.set(key, made);
    return made.begin(waiting, make);
  }

  /** Ends the sharing of a call. The next operation makes it again. */
  forget(caller: string, key: string): void {
    const calls = this.#callers.get(caller);
    if (calls?.delete(key) && calls.size === 0) this.#callers.delete(caller);
  }
}

/** A call, and the operations that wait for it or use its response: one for most calls. */
export class SharedCall implements CallWaiters, CallMemory {
  /** What it is doing, in the words of its errors. */
  operation: string;
  readonly #service: Service;
  readonly #timeoutMs: number;
  readonly #madeAt: number;
  /** Called when nobody else may join: the call has failed, or nobody waits for it or uses its response any more. */
  readonly #onEnd: (() => void) | undefined;
  readonly #waiters: Waiter[] = [];
  #reason: CancelReason | undefined;
  /** The step that the call is at: one at a time. */
  #step: Cancellable | undefined;
  /** Bytes that each waiter is charged with. */
  #held = 0;
  /** Its response, once it is there. */
  #response: UpstreamResponse | undefined;
  /** Where its attempt waits for its turn. */
  #queue: FairQueue | undefined;
  #queued: Queued | undefined;

  constructor(call: Call, timeoutMs: number, madeAt = 0, onEnd?: () => void) {
    this.operation = call.operation;
    this.#service = call.service;
    this.#timeoutMs = timeoutMs;
    this.#madeAt = madeAt;
    this.#onEnd = onEnd;
  }

  begin(waiting: Waiting, make: MakeCall): Promise<Result> {
    const result = this.join(waiting);
    if (this.#waiters.length === 0) this.#onEnd?.();
    else
      make(this).then(
        (made) => this.#end((waiter) => waiter.resolve(made), made),
        (error: unknown) => this.#end((waiter) => waiter.reject(error)),
      );
    return result;
  }

  /** Whether an operation may join: once there is a response, one that had begun before the call was made. */
  isOpenTo({ begunAt }: WaitingOperation): boolean {
    return !this.#response || begunAt < this.#madeAt;
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
      if (this.#response) resolve(this.#response);
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
    if (this.#response) {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      if (this.#waiters.length === 0) this.#onEnd?.();
      return;
    }
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

  /** The operations stay with a response that others may get, until they end. */
  #end(tell: (waiter: Waiter) => void, result?: Result): void {
    if (this.#onEnd && result && !(result instanceof UpstreamError)) this.#response = result;
    else this.#onEnd?.();
    for (const waiter of this.#waiters) {
      if (!this.#response) waiter.cancellation.delete(waiter);
      tell(waiter);
    }
  }

  #errorOf(failure: ExchangeFailure): UpstreamError {
    const call = { service: this.#service, operation: this.operation };
    return errorFromFailure(call, failure, { timeoutMs: this.#timeoutMs, hadTime: false });
  }
}
