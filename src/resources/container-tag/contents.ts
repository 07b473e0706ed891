// Defines what a tag names: the layers and platforms of its manifest, the config of its image, and its signatures.
import { connectionType } from '../../graph/connection.ts';
import { listCost } from '../../graph/cost.ts';
import { sourceRef } from '../../graph/exposed.ts';
import type {
  ContainerConfig,
  ContainerLabel,
  ContainerLayer,
  ContainerPlatform,
  ContainerSignature,
} from './record.ts';

export const ContainerLayerRef = sourceRef<ContainerLayer>('ContainerLayer').implement({
  description: 'A layer of a container image.',
  fields: (t) => ({
    digest: t.exposeString('digest', { nullable: true, description: 'Its digest, with the algorithm. `digest`' }),
    size: t.expose('size', { type: 'BigInt', nullable: true, description: 'Its compressed size, in bytes. `size`' }),
    mediaType: t.exposeString('mediaType', { nullable: true, description: 'Its media type. `mediaType`' }),
  }),
});

export const ContainerPlatformRef = sourceRef<ContainerPlatform>('ContainerPlatform').implement({
  description: 'An image of a manifest list: the platform that it is for, and its own manifest.',
  fields: (t) => ({
    os: t.exposeString('os', { nullable: true, description: 'The operating system, such as `linux`. `os`' }),
    architecture: t.exposeString('architecture', {
      nullable: true,
      description: 'The architecture of the processor, such as `amd64`. `architecture`',
    }),
    variant: t.exposeString('variant', {
      nullable: true,
      description: 'The variant of the processor, such as `v8`; null where the architecture has none. `variant`',
    }),
    osVersion: t.exposeString('osVersion', {
      nullable: true,
      description: 'The version of the operating system; null for all versions. `os.version`',
    }),
    digest: t.exposeString('digest', { nullable: true, description: 'The digest of its manifest. `digest`' }),
    size: t.expose('size', {
      type: 'BigInt',
      nullable: true,
      description: 'The size of its manifest, in bytes. `size`',
    }),
  }),
});

const ContainerLabelRef = sourceRef<ContainerLabel>('ContainerLabel').implement({
  description: 'A label of a container image.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'Its name. `Labels`' }),
    value: t.exposeString('value', {
      nullable: true,
      description: 'Its value, which may be empty; JSON text where the value is of another type. `Labels`',
    }),
  }),
});

export const ContainerConfigRef = sourceRef<ContainerConfig>('ContainerConfig').implement({
  description:
    'What the config of a container image says of it. Its environment, its commands and its history are not shown: they may hold secrets.',
  fields: (t) => ({
    os: t.exposeString('os', { nullable: true, description: 'The operating system, such as `linux`. `os`' }),
    architecture: t.exposeString('architecture', {
      nullable: true,
      description: 'The architecture of the processor, such as `amd64`. `architecture`',
    }),
    variant: t.exposeString('variant', {
      nullable: true,
      description: 'The variant of the processor, such as `v8`; null where the architecture has none. `variant`',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the image was built. `created`',
    }),
    author: t.exposeString('author', {
      nullable: true,
      description: 'Who built it; null when it does not say. `author`',
    }),
    labels: t.expose('labels', {
      type: [ContainerLabelRef],
      nullable: false,
      ...listCost(10),
      description: 'Its labels; it may be empty. `Labels`',
    }),
  }),
});

const ContainerSignatureRef = sourceRef<ContainerSignature>('ContainerSignature').implement({
  description: 'A signature of a container image.',
  fields: (t) => ({
    signatureId: t.expose('signatureId', {
      type: 'BigInt',
      nullable: true,
      description: "SWR's numeric id of the signature. `id`",
    }),
    tag: t.exposeString('tag', { nullable: true, description: 'The tag of the signature itself. `sig_tag`' }),
    digest: t.exposeString('digest', { nullable: true, description: 'The digest of the signature. `sig_digest`' }),
    targetDigest: t.exposeString('targetDigest', {
      nullable: true,
      description: 'The digest of what it signs. `target_digest`',
    }),
    size: t.expose('size', { type: 'BigInt', nullable: true, description: 'Its size, in bytes. `size`' }),
    type: t.exposeString('type', {
      nullable: true,
      description: 'The type, such as `signature.cosign`. `type`',
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
  }),
});

export const ContainerSignatureConnection = connectionType(ContainerSignatureRef, { totalCount: 'total' });
