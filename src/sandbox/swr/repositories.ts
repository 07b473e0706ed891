// SWR of the sandbox: shared list, own list, and one repository.
// Sources: docs/upstream/swr.md#names, #repository-rows, #errors.

import type { SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import type { Repository } from '../world/types.ts';
import { swrError } from './errors.ts';
import {
  contentRange,
  cut,
  DEFAULT_WINDOW,
  type OrderColumns,
  orderRows,
  readBoolean,
  readOrder,
  readParameters,
  readWindow,
  timeKey,
} from './lists.ts';
import { findRepository } from './paths.ts';

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

const SHARED_ORDER: OrderColumns<Repository> = {
  updated_at: (row) => timeKey(row.updated_at),
  name: (row) => row.name,
  tag_count: (row) => row.num_images,
  namespace: (row) => row.namespace,
  domain_name: (row) => row.domain_name,
};
// The same order is called `updated_time` here: `updated_at` gives 4001096 (docs/upstream/swr.md#list-own-repositories).
const OWN_ORDER: OrderColumns<Repository> = {
  updated_time: (row) => timeKey(row.updated_at),
  name: (row) => row.name,
  tag_count: (row) => row.num_images,
  namespace: (row) => row.namespace,
  is_public: (row) => (row.is_public ? 1 : 0),
};

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

/** Reads the name to search for: a substring, in which `$` may stand for a slash, as in paths. */
function fuzzyName(parameters: Map<string, string>): string {
  return (parameters.get('name') ?? '').replaceAll('$', '/');
}

const nameOf = ({ namespace, name }: Repository): string => `${namespace}/${name}`;

function rowsResponse(
  rows: Repository[],
  parameters: Map<string, string>,
  columns: OrderColumns<Repository>,
  status: (row: Repository) => boolean,
): SandboxResponse {
  const window = readWindow(parameters);
  const byTime = (row: Repository): string => timeKey(row.updated_at);
  const ordered = orderRows(rows, readOrder(parameters, columns) ?? { read: byTime, isDescending: true }, nameOf);
  const page = cut(ordered, window ?? DEFAULT_WINDOW);
  const body = page.map((row) => {
    const { name, category, description, size, is_public, num_images, num_download, created_at, updated_at } = row;
    const { logo, url, path, internal_path, domain_name, namespace, tags } = row;
    const start = { name, category, description, size, is_public, num_images, num_download, created_at, updated_at };
    const end = { logo, url, path, internal_path, domain_name, namespace, tags, status: status(row) };
    return { ...start, ...end, total_range: row.hasTotalRange ? rows.length : undefined };
  });
  return jsonResponse(200, body, contentRange(window, page.length, rows.length));
}
