// The spec of RetentionLog for the suites that read every kind.
import { type KindSpec, PAGE, pathValues, type Rule, type WireRow } from '../../support/kind.ts';
import { retentionList } from '../../support/upstreams/paged-upstream.ts';

/** A row of the retention histories. Source: docs/upstream/swr.md#list-retention-histories. */
export const retentionLogRow = (fields: WireRow = {}): WireRow => ({
  created_at: '2020-04-17T08:01:09.658309Z',
  id: 9088,
  namespace: 'group',
  repo: 'busybox',
  retention_id: 91,
  rule_type: '{"template":"tag_rule","params":{"num":"7"},"tag_selectors":[]}',
  tag: '4',
  ...fields,
});

const HISTORIES = '/v2/manage/namespaces/{namespace}/repos/{repository}/retentions/histories';
const LOGS = 'retentionLogs(namespace: "o1", repositoryName: "team/app.v2")';
const SENT = { namespace: 'o1', repository: 'team/app.v2' };

export const RETENTION_RULE = {
  template: 'date_rule',
  params: { days: '30' },
  tag_selectors: [{ kind: 'regexp', pattern: '^v"1"' }],
};

export interface WireRule {
  readonly template: string;
  readonly params: { readonly num?: string | number; readonly days?: string | number };
  readonly tag_selectors: readonly { readonly kind: string; readonly pattern: string }[];
}

export const RULE_SELECTION = '{ template templateRaw keepCount keepDays tagSelectors { kind kindRaw pattern } }';

/** What the graph shows of a rule. */
export const ruleOf = ({ template, params, tag_selectors }: WireRule) => ({
  template: template.toUpperCase(),
  templateRaw: template,
  keepCount: params.num === undefined ? null : Number(params.num),
  keepDays: params.days === undefined ? null : Number(params.days),
  tagSelectors: tag_selectors.map(({ kind, pattern }) => ({ kind: kind.toUpperCase(), kindRaw: kind, pattern })),
});

/** The rule, which is JSON within a text. */
const ruleOfText: Rule = { selection: RULE_SELECTION, expected: (wire) => ruleOf(JSON.parse(String(wire))) };

