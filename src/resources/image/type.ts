// The type Image and its root fields.
import { builder } from '../../graph/builder.ts';
import { connectionType, markerConnection, pageArguments, resolveConnection } from '../../graph/connection.ts';
import { callCost, connectionCost, listCost } from '../../graph/cost.ts';
import { openEnum } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { withExample } from '../../graph/example.ts';
import { exposed, sourceRef } from '../../graph/exposed.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { isPathSafe } from '../../upstream/path.ts';
import { DISK_FORMATS, FIRMWARE_TYPES, PLATFORMS, VIRTUAL_ENVIRONMENTS } from './enums.ts';
import {
  ImageFilter,
  ImageOrder,
  ImageOsType,
  ImageStatus,
  ImageType,
  ImageVisibility,
  imageSelection,
  isImageSearch,
} from './input.ts';
import { imageLoader } from './loader.ts';
import { type Image, type ImageProperty, isImageId } from './record.ts';
import { listImages, PAGING } from './upstream.ts';

const ImagePlatform = openEnum('ImagePlatform', 'The platform of the operating system.', PLATFORMS);
const ImageDiskFormat = openEnum('ImageDiskFormat', 'The format of the image file.', DISK_FORMATS);
const ImageVirtualEnvType = openEnum('ImageVirtualEnvType', 'What an image is used for.', VIRTUAL_ENVIRONMENTS);
const ImageFirmwareType = openEnum('ImageFirmwareType', 'How a server boots from an image.', FIRMWARE_TYPES);

const ImagePropertyRef = sourceRef<ImageProperty>('ImageProperty').implement({
  description: 'A property of an image as IMS sent it.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'The name, in the spelling of IMS.' }),
    value: t.exposeString('value', {
      nullable: true,
      description: 'A string as sent, any other value as its JSON text; null for null.',
    }),
  }),
});

