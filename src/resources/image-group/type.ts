// Defines the type ImageGroup, its inputs and root fields, and the edge `imageGroup` of Repository.
import { builder } from '../../graph/builder.ts';
import { connectionType, offsetConnection, pageArguments, resolveConnection } from '../../graph/connection.ts';
import { callCost, connectionCost, type Lookup, lookupEstimate } from '../../graph/cost.ts';
import { startsEarly } from '../../graph/early.ts';
import { closedEnum, OrderDirection } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { withExample } from '../../graph/example.ts';
import { sourceRef } from '../../graph/exposed.ts';
import { checkTexts } from '../../graph/input.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { MAX_SCAN_PAGES } from '../../upstream/paging/scan.ts';
import { isNamespaceGrammar, isRepositoryGrammar } from '../repository/record.ts';
import { findRepository, lookupCost, type Repository, RepositoryRef } from '../repository/type.ts';
import { imageGroupLoader } from './loader.ts';
import {
  DEFAULT_WORKSPACE,
  GROUP_SORT_KEYS,
  GROUP_TYPES,
  type ImageGroup,
  isGroupGrammar,
  isGroupKey,
  isWorkspaceId,
  SERVICE_TYPES,
} from './record.ts';
import { type GroupQuery, listImageGroups, PAGING } from './upstream.ts';

const ServiceType = closedEnum('ImageGroupServiceType', 'The purpose of the images of a group.', SERVICE_TYPES);
const GroupType = closedEnum('ImageGroupType', 'The origin of the images of a group.', GROUP_TYPES);
const OrderField = closedEnum('ImageGroupOrderField', 'A field that image groups can be ordered by.', GROUP_SORT_KEYS);

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

registerNode(ImageGroupRef, {
  key: ['namespace', 'name', 'workspaceId'],
  estimate: lookupEstimate('modelarts', LOOKUP),
  defaults: { workspaceId: DEFAULT_WORKSPACE },
  isKey: isGroupKey,
  load: ({ session }, key) => imageGroupLoader(session).load(key),
});

builder.objectField(RepositoryRef, 'imageGroup', (t) =>
  t.field({
    type: ImageGroupRef,
    nullable: true,
    description:
      'The ModelArts image group of the same organization and name, in the default workspace; null when there is none. Costs a call.',
    ...startsEarly(callCost('modelarts', LOOKUP), ({ namespace, name }: Repository, _args: object, { session }) =>
      isGroupGrammar(name) ? imageGroupLoader(session).load({ namespace, name, workspaceId: DEFAULT_WORKSPACE }) : null,
    ),
  }),
);

const ImageGroupFilter = builder.inputType('ImageGroupFilter', {
  description: 'Conditions on image groups, all of which must hold.',
  fields: (t) => ({
    name: t.string({ description: 'The name, or a part of it. `name`' }),
    nameFuzzyMatch: t.boolean({
      description: 'Whether a part of the name is enough; true when it is not given. `name_fuzzy_match`',
    }),
    namespace: t.string({ description: 'The SWR organization. `namespace`' }),
    serviceType: t.field({ type: ServiceType, description: 'The purpose of the images. `service_type`' }),
    type: t.field({ type: GroupType, description: 'The origin of the images. `type`' }),
    workspaceId: t.string({
      description:
        'The id of the ModelArts workspace; that of the default workspace when it is not given. `workspace_id`',
    }),
  }),
});

const ImageGroupOrder = builder.inputType('ImageGroupOrder', {
  description: 'The order of image groups: by one or more fields, all in one direction.',
  fields: (t) => ({
    fields: t.field({
      type: [OrderField],
      required: true,
      description: 'The fields to order by, the most significant one first. `sort_key`',
    }),
    direction: t.field({
      type: OrderDirection,
      required: true,
      description: 'The direction, for all fields. `sort_dir`',
    }),
  }),
});

const ONE_IMAGE_GROUP = `# One image group.
query OneImageGroup {
  imageGroup(namespace: "op_svc_modelarts_container2", name: "pytorch_1_8") {
    id
    versionCount
    createdAt
    updatedAt
  }
}
`;

