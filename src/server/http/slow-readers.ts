// Closes connections whose clients do not take what is sent to them: it waits in memory meanwhile.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes that a client must take in a second, while any wait for it. */
const MIN_BYTES_PER_SECOND = 10_000;

/** Looks at a connection in its time. They are counted, so that a process that was stopped for a while closes no connection for it. */
const LOOKS = 8;

/** What a client had taken when bytes began to wait for it, or when it was last found to be fast enough; and the looks since. */
interface Progress {
  readonly taken: number;
  looks: number;
}

/** Closes each connection of a server on which bytes have waited for `timeoutMs`, while the client has taken too few. */
export function closeSlowReaders(server: Server, timeoutMs: number): void {
  const minBytes = (MIN_BYTES_PER_SECOND * timeoutMs) / 1000;
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
    for (const [socket, progress] of sockets) {
      const waiting = socket.writableLength;
      // What was handed to the system.
      const taken = socket.bytesWritten - waiting;
      if (waiting === 0) sockets.set(socket, undefined);
      else if (!progress || (progress.looks === LOOKS - 1 && taken - progress.taken >= minBytes))
        sockets.set(socket, { taken, looks: 0 });
      else if (++progress.looks === LOOKS) socket.destroy();
    }
  }
}
