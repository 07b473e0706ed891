// Decodes the record of an image, as IMS sends it in lists and alone.
// Sources: docs/upstream/ims.md#list-images, #image-fields.

import { decodeEntries, decodeJson, isObject, LONG_TEXT, type WireObject } from '../../upstream/decoding/json.ts';
import { booleanOf, type Decoded, isStringList, MAX_ITEMS, MAX_JSON_LENGTH, Row } from '../../upstream/decoding/row.ts';
import type { UpstreamError } from '../../upstream/errors.ts';
import { isPathSafeId } from '../../upstream/path.ts';
import { noteWork } from '../../upstream/turn.ts';
import {
  DISK_FORMATS,
  FIRMWARE_TYPES,
  IMAGE_TYPES,
  OS_TYPES,
  PLATFORMS,
  STATUSES,
  VIRTUAL_ENVIRONMENTS,
  VISIBILITIES,
} from './enums.ts';

export { MEMBER_STATUSES, OS_TYPES, PLATFORMS } from './enums.ts';

/** What stands for the record of an image of which only the id is known. */
const NO_RECORD: WireObject = {};

/** A raw property of an image. */
export class ImageProperty {
  readonly name: string;
  readonly #image: Image;
  constructor(image: Image, name: string) {
    this.#image = image;
    this.name = name;
  }
  /** A string as sent, anything else as its JSON text. */
  get value(): Decoded<string> {
    return this.#image.property(this.name);
  }
}

/**
 * The source object of the type: a record of the list or of "show image", which have the same fields. Without a record, none of its fields
 * may be read.
 */
