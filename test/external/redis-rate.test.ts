// The operations a minute of several processes, counted together in a real Redis; and alone, as long as it does not respond.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { codesOf, startApp } from '../support/app.ts';
import { goOn, setClocks, startClocks } from '../support/clock.ts';
import { newFolder } from '../support/files.ts';
import { REDIS, startRedis } from '../support/processes/redis.ts';
import { deadEndpoint } from '../support/upstreams/dead-endpoint.ts';

beforeEach(() => setClocks(12_345));
afterEach(startClocks);

/** A Redis for the length of a test. */
async function redis() {
  const running = await startRedis();
  onTestFinished(() => running.close());
  return running;
}

const NOTHING = { query: '{ __typename }' };

/** One of several processes: an app of its own, which counts in this Redis. */
async function start(url: Record<string, string>, max = 4) {
  const app = await startApp({
    settings: {
      IMAGE_GRAPH_IMS_ENDPOINT: 'http://127.0.0.1:1',
      IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: String(max),
      ...url,
    },
    token: 'a',
  });
  const ask = async (token = 'a') => (await app.send(NOTHING, { 'x-auth-token': token })).status;
  return {
    ...app,
    ask,
    /** How many are allowed before one is rejected. */
    async allowed(token?: string): Promise<number> {
      let count = 0;
      while ((await ask(token)) === 200) count++;
      return count;
    },
  };
}

/** Two of them. */
const startTwo = (url: string) =>
  Promise.all([start({ IMAGE_GRAPH_REDIS_URL: url }), start({ IMAGE_GRAPH_REDIS_URL: url })]);

type Started = Awaited<ReturnType<typeof start>>;

/** Waits until apps count in a Redis: until a connection stands an app counts alone. The clocks then stand where the tests begin. */
async function connected(url: string, ...apps: Started[]): Promise<void> {
  const redis = new Redis(url);
  setClocks(0);
  for (const { ask, log } of apps) {
    await vi.waitUntil(async () => {
      const before = await redis.dbsize();
      goOn(1_001);
      await ask(`nobody ${Math.random()}`);
      return (await redis.dbsize()) > before;
    });
    log.length = 0;
  }
  redis.disconnect();
  setClocks(12_345);
}

const SILENCE = 'Redis does not respond: each process counts its callers alone.';
const RETURN = 'Redis responds again.';

