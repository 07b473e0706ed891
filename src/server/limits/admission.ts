// Admission control: queues requests while the event loop lags or responses fill the memory that they may have, and rejects with 503 when the expected wait is too long.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { overloaded } from '../../graph/errors.ts';
import { errorResponse } from '../http/error-response.ts';
import { onceClosed } from '../http/once-sent.ts';
import { recordOf } from '../http/request-record.ts';

/** Milliseconds between two measurements of the event loop. */
const TICK_MS = 10;
/** Milliseconds without requests after which the measurements stop. */
const IDLE_MS = 1_000;
/** Milliseconds for which the server counts as overloaded after a rejection: long enough for a readiness probe to see it. */
const OVERLOADED_MS = 1_000;

/** Requests that may always wait: as many as one router has connections, so that a busy machine does not reject them. */
const MIN_QUEUE = 64;
/** Requests that may always run, for the same reason. */
const MIN_RUNNING = 8;
/** Weight of the latest interval in the moving average. */
const SMOOTHING = 0.05;

export interface AdmissionLimits {
  /** Milliseconds that the event loop may lag before requests have to wait. */
  readonly eventLoopDelayMs: number;
  /** Milliseconds that a request may be expected to wait; with a longer wait it is rejected. */
  readonly queueMs: number;
}

interface QueuedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** When it came. */
  readonly at: number;
}

/** The queue in front of a request listener. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #handle: RequestListener;
  readonly #isFull: () => boolean;
  readonly #onReject: () => void;
  readonly #queue: QueuedRequest[] = [];
  readonly #leave = () => void this.#running--;
  #running = 0;
  #timer: NodeJS.Timeout | undefined;
  #nextTurn: NodeJS.Immediate | undefined;
  /** When the timer should fire next. */
  #dueAt = 0;
  /** How late it fired last. */
  #delay = 0;
  /** Milliseconds between two admissions from the queue, as a moving average. */
  #interval = 0;
  #admittedAt = 0;
  #requestAt = 0;
  #rejectedAt = -Infinity;

  /** While `isFull` says that there is no memory for further responses, no request is admitted. `onReject` is called at each rejection. */
  constructor(
    limits: AdmissionLimits,
    handle: RequestListener,
    isFull: () => boolean,
    onReject: () => void = () => {},
  ) {
    this.#limits = limits;
    this.#handle = handle;
    this.#isFull = isFull;
    this.#onReject = onReject;
  }

  /** Whether requests were rejected within the last second. */
  get isOverloaded(): boolean {
    return performance.now() - this.#rejectedAt < OVERLOADED_MS;
  }

  /** Requests that are handled. */
  get running(): number {
    return this.#running;
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Handles a request now or when its turn comes, or rejects it. */
  enter(request: IncomingMessage, response: ServerResponse): void {
    const now = performance.now();
    this.#requestAt = now;
    this.#timer ??= this.#startTimer(now);
    const { length } = this.#queue;
    if (length === 0 && !this.#isFull() && (this.#running < MIN_RUNNING || !this.#isLate(now)))
      this.#run(request, response);
    else if (length < MIN_QUEUE || length * this.#interval <= this.#limits.queueMs) {
      if (length === 0) this.#admittedAt = now;
      this.#queue.push({ request, response, at: now });
    } else {
      this.#reject(response, now);
    }
  }

  #reject(response: ServerResponse, now: number): void {
    this.#rejectedAt = now;
    reject(response);
    this.#onReject();
  }

  #run(request: IncomingMessage, response: ServerResponse): void {
    this.#running++;
    const record = recordOf(request);
    if (record) record.admittedAt = performance.now();
    onceClosed(response, this.#leave);
    this.#handle(request, response);
  }

  #isLate(now: number): boolean {
    const { eventLoopDelayMs } = this.#limits;
    return this.#delay > eventLoopDelayMs || now - this.#dueAt > eventLoopDelayMs;
  }

  #startTimer(now: number): NodeJS.Timeout {
    this.#dueAt = now + TICK_MS;
    this.#delay = 0;
    return setInterval(() => this.#tick(performance.now()), TICK_MS).unref();
  }

  #tick(now: number): void {
    this.#delay = now - this.#dueAt;
    this.#dueAt = now + TICK_MS;
    if (this.#isFull()) this.#rejectLate(now);
    // One request is admitted however late it is: the delay may come from other processes of the machine.
    else this.#admitNext();
    if (this.#queue.length > 0) this.#nextTurn ??= setImmediate(() => this.#admitWhileInTime());
    else if (now - this.#requestAt >= IDLE_MS) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Admits one request in each turn of the event loop until that is late. The delay of the last tick is left out: it may have other causes. */
  #admitWhileInTime(): void {
    this.#nextTurn = undefined;
    if (this.#queue.length === 0 || this.#isFull()) return;
    if (performance.now() - this.#dueAt > this.#limits.eventLoopDelayMs) return;
    this.#admitNext();
    this.#nextTurn = setImmediate(() => this.#admitWhileInTime());
  }

  /** Rejects what has waited for too long: nobody knows when clients will have read their responses. */
  #rejectLate(now: number): void {
    const { queueMs } = this.#limits;
    for (let next = this.#queue[0]; next && now - next.at > queueMs; next = this.#queue[0]) {
      this.#queue.shift();
      if (!isGone(next)) this.#reject(next.response, now);
    }
  }

  #admitNext(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if (isGone(next)) continue;
      const now = performance.now();
      this.#interval += SMOOTHING * (now - this.#admittedAt - this.#interval);
      this.#admittedAt = now;
      this.#run(next.request, next.response);
      return;
    }
  }
}

/** Whether its client has disconnected. */
const isGone = ({ request, response }: QueuedRequest) => response.destroyed || request.socket.destroyed;

const ERROR = overloaded('The server is overloaded: retry after 1 s.');
const REJECTION = errorResponse(ERROR);
const HEADERS = Object.fromEntries(REJECTION.headers);
const BODY = await REJECTION.text();

/** Rejects a request without reading its body. */
function reject(response: ServerResponse): void {
  const record = recordOf(response.req);
  if (record) {
    record.isOverload = true;
    record.add(ERROR);
  }
  response.writeHead(503, HEADERS).end(BODY);
}
