// The spec of the facts of an account for the suites that read every slice.
import type { FactsSpec, Rule, WireRow } from '../../support/kind.ts';

/** The overview of an account. Source: docs/upstream/swr.md#overview. */
export const overviewRow = (fields: WireRow = {}): WireRow => ({
  domain_id: 'da44776c316c4a99b3683bb174f8821b',
  domain_name: 'account-1',
  namspace_num: 8,
  repo_num: 36,
  image_num: 60,
  store_space: 13.25,
  downflow_size: 99.5,
  ...fields,
});

/** A quota of SWR. Source: docs/upstream/swr.md#quotas. */
export const registryQuotaRow = (fields: WireRow = {}): WireRow => ({
  quota_limit: 5,
  quota_key: 'namespace',
  used: 2,
  unit: '',
  ...fields,
});

/** A quota of IMS. Source: docs/upstream/ims.md#quotas. */
export const imageQuotaRow = (fields: WireRow = {}): WireRow => ({
  type: 'image',
  used: 13,
  quota: 50,
  min: 50,
  max: 100,
  ...fields,
});

/** A version of a platform, and a platform. Source: docs/upstream/ims.md#os-versions. */
export const osVersionRow = (fields: WireRow = {}): WireRow => ({
  platform: 'CentOS',
  os_version_key: 'CentOS 7.9 64bit',
  os_version: 'CentOS 7.9 64bit',
  os_bit: 64,
  os_type: 'Linux',
  ...fields,
});
export const osPlatformRow = (fields: WireRow = {}): WireRow => ({
  platform: 'CentOS',
  version_list: [osVersionRow()],
  ...fields,
});

/** A number as it is sent. */
const float: Rule = { selection: '', expected: (wire) => wire };

/** The versions of a platform. */
const versions: Rule = {
  selection: '{ platformRaw osVersionKey osVersion osBit osType osTypeRaw }',
  expected: (wire) =>
    (wire as WireRow[]).map((version) => ({
      platformRaw: version.platform,
      osVersionKey: version.os_version_key,
      osVersion: version.os_version,
      osBit: version.os_bit,
      osType: String(version.os_type).toUpperCase(),
      osTypeRaw: version.os_type,
    })),
};

const HEADERS = ['Content-Type', 'X-Auth-Token'];

