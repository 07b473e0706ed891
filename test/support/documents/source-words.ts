// The words of the upstream and the enum values that stand for them. Written from the source documents and what is known
// to complete their lists, not from src/.

/** The values of an enum, and the upstream's word for each. */
export type Words = Readonly<Record<string, string>>;

/** Enums of what the upstream answers: they have `UNKNOWN` too. */
export const OPEN_ENUMS: Readonly<Record<string, Words>> = {
  RepositoryCategory: {
    APP_SERVER: 'app_server',
    LINUX: 'linux',
    FRAMEWORK_APP: 'framework_app',
    DATABASE: 'database',
    LANG: 'lang',
    OTHER: 'other',
    WINDOWS: 'windows',
    ARM: 'arm',
  },
  RetentionTemplate: { TAG_RULE: 'tag_rule', DATE_RULE: 'date_rule' },
  TagSelectorKind: { LABEL: 'label', REGEXP: 'regexp' },
  ImageStatus: {
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
  ImageVisibility: { PUBLIC: 'public', PRIVATE: 'private', SHARED: 'shared', COMMUNITY: 'community' },
  ImageType: { GOLD: 'gold', PRIVATE: 'private', SHARED: 'shared', MARKET: 'market' },
  ImageOsType: { LINUX: 'Linux', WINDOWS: 'Windows', OTHER: 'Other' },
  ImagePlatform: {
    WINDOWS: 'Windows',
    UBUNTU: 'Ubuntu',
    REDHAT: 'RedHat',
    SUSE: 'SUSE',
    CENTOS: 'CentOS',
    DEBIAN: 'Debian',
    OPENSUSE: 'OpenSUSE',
    ORACLE_LINUX: 'Oracle Linux',
    FEDORA: 'Fedora',
    OTHER: 'Other',
    COREOS: 'CoreOS',
    EULEROS: 'EulerOS',
    HUAWEI_CLOUD_EULEROS: 'Huawei Cloud EulerOS',
  },
  ImageDiskFormat: { ZVHD2: 'zvhd2', VHD: 'vhd', ZVHD: 'zvhd', RAW: 'raw', QCOW2: 'qcow2', ISO: 'iso' },
  ImageVirtualEnvType: {
    FUSIONCOMPUTE: 'FusionCompute',
    IRONIC: 'Ironic',
    DATAIMAGE: 'DataImage',
    ISOIMAGE: 'IsoImage',
  },
  ImageFirmwareType: { BIOS: 'bios', UEFI: 'uefi' },
};

/** Enums of what the upstream accepts. */
export const CLOSED_ENUMS: Readonly<Record<string, Words>> = {
  SharingCenter: { SELF: 'self', THIRD_PARTY: 'thirdparty' },
  ImageMemberStatus: { ACCEPTED: 'accepted', REJECTED: 'rejected', PENDING: 'pending' },
  ImageOrderField: {
    NAME: 'name',
    CONTAINER_FORMAT: 'container_format',
    DISK_FORMAT: 'disk_format',
    STATUS: 'status',
    ID: 'id',
    SIZE: 'size',
    CREATED_AT: 'created_at',
  },
  // ModelArts documents the same two in upper case.
  ImageOrderDirection: { ASC: 'asc', DESC: 'desc' },
  ImageGroupServiceType: {
    COMMON: 'COMMON',
    INFERENCE: 'INFERENCE',
    TRAIN: 'TRAIN',
    DEV: 'DEV',
    UNKNOWN: 'UNKNOWN',
  },
  ImageGroupType: { BUILD_IN: 'BUILD_IN', DEDICATED: 'DEDICATED' },
  ImageGroupOrderField: {
    NAME: 'name',
    NAMESPACE: 'namespace',
    CREATED_AT: 'create_at',
    UPDATED_AT: 'update_at',
    VERSION_COUNT: 'version_count',
  },
};

/** Where the upstream answers an enum's words: the REST name in the row, and the field of the kind. */
export const ANSWERED: readonly (readonly [
  name: string,
  kind: 'Image' | 'SharedRepository',
  rest: string,
  field: string,
])[] = [
  ['RepositoryCategory', 'SharedRepository', 'category', 'category'],
  ['ImageStatus', 'Image', 'status', 'status'],
  ['ImageVisibility', 'Image', 'visibility', 'visibility'],
  ['ImageType', 'Image', '__imagetype', 'imageType'],
  ['ImageOsType', 'Image', '__os_type', 'osType'],
  ['ImagePlatform', 'Image', '__platform', 'platform'],
  ['ImageDiskFormat', 'Image', 'disk_format', 'diskFormat'],
  ['ImageVirtualEnvType', 'Image', 'virtual_env_type', 'virtualEnvType'],
  ['ImageFirmwareType', 'Image', 'hw_firmware_type', 'firmwareType'],
];

/** Where an enum's value is sent: the root field, and the REST name under which its word arrives. */
export const SENT: readonly (readonly [name: string, rootField: (value: string) => string, rest: string])[] = [
  ['SharingCenter', (value) => `sharedRepositories(center: ${value})`, 'center'],
  ['ImageStatus', (value) => `images(filter: { status: ${value} })`, 'status'],
  ['ImageVisibility', (value) => `images(filter: { visibility: ${value} })`, 'visibility'],
  ['ImageType', (value) => `images(filter: { imageType: ${value} })`, '__imagetype'],
  ['ImageOsType', (value) => `images(filter: { osType: ${value} })`, '__os_type'],
  ['ImageMemberStatus', (value) => `images(filter: { memberStatus: ${value} })`, 'member_status'],
  ['ImageOrderField', (value) => `images(orderBy: { field: ${value}, direction: ASC })`, 'sort_key'],
  ['ImageOrderDirection', (value) => `images(orderBy: { field: ID, direction: ${value} })`, 'sort_dir'],
  ['ImageGroupServiceType', (value) => `imageGroups(filter: { serviceType: ${value} })`, 'service_type'],
  ['ImageGroupType', (value) => `imageGroups(filter: { type: ${value} })`, 'type'],
  ['ImageGroupOrderField', (value) => `imageGroups(orderBy: { fields: [${value}], direction: ASC })`, 'sort_key'],
];
