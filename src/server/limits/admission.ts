// Lets requests in as the process gets to them. While it is late they wait in a line; when the line is too long, further ones are refused
// at once, instead of all becoming slow.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { overloaded } from '../../graph/errors.ts';
import { refusal } from '../http/error-response.ts';

/** Milliseconds between two looks at the event loop. */
const TICK_MS = 10;
/** Milliseconds without requests after which nobody looks. */
const IDLE_MS = 1_000;
/** Milliseconds for which a server that turned somebody away says that it is overloaded: long enough to be seen by whoever asks. */
const MEMORY_MS = 1_000;

/** Requests that may always wait: the clients of an application, whom a process that others keep from its work should not refuse. */
const LEAST_LINE = 64;
/** Requests that may always be answered at once, for the same reason. */
const LEAST_RUNNING = 8;
/** How much one interval between two requests changes what is known of all. */
const SMOOTHING = 0.05;

/** What overload is. */
export interface OverloadLimits {
  /** Milliseconds that the event loop may come too late to its timers before requests have to wait. */
  readonly eventLoopDelayMs: number;
  /** Milliseconds that a request may have to wait; one that would wait longer is refused. */
  readonly queueMs: number;
}

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The door before a handler of requests. */
export class Admission {
  readonly #limits: OverloadLimits;
  readonly #handle: RequestListener;
  readonly #line: Waiting[] = [];
  #running = 0;
  #timer: NodeJS.Timeout | undefined;
  #next: NodeJS.Immediate | undefined;
  /** When the timer should fire next. */
  #due = 0;
  /** How late it was. */
  #delay = 0;
  /** Milliseconds between two that come in from the line, as they lately were. */
  #interval = 0;
  #letInAt = 0;
  #requestAt = 0;
  #refusedAt = -Infinity;

  constructor(limits: OverloadLimits, handle: RequestListener) {
    this.#limits = limits;
    this.#handle = handle;
  }

  /** Whether requests are, or just were, refused. */
  get isOverloaded(): boolean {
    return performance.now() - this.#refusedAt < MEMORY_MS;
  }

  enter(request: IncomingMessage, response: ServerResponse): void {
    const now = performance.now();
    this.#requestAt = now;
    this.#timer ??= this.#watch(now);
    const { length } = this.#line;
    if (length === 0 && (this.#running < LEAST_RUNNING || !this.#isLate(now))) this.#answer(request, response);
    else if (length < LEAST_LINE || length * this.#interval <= this.#limits.queueMs) {
      if (length === 0) this.#letInAt = now;
      this.#line.push({ request, response });
    } else {
      this.#refusedAt = now;
      turnAway(response);
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#running++;
    response.once('close', () => this.#running--);
    this.#handle(request, response);
  }

  #isLate(now: number): boolean {
    const { eventLoopDelayMs } = this.#limits;
    return this.#delay > eventLoopDelayMs || now - this.#due > eventLoopDelayMs;
  }

  #watch(now: number): NodeJS.Timeout {
    this.#due = now + TICK_MS;
    this.#delay = 0;
    return setInterval(() => this.#tick(performance.now()), TICK_MS).unref();
  }

  #tick(now: number): void {
    this.#delay = now - this.#due;
    this.#due = now + TICK_MS;
    // However late it is, somebody comes in: what makes it late need not be what is done here.
    this.#letIn();
    if (this.#line.length > 0) this.#next ??= setImmediate(() => this.#letMoreIn());
    else if (now - this.#requestAt >= IDLE_MS) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  /** One in each turn of the event loop, until that is late. How late it was before does not matter: time may be short for other reasons. */
  #letMoreIn(): void {
    this.#next = undefined;
    if (this.#line.length === 0 || performance.now() - this.#due > this.#limits.eventLoopDelayMs) return;
    this.#letIn();
    this.#next = setImmediate(() => this.#letMoreIn());
  }

  #letIn(): void {
    for (let next = this.#line.shift(); next; next = this.#line.shift()) {
      // Whoever has gone meanwhile takes nobody's turn.
      if (next.response.destroyed || next.request.socket.destroyed) continue;
      const now = performance.now();
      this.#interval += SMOOTHING * (now - this.#letInAt - this.#interval);
      this.#letInAt = now;
      this.#answer(next.request, next.response);
      return;
    }
  }
}

const REFUSAL = refusal(503, overloaded('The server has more to do than it can do in time: come again in a second.'), {
  'retry-after': '1',
});
const HEADERS = Object.fromEntries(REFUSAL.headers);
const BODY = await REFUSAL.text();

/** Answers a request that is refused; of its body nothing is read. */
function turnAway(response: ServerResponse): void {
  response.writeHead(503, HEADERS).end(BODY);
}
