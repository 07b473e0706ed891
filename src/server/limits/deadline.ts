// Gives every operation its time: what has not been answered then is given up, and what has been is sent.
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graph/builder.ts';

export function useDeadline(milliseconds: number): Plugin<Context> {
  return {
    onExecute({ args }) {
      const { session } = args.contextValue as Context;
      return { onExecuteDone: session.endIn(milliseconds) };
    },
  };
}
