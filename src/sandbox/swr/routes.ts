// SWR of the sandbox: shared list, own list, detail and retention histories.
// Sources: docs/upstream/swr.md#names, #repository-rows, #errors.

import type { TokenProblem } from '../iam.ts';
import { decodePart, type SandboxRequest } from '../request.ts';
import { gatewayResponse, HttpError, jsonResponse, type SandboxResponse, unknownRoute } from '../response.ts';
import type { SandboxState } from '../state.ts';
import type { Repository } from '../world/types.ts';
import {
  cut,
  type OrderColumns,
  orderRows,
  readBoolean,
  readParameters,
  readWindow,
  swrError,
  timeKey,
  type Window,
} from './lists.ts';

const ORGANIZATION_NAME = /^(?=.{1,64}$)[a-z][a-z0-9]*(?:(?:[.-]|__?)[a-z0-9]+)*$/;
const REPOSITORY_NAME = /^(?=.{1,128}$)[a-z0-9]+(?:(?:[./-]|__?)[a-z0-9]+)*$/;

const SHARED_KEYS = [
  'center',
  'name',
  'namespace',
  'domain_name',
  'status',
  'limit',
  'offset',
  'order_column',
  'order_type',
];
const OWN_KEYS = ['name', 'namespace', 'category', 'is_public', 'limit', 'offset', 'order_column', 'order_type'];

const SHARED_ORDER: OrderColumns = {
  updated_at: (row) => timeKey(row.updated_at),
  name: (row) => row.name,
  tag_count: (row) => row.num_images,
  namespace: (row) => row.namespace,
  domain_name: (row) => row.domain_name,
};
// The same order is called `updated_time` here: `updated_at` gives 4001096 (docs/upstream/swr.md#list-own-repositories).
const OWN_ORDER: OrderColumns = {
  updated_time: (row) => timeKey(row.updated_at),
  name: (row) => row.name,
  tag_count: (row) => row.num_images,
  namespace: (row) => row.namespace,
  is_public: (row) => (row.is_public ? 1 : 0),
};

/** Builds the 401 for a token: the gateway rejects it, before SWR gets the request. Source: docs/upstream/gateway.md#errors. */
export function rejectSwrToken(request: SandboxRequest, problem: TokenProblem): SandboxResponse {
  const reason = { missing: 'x-auth-token not found', unknown: 'decrypt token fail', unscoped: 'no project in token' };
  if (problem === 'expired') return gatewayResponse(request, 401, 'APIG.0307', 'The token must be updated.');
  return gatewayResponse(request, 401, 'APIG.0301', `Incorrect IAM authentication information: ${reason[problem]}`);
}

/** Lists shared repositories: a bare array. Source: docs/upstream/swr.md#list-shared-repositories. */
export function listSharedRepositories(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const { parameters } = readParameters(request, SHARED_KEYS);
  const center = parameters.get('center');
  if (center !== 'self' && center !== 'thirdparty') throw swrError(400, '4000014', 'param center error');
  const isValid = readBoolean(parameters, 'status');
  const namespace = parameters.get('namespace');
  const domainName = parameters.get('domain_name');
  const name = fuzzyName(parameters);
  const rows = state.world.repositories.filter((row) => {
    if (row.isOwn !== (center === 'self') || row.sharing === 'none') return false;
    // `status` means nothing for the account's own repositories, so it filters only those of others.
    if (center === 'thirdparty' && isValid !== undefined && isValid !== (row.sharing === 'valid')) return false;
    if (namespace !== undefined && row.namespace !== namespace) return false;
    if (domainName !== undefined && row.domain_name !== domainName) return false;
    return row.name.includes(name);
  });
  return rowsResponse(rows, parameters, SHARED_ORDER, (row) => center === 'thirdparty' && row.sharing === 'valid');
}

/**
 * Lists own repositories: same rows. `namespace` is fuzzy only inside `filter`.
 * Source: docs/upstream/swr.md#list-own-repositories.
 */