const ImageRef = sourceRef<Image>('Image').implement({
  interfaces: [Node],
  description: 'A machine image in IMS. A property that does not apply to an image is null.',
  fields: (t) => ({
    imageId: t.exposeID('imageId', { nullable: false, description: 'The id, a UUID. `id`' }),
    name: t.exposeString('name', { nullable: true, description: 'The name; not unique. `name`' }),
    status: t.expose('status', {
      type: ImageStatus,
      nullable: true,
      description: 'How far it is in its life. `status`',
    }),
    statusRaw: t.exposeString('statusRaw', {
      nullable: true,
      description: 'The status in the word that IMS sent. `status`',
    }),
    visibility: t.expose('visibility', {
      type: ImageVisibility,
      nullable: true,
      description: 'Who may use it. `visibility`',
    }),
    visibilityRaw: t.exposeString('visibilityRaw', {
      nullable: true,
      description: 'The visibility in the word that IMS sent. `visibility`',
    }),
    owner: t.exposeString('owner', { nullable: true, description: 'The id of the project that owns it. `owner`' }),
    isProtected: t.exposeBoolean('isProtected', {
      nullable: true,
      description: 'Whether it is protected from deletion. `protected`',
    }),
    containerFormat: t.exposeString('containerFormat', {
      nullable: true,
      description: 'The container format, usually bare. `container_format`',
    }),
    diskFormat: t.expose('diskFormat', {
      type: ImageDiskFormat,
      nullable: true,
      description: 'The format of the image file. `disk_format`',
    }),
    diskFormatRaw: t.exposeString('diskFormatRaw', {
      nullable: true,
      description: 'The disk format in the word that IMS sent. `disk_format`',
    }),
    minDisk: t.exposeInt('minDisk', {
      nullable: true,
      description: 'The smallest disk that it needs, in GB. `min_disk`',
    }),
    minRam: t.exposeInt('minRam', { nullable: true, description: 'The least memory that it needs, in MB. `min_ram`' }),
    maxRam: t.exposeInt('maxRam', { nullable: true, description: 'The most memory that it can use, in MB. `max_ram`' }),
    size: t.expose('size', {
      type: 'BigInt',
      nullable: true,
      description: 'The size that Glance keeps, in bytes; IMS calls it unused: see `imageSize`. `size`',
    }),
    virtualSize: t.expose('virtualSize', {
      type: 'BigInt',
      nullable: true,
      description: 'The size of the unpacked disk, in bytes; IMS calls it unused. `virtual_size`',
    }),
    checksum: t.exposeString('checksum', {
      nullable: true,
      description: 'The MD5 of the image data; IMS calls it unused. `checksum`',
    }),
    tags: t.expose('tags', {
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'Its tags: `key=value`, the older `key.value`, or a key alone. `tags`',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was created. `created_at`',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last updated. `updated_at`',
    }),
    activeAt: t.expose('activeAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it became active. `active_at`',
    }),
    schema: t.exposeString('schema', { nullable: true, description: "The path of the record's JSON schema. `schema`" }),
    self: t.exposeString('self', { nullable: true, description: 'The path of the record in IMS. `self`' }),
    file: t.exposeString('file', {
      nullable: true,
      description: 'The path to upload and download the image file. `file`',
    }),
    imageType: t.expose('imageType', {
      type: ImageType,
      nullable: true,
      description: 'Where it comes from. `__imagetype`',
    }),
    imageTypeRaw: t.exposeString('imageTypeRaw', {
      nullable: true,
      description: 'The image type in the word that IMS sent. `__imagetype`',
    }),
    osType: t.expose('osType', {
      type: ImageOsType,
      nullable: true,
      description: 'The kind of operating system. `__os_type`',
    }),
    osTypeRaw: t.exposeString('osTypeRaw', {
      nullable: true,
      description: 'The kind of operating system in the word that IMS sent. `__os_type`',
    }),
    osVersion: t.exposeString('osVersion', {
      nullable: true,
      description: 'The version of the operating system, such as CentOS 7.3 64bit. `__os_version`',
    }),
    osBit: t.exposeInt('osBit', {
      nullable: true,
      description: 'The word width of the operating system: 32 or 64. `__os_bit`',
    }),
    platform: t.expose('platform', {
      type: ImagePlatform,
      nullable: true,
      description: 'The platform of the operating system. `__platform`',
    }),
    platformRaw: t.exposeString('platformRaw', {
      nullable: true,
      description: 'The platform in the word that IMS sent. `__platform`',
    }),
    osFeatures: t.expose('osFeatures', {
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'Its advanced features. `__os_feature_list`',
    }),
    osFeatureListRaw: t.exposeString('osFeatureListRaw', {
      nullable: true,
      description: 'Its advanced features as the text that IMS sent. `__os_feature_list`',
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What its owner says about it; may be empty. `__description`',
    }),
    imageLocation: t.exposeString('imageLocation', {
      nullable: true,
      description: 'Where the image file is stored. `__image_location`',
    }),
    imageSize: t.expose('imageSize', {
      type: 'BigInt',
      nullable: true,
      description: 'The size of the image file, in bytes. `__image_size`',
    }),
    imageSourceType: t.exposeString('imageSourceType', {
      nullable: true,
      description: 'The backend that stores the image file, such as uds. `__image_source_type`',
    }),
    isConfigInit: t.exposeBoolean('isConfigInit', {
      nullable: true,
      description: 'Whether the initial configuration is complete. `__is_config_init`',
    }),
    isRegistered: t.exposeBoolean('isRegistered', {
      nullable: true,
      description: 'Whether it is available. `__isregistered`',
    }),
    supportsLazyLoading: t.exposeBoolean('supportsLazyLoading', {
      nullable: true,
      description: 'Whether it can be loaded lazily. `__lazyloading`',
    }),
    originalImageId: t.exposeID('originalImageId', {
      nullable: true,
      description:
        'The id of the image that it was made from; null for public images and those made from a file. `__originalimagename`',
    }),
    backupId: t.exposeString('backupId', {
      nullable: true,
      description: 'The backup that it was made from. `__backup_id`',
    }),
    dataOrigin: t.exposeString('dataOrigin', {
      nullable: true,
      description: 'What it was made from, as kind and id; empty or null for public images. `__data_origin`',
    }),
    rootOrigin: t.exposeString('rootOrigin', {
      nullable: true,
      description: 'The word file where it was made from an image file. `__root_origin`',
    }),
    sequenceNumber: t.exposeInt('sequenceNumber', {
      nullable: true,
      description: 'The slot of the system disk that it stands for. `__sequence_num`',
    }),
    virtualEnvType: t.expose('virtualEnvType', {
      type: ImageVirtualEnvType,
      nullable: true,
      description: 'What it is used for. `virtual_env_type`',
    }),
    virtualEnvTypeRaw: t.exposeString('virtualEnvTypeRaw', {
      nullable: true,
      description: 'What it is used for in the word that IMS sent. `virtual_env_type`',
    }),
    firmwareType: t.expose('firmwareType', {
      type: ImageFirmwareType,
      nullable: true,
      description: 'How a server boots from it. `hw_firmware_type`',
    }),
    firmwareTypeRaw: t.exposeString('firmwareTypeRaw', {
      nullable: true,
      description: 'How a server boots from it in the word that IMS sent. `hw_firmware_type`',
    }),
    enterpriseProjectId: t.exposeString('enterpriseProjectId', {
      nullable: true,
      description: 'The enterprise project that it belongs to; 0 or null is the default one. `enterprise_project_id`',
    }),
    encryptionKeyId: t.exposeString('encryptionKeyId', {
      nullable: true,
      description: 'The id of the key that it is encrypted with. `__system__cmkid`',
    }),
    supportsVifMultiqueue: t.exposeBoolean('supportsVifMultiqueue', {
      nullable: true,
      description: 'Whether it supports several queues a network card. `hw_vif_multiqueue_enabled`',
    }),
    supportsKvm: t.exposeBoolean('supportsKvm', {
      nullable: true,
      description: 'Whether it runs on KVM. `__support_kvm`',
    }),
    supportsXen: t.exposeBoolean('supportsXen', {
      nullable: true,
      description: 'Whether it runs on Xen. `__support_xen`',
    }),
    supportsLargeMemory: t.exposeBoolean('supportsLargeMemory', {
      nullable: true,
      description: 'Whether it runs on servers with large memory. `__support_largememory`',
    }),
    supportsDiskIntensive: t.exposeBoolean('supportsDiskIntensive', {
      nullable: true,
      description: 'Whether it runs on disk-intensive servers. `__support_diskintensive`',
    }),
    supportsHighPerformance: t.exposeBoolean('supportsHighPerformance', {
      nullable: true,
      description: 'Whether it runs on high-performance servers. `__support_highperformance`',
    }),
    xenGpuType: t.exposeString('xenGpuType', {
      nullable: true,
      description: 'The GPU type that it supports on Xen. `__support_xen_gpu_type`',
    }),
    kvmGpuType: t.exposeString('kvmGpuType', {
      nullable: true,
      description: 'The GPU type that it supports on KVM. `__support_kvm_gpu_type`',
    }),
    supportsXenHana: t.exposeBoolean('supportsXenHana', {
      nullable: true,
      description: 'Whether it runs on HANA servers on Xen. `__support_xen_hana`',
    }),
    supportsKvmInfiniband: t.exposeBoolean('supportsKvmInfiniband', {
      nullable: true,
      description: 'Whether it runs on servers with InfiniBand on KVM. `__support_kvm_infiniband`',
    }),
    supportsPasswordInjection: t.exposeBoolean('supportsPasswordInjection', {
      nullable: true,
      description:
        'Whether Cloud-Init can inject a password or a private key: the opposite of what IMS sends. For system disks. `__support_fc_inject`',
    }),
    supportsAmd: t.exposeBoolean('supportsAmd', {
      nullable: true,
      description: "Whether it is made for AMD's x86 processors. `__support_amd`",
    }),
    supportsArm: t.exposeBoolean('supportsArm', {
      nullable: true,
      description: 'Whether it is made for ARM processors. `__support_arm`',
    }),
    property: t.string({
      nullable: true,
      description: 'A property as IMS sent it, whether it has a field of its own or not; null when the image lacks it.',
      args: { name: t.arg.string({ required: true, description: 'The name, in the spelling of IMS.' }) },
      resolve: (image, { name }) => exposed(image.property(name)),
    }),
    properties: t.field({
      type: [ImagePropertyRef],
      nullable: false,
      ...listCost(100),
      description: 'Properties as IMS sent them, whether they have fields of their own or not.',
      args: {
        names: t.arg.stringList({
          description:
            'The names, in the spelling of IMS; all properties when not given. Names that the image lacks are left out.',
        }),
      },
      resolve: (image, { names }) => image.properties(names ?? undefined),
    }),
  }),
});

