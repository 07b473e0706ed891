// Creates the GraphQL context of a request: its session of upstream calls.
import { PROJECT_ID } from '../config/settings.ts';
import type { Context } from '../graph/builder.ts';
import { badUserInput } from '../graph/errors.ts';
import type { Cloud } from '../upstream/cloud.ts';
import { Session } from '../upstream/session.ts';
import { PROJECT_ID as PROJECT_ID_HEADER, TOKEN } from './http/caller-headers.ts';
import { requestIdOf } from './http/request-id.ts';

/**
 * Creates the context. Its upstream calls are cancelled when the client disconnects.
 * `defaultToken` is for requests without a token: the sandbox's, never a real cloud's.
 * Errors: throws BAD_USER_INPUT for an invalid X-Project-Id.
 */
export function createContext(
  request: Request,
  cloud: Cloud,
  maxCalls: number,
  defaultToken: string | undefined,
): Context {
  // With credentials of its own the server ignores the caller's token and project.
  const isPassthrough = cloud.config.auth.mode === 'passthrough';
  const projectId = (isPassthrough && request.headers.get(PROJECT_ID_HEADER)) || undefined;
  if (projectId !== undefined && !PROJECT_ID.test(projectId))
    throw badUserInput(`${PROJECT_ID_HEADER} must be a project id: 1 to 64 letters, digits, - and _.`);
  const token = isPassthrough ? (request.headers.get(TOKEN) ?? defaultToken) : undefined;
  const session = new Session(cloud, { token, projectId, requestId: requestIdOf(request) }, { maxCalls });
  request.signal.addEventListener('abort', () => session.cancel('aborted'), { once: true });
  return { session };
}
