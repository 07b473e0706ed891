// Sends calls to one service of a cloud: connections, fair queue, circuit breaker, retry budget and the attempts of each call.
// Each service has its own, so that trouble with one does not reach the calls to another.
import type { CloudConfig } from '../../config/config.ts';
import type { Service } from '../../config/services.ts';
import { USER_AGENT } from '../../config/user-agent.ts';
import type { Headers } from '../auth/credentials.ts';
import type { Call, RawResponse } from '../call.ts';
import { type AttemptRecord, type CallResult, type NamedCall, resultOf } from '../call-record.ts';
import type { UpstreamError } from '../errors.ts';
import { Attempt, type AttemptEnd, type AttemptOptions, type CallWaiters, type OutgoingCall } from './attempt.ts';
import { Lane } from './body.ts';
import { type Admission, CircuitBreaker, type CircuitState } from './circuit-breaker.ts';
import { Connections } from './connections.ts';
import { Exchange, type ExchangeFailure, type ExchangeOptions } from './exchange.ts';
import { FairQueue } from './fair-queue.ts';
import { circuitOpen, errorFromFailure, isRetryable, outcomeOf, type Result } from './response.ts';
import type { CallMemory } from './response-memory.ts';
import { RetryBudget } from './retry-budget.ts';

/** What a client tells of its service. */
export interface ServiceObserver {
  onCircuitChange(service: Service, state: CircuitState): void;
  /** A list has more rows than the call requests. */
  onSurplusRows(call: Call): void;
  /** An attempt has ended. */
  onAttempt(call: NamedCall, attempt: AttemptRecord): void;
  /** A call has ended, after all its attempts. */
  onCall(call: NamedCall, ended: EndedCall): void;
}

/** What became of a call that was made, however many operations wait for it. */
export interface EndedCall {
  readonly result: CallResult;
  /** Attempts with all credentials. */
  readonly attempts: number;
  readonly milliseconds: number;
}

/** How busy a service is. */
export interface ServiceLoad {
  /** Operations. */
  readonly waiting: number;
  /** Calls. */
  readonly inFlight: number;
}

/** Called with what became of a call, and the attempts it took in all. Never throws. */
export type CallEnd = (result: Result, attempts: number) => void;

/** What became of a call so far, and whether there was a connection to send the last attempt on. */
interface AttemptedCall {
  readonly result: Result;
  readonly attempts: number;
  readonly wasSent: boolean;
}

/** The headers of every request. */
export const COMMON_HEADERS: Headers = {
  'user-agent': USER_AGENT,
  'accept-encoding': 'identity',
  accept: 'application/json',
};

export class ServiceClient {
  readonly service: Service;
  /** The host of the endpoint, with its port. */
  readonly host: string;
  /** The endpoint's own path, which precedes that of each call. */
  readonly basePath: string;
  readonly #config: CloudConfig;
  readonly #observer: ServiceObserver;
  readonly #queue: FairQueue;
  readonly #connections: Connections;
  readonly #breaker: CircuitBreaker;
  readonly #retries: RetryBudget;
  readonly #attemptOptions: AttemptOptions;

