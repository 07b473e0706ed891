// Triggers of SWR: the list without histories, the single one with its own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/cloud.ts';
import { ask, expectSwrError, rowsOf } from '../ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const expectError = (target: string, status: number, code: string) => expectSwrError(sandbox, target, status, code);

const TRIGGERS = '/v2/manage/namespaces/data-platform/repos/a$b_c.d/triggers';

describe('triggers', () => {
  it('are a bare array of every kind, in which enable is a text and the history null', async () => {
    const rows = rowsOf(await ask(sandbox, TRIGGERS));
    const values = (field: string) => [...new Set(rows.map((row) => row[field]))].sort();
    expect(values('app_type')).toEqual(['deployments', 'statefulsets']);
    expect(values('trigger_type')).toEqual(['all', 'regular', 'tag']);
    expect(values('trigger_mode')).toEqual(['cce', 'cci']);
    expect(values('enable')).toEqual(['false', 'true']);
    expect(values('trigger_history')).toEqual([null]);
    expect(rows.filter(({ cluster_id }) => cluster_id === '').every(({ trigger_mode }) => trigger_mode === 'cci')).toBe(
      true,
    );
  });

  it('have their history alone, newest first', async () => {
    const rows = rowsOf(await ask(sandbox, TRIGGERS));
    const alone = await Promise.all(rows.map(({ name }) => ask(sandbox, `${TRIGGERS}/${name}`)));
    const results = new Set<unknown>();
    for (const [index, { json }] of alone.entries()) {
      const { trigger_history, ...rest } = json as { trigger_history: { created_at: string; result: string }[] };
      expect({ ...rest, trigger_history: null }).toEqual(rows[index]);
      for (const { result } of trigger_history) results.add(result);
      const times = trigger_history.map(({ created_at }) => created_at);
      expect(times).toEqual([...times].sort().reverse());
    }
    expect(results).toEqual(new Set(['success', 'failed']));
  });

  it('are a 404 with their own code where they are unknown, and an empty array without any', async () => {
    await expectError(`${TRIGGERS}/nothing`, 404, '4040126');
    expect((await ask(sandbox, '/v2/manage/namespaces/group/repos/busybox/triggers')).json).toEqual([]);
    await expectError('/v2/manage/namespaces/namespace/repos/busybox/triggers', 403, '4039001');
  });
});
