/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** The format of the image file. New values may appear. */
export type ImageDiskFormat =
  /** An optical disc. `iso` */
  | 'ISO'
  /** The copy-on-write format of QEMU. `qcow2` */
  | 'QCOW2'
  /** The bytes of the disk as they are. `raw` */
  | 'RAW'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN'
  /** Virtual hard disk, the format of Hyper-V. `vhd` */
  | 'VHD'
  /** The cloud's own format. `zvhd` */
  | 'ZVHD'
  /** The cloud's own format, with lazy loading; the default. `zvhd2` */
  | 'ZVHD2';

/** Conditions on images, all of which must hold. Texts match exactly, in the same case. */
export type ImageFilter = {
  /** The container format, such as bare. `container_format` */
  containerFormat?: string | null | undefined;
  /** When it was created. `created_at` */
  createdAt?: ImageTimeFilter | null | undefined;
  /** The format of the image file as IMS spells it: zvhd2, vhd, zvhd, raw or qcow2. `disk_format` */
  diskFormat?: string | null | undefined;
  /** The id, a UUID. `id` */
  imageId?: string | number | null | undefined;
  /** Where it comes from: the cloud, a project, or the marketplace. `__imagetype` */
  imageType?: ImageType | null | undefined;
  /** Whether it is protected from deletion. `protected` */
  isProtected?: boolean | null | undefined;
  /** Whether the image is available. Only true can be given, as IMS has no filter for false. `__isregistered` */
  isRegistered?: boolean | null | undefined;
  /** The GPU type that it supports on KVM, such as V100_vGPU. `__support_kvm_gpu_type` */
  kvmGpuType?: string | null | undefined;
  /** Whether the sharing has been accepted; only together with the visibility `SHARED`. `member_status` */
  memberStatus?: ImageMemberStatus | null | undefined;
  /** The minimum disk size that it needs, in GB. `min_disk` */
  minDisk?: number | null | undefined;
  /** The minimum memory that it needs, in MB. `min_ram` */
  minRam?: number | null | undefined;
  /** The whole name. `name` */
  name?: string | null | undefined;
  /** The word size of the operating system, in bits: 32 or 64. `__os_bit` */
  osBit?: number | null | undefined;
  /** The family of the operating system. `__os_type` */
  osType?: ImageOsType | null | undefined;
  /** The id of the project that owns it. `owner` */
  owner?: string | null | undefined;
  /** The platform of the operating system as IMS spells it, such as CentOS or Oracle Linux. `__platform` */
  platform?: string | null | undefined;
  /** The status. `status` */
  status?: ImageStatus | null | undefined;
  /** Whether it supports disk-intensive servers. Only true can be given, as IMS has no filter for false. `__support_diskintensive` */
  supportsDiskIntensive?: boolean | null | undefined;
  /** Whether it supports high-performance servers. Only true can be given, as IMS has no filter for false. `__support_highperformance` */
  supportsHighPerformance?: boolean | null | undefined;
  /** Whether it supports KVM. Only true can be given, as IMS has no filter for false. `__support_kvm` */
  supportsKvm?: boolean | null | undefined;
  /** Whether it supports servers with InfiniBand on KVM. Only true can be given, as IMS has no filter for false. `__support_kvm_infiniband` */
  supportsKvmInfiniband?: boolean | null | undefined;
  /** Whether it supports large-memory servers. Only true can be given, as IMS has no filter for false. `__support_largememory` */
  supportsLargeMemory?: boolean | null | undefined;
  /** Whether it supports Xen. Only true can be given, as IMS has no filter for false. `__support_xen` */
  supportsXen?: boolean | null | undefined;
  /** Whether it supports HANA servers on Xen. Only true can be given, as IMS has no filter for false. `__support_xen_hana` */
  supportsXenHana?: boolean | null | undefined;
  /** Tags, written `key=value`; the image must have all of them. `tag` */
  tags?: Array<string> | null | undefined;
  /** When it was last updated. `updated_at` */
  updatedAt?: ImageTimeFilter | null | undefined;
  /** Which projects can use it. `visibility` */
  visibility?: ImageVisibility | null | undefined;
  /** The GPU type that it supports on Xen, such as M60_vGPU. `__support_xen_gpu_type` */
  xenGpuType?: string | null | undefined;
};

