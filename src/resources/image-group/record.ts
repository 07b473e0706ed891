// Decodes the record of an image group, as ModelArts sends it in lists, and its key.
// Source: docs/upstream/modelarts.md#list-image-groups.

import type { WireObject } from '../../upstream/decoding/json.ts';
import { Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { isPlainText } from '../../upstream/path.ts';

/** The default workspace. It is never sent to ModelArts. */
export const DEFAULT_WORKSPACE = '0';

/** The purposes of images. */
export const SERVICE_TYPES = new WireEnum({
  COMMON: ['COMMON', 'Common images.'],
  INFERENCE: ['INFERENCE', 'Images used for inference.'],
  TRAIN: ['TRAIN', 'Images used for training.'],
  DEV: ['DEV', 'Images used for development and debugging.'],
  UNKNOWN: ['UNKNOWN', 'Images whose supported services are not specified.'],
});

/** The origins of images. */
export const GROUP_TYPES = new WireEnum({
  BUILD_IN: ['BUILD_IN', 'Images that are built into ModelArts.'],
  DEDICATED: ['DEDICATED', 'Private images.'],
});

/** The fields that groups can be sorted by, named as in the response. */
export const SORT_KEYS = new WireEnum({
  NAME: ['name', 'The name.'],
  NAMESPACE: ['namespace', 'The SWR organization.'],
  CREATED_AT: ['create_at', 'The time of creation.'],
  UPDATED_AT: ['update_at', 'The time of the last update.'],
  VERSION_COUNT: ['version_count', 'The number of versions.'],
});

/** The key of an image group. */
export interface ImageGroupKey {
  readonly namespace: string;
  readonly name: string;
  readonly workspaceId: string;
}

/** The source object of the type: one row of the list, and the workspace that was queried. */
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
    return this.int32('version_count');
  }
  get createdAt() {
    return this.epochMilliseconds('create_at');
  }
  get updatedAt() {
    return this.epochMilliseconds('update_at');
  }
}

/** The key of a list row; undefined where it has none. */
export function keyOf(row: WireObject, workspaceId: string): ImageGroupKey | undefined {
  const { namespace, name } = row;
  if (typeof namespace !== 'string' || typeof name !== 'string') return undefined;
  const key = { namespace, name, workspaceId };
  return isGroupKey(key) ? key : undefined;
}

/** Whether the values of a key can be sent: as query values, in which any plain text keeps its meaning. */
export const isGroupKey = ({ namespace, name, workspaceId }: ImageGroupKey) =>
  isQueryName(namespace) && isQueryName(name) && isWorkspaceId(workspaceId);

const isQueryName = (text: string) => /^.{1,512}$/su.test(text) && isPlainText(text);

/** The documented grammar of a group's name. */
export const isGroupGrammar = (text: string) => /^[a-z0-9._-]{1,512}$/.test(text);

/** Documented are `0` and 32 letters and digits; other short ids are left to the service. */
export const isWorkspaceId = (text: string) => /^[A-Za-z0-9_-]{1,64}$/.test(text);
