// Executes operations: one seam, behind which the means may change.
import { normalizedExecutor } from '@graphql-tools/executor';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Context } from '../../graph/builder.ts';
import type { ServerPlugin } from '../http/node-context.ts';

/** What is executed. `document` has been validated, and the limits have been checked. */
export interface ExecutionArgs {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly contextValue: Context;
  readonly rootValue?: unknown;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

type MaybePromise<Value> = Value | Promise<Value>;

export interface Executor {
  execute(args: ExecutionArgs): MaybePromise<ExecutionResult>;
}

/** Makes the executor of an app. */
export function createExecutor(): Executor {
  return { execute: (args) => normalizedExecutor(args as never) as MaybePromise<ExecutionResult> };
}

/** Makes Yoga use an executor. */
export function useExecutor({ execute }: Executor): ServerPlugin {
  return { onExecute: ({ setExecuteFn }) => setExecuteFn(execute as never) };
}
