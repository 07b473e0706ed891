// Defines the type Image and its root fields.
import type { MaybePromise } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { builder, type Context } from '../../graph/builder.ts';
import { connectionType, markerConnection, pageArguments, resolveConnection } from '../../graph/connection.ts';
import { callCost, connectionCost, type Lookup, listCost, lookupEstimate } from '../../graph/cost.ts';
import { openEnum } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { withExample } from '../../graph/example.ts';
import { exposed, sourceRef } from '../../graph/exposed.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { selectedFields } from '../../graph/selection.ts';
import { isPathSafeId } from '../../upstream/path.ts';
import { DISK_FORMATS, FIRMWARE_TYPES, PLATFORMS, VIRTUAL_ENVIRONMENTS } from './enums.ts';
import {
  furtherReading,
  ImageFilter,
  ImageOrder,
  ImageOsType,
  ImageStatus,
  ImageType,
  ImageVisibility,
  imageSelection,
} from './input.ts';
import { imageLoader } from './loader.ts';
import { Image, type ImageProperty, isImageId } from './record.ts';
import { listImages, PAGING } from './upstream.ts';

export { ImageMemberStatus, ImageOsType } from './input.ts';

export const ImagePlatform = openEnum(
  'ImagePlatform',
  'The platform of the operating system, such as a Linux distribution.',
  PLATFORMS,
);
const ImageDiskFormat = openEnum('ImageDiskFormat', 'The format of the image file.', DISK_FORMATS);
const ImageVirtualEnvType = openEnum(
  'ImageVirtualEnvType',
  'The environment in which an image is used.',
  VIRTUAL_ENVIRONMENTS,
);
const ImageFirmwareType = openEnum(
  'ImageFirmwareType',
  'The mode in which servers boot from an image.',
  FIRMWARE_TYPES,
);

const ImagePropertyRef = sourceRef<ImageProperty>('ImageProperty').implement({
  description: 'A property of an image, as IMS sent it.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'The name, as IMS spells it.' }),
    value: t.exposeString('value', {
      nullable: true,
      description: 'The value: a string as sent, any other value as its JSON text, null as null.',
    }),
  }),
});

