// The record of an image as IMS sends it, in lists and alone: the source object of the type.
// Source: ims-list-images.txt; facts.md §C.2 and §D; glance-behaviour.md.

import { encodeJson } from '../../upstream/decoding/json.ts';
import { isObject, Row, type WireObject } from '../../upstream/decoding/row.ts';
import { isPathSafe } from '../../upstream/path.ts';
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

/** A raw property of an image: a string as sent, anything else as its JSON text. */
export interface ImageProperty {
  readonly name: string;
  readonly value: string | null;
}

/** The source object of the type: a record of the list or of "show image", which have the same fields. */
export class Image extends Row {
  readonly __typename = 'Image';
  readonly service = 'ims';
  readonly imageId: string;
  constructor(wire: WireObject, imageId: string) {
    super(wire);
    this.imageId = imageId;
  }
  get name() {
    return this.text('name');
  }
  get status() {
    return this.word('status', STATUSES);
  }
  get statusRaw() {
    return this.text('status');
  }
  get visibility() {
    return this.word('visibility', VISIBILITIES);
  }
  get visibilityRaw() {
    return this.text('visibility');
  }
  get owner() {
    return this.text('owner');
  }
  get isProtected() {
    return this.flag('protected');
  }
  get containerFormat() {
    return this.text('container_format');
  }
  get diskFormat() {
    return this.word('disk_format', DISK_FORMATS);
  }
  get diskFormatRaw() {
    return this.text('disk_format');
  }
  get minDisk() {
    return this.int('min_disk');
  }
  get minRam() {
    return this.int('min_ram');
  }
  get maxRam() {
    return this.int('max_ram');
  }
  get size() {
    return this.long('size');
  }
  get virtualSize() {
    return this.long('virtual_size');
  }
  get checksum() {
    return this.text('checksum');
  }
  get tags() {
    return this.words('tags');
  }
  get createdAt() {
    return this.time('created_at');
  }
  get updatedAt() {
    return this.time('updated_at');
  }
  get activeAt() {
    return this.time('active_at');
  }
  get schema() {
    return this.text('schema');
  }
  get self() {
    return this.text('self');
  }
  get file() {
    return this.text('file');
  }
  get imageType() {
    return this.word('__imagetype', IMAGE_TYPES);
  }
  get imageTypeRaw() {
    return this.text('__imagetype');
  }
  get osType() {
    return this.word('__os_type', OS_TYPES);
  }
  get osTypeRaw() {
    return this.text('__os_type');
  }
  get osVersion() {
    return this.text('__os_version');
  }
  get osBit() {
    return this.int('__os_bit');
  }
  get platform() {
    return this.word('__platform', PLATFORMS);
  }
  get platformRaw() {
    return this.text('__platform');
  }
  get osFeatures(): readonly string[] | null {
    const text = this.text('__os_feature_list');
    if (typeof text !== 'string') return text;
    if (!/^\s*([[{"]|null\s*$)/.test(text)) return commaList(text);
    const features = this.json('__os_feature_list');
    if (features === null) return null;
    const isList = Array.isArray(features) && features.every((feature) => typeof feature === 'string');
    return isList ? features : this.malformed('__os_feature_list', 'a list of strings');
  }
  get osFeatureListRaw() {
    return this.text('__os_feature_list');
  }
  get description() {
    return this.text('__description');
  }
  get imageLocation() {
    return this.text('__image_location');
  }
  get imageSize() {
    return this.long('__image_size');
  }
  get imageSourceType() {
    return this.text('__image_source_type');
  }
  get isConfigInit() {
    return this.flag('__is_config_init');
  }
  get isRegistered() {
    return this.flag('__isregistered');
  }
  get supportsLazyLoading() {
    return this.flag('__lazyloading');
  }
  get originalImageId() {
    return this.text('__originalimagename') || null;
  }
  get backupId() {
    return this.text('__backup_id');
  }
  get dataOrigin() {
    return this.text('__data_origin');
  }
  get rootOrigin() {
    return this.text('__root_origin');
  }
  get sequenceNumber() {
    return this.int('__sequence_num');
  }
  get virtualEnvType() {
    return this.word('virtual_env_type', VIRTUAL_ENVIRONMENTS);
  }
  get virtualEnvTypeRaw() {
    return this.text('virtual_env_type');
  }
  get firmwareType() {
    return this.word('hw_firmware_type', FIRMWARE_TYPES);
  }
  get firmwareTypeRaw() {
    return this.text('hw_firmware_type');
  }
  get enterpriseProjectId() {
    return this.text('enterprise_project_id');
  }
  get encryptionKeyId() {
    return this.text('__system__cmkid');
  }
  get supportsVifMultiqueue() {
    return this.flag('hw_vif_multiqueue_enabled');
  }
  get supportsKvm() {
    return this.flag('__support_kvm');
  }
  get supportsXen() {
    return this.flag('__support_xen');
  }
  get supportsLargeMemory() {
    return this.flag('__support_largememory');
  }
  get supportsDiskIntensive() {
    return this.flag('__support_diskintensive');
  }
  get supportsHighPerformance() {
    return this.flag('__support_highperformance');
  }
  get xenGpuType() {
    return this.text('__support_xen_gpu_type');
  }
  get kvmGpuType() {
    return this.text('__support_kvm_gpu_type');
  }
  get supportsXenHana() {
    return this.flag('__support_xen_hana');
  }
  get supportsKvmInfiniband() {
    return this.flag('__support_kvm_infiniband');
  }
  /** The upstream's word says the opposite: "true" means that injection is not supported. */
  get supportsPasswordInjection() {
    const refuses = this.flag('__support_fc_inject');
    return typeof refuses === 'boolean' ? !refuses : refuses;
  }
  get supportsAmd() {
    return this.flag('__support_amd');
  }
  get supportsArm() {
    return this.flag('__support_arm');
  }

  /** A raw property; null when the image lacks it. */
  property(name: string): string | null {
    const value = Object.hasOwn(this.wire, name) ? this.wire[name] : null;
    if (value === null || (typeof value === 'string' && !value.startsWith('\0'))) return value;
    try {
      return encodeJson(value);
    } catch {
      // Nested more deeply than JSON can be written.
      return this.malformed(name, 'a property');
    }
  }

  /** The raw properties of these names, or all of them; names that the image lacks are left out. */
  properties(names: readonly string[] = Object.keys(this.wire)): ImageProperty[] {
    const known = [...new Set(names)].filter((name) => Object.hasOwn(this.wire, name));
    return known.map((name) => ({ name, value: this.property(name) }));
  }
}

const commaList = (text: string) => {
  const words = text.split(',').map((word) => word.trim());
  return text === '' ? null : words.filter((word) => word !== '');
};

/** Whether a text is an image id as documented: a UUID. */
export const isImageId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** The id of a record; undefined where it has none that can stand in a path. */
export function idOf(row: unknown): string | undefined {
  const id = isObject(row) ? row.id : undefined;
  return typeof id === 'string' && isPathSafe(id) ? id : undefined;
}

/** The image of a list row; undefined where the row has no id. */
export function imageOf(row: unknown): Image | undefined {
  const id = idOf(row);
  return isObject(row) && id !== undefined ? new Image(row, id) : undefined;
}
