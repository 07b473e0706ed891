// The words of IMS: the enums of images and what the upstream calls their values.
// Source: ims-list-images.txt; the value lists that it lost: facts.md §B.1, glance-behaviour.md.
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';

export const STATUSES = new WireEnum({
  QUEUED: ['queued', 'The metadata exists, the image data does not yet.'],
  SAVING: ['saving', 'The image data is being uploaded.'],
  ACTIVE: ['active', 'The image can be used.'],
  KILLED: ['killed', 'The upload failed.'],
  DELETED: ['deleted', 'The image has been deleted.'],
  UPLOADING: ['uploading', 'The image data is being staged for an import.'],
  IMPORTING: ['importing', 'An import is under way.'],
  PENDING_DELETE: ['pending_delete', 'The image will be deleted.'],
  DEACTIVATED: ['deactivated', 'The image data is closed to those who are no administrators.'],
});

export const VISIBILITIES = new WireEnum({
  PUBLIC: ['public', 'Everybody may use it.'],
  PRIVATE: ['private', 'Its owner alone may use it. As a filter: without those that are shared with others.'],
  SHARED: ['shared', 'Its owner and those he has shared it with may use it.'],
  COMMUNITY: ['community', 'Everybody may use it who knows its id.'],
});

export const IMAGE_TYPES = new WireEnum({
  GOLD: ['gold', 'A public image of the cloud.'],
  PRIVATE: ['private', 'A private image.'],
  SHARED: ['shared', 'A shared image.'],
  MARKET: ['market', 'An image of the marketplace.'],
});

export const OS_TYPES = new WireEnum({
  LINUX: ['Linux', 'Linux.'],
  WINDOWS: ['Windows', 'Windows.'],
  OTHER: ['Other', 'Another operating system.'],
});

export const PLATFORMS = new WireEnum({
  WINDOWS: ['Windows', 'Windows.'],
  UBUNTU: ['Ubuntu', 'Ubuntu.'],
  REDHAT: ['RedHat', 'Red Hat Enterprise Linux; the upstream also writes `Red Hat`.'],
  SUSE: ['SUSE', 'SUSE Linux Enterprise.'],
  CENTOS: ['CentOS', 'CentOS.'],
  DEBIAN: ['Debian', 'Debian.'],
  OPENSUSE: ['OpenSUSE', 'openSUSE.'],
  ORACLE_LINUX: ['Oracle Linux', 'Oracle Linux; the upstream also writes `OracleLinux`.'],
  FEDORA: ['Fedora', 'Fedora.'],
  OTHER: ['Other', 'Another platform.'],
  COREOS: ['CoreOS', 'CoreOS.'],
  EULEROS: ['EulerOS', 'EulerOS.'],
  HUAWEI_CLOUD_EULEROS: ['Huawei Cloud EulerOS', 'Huawei Cloud EulerOS.'],
});

export const DISK_FORMATS = new WireEnum({
  ZVHD2: ['zvhd2', "The clouds' own format with lazy loading; the default."],
  ZVHD: ['zvhd', "The clouds' own format."],
  VHD: ['vhd', 'Virtual hard disk, as Hyper-V has it.'],
  RAW: ['raw', 'The bytes of the disk as they are.'],
  QCOW2: ['qcow2', 'Copy on write, as QEMU has it.'],
  ISO: ['iso', 'An optical disc.'],
});

export const VIRTUAL_ENVIRONMENTS = new WireEnum({
  FUSIONCOMPUTE: ['FusionCompute', 'A system disk of a virtual server.'],
  IRONIC: ['Ironic', 'A system disk of a bare metal server.'],
  DATAIMAGE: ['DataImage', 'A data disk.'],
  ISOIMAGE: ['IsoImage', 'An ISO image.'],
});

export const FIRMWARE_TYPES = new WireEnum({
  BIOS: ['bios', 'Boots with BIOS.'],
  UEFI: ['uefi', 'Boots with UEFI.'],
});

export const MEMBER_STATUSES = new WireEnum({
  ACCEPTED: ['accepted', 'The sharing has been accepted.'],
  REJECTED: ['rejected', 'The sharing has been rejected.'],
  PENDING: ['pending', 'The sharing waits for an answer.'],
});

/** What images can be sorted by; the source document's `create_at` is a misprint. */
export const SORT_KEYS = new WireEnum({
  NAME: ['name', 'The name.'],
  CONTAINER_FORMAT: ['container_format', 'The container format.'],
  DISK_FORMAT: ['disk_format', 'The disk format.'],
  STATUS: ['status', 'The status.'],
  ID: ['id', 'The id.'],
  SIZE: ['size', 'The size.'],
  CREATED_AT: ['created_at', 'When it was created.'],
});
