// Responses that are kept for later operations of the same caller: in memory, and in a real Redis. Counted at the upstream.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { type AppOptions, codesOf, startApp, type TestApp } from '../../support/app.ts';
import { goOn, startClocks, stopClocks } from '../../support/clock.ts';
import { newFolder } from '../../support/files.ts';
import { REDIS, startRedis } from '../../support/processes/redis.ts';
import { deadEndpoint } from '../../support/upstreams/dead-endpoint.ts';
import { ACCESS_KEY, PASSWORD, tokenReply } from '../../support/upstreams/iam.ts';
import type { Reply, Script, UpstreamCall } from '../../support/upstreams/upstream.ts';

beforeEach(() => stopClocks());
afterEach(startClocks);

const PATIENT = { timeout: 5_000 };
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const imageQuery = (n: number) => ({ query: `{ image(imageId: "${idOf(n)}") { name } }` });
const IMAGE = imageQuery(0);
const settle = () => new Promise((resolve) => void setTimeout(resolve, 100));

/** Shows images whose name counts the calls, or responds with something else while that is given. */
function counting() {
  const upstream = { count: 0, instead: undefined as Script | undefined };
  const script: Script = (call, response) => {
    if (call.path === '/v3/auth/tokens') return tokenReply(1);
    upstream.count++;
    const reply: Reply = { body: { id: call.path.split('/').at(-1), name: `n${upstream.count}`, status: 'active' } };
    return upstream.instead ? upstream.instead(call, response) : reply;
  };
  return Object.assign(upstream, { script });
}

const nameIn = async (app: TestApp, body: unknown = IMAGE, headers?: Record<string, string>) => {
  const { data, errors } = await app.send(body, headers);
  return errors ? codesOf({ errors }).join() : data.image.name;
};

const [KEY_A, KEY_B] = [createApiKey('a'), createApiKey('b')];

const KEPT = { IMAGE_GRAPH_CACHE: 'ims.image=60/300' };

/** One query of each kind of call. */
const EVERYTHING = `{
  repository(namespace: "group", name: "busybox") { id creatorName category }
  repositories(first: 3) { totalCount nodes { id } }
  sharedRepositories(center: SELF, first: 3) { totalCount nodes { id } }
  retentionLogs(namespace: "hwstaff_l00283074", repositoryName: "experience_2048") { totalCount nodes { logId } }
  images(first: 3) { nodes { id imageId name createdAt } }
  imageGroups(first: 3) { totalCount nodes { id versionCount } }
}`;

/** A Redis for the length of a test, and a client of it that has seen a connection of the app. */
async function redis() {
  const running = await startRedis();
  const client = new Redis(running.url).on('error', () => {});
  onTestFinished(async () => {
    client.disconnect();
    await running.close();
  });
  return { ...running, client };
}

/** Starts an app whose connection to Redis stands. */
async function startWithRedis(url: string, options: AppOptions): Promise<TestApp> {
  const app = await startApp({ ...options, settings: { ...options.settings, IMAGE_GRAPH_REDIS_URL: url } });
  const client = new Redis(url);
  const rates = async () => {
    const keys = await client.keys('image-graph:rate:*');
    return keys.length === 0 ? 0 : (await client.mget(keys)).reduce((sum, count) => sum + Number(count), 0);
  };
  const before = await rates();
  await expect
    .poll(async () => {
      goOn(1_001);
      await app.send(
        { query: '{ __typename }' },
        {
          'x-auth-token': 'nobody',
          'x-api-key': KEY_A.key,
        },
      );
      return rates();
    }, PATIENT)
    .toBeGreaterThan(before);
  client.disconnect();
  app.log.length = 0;
  return app;
}

type Start = (options: AppOptions) => Promise<TestApp>;
const places: [place: string, start: Start][] = [['in memory', startApp]];
if (existsSync(REDIS)) places.push(['in Redis', async (options) => startWithRedis((await redis()).url, options)]);