  constructor(service: Service, endpoint: string, config: CloudConfig, observer: ServiceObserver) {
    const { origin, host, pathname } = new URL(endpoint);
    this.service = service;
    this.host = host;
    this.basePath = pathname === '/' ? '' : pathname;
    this.#config = config;
    this.#observer = observer;
    this.#queue = new FairQueue(config.concurrency);
    this.#connections = new Connections(origin, config.timeoutMs);
    this.#breaker = new CircuitBreaker(config.breaker, (state) => observer.onCircuitChange(service, state));
    this.#retries = new RetryBudget(config.retry);
    this.#attemptOptions = {
      timeoutMs: config.timeoutMs,
      lane: new Lane(),
      basePath: this.basePath,
      connections: this.#connections,
      queue: this.#queue,
      onSurplusRows: (call) => observer.onSurplusRows(call),
      onAttempt: (call, attempt) => observer.onAttempt(call, attempt),
    };
  }

  get circuit(): CircuitState {
    return this.#breaker.state;
  }

  /** Operations that wait for the service, and calls in flight. */
  get load(): ServiceLoad {
    return { waiting: this.#queue.waiting, inFlight: this.#queue.running };
  }

  /** Whether so many operations wait for this service that a further one is rejected at once. */
  get isFull(): boolean {
    return this.#queue.waiting >= this.#config.waitingOperations;
  }

  /** The error of a call that would fail fast now; undefined when calls are sent. */
  failFast(call: Call): UpstreamError | undefined {
    return this.#breaker.isAdmitting ? undefined : circuitOpen(call, this.#breaker.retryAfter);
  }

  /** Sends a call, and again while it fails and a retry is worth it, within the budget and before the deadline. `onEnd` is called once. */
  send(outgoing: OutgoingCall, waiters: CallWaiters, onEnd: CallEnd): void {
    const { call, target } = outgoing;
    const breaker = this.#breaker;
    const begunAt = performance.now();
    let admission: Admission | undefined;
    const admit = () => {
      admission = breaker.admit();
      return admission !== undefined;
    };
    const end = ({ result, wasSent, attempts }: AttemptedCall) => {
      const outcome = outcomeOf(result);
      if (admission !== undefined) {
        const reported = outcome === 'failed' && !wasSent ? 'unconnected' : outcome;
        breaker.report(admission, reported, call.resource ?? target);
      }
      this.#retries.endCall(outcome === 'healthy' && !isRetryable(result));
      this.#observer.onCall(call, { result: resultOf(result), attempts, milliseconds: performance.now() - begunAt });
      onEnd(result, attempts);
    };
    this.#retries.beginCall();
    // Nearly all calls end with their first attempt: it waits for nothing but its response.
    const onFirst: AttemptEnd = (result = circuitOpen(call, breaker.retryAfter), wasSent) => {
      const first = { result, wasSent, attempts: outgoing.attempts + 1 };
      if (isRetryable(result)) void this.#retry(outgoing, waiters, first).then(end);
      else end(first);
    };
    new Attempt(this.#attemptOptions, outgoing, waiters, admit, onFirst).begin();
  }

  /** The further attempts of a call that has failed. Shape: what became of the last one. */
  async #retry(outgoing: OutgoingCall, waiters: CallWaiters, first: AttemptedCall): Promise<AttemptedCall> {
    const breaker = this.#breaker;
    const retries = this.#retries;
    const { attempts: maxAttempts, baseMs } = this.#config.retry;
    let { result, wasSent, attempts } = first;
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
      const isClosed = () => breaker.state === 'closed';
      await new Promise<void>((resolve) => {
        new Attempt(this.#attemptOptions, outgoing, waiters, isClosed, (retried, wasRetrySent) => {
          if (retried) {
            result = retried;
            wasSent = wasRetrySent;
          }
          resolve();
        }).begin();
      });
      retries.endRetry();
    }
    return { result, wasSent, attempts };
  }

  /**
   * Sends a JSON body by POST, once: without queue, circuit breaker and retries. `memory` is the caller's to close.
   * Errors: rejects with UpstreamError when there is no response.
   */
  post(operation: string, path: string, body: unknown, memory: CallMemory): Promise<RawResponse> {
    const { timeoutMs } = this.#config;
    const call: NamedCall = { service: this.service, operation };
    const begunAt = performance.now();
    const end = (result: CallResult, bytes: number, status?: number) => {
      const endedAt = performance.now();
      this.#observer.onAttempt(call, { begunAt, sentAt: begunAt, endedAt, status, result, bytes });
      this.#observer.onCall(call, { result, attempts: 1, milliseconds: endedAt - begunAt });
    };
    return new Promise((resolve, reject) => {
      const onResponse = (response: RawResponse, bytes: number) => {
        end(resultOfStatus(response.status), bytes, response.status);
        resolve(response);
      };
      const post = new Post(this.#attemptOptions, memory, onResponse, (failure, bytes) => {
        // It belongs to no operation that could request less.
        const cause = typeof failure === 'object' ? 'too-large' : failure;
        const error = errorFromFailure(call, cause, { timeoutMs, hadTime: true });
        end(error.kind, bytes);
        reject(error);
      });
      post.send(this.basePath + path, JSON.stringify(body));
    });
  }

  /** Closes all connections; calls in flight fail. */
  close(): Promise<void> {
    return this.#connections.close();
  }
}

/** The result of a response whose body is read elsewhere. */
const resultOfStatus = (status: number): CallResult => {
  if (status >= 500) return 'server-error';
  if (status === 401) return 'unauthenticated';
  return status >= 300 ? 'client-error' : 'success';
};

/** A request by POST. The functions get the bytes of the body that were received, too. */
class Post extends Exchange {
  readonly #onResponse: (response: RawResponse, bytes: number) => void;
  readonly #onFailure: (failure: ExchangeFailure, bytes: number) => void;

  constructor(
    options: ExchangeOptions,
    memory: CallMemory,
    onResponse: (response: RawResponse, bytes: number) => void,
    onFailure: (failure: ExchangeFailure, bytes: number) => void,
  ) {
    super(options, memory);
    this.#onResponse = onResponse;
    this.#onFailure = onFailure;
  }

  protected onResponse(response: RawResponse): void {
    this.#onResponse(response, this.receivedBytes);
  }

  protected onFailure(failure: ExchangeFailure): void {
    this.#onFailure(failure, this.receivedBytes);
  }

  send(target: string, body: string): void {
    const headers = { ...COMMON_HEADERS, 'content-type': 'application/json' };
    this.exchange({ method: 'POST', target, headers, body });
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
    const cancel = { cancel: () => end(false) };
    const timer = setTimeout(end, milliseconds, true);
    waiters.add(cancel);
  });
}
