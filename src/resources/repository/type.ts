// Defines the type Repository and its root fields, and what other slices need for edges from and to it.
import type { MaybePromise } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import { builder, type Context, type Types } from '../../graph/builder.ts';
import {
  connectionType,
  offsetConnection,
  type PageArguments,
  pageArguments,
  resolveConnection,
} from '../../graph/connection.ts';
import { callCost, connectionCost, type Lookup, lookupEstimate } from '../../graph/cost.ts';
import { startEarlyFields } from '../../graph/early.ts';
import { badUserInput } from '../../graph/errors.ts';
import { withExample } from '../../graph/example.ts';
import { type ExposedFields, sourceRef } from '../../graph/exposed.ts';
import { checkTexts, sameCondition } from '../../graph/input.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { selectedFields, selectedRowFields } from '../../graph/selection.ts';
import {
  type Filter,
  furtherQuery,
  type Order,
  RepositoryCategory,
  RepositoryFilter,
  RepositoryOrder,
} from './input.ts';
import {
  isNamespaceKey,
  isRepositoryKey,
  type ParentKey,
  type RepositoryFact,
  type RepositoryFacts,
  type RepositoryKey,
  RepositoryRow,
} from './record.ts';
import { loadRepository, needsDetail, needsRecord, Repository } from './repository.ts';

export type { Repository } from './repository.ts';

import { keyText, listRepositories, MAX_UNPAGED_ROWS, PAGING } from './upstream.ts';

/** The repository of a row, or of a key in another record. Calls: none, unless a selected field needs the detail. */
export function repositoryFromRow(
  context: Context,
  key: RepositoryKey,
  row: RepositoryFacts | undefined,
  info: GraphQLResolveInfo,
): MaybePromise<Repository> {
  return complete(new Repository(key, { session: context.session, row }).expect(selectedFields(info)), context, info);
}

/** A repository once its fields can be read. Fields that need its key alone do not wait for that. */
function complete(repository: Repository, context: Context, info: GraphQLResolveInfo): MaybePromise<Repository> {
  const { loading } = repository;
  if (loading) startEarlyFields(repository, context, info);
  return loading ?? repository;
}

/** The cost of an edge from a row: a detail, where a field is selected that the row does not have. */
export const edgeCost = (hasRow: boolean, lookup?: Lookup) =>
  callCost('swr', lookup, ({ fields }) => (hasRow ? needsDetail : needsRecord)(fields));

/** Finds a repository by its key; null when it does not exist. Calls, errors: those of `loadRepository`. */
export function findRepository(
  { session }: Context,
  key: RepositoryKey,
  info: GraphQLResolveInfo,
): Promise<Repository | null> {
  return loadRepository(session, key, selectedFields(info));
}

/** Checks that a key keeps its meaning in a path: whether there is such a name is left to SWR. Errors: throws BAD_USER_INPUT. */
export function checkRepositoryArguments(namespace: string, argument: string, name: string): void {
  checkNamespaceArgument(namespace);
  checkSlashes(argument, name);
  if (isRepositoryKey({ namespace, name })) return;
  throw badUserInput(
    `\`${argument}\` must be a repository name: 1 to 512 characters, without | :: $ % ? # & \\ and control characters, and without parts that are empty or only dots.`,
  );
}

/** Checks that the name of an organization keeps its meaning in a path. Errors: throws BAD_USER_INPUT. */
export function checkNamespaceArgument(namespace: string, argument = 'namespace'): void {
  if (isNamespaceKey(namespace)) return;
  throw badUserInput(
    `\`${argument}\` must be an organization name: 1 to 512 characters, without / | :: $ % ? # & \\ and control characters, and not only dots or blanks.`,
  );
}

/** Rejects a `$`, which SWR writes for a slash. Errors: throws BAD_USER_INPUT. */
export function checkSlashes(argument: string, name: string | null | undefined): void {
  if (name?.includes('$')) throw badUserInput(`\`${argument}\` must not contain $: write slashes as /.`);
}

/** The calls to find one: a detail, and its share in a list of five keys that may not have all facts. */
const LOOKUP: Lookup = { calls: 1.2, rows: PAGING.maxPageSize / 5 };

/** The cost of finding a repository by its key. */
export const lookupCost = callCost('swr', LOOKUP);

