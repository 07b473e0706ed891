// Closes connections whose clients do not take what is sent to them: it waits in memory meanwhile.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes that a client must take in a second, while any wait for it. */
const MIN_BYTES_PER_SECOND = 10_000;

/** Looks at a connection within its time. */
const LOOKS = 8;

/** What a client had taken when bytes began to wait for it, or when it was last found to be fast enough. */
interface Progress {
  readonly taken: number;
  readonly at: number;
}

/** Closes each connection of a server on which bytes have waited for `timeoutMs`, while the client has taken too few. */
export function closeSlowReaders(server: Server, timeoutMs: number): void {
  const sockets = new Map<Socket, Progress | undefined>();
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('listening', () => {
    const timer = setInterval(lookAtAll, timeoutMs / LOOKS).unref();
    server.once('close', () => clearInterval(timer));
  });

  function lookAtAll(): void {
    const now = performance.now();
    for (const [socket, before] of sockets) {
      const waiting = socket.writableLength;
      if (waiting === 0) {
        if (before) sockets.set(socket, undefined);
        continue;
      }
      const taken = socket.bytesWritten - waiting;
      if (!before) sockets.set(socket, { taken, at: now });
      else if (now - before.at >= timeoutMs) {
        if (taken - before.taken < (MIN_BYTES_PER_SECOND * (now - before.at)) / 1000) socket.destroy();
        else sockets.set(socket, { taken, at: now });
      }
    }
  }
}
