// What the calls of ModelArts share: the project in the path, parameters, filters by name, order, pages, and errors.
// Sources: docs/upstream/modelarts.md#list-image-groups, #list-images, #errors.

import type { TokenProblem } from '../iam.ts';
import type { SandboxRequest } from '../request.ts';
import { gatewayResponse, HttpError, jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';

export const TYPES = ['BUILD_IN', 'DEDICATED'];
export const SERVICE_TYPES = ['COMMON', 'INFERENCE', 'TRAIN', 'DEV', 'UNKNOWN'];
const DEFAULT_LIMIT = 200;
const MAX_NAME_LENGTH = 512;
/** The documents' one example of a sort key, which is spelled unlike the field. */
const DOCUMENTED_SORT_KEYS: Record<string, string> = { updateTime: 'update_at' };

type Parameters = Map<string, string>;

/** Builds the error to throw. */
export function modelartsError(status: number, number: string, message: string): HttpError {
  return new HttpError(jsonResponse(status, { error_code: `ModelArts.${number}`, error_msg: message }));
}

/** Builds the 401 for a token. An expired one is rejected by the gateway, with its `APIGW.` prefix here. */
export function rejectModelartsToken(request: SandboxRequest, problem: TokenProblem): SandboxResponse {
  if (problem === 'expired') return gatewayResponse(request, 401, 'APIGW.0307', 'The token must be updated.');
  const [number, message] = {
    missing: ['0201', 'Request did not contain the token.'],
    unknown: ['0204', 'Parsing token failed.'],
    unscoped: ['0212', 'Invalid Token header. The Token not contain project item.'],
  }[problem] as [string, string];
  return modelartsError(401, number, message).response;
}

/** Throws the 403 for a project in the path that is not the token's. */
export function checkProject(request: SandboxRequest): void {
  if (request.pathValues.project_id === request.projectId) return;
  throw modelartsError(403, '0210', 'The project ID in the URL does not match the project ID in the token.');
}

function readInteger(parameters: Parameters, key: string, min: number, fallback: number): number {
  const text = parameters.get(key);
  if (text === undefined) return fallback;
  const value = /^\d+$/.test(text) ? Number(text) : -1;
  if (value < min) throw modelartsError(400, '0104', `Invalid parameter ${key}.`);
  return value;
}

/** Reads a parameter of a closed list. Shape: undefined when it is absent. */
export function readChoice(parameters: Parameters, key: string, choices: string[]): string | undefined {
  const text = parameters.get(key);
  if (text !== undefined && !choices.includes(text)) throw modelartsError(400, '0104', `Invalid parameter ${key}.`);
  return text;
}

/** Reads `workspace_id`; the default workspace is `0`. */
export function readWorkspace(state: SandboxState, parameters: Parameters): string {
  const workspaceId = parameters.get('workspace_id') ?? '0';
  if (state.world.workspaceIds.includes(workspaceId)) return workspaceId;
  throw modelartsError(400, '0102', `The workspace ${workspaceId} does not exist.`);
}

/** Builds the test of `name` and `name_fuzzy_match`: a part of the name unless the latter is `false`. */
export function readNameTest(parameters: Parameters): (name: string) => boolean {
  const wanted = parameters.get('name') ?? '';
  if (wanted.length > MAX_NAME_LENGTH) throw modelartsError(400, '0104', 'Invalid parameter name.');
  const isFuzzy = readChoice(parameters, 'name_fuzzy_match', ['true', 'false']) !== 'false';
  return (name) => wanted === '' || (isFuzzy ? name.includes(wanted) : name === wanted);
}

/** Reads sort_key (several, separated by commas) and sort_dir: one for all keys, DESC by default. Ties go by `ties`. */
export function readOrder<Key extends string>(
  parameters: Parameters,
  known: readonly Key[],
  ties: readonly Key[],
): (left: Partial<Record<Key, unknown>>, right: Partial<Record<Key, unknown>>) => number {
  const sign = readChoice(parameters, 'sort_dir', ['ASC', 'DESC']) === 'ASC' ? 1 : -1;
  const keys = (parameters.get('sort_key') ?? 'update_at').split(',').map((text) => {
    const key = known.find((name) => name === (DOCUMENTED_SORT_KEYS[text] ?? text));
    if (key === undefined) throw modelartsError(400, '0104', `Invalid parameter sort_key: ${text}.`);
    return key;
  });
  return (left, right) => {
    for (const key of [...keys, ...ties]) {
      const [a, b] = [left[key] ?? '', right[key] ?? ''];
      if (a !== b) return a < b ? -sign : sign;
    }
    return 0;
  };
}

/** Cuts the page of `limit` and `offset`, which counts records. */
export function cutPage<Row>(parameters: Parameters, rows: Row[]): { page: Row[]; wrapper: Record<string, unknown> } {
  const offset = readInteger(parameters, 'offset', 0, 0);
  const limit = readInteger(parameters, 'limit', 1, DEFAULT_LIMIT);
  const page = rows.slice(offset, offset + limit);
  const wrapper = {
    current: Math.floor(offset / limit) + 1,
    data: page,
    pages: Math.ceil(rows.length / limit),
    // Documented as the page size, but the document's own sample has the number of rows.
    size: page.length,
    total: rows.length,
  };
  return { page, wrapper };
}
