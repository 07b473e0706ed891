// Decodes the records of a container tag, as SWR sends it in lists and alone, of its config and of its signatures, and checks its key.
// Sources: docs/upstream/swr.md#list-tags, #show-a-tag, #show-a-tag-config, #list-accessories.

import { holdsError } from '../../upstream/decoding/error-envelope.ts';
import { isTagName } from '../../upstream/decoding/image-reference.ts';
import { decodeJson, isObject, type WireObject } from '../../upstream/decoding/json.ts';
import { type Decoded, integerText, MAX_ITEMS, MAX_JSON_LENGTH, Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import type { UpstreamError } from '../../upstream/errors.ts';
import { isRepositoryKey, type ParentKey, parentOf } from '../repository/record.ts';

/** The key of a tag. */
export interface ContainerTagKey extends ParentKey {
  readonly name: string;
}

/** What a tag names. */
export const TAG_KINDS = new WireEnum({
  MANIFEST: ['0', 'The manifest of one image.'],
  MANIFEST_LIST: ['1', 'A manifest list: images for several platforms.'],
});

/** The fields that tags can be ordered by. */
export const SORT_KEYS = new WireEnum({
  UPDATED_AT: ['updated_at', 'The time of the last update.'],
  NAME: ['tag', 'The name.'],
});

/** Whether a key can be sent in a path. */
export const isContainerTagKey = (key: ContainerTagKey) => isTagName(key.name) && isRepositoryKey(parentOf(key));

/** The name of a record: the list calls it `Tag`, the single tag `tag`. Undefined where it is not the name of a tag. */
export function tagNameOf(wire: WireObject): string | undefined {
  const name = wire.Tag || wire.tag;
  return typeof name === 'string' && isTagName(name) ? name : undefined;
}

/** A layer of an image. */
export class ContainerLayer extends Row {
  readonly service = 'swr';
  get digest() {
    return this.string('digest');
  }
  get size() {
    return this.int64('size');
  }
  get mediaType() {
    return this.string('mediaType');
  }
}

/** What an image of a manifest list is for. */
class Platform extends Row {
  readonly service = 'swr';
  get os() {
    return this.string('os');
  }
  get architecture() {
    return this.string('architecture');
  }
  get variant() {
    return this.string('variant');
  }
  get osVersion() {
    return this.string('os.version');
  }
}

/** An image of a manifest list. */
export class ContainerPlatform extends Row {
  readonly service = 'swr';
  get os() {
    return this.#ofPlatform('os');
  }
  get architecture() {
    return this.#ofPlatform('architecture');
  }
  get variant() {
    return this.#ofPlatform('variant');
  }
  get osVersion() {
    return this.#ofPlatform('osVersion');
  }
  get digest() {
    return this.string('digest');
  }
  get size() {
    return this.int64('size');
  }
  #ofPlatform(field: 'os' | 'architecture' | 'variant' | 'osVersion'): Decoded<string> {
    const { platform } = this.wire;
    if (platform === null || platform === undefined) return null;
    return isObject(platform) ? new Platform(platform)[field] : this.malformed('platform', 'an object');
  }
}

/** What is shown of a manifest. */
class Manifest extends Row {
  readonly service = 'swr';
  get mediaType() {
    return this.string('mediaType');
  }
  /** Null for a manifest that names its layers in another way, or none. */
  get layers() {
    return this.#parts('layers', (wire) => new ContainerLayer(wire));
  }
  /** Null for the manifest of one image. */
  get platforms() {
    return this.#parts('manifests', (wire) => new ContainerPlatform(wire));
  }
  #parts<Part>(name: 'layers' | 'manifests', make: (wire: WireObject) => Part): Decoded<readonly Part[]> {
    return this.wire[name] === TOO_MANY ? this.tooMany(name) : this.objectList(name, make);
  }
}

const LAYER_FIELDS = ['digest', 'size', 'mediaType'];
const PLATFORM_FIELDS = ['os', 'architecture', 'variant', 'os.version'];

/** These fields of an object alone: the rest of it is not held. */
function picked(wire: WireObject, fields: readonly string[]): WireObject {
  const part: Record<string, unknown> = {};
  for (const field of fields) if (Object.hasOwn(wire, field)) part[field] = wire[field];
  return part;
}

/** The fields of the type that are read from its manifest. */
export const MANIFEST_FIELDS = ['manifestMediaType', 'layers', 'platforms'] as const;

/** The fields of the type that a list row has, and the single tag has not. */
export const ROW_FIELDS = ['isScanned', 'deletedAt'] as const;

/** The source object of the type: a row of the list, or the single tag. */
export class ContainerTag extends Row implements ContainerTagKey {
  readonly __typename = 'ContainerTag';
  readonly service = 'swr';
  readonly namespace: string;
  readonly repositoryName: string;
  readonly name: string;
  constructor(wire: WireObject, { namespace, repositoryName, name }: ContainerTagKey) {
    super(wire);
    this.namespace = namespace;
    this.repositoryName = repositoryName;
    this.name = name;
  }
  get tagId() {
    return this.int64('id');
  }
  get repositoryId() {
    return this.int64('repo_id');
  }
  get configDigest() {
    return this.string('image_id');
  }
  get digest() {
    return this.string('digest');
  }
  get schemaVersion() {
    return this.int32('schema');
  }
  get path() {
    return this.string('path');
  }
  get internalPath() {
    return this.string('internal_path');
  }
  get size() {
    return this.int64('size');
  }
  get isTrusted() {
    return this.boolean('is_trusted');
  }
  get isScanned() {
    return this.boolean('scanned');
  }
  get createdAt() {
    return this.dateTime('created');
  }
  get updatedAt() {
    return this.dateTime('updated');
  }
  get deletedAt() {
    return this.dateTime('deleted');
  }
  get domainId() {
    return this.string('domain_id');
  }
  get kind() {
    return this.numberedEnum('tag_type', TAG_KINDS);
  }
  get kindRaw() {
    return this.raw('tag_type');
  }
  get manifestMediaType(): Decoded<string> {
    const manifest = this.#manifest();
    return manifest instanceof Manifest ? manifest.mediaType : manifest;
  }
  get layers(): Decoded<readonly ContainerLayer[]> {
    const manifest = this.#manifest();
    return manifest instanceof Manifest ? manifest.layers : manifest;
  }
  get platforms(): Decoded<readonly ContainerPlatform[]> {
    const manifest = this.#manifest();
    return manifest instanceof Manifest ? manifest.platforms : manifest;
  }

