// Tags of SWR: the list, the single tag, its config and its signatures.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/cloud.ts';
import { IMAGE_SECRET } from '../../../src/sandbox/world/manifests.ts';
import { ask, expectSwrError, rowsOf } from '../ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const expectError = (target: string, status: number, code: string) => expectSwrError(sandbox, target, status, code);

const ORGANIZATION = '/v2/manage/namespaces/data-platform';
const TAGS = `${ORGANIZATION}/repos/a$b_c.d/tags`;
const MANY = `${ORGANIZATION}/repos/huge-counters/tags`;
const FIELDS = [
  ...[
    'id',
    'repo_id',
    'Tag',
    'image_id',
    'manifest',
    'digest',
    'schema',
    'path',
    'internal_path',
    'size',
    'is_trusted',
  ],
  ...['created', 'updated', 'deleted', 'domain_id', 'scanned', 'tag_type'],
];

const namesOf = (rows: Record<string, unknown>[]) => rows.map(({ Tag }) => Tag);

describe('the list of tags', () => {
  it('is a bare array of rows with exactly the documented fields, newest first', async () => {
    const reply = await ask(sandbox, TAGS);
    const rows = rowsOf(reply);
    expect(namesOf(rows)).toEqual(['latest', '1.1', '1.0']);
    for (const row of rows) expect(Object.keys(row).sort()).toEqual([...FIELDS].sort());
    expect(rows[0]).toMatchObject({ deleted: null, schema: 2, tag_type: 1, digest: rows[1]?.digest });
    expect(reply.headers['content-range']).toBeUndefined();
  });

  it('pages with limit and offset together, plainly or in filter, 100 rows by default', async () => {
    const plain = await ask(sandbox, `${MANY}?limit=100&offset=200`);
    expect(plain.text).toBe((await ask(sandbox, `${MANY}?filter=limit::100|offset::200`)).text);
    expect(plain.headers['content-range']).toBe('200-32/232');
    expect(rowsOf(await ask(sandbox, MANY))).toHaveLength(100);
    expect(rowsOf(await ask(sandbox, `${MANY}?limit=1000&offset=0`))).toHaveLength(232);
  });

  it('matches parts of a name', async () => {
    expect(namesOf(rowsOf(await ask(sandbox, `${TAGS}?tag=1.&order_column=tag&order_type=asc`)))).toEqual([
      '1.0',
      '1.1',
    ]);
    expect(namesOf(rowsOf(await ask(sandbox, `${MANY}?filter=tag::a..b`)))).toEqual(['a..b']);
    const none = await ask(sandbox, `${TAGS}?tag=nothing&limit=10&offset=0`);
    expect([none.text, none.headers['content-range']]).toEqual(['[]', '0-0/0']);
  });

  it('orders by time or name, both parameters or neither', async () => {
    const names = namesOf(rowsOf(await ask(sandbox, `${MANY}?order_column=tag&order_type=desc&limit=1000&offset=0`)));
    expect(names).toEqual([...names].sort().reverse());
    const rows = rowsOf(await ask(sandbox, `${MANY}?filter=order_column::updated_at|order_type::asc`));
    const times = rows.map(({ updated }) => Date.parse(String(updated)));
    expect(times).toEqual([...times].sort((left, right) => left - right));
  });

  it('rejects what it cannot read', async () => {
    for (const query of ['limit=10', 'offset=0', 'limit=10&offset=5'])
      await expectError(`${TAGS}?${query}`, 400, '4001072');
    await expectError(`${TAGS}?limit=1001&offset=0`, 400, '4000056');
    await expectError(`${TAGS}?order_column=tag`, 400, '4001096');
    await expectError(`${TAGS}?order_column=constructor&order_type=asc`, 400, '4001096');
    await expectError(`${TAGS}?filter=name::a`, 400, '4001025');
    await expectError(`${ORGANIZATION}/repos/nothing/tags`, 404, '4040010');
  });

  it('shows a repository of others while its sharing is in force', async () => {
    const shared = await ask(sandbox, '/v2/manage/namespaces/namespace/repos/busybox/tags');
    expect(namesOf(rowsOf(shared)).sort()).toEqual(['v1', 'v2']);
    await expectError('/v2/manage/namespaces/vendor_images/repos/proxy.v502/tags', 403, '4039001');
  });

  it('has rows that lack fields, which the single tag has', async () => {
    const short = sandbox.world.tags.find(({ isShort }) => isShort);
    const target = `/v2/manage/namespaces/${short?.namespace}/repos/${short?.repository.replaceAll('/', '$')}/tags`;
    const row = rowsOf(await ask(sandbox, target)).find(({ Tag }) => Tag === short?.row.Tag) ?? {};
    const lacking = ['manifest', 'repo_id', 'size'];
    expect(lacking.filter((field) => field in row)).toEqual([]);
    const single = (await ask(sandbox, `${target}/${short?.row.Tag}`)).json as object;
    expect(lacking.filter((field) => field in single)).toEqual(lacking);
  });

  it('prints ids and sizes beyond 2^53 exactly', async () => {
    const { text } = await ask(sandbox, `${MANY}?tag=latest`);
    expect(text).toMatch(/"id":9007199254740993,"repo_id":9007199254740997,.*"size":9007199254740993,/);
  });
});

