/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** What a container tag names. New values may appear. */
export type ContainerTagKind =
  /** The manifest of one image. `0` */
  | 'MANIFEST'
  /** A manifest list: images for several platforms. `1` */
  | 'MANIFEST_LIST'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** The order of the tags of a repository. */
export type ContainerTagOrder = {
  /** The direction. `order_type` */
  direction: ImageOrderDirection;
  /** The field to order by. `order_column` */
  field: ContainerTagOrderField;
};

/** A field that tags can be ordered by. */
export type ContainerTagOrderField =
  /** The name. `tag` */
  | 'NAME'
  /** The time of the last update. `updated_at` */
  | 'UPDATED_AT';

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

/** The purpose of training images. */
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

/** What a user or an account may do with an organization or a repository of SWR. New values may appear. */
export type RegistryPermission =
  /** May pull images, push them, and edit repositories. `3` */
  | 'EDIT'
  /** May pull and push images, and manage repositories and the permissions of users. `7` */
  | 'MANAGE'
  /** May pull images. `1` */
  | 'READ'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

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

/** Conditions on repositories, all of which must hold. */
export type RepositoryFilter = {
  /** The category. `category` */
  category?: RepositoryCategory | null | undefined;
  /** Whether every account can pull from it. `is_public` */
  isPublic?: boolean | null | undefined;
  /** A part of the name, which SWR matches fuzzily. `name` */
  name?: string | null | undefined;
  /** The organization. `namespace` */
  namespace?: string | null | undefined;
};

/** The order of repositories: by one field. */
export type RepositoryOrder = {
  /** The direction. `order_type` */
  direction: ImageOrderDirection;
  /** The field to order by. `order_column` */
  field: RepositoryOrderField;
};

/** A field that repositories can be ordered by. */
export type RepositoryOrderField =
  /** Whether every account can pull from it. `is_public` */
  | 'IS_PUBLIC'
  /** The name. `name` */
  | 'NAME'
  /** The organization. `namespace` */
  | 'NAMESPACE'
  /** The number of image tags. `tag_count` */
  | 'TAG_COUNT'
  /** The time of the last update. `updated_time` */
  | 'UPDATED_AT';

/** How the condition of a trigger selects the tags whose push starts it. New values may appear. */
export type RepositoryTriggerConditionKind =
  /** Every tag. `all` */
  | 'ALL'
  /** The condition is a regular expression. `regular` */
  | 'REGULAR'
  /** The condition is a tag. `tag` */
  | 'TAG'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** The service that runs the workload of a trigger. New values may appear. */
export type RepositoryTriggerMode =
  /** Cloud Container Engine: the workload is in a cluster. `cce` */
  | 'CCE'
  /** Cloud Container Instance: the workload is in no cluster. `cci` */
  | 'CCI'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** The result of a run of a trigger. New values may appear. */
export type RepositoryTriggerResult =
  /** The workload was not updated. `failed` */
  | 'FAILED'
  /** The workload was updated. `success` */
  | 'SUCCESS'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** The kind of the workload that a trigger updates. New values may appear. */
export type RepositoryTriggerWorkloadKind =
  /** A Deployment, whose pods have no state. `deployments` */
  | 'DEPLOYMENTS'
  /** A StatefulSet, whose pods have a state. `statefulsets` */
  | 'STATEFULSETS'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** How a retention rule decides which image tags to keep. New values may appear. */
export type RetentionTemplate =
  /** Keeps each tag for a number of days. `date_rule` */
  | 'DATE_RULE'
  /** Keeps a number of tags. `tag_rule` */
  | 'TAG_RULE'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** Conditions on shared repositories, all of which must hold. */
export type SharedRepositoryFilter = {
  /** Whether the sharing is valid, that is, has not expired. Only together with `THIRD_PARTY`, as SWR documents no meaning of it for `SELF`. `status` */
  isSharingValid?: boolean | null | undefined;
  /** The organization. `namespace` */
  namespace?: string | null | undefined;
};

/** The order of shared repositories: by one field. */
export type SharedRepositoryOrder = {
  /** The direction. `order_type` */
  direction: ImageOrderDirection;
  /** The field to order by. `order_column` */
  field: SharedRepositoryOrderField;
};

/** A field that shared repositories can be ordered by. */
export type SharedRepositoryOrderField =
  /** The name of the account that owns it. `domain_name` */
  | 'DOMAIN_NAME'
  /** The name. `name` */
  | 'NAME'
  /** The organization. `namespace` */
  | 'NAMESPACE'
  /** The number of image tags. `tag_count` */
  | 'TAG_COUNT'
  /** The time of the last update. `updated_at` */
  | 'UPDATED_AT';

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

/** The processors that a training image runs on. New values may appear. */
export type TrainingImageArchitecture =
  /** 64-bit ARM processors. `AARCH64` */
  | 'AARCH64'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN'
  /** x86-64 processors. `X86_64` */
  | 'X86_64';

/** Conditions on training images, all of which must hold. */
export type TrainingImageFilter = {
  /** The name, or a part of it. `name` */
  name?: string | null | undefined;
  /** Whether a part of the name is enough; true when it is not given. `name_fuzzy_match` */
  nameFuzzyMatch?: boolean | null | undefined;
  /** The SWR organization. `namespace` */
  namespace?: string | null | undefined;
  /** The purpose. `service_type` */
  serviceType?: ImageGroupServiceType | null | undefined;
  /** The type; `DEDICATED`, the project's own, when it is not given, although ModelArts' own default is `BUILD_IN`. `type` */
  type?: TrainingImageType | null | undefined;
  /** The id of the ModelArts workspace; that of the default workspace when it is not given. `workspace_id` */
  workspaceId?: string | null | undefined;
};

/** The order of training images: by one or more fields, all in one direction. */
export type TrainingImageOrder = {
  /** The direction, for all fields. `sort_dir` */
  direction: ImageOrderDirection;
  /** The fields to order by, the most significant one first. `sort_key` */
  fields: Array<TrainingImageOrderField>;
};

/** A field that training images can be ordered by. */
export type TrainingImageOrderField =
  /** The time of creation. `create_at` */
  | 'CREATED_AT'
  /** The name. `name` */
  | 'NAME'
  /** The SWR organization. `namespace` */
  | 'NAMESPACE'
  /** The size. `size` */
  | 'SIZE'
  /** The tag. `tag` */
  | 'TAG'
  /** The time of the last update. `update_at` */
  | 'UPDATED_AT';

