// Defines the type ImageGroup, its root fields, and the edge `imageGroup` of Repository.
import type { GraphQLResolveInfo } from 'graphql';
import { builder, type Context } from '../../graph/builder.ts';
import {
  connectionType,
  offsetConnection,
  type PageArguments,
  pageArguments,
  resolveConnection,
} from '../../graph/connection.ts';
import { callCost, connectionCost, type Lookup, lookupEstimate } from '../../graph/cost.ts';
import { startsEarly } from '../../graph/early.ts';
import { withExample } from '../../graph/example.ts';
import { sourceRef } from '../../graph/exposed.ts';
import { sameCondition } from '../../graph/input.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { MAX_SCAN_PAGES } from '../../upstream/paging/scan.ts';
import { isNamespaceGrammar, isRepositoryGrammar } from '../repository/record.ts';
import { findRepository, lookupCost, type Repository, RepositoryRef } from '../repository/type.ts';
import { checkGroupTexts, type Filter, filterQuery, ImageGroupFilter, ImageGroupOrder, orderQuery } from './input.ts';
import { imageGroupLoader } from './loader.ts';
import {
  DEFAULT_WORKSPACE,
  type ImageGroup,
  type ImageGroupKey,
  isGroupGrammar,
  isGroupKey,
  SORT_KEYS,
} from './record.ts';
import { listImageGroups, PAGING } from './upstream.ts';

export { checkGroupTexts, conditionFields, filterQuery, orderQuery, orderType, ServiceType } from './input.ts';

export const ImageGroupRef = sourceRef<ImageGroup>('ImageGroup').implement({
  interfaces: [Node],
  description: 'A training image in ModelArts: all its versions, which have one name.',
  fields: (t) => ({
    namespace: t.exposeString('namespace', {
      nullable: false,
      description: 'The SWR organization of the images. `namespace`',
    }),
    name: t.exposeString('name', { nullable: false, description: 'The name of the image. `name`' }),
    workspaceId: t.exposeString('workspaceId', {
      nullable: false,
      description: 'The id of the ModelArts workspace that was queried; "0" is the default workspace. `workspace_id`',
    }),
    versionCount: t.exposeInt('versionCount', {
      nullable: true,
      description: 'The number of versions. `version_count`',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the image was created, to the millisecond. `create_at`',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the image was last updated, to the millisecond. `update_at`',
    }),
    repository: t.field({
      type: RepositoryRef,
      nullable: true,
      ...lookupCost,
      description: 'The SWR repository of the same organization and name; null when there is none. Costs a call.',
      resolve: ({ namespace, name }, _args, context, info) =>
        isNamespaceGrammar(namespace) && isRepositoryGrammar(name)
          ? findRepository(context, { namespace, name }, info)
          : null,
    }),
  }),
});

/** The calls to find one: a search by name, and its share in the scan of an organization with two keys. */
const LOOKUP: Lookup = { calls: 1.5 * MAX_SCAN_PAGES, rows: 1.5 * MAX_SCAN_PAGES * PAGING.maxPageSize };

/** The cost of finding an image group by its key. */
export const imageGroupCost = callCost('modelarts', LOOKUP);

/** Finds an image group by its key; null when it does not exist. Calls, errors: those of its loader. */
export const findImageGroup = ({ session }: Context, key: ImageGroupKey) => imageGroupLoader(session).load(key);

registerNode(ImageGroupRef, {
  key: ['namespace', 'name', 'workspaceId'],
  estimate: lookupEstimate('modelarts', LOOKUP),
  defaults: { workspaceId: DEFAULT_WORKSPACE },
  isKey: isGroupKey,
  load: findImageGroup,
});

builder.objectField(RepositoryRef, 'imageGroup', (t) =>
  t.field({
    type: ImageGroupRef,
    nullable: true,
    description:
      'The ModelArts image group of the same organization and name, in the default workspace; null when there is none. Costs a call.',
    ...startsEarly(imageGroupCost, ({ namespace, name }: Repository, _args: object, context) =>
      isGroupGrammar(name) ? findImageGroup(context, { namespace, name, workspaceId: DEFAULT_WORKSPACE }) : null,
    ),
  }),
);

