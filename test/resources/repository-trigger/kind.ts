// The spec of RepositoryTrigger for the suites that read every kind.
import { globalId, type KindSpec, pathValues, type TenantValues, type WireRow } from '../../support/kind.ts';
import type { Reply } from '../../support/upstreams/upstream.ts';

/** A run, as the detail of a trigger has it. Source: docs/upstream/swr.md#show-a-trigger. */
export const runRow = (fields: WireRow = {}): WireRow => ({
  action: 'update',
  app_type: 'deployments',
  application: 'web',
  cluster_id: 'b0e4a22d-9f25-4ae5-a0e6-c9a7c7a3c8d1',
  cluster_name: 'production',
  cluster_ns: 'default',
  condition: '.*',
  container: 'main',
  created_at: '2021-06-11T07:24:35.204517Z',
  creator_name: 'admin',
  detail: '',
  result: 'success',
  tag: 'v1',
  ...fields,
});

/** A row of the list of triggers, whose runs are null there. Source: docs/upstream/swr.md#list-triggers. */
export const triggerRow = (fields: WireRow = {}): WireRow => ({
  action: 'update',
  app_type: 'deployments',
  application: 'web',
  cluster_id: 'b0e4a22d-9f25-4ae5-a0e6-c9a7c7a3c8d1',
  cluster_name: 'production',
  cluster_ns: 'default',
  condition: '.*',
  container: 'main',
  created_at: '2021-06-10T07:24:35.204517Z',
  creator_name: 'admin',
  enable: 'true',
  name: 'update-web',
  trigger_history: null,
  trigger_mode: 'cce',
  trigger_type: 'all',
  ...fields,
});

const LIST = '/v2/manage/namespaces/{namespace}/repos/{repository}/triggers';
const ONE = `${LIST}/{trigger}`;

/** A trigger that there is not. Source: docs/upstream/swr.md#show-a-trigger. */
export const NO_TRIGGER: Reply = {
  status: 404,
  body: { errors: [{ errorCode: 'SVCSTG.SWR.4040126', errorMessage: 'x', detail: 'x' }] },
};

const tenantFacts = ({ text, time, oneOf }: TenantValues): WireRow => ({
  action: text('action'),
  app_type: oneOf('deployments', 'statefulsets'),
  application: text('application'),
  cluster_id: text('cluster id'),
  cluster_name: text('cluster'),
  cluster_ns: text('cluster namespace'),
  condition: text('condition'),
  container: text('container'),
  creator_name: text('creator'),
  created_at: time(7),
});

const tenantTrigger = (values: TenantValues): WireRow => ({
  ...tenantFacts(values),
  enable: values.oneOf('true', 'false'),
  trigger_mode: values.oneOf('cce', 'cci'),
  trigger_type: values.oneOf('tag', 'regular'),
});

const tenantDetail = (values: TenantValues): WireRow => ({
  ...tenantTrigger(values),
  trigger_history: [
    {
      ...tenantFacts(values),
      detail: values.text('detail'),
      result: values.oneOf('success', 'failed'),
      tag: values.text('tag'),
    },
  ],
});

const FACTS: readonly (readonly [rest: string, field: string])[] = [
  ['action', 'action'],
  ['app_type', 'workloadKindRaw'],
  ['application', 'workloadName'],
  ['cluster_id', 'clusterId'],
  ['cluster_name', 'clusterName'],
  ['cluster_ns', 'clusterNamespace'],
  ['condition', 'condition'],
  ['container', 'container'],
  ['created_at', 'createdAt'],
  ['creator_name', 'creatorName'],
  ['detail', 'detail'],
  ['result', 'resultRaw'],
  ['tag', 'tag'],
];

/** What the graph shows of a run. */
export const runOf = (wire: WireRow) => ({
  ...Object.fromEntries(FACTS.map(([rest, field]) => [field, wire[rest]])),
  workloadKind: String(wire.app_type).toUpperCase(),
  result: String(wire.result).toUpperCase(),
});
export const RUN_SELECTION = `{ ${FACTS.map(([, field]) => field).join(' ')} workloadKind result }`;

const trigger = (...key: readonly string[]) => `node(id: "${globalId('RepositoryTrigger', key)}")`;
const onSandbox = (name: string): [string, string] => [
  trigger('data-platform', 'a/b_c.d', name),
  `/v2/manage/namespaces/data-platform/repos/a$b_c.d/triggers/${name}`,
];

