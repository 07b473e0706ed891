// Hand-made IMS images: the document's two, and one for every oddity of docs/upstream/ims.md#image-fields.
// Their ids end in a number that tests may rely on (see `quirkId`).
import type { Image, ImageRow, ImageValue, MemberStatus } from './types.ts';

/** The project that owns public images in the document's example. */
export const PLATFORM_OWNER = '1bed856811654c1cb661a6ca845ebc77';
/** The first image of the document's example. */
export const CENTOS_ID = 'bc6bed6e-ba3a-4447-afcc-449174a3eb52';
const OTHER_CENTOS_ID = '0328c25e-c840-4496-81ac-c4e01b214b1f';

/** The id of a hand-made image: 1 to 12 digits at the end of a fixed UUID. */
export function quirkId(number: number): string {
  return `00000000-0000-4000-8000-${number.toString().padStart(12, '0')}`;
}

/** Prints epoch seconds as Glance does: in UTC, without a fraction. */
function glanceTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The fields that every image has, with their usual values. Times in epoch seconds. */
export function standardRow(id: string, created: number, updated: number): ImageRow {
  return {
    id,
    name: id,
    status: 'active',
    visibility: 'private',
    owner: PLATFORM_OWNER,
    protected: false,
    container_format: 'bare',
    disk_format: 'zvhd2',
    min_disk: 40,
    min_ram: 0,
    size: 0,
    virtual_size: null,
    checksum: 'd41d8cd98f00b204e9800998ecf8427e',
    tags: [],
    created_at: glanceTime(created),
    updated_at: glanceTime(updated),
    active_at: glanceTime(updated),
    schema: '/v2/schemas/image',
    self: `/v2/images/${id}`,
    file: `/v2/images/${id}/file`,
  };
}

/** The example rows, field by field. Source: docs/upstream/ims.md#list-images. */
function documentedImages(): Image[] {
  const row = (id: string, name: string, created_at: string, updated_at: string): ImageRow => {
    const { active_at: _notInTheExample, ...standard } = standardRow(id, 0, 0);
    return {
      ...standard,
      min_disk: 100,
      created_at,
      __image_source_type: 'uds',
      updated_at,
      protected: true,
      __isregistered: 'true',
      min_ram: 2048,
      __lazyloading: 'true',
      __os_type: 'Linux',
      __imagetype: 'gold',
      visibility: 'public',
      virtual_env_type: 'FusionCompute',
      __platform: 'CentOS',
      __os_bit: '64',
      __os_version: 'CentOS 7.3 64bit',
      name,
      hw_firmware_type: 'bios',
    } as ImageRow;
  };
  return [
    row(CENTOS_ID, 'CentOS 7.3 64bit vivado', '2018-09-06T14:03:27Z', '2018-09-06T15:17:33Z'),
    row(OTHER_CENTOS_ID, 'CentOS 7.3 64bit with sdx', '2018-09-06T14:03:05Z', '2018-09-25T14:27:40Z'),
  ].map((example) => ({ row: example, members: {}, isHidden: false }));
}

/** Names with characters that need quoting or escaping, by the number of their image. */
const NAMES: [number, string | null][] = [
  // Empty and null names alternate in age: this order makes Glance lose rows when it pages by name.
  [1, ''],
  [2, null],
  [3, ''],
  [4, null],
  [5, 'db: prod, "primary"'],
  [6, 'Ubuntu 22.04 Größe Übung'],
  [7, 'in:tricky'],
  [8, ' leading and trailing '],
  [9, '100%+plus&amp=1#x?y|z$'],
  [10, 'comma, inside'],
  [11, 'colon: inside'],
];

/** The unusual fields of each hand-made image, by its number. */
const FIELDS: [number, Record<string, ImageValue>][] = [
  [12, { name: 'huge', size: 9007199254740993n, virtual_size: 9007199254740995n, __image_size: '9007199254740993' }],
  [
    13,
    {
      name: 'undocumented keys',
      __productcode: '',
      __account_code: '',
      tag_resource_type: 'private_image',
      __image_displayname: 'Shown Name',
      __support_arm: 'true',
      __system_support_market: true,
      os_shutdown_timeout: '60',
      'vendor:odd.key': '12345678901234567890',
    },
  ],
  [14, { name: 'child of CentOS', __originalimagename: CENTOS_ID }],
  [15, { name: 'child of a deleted image', __originalimagename: '11111111-1111-4111-8111-111111111111' }],
  [16, { name: 'encrypted', __system__cmkid: 'b3c4d5e6-0000-4000-8000-00000000c0de' }],
  [
    17,
    {
      name: 'native upload',
      os_hidden: false,
      os_hash_algo: 'sha512',
      os_hash_value: 'cf83e1357eefb8bd',
      stores: 'file',
    },
  ],
  [
    18,
    {
      name: 'queued without anything',
      status: 'queued',
      size: null,
      disk_format: null,
      container_format: null,
      checksum: null,
      active_at: null,
    },
  ],
  [19, { name: 'child of an invisible image', __originalimagename: quirkId(41) }],
  [20, { name: 'numbers as text', __image_size: '12040331264', max_ram: '0', __sequence_num: '1', min_ram: 4096 }],
  [25, { name: 'capital booleans', __isregistered: 'True', __support_kvm: 'True', hw_vif_multiqueue_enabled: 'False' }],
];

type Meta = [number: number, visibility: string, member?: MemberStatus];

/** Hand-made images of other projects: three shared with the caller, three community images, three invisible ones. */
const FOREIGN: Meta[] = [
  [31, 'shared', 'accepted'],
  [32, 'shared', 'pending'],
  [33, 'shared', 'rejected'],
  [34, 'community'],
  [35, 'community'],
  [36, 'community'],
  [41, 'private'],
  [42, 'private'],
  [43, 'shared'],
];

/** Creates the hand-made images, the document's two first. */
export function createQuirks(projectId: string, foreignOwner: string): Image[] {
  const quirk = (number: number, fields: Record<string, ImageValue>, rest: Partial<Image> = {}): Image => {
    const id = quirkId(number);
    const created = 1_550_000_000 + number * 3600;
    const own = {
      ...standardRow(id, created, created + 60),
      owner: projectId,
      __imagetype: 'private',
      __isregistered: 'true',
      size: 2_000_000_000 + number,
    };
    return { row: { ...own, ...fields } as ImageRow, members: {}, isHidden: false, ...rest };
  };
  const isShared = (visibility: string): boolean => visibility === 'shared';
  return [
    ...documentedImages(),
    ...NAMES.map(([number, name]) => quirk(number, { name })),
    ...FIELDS.map(([number, fields]) => quirk(number, fields)),
    ...[21, 22].map((number) => quirk(number, { name: `hidden ${number}`, os_hidden: true }, { isHidden: true })),
    ...[23, 24].map((number) => quirk(number, { name: `own community ${number}`, visibility: 'community' })),
    ...FOREIGN.map(([number, visibility, member]) => {
      const __imagetype = isShared(visibility) ? 'shared' : 'private';
      const fields = { name: `foreign ${visibility} ${number}`, visibility, owner: foreignOwner, __imagetype };
      return quirk(number, fields, { members: member === undefined ? {} : { [projectId]: member } });
    }),
  ];
}
