// Decodes the facts of an account and of a project, as SWR and IMS send them: an overview, quotas, and the operating systems of images.
// Sources: docs/upstream/swr.md#quotas, #overview, docs/upstream/ims.md#quotas, #os-versions.

import type { WireObject } from '../../upstream/decoding/json.ts';
import { type Decoded, Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { OS_TYPES, PLATFORMS } from '../image/record.ts';

export const OS_VERSION_TAGS = new WireEnum({
  BMS: ['bms', 'For bare metal servers (BMS).'],
  UEFI: ['uefi', 'For servers that boot by UEFI.'],
  ARM: ['arm', 'For ARM processors.'],
  X86: ['x86', 'For x86 processors.'],
  KVM: ['kvm', 'For servers on KVM.'],
});

/** How much an account has in SWR. */
export class RegistryOverview extends Row {
  readonly service = 'swr';
  get domainId() {
    return this.string('domain_id');
  }
  get domainName() {
    return this.string('domain_name');
  }
  /** The name has lost a letter in SWR. */
  get organizationCount() {
    return this.int64('namspace_num');
  }
  get repositoryCount() {
    return this.int64('repo_num');
  }
  get imageCount() {
    return this.int64('image_num');
  }
  get storage() {
    return this.float('store_space');
  }
  get downloadTraffic() {
    return this.float('downflow_size');
  }
}

/** A quota, of either service. */
export interface Quota {
  readonly kind: string;
  readonly used: Decoded<string>;
  readonly limit: Decoded<string>;
  readonly minimum: Decoded<string>;
  readonly maximum: Decoded<string>;
  readonly unit: Decoded<string>;
}

/** A quota as SWR sends it. */
export class RegistryQuota extends Row implements Quota {
  readonly service = 'swr';
  readonly kind: string;
  readonly minimum = null;
  readonly maximum = null;
  constructor(wire: WireObject, kind: string) {
    super(wire);
    this.kind = kind;
  }
  get used() {
    return this.int64('used');
  }
  get limit() {
    return this.int64('quota_limit');
  }
  get unit() {
    return this.string('unit');
  }
}

/** A quota as IMS sends it. */
export class ImageQuota extends Row implements Quota {
  readonly service = 'ims';
  readonly kind: string;
  readonly unit = null;
  constructor(wire: WireObject, kind: string) {
    super(wire);
    this.kind = kind;
  }
  get used() {
    return this.int64('used');
  }
  get limit() {
    return this.int64('quota');
  }
  get minimum() {
    return this.int64('min');
  }
  get maximum() {
    return this.int64('max');
  }
}

/** A version of an operating system that an image may have. */
export class OsVersion extends Row {
  readonly service = 'ims';
  get platform() {
    return this.enum('platform', PLATFORMS);
  }
  get platformRaw() {
    return this.string('platform');
  }
  get osVersionKey() {
    return this.string('os_version_key');
  }
  get osVersion() {
    return this.string('os_version');
  }
  get osBit() {
    return this.int32('os_bit');
  }
  get osType() {
    return this.enum('os_type', OS_TYPES);
  }
  get osTypeRaw() {
    return this.string('os_type');
  }
}

/** A platform, with its versions. */
export class OsPlatform extends Row {
  readonly service = 'ims';
  get platform() {
    return this.enum('platform', PLATFORMS);
  }
  get platformRaw() {
    return this.string('platform');
  }
  get versions(): Decoded<readonly OsVersion[]> {
    return this.objectList('version_list', (wire) => new OsVersion(wire));
  }
}

/** What a quota limits: a text of a row that is not empty. */
export const kindOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
