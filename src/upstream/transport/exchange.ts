// One HTTP exchange over undici's dispatch, which costs half of undici's request: no body stream is made.
import type { Dispatcher } from 'undici';
import { USER_AGENT } from '../../config/user-agent.ts';
import type { RawResponse } from '../call.ts';
import type { CancelReason } from '../cancellation.ts';

/**
 * Why there is no response: `unreachable` before it began, `broken` after; `too-large` by its own size, `overloaded` when all
 * responses of the service that are being read exceed the memory bound.
 */
export type ExchangeFailure = 'timeout' | 'too-large' | 'overloaded' | 'broken' | 'unreachable' | CancelReason;

/** How an exchange ends. Exactly one of the two is called, once. */
export interface ExchangeHandler {
  onResponse(response: RawResponse): void;
  /** `wasSent` is false where there was no connection to send the request on. */
  onFailure(failure: ExchangeFailure, wasSent: boolean): void;
}

/** Bytes of the largest response that is read: a thousand images take three megabytes. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
/** Bytes that a service's incomplete responses may take together; beyond it large ones are aborted. */
const MAX_INCOMPLETE_BYTES = 256 * 1024 * 1024;
/** Bytes up to which a response is never aborted to free memory. */
const SMALL_RESPONSE_BYTES = 1024 * 1024;

/** The incomplete responses of a service: the bytes received so far. */
export interface IncompleteResponses {
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
 * Sends a request and collects its response within `timeoutMs`, which counts to the last byte.
 * Shape: returns the function that aborts the exchange.
 */
export function exchange(
  dispatcher: Dispatcher,
  { method, target, headers, body = '' }: RawRequest,
  { timeoutMs, incomplete }: { readonly timeoutMs: number; readonly incomplete: IncompleteResponses },
  handler: ExchangeHandler,
): (failure: ExchangeFailure) => void {
  const chunks: Buffer[] = [];
  let size = 0;
  let status = 0;
  let responseHeaders: RawResponse['headers'] = {};
  let connection: Dispatcher.DispatchController | undefined;
  let isOver = false;

  const finish = () => {
    isOver = true;
    incomplete.bytes -= size;
    clearTimeout(timer);
  };
  const abort = (failure: ExchangeFailure) => {
    if (isOver) return;
    finish();
    chunks.length = 0;
    connection?.abort(new Error(failure));
    handler.onFailure(failure, connection !== undefined);
  };
  const timer = setTimeout(abort, timeoutMs, 'timeout');

  dispatcher.dispatch(
    {
      path: target,
      method,
      headers: { 'user-agent': USER_AGENT, ...headers },
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
      onResponseData(_controller, chunk) {
        if (isOver) return;
        size += chunk.length;
        incomplete.bytes += chunk.length;
        chunks.push(chunk);
        if (size > MAX_RESPONSE_BYTES) abort('too-large');
        else if (incomplete.bytes > MAX_INCOMPLETE_BYTES && size > SMALL_RESPONSE_BYTES) abort('overloaded');
      },
      onResponseEnd() {
        if (isOver) return;
        finish();
        const text = chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks, size).toString();
        handler.onResponse({ status, headers: responseHeaders, text });
      },
      onResponseError() {
        if (isOver) return;
        finish();
        handler.onFailure(status === 0 ? 'unreachable' : 'broken', connection !== undefined);
      },
    },
  );
  return abort;
}