/** Conditions on image groups, all of which must hold. */
export type ImageGroupFilter = {
  /** The name, or a part of it. `name` */
  name?: string | null | undefined;
  /** Whether a part of the name is enough; true when it is not given. `name_fuzzy_match` */
  nameFuzzyMatch?: boolean | null | undefined;
  /** The SWR organization. `namespace` */
  namespace?: string | null | undefined;
  /** The purpose of the images. `service_type` */
  serviceType?: ImageGroupServiceType | null | undefined;
  /** The origin of the images. `type` */
  type?: ImageGroupType | null | undefined;
  /** The id of the ModelArts workspace; that of the default workspace when it is not given. `workspace_id` */
  workspaceId?: string | null | undefined;
};

/** The order of image groups: by one or more fields, all in one direction. */
export type ImageGroupOrder = {
  /** The direction, for all fields. `sort_dir` */
  direction: ImageOrderDirection;
  /** The fields to order by, the most significant one first. `sort_key` */
  fields: Array<ImageGroupOrderField>;
};

/** A field that image groups can be ordered by. */
export type ImageGroupOrderField =
  /** The time of creation. `create_at` */
  | 'CREATED_AT'
  /** The name. `name` */
  | 'NAME'
  /** The SWR organization. `namespace` */
  | 'NAMESPACE'
  /** The time of the last update. `update_at` */
  | 'UPDATED_AT'
  /** The number of versions. `version_count` */
  | 'VERSION_COUNT';

/** The purpose of the images of a group. */
export type ImageGroupServiceType =
  /** Common images. `COMMON` */
  | 'COMMON'
  /** Images used for development and debugging. `DEV` */
  | 'DEV'
  /** Images used for inference. `INFERENCE` */
  | 'INFERENCE'
  /** Images used for training. `TRAIN` */
  | 'TRAIN'
  /** Images whose supported services are not specified. `UNKNOWN` */
  | 'UNKNOWN';

/** The origin of the images of a group. */
export type ImageGroupType =
  /** Images that are built into ModelArts. `BUILD_IN` */
  | 'BUILD_IN'
  /** Private images. `DEDICATED` */
  | 'DEDICATED';

/** Whether a member that an image is shared with has accepted it. New values may appear. */
export type ImageMemberStatus =
  /** The image has been accepted. `accepted` */
  | 'ACCEPTED'
  /** The image has been neither accepted nor rejected yet. `pending` */
  | 'PENDING'
  /** The image has been rejected. `rejected` */
  | 'REJECTED'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** What a member that an image is shared with is. New values may appear. */
export type ImageMemberType =
  /** An account, with all its projects. `domain` */
  | 'DOMAIN'
  /** An organization of accounts. `organization` */
  | 'ORGANIZATION'
  /** A project. `project` */
  | 'PROJECT'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** The order of images; IMS breaks ties by creation time and id. */
export type ImageOrder = {
  /** The direction. `sort_dir` */
  direction: ImageOrderDirection;
  /** The field to order by. `sort_key` */
  field: ImageOrderField;
};

/** The direction of an order. */
export type ImageOrderDirection =
  /** Ascending: the smallest, the first in the alphabet or the oldest comes first. `asc` */
  | 'ASC'
  /** Descending: the largest, the last in the alphabet or the newest comes first. `desc` */
  | 'DESC';

/** A field that images can be ordered by. */
export type ImageOrderField =
  /** The container format. `container_format` */
  | 'CONTAINER_FORMAT'
  /** The time of creation. `created_at` */
  | 'CREATED_AT'
  /** The disk format. `disk_format` */
  | 'DISK_FORMAT'
  /** The id. `id` */
  | 'ID'
  /** The name. `name` */
  | 'NAME'
  /** The size. `size` */
  | 'SIZE'
  /** The status. `status` */
  | 'STATUS';

/** The family of an operating system. New values may appear. */
export type ImageOsType =
  /** Linux. `Linux` */
  | 'LINUX'
  /** Another operating system. `Other` */
  | 'OTHER'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN'
  /** Windows. `Windows` */
  | 'WINDOWS';

