// IMS: Glance's paging, its marker walk with all its faults, sorting, errors, and single images.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/cloud.ts';
import { quirkId } from '../../src/sandbox/world/image-quirks.ts';
import { ask, type Question, type Reply, rowsOf } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const CENTOS = 'bc6bed6e-ba3a-4447-afcc-449174a3eb52';
const JSON_ONLY = { headers: { Accept: 'application/json' } };

const list = (query: string): Promise<Reply> => ask(sandbox, `/v2/images?${query}`, JSON_ONLY);
const idsOf = (reply: Reply): string[] => rowsOf(reply, 'images').map(({ id }) => String(id));
const member = (reply: Reply, name: string): unknown => (reply.json as Record<string, unknown>)[name];

/** Walks by own marker until a page is short or empty, or a page repeats, or too many were read. */
async function walk(query: string, limit: number): Promise<{ ids: string[]; isEndless: boolean }> {
  const ids: string[] = [];
  const starts = new Set<string>();
  let marker = '';
  while (true) {
    const page = idsOf(await list(`${query}&limit=${limit}${marker}`));
    const [start] = page;
    if (start !== undefined && starts.has(start)) return { ids, isEndless: true };
    if (start !== undefined) starts.add(start);
    ids.push(...page);
    if (page.length < limit) return { ids, isEndless: false };
    marker = `&marker=${page.at(-1)}`;
  }
}

async function expectError(query: string, status: number, message: string): Promise<void> {
  const reply = await list(query);
  expect([query, reply.status, member(reply, 'message')]).toEqual([query, status, expect.stringContaining(message)]);
}

describe('the image list', () => {
  it('gives 25 rows by default, newest first, with relative links', async () => {
    const reply = await ask(sandbox, '/v2/images');
    const rows = rowsOf(reply, 'images');
    expect(rows).toHaveLength(25);
    expect(reply.json).toMatchObject({
      first: '/v2/images',
      next: `/v2/images?marker=${rows.at(-1)?.id}`,
      schema: '/v2/schemas/images',
    });
    const order = rows.map(({ created_at, id }) => `${created_at} ${id}`);
    expect(order).toEqual([...order].sort().reverse());
    expect(reply.headers['content-type']).toBe('application/json');
  });

  it('links to an empty page when the last page is full, and to nothing when it is short', async () => {
    const all = idsOf(await list('limit=1000'));
    expect(all.length).toBeGreaterThan(250);
    const full = await list(`limit=${all.length}`);
    const empty = await ask(sandbox, String(member(full, 'next')));
    expect([idsOf(empty), member(empty, 'next')]).toEqual([[], undefined]);
    expect(member(await list('limit=1000'), 'next')).toBeUndefined();
  });

  it('shows the document’s rows with exactly their fields', async () => {
    const reply = await list(
      '__imagetype=gold&visibility=public&protected=true&__isregistered=true&sort_key=created_at&sort_dir=asc&limit=1',
    );
    const [row] = rowsOf(reply, 'images');
    expect(row).toEqual({
      schema: '/v2/schemas/image',
      min_disk: 100,
      created_at: '2018-09-06T14:03:05Z',
      __image_source_type: 'uds',
      container_format: 'bare',
      file: '/v2/images/0328c25e-c840-4496-81ac-c4e01b214b1f/file',
      updated_at: '2018-09-25T14:27:40Z',
      protected: true,
      checksum: 'd41d8cd98f00b204e9800998ecf8427e',
      id: '0328c25e-c840-4496-81ac-c4e01b214b1f',
      __isregistered: 'true',
      min_ram: 2048,
      __lazyloading: 'true',
      owner: '1bed856811654c1cb661a6ca845ebc77',
      __os_type: 'Linux',
      __imagetype: 'gold',
      visibility: 'public',
      virtual_env_type: 'FusionCompute',
      tags: [],
      __platform: 'CentOS',
      size: 0,
      __os_bit: '64',
      __os_version: 'CentOS 7.3 64bit',
      name: 'CentOS 7.3 64bit with sdx',
      self: '/v2/images/0328c25e-c840-4496-81ac-c4e01b214b1f',
      disk_format: 'zvhd2',
      virtual_size: null,
      hw_firmware_type: 'bios',
      status: 'active',
    });
  });

  it('prints sizes beyond 2^53 exactly and names as raw UTF-8', async () => {
    const { text } = await list('name=huge');
    expect(text).toContain('"size":9007199254740993,"virtual_size":9007199254740995');
    expect((await list(`name=${encodeURIComponent('Ubuntu 22.04 Größe Übung')}`)).text).toContain('Größe Übung');
  });

  it('re-encodes its links and keeps only the last of a repeated parameter in them', async () => {
    const reply = await list('sort=name:asc,id:desc&tag=env%3Dprod&tag=owner%3Dteam+a&limit=1');
    const query = 'sort=name%3Aasc%2Cid%3Adesc&tag=owner%3Dteam+a&limit=1';
    expect(member(reply, 'first')).toBe(`/v2/images?${query}`);
    expect(member(reply, 'next')).toBe(`/v2/images?${query}&marker=${idsOf(reply)[0]}`);
  });
});