/** The cost of a list without pages of what belongs to a repository. */
export const childListCost = callCost('swr', { calls: 1, rows: MAX_UNPAGED_ROWS });

/** The calls to find one of what belongs to a repository: its own, and its share in a list of two keys that does not decide. */
export const CHILD_LOOKUP: Lookup = { calls: 1.5, rows: MAX_UNPAGED_ROWS / 2 };

/** What has a repository's facts. */
type FactFields = ExposedFields<RepositoryKey & Pick<RepositoryFacts, RepositoryFact>>;

/** The fields that all types with a repository's facts have. */
export function factFields(t: PothosSchemaTypes.ObjectFieldBuilder<Types, FactFields>) {
  return {
    namespace: t.exposeString('namespace', {
      nullable: false,
      description: 'The organization that the repository belongs to. `namespace`',
    }),
    name: t.exposeString('name', {
      nullable: false,
      description: 'The name within the organization; it may contain slashes. `name`',
    }),
    category: t.expose('category', {
      type: RepositoryCategory,
      nullable: true,
      description: 'The category; null when it is not set. `category`',
    }),
    categoryRaw: t.exposeString('categoryRaw', {
      nullable: true,
      description: 'The category as SWR sent it. `category`',
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'The description; it may be empty. `description`',
    }),
    size: t.expose('size', {
      type: 'BigInt',
      nullable: true,
      description: 'The total size of its images, in bytes. `size`',
    }),
    isPublic: t.exposeBoolean('isPublic', {
      nullable: true,
      description: 'Whether every account can pull from it. `is_public`',
    }),
    imageCount: t.expose('imageCount', {
      type: 'BigInt',
      nullable: true,
      description: 'The number of its image tags. `num_images`',
    }),
    downloadCount: t.expose('downloadCount', {
      type: 'BigInt',
      nullable: true,
      description: 'The number of pulls since it was created. `num_download`',
    }),
    logoUrl: t.exposeString('logoUrl', {
      nullable: true,
      description: 'The URL of its logo. Reserved, and usually empty. `url`',
    }),
    path: t.exposeString('path', {
      nullable: true,
      description: 'The pull address on the internet. `path`',
    }),
    internalPath: t.exposeString('internalPath', {
      nullable: true,
      description: "The pull address in the cloud's internal network. `internal_path`",
    }),
  };
}

/** The fields of what belongs to a repository that say to which. */
export function parentFields(t: PothosSchemaTypes.ObjectFieldBuilder<Types, ExposedFields<ParentKey>>) {
  return {
    namespace: t.exposeString('namespace', {
      nullable: false,
      description: 'The organization that the repository belongs to. `namespace`',
    }),
    repositoryName: t.exposeString('repositoryName', {
      nullable: false,
      description: 'The name of the repository; it may contain slashes. `repository`',
    }),
  };
}

export const RepositoryRef = sourceRef<Repository>('Repository').implement({
  interfaces: [Node],
  description: 'A repository of container images in SWR.',
  fields: (t) => ({
    ...factFields(t),
    repositoryId: t.expose('repositoryId', {
      type: 'BigInt',
      nullable: true,
      description: "SWR's numeric id of the repository. `id`",
    }),
    namespaceId: t.expose('namespaceId', {
      type: 'BigInt',
      nullable: true,
      description: "SWR's numeric id of the organization. `ns_id`",
    }),
    creatorId: t.exposeString('creatorId', {
      nullable: true,
      description: 'The id of the user that created it. `creator_id`',
    }),
    creatorName: t.exposeString('creatorName', {
      nullable: true,
      description: 'The name of the user that created it. `creator_name`',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was created. `created`',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last updated. `updated`',
    }),
    domainId: t.exposeString('domainId', {
      nullable: true,
      description: 'The id of the account that owns it. `domain_id`',
    }),
    priority: t.exposeInt('priority', {
      nullable: true,
      description: 'The priority when repositories are sorted. `priority`',
    }),
  }),
});

registerNode(RepositoryRef, {
  key: ['namespace', 'name'],
  example: { namespace: 'data-platform', name: 'a/b_c.d' },
  estimate: lookupEstimate('swr', LOOKUP),
  isKey: isRepositoryKey,
  load: findRepository,
});