/** The platform of the operating system, such as a Linux distribution. New values may appear. */
export type ImagePlatform =
  /** CentOS. `CentOS` */
  | 'CENTOS'
  /** CoreOS. `CoreOS` */
  | 'COREOS'
  /** Debian. `Debian` */
  | 'DEBIAN'
  /** EulerOS. `EulerOS` */
  | 'EULEROS'
  /** Fedora. `Fedora` */
  | 'FEDORA'
  /** Huawei Cloud EulerOS. `Huawei Cloud EulerOS` */
  | 'HUAWEI_CLOUD_EULEROS'
  /** openSUSE. `OpenSUSE` */
  | 'OPENSUSE'
  /** Oracle Linux, also sent as `OracleLinux`. `Oracle Linux` */
  | 'ORACLE_LINUX'
  /** Another platform. `Other` */
  | 'OTHER'
  /** Red Hat Enterprise Linux, also sent as `Red Hat`. `RedHat` */
  | 'REDHAT'
  /** SUSE Linux Enterprise. `SUSE` */
  | 'SUSE'
  /** Ubuntu. `Ubuntu` */
  | 'UBUNTU'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN'
  /** Windows. `Windows` */
  | 'WINDOWS';

/** The status of an image, from the creation of its metadata to its deletion. New values may appear. */
export type ImageStatus =
  /** The image is available for use. `active` */
  | 'ACTIVE'
  /** The image data is available to administrators only. `deactivated` */
  | 'DEACTIVATED'
  /** The image has been deleted. `deleted` */
  | 'DELETED'
  /** The image data is being imported. `importing` */
  | 'IMPORTING'
  /** The upload of the image data failed. `killed` */
  | 'KILLED'
  /** The image is going to be deleted. `pending_delete` */
  | 'PENDING_DELETE'
  /** The metadata exists; the image data has not been uploaded yet. `queued` */
  | 'QUEUED'
  /** The image data is being uploaded. `saving` */
  | 'SAVING'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN'
  /** The image data is being staged for an import. `uploading` */
  | 'UPLOADING';

/** A condition on a time: one operator, or one lower bound (`gt`, `gte`) and one upper bound (`lt`, `lte`). */
export type ImageTimeFilter = {
  /** At this time. `eq` */
  eq?: string | null | undefined;
  /** After this time. `gt` */
  gt?: string | null | undefined;
  /** At or after this time. `gte` */
  gte?: string | null | undefined;
  /** Before this time. `lt` */
  lt?: string | null | undefined;
  /** At or before this time. `lte` */
  lte?: string | null | undefined;
  /** Not at this time. `neq` */
  neq?: string | null | undefined;
};

/** Where an image comes from. New values may appear. */
export type ImageType =
  /** A public image, provided by the cloud. `gold` */
  | 'GOLD'
  /** An image from the marketplace. `market` */
  | 'MARKET'
  /** A private image. `private` */
  | 'PRIVATE'
  /** A shared image. `shared` */
  | 'SHARED'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** Which projects can use an image. New values may appear. */
export type ImageVisibility =
  /** All projects can use it. Lists show it to other projects only if the filter has this visibility. `community` */
  | 'COMMUNITY'
  /** Only its owner can use it. As a filter it leaves out private images that are shared with other projects. `private` */
  | 'PRIVATE'
  /** All projects can use it. `public` */
  | 'PUBLIC'
  /** Its owner and the projects that it is shared with can use it. `shared` */
  | 'SHARED'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** What images of an operating system are for. */
export type OsVersionTag =
  /** For ARM processors. `arm` */
  | 'ARM'
  /** For bare metal servers (BMS). `bms` */
  | 'BMS'
  /** For servers on KVM. `kvm` */
  | 'KVM'
  /** For servers that boot by UEFI. `uefi` */
  | 'UEFI'
  /** For x86 processors. `x86` */
  | 'X86';

/** The category of a repository. New values may appear. */
export type RepositoryCategory =
  /** Application servers. `app_server` */
  | 'APP_SERVER'
  /** Images for ARM processors. `arm` */
  | 'ARM'
  /** Databases. `database` */
  | 'DATABASE'
  /** Application frameworks. `framework_app` */
  | 'FRAMEWORK_APP'
  /** Programming languages. `lang` */
  | 'LANG'
  /** Linux systems. `linux` */
  | 'LINUX'
  /** Anything else. `other` */
  | 'OTHER'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN'
  /** Windows systems. `windows` */
  | 'WINDOWS';

