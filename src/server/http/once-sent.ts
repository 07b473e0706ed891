// When a response has left: what was held for it can be given back.
import type { NodeContext } from './node-context.ts';

/**
 * Calls `end` once the last byte of the response was handed to the system, or its connection has closed. Never for a request within the
 * process, whose response has left when it is made.
 */
export function onceSent(context: NodeContext | undefined, end: () => void): void {
  const { req, res } = context ?? {};
  if (!context || !res) return;
  // The connection has closed while the request was handled: nothing says so again.
  if (res.destroyed || req?.socket.destroyed) end();
  else if (context.ends) context.ends.push(end);
  else {
    const ends = [end];
    context.ends = ends;
    res.once('close', () => {
      for (const one of ends) one();
    });
  }
}
