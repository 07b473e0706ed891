// ModelArts "list image groups": its wire row and the call.
// Source: docs/upstream/modelarts.md#list-image-groups, #data-or-groups.

import { isObject, malformed, Row, type WireObject } from '../../upstream/decoding/row.ts';
import { Vocabulary } from '../../upstream/decoding/wire-enum.ts';
import type { UpstreamError } from '../../upstream/errors.ts';
import { type OffsetList, type OffsetRows, totalOf } from '../../upstream/paging/offset-page.ts';
import { isPlainText, pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import { namespaceName } from '../repository/upstream.ts';

/** The workspace of those who have none: the upstream's default, which is never sent. */
export const DEFAULT_WORKSPACE = '0';

/** What the images of a group are made for. */
export const SERVICE_TYPES = new Vocabulary({
  COMMON: ['COMMON', 'Common images.'],
  INFERENCE: ['INFERENCE', 'Images used for inference.'],
  TRAIN: ['TRAIN', 'Images used for training.'],
  DEV: ['DEV', 'Images used for development and debugging.'],
  UNKNOWN: ['UNKNOWN', 'Images whose supported services are not specified.'],
});

/** Whose images they are. */
export const GROUP_TYPES = new Vocabulary({
  BUILD_IN: ['BUILD_IN', 'Images built into ModelArts.'],
  DEDICATED: ['DEDICATED', 'Private images.'],
});

/** What groups can be sorted by: the names of the answer's fields. */
export const GROUP_SORT_KEYS = new Vocabulary({
  NAME: ['name', 'The name.'],
  NAMESPACE: ['namespace', 'The organization.'],
  CREATED_AT: ['create_at', 'When the group was created.'],
  UPDATED_AT: ['update_at', 'When the group was last updated.'],
  VERSION_COUNT: ['version_count', 'How many versions it has.'],
});

/** The key of an image group. */
export interface ImageGroupKey {
  readonly namespace: string;
  readonly name: string;
  readonly workspaceId: string;
}

/** The source object of the type: one row of the list, and the workspace that was asked. */
export class ImageGroup extends Row {
  readonly __typename = 'ImageGroup';
  readonly service = 'modelarts';
  readonly namespace: string;
  readonly name: string;
  readonly workspaceId: string;
  constructor(wire: WireObject, { namespace, name, workspaceId }: ImageGroupKey) {
    super(wire);
    this.namespace = namespace;
    this.name = name;
    this.workspaceId = workspaceId;
  }
  get versionCount() {
    return this.int('version_count');
  }
  get createdAt() {
    return this.epochMilliseconds('create_at');
  }
  get updatedAt() {
    return this.epochMilliseconds('update_at');
  }
}

/** Query parameters in the words of ModelArts, without the paging ones. */
export type GroupQuery = readonly (readonly [name: string, value: string])[];

/**
 * The list of image groups of the caller's project.
 * Errors: a row without its key is an UpstreamError in its place; `not-configured` without a project. Calls: one a page.
 * Source: GET /v1/{project_id}/images/group.
 */
export function listImageGroups(session: Session, workspaceId: string, query: GroupQuery): OffsetList<ImageGroup> {
  const workspace: GroupQuery = workspaceId === DEFAULT_WORKSPACE ? [] : [['workspace_id', workspaceId]];
  return {
    service: 'modelarts',
    // No maximum is documented; 500 have been answered, and what comes back is followed.
    maximum: 500,
    aligned: false,
    fetch: (offset, limit) =>
      fetchPage(session, [...query, ...workspace, ['limit', String(limit)], ['offset', String(offset)]]),
    decode: (row) => decodeRow(row, workspaceId),
  };
}

async function fetchPage(session: Session, query: GroupQuery): Promise<OffsetRows> {
  const path = `/v1/${pathSegment(await session.projectId('modelarts'))}/images/group`;
  // A project from X-Project-Id is one resource: when all its calls fail, those in other projects need not.
  const resource = session.caller.projectId === undefined ? {} : { resource: path };
  const { body } = await session.get({
    service: 'modelarts',
    operation: 'list image groups',
    path,
    query,
    ...resource,
  });
  if (!isObject(body)) throw malformed('modelarts', 'the list is not an object');
  const total = totalOf(body.total);
  const { data, groups } = body;
  const rows = data ?? groups ?? (data === null || groups === null || total === 0 ? [] : undefined);
  if (!Array.isArray(rows)) throw malformed('modelarts', 'neither data nor groups is an array');
  return { rows, total };
}

function decodeRow(row: unknown, workspaceId: string): ImageGroup | UpstreamError {
  if (!isObject(row) || !isGroupKey(row.namespace, row.name))
    return malformed('modelarts', 'a row of the list has no namespace and name');
  return new ImageGroup(row, { namespace: row.namespace as string, name: row.name as string, workspaceId });
}

/** Whether two values can be the key of a group: an organization's name, and a name that is only ever sent as a query value. */
export const isGroupKey = (namespace: unknown, name: unknown) =>
  namespaceName(namespace) !== undefined && typeof name === 'string' && /^.{1,512}$/su.test(name) && isPlainText(name);

/** The documented grammar of a group's name. */
export const isGroupGrammar = (text: string) => /^[a-z0-9._-]{1,512}$/.test(text);

/** Workspace ids are `0` or 32 letters and digits; other short ones are let through to the service. */
export const isWorkspaceId = (text: string) => /^[A-Za-z0-9_-]{1,64}$/.test(text);
