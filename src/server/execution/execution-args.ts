// What an executor gets, as Yoga has it.
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Context } from '../../graph/builder.ts';

/** What is executed. `document` has been validated, and the limits have been checked. */
export interface ExecutionArgs {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly contextValue: Context;
  readonly rootValue?: unknown;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

export type MaybePromise<Value> = Value | Promise<Value>;
