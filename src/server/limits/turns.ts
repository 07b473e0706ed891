// Divides the work before an execution into turns of the event loop: the operations of a batch, and those of requests that come at once.
import { isTurnSpent, nextTurn } from '../../upstream/turn.ts';
import type { ServerPlugin } from '../http/node-context.ts';

/** Lets an operation wait for a later turn when this one has done enough: before its document is parsed, and before it is executed. */
export function useTurns(): ServerPlugin {
  const untilNext = () => (isTurnSpent() ? nextTurn() : undefined);
  return { onParams: untilNext, onExecute: untilNext };
}
