// The HTTP server: limits on headers and arrival times, and responses to what node:http rejects before any handler runs.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Config } from '../../config/config.ts';
import { KEEP_ALIVE_TIMEOUT_MS, SEND_TIMEOUT_MS } from '../../config/settings.ts';
import { MAX_HEADER_BYTES } from '../../upstream/auth/credentials.ts';
import { STANDARD_HEADERS } from './error-response.ts';
import { MAX_DROPPED_BYTES } from './request-body.ts';
import { closeSlowReaders } from './slow-readers.ts';

/** Milliseconds in which a request must arrive. */
const RECEIVE_TIMEOUT_MS = 30_000;

/** Creates the HTTP server of an app, not yet listening. A connection may be idle for `keepAliveTimeoutMs`. */
export function createHttpServer(
  app: RequestListener,
  {
    keepAliveTimeoutMs = KEEP_ALIVE_TIMEOUT_MS,
    sendTimeoutMs = SEND_TIMEOUT_MS,
  }: Partial<Pick<Config, 'keepAliveTimeoutMs' | 'sendTimeoutMs'>> = {},
): Server {
  const server = createServer({
    keepAliveTimeout: keepAliveTimeoutMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: RECEIVE_TIMEOUT_MS,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    // The request guard rejects a missing Host with an error in GraphQL's shape.
    requireHostHeader: false,
  });
  server.on('request', propagateClose);
  server.on('request', boundUnreadBody);
  server.on('request', boundPipelined(app));
  closeSlowReaders(server, sendTimeoutMs);
  server.on('clientError', handleProtocolError);
  // The request guard rejects other expectations than 100-continue.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  return server;
}

/** Takes the port. Shape: the address. Errors: rejects with the system's, such as EADDRINUSE. */
export function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const { port: bound } = server.address() as AddressInfo;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
    });
  });
}

/** The responses of each connection that are not sent yet. */
const pending = new WeakMap<Socket, Set<ServerResponse>>();

/** Emits `close` on every pending response of a connection that closes: Node.js 22 does so only on the first of pipelined ones. */
function propagateClose({ socket }: IncomingMessage, response: ServerResponse): void {
  const responses = pending.get(socket) ?? new Set();
  if (!pending.has(socket)) {
    pending.set(socket, responses);
    const closeAll = () => {
      for (const waiting of responses) waiting.emit('close');
    };
    socket.once('close', () => setImmediate(closeAll));
  }
  responses.add(response);
  response.once('close', () => responses.delete(response));
}

/** Requests of a connection that are handled at once, in advance of responses that the client has not taken. */
const MAX_PIPELINED = 16;

/** Lets further requests of a connection wait until responses to earlier ones have left: Node.js reads hundreds at once. */
function boundPipelined(app: RequestListener): RequestListener {
  return (request, response) => {
    const { socket } = request;
    const responses = pending.get(socket);
    if (!responses || responses.size <= MAX_PIPELINED) return app(request, response);
    const earlier = [...responses].at(-1 - MAX_PIPELINED);
    earlier?.once('close', () => {
      if (!socket.destroyed) app(request, response);
    });
  };
}

/** Milliseconds between two looks at a body that is still arriving. */
const UNREAD_CHECK_MS = 50;

/** Ends a connection over which a body goes on after its response: Node.js reads and drops it without a bound. */
function boundUnreadBody(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    if (request.complete) return;
    const { socket } = request;
    const maxBytesRead = socket.bytesRead + MAX_DROPPED_BYTES;
    const timer = setInterval(() => {
      if (request.complete || socket.destroyed) clearInterval(timer);
      else if (socket.bytesRead > maxBytesRead) socket.destroy();
    }, UNREAD_CHECK_MS).unref();
  });
}

/** Statuses of requests that node:http cannot parse, or that arrive too slowly; 400 for all others. */
const PROTOCOL_ERROR_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Milliseconds that a client has to close the connection after such a response. */
const LINGER_MS = 2_000;

/**
 * Responds where a request cannot be read. Where the fault is in a body, the response has the headers that are set already, such as those
 * of CORS.
 */
function handleProtocolError(error: NodeJS.ErrnoException, socket: Duplex): void {
  const { _httpMessage: response } = socket as Duplex & { readonly _httpMessage?: ServerResponse | null };
  // A response that has begun must not be mixed with another one, nor take the place of one to an earlier request.
  const isResponding = response ? response.headersSent || response.req.complete : false;
  if (error.code === 'ECONNRESET' || !socket.writable || isResponding) return void socket.destroy();
  const status = PROTOCOL_ERROR_STATUS[error.code ?? ''] ?? 400;
  const headers = { ...response?.getHeaders(), ...STANDARD_HEADERS, 'content-length': '0', connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
  (socket as Socket).setTimeout(LINGER_MS, () => socket.destroy());
}
