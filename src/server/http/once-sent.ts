// When a response has left: what was held for it can be given back.
import type { ServerResponse } from 'node:http';
import type { NodeContext } from './node-context.ts';

/** What `onceClosed` calls is a property of the response: a listener for each would cost more. */
const ENDS = Symbol('ends');
type WithEnds = ServerResponse & { [ENDS]?: (() => void)[] };

/** Calls `end` once a response was handed to the system as a whole, or its connection has closed. */
export function onceClosed(response: WithEnds, end: () => void): void {
  const ends = response[ENDS];
  if (ends) {
    ends.push(end);
    return;
  }
  response[ENDS] = [end];
  response.once('close', callEnds);
}

function callEnds(this: WithEnds): void {
  for (const end of this[ENDS] ?? []) end();
}

/**
 * Calls `end` once the last byte of the response was handed to the system, or its connection has closed. Never for a request within the
 * process, whose response has left when it is made.
 */
export function onceSent(context: NodeContext | undefined, end: () => void): void {
  const { req, res } = context ?? {};
  if (!context || !res) return;
  // The connection has closed while the request was handled: nothing says so again.
  if (res.destroyed || req?.socket.destroyed) end();
  else onceClosed(res, end);
}
