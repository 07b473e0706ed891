// SWR of the sandbox: tags of a repository, their configs and their signatures.
// Sources: docs/upstream/swr.md#names, #paging-and-totals, #errors.

import { firstParameters, type SandboxRequest } from '../request.ts';
import { jsonResponse, type SandboxResponse } from '../response.ts';
import type { SandboxState } from '../state.ts';
import type { RepositoryTag } from '../world/types.ts';
import { swrError } from './errors.ts';
import {
  contentRange,
  cut,
  DEFAULT_WINDOW,
  type Order,
  type OrderColumns,
  orderRows,
  readOrder,
  readParameters,
  readWindow,
  timeKey,
} from './lists.ts';
import { findReadableRepository, isIn, readPathValue } from './paths.ts';

const KEYS = ['tag', 'limit', 'offset', 'order_column', 'order_type'];
const ORDER: OrderColumns<RepositoryTag> = {
  updated_at: ({ row }) => timeKey(row.updated),
  tag: ({ row }) => row.Tag,
};
const NEWEST_FIRST: Order<RepositoryTag> = { read: ({ row }) => timeKey(row.updated), isDescending: true };
const ACCESSORY_WINDOW = { offset: 0, limit: 10 };
const MAX_ACCESSORIES = 100;

/** Lists the tags: a bare array, in which a tag is called `Tag`. Source: docs/upstream/swr.md#list-tags. */
export function listTags(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const { parameters } = readParameters(request, KEYS);
  const window = readWindow(parameters);
  const order = readOrder(parameters, ORDER) ?? NEWEST_FIRST;
  const part = parameters.get('tag') ?? '';
  const isOfRepository = isIn(findReadableRepository(state, request));
  const tags = state.world.tags.filter((tag) => isOfRepository(tag) && tag.row.Tag.includes(part));
  const page = cut(
    orderRows(tags, order, ({ row }) => row.Tag),
    window ?? DEFAULT_WINDOW,
  );
  const rows = page.map(({ row, isShort }) =>
    isShort ? { ...row, manifest: undefined, repo_id: undefined, size: undefined } : row,
  );
  return jsonResponse(200, rows, contentRange(window, rows.length, tags.length));
}

/** Shows one tag, called `tag` here; `deleted` and `scanned` are missing. Source: docs/upstream/swr.md#show-a-tag. */
export function showTag(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const { Tag: tag, deleted, scanned, id, repo_id, ...row } = findTag(state, request).row;
  return jsonResponse(200, { id, repo_id, tag, ...row });
}

/** Shows the config of one tag's image: JSON inside a string. Source: docs/upstream/swr.md#show-a-tag-config. */
export function showTagConfig(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const { config } = findTag(state, request);
  if (config === null) throw swrError(404, '4040048', 'the image has no config');
  return jsonResponse(200, config);
}

/** Lists the signatures of one tag's image; without any, `accessories` is null. Source: docs/upstream/swr.md#list-accessories. */
export function listAccessories(state: SandboxState, request: SandboxRequest): SandboxResponse {
  const window = readWindow(firstParameters(request), MAX_ACCESSORIES) ?? ACCESSORY_WINDOW;
  const { namespace, repository, row } = findTag(state, request);
  const found = state.world.accessories.filter(
    ({ namespace_name, repo_name, target_digest }) =>
      namespace_name === namespace && repo_name === repository && target_digest === row.digest,
  );
  return jsonResponse(200, { total: found.length, accessories: found.length === 0 ? null : cut(found, window) });
}

function findTag(state: SandboxState, request: SandboxRequest): RepositoryTag {
  const isOfRepository = isIn(findReadableRepository(state, request));
  const name = readPathValue(request, 'tag');
  const found = state.world.tags.find((tag) => isOfRepository(tag) && tag.row.Tag === name);
  if (found === undefined) throw swrError(404, '4040048', 'tag not found');
  return found;
}
