// ModelArts of the sandbox: the list of image groups.
// Sources: docs/upstream/modelarts.md#list-image-groups, #data-or-groups.

import { firstParameters, type SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import type { ImageGroup } from '../world/types.ts';
import {
  checkProject,
  cutPage,
  readChoice,
  readNameTest,
  readOrder,
  readWorkspace,
  SERVICE_TYPES,
  TYPES,
} from './requests.ts';

const SORT_KEYS = ['name', 'namespace', 'create_at', 'update_at', 'version_count'] as const;

/** Lists image groups: under `data` with totals when `limit` is sent, else up to 200 under `groups`. */
export function listImageGroups(state: SandboxState, request: SandboxRequest): SandboxResponse {
  checkProject(request);
  const parameters = firstParameters(request);
  const isWanted = readFilter(state, request.projectId, parameters);
  const rows = state.world.imageGroups.filter(isWanted).map(({ row }) => row);
  rows.sort(readOrder(parameters, SORT_KEYS, ['namespace', 'name']));
  const { page, wrapper } = cutPage(parameters, rows);
  return jsonResponse(200, parameters.has('limit') ? wrapper : { groups: page });
}

function readFilter(
  state: SandboxState,
  projectId: string | null,
  parameters: Map<string, string>,
): (group: ImageGroup) => boolean {
  const workspaceId = readWorkspace(state, parameters);
  const hasName = readNameTest(parameters);
  const namespace = parameters.get('namespace');
  const type = readChoice(parameters, 'type', TYPES);
  const serviceType = readChoice(parameters, 'service_type', SERVICE_TYPES);
  return (group) => {
    if (group.projectId !== projectId || group.workspaceId !== workspaceId || !hasName(group.row.name)) return false;
    if (namespace !== undefined && group.row.namespace !== namespace) return false;
    if (type !== undefined && group.type !== type) return false;
    return serviceType === undefined || group.serviceType === serviceType;
  };
}
