// One HTTP exchange over undici's dispatch, which costs half of undici's request: no body stream is made.
import type { Client, Dispatcher } from 'undici';
import type { Headers } from '../auth/credentials.ts';
import type { RawResponse } from '../call.ts';
import type { CancelReason } from '../cancellation.ts';
import type { ExceededLimit } from '../errors.ts';
import { GrowingBuffer } from '../growing-buffer.ts';
import { isTurnSpent, nextTurn } from '../turn.ts';
import {
  codingsOf,
  isLong,
  isShort,
  type Lane,
  MAX_BODY_BYTES,
  memoryOf,
  TOO_MANY_VALUES,
  withoutCodings,
} from './body.ts';
import type { Connections } from './connections.ts';
import type { CallMemory } from './response-memory.ts';

/**
 * Why there is no response: `unreachable` before it began, `broken` after; `too-large` by its own size, `overloaded` when there is no
 * memory for it beside the responses to others; the limit that its operation would exceed by itself.
 */
export type ExchangeFailure =
  | 'timeout'
  | 'too-large'
  | 'overloaded'
  | 'broken'
  | 'unreachable'
  | CancelReason
  | ExceededLimit;

/** Bytes of memory that are taken for each byte received, until the whole response is: what GrowingBuffer takes at most. */
const MEMORY_PER_RECEIVED_BYTE = 2;

/** What an exchange depends on. */
export interface ExchangeOptions {
  readonly timeoutMs: number;
  readonly connections: Connections;
  /** Where compressed responses wait for their turn. */
  readonly lane: Lane;
}

/** Chunks, of all responses together, after which the clock is read: one of one byte costs as much as one of kilobytes. */
const ASK_CHUNKS = 64;
let chunks = 0;

/** A request as it goes over the wire. */
export interface RawRequest {
  readonly method: 'GET' | 'POST';
  /** The raw request target. */
  readonly target: string;
  readonly headers: Headers;
  readonly body?: string;
}

/**
 * One exchange: a request that is sent, and its response, which is collected within `timeoutMs` to its last byte. A long response is
 * handed over in a turn of the event loop of its own. It is its own handler of undici: a call makes few objects.
 */
export abstract class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  /** The memory for the response. What a response has taken is the subclass's to give back; otherwise the exchange does. */
  readonly #memory: CallMemory;
  #timer: NodeJS.Timeout | undefined;
  #client: Client | undefined;
  /** Whether there was a connection to send it on. */
  #wasSent = false;
  /** Most responses have one chunk. */
  #first: Buffer | undefined;
  #all: GrowingBuffer | undefined;
  #size = 0;
  #taken = 0;
  #status = 0;
  #headers: RawResponse['headers'] = NO_HEADERS;
  #isOver = false;

  constructor(options: ExchangeOptions, memory: CallMemory) {
    this.#options = options;
    this.#memory = memory;
  }

  /** How an exchange ends. Exactly one of the two is called, once. `wasSent` is false where there was no connection to send the request on. */
  protected abstract onResponse(response: RawResponse): void;
  protected abstract onFailure(failure: ExchangeFailure, wasSent: boolean): void;

  /** Sends the request. Its time begins. */
  protected exchange({ method, target, headers, body }: RawRequest): void {
    this.#timer = setTimeout(onTimeout, this.#options.timeoutMs, this);
    this.#client = this.#options.connections.take();
    this.#client.dispatch(
      { path: target, method, headers, body: body ?? null, headersTimeout: 0, bodyTimeout: 0 },
      this,
    );
  }

  /** Ends the exchange, unless it is over. */
  abort(failure: ExchangeFailure): void {
    if (!this.#isOver) this.#fail(failure);
  }

  /** Bytes of the body that were received. */
  protected get receivedBytes(): number {
    return this.#size;
  }

  onRequestStart(): void {
    this.#wasSent = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: RawResponse['headers']): void {
    // 101 comes before an error.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#size += chunk.length;
    if (this.#size > MAX_BODY_BYTES) {
      this.abort('too-large');
      return;
    }
    // A short one takes memory when it is complete: as many as there are connections take little until then.
    const failure = isShort(this.#size) ? undefined : this.#hold(MEMORY_PER_RECEIVED_BYTE * this.#size);
    if (failure) {
      this.abort(failure);
      return;
    }
    if (this.#first === undefined) {
      this.#first = chunk;
      return;
    }
    if (this.#all === undefined) {
      this.#all = new GrowingBuffer();
      this.#all.append(this.#first);
    }
    this.#all.append(chunk);
    if (++chunks % ASK_CHUNKS !== 0 || !isTurnSpent()) return;
    controller.pause();
    setImmediate(() => this.#isOver || controller.resume());
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    const size = this.#size;
    const bytes = this.#all?.take() ?? this.#first ?? NOTHING;
    const coding = this.#headers['content-encoding'];
    if (coding === undefined && (isShort(size) || !(isLong(size) || isTurnSpent()))) this.#read(bytes);
    else void this.#readLater(bytes, size === 0 ? [] : codingsOf(coding));
  }

  onResponseError(): void {
    if (!this.#isOver) this.#fail(this.#status === 0 ? 'unreachable' : 'broken');
  }

  #finish(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#first = undefined;
    this.#all = undefined;
  }

  #fail(failure: ExchangeFailure): void {
    this.#finish();
    this.#memory.give(this.#taken);
    if (this.#client) this.#options.connections.drop(this.#client);
    this.onFailure(failure, this.#wasSent);
  }

  /** Takes memory up to so many bytes in all. Shape: undefined when it was taken. */
  #hold(bytes: number): ExchangeFailure | undefined {
    const failure = this.#memory.take(bytes - this.#taken);
    if (!failure) this.#taken = bytes;
    return failure;
  }

  #deliver(text: string, fault?: string): void {
    this.#finish();
    if (this.#client) this.#options.connections.free(this.#client);
    this.onResponse({ status: this.#status, headers: this.#headers, text, fault, memory: this.#taken });
  }

  #read(bytes: Buffer): void {
    const needed = memoryOf(bytes, this.#memory);
    const failure = needed === undefined ? undefined : this.#hold(needed);
    if (failure) this.#fail(failure);
    else if (needed === undefined) this.#deliver('', TOO_MANY_VALUES);
    else this.#deliver(bytes.toString());
  }

  /** Goes on with what takes time, unless the exchange is aborted before. */
  async #readLater(bytes: Buffer, codings: readonly string[]): Promise<void> {
    let decoded: Buffer | string = bytes;
    if (codings.length > 0)
      decoded = await this.#options.lane.run(async () => (this.#isOver ? '' : withoutCodings(bytes, codings)));
    if (this.#isOver) return;
    if (typeof decoded === 'string') {
      this.#deliver('', decoded);
      return;
    }
    const failure = this.#hold(MEMORY_PER_RECEIVED_BYTE * decoded.length);
    if (failure) {
      this.#fail(failure);
      return;
    }
    if (isLong(decoded.length) || isTurnSpent()) await nextTurn();
    if (!this.#isOver) this.#read(decoded);
  }
}

const onTimeout = (exchange: Exchange) => exchange.abort('timeout');

const NOTHING = Buffer.alloc(0);
const NO_HEADERS: RawResponse['headers'] = {};
