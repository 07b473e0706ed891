// Mercurius with JIT on Fastify, with DataLoader and undici's `request`, as its documentation has it.
import DataLoader from 'dataloader';
import Fastify from 'fastify';
import { GraphQLScalarType } from 'graphql';
import mercurius, { type IResolvers } from 'mercurius';
import {
  type GroupRow,
  get,
  globalId,
  type ImageRow,
  type Key,
  type LogRow,
  numberOrNull,
  pathOf,
  platformOf,
  type RepositoryDetail,
  type RepositoryRow,
  type Rule,
} from './cloud-client.ts';

const SCHEMA = `
  scalar BigInt
  scalar DateTime
  enum SharingCenter { SELF THIRD_PARTY }
  enum RepositoryCategory { APP_SERVER LINUX FRAMEWORK_APP DATABASE LANG OTHER WINDOWS ARM UNKNOWN }
  enum ImageStatus { QUEUED SAVING ACTIVE KILLED DELETED UPLOADING IMPORTING PENDING_DELETE DEACTIVATED UNKNOWN }
  enum ImageVisibility { PUBLIC PRIVATE SHARED COMMUNITY UNKNOWN }
  enum ImageOsType { LINUX WINDOWS OTHER UNKNOWN }
  enum ImagePlatform {
    WINDOWS UBUNTU REDHAT SUSE CENTOS DEBIAN OPENSUSE ORACLE_LINUX FEDORA OTHER COREOS EULEROS HUAWEI_CLOUD_EULEROS UNKNOWN
  }
  enum RetentionTemplate { TAG_RULE DATE_RULE UNKNOWN }
  enum TagSelectorKind { LABEL REGEXP UNKNOWN }

  type Query {
    sharedRepositories(center: SharingCenter!, first: Int): SharedRepositoryConnection
    repository(namespace: String!, name: String!): Repository
    images(first: Int): ImageConnection
    imageGroups(first: Int): ImageGroupConnection
    retentionLogs(namespace: String!, repositoryName: String!, first: Int): RetentionLogConnection
  }
  type SharedRepositoryConnection { totalCount: Int nodes: [SharedRepository]! }
  type ImageConnection { nodes: [Image]! }
  type ImageGroupConnection { totalCount: Int nodes: [ImageGroup]! }
  type RetentionLogConnection { totalCount: Int nodes: [RetentionLog]! }
  type SharedRepository {
    namespace: String! name: String! size: BigInt tags: [String!] updatedAt: DateTime repository: Repository
  }
  type Repository {
    id: ID! namespace: String! name: String! category: RepositoryCategory categoryRaw: String description: String
    size: BigInt isPublic: Boolean imageCount: BigInt downloadCount: BigInt logoUrl: String path: String
    internalPath: String repositoryId: BigInt namespaceId: BigInt creatorId: String creatorName: String
    createdAt: DateTime updatedAt: DateTime domainId: String priority: Int
    retentionLogs(first: Int): RetentionLogConnection
  }
  type RetentionLog { logId: BigInt! tag: String createdAt: DateTime ruleType: String rule: RetentionRule }
  type RetentionRule { template: RetentionTemplate! keepCount: Int keepDays: Int tagSelectors: [TagSelector!]! }
  type TagSelector { kind: TagSelectorKind pattern: String }
  type Image {
    imageId: ID! name: String status: ImageStatus visibility: ImageVisibility minDisk: Int minRam: Int
    createdAt: DateTime updatedAt: DateTime osType: ImageOsType platform: ImagePlatform imageSize: BigInt
  }
  type ImageGroup { namespace: String! name: String! versionCount: Int createdAt: DateTime updatedAt: DateTime }
`;

type Repository = RepositoryDetail & Key;

interface Context {
  readonly token: string;
  readonly repositories: DataLoader<Key, Repository, string>;
}

function contextOf(token: string): Context {
  const repositories = new DataLoader(
    (keys: readonly Key[]) =>
      Promise.all(
        keys.map(async (key) => ({
          ...(await get<RepositoryDetail>(pathOf.repository(key), token)),
          namespace: key.namespace,
        })),
      ),
    { cacheKeyFn: ({ namespace, name }: Key) => `${namespace}/${name}` },
  );
  return { token, repositories };
}

async function logs(key: Key, first: number, { token }: Context) {
  const { retention_log, total } = await get<{ retention_log: readonly LogRow[]; total: number }>(
    pathOf.logs(key, first),
    token,
  );
  return { totalCount: total, nodes: retention_log };
}

