// The spec of ContainerTag for the suites that read every kind.
import { type KindSpec, PAGE, pathValues, type TenantValues, type WireRow } from '../../support/kind.ts';
import { signatureList, tagList } from '../../support/upstreams/paged-upstream.ts';
import { ABSENT } from '../../support/upstreams/upstream.ts';

/** The manifest of an image. Source: docs/upstream/swr.md#list-tags. */
export const imageManifest = (layers: readonly WireRow[] = [layer()]): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: 1512,
      digest: `sha256:${'c'.repeat(64)}`,
    },
    layers,
  });

export const layer = (fields: WireRow = {}): WireRow => ({
  mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  size: 977,
  digest: `sha256:${'1'.repeat(64)}`,
  ...fields,
});

/** A manifest list. */
export const manifestList = (manifests: readonly WireRow[]): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifests,
  });

/** A row of the list of tags. Source: docs/upstream/swr.md#list-tags. */
export const tagRow = (fields: WireRow = {}): WireRow => ({
  id: 5113467,
  repo_id: 98789,
  Tag: 'v1',
  image_id: 'c'.repeat(64),
  manifest: imageManifest(),
  digest: `sha256:${'d'.repeat(64)}`,
  schema: 2,
  path: 'registry.example/group/app:v1',
  internal_path: '10.0.0.1:20202/group/app:v1',
  size: 22404,
  is_trusted: false,
  created: '2018-06-11T01:47:51.176384Z',
  updated: '2018-06-12T01:47:51Z',
  deleted: null,
  domain_id: 'da44776c316c4a99b3683bb174f8821b',
  scanned: false,
  tag_type: 0,
  ...fields,
});

/** One tag. Source: docs/upstream/swr.md#show-a-tag. */
export const tagRecord = (fields: WireRow = {}): WireRow => {
  const { Tag: tag, deleted, scanned, ...row } = tagRow(fields);
  return { tag, ...row };
};

/** The config of an image. Source: docs/upstream/swr.md#show-a-tag-config. */
export const configRecord = (fields: WireRow = {}): WireRow => ({
  architecture: 'amd64',
  os: 'linux',
  created: '2018-06-11T01:47:50.176384Z',
  author: 'a builder',
  config: { Env: ['PATH=/bin'], Cmd: ['sh'], Labels: { maintainer: 'somebody' } },
  history: [{ created_by: '/bin/sh' }],
  rootfs: { type: 'layers', diff_ids: [] },
  ...fields,
});

/** A signature. Source: docs/upstream/swr.md#list-accessories. */
export const signatureRow = (fields: WireRow = {}): WireRow => ({
  id: 41_001,
  domain_id: 'da44776c316c4a99b3683bb174f8821b',
  namespace_name: 'group',
  repo_name: 'app',
  sig_tag: `sha256-${'d'.repeat(64)}.sig`,
  sig_digest: `sha256:${'e'.repeat(64)}`,
  target_digest: `sha256:${'d'.repeat(64)}`,
  size: 1240,
  type: 'signature.cosign',
  created_at: '2018-06-12T01:47:51.176384Z',
  updated_at: '2018-06-13T01:47:51Z',
  ...fields,
});

const REPOSITORY = '/v2/manage/namespaces/{namespace}/repos/{repository}';
const TAGS = `${REPOSITORY}/tags`;

const tenantRow = ({ text, number, time, oneOf }: TenantValues): WireRow => ({
  id: number(1),
  repo_id: number(2),
  image_id: text('config'),
  // No manifest is both: this one shows the values of both.
  manifest: JSON.stringify({
    mediaType: text('media type'),
    layers: [{ mediaType: text('layer'), size: number(3), digest: text('digest of the layer') }],
    manifests: [
      {
        size: number(4),
        digest: text('digest of the platform'),
        platform: {
          os: text('os'),
          architecture: text('arch'),
          variant: text('variant'),
          'os.version': text('version'),
        },
      },
    ],
  }),
  digest: text('digest'),
  schema: number(5),
  path: text('path'),
  internal_path: text('internal path'),
  size: number(6),
  is_trusted: oneOf(true, false),
  created: time(1),
  updated: time(2),
  domain_id: text('id of the account'),
  tag_type: 0,
});

const one = (selection: string) =>
  `{ containerTag(namespace: "data-platform", repositoryName: "a/b_c.d", name: "1.0") ${selection} }`;
const PARENT = 'repository(namespace: "group", name: "app") {';
const within = (field: string) => `${PARENT} ${field} }`;
const signatures = (argument: string) =>
  `containerTag(namespace: "group", repositoryName: "app", name: "v1") { signatures(${argument}: $text) ${PAGE} }`;