builder.queryField('imageGroup', (t) =>
  t.field({
    type: ImageGroupRef,
    nullable: true,
    ...withExample(ONE_IMAGE_GROUP, callCost('modelarts', LOOKUP)),
    description: 'One image group; null when it does not exist.',
    args: {
      namespace: t.arg.string({ required: true, description: 'The SWR organization. `namespace`' }),
      name: t.arg.string({ required: true, description: 'The whole name. `name`' }),
      workspaceId: t.arg.string({
        description:
          'The id of the ModelArts workspace; that of the default workspace when it is not given. `workspace_id`',
      }),
    },
    resolve: (_root, { namespace, name, workspaceId }, { session }) => {
      checkGroupTexts({ namespace, name, workspaceId });
      // Nothing has an empty name, and ModelArts would take it for no condition.
      if (namespace === '' || name === '') return null;
      return imageGroupLoader(session).load({ namespace, name, workspaceId: workspaceId ?? DEFAULT_WORKSPACE });
    },
  }),
);

const TRAINING_IMAGES = `# Training images, the last updated first, with the size and the pulls of their repository.
query TrainingImages {
  imageGroups(orderBy: { fields: [UPDATED_AT], direction: DESC }, first: 10) {
    totalCount
    nodes { namespace name versionCount updatedAt repository { size downloadCount } }
  }
}
`;

builder.queryField('imageGroups', (t) =>
  t.field({
    type: connectionType(ImageGroupRef, { totalCount: 'total' }),
    nullable: true,
    ...withExample(TRAINING_IMAGES, connectionCost(PAGING)),
    description: "The image groups of the caller's project.",
    args: {
      filter: t.arg({ type: ImageGroupFilter, description: 'Which groups; all groups when it is not given.' }),
      orderBy: t.arg({ type: ImageGroupOrder, description: "The order; ModelArts' own when it is not given." }),
      ...pageArguments,
    },
    resolve: (_root, { filter, orderBy, ...page }, { session }, info) => {
      checkGroupTexts(filter ?? {}, 'filter');
      const query = [...filterQuery(filter ?? {}), ...(orderBy ? orderQuery(orderBy) : [])];
      const workspaceId = filter?.workspaceId ?? DEFAULT_WORKSPACE;
      const list = listImageGroups(session, workspaceId, query);
      return resolveConnection(offsetConnection(['ImageGroup', workspaceId, query], list), page, info);
    },
  }),
);

type Filter = typeof ImageGroupFilter.$inferInput;
type Order = typeof ImageGroupOrder.$inferInput;

function filterQuery({ name, nameFuzzyMatch, namespace, serviceType, type }: Filter): GroupQuery {
  const parameters: [name: string, value: string | null | undefined][] = [
    ['name', name],
    ['name_fuzzy_match', nameFuzzyMatch?.toString()],
    ['namespace', namespace],
    ['service_type', serviceType],
    ['type', type],
  ];
  return parameters.filter((parameter): parameter is [string, string] => typeof parameter[1] === 'string');
}

function orderQuery({ fields, direction }: Order): GroupQuery {
  if (fields.length === 0) throw badUserInput('`orderBy.fields` must have at least one field.');
  return [
    ['sort_key', fields.map((field) => GROUP_SORT_KEYS.toWire(field)).join(',')],
    ['sort_dir', direction],
  ];
}

/** Checks the texts that say which groups. Errors: throws BAD_USER_INPUT. */
function checkGroupTexts(
  { namespace, name, workspaceId }: Pick<Filter, 'namespace' | 'name' | 'workspaceId'>,
  argument?: string,
): void {
  checkTexts({ namespace, name }, argument);
  if (typeof workspaceId === 'string' && !isWorkspaceId(workspaceId)) {
    throw badUserInput('`workspaceId` must be a workspace id: 1 to 64 letters, digits, hyphens and underscores.');
  }
}
