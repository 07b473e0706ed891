// IMS of the sandbox: the quotas of a project, and the operating systems that images may have.
// Sources: docs/upstream/ims.md#quotas, #os-versions.

import type { SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';

/** Shows the quotas; `used` is counted from the caller's images and their members. */
export function showImageQuotas(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const own = state.world.images.filter(({ row }) => row.owner === request.projectId);
  const ids = new Set(own.map(({ row }) => row.id));
  const used: Record<string, number> = {
    image: own.length,
    image_shared: own.filter(({ row }) => row.visibility === 'shared').length,
    image_member: state.world.imageMembers.filter(({ image_id }) => ids.has(image_id)).length,
  };
  const resources = state.world.imageQuotas.map(({ type, ...limits }) => ({ type, used: used[type] ?? 0, ...limits }));
  return jsonResponse(200, { quotas: { resources } });
}

/** Lists operating systems by platform: those with every `tag` that is sent. A platform without any is left out. */
export function listOsVersions(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const wanted = request.parameters.flatMap(([name, value]) => (name === 'tag' && value !== '' ? [value] : []));
  const rows = state.world.osVersions.filter(({ tags }) => wanted.every((tag) => tags.includes(tag)));
  const platforms = [...new Set(rows.map(({ row }) => row.platform))];
  const body = platforms.map((platform) => {
    return { platform, version_list: rows.filter(({ row }) => row.platform === platform).map(({ row }) => row) };
  });
  return jsonResponse(200, body);
}
