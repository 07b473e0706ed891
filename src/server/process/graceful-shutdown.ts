// How an HTTP server begins and ends: it takes its port, and stops without losing a request that it could have answered.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { DrainConfig } from '../../config/config.ts';

/** Milliseconds in which the first request of a new connection comes, if it was opened for one. */
const FIRST_REQUEST_MS = 250;

/** Lets the connections of a server go, each with the answer to its last request: a client then knows that it must not use it again. */
export class Connections {
  readonly #server: Server;
  readonly #answering = new Set<ServerResponse>();
  /** Those that no request has come over: Node takes them for busy. */
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
      this.#answering.add(response);
      response.once('close', () => this.#answering.delete(response));
    });
  }

  /** Tells every client with the next answer that its connection ends. */
  startClosing(): void {
    this.#isClosing = true;
    for (const response of this.#answering) if (!response.headersSent) response.setHeader('connection', 'close');
  }

  /** Takes no further connections, ends the idle ones, and the others as they are answered, at the latest after a time. */
  async close(timeoutMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timers = [
      setTimeout(() => {
        for (const socket of this.#unused) socket.destroy();
      }, FIRST_REQUEST_MS),
      setTimeout(() => this.#server.closeAllConnections(), timeoutMs),
    ];
    await closed;
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Stops a server: for a while it still takes requests, then it answers those that it has. */
export async function drain(connections: Connections, { delayMs, timeoutMs }: DrainConfig): Promise<void> {
  connections.startClosing();
  await wait(delayMs);
  await connections.close(timeoutMs);
}
