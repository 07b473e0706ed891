// Defines the type TrainingImage, its inputs and root fields, and the edges `versions` of ImageGroup and `trainingImage` of ContainerTag.
import { builder } from '../../graph/builder.ts';
import { connectionType, offsetConnection, pageArguments, resolveConnection } from '../../graph/connection.ts';
import { callCost, connectionCost, DEFAULT_SIZE, type Lookup, listCost, lookupEstimate } from '../../graph/cost.ts';
import { closedEnum, openEnum } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { withExample } from '../../graph/example.ts';
import { exposed, sourceRef } from '../../graph/exposed.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { MAX_SCAN_PAGES } from '../../upstream/paging/scan.ts';
import { ContainerTagRef, containerTagCost, findContainerTag } from '../container-tag/type.ts';
import { DEFAULT_WORKSPACE, GROUP_TYPES } from '../image-group/record.ts';
import {
  checkGroupTexts,
  conditionFields,
  filterQuery,
  findImageGroup,
  ImageGroupRef,
  imageGroupCost,
  orderQuery,
  orderType,
  ServiceType,
} from '../image-group/type.ts';
import { PAGING } from '../image-group/upstream.ts';
import { findRepository, lookupCost, RepositoryRef } from '../repository/type.ts';
import { imageOfTagLoader, trainingImageLoader } from './loader.ts';
import {
  ARCHITECTURES,
  containerTagKeyOf,
  groupKeyOf,
  isInRegistry,
  isTrainingImageId,
  ORIGINS,
  type ResourceTag,
  referenceOf,
  registryOf,
  repositoryKeyOf,
  SORT_KEYS,
  STATUSES,
  type TrainingImage,
  VISIBILITIES,
} from './record.ts';
import { listTrainingImages } from './upstream.ts';

const Architecture = openEnum(
  'TrainingImageArchitecture',
  'The processors that a training image runs on.',
  ARCHITECTURES,
);
const Type = openEnum('TrainingImageType', 'Whose a training image is.', GROUP_TYPES);
const Visibility = openEnum('TrainingImageVisibility', 'Who can use a training image.', VISIBILITIES);
const Origin = openEnum('TrainingImageOrigin', 'How a training image came about.', ORIGINS);
const Status = openEnum('TrainingImageStatus', 'The status of a training image.', STATUSES);
const OrderField = closedEnum('TrainingImageOrderField', 'A field that training images can be ordered by.', SORT_KEYS);

const TYPE_ARGUMENT =
  "The type; `DEDICATED`, the project's own, when it is not given, although ModelArts' own default is `BUILD_IN`. `type`";

const ResourceTagRef = sourceRef<ResourceTag>('ResourceTag').implement({
  description: 'A tag of the Tag Management Service.',
  fields: (t) => ({
    key: t.exposeString('key', { nullable: true, description: 'The key. `key`' }),
    value: t.exposeString('value', { nullable: true, description: 'The value; it may be empty. `value`' }),
  }),
});