export const ImageRef = sourceRef<Image>('Image').implement({
  interfaces: [Node],
  description: 'A machine image in IMS. A property that does not apply to an image is null.',
  fields: (t) => ({
    imageId: t.exposeID('imageId', { nullable: false, description: 'The id, a UUID. `id`' }),
    name: t.exposeString('name', { nullable: true, description: 'The name; not unique. `name`' }),
    status: t.expose('status', {
      type: ImageStatus,
      nullable: true,
      description: 'The status: `ACTIVE` for an image that is available for use. `status`',
    }),
    statusRaw: t.exposeString('statusRaw', {
      nullable: true,
      description: 'The status as IMS sent it. `status`',
    }),
    visibility: t.expose('visibility', {
      type: ImageVisibility,
      nullable: true,
      description: 'Which projects can use it. `visibility`',
    }),
    visibilityRaw: t.exposeString('visibilityRaw', {
      nullable: true,
      description: 'The visibility as IMS sent it. `visibility`',
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
      description: 'The format of the image file as IMS sent it. `disk_format`',
    }),
    minDisk: t.exposeInt('minDisk', {
      nullable: true,
      description: 'The minimum disk size that it needs, in GB. `min_disk`',
    }),
    minRam: t.exposeInt('minRam', {
      nullable: true,
      description: 'The minimum memory that it needs, in MB. `min_ram`',
    }),
    maxRam: t.exposeInt('maxRam', {
      nullable: true,
      description: 'The maximum memory that it can use, in MB. `max_ram`',
    }),
    size: t.expose('size', {
      type: 'BigInt',
      nullable: true,
      description:
        'The size of the image data in Glance, in bytes. IMS documents it as unavailable: see `imageSize`. `size`',
    }),
    virtualSize: t.expose('virtualSize', {
      type: 'BigInt',
      nullable: true,
      description: 'The size of the unpacked disk, in bytes. IMS documents it as unavailable. `virtual_size`',
    }),
    checksum: t.exposeString('checksum', {
      nullable: true,
      description: 'The MD5 checksum of the image data. IMS documents it as unavailable. `checksum`',
    }),
    tags: t.expose('tags', {
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'The tags: `key=value`, `key.value` in the older format, or a key alone. `tags`',
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
    schema: t.exposeString('schema', {
      nullable: true,
      description: "The path of the image's JSON schema in IMS. `schema`",
    }),
    self: t.exposeString('self', { nullable: true, description: 'The path of the image in IMS. `self`' }),
    file: t.exposeString('file', {
      nullable: true,
      description: 'The path in IMS where the image file is uploaded and downloaded. `file`',
    }),
    imageType: t.expose('imageType', {
      type: ImageType,
      nullable: true,
      description: 'Where it comes from: the cloud, a project, or the marketplace. `__imagetype`',
    }),
    imageTypeRaw: t.exposeString('imageTypeRaw', {
      nullable: true,
      description: 'The image type as IMS sent it. `__imagetype`',
    }),
    osType: t.expose('osType', {
      type: ImageOsType,
      nullable: true,
      description: 'The family of the operating system. `__os_type`',
    }),
    osTypeRaw: t.exposeString('osTypeRaw', {
      nullable: true,
      description: 'The family of the operating system as IMS sent it. `__os_type`',
    }),
    osVersion: t.exposeString('osVersion', {
      nullable: true,
      description: 'The operating system with its version, such as CentOS 7.3 64bit. `__os_version`',
    }),
    osBit: t.exposeInt('osBit', {
      nullable: true,
      description: 'The word size of the operating system, in bits: 32 or 64. `__os_bit`',
    }),
    platform: t.expose('platform', {
      type: ImagePlatform,
      nullable: true,
      description: 'The platform of the operating system, such as a Linux distribution. `__platform`',
    }),
    platformRaw: t.exposeString('platformRaw', {
      nullable: true,
      description: 'The platform as IMS sent it. `__platform`',
    }),
    osFeatures: t.expose('osFeatures', {
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'The advanced features that it supports. `__os_feature_list`',
    }),
    osFeatureListRaw: t.exposeString('osFeatureListRaw', {
      nullable: true,
      description: 'The advanced features as IMS sent them, one text. `__os_feature_list`',
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'The description; it may be empty. `__description`',
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
      description: 'The storage backend of the image file, such as uds. `__image_source_type`',
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
      description: 'Whether it supports lazy loading. `__lazyloading`',
    }),
    originalImageId: t.exposeID('originalImageId', {
      nullable: true,
      description:
        'The id of the image that it was made from; null for public images and for those made from an image file. `__originalimagename`',
    }),
    backupId: t.exposeString('backupId', {
      nullable: true,
      description: 'The id of the backup that it was made from. `__backup_id`',
    }),
    dataOrigin: t.exposeString('dataOrigin', {
      nullable: true,
      description:
        'What it was made from: a type and an id, such as `volume,<disk id>`; empty or null for public images. `__data_origin`',
    }),
    rootOrigin: t.exposeString('rootOrigin', {
      nullable: true,
      description:
        'The text `file` for an image that was made from an external image file; null for others. `__root_origin`',
    }),
    sequenceNumber: t.exposeInt('sequenceNumber', {
      nullable: true,
      description:
        'The slot number of the system disk of a virtual server (ECS) that corresponds to the image, such as 0. `__sequence_num`',
    }),
    virtualEnvType: t.expose('virtualEnvType', {
      type: ImageVirtualEnvType,
      nullable: true,
      description: 'The environment in which it is used. `virtual_env_type`',
    }),
    virtualEnvTypeRaw: t.exposeString('virtualEnvTypeRaw', {
      nullable: true,
      description: 'The environment in which it is used, as IMS sent it. `virtual_env_type`',
    }),
    firmwareType: t.expose('firmwareType', {
      type: ImageFirmwareType,
      nullable: true,
      description: 'The mode in which servers boot from it. `hw_firmware_type`',
    }),
    firmwareTypeRaw: t.exposeString('firmwareTypeRaw', {
      nullable: true,
      description: 'The mode in which servers boot from it, as IMS sent it. `hw_firmware_type`',
    }),
    enterpriseProjectId: t.exposeString('enterpriseProjectId', {
      nullable: true,
      description:
        'The id of the enterprise project that it belongs to; 0 or null for the default project. `enterprise_project_id`',
    }),
    encryptionKeyId: t.exposeString('encryptionKeyId', {
      nullable: true,
      description: 'The id of the key that it is encrypted with. `__system__cmkid`',
    }),
    supportsVifMultiqueue: t.exposeBoolean('supportsVifMultiqueue', {
      nullable: true,
      description: 'Whether it supports network interfaces with several queues. `hw_vif_multiqueue_enabled`',
    }),
    supportsKvm: t.exposeBoolean('supportsKvm', {
      nullable: true,
      description: 'Whether it supports KVM. `__support_kvm`',
    }),
    supportsXen: t.exposeBoolean('supportsXen', {
      nullable: true,
      description: 'Whether it supports Xen. `__support_xen`',
    }),
    supportsLargeMemory: t.exposeBoolean('supportsLargeMemory', {
      nullable: true,
      description: 'Whether it supports large-memory servers. `__support_largememory`',
    }),
    supportsDiskIntensive: t.exposeBoolean('supportsDiskIntensive', {
      nullable: true,
      description: 'Whether it supports disk-intensive servers. `__support_diskintensive`',
    }),
    supportsHighPerformance: t.exposeBoolean('supportsHighPerformance', {
      nullable: true,
      description: 'Whether it supports high-performance servers. `__support_highperformance`',
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
      description: 'Whether it supports HANA servers on Xen. `__support_xen_hana`',
    }),
    supportsKvmInfiniband: t.exposeBoolean('supportsKvmInfiniband', {
      nullable: true,
      description: 'Whether it supports servers with InfiniBand on KVM. `__support_kvm_infiniband`',
    }),
    supportsPasswordInjection: t.exposeBoolean('supportsPasswordInjection', {
      nullable: true,
      description:
        'Whether Cloud-Init can inject a password or a private key; only for images of system disks. IMS sends the opposite. `__support_fc_inject`',
    }),
    supportsAmd: t.exposeBoolean('supportsAmd', {
      nullable: true,
      description: "Whether it is built for AMD's x86 processors. `__support_amd`",
    }),
    supportsArm: t.exposeBoolean('supportsArm', {
      nullable: true,
      description: 'Whether it is built for ARM processors. `__support_arm`',
    }),
    property: t.string({
      nullable: true,
      description:
        'The value of a property as IMS sent it, even if it has a field of its own; null when the image lacks the property.',
      args: { name: t.arg.string({ required: true, description: 'The name, as IMS spells it.' }) },
      resolve: (image, { name }) => exposed(image.property(name)),
    }),
    properties: t.field({
      type: [ImagePropertyRef],
      nullable: false,
      ...listCost(100),
      description: 'Properties as IMS sent them, even if they have fields of their own.',
      args: {
        names: t.arg.stringList({
          description:
            'The names, as IMS spells them; all properties when it is not given. Properties that the image lacks are left out.',
        }),
      },
      resolve: (image, { names }) => exposed(image.properties(names ?? undefined)),
    }),
  }),
});

/** The calls to find one: its record, and on OpenStack its share in a list of two ids that may leave them out. */
export const LOOKUP: Lookup = { calls: 1.5, rows: 1 };

/** The fields that need the id of an image alone. */
const KEY_FIELDS = ['__typename', 'id', 'imageId', 'members'];

/**
 * The image of an id in a record that proves that it exists. Calls: those of the loader where a selected field needs more than the id; none
 * otherwise.
 */
export function imageFromKey(
  { session }: Context,
  imageId: string,
  info: GraphQLResolveInfo,
): MaybePromise<Image | null> {
  const selected = selectedFields(info);
  const needsId = KEY_FIELDS.filter((field) => selected.has(field)).length === selected.size;
  return needsId ? new Image(undefined, imageId) : imageLoader(session).load(imageId);
}

registerNode(ImageRef, {
  key: ['imageId'],
  example: { imageId: 'bc6bed6e-ba3a-4447-afcc-449174a3eb52' },
  estimate: lookupEstimate('ims', LOOKUP),
  isKey: ({ imageId }) => isPathSafeId(imageId),
  load: ({ session }, { imageId }) => imageLoader(session).load(imageId),
});

builder.objectField(ImageRef, 'originalImage', (t) =>
  t.field({
    type: ImageRef,
    nullable: true,
    ...callCost('ims', LOOKUP),
    description: 'The image that this one was made from; null when there is none or it no longer exists. Costs a call.',
    resolve: (image, _args, { session }) => {
      const imageId = image.originalImageKey();
      return imageId === undefined ? null : imageLoader(session).load(imageId);
    },
  }),
);

const ONE_IMAGE = `# One machine image, with all properties that IMS sends.
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
    ...withExample(ONE_IMAGE, callCost('ims', LOOKUP)),
    description: 'One machine image; null when it does not exist.',
    args: { imageId: t.arg.id({ required: true, description: 'The id, a UUID. `id`' }) },
    resolve: (_root, { imageId }, { session }) => {
      if (!isImageId(imageId)) throw badUserInput('`imageId` must be a UUID.');
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
    ...withExample(NEWEST_CENT_OS, connectionCost({ ...PAGING, furtherReading })),
    description: 'The machine images that the caller can see. IMS does not send their number.',
    args: {
      filter: t.arg({
        type: ImageFilter,
        description: 'Which images; all that IMS lists by default when it is not given.',
      }),
      orderBy: t.arg({ type: ImageOrder, description: 'The order; the newest first when it is not given.' }),
      ...pageArguments,
    },
    resolve: (_root, { filter, orderBy, ...page }, { session }, info) => {
      const selection = imageSelection(filter ?? {}, orderBy, session.cloud.config.kind);
      const list = markerConnection(['Image', ...selection.identity], listImages(session, selection));
      return resolveConnection(list, page, info);
    },
  }),
);
