// Executes operations: a stand-in until compiled execution is here.
import { normalizedExecutor } from '@graphql-tools/executor';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { MaybePromise } from '../../upstream/auth/credentials.ts';

export interface Executor {
  execute(args: ExecutionArgs): MaybePromise<ExecutionResult>;
}
export const createExecutor = (): Executor => ({
  execute: (args) => normalizedExecutor(args) as MaybePromise<ExecutionResult>,
});
