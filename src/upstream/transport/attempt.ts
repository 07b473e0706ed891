// One attempt of a call: it waits for its turn, is sent on a connection, and ends with a result.
import type { Headers } from '../auth/credentials.ts';
import type { Call, RawResponse } from '../call.ts';
import type { Cancellable, Cancellation, CancelReason } from '../cancellation.ts';
import { UpstreamError } from '../errors.ts';
import { Exchange, type ExchangeFailure, type ExchangeOptions } from './exchange.ts';
import type { FairQueue, Waiting } from './fair-queue.ts';
import { errorFromFailure, type Result, readResponse } from './response.ts';
import type { OperationMemory } from './response-memory.ts';

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
  /** The memory of the operation that makes it. */
  readonly memory: OperationMemory;
}

/** What the attempts of all calls to one service share. */
export interface AttemptOptions extends ExchangeOptions {
  readonly basePath: string;
  readonly queue: FairQueue;
  /** A list has more rows than the call requests. */
  onSurplusRows(call: Call): void;
}

/** Called once: with the result of an attempt, and whether there was a connection to send it on; or without one where it may not start. */
export type AttemptEnd = (result: Result | undefined, wasSent: boolean) => void;

export class Attempt extends Exchange implements Waiting, Cancellable {
  readonly #options: AttemptOptions;
  readonly #outgoing: OutgoingCall;
  readonly #cancellation: Cancellation;
  readonly #mayStart: () => boolean;
  readonly #onEnd: AttemptEnd;
  /** Undefined while it waits. */
  #sentAt: number | undefined;

  /** `mayStart` decides when the turn of the attempt comes. */
  constructor(
    options: AttemptOptions,
    outgoing: OutgoingCall,
    cancellation: Cancellation,
    mayStart: () => boolean,
    onEnd: AttemptEnd,
  ) {
    super(options, outgoing.memory);
    this.#options = options;
    this.#outgoing = outgoing;
    this.#cancellation = cancellation;
    this.#mayStart = mayStart;
    this.#onEnd = onEnd;
  }

  /** Enters the queue. */
  begin(): void {
    const { reason } = this.#cancellation;
    if (reason) {
      this.#fail(reason, false);
      return;
    }
    this.#cancellation.add(this);
    this.#options.queue.enter(this.#cancellation, this);
  }

  /** Sends the attempt, as its turn has come. */
  start(): boolean {
    // `cancel` follows.
    if (this.#cancellation.reason) return false;
    if (!this.#mayStart()) {
      this.#cancellation.delete(this);
      this.#onEnd(undefined, false);
      return false;
    }
    const { target, headers } = this.#outgoing;
    this.#sentAt = performance.now();
    this.exchange({ method: 'GET', target: this.#options.basePath + target, headers });
    return true;
  }

  /** Ends the attempt, as its operation is cancelled. */
  cancel(reason: CancelReason): void {
    if (this.#sentAt !== undefined) {
      this.abort(reason);
      return;
    }
    this.#options.queue.abandon(this.#cancellation);
    this.#fail(reason, false);
  }

  protected onResponse(response: RawResponse): void {
    const { call, authHeaders, memory } = this.#outgoing;
    this.#cancellation.delete(this);
    this.#options.queue.leave();
    const result = readResponse(call, response, authHeaders);
    // An error holds nothing of its response.
    if (result instanceof UpstreamError) memory.give(response.memory);
    else if (result.isCut) this.#options.onSurplusRows(call);
    this.#onEnd(result, true);
  }

  protected onFailure(failure: ExchangeFailure, wasSent: boolean): void {
    this.#cancellation.delete(this);
    this.#options.queue.leave();
    this.#fail(failure, wasSent);
  }

  #fail(failure: ExchangeFailure, wasSent: boolean): void {
    const { timeoutMs } = this.#options;
    const timeToRespond = Math.min(timeoutMs, this.#cancellation.timeoutMs);
    const hadTime = this.#sentAt !== undefined && performance.now() - this.#sentAt >= timeToRespond / 2;
    this.#onEnd(errorFromFailure(this.#outgoing.call, failure, { timeoutMs, hadTime }), wasSent);
  }
}
