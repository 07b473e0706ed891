// Ends operations whose responses are too large, and limits the errors of an operation: what its meter says once it is executed.
import type { ExecutionResult } from 'graphql';
import type { ServerPlugin } from '../http/node-context.ts';

export function useExecutionLimits(): ServerPlugin {
  return {
    onExecute: ({ args }) => ({
      onExecuteDone({ result, setResult }) {
        const { meter } = args.contextValue;
        const rejection = meter.close();
        if (rejection) return setResult({ errors: [rejection] });
        const { errors, ...rest } = result as ExecutionResult;
        if (errors) setResult({ errors: meter.report(errors), ...rest });
      },
    }),
  };
}
