// Sends calls to one service of a cloud: connection pool, fair queue, circuit breaker, retry budget and the attempts of each call.
// Each service has its own, so that trouble with one does not reach the calls to another.
import { Pool } from 'undici';
import type { CloudConfig } from '../../config/config.ts';
import type { Service } from '../../config/services.ts';
import { type Headers, MAX_HEADER_BYTES } from '../auth/credentials.ts';
import type { Call, RawResponse } from '../call.ts';
import type { CancelReason } from '../cancellation.ts';
import { UpstreamError } from '../errors.ts';
import { Lane } from './body.ts';
import { type CallOutcome, CircuitBreaker, type CircuitState } from './circuit-breaker.ts';
import { createConnector } from './connector.ts';
import { type ExchangeFailure, exchange, type RawRequest } from './exchange.ts';
import { FairQueue, type Start } from './fair-queue.ts';
import { circuitOpen, errorFromFailure, isRetryable, outcomeOf, type Result, readResponse } from './response.ts';
import type { CallMemory } from './response-memory.ts';
import { RetryBudget } from './retry-budget.ts';

/** A call that is ready to be sent. */
export interface OutgoingCall {
  readonly call: Call;
  /** Path and query, encoded, without the endpoint's own path. */
  readonly target: string;
  readonly headers: Headers;
  /** The headers that authenticate it. */
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
  /** Sets what ends the step that the call is at. */
  add(cancel: (reason: CancelReason) => void): void;
  delete(cancel: (reason: CancelReason) => void): void;
  /** Enters a queue under the turns of these operations. */
  enter(queue: FairQueue, start: Start): void;
}

/** What a client tells of its service. */
export interface ServiceObserver {
  onCircuitChange(service: Service, state: CircuitState): void;
  /** A list has more rows than the call requests. */
  onSurplusRows(call: Call): void;
}

/** What became of a call, and the attempts it took in all. */
export interface SentCall {
  readonly result: Result;
  readonly attempts: number;
}

/** What became of an attempt, and whether there was a connection to send it on. */
interface Attempt {
  readonly result: Result;
  readonly wasSent: boolean;
}

export class ServiceClient {
  readonly service: Service;
  /** The host of the endpoint, with its port. */
  readonly host: string;
  /** The endpoint's own path, which precedes that of each call. */
  readonly basePath: string;
  readonly #config: CloudConfig;
  readonly #pool: Pool;
  readonly #queue: FairQueue;
  readonly #breaker: CircuitBreaker;
  readonly #retries: RetryBudget;
  readonly #lane = new Lane();
  readonly #observer: ServiceObserver;

