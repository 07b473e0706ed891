// The context of one request: who asks, and the upstream calls made in his name.
import type { Context } from '../graph/builder.ts';
import { badUserInput } from '../graph/errors.ts';
import { type Cloud, Session } from '../upstream/cloud.ts';
import { requestIdOf } from './http/request-id.ts';

/** Headers by which a caller says who he is. */
const TOKEN_HEADER = 'x-auth-token';
const PROJECT_HEADER = 'x-project-id';

/**
 * Makes the context. All upstream calls are given up when the caller goes.
 * `defaultToken` is for requests without a token: the sandbox's, never a real cloud's.
 * Errors: throws BAD_USER_INPUT for an X-Project-Id that is none.
 */
export function createContext(
  request: Request,
  cloud: Cloud,
  maximumCalls: number,
  defaultToken: string | undefined,
): Context {
  // Where the server asks with credentials of its own, a caller has neither token nor project.
  const isCallers = cloud.config.auth.mode === 'passthrough';
  const projectId = (isCallers && request.headers.get(PROJECT_HEADER)) || undefined;
  if (projectId !== undefined && !/^[A-Za-z0-9_-]{1,64}$/.test(projectId)) {
    throw badUserInput('The header X-Project-Id holds no project id: 1 to 64 letters, digits, - and _.');
  }
  const token = isCallers ? (request.headers.get(TOKEN_HEADER) ?? defaultToken) : undefined;
  const session = new Session(cloud, { token, projectId, requestId: requestIdOf(request) }, maximumCalls);
  request.signal.addEventListener('abort', () => session.end('aborted'), { once: true });
  return { session };
}