/** How a retention rule decides which image tags to keep. New values may appear. */
export type RetentionTemplate =
  /** Keeps each tag for a number of days. `date_rule` */
  | 'DATE_RULE'
  /** Keeps a number of tags. `tag_rule` */
  | 'TAG_RULE'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** The direction in which a repository is shared, seen from the caller. */
export type SharingCenter =
  /** The caller shares it with other accounts. `self` */
  | 'SELF'
  /** Another account shares it with the caller. `thirdparty` */
  | 'THIRD_PARTY';

/** How a tag selector matches tags. New values may appear. */
export type TagSelectorKind =
  /** The pattern is a tag. `label` */
  | 'LABEL'
  /** The pattern is a regular expression. `regexp` */
  | 'REGEXP'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

export type AccountQueryVariables = Exact<{
  tags?: Array<OsVersionTag> | OsVersionTag | null | undefined;
}>;


export type AccountQuery = { registryOverview: { domainId: string | null, domainName: string | null, organizationCount: string | null, repositoryCount: string | null, imageCount: string | null, storage: number | null, downloadTraffic: number | null } | null, registryQuotas: Array<{ kind: string, used: string | null, limit: string | null, minimum: string | null, maximum: string | null, unit: string | null }> | null, imageQuotas: Array<{ kind: string, used: string | null, limit: string | null, minimum: string | null, maximum: string | null, unit: string | null }> | null, osVersions: Array<{ platform: ImagePlatform | null, platformRaw: string | null, versions: Array<{ osVersion: string | null, osVersionKey: string | null, osBit: number | null, osType: ImageOsType | null }> | null }> | null };

export type QuotaFieldsFragment = { kind: string, used: string | null, limit: string | null, minimum: string | null, maximum: string | null, unit: string | null };

export type ImageQueryVariables = Exact<{
  imageId: string | number;
}>;


export type ImageQuery = { image: { id: string, imageId: string, name: string | null, status: ImageStatus | null, statusRaw: string | null, visibility: ImageVisibility | null, imageType: ImageType | null, owner: string | null, isProtected: boolean | null, osType: ImageOsType | null, osVersion: string | null, osBit: number | null, platform: ImagePlatform | null, platformRaw: string | null, diskFormat: ImageDiskFormat | null, containerFormat: string | null, minDisk: number | null, minRam: number | null, size: string | null, imageSize: string | null, checksum: string | null, tags: Array<string> | null, description: string | null, createdAt: string | null, updatedAt: string | null, activeAt: string | null, originalImageId: string | null, properties: Array<{ name: string, value: string | null }>, originalImage: { id: string, imageId: string, name: string | null } | null } | null };

export type ImageFieldsFragment = { id: string, imageId: string, name: string | null, status: ImageStatus | null, statusRaw: string | null, visibility: ImageVisibility | null, imageType: ImageType | null, owner: string | null, isProtected: boolean | null, osType: ImageOsType | null, osVersion: string | null, osBit: number | null, platform: ImagePlatform | null, platformRaw: string | null, diskFormat: ImageDiskFormat | null, containerFormat: string | null, minDisk: number | null, minRam: number | null, size: string | null, imageSize: string | null, checksum: string | null, tags: Array<string> | null, description: string | null, createdAt: string | null, updatedAt: string | null, activeAt: string | null, originalImageId: string | null };

export type ImageGroupQueryVariables = Exact<{
  namespace: string;
  name: string;
  workspaceId?: string | null | undefined;
}>;


export type ImageGroupQuery = { imageGroup: { id: string, namespace: string, name: string, workspaceId: string, versionCount: number | null, createdAt: string | null, updatedAt: string | null, repository: { id: string, size: string | null, downloadCount: string | null } | null } | null };

export type ImageGroupFieldsFragment = { id: string, namespace: string, name: string, workspaceId: string, versionCount: number | null, createdAt: string | null, updatedAt: string | null };