const ONE = 'containerTag(namespace: "o1", repositoryName: "team/app.v2", name: "V1_0..rc-2")';
const SENT = { namespace: 'o1', repository: 'team/app.v2', tag: 'V1_0..rc-2' };

interface WireManifest {
  readonly mediaType?: string;
  readonly layers?: readonly { readonly digest: string; readonly size: number; readonly mediaType: string }[];
}

const parsed = (wire: unknown): WireManifest => JSON.parse(String(wire));

/** The layers of a manifest, which is JSON within a text. */
const layersOf = (wire: unknown) =>
  parsed(wire).layers?.map(({ digest, size, mediaType }) => ({ digest, size: String(size), mediaType })) ?? null;

export const kind: KindSpec = {
  type: 'ContainerTag',
  contract: `
    extend type Query {
      containerTag(namespace: String!, repositoryName: String!, name: String!): ContainerTag
    }
    extend type Repository {
      containerTags(
        name: String, orderBy: ContainerTagOrder, first: Int, after: String, last: Int, before: String
      ): ContainerTagConnection
      containerTag(name: String!): ContainerTag
    }
    type ContainerTag implements Node {
      id: ID! namespace: String! repositoryName: String! name: String! tagId: BigInt repositoryId: BigInt
      configDigest: String digest: String manifestMediaType: String layers: [ContainerLayer!]
      platforms: [ContainerPlatform!] schemaVersion: Int path: String internalPath: String size: BigInt
      isTrusted: Boolean isScanned: Boolean createdAt: DateTime updatedAt: DateTime deletedAt: DateTime domainId: String
      kind: ContainerTagKind kindRaw: String
      config: ContainerConfig
      signatures(first: Int, after: String, last: Int, before: String): ContainerSignatureConnection
      repository: Repository organization: Organization
    }
    type ContainerLayer { digest: String size: BigInt mediaType: String }
    type ContainerPlatform {
      os: String architecture: String variant: String osVersion: String digest: String size: BigInt
    }
    type ContainerConfig {
      os: String architecture: String variant: String createdAt: DateTime author: String labels: [ContainerLabel!]!
    }
    type ContainerLabel { name: String! value: String }
    type ContainerSignature {
      signatureId: BigInt tag: String digest: String targetDigest: String size: BigInt type: String
      createdAt: DateTime updatedAt: DateTime
    }
    type ContainerSignatureConnection {
      edges: [ContainerSignatureEdge]! nodes: [ContainerSignature]! pageInfo: PageInfo! totalCount: Int
    }
    type ContainerSignatureEdge { cursor: String! node: ContainerSignature }
    type ContainerTagConnection { edges: [ContainerTagEdge]! nodes: [ContainerTag]! pageInfo: PageInfo! totalCount: Int }
    type ContainerTagEdge { cursor: String! node: ContainerTag }
    input ContainerTagOrder { field: ContainerTagOrderField! direction: ImageOrderDirection! }
  `,
  nonNull: [
    'ContainerConfig.labels',
    'ContainerLabel.name',
    ...['edges', 'nodes', 'pageInfo'].map((field) => `ContainerSignatureConnection.${field}`),
    'ContainerSignatureEdge.cursor',
  ],
  key: {
    namespace: { value: () => 'group', isName: true },
    repositoryName: { value: () => 'app-1', isName: true },
    name: { value: (n) => `1.${n}`, rest: 'Tag' },
  },
  inSandbox: { namespace: 'data-platform', repositoryName: 'a/b_c.d', name: '1.0' },
  calls: [
    {
      path: TAGS,
      parameters: ['tag', 'order_column', 'order_type', 'limit', 'offset'],
      row: tagRow,
      tenantRow: (values) => ({ ...tenantRow(values), scanned: values.oneOf(true, false), deleted: values.time(3) }),
      reply: (rows, { range = '0-1/1' } = {}) => ({
        headers: { 'content-range': String(range) },
        body: rows.map(tagRow),
      }),
      serve: (rows) => tagList(rows),
    },
    {
      path: `${TAGS}/{tag}`,
      parameters: [],
      identity: { tag: 'tag' },
      row: tagRecord,
      tenantRow,
      reply: ([row]) => (row ? { body: row } : ABSENT.swr),
      serve:
        (rows) =>
        ({ path }) => {
          const wanted = pathValues(`${TAGS}/{tag}`, path);
          const row = rows.find(({ tag }) => tag === wanted?.tag);
          return row ? { body: row } : ABSENT.swr;
        },
      document: {
        name: 'swr-show-tag',
        counts: { fields: 15, parameters: 5 },
        fields: [
          ['id', '9007199254741101', { 'ContainerTag.tagId': 'int64' }],
          ['repo_id', '9007199254741103', { 'ContainerTag.repositoryId': 'int64' }],
          ['tag', '"a..b"', { 'ContainerTag.name': 'string' }],
          ['image_id', `"${'9'.repeat(64)}"`, { 'ContainerTag.configDigest': 'string' }],
          [
            'manifest',
            JSON.stringify(imageManifest([layer({ size: 9007199254741 })])),
            {
              'ContainerTag.manifestMediaType': { selection: '', expected: (wire) => parsed(wire).mediaType ?? null },
              'ContainerTag.layers': { selection: '{ digest size mediaType }', expected: layersOf },
            },
          ],
          ['digest', `"sha256:${'8'.repeat(64)}"`, { 'ContainerTag.digest': 'string' }],
          ['schema', '2147483647', { 'ContainerTag.schemaVersion': 'int32' }],
          ['path', '"swr.example.com/shown/busybox:a..b"', { 'ContainerTag.path': 'string' }],
          ['internal_path', '"10.125.0.198:20202/shown/busybox:a..b"', { 'ContainerTag.internalPath': 'string' }],
          ['size', '9007199254741105', { 'ContainerTag.size': 'int64' }],
          ['is_trusted', 'true', { 'ContainerTag.isTrusted': 'boolean' }],
          ['created', '"2018-06-11T01:47:51.176384Z"', { 'ContainerTag.createdAt': 'dateTime' }],
          ['updated', '"2018-06-12T01:47:51Z"', { 'ContainerTag.updatedAt': 'dateTime' }],
          ['domain_id', '"da44776c316c4a99b3683bb174f8821b"', { 'ContainerTag.domainId': 'string' }],
          ['tag_type', '0', { 'ContainerTag.kind': { enum: 'ContainerTagKind' }, 'ContainerTag.kindRaw': 'int64' }],
        ],
        shownBy: 'containerTag(namespace: "shown", repositoryName: "base/busybox", name: "a..b")',
        onSandbox: [
          [
            'containerTag(namespace: "data-platform", repositoryName: "a/b_c.d", name: "1.0")',
            '/v2/manage/namespaces/data-platform/repos/a$b_c.d/tags/1.0',
          ],
          [
            'containerTag(namespace: "data-platform", repositoryName: "huge-counters", name: "a..b")',
            '/v2/manage/namespaces/data-platform/repos/huge-counters/tags/a..b',
          ],
        ],
        arguments: [
          ['namespace', 'Query.containerTag(namespace:)', ONE, SENT],
          ['repository', 'Query.containerTag(repositoryName:)', ONE, SENT],
          ['tag', 'Query.containerTag(name:)', ONE, SENT],
        ],
        paging: [],
        settings: ['Content-Type', 'X-Auth-Token'],
        always: {},
      },
    },
    {
      path: `${TAGS}/{tag}/config`,
      parameters: [],
      row: configRecord,
      tenantRow: ({ text, time }) => ({
        os: text('os'),
        architecture: text('architecture'),
        variant: text('variant'),
        created: time(4),
        author: text('author'),
        config: { Labels: { [text('label')]: text('value') } },
      }),
      reply: ([row]) => (row ? { body: JSON.stringify(JSON.stringify(row)) } : ABSENT.swr),
    },
    {
      path: `${REPOSITORY}/{tag}/accessories`,
      parameters: ['limit', 'offset'],
      row: signatureRow,
      tenantRow: ({ text, number, time }) => ({
        id: number(7),
        sig_tag: text('tag of the signature'),
        sig_digest: text('digest of the signature'),
        target_digest: text('target'),
        size: number(8),
        type: text('type'),
        created_at: time(5),
        updated_at: time(6),
      }),
      reply: (rows, { total = rows.length } = {}) => ({ body: { accessories: rows.length > 0 ? rows : null, total } }),
      serve: (rows) => signatureList(rows),
    },
  ],
  enums: {
    ContainerTagKind: { isOpen: true, values: { MANIFEST: '0', MANIFEST_LIST: '1' } },
    ContainerTagOrderField: {
      isOpen: false,
      values: { UPDATED_AT: 'updated_at', NAME: 'tag' },
      sent: ['order_column', (value) => `${PARENT} containerTags(orderBy: { field: ${value}, direction: ASC })`],
    },
  },
  restNames: {
    'ContainerTag.namespace': 'namespace',
    'ContainerTag.repositoryName': 'repository',
    'ContainerTag.platforms': 'manifest',
    'ContainerTag.isScanned': 'scanned',
    'ContainerTag.deletedAt': 'deleted',
    'ContainerTag.signatures': 'accessories',
    'ContainerLayer.digest': 'digest',
    'ContainerLayer.size': 'size',
    'ContainerLayer.mediaType': 'mediaType',
    'ContainerPlatform.os': 'os',
    'ContainerPlatform.architecture': 'architecture',
    'ContainerPlatform.variant': 'variant',
    'ContainerPlatform.osVersion': 'os.version',
    'ContainerPlatform.digest': 'digest',
    'ContainerPlatform.size': 'size',
    'ContainerConfig.os': 'os',
    'ContainerConfig.architecture': 'architecture',
    'ContainerConfig.variant': 'variant',
    'ContainerConfig.createdAt': 'created',
    'ContainerConfig.author': 'author',
    'ContainerConfig.labels': 'Labels',
    'ContainerLabel.name': 'Labels',
    'ContainerLabel.value': 'Labels',
    'ContainerSignature.signatureId': 'id',
    'ContainerSignature.tag': 'sig_tag',
    'ContainerSignature.digest': 'sig_digest',
    'ContainerSignature.targetDigest': 'target_digest',
    'ContainerSignature.size': 'size',
    'ContainerSignature.type': 'type',
    'ContainerSignature.createdAt': 'created_at',
    'ContainerSignature.updatedAt': 'updated_at',
    'ContainerSignatureConnection.totalCount': 'total',
    'ContainerTagConnection.totalCount': 'Content-Range',
    'ContainerTagOrder.field': 'order_column',
    'ContainerTagOrder.direction': 'order_type',
    'Repository.containerTags(name:)': 'tag',
    'Repository.containerTag(name:)': 'tag',
  },
  texts: {
    'Query.containerTag(namespace:)': {
      selection: 'containerTag(namespace: $text, repositoryName: "app", name: "v1") { size }',
      isName: true,
    },
    'Query.containerTag(repositoryName:)': {
      selection: 'containerTag(namespace: "group", repositoryName: $text, name: "v1") { size }',
      isName: true,
    },
    'Query.containerTag(name:)': {
      selection: 'containerTag(namespace: "group", repositoryName: "app", name: $text) { size }',
    },
    'Repository.containerTag(name:)': { selection: within('containerTag(name: $text) { size }'), calls: 1 },
    'Repository.containerTags(name:)': {
      selection: within(`containerTags(name: $text) ${PAGE}`),
      sentAs: 'tag',
      calls: 1,
    },
    'Repository.containerTags(after:)': { selection: within(`containerTags(after: $text) ${PAGE}`), calls: 1 },
    'Repository.containerTags(before:)': { selection: within(`containerTags(before: $text) ${PAGE}`), calls: 1 },
    'ContainerTag.signatures(after:)': { selection: signatures('after'), calls: 1 },
    'ContainerTag.signatures(before:)': { selection: signatures('before'), calls: 1 },
  },
  costs: {
    'Query.containerTag': { query: one('{ size }'), nodes: 1, requested: 13, actual: 1 },
    'Repository.containerTag': {
      query: '{ repository(namespace: "data-platform", name: "a/b_c.d") { containerTag(name: "1.0") { size } } }',
      nodes: 2,
      requested: 14,
      actual: 2,
    },
    'Repository.containerTags': {
      query:
        '{ repository(namespace: "data-platform", name: "huge-counters") { containerTags(first: 230) { nodes { size } } } }',
      nodes: 231,
      requested: 4,
      actual: 4,
    },
    'ContainerTag.config': { query: one('{ config { os } }'), nodes: 2, requested: 14, actual: 2 },
    'ContainerTag.signatures': {
      query: one('{ signatures(first: 5) { nodes { type } } }'),
      nodes: 6,
      requested: 14,
      actual: 2,
    },
    'ContainerTag.organization': { query: one('{ organization { creatorName } }'), nodes: 2, requested: 15, actual: 2 },
    'ContainerTag.repository': { query: one('{ repository { size } }'), nodes: 2, requested: 14, actual: 2 },
  },
  // A tag that names no single image has no config.
  sameForAllTenants: ['ContainerTag.kind', 'ContainerTag.kindRaw'],
  selections: {
    'Repository.containerTag': 'containerTag(name: "1.1") { size }',
  },
};