export class Image extends Row {
  readonly __typename = 'Image';
  readonly service = 'ims';
  readonly imageId: string;
  constructor(wire: WireObject | undefined, imageId: string) {
    super(wire ?? NO_RECORD);
    this.imageId = imageId;
  }
  get hasRecord() {
    return this.wire !== NO_RECORD;
  }
  get name() {
    return this.string('name');
  }
  get status() {
    return this.enum('status', STATUSES);
  }
  get statusRaw() {
    return this.string('status');
  }
  get visibility() {
    return this.enum('visibility', VISIBILITIES);
  }
  get visibilityRaw() {
    return this.string('visibility');
  }
  get owner() {
    return this.string('owner');
  }
  get isProtected() {
    return this.boolean('protected');
  }
  get containerFormat() {
    return this.string('container_format');
  }
  get diskFormat() {
    return this.enum('disk_format', DISK_FORMATS);
  }
  get diskFormatRaw() {
    return this.string('disk_format');
  }
  get minDisk() {
    return this.int32('min_disk');
  }
  get minRam() {
    return this.int32('min_ram');
  }
  get maxRam() {
    return this.int32('max_ram');
  }
  get size() {
    return this.int64('size');
  }
  get virtualSize() {
    return this.int64('virtual_size');
  }
  get checksum() {
    return this.string('checksum');
  }
  get tags() {
    return this.stringList('tags');
  }
  get createdAt() {
    return this.dateTime('created_at');
  }
  get updatedAt() {
    return this.dateTime('updated_at');
  }
  get activeAt() {
    return this.dateTime('active_at');
  }
  get schema() {
    return this.string('schema');
  }
  get self() {
    return this.string('self');
  }
  get file() {
    return this.string('file');
  }
  get imageType() {
    return this.enum('__imagetype', IMAGE_TYPES);
  }
  get imageTypeRaw() {
    return this.string('__imagetype');
  }
  get osType() {
    return this.enum('__os_type', OS_TYPES);
  }
  get osTypeRaw() {
    return this.string('__os_type');
  }
  get osVersion() {
    return this.string('__os_version');
  }
  get osBit() {
    return this.int32('__os_bit');
  }
  get platform() {
    return this.enum('__platform', PLATFORMS);
  }
  get platformRaw() {
    return this.string('__platform');
  }
  /** The names whose value is true, in the order sent; or a list, as JSON or separated by commas. Each name once. */
  get osFeatures(): Decoded<readonly string[]> {
    const text = this.osFeatureListRaw;
    if (typeof text !== 'string' || text === '') return text || null;
    return this.once('osFeatures', () => {
      if (text.length > MAX_JSON_LENGTH) return this.tooLong(FEATURE_LIST);
      const names = /^\s*([[{"]|null\s*$)/.test(text) ? featuresOfJson(text) : commaList(text);
      if (names === undefined) return this.malformed(FEATURE_LIST, 'a list of features');
      const distinct = names && [...new Set(names)];
      return distinct && distinct.length > MAX_ITEMS ? this.tooMany(FEATURE_LIST) : distinct;
    });
  }
  get osFeatureListRaw() {
    return this.jsonText(FEATURE_LIST);
  }
  get description() {
    return this.string('__description');
  }
  get imageLocation() {
    return this.string('__image_location');
  }
  get imageSize() {
    return this.int64('__image_size');
  }
  get imageSourceType() {
    return this.string('__image_source_type');
  }
  get isConfigInit() {
    return this.boolean('__is_config_init');
  }
  get isRegistered() {
    return this.boolean('__isregistered');
  }
  get supportsLazyLoading() {
    return this.boolean('__lazyloading');
  }
  get originalImageId() {
    return this.string('__originalimagename') || null;
  }
  /** The id of the original image, where there is one that can be looked up. */
  originalImageKey(): string | undefined {
    const id = this.originalImageId;
    return typeof id === 'string' && isPathSafeId(id) ? id : undefined;
  }
  get backupId() {
    return this.string('__backup_id');
  }
  get dataOrigin() {
    return this.string('__data_origin');
  }
  get rootOrigin() {
    return this.string('__root_origin');
  }
  get sequenceNumber() {
    return this.int32('__sequence_num');
  }
  get virtualEnvType() {
    return this.enum('virtual_env_type', VIRTUAL_ENVIRONMENTS);
  }
  get virtualEnvTypeRaw() {
    return this.string('virtual_env_type');
  }
  get firmwareType() {
    return this.enum('hw_firmware_type', FIRMWARE_TYPES);
  }
  get firmwareTypeRaw() {
    return this.string('hw_firmware_type');
  }
  get enterpriseProjectId() {
    return this.string('enterprise_project_id');
  }
  get encryptionKeyId() {
    return this.string('__system__cmkid');
  }
  get supportsVifMultiqueue() {
    return this.boolean('hw_vif_multiqueue_enabled');
  }
  get supportsKvm() {
    return this.boolean('__support_kvm');
  }
  get supportsXen() {
    return this.boolean('__support_xen');
  }
  get supportsLargeMemory() {
    return this.boolean('__support_largememory');
  }
  get supportsDiskIntensive() {
    return this.boolean('__support_diskintensive');
  }
  get supportsHighPerformance() {
    return this.boolean('__support_highperformance');
  }
  get xenGpuType() {
    return this.string('__support_xen_gpu_type');
  }
  get kvmGpuType() {
    return this.string('__support_kvm_gpu_type');
  }
  get supportsXenHana() {
    return this.boolean('__support_xen_hana');
  }
  get supportsKvmInfiniband() {
    return this.boolean('__support_kvm_infiniband');
  }
  /** On the wire "true" means that injection is not supported. */
  get supportsPasswordInjection() {
    const isUnsupported = this.boolean('__support_fc_inject');
    return typeof isUnsupported === 'boolean' ? !isUnsupported : isUnsupported;
  }
  get supportsAmd() {
    return this.boolean('__support_amd');
  }
  get supportsArm() {
    return this.boolean('__support_arm');
  }

  /** A raw property; null when the image lacks it. */
  property(name: string): Decoded<string> {
    return Object.hasOwn(this.wire, name) ? this.raw(name) : null;
  }

  /**
   * The raw properties of these names, or all of them; names that the image lacks are left out.
   * Errors: an UpstreamError where the image has too many to show all.
   */
  properties(names?: readonly string[]): readonly ImageProperty[] | UpstreamError {
    if (!names) return this.#allProperties();
    const known = [...new Set(names)].filter((name) => Object.hasOwn(this.wire, name));
    return known.map((name) => new ImageProperty(this, name));
  }

  #allProperties(): readonly ImageProperty[] | UpstreamError {
    return this.once('properties', () => {
      const names = Object.keys(this.wire);
      return names.length > MAX_ITEMS ? this.tooMany('the record') : names.map((name) => new ImageProperty(this, name));
    });
  }
}

const FEATURE_LIST = '__os_feature_list';

function commaList(text: string): string[] {
  if (text.length > LONG_TEXT) noteWork();
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The features in JSON text; undefined where it is neither a list of names nor an object with flags. */
function featuresOfJson(text: string): readonly string[] | null | undefined {
  try {
    if (!/^\s*\{/.test(text)) {
      const list = decodeJson(text);
      return list === null || isStringList(list) ? list : undefined;
    }
    const flags = decodeEntries(text).map(([name, value]) => ({ name, isTrue: booleanOf(value) }));
    const hasFlags = flags.length === 0 || flags.some(({ isTrue }) => isTrue !== undefined);
    return hasFlags ? flags.flatMap(({ name, isTrue }) => (isTrue ? [name] : [])) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a text is an image id as documented, a UUID. */
export const isImageId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** The id of a record; undefined where it has none, or one that is not path-safe. */
export function idOf(row: unknown): string | undefined {
  const id = isObject(row) ? row.id : undefined;
  return typeof id === 'string' && isPathSafeId(id) ? id : undefined;
}

/** The image of a list row; undefined where the row has no id. */
export function imageOf(row: unknown): Image | undefined {
  const id = idOf(row);
  return isObject(row) && id !== undefined ? new Image(row, id) : undefined;
}
