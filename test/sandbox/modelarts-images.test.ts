// ModelArts: the training images of one type, their pages, filters and order, one image by id, and what they point at.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/cloud.ts';
import { ask, type Reply, rowsOf } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const WORKSPACE = 'w0rkspace0000000000000000000eu01';
const list = (query: string): Promise<Reply> => ask(sandbox, `/v1/${sandbox.projectId}/images?${query}`);
const show = (id: string): Promise<Reply> => ask(sandbox, `/v1/${sandbox.projectId}/images/${id}`);
const rows = async (query: string): Promise<Record<string, unknown>[]> =>
  rowsOf(await list(`limit=500&${query}`), 'data');

describe('the list of training images', () => {
  it('has the built-in ones alone when no type is sent, of which most fields may be absent', async () => {
    const builtIn = await rows('');
    expect(builtIn).toEqual(await rows('type=BUILD_IN'));
    expect(builtIn.length).toBeGreaterThan(10);
    for (const row of builtIn) {
      expect([row.type, row.namespace, row.size, row.visibility]).toEqual([
        'BUILD_IN',
        undefined,
        undefined,
        undefined,
      ]);
    }
    expect(builtIn.some(({ workspace_id }) => workspace_id === undefined)).toBe(true);
  });

  it('holds the document’s first row with exactly its fields', async () => {
    expect(await rows('name=modelbox')).toEqual([
      {
        arch: 'x86_64',
        create_at: 1638841805439,
        description:
          'AI inference application development, preconfigured ModelBox and AI engine LibTorch, only SSH connection supported.',
        dev_services: ['AI_FLOW', 'SSH'],
        id: 'e1a07296-22a8-4f05-8bc8-e936c8e54103',
        name: 'modelbox1.3.0-libtorch1.9.1-cuda10.2-cudnn8-euler2.9.6',
        resource_categories: ['GPU'],
        service_type: 'TRAIN',
        status: 'ACTIVE',
        swr_path: 'swr.xxx.com/atelier/modelarts-modelbox-libtorch-gpu-x86:1.3.0-20221027202714-160a680',
        tag: '1.3.0-20221027202714-160a680',
        type: 'BUILD_IN',
        update_at: 1638234504492,
        workspace_id: '0',
      },
    ]);
  });

  it('has 200 rows a page by default, and takes offset as a record offset', async () => {
    const all = await rows('type=DEDICATED');
    expect(all.length).toBeGreaterThan(100);
    const page = await list('type=DEDICATED&limit=50&offset=53');
    expect(page.json).toMatchObject({ current: 2, size: 50, pages: Math.ceil(all.length / 50), total: all.length });
    expect(rowsOf(page, 'data')).toEqual(all.slice(53, 103));
    expect((await list('type=DEDICATED')).json).toMatchObject({ data: all.slice(0, 200), total: all.length });
    expect((await list(`type=DEDICATED&limit=10&offset=${all.length}`)).json).toMatchObject({ data: [], size: 0 });
  });

  it('filters by name, namespace, service type and workspace', async () => {
    const all = await rows('type=DEDICATED');
    expect(await rows('type=DEDICATED&name=build-run')).toEqual(
      all.filter(({ name }) => String(name).includes('build-run')),
    );
    expect(await rows('type=DEDICATED&name=build-run&name_fuzzy_match=false')).toEqual([]);
    const named = await rows('type=DEDICATED&name=nightly/build-runner&name_fuzzy_match=false');
    expect(named.length).toBeGreaterThan(0);
    expect(await rows('type=DEDICATED&namespace=root')).toEqual(all.filter(({ namespace }) => namespace === 'root'));
    expect(await rows('namespace=root')).toEqual([]);
    expect(await rows('type=DEDICATED&service_type=DEV')).toEqual(all.filter((row) => row.service_type === 'DEV'));
    expect(new Set(all.map((row) => row.workspace_id))).toEqual(new Set(['0']));
    const other = await rows(`type=DEDICATED&workspace_id=${WORKSPACE}`);
    expect(new Set(other.map((row) => row.workspace_id))).toEqual(new Set([WORKSPACE]));
  });

  it('sorts by several keys in one direction; by default the newest come first', async () => {
    const times = (await rows('type=DEDICATED')).map(({ update_at }) => Number(update_at));
    expect(times).toEqual([...times].sort((left, right) => right - left));
    expect(await rows('type=DEDICATED&sort_key=updateTime')).toEqual(await rows('type=DEDICATED&sort_key=update_at'));
    const keys = (found: Record<string, unknown>[]): string[] =>
      found.map(({ name, tag, id }) => `${name} ${tag} ${id}`);
    const ascending = keys(await rows('type=DEDICATED&sort_key=name,tag&sort_dir=ASC'));
    expect(keys(await rows('type=DEDICATED&sort_key=name,tag'))).toEqual([...ascending].reverse());
    expect(ascending.map((key) => key.split(' ')[0])).toEqual(ascending.map((key) => key.split(' ')[0]).sort());
  });

  it('rejects parameters outside their lists, workspaces that do not exist, and other projects', async () => {
    const tooLong = `name=${'x'.repeat(513)}`;
    for (const query of [
      'limit=0',
      'offset=-1',
      'sort_key=created_at',
      'sort_dir=up',
      'type=x',
      'service_type=x',
      tooLong,
    ]) {
      const { status, json } = await list(query);
      expect([query, status, json]).toEqual([query, 400, expect.objectContaining({ error_code: 'ModelArts.0104' })]);
    }
    expect((await list('workspace_id=nowhere')).json).toMatchObject({ error_code: 'ModelArts.0102' });
    const other = await ask(sandbox, '/v1/00000000000000000000000000000000/images');
    expect([other.status, other.json]).toEqual([403, expect.objectContaining({ error_code: 'ModelArts.0210' })]);
    expect((await ask(sandbox, `/v1/${sandbox.projectId}/images`, { token: null })).status).toBe(401);
  });
});

describe('one training image', () => {
  it('is the row of the list and its supported categories, whatever its type and workspace', async () => {
    const found = [...(await rows('')), ...(await rows(`type=DEDICATED&workspace_id=${WORKSPACE}`))];
    for (const row of [found.at(0), found.at(-1)]) {
      expect((await show(String(row?.id))).json).toEqual({ ...row, support_res_categories: expect.any(Array) });
    }
  });

  it('that does not exist is a 400 with its own code', async () => {
    for (const id of ['00000000-0000-4000-8000-000000000000', 'nope', '', '%FF']) {
      const { status, json } = await show(id);
      expect([id, status, json]).toEqual([id, 400, expect.objectContaining({ error_code: 'ModelArts.6404' })]);
    }
    const other = await ask(sandbox, '/v1/00000000000000000000000000000000/images/nope');
    expect(other.status).toBe(403);
  });

  it('leaves the path of the groups to the groups', async () => {
    expect((await show('group')).json).toMatchObject({ groups: expect.any(Array) });
  });
});
