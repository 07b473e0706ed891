// The rule inside a retention log: both templates, numbers as text, unknown values, text that is not JSON.
import { expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';
import { retentionLogRow } from './kind.ts';

const RULE = 'template templateRaw keepCount keepDays tagSelectors { kind kindRaw pattern }';

async function ask(rule_type: unknown, selection = `tag ruleType rule { ${RULE} }`) {
  const app = await startApp({
    upstream: () => ({ body: { retention_log: [retentionLogRow({ rule_type })], total: 1 } }),
  });
  const { data, errors } = await app.ask(
    `{ retentionLogs(namespace: "group", repositoryName: "busybox") { nodes { ${selection} } } }`,
  );
  return { log: data.retentionLogs.nodes[0], errors };
}
const at = (...path: string[]) => ['retentionLogs', 'nodes', 0, ...path];

test.each([
  [
    'tag_rule',
    '{"template":"tag_rule","params":{"num":"7"},"tag_selectors":[]}',
    { template: 'TAG_RULE', keepCount: 7, keepDays: null },
  ],
  [
    'tag_rule',
    '{"template":"tag_rule","params":{"num":7},"tag_selectors":[]}',
    { template: 'TAG_RULE', keepCount: 7, keepDays: null },
  ],
  [
    'date_rule',
    '{"template":"date_rule","params":{"days":"30"},"tag_selectors":[]}',
    { template: 'DATE_RULE', keepCount: null, keepDays: 30 },
  ],
  [
    'date_rule',
    '{"template":"date_rule","params":{"days":30}}',
    { template: 'DATE_RULE', keepCount: null, keepDays: 30 },
  ],
  [
    'date_rule',
    '{"template":"date_rule","params":{},"tag_selectors":null}',
    { template: 'DATE_RULE', keepCount: null, keepDays: null },
  ],
  ['tag_rule', '{"template":"tag_rule","params":null}', { template: 'TAG_RULE', keepCount: null, keepDays: null }],
  [
    'size_rule',
    '{"template":"size_rule","params":{"num":"1","days":"2","bytes":"3"}}',
    { template: 'UNKNOWN', keepCount: 1, keepDays: 2 },
  ],
  ['constructor', '{"template":"constructor"}', { template: 'UNKNOWN', keepCount: null, keepDays: null }],
])('a %s such as %s is read', async (templateRaw, text, expected) => {
  const { log, errors } = await ask(text);
  expect(errors).toBeUndefined();
  expect(log).toEqual({ tag: '4', ruleType: text, rule: { templateRaw, tagSelectors: [], ...expected } });
});

const SELECTORS = [{ kind: 'label', pattern: 'v1' }];
test.each([
  ['an object', { template: 'tag_rule', params: { num: '7' }, tag_selectors: SELECTORS }],
  [
    'text with its parts as text',
    JSON.stringify({ template: 'tag_rule', params: '{"num":7}', tag_selectors: JSON.stringify(SELECTORS) }),
  ],
])('a rule that is sent as %s is read, and ruleType is its JSON text', async (_what, rule) => {
  const { log, errors } = await ask(rule);
  expect(errors).toBeUndefined();
  expect(log).toEqual({
    tag: '4',
    ruleType: typeof rule === 'string' ? rule : JSON.stringify(rule),
    rule: {
      template: 'TAG_RULE',
      templateRaw: 'tag_rule',
      keepCount: 7,
      keepDays: null,
      tagSelectors: [{ kind: 'LABEL', kindRaw: 'label', pattern: 'v1' }],
    },
  });
});

test('a rule without a template is UNKNOWN, without a raw value', async () => {
  const { log, errors } = await ask('{"params":{"num":"7"}}');
  expect(errors).toBeUndefined();
  expect(log.rule).toMatchObject({ template: 'UNKNOWN', templateRaw: null, keepCount: 7 });
});

test('selectors of both types and of an unknown one are listed in their order', async () => {
  const tag_selectors = [
    { kind: 'label', pattern: 'v1' },
    { kind: 'regexp', pattern: '^release-\\d+$' },
    { kind: 'digest', pattern: '' },
    {},
  ];
  const { log, errors } = await ask(JSON.stringify({ template: 'tag_rule', params: { num: '1' }, tag_selectors }));
  expect(errors).toBeUndefined();
  expect(log.rule.tagSelectors).toEqual([
    { kind: 'LABEL', kindRaw: 'label', pattern: 'v1' },
    { kind: 'REGEXP', kindRaw: 'regexp', pattern: '^release-\\d+$' },
    { kind: 'UNKNOWN', kindRaw: 'digest', pattern: '' },
    { kind: null, kindRaw: null, pattern: null },
  ]);
});

test.each(['{"template":"tag_rule"', 'tag_rule', '[]', '[{"template":"tag_rule"}]', '7', '"tag_rule"', '{template:1}'])(
  'the text %s is not a rule: rule is null with an error, ruleType has its value',
  async (text) => {
    const { log, errors } = await ask(text);
    expect(log).toEqual({ tag: '4', ruleType: text, rule: null });
    expect(errors).toMatchObject([{ path: at('rule'), extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'swr' } }]);
    expect(errors).toHaveLength(1);
  },
);

