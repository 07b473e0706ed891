// Calls ModelArts for image groups: "list image groups".
// Sources: docs/upstream/modelarts.md#list-image-groups, #data-or-groups.

import { keyTextOf } from '../../loading/batch.ts';
import type { Call } from '../../upstream/call.ts';
import { isObject, type WireObject } from '../../upstream/decoding/json.ts';
import { decodeRow } from '../../upstream/decoding/row.ts';
import { type OffsetList, type OffsetPaging, totalOf } from '../../upstream/paging/offset-page.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import { DEFAULT_WORKSPACE, ImageGroup, keyOf } from './record.ts';

/**
 * How ModelArts pages the list. No maximum is documented: 500 rows have been seen, and smaller pages are followed up.
 */
export const PAGING: OffsetPaging = { service: 'modelarts', maxPageSize: 500, dialect: 'offset' };

/** Query parameters of ModelArts, without those for paging. */
export type ListQuery = readonly (readonly [name: string, value: string])[];

/**
 * The list of image groups of the caller's project.
 * Errors: a row without its key is an UpstreamError in its place; `not-configured` without a project.
 * Calls: one for each page.
 * Source: GET /v1/{project_id}/images/group.
 */
export const listImageGroups = (session: Session, workspaceId: string, query: ListQuery): OffsetList<ImageGroup> =>
  projectList(session, workspaceId, query, {
    kind: 'modelarts.imageGroups',
    operation: 'list image groups',
    path: '/group',
    keyOf: (wire) => keyOf(wire, workspaceId),
    make: (wire, key) => new ImageGroup(wire, key),
    keyText: keyTextOf('namespace', 'name', 'workspaceId'),
  });

/** One of ModelArts' lists of the images of a project: its call, and how its rows are read. */
interface ProjectList<Key, Source> extends Pick<Call, 'kind' | 'operation'> {
  /** What follows the path of the project's images. */
  readonly path: string;
  readonly keyOf: (wire: WireObject) => Key | undefined;
  readonly make: (wire: WireObject, key: Key) => Source;
  readonly keyText: (source: Source) => string;
}

/** A list of the caller's project in a workspace. Errors, calls: those of `listImageGroups`. */
export function projectList<Key, Source>(
  session: Session,
  workspaceId: string,
  query: ListQuery,
  { path, keyOf: keyOfRow, make, keyText, ...call }: ProjectList<Key, Source>,
): OffsetList<Source> {
  const workspace: ListQuery = workspaceId === DEFAULT_WORKSPACE ? [] : [['workspace_id', workspaceId]];
  return {
    ...PAGING,
    fetch: async (offset, limit) => {
      const { rows, body, keepOnly } = await session.get({
        ...call,
        ...(await imagesOfProject(session, path)),
        query: [...query, ...workspace, ['limit', String(limit)], ['offset', String(offset)]],
        rowsOf,
        maxRows: limit,
        isRecord: (row) => keyOfRow(row) !== undefined,
      });
      return { rows, total: totalOf(body.total), keepOnly };
    },
    onFurtherCall: (rows) => session.addFurtherCall('modelarts', rows),
    keyText,
    decode: (row) => decodeRow('modelarts', row, keyOfRow, make),
  };
}

/**
 * What the calls about images of the caller's project have in common. `path` follows the path of the images.
 * Errors: rejects with UpstreamError `not-configured` without a project.
 */
export async function imagesOfProject(
  session: Session,
  path: string,
): Promise<Pick<Call, 'service' | 'path' | 'resource'>> {
  const images = `/v1/${pathSegment(await session.projectId('modelarts'))}/images`;
  // A project from X-Project-Id is one resource: when all its calls fail, those in other projects need not.
  const resource = session.caller.projectId === undefined ? {} : { resource: images };
  return { service: 'modelarts', path: images + path, ...resource };
}

function rowsOf(body: unknown): unknown {
  if (!isObject(body)) return undefined;
  const { data, groups, total } = body;
  return data ?? groups ?? (data === null || groups === null || totalOf(total) === 0 ? null : undefined);
}
