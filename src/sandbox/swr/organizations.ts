// SWR of the sandbox: own organizations, and who may use them and their repositories.
// Sources: docs/upstream/swr.md#names, #errors.

import type { SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import type { Organization, Permissions, Repository } from '../world/types.ts';
import { swrError } from './errors.ts';
import { readParameters } from './lists.ts';
import { findOwnOrganization, findRepository } from './paths.ts';

/** Lists the organizations: all of them in one response. Source: docs/upstream/swr.md#list-organizations. */
export function listOrganizations(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const { parameters, isFilter } = readParameters(request, ['namespace', 'mode']);
  const mode = isFilter ? parameters.get('mode') : undefined;
  if (mode !== undefined && mode !== 'visible') throw swrError(400, '4001025', 'param filter error');
  const wanted = parameters.get('namespace');
  const { organizations, domain, repositories } = state.world;
  const rows = organizations
    .filter(({ name, domainName }) => domainName === domain.name && (wanted === undefined || name === wanted))
    .map((organization) => {
      const { self, others } = permissionsOf(state, organization.name, null);
      const users = new Set([self, ...others].map(({ user_id }) => user_id));
      const repo_count = repositories.filter(({ namespace }) => namespace === organization.name).length;
      // Documented rows lack the two counts, observed ones have them.
      const counts = organization.name === 'root' ? {} : { access_user_count: users.size, repo_count };
      return { ...organizationRow(state, organization), ...counts };
    });
  return jsonResponse(200, { namespaces: rows });
}

/** Shows one organization. Source: docs/upstream/swr.md#show-an-organization. */
export function showOrganization(state: SandboxState, request: SandboxRequest): SandboxResponse {
  return jsonResponse(200, organizationRow(state, findOwnOrganization(state, request)));
}

/** Shows who may use an organization. Source: docs/upstream/swr.md#permissions. */
export function showOrganizationPermissions(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const { id, name } = findOwnOrganization(state, request);
  const { creator_name, self, others } = permissionsOf(state, name, null);
  return jsonResponse(200, { id, name, creator_name, self_auth: self, others_auths: others });
}

/** Shows who may use a repository. Source: docs/upstream/swr.md#permissions. */
export function showRepositoryPermissions(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const { id, namespace, name }: Repository = findRepository(state, request);
  const { self, others } = permissionsOf(state, namespace, name);
  return jsonResponse(200, { id, name, self_auth: self, others_auths: others });
}

function organizationRow(state: SandboxState, { id, name }: Organization) {
  const { creator_name, self } = permissionsOf(state, name, null);
  return { id, name, creator_name, auth: self.auth };
}

function permissionsOf({ world }: SandboxState, namespace: string, repository: string | null): Permissions {
  const found = world.permissions.find((entry) => entry.namespace === namespace && entry.repository === repository);
  if (found === undefined) throw new Error(`The world has no permissions of ${namespace}.`);
  return found;
}