const resolvers = {
  BigInt: new GraphQLScalarType({ name: 'BigInt', serialize: String }),
  DateTime: new GraphQLScalarType({ name: 'DateTime' }),
  Query: {
    sharedRepositories: async (_root: unknown, { first }: { first: number }, { token }: Context) => {
      const nodes = await get<readonly (RepositoryRow & { total_range: number })[]>(
        pathOf.sharedRepositories(first),
        token,
      );
      return { totalCount: nodes[0]?.total_range ?? 0, nodes };
    },
    repository: (_root: unknown, key: Key, { repositories }: Context) => repositories.load(key),
    images: async (_root: unknown, { first }: { first: number }, { token }: Context) => {
      const { images } = await get<{ images: readonly ImageRow[] }>(pathOf.images(first), token);
      return { nodes: images };
    },
    imageGroups: async (_root: unknown, { first }: { first: number }, { token }: Context) => {
      const { data, total } = await get<{ data: readonly GroupRow[]; total: number }>(pathOf.groups(first), token);
      return { totalCount: total, nodes: data };
    },
    retentionLogs: (
      _root: unknown,
      { namespace, repositoryName: name, first }: { namespace: string; repositoryName: string; first: number },
      context: Context,
    ) => logs({ namespace, name }, first, context),
  },
  SharedRepository: {
    updatedAt: (row: RepositoryRow) => row.updated_at,
    repository: (row: RepositoryRow, _arguments: unknown, { repositories }: Context) => repositories.load(row),
  },
  Repository: {
    id: globalId,
    category: ({ category }: Repository) => category.toUpperCase(),
    categoryRaw: ({ category }: Repository) => category,
    isPublic: (detail: Repository) => detail.is_public,
    imageCount: (detail: Repository) => detail.num_images,
    downloadCount: (detail: Repository) => detail.num_download,
    logoUrl: (detail: Repository) => detail.url,
    internalPath: (detail: Repository) => detail.internal_path,
    repositoryId: (detail: Repository) => detail.id,
    namespaceId: (detail: Repository) => detail.ns_id,
    creatorId: (detail: Repository) => detail.creator_id,
    creatorName: (detail: Repository) => detail.creator_name,
    createdAt: (detail: Repository) => detail.created,
    updatedAt: (detail: Repository) => detail.updated,
    domainId: (detail: Repository) => detail.domain_id,
    retentionLogs: (detail: Repository, { first }: { first: number }, context: Context) => logs(detail, first, context),
  },
  RetentionLog: {
    logId: ({ id }: LogRow) => id,
    createdAt: ({ created_at }: LogRow) => created_at,
    ruleType: ({ rule_type }: LogRow) => rule_type,
    rule: ({ rule_type }: LogRow) => JSON.parse(rule_type),
  },
  RetentionRule: {
    template: ({ template }: Rule) => template.toUpperCase(),
    keepCount: ({ params }: Rule) => numberOrNull(params.num),
    keepDays: ({ params }: Rule) => numberOrNull(params.days),
    tagSelectors: (rule: Rule) => rule.tag_selectors,
  },
  TagSelector: { kind: ({ kind }: { kind: string }) => kind.toUpperCase() },
  Image: {
    imageId: ({ id }: ImageRow) => id,
    status: ({ status }: ImageRow) => status.toUpperCase(),
    visibility: ({ visibility }: ImageRow) => visibility.toUpperCase(),
    minDisk: (image: ImageRow) => image.min_disk,
    minRam: (image: ImageRow) => image.min_ram,
    createdAt: (image: ImageRow) => image.created_at,
    updatedAt: (image: ImageRow) => image.updated_at,
    osType: (image: ImageRow) => image.__os_type.toUpperCase(),
    platform: (image: ImageRow) => platformOf(image.__platform),
    imageSize: (image: ImageRow) => image.__image_size,
  },
  ImageGroup: {
    versionCount: (group: GroupRow) => group.version_count,
    createdAt: (group: GroupRow) => new Date(group.create_at).toISOString(),
    updatedAt: (group: GroupRow) => new Date(group.update_at).toISOString(),
  },
};

const app = Fastify();
app.register(mercurius, {
  schema: SCHEMA,
  resolvers: resolvers as unknown as IResolvers,
  jit: 1,
  context: ({ headers }) => contextOf(headers['x-auth-token'] as string),
});
const origin = await app.listen({ port: 0, host: '127.0.0.1' });
console.info(`A peer is ready : open ${origin}/graphql`);
