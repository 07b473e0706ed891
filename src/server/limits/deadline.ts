// Gives every operation a deadline: calls that are not finished by then are cancelled, and what has been resolved is sent.
import type { ServerPlugin } from '../http/node-context.ts';

export function useDeadline(milliseconds: number): ServerPlugin {
  return {
    onExecute: ({ args }) => ({ onExecuteDone: args.contextValue.session.startDeadline(milliseconds) }),
  };
}
