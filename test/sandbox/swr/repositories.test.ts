// Repositories of SWR: the pair of paging parameters, filter, Content-Range, `$` for slashes, and the live error envelope.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/cloud.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { ask, expectSwrError, rowsOf } from '../ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const SHARED = '/v2/manage/shared-repositories';
const OWN = '/v2/manage/repos';
const REPOSITORY = '/v2/manage/namespaces/data-platform/repos';

const expectError = (target: string, status: number, code: string) => expectSwrError(sandbox, target, status, code);

describe('the shared list', () => {
  it('responds to the document’s example request, raw or encoded, with a bare array', async () => {
    const raw = await ask(sandbox, `${SHARED}?filter=center::self|name::busybox`);
    const encoded = await ask(sandbox, `${SHARED}?filter=center%3A%3Aself%7Cname%3A%3Abusybox`);
    expect(raw.text).toBe(encoded.text);
    expect(rowsOf(raw)).toEqual([expect.objectContaining({ namespace: 'group', name: 'busybox', status: false })]);
    expect(raw.headers['content-range']).toBeUndefined();
  });

  it('shows the document’s example row, with exactly its fields', async () => {
    const [row] = rowsOf(await ask(sandbox, `${SHARED}?center=thirdparty&name=busybox`));
    const path = expect.stringMatching(/\/namespace\/busybox$/);
    expect(row).toEqual(
      sharedRow({ namespace: 'namespace', domain_name: 'domain', path, internal_path: path, total_range: 1 }),
    );
  });

  it('leaves total_range out of one documented row and of no other', async () => {
    const rows = rowsOf(await ask(sandbox, `${SHARED}?center=thirdparty`));
    expect(rows.filter((row) => !('total_range' in row)).map(({ name }) => name)).toEqual(['demo']);
    expect(rows.filter((row) => 'total_range' in row).every((row) => row.total_range === rows.length)).toBe(true);
  });

  it('pages with limit and offset together and sends Content-Range as offset-COUNT/total', async () => {
    const total = sandbox.world.repositories.filter(({ isOwn, sharing }) => isOwn && sharing !== 'none').length;
    const first = await ask(sandbox, `${SHARED}?center=self&limit=50&offset=0`);
    expect(first.headers['content-range']).toBe(`0-50/${total}`);
    const last = await ask(sandbox, `${SHARED}?filter=center::self|limit::50|offset::100`);
    expect(last.headers['content-range']).toBe(`100-${total - 100}/${total}`);
    const beyond = await ask(sandbox, `${SHARED}?center=self&limit=50&offset=500`);
    expect([beyond.text, beyond.headers['content-range']]).toEqual(['[]', `500-0/${total}`]);
    expect(rowsOf(await ask(sandbox, `${SHARED}?center=self`))).toHaveLength(100);
  });

  it('rejects a lone limit or offset, a page too large, and an offset off the grid', async () => {
    await expectError(`${SHARED}?center=self&limit=10`, 400, '4001072');
    await expectError(`${SHARED}?center=self&offset=0`, 400, '4001072');
    await expectError(`${SHARED}?filter=center::self|limit::10`, 400, '4001072');
    await expectError(`${SHARED}?center=self&limit=10&offset=5`, 400, '4001072');
    await expectError(`${SHARED}?center=self&limit=1001&offset=0`, 400, '4000056');
    await expectError(`${SHARED}?center=self&limit=0&offset=0`, 400, '4000056');
  });

  it('needs a center, and a filter that it can read', async () => {
    await expectError(SHARED, 400, '4000014');
    await expectError(`${SHARED}?center=other`, 400, '4000014');
    await expectError(`${SHARED}?filter=center`, 400, '4001025');
    await expectError(`${SHARED}?filter=center::self|name::a::b`, 400, '4001025');
    await expectError(`${SHARED}?filter=center::self|colour::red`, 400, '4001025');
  });

  it('ignores plain parameters beside a filter', async () => {
    const reply = await ask(sandbox, `${SHARED}?filter=center::self|name::busybox&name=nothing&limit=1`);
    expect([reply.status, rowsOf(reply).length]).toEqual([200, 1]);
  });

  it('matches names as substrings, organizations exactly', async () => {
    const names = rowsOf(await ask(sandbox, `${SHARED}?center=self&name=unner`)).map(({ name }) => String(name));
    expect(names.length).toBeGreaterThan(1);
    expect(names.every((name) => name.includes('unner'))).toBe(true);
    expect(rowsOf(await ask(sandbox, `${SHARED}?center=self&namespace=grou`))).toEqual([]);
    const group = rowsOf(await ask(sandbox, `${SHARED}?center=self&namespace=group`));
    expect(group.length).toBeGreaterThan(0);
    expect(group.every(({ namespace }) => namespace === 'group')).toBe(true);
  });

  it('distinguishes valid from expired shares of others, and all own ones have the status false', async () => {
    const valid = rowsOf(await ask(sandbox, `${SHARED}?center=thirdparty&status=true`));
    const expired = rowsOf(await ask(sandbox, `${SHARED}?center=thirdparty&status=false`));
    expect([valid.every(({ status }) => status), expired.some(({ status }) => status)]).toEqual([true, false]);
    expect(valid.length + expired.length).toBe(45);
    const mine = rowsOf(await ask(sandbox, `${SHARED}?center=self&limit=1000&offset=0`));
    expect(mine.every(({ status }) => status === false)).toBe(true);
  });

  it('orders by a column and a type, both or neither', async () => {
    const rows = rowsOf(await ask(sandbox, `${SHARED}?center=self&order_column=name&order_type=asc`));
    const names = rows.map(({ name }) => String(name));
    expect(names).toEqual([...names].sort());
    await expectError(`${SHARED}?center=self&order_column=name`, 400, '4001096');
    await expectError(`${SHARED}?center=self&order_type=asc`, 400, '4001096');
    await expectError(`${SHARED}?center=self&order_column=updated_time&order_type=asc`, 400, '4001096');
  });

  it('orders times by instant, not by text', async () => {
    const rows = rowsOf(await ask(sandbox, `${SHARED}?center=thirdparty&order_column=updated_at&order_type=asc`));
    const times = rows.map(({ updated_at }) => Date.parse(String(updated_at)));
    expect(times).toEqual([...times].sort((left, right) => left - right));
  });

  it('prints 64-bit integers with all their digits', async () => {
    const { text } = await ask(sandbox, `${SHARED}?center=thirdparty&name=huge`);
    expect(text).toContain('"size":9223372036854775807');
    expect(text).toContain('"num_images":9007199254740993');
  });
});