export function listOwnRepositories(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const { parameters, isFilter } = readParameters(request, OWN_KEYS);
  const category = parameters.get('category');
  const isPublic = readBoolean(parameters, 'is_public');
  const namespace = parameters.get('namespace');
  const name = fuzzyName(parameters);
  const rows = state.world.repositories.filter((row) => {
    if (!row.isOwn || !row.name.includes(name)) return false;
    if (category !== undefined && row.category !== category) return false;
    if (isPublic !== undefined && row.is_public !== isPublic) return false;
    if (namespace === undefined) return true;
    return isFilter ? row.namespace.includes(namespace) : row.namespace === namespace;
  });
  return rowsResponse(rows, parameters, OWN_ORDER, () => false);
}

/** Shows one repository. Source: docs/upstream/swr.md#show-a-repository. */
export function showRepository(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const row = findRepository(state, request);
  const { id, ns_id, name, category, description, creator_id, creator_name, size, is_public } = row;
  const { num_images, num_download, url, path, internal_path, created, updated, domain_id, priority } = row;
  const start = { id, ns_id, name, category, description, creator_id, creator_name, size, is_public };
  return jsonResponse(200, {
    ...start,
    ...{ num_images, num_download, url, path, internal_path, created, updated, domain_id, priority },
  });
}

/** Lists the retention logs of one repository, newest first. Source: docs/upstream/swr.md#list-retention-histories. */
export function listRetentionHistories(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const { parameters } = readParameters(request, ['limit', 'offset']);
  const window = readWindow(parameters);
  const repository = findRepository(state, request);
  const logs = state.world.retentionLogs
    .filter(({ namespace, repo }) => namespace === repository.namespace && repo === repository.name)
    .sort((left, right) => {
      const [earlier, later] = [timeKey(left.created_at), timeKey(right.created_at)];
      if (earlier !== later) return earlier < later ? 1 : -1;
      return left.id < right.id ? 1 : -1;
    });
  // No default page size is documented for this call: without paging parameters all logs are returned.
  const page = window === null ? logs : cut(logs, window);
  return jsonResponse(200, { retention_log: page, total: logs.length }, contentRange(window, page.length, logs.length));
}

/** Reads the name to search for: a substring, in which `$` may stand for a slash, as in paths. */
function fuzzyName(parameters: Map<string, string>): string {
  return (parameters.get('name') ?? '').replaceAll('$', '/');
}

function contentRange(window: Window | null, count: number, total: number): Record<string, string> {
  // The second number is a count, not an end index as in HTTP.
  return window === null ? {} : { 'Content-Range': `${window.offset}-${count}/${total}` };
}

function rowsResponse(
  rows: Repository[],
  parameters: Map<string, string>,
  columns: OrderColumns,
  status: (row: Repository) => boolean,
): SandboxResponse {
  const window = readWindow(parameters);
  const page = cut(orderRows(rows, parameters, columns), window ?? { offset: 0, limit: 100 });
  const body = page.map((row) => {
    const { name, category, description, size, is_public, num_images, num_download, created_at, updated_at } = row;
    const { logo, url, path, internal_path, domain_name, namespace, tags } = row;
    const start = { name, category, description, size, is_public, num_images, num_download, created_at, updated_at };
    const end = { logo, url, path, internal_path, domain_name, namespace, tags, status: status(row) };
    return { ...start, ...end, total_range: row.hasTotalRange ? rows.length : undefined };
  });
  return jsonResponse(200, body, contentRange(window, page.length, rows.length));
}

/** Reads one path value. The gateway routes an encoded slash no more than a raw one. */
function readPathValue(request: SandboxRequest, key: string): string {
  const value = decodePart(request.pathValues[key] ?? '');
  if (value === null || value.includes('/')) throw new HttpError(unknownRoute(request));
  return value;
}

function findRepository(state: SandboxState, request: SandboxRequest): Repository {
  const namespace = readPathValue(request, 'namespace');
  const name = readPathValue(request, 'repository').replaceAll('$', '/');
  if (!ORGANIZATION_NAME.test(namespace)) throw swrError(400, '4001028', 'invalid namespace');
  if (!REPOSITORY_NAME.test(name)) throw swrError(400, '4001029', 'invalid repository name');
  if (!state.world.organizations.some((organization) => organization.name === namespace)) {
    throw swrError(404, '4040058', 'namespace not found');
  }
  const found = state.world.repositories.find((row) => row.namespace === namespace && row.name === name);
  if (found === undefined) throw swrError(404, '4040010', 'repository not found');
  if (!found.isOwn) throw swrError(403, '4039001', 'no permission on the repository of another account');
  return found;
}
