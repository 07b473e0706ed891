// The world's IMS images: those of image-quirks.ts first, then filler with every documented value.

import { CENTOS_ID, createQuirks, PLATFORM_OWNER, standardRow } from './image-quirks.ts';
import { cycle, type Random } from './random.ts';
import type { Image, ImageRow, ImageValue, MemberStatus } from './types.ts';

const STATUSES = ['queued', 'saving', 'killed', 'deleted', 'uploading', 'importing', 'pending_delete', 'deactivated'];
/** Images without data: their sizes are null. */
const UNFINISHED = ['queued', 'saving', 'killed', 'importing'];
const DISK_FORMATS = ['zvhd2', 'vhd', 'zvhd', 'raw', 'qcow2', 'iso'];
const LINUX = [
  'Ubuntu',
  'RedHat',
  'Red Hat',
  'SUSE',
  'CentOS',
  'Debian',
  'OpenSUSE',
  'Oracle Linux',
  'OracleLinux',
  'Fedora',
  'CoreOS',
  'EulerOS',
  'Huawei Cloud EulerOS',
];
const KVM_GPU_TYPES = ['M60', 'V100_vGPU', 'P2V_V100', 'P100', 'V100'];
const FLAGS = ['true', 'True', 'false', 'False'];
/** The forms of a feature list: flags as IMS sends them, flags in other cases, and the list that the document names. */
const FEATURES = [
  '{"nic_hotplug":"true", "disk_hotplug": "true", "hostname_inject": "true", "onekey_resetpasswd": "true"}',
  '{"onekey_resetpasswd":"True","ipv6":true,"sriov":"false"}',
  '["onekey_resetpasswd","ipv6","sriov"]',
  '{}',
  '[]',
];
const FOREIGN_OWNER = 'f0re1gn0000000000000000000000001';

/** Operating system fields; every 17th image is of another system, every 5th of Windows. */
function systemFields(index: number): Record<string, ImageValue> {
  if (index % 17 === 16)
    return { __os_type: 'Other', __platform: 'Other', __os_bit: '64', __os_version: 'Other 64bit' };
  const bit = index % 6 === 5 ? '32' : '64';
  if (index % 5 === 4) {
    const version = `Windows Server ${cycle(['2012 R2', '2016', '2019', '2022'], index)} Standard ${bit}bit`;
    return { __os_type: 'Windows', __platform: 'Windows', __os_bit: bit, __os_version: version };
  }
  const platform = cycle(LINUX, index);
  const version = `${platform} ${7 + (index % 16)}.${index % 4} ${bit}bit`;
  return { __os_type: 'Linux', __platform: platform, __os_bit: bit, __os_version: version };
}

/** Support flags: absent where they do not apply, as documented, and otherwise in mixed case. */
function supportFields(index: number): Record<string, ImageValue> {
  const fields: Record<string, ImageValue> = {};
  const kind = index % 7;
  if (kind === 0) fields.__support_kvm_gpu_type = cycle(KVM_GPU_TYPES, index / 7);
  if (kind === 1) fields.__support_xen_gpu_type = 'M60_vGPU';
  if (kind === 2) fields.__support_xen_hana = 'true';
  if (kind === 3) fields.__support_kvm_infiniband = 'true';
  if (kind > 3) Object.assign(fields, { __support_kvm: cycle(['true', 'True'], index), __support_xen: 'true' });
  if (index % 4 === 0) fields.__support_largememory = 'true';
  if (index % 6 === 0) fields.__support_diskintensive = 'true';
  if (index % 8 === 0) fields.__support_highperformance = 'true';
  if (index % 5 === 0) fields.__support_fc_inject = cycle(['true', 'false'], index);
  if (index % 9 === 0) fields.__support_amd = cycle(FLAGS, index / 9);
  if (index % 3 === 0) fields.hw_vif_multiqueue_enabled = cycle(FLAGS, index / 3);
  if (index % 3 === 1) fields.__os_feature_list = cycle(FEATURES, Math.floor(index / 3));
  return fields;
}

/** Where a private image comes from: the five documented kinds of `__data_origin`. */
function originFields(random: Random, index: number): Record<string, ImageValue> {
  const id = random.uuid();
  const other = index % 2 === 0 ? CENTOS_ID : random.uuid();
  const parent = { __originalimagename: other };
  return cycle<Record<string, ImageValue>>(
    [
      { ...parent, __data_origin: `instance,${id}`, __sequence_num: '0' },
      { ...parent, __data_origin: `server_backup,${id}`, __backup_id: id, __sequence_num: '0' },
      { ...parent, __data_origin: `volume,${id}`, __sequence_num: `${index % 23}` },
      { __originalimagename: '', __data_origin: `file,images-bucket:uploads/${id}.qcow2`, __root_origin: 'file' },
      { ...parent, __data_origin: `image,eu-nl,${id}`, __backup_id: '' },
    ],
    Math.floor(index / 5),
  );
}