/** Redis has 50 ms to respond: a machine that is busy for longer fails a test that is right. */
const MAY_BE_LATE = { retry: 3 };

describe.each(places)('%s', MAY_BE_LATE, (place, start) => {
  /** A response is in Redis a moment after it was sent. */
  const stored = () => (place === 'in Redis' ? settle() : undefined);

  test('nothing is kept unless a setting says so', async () => {
    const upstream = counting();
    const app = await start({ upstream: upstream.script });
    expect([await nameIn(app), await nameIn(app)]).toEqual(['n1', 'n2']);
    expect(await (await app.fetch(`${app.origin}/ready`)).json()).not.toHaveProperty('cache');
  });

  test('a response of every kind is the same the second time, without a call', async () => {
    const settings = { IMAGE_GRAPH_CACHE: 'swr=60 ims=60, modelarts=60' };
    const app = await start({ upstream: 'sandbox', settings });
    const first = await app.ask(EVERYTHING);
    expect(first.errors).toBeUndefined();
    const made = app.calls().length;
    expect(made).toBe(6);
    await stored();
    expect(await app.ask(EVERYTHING)).toEqual(first);
    const image = { query: `{ image(imageId: "${first.data.images.nodes[0].imageId}") { id name } }` };
    const shown = await app.send(image);
    await stored();
    app.calls();
    expect((await app.send(image)).data).toEqual(shown.data);
    expect(app.calls()).toEqual([]);
    expect(app.memoryUsed()).toBe(0);
    expect(app.log).toEqual([]);
  });

  test('it counts as rows that were read, and not as a call that was made', async () => {
    const app = await start({ upstream: 'sandbox', settings: { IMAGE_GRAPH_CACHE: 'modelarts=60' } });
    const query = { query: '{ imageGroups(first: 3) { nodes { id } } }', extensions: { cost: true } };
    const costOf = async () => (await app.send(query)).extensions?.cost;
    const cost = await costOf();
    await stored();
    expect(cost?.upstreamCalls.services).toEqual({ modelarts: { requested: 1, actual: 1 } });
    expect(await costOf()).toEqual({
      ...cost,
      upstreamCalls: { ...cost?.upstreamCalls, actual: 0, services: { modelarts: { requested: 1, actual: 0 } } },
    });
    const ready = await (await app.fetch(`${app.origin}/ready`)).json();
    expect(ready).toMatchObject({ cache: { hits: 1, stale: 0, misses: 1 } });
  });

  test('a kind of its own comes before its service, and 0 keeps it out', async () => {
    const app = await start({ upstream: 'sandbox', settings: { IMAGE_GRAPH_CACHE: 'swr=60 swr.retentionLogs=0' } });
    await app.ask(EVERYTHING);
    await stored();
    app.calls();
    await app.ask(EVERYTHING);
    const kinds = app.targets().map((target) => (target.split('?')[0] ?? '').split('/').at(-1));
    expect(kinds.sort()).toEqual(['group', 'histories', 'images']);
  });

  const keys = () => {
    const file = join(newFolder(), 'keys');
    writeFileSync(file, `${KEY_A.line}\n${KEY_B.line}\n`);
    return { IMAGE_GRAPH_API_KEYS_FILE: file };
  };
  const [keyA, keyB] = [{ 'x-api-key': KEY_A.key }, { 'x-api-key': KEY_B.key }];

  test.each<[string, Record<string, string>, Record<string, string>, () => Record<string, string>]>([
    ['two tokens', { 'x-auth-token': 'a' }, { 'x-auth-token': 'b' }, () => ({})],
    ['two projects', { 'x-project-id': 'one' }, { 'x-project-id': 'two' }, () => ({})],
    ['two API keys, with one token', keyA, keyB, keys],
    ['two API keys, with a password', keyA, keyB, () => ({ ...PASSWORD, ...keys() })],
    ['two API keys, with an access key', keyA, keyB, () => ({ ...ACCESS_KEY, ...keys() })],
  ])('what is kept for one caller is never seen by another: %s', async (_title, one, other, settings) => {
    const upstream = counting();
    const app = await start({ upstream: upstream.script, settings: { ...KEPT, ...settings() } });
    expect([await nameIn(app, IMAGE, one), await nameIn(app, IMAGE, other)]).toEqual(['n1', 'n2']);
    await stored();
    expect([await nameIn(app, IMAGE, one), await nameIn(app, IMAGE, other)]).toEqual(['n1', 'n2']);
  });

  test.each<[string, (call: UpstreamCall) => Reply | undefined]>([
    ['404', () => ({ status: 404, body: { message: 'x', code: '404 Not Found', title: 'x' } })],
    ['403', () => ({ status: 403, body: { message: 'x', code: 'c' } })],
    ['401', () => ({ status: 401, body: { message: 'x' } })],
    ['500', () => ({ status: 500, body: {} })],
    ['an error under 200', () => ({ body: { error_code: 'IMS.0001', error_msg: 'x' } })],
    ['what is not JSON', () => ({ body: '<html>' })],
    ['another record', () => ({ body: { id: idOf(9), name: 'other' } })],
  ])('an error is never kept: %s', async (_title, reply) => {
    const upstream = counting();
    const app = await start({ upstream: upstream.script, settings: { ...KEPT, IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' } });
    upstream.instead = reply;
    await app.send(IMAGE);
    await stored();
    upstream.instead = undefined;
    expect(await nameIn(app)).toBe('n2');
  });
});

describe('in memory', () => {
  test('a response is fresh, then stale while one call renews it, then gone', async () => {
    const upstream = counting();
    const app = await startApp({ upstream: upstream.script, settings: KEPT });
    expect(await nameIn(app)).toBe('n1');
    goOn(59_999);
    expect(await nameIn(app)).toBe('n1');
    expect(upstream.count).toBe(1);
    goOn(1);
    let goOnRenewal: (() => void) | undefined;
    upstream.instead = async ({ path }) => {
      await new Promise<void>((resolve) => (goOnRenewal = resolve));
      return { body: { id: path.split('/').at(-1), name: 'renewed' } };
    };
    // Nobody waits for the renewal, and there is one.
    const names = await Promise.all(Array.from({ length: 10 }, () => nameIn(app)));
    expect(new Set(names)).toEqual(new Set(['n1']));
    await expect.poll(() => goOnRenewal, PATIENT).toBeDefined();
    expect(await nameIn(app)).toBe('n1');
    goOnRenewal?.();
    await expect.poll(() => nameIn(app), PATIENT).toBe('renewed');
    expect(upstream.count).toBe(2);
    await expect.poll(app.memoryUsed, PATIENT).toBe(0);
    upstream.instead = undefined;
    goOn(360_000);
    expect(await nameIn(app)).toBe('n3');
    expect(await (await app.fetch(`${app.origin}/ready`)).json()).toMatchObject({ cache: { misses: 2 } });
  });

  test('a stale response stays during an outage, and goes when the service denies it', async () => {
    const upstream = counting();
    const app = await startApp({
      upstream: upstream.script,
      settings: { ...KEPT, IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' },
    });
    await nameIn(app);
    goOn(60_000);
    upstream.instead = () => ({ status: 500, body: {} });
    expect(await nameIn(app)).toBe('n1');
    await expect.poll(() => upstream.count, PATIENT).toBe(2);
    await settle();
    upstream.instead = () => ({ status: 403, body: { message: 'x', code: 'c' } });
    expect(await nameIn(app)).toBe('n1');
    await expect.poll(() => upstream.count, PATIENT).toBe(3);
    await settle();
    expect(await nameIn(app)).toBe('FORBIDDEN');
  });

  test('a fresh response is shown while the circuit of its service is open', async () => {
    const upstream = counting();
    const settings = { ...KEPT, IMAGE_GRAPH_BREAKER_CALLS: '3', IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' };
    const app = await startApp({ upstream: upstream.script, settings });
    await nameIn(app);
    upstream.instead = () => ({ status: 500, body: {} });
    for (let n = 1; n < 8; n++) await app.send(imageQuery(n));
    expect(await (await app.fetch(`${app.origin}/ready`)).json()).toMatchObject({ circuits: { ims: 'open' } });
    const { count } = upstream;
    expect(await nameIn(app)).toBe('n1');
    expect(upstream.count).toBe(count);
  });

  test('the responses take no more bytes than they may: the oldest make room, and one that is too large is not kept', async () => {
    const upstream = counting();
    const settings = { ...KEPT, IMAGE_GRAPH_MAX_CACHE_BYTES: '20000' };
    const app = await startApp({ upstream: upstream.script, settings });
    for (let n = 0; n < 100; n++) await app.send(imageQuery(n));
    expect(await nameIn(app, imageQuery(99))).toBe('n100');
    expect(await nameIn(app, imageQuery(0))).toBe('n101');
    upstream.instead = ({ path }) => ({ body: { id: path.split('/').at(-1), name: 'x'.repeat(20_000) } });
    const { count } = upstream;
    await app.send(imageQuery(200));
    await app.send(imageQuery(200));
    expect(upstream.count).toBe(count + 2);
  });

  test('JSON inside a text counts as what it takes once it is decoded', async () => {
    const upstream = counting();
    const settings = { ...KEPT, IMAGE_GRAPH_MAX_CACHE_BYTES: '400000' };
    const app = await startApp({ upstream: upstream.script, settings });
    for (const [n, text, count] of [
      [0, 'x'.repeat(10_000), 1],
      [1, `[${'1,'.repeat(5_000)}1]`, 3],
    ] as const) {
      upstream.instead = ({ path }) => ({ body: { id: path.split('/').at(-1), __image_location: text } });
      await app.send(imageQuery(n));
      await app.send(imageQuery(n));
      expect(upstream.count).toBe(count);
    }
  });

  test('an operation is charged with the memory of what was kept', async () => {
    const upstream = counting();
    upstream.instead = ({ path }) => ({ body: { id: path.split('/').at(-1), name: 'x'.repeat(50_000) } });
    const settings = { ...KEPT, IMAGE_GRAPH_MAX_TOTAL_UPSTREAM_BYTES: String(4 * 150_000) };
    const app = await startApp({ upstream: upstream.script, settings });
    await app.send(IMAGE);
    await app.send(imageQuery(1));
    const both = { query: `{ a: ${IMAGE.query.slice(2, -2)} b: ${imageQuery(1).query.slice(2, -2)} }` };
    expect(codesOf(await app.send(both))).toEqual(['QUERY_TOO_COMPLEX']);
    expect(upstream.count).toBe(2);
    expect(app.memoryUsed()).toBe(0);
  });

  test('concurrent operations make one call for what is not kept', async () => {
    const upstream = counting();
    upstream.instead = async ({ path }) => {
      await settle();
      return { body: { id: path.split('/').at(-1), name: 'once' } };
    };
    const app = await startApp({ upstream: upstream.script, settings: KEPT });
    const names = await Promise.all(Array.from({ length: 10 }, () => nameIn(app)));
    expect(names).toEqual(Array(10).fill('once'));
    expect(upstream.count).toBe(1);
  });
});

describe.skipIf(!existsSync(REDIS))('in Redis', MAY_BE_LATE, () => {
  const start = (url: string, upstream: Script, settings = {}) =>
    startWithRedis(url, { upstream, settings: { ...KEPT, ...settings }, token: 'secret-token' });

  test('a response is that of all processes, under a digest, with an expiry', async () => {
    const { url, client } = await redis();
    const upstream = counting();
    const endpoint = await startApp({ upstream: upstream.script });
    const options = { upstream: endpoint.upstream, settings: KEPT, token: 'secret-token' };
    const [one, other] = [await startWithRedis(url, options), await startWithRedis(url, options)];
    expect(await nameIn(one)).toBe('n1');
    await settle();
    expect(await nameIn(other)).toBe('n1');
    const keys = await client.keys('image-graph:cache:*');
    expect(keys).toEqual([expect.stringMatching(/^image-graph:cache:1:[\w-]{43}$/)]);
    expect(await client.get(keys[0] ?? '')).not.toContain('secret-token');
    expect(await client.pttl(keys[0] ?? '')).toBeGreaterThan(300_000);
    // Stale once less than 300 s are left.
    await client.pexpire(keys[0] ?? '', 299_000);
    expect(await nameIn(other)).toBe('n1');
    await expect.poll(() => client.pttl(keys[0] ?? ''), PATIENT).toBeGreaterThan(300_000);
    expect([await nameIn(one), await nameIn(other)]).toEqual(['n2', 'n2']);
    expect(upstream.count).toBe(2);
    expect([one.log, other.log]).toEqual([[], []]);
  });

  test.each([
    ['nothing', ''],
    ['no line', '{"id":1}'],
    ['no head', 'x\n{}'],
    ['a head of another form', `5\n{"id":"${idOf(0)}"}`],
    ['an error', '[404,{}]\n{"code":"404"}'],
    ['another record', `[200,{}]\n{"id":"${idOf(7)}"}`],
    ['half a body', `[200,{}]\n{"id":"${idOf(0)}`],
    ['bytes', Buffer.from([0xff, 0x00, 0x80, 0x0a])],
    ['a list', undefined],
  ])('a value that is not ours is a miss: %s', async (_title, value) => {
    const { url, client } = await redis();
    const upstream = counting();
    const app = await start(url, upstream.script);
    await nameIn(app);
    await settle();
    const [key = ''] = await client.keys('image-graph:cache:*');
    await client.del(key);
    if (value === undefined) await client.rpush(key, 'x');
    else await client.set(key, value);
    await client.pexpire(key, 400_000);
    expect(await nameIn(app)).toBe('n2');
    expect(app.log).toEqual([]);
    expect(app.memoryUsed()).toBe(0);
  });

  test('while Redis hangs, or has died, calls are made as without a cache', async () => {
    const running = await redis();
    const upstream = counting();
    const app = await start(running.url, upstream.script);
    await nameIn(app);
    await settle();
    running.stop();
    expect([await nameIn(app), await nameIn(app)]).toEqual(['n2', 'n3']);
    expect(app.log).toEqual(['Redis does not respond: each process counts its callers alone, and keeps no responses.']);
    running.continue();
    goOn(1_001);
    await expect.poll(() => nameIn(app), PATIENT).toBe('n1');
    await running.close();
    const { count } = upstream;
    expect(await nameIn(app)).toBe(`n${count + 1}`);
  });

  test('a response that is too long for Redis is not kept there', async () => {
    const { url, client } = await redis();
    const upstream = counting();
    upstream.instead = ({ path }) => ({ body: { id: path.split('/').at(-1), name: 'x'.repeat(1_100_000) } });
    const app = await start(url, upstream.script);
    await nameIn(app);
    await settle();
    expect(await client.keys('image-graph:cache:*')).toEqual([]);
  });
});

test('without Redis, as no server listens, nothing is kept, and nothing fails', async () => {
  const upstream = counting();
  const url = (await deadEndpoint()).replace('http:', 'redis:');
  const app = await startApp({ upstream: upstream.script, settings: { ...KEPT, IMAGE_GRAPH_REDIS_URL: url } });
  expect([await nameIn(app), await nameIn(app)]).toEqual(['n1', 'n2']);
});
