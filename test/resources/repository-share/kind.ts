// The spec of RepositoryShare for the suites that read every kind.
import { globalId, type KindSpec, pathValues, type TenantValues, type WireRow } from '../../support/kind.ts';
import type { Reply } from '../../support/upstreams/upstream.ts';

/** A row of the list of access domains. Source: docs/upstream/swr.md#list-shares. */
export const shareRow = (fields: WireRow = {}): WireRow => ({
  namespace: 'group',
  repository: 'busybox',
  access_domain: 'partner',
  permit: 'read',
  deadline: '2021-10-01T16:00:00Z',
  description: '',
  creator_id: '7116d09f88fa41908676fdd4b039e95b',
  creator_name: 'admin',
  created: '2021-06-10T07:24:35.204517Z',
  updated: '2021-06-10T07:24:35.204517Z',
  status: false,
  ...fields,
});

const LIST = '/v2/manage/namespaces/{namespace}/repositories/{repository}/access-domains';
const ONE = `${LIST}/{access_domain}`;

/** A sharing that there is not; the object of the error stands alone. Source: docs/upstream/swr.md#errors. */
const absent: Reply = { status: 400, body: { errorCode: 'SVCSTG.SWR.4001090', errorMessage: 'x', detail: 'x' } };

const tenantRow = ({ text, time, oneOf }: TenantValues): WireRow => ({
  permit: oneOf('read', 'manage'),
  deadline: time(4),
  description: text('description'),
  creator_id: text('creator id'),
  creator_name: text('creator'),
  created: time(5),
  updated: time(6),
  status: oneOf(true, false),
});

const share = (...key: readonly string[]) => `node(id: "${globalId('RepositoryShare', key)}")`;
const onSandbox = (account: string): [string, string] => [
  share('data-platform', 'a/b_c.d', account),
  `/v2/manage/namespaces/data-platform/repositories/a$b_c.d/access-domains/${account}`,
];

export const kind: KindSpec = {
  type: 'RepositoryShare',
  contract: `
    extend type Repository { shares: RepositoryShareList }
    extend type SharedRepository { shares: RepositoryShareList }
    type RepositoryShare implements Node {
      id: ID! namespace: String! repositoryName: String! accountName: String! permission: RegistryPermission
      permissionRaw: String deadline: DateTime isForever: Boolean isSharingValid: Boolean description: String
      creatorId: String creatorName: String createdAt: DateTime updatedAt: DateTime
      repository: Repository
    }
    type RepositoryShareList { nodes: [RepositoryShare]! isComplete: Boolean! }
  `,
  key: {
    namespace: { value: () => 'group', rest: 'namespace', isName: true },
    repositoryName: { value: (n) => `app-${n}`, rest: 'repository', isName: true },
    accountName: { value: (n) => `account-${n}`, rest: 'access_domain', isName: true },
  },
  inSandbox: { namespace: 'group', repositoryName: 'busybox', accountName: 'partner_account' },
  calls: [
    {
      path: LIST,
      parameters: [],
      row: shareRow,
      tenantRow,
      reply: (rows) => ({ body: rows }),
      serve:
        (rows) =>
        ({ path }) => ({ body: rows.filter((row) => row.repository === pathValues(LIST, path)?.repository) }),
    },
    {
      path: ONE,
      parameters: [],
      identity: { namespace: 'namespace', repository: 'repository', access_domain: 'access_domain' },
      row: (fields) => shareRow({ exist: true, ...fields }),
      tenantRow,
      reply: ([row]) => (row ? { body: row } : absent),
      serve:
        (rows) =>
        ({ path }) => {
          const { repository, access_domain } = pathValues(ONE, path) ?? {};
          const row = rows.find((one) => one.repository === repository && one.access_domain === access_domain);
          return row ? { body: row } : absent;
        },
      document: {
        name: 'swr-show-access-domain',
        counts: { fields: 12, parameters: 2 },
        fields: [
          ['exist', 'true', {}],
          ['namespace', '"shared-space"', { 'RepositoryShare.namespace': 'string' }],
          ['repository', '"team/app.v2"', { 'RepositoryShare.repositoryName': 'string' }],
          ['access_domain', '"Partner_1"', { 'RepositoryShare.accountName': 'string' }],
          [
            'permit',
            '"read"',
            {
              'RepositoryShare.permission': { enum: 'RegistryPermission' },
              'RepositoryShare.permissionRaw': 'string',
            },
          ],
          [
            'deadline',
            '"2021-10-01T16:00:00.000Z"',
            {
              'RepositoryShare.deadline': {
                selection: '',
                expected: (wire) => (wire === 'forever' ? null : wire),
              },
              'RepositoryShare.isForever': { selection: '', expected: (wire) => wire === 'forever' },
            },
          ],
          ['description', '"for \\"partners\\""', { 'RepositoryShare.description': 'string' }],
          ['creator_id', '"12345678901234567890"', { 'RepositoryShare.creatorId': 'string' }],
          ['creator_name', '"admin"', { 'RepositoryShare.creatorName': 'string' }],
          ['created', '"2021-06-10T07:24:35.204517Z"', { 'RepositoryShare.createdAt': 'dateTime' }],
          ['updated', '"2021-06-11T07:24:35Z"', { 'RepositoryShare.updatedAt': 'dateTime' }],
          ['status', 'false', { 'RepositoryShare.isSharingValid': 'boolean' }],
        ],
        shownBy: share('shared-space', 'team/app.v2', 'Partner_1'),
        onSandbox: [
          onSandbox('partner_account'),
          onSandbox('vendor-account'),
          onSandbox('OTC-EU-DE-00000000001000000077'),
        ],
        // The values of its path are the key.
        arguments: [],
        paging: [],
        settings: ['Content-Type', 'X-Auth-Token'],
        always: {},
      },
    },
  ],
  texts: {},
  costs: {
    'Repository.shares': {
      query: '{ repository(namespace: "group", name: "busybox") { shares { isComplete nodes { accountName } } } }',
      nodes: 27,
      requested: 2,
      actual: 2,
    },
    'SharedRepository.shares': {
      query: '{ sharedRepositories(center: SELF, first: 3) { nodes { shares { nodes { deadline } } } } }',
      nodes: 81,
      requested: 4,
      actual: 4,
    },
    'RepositoryShare.repository': {
      query: '{ repository(namespace: "data-platform", name: "a/b_c.d") { shares { nodes { repository { size } } } } }',
      nodes: 52,
      requested: 102,
      actual: 2,
    },
  },
  sameForAllTenants: ['RepositoryShare.isForever', 'RepositoryShareList.isComplete'],
};
