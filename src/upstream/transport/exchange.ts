// One HTTP exchange over undici's dispatch, which costs half of undici's request: no body stream is made.
import type { Dispatcher } from 'undici';
import { USER_AGENT } from '../../config/user-agent.ts';
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

/** How an exchange ends. Exactly one of the two is called, once. */
export interface ExchangeHandler {
  onResponse(response: RawResponse): void;
  /** `wasSent` is false where there was no connection to send the request on. */
  onFailure(failure: ExchangeFailure, wasSent: boolean): void;
}

/** Bytes of memory that are taken for each byte received, until the whole response is: what GrowingBuffer takes at most. */
const MEMORY_PER_RECEIVED_BYTE = 2;

/** What an exchange depends on. */
export interface ExchangeOptions {
  readonly timeoutMs: number;
  /** The memory for its response. What a response has taken is the handler's to give back; otherwise the exchange does. */
  readonly memory: CallMemory;
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
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/**
 * Sends a request and collects its response within `timeoutMs`, which counts to the last byte. A long response is handed over in a turn
 * of the event loop of its own.
 * Shape: returns the function that aborts the exchange.
 */
export function exchange(
  dispatcher: Dispatcher,
  { method, target, headers, body = '' }: RawRequest,
  { timeoutMs, memory, lane }: ExchangeOptions,
  handler: ExchangeHandler,
): (failure: ExchangeFailure) => void {
  /** Most responses have one chunk. */
  let first: Buffer | undefined;
  let all: GrowingBuffer | undefined;
  let size = 0;
  let taken = 0;
  let status = 0;
  let responseHeaders: RawResponse['headers'] = {};
  let connection: Dispatcher.DispatchController | undefined;
  let isOver = false;

  const finish = () => {
    isOver = true;
    clearTimeout(timer);
    first = undefined;
    all = undefined;
  };
  const fail = (failure: ExchangeFailure) => {
    finish();
    memory.give(taken);
    handler.onFailure(failure, connection !== undefined);
  };
  const abort = (failure: ExchangeFailure) => {
    if (isOver) return;
    fail(failure);
    connection?.abort(new Error('aborted'));
  };
  const timer = setTimeout(abort, timeoutMs, 'timeout');

  /** Takes memory up to so many bytes in all. Shape: undefined when it was taken. */
  const hold = (bytes: number): ExchangeFailure | undefined => {
    const failure = memory.take(bytes - taken);
    if (!failure) taken = bytes;
    return failure;
  };
  const deliver = (text: string, fault?: string) => {
    finish();
    handler.onResponse({ status, headers: responseHeaders, text, fault, memory: taken });
  };
  const read = (bytes: Buffer) => {
    const needed = memoryOf(bytes, memory);
    if (needed === undefined) return deliver('', TOO_MANY_VALUES);
    const failure = hold(needed);
    if (failure) return fail(failure);
    deliver(bytes.toString());
  };
  /** Goes on with what takes time, unless the exchange is aborted before. */
  const readLater = async (bytes: Buffer, codings: readonly string[]) => {
    let decoded: Buffer | string = bytes;
    if (codings.length > 0) decoded = await lane.run(async () => (isOver ? '' : withoutCodings(bytes, codings)));
    if (isOver) return;
    if (typeof decoded === 'string') return deliver('', decoded);
    const failure = hold(MEMORY_PER_RECEIVED_BYTE * decoded.length);
    if (failure) return fail(failure);
    if (isLong(decoded.length) || isTurnSpent()) await nextTurn();
    if (!isOver) read(decoded);
  };

  dispatcher.dispatch(
    {
      path: target,
      method,
      headers: { 'user-agent': USER_AGENT, 'accept-encoding': 'identity', ...headers },
      body: body || null,
      headersTimeout: 0,
      bodyTimeout: 0,
    },
    {
      onRequestStart(controller) {
        connection = controller;
        if (isOver) controller.abort(new Error('aborted'));
      },
      onResponseStart(_controller, statusCode, received) {
        // 101 comes before an error.
        if (statusCode < 200) return;
        status = statusCode;
        responseHeaders = received;
      },
      onResponseData(controller, chunk) {
        if (isOver) return;
        size += chunk.length;
        if (size > MAX_BODY_BYTES) return abort('too-large');
        // A short one takes memory when it is complete: as many as there are connections take little until then.
        const failure = isShort(size) ? undefined : hold(MEMORY_PER_RECEIVED_BYTE * size);
        if (failure) return abort(failure);
        if (first === undefined) {
          first = chunk;
          return;
        }
        if (all === undefined) {
          all = new GrowingBuffer();
          all.append(first);
        }
        all.append(chunk);
        if (++chunks % ASK_CHUNKS !== 0 || !isTurnSpent()) return;
        controller.pause();
        setImmediate(() => isOver || controller.resume());
      },
      onResponseEnd() {
        if (isOver) return;
        clearTimeout(timer);
        const bytes = all?.take() ?? first ?? NOTHING;
        const coding = responseHeaders['content-encoding'];
        if (coding === undefined && (isShort(size) || !(isLong(size) || isTurnSpent()))) return read(bytes);
        void readLater(bytes, size === 0 ? [] : codingsOf(coding));
      },
      onResponseError() {
        if (!isOver) fail(status === 0 ? 'unreachable' : 'broken');
      },
    },
  );
  return abort;
}

const NOTHING = Buffer.alloc(0);