export type ImageGroupsQueryVariables = Exact<{
  filter?: ImageGroupFilter | null | undefined;
  orderBy?: ImageGroupOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type ImageGroupsQuery = { imageGroups: { totalCount: number | null, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ id: string, namespace: string, name: string, workspaceId: string, versionCount: number | null, createdAt: string | null, updatedAt: string | null } | null> } | null };

export type ImageMembersQueryVariables = Exact<{
  imageId: string | number;
}>;


export type ImageMembersQuery = { image: { id: string, members: { isComplete: boolean, nodes: Array<{ id: string, imageId: string, memberId: string, memberStatus: ImageMemberStatus | null, memberStatusRaw: string | null, memberType: ImageMemberType | null, memberTypeRaw: string | null, urn: string | null, createdAt: string | null, updatedAt: string | null } | null> } | null } | null };

export type ImageMemberFieldsFragment = { id: string, imageId: string, memberId: string, memberStatus: ImageMemberStatus | null, memberStatusRaw: string | null, memberType: ImageMemberType | null, memberTypeRaw: string | null, urn: string | null, createdAt: string | null, updatedAt: string | null };

export type ImagesQueryVariables = Exact<{
  filter?: ImageFilter | null | undefined;
  orderBy?: ImageOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type ImagesQuery = { images: { pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ id: string, imageId: string, name: string | null, status: ImageStatus | null, statusRaw: string | null, visibility: ImageVisibility | null, imageType: ImageType | null, owner: string | null, isProtected: boolean | null, osType: ImageOsType | null, osVersion: string | null, osBit: number | null, platform: ImagePlatform | null, platformRaw: string | null, diskFormat: ImageDiskFormat | null, containerFormat: string | null, minDisk: number | null, minRam: number | null, size: string | null, imageSize: string | null, checksum: string | null, tags: Array<string> | null, description: string | null, createdAt: string | null, updatedAt: string | null, activeAt: string | null, originalImageId: string | null } | null> } | null };

export type NodeQueryVariables = Exact<{
  id: string | number;
}>;


export type NodeQuery = { node:
    | { __typename: 'Image', imageId: string, id: string, imageName: string | null }
    | { __typename: 'ImageGroup', namespace: string, name: string, workspaceId: string, id: string }
    | { __typename: 'ImageMember', imageId: string, memberId: string, id: string }
    | { __typename: 'Repository', namespace: string, name: string, id: string }
    | { __typename: 'RetentionLog', namespace: string, repositoryName: string, logId: string, id: string }
    | { __typename: 'SharedRepository', center: SharingCenter, namespace: string, name: string, id: string }
   | null };

type NodeKey_Image_Fragment = { __typename: 'Image', imageId: string, id: string, imageName: string | null };

type NodeKey_ImageGroup_Fragment = { __typename: 'ImageGroup', namespace: string, name: string, workspaceId: string, id: string };

type NodeKey_ImageMember_Fragment = { __typename: 'ImageMember', imageId: string, memberId: string, id: string };

type NodeKey_Repository_Fragment = { __typename: 'Repository', namespace: string, name: string, id: string };

type NodeKey_RetentionLog_Fragment = { __typename: 'RetentionLog', namespace: string, repositoryName: string, logId: string, id: string };

type NodeKey_SharedRepository_Fragment = { __typename: 'SharedRepository', center: SharingCenter, namespace: string, name: string, id: string };

export type NodeKeyFragment =
  | NodeKey_Image_Fragment
  | NodeKey_ImageGroup_Fragment
  | NodeKey_ImageMember_Fragment
  | NodeKey_Repository_Fragment
  | NodeKey_RetentionLog_Fragment
  | NodeKey_SharedRepository_Fragment
;

export type NodesQueryVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type NodesQuery = { nodes: Array<
    | { __typename: 'Image', imageId: string, id: string, imageName: string | null }
    | { __typename: 'ImageGroup', namespace: string, name: string, workspaceId: string, id: string }
    | { __typename: 'ImageMember', imageId: string, memberId: string, id: string }
    | { __typename: 'Repository', namespace: string, name: string, id: string }
    | { __typename: 'RetentionLog', namespace: string, repositoryName: string, logId: string, id: string }
    | { __typename: 'SharedRepository', center: SharingCenter, namespace: string, name: string, id: string }
   | null> };