const TrainingImageRef = sourceRef<TrainingImage>('TrainingImage').implement({
  interfaces: [Node],
  description:
    'One version of a training image in ModelArts: what a notebook or a training job starts from. Images that are built into ModelArts lack some fields.',
  fields: (t) => ({
    trainingImageId: t.exposeID('trainingImageId', { nullable: false, description: 'The id, a UUID. `id`' }),
    name: t.exposeString('name', { nullable: true, description: 'The name: that of its image group. `name`' }),
    repositoryNamespace: t.exposeString('repositoryNamespace', {
      nullable: true,
      description: 'The SWR organization; null for an image that is built in. `namespace`',
    }),
    tag: t.exposeString('tag', { nullable: true, description: 'The image tag. `tag`' }),
    swrPath: t.exposeString('swrPath', {
      nullable: true,
      description: 'The pull address: registry, organization, repository and tag. `swr_path`',
    }),
    architecture: t.expose('architecture', {
      type: Architecture,
      nullable: true,
      description: 'The processors that it runs on. `arch`',
    }),
    architectureRaw: t.exposeString('architectureRaw', {
      nullable: true,
      description: 'The architecture as ModelArts sent it. `arch`',
    }),
    trainingType: t.expose('trainingType', {
      type: Type,
      nullable: true,
      description: "Whether it is built in or the project's own. `type`",
    }),
    trainingTypeRaw: t.exposeString('trainingTypeRaw', {
      nullable: true,
      description: 'The type as ModelArts sent it. `type`',
    }),
    trainingVisibility: t.expose('trainingVisibility', {
      type: Visibility,
      nullable: true,
      description: 'Who can use it; null for an image that is built in. `visibility`',
    }),
    trainingVisibilityRaw: t.exposeString('trainingVisibilityRaw', {
      nullable: true,
      description: 'The visibility as ModelArts sent it. `visibility`',
    }),
    trainingOrigin: t.expose('trainingOrigin', {
      type: Origin,
      nullable: true,
      description: 'How it came about; null for an image that is built in. `origin`',
    }),
    trainingOriginRaw: t.exposeString('trainingOriginRaw', {
      nullable: true,
      description: 'The origin as ModelArts sent it. `origin`',
    }),
    serviceType: t.expose('serviceType', {
      type: ServiceType,
      nullable: true,
      description: 'Its purpose: `UNKNOWN` where ModelArts says so, and for a value that is not listed. `service_type`',
    }),
    serviceTypeRaw: t.exposeString('serviceTypeRaw', {
      nullable: true,
      description: 'The purpose as ModelArts sent it. `service_type`',
    }),
    devServices: t.expose('devServices', {
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'The services that it supports, such as NOTEBOOK and SSH. `dev_services`',
    }),
    resourceCategories: t.expose('resourceCategories', {
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'The resources that it supports, such as CPU, GPU and ASCEND. `resource_categories`',
    }),
    sizeInKilobytes: t.expose('sizeInKilobytes', {
      type: 'BigInt',
      nullable: true,
      description: 'The size, in KB; null for an image that is built in or not complete. `size`',
    }),
    trainingStatus: t.expose('trainingStatus', {
      type: Status,
      nullable: true,
      description: 'The status: `ACTIVE` for an image that can be used. `status`',
    }),
    trainingStatusRaw: t.exposeString('trainingStatusRaw', {
      nullable: true,
      description: 'The status as ModelArts sent it. `status`',
    }),
    statusMessage: t.exposeString('statusMessage', {
      nullable: true,
      description: 'How its build went. `status_message`',
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'The description; it may be empty. `description`',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was created, to the millisecond. `create_at`',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last updated, to the millisecond. `update_at`',
    }),
    workspaceId: t.exposeString('workspaceId', {
      nullable: false,
      description:
        'The id of its ModelArts workspace; "0" is the default workspace. Where ModelArts does not send it, the one that was queried. `workspace_id`',
    }),
    enterpriseInstanceId: t.exposeString('enterpriseInstanceId', {
      nullable: true,
      description:
        "The id of the instance of SWR's enterprise edition that holds it; null for one in the basic edition. `swr_instance_id`",
    }),
    displayName: t.exposeString('displayName', {
      nullable: true,
      description: 'The name to show. `show_name`',
    }),
    displayTag: t.exposeString('displayTag', {
      nullable: true,
      description: 'The tag to show. `show_tag`',
    }),
    flavorType: t.exposeString('flavorType', {
      nullable: true,
      description: 'The type of the flavors that it runs on. `flavor_type`',
    }),
    resourceTags: t.expose('resourceTags', {
      type: [ResourceTagRef],
      nullable: { list: true, items: false },
      ...listCost(10),
      description: 'Its tags of the Tag Management Service. `tags`',
    }),
    supportedResourceCategories: t.stringList({
      nullable: { list: true, items: false },
      ...callCost('modelarts', LOOKUP),
      description:
        'The resources that it supports, as its detail has them. Costs a call where the image comes from a list. `support_res_categories`',
      resolve: async (image, _args, { session }) => {
        const detail = image.isWhole ? image : await trainingImageLoader(session).load(image.trainingImageId);
        return exposed(detail?.supportedResourceCategories ?? null);
      },
    }),
    containerTag: t.field({
      type: ContainerTagRef,
      nullable: true,
      ...containerTagCost,
      description:
        'The SWR tag that `swrPath` names; null when there is none, when it names a digest, and for an image in another registry. Costs a call.',
      resolve: async (image, _args, context, info) => {
        const reference = referenceOf(image.wire);
        const key = containerTagKeyOf(reference);
        const tag = key && (await findContainerTag(context, key, info));
        return tag && isInRegistry(reference, registryOf(tag.path)) ? tag : null;
      },
    }),
    repository: t.field({
      type: RepositoryRef,
      nullable: true,
      ...lookupCost,
      description:
        'The SWR repository that `swrPath` names; null when there is none, and for an image in another registry. Costs a call.',
      resolve: async (image, _args, context, info) => {
        const reference = referenceOf(image.wire);
        const key = repositoryKeyOf(reference);
        const repository = key && (await findRepository(context, key, info));
        return repository && isInRegistry(reference, registryOf(repository.loaded?.path)) ? repository : null;
      },
    }),
    imageGroup: t.field({
      type: ImageGroupRef,
      nullable: true,
      ...imageGroupCost,
      description:
        'The image group of the same organization, name and workspace; null when there is none, and for an image that is built in. Costs a call.',
      resolve: (image, _args, context) => {
        const key = groupKeyOf(image);
        return key ? findImageGroup(context, key) : null;
      },
    }),
  }),
});

/** What it takes to find one: a call for its detail. */
const LOOKUP: Lookup = { calls: 1, rows: 0 };

registerNode(TrainingImageRef, {
  key: ['trainingImageId'],
  estimate: lookupEstimate('modelarts', LOOKUP),
  isKey: ({ trainingImageId }) => isTrainingImageId(trainingImageId),
  load: ({ session }, { trainingImageId }) => trainingImageLoader(session).load(trainingImageId),
});

