// Clients that write the bytes of HTTP themselves, as no library would: they send slowly, read nothing, or close one side only.
import { connect, type Socket } from 'node:net';

const BASE_HEADERS = ['Host: 127.0.0.1', 'Content-Type: application/json'];

/** The head of a POST of a query. Its caller is the first one, unless the headers hold another `tokenOf` a caller. */
export function headOf(...headers: readonly string[]): string {
  const token = headers.some((header) => header.startsWith(TOKEN)) ? [] : [tokenOf(1)];
  return `${['POST /graphql HTTP/1.1', ...BASE_HEADERS, ...token, ...headers].join('\r\n')}\r\n\r\n`;
}

const TOKEN = 'X-Auth-Token: ';
/** The header that names one of many callers. */
export const tokenOf = (caller: number) => `${TOKEN}token-${caller}`;

/** The bytes of a whole POST. */
export const requestOf = (body: string, ...headers: readonly string[]) =>
  `${headOf(`Content-Length: ${Buffer.byteLength(body)}`, ...headers)}${body}`;

/** Bytes as chunks of HTTP, of `size` bytes each. Shape: without the last chunk. */
export function chunked(bytes: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  const head = Buffer.from(`${size.toString(16)}\r\n`);
  const end = Buffer.from('\r\n');
  for (let at = 0; at + size <= bytes.length; at += size) parts.push(head, bytes.subarray(at, at + size), end);
  return Buffer.concat(parts);
}
export const LAST_CHUNK = '0\r\n\r\n';

/** A connection. What comes back is counted, and its first line and its end are kept. */
export class RawClient {
  readonly socket: Socket;
  received = 0;
  isClosed = false;
  readonly closed: Promise<void>;
  #head = '';
  #onFirst = () => {};
  /** Resolves with the first byte, or when the connection closes. */
  readonly first = new Promise<void>((resolve) => {
    this.#onFirst = resolve;
  });

  /** `reads`: whether it reads what comes after the first piece of it. */
  constructor(origin: string | undefined, { reads = true, allowHalfOpen = false } = {}) {
    const port = Number(new URL(origin ?? 'http://127.0.0.1:9').port);
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        this.isClosed = true;
        this.#onFirst();
        resolve();
      });
    });
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk) => {
      this.received += chunk.length;
      if (this.#head.length < 4096) this.#head += chunk.toString('latin1');
      this.#onFirst();
      if (!reads) this.socket.pause();
    });
  }

  /** The status of the response, interim ones aside. */
  get status(): string {
    const [, status] = /(?:^|\n)HTTP\/1\.1 ([2-5]\d\d)/.exec(this.#head) ?? [];
    return status ?? (this.isClosed ? 'closed' : 'open');
  }

  /** The beginning of what came. */
  get head(): string {
    return this.#head;
  }

  /** Writes bytes. Resolves once they have left, or the connection is closed. */
  write(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()));
  }
}