export type OverviewQueryVariables = Exact<{ [key: string]: never; }>;


export type OverviewQuery = { sharedRepositories: { totalCount: number | null, nodes: Array<{ namespace: string, name: string, repository: { size: string | null, creatorName: string | null, retentionLogs: { nodes: Array<{ tag: string | null, createdAt: string | null } | null> } | null } | null } | null> } | null, images: { nodes: Array<{ imageId: string, name: string | null, status: ImageStatus | null } | null> } | null, imageGroups: { nodes: Array<{ namespace: string, name: string, versionCount: number | null } | null> } | null };

export type RepositoryQueryVariables = Exact<{
  namespace: string;
  name: string;
}>;


export type RepositoryQuery = { repository: { id: string, namespace: string, name: string, repositoryId: string | null, namespaceId: string | null, category: RepositoryCategory | null, categoryRaw: string | null, description: string | null, creatorId: string | null, creatorName: string | null, size: string | null, isPublic: boolean | null, imageCount: string | null, downloadCount: string | null, logoUrl: string | null, path: string | null, internalPath: string | null, createdAt: string | null, updatedAt: string | null, domainId: string | null, priority: number | null } | null };

export type RetentionLogsQueryVariables = Exact<{
  namespace: string;
  repositoryName: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type RetentionLogsQuery = { retentionLogs: { totalCount: number | null, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ id: string, logId: string, namespace: string, repositoryName: string, retentionId: string | null, tag: string | null, createdAt: string | null, ruleType: string | null, rule: { template: RetentionTemplate, templateRaw: string | null, keepCount: number | null, keepDays: number | null, tagSelectors: Array<{ kind: TagSelectorKind | null, kindRaw: string | null, pattern: string | null }> } | null } | null> } | null };

export type SharedRepositoriesQueryVariables = Exact<{
  center: SharingCenter;
  name?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type SharedRepositoriesQuery = { sharedRepositories: { totalCount: number | null, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ id: string, center: SharingCenter, namespace: string, name: string, category: RepositoryCategory | null, categoryRaw: string | null, description: string | null, size: string | null, isPublic: boolean | null, imageCount: string | null, downloadCount: string | null, createdAt: string | null, updatedAt: string | null, path: string | null, internalPath: string | null, domainName: string | null, tags: Array<string> | null, isSharingValid: boolean | null } | null> } | null };