describe('the own list', () => {
  it('holds own repositories only, in rows of the same shape', async () => {
    const rows = rowsOf(await ask(sandbox, `${OWN}?limit=1000&offset=0`));
    expect(rows).toHaveLength(190);
    expect(new Set(rows.map(({ domain_name }) => domain_name))).toEqual(new Set([sandbox.world.domain.name]));
    const nginx = rows.find(({ namespace, name }) => namespace === 'root' && name === 'nginx') ?? {};
    expect(['description' in nginx, 'logo' in nginx, nginx.total_range]).toEqual([false, false, 190]);
  });

  it('matches the organization exactly as a parameter and fuzzily inside filter', async () => {
    expect(rowsOf(await ask(sandbox, `${OWN}?namespace=data-plat`))).toEqual([]);
    expect(rowsOf(await ask(sandbox, `${OWN}?filter=namespace::data-plat`)).length).toBeGreaterThan(5);
  });

  it('filters by category and publicity, and has its own order columns', async () => {
    const rows = rowsOf(
      await ask(sandbox, `${OWN}?category=linux&is_public=true&order_column=updated_time&order_type=desc`),
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(({ category, is_public }) => category === 'linux' && is_public === true)).toBe(true);
    await expectError(`${OWN}?order_column=updated_at&order_type=desc`, 400, '4001096');
  });
});

describe('a repository', () => {
  it('is found by a dollar sign, raw or encoded, and not by a slash', async () => {
    const raw = await ask(sandbox, `${REPOSITORY}/a$b_c.d`);
    expect([raw.status, (await ask(sandbox, `${REPOSITORY}/a%24b_c.d`)).text]).toEqual([200, raw.text]);
    for (const name of ['a/b_c.d', 'a%2Fb_c.d']) {
      const slash = await ask(sandbox, `${REPOSITORY}/${name}`);
      expect([slash.status, slash.json]).toEqual([404, expect.objectContaining({ error_code: 'APIG.0101' })]);
    }
  });

  it('has exactly the documented fields, exact 64-bit integers and the document’s example values', async () => {
    const busybox = await ask(sandbox, '/v2/manage/namespaces/group/repos/busybox');
    expect(busybox.json).toEqual(
      repositoryDetail({
        ...{ id: 0, ns_id: 0 },
        path: expect.any(String),
        internal_path: '10.125.0.198:20202/group/busybox',
      }),
    );
    const { text } = await ask(sandbox, `${REPOSITORY}/huge-counters`);
    expect(text).toContain('"id":9007199254740997,');
    expect(text).toContain('"num_images":9223372036854775807,');
  });

  it('that is unknown, malformed or of another account is denied by SWR', async () => {
    await expectError(`${REPOSITORY}/nothing-here`, 404, '4040010');
    await expectError('/v2/manage/namespaces/nobody/repos/nothing', 404, '4040058');
    await expectError('/v2/manage/namespaces/group/repos/UPPER', 400, '4001029');
    await expectError('/v2/manage/namespaces/1group/repos/busybox', 400, '4001028');
    await expectError('/v2/manage/namespaces/namespace/repos/busybox', 403, '4039001');
  });

  it('is the same in both lists and in its detail', async () => {
    const detail = (await ask(sandbox, `${REPOSITORY}/a$b_c.d`)).json;
    const [shared] = rowsOf(await ask(sandbox, `${SHARED}?center=self&name=a/b_c.d`));
    const [own] = rowsOf(await ask(sandbox, `${OWN}?name=a$b_c.d`));
    expect(shared).toEqual(own);
    const { name, size, path, num_download } = shared ?? {};
    expect(detail).toMatchObject({ name, size, path, num_download });
  });
});
