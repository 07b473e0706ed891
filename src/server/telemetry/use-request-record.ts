// Fills the records of requests that Yoga handles; the fast path fills the others.
import type { ExecutionResult } from 'graphql';
import type { CallerName } from '../auth/caller-name.ts';
import { rejectionOf } from '../http/error-response.ts';
import type { ServerPlugin } from '../http/node-context.ts';
import { type OperationRecord, recordOf } from '../http/request-record.ts';
import { setServerTiming } from '../http/server-timing.ts';
import { costOf } from '../limits/cost-limit.ts';

/** Two plugins: `first` is before all that can reject an operation, and `last` behind it. */
interface RequestRecordPlugins {
  readonly first: ServerPlugin;
  readonly last: ServerPlugin;
}

/** Fill the record of a request that Yoga handles. */
export function useRequestRecord(callerOf: CallerName): RequestRecordPlugins {
  const running = new WeakMap<object, OperationRecord>();
  const last: ServerPlugin = { onExecute: ({ args }) => running.get(args.contextValue)?.onExecute() };
  const first: ServerPlugin = {
    onExecute({ args }) {
      const operation = recordOf(args.contextValue.req)?.begin(args, args.contextValue, costOf(args));
      if (!operation) return undefined;
      running.set(args.contextValue, operation);
      return { onExecuteDone: () => operation.onExecuted() };
    },
    onExecutionResult({ result, context }) {
      if (result && !(Symbol.asyncIterator in result)) running.get(context)?.onResult(result as ExecutionResult);
    },
    // Results that no operation has, too: of requests that a hook of their body or their parameters rejects.
    onResultProcess({ result, serverContext }) {
      const record = recordOf(serverContext?.req);
      for (const part of [result].flat())
        if ('errors' in part) for (const error of part.errors ?? []) record?.add(error);
    },
    onResponse({ request, response, serverContext }) {
      const record = recordOf(serverContext?.req);
      if (!record) return;
      record.caller ??= callerOf(request, serverContext?.req?.socket.remoteAddress);
      if (serverContext?.res) setServerTiming(serverContext.res);
      const rejection = rejectionOf(response);
      if (rejection) record.add(rejection);
    },
  };
  return { first, last };
}
