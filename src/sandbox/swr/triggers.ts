// SWR of the sandbox: the triggers of an own repository.
// Sources: docs/upstream/swr.md#names, #errors.

import type { SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import { swrError } from './errors.ts';
import { findRepository, isIn, readPathValue } from './paths.ts';

/** Lists the triggers: a bare array, in which the history is null. Source: docs/upstream/swr.md#list-triggers. */
export function listTriggers(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const triggers = state.world.triggers.filter(isIn(findRepository(state, request)));
  const rows = triggers.map(({ row }) => ({ ...row, trigger_history: null }));
  return jsonResponse(200, rows);
}

/** Shows one trigger with its history. Source: docs/upstream/swr.md#show-a-trigger. */
export function showTrigger(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const isOfRepository = isIn(findRepository(state, request));
  const name = readPathValue(request, 'trigger');
  const found = state.world.triggers.find((trigger) => isOfRepository(trigger) && trigger.row.name === name);
  if (found === undefined) throw swrError(404, '4040126', 'trigger not found');
  return jsonResponse(200, { ...found.row, trigger_history: found.history });
}
