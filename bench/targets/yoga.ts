// GraphQL Yoga with Pothos, DataLoader and undici's `request`, as their documentation has it.
import { createServer } from 'node:http';
import SchemaBuilder from '@pothos/core';
import DataLoader from 'dataloader';
import { createYoga } from 'graphql-yoga';
import {
  announce,
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

type Repository = RepositoryDetail & Key;

interface Context {
  readonly token: string;
  readonly repositories: DataLoader<Key, Repository, string>;
}

const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: true;
  Scalars: { BigInt: { Input: string; Output: string | number }; DateTime: { Input: string; Output: string } };
}>({});
builder.scalarType('BigInt', { serialize: String });
builder.scalarType('DateTime', {});

const enumOf = (name: string, values: string) => builder.enumType(name, { values: values.split(' ') });
const SharingCenter = enumOf('SharingCenter', 'SELF THIRD_PARTY');
const Category = enumOf('RepositoryCategory', 'APP_SERVER LINUX FRAMEWORK_APP DATABASE LANG OTHER WINDOWS ARM UNKNOWN');
const Status = enumOf(
  'ImageStatus',
  'QUEUED SAVING ACTIVE KILLED DELETED UPLOADING IMPORTING PENDING_DELETE DEACTIVATED UNKNOWN',
);
const Visibility = enumOf('ImageVisibility', 'PUBLIC PRIVATE SHARED COMMUNITY UNKNOWN');
const OsType = enumOf('ImageOsType', 'LINUX WINDOWS OTHER UNKNOWN');
const Platform = enumOf(
  'ImagePlatform',
  'WINDOWS UBUNTU REDHAT SUSE CENTOS DEBIAN OPENSUSE ORACLE_LINUX FEDORA OTHER COREOS EULEROS HUAWEI_CLOUD_EULEROS UNKNOWN',
);
const Template = enumOf('RetentionTemplate', 'TAG_RULE DATE_RULE UNKNOWN');
const SelectorKind = enumOf('TagSelectorKind', 'LABEL REGEXP UNKNOWN');

async function logs(key: Key, first: number, { token }: Context) {
  const { retention_log, total } = await get<{ retention_log: readonly LogRow[]; total: number }>(
    pathOf.logs(key, first),
    token,
  );
  return { totalCount: total, nodes: retention_log };
}

const TagSelector = builder.objectRef<Rule['tag_selectors'][number]>('TagSelector').implement({
  fields: (t) => ({
    kind: t.field({ type: SelectorKind, resolve: ({ kind }) => kind.toUpperCase() }),
    pattern: t.exposeString('pattern'),
  }),
});

const RetentionRule = builder.objectRef<Rule>('RetentionRule').implement({
  fields: (t) => ({
    template: t.field({ type: Template, nullable: false, resolve: ({ template }) => template.toUpperCase() }),
    keepCount: t.int({ resolve: ({ params }) => numberOrNull(params.num) }),
    keepDays: t.int({ resolve: ({ params }) => numberOrNull(params.days) }),
    tagSelectors: t.field({ type: [TagSelector], nullable: false, resolve: (rule) => [...rule.tag_selectors] }),
  }),
});

const RetentionLog = builder.objectRef<LogRow>('RetentionLog').implement({
  fields: (t) => ({
    logId: t.expose('id', { type: 'BigInt', nullable: false }),
    tag: t.exposeString('tag'),
    createdAt: t.expose('created_at', { type: 'DateTime' }),
    ruleType: t.exposeString('rule_type'),
    rule: t.field({ type: RetentionRule, resolve: ({ rule_type }) => JSON.parse(rule_type) as Rule }),
  }),
});

interface Page<Row> {
  readonly totalCount: number;
  readonly nodes: readonly Row[];
}

const LogConnection = builder.objectRef<Page<LogRow>>('RetentionLogConnection').implement({
  fields: (t) => ({
    totalCount: t.exposeInt('totalCount'),
    nodes: t.field({ type: [RetentionLog], nullable: { list: false, items: true }, resolve: ({ nodes }) => nodes }),
  }),
});

const RepositoryRef = builder.objectRef<Repository>('Repository').implement({
  fields: (t) => ({
    id: t.id({ nullable: false, resolve: globalId }),
    namespace: t.exposeString('namespace', { nullable: false }),
    name: t.exposeString('name', { nullable: false }),
    category: t.field({ type: Category, resolve: ({ category }) => category.toUpperCase() }),
    categoryRaw: t.exposeString('category'),
    description: t.exposeString('description'),
    size: t.expose('size', { type: 'BigInt' }),
    isPublic: t.exposeBoolean('is_public'),
    imageCount: t.expose('num_images', { type: 'BigInt' }),
    downloadCount: t.expose('num_download', { type: 'BigInt' }),
    logoUrl: t.exposeString('url'),
    path: t.exposeString('path'),
    internalPath: t.exposeString('internal_path'),
    repositoryId: t.expose('id', { type: 'BigInt' }),
    namespaceId: t.expose('ns_id', { type: 'BigInt' }),
    creatorId: t.exposeString('creator_id'),
    creatorName: t.exposeString('creator_name'),
    createdAt: t.expose('created', { type: 'DateTime' }),
    updatedAt: t.expose('updated', { type: 'DateTime' }),
    domainId: t.exposeString('domain_id'),
    priority: t.exposeInt('priority'),
    retentionLogs: t.field({
      type: LogConnection,
      args: { first: t.arg.int({ required: true }) },
      resolve: (repository, { first }, context) => logs(repository, first, context),
    }),
  }),
});

