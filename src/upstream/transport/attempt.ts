// One attempt of a call: it waits for its turn, is sent on a connection, and ends with a result.
import type { Headers } from '../auth/credentials.ts';
import type { Call, RawResponse } from '../call.ts';
import { type AttemptRecord, type NamedCall, resultOf } from '../call-record.ts';
import type { Cancellable, CancelReason } from '../cancellation.ts';
import { UpstreamError } from '../errors.ts';
import { Exchange, type ExchangeFailure, type ExchangeOptions } from './exchange.ts';
import type { FairQueue, Waiting } from './fair-queue.ts';
import { errorFromFailure, type Result, readResponse } from './response.ts';
import type { CallMemory } from './response-memory.ts';

/** A call that is ready to be sent. */
export interface OutgoingCall {
  readonly call: Call;
  /** Path and query, encoded, without the endpoint's own path. */
  readonly target: string;
  /** All headers. */
  readonly headers: Headers;
  /** Those of them that authenticate it. */
  readonly authHeaders: Headers;
  /** Attempts that were made with other credentials. */
  readonly attempts: number;
  /** The memory of the operations that make it. */
  readonly memory: CallMemory;
  /** Gets the response that was read, for who keeps its text. */
  readonly onResponse?: ((response: RawResponse) => void) | undefined;
}

/** The operations that wait for a call: it is cancelled when none does any more, and has the time of the one that waits longest. */
export interface CallWaiters {
  /** Set once the call is cancelled. */
  readonly reason: CancelReason | undefined;
  readonly timeoutMs: number;
  readonly deadlineAt: number;
  /** Sets the step that the call is at, which is cancelled with it. */
  add(step: Cancellable): void;
  delete(step: Cancellable): void;
  /** Enters a queue under the turns of these operations, and leaves it. */
  enter(queue: FairQueue, attempt: Waiting): void;
  abandon(queue: FairQueue): void;
  /** Notes an attempt that has ended. */
  addAttempt(attempt: AttemptRecord): void;
}

/** What the attempts of all calls to one service share. */
export interface AttemptOptions extends ExchangeOptions {
  readonly basePath: string;
  readonly queue: FairQueue;
  /** A list has more rows than the call requests. */
  onSurplusRows(call: Call): void;
  onAttempt(call: NamedCall, attempt: AttemptRecord): void;
}

/** Called once: with the result of an attempt, and whether there was a connection to send it on; or without one where it may not start. */
export type AttemptEnd = (result: Result | undefined, wasSent: boolean) => void;

export class Attempt extends Exchange implements Waiting, Cancellable {
  readonly #options: AttemptOptions;
  readonly #outgoing: OutgoingCall;
  readonly #waiters: CallWaiters;
  readonly #mayStart: () => boolean;
  readonly #onEnd: AttemptEnd;
  #begunAt = 0;
  /** Undefined while it waits. */
  #sentAt: number | undefined;

  /** `mayStart` decides when the turn of the attempt comes. */
  constructor(
    options: AttemptOptions,
    outgoing: OutgoingCall,
    waiters: CallWaiters,
    mayStart: () => boolean,
    onEnd: AttemptEnd,
  ) {
    super(options, outgoing.memory);
    this.#options = options;
    this.#outgoing = outgoing;
    this.#waiters = waiters;
    this.#mayStart = mayStart;
    this.#onEnd = onEnd;
  }

  /** Enters the queue. */
  begin(): void {
    this.#begunAt = performance.now();
    const { reason } = this.#waiters;
    if (reason) {
      this.#fail(reason, false);
      return;
    }
    this.#waiters.add(this);
    this.#waiters.enter(this.#options.queue, this);
  }

  /** Sends the attempt, as its turn has come. */
  start(): boolean {
    // `cancel` follows.
    if (this.#waiters.reason) return false;
    if (!this.#mayStart()) {
      this.#waiters.delete(this);
      this.#onEnd(undefined, false);
      return false;
    }
    const { target, headers } = this.#outgoing;
    this.#sentAt = performance.now();
    this.exchange({ method: 'GET', target: this.#options.basePath + target, headers });
    return true;
  }

  /** Ends the attempt, as nobody waits for it any more. */
  cancel(reason: CancelReason): void {
    if (this.#sentAt !== undefined) {
      this.abort(reason);
      return;
    }
    this.#waiters.abandon(this.#options.queue);
    this.#fail(reason, false);
  }

  protected onResponse(response: RawResponse): void {
    const { call, authHeaders, memory, onResponse } = this.#outgoing;
    this.#waiters.delete(this);
    this.#options.queue.leave();
    const result = readResponse(call, response, authHeaders);
    // An error holds nothing of its response.
    if (result instanceof UpstreamError) memory.give(response.memory);
    else {
      onResponse?.(response);
      if (result.isCut) this.#options.onSurplusRows(call);
    }
    this.#end(result, true, response.status);
  }

  protected onFailure(failure: ExchangeFailure, wasSent: boolean): void {
    this.#waiters.delete(this);
    this.#options.queue.leave();
    this.#fail(failure, wasSent);
  }

  #fail(failure: ExchangeFailure, wasSent: boolean): void {
    const { timeoutMs } = this.#options;
    const timeToRespond = Math.min(timeoutMs, this.#waiters.timeoutMs);
    const hadTime = this.#sentAt !== undefined && performance.now() - this.#sentAt >= timeToRespond / 2;
    this.#end(errorFromFailure(this.#outgoing.call, failure, { timeoutMs, hadTime }), wasSent);
  }

  #end(result: Result, wasSent: boolean, status?: number): void {
    const attempt: AttemptRecord = {
      begunAt: this.#begunAt,
      sentAt: this.#sentAt,
      endedAt: performance.now(),
      status,
      result: resultOf(result),
      bytes: this.receivedBytes,
    };
    this.#waiters.addAttempt(attempt);
    this.#options.onAttempt(this.#outgoing.call, attempt);
    this.#onEnd(result, wasSent);
  }
}
