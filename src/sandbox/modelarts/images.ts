// ModelArts of the sandbox: the list of training images, and one of them by id.
// Sources: docs/upstream/modelarts.md#list-images, #show-an-image.

import { decodePart, firstParameters, type SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import type { TrainingImage } from '../world/types.ts';
import {
  checkProject,
  cutPage,
  modelartsError,
  readChoice,
  readNameTest,
  readOrder,
  readWorkspace,
  SERVICE_TYPES,
  TYPES,
} from './requests.ts';

const SORT_KEYS = ['name', 'namespace', 'tag', 'size', 'create_at', 'update_at', 'id'] as const;

/** Lists training images of one type: without `type`, built-in ones. */
export function listTrainingImages(state: SandboxState, request: SandboxRequest): SandboxResponse {
  checkProject(request);
  const parameters = firstParameters(request);
  const isWanted = readFilter(state, request.projectId, parameters);
  const rows = state.world.trainingImages.filter(isWanted).map(({ row }) => row);
  rows.sort(readOrder(parameters, SORT_KEYS, ['id']));
  return jsonResponse(200, cutPage(parameters, rows).wrapper);
}

/** Shows one image of any type and workspace. A missing one is a 400. */
export function showTrainingImage(state: SandboxState, request: SandboxRequest): SandboxResponse {
  checkProject(request);
  const id = decodePart(request.pathValues.id ?? '');
  const image = state.world.trainingImages.find(({ row }) => row.id === id);
  const isVisible = image !== undefined && (isOf(image, request.projectId) || image.row.visibility === 'PUBLIC');
  if (!isVisible) throw modelartsError(400, '6404', `The image ${id} is not found.`);
  return jsonResponse(200, { ...image.row, support_res_categories: image.supportedCategories });
}

function isOf(image: TrainingImage, projectId: string | null): boolean {
  return image.projectId === null || image.projectId === projectId;
}

function readFilter(
  state: SandboxState,
  projectId: string | null,
  parameters: Map<string, string>,
): (image: TrainingImage) => boolean {
  const workspaceId = readWorkspace(state, parameters);
  const hasName = readNameTest(parameters);
  const namespace = parameters.get('namespace');
  const type = readChoice(parameters, 'type', TYPES) ?? 'BUILD_IN';
  const serviceType = readChoice(parameters, 'service_type', SERVICE_TYPES);
  return (image) => {
    const { row } = image;
    if (!isOf(image, projectId) || (row.workspace_id ?? '0') !== workspaceId) return false;
    if (row.type !== type || !hasName(row.name)) return false;
    if (namespace !== undefined && row.namespace !== namespace) return false;
    return serviceType === undefined || row.service_type === serviceType;
  };
}
