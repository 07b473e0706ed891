// SWR of the sandbox: retention policies of a repository, and the histories of what they have removed.
// Sources: docs/upstream/swr.md#names, #retention-rules, #errors.

import type { SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import { swrError } from './errors.ts';
import { contentRange, cut, MAX_UNPAGED, readParameters, readWindow, timeKey } from './lists.ts';
import { findRepository, isIn, readPathValue } from './paths.ts';

/** Lists the retention policies: a bare array without pages. Source: docs/upstream/swr.md#list-retention-policies. */
export function listRetentionPolicies(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const policies = state.world.retentionPolicies.filter(isIn(findRepository(state, request)));
  const rows = policies.map(({ row }) => row).slice(0, MAX_UNPAGED);
  return jsonResponse(200, rows);
}

/** Shows one retention policy; an unknown one is a 400. Source: docs/upstream/swr.md#show-a-retention-policy. */
export function showRetentionPolicy(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const policies = state.world.retentionPolicies.filter(isIn(findRepository(state, request)));
  const id = readPathValue(request, 'retention_id');
  if (!/^\d+$/.test(id)) throw swrError(400, '4000014', 'param retention_id error');
  const found = policies.find(({ row }) => String(row.id) === id);
  if (found === undefined) throw swrError(400, '4000306', 'retention not found');
  return jsonResponse(200, found.row);
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
