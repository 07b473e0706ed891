// The record of an image group as ModelArts sends it in lists: its key, its enums and the source object of the type.
// Source: modelarts-list-image-groups.txt.

import type { WireObject } from '../../upstream/decoding/json.ts';
import { Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { isPlainText } from '../../upstream/path.ts';
import { namespaceName } from '../repository/record.ts';

/** The workspace of those who have none: the upstream's default, which is never sent. */
export const DEFAULT_WORKSPACE = '0';

/** What the images of a group are made for. */
export const SERVICE_TYPES = new WireEnum({
  COMMON: ['COMMON', 'Common images.'],
  INFERENCE: ['INFERENCE', 'Images used for inference.'],
  TRAIN: ['TRAIN', 'Images used for training.'],
  DEV: ['DEV', 'Images used for development and debugging.'],
  UNKNOWN: ['UNKNOWN', 'Images whose supported services are not specified.'],
});

/** Whose images they are. */
export const GROUP_TYPES = new WireEnum({
  BUILD_IN: ['BUILD_IN', 'Images that are built into ModelArts.'],
  DEDICATED: ['DEDICATED', 'Private images.'],
});

/** What groups can be sorted by: the names of the answer's fields. */
export const GROUP_SORT_KEYS = new WireEnum({
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
    return this.int32('version_count');
  }
  get createdAt() {
    return this.epochMilliseconds('create_at');
  }
  get updatedAt() {
    return this.epochMilliseconds('update_at');
  }
}

/** Whether two values can be the key of a group: an organization's name, and a name that is only ever sent as a query value. */
export const isGroupKey = (namespace: unknown, name: unknown) =>
  namespaceName(namespace) !== undefined && typeof name === 'string' && /^.{1,512}$/su.test(name) && isPlainText(name);

/** The documented grammar of a group's name. */
export const isGroupGrammar = (text: string) => /^[a-z0-9._-]{1,512}$/.test(text);

/** Workspace ids are `0` or 32 letters and digits; other short ones are let through to the service. */
export const isWorkspaceId = (text: string) => /^[A-Za-z0-9_-]{1,64}$/.test(text);
