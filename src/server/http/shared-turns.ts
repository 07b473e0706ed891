// Lets the connections of clients wait while a turn of the event loop has done enough: node:http takes all that a connection has received
// in one turn, and a chunk of one byte costs as much as one of kilobytes.
import type { Socket } from 'node:net';
import { isTurnSpent } from '../../upstream/turn.ts';

/** Chunks after which the clock is read: they take some 0.2 ms. */
const ASK_CHUNKS = 128;

const connections = new Set<Socket>();
let chunks = 0;
let isWaiting = false;

/** Has a connection wait with all others, until it closes. */
export function shareTurns(socket: Socket): void {
  connections.add(socket);
  socket.once('close', () => connections.delete(socket));
}

/**
 * Counts a chunk of the body of a request. Where the turn is spent, nothing more is read from any connection in it: in the next one all go
 * on, behind nothing else that waits.
 */
export function countChunk(): void {
  if (++chunks % ASK_CHUNKS !== 0 || isWaiting || !isTurnSpent()) return;
  isWaiting = true;
  const reading = [...connections].filter((socket) => !socket.isPaused());
  for (const socket of reading) socket.pause();
  setImmediate(() => {
    isWaiting = false;
    for (const socket of reading) if (!socket.destroyed) socket.resume();
  });
}
