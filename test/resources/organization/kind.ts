// The spec of Organization for the suites that read every kind.
import { type KindSpec, PAGE, pathValues, type TenantValues, type WireRow } from '../../support/kind.ts';
import type { Reply } from '../../support/upstreams/upstream.ts';

/** A row of the list, and the record of one. Sources: docs/upstream/swr.md#list-organizations, #show-an-organization. */
export const organizationRow = (fields: WireRow = {}): WireRow => ({
  id: 1422,
  name: 'group',
  creator_name: 'admin',
  auth: 7,
  access_user_count: 2,
  repo_count: 3,
  ...fields,
});

/** Who may use an organization or a repository. Source: docs/upstream/swr.md#permissions. */
export const permissionsRecord = (fields: WireRow = {}): WireRow => ({
  id: 1422,
  name: 'group',
  creator_name: 'admin',
  self_auth: { user_id: 'u-1', user_name: 'admin', auth: 7 },
  others_auths: [{ user_id: 'u-2', user_name: 'robot', auth: 1 }],
  ...fields,
});

const tenantRow = ({ text, number, oneOf }: TenantValues): WireRow => ({
  id: number(1),
  creator_name: text('creator'),
  auth: oneOf(1, 7),
  access_user_count: number(2),
  repo_count: number(3),
});

const tenantPermissions = ({ text, oneOf }: TenantValues): WireRow => ({
  self_auth: { user_id: text('id of the caller'), user_name: text('name of the caller'), auth: oneOf(1, 7) },
  others_auths: [{ user_id: text('id of a user'), user_name: text('name of a user'), auth: oneOf(3, 1) }],
});

const ONE = '/v2/manage/namespaces/{namespace}';
const ACCESS = `${ONE}/access`;
const REPOSITORY_ACCESS = `${ONE}/repos/{repository}/access`;

const found = (row: WireRow | undefined, number = '4040058'): Reply =>
  row ? { body: row } : { status: 404, body: { errors: [{ errorCode: `SVCSTG.SWR.${number}` }] } };

const inOne = (field: string) => `organization(namespace: "group") { ${field} }`;

