// Defines the type SharedRepository, its root field, and the edge `sharing` of Repository.
import { builder } from '../../graph/builder.ts';
import { connectionType, offsetConnection, pageArguments, resolveConnection } from '../../graph/connection.ts';
import { callCost, connectionCost, type Lookup, lookupEstimate } from '../../graph/cost.ts';
import { startsEarly } from '../../graph/early.ts';
import { closedEnum, OrderDirection } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { withExample } from '../../graph/example.ts';
import { sourceRef } from '../../graph/exposed.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { MAX_SCAN_PAGES } from '../../upstream/paging/scan.ts';
import { isPathSafeName } from '../../upstream/path.ts';
import { isRepositoryKey } from '../repository/record.ts';
import {
  checkNamespaceArgument,
  checkSlashes,
  edgeCost,
  factFields,
  type Repository,
  RepositoryRef,
  repositoryFromRow,
} from '../repository/type.ts';
import { type ListQuery, orderQuery } from '../repository/upstream.ts';
import { sharedRepositoryLoader } from './loader.ts';
import { CENTERS, SharedRepository, type SharingCenter, SORT_KEYS } from './record.ts';
import { listSharedRepositories, PAGING } from './upstream.ts';

const SharingCenterRef = closedEnum(
  'SharingCenter',
  'The direction in which a repository is shared, seen from the caller.',
  CENTERS,
);

const OrderField = closedEnum(
  'SharedRepositoryOrderField',
  'A field that shared repositories can be ordered by.',
  SORT_KEYS,
);

export const SharedRepositoryRef = sourceRef<SharedRepository>('SharedRepository').implement({
  interfaces: [Node],
  description: 'A repository of container images that one account shares with another, as SWR lists it.',
  fields: (t) => ({
    center: t.expose('center', {
      type: SharingCenterRef,
      nullable: false,
      description: 'Whether the caller shares it, or another account shares it with the caller. `center`',
    }),
    ...factFields(t),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the repository was created. `created_at`',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the repository was last updated. `updated_at`',
    }),
    logo: t.exposeString('logo', {
      nullable: true,
      description: 'The address of its logo. Reserved, and usually empty. `logo`',
    }),
    domainName: t.exposeString('domainName', {
      nullable: true,
      description: 'The name of the account that owns it. `domain_name`',
    }),
    tags: t.expose('tags', {
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'The tags of its images; null when SWR does not send them. `tags`',
    }),
    isSharingValid: t.exposeBoolean('isSharingValid', {
      nullable: true,
      description:
        'Whether the sharing is valid, that is, has not expired. Null for `SELF`, where SWR documents the value as meaningless. `status`',
    }),
    repository: t.field({
      type: RepositoryRef,
      nullable: true,
      ...edgeCost(true),
      description:
        'The repository itself. Fields that it shares with this type cost no call; its other fields cost one.',
      resolve: (row, _args, context, info) => repositoryFromRow(context, row, row, info),
    }),
  }),
});

/** What it takes to find one: a scan of the repositories that have its name as a part of theirs. */
const LOOKUP: Lookup = { calls: MAX_SCAN_PAGES, rows: MAX_SCAN_PAGES * PAGING.maxPageSize };

registerNode(SharedRepositoryRef, {
  key: ['center', 'namespace', 'name'],
  estimate: lookupEstimate('swr', LOOKUP),
  isKey: (key) => Object.hasOwn(CENTERS.values, key.center) && isRepositoryKey(key),
  load: ({ session }, key) => sharedRepositoryLoader(session).load({ ...key, center: key.center as SharingCenter }),
});

builder.objectField(RepositoryRef, 'sharing', (t) =>
  t.field({
    type: SharedRepositoryRef,
    nullable: true,
    description: 'How the caller shares this repository with other accounts; null when it is not shared. Costs a call.',
    ...startsEarly(callCost('swr', LOOKUP), ({ row, namespace, name }: Repository, _args: object, { session }) => {
      if (row instanceof SharedRepository && row.center === 'SELF') return row;
      return sharedRepositoryLoader(session).load({ center: 'SELF', namespace, name });
    }),
  }),
);