export const kind: KindSpec = {
  type: 'RetentionLog',
  contract: `
    extend type Query {
      retentionLogs(
        namespace: String!, repositoryName: String!, first: Int, after: String, last: Int, before: String
      ): RetentionLogConnection
    }
    extend type Repository { retentionLogs(first: Int, after: String, last: Int, before: String): RetentionLogConnection }
    type RetentionLog implements Node {
      id: ID! logId: BigInt! namespace: String! repositoryName: String! retentionId: BigInt tag: String
      createdAt: DateTime ruleType: String rule: RetentionRule
      repository: Repository
    }
    type RetentionRule {
      template: RetentionTemplate! templateRaw: String keepCount: Int keepDays: Int tagSelectors: [TagSelector!]!
    }
    type TagSelector { kind: TagSelectorKind kindRaw: String pattern: String }
    type RetentionLogConnection { edges: [RetentionLogEdge]! nodes: [RetentionLog]! pageInfo: PageInfo! totalCount: Int }
    type RetentionLogEdge { cursor: String! node: RetentionLog }
  `,
  nonNull: ['RetentionRule.template', 'RetentionRule.tagSelectors'],
  key: {
    namespace: { value: () => 'group', rest: 'namespace', isName: true },
    repositoryName: { value: (n) => `app-${n}`, rest: 'repo', isName: true },
    logId: { value: (n) => String(9000 + n), rest: 'id', isNumber: true },
  },
  inSandbox: { namespace: 'hwstaff_l00283074', repositoryName: 'experience_2048', logId: '9088' },
  listArguments: ({ namespace, repositoryName }) => [`namespace: "${namespace}", repositoryName: "${repositoryName}"`],
  calls: [
    {
      path: HISTORIES,
      parameters: ['limit', 'offset'],
      row: retentionLogRow,
      tenantRow: ({ text, number, time, oneOf }) => ({
        retention_id: number(1),
        tag: text('tag'),
        created_at: time(3),
        rule_type: JSON.stringify({
          template: oneOf('tag_rule', 'date_rule'),
          params: { num: number(2), days: number(3) },
          tag_selectors: [{ kind: oneOf('label', 'regexp'), pattern: text('pattern') }],
        }),
      }),
      reply: (rows, { total = rows.length } = {}) => ({ body: { retention_log: rows, total } }),
      // Each repository has logs of the same numbers.
      serve: (rows) => (call, response) => {
        const { repository } = pathValues(HISTORIES, call.path) ?? {};
        return retentionList(rows.map((row) => ({ ...row, repo: repository })))(call, response);
      },
      document: {
        name: 'swr-list-retention-histories',
        counts: { fields: 7, parameters: 7 },
        // The rows under `retention_log`, which the document shows in its example alone.
        fields: [
          ['created_at', '"2020-04-17T08:01:09.658309Z"', { 'RetentionLog.createdAt': 'dateTime' }],
          ['id', '9007199254741005', { 'RetentionLog.logId': 'int64' }],
          ['namespace', '"logged-space"', { 'RetentionLog.namespace': 'string' }],
          ['repo', '"experience/2048"', { 'RetentionLog.repositoryName': 'string' }],
          ['retention_id', '9007199254741007', { 'RetentionLog.retentionId': 'int64' }],
          [
            'rule_type',
            JSON.stringify(JSON.stringify(RETENTION_RULE)),
            { 'RetentionLog.ruleType': 'string', 'RetentionLog.rule': ruleOfText },
          ],
          ['tag', '"4"', { 'RetentionLog.tag': 'string' }],
        ],
        shownBy: 'retentionLogs(namespace: "logged-space", repositoryName: "experience/2048", first: 1)',
        onSandbox: [
          [
            'retentionLogs(namespace: "data-platform", repositoryName: "a/b_c.d", first: 100)',
            '/v2/manage/namespaces/data-platform/repos/a$b_c.d/retentions/histories?limit=100&offset=0',
          ],
          [
            'retentionLogs(namespace: "data-platform", repositoryName: "huge-counters", first: 100)',
            '/v2/manage/namespaces/data-platform/repos/huge-counters/retentions/histories?limit=100&offset=0',
          ],
        ],
        arguments: [
          ['namespace', 'Query.retentionLogs(namespace:)', LOGS, SENT],
          ['repository', 'Query.retentionLogs(repositoryName:)', LOGS, SENT],
        ],
        // `filter` is another spelling of the other two, which are documented to stand alone.
        paging: ['limit', 'offset', 'filter'],
        settings: ['Content-Type', 'X-Auth-Token'],
        always: { limit: '25', offset: '0' },
      },
    },
  ],
  enums: {
    RetentionTemplate: { isOpen: true, values: { TAG_RULE: 'tag_rule', DATE_RULE: 'date_rule' } },
    TagSelectorKind: { isOpen: true, values: { LABEL: 'label', REGEXP: 'regexp' } },
  },
  restNames: {
    'RetentionRule.template': 'template',
    'RetentionRule.templateRaw': 'template',
    'RetentionRule.keepCount': 'num',
    'RetentionRule.keepDays': 'days',
    'RetentionRule.tagSelectors': 'tag_selectors',
    'TagSelector.kind': 'kind',
    'TagSelector.kindRaw': 'kind',
    'TagSelector.pattern': 'pattern',
  },
  texts: {
    'Query.retentionLogs(namespace:)': {
      selection: `retentionLogs(namespace: $text, repositoryName: "app") ${PAGE}`,
      isName: true,
    },
    'Query.retentionLogs(repositoryName:)': {
      selection: `retentionLogs(namespace: "group", repositoryName: $text) ${PAGE}`,
      isName: true,
    },
    'Repository.retentionLogs(after:)': {
      selection: `repository(namespace: "group", name: "app") { retentionLogs(after: $text) ${PAGE} }`,
      calls: 1,
    },
    'Repository.retentionLogs(before:)': {
      selection: `repository(namespace: "group", name: "app") { retentionLogs(before: $text) ${PAGE} }`,
      calls: 1,
    },
  },
  costs: {
    'Query.retentionLogs': {
      query:
        '{ retentionLogs(namespace: "hwstaff_l00283074", repositoryName: "nightly/build-runner", first: 300) { nodes { id } } }',
      nodes: 300,
      requested: 3,
      actual: 2,
    },
    'RetentionLog.repository': {
      query:
        '{ retentionLogs(namespace: "hwstaff_l00283074", repositoryName: "experience_2048") { nodes { repository { size } } } }',
      nodes: 50,
      requested: 26,
      actual: 2,
    },
    'Repository.retentionLogs': {
      query: '{ repository(namespace: "group", name: "busybox") { retentionLogs(first: 5) { nodes { id } } } }',
      nodes: 6,
      requested: 2,
      actual: 2,
    },
  },
};
