// IMS: what the filters of the image list match, and what they reject.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/cloud.ts';
import { quirkId } from '../../src/sandbox/world/image-quirks.ts';
import { ask, type Reply, rowsOf } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const list = (query: string): Promise<Reply> =>
  ask(sandbox, `/v2/images?limit=1000&${query}`, { headers: { Accept: 'application/json' } });
const rows = async (query: string): Promise<Record<string, unknown>[]> => rowsOf(await list(query), 'images');
const names = async (query: string): Promise<unknown[]> => (await rows(query)).map(({ name }) => name);
const quoted = (text: string): string => encodeURIComponent(text);

async function expectError(query: string, message: string): Promise<void> {
  const reply = await list(query);
  const expected = { message: expect.stringContaining(message), code: '400 Bad Request' };
  expect([query, reply.status, reply.json]).toEqual([query, 400, expect.objectContaining(expected)]);
}

describe('exact filters', () => {
  it('compare case and blanks, and find nothing for unknown values', async () => {
    expect(await names(`name=${quoted(' leading and trailing ')}`)).toHaveLength(1);
    expect(await names('name=leading and trailing')).toEqual([]);
    expect(await names('name=HUGE')).toEqual([]);
    for (const query of ['status=bogus', 'id=nope', 'disk_format=x', 'owner=x', 'checksum=x']) {
      expect([query, await rows(query)]).toEqual([query, []]);
    }
  });

  it('distinguish the empty name from null', async () => {
    expect(await names('name=')).toEqual(['', '']);
  });

  it('let the last of a repeated parameter win', async () => {
    expect(await names('name=huge&name=encrypted')).toEqual(['encrypted']);
  });

  it('compare the documented numbers', async () => {
    const found = await rows('min_ram=2048&min_disk=100');
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found.every(({ min_ram, min_disk }) => min_ram === 2048 && min_disk === 100)).toBe(true);
  });
});

describe('the operator in', () => {
  it('takes several values and ignores unknown ones', async () => {
    expect((await names('name=in:huge,encrypted,nothing')).sort()).toEqual(['encrypted', 'huge']);
    expect(await rows(`id=in:${quirkId(12)},${quirkId(16)},nope`)).toHaveLength(2);
    expect(await rows('id=in:')).toEqual([]);
    expect((await rows('status=in:queued,saving')).length).toBeGreaterThan(2);
  });

  it('needs quotes around commas, and names with a colon need the operator', async () => {
    expect((await names(`name=in:${quoted('"comma, inside",huge')}`)).sort()).toEqual(['comma, inside', 'huge']);
    expect(await names(`name=in:${quoted('"in:tricky"')}`)).toEqual(['in:tricky']);
    expect(await names(`name=${quoted('in:tricky')}`)).toEqual([]);
    await expectError('name=colon: inside', "Unable to filter by unknown operator 'colon'.");
    await expectError('name=neq:x', "Unable to filter by unknown operator 'neq'.");
    await expectError(`name=in:${quoted('"open')}`, 'The quote is not closed.');
  });

  it('is unknown to properties, tags and sizes', async () => {
    expect(await rows('__os_type=in:Linux,Windows')).toEqual([]);
    expect(await rows('tag=in:bare')).toEqual([]);
    expect(await rows('size=gt:100')).toEqual([]);
  });
});

describe('times', () => {
  it('compare by operator, by equality without one, and accept the documented spellings', async () => {
    const all = await rows('');
    const at = '2018-09-06T14:03:27Z';
    expect(await names(`created_at=${at}`)).toEqual(['CentOS 7.3 64bit vivado']);
    expect(await names('created_at=eq:2018-09-06 14:03:27')).toHaveLength(1);
    expect(await names(`created_at=${quoted('2018-09-06T16:03:27+02:00')}`)).toHaveLength(1);
    const [lt, gte] = [await rows(`created_at=lt:${at}`), await rows(`created_at=gte:${at}`)];
    expect(lt.length + gte.length).toBe(all.length);
    expect(await rows(`created_at=neq:${at}`)).toHaveLength(all.length - 1);
    const later = all.filter(({ updated_at }) => String(updated_at) > '2018-10-01');
    expect(await rows('updated_at=gt:2018-10-01')).toEqual(later);
    expect(later.length).toBeLessThan(all.length);
  });

  it('reject unknown operators and malformed times', async () => {
    await expectError('created_at=after:2018-09-06T14:03:27Z', 'Unable to filter on a unknown operator.');
    await expectError('created_at=yesterday', 'query filter format');
    await expectError('created_at=2018-09-06T16:03:27+02:00', 'query filter format');
  });
});

