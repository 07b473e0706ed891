// Defines the type RepositoryShare, and the edge `shares` of Repository and of SharedRepository.
import { builder } from '../../graph/builder.ts';
import { lookupEstimate } from '../../graph/cost.ts';
import { startsEarly } from '../../graph/early.ts';
import { sourceRef } from '../../graph/exposed.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { unpagedListType } from '../../graph/unpaged-list.ts';
import { RegistryPermission } from '../organization/type.ts';
import { isChildKey, isRepositoryKey, parentOf } from '../repository/record.ts';
import {
  CHILD_LOOKUP,
  childListCost,
  edgeCost,
  parentFields,
  type Repository,
  RepositoryRef,
  repositoryFromRow,
} from '../repository/type.ts';
import { MAX_UNPAGED_ROWS } from '../repository/upstream.ts';
import { SharedRepositoryRef } from '../shared-repository/type.ts';
import { repositoryShareLoader } from './loader.ts';
import type { RepositoryShare } from './record.ts';
import { listShares } from './upstream.ts';

const RepositoryShareRef = sourceRef<RepositoryShare>('RepositoryShare').implement({
  interfaces: [Node],
  description: 'How a repository is shared with one other account.',
  fields: (t) => ({
    ...parentFields(t),
    accountName: t.exposeString('accountName', {
      nullable: false,
      description: 'The name of the account that it is shared with. `access_domain`',
    }),
    permission: t.expose('permission', {
      type: RegistryPermission,
      nullable: true,
      description: 'What the account may do. `permit`',
    }),
    permissionRaw: t.exposeString('permissionRaw', {
      nullable: true,
      description: 'What the account may do, as SWR sent it. `permit`',
    }),
    deadline: t.expose('deadline', {
      type: 'DateTime',
      nullable: true,
      description: 'When the sharing ends; null when it has no end, which `isForever` says. `deadline`',
    }),
    isForever: t.exposeBoolean('isForever', {
      nullable: true,
      description: 'Whether the sharing has no end; null when SWR says nothing of an end. `deadline`',
    }),
    isSharingValid: t.exposeBoolean('isSharingValid', {
      nullable: true,
      description: 'Whether the sharing is valid, that is, has not expired. `status`',
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'The description; it may be empty. `description`',
    }),
    creatorId: t.exposeString('creatorId', {
      nullable: true,
      description: 'The id of the user that shared the repository. `creator_id`',
    }),
    creatorName: t.exposeString('creatorName', {
      nullable: true,
      description: 'The name of the user that shared the repository. `creator_name`',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the repository was shared. `created`',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the sharing was last updated. `updated`',
    }),
    repository: t.field({
      type: RepositoryRef,
      nullable: true,
      // The rows of a list share it.
      ...edgeCost(false, { calls: 1, rows: 0, needed: 1 / MAX_UNPAGED_ROWS }),
      description: 'The repository. Its `namespace` and `name` cost no call; its other fields cost one.',
      resolve: (share, _args, context, info) => repositoryFromRow(context, parentOf(share), undefined, info),
    }),
  }),
});

registerNode(RepositoryShareRef, {
  key: ['namespace', 'repositoryName', 'accountName'],
  estimate: lookupEstimate('swr', CHILD_LOOKUP),
  isKey: (key) => isRepositoryKey(parentOf(key)) && isChildKey(key.accountName),
  load: ({ session }, key) => repositoryShareLoader(session).load(key),
});

const RepositoryShareList = unpagedListType(RepositoryShareRef, MAX_UNPAGED_ROWS);

builder.objectField(RepositoryRef, 'shares', (t) =>
  t.field({
    type: RepositoryShareList,
    nullable: true,
    description: 'The accounts that the caller shares this repository with, the first 100 of them. Costs a call.',
    ...startsEarly(childListCost, (repository: Repository, _args: object, { session }) =>
      listShares(session, repository),
    ),
  }),
);

builder.objectField(SharedRepositoryRef, 'shares', (t) =>
  t.field({
    type: RepositoryShareList,
    nullable: true,
    ...childListCost,
    description:
      'The accounts that the caller shares this repository with, the first 100 of them; null for `THIRD_PARTY`. Costs a call for each row of `SELF`.',
    resolve: ({ center, namespace, name }, _args, { session }) =>
      center === 'SELF' ? listShares(session, { namespace, name }) : null,
  }),
);