const SharedRepository = builder.objectRef<RepositoryRow>('SharedRepository').implement({
  fields: (t) => ({
    namespace: t.exposeString('namespace', { nullable: false }),
    name: t.exposeString('name', { nullable: false }),
    size: t.expose('size', { type: 'BigInt' }),
    tags: t.field({ type: ['String'], resolve: ({ tags }) => tags }),
    updatedAt: t.expose('updated_at', { type: 'DateTime' }),
    repository: t.field({
      type: RepositoryRef,
      resolve: (row, _arguments, { repositories }) => repositories.load(row),
    }),
  }),
});

const Image = builder.objectRef<ImageRow>('Image').implement({
  fields: (t) => ({
    imageId: t.exposeID('id', { nullable: false }),
    name: t.exposeString('name'),
    status: t.field({ type: Status, resolve: ({ status }) => status.toUpperCase() }),
    visibility: t.field({ type: Visibility, resolve: ({ visibility }) => visibility.toUpperCase() }),
    minDisk: t.exposeInt('min_disk'),
    minRam: t.exposeInt('min_ram'),
    createdAt: t.expose('created_at', { type: 'DateTime' }),
    updatedAt: t.expose('updated_at', { type: 'DateTime' }),
    osType: t.field({ type: OsType, resolve: (image) => image.__os_type.toUpperCase() }),
    platform: t.field({ type: Platform, resolve: (image) => platformOf(image.__platform) }),
    imageSize: t.field({ type: 'BigInt', resolve: (image) => image.__image_size ?? null }),
  }),
});

const ImageGroup = builder.objectRef<GroupRow>('ImageGroup').implement({
  fields: (t) => ({
    namespace: t.exposeString('namespace', { nullable: false }),
    name: t.exposeString('name', { nullable: false }),
    versionCount: t.exposeInt('version_count'),
    createdAt: t.field({ type: 'DateTime', resolve: (group) => new Date(group.create_at).toISOString() }),
    updatedAt: t.field({ type: 'DateTime', resolve: (group) => new Date(group.update_at).toISOString() }),
  }),
});

const SharedConnection = builder.objectRef<Page<RepositoryRow>>('SharedRepositoryConnection').implement({
  fields: (t) => ({
    totalCount: t.exposeInt('totalCount'),
    nodes: t.field({ type: [SharedRepository], nullable: { list: false, items: true }, resolve: ({ nodes }) => nodes }),
  }),
});

const ImageConnection = builder.objectRef<{ readonly nodes: readonly ImageRow[] }>('ImageConnection').implement({
  fields: (t) => ({
    nodes: t.field({ type: [Image], nullable: { list: false, items: true }, resolve: ({ nodes }) => nodes }),
  }),
});

const GroupConnection = builder.objectRef<Page<GroupRow>>('ImageGroupConnection').implement({
  fields: (t) => ({
    totalCount: t.exposeInt('totalCount'),
    nodes: t.field({ type: [ImageGroup], nullable: { list: false, items: true }, resolve: ({ nodes }) => nodes }),
  }),
});

builder.queryType({
  fields: (t) => ({
    sharedRepositories: t.field({
      type: SharedConnection,
      args: { center: t.arg({ type: SharingCenter, required: true }), first: t.arg.int({ required: true }) },
      resolve: async (_root, { first }, { token }) => {
        const nodes = await get<readonly (RepositoryRow & { total_range: number })[]>(
          pathOf.sharedRepositories(first),
          token,
        );
        return { totalCount: nodes[0]?.total_range ?? 0, nodes };
      },
    }),
    repository: t.field({
      type: RepositoryRef,
      args: { namespace: t.arg.string({ required: true }), name: t.arg.string({ required: true }) },
      resolve: (_root, key, { repositories }) => repositories.load(key),
    }),
    images: t.field({
      type: ImageConnection,
      args: { first: t.arg.int({ required: true }) },
      resolve: async (_root, { first }, { token }) => {
        const { images } = await get<{ images: readonly ImageRow[] }>(pathOf.images(first), token);
        return { nodes: images };
      },
    }),
    imageGroups: t.field({
      type: GroupConnection,
      args: { first: t.arg.int({ required: true }) },
      resolve: async (_root, { first }, { token }) => {
        const { data, total } = await get<{ data: readonly GroupRow[]; total: number }>(pathOf.groups(first), token);
        return { totalCount: total, nodes: data };
      },
    }),
    retentionLogs: t.field({
      type: LogConnection,
      args: {
        namespace: t.arg.string({ required: true }),
        repositoryName: t.arg.string({ required: true }),
        first: t.arg.int({ required: true }),
      },
      resolve: (_root, { namespace, repositoryName: name, first }, context) =>
        logs({ namespace, name }, first, context),
    }),
  }),
});

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

const yoga = createYoga({
  schema: builder.toSchema(),
  context: ({ request }) => contextOf(request.headers.get('x-auth-token') ?? ''),
});
announce(createServer(yoga));
