// When a response has left: what was held for it can be given back.
import type { NodeContext } from './node-context.ts';

/**
 * Calls `end` once the last byte of the response was handed to the system, or its connection has closed. Never for a request within the
 * process, whose response has left when it is made.
 */
export function onceSent(context: NodeContext | undefined, end: () => void): void {
  const { req, res } = context ?? {};
  // The connection has closed while the request was handled: nothing says so again.
  if (res?.destroyed || req?.socket.destroyed) end();
  else res?.once('close', end);
}