test('an unreadable rule costs nothing when only ruleType is selected', async () => {
  const { log, errors } = await ask('no rule', 'ruleType');
  expect({ log, errors }).toEqual({ log: { ruleType: 'no rule' }, errors: undefined });
});

test.each([
  ['', ''],
  [null, null],
  [undefined, null],
])('a rule_type of %j is null, without an error', async (rule_type, ruleType) => {
  const { log, errors } = await ask(rule_type);
  expect(errors).toBeUndefined();
  expect(log).toEqual({ tag: '4', ruleType, rule: null });
});

test.each(['seven', '7.5', 7.5, 2147483648, true, {}])(
  'the number %j is malformed: keepCount is null with an error, the rest has its values',
  async (num) => {
    const text = JSON.stringify({ template: 'tag_rule', params: { num, days: '3' } });
    const { log, errors } = await ask(text);
    expect(log.rule).toEqual({
      template: 'TAG_RULE',
      templateRaw: 'tag_rule',
      keepCount: null,
      keepDays: 3,
      tagSelectors: [],
    });
    expect(errors).toMatchObject([{ path: at('rule', 'keepCount'), extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
  },
);

test.each([
  ['cut off', '{"num":7'],
  ['of another type', 7],
  ['too long', `{"num":7,"x":"${'x'.repeat(300_000)}"}`],
])('parameters that are %s null the numbers alone, each with an error', async (_what, params) => {
  const { log, errors } = await ask({ template: 'tag_rule', params }, `tag rule { ${RULE} }`);
  expect(log).toEqual({
    tag: '4',
    rule: { template: 'TAG_RULE', templateRaw: 'tag_rule', keepCount: null, keepDays: null, tagSelectors: [] },
  });
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
    ['keepCount', 'keepDays'].map((field) => [at('rule', field), 'UPSTREAM_BAD_RESPONSE']),
  );
});

test.each(['"label"', '{"kind":"label"}', '[1]', '[{"kind":"label"},null]'])(
  'the selectors %s null the rule with an error, and neither the log nor ruleType',
  async (selectors) => {
    const text = `{"template":"tag_rule","params":{"num":"7"},"tag_selectors":${selectors}}`;
    const { log, errors } = await ask(text);
    expect(log).toEqual({ tag: '4', ruleType: text, rule: null });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.path?.slice(0, 4)).toEqual(at('rule'));
  },
);

test('a selector whose pattern is not a string nulls that pattern alone', async () => {
  const { log, errors } = await ask('{"template":"tag_rule","tag_selectors":[{"kind":"label","pattern":5}]}');
  expect(log.rule.tagSelectors).toEqual([{ kind: 'LABEL', kindRaw: 'label', pattern: null }]);
  expect(errors).toMatchObject([{ path: [...at('rule', 'tagSelectors'), 0, 'pattern'] }]);
});