describe('a tag', () => {
  it('has the fields of its row, but tag for Tag and neither deleted nor scanned', async () => {
    const [row = {}] = rowsOf(await ask(sandbox, `${TAGS}?tag=1.0`));
    const { Tag: tag, deleted, scanned, ...rest } = row;
    expect((await ask(sandbox, `${TAGS}/1.0`)).json).toEqual({ ...rest, tag });
  });

  it('is found by any name that the grammar allows, with its own letters', async () => {
    const names = ['a..b', '_internal', 'RC_1.0-Final', `L${'o'.repeat(126)}g`];
    for (const name of names) expect((await ask(sandbox, `${MANY}/${name}`)).json).toMatchObject({ tag: name });
    for (const name of ['rc_1.0-final', 'a', 'nothing']) await expectError(`${MANY}/${name}`, 404, '4040048');
  });
});

describe('the config of a tag', () => {
  it('is a string that holds JSON, whose digest the tag names, with credentials where images have them', async () => {
    const { json, text } = await ask(sandbox, `${TAGS}/1.0/config`);
    const config = JSON.parse(json as string);
    expect(config).toMatchObject({ architecture: 'arm64', os: 'linux', variant: 'v8', author: 'build-robot' });
    const { Env, Cmd, Entrypoint } = config.config;
    for (const part of [Env, Cmd, Entrypoint, config.history]) expect(JSON.stringify(part)).toContain(IMAGE_SECRET);
    expect(text.startsWith('"')).toBe(true);
  });

  it('is missing for a manifest list, for schema 1 and for an unknown tag', async () => {
    await expectError(`${TAGS}/1.1/config`, 404, '4040048');
    const namespace = 'root';
    await expectError(`/v2/manage/namespaces/${namespace}/repos/nginx/tags/log/config`, 404, '4040048');
    await expectError(`${TAGS}/nothing/config`, 404, '4040048');
  });
});

describe('accessories', () => {
  const SIGNED = `${ORGANIZATION}/repos/huge-counters/nightly-000/accessories`;

  it('name the digest of the tag', async () => {
    const { json } = await ask(sandbox, `${ORGANIZATION}/repos/a$b_c.d/1.0/accessories`);
    const { digest } = (await ask(sandbox, `${TAGS}/1.0`)).json as { digest: string };
    const row = { target_digest: digest, repo_name: 'a/b_c.d', type: 'signature.cosign' };
    expect(json).toEqual({ total: 2, accessories: [expect.objectContaining(row), expect.objectContaining(row)] });
  });

  it('are null without any', async () => {
    const { text } = await ask(sandbox, `${ORGANIZATION}/repos/a$b_c.d/1.1/accessories`);
    expect(text).toBe('{"total":0,"accessories":null}');
  });

  it('page by 10, or by a limit of 100 at most together with an offset', async () => {
    expect(rowsOf(await ask(sandbox, SIGNED), 'accessories')).toHaveLength(10);
    const last = await ask(sandbox, `${SIGNED}?limit=20&offset=20`);
    expect([rowsOf(last, 'accessories').length, (last.json as { total: number }).total]).toEqual([5, 25]);
    await expectError(`${SIGNED}?limit=20`, 400, '4001072');
    await expectError(`${SIGNED}?limit=101&offset=0`, 400, '4000056');
    await expectError(`${ORGANIZATION}/repos/a$b_c.d/nothing/accessories`, 404, '4040048');
  });
});
