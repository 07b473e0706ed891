// Lists the enums of images and how IMS writes their values.
// Source: docs/upstream/ims.md#values.
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';

export const STATUSES = new WireEnum({
  QUEUED: ['queued', 'The metadata exists; the image data has not been uploaded yet.'],
  SAVING: ['saving', 'The image data is being uploaded.'],
  ACTIVE: ['active', 'The image is available for use.'],
  KILLED: ['killed', 'The upload of the image data failed.'],
  DELETED: ['deleted', 'The image has been deleted.'],
  UPLOADING: ['uploading', 'The image data is being staged for an import.'],
  IMPORTING: ['importing', 'The image data is being imported.'],
  PENDING_DELETE: ['pending_delete', 'The image is going to be deleted.'],
  DEACTIVATED: ['deactivated', 'The image data is available to administrators only.'],
});

export const VISIBILITIES = new WireEnum({
  PUBLIC: ['public', 'All projects can use it.'],
  PRIVATE: [
    'private',
    'Only its owner can use it. As a filter it leaves out private images that are shared with other projects.',
  ],
  SHARED: ['shared', 'Its owner and the projects that it is shared with can use it.'],
  COMMUNITY: [
    'community',
    'All projects can use it. Lists show it to other projects only if the filter has this visibility.',
  ],
});

export const IMAGE_TYPES = new WireEnum({
  GOLD: ['gold', 'A public image, provided by the cloud.'],
  PRIVATE: ['private', 'A private image.'],
  SHARED: ['shared', 'A shared image.'],
  MARKET: ['market', 'An image from the marketplace.'],
});

export const OS_TYPES = new WireEnum({
  LINUX: ['Linux', 'Linux.'],
  WINDOWS: ['Windows', 'Windows.'],
  OTHER: ['Other', 'Another operating system.'],
});

export const PLATFORMS = new WireEnum({
  WINDOWS: ['Windows', 'Windows.'],
  UBUNTU: ['Ubuntu', 'Ubuntu.'],
  REDHAT: ['RedHat', 'Red Hat Enterprise Linux, also sent as `Red Hat`.'],
  SUSE: ['SUSE', 'SUSE Linux Enterprise.'],
  CENTOS: ['CentOS', 'CentOS.'],
  DEBIAN: ['Debian', 'Debian.'],
  OPENSUSE: ['OpenSUSE', 'openSUSE.'],
  ORACLE_LINUX: ['Oracle Linux', 'Oracle Linux, also sent as `OracleLinux`.'],
  FEDORA: ['Fedora', 'Fedora.'],
  OTHER: ['Other', 'Another platform.'],
  COREOS: ['CoreOS', 'CoreOS.'],
  EULEROS: ['EulerOS', 'EulerOS.'],
  HUAWEI_CLOUD_EULEROS: ['Huawei Cloud EulerOS', 'Huawei Cloud EulerOS.'],
});

export const DISK_FORMATS = new WireEnum({
  ZVHD2: ['zvhd2', "The cloud's own format, with lazy loading; the default."],
  ZVHD: ['zvhd', "The cloud's own format."],
  VHD: ['vhd', 'Virtual hard disk, the format of Hyper-V.'],
  RAW: ['raw', 'The bytes of the disk as they are.'],
  QCOW2: ['qcow2', 'The copy-on-write format of QEMU.'],
  ISO: ['iso', 'An optical disc.'],
});

export const VIRTUAL_ENVIRONMENTS = new WireEnum({
  FUSIONCOMPUTE: ['FusionCompute', 'The system disk of a virtual server (ECS).'],
  IRONIC: ['Ironic', 'The system disk of a bare metal server (BMS).'],
  DATAIMAGE: ['DataImage', 'A data disk.'],
  ISOIMAGE: ['IsoImage', 'An ISO image.'],
});

export const FIRMWARE_TYPES = new WireEnum({
  BIOS: ['bios', 'BIOS.'],
  UEFI: ['uefi', 'UEFI.'],
});

export const MEMBER_STATUSES = new WireEnum({
  ACCEPTED: ['accepted', 'The image has been accepted.'],
  REJECTED: ['rejected', 'The image has been rejected.'],
  PENDING: ['pending', 'The image has been neither accepted nor rejected yet.'],
});

/** The fields that images can be sorted by; the source document's `create_at` is a misprint. */
export const SORT_KEYS = new WireEnum({
  NAME: ['name', 'The name.'],
  CONTAINER_FORMAT: ['container_format', 'The container format.'],
  DISK_FORMAT: ['disk_format', 'The disk format.'],
  STATUS: ['status', 'The status.'],
  ID: ['id', 'The id.'],
  SIZE: ['size', 'The size.'],
  CREATED_AT: ['created_at', 'The time of creation.'],
});

/** The sort keys that an image may have no value of, by their names in IMS. Source: docs/upstream/ims.md#list-images. */
export const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['name', 'container_format', 'disk_format', 'size']);
