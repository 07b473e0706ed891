// Retention policies: ids and rules as SWR writes them, and the calls for the policies of logs.
import { expect, test } from 'vitest';
import { codesOf, startApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import { retentionList } from '../../support/upstreams/paged-upstream.ts';
import { ABSENT, type Reply } from '../../support/upstreams/upstream.ts';
import { detailAt } from '../repository/kind.ts';
import { RULE_SELECTION, retentionLogRow } from '../retention-log/kind.ts';
import { NO_POLICY, policyRow } from './kind.ts';

const REPOSITORY = '/v2/manage/namespaces/group/repos/busybox';
const LIST = `${REPOSITORY}/retentions`;
const LOGS = `${LIST}/histories?limit=25&offset=0`;

/** Reads fields of one policy, and the paths below it of errors. */
async function read(fields: WireRow | string, selection: string) {
  const body = typeof fields === 'string' ? fields : [policyRow(fields)];
  const app = await startApp({ upstream: ({ path }) => ({ body: path === LIST ? body : detailAt(path) }) });
  const { data, errors = [] } = await app.ask(
    `{ repository(namespace: "group", name: "busybox") { retentionPolicies { nodes { ${selection} } } } }`,
  );
  return [data.repository.retentionPolicies.nodes[0], errors.map(({ path }) => path?.slice(4))];
}

test.each([
  ['a number', '91', '91'],
  ['a text', '"222"', '222'],
  ['a text with zeros before it', '"0222"', '222'],
  ['a number with a fraction', '91.0', '91'],
  ['a long number', '9007199254741009', '9007199254741009'],
  ['a long text', '"9223372036854775807"', '9223372036854775807'],
])('an id that is %s', async (_what, id, policyId) => {
  expect(await read(`[{"id":${id}}]`, 'policyId')).toEqual([{ policyId }, []]);
});

const rule = (params: unknown, further: WireRow = {}) => ({ template: 'date_rule', params, ...further });
const shown = (fields: WireRow) => ({
  template: 'DATE_RULE',
  templateRaw: 'date_rule',
  keepCount: null,
  keepDays: null,
  tagSelectors: [],
  ...fields,
});
const LABEL = { kind: 'label', pattern: 'v5' };
const SHOWN_LABEL = { kind: 'LABEL', kindRaw: 'label', pattern: 'v5' };

test.each<[what: string, rules: unknown, expected: unknown, errors: readonly (readonly (string | number)[])[]]>([
  ['numbers as texts', [rule({ days: '30' })], [shown({ keepDays: 30 })], []],
  ['numbers', [rule({ days: 30 })], [shown({ keepDays: 30 })], []],
  ['parameters as JSON text', [rule('{"num":"7"}')], [shown({ keepCount: 7 })], []],
  ['no parameters', [rule(null)], [shown({})], []],
  ['selectors', [rule({}, { tag_selectors: [LABEL] })], [shown({ tagSelectors: [SHOWN_LABEL] })], []],
  ['no selectors', [rule({}, { tag_selectors: null })], [shown({})], []],
  [
    'a template that is not documented',
    [rule({ num: 1 }, { template: 'size_rule' })],
    [shown({ template: 'UNKNOWN', templateRaw: 'size_rule', keepCount: 1 })],
    [],
  ],
  ['several rules', [rule({ days: 1 }), rule({ days: 2 })], [shown({ keepDays: 1 }), shown({ keepDays: 2 })], []],
  ['rules as JSON text', JSON.stringify([rule({ days: 1 })]), [shown({ keepDays: 1 })], []],
  ['no rules', [], [], []],
  ['null', null, null, []],
  ['nothing', undefined, null, []],
  ['an object', rule({ days: 1 }), null, [['rules']]],
  ['a text', 'date_rule', null, [['rules']]],
  ['a rule that is a text', [rule({ days: 1 }), 'date_rule'], null, [['rules']]],
  ['too many rules', Array(5001).fill(rule({})), null, [['rules']]],
  ['a malformed number', [rule({ days: 'soon' })], [shown({})], [['rules', 0, 'keepDays']]],
])('rules that are %s', async (_what, rules, expected, errors) => {
  const policy = { policyId: '91', algorithm: 'or', scope: '', rules: expected };
  expect(await read({ rules }, `policyId algorithm scope rules ${RULE_SELECTION}`)).toEqual([policy, errors]);
});

/** Logs with these ids of policies, in an upstream that has these policies. */
async function readLogs(
  retentionIds: readonly unknown[],
  {
    list = [],
    known = [],
    also = '',
  }: { list?: readonly unknown[] | Reply; known?: readonly number[]; also?: string } = {},
) {
  const logs = retentionIds.map((retention_id, n) => retentionLogRow({ id: 100 + n, retention_id }));
  const app = await startApp({
    upstream: (call, response) => {
      const id = Number(call.path.slice(LIST.length + 1));
      if (call.path === LIST) return 'length' in list ? { body: list } : list;
      if (call.path.endsWith('/histories')) return retentionList(logs)(call, response);
      if (call.path === REPOSITORY) return { body: detailAt(call.path) };
      return known.includes(id) ? { body: policyRow({ id }) } : NO_POLICY;
    },
  });
  const response = await app.ask(`{ repository(namespace: "group", name: "busybox") {
    ${also} retentionLogs { nodes { retentionId retentionPolicy { policyId scope } } } } }`);
  const nodes: { retentionPolicy: { policyId: string } | null }[] = response.data.repository.retentionLogs.nodes;
  return {
    policies: nodes.map(({ retentionPolicy }) => retentionPolicy?.policyId ?? null),
    errors: (response.errors ?? []).map(({ path, extensions }) => [path?.[3], path?.at(-1), extensions.code]),
    targets: app.targets().filter((target) => target !== REPOSITORY && target !== LOGS),
  };
}

test('many logs of one policy cost one call', async () => {
  expect(await readLogs(Array(25).fill(91), { known: [91] })).toEqual({
    policies: Array(25).fill('91'),
    errors: [],
    targets: [`${LIST}/91`],
  });
});

test('a policy that is gone is null', async () => {
  expect(await readLogs([91, 91])).toEqual({ policies: [null, null], errors: [], targets: [`${LIST}/91`] });
});

test('several policies of a repository cost one list; what it lacks is gone', async () => {
  const ids = [91, 92, '93', 91, 94];
  const list = [policyRow({ id: '91' }), policyRow({ id: 92 }), policyRow({ id: 93 })];
  expect(await readLogs(ids, { list })).toEqual({
    policies: ['91', '92', '93', '91', null],
    errors: [],
    targets: [LIST],
  });
});

test('a list without pages that has a hundred policies does not decide about others', async () => {
  const list = Array.from({ length: 100 }, (_, n) => policyRow({ id: 1000 + n }));
  const { targets, ...found } = await readLogs([1001, 91, 92], { list, known: [92] });
  expect(found).toEqual({ policies: ['1001', null, '92'], errors: [] });
  expect(targets.sort()).toEqual([LIST, `${LIST}/91`, `${LIST}/92`]);
});

test('a list that is selected beside the logs serves them', async () => {
  const also = 'retentionPolicies { nodes { policyId } }';
  expect(await readLogs([91, 91], { list: [policyRow()], also })).toEqual({
    policies: ['91', '91'],
    errors: [],
    targets: [LIST],
  });
});

test.each([null, undefined, ''])('a log whose policy is %j costs no call', async (retentionId) => {
  expect(await readLogs([retentionId])).toEqual({ policies: [null], errors: [], targets: [] });
});

test('a malformed id of a policy fails at both fields, without a call', async () => {
  expect(await readLogs(['ninety', 91], { known: [91] })).toEqual({
    policies: [null, '91'],
    errors: [
      [0, 'retentionId', 'UPSTREAM_BAD_RESPONSE'],
      [0, 'retentionPolicy', 'UPSTREAM_BAD_RESPONSE'],
    ],
    targets: [`${LIST}/91`],
  });
});

test.each<[what: string, list: Reply, code: string | undefined]>([
  ['denied', { status: 403, body: { errors: [{ errorCode: 'SVCSTG.SWR.4039001' }] } }, 'FORBIDDEN'],
  ['that of no repository', ABSENT.swr, undefined],
  ['an error that says that there are none', NO_POLICY, undefined],
])('policies of logs whose list is %s', async (_what, list, code) => {
  const { policies, errors, targets } = await readLogs([91, 92], { list });
  expect([policies, targets]).toEqual([[null, null], [LIST]]);
  expect(errors).toEqual(code ? [0, 1].map((n) => [n, 'retentionPolicy', code]) : []);
});

test('the logs of several repositories take a call for each policy of each', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const { data, errors } = await app.ask(`{ repositories(namespace: "group", first: 60) { nodes {
    name retentionLogs(first: 2) { nodes { retentionPolicy { policyId } } } } } }`);
  expect(errors).toBeUndefined();
  const logged = data.repositories.nodes.filter(
    ({ retentionLogs }: { retentionLogs: { nodes: unknown[] } }) => retentionLogs.nodes.length > 0,
  ).length;
  expect(logged).toBeGreaterThan(5);
  const targets = app.targets();
  expect(targets.filter((target) => /retentions\/\d+$/.test(target))).toHaveLength(logged);
  expect(targets).toHaveLength(1 + data.repositories.nodes.length + logged);
});

test('repositories without a rule are those whose list is empty', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const response = await app.ask(`{ repositories(namespace: "group", first: 60) { nodes {
    name retentionPolicies { isComplete nodes { policyId } } } } }`);
  expect(codesOf(response)).toEqual([]);
  const counts: number[] = response.data.repositories.nodes.map(
    ({ retentionPolicies }: { retentionPolicies: { nodes: unknown[] } }) => retentionPolicies.nodes.length,
  );
  expect([counts.includes(0), counts.includes(1)]).toEqual([true, true]);
  expect(app.targets()).toHaveLength(1 + counts.length);
});

test('a thousand logs with their policies are admitted', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const logs = 'retentionLogs(namespace: "hwstaff_l00283074", repositoryName: "nightly/build-runner", first: 1000)';
  const { data, errors } = await app.ask(`{ ${logs} { nodes { tag retentionPolicy { policyId } } } }`);
  expect([errors, data.retentionLogs.nodes.length]).toEqual([undefined, 130]);
  expect(app.targets().filter((target) => !target.includes('histories'))).toEqual([
    '/v2/manage/namespaces/hwstaff_l00283074/repos/nightly$build-runner/retentions/100',
  ]);
});
