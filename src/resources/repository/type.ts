// The type Repository and its root fields; what other slices need to hang their edges on it.
import type { GraphQLResolveInfo } from 'graphql';
import { builder, type Context, type Types } from '../../graph/builder.ts';
import { connectionType, offsetConnection, pageArguments, resolveConnection } from '../../graph/connection.ts';
import { callCost, connectionCost } from '../../graph/cost.ts';
import { openEnum } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { withExample } from '../../graph/example.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { selectedFields, selectedRowFields } from '../../graph/selection.ts';
import { isPathSafeName } from '../../upstream/path.ts';
import {
  CATEGORIES,
  type FactSource,
  isNamespaceGrammar,
  isRepositoryGrammar,
  isRepositoryKey,
  type RepositoryFacts,
  type RepositoryKey,
  RepositoryRow,
} from './record.ts';
import { loadRepository, needsDetail, needsRecord, Repository } from './repository.ts';
import { listRepositories, PAGING } from './upstream.ts';

/** The repository behind a row that proves its existence. Calls: none, until a selected field needs the detail. */
export function provenRepository(
  context: Context,
  key: RepositoryKey,
  row: RepositoryFacts | undefined,
  info: GraphQLResolveInfo,
): Repository {
  return new Repository(key, { session: context.session, row }).expect(selectedFields(info));
}

/** What the edge to a repository costs: a detail, where a field is selected that the row does not tell. */
export const provenCost = (hasRow: boolean) =>
  callCost('swr', 1, ({ fields }) => (hasRow ? needsDetail : needsRecord)(fields));

/** Finds a repository by its key; null when it does not exist. Calls: those of the loader. Errors: rejects with UpstreamError. */
export function findRepository(
  { session }: Context,
  key: RepositoryKey,
  info: GraphQLResolveInfo,
): Promise<Repository | null> {
  return loadRepository(session, key, selectedFields(info));
}

/** Checks the arguments that name a repository against the documented grammar. Errors: throws BAD_USER_INPUT. */
export function checkRepositoryArguments(namespace: string, argument: string, name: string): void {
  checkNamespaceArgument(namespace);
  if (name.includes('$')) throw badUserInput(`\`${argument}\` holds a $: write the name with / as it is.`);
  if (!isRepositoryGrammar(name)) {
    throw badUserInput(
      `\`${argument}\` is no repository name: 1 to 128 lowercase letters and digits, separated by single . / - _ or by __, beginning and ending with a letter or digit.`,
    );
  }
}

/** Checks a part of a repository's name, for lists that match it fuzzily; SWR's filter has no way to escape its separators. Errors: throws BAD_USER_INPUT. */
export function checkNamePart(name: string | null | undefined): void {
  if (name === null || name === undefined) return;
  if (name.includes('$')) throw badUserInput('`name` holds a $: write the name with / as it is.');
  if (!isPathSafeName(name) || name.length > 128) {
    throw badUserInput(
      '`name` is no part of a repository name: 1 to 128 characters, without | :: .. % ? # & \\ and control characters.',
    );
  }
}

/** Checks an argument that names an organization. Errors: throws BAD_USER_INPUT. */
export function checkNamespaceArgument(namespace: string): void {
  if (isNamespaceGrammar(namespace)) return;
  throw badUserInput(
    '`namespace` is no organization name: 1 to 64 lowercase letters and digits, separated by single . - _ or by __, beginning with a letter and ending with a letter or digit.',
  );
}

/** The calls to find one: a detail, and its share in a list that five keys ask for and that may not tell enough. */
const FINDING = 1.2;

/** What an edge costs that finds a repository by its key. */
export const findingCost = callCost('swr', FINDING);

const RepositoryCategory = openEnum('RepositoryCategory', 'What a repository is for.', CATEGORIES);

