// Creates the GraphQL context of an operation: the session of its upstream calls, and its meter.
import type { Limits } from '../config/config.ts';
import { PROJECT_ID_FAULT, PROJECT_ID_GRAMMAR } from '../config/settings.ts';
import type { Context } from '../graph/builder.ts';
import { badUserInput } from '../graph/errors.ts';
import { Meter, type ResponseSize } from '../graph/meter.ts';
import type { Cloud } from '../upstream/cloud.ts';
import { Session } from '../upstream/session.ts';
import { AUTHORIZATION, PROJECT_ID, type ReadHeader, TOKEN } from './http/caller-headers.ts';
import type { ServerPlugin } from './http/node-context.ts';

export interface ContextOptions {
  readonly cloud: Cloud;
  /** Calls that an operation may make to each service. */
  readonly maxCalls: number;
  /** Rows of lists that an operation may read. */
  readonly maxRows: number;
  /** Errors and values of the result of an operation. */
  readonly resultLimits: Pick<Limits, 'errors' | 'values'>;
  /** The token of requests without one: the sandbox's, never a real cloud's. */
  readonly defaultToken: string | undefined;
  /** Whether callers authenticate with the header Authorization, so that an IAM token there is not a mistake to explain. */
  readonly readsAuthorization: boolean;
}

/**
 * Creates the context.
 * Errors: throws BAD_USER_INPUT for an invalid X-Project-Id.
 */
export function createContext(
  header: ReadHeader,
  requestId: string,
  callerName: string,
  size: ResponseSize,
  options: ContextOptions,
): Context {
  const { cloud, maxCalls, maxRows, defaultToken, readsAuthorization } = options;
  // With credentials of its own the server ignores the caller's token and project.
  const isPassthrough = cloud.config.auth.mode === 'passthrough';
  const projectId = (isPassthrough && header(PROJECT_ID)) || undefined;
  if (projectId !== undefined && !PROJECT_ID_GRAMMAR.test(projectId))
    throw badUserInput(`${PROJECT_ID} ${PROJECT_ID_FAULT}.`);
  const token = isPassthrough ? (header(TOKEN) ?? defaultToken) : undefined;
  const hasUnreadAuthorization = !token && !readsAuthorization && header(AUTHORIZATION) !== null;
  const caller = { name: callerName, token, projectId, requestId, hasUnreadAuthorization };
  const session = new Session(cloud, caller, { maxCalls, maxRows });
  return { session, meter: new Meter(session, size, options.resultLimits) };
}

/** Ends the session when its operation has been executed. */
export function useSessionEnd(): ServerPlugin {
  return {
    onExecute: ({ args }) => ({ onExecuteDone: () => args.contextValue.session.end() }),
  };
}
