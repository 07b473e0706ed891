// The body of a request as it arrives, in memory that depends on its bytes alone: node:http would keep each chunk in an object of its own.
import type { IncomingMessage } from 'node:http';
import { GrowingBuffer } from '../../upstream/growing-buffer.ts';
import { countChunk } from './shared-turns.ts';

/** Bytes that are kept before somebody reads: more wait in the connection. Ordinary bodies have fewer, and come with their heads. */
const MAX_HELD_BYTES = 16 * 1024;

/** Takes the number of further bytes. Shape: whether the body is still kept, or only read. Throws where it is not read on. */
type Count = (bytes: number) => boolean;

interface Reader {
  readonly count: Count;
  readonly resolve: (bytes: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

/** The body that is kept for a request is a property of it: a WeakMap of all requests would take the garbage collector longer. */
const BODY = Symbol('body');
type WithBody = IncomingMessage & { [BODY]?: ReceivedBody };

/** Whether a request has a body, perhaps an empty one. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Takes the body of a request from here on, if it has one; to be called before any of it has come, and perhaps again. */
export function holdBody(request: WithBody): void {
  if (hasBody(request)) request[BODY] ??= new ReceivedBody(request);
}

/** The body of a request that has one. */
export const bodyOf = (request: WithBody): ReceivedBody | undefined => request[BODY];

export class ReceivedBody {
  readonly #request: IncomingMessage;
  readonly #bytes = new GrowingBuffer();
  #isComplete = false;
  #isDropped = false;
  #reader: Reader | undefined;

  constructor(request: IncomingMessage) {
    this.#request = request;
    const { push } = request;
    // It stands in for the queue of the stream, which nobody else reads.
    request.push = (chunk: Buffer | null) => {
      if (chunk !== null) return this.#append(chunk);
      this.#isComplete = true;
      this.#finish();
      return push.call(request, null);
    };
    // What is left after the response is dropped here: node:http would read it past this.
    Object.assign(request, { _dump: () => this.#dropRest() });
  }

  /**
   * Reads it to its end. `count` is told of all bytes, as they come; what it throws ends the reading.
   * Errors: rejects with what `count` throws, and with undefined when it is dropped, or was before.
   */
  read(count: Count): Promise<Buffer> {
    if (this.#isDropped) return Promise.reject();
    return new Promise((resolve, reject) => {
      this.#reader = { count, resolve, reject };
      this.#count(this.#bytes.size);
      if (this.#isComplete) this.#finish();
      else if (this.#request.socket.isPaused()) this.#request.socket.resume();
    });
  }

  /** Keeps no bytes, neither of those that have come nor of those to come. A reader is rejected with the error. */
  drop(error?: unknown): void {
    this.#isDropped = true;
    this.#bytes.clear();
    this.#reader?.reject(error);
    this.#reader = undefined;
  }

  #dropRest(): void {
    this.drop();
    this.#request.resume();
  }

  /** Shape: whether further bytes are wanted now. */
  #append(chunk: Buffer): boolean {
    countChunk();
    if (this.#isDropped) return true;
    this.#bytes.append(chunk);
    if (!this.#reader) return this.#bytes.size <= MAX_HELD_BYTES;
    this.#count(chunk.length);
    return true;
  }

  #count(bytes: number): void {
    try {
      if (this.#reader && !this.#reader.count(bytes)) this.#bytes.clear();
    } catch (error) {
      this.drop(error);
    }
  }

  #finish(): void {
    this.#reader?.resolve(this.#bytes.take());
    this.#reader = undefined;
  }
}
