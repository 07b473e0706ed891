// Defines ContainerTag, its root field, and the edges `containerTags` and `containerTag` of Repository.
import type { GraphQLResolveInfo } from 'graphql';
import { builder, type Context } from '../../graph/builder.ts';
import {
  connectionType,
  offsetConnection,
  type PageArguments,
  pageArguments,
  resolveConnection,
} from '../../graph/connection.ts';
import { callCost, connectionCost, type Lookup, listCost, lookupEstimate } from '../../graph/cost.ts';
import { startsEarly } from '../../graph/early.ts';
import { closedEnum, OrderDirection, openEnum } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { withExample } from '../../graph/example.ts';
import { sourceRef } from '../../graph/exposed.ts';
import { checkTexts } from '../../graph/input.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { fieldsOfOperation, type Selected, selectedFields } from '../../graph/selection.ts';
import { isTagName } from '../../upstream/decoding/image-reference.ts';
import { unlessAbsent } from '../../upstream/errors.ts';
import { MAX_SCAN_PAGES } from '../../upstream/paging/scan.ts';
import { OrganizationRef, organizationEdgeCost, organizationFromRow } from '../organization/type.ts';
import { parentOf } from '../repository/record.ts';
import {
  checkRepositoryArguments,
  edgeCost,
  parentFields,
  type Repository,
  RepositoryRef,
  repositoryFromRow,
} from '../repository/type.ts';
import { type ListQuery, orderQuery } from '../repository/upstream.ts';
import {
  ContainerConfigRef,
  ContainerLayerRef,
  ContainerPlatformRef,
  ContainerSignatureConnection,
} from './contents.ts';
import { containerTagLoader } from './loader.ts';
import {
  type ContainerTag,
  type ContainerTagKey,
  isContainerTagKey,
  MANIFEST_FIELDS,
  ROW_FIELDS,
  SORT_KEYS,
  TAG_KINDS,
} from './record.ts';
import { listContainerTags, listSignatures, PAGING, SIGNATURE_PAGING, showContainerConfig } from './upstream.ts';

/** What it takes to find one: a share in the scan of a repository, a call that the cloud may not have, and a search by name. */
const LOOKUP: Lookup = { calls: 1.2 * MAX_SCAN_PAGES + 1, rows: 1.2 * MAX_SCAN_PAGES * PAGING.maxPageSize };

/** The cost of finding a tag by its key. */
export const containerTagCost = callCost('swr', LOOKUP);

/** Finds a tag by its key, as far as the query selects it; null when it does not exist. Calls, errors: those of `containerTagLoader`. */
export function findContainerTag(
  { session }: Context,
  key: ContainerTagKey,
  info: GraphQLResolveInfo,
): Promise<ContainerTag | null> {
  const { namespace, repositoryName, name } = key;
  return containerTagLoader(session).load({
    namespace,
    repositoryName,
    name,
    needsRow: hasAny(selectedFields(info), ROW_FIELDS),
    needsManifest: needsManifest(info),
  });
}

const hasAny = (selected: Selected, fields: readonly string[]) => fields.some((field) => selected.has(field));

/** Whether the operation shows something of manifests. */
const needsManifest = (info: GraphQLResolveInfo) => hasAny(fieldsOfOperation(info), MANIFEST_FIELDS);

const ContainerTagKind = openEnum('ContainerTagKind', 'What a container tag names.', TAG_KINDS);