  #manifest(): Decoded<Manifest> {
    const { manifest } = this.wire;
    if (manifest === null || manifest === undefined || manifest === '') return null;
    return this.once('what is shown of the manifest', () => {
      const shown = shownManifest(manifest);
      if (isObject(shown)) return new Manifest(shown);
      return isTooLong(manifest) ? this.tooLong('manifest') : this.malformed('manifest', 'a JSON object');
    });
  }
}

/**
 * What is shown of a manifest, which is sent as an object or as the text of one: the rest is not held, as schema 1 has the history of the
 * build. Shape: anything else as it is.
 */
export function shownManifest(manifest: unknown): unknown {
  const wire = objectOf(manifest);
  if (!wire) return manifest;
  const { mediaType, layers, manifests } = wire;
  return { mediaType, layers: partsOf(layers, shownLayer), manifests: partsOf(manifests, shownPlatform) };
}

const shownLayer = (wire: WireObject) => picked(wire, LAYER_FIELDS);
const shownPlatform = ({ platform, ...wire }: WireObject) => ({
  ...picked(wire, LAYER_FIELDS),
  platform: isObject(platform) ? picked(platform, PLATFORM_FIELDS) : platform,
});

/**
 * The parts of a list of objects; anything else as it is. Null is held for an item of another type, and `TOO_MANY` for a list that is too
 * long.
 */
const partsOf = (items: unknown, shown: (wire: WireObject) => WireObject) => {
  if (!Array.isArray(items)) return items;
  if (items.length > MAX_ITEMS) return TOO_MANY;
  return items.map((item: unknown) => (isObject(item) ? shown(item) : null));
};
/** Stands for a list that is too long to be shown. */
const TOO_MANY: WireObject = {};

const isTooLong = (value: unknown) => typeof value === 'string' && value.length > MAX_JSON_LENGTH;

/** An object that is sent as it is, or as JSON text of up to `MAX_JSON_LENGTH`; undefined for anything else. */
function objectOf(value: unknown): WireObject | undefined {
  if (isTooLong(value)) return undefined;
  try {
    const decoded = typeof value === 'string' ? decodeJson(value) : value;
    return isObject(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}

/** A label of an image. */
export class ContainerLabel extends Row {
  readonly service = 'swr';
  readonly name: string;
  constructor(wire: WireObject, name: string) {
    super(wire);
    this.name = name;
  }
  get value() {
    return this.raw(this.name);
  }
}

/** What is shown of the config of an image. */
export class ContainerConfig extends Row {
  readonly service = 'swr';
  get os() {
    return this.string('os');
  }
  get architecture() {
    return this.string('architecture');
  }
  get variant() {
    return this.string('variant');
  }
  get createdAt() {
    return this.dateTime('created');
  }
  get author() {
    return this.string('author');
  }
  get labels(): readonly ContainerLabel[] | UpstreamError {
    const labels = this.wire[LABELS] ?? {};
    if (!isObject(labels)) return this.malformed('Labels', 'an object');
    const names = Object.keys(labels);
    return names.length > MAX_ITEMS ? this.tooMany('Labels') : names.map((name) => new ContainerLabel(labels, name));
  }
}

const CONFIG_FIELDS = ['os', 'architecture', 'variant', 'created', 'author'];
/** One of these is in the config of every image; that of another artifact may have any. */
const CONFIG_NAMES = [...CONFIG_FIELDS, 'config', 'rootfs'];
/** Where the labels of the inner `config` are kept. */
const LABELS = 'labels';

/**
 * What is shown of the config of an image, as an object or as the text of one. Environment, commands and history are not: they may hold
 * secrets. Shape: undefined for anything else.
 */
export function shownConfig(body: unknown): WireObject | undefined {
  const wire = objectOf(body);
  if (!wire) return undefined;
  // An error, under the status of a success.
  if (!CONFIG_NAMES.some((name) => Object.hasOwn(wire, name)) && holdsError(wire)) return undefined;
  const { config } = wire;
  return { ...picked(wire, CONFIG_FIELDS), [LABELS]: isObject(config) ? config.Labels : config };
}

/** A signature of an image. */
export class ContainerSignature extends Row {
  readonly service = 'swr';
  get signatureId() {
    return this.int64('id');
  }
  get tag() {
    return this.string('sig_tag');
  }
  get digest() {
    return this.string('sig_digest');
  }
  get targetDigest() {
    return this.string('target_digest');
  }
  get size() {
    return this.int64('size');
  }
  get type() {
    return this.string('type');
  }
  get createdAt() {
    return this.dateTime('created_at');
  }
  get updatedAt() {
    return this.dateTime('updated_at');
  }
}

/** What identifies a signature; undefined where nothing does. */
export const signatureKeyOf = ({ id, sig_digest: digest }: WireObject): string | undefined =>
  integerText(id) ?? (typeof digest === 'string' && digest !== '' ? digest : undefined);
