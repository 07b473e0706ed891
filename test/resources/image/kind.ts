// The spec of Image for the suites that read every kind.
import {
  type KindSpec,
  PAGE,
  pathValues,
  type TenantValues,
  type TextArgument,
  type WireRow,
} from '../../support/kind.ts';
import { imageList } from '../../support/upstreams/paged-upstream.ts';
import { ABSENT } from '../../support/upstreams/upstream.ts';
import { document } from './document.ts';

/** The n-th image id of a test. */
export const imageId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A row of the image list. Source: docs/upstream/ims.md#image-fields. */
export const imageRow = (fields: WireRow = {}): WireRow => ({
  id: imageId(1),
  name: 'CentOS',
  status: 'active',
  visibility: 'private',
  owner: 'project-1',
  protected: false,
  container_format: 'bare',
  disk_format: 'zvhd2',
  min_disk: 40,
  min_ram: 0,
  size: 0,
  virtual_size: null,
  checksum: 'd41d8cd98f00b204e9800998ecf8427e',
  tags: [],
  created_at: '2021-06-18T07:08:13Z',
  updated_at: '2021-06-18T07:08:13Z',
  ...fields,
});

const TARGET = `/v2/images/${imageId(1)}`;

/** The texts of a filter that are the value of one parameter. */
const freeTexts = {
  owner: 'owner',
  name: 'name',
  containerFormat: 'container_format',
  diskFormat: 'disk_format',
  platform: '__platform',
  xenGpuType: '__support_xen_gpu_type',
  kvmGpuType: '__support_kvm_gpu_type',
};
const filterTexts = Object.entries(freeTexts).map(([field, sentAs]): [string, TextArgument] => [
  `ImageFilter.${field}`,
  { selection: `images(filter: { ${field}: $text }) ${PAGE}`, sentAs },
]);
const timeTexts = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'].map((operator): [string, TextArgument] => [
  `ImageTimeFilter.${operator}`,
  { selection: `images(filter: { createdAt: { ${operator}: $text } }) ${PAGE}` },
]);

const named = <Value>(names: readonly string[], make: (name: string, index: number) => Value) =>
  Object.fromEntries(names.map((name, index) => [name, make(name, index)]));

function tenantRow({ text, number, time, oneOf }: TenantValues): WireRow {
  return {
    ...named(
      ['name', 'owner', 'container_format', 'checksum', 'schema', 'self', 'file', 'enterprise_project_id'],
      text,
    ),
    ...named(['__os_version', '__description', '__image_location', '__image_source_type', '__backup_id'], text),
    ...named(['__data_origin', '__root_origin', '__system__cmkid', '__os_feature_list'], text),
    ...named(['__support_xen_gpu_type', '__support_kvm_gpu_type'], text),
    ...named(
      ['min_disk', 'min_ram', 'max_ram', 'size', 'virtual_size', '__os_bit', '__image_size', '__sequence_num'],
      (_name, index) => number(index),
    ),
    ...named(
      [
        ...['protected', '__is_config_init', '__isregistered', '__lazyloading', 'hw_vif_multiqueue_enabled'],
        ...['__support_kvm', '__support_xen', '__support_largememory', '__support_diskintensive'],
        ...['__support_highperformance', '__support_xen_hana', '__support_kvm_infiniband', '__support_fc_inject'],
        ...['__support_amd', '__support_arm'],
      ],
      () => oneOf('True', 'False'),
    ),
    tags: [text('tag')],
    status: oneOf('active', 'queued'),
    visibility: oneOf('private', 'shared'),
    disk_format: oneOf('zvhd2', 'raw'),
    __imagetype: oneOf('private', 'shared'),
    __os_type: oneOf('Linux', 'Windows'),
    __platform: oneOf('CentOS', 'Debian'),
    virtual_env_type: oneOf('FusionCompute', 'Ironic'),
    hw_firmware_type: oneOf('bios', 'uefi'),
    __originalimagename: imageId(1),
    created_at: time(1),
    updated_at: time(2),
    active_at: time(3),
  };
}

