// The type SharedRepository, its root field, and the edge `sharing` of a Repository.
import { builder } from '../../graph/builder.ts';
import { connectionType, offsetConnection, pageArguments, resolveConnection } from '../../graph/connection.ts';
import { callCost, connectionCost } from '../../graph/cost.ts';
import { closedEnum } from '../../graph/enums.ts';
import { withExample } from '../../graph/example.ts';
import { sourceRef } from '../../graph/exposed.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { MAX_SCAN_PAGES } from '../../upstream/paging/scan.ts';
import { isRepositoryKey } from '../repository/record.ts';
import { checkNamePart, factFields, provenCost, provenRepository, RepositoryRef } from '../repository/type.ts';
import { sharedRepositoryLoader } from './loader.ts';
import { CENTERS, SharedRepository, type SharingCenter } from './record.ts';
import { listSharedRepositories, PAGING } from './upstream.ts';

const SharingCenterRef = closedEnum('SharingCenter', 'From whose point of view a repository is shared.', CENTERS);

const SharedRepositoryRef = sourceRef<SharedRepository>('SharedRepository').implement({
  interfaces: [Node],
  description: 'A repository of container images that one account of the cloud shares with another, as SWR lists it.',
  fields: (t) => ({
    center: t.expose('center', {
      type: SharingCenterRef,
      nullable: false,
      description: 'Whether the caller shares it or it is shared with him. `center`',
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
      description: 'The address of its logo; reserved, usually empty. `logo`',
    }),
    domainName: t.exposeString('domainName', {
      nullable: true,
      description: 'The account that owns it. `domain_name`',
    }),
    tags: t.expose('tags', {
      type: ['String'],
      nullable: { list: true, items: false },
      description: 'The tags of its images. Null when SWR sends none. `tags`',
    }),
    isSharingValid: t.exposeBoolean('isSharingValid', {
      nullable: true,
      description:
        'Whether the sharing is still valid, not expired. Null for `SELF`, where SWR says nothing of use. `status`',
    }),
    repository: t.field({
      type: RepositoryRef,
      nullable: true,
      ...provenCost(true),
      description: 'The repository itself. What this row tells of it costs no call; its other fields cost one.',
      resolve: (row, _args, context, info) => provenRepository(context, row, row, info),
    }),
  }),
});

registerNode(SharedRepositoryRef, {
  key: ['center', 'namespace', 'name'],
  estimate: { service: 'swr', calls: 1, atMost: MAX_SCAN_PAGES, nodes: 1 },
  isKey: (key) => Object.hasOwn(CENTERS.values, key.center) && isRepositoryKey(key),
  load: ({ session }, key) => sharedRepositoryLoader(session).load({ ...key, center: key.center as SharingCenter }),
});

builder.objectField(RepositoryRef, 'sharing', (t) =>
  t.field({
    type: SharedRepositoryRef,
    nullable: true,
    ...callCost('swr', MAX_SCAN_PAGES),
    description: 'How the caller shares this repository with others; null when he does not.',
    resolve: ({ row, namespace, name }, _args, { session }) => {
      if (row instanceof SharedRepository && row.center === 'SELF') return row;
      return sharedRepositoryLoader(session).load({ center: 'SELF', namespace, name });
    },
  }),
);

const SharedRepositoryConnection = connectionType(SharedRepositoryRef, 'total_range');

const SHARED_BY_ME = `# What I share with others, each with its repository and the last tags that retention removed.
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
    description: 'The repositories that the caller shares with others, or that others share with him.',
    args: {
      center: t.arg({
        type: SharingCenterRef,
        required: true,
        description: 'Shared by the caller, or with him. `center`',
      }),
      name: t.arg.string({ description: 'A part of the name: SWR matches it fuzzily. `name`' }),
      ...pageArguments,
    },
    resolve: (_root, { center, name, ...page }, { session }, info) => {
      checkNamePart(name);
      const list = listSharedRepositories(session, { center, name: name ?? undefined });
      return resolveConnection(offsetConnection(['SharedRepository', center, name ?? null], list), page, info);
    },
  }),
);
