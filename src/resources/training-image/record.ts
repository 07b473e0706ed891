// Decodes the record of a training image, as ModelArts sends it in lists and alone, and its key.
// Sources: docs/upstream/modelarts.md#list-images, #show-an-image.

import { type ImageReference, readImageReference } from '../../upstream/decoding/image-reference.ts';
import type { WireObject } from '../../upstream/decoding/json.ts';
import { type Decoded, integerText, Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { isPathSafeId } from '../../upstream/path.ts';
import type { ContainerTagKey } from '../container-tag/record.ts';
import { GROUP_TYPES, type ImageGroupKey, isGroupKey, SERVICE_TYPES } from '../image-group/record.ts';
import { isNamespaceGrammar, isRepositoryGrammar, type RepositoryKey } from '../repository/record.ts';

export const ARCHITECTURES = new WireEnum({
  X86_64: ['X86_64', 'x86-64 processors.'],
  AARCH64: ['AARCH64', '64-bit ARM processors.'],
});

export const VISIBILITIES = new WireEnum({
  PRIVATE: ['PRIVATE', 'Only its project can use it.'],
  PUBLIC: ['PUBLIC', 'Everybody can read it by its id.'],
  HIDDEN: ['HIDDEN', 'It is hidden; the documents do not say more.'],
});

export const ORIGINS = new WireEnum({
  CUSTOMIZE: ['CUSTOMIZE', 'It was built by a user and registered.'],
  IMAGE_SAVE: ['IMAGE_SAVE', 'It was saved from a notebook.'],
});

export const STATUSES = new WireEnum({
  INIT: ['INIT', 'It is being initialized.'],
  CREATING: ['CREATING', 'It is being saved and cannot be used yet.'],
  CREATE_FAILED: ['CREATE_FAILED', 'It could not be saved.'],
  ERROR: ['ERROR', 'It has an error.'],
  DELETED: ['DELETED', 'It has been deleted.'],
  ACTIVE: ['ACTIVE', 'It can be used.'],
});

/** The fields that training images can be sorted by, named as in the response. */
export const SORT_KEYS = new WireEnum({
  NAME: ['name', 'The name.'],
  NAMESPACE: ['namespace', 'The SWR organization.'],
  TAG: ['tag', 'The tag.'],
  SIZE: ['size', 'The size.'],
  CREATED_AT: ['create_at', 'The time of creation.'],
  UPDATED_AT: ['update_at', 'The time of the last update.'],
});

/** A tag of the Tag Management Service. */
export class ResourceTag extends Row {
  readonly service = 'modelarts';
  get key() {
    return this.string('key');
  }
  get value() {
    return this.string('value');
  }
}

/** The source object of the type: a row of the list, or the detail, which has the same fields and one more. */
export class TrainingImage extends Row {
  readonly __typename = 'TrainingImage';
  readonly service = 'modelarts';
  readonly trainingImageId: string;
  /** Whether it is the detail. */
  readonly isWhole: boolean;
  readonly #listedIn: string;
  /** `listedIn` is the workspace whose list has the row. */
  constructor(wire: WireObject, trainingImageId: string, isWhole: boolean, listedIn: string) {
    super(wire);
    this.trainingImageId = trainingImageId;
    this.isWhole = isWhole;
    this.#listedIn = listedIn;
  }
  get name() {
    return this.string('name');
  }
  get repositoryNamespace() {
    return this.string('namespace');
  }
  get tag() {
    return this.string('tag');
  }
  get swrPath() {
    return this.string('swr_path');
  }
  get architecture() {
    return this.enum('arch', ARCHITECTURES);
  }
  get architectureRaw() {
    return this.string('arch');
  }
  get trainingType() {
    return this.enum('type', GROUP_TYPES);
  }
  get trainingTypeRaw() {
    return this.string('type');
  }
  get trainingVisibility() {
    return this.enum('visibility', VISIBILITIES);
  }
  get trainingVisibilityRaw() {
    return this.string('visibility');
  }
  get trainingOrigin() {
    return this.enum('origin', ORIGINS);
  }
  get trainingOriginRaw() {
    return this.string('origin');
  }
  get serviceType() {
    return this.enum('service_type', SERVICE_TYPES);
  }
  get serviceTypeRaw() {
    return this.string('service_type');
  }
  get devServices() {
    return this.stringList('dev_services');
  }
  get resourceCategories() {
    return this.stringList('resource_categories');
  }
  get sizeInKilobytes() {
    return this.int64('size');
  }
  get trainingStatus() {
    return this.enum('status', STATUSES);
  }
  get trainingStatusRaw() {
    return this.string('status');
  }
  get statusMessage() {
    return this.string('status_message');
  }
  get description() {
    return this.string('description');
  }
  get createdAt() {
    return this.epochMilliseconds('create_at');
  }
  get updatedAt() {
    return this.epochMilliseconds('update_at');
  }
  /** Never null: the workspace of the list where the record does not say. */
  get workspaceId(): string {
    const { workspace_id: id } = this.wire;
    return (typeof id === 'string' ? id : integerText(id)) || this.#listedIn;
  }
  get enterpriseInstanceId() {
    return this.string('swr_instance_id');
  }
  get displayName() {
    return this.string('show_name');
  }
  get displayTag() {
    return this.string('show_tag');
  }
  get flavorType() {
    return this.string('flavor_type');
  }
  get resourceTags(): Decoded<readonly ResourceTag[]> {
    return this.objectList('tags', (wire) => new ResourceTag(wire));
  }
  /** Of the detail alone. */
  get supportedResourceCategories() {
    return this.stringList('support_res_categories');
  }
}

/** What the path of a record refers to; undefined where it is in an enterprise instance, or cannot be read. */
export function referenceOf({ swr_path: path, swr_instance_id: instance }: WireObject): ImageReference | undefined {
  const isEnterprise = instance !== undefined && instance !== null && instance !== '';
  return typeof path === 'string' && !isEnterprise ? readImageReference(path) : undefined;
}

/** The repository of a reference; undefined where its names cannot be those of SWR. */
export function repositoryKeyOf(reference: ImageReference | undefined): RepositoryKey | undefined {
  if (!reference) return undefined;
  const { namespace, repository: name } = reference;
  return isNamespaceGrammar(namespace) && isRepositoryGrammar(name) ? { namespace, name } : undefined;
}

/** The tag of a reference; undefined where it names none, as one by digest. */
export function containerTagKeyOf(reference: ImageReference | undefined): ContainerTagKey | undefined {
  const key = repositoryKeyOf(reference);
  if (!key || reference?.tag === undefined || reference.digest !== undefined) return undefined;
  return { namespace: key.namespace, repositoryName: key.name, name: reference.tag };
}

/** The registry that the path of a record of SWR names; undefined where it names none. */
export const registryOf = (path: unknown): string | undefined =>
  typeof path === 'string' ? readImageReference(path)?.registry?.toLowerCase() : undefined;

/** Whether a reference can be to a registry: any can where one of them is not named. */
export const isInRegistry = (reference: ImageReference | undefined, registry: string | undefined): boolean =>
  registry === undefined || reference?.registry === undefined || reference.registry.toLowerCase() === registry;

/** The key of the group of an image; undefined where it has none, as images that are built in. */
export function groupKeyOf({ repositoryNamespace, name, workspaceId }: TrainingImage): ImageGroupKey | undefined {
  if (typeof repositoryNamespace !== 'string' || typeof name !== 'string') return undefined;
  const key = { namespace: repositoryNamespace, name, workspaceId };
  return isGroupKey(key) ? key : undefined;
}

/** The id of a record; undefined where it has none. */
export const idOf = ({ id }: WireObject): string | undefined =>
  typeof id === 'string' && isTrainingImageId(id) ? id : undefined;

/** Whether an id can be sent in a path; `group` is the path of another call. */
export const isTrainingImageId = (text: string) => isPathSafeId(text) && text !== 'group';