const TrainingImageFilter = builder.inputType('TrainingImageFilter', {
  description: 'Conditions on training images, all of which must hold.',
  fields: (t) => conditionFields(t, 'The purpose. `service_type`', t.field({ type: Type, description: TYPE_ARGUMENT })),
});

const TrainingImageOrder = orderType('TrainingImageOrder', 'training images', OrderField);

const TrainingImageConnection = connectionType(TrainingImageRef, { totalCount: 'total' });

/** The type to send: where none is given the project's own, as ModelArts then lists what is built in. Errors: throws BAD_USER_INPUT. */
function sentType(argument: string, type: typeof Type.$inferInput | null | undefined): string {
  if (type === 'UNKNOWN') throw badUserInput(`\`${argument}\` must not be UNKNOWN: ModelArts has no such value.`);
  return GROUP_TYPES.toWire(type ?? 'DEDICATED');
}

builder.objectField(ImageGroupRef, 'versions', (t) =>
  t.field({
    type: TrainingImageConnection,
    nullable: true,
    ...connectionCost(PAGING),
    description: 'The training images of this group: its versions. One list has images of one type. Costs a call.',
    args: { type: t.arg({ type: Type, description: TYPE_ARGUMENT }), ...pageArguments },
    resolve: ({ namespace, name, workspaceId }, { type, ...page }, { session }, info) => {
      const query = filterQuery({ name, nameFuzzyMatch: false, namespace, type: sentType('type', type) });
      const list = listTrainingImages(session, workspaceId, query);
      return resolveConnection(offsetConnection(['TrainingImage', workspaceId, query], list), page, info);
    },
  }),
);

/** What it takes to find the image of a tag: a scan of the images of its organization, which the tags of a page share. */
const TAG_LOOKUP: Lookup = {
  calls: MAX_SCAN_PAGES,
  rows: MAX_SCAN_PAGES * PAGING.maxPageSize,
  needed: 1 / DEFAULT_SIZE,
};

builder.objectField(ContainerTagRef, 'trainingImage', (t) =>
  t.field({
    type: TrainingImageRef,
    nullable: true,
    ...callCost('modelarts', TAG_LOOKUP),
    description:
      "The training image that is this tag: of the project's own in the default workspace, the first in ModelArts' order whose `swrPath` names it; null when there is none. Costs a call for all tags of an organization together.",
    resolve: ({ namespace, repositoryName, name, path }, _args, { session }) =>
      imageOfTagLoader(session).load({ namespace, repositoryName, name, registry: registryOf(path) }),
  }),
);

const ONE_TRAINING_IMAGE = `# One training image, and the tag in SWR that it is.
query OneTrainingImage {
  trainingImage(trainingImageId: "278e88d1-5b71-4766-8502-b3ba72e824d9") {
    id
    name
    tag
    swrPath
    architecture
    serviceType
    devServices
    supportedResourceCategories
    containerTag { digest size }
  }
}
`;

builder.queryField('trainingImage', (t) =>
  t.field({
    type: TrainingImageRef,
    nullable: true,
    ...withExample(ONE_TRAINING_IMAGE, callCost('modelarts', LOOKUP)),
    description: 'One training image, of any type and workspace; null when it does not exist.',
    args: { trainingImageId: t.arg.id({ required: true, description: 'The id, a UUID. `id`' }) },
    resolve: (_root, { trainingImageId }, { session }) => {
      if (!isTrainingImageId(trainingImageId)) throw badUserInput('`trainingImageId` must be the id of an image.');
      return trainingImageLoader(session).load(trainingImageId);
    },
  }),
);

const MY_TRAINING_IMAGES = `# My training images, the last updated first, each with its repository.
query MyTrainingImages {
  trainingImages(orderBy: { fields: [UPDATED_AT], direction: DESC }, first: 5) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      trainingImageId
      name
      tag
      trainingStatus
      sizeInKilobytes
      repository { namespace name isPublic }
    }
  }
}
`;

builder.queryField('trainingImages', (t) =>
  t.field({
    type: TrainingImageConnection,
    nullable: true,
    ...withExample(MY_TRAINING_IMAGES, connectionCost(PAGING)),
    description:
      "The training images of one type and one workspace: the project's own in the default workspace when the filter does not say.",
    args: {
      filter: t.arg({
        type: TrainingImageFilter,
        description: "Which images; the project's own in the default workspace when it is not given.",
      }),
      orderBy: t.arg({ type: TrainingImageOrder, description: "The order; ModelArts' own when it is not given." }),
      ...pageArguments,
    },
    resolve: (_root, { filter, orderBy, ...page }, { session }, info) => {
      checkGroupTexts(filter ?? {}, 'filter');
      const type = sentType('filter.type', filter?.type);
      const query = [...filterQuery({ ...filter, type }), ...(orderBy ? orderQuery(orderBy, SORT_KEYS) : [])];
      const workspaceId = filter?.workspaceId ?? DEFAULT_WORKSPACE;
      const list = listTrainingImages(session, workspaceId, query);
      return resolveConnection(offsetConnection(['TrainingImage', workspaceId, query], list), page, info);
    },
  }),
);
