// The spec of SharedRepository for the suites that read every kind.
import { type KindSpec, PAGE, type TenantValues, type WireRow } from '../../support/kind.ts';
import { sharedList } from '../../support/upstreams/paged-upstream.ts';

/** A row of the shared list. Source: docs/upstream/swr.md#repository-rows. */
export const sharedRow = (fields: WireRow = {}): WireRow => ({
  name: 'busybox',
  category: 'other',
  description: '',
  size: 115645792,
  is_public: false,
  num_images: 1,
  num_download: 0,
  created_at: '2021-06-02T09:23:01.751202Z',
  updated_at: '2021-06-10T07:24:35.204517Z',
  logo: '',
  url: '',
  path: 'registry/group/busybox',
  internal_path: 'internal/group/busybox',
  domain_name: 'domain',
  namespace: 'group',
  tags: ['v1', 'v2'],
  status: true,
  ...fields,
});

/** The values of a tenant's row, of this list and of that of its own repositories. */
export const sharedTenantRow = ({ text, number, time, oneOf }: TenantValues): WireRow => ({
  category: oneOf('linux', 'database'),
  description: text('description'),
  size: number(1),
  is_public: oneOf(true, false),
  num_images: number(2),
  num_download: number(3),
  logo: text('logo'),
  url: text('url'),
  path: text('path'),
  internal_path: text('internal path'),
  domain_name: text('account'),
  tags: [text('tag')],
  status: oneOf(true, false),
  created_at: time(1),
  updated_at: time(2),
});

const onWire = (center: string) =>
  `/v2/manage/shared-repositories?filter=${encodeURIComponent(`center::${center}|limit::1000|offset::0`)}`;