export const QuotaFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QuotaFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Quota"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"used"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}},{"kind":"Field","name":{"kind":"Name","value":"minimum"}},{"kind":"Field","name":{"kind":"Name","value":"maximum"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}}]} as unknown as DocumentNode<QuotaFieldsFragment, unknown>;
export const ImageFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusRaw"}},{"kind":"Field","name":{"kind":"Name","value":"visibility"}},{"kind":"Field","name":{"kind":"Name","value":"imageType"}},{"kind":"Field","name":{"kind":"Name","value":"owner"}},{"kind":"Field","name":{"kind":"Name","value":"isProtected"}},{"kind":"Field","name":{"kind":"Name","value":"osType"}},{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"osBit"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"platformRaw"}},{"kind":"Field","name":{"kind":"Name","value":"diskFormat"}},{"kind":"Field","name":{"kind":"Name","value":"containerFormat"}},{"kind":"Field","name":{"kind":"Name","value":"minDisk"}},{"kind":"Field","name":{"kind":"Name","value":"minRam"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"imageSize"}},{"kind":"Field","name":{"kind":"Name","value":"checksum"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"activeAt"}},{"kind":"Field","name":{"kind":"Name","value":"originalImageId"}}]}}]} as unknown as DocumentNode<ImageFieldsFragment, unknown>;
export const ImageGroupFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageGroupFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}},{"kind":"Field","name":{"kind":"Name","value":"versionCount"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ImageGroupFieldsFragment, unknown>;
export const ImageMemberFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageMemberFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageMember"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"memberId"}},{"kind":"Field","name":{"kind":"Name","value":"memberStatus"}},{"kind":"Field","name":{"kind":"Name","value":"memberStatusRaw"}},{"kind":"Field","name":{"kind":"Name","value":"memberType"}},{"kind":"Field","name":{"kind":"Name","value":"memberTypeRaw"}},{"kind":"Field","name":{"kind":"Name","value":"urn"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ImageMemberFieldsFragment, unknown>;
export const NodeKeyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NodeKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Node"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Repository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SharedRepository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"center"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RetentionLog"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"logId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","alias":{"kind":"Name","value":"imageName"},"name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageMember"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"memberId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}}]}}]}}]} as unknown as DocumentNode<NodeKeyFragment, unknown>;
export const AccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Account"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tags"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"OsVersionTag"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registryOverview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"domainId"}},{"kind":"Field","name":{"kind":"Name","value":"domainName"}},{"kind":"Field","name":{"kind":"Name","value":"organizationCount"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryCount"}},{"kind":"Field","name":{"kind":"Name","value":"imageCount"}},{"kind":"Field","name":{"kind":"Name","value":"storage"}},{"kind":"Field","name":{"kind":"Name","value":"downloadTraffic"}}]}},{"kind":"Field","name":{"kind":"Name","value":"registryQuotas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QuotaFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"imageQuotas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QuotaFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"osVersions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tags"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tags"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"platformRaw"}},{"kind":"Field","name":{"kind":"Name","value":"versions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"osVersionKey"}},{"kind":"Field","name":{"kind":"Name","value":"osBit"}},{"kind":"Field","name":{"kind":"Name","value":"osType"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QuotaFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Quota"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"used"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}},{"kind":"Field","name":{"kind":"Name","value":"minimum"}},{"kind":"Field","name":{"kind":"Name","value":"maximum"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}}]} as unknown as DocumentNode<AccountQuery, AccountQueryVariables>;
export const ImageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Image"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"image"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"imageId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageFields"}},{"kind":"Field","name":{"kind":"Name","value":"properties"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"originalImage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusRaw"}},{"kind":"Field","name":{"kind":"Name","value":"visibility"}},{"kind":"Field","name":{"kind":"Name","value":"imageType"}},{"kind":"Field","name":{"kind":"Name","value":"owner"}},{"kind":"Field","name":{"kind":"Name","value":"isProtected"}},{"kind":"Field","name":{"kind":"Name","value":"osType"}},{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"osBit"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"platformRaw"}},{"kind":"Field","name":{"kind":"Name","value":"diskFormat"}},{"kind":"Field","name":{"kind":"Name","value":"containerFormat"}},{"kind":"Field","name":{"kind":"Name","value":"minDisk"}},{"kind":"Field","name":{"kind":"Name","value":"minRam"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"imageSize"}},{"kind":"Field","name":{"kind":"Name","value":"checksum"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"activeAt"}},{"kind":"Field","name":{"kind":"Name","value":"originalImageId"}}]}}]} as unknown as DocumentNode<ImageQuery, ImageQueryVariables>;
export const ImageGroupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ImageGroup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspaceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageGroup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"Argument","name":{"kind":"Name","value":"workspaceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspaceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageGroupFields"}},{"kind":"Field","name":{"kind":"Name","value":"repository"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"downloadCount"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageGroupFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}},{"kind":"Field","name":{"kind":"Name","value":"versionCount"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ImageGroupQuery, ImageGroupQueryVariables>;
export const ImageGroupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ImageGroups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroupFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroupOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageGroups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageGroupFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageGroupFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}},{"kind":"Field","name":{"kind":"Name","value":"versionCount"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ImageGroupsQuery, ImageGroupsQueryVariables>;
export const ImageMembersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ImageMembers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"image"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"imageId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"members"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageMemberFields"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageMemberFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageMember"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"memberId"}},{"kind":"Field","name":{"kind":"Name","value":"memberStatus"}},{"kind":"Field","name":{"kind":"Name","value":"memberStatusRaw"}},{"kind":"Field","name":{"kind":"Name","value":"memberType"}},{"kind":"Field","name":{"kind":"Name","value":"memberTypeRaw"}},{"kind":"Field","name":{"kind":"Name","value":"urn"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ImageMembersQuery, ImageMembersQueryVariables>;
export const ImagesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Images"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ImageFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ImageOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"images"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusRaw"}},{"kind":"Field","name":{"kind":"Name","value":"visibility"}},{"kind":"Field","name":{"kind":"Name","value":"imageType"}},{"kind":"Field","name":{"kind":"Name","value":"owner"}},{"kind":"Field","name":{"kind":"Name","value":"isProtected"}},{"kind":"Field","name":{"kind":"Name","value":"osType"}},{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"osBit"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"platformRaw"}},{"kind":"Field","name":{"kind":"Name","value":"diskFormat"}},{"kind":"Field","name":{"kind":"Name","value":"containerFormat"}},{"kind":"Field","name":{"kind":"Name","value":"minDisk"}},{"kind":"Field","name":{"kind":"Name","value":"minRam"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"imageSize"}},{"kind":"Field","name":{"kind":"Name","value":"checksum"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"activeAt"}},{"kind":"Field","name":{"kind":"Name","value":"originalImageId"}}]}}]} as unknown as DocumentNode<ImagesQuery, ImagesQueryVariables>;
export const NodeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Node"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"NodeKey"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NodeKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Node"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Repository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SharedRepository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"center"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RetentionLog"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"logId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","alias":{"kind":"Name","value":"imageName"},"name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageMember"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"memberId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}}]}}]}}]} as unknown as DocumentNode<NodeQuery, NodeQueryVariables>;
export const NodesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Nodes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"NodeKey"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NodeKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Node"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Repository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SharedRepository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"center"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RetentionLog"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"logId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","alias":{"kind":"Name","value":"imageName"},"name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageMember"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"memberId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}}]}}]}}]} as unknown as DocumentNode<NodesQuery, NodesQueryVariables>;
export const OverviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Overview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sharedRepositories"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"center"},"value":{"kind":"EnumValue","value":"SELF"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"2"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"repository"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"creatorName"}},{"kind":"Field","name":{"kind":"Name","value":"retentionLogs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"images"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"2"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"imageGroups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"2"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"versionCount"}}]}}]}}]}}]} as unknown as DocumentNode<OverviewQuery, OverviewQueryVariables>;
export const RepositoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Repository"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"repository"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryId"}},{"kind":"Field","name":{"kind":"Name","value":"namespaceId"}},{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"categoryRaw"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"creatorId"}},{"kind":"Field","name":{"kind":"Name","value":"creatorName"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"isPublic"}},{"kind":"Field","name":{"kind":"Name","value":"imageCount"}},{"kind":"Field","name":{"kind":"Name","value":"downloadCount"}},{"kind":"Field","name":{"kind":"Name","value":"logoUrl"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"internalPath"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"domainId"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}}]}}]}}]} as unknown as DocumentNode<RepositoryQuery, RepositoryQueryVariables>;
export const RetentionLogsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RetentionLogs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"repositoryName"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retentionLogs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"repositoryName"},"value":{"kind":"Variable","name":{"kind":"Name","value":"repositoryName"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"logId"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"retentionId"}},{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"ruleType"}},{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"template"}},{"kind":"Field","name":{"kind":"Name","value":"templateRaw"}},{"kind":"Field","name":{"kind":"Name","value":"keepCount"}},{"kind":"Field","name":{"kind":"Name","value":"keepDays"}},{"kind":"Field","name":{"kind":"Name","value":"tagSelectors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"kindRaw"}},{"kind":"Field","name":{"kind":"Name","value":"pattern"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<RetentionLogsQuery, RetentionLogsQueryVariables>;
export const SharedRepositoriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SharedRepositories"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"center"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SharingCenter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sharedRepositories"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"center"},"value":{"kind":"Variable","name":{"kind":"Name","value":"center"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"center"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"categoryRaw"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"isPublic"}},{"kind":"Field","name":{"kind":"Name","value":"imageCount"}},{"kind":"Field","name":{"kind":"Name","value":"downloadCount"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"internalPath"}},{"kind":"Field","name":{"kind":"Name","value":"domainName"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"isSharingValid"}}]}}]}}]}}]} as unknown as DocumentNode<SharedRepositoriesQuery, SharedRepositoriesQueryVariables>;