interface Sharing {
  members: Record<string, MemberStatus>;
  fields: Record<string, ImageValue>;
}

/** Visibility: gold and market images are public; the others belong to the caller's project or are shared with it. */
function sharing(index: number, projectId: string): Sharing {
  const kind = index % 5;
  if (kind === 0) {
    const __imagetype = index % 25 === 20 ? 'market' : 'gold';
    const fields = { owner: PLATFORM_OWNER, visibility: 'public', protected: true, __imagetype, __data_origin: null };
    return { members: {}, fields };
  }
  if (kind === 3) {
    const statuses: MemberStatus[] = ['accepted', 'accepted', 'pending', 'rejected'];
    const members = { [projectId]: cycle(statuses, Math.floor(index / 5)) };
    return { members, fields: { owner: FOREIGN_OWNER, visibility: 'shared', protected: false, __imagetype: 'shared' } };
  }
  // An own image that is shared keeps `private` in __imagetype; only its visibility changes.
  const isShared = index % 35 === 12;
  const visibility = isShared ? 'shared' : 'private';
  const fields = { owner: projectId, visibility, protected: index % 11 === 0, __imagetype: 'private' };
  return { members: isShared ? { [FOREIGN_OWNER]: 'accepted' } : {}, fields };
}

/** Sizes and formats: known for a finished image, null for one that never received its data. */
function dataFields(random: Random, index: number, status: string): Record<string, ImageValue> {
  const format = cycle(DISK_FORMATS, Math.floor(index / 5));
  const isEmpty = UNFINISHED.includes(status);
  const hasFormat = !isEmpty || index % 2 === 1;
  const formats = { disk_format: hasFormat ? format : null, container_format: hasFormat ? 'bare' : null };
  if (isEmpty) return { ...formats, size: null, virtual_size: null, checksum: null, active_at: null };
  // IMS documents the size as unused and sends 0 or 18; only images uploaded through Glance have a real one.
  const size = index % 5 === 0 ? cycle([0, 0, 18], index) : 1_000_000_000 + random.integer(2 ** 31) * 4;
  return { ...formats, size, checksum: random.hex(32), __image_size: `${1 + random.integer(2 ** 31) * 6}` };
}

function environment(index: number): Record<string, ImageValue> {
  const kind = cycle(['FusionCompute', 'FusionCompute', 'Ironic', 'DataImage', 'IsoImage'], Math.floor(index / 3));
  return { virtual_env_type: kind, hw_firmware_type: index % 4 === 1 ? 'uefi' : 'bios' };
}

function fillerImage(random: Random, index: number, projectId: string): Image {
  const id = random.uuid();
  // Public images are always active.
  const status = index % 6 === 2 && index % 5 !== 0 ? cycle(STATUSES, Math.floor(index / 6)) : 'active';
  // Unfinished images are the oldest: a marker of size 0, for which null counts as 0, is then followed by all of them,
  // and paging by size repeats rows at every page size, as documented. Two images share each second: ids break ties.
  const created = (UNFINISHED.includes(status) ? 1_480_000_000 : 1_560_000_000) + Math.floor(index / 2) * 86_399;
  const { members, fields } = sharing(index, projectId);
  const system = systemFields(index);
  const row = {
    ...standardRow(id, created, created + random.integer(3_000_000)),
    ...system,
    ...supportFields(index),
    ...(index % 5 === 0 ? {} : originFields(random, index)),
    ...environment(index),
    name: `${system.__os_version} ${cycle(['base', 'hardened', 'golden copy', 'backup'], index)} ${index}`,
    status,
    min_disk: 1 + (index % 1024),
    min_ram: cycle([0, 512, 1024, 2048], index),
    max_ram: cycle(['0', '524288', ''], index),
    tags: Array.from({ length: index % 4 }, (_, tag) =>
      cycle(['env=prod', 'owner=team a', 'a.b', 'bare', 'ä=ö'], index + tag),
    ),
    __isregistered: cycle(['true', 'true', 'True', 'false'], index),
    __lazyloading: cycle(FLAGS, index),
    __is_config_init: cycle(['true', 'false'], index),
    __description: index % 3 === 0 ? '' : `Image ${index}; built 12345678901234567890`,
    __image_location: `192.149.46.134:5443:images:${id}.zvhd2`,
    __image_source_type: index % 20 === 19 ? 'swift' : 'uds',
    enterprise_project_id: cycle(['0', '', 'c5a6f1b2-71d8-4a47-b6a1-2c40d2a4e5f0'], index),
    ...dataFields(random, index, status),
    ...fields,
  };
  return { row: row as ImageRow, members, isHidden: false };
}

/** Creates `count` images, but at least the hand-made ones, in no particular order. */
export function createImages(random: Random, projectId: string, count: number): Image[] {
  const quirks = createQuirks(projectId, FOREIGN_OWNER);
  const fillerCount = Math.max(0, count - quirks.length);
  return [...quirks, ...Array.from({ length: fillerCount }, (_, index) => fillerImage(random, index, projectId))];
}