describe('limit', () => {
  it('is capped at 1000 in silence, may be zero, and may carry blanks or a sign', async () => {
    const all = idsOf(await list('limit=1000'));
    for (const limit of ['1001', '99999999999999999999']) expect(idsOf(await list(`limit=${limit}`))).toEqual(all);
    const none = await list('limit=0');
    expect([idsOf(none), member(none, 'next'), member(none, 'first')]).toEqual([[], undefined, '/v2/images?limit=0']);
    expect(idsOf(await list('limit=%202'))).toHaveLength(2);
    expect(idsOf(await list('limit=+2'))).toHaveLength(2);
  });

  it('must be an integer that is not negative', async () => {
    await expectError('limit=-1', 400, 'limit param must be positive');
    for (const limit of ['abc', '2.5', '', '0x2'])
      await expectError(`limit=${limit}`, 400, 'limit param must be an integer');
  });

  it('sent twice turns into a property filter that nothing matches', async () => {
    const reply = await list('limit=2&limit=3');
    expect([reply.status, idsOf(reply)]).toEqual([200, []]);
  });
});

describe('marker', () => {
  it('walks every image once in every order without nulls', async () => {
    const all = idsOf(await list('limit=1000')).sort();
    for (const query of [
      '',
      'sort_key=created_at&sort_dir=asc',
      'sort_key=id&sort_dir=asc',
      'sort_key=status',
      'sort=status:asc,id:desc',
    ]) {
      const { ids, isEndless } = await walk(query, 37);
      expect([query, isEndless, [...ids].sort()]).toEqual([query, false, all]);
    }
  });

  it('of null size starts a descending walk again and ends an ascending one', async () => {
    const all = idsOf(await list('limit=1000'));
    for (const limit of [1, 5, 25]) {
      expect([limit, (await walk('sort_key=size&sort_dir=desc', limit)).isEndless]).toEqual([limit, true]);
    }
    const { ids, isEndless } = await walk('sort_key=size&sort_dir=asc', 5);
    expect([isEndless, ids.length]).toEqual([false, 5]);
    expect(idsOf(await list('sort_key=size&sort_dir=asc&limit=1000'))).toHaveLength(all.length);
  });

  it('of null or empty name loses rows', async () => {
    const all = idsOf(await list('limit=1000'));
    const { ids } = await walk('sort_key=name&sort_dir=desc', 1);
    expect(new Set(ids).size).toBeLessThan(all.length);
  });

  it('that is unknown is a 400, that is invisible a 403, though the image itself is a 404', async () => {
    for (const marker of ['nope', '', '99999999-9999-4999-8999-999999999999', CENTOS.toUpperCase()]) {
      await expectError(`marker=${marker}`, 400, `No image found with ID ${marker}`);
    }
    await expectError(`marker=${quirkId(41)}`, 403, `Forbidding request, image ${quirkId(41)} not visible`);
    expect((await ask(sandbox, `/v2/images/${quirkId(41)}`)).status).toBe(404);
  });

  it('outside the filter, hidden, or not accepted goes on behind it', async () => {
    for (const number of [21, 32, 34]) {
      const reply = await list(`visibility=public&marker=${quirkId(number)}`);
      expect([number, reply.status]).toEqual([number, 200]);
    }
  });
});

