// ModelArts of the sandbox: the list of image groups.
// Sources: docs/upstream/modelarts.md#list-image-groups, #data-or-groups, #errors.

import type { TokenProblem } from './iam.ts';
import { firstParameters, type SandboxRequest } from './request.ts';
import { gatewayResponse, HttpError, jsonResponse, type SandboxResponse } from './response.ts';
import type { SandboxState } from './state.ts';
import type { ImageGroup } from './world/types.ts';

const SORT_KEYS = ['name', 'namespace', 'create_at', 'update_at', 'version_count'] as const;
const DEFAULT_LIMIT = 200;

type GroupRow = ImageGroup['row'];

function modelartsError(status: number, number: string, message: string): HttpError {
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

/** Lists image groups: under `data` with totals when `limit` is sent, else up to 200 under `groups`. */
export function listImageGroups(state: SandboxState, request: SandboxRequest): SandboxResponse {
  if (request.pathValues.project_id !== request.projectId) {
    throw modelartsError(403, '0210', 'The project ID in the URL does not match the project ID in the token.');
  }
  const parameters = firstParameters(request);
  const isWanted = readFilter(state, request.projectId, parameters);
  const rows = state.world.imageGroups.filter(isWanted).map(({ row }) => row);
  rows.sort(readOrder(parameters));
  const offset = readInteger(parameters, 'offset', 0, 0);
  const limit = readInteger(parameters, 'limit', 1, DEFAULT_LIMIT);
  const page = rows.slice(offset, offset + limit);
  if (!parameters.has('limit')) return jsonResponse(200, { groups: page });
  return jsonResponse(200, {
    current: Math.floor(offset / limit) + 1,
    data: page,
    pages: Math.ceil(rows.length / limit),
    // Documented as the page size, but the document's own sample has the number of rows.
    size: page.length,
    total: rows.length,
  });
}

function readInteger(parameters: Map<string, string>, key: string, min: number, fallback: number): number {
  const text = parameters.get(key);
  if (text === undefined) return fallback;
  const value = /^\d+$/.test(text) ? Number(text) : -1;
  if (value < min) throw modelartsError(400, '0104', `Invalid parameter ${key}.`);
  return value;
}

function readChoice(parameters: Map<string, string>, key: string, choices: string[]): string | undefined {
  const text = parameters.get(key);
  if (text !== undefined && !choices.includes(text)) throw modelartsError(400, '0104', `Invalid parameter ${key}.`);
  return text;
}

function readFilter(
  state: SandboxState,
  projectId: string | null,
  parameters: Map<string, string>,
): (group: ImageGroup) => boolean {
  const workspaceId = parameters.get('workspace_id') ?? '0';
  if (!state.world.workspaceIds.includes(workspaceId)) {
    throw modelartsError(400, '0102', `The workspace ${workspaceId} does not exist.`);
  }
  const name = parameters.get('name') ?? '';
  if (name.length > 512) throw modelartsError(400, '0104', 'Invalid parameter name.');
  const isFuzzy = readChoice(parameters, 'name_fuzzy_match', ['true', 'false']) !== 'false';
  const namespace = parameters.get('namespace');
  const type = readChoice(parameters, 'type', ['BUILD_IN', 'DEDICATED']);
  const services = ['COMMON', 'INFERENCE', 'TRAIN', 'DEV', 'UNKNOWN'];
  const serviceType = readChoice(parameters, 'service_type', services);
  return (group) => {
    if (group.projectId !== projectId || group.workspaceId !== workspaceId) return false;
    if (name !== '' && (isFuzzy ? !group.row.name.includes(name) : group.row.name !== name)) return false;
    if (namespace !== undefined && group.row.namespace !== namespace) return false;
    if (type !== undefined && group.type !== type) return false;
    return serviceType === undefined || group.serviceType === serviceType;
  };
}

/** Reads sort_key (several, separated by commas) and sort_dir: one for all keys, DESC by default. */
function readOrder(parameters: Map<string, string>): (left: GroupRow, right: GroupRow) => number {
  const sign = readChoice(parameters, 'sort_dir', ['ASC', 'DESC']) === 'ASC' ? 1 : -1;
  const keys = (parameters.get('sort_key') ?? 'update_at').split(',').map((text) => {
    const key = SORT_KEYS.find((known) => known === text);
    if (key === undefined) throw modelartsError(400, '0104', `Invalid parameter sort_key: ${text}.`);
    return key;
  });
  return (left, right) => {
    for (const key of [...keys, 'namespace', 'name'] as const) {
      if (left[key] !== right[key]) return left[key] < right[key] ? -sign : sign;
    }
    return 0;
  };
}
