// Shares a call in flight between all operations of one caller that make it, and its response with those that had begun before it was made,
// as long as one that has it goes on. A call goes on while one operation waits for it; each waits by its own deadline, and is charged with
// the memory of the response as if it had made the call alone.
import type { Service } from '../config/services.ts';
import type { Call } from './call.ts';
import type { AttemptRecord } from './call-record.ts';
import type { Cancellable, Cancellation, CancelReason } from './cancellation.ts';
import { UpstreamError } from './errors.ts';
import type { CallWaiters } from './transport/attempt.ts';
import type { ExchangeFailure } from './transport/exchange.ts';
import type { FairQueue, Waiting as Queued } from './transport/fair-queue.ts';
import { errorFromFailure, type Result, type UpstreamResponse } from './transport/response.ts';
import type { CallMemory, OperationMemory } from './transport/response-memory.ts';

/** Who is told how a call has ended, once: its result, or what was thrown while it was made. */
export interface ResultReceiver {
  onResult(result: Result): void;
  onError(error: unknown): void;
}

/** An operation that waits for a call, or uses its response. What it is told it takes without throwing. */
export abstract class Waiter implements Cancellable, ResultReceiver {
  readonly cancellation: Cancellation;
  readonly memory: OperationMemory;
  /** The call, once it waits for it. */
  #call: SharedCall | undefined;

  constructor(cancellation: Cancellation, memory: OperationMemory) {
    this.cancellation = cancellation;
    this.memory = memory;
  }

  /** Makes the call for all who wait for it, and tells it the result. Called where it is not in flight. */
  abstract make(call: SharedCall): void;
  abstract onResult(result: Result): void;
  abstract onError(error: unknown): void;

  /** It joins a call in flight. */
  onJoin(): void {}

  waitFor(call: SharedCall): void {
    this.#call = call;
    this.cancellation.add(this);
  }

  /** It holds nothing of the call any more. */
  stopWaiting(): void {
    this.#call = undefined;
    this.cancellation.delete(this);
  }

  cancel(reason: CancelReason): void {
    this.#call?.leave(this, reason);
  }
}

/** The calls of one cloud that are in flight, and those whose responses are in use. */
export class SharedCalls {
  /** Calls that were not made, as the same call was shared. */
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
   * that is sent or decides the result. `begunAt` is when the operation began, as `now` told it.
   */
  wait(caller: string, key: string, call: Call, waiter: Waiter, begunAt: number): void {
    if (!this.#isOn) {
      new SharedCall(call, this.#timeoutMs).begin(waiter);
      return;
    }
    let calls = this.#callers.get(caller);
    const found = calls?.get(key);
    if (found?.isOpenTo(begunAt)) {
      this.shared++;
      waiter.onJoin();
      found.join(waiter);
      return;
    }
    if (!calls) {
      calls = new Map();
      this.#callers.set(caller, calls);
    }
    const made = new SharedCall(call, this.#timeoutMs, this.now(), () => {
      if (calls.get(key) === made) this.forget(caller, key);
    });
    calls.set(key, made);
    made.begin(waiter);
  }

  /** Ends the sharing of a call. The next operation makes it again. */
  forget(caller: string, key: string): void {
    const calls = this.#callers.get(caller);
    if (calls?.delete(key) && calls.size === 0) this.#callers.delete(caller);
  }
}

/** A call, and the operations that wait for it or use its response: one for most calls. */
export class SharedCall implements CallWaiters, CallMemory, ResultReceiver, Queued {
  /** What it is doing, in the words of its errors. */
  operation: string;
  /** Those that have ended. */
  readonly attempts: AttemptRecord[] = [];
  readonly #service: Service;
  readonly #timeoutMs: number;
  readonly #madeAt: number;
  /** Called when nobody else may join: the call has failed, or nobody waits for it or uses its response any more. */
  readonly #onEnd: (() => void) | undefined;
  #waiters: Waiter[] = [];
  #reason: CancelReason | undefined;
  /** The step that the call is at: one at a time. */
  #step: Cancellable | undefined;
  /** Bytes that each waiter is charged with. */
  #held = 0;
  /** Its response, once it is there and others may get it. */
  #response: UpstreamResponse | undefined;
  /** The attempt that waits for its turn, and where. */
  #attempt: Queued | undefined;
  #queue: FairQueue | undefined;

