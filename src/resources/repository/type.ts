// Defines the type Repository and its root fields, and what other slices need for edges from and to it.
import type { GraphQLResolveInfo } from 'graphql';
import { builder, type Context, type Types } from '../../graph/builder.ts';
import { connectionType, offsetConnection, pageArguments, resolveConnection } from '../../graph/connection.ts';
import { callCost, connectionCost, type Lookup, lookupEstimate } from '../../graph/cost.ts';
import { openEnum } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { withExample } from '../../graph/example.ts';
import { checkTexts } from '../../graph/input.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { selectedFields, selectedRowFields } from '../../graph/selection.ts';
import {
  CATEGORIES,
  type FactSource,
  isNamespaceKey,
  isRepositoryKey,
  type RepositoryFacts,
  type RepositoryKey,
  RepositoryRow,
} from './record.ts';
import { loadRepository, needsDetail, needsRecord, Repository } from './repository.ts';
import { keyText, listRepositories, PAGING } from './upstream.ts';

/** The repository of a row, or of a key in another record. Calls: none, until a selected field needs the detail. */
export function repositoryFromRow(
  context: Context,
  key: RepositoryKey,
  row: RepositoryFacts | undefined,
  info: GraphQLResolveInfo,
): Repository {
  return new Repository(key, { session: context.session, row }).expect(selectedFields(info));
}

/** The cost of an edge from a row: a detail, where a field is selected that the row does not have. */
export const edgeCost = (hasRow: boolean) =>
  callCost('swr', undefined, ({ fields }) => (hasRow ? needsDetail : needsRecord)(fields));

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
export function checkNamespaceArgument(namespace: string): void {
  if (isNamespaceKey(namespace)) return;
  throw badUserInput(
    '`namespace` must be an organization name: 1 to 512 characters, without / | :: $ % ? # & \\ and control characters, and not only dots or blanks.',
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

const RepositoryCategory = openEnum('RepositoryCategory', 'The category of a repository.', CATEGORIES);

/** The fields that all types with a repository's facts have. */
export function factFields(t: PothosSchemaTypes.ObjectFieldBuilder<Types, RepositoryKey & FactSource>) {
  return {
    namespace: t.exposeString('namespace', {
      nullable: false,
      description: 'The organization that the repository belongs to. `namespace`',
    }),
    name: t.exposeString('name', {
      nullable: false,
      description: 'The name within the organization; it may contain slashes. `name`',
    }),
    category: t.field({
      type: RepositoryCategory,
      nullable: true,
      description: 'The category; null when it is not set. `category`',
      resolve: (source) => source.fact('category'),
    }),
    categoryRaw: t.string({
      nullable: true,
      description: 'The category as SWR sent it. `category`',
      resolve: (source) => source.fact('categoryRaw'),
    }),
    description: t.string({
      nullable: true,
      description: 'The description; it may be empty. `description`',
      resolve: (source) => source.fact('description'),
    }),
    size: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'The total size of its images, in bytes. `size`',
      resolve: (source) => source.fact('size'),
    }),
    isPublic: t.boolean({
      nullable: true,
      description: 'Whether every account can pull from it. `is_public`',
      resolve: (source) => source.fact('isPublic'),
    }),
    imageCount: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'The number of its image tags. `num_images`',
      resolve: (source) => source.fact('imageCount'),
    }),
    downloadCount: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'The number of pulls since it was created. `num_download`',
      resolve: (source) => source.fact('downloadCount'),
    }),
    logoUrl: t.string({
      nullable: true,
      description: 'The URL of its logo. Reserved, and usually empty. `url`',
      resolve: (source) => source.fact('logoUrl'),
    }),
    path: t.string({
      nullable: true,
      description: 'The pull address on the internet. `path`',
      resolve: (source) => source.fact('path'),
    }),
    internalPath: t.string({
      nullable: true,
      description: "The pull address in the cloud's internal network. `internal_path`",
      resolve: (source) => source.fact('internalPath'),
    }),
  };
}

export const RepositoryRef = builder.objectRef<Repository>('Repository').implement({
  interfaces: [Node],
  description: 'A repository of container images in SWR.',
  fields: (t) => ({
    ...factFields(t),
    repositoryId: t.field({
      type: 'BigInt',
      nullable: true,
      description: "SWR's numeric id of the repository. `id`",
      resolve: (repository) => repository.detail('repositoryId'),
    }),
    namespaceId: t.field({
      type: 'BigInt',
      nullable: true,
      description: "SWR's numeric id of the organization. `ns_id`",
      resolve: (repository) => repository.detail('namespaceId'),
    }),
    creatorId: t.string({
      nullable: true,
      description: 'The id of the user that created it. `creator_id`',
      resolve: (repository) => repository.detail('creatorId'),
    }),
    creatorName: t.string({
      nullable: true,
      description: 'The name of the user that created it. `creator_name`',
      resolve: (repository) => repository.detail('creatorName'),
    }),
    createdAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was created. `created`',
      resolve: (repository) => repository.fact('createdAt'),
    }),
    updatedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last updated. `updated`',
      resolve: (repository) => repository.fact('updatedAt'),
    }),
    domainId: t.string({
      nullable: true,
      description: 'The id of the account that owns it. `domain_id`',
      resolve: (repository) => repository.detail('domainId'),
    }),
    priority: t.int({
      nullable: true,
      description: 'The priority when repositories are sorted. `priority`',
      resolve: (repository) => repository.detail('priority'),
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

const ONE_REPOSITORY = `# One repository, how it is shared, and its image group.
query OneRepository {
  repository(namespace: "data-platform", name: "huge-counters") {
    id
    category
    size
    imageCount
    downloadCount
    path
    createdAt
    sharing { id tags }
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

const MY_REPOSITORIES = `# My repositories in one organization.
query MyRepositories {
  repositories(namespace: "data-platform", first: 10) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { name category size imageCount downloadCount updatedAt }
  }
}
`;

builder.queryField('repositories', (t) =>
  t.field({
    type: connectionType(RepositoryRef, 'total_range'),
    nullable: true,
    ...withExample(MY_REPOSITORIES, connectionCost({ ...PAGING, needsRowCall: needsDetail })),
    description:
      "The caller's own repositories. Fields that SWR sends in the list cost no further call; the others cost one for each repository.",
    args: {
      namespace: t.arg.string({ description: 'The organization; all organizations when it is not given. `namespace`' }),
      name: t.arg.string({ description: 'A part of the name, which SWR matches fuzzily. `name`' }),
      ...pageArguments,
    },
    resolve: (_root, { namespace, name, ...page }, { session }, info) => {
      checkSlashes('name', name);
      checkTexts({ namespace, name });
      const filter = { namespace: namespace ?? undefined, name: name ?? undefined };
      const list = listRepositories(session, filter);
      const selected = selectedRowFields(info);
      const rows = {
        ...list,
        keyText,
        decode: (wire: unknown) => {
          const row = list.decode(wire);
          return row instanceof RepositoryRow ? new Repository(row, { session, row }).expect(selected) : row;
        },
      };
      return resolveConnection(offsetConnection(['Repository', namespace, name], rows), page, info);
    },
  }),
);