/** The calls to find one: its record, and on OpenStack its share in a list that two ids ask for and that may leave them out. */
const FINDING = 1.5;

registerNode(ImageRef, {
  key: ['imageId'],
  estimate: { service: 'ims', calls: 1, atMost: FINDING, nodes: 1 },
  isKey: ({ imageId }) => isPathSafe(imageId),
  load: ({ session }, { imageId }) => imageLoader(session).load(imageId),
});

builder.objectField(ImageRef, 'originalImage', (t) =>
  t.field({
    type: ImageRef,
    nullable: true,
    ...callCost('ims', FINDING),
    description: 'The image that this one was made from; null when there is none or it no longer exists. Costs a call.',
    resolve: (image, _args, { session }) => {
      const imageId = image.originalImageKey();
      return imageId === undefined ? null : imageLoader(session).load(imageId);
    },
  }),
);

const ONE_IMAGE = `# One machine image, with every property that IMS has of it.
query OneImage {
  image(imageId: "bc6bed6e-ba3a-4447-afcc-449174a3eb52") {
    id
    name
    status
    platform
    firmwareType
    properties { name value }
  }
}
`;

builder.queryField('image', (t) =>
  t.field({
    type: ImageRef,
    nullable: true,
    ...withExample(ONE_IMAGE, callCost('ims', FINDING)),
    description: 'One machine image; null when it does not exist.',
    args: { imageId: t.arg.id({ required: true, description: 'The id, a UUID. `id`' }) },
    resolve: (_root, { imageId }, { session }) => {
      if (!isImageId(imageId)) throw badUserInput('`imageId` is no UUID.');
      return imageLoader(session).load(imageId);
    },
  }),
);