/** The status of a training image. New values may appear. */
export type TrainingImageStatus =
  /** It can be used. `ACTIVE` */
  | 'ACTIVE'
  /** It could not be saved. `CREATE_FAILED` */
  | 'CREATE_FAILED'
  /** It is being saved and cannot be used yet. `CREATING` */
  | 'CREATING'
  /** It has been deleted. `DELETED` */
  | 'DELETED'
  /** It has an error. `ERROR` */
  | 'ERROR'
  /** It is being initialized. `INIT` */
  | 'INIT'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** Whose a training image is. New values may appear. */
export type TrainingImageType =
  /** Images that are built into ModelArts. `BUILD_IN` */
  | 'BUILD_IN'
  /** Private images. `DEDICATED` */
  | 'DEDICATED'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

/** Who can use a training image. New values may appear. */
export type TrainingImageVisibility =
  /** It is hidden; the documents do not say more. `HIDDEN` */
  | 'HIDDEN'
  /** Only its project can use it. `PRIVATE` */
  | 'PRIVATE'
  /** Everybody can read it by its id. `PUBLIC` */
  | 'PUBLIC'
  /** A value that is not listed here; the `Raw` field beside this one has it as sent. */
  | 'UNKNOWN';

export type AccountQueryVariables = Exact<{
  tags?: Array<OsVersionTag> | OsVersionTag | null | undefined;
}>;


export type AccountQuery = { registryOverview: { domainId: string | null, domainName: string | null, organizationCount: string | null, repositoryCount: string | null, imageCount: string | null, storage: number | null, downloadTraffic: number | null } | null, registryQuotas: Array<{ kind: string, used: string | null, limit: string | null, minimum: string | null, maximum: string | null, unit: string | null }> | null, imageQuotas: Array<{ kind: string, used: string | null, limit: string | null, minimum: string | null, maximum: string | null, unit: string | null }> | null, osVersions: Array<{ platform: ImagePlatform | null, platformRaw: string | null, versions: Array<{ osVersion: string | null, osVersionKey: string | null, osBit: number | null, osType: ImageOsType | null }> | null }> | null };

export type QuotaFieldsFragment = { kind: string, used: string | null, limit: string | null, minimum: string | null, maximum: string | null, unit: string | null };

export type ContainerTagQueryVariables = Exact<{
  namespace: string;
  repositoryName: string;
  name: string;
}>;


export type ContainerTagQuery = { containerTag: { id: string, namespace: string, repositoryName: string, name: string, tagId: string | null, repositoryId: string | null, configDigest: string | null, digest: string | null, manifestMediaType: string | null, schemaVersion: number | null, path: string | null, internalPath: string | null, size: string | null, isTrusted: boolean | null, createdAt: string | null, updatedAt: string | null, domainId: string | null, kind: ContainerTagKind | null, kindRaw: string | null, config: { os: string | null, architecture: string | null, variant: string | null, createdAt: string | null, author: string | null, labels: Array<{ name: string, value: string | null }> } | null, signatures: { totalCount: number | null, nodes: Array<{ signatureId: string | null, tag: string | null, digest: string | null, targetDigest: string | null, size: string | null, type: string | null, createdAt: string | null, updatedAt: string | null } | null> } | null, layers: Array<{ digest: string | null, size: string | null, mediaType: string | null }> | null, platforms: Array<{ os: string | null, architecture: string | null, variant: string | null, osVersion: string | null, digest: string | null, size: string | null }> | null } | null };

export type ContainerTagFieldsFragment = { id: string, namespace: string, repositoryName: string, name: string, tagId: string | null, repositoryId: string | null, configDigest: string | null, digest: string | null, manifestMediaType: string | null, schemaVersion: number | null, path: string | null, internalPath: string | null, size: string | null, isTrusted: boolean | null, createdAt: string | null, updatedAt: string | null, domainId: string | null, kind: ContainerTagKind | null, kindRaw: string | null, layers: Array<{ digest: string | null, size: string | null, mediaType: string | null }> | null, platforms: Array<{ os: string | null, architecture: string | null, variant: string | null, osVersion: string | null, digest: string | null, size: string | null }> | null };

export type ContainerTagsQueryVariables = Exact<{
  namespace: string;
  repositoryName: string;
  name?: string | null | undefined;
  orderBy?: ContainerTagOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type ContainerTagsQuery = { repository: { id: string, containerTags: { totalCount: number | null, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ isScanned: boolean | null, deletedAt: string | null, id: string, namespace: string, repositoryName: string, name: string, tagId: string | null, repositoryId: string | null, configDigest: string | null, digest: string | null, manifestMediaType: string | null, schemaVersion: number | null, path: string | null, internalPath: string | null, size: string | null, isTrusted: boolean | null, createdAt: string | null, updatedAt: string | null, domainId: string | null, kind: ContainerTagKind | null, kindRaw: string | null, layers: Array<{ digest: string | null, size: string | null, mediaType: string | null }> | null, platforms: Array<{ os: string | null, architecture: string | null, variant: string | null, osVersion: string | null, digest: string | null, size: string | null }> | null } | null> } | null } | null };

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

export type ImageQuotasQueryVariables = Exact<{ [key: string]: never; }>;


export type ImageQuotasQuery = { imageQuotas: Array<{ kind: string, used: string | null, limit: string | null, minimum: string | null, maximum: string | null, unit: string | null }> | null };

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
    | { __typename: 'ContainerTag', namespace: string, repositoryName: string, name: string, id: string }
    | { __typename: 'Image', imageId: string, id: string, imageName: string | null }
    | { __typename: 'ImageGroup', namespace: string, name: string, workspaceId: string, id: string }
    | { __typename: 'ImageMember', imageId: string, memberId: string, id: string }
    | { __typename: 'Organization', namespace: string, id: string }
    | { __typename: 'Repository', namespace: string, name: string, id: string }
    | { __typename: 'RepositoryShare', namespace: string, repositoryName: string, accountName: string, id: string }
    | { __typename: 'RepositoryTrigger', namespace: string, repositoryName: string, name: string, id: string }
    | { __typename: 'RetentionLog', namespace: string, repositoryName: string, logId: string, id: string }
    | { __typename: 'RetentionPolicy', namespace: string, repositoryName: string, policyId: string, id: string }
    | { __typename: 'SharedRepository', center: SharingCenter, namespace: string, name: string, id: string }
    | { __typename: 'TrainingImage', trainingImageId: string, id: string }
   | null };