/** The fields that are the same on everything that shows a repository's facts. */
export function factFields(t: PothosSchemaTypes.ObjectFieldBuilder<Types, RepositoryKey & FactSource>) {
  return {
    namespace: t.exposeString('namespace', {
      nullable: false,
      description: 'The organization that the repository belongs to. `namespace`',
    }),
    name: t.exposeString('name', {
      nullable: false,
      description: 'The name within the organization, with its slashes. `name`',
    }),
    category: t.field({
      type: RepositoryCategory,
      nullable: true,
      description: 'What the repository is for. Null when not set. `category`',
      resolve: (source) => source.fact('category'),
    }),
    categoryRaw: t.string({
      nullable: true,
      description: 'The category in the word that SWR sent. `category`',
      resolve: (source) => source.fact('categoryRaw'),
    }),
    description: t.string({
      nullable: true,
      description: 'What its owner says about it; may be empty. `description`',
      resolve: (source) => source.fact('description'),
    }),
    size: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'The size of all its images, in bytes. `size`',
      resolve: (source) => source.fact('size'),
    }),
    isPublic: t.boolean({
      nullable: true,
      description: 'Whether everybody can pull from it. `is_public`',
      resolve: (source) => source.fact('isPublic'),
    }),
    imageCount: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'How many image tags it holds. `num_images`',
      resolve: (source) => source.fact('imageCount'),
    }),
    downloadCount: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'How often its images have been pulled, since it exists. `num_download`',
      resolve: (source) => source.fact('downloadCount'),
    }),
    logoUrl: t.string({
      nullable: true,
      description: 'The URL of its logo; reserved, usually empty. `url`',
      resolve: (source) => source.fact('logoUrl'),
    }),
    path: t.string({
      nullable: true,
      description: 'The address to pull from, over the internet. `path`',
      resolve: (source) => source.fact('path'),
    }),
    internalPath: t.string({
      nullable: true,
      description: "The address to pull from, within the cloud's network. `internal_path`",
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
      description: "SWR's own number of the repository. `id`",
      resolve: (repository) => repository.detail('repositoryId'),
    }),
    namespaceId: t.field({
      type: 'BigInt',
      nullable: true,
      description: "SWR's own number of the organization. `ns_id`",
      resolve: (repository) => repository.detail('namespaceId'),
    }),
    creatorId: t.string({
      nullable: true,
      description: 'The id of the user who created it. `creator_id`',
      resolve: (repository) => repository.detail('creatorId'),
    }),
    creatorName: t.string({
      nullable: true,
      description: 'The name of the user who created it. `creator_name`',
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
      description: 'Its rank where images are sorted by priority. `priority`',
      resolve: (repository) => repository.detail('priority'),
    }),
  }),
});

registerNode(RepositoryRef, {
  key: ['namespace', 'name'],
  estimate: { service: 'swr', calls: 1, atMost: FINDING, nodes: 1 },
  isKey: isRepositoryKey,
  load: findRepository,
});

const ONE_REPOSITORY = `# One repository with all that hangs on it.
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
    ...withExample(ONE_REPOSITORY, findingCost),
    description: 'One repository; null when it does not exist.',
    args: {
      namespace: t.arg.string({ required: true, description: 'The organization. `namespace`' }),
      name: t.arg.string({ required: true, description: 'The name of the repository, with its slashes. `repository`' }),
    },
    resolve: (_root, { namespace, name }, context, info) => {
      checkRepositoryArguments(namespace, 'name', name);
      return findRepository(context, { namespace, name }, info);
    },
  }),
);

const MY_REPOSITORIES = `# My repositories in one organization, with what the list tells of them.
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
      "The caller's own repositories. What a row of the list tells costs no further call; the other fields cost one a repository.",
    args: {
      namespace: t.arg.string({ description: 'The organization; all of them when it is not given. `namespace`' }),
      name: t.arg.string({ description: 'A part of the name: SWR matches it fuzzily. `name`' }),
      ...pageArguments,
    },
    resolve: (_root, { namespace, name, ...page }, { session }, info) => {
      if (typeof namespace === 'string') checkNamespaceArgument(namespace);
      checkNamePart(name);
      const filter = { namespace: namespace ?? undefined, name: name ?? undefined };
      const { decode, ...list } = listRepositories(session, filter);
      const selected = selectedRowFields(info);
      const rows = {
        ...list,
        decode: (wire: unknown) => {
          const row = decode(wire);
          return row instanceof RepositoryRow ? new Repository(row, { session, row }).expect(selected) : row;
        },
      };
      return resolveConnection(offsetConnection(['Repository', namespace, name], rows), page, info);
    },
  }),
);
