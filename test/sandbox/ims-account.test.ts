// IMS: image quotas counted from the world, and operating systems by tags.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/cloud.ts';
import { ask, rowsOf } from './ask.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

interface Platform {
  platform: string;
  version_list: { platform: string; os_version: string; os_version_key: string; os_bit: number; os_type: string }[];
}

const platforms = async (query: string): Promise<Platform[]> =>
  rowsOf(await ask(sandbox, `/v1/cloudimages/os_version${query}`)) as unknown as Platform[];
const names = async (query: string): Promise<string[]> =>
  (await platforms(query)).flatMap(({ version_list }) => version_list.map(({ os_version }) => os_version));

describe('the image quotas', () => {
  it('count the images of the caller’s project', async () => {
    const { json } = await ask(sandbox, '/v1/cloudimages/quota');
    const { resources } = (json as { quotas: { resources: Record<string, number>[] } }).quotas;
    const own = sandbox.world.images.filter(({ row }) => row.owner === sandbox.projectId);
    const shared = own.filter(({ row }) => row.visibility === 'shared');
    expect(resources.map(({ type, used }) => [type, used])).toEqual([
      ['image', own.length],
      ['image_shared', shared.length],
      ['image_member', expect.any(Number)],
    ]);
    for (const { used = -1, quota = -1, min = -1, max = -1 } of resources) {
      expect([min, used, quota, max]).toEqual([min, used, quota, max].sort((left, right) => left - right));
    }
  });

  it('need a token, and are read alone', async () => {
    expect((await ask(sandbox, '/v1/cloudimages/quota', { token: null })).status).toBe(401);
    expect((await ask(sandbox, '/v1/cloudimages/quota', { method: 'PUT' })).headers.allow).toBe('GET');
  });
});

describe('the operating systems', () => {
  it('are grouped by platform, with bits as a number and the name as the key', async () => {
    const found = await platforms('');
    expect(new Set(found.map(({ platform }) => platform)).size).toBe(found.length);
    for (const { platform, version_list } of found) {
      expect(version_list.length).toBeGreaterThan(0);
      for (const version of version_list) {
        expect(version).toEqual({
          platform,
          os_version_key: version.os_version,
          os_version: expect.any(String),
          os_bit: expect.any(Number),
          os_type: expect.stringMatching(/^(Linux|Windows|Other)$/),
        });
      }
    }
  });

  it('are found by each tag, by several that must all match, and not at all by an unknown one', async () => {
    const all = await names('');
    for (const tag of ['bms', 'bms_otc', 'uefi', 'arm', 'x86', 'kvm']) {
      const found = await names(`?tag=${tag}`);
      expect([tag, found.length > 0 && found.length < all.length]).toEqual([tag, true]);
    }
    const uefi = await names('?tag=uefi');
    expect(await names('?tag=arm&tag=uefi')).toEqual((await names('?tag=arm')).filter((name) => uefi.includes(name)));
    expect(await names('?tag=arm&tag=x86')).toEqual([]);
    expect(await platforms('?tag=nope')).toEqual([]);
  });
});
