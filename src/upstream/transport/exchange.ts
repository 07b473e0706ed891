// One HTTP exchange over undici's dispatch: no body stream is made, which is what a call costs most elsewhere.
import type { Dispatcher } from 'undici';

/** A complete answer: status, headers, and the body as text. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/**
 * Why there is no answer: `broken` after the answer began, `unreachable` before; `crowded` where it did not fit beside all others;
 * `deadline` is that of the whole request.
 */
export type ExchangeFailure = 'timeout' | 'too-large' | 'crowded' | 'broken' | 'unreachable' | 'aborted' | 'deadline';

/** How an exchange ends. Exactly one of the two is called, once. */
export interface ExchangeEnd {
  answered(answer: RawAnswer): void;
  failed(failure: ExchangeFailure): void;
}

/** Bytes of the largest answer that is read: a thousand images take three megabytes. */
const MAXIMUM_BYTES = 16 * 1024 * 1024;
/** Bytes that the unfinished answers of a service may take together: when they are more, large ones are given up. */
const MAXIMUM_READING_BYTES = 256 * 1024 * 1024;
/** Bytes of an answer that is never given up for others. */
const SMALL_BYTES = 1024 * 1024;

/** What of a service is being read: all its unfinished answers. */
export interface Reading {
  bytes: number;
}

/** A request as it goes over the wire. */
export interface RawRequest {
  readonly method: 'GET' | 'POST';
  /** The raw request target. */
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/**
 * Sends a request and collects its answer within `timeoutMs`, which counts to the last byte.
 * Shape: returns the function that gives the exchange up.
 */
export function exchange(
  dispatcher: Dispatcher,
  { method, target, headers, body = '' }: RawRequest,
  { timeoutMs, reading }: { readonly timeoutMs: number; readonly reading: Reading },
  end: ExchangeEnd,
): (failure: ExchangeFailure) => void {
  const chunks: Buffer[] = [];
  let size = 0;
  let status = 0;
  let answerHeaders: RawAnswer['headers'] = {};
  let connection: Dispatcher.DispatchController | undefined;
  let over = false;

  const finish = () => {
    over = true;
    reading.bytes -= size;
    clearTimeout(timer);
  };
  const giveUp = (failure: ExchangeFailure) => {
    if (over) return;
    finish();
    chunks.length = 0;
    connection?.abort(new Error(failure));
    end.failed(failure);
  };
  const timer = setTimeout(giveUp, timeoutMs, 'timeout');

  dispatcher.dispatch(
    { path: target, method, headers, body: body || null, headersTimeout: 0, bodyTimeout: 0 },
    {
      onRequestStart(controller) {
        connection = controller;
        if (over) controller.abort(new Error('aborted'));
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode;
        answerHeaders = received;
      },
      onResponseData(_controller, chunk) {
        if (over) return;
        size += chunk.length;
        reading.bytes += chunk.length;
        chunks.push(chunk);
        if (size > MAXIMUM_BYTES) giveUp('too-large');
        else if (reading.bytes > MAXIMUM_READING_BYTES && size > SMALL_BYTES) giveUp('crowded');
      },
      onResponseEnd() {
        if (over) return;
        finish();
        const text = chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks, size).toString();
        end.answered({ status, headers: answerHeaders, text });
      },
      onResponseError() {
        if (over) return;
        finish();
        end.failed(status === 0 ? 'unreachable' : 'broken');
      },
    },
  );
  return giveUp;
}