type NodeKey_ContainerTag_Fragment = { __typename: 'ContainerTag', namespace: string, repositoryName: string, name: string, id: string };

type NodeKey_Image_Fragment = { __typename: 'Image', imageId: string, id: string, imageName: string | null };

type NodeKey_ImageGroup_Fragment = { __typename: 'ImageGroup', namespace: string, name: string, workspaceId: string, id: string };

type NodeKey_ImageMember_Fragment = { __typename: 'ImageMember', imageId: string, memberId: string, id: string };

type NodeKey_Organization_Fragment = { __typename: 'Organization', namespace: string, id: string };

type NodeKey_Repository_Fragment = { __typename: 'Repository', namespace: string, name: string, id: string };

type NodeKey_RepositoryShare_Fragment = { __typename: 'RepositoryShare', namespace: string, repositoryName: string, accountName: string, id: string };

type NodeKey_RepositoryTrigger_Fragment = { __typename: 'RepositoryTrigger', namespace: string, repositoryName: string, name: string, id: string };

type NodeKey_RetentionLog_Fragment = { __typename: 'RetentionLog', namespace: string, repositoryName: string, logId: string, id: string };

type NodeKey_RetentionPolicy_Fragment = { __typename: 'RetentionPolicy', namespace: string, repositoryName: string, policyId: string, id: string };

type NodeKey_SharedRepository_Fragment = { __typename: 'SharedRepository', center: SharingCenter, namespace: string, name: string, id: string };

type NodeKey_TrainingImage_Fragment = { __typename: 'TrainingImage', trainingImageId: string, id: string };

export type NodeKeyFragment =
  | NodeKey_ContainerTag_Fragment
  | NodeKey_Image_Fragment
  | NodeKey_ImageGroup_Fragment
  | NodeKey_ImageMember_Fragment
  | NodeKey_Organization_Fragment
  | NodeKey_Repository_Fragment
  | NodeKey_RepositoryShare_Fragment
  | NodeKey_RepositoryTrigger_Fragment
  | NodeKey_RetentionLog_Fragment
  | NodeKey_RetentionPolicy_Fragment
  | NodeKey_SharedRepository_Fragment
  | NodeKey_TrainingImage_Fragment
;

export type NodesQueryVariables = Exact<{
  ids: Array<string | number> | string | number;
}>;


export type NodesQuery = { nodes: Array<
    | { __typename: 'ContainerTag', namespace: string, repositoryName: string, name: string, id: string }
    | { __typename: 'Image', imageId: string, id: string, imageName: string | null }
    | { __typename: 'ImageGroup', namespace: string, name: string, workspaceId: string, id: string }
    | { __typename: 'ImageMember', imageId: string, memberId: string, id: string }
    | { __typename: 'Organization', namespace: string, id: string }
    | { __typename: 'Repository', namespace: string, name: string, id: string }
    | { __typename: 'RepositoryShare', namespace: string, repositoryName: string, accountName: string, id: string }
    | { __typename: 'RepositoryTrigger', namespace: string, repositoryName: string, name: string, id: string }
    | { __typename: 'RetentionLog', namespace: string, repositoryName: string, logId: string, id: string }
    | { __typename: 'RetentionPolicy', namespace: string, repositoryName: string, policyId: string, id: string }
    | { __typename: 'SharedRepository', center: SharingCenter, namespace: string, name: string, id: string }
    | { __typename: 'TrainingImage', trainingImageId: string, id: string }
   | null> };

export type OrganizationQueryVariables = Exact<{
  namespace: string;
}>;


export type OrganizationQuery = { organization: { id: string, namespace: string, organizationId: string | null, creatorName: string | null, permission: RegistryPermission | null, permissionRaw: string | null, repositoryCount: string | null, accessUserCount: string | null, userPermissions: Array<{ userId: string | null, userName: string | null, permission: RegistryPermission | null, permissionRaw: string | null, isSelf: boolean }> | null } | null };

export type OrganizationsQueryVariables = Exact<{
  namespace?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type OrganizationsQuery = { organizations: { totalCount: number | null, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ id: string, namespace: string, organizationId: string | null, creatorName: string | null, permission: RegistryPermission | null, permissionRaw: string | null, repositoryCount: string | null, accessUserCount: string | null } | null> } | null };

export type OsVersionsQueryVariables = Exact<{
  tags?: Array<OsVersionTag> | OsVersionTag | null | undefined;
}>;


export type OsVersionsQuery = { osVersions: Array<{ platform: ImagePlatform | null, platformRaw: string | null, versions: Array<{ osVersion: string | null, osVersionKey: string | null, osBit: number | null, osType: ImageOsType | null }> | null }> | null };

export type OverviewQueryVariables = Exact<{ [key: string]: never; }>;


export type OverviewQuery = { sharedRepositories: { totalCount: number | null, nodes: Array<{ namespace: string, name: string, repository: { size: string | null, creatorName: string | null, retentionLogs: { nodes: Array<{ tag: string | null, createdAt: string | null } | null> } | null } | null } | null> } | null, images: { nodes: Array<{ imageId: string, name: string | null, status: ImageStatus | null } | null> } | null, imageGroups: { nodes: Array<{ namespace: string, name: string, versionCount: number | null } | null> } | null };

export type RegistryOverviewQueryVariables = Exact<{ [key: string]: never; }>;


export type RegistryOverviewQuery = { registryOverview: { domainId: string | null, domainName: string | null, organizationCount: string | null, repositoryCount: string | null, imageCount: string | null, storage: number | null, downloadTraffic: number | null } | null };

export type RegistryQuotasQueryVariables = Exact<{ [key: string]: never; }>;


export type RegistryQuotasQuery = { registryQuotas: Array<{ kind: string, used: string | null, limit: string | null, minimum: string | null, maximum: string | null, unit: string | null }> | null };

export type RepositoriesQueryVariables = Exact<{
  namespace?: string | null | undefined;
  name?: string | null | undefined;
  filter?: RepositoryFilter | null | undefined;
  orderBy?: RepositoryOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type RepositoriesQuery = { repositories: { totalCount: number | null, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ id: string, namespace: string, name: string, category: RepositoryCategory | null, categoryRaw: string | null, description: string | null, size: string | null, isPublic: boolean | null, imageCount: string | null, downloadCount: string | null, path: string | null, internalPath: string | null, createdAt: string | null, updatedAt: string | null } | null> } | null };

export type RepositoryQueryVariables = Exact<{
  namespace: string;
  name: string;
}>;


