// A connection of a client: how it ends, so that the client gets the responses to what it has sent and the server is not held up by it.
import { type IncomingMessage, type RequestListener, type ServerResponse, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { STANDARD_HEADERS } from './error-response.ts';
import type { ServerPlugin } from './node-context.ts';
import { onceClosed } from './once-sent.ts';
import { holdBody } from './received-body.ts';
import { shareTurns } from './shared-turns.ts';

/** Bytes that are read and dropped of what still comes after a response, so that its sender gets to read the response. */
export const MAX_DROPPED_BYTES = 64 * 1024 * 1024;
/** Milliseconds for which they are. */
const LINGER_MS = 2_000;
/** Milliseconds between two looks at them. */
const CHECK_MS = 50;

/**
 * Milliseconds between two questions to a client that sends nothing more whether it is there. The first does not show it: only then does
 * the client's system say that nobody listens.
 */
const PROBE_MS = 100;
/** Milliseconds in which two of them have been sent, and an error has come back. */
const PROBES_MS = 3 * PROBE_MS;

/** Statuses of requests that node:http cannot parse, or that arrive too slowly; 400 for all others. */
const PROTOCOL_ERROR_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Requests of one connection that are handled at once; those that it has sent beyond them wait. */
const MAX_HANDLED = 100;
/** Requests of all connections that may wait so: each takes some 4 KB, whatever it has on the wire. The next ends its connection. */
const MAX_WAITING = 20_000;

/** What the connections of a server share. */
export interface Handling {
  readonly handle: RequestListener;
  /** Requests of all of them that wait. */
  waiting: number;
}

export class Connection {
  readonly #socket: Socket;
  readonly #shared: Handling;
  /** Requests that wait until fewer are handled. */
  readonly #waiting: ServerResponse[] = [];
  /** The responses that are not sent yet, in the order of their requests. */
  readonly #responses = new Set<ServerResponse>();
  /** The latest request. */
  #request: IncomingMessage | undefined;
  /** Bytes that had come when it was first seen to be idle, and when there were more: without a request, such as empty lines. */
  #idleBytes: number | undefined;
  #strayAt: number | undefined;
  /** Whether a request cannot be read, while those before it wait for their responses. */
  #hasFailed = false;
  /** Looks at what is dropped. */
  #dropping: NodeJS.Timeout | undefined;

  /** Watches a connection that has had no request yet. */
  constructor(socket: Socket, shared: Handling) {
    this.#socket = socket;
    shareTurns(socket);
    this.#shared = shared;
    // node:http closes a connection in this way after its last response. One over which bytes still come would be reset, and the response lost.
    socket.destroySoon = () => {
      if (this.#request?.complete === false || this.#hasFailed) this.#end();
      else Socket.prototype.destroySoon.call(socket);
    };
    socket.once('end', () => setTimeout(() => this.#probe(), PROBE_MS).unref());
    // Node.js 22 closes only the first of pipelined responses.
    socket.once('close', () => {
      clearInterval(this.#dropping);
      shared.waiting -= this.#waiting.splice(0).length;
      if (this.#responses.size === 0) return;
      setImmediate(() => {
        for (const response of this.#responses) response.emit('close');
      });
    });
  }

  /** Has a request handled, now or when its turn comes. One that comes after the last response is dropped. */
  receive(request: IncomingMessage, response: ServerResponse): void {
    if (this.#socket.writableEnded) return;
    this.#request = request;
    this.#idleBytes = undefined;
    this.#strayAt = undefined;
    this.#responses.add(response);
    onceClosed(response, () => {
      this.#responses.delete(response);
      if (!request.complete && !this.#socket.destroyed) this.#dropRest();
      if (this.#waiting.length > 0) this.#handleNext();
    });
    if (this.#responses.size <= MAX_HANDLED) this.#shared.handle(request, response);
    else this.#wait(request, response);
  }

  #wait(request: IncomingMessage, response: ServerResponse): void {
    holdBody(request);
    this.#waiting.push(response);
    if (++this.#shared.waiting > MAX_WAITING) this.#socket.destroy();
  }

  #handleNext(): void {
    const next = this.#waiting.shift();
    if (!next || this.#socket.destroyed) return;
    this.#shared.waiting--;
    this.#shared.handle(next.req, next);
  }

  /** Ends an idle connection over which bytes come for `timeoutMs` that begin no request: node:http would take it for used. */
  check(timeoutMs: number): void {
    if (this.#responses.size > 0 || !this.#request?.complete) return;
    const { bytesRead } = this.#socket;
    this.#idleBytes ??= bytesRead;
    if (bytesRead === this.#idleBytes) return;
    this.#strayAt ??= performance.now();
    if (performance.now() - this.#strayAt >= timeoutMs) this.fail('ERR_HTTP_REQUEST_TIMEOUT');
  }

  /** Responds to a request that cannot be read, by the code of the error, once those before it have their responses. Closes the connection. */
  fail(code = ''): void {
    const socket = this.#socket;
    // What comes while the connection ends is dropped.
    if (socket.writableEnded && !socket.destroyed) return;
    const response = this.#pending();
    if (code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else if (response?.req.complete) this.#failAfter(response, code);
    // A response that has begun must not be mixed with another one.
    else if (response ? response.headersSent : this.#dropping) socket.destroy();
    else this.#respond(PROTOCOL_ERROR_STATUS[code] ?? 400, response);
  }

  /** Nothing more is read meanwhile: each further byte would be the same error. */
  #failAfter(response: ServerResponse, code: string): void {
    this.#socket.pause();
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    response.once('close', () => {
      this.#hasFailed = false;
      this.fail(code);
    });
  }

  /** The first response that is not sent. */
  #pending(): ServerResponse | undefined {
    for (const response of this.#responses) if (!response.writableFinished) return response;
    return undefined;
  }

  /** Where the fault is in a body, the response has the headers that are set already, such as those of CORS. */
  #respond(status: number, response: ServerResponse | undefined): void {
    const headers = { ...STANDARD_HEADERS, 'content-length': '0', connection: 'close' };
    if (response) return void response.writeHead(status, headers).end();
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#request = undefined;
    this.#socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
    this.#end();
  }

  /** Says that no more responses come, and closes the connection when the client does, or after a bound. */
  #end(): void {
    this.#socket.end();
    this.#socket.resume();
    this.#dropRest();
  }

  /** Bounds what still comes of a request that has its response: Node.js reads and drops it without a bound. */
  #dropRest(): void {
    const socket = this.#socket;
    const maxBytesRead = socket.bytesRead + MAX_DROPPED_BYTES;
    const until = performance.now() + LINGER_MS;
    this.#dropping ??= setInterval(() => {
      const isComplete = this.#request?.complete;
      if (socket.bytesRead > maxBytesRead || performance.now() > until || (isComplete && socket.writableEnded))
        socket.destroy();
      else if (isComplete) {
        clearInterval(this.#dropping);
        this.#dropping = undefined;
      }
    }, CHECK_MS).unref();
  }

  /**
   * Tells a client that has closed its connection from one that has only sent all it wanted to: both look the same until something is
   * written, which is an interim response. HTTP/1.0 has none.
   */
  #probe(): void {
    const response = this.#pending();
    if (!response || this.#socket.destroyed) return;
    if (!response.headersSent && response.req.httpVersion !== '1.0') response.writeProcessing();
    setTimeout(() => this.#probe(), PROBE_MS).unref();
  }
}

/**
 * Where a client has ended its side of the connection while its request was queued or authenticated, waits until it is known whether the
 * client is there: for one that is not no upstream call is made.
 */
export function useHalfClosed(): ServerPlugin {
  return {
    onRequest({ serverContext }) {
      const { req } = serverContext ?? {};
      return req?.socket.readableEnded && req.httpVersion !== '1.0' ? wait(PROBES_MS) : undefined;
    },
  };
}