export const kind: KindSpec = {
  type: 'Organization',
  contract: `
    extend type Query {
      organization(namespace: String!): Organization
      organizations(namespace: String, first: Int, after: String, last: Int, before: String): OrganizationConnection
    }
    extend type Repository { organization: Organization userPermissions: [UserPermission!] }
    extend type SharedRepository { organization: Organization }
    extend type ImageGroup { organization: Organization }
    type Organization implements Node {
      id: ID! namespace: String! organizationId: BigInt creatorName: String
      permission: RegistryPermission permissionRaw: String repositoryCount: BigInt accessUserCount: BigInt
      repositories(
        filter: RepositoryFilter, orderBy: RepositoryOrder, first: Int, after: String, last: Int, before: String
      ): RepositoryConnection
      imageGroups(
        filter: ImageGroupFilter, orderBy: ImageGroupOrder, first: Int, after: String, last: Int, before: String
      ): ImageGroupConnection
      userPermissions: [UserPermission!]
    }
    type UserPermission {
      userId: String userName: String permission: RegistryPermission permissionRaw: String isSelf: Boolean!
    }
    type OrganizationConnection { edges: [OrganizationEdge]! nodes: [Organization]! pageInfo: PageInfo! totalCount: Int }
    type OrganizationEdge { cursor: String! node: Organization }
  `,
  nonNull: ['UserPermission.isSelf'],
  // The first one is the organization of all other records.
  key: { namespace: { value: (n) => (n === 1 ? 'group' : `group-${n}`), rest: 'name', isName: true } },
  inSandbox: { namespace: 'group' },
  calls: [
    {
      path: '/v2/manage/namespaces',
      row: organizationRow,
      tenantRow,
      reply: (rows) => ({ body: { namespaces: rows } }),
      document: {
        name: 'swr-list-organizations',
        counts: { fields: 6, parameters: 4 },
        // The counts have been seen, and are in no document.
        fields: [
          ['id', '9007199254741021', { 'Organization.organizationId': 'int64' }],
          ['name', '"listed-space"', { 'Organization.namespace': 'string' }],
          ['creator_name', '"jürgen"', { 'Organization.creatorName': 'string' }],
          [
            'auth',
            '3',
            {
              'Organization.permission': { enum: 'RegistryPermission' },
              'Organization.permissionRaw': { selection: '', expected: String },
            },
          ],
          ['access_user_count', '9007199254741023', { 'Organization.accessUserCount': 'int64' }],
          ['repo_count', '9007199254741025', { 'Organization.repositoryCount': 'int64' }],
        ],
        shownBy: 'organizations(first: 1)',
        onSandbox: [['organizations(first: 1000)', '/v2/manage/namespaces']],
        arguments: [
          ['namespace', 'Query.organizations(namespace:)', 'organizations(namespace: "o1")', { namespace: 'o1' }],
        ],
        paging: [],
        settings: ['Content-Type', 'X-Auth-Token'],
        always: {},
        // Another spelling of the namespace; its `mode` adds what the caller may see by repositories alone.
        notSent: ['filter'],
        unsent: ['organizations', 'organizations(namespace: null)'],
      },
    },
    {
      path: ONE,
      parameters: [],
      identity: { namespace: 'name' },
      row: organizationRow,
      tenantRow,
      reply: ([row]) => found(row),
      serve:
        (rows) =>
        ({ path }) =>
          found(rows.find(({ name }) => name === pathValues(ONE, path)?.namespace)),
    },
    {
      path: ACCESS,
      parameters: [],
      identity: { namespace: 'name' },
      row: permissionsRecord,
      tenantRow: tenantPermissions,
      reply: ([row]) => found(row),
      serve:
        (rows) =>
        ({ path }) =>
          found(rows.find(({ name }) => name === pathValues(ACCESS, path)?.namespace)),
    },
    {
      path: REPOSITORY_ACCESS,
      parameters: [],
      identity: { repository: 'name' },
      row: permissionsRecord,
      tenantRow: tenantPermissions,
      reply: ([row]) => found(row, '4040010'),
      // Those of the organization are those of its repositories.
      serve:
        ([row]) =>
        ({ path }) =>
          found({ ...row, name: pathValues(REPOSITORY_ACCESS, path)?.repository }),
    },
  ],
  enums: { RegistryPermission: { isOpen: true, values: { READ: '1', EDIT: '3', MANAGE: '7' } } },
  restNames: {
    'Repository.userPermissions': 'others_auths',
    'Organization.userPermissions': 'others_auths',
    'UserPermission.userId': 'user_id',
    'UserPermission.userName': 'user_name',
    'UserPermission.permission': 'auth',
    'UserPermission.permissionRaw': 'auth',
    'UserPermission.isSelf': 'self_auth',
  },
  texts: {
    'Query.organization(namespace:)': { selection: 'organization(namespace: $text) { creatorName }', isName: true },
    'Query.organizations(namespace:)': { selection: `organizations(namespace: $text) ${PAGE}`, sentAs: 'namespace' },
    ...Object.fromEntries(
      ['repositories', 'imageGroups'].flatMap((list) =>
        ['after', 'before'].map((cursor) => [
          `Organization.${list}(${cursor}:)`,
          { selection: inOne(`${list}(${cursor}: $text) ${PAGE}`), calls: 1 },
        ]),
      ),
    ),
  },
  costs: {
    'Query.organization': { query: `{ ${inOne('id')} }`, nodes: 1, requested: 2, actual: 1 },
    'Query.organizations': {
      query: '{ organizations(first: 3) { nodes { repositoryCount } totalCount } }',
      nodes: 3,
      requested: 1,
      actual: 1,
    },
    'Organization.repositories': {
      query: `{ ${inOne('repositories(first: 2) { nodes { size } }')} }`,
      nodes: 3,
      requested: 3,
      actual: 2,
    },
    'Organization.imageGroups': {
      query: `{ ${inOne('imageGroups(first: 2) { nodes { name } }')} }`,
      nodes: 3,
      requested: 3,
      actual: 2,
    },
    'Organization.userPermissions': {
      query: `{ ${inOne('userPermissions { userName }')} }`,
      nodes: 11,
      requested: 3,
      actual: 2,
    },
    'Repository.organization': {
      query: '{ repositories(first: 100) { nodes { organization { creatorName } } } }',
      nodes: 200,
      requested: 201,
      actual: 2,
    },
    'Repository.userPermissions': {
      query: '{ repository(namespace: "group", name: "busybox") { userPermissions { userName } } }',
      nodes: 11,
      requested: 2,
      actual: 2,
    },
    'SharedRepository.organization': {
      query: '{ sharedRepositories(center: SELF, first: 4) { nodes { organization { namespace } } } }',
      nodes: 8,
      requested: 1,
      actual: 1,
    },
    'ImageGroup.organization': {
      query: '{ imageGroups(first: 2) { nodes { organization { namespace } } } }',
      nodes: 4,
      requested: 5,
      actual: 2,
    },
  },
  sameForAllTenants: ['UserPermission.isSelf'],
};