export type RepositoryQuery = { repository: { id: string, namespace: string, name: string, repositoryId: string | null, namespaceId: string | null, category: RepositoryCategory | null, categoryRaw: string | null, description: string | null, creatorId: string | null, creatorName: string | null, size: string | null, isPublic: boolean | null, imageCount: string | null, downloadCount: string | null, logoUrl: string | null, path: string | null, internalPath: string | null, createdAt: string | null, updatedAt: string | null, domainId: string | null, priority: number | null } | null };

export type RepositorySharesQueryVariables = Exact<{
  namespace: string;
  name: string;
}>;


export type RepositorySharesQuery = { repository: { id: string, shares: { isComplete: boolean, nodes: Array<{ id: string, namespace: string, repositoryName: string, accountName: string, permission: RegistryPermission | null, permissionRaw: string | null, deadline: string | null, isForever: boolean | null, isSharingValid: boolean | null, description: string | null, creatorId: string | null, creatorName: string | null, createdAt: string | null, updatedAt: string | null } | null> } | null } | null };

export type RepositoryShareFieldsFragment = { id: string, namespace: string, repositoryName: string, accountName: string, permission: RegistryPermission | null, permissionRaw: string | null, deadline: string | null, isForever: boolean | null, isSharingValid: boolean | null, description: string | null, creatorId: string | null, creatorName: string | null, createdAt: string | null, updatedAt: string | null };

export type RepositoryTriggersQueryVariables = Exact<{
  namespace: string;
  name: string;
}>;


export type RepositoryTriggersQuery = { repository: { id: string, triggers: { isComplete: boolean, nodes: Array<{ id: string, name: string, action: string | null, workloadKind: RepositoryTriggerWorkloadKind | null, workloadName: string | null, clusterId: string | null, clusterName: string | null, clusterNamespace: string | null, container: string | null, condition: string | null, conditionKind: RepositoryTriggerConditionKind | null, mode: RepositoryTriggerMode | null, isEnabled: boolean | null, creatorName: string | null, createdAt: string | null, runs: Array<{ tag: string | null, createdAt: string | null, result: RepositoryTriggerResult | null, detail: string | null }> | null } | null> } | null } | null };

export type RetentionLogsQueryVariables = Exact<{
  namespace: string;
  repositoryName: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type RetentionLogsQuery = { retentionLogs: { totalCount: number | null, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ id: string, logId: string, namespace: string, repositoryName: string, retentionId: string | null, tag: string | null, createdAt: string | null, ruleType: string | null, rule: { template: RetentionTemplate, templateRaw: string | null, keepCount: number | null, keepDays: number | null, tagSelectors: Array<{ kind: TagSelectorKind | null, kindRaw: string | null, pattern: string | null }> } | null } | null> } | null };

export type RetentionOfAllQueryVariables = Exact<{
  namespace?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type RetentionOfAllQuery = { repositories: { totalCount: number | null, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, namespace: string, name: string, retentionPolicies: { nodes: Array<{ policyId: string } | null> } | null } | null> } | null };

export type RetentionPoliciesQueryVariables = Exact<{
  namespace: string;
  name: string;
}>;


export type RetentionPoliciesQuery = { repository: { id: string, retentionPolicies: { isComplete: boolean, nodes: Array<{ id: string, namespace: string, repositoryName: string, policyId: string, algorithm: string | null, scope: string | null, rules: Array<{ template: RetentionTemplate, templateRaw: string | null, keepCount: number | null, keepDays: number | null, tagSelectors: Array<{ kind: TagSelectorKind | null, kindRaw: string | null, pattern: string | null }> }> | null } | null> } | null } | null };

export type SharedRepositoriesQueryVariables = Exact<{
  center: SharingCenter;
  name?: string | null | undefined;
  filter?: SharedRepositoryFilter | null | undefined;
  orderBy?: SharedRepositoryOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type SharedRepositoriesQuery = { sharedRepositories: { totalCount: number | null, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ id: string, center: SharingCenter, namespace: string, name: string, category: RepositoryCategory | null, categoryRaw: string | null, description: string | null, size: string | null, isPublic: boolean | null, imageCount: string | null, downloadCount: string | null, createdAt: string | null, updatedAt: string | null, path: string | null, internalPath: string | null, domainName: string | null, tags: Array<string> | null, isSharingValid: boolean | null } | null> } | null };

export type SharesOfAllQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type SharesOfAllQuery = { sharedRepositories: { totalCount: number | null, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, namespace: string, name: string, shares: { isComplete: boolean, nodes: Array<{ id: string, namespace: string, repositoryName: string, accountName: string, permission: RegistryPermission | null, permissionRaw: string | null, deadline: string | null, isForever: boolean | null, isSharingValid: boolean | null, description: string | null, creatorId: string | null, creatorName: string | null, createdAt: string | null, updatedAt: string | null } | null> } | null } | null> } | null };

export type TrainingImageQueryVariables = Exact<{
  trainingImageId: string | number;
}>;


export type TrainingImageQuery = { trainingImage: { supportedResourceCategories: Array<string> | null, id: string, trainingImageId: string, name: string | null, repositoryNamespace: string | null, tag: string | null, swrPath: string | null, architecture: TrainingImageArchitecture | null, trainingType: TrainingImageType | null, trainingVisibility: TrainingImageVisibility | null, trainingStatus: TrainingImageStatus | null, serviceType: ImageGroupServiceType | null, devServices: Array<string> | null, resourceCategories: Array<string> | null, sizeInKilobytes: string | null, createdAt: string | null, updatedAt: string | null, workspaceId: string, repository: { namespace: string, name: string, isPublic: boolean | null } | null, imageGroup: { id: string, versionCount: number | null } | null, resourceTags: Array<{ key: string | null, value: string | null }> | null } | null };

export type TrainingImageFieldsFragment = { id: string, trainingImageId: string, name: string | null, repositoryNamespace: string | null, tag: string | null, swrPath: string | null, architecture: TrainingImageArchitecture | null, trainingType: TrainingImageType | null, trainingVisibility: TrainingImageVisibility | null, trainingStatus: TrainingImageStatus | null, serviceType: ImageGroupServiceType | null, devServices: Array<string> | null, resourceCategories: Array<string> | null, sizeInKilobytes: string | null, createdAt: string | null, updatedAt: string | null, workspaceId: string, resourceTags: Array<{ key: string | null, value: string | null }> | null };