  constructor(service: Service, endpoint: string, config: CloudConfig, observer: ServiceObserver) {
    const { origin, host, pathname } = new URL(endpoint);
    this.service = service;
    this.host = host;
    this.basePath = pathname === '/' ? '' : pathname;
    this.#config = config;
    this.#observer = observer;
    this.#pool = new Pool(origin, {
      connections: config.concurrency,
      connect: createConnector(config.timeoutMs),
      // IAM sends its token in a header.
      maxHeaderSize: MAX_HEADER_BYTES,
      // Over HTTP/2 all calls would wait for one handshake, and calls that were aborted meanwhile open connections later.
      allowH2: false,
    });
    this.#queue = new FairQueue(config.concurrency);
    this.#breaker = new CircuitBreaker(config.breaker, (state) => observer.onCircuitChange(service, state));
    this.#retries = new RetryBudget(config.retry);
  }

  get circuit(): CircuitState {
    return this.#breaker.state;
  }

  /** Whether so many operations wait for this service that a further one is rejected at once. */
  get isFull(): boolean {
    return this.#queue.waiting >= this.#config.waitingOperations;
  }

  /** The error of a call that would fail fast now; undefined when calls are sent. */
  failFast(call: Call): UpstreamError | undefined {
    return this.#breaker.isAdmitting ? undefined : circuitOpen(call, this.#breaker.retryAfter);
  }

  /** Sends a call, and again while it fails and a retry is worth it, within the budget and before the deadline. Never rejects. */
  async send(outgoing: OutgoingCall, waiters: CallWaiters): Promise<SentCall> {
    const { call, target } = outgoing;
    const breaker = this.#breaker;
    const retries = this.#retries;
    const { attempts: maxAttempts, baseMs } = this.#config.retry;
    let report: ((outcome: CallOutcome) => void) | undefined;
    const admit = () => {
      report = breaker.admit(call.resource ?? target);
      return report !== undefined;
    };
    retries.beginCall();
    let { result, wasSent } = (await this.#attempt(outgoing, waiters, admit)) ?? {
      result: circuitOpen(call, breaker.retryAfter),
      wasSent: false,
    };
    let attempts = outgoing.attempts + 1;
    while (attempts < maxAttempts && isRetryable(result)) {
      const pauseMs = pauseBefore(attempts + 1, result, baseMs);
      const isInTime = performance.now() + pauseMs < waiters.deadlineAt;
      const giveBack = isInTime && breaker.state === 'closed' ? retries.tryAcquire() : undefined;
      if (!giveBack) break;
      if (!(await pause(pauseMs, waiters)) || !retries.tryBeginRetry()) {
        giveBack();
        break;
      }
      attempts++;
      const retry = await this.#attempt(outgoing, waiters, () => breaker.state === 'closed');
      if (retry) ({ result, wasSent } = retry);
      retries.endRetry();
    }
    const outcome = outcomeOf(result);
    report?.(outcome === 'failed' && !wasSent ? 'unconnected' : outcome);
    retries.endCall(outcome === 'healthy' && !isRetryable(result));
    return { result, attempts };
  }

  /**
   * Sends a JSON body by POST, once: without queue, circuit breaker and retries. `memory` is the caller's to close.
   * Errors: rejects with UpstreamError when there is no response.
   */
  post(operation: string, path: string, body: unknown, memory: CallMemory): Promise<RawResponse> {
    const { timeoutMs } = this.#config;
    const request: RawRequest = {
      method: 'POST',
      target: this.basePath + path,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    return new Promise((resolve, reject) => {
      exchange(
        this.#pool,
        request,
        { timeoutMs, memory, lane: this.#lane },
        {
          onResponse: resolve,
          onFailure: (failure) => {
            // It belongs to no operation that could request less.
            const cause = typeof failure === 'object' ? 'too-large' : failure;
            reject(errorFromFailure({ service: this.service, operation }, cause, { timeoutMs, hadTime: true }));
          },
        },
      );
    });
  }

  /** Closes all connections; calls in flight fail. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }

  /** One attempt, when its turn in the queue comes. Shape: undefined when `mayStart` returns false at that time. */
  #attempt(
    { call, target, headers, authHeaders, memory, onResponse }: OutgoingCall,
    waiters: CallWaiters,
    mayStart: () => boolean,
  ): Promise<Attempt | undefined> {
    const { timeoutMs } = this.#config;
    return new Promise((resolve) => {
      let sentAt: number | undefined;
      const fail = (failure: ExchangeFailure, wasSent: boolean) => {
        const timeToRespond = Math.min(timeoutMs, waiters.timeoutMs);
        const hadTime = sentAt !== undefined && performance.now() - sentAt >= timeToRespond / 2;
        resolve({ result: errorFromFailure(call, failure, { timeoutMs, hadTime }), wasSent });
      };
      if (waiters.reason) return fail(waiters.reason, false);
      const leaveQueue = (failure: ExchangeFailure) => fail(failure, false);
      waiters.add(leaveQueue);
      waiters.enter(this.#queue, () => {
        waiters.delete(leaveQueue);
        if (!mayStart()) {
          resolve(undefined);
          return false;
        }
        sentAt = performance.now();
        let abort: ((failure: ExchangeFailure) => void) | undefined;
        let isOver = false;
        const finish = () => {
          isOver = true;
          if (abort) waiters.delete(abort);
          this.#queue.leave();
        };
        abort = exchange(
          this.#pool,
          { method: 'GET', target: this.basePath + target, headers: { ...headers, ...authHeaders } },
          { timeoutMs, memory, lane: this.#lane },
          {
            onResponse: (response) => {
              finish();
              const result = readResponse(call, response, authHeaders);
              // An error holds nothing of its response.
              if (result instanceof UpstreamError) memory.give(response.memory);
              else {
                onResponse?.(response);
                if (result.isCut) this.#observer.onSurplusRows(call);
              }
              resolve({ result, wasSent: true });
            },
            onFailure: (failure, wasSent) => {
              finish();
              fail(failure, wasSent);
            },
          },
        );
        if (!isOver) waiters.add(abort);
        return true;
      });
    });
  }
}

/** Milliseconds before an attempt, the second being number 2: a random time below a bound that doubles, after the time in `Retry-After`. */
function pauseBefore(attempt: number, { details }: UpstreamError, baseMs: number): number {
  return 1000 * (details.retryAfter ?? 0) + Math.random() * baseMs * 2 ** (attempt - 2);
}

/** Waits. Shape: false when the operation was cancelled before. */
function pause(milliseconds: number, waiters: CallWaiters): Promise<boolean> {
  return new Promise((resolve) => {
    if (waiters.reason) return resolve(false);
    const end = (isOver: boolean) => {
      clearTimeout(timer);
      waiters.delete(cancel);
      resolve(isOver);
    };
    const cancel = () => end(false);
    const timer = setTimeout(end, milliseconds, true);
    waiters.add(cancel);
  });
}