const ONE_REPOSITORY = `# One repository: its tags, how it is shared, what removes its old tags, what its pushes update, and its image group.
query OneRepository {
  repository(namespace: "data-platform", name: "huge-counters") {
    id
    category
    size
    imageCount
    downloadCount
    path
    createdAt
    containerTags(first: 3) {
      totalCount
      nodes { name digest size updatedAt }
    }
    sharing { id tags }
    retentionPolicies {
      nodes { rules { template keepCount keepDays tagSelectors { kind pattern } } }
    }
    triggers {
      nodes { name workloadName clusterName condition isEnabled }
    }
    imageGroup { id versionCount }
  }
}
`;

builder.queryField('repository', (t) =>
  t.field({
    type: RepositoryRef,
    nullable: true,
    ...withExample(ONE_REPOSITORY, lookupCost),
    description: 'One repository; null when it does not exist.',
    args: {
      namespace: t.arg.string({ required: true, description: 'The organization. `namespace`' }),
      name: t.arg.string({
        required: true,
        description: 'The name of the repository; it may contain slashes. `repository`',
      }),
    },
    resolve: (_root, { namespace, name }, context, info) => {
      checkRepositoryArguments(namespace, 'name', name);
      return findRepository(context, { namespace, name }, info);
    },
  }),
);

export const RepositoryConnection = connectionType(RepositoryRef, { totalCount: 'total_range', complete });

/** The cost of a list of own repositories. */
export const repositoryListCost = connectionCost({ ...PAGING, needsRowCall: needsDetail });

/** The arguments of a list of own repositories. */
export const repositoryListArguments = {
  ...builder.args((t) => ({
    filter: t.field({
      type: RepositoryFilter,
      description: 'Which repositories; all repositories when it is not given.',
    }),
    orderBy: t.field({ type: RepositoryOrder, description: "The order; SWR's own when it is not given." }),
  })),
  ...pageArguments,
};

/** The values of the arguments of a list of own repositories. */
export interface RepositoryListArguments extends PageArguments {
  readonly filter?: Filter | null | undefined;
  readonly orderBy?: Order | null | undefined;
}

/**
 * A page of the caller's own repositories. `given` are conditions beside those of the filter.
 * Errors: throws BAD_USER_INPUT where a condition is invalid, or is given twice and differs; rejects with UpstreamError.
 */
export function resolveRepositories(
  { session }: Context,
  given: Pick<Filter, 'namespace' | 'name'>,
  { filter, orderBy, ...page }: RepositoryListArguments,
  info: GraphQLResolveInfo,
) {
  checkSlashes('name', given.name);
  checkTexts(given);
  checkSlashes('filter.name', filter?.name);
  checkTexts(filter ?? {}, 'filter');
  const namespace = sameCondition('namespace', given.namespace, filter?.namespace);
  const name = sameCondition('name', given.name, filter?.name);
  const further = furtherQuery(filter ?? {}, orderBy);
  const list = listRepositories(session, [
    ...(namespace === undefined ? [] : [['namespace', namespace] as const]),
    ...(name === undefined ? [] : [['name', name] as const]),
    ...further,
  ]);
  const selected = selectedRowFields(info);
  const rows = {
    ...list,
    keyText,
    decode: (wire: unknown) => {
      const row = list.decode(wire);
      return row instanceof RepositoryRow ? new Repository(row, { session, row }).expect(selected) : row;
    },
  };
  return resolveConnection(offsetConnection(['Repository', namespace, name, ...further], rows), page, info);
}

const MY_REPOSITORIES = `# My repositories in one organization, those with the most tags first.
query MyRepositories {
  repositories(
    filter: { namespace: "data-platform" }
    orderBy: { field: TAG_COUNT, direction: DESC }
    first: 10
  ) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { name category size imageCount downloadCount updatedAt }
  }
}
`;

builder.queryField('repositories', (t) =>
  t.field({
    type: RepositoryConnection,
    nullable: true,
    ...withExample(MY_REPOSITORIES, repositoryListCost),
    description:
      "The caller's own repositories. Fields that SWR sends in the list cost no further call; the others cost one for each repository.",
    args: {
      namespace: t.arg.string({ description: 'The organization; all organizations when it is not given. `namespace`' }),
      name: t.arg.string({ description: 'A part of the name, which SWR matches fuzzily. `name`' }),
      ...repositoryListArguments,
    },
    resolve: (_root, { namespace, name, ...list }, context, info) =>
      resolveRepositories(context, { namespace, name }, list, info),
  }),
);
