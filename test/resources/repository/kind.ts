// The spec of Repository for the suites that read every kind.
import { type KindSpec, PAGE, pathValues, type TenantValues, type WireRow } from '../../support/kind.ts';
import { ownList } from '../../support/upstreams/paged-upstream.ts';
import { sharedRow, sharedTenantRow } from '../shared-repository/kind.ts';

/** The record of one repository. Source: docs/upstream/swr.md#show-a-repository. */
export const repositoryDetail = (fields: WireRow = {}): WireRow => ({
  id: 1,
  ns_id: 2,
  name: 'busybox',
  category: 'other',
  description: 'containerops',
  creator_id: '1',
  creator_name: 'admin',
  size: 2099575,
  is_public: false,
  num_images: 0,
  num_download: 0,
  url: '',
  path: 'registry/group/busybox',
  internal_path: 'internal/group/busybox',
  created: '2017-08-17T12:00:03.915153267Z',
  updated: '2017-08-17T12:00:03.915153267Z',
  domain_id: 'da44776c316c4a99b3683bb174f8821b',
  priority: 0,
  ...fields,
});

const DETAIL = '/v2/manage/namespaces/{namespace}/repos/{repository}';

/** The record of the repository that a path names. */
export const detailAt = (path: string, fields: WireRow = {}): WireRow =>
  repositoryDetail({ name: pathValues(DETAIL, path)?.repository, ...fields });

const ONE = 'repository(namespace: "o1", name: "team/app.v2")';
const SENT = { namespace: 'o1', repository: 'team/app.v2' };
const own = (filter: string) => `repositories(filter: { ${filter} })`;