const ONE_IMAGE_GROUP = `# One image group, and the versions of its training image.
query OneImageGroup {
  imageGroup(namespace: "op_svc_modelarts_container2", name: "pytorch_1_8") {
    id
    versionCount
    createdAt
    updatedAt
    versions(first: 5) { nodes { tag trainingStatus sizeInKilobytes createdAt } }
  }
}
`;

builder.queryField('imageGroup', (t) =>
  t.field({
    type: ImageGroupRef,
    nullable: true,
    ...withExample(ONE_IMAGE_GROUP, imageGroupCost),
    description: 'One image group; null when it does not exist.',
    args: {
      namespace: t.arg.string({ required: true, description: 'The SWR organization. `namespace`' }),
      name: t.arg.string({ required: true, description: 'The whole name. `name`' }),
      workspaceId: t.arg.string({
        description:
          'The id of the ModelArts workspace; that of the default workspace when it is not given. `workspace_id`',
      }),
    },
    resolve: (_root, { namespace, name, workspaceId }, context) => {
      checkGroupTexts({ namespace, name, workspaceId });
      // Nothing has an empty name, and ModelArts would take it for no condition.
      if (namespace === '' || name === '') return null;
      return findImageGroup(context, { namespace, name, workspaceId: workspaceId ?? DEFAULT_WORKSPACE });
    },
  }),
);

const MY_IMAGE_GROUPS = `# My image groups, the last updated first: training images with all their versions, and their repository.
query MyImageGroups {
  imageGroups(orderBy: { fields: [UPDATED_AT], direction: DESC }, first: 10) {
    totalCount
    nodes { namespace name versionCount updatedAt repository { size downloadCount } }
  }
}
`;

export const ImageGroupConnection = connectionType(ImageGroupRef, { totalCount: 'total' });

/** The cost of a list of image groups. */
export const imageGroupListCost = connectionCost(PAGING);

/** The arguments of a list of image groups. */
export const imageGroupListArguments = {
  ...builder.args((t) => ({
    filter: t.field({ type: ImageGroupFilter, description: 'Which groups; all groups when it is not given.' }),
    orderBy: t.field({ type: ImageGroupOrder, description: "The order; ModelArts' own when it is not given." }),
  })),
  ...pageArguments,
};

builder.queryField('imageGroups', (t) =>
  t.field({
    type: ImageGroupConnection,
    nullable: true,
    ...withExample(MY_IMAGE_GROUPS, imageGroupListCost),
    description: "The image groups of the caller's project.",
    args: imageGroupListArguments,
    resolve: (_root, list, context, info) => resolveImageGroups(context, undefined, list, info),
  }),
);

/** The values of the arguments of a list of image groups. */
export interface ImageGroupListArguments extends PageArguments {
  readonly filter?: Filter | null | undefined;
  readonly orderBy?: typeof ImageGroupOrder.$inferInput | null | undefined;
}

/**
 * A page of image groups: those of one organization where it is given.
 * Errors: throws BAD_USER_INPUT where a condition is invalid, or is of another organization; rejects with UpstreamError.
 */
export function resolveImageGroups(
  { session }: Context,
  given: string | undefined,
  { filter, orderBy, ...page }: ImageGroupListArguments,
  info: GraphQLResolveInfo,
) {
  checkGroupTexts(filter ?? {}, 'filter');
  const namespace = sameCondition('namespace', given, filter?.namespace);
  const query = [...filterQuery({ ...filter, namespace }), ...(orderBy ? orderQuery(orderBy, SORT_KEYS) : [])];
  const workspaceId = filter?.workspaceId ?? DEFAULT_WORKSPACE;
  const list = listImageGroups(session, workspaceId, query);
  return resolveConnection(offsetConnection(['ImageGroup', workspaceId, query], list), page, info);
}
