// The HTTP server: limits on headers and arrival times, and responses to what node:http rejects before any handler runs.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Config } from '../../config/config.ts';
import { KEEP_ALIVE_TIMEOUT_MS, RECEIVE_TIMEOUT_MS, SEND_TIMEOUT_MS } from '../../config/settings.ts';
import { MAX_HEADER_BYTES } from '../../upstream/auth/credentials.ts';
import { Connection } from './connection.ts';
import { closeSlowReaders } from './slow-readers.ts';

/** The most milliseconds by which a timeout may be noticed too late. */
const MAX_CHECK_MS = 1_000;

/** Creates the HTTP server of an app, not yet listening. A connection may be idle for `keepAliveTimeoutMs`. */
export function createHttpServer(
  app: RequestListener,
  {
    keepAliveTimeoutMs = KEEP_ALIVE_TIMEOUT_MS,
    receiveTimeoutMs = RECEIVE_TIMEOUT_MS,
    sendTimeoutMs = SEND_TIMEOUT_MS,
  }: Partial<Pick<Config, 'keepAliveTimeoutMs' | 'receiveTimeoutMs' | 'sendTimeoutMs'>> = {},
): Server {
  const checkMs = Math.min(MAX_CHECK_MS, Math.ceil(receiveTimeoutMs / 4));
  const server = createServer({
    keepAliveTimeout: keepAliveTimeoutMs,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: receiveTimeoutMs,
    requestTimeout: receiveTimeoutMs,
    connectionsCheckingInterval: checkMs,
    // The request guard rejects a missing Host with an error in GraphQL's shape.
    requireHostHeader: false,
  });
  closeSlowReaders(server, sendTimeoutMs);
  // A client that has sent all it wanted to gets its response. node:http has this property, and no option.
  Object.assign(server, { httpAllowHalfOpen: true });
  const connections = new Map<object, Connection>();
  const shared = { handle: app, waiting: 0 };
  server.on('connection', (socket: Socket) => {
    connections.set(socket, new Connection(socket, shared));
    socket.once('close', () => connections.delete(socket));
  });
  const checking = setInterval(() => {
    for (const connection of connections.values()) connection.check(receiveTimeoutMs);
  }, checkMs).unref();
  server.once('close', () => clearInterval(checking));
  server.on('request', (request, response) => connections.get(request.socket)?.receive(request, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => connections.get(socket)?.fail(error.code));
  // `100 Continue` is sent when the body is read; the request guard rejects other expectations.
  for (const event of ['checkContinue', 'checkExpectation'])
    server.on(event, (request: IncomingMessage, response: ServerResponse) => server.emit('request', request, response));
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