  constructor(call: Call, timeoutMs: number, madeAt = 0, onEnd?: () => void) {
    this.operation = call.operation;
    this.#service = call.service;
    this.#timeoutMs = timeoutMs;
    this.#madeAt = madeAt;
    this.#onEnd = onEnd;
  }

  begin(waiter: Waiter): void {
    this.join(waiter);
    if (this.#waiters.length === 0) {
      this.#onEnd?.();
      return;
    }
    try {
      waiter.make(this);
    } catch (error) {
      this.onError(error);
    }
  }

  /** Whether an operation may join: once there is a response, one that had begun before the call was made. */
  isOpenTo(begunAt: number): boolean {
    return !this.#response || begunAt < this.#madeAt;
  }

  /** Waits for the result. One that leaves before, or has no memory for the response, gets an error of its own. */
  join(waiter: Waiter): void {
    const { cancellation, memory } = waiter;
    const failure = cancellation.reason ?? memory.take(this.#held);
    if (failure) {
      waiter.onResult(this.#errorOf(failure));
      return;
    }
    if (this.#waiters.length === 0) this.#waiters = [waiter];
    else this.#waiters.push(waiter);
    waiter.waitFor(this);
    if (this.#response) waiter.onResult(this.#response);
    // Under its own turn, too, so that a small operation is not delayed by a large one whose call it shares.
    if (this.#attempt) this.#queue?.enter(cancellation, this);
  }

  /**
   * Ends the call with its result, or with what was thrown while it was made, unless nobody waits any more. The operations stay with a
   * response that others may get, until they end.
   */
  onResult(result: Result): void {
    if (this.#reason) return;
    if (this.#onEnd && !(result instanceof UpstreamError)) this.#response = result;
    else this.#end();
    for (const waiter of this.#waiters) waiter.onResult(result);
  }
  onError(error: unknown): void {
    if (this.#reason) return;
    this.#end();
    for (const waiter of this.#waiters) waiter.onError(error);
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

  addAttempt(attempt: AttemptRecord): void {
    this.attempts.push(attempt);
  }

  add(step: Cancellable): void {
    this.#step = step;
  }

  delete(step: Cancellable): void {
    if (this.#step === step) this.#step = undefined;
  }

  /** Enters a queue once for each waiter: the first turn of one of them starts the attempt, and the others find it started. */
  enter(queue: FairQueue, attempt: Queued): void {
    this.#queue = queue;
    this.#attempt = attempt;
    for (const { cancellation } of this.#waiters) {
      if (this.#attempt !== attempt) return;
      queue.enter(cancellation, this);
    }
  }

  /** The turn of one of the waiters has come. */
  start(): boolean {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    return attempt?.start() ?? false;
  }

  /** Each waiter has left the queue by itself. */
  abandon(): void {
    this.#attempt = undefined;
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
      waiter.onResult(this.#errorOf(failure));
      this.#drop(waiter);
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

  /** Ends the wait of one operation, and with that of the last one the call; or its use of the response. */
  leave(waiter: Waiter, reason: CancelReason): void {
    if (this.#response) {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      if (this.#waiters.length === 0) this.#onEnd?.();
      return;
    }
    if (this.#attempt) this.#queue?.abandon(waiter.cancellation);
    waiter.onResult(this.#errorOf(reason));
    if (this.#waiters.length === 1) {
      this.#reason = reason;
      this.#onEnd?.();
      this.#step?.cancel(reason);
    }
    this.#drop(waiter);
  }

  /** Forgets an operation that has got an error of its own. */
  #drop(waiter: Waiter): void {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    waiter.stopWaiting();
    waiter.memory.give(this.#held);
  }

  #end(): void {
    this.#onEnd?.();
    for (const waiter of this.#waiters) waiter.stopWaiting();
  }

  #errorOf(failure: ExchangeFailure): UpstreamError {
    const call = { service: this.#service, operation: this.operation };
    return errorFromFailure(call, failure, { timeoutMs: this.#timeoutMs, hadTime: false });
  }
}