export const ContainerTagRef = sourceRef<ContainerTag>('ContainerTag').implement({
  interfaces: [Node],
  description: 'A tag of a repository in SWR: a name of a container image, or of the images for several platforms.',
  fields: (t) => ({
    ...parentFields(t),
    name: t.exposeString('name', {
      nullable: false,
      description: 'The name of the tag; the list calls it `Tag`. `tag`',
    }),
    tagId: t.expose('tagId', { type: 'BigInt', nullable: true, description: "SWR's numeric id of the tag. `id`" }),
    repositoryId: t.expose('repositoryId', {
      type: 'BigInt',
      nullable: true,
      description: "SWR's numeric id of the repository; null when SWR does not send it. `repo_id`",
    }),
    configDigest: t.exposeString('configDigest', {
      nullable: true,
      description: "The digest of the image's config, as SWR sent it: with its algorithm, or without. `image_id`",
    }),
    digest: t.exposeString('digest', {
      nullable: true,
      description: 'The digest of the manifest: tags of one image share it. `digest`',
    }),
    manifestMediaType: t.exposeString('manifestMediaType', {
      nullable: true,
      description:
        'The media type of the manifest; null when it does not say. Null, with an error, when the manifest cannot be read. `manifest`',
    }),
    layers: t.expose('layers', {
      type: [ContainerLayerRef],
      nullable: { list: true, items: false },
      ...listCost(10),
      description:
        'The layers of the image, the lowest first; null for a manifest list, for a manifest of schema 1, and when SWR does not send the manifest. `manifest`',
    }),
    platforms: t.expose('platforms', {
      type: [ContainerPlatformRef],
      nullable: { list: true, items: false },
      ...listCost(10),
      description:
        'The images of a manifest list; null for a single image, and when SWR does not send the manifest. `manifest`',
    }),
    schemaVersion: t.exposeInt('schemaVersion', {
      nullable: true,
      description: 'The version of the schema of the manifest: 1 or 2. `schema`',
    }),
    path: t.exposeString('path', {
      nullable: true,
      description: 'The pull address on the internet, with the tag. `path`',
    }),
    internalPath: t.exposeString('internalPath', {
      nullable: true,
      description: "The pull address in the cloud's internal network, with the tag. `internal_path`",
    }),
    size: t.expose('size', {
      type: 'BigInt',
      nullable: true,
      description: 'The size of the image, in bytes; null when SWR does not send it. `size`',
    }),
    isTrusted: t.exposeBoolean('isTrusted', {
      nullable: true,
      description: 'Whether SWR says that the image is trusted. `is_trusted`',
    }),
    isScanned: t.exposeBoolean('isScanned', {
      nullable: true,
      description: 'Whether the image has been scanned. A single tag is found in the list for it. `scanned`',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the tag was created. `created`',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the tag was last updated. `updated`',
    }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the tag was deleted; null for one that was not. A single tag is found in the list for it. `deleted`',
    }),
    domainId: t.exposeString('domainId', {
      nullable: true,
      description: 'The id of the account that owns the repository. `domain_id`',
    }),
    kind: t.expose('kind', {
      type: ContainerTagKind,
      nullable: true,
      description: 'Whether the tag names one image or a manifest list. `tag_type`',
    }),
    kindRaw: t.exposeString('kindRaw', {
      nullable: true,
      description: 'What the tag names, as SWR sent it. `tag_type`',
    }),
    config: t.field({
      type: ContainerConfigRef,
      nullable: true,
      ...callCost('swr'),
      description:
        'What the config of the image says of it. Costs a call, but none for a manifest list, where it is null. `NOT_SUPPORTED` where the cloud has no such call.',
      resolve: (tag, _args, { session }) => (tag.kind === 'MANIFEST_LIST' ? null : showContainerConfig(session, tag)),
    }),
    signatures: t.field({
      type: ContainerSignatureConnection,
      nullable: true,
      ...connectionCost(SIGNATURE_PAGING),
      description:
        'The signatures of the image. Costs a call. `NOT_SUPPORTED` where the cloud has no such call. `accessories`',
      args: pageArguments,
      resolve: resolveSignatures,
    }),
    organization: t.field({
      type: OrganizationRef,
      nullable: true,
      ...organizationEdgeCost,
      description: 'The organization that it belongs to. Its `namespace` costs no call; its other fields cost one.',
      resolve: ({ namespace }, _args, context, info) => organizationFromRow(context, namespace, info),
    }),
    repository: t.field({
      type: RepositoryRef,
      nullable: true,
      ...edgeCost(false),
      description: 'The repository. Its `namespace` and `name` cost no call; its other fields cost one.',
      resolve: (tag, _args, context, info) => repositoryFromRow(context, parentOf(tag), undefined, info),
    }),
  }),
});

/** The page of a tag's signatures; null when the tag does not exist any more. */
function resolveSignatures(tag: ContainerTagKey, page: PageArguments, { session }: Context, info: GraphQLResolveInfo) {
  const { namespace, repositoryName, name } = tag;
  const list = offsetConnection(
    ['ContainerSignature', namespace, repositoryName, name],
    listSignatures(session, { namespace, repositoryName, name }),
  );
  return session.ifSupported('swr', 'list accessories', () => unlessAbsent(resolveConnection(list, page, info), null));
}

