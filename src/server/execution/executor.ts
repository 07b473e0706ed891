// Executes operations: those that are sent again and again by compiled code, all others by Yoga's executor. Both respond alike.
import { normalizedExecutor } from '@graphql-tools/executor';
import {
  type ASTNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  locatedError,
  visit,
} from 'graphql';
import type { Context } from '../../graph/builder.ts';
import { isSuppressed } from '../../graph/errors.ts';
import { readField } from '../../graph/metered.ts';
import type { ServerPlugin } from '../http/node-context.ts';
import { type Compiled, CompiledOperations } from './compiled-operations.ts';
import type { ExecutionArgs, MaybePromise } from './execution-args.ts';

export type { ExecutionArgs, MaybePromise };

export interface Executor {
  execute(args: ExecutionArgs): MaybePromise<ExecutionResult>;
  /** Fields of the operations whose code is kept. */
  readonly size: number;
  /** Prepares for the first operation that is compiled. */
  warmUp(): Promise<void>;
}

interface ExecutorOptions {
  readonly schema: GraphQLSchema;
  /** Documents are compiled when they are executed for the n-th time; never where it is 0. */
  readonly compileAfter: number;
  readonly memoryShare: number;
}

/** Makes the executor of an app. */
export function createExecutor({ schema, compileAfter, memoryShare }: ExecutorOptions): Executor {
  const operations = new CompiledOperations(schema, compileAfter, memoryShare);
  const run = (compiled: Compiled | undefined, args: ExecutionArgs) =>
    compiled ? runCompiled(compiled, args) : interpret(args);
  return {
    execute(args) {
      const compiled = operations.find(args);
      return compiled instanceof Promise ? compiled.then((later) => run(later, args)) : run(compiled, args);
    },
    get size() {
      return operations.size;
    },
    warmUp: () => operations.warmUp(),
  };
}

/** Makes Yoga use an executor. */
export function useExecutor({ execute }: Executor): ServerPlugin {
  return { onExecute: ({ setExecuteFn }) => setExecuteFn(execute as never) };
}

/** Executes without compiled code. Fields without a resolver are metered as they are read. */
export function interpret(args: ExecutionArgs): MaybePromise<ExecutionResult> {
  args.contextValue.meter.compiled = undefined;
  const result = normalizedExecutor({ ...args, fieldResolver: readField } as never);
  return result as MaybePromise<ExecutionResult>;
}

/** Executes compiled code. Where it cannot read the variables, or fails as a whole, the other executor says what is wrong. */
function runCompiled(compiled: Compiled, args: ExecutionArgs): MaybePromise<ExecutionResult> {
  const { contextValue, rootValue, variableValues } = args;
  const failed = () => {
    compiled.reject();
    return interpret(args);
  };
  const done = (result: ExecutionResult) => {
    if (!('data' in result)) return interpret(args);
    return result.errors ? { ...result, errors: located(compiled, contextValue, result.errors) } : result;
  };
  const { promise: failure, resolve: fail } = Promise.withResolvers<MaybePromise<ExecutionResult>>();
  contextValue.meter.compiled = { fail: () => fail(failed()) };
  try {
    const result = compiled.run(rootValue, contextValue, variableValues) as MaybePromise<ExecutionResult>;
    return result instanceof Promise ? Promise.race([result.then(done), failure]) : done(result);
  } catch {
    return failed();
  }
}

/** The errors of compiled code as those of the other executor, with the nodes where they are; those behind the limit as they are. */
function located(
  { document, reject }: Compiled,
  { meter }: Context,
  errors: readonly GraphQLError[],
): readonly GraphQLError[] {
  const nodes = new Map<string, ASTNode>();
  visit(document, { enter: (node) => void (node.loc && nodes.set(placeOf(node.loc.startToken), node)) });
  // They are kept until the end: from now on they are counted as they come.
  if (errors.length > meter.maxErrors) reject();
  let count = 0;
  return errors.map((error) => {
    if (isSuppressed(error) || count++ >= meter.maxErrors) return error;
    // A fragment that is spread twice has each of its fields twice.
    const places = new Set(error.locations?.map(placeOf));
    const at = [...places].flatMap((place) => nodes.get(place) ?? []);
    return locatedError(error.originalError ?? new Error(error.message), at, error.path);
  });
}

const placeOf = ({ line, column }: { readonly line: number; readonly column: number }) => `${line}:${column}`;
