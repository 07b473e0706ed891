// IMS images: the wire record and the two calls, "list images" and "show image".
// Sources: docs/upstream/ims.md#list-images, #image-fields, #paging.

import { encodeJson } from '../../upstream/decoding/json.ts';
import { isObject, malformed, Row, type WireObject } from '../../upstream/decoding/row.ts';
import { UpstreamError } from '../../upstream/errors.ts';
import type { MarkerList, MarkerRows, Verdict } from '../../upstream/paging/marker-page.ts';
import { cursorExpired } from '../../upstream/paging/page.ts';
import { isPathSafe, pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
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

/**
 * Shows one image.
 * Shape: null when it does not exist or the caller may not see it. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/images/{image_id}, docs/upstream/ims.md#show-an-image.
 */
export async function showImage(session: Session, imageId: string): Promise<Image | null> {
  const answer = await session.find({
    service: 'ims',
    operation: 'show image',
    path: `/v2/images/${pathSegment(imageId)}`,
  });
  if (!answer) return null;
  if (!isObject(answer.body)) throw malformed('ims', 'the image is not an object');
  return new Image(answer.body, idOf(answer.body) ?? imageId);
}

/** Which images, in which order: what IMS is asked, and what it cannot be asked. */
export interface ImageSelection {
  readonly query: Query;
  readonly sortKey: string;
  readonly descending: boolean;
  /** The conditions on times, for a walk in each direction. */
  readonly times: Readonly<Record<'ascending' | 'descending', TimeConditions>>;
}

/** Conditions on times: some go upstream, the others are decided row by row. */
export interface TimeConditions {
  readonly query: Query;
  /** Whether rows may have to be skipped here. */
  readonly sifts: boolean;
  verdict(image: Image): Verdict;
}

type Query = readonly (readonly [name: string, value: string])[];

/**
 * The list of images.
 * Errors: a row without an id is an UpstreamError in its place; `cursor-expired` when the marker is gone. Calls: one a page, one
 * more where a marker is refused.
 * Source: GET /v2/images.
 */
export function listImages(session: Session, { query, sortKey, descending, times }: ImageSelection): MarkerList<Image> {
  const isDescending = (reversed: boolean) => descending !== reversed;
  const timesOf = (reversed: boolean) => (isDescending(reversed) ? times.descending : times.ascending);
  return {
    service: 'ims',
    maximum: 1000,
    sifts: times.descending.sifts,
    fetch: (limit, marker, reversed) => {
      const order = [
        ['sort_key', sortKey],
        ['sort_dir', isDescending(reversed) ? 'desc' : 'asc'],
      ] as const;
      return fetchPage(session, [...query, ...timesOf(reversed).query, ...order, ['limit', String(limit)]], marker);
    },
    idOf,
    // When it goes on behind a row, Glance takes a null for an empty text, which its databases take for a zero.
    isMarker: (row) => isObject(row) && !['', 0, null, undefined].includes(row[sortKey] as null),
    verdict: (row, reversed) => (isObject(row) ? timesOf(reversed).verdict(new Image(row, '')) : 'keep'),
    decode: (row) => imageOf(row) ?? malformed('ims', 'a row of the list has no id'),
  };
}

/** The images of these ids that one list can show, for clouds whose list takes several ids. Calls: one. */
export async function listImagesById(
  session: Session,
  ids: readonly string[],
  further: Query,
): Promise<readonly Image[]> {
  const { rows } = await fetchPage(
    session,
    [['id', `in:${ids.join(',')}`], ...further, ['limit', String(ids.length)]],
    undefined,
  );
  return rows.map(imageOf).filter((image) => image !== undefined);
}

async function fetchPage(session: Session, query: Query, marker: string | undefined): Promise<MarkerRows> {
  const { body } = await getPage(session, marker === undefined ? query : [...query, ['marker', marker]], marker);
  const { images, next } = isObject(body) ? body : {};
  const rows = images === null ? [] : images;
  if (!Array.isArray(rows)) throw malformed('ims', 'images is not an array');
  if (typeof next !== 'string') return { rows, next: undefined };
  const following = markerOf(next) ?? rows.map(idOf).findLast((id) => id !== undefined);
  if (following === undefined) throw malformed('ims', 'next holds no marker');
  return { rows, next: following };
}

async function getPage(session: Session, query: Query, marker: string | undefined) {
  try {
    return await session.get({ service: 'ims', operation: 'list images', path: '/v2/images', query });
  } catch (error) {
    const suspicious = error instanceof UpstreamError && (error.details.status === 400 || error.details.status === 403);
    if (marker !== undefined && suspicious && (await isGone(session, marker))) throw cursorExpired('ims');
    throw error;
  }
}

/** One look at the image of a refused marker tells whether the marker was the reason. */
async function isGone(session: Session, imageId: string): Promise<boolean> {
  try {
    return (await showImage(session, imageId)) === null;
  } catch (error) {
    return error instanceof UpstreamError && error.kind === 'forbidden';
  }
}

/** Characters of a link that is looked into: Glance takes no longer ones itself. */
const LONGEST_LINK = 8_192;

/** Of `next` only the marker is used: its other parameters are not always ours, and its host is never followed. */
function markerOf(next: string): string | undefined {
  if (next.length > LONGEST_LINK) return undefined;
  const marker = new URLSearchParams(next.slice(next.indexOf('?') + 1)).get('marker');
  return marker !== null && isPathSafe(marker) ? marker : undefined;
}

/** Whether a text is an image id as documented: a UUID. */
export const isImageId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

function idOf(row: unknown): string | undefined {
  const id = isObject(row) ? row.id : undefined;
  return typeof id === 'string' && isPathSafe(id) ? id : undefined;
}

function imageOf(row: unknown): Image | undefined {
  const id = idOf(row);
  return isObject(row) && id !== undefined ? new Image(row, id) : undefined;
}
