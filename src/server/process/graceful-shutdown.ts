// Graceful shutdown of an HTTP server: it closes its connections without losing a request that it could have handled.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { DrainConfig } from '../../config/config.ts';
import type { Logger } from '../logger.ts';

/** Milliseconds in which a new connection must send its first request. */
const FIRST_REQUEST_TIMEOUT_MS = 250;

/** Closes the connections of a server, each with the response to its last request: `Connection: close` tells the client not to reuse it. */
export class Connections {
  readonly #server: Server;
  readonly #pending = new Set<ServerResponse>();
  /** Connections without a request yet: Node.js does not count them as idle. */
  readonly #unused = new Set<Socket>();
  #isClosing = false;

  /** Watches a server that has no connection yet. */
  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#unused.add(socket);
      socket.once('close', () => this.#unused.delete(socket));
    });
    server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#unused.delete(socket);
      if (this.#isClosing) response.setHeader('connection', 'close');
      this.#pending.add(response);
      response.once('close', () => this.#pending.delete(response));
    });
  }

  /** Requests whose response is not complete. */
  get inFlight(): number {
    return this.#pending.size;
  }

  /** Sends `Connection: close` with every further response. */
  startClosing(): void {
    this.#isClosing = true;
    for (const response of this.#pending) if (!response.headersSent) response.setHeader('connection', 'close');
  }

  /**
   * Accepts no further connections, closes idle ones, and the others with their responses, at the latest after `timeoutMs`.
   * Shape: the number of requests that this has cut off.
   */
  async close(timeoutMs: number): Promise<number> {
    let cutOff = 0;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timers = [
      setTimeout(() => {
        for (const socket of this.#unused) socket.destroy();
      }, FIRST_REQUEST_TIMEOUT_MS),
      setTimeout(() => {
        cutOff = this.inFlight;
        this.#server.closeAllConnections();
      }, timeoutMs),
    ];
    await closed;
    for (const timer of timers) clearTimeout(timer);
    return cutOff;
  }
}

/** Drains a server: for `delayMs` it still accepts requests, then it finishes those that it has within `timeoutMs`. Logs what becomes of them. */
export async function drain(
  connections: Connections,
  { delayMs, timeoutMs }: DrainConfig,
  log: Logger['info'],
): Promise<void> {
  connections.startClosing();
  const { inFlight } = connections;
  log(`Draining: ${requests(inFlight)} in flight, new ones are accepted for another ${delayMs / 1000} s.`, {
    inFlight,
  });
  await wait(delayMs);
  if (connections.inFlight > 0)
    log(`The port is closed: ${requests(connections.inFlight)} in flight may take another ${timeoutMs / 1000} s.`, {
      inFlight: connections.inFlight,
    });
  const cutOff = await connections.close(timeoutMs);
  log(cutOff === 0 ? 'Drained: no request was cut off.' : `Drained: ${requests(cutOff)} cut off.`, { cutOff });
}

const requests = (count: number) => `${count} ${count === 1 ? 'request' : 'requests'}`;