export type TrainingImagesQueryVariables = Exact<{
  filter?: TrainingImageFilter | null | undefined;
  orderBy?: TrainingImageOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}>;


export type TrainingImagesQuery = { trainingImages: { totalCount: number | null, pageInfo: { hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null, endCursor: string | null }, nodes: Array<{ id: string, trainingImageId: string, name: string | null, repositoryNamespace: string | null, tag: string | null, swrPath: string | null, architecture: TrainingImageArchitecture | null, trainingType: TrainingImageType | null, trainingVisibility: TrainingImageVisibility | null, trainingStatus: TrainingImageStatus | null, serviceType: ImageGroupServiceType | null, devServices: Array<string> | null, resourceCategories: Array<string> | null, sizeInKilobytes: string | null, createdAt: string | null, updatedAt: string | null, workspaceId: string, resourceTags: Array<{ key: string | null, value: string | null }> | null } | null> } | null };

export const QuotaFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QuotaFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Quota"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"used"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}},{"kind":"Field","name":{"kind":"Name","value":"minimum"}},{"kind":"Field","name":{"kind":"Name","value":"maximum"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}}]} as unknown as DocumentNode<QuotaFieldsFragment, unknown>;
export const ContainerTagFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ContainerTagFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ContainerTag"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"tagId"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryId"}},{"kind":"Field","name":{"kind":"Name","value":"configDigest"}},{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"manifestMediaType"}},{"kind":"Field","name":{"kind":"Name","value":"layers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"mediaType"}}]}},{"kind":"Field","name":{"kind":"Name","value":"platforms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"os"}},{"kind":"Field","name":{"kind":"Name","value":"architecture"}},{"kind":"Field","name":{"kind":"Name","value":"variant"}},{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"size"}}]}},{"kind":"Field","name":{"kind":"Name","value":"schemaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"internalPath"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"isTrusted"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"domainId"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"kindRaw"}}]}}]} as unknown as DocumentNode<ContainerTagFieldsFragment, unknown>;
export const ImageFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusRaw"}},{"kind":"Field","name":{"kind":"Name","value":"visibility"}},{"kind":"Field","name":{"kind":"Name","value":"imageType"}},{"kind":"Field","name":{"kind":"Name","value":"owner"}},{"kind":"Field","name":{"kind":"Name","value":"isProtected"}},{"kind":"Field","name":{"kind":"Name","value":"osType"}},{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"osBit"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"platformRaw"}},{"kind":"Field","name":{"kind":"Name","value":"diskFormat"}},{"kind":"Field","name":{"kind":"Name","value":"containerFormat"}},{"kind":"Field","name":{"kind":"Name","value":"minDisk"}},{"kind":"Field","name":{"kind":"Name","value":"minRam"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"imageSize"}},{"kind":"Field","name":{"kind":"Name","value":"checksum"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"activeAt"}},{"kind":"Field","name":{"kind":"Name","value":"originalImageId"}}]}}]} as unknown as DocumentNode<ImageFieldsFragment, unknown>;
export const ImageGroupFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageGroupFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}},{"kind":"Field","name":{"kind":"Name","value":"versionCount"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ImageGroupFieldsFragment, unknown>;
export const ImageMemberFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageMemberFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageMember"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"memberId"}},{"kind":"Field","name":{"kind":"Name","value":"memberStatus"}},{"kind":"Field","name":{"kind":"Name","value":"memberStatusRaw"}},{"kind":"Field","name":{"kind":"Name","value":"memberType"}},{"kind":"Field","name":{"kind":"Name","value":"memberTypeRaw"}},{"kind":"Field","name":{"kind":"Name","value":"urn"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ImageMemberFieldsFragment, unknown>;
export const NodeKeyFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NodeKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Node"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Repository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SharedRepository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"center"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RetentionLog"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"logId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RetentionPolicy"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"policyId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryShare"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"accountName"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryTrigger"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","alias":{"kind":"Name","value":"imageName"},"name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageMember"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"memberId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Organization"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ContainerTag"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TrainingImage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trainingImageId"}}]}}]}}]} as unknown as DocumentNode<NodeKeyFragment, unknown>;
export const RepositoryShareFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RepositoryShareFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryShare"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"accountName"}},{"kind":"Field","name":{"kind":"Name","value":"permission"}},{"kind":"Field","name":{"kind":"Name","value":"permissionRaw"}},{"kind":"Field","name":{"kind":"Name","value":"deadline"}},{"kind":"Field","name":{"kind":"Name","value":"isForever"}},{"kind":"Field","name":{"kind":"Name","value":"isSharingValid"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"creatorId"}},{"kind":"Field","name":{"kind":"Name","value":"creatorName"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<RepositoryShareFieldsFragment, unknown>;
export const TrainingImageFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TrainingImageFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TrainingImage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"trainingImageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryNamespace"}},{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"swrPath"}},{"kind":"Field","name":{"kind":"Name","value":"architecture"}},{"kind":"Field","name":{"kind":"Name","value":"trainingType"}},{"kind":"Field","name":{"kind":"Name","value":"trainingVisibility"}},{"kind":"Field","name":{"kind":"Name","value":"trainingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"serviceType"}},{"kind":"Field","name":{"kind":"Name","value":"devServices"}},{"kind":"Field","name":{"kind":"Name","value":"resourceCategories"}},{"kind":"Field","name":{"kind":"Name","value":"sizeInKilobytes"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]} as unknown as DocumentNode<TrainingImageFieldsFragment, unknown>;
export const AccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Account"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tags"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"OsVersionTag"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registryOverview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"domainId"}},{"kind":"Field","name":{"kind":"Name","value":"domainName"}},{"kind":"Field","name":{"kind":"Name","value":"organizationCount"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryCount"}},{"kind":"Field","name":{"kind":"Name","value":"imageCount"}},{"kind":"Field","name":{"kind":"Name","value":"storage"}},{"kind":"Field","name":{"kind":"Name","value":"downloadTraffic"}}]}},{"kind":"Field","name":{"kind":"Name","value":"registryQuotas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QuotaFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"imageQuotas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QuotaFields"}}]}},{"kind":"Field","name":{"kind":"Name","value":"osVersions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tags"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tags"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"platformRaw"}},{"kind":"Field","name":{"kind":"Name","value":"versions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"osVersionKey"}},{"kind":"Field","name":{"kind":"Name","value":"osBit"}},{"kind":"Field","name":{"kind":"Name","value":"osType"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QuotaFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Quota"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"used"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}},{"kind":"Field","name":{"kind":"Name","value":"minimum"}},{"kind":"Field","name":{"kind":"Name","value":"maximum"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}}]} as unknown as DocumentNode<AccountQuery, AccountQueryVariables>;
export const ContainerTagDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ContainerTag"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"repositoryName"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containerTag"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"repositoryName"},"value":{"kind":"Variable","name":{"kind":"Name","value":"repositoryName"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ContainerTagFields"}},{"kind":"Field","name":{"kind":"Name","value":"config"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"os"}},{"kind":"Field","name":{"kind":"Name","value":"architecture"}},{"kind":"Field","name":{"kind":"Name","value":"variant"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"author"}},{"kind":"Field","name":{"kind":"Name","value":"labels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"signatures"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signatureId"}},{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"targetDigest"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ContainerTagFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ContainerTag"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"tagId"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryId"}},{"kind":"Field","name":{"kind":"Name","value":"configDigest"}},{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"manifestMediaType"}},{"kind":"Field","name":{"kind":"Name","value":"layers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"mediaType"}}]}},{"kind":"Field","name":{"kind":"Name","value":"platforms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"os"}},{"kind":"Field","name":{"kind":"Name","value":"architecture"}},{"kind":"Field","name":{"kind":"Name","value":"variant"}},{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"size"}}]}},{"kind":"Field","name":{"kind":"Name","value":"schemaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"internalPath"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"isTrusted"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"domainId"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"kindRaw"}}]}}]} as unknown as DocumentNode<ContainerTagQuery, ContainerTagQueryVariables>;
export const ContainerTagsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ContainerTags"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"repositoryName"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ContainerTagOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"repository"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"repositoryName"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"containerTags"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ContainerTagFields"}},{"kind":"Field","name":{"kind":"Name","value":"isScanned"}},{"kind":"Field","name":{"kind":"Name","value":"deletedAt"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ContainerTagFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ContainerTag"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"tagId"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryId"}},{"kind":"Field","name":{"kind":"Name","value":"configDigest"}},{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"manifestMediaType"}},{"kind":"Field","name":{"kind":"Name","value":"layers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"mediaType"}}]}},{"kind":"Field","name":{"kind":"Name","value":"platforms"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"os"}},{"kind":"Field","name":{"kind":"Name","value":"architecture"}},{"kind":"Field","name":{"kind":"Name","value":"variant"}},{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"digest"}},{"kind":"Field","name":{"kind":"Name","value":"size"}}]}},{"kind":"Field","name":{"kind":"Name","value":"schemaVersion"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"internalPath"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"isTrusted"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"domainId"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"kindRaw"}}]}}]} as unknown as DocumentNode<ContainerTagsQuery, ContainerTagsQueryVariables>;
export const ImageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Image"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"image"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"imageId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageFields"}},{"kind":"Field","name":{"kind":"Name","value":"properties"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"originalImage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusRaw"}},{"kind":"Field","name":{"kind":"Name","value":"visibility"}},{"kind":"Field","name":{"kind":"Name","value":"imageType"}},{"kind":"Field","name":{"kind":"Name","value":"owner"}},{"kind":"Field","name":{"kind":"Name","value":"isProtected"}},{"kind":"Field","name":{"kind":"Name","value":"osType"}},{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"osBit"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"platformRaw"}},{"kind":"Field","name":{"kind":"Name","value":"diskFormat"}},{"kind":"Field","name":{"kind":"Name","value":"containerFormat"}},{"kind":"Field","name":{"kind":"Name","value":"minDisk"}},{"kind":"Field","name":{"kind":"Name","value":"minRam"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"imageSize"}},{"kind":"Field","name":{"kind":"Name","value":"checksum"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"activeAt"}},{"kind":"Field","name":{"kind":"Name","value":"originalImageId"}}]}}]} as unknown as DocumentNode<ImageQuery, ImageQueryVariables>;
export const ImageGroupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ImageGroup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspaceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageGroup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"Argument","name":{"kind":"Name","value":"workspaceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspaceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageGroupFields"}},{"kind":"Field","name":{"kind":"Name","value":"repository"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"downloadCount"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageGroupFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}},{"kind":"Field","name":{"kind":"Name","value":"versionCount"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ImageGroupQuery, ImageGroupQueryVariables>;
export const ImageGroupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ImageGroups"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroupFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroupOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageGroups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageGroupFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageGroupFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}},{"kind":"Field","name":{"kind":"Name","value":"versionCount"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ImageGroupsQuery, ImageGroupsQueryVariables>;
export const ImageMembersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ImageMembers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"image"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"imageId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"members"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageMemberFields"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageMemberFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageMember"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"memberId"}},{"kind":"Field","name":{"kind":"Name","value":"memberStatus"}},{"kind":"Field","name":{"kind":"Name","value":"memberStatusRaw"}},{"kind":"Field","name":{"kind":"Name","value":"memberType"}},{"kind":"Field","name":{"kind":"Name","value":"memberTypeRaw"}},{"kind":"Field","name":{"kind":"Name","value":"urn"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<ImageMembersQuery, ImageMembersQueryVariables>;
export const ImageQuotasDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ImageQuotas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageQuotas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QuotaFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QuotaFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Quota"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"used"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}},{"kind":"Field","name":{"kind":"Name","value":"minimum"}},{"kind":"Field","name":{"kind":"Name","value":"maximum"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}}]} as unknown as DocumentNode<ImageQuotasQuery, ImageQuotasQueryVariables>;
export const ImagesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Images"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ImageFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ImageOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"images"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"statusRaw"}},{"kind":"Field","name":{"kind":"Name","value":"visibility"}},{"kind":"Field","name":{"kind":"Name","value":"imageType"}},{"kind":"Field","name":{"kind":"Name","value":"owner"}},{"kind":"Field","name":{"kind":"Name","value":"isProtected"}},{"kind":"Field","name":{"kind":"Name","value":"osType"}},{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"osBit"}},{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"platformRaw"}},{"kind":"Field","name":{"kind":"Name","value":"diskFormat"}},{"kind":"Field","name":{"kind":"Name","value":"containerFormat"}},{"kind":"Field","name":{"kind":"Name","value":"minDisk"}},{"kind":"Field","name":{"kind":"Name","value":"minRam"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"imageSize"}},{"kind":"Field","name":{"kind":"Name","value":"checksum"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"activeAt"}},{"kind":"Field","name":{"kind":"Name","value":"originalImageId"}}]}}]} as unknown as DocumentNode<ImagesQuery, ImagesQueryVariables>;
export const NodeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Node"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"NodeKey"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NodeKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Node"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Repository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SharedRepository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"center"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RetentionLog"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"logId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RetentionPolicy"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"policyId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryShare"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"accountName"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryTrigger"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","alias":{"kind":"Name","value":"imageName"},"name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageMember"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"memberId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Organization"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ContainerTag"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TrainingImage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trainingImageId"}}]}}]}}]} as unknown as DocumentNode<NodeQuery, NodeQueryVariables>;
export const NodesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Nodes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"NodeKey"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NodeKey"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Node"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Repository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SharedRepository"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"center"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RetentionLog"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"logId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RetentionPolicy"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"policyId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryShare"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"accountName"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryTrigger"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","alias":{"kind":"Name","value":"imageName"},"name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageMember"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"memberId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ImageGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Organization"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ContainerTag"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TrainingImage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trainingImageId"}}]}}]}}]} as unknown as DocumentNode<NodesQuery, NodesQueryVariables>;
export const OrganizationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Organization"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"organization"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"organizationId"}},{"kind":"Field","name":{"kind":"Name","value":"creatorName"}},{"kind":"Field","name":{"kind":"Name","value":"permission"}},{"kind":"Field","name":{"kind":"Name","value":"permissionRaw"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryCount"}},{"kind":"Field","name":{"kind":"Name","value":"accessUserCount"}},{"kind":"Field","name":{"kind":"Name","value":"userPermissions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userId"}},{"kind":"Field","name":{"kind":"Name","value":"userName"}},{"kind":"Field","name":{"kind":"Name","value":"permission"}},{"kind":"Field","name":{"kind":"Name","value":"permissionRaw"}},{"kind":"Field","name":{"kind":"Name","value":"isSelf"}}]}}]}}]}}]} as unknown as DocumentNode<OrganizationQuery, OrganizationQueryVariables>;
export const OrganizationsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Organizations"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"organizations"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"organizationId"}},{"kind":"Field","name":{"kind":"Name","value":"creatorName"}},{"kind":"Field","name":{"kind":"Name","value":"permission"}},{"kind":"Field","name":{"kind":"Name","value":"permissionRaw"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryCount"}},{"kind":"Field","name":{"kind":"Name","value":"accessUserCount"}}]}}]}}]}}]} as unknown as DocumentNode<OrganizationsQuery, OrganizationsQueryVariables>;
export const OsVersionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OsVersions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tags"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"OsVersionTag"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"osVersions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tags"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tags"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"platform"}},{"kind":"Field","name":{"kind":"Name","value":"platformRaw"}},{"kind":"Field","name":{"kind":"Name","value":"versions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"osVersion"}},{"kind":"Field","name":{"kind":"Name","value":"osVersionKey"}},{"kind":"Field","name":{"kind":"Name","value":"osBit"}},{"kind":"Field","name":{"kind":"Name","value":"osType"}}]}}]}}]}}]} as unknown as DocumentNode<OsVersionsQuery, OsVersionsQueryVariables>;
export const OverviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Overview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sharedRepositories"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"center"},"value":{"kind":"EnumValue","value":"SELF"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"2"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"repository"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"creatorName"}},{"kind":"Field","name":{"kind":"Name","value":"retentionLogs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"images"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"2"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"imageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"imageGroups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"2"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"versionCount"}}]}}]}}]}}]} as unknown as DocumentNode<OverviewQuery, OverviewQueryVariables>;
export const RegistryOverviewDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RegistryOverview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registryOverview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"domainId"}},{"kind":"Field","name":{"kind":"Name","value":"domainName"}},{"kind":"Field","name":{"kind":"Name","value":"organizationCount"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryCount"}},{"kind":"Field","name":{"kind":"Name","value":"imageCount"}},{"kind":"Field","name":{"kind":"Name","value":"storage"}},{"kind":"Field","name":{"kind":"Name","value":"downloadTraffic"}}]}}]}}]} as unknown as DocumentNode<RegistryOverviewQuery, RegistryOverviewQueryVariables>;
export const RegistryQuotasDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RegistryQuotas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registryQuotas"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"QuotaFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"QuotaFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Quota"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"used"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}},{"kind":"Field","name":{"kind":"Name","value":"minimum"}},{"kind":"Field","name":{"kind":"Name","value":"maximum"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}}]}}]} as unknown as DocumentNode<RegistryQuotasQuery, RegistryQuotasQueryVariables>;
export const RepositoriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Repositories"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"repositories"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"categoryRaw"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"isPublic"}},{"kind":"Field","name":{"kind":"Name","value":"imageCount"}},{"kind":"Field","name":{"kind":"Name","value":"downloadCount"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"internalPath"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]}}]}}]} as unknown as DocumentNode<RepositoriesQuery, RepositoriesQueryVariables>;
export const RepositoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Repository"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"repository"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryId"}},{"kind":"Field","name":{"kind":"Name","value":"namespaceId"}},{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"categoryRaw"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"creatorId"}},{"kind":"Field","name":{"kind":"Name","value":"creatorName"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"isPublic"}},{"kind":"Field","name":{"kind":"Name","value":"imageCount"}},{"kind":"Field","name":{"kind":"Name","value":"downloadCount"}},{"kind":"Field","name":{"kind":"Name","value":"logoUrl"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"internalPath"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"domainId"}},{"kind":"Field","name":{"kind":"Name","value":"priority"}}]}}]}}]} as unknown as DocumentNode<RepositoryQuery, RepositoryQueryVariables>;
export const RepositorySharesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RepositoryShares"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"repository"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"shares"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RepositoryShareFields"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RepositoryShareFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryShare"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"accountName"}},{"kind":"Field","name":{"kind":"Name","value":"permission"}},{"kind":"Field","name":{"kind":"Name","value":"permissionRaw"}},{"kind":"Field","name":{"kind":"Name","value":"deadline"}},{"kind":"Field","name":{"kind":"Name","value":"isForever"}},{"kind":"Field","name":{"kind":"Name","value":"isSharingValid"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"creatorId"}},{"kind":"Field","name":{"kind":"Name","value":"creatorName"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<RepositorySharesQuery, RepositorySharesQueryVariables>;
export const RepositoryTriggersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RepositoryTriggers"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"repository"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"triggers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"workloadKind"}},{"kind":"Field","name":{"kind":"Name","value":"workloadName"}},{"kind":"Field","name":{"kind":"Name","value":"clusterId"}},{"kind":"Field","name":{"kind":"Name","value":"clusterName"}},{"kind":"Field","name":{"kind":"Name","value":"clusterNamespace"}},{"kind":"Field","name":{"kind":"Name","value":"container"}},{"kind":"Field","name":{"kind":"Name","value":"condition"}},{"kind":"Field","name":{"kind":"Name","value":"conditionKind"}},{"kind":"Field","name":{"kind":"Name","value":"mode"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"creatorName"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"runs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"result"}},{"kind":"Field","name":{"kind":"Name","value":"detail"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<RepositoryTriggersQuery, RepositoryTriggersQueryVariables>;
export const RetentionLogsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RetentionLogs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"repositoryName"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retentionLogs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"repositoryName"},"value":{"kind":"Variable","name":{"kind":"Name","value":"repositoryName"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"logId"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"retentionId"}},{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"ruleType"}},{"kind":"Field","name":{"kind":"Name","value":"rule"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"template"}},{"kind":"Field","name":{"kind":"Name","value":"templateRaw"}},{"kind":"Field","name":{"kind":"Name","value":"keepCount"}},{"kind":"Field","name":{"kind":"Name","value":"keepDays"}},{"kind":"Field","name":{"kind":"Name","value":"tagSelectors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"kindRaw"}},{"kind":"Field","name":{"kind":"Name","value":"pattern"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<RetentionLogsQuery, RetentionLogsQueryVariables>;
export const RetentionOfAllDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RetentionOfAll"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"repositories"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"retentionPolicies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"policyId"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<RetentionOfAllQuery, RetentionOfAllQueryVariables>;
export const RetentionPoliciesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RetentionPolicies"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"repository"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"retentionPolicies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"policyId"}},{"kind":"Field","name":{"kind":"Name","value":"algorithm"}},{"kind":"Field","name":{"kind":"Name","value":"scope"}},{"kind":"Field","name":{"kind":"Name","value":"rules"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"template"}},{"kind":"Field","name":{"kind":"Name","value":"templateRaw"}},{"kind":"Field","name":{"kind":"Name","value":"keepCount"}},{"kind":"Field","name":{"kind":"Name","value":"keepDays"}},{"kind":"Field","name":{"kind":"Name","value":"tagSelectors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"kindRaw"}},{"kind":"Field","name":{"kind":"Name","value":"pattern"}}]}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<RetentionPoliciesQuery, RetentionPoliciesQueryVariables>;
export const SharedRepositoriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SharedRepositories"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"center"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SharingCenter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SharedRepositoryFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"SharedRepositoryOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sharedRepositories"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"center"},"value":{"kind":"Variable","name":{"kind":"Name","value":"center"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"center"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"categoryRaw"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"isPublic"}},{"kind":"Field","name":{"kind":"Name","value":"imageCount"}},{"kind":"Field","name":{"kind":"Name","value":"downloadCount"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"internalPath"}},{"kind":"Field","name":{"kind":"Name","value":"domainName"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}},{"kind":"Field","name":{"kind":"Name","value":"isSharingValid"}}]}}]}}]}}]} as unknown as DocumentNode<SharedRepositoriesQuery, SharedRepositoriesQueryVariables>;
export const SharesOfAllDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SharesOfAll"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sharedRepositories"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"center"},"value":{"kind":"EnumValue","value":"SELF"}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"shares"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RepositoryShareFields"}}]}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RepositoryShareFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RepositoryShare"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryName"}},{"kind":"Field","name":{"kind":"Name","value":"accountName"}},{"kind":"Field","name":{"kind":"Name","value":"permission"}},{"kind":"Field","name":{"kind":"Name","value":"permissionRaw"}},{"kind":"Field","name":{"kind":"Name","value":"deadline"}},{"kind":"Field","name":{"kind":"Name","value":"isForever"}},{"kind":"Field","name":{"kind":"Name","value":"isSharingValid"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"creatorId"}},{"kind":"Field","name":{"kind":"Name","value":"creatorName"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}}]}}]} as unknown as DocumentNode<SharesOfAllQuery, SharesOfAllQueryVariables>;
export const TrainingImageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TrainingImage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"trainingImageId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trainingImage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"trainingImageId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"trainingImageId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TrainingImageFields"}},{"kind":"Field","name":{"kind":"Name","value":"supportedResourceCategories"}},{"kind":"Field","name":{"kind":"Name","value":"repository"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isPublic"}}]}},{"kind":"Field","name":{"kind":"Name","value":"imageGroup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"versionCount"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TrainingImageFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TrainingImage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"trainingImageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryNamespace"}},{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"swrPath"}},{"kind":"Field","name":{"kind":"Name","value":"architecture"}},{"kind":"Field","name":{"kind":"Name","value":"trainingType"}},{"kind":"Field","name":{"kind":"Name","value":"trainingVisibility"}},{"kind":"Field","name":{"kind":"Name","value":"trainingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"serviceType"}},{"kind":"Field","name":{"kind":"Name","value":"devServices"}},{"kind":"Field","name":{"kind":"Name","value":"resourceCategories"}},{"kind":"Field","name":{"kind":"Name","value":"sizeInKilobytes"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]} as unknown as DocumentNode<TrainingImageQuery, TrainingImageQueryVariables>;
export const TrainingImagesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TrainingImages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TrainingImageFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TrainingImageOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"last"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trainingImages"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"Variable","name":{"kind":"Name","value":"last"}}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TrainingImageFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TrainingImageFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TrainingImage"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"trainingImageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"repositoryNamespace"}},{"kind":"Field","name":{"kind":"Name","value":"tag"}},{"kind":"Field","name":{"kind":"Name","value":"swrPath"}},{"kind":"Field","name":{"kind":"Name","value":"architecture"}},{"kind":"Field","name":{"kind":"Name","value":"trainingType"}},{"kind":"Field","name":{"kind":"Name","value":"trainingVisibility"}},{"kind":"Field","name":{"kind":"Name","value":"trainingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"serviceType"}},{"kind":"Field","name":{"kind":"Name","value":"devServices"}},{"kind":"Field","name":{"kind":"Name","value":"resourceCategories"}},{"kind":"Field","name":{"kind":"Name","value":"sizeInKilobytes"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceId"}},{"kind":"Field","name":{"kind":"Name","value":"resourceTags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]} as unknown as DocumentNode<TrainingImagesQuery, TrainingImagesQueryVariables>;