registerNode(ContainerTagRef, {
  key: ['namespace', 'repositoryName', 'name'],
  example: { namespace: 'data-platform', repositoryName: 'a/b_c.d', name: '1.0' },
  estimate: lookupEstimate('swr', LOOKUP),
  isKey: isContainerTagKey,
  load: findContainerTag,
});

const OrderField = closedEnum('ContainerTagOrderField', 'A field that tags can be ordered by.', SORT_KEYS);

const ContainerTagOrder = builder.inputType('ContainerTagOrder', {
  description: 'The order of the tags of a repository.',
  fields: (t) => ({
    field: t.field({ type: OrderField, required: true, description: 'The field to order by. `order_column`' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'The direction. `order_type`' }),
  }),
});

type Order = typeof ContainerTagOrder.$inferInput;

/** The arguments of the list of a repository's tags. */
interface TagArguments extends PageArguments {
  readonly name?: string | null | undefined;
  readonly orderBy?: Order | null | undefined;
}

/** The page of a repository's tags; null when the repository does not exist. */
async function resolveContainerTags(
  { session }: Context,
  { namespace, name: repositoryName }: Repository,
  { name, orderBy, ...page }: TagArguments,
  info: GraphQLResolveInfo,
) {
  checkTexts({ name });
  const query: ListQuery = [
    ...(typeof name === 'string' ? [['tag', name] as const] : []),
    ...(orderBy ? orderQuery(SORT_KEYS.toWire(orderBy.field), orderBy.direction) : []),
  ];
  const list = listContainerTags(session, { namespace, name: repositoryName }, query, needsManifest(info));
  const connection = offsetConnection(['ContainerTag', namespace, repositoryName, query], list);
  return unlessAbsent(resolveConnection(connection, page, info), null);
}

builder.objectFields(RepositoryRef, (t) => ({
  containerTags: t.field({
    type: connectionType(ContainerTagRef, { totalCount: 'Content-Range' }),
    nullable: true,
    description: 'The tags of this repository. Costs a call.',
    args: {
      name: t.arg.string({ description: 'A part of the name. `tag`' }),
      orderBy: t.arg({
        type: ContainerTagOrder,
        description: "The order; SWR's own, the last updated first, when it is not given.",
      }),
      ...pageArguments,
    },
    ...startsEarly(connectionCost(PAGING), (repository: Repository, args: TagArguments, context, info) =>
      resolveContainerTags(context, repository, args, info),
    ),
  }),
  containerTag: t.field({
    type: ContainerTagRef,
    nullable: true,
    description: 'One tag of this repository; null when it does not exist. Costs a call.',
    args: { name: t.arg.string({ required: true, description: 'The whole name of the tag. `tag`' }) },
    ...startsEarly(
      containerTagCost,
      async ({ namespace, name: repositoryName }: Repository, { name }: { readonly name: string }, context, info) => {
        checkTagArgument(name);
        return findContainerTag(context, { namespace, repositoryName, name }, info);
      },
    ),
  }),
}));

/** Checks that a text can be the name of a tag. Errors: throws BAD_USER_INPUT. */
function checkTagArgument(name: string): void {
  if (isTagName(name)) return;
  throw badUserInput(
    '`name` must be the name of a tag: 1 to 128 letters, digits, underscores, dots and hyphens, and must not begin with a dot or a hyphen.',
  );
}

const ONE_TAG = `# One tag: what it names, what the config of its image says, and who signed it.
query OneTag {
  containerTag(namespace: "data-platform", repositoryName: "a/b_c.d", name: "1.0") {
    id
    digest
    kind
    size
    updatedAt
    layers { digest size }
    config { os architecture createdAt labels { name value } }
    signatures { totalCount nodes { digest type createdAt } }
  }
}
`;

builder.queryField('containerTag', (t) =>
  t.field({
    type: ContainerTagRef,
    nullable: true,
    ...withExample(ONE_TAG, containerTagCost),
    description: 'One tag of a repository; null when it does not exist.',
    args: {
      namespace: t.arg.string({ required: true, description: 'The organization. `namespace`' }),
      repositoryName: t.arg.string({
        required: true,
        description: 'The name of the repository; it may contain slashes. `repository`',
      }),
      name: t.arg.string({ required: true, description: 'The whole name of the tag. `tag`' }),
    },
    resolve: (_root, { namespace, repositoryName, name }, context, info) => {
      checkRepositoryArguments(namespace, 'repositoryName', repositoryName);
      checkTagArgument(name);
      return findContainerTag(context, { namespace, repositoryName, name }, info);
    },
  }),
);