describe.skipIf(!existsSync(REDIS))('operations a minute in Redis', () => {
  test('are those of all processes together, for each caller', async () => {
    const { url } = await redis();
    const [one, other] = await startTwo(url);
    await connected(url, one, other);
    expect([await one.ask(), await other.ask(), await one.ask(), await other.ask()]).toEqual([200, 200, 200, 200]);
    for (const { send } of [one, other]) {
      const response = await send(NOTHING);
      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toBe('48');
      expect(response.errors?.[0]?.extensions).toMatchObject({ code: 'RATE_LIMITED', service: null, retryAfter: 48 });
    }
    expect([await one.ask('b'), await other.ask('b')]).toEqual([200, 200]);
    expect([one.log, other.log]).toEqual([[], []]);
  });

  test('of many at once are never more than the limit', async () => {
    const { url } = await redis();
    const apps = await Promise.all([1, 2, 3].map(() => start({ IMAGE_GRAPH_REDIS_URL: url }, 10)));
    await connected(url, ...apps);
    const statuses = await Promise.all(Array.from({ length: 30 }, (_, index) => apps[index % 3]?.ask()));
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  test('fade with the last minute, and are allowed again after Retry-After in another process', async () => {
    const { url } = await redis();
    const [one, other] = await startTwo(url);
    await connected(url, one, other);
    for (let round = 0; round < 5; round++) {
      const asked = round % 2 === 0 ? one : other;
      expect(await asked.allowed()).toBeGreaterThanOrEqual(round === 0 ? 4 : 1);
      const { headers } = await asked.send(NOTHING);
      goOn(Number(headers.get('retry-after')) * 1000);
    }
    setClocks(30 * 60_000 + 59_000);
    expect((await one.allowed()) + (await other.allowed())).toBe(4);
    // Half of the last minute still counts.
    setClocks(31 * 60_000 + 30_500);
    expect((await one.allowed()) + (await other.allowed())).toBe(3);
  });

  test('of a batch count one by one', async () => {
    const { url } = await redis();
    const one = await start({ IMAGE_GRAPH_REDIS_URL: url }, 2);
    await connected(url, one);
    const { batch = [] } = await one.send([NOTHING, NOTHING, NOTHING]);
    expect(batch.flatMap(codesOf)).toEqual(['RATE_LIMITED']);
  });

  test('are counted alone while Redis hangs, which is logged once, and together again afterwards', async () => {
    const running = await redis();
    const [one, other] = await startTwo(running.url);
    await connected(running.url, one, other);
    expect([await one.ask(), await other.ask()]).toEqual([200, 200]);
    running.stop();
    expect([await one.allowed(), await other.allowed()]).toEqual([4, 4]);
    expect([one.log, other.log]).toEqual([[SILENCE], [SILENCE]]);
    goOn(1_001);
    expect([await one.ask(), one.log]).toEqual([429, [SILENCE]]);

    running.continue();
    goOn(1_001);
    // A new caller: what Redis got of the others while it hung, it counts late.
    expect([await one.allowed('b'), await other.allowed('b')]).toEqual([4, 0]);
    setClocks(10 * 60_000);
    expect((await other.allowed()) + (await one.allowed())).toBe(4);
    expect([one.log, other.log]).toEqual([
      [SILENCE, RETURN],
      [SILENCE, RETURN],
    ]);
  });

  test('are logged again when Redis hangs again', async () => {
    const running = await redis();
    const one = await start({ IMAGE_GRAPH_REDIS_URL: running.url });
    await connected(running.url, one);
    for (const times of [1, 2]) {
      running.stop();
      expect(await one.ask()).toBe(200);
      expect(one.log).toHaveLength(2 * times - 1);
      running.continue();
      setClocks(times * 10 * 60_000);
      expect(await one.ask()).toBe(200);
      expect(one.log).toHaveLength(2 * times);
    }
  });

  test('are counted alone when Redis has died', async () => {
    const running = await redis();
    const [one, other] = await startTwo(running.url);
    await connected(running.url, one, other);
    expect([await one.ask(), await other.ask()]).toEqual([200, 200]);
    await running.close();
    expect([await one.allowed(), await other.allowed()]).toEqual([4, 4]);
    expect(one.log).toEqual([SILENCE]);
  });

  test('move to another Redis when the file of the URL says so', async () => {
    const [first, second] = [await redis(), await redis()];
    const file = join(newFolder(), 'url');
    const say = (url: string) => {
      writeFileSync(`${file}.new`, `${url}\n`);
      renameSync(`${file}.new`, file);
    };
    say(first.url);
    const one = await start({ IMAGE_GRAPH_REDIS_URL_FILE: file });
    const atFirst = await start({ IMAGE_GRAPH_REDIS_URL: first.url });
    const atSecond = await start({ IMAGE_GRAPH_REDIS_URL: second.url });
    await connected(first.url, one, atFirst);
    await connected(second.url, atSecond);
    expect(await one.allowed()).toBe(4);
    expect(await atFirst.allowed()).toBe(0);
    say(second.url);
    await connected(second.url, one);
    expect(await one.allowed()).toBe(4);
    expect(await atSecond.allowed()).toBe(0);
    // A file that is deleted, or holds no URL, leaves the last one in force.
    say('nothing of the kind');
    expect(await one.ask()).toBe(429);
    rmSync(file);
    expect(await one.ask('b')).toBe(200);
    expect(await atSecond.allowed('b')).toBe(3);
    // The first one may go: no process counts there any more.
    await first.close();
    expect(await one.ask('b')).toBe(429);
    expect(one.log).toEqual([]);
  });
});

test.each([
  ['no server listens', async () => (await deadEndpoint()).replace('http:', 'redis:')],
  ['its host does not exist', async () => 'redis://redis.invalid:6379'],
])('without Redis, as %s, each process counts alone and logs that once', async (_title, url) => {
  const one = await start({ IMAGE_GRAPH_REDIS_URL: await url() });
  expect(await one.allowed()).toBe(4);
  goOn(5_000);
  expect(await one.ask()).toBe(429);
  expect(await one.allowed('b')).toBe(4);
  expect(one.log).toEqual([SILENCE]);
});