export const kind: KindSpec = {
  type: 'Repository',
  contract: `
    extend type Query {
      repository(namespace: String!, name: String!): Repository
      repositories(
        namespace: String, name: String, filter: RepositoryFilter, orderBy: RepositoryOrder,
        first: Int, after: String, last: Int, before: String
      ): RepositoryConnection
    }
    type Repository implements Node {
      id: ID! namespace: String! name: String! repositoryId: BigInt namespaceId: BigInt
      category: RepositoryCategory categoryRaw: String description: String creatorId: String creatorName: String
      size: BigInt isPublic: Boolean imageCount: BigInt downloadCount: BigInt logoUrl: String path: String
      internalPath: String createdAt: DateTime updatedAt: DateTime domainId: String priority: Int
    }
    type RepositoryConnection { edges: [RepositoryEdge]! nodes: [Repository]! pageInfo: PageInfo! totalCount: Int }
    type RepositoryEdge { cursor: String! node: Repository }
    input RepositoryFilter { namespace: String name: String category: RepositoryCategory isPublic: Boolean }
    input RepositoryOrder { field: RepositoryOrderField! direction: ImageOrderDirection! }
  `,
  key: {
    namespace: { value: () => 'group', rest: 'namespace', isName: true },
    name: { value: (n) => `app-${n}`, rest: 'name', isName: true },
  },
  inSandbox: { namespace: 'group', name: 'busybox' },
  calls: [
    {
      path: DETAIL,
      parameters: [],
      identity: { repository: 'name' },
      row: repositoryDetail,
      tenantRow: (values) => ({ ...sharedTenantRow(values), ...detailTenantRow(values) }),
      reply: ([row]) =>
        row ? { body: row } : { status: 404, body: { errors: [{ errorCode: 'SVCSTG.SWR.4040010' }] } },
      serve:
        (rows) =>
        ({ path }) => {
          const wanted = pathValues(DETAIL, path);
          const row = rows.find(
            ({ namespace, name }) => namespace === wanted?.namespace && name === wanted?.repository,
          );
          return row ? { body: row } : { status: 404, body: { errors: [{ errorCode: 'SVCSTG.SWR.4040010' }] } };
        },
      document: {
        name: 'swr-show-repository',
        counts: { fields: 18, parameters: 4 },
        fields: [
          ['id', '9007199254740997', { 'Repository.repositoryId': 'int64' }],
          ['ns_id', '9007199254740999', { 'Repository.namespaceId': 'int64' }],
          ['name', '"base/busybox"', { 'Repository.name': 'string' }],
          ['category', '"app_server"', { 'Repository.category': 'enum', 'Repository.categoryRaw': 'string' }],
          ['description', '"containerops\\nin two lines"', { 'Repository.description': 'string' }],
          ['creator_id', '"12345678901234567890"', { 'Repository.creatorId': 'string' }],
          ['creator_name', '"admin"', { 'Repository.creatorName': 'string' }],
          ['size', '9007199254741001', { 'Repository.size': 'int64' }],
          ['is_public', 'false', { 'Repository.isPublic': 'boolean' }],
          ['num_images', '9223372036854775805', { 'Repository.imageCount': 'int64' }],
          ['num_download', '9007199254741003', { 'Repository.downloadCount': 'int64' }],
          ['url', '"https://logos.example.com/logo-3.png"', { 'Repository.logoUrl': 'string' }],
          ['path', '"swr.example.com/shown-space/busybox"', { 'Repository.path': 'string' }],
          ['internal_path', '"10.125.0.198:20202/shown-space/busybox"', { 'Repository.internalPath': 'string' }],
          ['created', '"2017-08-17T12:00:03.915153267Z"', { 'Repository.createdAt': 'dateTime' }],
          ['updated', '"2017-08-18T13:01:04Z"', { 'Repository.updatedAt': 'dateTime' }],
          ['domain_id', '"da44776c316c4a99b3683bb174f8821b"', { 'Repository.domainId': 'string' }],
          ['priority', '17', { 'Repository.priority': 'int32' }],
        ],
        shownBy: 'repository(namespace: "shown", name: "base/busybox")',
        onSandbox: [
          [
            'repository(namespace: "data-platform", name: "a/b_c.d")',
            '/v2/manage/namespaces/data-platform/repos/a$b_c.d',
          ],
          [
            'repository(namespace: "data-platform", name: "huge-counters")',
            '/v2/manage/namespaces/data-platform/repos/huge-counters',
          ],
        ],
        arguments: [
          ['namespace', 'Query.repository(namespace:)', ONE, SENT],
          ['repository', 'Query.repository(name:)', ONE, SENT],
        ],
        paging: [],
        settings: ['Content-Type', 'X-Auth-Token'],
        always: {},
      },
    },
    {
      path: '/v2/manage/repos',
      row: sharedRow,
      tenantRow: sharedTenantRow,
      reply: (rows, { range = '0-1/1' } = {}) => ({ headers: { 'content-range': String(range) }, body: rows }),
      serve: ownList,
      document: {
        name: 'swr-list-own-repositories',
        counts: { fields: 18, parameters: 11 },
        // The rows of the shared list. The detail has most of it, too, and is the document of those fields.
        fields: [
          ['name', '"base/listed"', {}],
          ['category', '"linux"', {}],
          ['description', '"listed"', {}],
          ['size', '9007199254741031', {}],
          ['is_public', 'true', {}],
          ['num_images', '9007199254741033', {}],
          ['num_download', '9007199254741035', {}],
          ['created_at', '"2021-06-02T09:23:01.751203Z"', {}],
          ['updated_at', '"2021-06-10T07:24:35.20452Z"', {}],
          ['logo', '"logo-4.png"', {}],
          ['url', '"https://logos.example.com/logo-5.png"', {}],
          ['path', '"swr.example.com/listed-space/listed"', {}],
          ['internal_path', '"10.125.0.198:20202/listed-space/listed"', {}],
          ['domain_name', '"domain-2"', {}],
          ['namespace', '"own-space"', { 'Repository.namespace': 'string' }],
          ['tags', '["v3"]', {}],
          ['status', 'false', {}],
          ['total_range', '44', { 'RepositoryConnection.totalCount': 'total' }],
        ],
        shownBy: 'repositories(first: 1)',
        onSandbox: [['repositories(first: 1000)', '/v2/manage/repos?limit=1000&offset=0']],
        arguments: [
          ['namespace', 'RepositoryFilter.namespace', own('namespace: "o1"'), { namespace: 'o1' }],
          ['name', 'RepositoryFilter.name', own('name: "busy box/v=1+2"'), { name: 'busy box/v=1+2' }],
          ['category', 'RepositoryFilter.category', own('category: APP_SERVER'), { category: 'app_server' }],
          ['is_public', 'RepositoryFilter.isPublic', own('isPublic: false'), { is_public: 'false' }],
          [
            'order_column',
            'RepositoryOrder.field',
            'repositories(orderBy: { field: UPDATED_AT, direction: ASC })',
            { order_column: 'updated_time', order_type: 'asc' },
          ],
          [
            'order_type',
            'RepositoryOrder.direction',
            'repositories(orderBy: { field: TAG_COUNT, direction: DESC })',
            { order_column: 'tag_count', order_type: 'desc' },
          ],
        ],
        // `filter` is another spelling of all of them.
        paging: ['limit', 'offset', 'filter'],
        settings: ['Content-Type', 'X-Auth-Token'],
        always: { limit: '25', offset: '0' },
        unsent: [
          'repositories',
          'repositories(namespace: null, name: null, filter: null, orderBy: null)',
          'repositories(filter: { namespace: null, name: null, category: null, isPublic: null })',
        ],
        further: [
          ['namespace', 'Query.repositories(namespace:)', 'repositories(namespace: "o2")', { namespace: 'o2' }],
          ['name', 'Query.repositories(name:)', 'repositories(name: "n2")', { name: 'n2' }],
        ],
      },
    },
  ],
  enums: {
    RepositoryCategory: {
      isOpen: true,
      values: {
        APP_SERVER: 'app_server',
        LINUX: 'linux',
        FRAMEWORK_APP: 'framework_app',
        DATABASE: 'database',
        LANG: 'lang',
        OTHER: 'other',
        WINDOWS: 'windows',
        ARM: 'arm',
      },
      sent: ['category', (value) => own(`category: ${value}`)],
    },
    RepositoryOrderField: {
      isOpen: false,
      values: {
        UPDATED_AT: 'updated_time',
        NAME: 'name',
        TAG_COUNT: 'tag_count',
        NAMESPACE: 'namespace',
        IS_PUBLIC: 'is_public',
      },
      sent: ['order_column', (value) => `repositories(orderBy: { field: ${value}, direction: ASC })`],
    },
  },
  texts: {
    'Query.repository(namespace:)': { selection: 'repository(namespace: $text, name: "app") { size }', isName: true },
    'Query.repository(name:)': { selection: 'repository(namespace: "group", name: $text) { size }', isName: true },
    'Query.repositories(namespace:)': { selection: `repositories(namespace: $text) ${PAGE}`, sentAs: 'namespace' },
    'Query.repositories(name:)': { selection: `repositories(name: $text) ${PAGE}`, sentAs: 'name', invalid: 'a$b' },
    'RepositoryFilter.namespace': { selection: `${own('namespace: $text')} ${PAGE}`, sentAs: 'namespace' },
    'RepositoryFilter.name': { selection: `${own('name: $text')} ${PAGE}`, sentAs: 'name', invalid: 'a$b' },
  },
  costs: {
    'Query.repository': {
      query: '{ repository(namespace: "group", name: "busybox") { creatorName } }',
      nodes: 1,
      requested: 1,
      actual: 1,
    },
    'Query.repositories': {
      query: '{ repositories(first: 4) { nodes { size } edges { node { creatorName } } } }',
      nodes: 4,
      requested: 5,
      actual: 5,
    },
  },
};

/** What the detail has beside the facts of a row. */
function detailTenantRow({ text, number, time }: TenantValues): WireRow {
  return {
    id: number(4),
    ns_id: number(5),
    creator_id: text('creator'),
    creator_name: text('name of the creator'),
    domain_id: text('id of the account'),
    priority: number(6),
    created: time(1),
    updated: time(2),
  };
}