export const kind: KindSpec = {
  type: 'RepositoryTrigger',
  contract: `
    extend type Repository { triggers: RepositoryTriggerList }
    type RepositoryTrigger implements Node {
      id: ID! namespace: String! repositoryName: String! name: String! action: String
      workloadKind: RepositoryTriggerWorkloadKind workloadKindRaw: String workloadName: String clusterId: String
      clusterName: String clusterNamespace: String container: String condition: String
      conditionKind: RepositoryTriggerConditionKind conditionKindRaw: String mode: RepositoryTriggerMode modeRaw: String
      isEnabled: Boolean creatorName: String createdAt: DateTime
      runs: [RepositoryTriggerRun!]
    }
    type RepositoryTriggerRun {
      action: String workloadKind: RepositoryTriggerWorkloadKind workloadKindRaw: String workloadName: String
      clusterId: String clusterName: String clusterNamespace: String container: String condition: String
      creatorName: String createdAt: DateTime result: RepositoryTriggerResult resultRaw: String detail: String tag: String
    }
    type RepositoryTriggerList { nodes: [RepositoryTrigger]! isComplete: Boolean! }
  `,
  key: {
    namespace: { value: () => 'group', isName: true },
    repositoryName: { value: (n) => `app-${n}`, isName: true },
    name: { value: (n) => `update-${n}`, rest: 'name', isName: true },
  },
  inSandbox: { namespace: 'root', repositoryName: 'nginx', name: 'Update-all_0' },
  calls: [
    { path: LIST, parameters: [], row: triggerRow, tenantRow: tenantTrigger, reply: (rows) => ({ body: rows }) },
    {
      path: ONE,
      parameters: [],
      identity: { trigger: 'name' },
      row: (fields) => triggerRow({ trigger_history: [runRow()], ...fields }),
      tenantRow: tenantDetail,
      reply: ([row]) => (row ? { body: row } : NO_TRIGGER),
      serve:
        (rows) =>
        ({ path }) => {
          const row = rows.find(({ name }) => name === pathValues(ONE, path)?.trigger);
          return row ? { body: row } : NO_TRIGGER;
        },
      document: {
        name: 'swr-show-trigger',
        counts: { fields: 15, parameters: 2 },
        fields: [
          ['action', '"update"', { 'RepositoryTrigger.action': 'string' }],
          [
            'app_type',
            '"statefulsets"',
            { 'RepositoryTrigger.workloadKind': 'enum', 'RepositoryTrigger.workloadKindRaw': 'string' },
          ],
          ['application', '"web"', { 'RepositoryTrigger.workloadName': 'string' }],
          ['cluster_id', '"b0e4a22d"', { 'RepositoryTrigger.clusterId': 'string' }],
          ['cluster_name', '"production"', { 'RepositoryTrigger.clusterName': 'string' }],
          ['cluster_ns', '"shop"', { 'RepositoryTrigger.clusterNamespace': 'string' }],
          ['condition', '"^v\\\\d+$"', { 'RepositoryTrigger.condition': 'string' }],
          ['container', '"main"', { 'RepositoryTrigger.container': 'string' }],
          ['created_at', '"2021-06-10T07:24:35.204517Z"', { 'RepositoryTrigger.createdAt': 'dateTime' }],
          ['creator_name', '"admin"', { 'RepositoryTrigger.creatorName': 'string' }],
          ['enable', '"true"', { 'RepositoryTrigger.isEnabled': 'boolean' }],
          ['name', '"Update_1"', { 'RepositoryTrigger.name': 'string' }],
          [
            'trigger_history',
            JSON.stringify([runRow(), runRow({ result: 'failed', detail: 'no such workload' })]),
            {
              'RepositoryTrigger.runs': {
                selection: RUN_SELECTION,
                expected: (wire) => (wire as readonly WireRow[]).map(runOf),
              },
            },
          ],
          ['trigger_mode', '"cci"', { 'RepositoryTrigger.mode': 'enum', 'RepositoryTrigger.modeRaw': 'string' }],
          [
            'trigger_type',
            '"regular"',
            { 'RepositoryTrigger.conditionKind': 'enum', 'RepositoryTrigger.conditionKindRaw': 'string' },
          ],
        ],
        shownBy: trigger('shown-space', 'team/app.v2', 'Update_1'),
        onSandbox: [onSandbox('Update-all_2'), onSandbox('Update-tag_3'), onSandbox('Update-regular_4')],
        // The values of its path are the key.
        arguments: [],
        paging: [],
        settings: ['Content-Type', 'X-Auth-Token'],
        always: {},
      },
    },
  ],
  enums: {
    RepositoryTriggerWorkloadKind: {
      isOpen: true,
      values: { DEPLOYMENTS: 'deployments', STATEFULSETS: 'statefulsets' },
    },
    RepositoryTriggerConditionKind: { isOpen: true, values: { ALL: 'all', TAG: 'tag', REGULAR: 'regular' } },
    RepositoryTriggerMode: { isOpen: true, values: { CCE: 'cce', CCI: 'cci' } },
    RepositoryTriggerResult: { isOpen: true, values: { SUCCESS: 'success', FAILED: 'failed' } },
  },
  restNames: Object.fromEntries([
    ...FACTS.map(([rest, field]) => [`RepositoryTriggerRun.${field}`, rest]),
    ['RepositoryTriggerRun.workloadKind', 'app_type'],
    ['RepositoryTriggerRun.result', 'result'],
  ]),
  texts: {},
  costs: {
    'Repository.triggers': {
      query: '{ repository(namespace: "root", name: "nginx") { triggers { isComplete nodes { name isEnabled } } } }',
      nodes: 27,
      requested: 2,
      actual: 2,
    },
    'RepositoryTrigger.runs': {
      query: '{ repository(namespace: "data-platform", name: "a/b_c.d") { triggers { nodes { runs { result } } } } }',
      nodes: 277,
      requested: 102,
      actual: 8,
    },
  },
  sameForAllTenants: ['RepositoryTriggerList.isComplete'],
};