export const kind: KindSpec = {
  type: 'Image',
  contract: `
    extend type Query {
      image(imageId: ID!): Image
      images(
        filter: ImageFilter, orderBy: ImageOrder, first: Int, after: String, last: Int, before: String
      ): ImageConnection
    }
    type Image implements Node {
      id: ID! imageId: ID! name: String status: ImageStatus statusRaw: String
      visibility: ImageVisibility visibilityRaw: String owner: String isProtected: Boolean containerFormat: String
      diskFormat: ImageDiskFormat diskFormatRaw: String minDisk: Int minRam: Int maxRam: Int size: BigInt
      virtualSize: BigInt checksum: String tags: [String!] createdAt: DateTime updatedAt: DateTime activeAt: DateTime
      schema: String self: String file: String imageType: ImageType imageTypeRaw: String osType: ImageOsType
      osTypeRaw: String osVersion: String osBit: Int platform: ImagePlatform platformRaw: String osFeatures: [String!]
      osFeatureListRaw: String description: String imageLocation: String imageSize: BigInt imageSourceType: String
      isConfigInit: Boolean isRegistered: Boolean supportsLazyLoading: Boolean originalImageId: ID backupId: String
      dataOrigin: String rootOrigin: String sequenceNumber: Int virtualEnvType: ImageVirtualEnvType
      virtualEnvTypeRaw: String firmwareType: ImageFirmwareType firmwareTypeRaw: String enterpriseProjectId: String
      encryptionKeyId: String supportsVifMultiqueue: Boolean supportsKvm: Boolean supportsXen: Boolean
      supportsLargeMemory: Boolean supportsDiskIntensive: Boolean supportsHighPerformance: Boolean xenGpuType: String
      kvmGpuType: String supportsXenHana: Boolean supportsKvmInfiniband: Boolean supportsPasswordInjection: Boolean
      supportsAmd: Boolean supportsArm: Boolean
      property(name: String!): String
      properties(names: [String!]): [ImageProperty!]!
      originalImage: Image
    }
    type ImageProperty { name: String! value: String }
    input ImageFilter {
      isRegistered: Boolean imageType: ImageType isProtected: Boolean visibility: ImageVisibility owner: String
      imageId: ID status: ImageStatus name: String containerFormat: String diskFormat: String minRam: Int minDisk: Int
      osBit: Int platform: String osType: ImageOsType tags: [String!] memberStatus: ImageMemberStatus
      supportsKvm: Boolean supportsXen: Boolean supportsLargeMemory: Boolean supportsDiskIntensive: Boolean
      supportsHighPerformance: Boolean xenGpuType: String kvmGpuType: String supportsXenHana: Boolean
      supportsKvmInfiniband: Boolean createdAt: ImageTimeFilter updatedAt: ImageTimeFilter
    }
    input ImageTimeFilter { gt: DateTime gte: DateTime lt: DateTime lte: DateTime eq: DateTime neq: DateTime }
    input ImageOrder { field: ImageOrderField! direction: ImageOrderDirection! }
    type ImageConnection { edges: [ImageEdge]! nodes: [Image]! pageInfo: PageInfo! }
    type ImageEdge { cursor: String! node: Image }
  `,
  nonNull: ['Image.properties', 'ImageProperty.name'],
  key: { imageId: { value: imageId, rest: 'id' } },
  inSandbox: { imageId: 'bc6bed6e-ba3a-4447-afcc-449174a3eb52' },
  paging: 'marker',
  calls: [
    {
      path: '/v2/images',
      row: imageRow,
      tenantRow,
      reply: (rows, { next } = {}) => ({ body: { images: rows, next } }),
      serve: (rows) => imageList(rows.toReversed()),
      document,
    },
    {
      path: '/v2/images/{image_id}',
      parameters: [],
      identity: { image_id: 'id' },
      row: imageRow,
      tenantRow,
      reply: ([row]) => (row ? { body: row } : ABSENT.ims),
      serve:
        (rows) =>
        ({ path }) => {
          const wanted = pathValues('/v2/images/{image_id}', path);
          const row = rows.find(({ id }) => id === wanted?.image_id);
          return row ? { body: row } : ABSENT.ims;
        },
    },
  ],
  enums: {
    ImageStatus: {
      isOpen: true,
      values: {
        QUEUED: 'queued',
        SAVING: 'saving',
        ACTIVE: 'active',
        KILLED: 'killed',
        DELETED: 'deleted',
        UPLOADING: 'uploading',
        IMPORTING: 'importing',
        PENDING_DELETE: 'pending_delete',
        DEACTIVATED: 'deactivated',
      },
      sent: ['status', (value) => `images(filter: { status: ${value} })`],
    },
    ImageVisibility: {
      isOpen: true,
      values: { PUBLIC: 'public', PRIVATE: 'private', SHARED: 'shared', COMMUNITY: 'community' },
      sent: ['visibility', (value) => `images(filter: { visibility: ${value} })`],
    },
    ImageType: {
      isOpen: true,
      values: { GOLD: 'gold', PRIVATE: 'private', SHARED: 'shared', MARKET: 'market' },
      sent: ['__imagetype', (value) => `images(filter: { imageType: ${value} })`],
    },
    ImageOsType: {
      isOpen: true,
      values: { LINUX: 'Linux', WINDOWS: 'Windows', OTHER: 'Other' },
      sent: ['__os_type', (value) => `images(filter: { osType: ${value} })`],
    },
    ImagePlatform: {
      isOpen: true,
      values: {
        WINDOWS: 'Windows',
        UBUNTU: 'Ubuntu',
        REDHAT: ['RedHat', 'Red Hat'],
        SUSE: 'SUSE',
        CENTOS: 'CentOS',
        DEBIAN: 'Debian',
        OPENSUSE: 'OpenSUSE',
        ORACLE_LINUX: ['Oracle Linux', 'OracleLinux'],
        FEDORA: 'Fedora',
        OTHER: 'Other',
        COREOS: 'CoreOS',
        EULEROS: 'EulerOS',
        HUAWEI_CLOUD_EULEROS: 'Huawei Cloud EulerOS',
      },
    },
    ImageDiskFormat: {
      isOpen: true,
      values: { ZVHD2: 'zvhd2', VHD: 'vhd', ZVHD: 'zvhd', RAW: 'raw', QCOW2: 'qcow2', ISO: 'iso' },
    },
    ImageVirtualEnvType: {
      isOpen: true,
      values: {
        FUSIONCOMPUTE: 'FusionCompute',
        IRONIC: 'Ironic',
        DATAIMAGE: 'DataImage',
        ISOIMAGE: 'IsoImage',
      },
    },
    ImageFirmwareType: {
      isOpen: true,
      values: { BIOS: 'bios', UEFI: 'uefi' },
    },
    ImageMemberStatus: {
      isOpen: true,
      values: { ACCEPTED: 'accepted', REJECTED: 'rejected', PENDING: 'pending' },
      sent: ['member_status', (value) => `images(filter: { memberStatus: ${value} })`],
    },
    ImageOrderField: {
      isOpen: false,
      values: {
        NAME: 'name',
        CONTAINER_FORMAT: 'container_format',
        DISK_FORMAT: 'disk_format',
        STATUS: 'status',
        ID: 'id',
        SIZE: 'size',
        CREATED_AT: 'created_at',
      },
      sent: ['sort_key', (value) => `images(orderBy: { field: ${value}, direction: ASC })`],
    },
    // ModelArts documents the same two in upper case.
    ImageOrderDirection: {
      isOpen: false,
      values: { ASC: 'asc', DESC: 'desc' },
      sent: ['sort_dir', (value) => `images(orderBy: { field: ID, direction: ${value} })`],
    },
  },
  // The one field of its own for a property that no document names.
  restNames: { 'Image.supportsArm': '__support_arm' },
  texts: {
    'Query.image(imageId:)': { selection: 'image(imageId: $text) { name }' },
    'ImageFilter.imageId': { selection: `images(filter: { imageId: $text }) ${PAGE}` },
    ...Object.fromEntries(timeTexts),
    ...Object.fromEntries(filterTexts),
    'ImageFilter.tags': { selection: `images(filter: { tags: [$text] }) ${PAGE}`, sentAs: 'tag' },
    'Image.property(name:)': {
      selection: `image(imageId: "${imageId(1)}") { property(name: $text) }`,
      lookedUpIn: TARGET,
    },
    'Image.properties(names:)': {
      selection: `image(imageId: "${imageId(1)}") { properties(names: [$text]) { value } }`,
      lookedUpIn: TARGET,
    },
  },
  costs: {
    'Query.image': {
      query: '{ image(imageId: "bc6bed6e-ba3a-4447-afcc-449174a3eb52") { id } }',
      nodes: 1,
      requested: 1,
      actual: 1,
    },
    'Query.images': {
      query: '{ images(first: 1000) { nodes { id } pageInfo { hasNextPage } } }',
      nodes: 1000,
      requested: 2,
      actual: 1,
    },
    'Image.originalImage': {
      query: '{ images(first: 3) { nodes { originalImage { id } } } }',
      nodes: 6,
      requested: 5,
      actual: 3,
    },
  },
  selections: {
    'Image.property': 'property(name: "__description")',
    'Image.properties': 'properties(names: ["name", "size"]) { __typename value }',
  },
  otherTypes: { name: 'IMS shows images without a name; elsewhere the name is part of the key.' },
  sameForAllTenants: ['Image.originalImageId'],
};
