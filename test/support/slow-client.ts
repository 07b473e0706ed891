// A client that decides when it reads: it sends requests over a connection of its own and takes nothing until it is told to.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface SlowClient {
  readonly socket: Socket;
  /** Takes the first bytes of a response: it is made by then. */
  readFirst(): Promise<void>;
  /** Resolves when the server has closed the connection: without reading, a client finds out as it sends further bytes. */
  findClosed(): Promise<void>;
  /** Reads up to so many bytes every so many milliseconds until the connection ends. Shape: all that came. */
  readSteadily(bytes: number, everyMs: number): Promise<Buffer>;
}

/** The bytes of a POST over a connection that is kept. */
export function postBytes(body: unknown, headers: Readonly<Record<string, string>> = {}): Buffer {
  const content = Buffer.from(JSON.stringify(body));
  const all = {
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': content.length,
    'x-auth-token': 'test-token',
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST /graphql HTTP/1.1\r\n${head.join('')}\r\n`), content]);
}

/** Connects to a server of this machine, and sends it these bytes. */
export async function openSlowClient(origin: string, bytes: Uint8Array): Promise<SlowClient> {
  const socket = connect({ port: Number(new URL(origin).port), host: '127.0.0.1' });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'connect');
  socket.pause();
  socket.write(bytes);
  return {
    socket,
    async readFirst() {
      socket.resume();
      await Promise.race([once(socket, 'data'), closed]);
      socket.pause();
    },
    async findClosed() {
      const probe = setInterval(() => socket.write('\r\n'), 100);
      await closed;
      clearInterval(probe);
    },
    async readSteadily(size, everyMs) {
      const chunks: Buffer[] = [];
      socket.pause();
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        sum += chunk.length;
        if (sum >= size) socket.pause();
      });
      let sum = 0;
      let isOver = false;
      const over = closed.then(() => {
        isOver = true;
      });
      while (!isOver) {
        sum = 0;
        socket.resume();
        await Promise.race([wait(everyMs), over]);
      }
      return Buffer.concat(chunks);
    },
  };
}
