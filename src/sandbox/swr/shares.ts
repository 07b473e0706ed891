// SWR of the sandbox: the accounts that an own repository is shared with.
// Sources: docs/upstream/swr.md#names, #errors.

import type { SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import type { Share } from '../world/types.ts';
import { plainSwrError } from './errors.ts';
import { MAX_UNPAGED } from './lists.ts';
import { findRepository, isIn, readPathValue } from './paths.ts';

const DAY_MS = 86_400_000;

/** Lists the shares: a bare array without pages. Source: docs/upstream/swr.md#list-shares. */
export function listShares(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const shares = state.world.shares.filter(isIn(findRepository(state, request))).slice(0, MAX_UNPAGED);
  return jsonResponse(
    200,
    shares.map((share) => shareRow(share, state.now())),
  );
}

/** Shows one share; an unknown one is a 400. Source: docs/upstream/swr.md#show-a-share. */
export function showShare(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const isOfRepository = isIn(findRepository(state, request));
  const account = readPathValue(request, 'access_domain');
  const found = state.world.shares.find((share) => isOfRepository(share) && share.access_domain === account);
  if (found === undefined) throw plainSwrError(400, '4001090', 'access domain not found');
  return jsonResponse(200, { exist: true, ...shareRow(found, state.now()) });
}

/** Builds the row of a share. Its deadline is at 16:00 of a day: the same in every response of a day. */
function shareRow({ endsInDays, hasMilliseconds, ...share }: Share, now: number) {
  const { namespace, repository, access_domain, ...rest } = share;
  const start = { namespace, repository, access_domain, permit: 'read' };
  if (endsInDays === null) return { ...start, deadline: 'forever', ...rest, status: true };
  const end = (Math.floor(now / DAY_MS) + endsInDays) * DAY_MS + (16 * DAY_MS) / 24;
  const deadline = new Date(end).toISOString();
  return {
    ...{ ...start, deadline: hasMilliseconds ? deadline : deadline.replace('.000Z', 'Z') },
    ...{ ...rest, status: end > now },
  };
}
