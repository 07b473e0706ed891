// Opens connections on which interim responses (1xx) are passed over. undici closes a connection at `100 Continue`, and cannot read on
// after an interim response of HTTP 1.0 or with `Connection: close`: docs/upstream/gateway.md#interim-responses.
import type { Socket } from 'node:net';
import { buildConnector, type Connector } from './undici.ts';

/** Bytes of the longest interim response; a longer one is left to undici, which fails the request. */
const MAX_INTERIM_BYTES = 16_384;

/** Whole interim responses, with blank lines before them. Not 101, which another protocol follows. */
const INTERIM = /^(?:(?:\r\n)*HTTP\/1\.[01] 1(?!01)\d\d(?: [^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n)+/;
const BEGINNING = /^HTTP\/1\.[01] 1(?!01)\d\d/;
const EXAMPLE = 'HTTP/1.1 100';

/** The place of the status in a response, and its first digit in an interim one. */
const STATUS_AT = 'HTTP/1.1 '.length;
const [ONE, CR] = [0x31, 0x0d];

/** Connects to a service. A connection that takes longer than `timeoutMs` fails. */
export function createConnector(timeoutMs: number): Connector {
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false });
  return (options, callback) =>
    connect(options, (...result) => {
      const [, socket] = result;
      if (socket) passOverInterim(socket);
      callback(...result);
    });
}

/**
 * Takes interim responses out of what is read from a connection, between a request and the head of its response: never out of a body.
 * undici reads with `read` and sends no request before the last response is complete.
 */
function passOverInterim(socket: Socket): void {
  const read: (size?: number) => Buffer | null = socket.read.bind(socket);
  const write = socket.write.bind(socket);
  let expectsHead = false;
  /** The beginning of an interim response. */
  let held: Buffer = Buffer.alloc(0);

  socket.write = ((...parameters: Parameters<typeof write>) => {
    expectsHead = true;
    return write(...parameters);
  }) as typeof write;
  socket.read = (size) => {
    for (;;) {
      const chunk = read(size);
      if (chunk === null || !expectsHead) return chunk;
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const rest = mayBeInterim(bytes) ? withoutInterim(bytes) : bytes;
      if (rest.length > 0 && !(mayBeInterim(rest) && mayBecomeInterim(rest))) {
        expectsHead = false;
        held = Buffer.alloc(0);
        return rest;
      }
      held = rest;
    }
  };
}

/** Whether it is worth a closer look; false for nearly every response. */
const mayBeInterim = (bytes: Buffer) => bytes.length <= STATUS_AT || bytes[STATUS_AT] === ONE || bytes[0] === CR;

/** What follows the interim responses that are complete. */
const withoutInterim = (bytes: Buffer) => bytes.subarray(INTERIM.exec(bytes.toString('latin1'))?.[0].length ?? 0);

/** Whether more bytes may make it an interim response. */
function mayBecomeInterim(bytes: Buffer): boolean {
  const text = bytes.toString('latin1').replace(/^(\r\n)*\r?/, '');
  const isBeginning = BEGINNING.test(text + EXAMPLE.slice(text.length));
  return isBeginning && bytes.length <= MAX_INTERIM_BYTES && !text.includes('\r\n\r\n');
}
