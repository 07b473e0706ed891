// Calls ModelArts for image groups: "list image groups".
// Sources: docs/upstream/modelarts.md#list-image-groups, #data-or-groups.

import { keyTextOf } from '../../loading/batch.ts';
import { isObject } from '../../upstream/decoding/json.ts';
import { decodeRow } from '../../upstream/decoding/row.ts';
import { type OffsetList, type OffsetPaging, type OffsetRows, totalOf } from '../../upstream/paging/offset-page.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import { DEFAULT_WORKSPACE, ImageGroup, keyOf } from './record.ts';

/**
 * How ModelArts pages the list. No maximum is documented: 500 rows have been seen, and smaller pages are followed up.
 */
export const PAGING: OffsetPaging = { service: 'modelarts', maxPageSize: 500, dialect: 'offset' };

/** Query parameters of ModelArts, without those for paging. */
export type GroupQuery = readonly (readonly [name: string, value: string])[];

/**
 * The list of image groups of the caller's project.
 * Errors: a row without its key is an UpstreamError in its place; `not-configured` without a project.
 * Calls: one for each page.
 * Source: GET /v1/{project_id}/images/group.
 */
export function listImageGroups(session: Session, workspaceId: string, query: GroupQuery): OffsetList<ImageGroup> {
  const workspace: GroupQuery = workspaceId === DEFAULT_WORKSPACE ? [] : [['workspace_id', workspaceId]];
  return {
    ...PAGING,
    fetch: (offset, limit) =>
      fetchPage(session, [...query, ...workspace, ['limit', String(limit)], ['offset', String(offset)]], limit),
    onFurtherCall: (rows) => session.addFurtherCall('modelarts', rows),
    keyText: keyTextOf<ImageGroup>('namespace', 'name', 'workspaceId'),
    decode: (row) =>
      decodeRow(
        'modelarts',
        row,
        (wire) => keyOf(wire, workspaceId),
        (wire, key) => new ImageGroup(wire, key),
      ),
  };
}

async function fetchPage(session: Session, query: GroupQuery, maxRows: number): Promise<OffsetRows> {
  const path = `/v1/${pathSegment(await session.projectId('modelarts'))}/images/group`;
  // A project from X-Project-Id is one resource: when all its calls fail, those in other projects need not.
  const resource = session.caller.projectId === undefined ? {} : { resource: path };
  const { rows, body, keepOnly } = await session.get({
    service: 'modelarts',
    kind: 'modelarts.imageGroups',
    operation: 'list image groups',
    path,
    query,
    ...resource,
    rowsOf,
    maxRows,
    isRecord: (row) => keyOf(row, DEFAULT_WORKSPACE) !== undefined,
  });
  return { rows, total: totalOf(body.total), keepOnly };
}

function rowsOf(body: unknown): unknown {
  if (!isObject(body)) return undefined;
  const { data, groups, total } = body;
  return data ?? groups ?? (data === null || groups === null || totalOf(total) === 0 ? null : undefined);
}