const NEWEST_CENT_OS = `# The newest public CentOS images.
query NewestCentOS {
  images(
    filter: { imageType: GOLD, visibility: PUBLIC, platform: "CentOS" }
    orderBy: { field: CREATED_AT, direction: DESC }
    first: 10
  ) {
    pageInfo { hasNextPage endCursor }
    nodes { imageId name osVersion minDisk minRam createdAt }
  }
}
`;

builder.queryField('images', (t) =>
  t.field({
    type: connectionType(ImageRef),
    nullable: true,
    ...withExample(NEWEST_CENT_OS, connectionCost({ ...PAGING, isSearch: isImageSearch })),
    description: 'The machine images that the caller may see. IMS does not tell how many there are.',
    args: {
      filter: t.arg({ type: ImageFilter, description: 'Which images; all that IMS lists when it is not given.' }),
      orderBy: t.arg({ type: ImageOrder, description: 'Their order; the newest first when it is not given.' }),
      ...pageArguments,
    },
    resolve: (_root, { filter, orderBy, ...page }, { session }, info) => {
      const selection = imageSelection(filter ?? {}, orderBy, session.cloud.config.kind);
      const { query, times, sortKey, descending } = selection;
      const list = listImages(session, selection);
      return resolveConnection(
        markerConnection(['Image', query, times.ascending.query, times.descending.query, sortKey, descending], list),
        page,
        info,
      );
    },
  }),
);
