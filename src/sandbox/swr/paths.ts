// What the paths of SWR in the sandbox name: organizations and repositories. Source: docs/upstream/swr.md#names.
import { decodePart, type SandboxRequest } from '../request.ts';
import { HttpError, unknownRoute } from '../response.ts';
import type { SandboxState } from '../state.ts';
import type { Organization, Repository } from '../world/types.ts';
import { swrError } from './errors.ts';

const ORGANIZATION_NAME = /^(?=.{1,64}$)[a-z][a-z0-9]*(?:(?:[.-]|__?)[a-z0-9]+)*$/;
const REPOSITORY_NAME = /^(?=.{1,128}$)[a-z0-9]+(?:(?:[./-]|__?)[a-z0-9]+)*$/;

/** Reads one path value. The gateway routes an encoded slash no more than a raw one. */
export function readPathValue(request: SandboxRequest, key: string): string {
  const value = decodePart(request.pathValues[key] ?? '');
  if (value === null || value.includes('/')) throw new HttpError(unknownRoute(request));
  return value;
}

function findOrganization(state: SandboxState, request: SandboxRequest): Organization {
  const namespace = readPathValue(request, 'namespace');
  if (!ORGANIZATION_NAME.test(namespace)) throw swrError(400, '4001028', 'invalid namespace');
  const found = state.world.organizations.find(({ name }) => name === namespace);
  if (found === undefined) throw swrError(404, '4040058', 'namespace not found');
  return found;
}

/** Finds the own organization of a path. One of another account is denied. */
export function findOwnOrganization(state: SandboxState, request: SandboxRequest): Organization {
  const found = findOrganization(state, request);
  if (found.domainName === state.world.domain.name) return found;
  throw swrError(403, '4039001', 'no permission on the organization of another account');
}

/** Finds the own repository of a path. One of another account is denied. */
export function findRepository(state: SandboxState, request: SandboxRequest): Repository {
  const found = findAnyRepository(state, request);
  if (!found.isOwn) throw swrError(403, '4039001', 'no permission on the repository of another account');
  return found;
}

/** Finds a repository that the caller may pull from: an own one, or one whose sharing is in force. */
export function findReadableRepository(state: SandboxState, request: SandboxRequest): Repository {
  const found = findAnyRepository(state, request);
  if (found.isOwn || found.sharing === 'valid') return found;
  throw swrError(403, '4039001', 'no permission on the repository of another account');
}

/** Returns whether a record is of a repository. */
export function isIn({ namespace, name }: Repository) {
  return (record: { namespace: string; repository: string | null }): boolean =>
    record.namespace === namespace && record.repository === name;
}

function findAnyRepository(state: SandboxState, request: SandboxRequest): Repository {
  const name = readPathValue(request, 'repository').replaceAll('$', '/');
  if (!REPOSITORY_NAME.test(name)) throw swrError(400, '4001029', 'invalid repository name');
  const { name: namespace } = findOrganization(state, request);
  const found = state.world.repositories.find((row) => row.namespace === namespace && row.name === name);
  if (found === undefined) throw swrError(404, '4040010', 'repository not found');
  return found;
}
