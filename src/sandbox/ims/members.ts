// IMS of the sandbox: the members of a shared image, and one of them.
// Sources: docs/upstream/ims.md#list-image-members, #show-an-image-member.

import { decodePart, type SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import type { Image, ImageMember } from '../world/types.ts';
import { glanceError } from './errors.ts';
import { isVisible } from './filters.ts';

const NOT_SHARED = 'Only shared images have members.';

/** Lists the members that the caller sees: the owner all of them, a member itself. A 403 unless the image is shared. */
export function listImageMembers(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const image = findImage(state, request);
  const { id, visibility } = image.row;
  if (visibility !== 'shared') {
    throw glanceError(request, 403, `Not allowed to list members for image ${id}: ${NOT_SHARED}`);
  }
  return jsonResponse(200, { members: visibleMembers(state, request, image), schema: '/v2/schemas/members' });
}

/** Shows one member. What the list rejects with a 403 is a 404 here. */
export function showImageMember(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const image = findImage(state, request);
  const { id, visibility } = image.row;
  if (visibility !== 'shared') throw glanceError(request, 404, NOT_SHARED);
  const memberId = readPart(request, 'member_id');
  const member = visibleMembers(state, request, image).find(({ member_id }) => member_id === memberId);
  if (member !== undefined) return jsonResponse(200, member);
  throw glanceError(request, 404, `${memberId} not found in the member list of the image ${id}.`);
}

function readPart(request: SandboxRequest, name: string): string {
  const raw = request.pathValues[name] ?? '';
  return decodePart(raw) ?? raw;
}

function findImage(state: SandboxState, request: SandboxRequest): Image {
  const id = readPart(request, 'image_id');
  const image = state.world.images.find(({ row }) => row.id === id);
  if (image !== undefined && isVisible(image, request.projectId)) return image;
  throw glanceError(request, 404, `Image ${id} not found.`);
}

function visibleMembers(state: SandboxState, request: SandboxRequest, image: Image): ImageMember[] {
  const isOwner = image.row.owner === request.projectId;
  return state.world.imageMembers.filter(
    ({ image_id, member_id }) => image_id === image.row.id && (isOwner || member_id === request.projectId),
  );
}