export const kind: KindSpec = {
  type: 'SharedRepository',
  contract: `
    extend type Query {
      sharedRepositories(
        center: SharingCenter!, name: String, filter: SharedRepositoryFilter, orderBy: SharedRepositoryOrder,
        first: Int, after: String, last: Int, before: String
      ): SharedRepositoryConnection
    }
    extend type Repository { sharing: SharedRepository }
    type SharedRepository implements Node {
      id: ID! center: SharingCenter! namespace: String! name: String!
      category: RepositoryCategory categoryRaw: String description: String size: BigInt isPublic: Boolean
      imageCount: BigInt downloadCount: BigInt createdAt: DateTime updatedAt: DateTime logo: String logoUrl: String
      path: String internalPath: String domainName: String tags: [String!] isSharingValid: Boolean
      repository: Repository
    }
    type SharedRepositoryConnection {
      edges: [SharedRepositoryEdge]! nodes: [SharedRepository]! pageInfo: PageInfo! totalCount: Int
    }
    type SharedRepositoryEdge { cursor: String! node: SharedRepository }
    input SharedRepositoryFilter { namespace: String isSharingValid: Boolean }
    input SharedRepositoryOrder { field: SharedRepositoryOrderField! direction: ImageOrderDirection! }
  `,
  key: {
    center: { value: () => 'SELF' },
    namespace: { value: () => 'group', rest: 'namespace', isName: true },
    name: { value: (n) => `app-${n}`, rest: 'name', isName: true },
  },
  inSandbox: { center: 'SELF', namespace: 'group', name: 'busybox' },
  listArguments: () => ['center: SELF', 'center: THIRD_PARTY'],
  calls: [
    {
      path: '/v2/manage/shared-repositories',
      parameters: ['filter'],
      row: sharedRow,
      tenantRow: sharedTenantRow,
      reply: (rows, { range = '0-1/1' } = {}) => ({ headers: { 'content-range': String(range) }, body: rows }),
      serve: sharedList,
      document: {
        name: 'swr-list-shared-repositories',
        counts: { fields: 18, parameters: 9 },
        // Table 4. The total of the list is the connection's.
        fields: [
          ['name', '"busybox/shared.v1"', { 'SharedRepository.name': 'string' }],
          [
            'category',
            '"framework_app"',
            { 'SharedRepository.category': 'enum', 'SharedRepository.categoryRaw': 'string' },
          ],
          [
            'description',
            '"A description: \\"quoted\\", 9007199254740993"',
            { 'SharedRepository.description': 'string' },
          ],
          ['size', '9007199254740993', { 'SharedRepository.size': 'int64' }],
          ['is_public', 'true', { 'SharedRepository.isPublic': 'boolean' }],
          ['num_images', '9223372036854775807', { 'SharedRepository.imageCount': 'int64' }],
          ['num_download', '9007199254740995', { 'SharedRepository.downloadCount': 'int64' }],
          ['created_at', '"2021-06-02T09:23:01.751202Z"', { 'SharedRepository.createdAt': 'dateTime' }],
          ['updated_at', '"2021-06-10T07:24:35.20451Z"', { 'SharedRepository.updatedAt': 'dateTime' }],
          ['logo', '"logo-1.png"', { 'SharedRepository.logo': 'string' }],
          ['url', '"https://logos.example.com/logo-2.png"', { 'SharedRepository.logoUrl': 'string' }],
          ['path', '"swr.example.com/shared-space/busybox"', { 'SharedRepository.path': 'string' }],
          ['internal_path', '"10.125.0.198:20202/shared-space/busybox"', { 'SharedRepository.internalPath': 'string' }],
          ['domain_name', '"domain-1"', { 'SharedRepository.domainName': 'string' }],
          ['namespace', '"shared-space"', { 'SharedRepository.namespace': 'string' }],
          ['tags', '["v1","v2"]', { 'SharedRepository.tags': 'string list' }],
          ['status', 'false', { 'SharedRepository.isSharingValid': 'boolean' }],
          ['total_range', '43', { 'SharedRepositoryConnection.totalCount': 'total' }],
        ],
        shownBy: 'sharedRepositories(center: THIRD_PARTY, first: 1)',
        onSandbox: [
          ['sharedRepositories(center: SELF, first: 1000)', onWire('self')],
          ['sharedRepositories(center: THIRD_PARTY, first: 1000)', onWire('thirdparty')],
        ],
        isSilent: (rest, rootField) => rest === 'status' && rootField.includes('SELF'),
        arguments: [
          ['center', 'Query.sharedRepositories(center:)', 'sharedRepositories(center: SELF)', { center: 'self' }],
          [
            'name',
            'Query.sharedRepositories(name:)',
            'sharedRepositories(center: THIRD_PARTY, name: "busy box/v=1+2")',
            { center: 'thirdparty', name: 'busy box/v=1+2' },
          ],
          [
            'namespace',
            'SharedRepositoryFilter.namespace',
            'sharedRepositories(center: SELF, filter: { namespace: "o1" })',
            { center: 'self', namespace: 'o1' },
          ],
          [
            'status',
            'SharedRepositoryFilter.isSharingValid',
            'sharedRepositories(center: THIRD_PARTY, filter: { isSharingValid: false })',
            { center: 'thirdparty', status: 'false' },
          ],
          [
            'order_column',
            'SharedRepositoryOrder.field',
            'sharedRepositories(center: SELF, orderBy: { field: UPDATED_AT, direction: ASC })',
            { center: 'self', order_column: 'updated_at', order_type: 'asc' },
          ],
          [
            'order_type',
            'SharedRepositoryOrder.direction',
            'sharedRepositories(center: SELF, orderBy: { field: TAG_COUNT, direction: DESC })',
            { center: 'self', order_column: 'tag_count', order_type: 'desc' },
          ],
        ],
        paging: ['limit', 'offset'],
        settings: [],
        always: { limit: '25', offset: '0' },
        notSent: ['domain_name'],
      },
    },
  ],
  enums: {
    SharingCenter: {
      isOpen: false,
      values: { SELF: 'self', THIRD_PARTY: 'thirdparty' },
      sent: ['center', (value) => `sharedRepositories(center: ${value})`],
    },
    SharedRepositoryOrderField: {
      isOpen: false,
      values: {
        UPDATED_AT: 'updated_at',
        NAME: 'name',
        TAG_COUNT: 'tag_count',
        NAMESPACE: 'namespace',
        DOMAIN_NAME: 'domain_name',
      },
      sent: [
        'order_column',
        (value) => `sharedRepositories(center: SELF, orderBy: { field: ${value}, direction: ASC })`,
      ],
    },
  },
  texts: {
    'Query.sharedRepositories(name:)': {
      selection: `sharedRepositories(center: SELF, name: $text) ${PAGE}`,
      isName: true,
    },
    'SharedRepositoryFilter.namespace': {
      selection: `sharedRepositories(center: SELF, filter: { namespace: $text }) ${PAGE}`,
      isName: true,
    },
  },
  costs: {
    'Query.sharedRepositories': {
      query: '{ sharedRepositories(center: SELF, first: 2) { nodes { size } totalCount } }',
      nodes: 2,
      requested: 1,
      actual: 1,
    },
    'SharedRepository.repository': {
      query: '{ sharedRepositories(center: SELF, first: 2) { nodes { repository { creatorName } } } }',
      nodes: 4,
      requested: 3,
      actual: 3,
    },
    'Repository.sharing': {
      query: '{ repository(namespace: "group", name: "busybox") { sharing { id } } }',
      nodes: 2,
      requested: 11,
      actual: 2,
    },
  },
};
