// The spec of RetentionPolicy for the suites that read every kind.
import { globalId, type KindSpec, pathValues, type TenantValues, type WireRow } from '../../support/kind.ts';
import type { Reply } from '../../support/upstreams/upstream.ts';
import { RETENTION_RULE, RULE_SELECTION, ruleOf, type WireRule } from '../retention-log/kind.ts';

/** A row of the list of retention policies. Source: docs/upstream/swr.md#list-retention-policies. */
export const policyRow = (fields: WireRow = {}): WireRow => ({
  algorithm: 'or',
  id: 91,
  rules: [{ template: 'tag_rule', params: { num: '7' }, tag_selectors: [] }],
  scope: '',
  ...fields,
});

const LIST = '/v2/manage/namespaces/{namespace}/repos/{repository}/retentions';
const ONE = `${LIST}/{retention_id}`;

/** A policy that there is not. Source: docs/upstream/swr.md#errors. */
export const NO_POLICY: Reply = {
  status: 400,
  body: { errors: [{ errorCode: 'SVCSTG.SWR.4000306', errorMessage: 'x', detail: 'x' }] },
};

const tenantRow = ({ text, number, oneOf }: TenantValues): WireRow => ({
  algorithm: text('algorithm'),
  scope: text('scope'),
  rules: [
    {
      template: oneOf('tag_rule', 'date_rule'),
      params: { num: number(4), days: number(5) },
      tag_selectors: [{ kind: oneOf('label', 'regexp'), pattern: text('pattern') }],
    },
  ],
});

const policy = (...key: readonly string[]) => `node(id: "${globalId('RetentionPolicy', key)}")`;
const onSandbox = (name: string, id: string): [string, string] => [
  policy('data-platform', name, id),
  `/v2/manage/namespaces/data-platform/repos/${name.replaceAll('/', '$')}/retentions/${id}`,
];

export const kind: KindSpec = {
  type: 'RetentionPolicy',
  contract: `
    extend type Repository { retentionPolicies: RetentionPolicyList }
    extend type RetentionLog { retentionPolicy: RetentionPolicy }
    type RetentionPolicy implements Node {
      id: ID! namespace: String! repositoryName: String! policyId: BigInt! algorithm: String scope: String
      rules: [RetentionRule!]
    }
    type RetentionPolicyList { nodes: [RetentionPolicy]! isComplete: Boolean! }
  `,
  key: {
    namespace: { value: () => 'group', isName: true },
    repositoryName: { value: (n) => `app-${n}`, isName: true },
    policyId: { value: (n) => String(8000 + n), rest: 'id', isNumber: true },
  },
  inSandbox: { namespace: 'data-platform', repositoryName: 'digits-in-text', policyId: '222' },
  calls: [
    { path: LIST, parameters: [], row: policyRow, tenantRow, reply: (rows) => ({ body: rows }) },
    {
      path: ONE,
      parameters: [],
      identity: { retention_id: 'id' },
      row: policyRow,
      tenantRow,
      reply: ([row]) => (row ? { body: row } : NO_POLICY),
      serve:
        (rows) =>
        ({ path }) => {
          const row = rows.find(({ id }) => String(id) === pathValues(ONE, path)?.retention_id);
          return row ? { body: row } : NO_POLICY;
        },
      document: {
        name: 'swr-show-retention',
        counts: { fields: 4, parameters: 2 },
        fields: [
          ['algorithm', '"or"', { 'RetentionPolicy.algorithm': 'string' }],
          ['id', '9007199254741009', { 'RetentionPolicy.policyId': 'int64' }],
          [
            'rules',
            JSON.stringify([RETENTION_RULE]),
            {
              'RetentionPolicy.rules': {
                selection: RULE_SELECTION,
                expected: (wire) => (wire as readonly WireRule[]).map(ruleOf),
              },
            },
          ],
          ['scope', '""', { 'RetentionPolicy.scope': 'string' }],
        ],
        shownBy: policy('shown-space', 'team/app.v2', '9007199254741009'),
        onSandbox: [
          onSandbox('a/b_c.d', '101'),
          onSandbox('huge-counters', '9007199254740995'),
          onSandbox('digits-in-text', '222'),
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
    'Repository.retentionPolicies': {
      query:
        '{ repository(namespace: "data-platform", name: "a/b_c.d") { retentionPolicies { isComplete nodes { policyId } } } }',
      nodes: 27,
      requested: 2,
      actual: 2,
    },
    'RetentionLog.retentionPolicy': {
      query:
        '{ retentionLogs(namespace: "data-platform", repositoryName: "a/b_c.d", first: 12) { nodes { retentionPolicy { scope } } } }',
      nodes: 24,
      requested: 19,
      actual: 2,
    },
  },
  sameForAllTenants: ['RetentionPolicyList.isComplete'],
};
