// IAM of the sandbox: issues project-scoped tokens for a password, and checks the tokens of all other calls.
// Sources: docs/upstream/iam.md#create-a-token, #errors.
import { createHash } from 'node:crypto';
import type { SandboxRequest } from './request.ts';
import { HttpError, jsonResponse, type SandboxResponse } from './response.ts';
import type { IssuedToken, SandboxState } from './state.ts';
import type { Named, World } from './world/types.ts';

const DAY_IN_MS = 24 * 60 * 60 * 1000;

export type TokenProblem = 'missing' | 'unknown' | 'expired' | 'unscoped';

/** Creates the token store with the world's two fixed tokens. */
export function createTokens(world: World): Map<string, IssuedToken> {
  const projectId = world.projects[0].id;
  return new Map([
    [world.tokens.valid, { projectId, expiresAt: Number.POSITIVE_INFINITY }],
    [world.tokens.expired, { projectId, expiresAt: 0 }],
  ]);
}

/** Checks X-Auth-Token. A header that is sent twice arrives joined by a comma, so it matches no token. */
export function checkToken(
  state: SandboxState,
  request: SandboxRequest,
): IssuedToken | Exclude<TokenProblem, 'unscoped'> {
  const header = request.headers['x-auth-token'];
  const text = Array.isArray(header) ? header.join(', ') : header;
  if (text === undefined || text === '') return 'missing';
  const token = state.tokens.get(text);
  if (token === undefined) return 'unknown';
  return token.expiresAt <= state.now() ? 'expired' : token;
}

/** Builds Keystone's error envelope: `code` is a number and the body ends in a newline. */
export function keystoneResponse(state: SandboxState, status: number, title: string, message: string): SandboxResponse {
  const response = jsonResponse(status, { error: { code: status, message, title } }, { Vary: 'X-Auth-Token' });
  if (status === 401) response.headers['WWW-Authenticate'] = `Keystone uri="${state.address}/v3"`;
  return { ...response, reason: title.toUpperCase(), body: `${response.body}\n` };
}

/** The one 401 for every wrong value of a well-formed request. */
function unauthorized(state: SandboxState): HttpError {
  return new HttpError(
    keystoneResponse(state, 401, 'Unauthorized', 'The request you have made requires authentication.'),
  );
}

type JsonObject = Record<string, unknown>;

/** Reads the value at a path of keys in parsed JSON. Shape: undefined where the path does not exist. */
function dig(value: unknown, ...keys: string[]): unknown {
  let current = value;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as JsonObject)[key];
  }
  return current;
}

function readBody(state: SandboxState, request: SandboxRequest): unknown {
  const badRequest = (message: string) => new HttpError(keystoneResponse(state, 400, 'Bad Request', message));
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw badRequest('Expecting to find application/json in Content-Type header.');
  }
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    throw badRequest('Expecting to find valid JSON in the request body.');
  }
  if (!Array.isArray(dig(body, 'auth', 'identity', 'methods'))) {
    throw badRequest("'identity' is a required property with an array of methods.");
  }
  return body;
}

/** True when the given object has the entity's id, its name, or both, and no other id or name. */
function names(given: unknown, entity: Named): boolean {
  const [id, name] = [dig(given, 'id'), dig(given, 'name')];
  if (id === undefined && name === undefined) return false;
  return (id === undefined || id === entity.id) && (name === undefined || name === entity.name);
}

/**
 * Issues a token. Errors: 400 for a malformed request, 401 for any wrong value.
 * Source: docs/upstream/iam.md#create-a-token.
 */
export function issueToken(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const { world } = state;
  const body = readBody(state, request);
  const user = dig(body, 'auth', 'identity', 'password', 'user');
  const methods = dig(body, 'auth', 'identity', 'methods');
  const isUser = names(user, world.user) && dig(user, 'password') === world.user.password;
  // A user id is unique; a user name needs its domain.
  const isDomain = dig(user, 'id') !== undefined || names(dig(user, 'domain'), world.domain);
  if (!Array.isArray(methods) || methods.join() !== 'password' || !isUser || !isDomain) throw unauthorized(state);
  const scope = dig(body, 'auth', 'scope', 'project');
  const project = world.projects.find((known) => names(scope, known));
  if (scope !== undefined && project === undefined) throw unauthorized(state);
  const scopeDomain = dig(scope, 'domain');
  if (scopeDomain !== undefined && !names(scopeDomain, world.domain)) throw unauthorized(state);
  return tokenResponse(state, request, project);
}

function tokenResponse(state: SandboxState, request: SandboxRequest, project: Named | undefined): SandboxResponse {
  const { world } = state;
  const issuedAt = state.now();
  // Keystone's times have six fraction digits that are always zero.
  const print = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}.000000Z`;
  const expiresAt = Math.floor((issuedAt + DAY_IN_MS) / 1000) * 1000;
  const digest = createHash('sha512').update(`${state.tokens.size}`).digest('hex');
  const token = `sandbox-token-issued-${state.tokens.size}-${digest}`;
  state.tokens.set(token, { projectId: project?.id ?? null, expiresAt });
  const scope = {
    project: { domain: world.domain, id: project?.id, name: project?.name },
    is_domain: false,
    roles: [{ id: '0', name: 'te_admin' }],
    catalog: request.parameters.some(([name]) => name === 'nocatalog') ? undefined : catalog(state),
  };
  const { id, name } = world.user;
  const body = {
    methods: ['password'],
    user: { domain: world.domain, id, name, password_expires_at: null },
    audit_ids: [digest.slice(0, 22)],
    expires_at: print(expiresAt),
    issued_at: print(issuedAt),
    ...(project === undefined ? {} : scope),
  };
  const headers = { 'X-Subject-Token': token, Vary: 'X-Auth-Token' };
  return { ...jsonResponse(201, { token: body }, headers), reason: 'CREATED' };
}

/** The service catalog: as on OTC, without SWR. */
function catalog(state: SandboxState): JsonObject[] {
  const region = state.world.projects[0].name;
  const entries = [
    ['image', 'ims', ''],
    ['identity', 'iam', '/v3'],
    ['modelarts', 'modelarts', `/v1/${state.world.projects[0].id}`],
  ] as const;
  return entries.map(([type, name, path]) => {
    const url = `${state.address}${path}`;
    const endpoint = { id: `${name}-${region}`, interface: 'public', region_id: region, url, region };
    return { endpoints: [endpoint], id: `catalog-${name}`, type, name };
  });
}
