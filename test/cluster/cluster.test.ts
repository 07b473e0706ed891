// A cluster as it runs in production: two replicas of two workers each from the packed tarball, a Redis, and nginx in front. Queries flow
// all the time while processes are killed, replaced by another version, and given other keys and passwords.
import { execFileSync } from 'node:child_process';
import { hash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { imageId } from '../resources/image/kind.ts';
import { sendRequest } from '../support/http-client.ts';
import { REDIS, startRedis } from '../support/processes/redis.ts';
import { installTarball, packTarball } from '../support/processes/tarball.ts';
import { PASSWORD } from '../support/upstreams/iam.ts';
import { type Cloud, nameOf, startCloud } from './cloud.ts';
import { type Counts, Flow, tableOf } from './flow.ts';
import { freePort, NGINX, type Nginx, startNginx } from './nginx.ts';
import { Replica } from './replica.ts';

/** Clients whose queries flow, and the callers that they are: so many that none comes near its limit. */
const CLIENTS = 8;
const CALLERS = 48;
/** Operations of a caller in a minute. */
const LIMIT = 600;
const NEXT_LIMIT = 900;
const WINDOW_MS = 60_000;

const VERSION: string = JSON.parse(readFileSync('package.json', 'utf8')).version;
const NEXT_VERSION = '99.0.0';

const keysOf = (generation: string) => Array.from({ length: CALLERS }, (_, index) => `igk_${generation}-${index}`);
const FIRST_KEYS = keysOf('first');
const SECOND_KEYS = keysOf('second');
/** Keys of further callers, each for one test. */
const FURTHER_KEYS = Array.from({ length: 20 }, (_, index) => `igk_further-${index}`);
const furtherKeys = FURTHER_KEYS.values();
const newCaller = () => furtherKeys.next().value ?? '';

/** A query that makes a call, and its response. */
const IMAGE = `{ image(imageId: "${imageId(1)}") { name } }`;
const IMAGE_RESPONSE = JSON.stringify({ data: { image: { name: nameOf(imageId(1)) } } });

const lineOf = (name: string, key: string) => `${name}:sha256:${hash('sha256', key)}\n`;
/** Each key is of a name of its own, that of the key without its prefix. */
const linesOf = (keys: readonly string[]) => keys.map((key) => lineOf(key.slice(4), key)).join('');

const folder = join(tmpdir(), `image-graph-cluster-${randomUUID()}`);
const keysFile = join(folder, 'keys');
const passwordFile = join(folder, 'password');
const envFile = join(folder, 'image-graph.env');

/** Replaces a file in one step, as operators should. */
function write(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

const allow = (...generations: (readonly string[])[]) =>
  write(keysFile, [...generations, FURTHER_KEYS].map(linesOf).join(''));

describe.skipIf(!existsSync(NGINX) || !existsSync(REDIS))('a cluster', { timeout: 90_000 }, () => {
  let cloud: Cloud;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let inRedis: Redis;
  let nginx: Nginx;
  let flow: Flow;
  let replicas: readonly Replica[];
  let bins: Readonly<Record<'first' | 'next', string>>;

  const settings = () => ({
    ...PASSWORD,
    ...cloud.settings,
    IMAGE_GRAPH_PASSWORD: '',
    IMAGE_GRAPH_PASSWORD_FILE: passwordFile,
    IMAGE_GRAPH_API_KEYS_FILE: keysFile,
    IMAGE_GRAPH_REDIS_URL: redis.url,
    IMAGE_GRAPH_CACHE: 'ims.images=600',
    // A busy machine does not count as overload here.
    IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '60000',
    IMAGE_GRAPH_LOG_REQUESTS: '0',
  });

  const start = (replica: Replica, version: keyof typeof bins) =>
    replica.start(bins[version], settings(), '--env-file', envFile);

  /** Starts a replica on a port that is free. */
  async function startReplica(attempts = 5): Promise<Replica> {
    const replica = new Replica(await freePort());
    try {
      await start(replica, 'first');
      return replica;
    } catch (error) {
      if (attempts > 1 && String(error).includes('is taken')) return startReplica(attempts - 1);
      throw error;
    }
  }

  beforeAll(async () => {
    // nginx may run as another user.
    mkdirSync(folder, { mode: 0o755 });
    const install = (name: string, version?: string) => {
      mkdirSync(join(folder, name));
      return installTarball(join(folder, name), packTarball(version));
    };
    bins = { first: install('first'), next: install('next', NEXT_VERSION) };
    allow(FIRST_KEYS);
    write(envFile, `IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE=${LIMIT}\n`);
    write(passwordFile, PASSWORD.IMAGE_GRAPH_PASSWORD);
    cloud = await startCloud(PASSWORD.IMAGE_GRAPH_PASSWORD);
    redis = await startRedis();
    inRedis = new Redis(redis.url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    // It loses its Redis, too.
    inRedis.on('error', () => {});
    replicas = await Promise.all([startReplica(), startReplica()]);
    nginx = await startNginx(
      folder,
      replicas.map(({ origin }) => origin),
    );
    flow = new Flow(nginx.origin, CLIENTS, FIRST_KEYS, nginx.retried);
  }, 120_000);

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') for (const { messages } of replicas ?? []) console.info(messages.join('\n'));
  });

  afterAll(async () => {
    await flow?.stop();
    await nginx?.close();
    await Promise.all((replicas ?? []).map((replica) => replica.kill()));
    inRedis?.disconnect();
    await redis?.close();
    await cloud?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A request over a connection of its own, as a caller. */
  const post = (origin: string, key: string, query = '{ __typename }') =>
    sendRequest(
      { origin },
      {
        method: 'POST',
        headers: ['Content-Type', 'application/json', 'Authorization', `Bearer ${key}`],
        body: JSON.stringify({ query }),
      },
    );

  /** The same to each replica, often enough that each of their workers gets some. */
  async function postToEachWorker(key: string, query?: string, times = 25) {
    const all = replicas.flatMap(({ origin }) => Array.from({ length: times }, () => origin));
    return Promise.all(all.map((origin) => post(origin, key, query)));
  }

  /** Sends operations of one caller through nginx, 20 at a time. Shape: the responses, and how many seconds they took. */
  async function burst(key: string, count: number) {
    const start = Date.now();
    const responses: Awaited<ReturnType<typeof post>>[] = [];
    let sent = 0;
    const sender = async () => {
      while (sent++ < count) responses.push(await post(nginx.origin, key));
    };
    await Promise.all(Array.from({ length: 20 }, sender));
    const isOneWindow = Math.floor(start / WINDOW_MS) === Math.floor(Date.now() / WINDOW_MS);
    return { responses, isOneWindow, seconds: (Date.now() - start) / 1000 };
  }

  const accepted = ({ responses }: Awaited<ReturnType<typeof burst>>) =>
    responses.filter(({ status }) => status === 200).length;

  /** Whether all workers of all replicas are connected to Redis. */
  async function areConnected(): Promise<boolean> {
    const texts = await Promise.all(replicas.map((replica) => sendRequest(replica, { path: '/metrics' })));
    return texts.every(({ body }) => /^image_graph_redis_up\S* 1$/m.test(body));
  }

  /**
   * The outcome of one of five attempts that is as it should be, or that of the last. On a busy machine Redis may take more than the 50 ms
   * that a process waits for it before it goes on alone.
   */
  async function oneOf<Outcome>(attempt: () => Promise<Outcome>, isRight: (outcome: Outcome) => boolean) {
    for (let left = 4; ; left--) {
      await vi.waitUntil(areConnected, { timeout: 10_000 });
      const outcome = await attempt();
      if (isRight(outcome) || left === 0) return outcome;
    }
  }

  /** Checks the requests since an event: none is wrong, and none is lost. */
  async function expectNoLoss(phase: Counts) {
    await flow.goOn();
    expect(phase.wrong).toEqual([]);
    expect(phase.lost).toEqual([]);
    expect(phase.correct).toBeGreaterThan(0);
  }

  test('responds through nginx, which shows no metrics', async () => {
    await expectNoLoss(flow.begin('both replicas'));
    expect(Object.keys(cloud.callsOf)).toEqual([`image-graph/${VERSION}`]);
    expect((await sendRequest(nginx, { path: '/ready' })).status).toBe(200);
    expect((await sendRequest(nginx, { path: '/metrics' })).status).toBe(404);
  });

  const listNamed = (name: string) => `{ images(filter: { name: "${name}" }, first: 1) { nodes { name } } }`;
  const keptIn = async () => (await inRedis.keys('image-graph:cache:*')).length;

  /** Makes a response that is kept in Redis. Shape: the query. */
  async function keepResponse(key: string): Promise<string> {
    const query = listNamed(`kept ${randomUUID()}`);
    const before = await keptIn();
    await vi.waitUntil(
      async () => {
        await post(replicas[0]?.origin ?? '', key, query);
        return (await keptIn()) > before;
      },
      { timeout: 10_000 },
    );
    return query;
  }

  /** The calls that are made when each worker of each replica gets this query. */
  async function callsFor(key: string, query: string): Promise<number> {
    const before = cloud.lists;
    for (const { status, body } of await postToEachWorker(key, query))
      expect([status, query]).toEqual([200, listNamed(JSON.parse(body).data.images.nodes[0].name)]);
    return cloud.lists - before;
  }

  test('shares the responses that are kept', async () => {
    const phase = flow.begin('cache');
    const caller = newCaller();
    const calls = await oneOf(
      async () => callsFor(caller, await keepResponse(caller)),
      (count) => count === 0,
    );
    expect(calls).toBe(0);
    // Another caller is not shown it.
    expect(await callsFor(newCaller(), await keepResponse(caller))).toBeGreaterThan(0);
    await expectNoLoss(phase);
  });

  test("counts a caller's operations in all workers of both replicas together", async () => {
    const phase = flow.begin('limit of a caller');
    // Within one minute of the clock: in the next one those of the last fade.
    const outcome = await oneOf(
      () => burst(newCaller(), LIMIT + 200),
      (tried) => tried.isOneWindow && accepted(tried) === LIMIT,
    );
    expect(accepted(outcome)).toBe(LIMIT);
    const rejected = outcome.responses.filter(({ status }) => status !== 200);
    expect(new Set(rejected.map(({ status }) => status))).toEqual(new Set([429]));
    for (const { headers, body } of rejected) {
      expect(Number(headers['retry-after'])).toSatisfy((seconds: number) => seconds >= 1 && seconds <= 60);
      expect(JSON.parse(body).errors[0].extensions.code).toBe('RATE_LIMITED');
    }
    await expectNoLoss(phase);
  });

  test('loses nothing when a replica is killed, as nginx sends again what was in flight', async () => {
    const [victim] = replicas;
    if (!victim) throw new Error('no replica');
    const phase = flow.begin('replica killed');
    phase.killed = flow.inFlight;
    await victim.kill();
    await expectNoLoss(phase);
    const back = flow.begin('replica back');
    await start(victim, 'first');
    await expectNoLoss(back);
  });

  test('goes on without Redis, each process with a count of its own', async () => {
    await vi.waitUntil(areConnected, { timeout: 10_000 });
    const phase = flow.begin('Redis killed');
    await redis.close();
    await flow.goOn();
    const alone = await burst(newCaller(), 4 * LIMIT + 400);
    // While they are sent some seconds pass, in which each process may go into its next minute.
    expect(accepted(alone)).toBeGreaterThan(LIMIT);
    expect(accepted(alone)).toBeLessThanOrEqual(4 * (LIMIT + Math.ceil((LIMIT * alone.seconds) / 60)));
    // Nothing is kept: each of many queries makes its call, but those that share one in flight.
    const caller = newCaller();
    const query = listNamed('without Redis');
    for (const { origin } of replicas) {
      const listsBefore = cloud.lists;
      await post(origin, caller, query);
      expect(cloud.lists - listsBefore).toBe(1);
    }
    await expectNoLoss(phase);

    const back = flow.begin('Redis back');
    redis = await redis.restart();
    // It counts and keeps again, from nothing.
    const calls = await oneOf(
      async () => callsFor(caller, await keepResponse(caller)),
      (count) => count === 0,
    );
    expect(calls).toBe(0);
    await expectNoLoss(back);
  });

  test('loses nothing in a rolling restart with another version and another setting', async () => {
    const key = newCaller();
    const showTheirSchema = async () => {
      const responses = await Promise.all(
        replicas.map(({ origin }) => post(origin, key, '{ __schema { __typename } }')),
      );
      return responses.map(({ body }) => body.startsWith('{"data"'));
    };
    const caller = newCaller();
    const query = await keepResponse(caller);
    expect(await showTheirSchema()).toEqual([true, true]);

    const phase = flow.begin('rolling restart');
    write(envFile, `IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE=${LIMIT}\nIMAGE_GRAPH_INTROSPECTION=false\n`);
    for (const replica of replicas) {
      expect(await replica.stop()).toBe(0);
      await start(replica, 'next');
      // Both versions work side by side, with the same Redis.
      await flow.goOn();
    }
    await expectNoLoss(phase);
    expect(await showTheirSchema()).toEqual([false, false]);
    const calls = await oneOf(
      () => callsFor(caller, query),
      (count) => count === 0,
    );
    expect(calls).toBe(0);
    cloud.callsOf = {};
    await flow.goOn();
    expect(Object.keys(cloud.callsOf)).toEqual([`image-graph/${NEXT_VERSION}`]);
  });

  test('loses nothing when a higher limit is reloaded, which then holds in all workers', async () => {
    const phase = flow.begin('SIGHUP');
    write(envFile, `IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE=${NEXT_LIMIT}\nIMAGE_GRAPH_INTROSPECTION=false\n`);
    for (const replica of replicas) {
      replica.signal('SIGHUP');
      await vi.waitUntil(() => replica.messages.some((line) => line.startsWith('Settings reloaded: ')), {
        timeout: 10_000,
      });
    }
    // With the old limit in one worker some of the first burst would be rejected.
    const outcome = await oneOf(
      async () => {
        const caller = newCaller();
        return [await burst(caller, NEXT_LIMIT), await burst(caller, 50)] as const;
      },
      ([first, second]) =>
        first.isOneWindow && second.isOneWindow && accepted(first) === NEXT_LIMIT && accepted(second) === 0,
    );
    expect(outcome.map(accepted)).toEqual([NEXT_LIMIT, 0]);
    await expectNoLoss(phase);
  });

  test('loses nothing while all API keys are rotated', async () => {
    const phase = flow.begin('API keys rotated');
    const key = (...args: string[]) => {
      const env = { ...process.env, IMAGE_GRAPH_API_KEYS_FILE: keysFile };
      return execFileSync(bins.next, ['key', ...args], {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }).trim();
    };
    const statuses = async (caller = '') => new Set((await postToEachWorker(caller)).map(({ status }) => status));
    expect(await statuses(SECOND_KEYS[0])).toEqual(new Set([401]));
    allow(FIRST_KEYS, SECOND_KEYS);
    expect(await statuses(FIRST_KEYS[0])).toEqual(new Set([200]));
    expect(await statuses(SECOND_KEYS[0])).toEqual(new Set([200]));
    await flow.useKeys(SECOND_KEYS);
    const created = key('create', 'ci');
    expect(await statuses(created)).toEqual(new Set([200]));
    key('revoke', 'ci');
    expect(await statuses(created)).toEqual(new Set([401]));
    allow(SECOND_KEYS);
    expect(await statuses(FIRST_KEYS[0])).toEqual(new Set([401]));
    expect(await statuses(SECOND_KEYS[0])).toEqual(new Set([200]));
    await expectNoLoss(phase);
  });

  /** Waits for a condition, while each worker gets a query now and then: nginx may keep all of its connections to one of two. */
  async function whileAllWork(isOver: () => boolean): Promise<void> {
    let turn = 0;
    const work = async () => {
      const responses = await postToEachWorker(SECOND_KEYS[turn++ % CALLERS] ?? '', IMAGE, 12);
      expect(new Set(responses.map(({ body }) => body))).toEqual(new Set([IMAGE_RESPONSE]));
      return isOver();
    };
    await vi.waitUntil(work, { timeout: 30_000, interval: 500 });
  }

  test('loses nothing while tokens expire, and the password of IAM is rotated', async () => {
    const phase = flow.begin('tokens expire');
    const { issued } = cloud;
    await whileAllWork(() => cloud.issued >= issued + 4);
    expect([cloud.rejected, cloud.unauthorized]).toEqual([0, 0]);
    await expectNoLoss(phase);

    // Between the change in IAM and that of the file the tokens are still valid: they are renewed in the last fifth of their life.
    const changed = flow.begin('password rotated');
    const password = 'Second-Passw0rd';
    cloud.password = password;
    await whileAllWork(() => cloud.rejected > 0);
    write(passwordFile, password);
    await whileAllWork(() => (cloud.issuedFor[password] ?? 0) >= 4);
    await expectNoLoss(changed);

    // IAM may end the tokens of the old password: a call that is rejected is sent again with a new token.
    const revoked = flow.begin('tokens revoked');
    cloud.revokeTokens();
    await whileAllWork(() => cloud.unauthorized > 0);
    await expectNoLoss(revoked);
  }, 120_000);

  test('ends with nothing wrong and nothing lost', async () => {
    await flow.stop();
    console.info('The requests of the clients, from one event to the next:');
    console.table(tableOf(flow.phases));
    expect(flow.phases.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(flow.phases.flatMap(({ lost }) => lost)).toEqual([]);
    // nginx has met the replicas that were killed and restarted.
    expect(flow.phases.reduce((sum, { retried }) => sum + retried, 0)).toBeGreaterThan(0);
    expect(await Promise.all(replicas.map((replica) => replica.stop()))).toEqual([0, 0]);
  });
});