/**
 * Checks a part of a repository's name, which the list matches fuzzily; SWR's filter cannot escape its separators.
 * Errors: throws BAD_USER_INPUT.
 */
function checkNamePart(name: string | null | undefined): void {
  checkSlashes('name', name);
  if (typeof name === 'string' && !isPathSafeName(name)) {
    throw badUserInput(
      '`name` must be a part of a repository name: 1 to 512 characters, without | :: $ % ? # & \\ and control characters, and without parts that are only dots.',
    );
  }
}

const SharedRepositoryFilter = builder.inputType('SharedRepositoryFilter', {
  description: 'Conditions on shared repositories, all of which must hold.',
  fields: (t) => ({
    namespace: t.string({ description: 'The organization. `namespace`' }),
    isSharingValid: t.boolean({
      description:
        'Whether the sharing is valid, that is, has not expired. Only together with `THIRD_PARTY`, as SWR documents no meaning of it for `SELF`. `status`',
    }),
  }),
});

const SharedRepositoryOrder = builder.inputType('SharedRepositoryOrder', {
  description: 'The order of shared repositories: by one field.',
  fields: (t) => ({
    field: t.field({ type: OrderField, required: true, description: 'The field to order by. `order_column`' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'The direction. `order_type`' }),
  }),
});

type Filter = typeof SharedRepositoryFilter.$inferInput;
type Order = typeof SharedRepositoryOrder.$inferInput;

/** The parameters of the filter and of the order. Errors: throws BAD_USER_INPUT. */
function furtherQuery(center: SharingCenter, { namespace, isSharingValid }: Filter, order?: Order | null): ListQuery {
  if (typeof namespace === 'string') checkNamespaceArgument(namespace, 'filter.namespace');
  const isValidityGiven = typeof isSharingValid === 'boolean';
  if (isValidityGiven && center === 'SELF') {
    throw badUserInput(
      '`filter.isSharingValid` must not be given for `SELF`: SWR says of repositories that others share with the caller alone whether the sharing is valid.',
    );
  }
  return [
    ...(typeof namespace === 'string' ? [['namespace', namespace] as const] : []),
    ...(isValidityGiven ? [['status', String(isSharingValid)] as const] : []),
    ...(order ? orderQuery(SORT_KEYS.toWire(order.field), order.direction) : []),
  ];
}

const SharedRepositoryConnection = connectionType(SharedRepositoryRef, { totalCount: 'total_range' });

const SHARED_BY_ME = `# The repositories that I share with others, each with the tags that retention removed last.
query SharedByMe {
  sharedRepositories(center: SELF, first: 5) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      namespace
      name
      tags
      repository {
        size
        creatorName
        retentionLogs(first: 5) {
          nodes { tag createdAt rule { template keepCount keepDays } }
        }
      }
    }
  }
}
`;

builder.queryField('sharedRepositories', (t) =>
  t.field({
    type: SharedRepositoryConnection,
    nullable: true,
    ...withExample(SHARED_BY_ME, connectionCost(PAGING)),
    description:
      'The repositories that the caller shares with other accounts, or that other accounts share with the caller.',
    args: {
      center: t.arg({
        type: SharingCenterRef,
        required: true,
        description:
          'Whether the caller shares the repositories, or other accounts share them with the caller. `center`',
      }),
      name: t.arg.string({ description: 'A part of the name, which SWR matches fuzzily. `name`' }),
      filter: t.arg({
        type: SharedRepositoryFilter,
        description: 'Which repositories; all repositories when it is not given.',
      }),
      orderBy: t.arg({ type: SharedRepositoryOrder, description: "The order; SWR's own when it is not given." }),
      ...pageArguments,
    },
    resolve: (_root, { center, name, filter, orderBy, ...page }, { session }, info) => {
      checkNamePart(name);
      const further = furtherQuery(center, filter ?? {}, orderBy);
      const query: ListQuery = [...(typeof name === 'string' ? [['name', name] as const] : []), ...further];
      const list = listSharedRepositories(session, center, query);
      const identity = ['SharedRepository', center, name ?? null, ...further];
      return resolveConnection(offsetConnection(identity, list), page, info);
    },
  }),
);