export const facts: FactsSpec = {
  slice: 'account',
  types: ['RegistryOverview', 'Quota', 'OsPlatform'],
  contract: `
    extend type Query {
      registryOverview: RegistryOverview
      registryQuotas: [Quota!]
      imageQuotas: [Quota!]
      osVersions(tags: [OsVersionTag!]): [OsPlatform!]
    }
    type RegistryOverview {
      domainId: String domainName: String organizationCount: BigInt repositoryCount: BigInt imageCount: BigInt
      storage: Float downloadTraffic: Float
    }
    type Quota { kind: String! used: BigInt limit: BigInt minimum: BigInt maximum: BigInt unit: String }
    type OsPlatform { platform: ImagePlatform platformRaw: String versions: [OsVersion!] }
    type OsVersion {
      platform: ImagePlatform platformRaw: String osVersion: String osVersionKey: String osBit: Int
      osType: ImageOsType osTypeRaw: String
    }
  `,
  nonNull: ['Quota.kind'],
  calls: [
    {
      path: '/v2/manage/overview',
      row: overviewRow,
      tenantRow: ({ text, number }) => ({
        domain_id: text('domain id'),
        domain_name: text('domain'),
        namspace_num: number(1),
        repo_num: number(2),
        image_num: number(3),
        store_space: number(4),
        downflow_size: number(5),
      }),
      reply: ([row]) => (row ? { body: row } : { status: 404, body: {} }),
      document: {
        name: 'swr-show-overview',
        type: 'RegistryOverview',
        counts: { fields: 7, parameters: 2 },
        fields: [
          ['domain_id', '"da44776c316c4a99b3683bb174f8821b"', { 'RegistryOverview.domainId': 'string' }],
          ['domain_name', '"größe"', { 'RegistryOverview.domainName': 'string' }],
          ['namspace_num', '9007199254740993', { 'RegistryOverview.organizationCount': 'int64' }],
          ['repo_num', '9007199254740995', { 'RegistryOverview.repositoryCount': 'int64' }],
          ['image_num', '9007199254740997', { 'RegistryOverview.imageCount': 'int64' }],
          ['store_space', '13.25', { 'RegistryOverview.storage': float }],
          ['downflow_size', '0.125', { 'RegistryOverview.downloadTraffic': float }],
        ],
        shownBy: 'registryOverview',
        onSandbox: [['registryOverview', '/v2/manage/overview']],
        arguments: [],
        paging: [],
        settings: HEADERS,
        always: {},
      },
    },
    {
      path: '/v2/manage/projects/{project_id}/quotas',
      row: registryQuotaRow,
      tenantRow: ({ text, number }) => ({
        quota_key: text('quota'),
        quota_limit: number(1),
        used: number(2),
        unit: text('unit'),
      }),
      reply: (rows) => ({ body: { quotas: rows } }),
      document: {
        name: 'swr-list-quotas',
        type: 'Quota',
        counts: { fields: 4, parameters: 3 },
        // The other three have the fields that the document of IMS describes; account-facts.test.ts shows their values.
        fields: [
          ['quota_key', '"namespace"', {}],
          ['quota_limit', '5', {}],
          ['used', '2', {}],
          ['unit', '"organizations"', { 'Quota.unit': 'string' }],
        ],
        shownBy: 'registryQuotas',
        onSandbox: [['registryQuotas', '/v2/manage/projects/{project_id}/quotas']],
        arguments: [],
        paging: [],
        settings: [...HEADERS, 'project_id'],
        always: { project_id: 'project-1' },
      },
    },
    {
      path: '/v1/cloudimages/quota',
      row: imageQuotaRow,
      tenantRow: ({ text, number }) => ({
        type: text('quota'),
        used: number(1),
        quota: number(2),
        min: number(3),
        max: number(4),
      }),
      reply: (rows) => ({ body: { quotas: { resources: rows } } }),
      document: {
        name: 'ims-show-image-quota',
        type: 'Quota',
        counts: { fields: 5, parameters: 0 },
        fields: [
          ['type', '"image_shared"', { 'Quota.kind': 'string' }],
          ['used', '9007199254740993', { 'Quota.used': 'int64' }],
          ['quota', '9007199254740995', { 'Quota.limit': 'int64' }],
          ['min', '1', { 'Quota.minimum': 'int64' }],
          ['max', '9007199254740997', { 'Quota.maximum': 'int64' }],
        ],
        shownBy: 'imageQuotas',
        onSandbox: [['imageQuotas', '/v1/cloudimages/quota']],
        arguments: [],
        paging: [],
        settings: [],
        always: {},
      },
    },
    {
      path: '/v1/cloudimages/os_version',
      row: osPlatformRow,
      tenantRow: ({ text, number, oneOf }) => ({
        platform: oneOf('CentOS', 'Debian'),
        version_list: [
          osVersionRow({
            platform: oneOf('CentOS', 'Debian'),
            os_version_key: text('key'),
            os_version: text('version'),
            os_bit: number(6),
            os_type: oneOf('Linux', 'Windows'),
          }),
        ],
      }),
      reply: (rows) => ({ body: rows }),
      document: {
        name: 'ims-list-os-versions',
        type: 'OsPlatform',
        counts: { fields: 2, parameters: 1 },
        fields: [
          ['platform', '"Debian"', { 'OsPlatform.platform': 'enum', 'OsPlatform.platformRaw': 'string' }],
          [
            'version_list',
            JSON.stringify([osVersionRow({ platform: 'Debian', os_version: 'Debian 12', os_bit: 32 })]),
            { 'OsPlatform.versions': versions },
          ],
        ],
        shownBy: 'osVersions',
        onSandbox: [
          ['osVersions', '/v1/cloudimages/os_version'],
          ['osVersions(tags: [UEFI, ARM])', '/v1/cloudimages/os_version?tag=arm&tag=uefi'],
        ],
        arguments: [['tag', 'Query.osVersions(tags:)', 'osVersions(tags: [UEFI, ARM])', { tag: ['arm', 'uefi'] }]],
        paging: [],
        settings: [],
        always: {},
        unsent: ['osVersions', 'osVersions(tags: null)', 'osVersions(tags: [])'],
      },
    },
  ],
  enums: {
    OsVersionTag: {
      isOpen: false,
      values: { BMS: 'bms', UEFI: 'uefi', ARM: 'arm', X86: 'x86', KVM: 'kvm' },
      sent: ['tag', (value) => `osVersions(tags: [${value}])`],
    },
  },
  restNames: {
    'OsVersion.platform': 'platform',
    'OsVersion.platformRaw': 'platform',
    'OsVersion.osVersion': 'os_version',
    'OsVersion.osVersionKey': 'os_version_key',
    'OsVersion.osBit': 'os_bit',
    'OsVersion.osType': 'os_type',
    'OsVersion.osTypeRaw': 'os_type',
  },
  texts: {},
  costs: {
    'Query.registryOverview': { query: '{ registryOverview { imageCount } }', nodes: 1, requested: 1, actual: 1 },
    'Query.registryQuotas': { query: '{ registryQuotas { kind } }', nodes: 10, requested: 1, actual: 1 },
    'Query.imageQuotas': { query: '{ imageQuotas { kind } }', nodes: 10, requested: 1, actual: 1 },
    'Query.osVersions': { query: '{ osVersions { versions { osVersion } } }', nodes: 20, requested: 1, actual: 1 },
  },
};
