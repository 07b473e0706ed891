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
  readonly limits: Pick<Limits, 'upstreamCalls' | 'rowsRead' | 'errors' | 'values'>;
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
  const { cloud, limits, defaultToken, readsAuthorization } = options;
  // With credentials of its own the server ignores the caller's token and project.
  const isPassthrough = cloud.config.auth.mode === 'passthrough';
  const projectId = (isPassthrough && header(PROJECT_ID)) || undefined;
  if (projectId !== undefined && !PROJECT_ID_GRAMMAR.test(projectId))
    throw badUserInput(`${PROJECT_ID} ${PROJECT_ID_FAULT}.`);
  const token = isPassthrough ? (header(TOKEN) ?? defaultToken) : undefined;
  const hasUnreadAuthorization = !token && !readsAuthorization && header(AUTHORIZATION) !== null;
  const caller = { name: callerName, token, projectId, requestId, hasUnreadAuthorization };
  const session = new Session(cloud, caller, { maxCalls: limits.upstreamCalls, maxRows: limits.rowsRead });
  return { session, meter: new Meter(session, size, limits) };
}

/** Ends the session when its operation has been executed. */
export function useSessionEnd(): ServerPlugin {
  return {
    onExecute: ({ args }) => ({ onExecuteDone: () => args.contextValue.session.end() }),
  };
}