describe('sorting', () => {
  it('descends when no direction is given, nulls last', async () => {
    const names = rowsOf(await list('sort_key=name&limit=1000'), 'images').map(({ name }) => name);
    expect(names.slice(-4)).toEqual(['', '', null, null]);
    const ascending = rowsOf(await list('sort_key=name&sort_dir=asc&limit=1000'), 'images').map(({ name }) => name);
    expect(ascending.slice(0, 4)).toEqual([null, null, '', '']);
  });

  it('takes either syntax, several keys, and one direction for all', async () => {
    const classic = idsOf(await list('sort_key=status&sort_key=name&sort_dir=asc&limit=1000'));
    expect(idsOf(await list('sort=status:asc,name:asc,created_at:asc,id:asc&limit=1000'))).toEqual(classic);
    const pairs = idsOf(await list('sort_key=status&sort_key=name&sort_dir=asc&sort_dir=desc&limit=1000'));
    expect(idsOf(await list('sort=status:asc,name&limit=1000'))).toEqual(pairs);
  });

  it('rejects unknown keys and directions, mixed syntax, and directions that do not pair up', async () => {
    for (const key of ['min_disk', 'owner', '', 'NAME', 'create_at', 'name,id'])
      await expectError(`sort_key=${key}`, 400, 'Invalid sort key');
    for (const direction of ['up', 'ASC']) await expectError(`sort_dir=${direction}`, 400, 'Invalid sort direction');
    await expectError('sort=name&sort_key=id', 400, 'Old and new sorting syntax cannot be combined');
    await expectError('sort_key=id&sort_dir=asc&sort_dir=asc', 400, 'Number of sort dirs does not match');
  });
});

describe('errors', () => {
  it('follow the Accept header', async () => {
    const json = await ask(sandbox, '/v2/images/nope', JSON_ONLY);
    expect(json.status).toBe(404);
    expect(json.json).toEqual({
      message: 'No image found with ID nope<br /><br />\n\n\n',
      code: '404 Not Found',
      title: 'Not Found',
    });
    for (const accept of ['*/*', 'application/json, text/plain, */*', 'text/html']) {
      const html = await ask(sandbox, '/v2/images/%3Cnope', { headers: { Accept: accept } });
      expect(html.headers['content-type']).toContain('text/html');
      expect(html.text).toContain('&lt;nope');
    }
    const others: Question[] = [{}, { headers: { Accept: 'application/xml' } }];
    for (const other of others) {
      const text = await ask(sandbox, '/v2/images/nope', other);
      expect(text.headers['content-type']).toContain('text/plain');
      expect(text.text).toBe('404 Not Found\n\nNo image found with ID nope\n\n   ');
    }
  });

  it('carry both request ids', async () => {
    const { headers } = await ask(sandbox, '/v2/images/nope');
    expect(headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(headers['x-request-id']).toBeDefined();
  });

  it('of a request too long to parse have neither body nor type', async () => {
    const long = await list(`name=${'x'.repeat(9000)}`);
    expect([long.status, long.text, long.headers['content-type']]).toEqual([414, '', undefined]);
    expect((await list(`name=${'x'.repeat(7000)}`)).status).toBe(200);
  });
});

describe('one image', () => {
  it('is the row of the list', async () => {
    const { json } = await ask(sandbox, `/v2/images/${CENTOS}`);
    const [row] = rowsOf(await list(`id=${CENTOS}`), 'images');
    expect(json).toEqual(row);
  });

  it('is shown when hidden, of a community, or offered to the project', async () => {
    for (const number of [21, 31, 32, 33, 34])
      expect((await ask(sandbox, `/v2/images/${quirkId(number)}`)).status).toBe(200);
  });

  it('is not found when the id is malformed, upper case, empty, or invisible', async () => {
    const upper = sandbox.world.images.find(({ row }) => /[a-f]/.test(row.id))?.row.id.toUpperCase();
    for (const id of ['nope', upper, '', quirkId(42), quirkId(43), '%FF']) {
      expect([id, (await ask(sandbox, `/v2/images/${id}`)).status]).toEqual([id, 404]);
    }
  });
});
