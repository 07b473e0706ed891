// Retention policies of SWR, and the histories of what they have removed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/cloud.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { ask, expectSwrError, rowsOf } from '../ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const expectError = (target: string, status: number, code: string) => expectSwrError(sandbox, target, status, code);

const ORGANIZATION = '/v2/manage/namespaces/data-platform';
const HISTORIES = '/v2/manage/namespaces/hwstaff_l00283074/repos/nightly$build-runner/retentions/histories';
const POLICIES = `${ORGANIZATION}/repos/a$b_c.d/retentions`;

describe('retention policies', () => {
  it('are a bare array, each the same alone', async () => {
    const list = await ask(sandbox, POLICIES);
    const [row = {}] = rowsOf(list);
    expect(row).toMatchObject({ id: 101, algorithm: 'or', scope: '', rules: { length: 3 } });
    expect((await ask(sandbox, `${POLICIES}/${row.id}`)).json).toEqual(row);
    expect(list.headers['content-range']).toBeUndefined();
  });

  it('have the rules of the newest logs, and are gone for some', () => {
    const newest = new Map(sandbox.world.retentionLogs.map((log) => [`${log.namespace}/${log.repo}`, log]));
    const found = [...newest.values()].map((log) => ({
      log,
      policy: sandbox.world.retentionPolicies.find(
        ({ namespace, repository, row }) =>
          namespace === log.namespace && repository === log.repo && row.id === log.retention_id,
      ),
    }));
    expect(found.some(({ policy }) => policy === undefined)).toBe(true);
    const kept = found.flatMap(({ log, policy }) => (policy === undefined ? [] : [{ log, policy }]));
    expect(kept.length).toBeGreaterThan(20);
    for (const { log, policy } of kept) expect(policy.row.rules).toContainEqual(JSON.parse(log.rule_type));
  });

  it('can have an id as text and days as number', async () => {
    const target = `${ORGANIZATION}/repos/digits-in-text/retentions`;
    const [row] = rowsOf(await ask(sandbox, target));
    expect(row).toMatchObject({ id: '222', rules: [{ params: { days: 30 } }] });
    expect((await ask(sandbox, `${target}/222`)).json).toEqual(row);
  });

  it('print ids beyond 2^53 exactly', async () => {
    const { text } = await ask(sandbox, `${ORGANIZATION}/repos/huge-counters/retentions`);
    expect(text).toContain('"id":9007199254740995,');
  });

  it('are a 400 where the single one is unknown, and an empty array without any', async () => {
    expect((await ask(sandbox, `${ORGANIZATION}/repos/never-pushed/retentions`)).json).toEqual([]);
    await expectError(`${POLICIES}/1`, 400, '4000306');
    await expectError(`${POLICIES}/one`, 400, '4000014');
    await expectError(`${ORGANIZATION}/repos/nothing/retentions`, 404, '4040010');
    await expectError('/v2/manage/namespaces/namespace/repos/busybox/retentions', 403, '4039001');
  });
});

describe('retention histories', () => {
  it('hold the document’s example, the only log of its repository', async () => {
    const target = '/v2/manage/namespaces/hwstaff_l00283074/repos/experience_2048/retentions/histories';
    expect((await ask(sandbox, target)).json).toEqual({
      retention_log: [retentionLogRow({ namespace: 'hwstaff_l00283074', repo: 'experience_2048' })],
      total: 1,
    });
  });

  it('page plainly or inside filter, newest first, with both totals', async () => {
    const plain = await ask(sandbox, `${HISTORIES}?limit=50&offset=100`);
    const filtered = await ask(sandbox, `${HISTORIES}?filter=limit::50|offset::100`);
    expect(plain.text).toBe(filtered.text);
    expect(plain.headers['content-range']).toBe('100-30/130');
    expect(plain.json).toMatchObject({ total: 130 });
    const all = rowsOf(await ask(sandbox, HISTORIES), 'retention_log');
    const times = all.map(({ created_at }) => Date.parse(String(created_at)));
    expect(times).toEqual([...times].sort((left, right) => right - left));
    expect(all.every(({ repo }) => repo === 'nightly/build-runner')).toBe(true);
    expect(rowsOf(plain, 'retention_log')).toEqual(all.slice(100));
  });

  it('reject a lone limit and an unknown repository, and are empty without logs', async () => {
    await expectError(`${HISTORIES}?limit=10`, 400, '4001072');
    await expectError(`${ORGANIZATION}/repos/nothing/retentions/histories`, 404, '4040010');
    const empty = await ask(sandbox, `${ORGANIZATION}/repos/never-pushed/retentions/histories?limit=10&offset=0`);
    expect([empty.json, empty.headers['content-range']]).toEqual([{ retention_log: [], total: 0 }, '0-0/0']);
  });

  it('print ids beyond 2^53 exactly', async () => {
    const { text } = await ask(sandbox, `${ORGANIZATION}/repos/huge-counters/retentions/histories`);
    expect(text).toMatch(/"id":90071992547\d{5},/);
    expect(text).toContain('"retention_id":9007199254740995');
  });
});