describe('visibility', () => {
  it('leaves out communities of others, shares not accepted and hidden images by default', async () => {
    const found = new Set((await rows('')).map(({ id }) => id));
    const expected: [number, boolean][] = [
      [21, false],
      [23, true],
      [31, true],
      [32, false],
      [33, false],
      [34, false],
      [41, false],
    ];
    expect(expected.map(([number]) => [number, found.has(quirkId(number))])).toEqual(expected);
  });

  it('shows each visibility on request, and everything visible for all', async () => {
    for (const visibility of ['public', 'private', 'shared', 'community']) {
      const found = await rows(`visibility=${visibility}`);
      expect(found.length).toBeGreaterThan(0);
      expect(found.every((row) => row.visibility === visibility)).toBe(true);
    }
    expect(await rows('visibility=community')).toHaveLength(5);
    expect((await rows('visibility=all')).length).toBe((await rows('')).length + 3);
    for (const visibility of ['gold', 'in:public', 'PUBLIC'])
      await expectError(`visibility=${visibility}`, 'Invalid visibility value');
  });

  it('serves the document’s three recipes for shares by member_status', async () => {
    const counts = [];
    for (const status of ['accepted', 'pending', 'rejected', 'all']) {
      const found = await rows(`member_status=${status}&visibility=shared&__imagetype=shared`);
      expect(found.every(({ owner }) => owner !== sandbox.projectId)).toBe(true);
      counts.push(found.length);
    }
    const [accepted = 0, pending = 0, rejected = 0, all] = counts;
    expect([accepted > 0, pending > 0, rejected > 0, all]).toEqual([true, true, true, accepted + pending + rejected]);
    await expectError('member_status=maybe', 'Invalid status');
  });

  it('of hidden images needs os_hidden', async () => {
    expect((await names('os_hidden=true')).sort()).toEqual(['hidden 21', 'hidden 22']);
  });
});

describe('properties, tags and sizes', () => {
  it('match exactly and all together', async () => {
    const found = await rows('__os_type=Linux&__platform=CentOS&__os_bit=64&__isregistered=true');
    expect(found.length).toBeGreaterThan(1);
    expect(found.every(({ __platform }) => __platform === 'CentOS')).toBe(true);
    expect(await rows('__lazyloading=True')).not.toEqual(await rows('__lazyloading=true'));
  });

  it('take any unknown parameter for a property: 200 and no image', async () => {
    for (const query of [
      'page=2',
      'nosuchprop=x',
      'is_public=true',
      'sort=name&sort=id',
      'tags=bare',
      'self=x',
      'member_status=all&member_status=all',
    ]) {
      expect([query, await rows(query)]).toEqual([query, []]);
    }
    expect((await rows('deleted=true')).length).toBe((await rows('')).length);
    await expectError('changes-since=2020-01-01', 'changes-since');
  });

  it('want every tag', async () => {
    const both = await rows('tag=env%3Dprod&tag=owner%3Dteam%20a');
    expect(both.length).toBeGreaterThan(0);
    expect(
      both.every(({ tags }) => Array.isArray(tags) && tags.includes('env=prod') && tags.includes('owner=team a')),
    ).toBe(true);
    expect(both.length).toBeLessThan((await rows('tag=env%3Dprod')).length);
  });

  it('take only true and false for protected', async () => {
    const [yes, no, all] = [await rows('protected=true'), await rows('protected=false'), await rows('')];
    expect(yes.length + no.length).toBe(all.length);
    for (const value of ['True', '1', ''])
      await expectError(`protected=${value}`, `Invalid value '${value}' for 'protected' filter`);
  });

  it('compare sizes beyond 2^53', async () => {
    expect(await names('size_min=9007199254740993')).toEqual(['huge']);
    expect(await names('size_min=9007199254740994')).toEqual([]);
    expect((await rows('size_max=0')).every(({ size }) => size === 0)).toBe(true);
    await expectError('size_min=abc', 'non-numeric');
  });

  it('reject malformed UTF-8 and find nothing for control characters', async () => {
    await expectError('name=%FF', 'Error decoding your request');
    expect(await rows('name=%00')).toEqual([]);
    expect(await rows('name=a%0Ab')).toEqual([]);
  });
});
