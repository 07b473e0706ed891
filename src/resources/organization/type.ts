// Defines the types Organization and UserPermission, their root fields, and the edges of other types to them.
import { builder } from '../../graph/builder.ts';
import { connectionType, offsetConnection, pageArguments, resolveConnection } from '../../graph/connection.ts';
import { callCost, connectionCost, DEFAULT_SIZE, type Lookup, listCallCost, lookupEstimate } from '../../graph/cost.ts';
import { startsEarly } from '../../graph/early.ts';
import { openEnum } from '../../graph/enums.ts';
import { withExample } from '../../graph/example.ts';
import { exposed, sourceRef } from '../../graph/exposed.ts';
import { checkTexts } from '../../graph/input.ts';
import { Node, registerNode } from '../../graph/node.ts';
import {
  ImageGroupConnection,
  type ImageGroupListArguments,
  ImageGroupRef,
  imageGroupListArguments,
  imageGroupListCost,
  resolveImageGroups,
} from '../image-group/type.ts';
import { isNamespaceGrammar, isNamespaceKey } from '../repository/record.ts';
import {
  checkNamespaceArgument,
  type Repository,
  RepositoryConnection,
  type RepositoryListArguments,
  RepositoryRef,
  repositoryListArguments,
  repositoryListCost,
  resolveRepositories,
} from '../repository/type.ts';
import { SharedRepositoryRef } from '../shared-repository/type.ts';
import { findOrganization, needsRecord, Organization, organizationFromRow } from './organization.ts';
import { OrganizationRecord, PERMISSIONS, type UserPermission } from './record.ts';
import { listOrganizations, PAGING, showOrganizationPermissions, showRepositoryPermissions } from './upstream.ts';

export { findOrganization, organizationFromRow } from './organization.ts';

export const RegistryPermission = openEnum(
  'RegistryPermission',
  'What a user or an account may do with an organization or a repository of SWR.',
  PERMISSIONS,
);

const UserPermissionRef = sourceRef<UserPermission>('UserPermission').implement({
  description: 'What one user may do with an organization or a repository of SWR.',
  fields: (t) => ({
    userId: t.exposeString('userId', { nullable: true, description: 'The id of the user. `user_id`' }),
    userName: t.exposeString('userName', { nullable: true, description: 'The name of the user. `user_name`' }),
    permission: t.expose('permission', {
      type: RegistryPermission,
      nullable: true,
      description: 'What the user may do. `auth`',
    }),
    permissionRaw: t.exposeString('permissionRaw', {
      nullable: true,
      description: 'What the user may do, as SWR sent it: 1, 3 or 7. `auth`',
    }),
    isSelf: t.exposeBoolean('isSelf', {
      nullable: false,
      description: 'Whether the user is the caller. `self_auth`',
    }),
  }),
});

/** Users of one organization, in estimates. */
const USERS = 10;

/** What it takes to find one: the list that may have it, and the call for its record. */
const LOOKUP: Lookup = { calls: 2, rows: PAGING.maxPageSize };

/** The same for the rows of a page, which share the list. */
const OF_ROWS: Lookup = { ...LOOKUP, needed: 1 / DEFAULT_SIZE };

/** The cost of an edge from what proves an organization: a call, where a field is selected that is not its key. */
export const organizationEdgeCost = callCost('swr', OF_ROWS, ({ fields }) => needsRecord(fields));

export const OrganizationRef = sourceRef<Organization>('Organization').implement({
  interfaces: [Node],
  description: 'An organization of SWR: the namespace of its repositories.',
  fields: (t) => ({
    namespace: t.exposeString('namespace', { nullable: false, description: 'The name of the organization. `name`' }),
    organizationId: t.expose('organizationId', {
      type: 'BigInt',
      nullable: true,
      description: "SWR's numeric id of the organization. `id`",
    }),
    creatorName: t.exposeString('creatorName', {
      nullable: true,
      description: 'The name of the user that created it. `creator_name`',
    }),
    permission: t.expose('permission', {
      type: RegistryPermission,
      nullable: true,
      description: 'What the caller may do with it. `auth`',
    }),
    permissionRaw: t.exposeString('permissionRaw', {
      nullable: true,
      description: 'What the caller may do with it, as SWR sent it: 1, 3 or 7. `auth`',
    }),
    repositoryCount: t.expose('repositoryCount', {
      type: 'BigInt',
      nullable: true,
      description: 'The number of its repositories; null where the cloud does not send it. `repo_count`',
    }),
    accessUserCount: t.expose('accessUserCount', {
      type: 'BigInt',
      nullable: true,
      description: 'The number of users that may use it; null where the cloud does not send it. `access_user_count`',
    }),
    repositories: t.field({
      type: RepositoryConnection,
      nullable: true,
      description: "The caller's own repositories in it, as `Query.repositories` lists them. Costs a call.",
      args: repositoryListArguments,
      ...startsEarly(repositoryListCost, ({ namespace }: Organization, args: RepositoryListArguments, context, info) =>
        resolveRepositories(context, { namespace }, args, info),
      ),
    }),
    imageGroups: t.field({
      type: ImageGroupConnection,
      nullable: true,
      description:
        'The ModelArts image groups of the same organization, as `Query.imageGroups` lists them. Costs a call.',
      args: imageGroupListArguments,
      ...startsEarly(imageGroupListCost, ({ namespace }: Organization, args: ImageGroupListArguments, context, info) =>
        resolveImageGroups(context, namespace, args, info),
      ),
    }),
    userPermissions: t.field({
      type: [UserPermissionRef],
      nullable: { list: true, items: false },
      description: 'What users may do with it: one row for each user, the caller first. Costs a call. `others_auths`',
      ...startsEarly(listCallCost('swr', USERS), (organization: Organization, _args: object, { session }) =>
        exposed(showOrganizationPermissions(session, organization)),
      ),
    }),
  }),
});

