// SWR of the sandbox: quotas and overview of the account.
import type { SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import { swrError } from './errors.ts';

const MAX_ORGANIZATIONS = 15;

/** Lists the quotas. Source: docs/upstream/swr.md#quotas. */
export function listQuotas(state: SandboxState, request: SandboxRequest): SandboxResponse {
  if (request.pathValues.project_id !== request.projectId) throw swrError(403, '4039002', 'wrong project');
  const used = ownOrganizations(state).length;
  return jsonResponse(200, { quotas: [{ quota_limit: MAX_ORGANIZATIONS, quota_key: 'namespace', unit: '', used }] });
}

/** Shows how much the account has: `namspace_num` is the service's spelling. Source: docs/upstream/swr.md#overview. */
export function showOverview(state: SandboxState): SandboxResponse {
  const { domain, repositories, tags } = state.world;
  const own = repositories.filter(({ isOwn }) => isOwn);
  const ownNames = new Set(own.map(({ namespace, name }) => `${namespace}/${name}`));
  const bytes = own.reduce((sum, { size }) => sum + size, 0n);
  return jsonResponse(200, {
    domain_id: domain.id,
    domain_name: domain.name,
    namspace_num: ownOrganizations(state).length,
    repo_num: own.length,
    image_num: tags.filter(({ namespace, repository }) => ownNames.has(`${namespace}/${repository}`)).length,
    store_space: Number(bytes / 2n ** 20n) / 1024,
    downflow_size: 99.21,
  });
}

function ownOrganizations({ world }: SandboxState): { name: string }[] {
  return world.organizations.filter(({ domainName }) => domainName === world.domain.name);
}
