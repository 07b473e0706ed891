// ModelArts: both envelopes, totals, workspaces, filters, order, and the project in the path.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/cloud.ts';
import { ask, type Reply, rowsOf } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const WORKSPACE = 'w0rkspace0000000000000000000eu01';
const list = (query: string): Promise<Reply> => ask(sandbox, `/v1/${sandbox.projectId}/images/group?${query}`);
const rows = async (query: string): Promise<Record<string, unknown>[]> =>
  rowsOf(await list(`limit=500&${query}`), 'data');

async function expectError(query: string, status: number, code: string): Promise<void> {
  const reply = await list(query);
  const expected = { error_code: `ModelArts.${code}`, error_msg: expect.any(String) };
  expect([query, reply.status, reply.json]).toEqual([query, status, expected]);
}

describe('the list of image groups', () => {
  it('has its rows under data with totals when limit is sent, else under groups', async () => {
    const page = await list('limit=50&offset=50');
    expect(page.json).toMatchObject({ current: 2, pages: 2, size: 34, total: 84 });
    expect(rowsOf(page, 'data')).toHaveLength(34);
    const groups = await list('');
    expect(Object.keys(groups.json as object)).toEqual(['groups']);
    expect(rowsOf(groups, 'groups')).toHaveLength(84);
  });

  it('takes offset as a record offset, not as a page number', async () => {
    const all = await rows('');
    expect(rowsOf(await list('limit=10&offset=3'), 'data')).toEqual(all.slice(3, 13));
    const beyond = await list('limit=10&offset=84');
    expect(beyond.json).toMatchObject({ data: [], size: 0, total: 84 });
  });

  it('holds the document’s three rows with exactly their fields', async () => {
    expect(await rows('namespace=xxxxx-infer-model-dev&name=123&name_fuzzy_match=false')).toEqual([
      {
        create_at: 1652878011643,
        name: '123',
        namespace: 'xxxxx-infer-model-dev',
        update_at: 1652878531791,
        version_count: 1,
      },
    ]);
    expect(await rows('name=pytorch_1_8')).toHaveLength(1);
    expect(await rows('name=mock-service-python')).toHaveLength(1);
  });

  it('matches names fuzzily unless name_fuzzy_match is false', async () => {
    expect(await rows('name=torch_1')).toHaveLength(1);
    expect(await rows('name=torch_1&name_fuzzy_match=false')).toEqual([]);
    expect((await rows('name=a/b_c.d&name_fuzzy_match=false')).map(({ namespace }) => namespace)).toEqual([
      'data-platform',
    ]);
  });

  it('filters by type and service type, which no row shows', async () => {
    const total = (await rows('')).length;
    const types = [await rows('type=BUILD_IN'), await rows('type=DEDICATED')];
    expect(types.map(({ length }) => length).reduce((sum, count) => sum + count)).toBe(total);
    let services = 0;
    for (const service of ['COMMON', 'INFERENCE', 'TRAIN', 'DEV', 'UNKNOWN']) {
      const found = await rows(`service_type=${service}`);
      expect(found.length).toBeGreaterThan(0);
      services += found.length;
    }
    expect(services).toBe(total);
  });

  it('keeps workspaces apart; the default is 0', async () => {
    expect(await rows('workspace_id=0')).toEqual(await rows(''));
    const other = await rows(`workspace_id=${WORKSPACE}`);
    expect(other.map(({ name }) => name).sort()).toEqual([
      'mock-service-python',
      'pytorch_1_8',
      'workspace-only-1',
      'workspace-only-2',
      'workspace-only-3',
      'workspace-only-4',
    ]);
    await expectError('workspace_id=nowhere', 400, '0102');
  });

  it('sorts by several keys in one direction, descending by default', async () => {
    const descending = (await rows('sort_key=version_count,name')).map(({ version_count, name }) => [
      version_count,
      name,
    ]);
    const ascending = (await rows('sort_key=version_count,name&sort_dir=ASC')).map(({ version_count, name }) => [
      version_count,
      name,
    ]);
    const counts = descending.map(([count]) => Number(count));
    expect(counts).toEqual([...counts].sort((left, right) => right - left));
    expect(ascending).toEqual([...descending].reverse());
  });

  it('rejects parameters outside their lists', async () => {
    for (const query of [
      'limit=0',
      'limit=x',
      'offset=-1',
      'sort_key=created_at',
      'sort_dir=up',
      'type=x',
      'service_type=x',
      'name_fuzzy_match=1',
    ]) {
      await expectError(query, 400, '0104');
    }
    await expectError(`name=${'x'.repeat(513)}`, 400, '0104');
  });

  it('rejects a project that is not the token’s', async () => {
    const reply = await ask(sandbox, '/v1/00000000000000000000000000000000/images/group?limit=1');
    expect([reply.status, reply.json]).toEqual([403, expect.objectContaining({ error_code: 'ModelArts.0210' })]);
  });
});