registerNode(OrganizationRef, {
  key: ['namespace'],
  estimate: lookupEstimate('swr', LOOKUP),
  isKey: ({ namespace }) => isNamespaceKey(namespace),
  load: findOrganization,
});

builder.objectField(RepositoryRef, 'organization', (t) =>
  t.field({
    type: OrganizationRef,
    nullable: true,
    description: 'The organization that it belongs to. Its `namespace` costs no call; its other fields cost one.',
    ...startsEarly(organizationEdgeCost, ({ namespace }: Repository, _args: object, context, info) =>
      organizationFromRow(context, namespace, info),
    ),
  }),
);

builder.objectField(RepositoryRef, 'userPermissions', (t) =>
  t.field({
    type: [UserPermissionRef],
    nullable: { list: true, items: false },
    description: 'What users may do with it: one row for each user, the caller first. Costs a call. `others_auths`',
    ...startsEarly(listCallCost('swr', USERS), (repository: Repository, _args: object, { session }) =>
      exposed(showRepositoryPermissions(session, repository)),
    ),
  }),
);

builder.objectField(SharedRepositoryRef, 'organization', (t) =>
  t.field({
    type: OrganizationRef,
    nullable: true,
    ...organizationEdgeCost,
    description:
      'The organization that it belongs to; null for `THIRD_PARTY`, where it is of another account. Its `namespace` costs no call; its other fields cost one.',
    resolve: ({ center, namespace }, _args, context, info) =>
      center === 'SELF' ? organizationFromRow(context, namespace, info) : null,
  }),
);

builder.objectField(ImageGroupRef, 'organization', (t) =>
  t.field({
    type: OrganizationRef,
    nullable: true,
    ...callCost('swr', OF_ROWS),
    description: 'The SWR organization of the same name; null when there is none. Costs a call.',
    resolve: ({ namespace }, _args, context, info) =>
      isNamespaceGrammar(namespace) ? findOrganization(context, { namespace }, info) : null,
  }),
);

const ONE_ORGANIZATION = `# One organization: who may use it, and its public repositories.
query OneOrganization {
  organization(namespace: "data-platform") {
    creatorName
    permission
    repositoryCount
    userPermissions { userName permission isSelf }
    repositories(filter: { isPublic: true }, orderBy: { field: UPDATED_AT, direction: DESC }, first: 5) {
      totalCount
      nodes { name updatedAt }
    }
  }
}
`;

builder.queryField('organization', (t) =>
  t.field({
    type: OrganizationRef,
    nullable: true,
    ...withExample(ONE_ORGANIZATION, callCost('swr', LOOKUP)),
    description: 'One organization; null when it does not exist.',
    args: { namespace: t.arg.string({ required: true, description: 'The name of the organization. `namespace`' }) },
    resolve: (_root, { namespace }, context, info) => {
      checkNamespaceArgument(namespace);
      return findOrganization(context, { namespace }, info);
    },
  }),
);

const MY_ORGANIZATIONS = `# My organizations, how many repositories they hold, and what I may do with them.
query MyOrganizations {
  organizations(first: 10) {
    totalCount
    nodes { namespace creatorName permission repositoryCount accessUserCount }
  }
}
`;

builder.queryField('organizations', (t) =>
  t.field({
    type: connectionType(OrganizationRef, { totalCount: 'namespaces' }),
    nullable: true,
    ...withExample(MY_ORGANIZATIONS, connectionCost(PAGING)),
    description: 'The organizations that the caller may use. SWR sends all of them at once: all pages cost one call.',
    args: {
      namespace: t.arg.string({
        description:
          'The whole name, as SWR documents it; all organizations when it is not given. How it matches is up to SWR. `namespace`',
      }),
      ...pageArguments,
    },
    resolve: (_root, { namespace, ...page }, { session }, info) => {
      checkTexts({ namespace });
      const list = listOrganizations(session, namespace ?? undefined);
      const rows = {
        ...list,
        keyText: (organization: Organization) => organization.namespace,
        decode: (wire: unknown) => {
          const record = list.decode(wire);
          return record instanceof OrganizationRecord ? new Organization(record, record) : record;
        },
      };
      return resolveConnection(offsetConnection(['Organization', namespace], rows), page, info);
    },
  }),
);
