// A cluster as it runs in production: two replicas of two workers each from the packed tarball, a Redis, and nginx in front. Queries flow
// all the time while processes are killed, replaced by another version, and given other keys and passwords.
import { hash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { sendRequest } from '../support/http-client.ts';
import { REDIS, startRedis } from '../support/processes/redis.ts';
import { installTarball, packTarball } from '../support/processes/tarball.ts';
import { PASSWORD } from '../support/upstreams/iam.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { type Counts, Flow, tableOf } from './flow.ts';
import { freePort, NGINX, type Nginx, startNginx } from './nginx.ts';
import { Replica } from './replica.ts';

/** Clients whose queries flow, and the callers that they are: so many that none comes near its limit. */
const CLIENTS = 8;
const CALLERS = 48;
/** Operations of a caller in a minute. */
const LIMIT = 600;
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

const lineOf = (name: string, key: string) => `${name}:sha256:${hash('sha256', key)}\n`;
const linesOf = (keys: readonly string[]) => keys.map((key, index) => lineOf(`caller-${index}`, key)).join('');
const FURTHER_LINES = FURTHER_KEYS.map((key, index) => lineOf(`further-${index}`, key)).join('');

const folder = mkdtempSync(join(tmpdir(), 'image-graph-cluster-'));
const keysFile = join(folder, 'keys');
const passwordFile = join(folder, 'password');

/** Replaces a file in one step, as operators should. */
function write(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

const allow = (...generations: (readonly string[])[]) =>
  write(keysFile, generations.map(linesOf).join('') + FURTHER_LINES);

describe.skipIf(!existsSync(NGINX) || !existsSync(REDIS))('a cluster', () => {
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
    IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: String(LIMIT),
    // A busy machine is no overload here.
    IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '60000',
    IMAGE_GRAPH_LOG_REQUESTS: '0',
  });

  /** Starts a replica on a port that is free. */
  async function startReplica(attempts = 5): Promise<Replica> {
    const replica = new Replica(await freePort());
    try {
      await replica.start(bins.first, settings());
      return replica;
    } catch (error) {
      if (attempts > 1 && String(error).includes('EADDRINUSE')) return startReplica(attempts - 1);
      throw error;
    }
  }

  beforeAll(async () => {
    // nginx may run as another user.
    chmodSync(folder, 0o755);
    const install = (name: string, version?: string) => {
      mkdirSync(join(folder, name));
      return installTarball(join(folder, name), packTarball(version));
    };
    bins = { first: install('first'), next: install('next', NEXT_VERSION) };
    allow(FIRST_KEYS);
    writeFileSync(passwordFile, PASSWORD.IMAGE_GRAPH_PASSWORD);
    cloud = await startCloud(PASSWORD.IMAGE_GRAPH_PASSWORD);
    redis = await startRedis();
    inRedis = new Redis(redis.url).on('error', () => {});
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
    rmSync(folder, { recursive: true });
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
  async function postToEachWorker(key: string, query?: string) {
    const all = replicas.flatMap(({ origin }) => Array.from({ length: 25 }, () => origin));
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

  /** How often the replicas have lost Redis. */
  const silences = () =>
    replicas.flatMap(({ messages }) => messages).filter((line) => line.startsWith('Redis does not respond')).length;

  /** Checks the requests since an event: none is wrong, and none is lost but those that may be. */
  async function expectNoLoss(phase: Counts) {
    await flow.goOn();
    expect(phase.wrong).toEqual([]);
    if (phase.mayBeLost === 0) expect(phase.lost).toEqual([]);
    expect(phase.lost.length).toBeLessThanOrEqual(phase.mayBeLost);
    expect(phase.correct).toBeGreaterThan(0);
  }

  test('responds through nginx, which shows no metrics', async () => {
    await expectNoLoss(flow.begin('both replicas'));
    expect(Object.keys(cloud.callsOf)).toEqual([`image-graph/${VERSION}`]);
    expect((await sendRequest(nginx, { path: '/ready' })).status).toBe(200);
    expect((await sendRequest(nginx, { path: '/metrics' })).status).toBe(404);
  });

  const KEPT = (name: string) => `{ images(filter: { name: "${name}" }, first: 1) { nodes { name } } }`;
  const keptIn = async () => (await inRedis.keys('image-graph:cache:*')).length;

  test('shares the responses that are kept', async () => {
    const phase = flow.begin('cache');
    const caller = newCaller();
    const [keptBefore, listsBefore] = [await keptIn(), cloud.lists];
    const first = await post(replicas[0]?.origin ?? '', caller, KEPT('kept'));
    expect(JSON.parse(first.body)).toEqual({ data: { images: { nodes: [{ name: 'kept' }] } } });
    await vi.waitUntil(async () => (await keptIn()) === keptBefore + 1);
    const others = await postToEachWorker(caller, KEPT('kept'));
    expect(others.map(({ body }) => body)).toEqual(others.map(() => first.body));
    expect(cloud.lists - listsBefore).toBe(1);
    // Another caller is not shown it.
    expect((await post(replicas[1]?.origin ?? '', newCaller(), KEPT('kept'))).body).toBe(first.body);
    expect(cloud.lists - listsBefore).toBe(2);
    await expectNoLoss(phase);
  });

  test("counts a caller's operations in all workers of both replicas together", async () => {
    const phase = flow.begin('limit of a caller');
    // Exactly within one minute of the clock and while Redis responds in time; a busy machine may need another attempt.
    let outcome: Awaited<ReturnType<typeof burst>> | undefined;
    for (let attempt = 0; attempt < 5 && !outcome; attempt++) {
      await vi.waitUntil(areConnected, { timeout: 10_000 });
      const silencesBefore = silences();
      const tried = await burst(newCaller(), LIMIT + 200);
      if (tried.isOneWindow && silences() === silencesBefore && (await areConnected())) outcome = tried;
    }
    expect(outcome && accepted(outcome)).toBe(LIMIT);
    const rejected = outcome?.responses.filter(({ status }) => status !== 200) ?? [];
    expect(new Set(rejected.map(({ status }) => status))).toEqual(new Set([429]));
    for (const { headers, body } of rejected) {
      expect(Number(headers['retry-after'])).toSatisfy((seconds: number) => seconds >= 1 && seconds <= 60);
      expect(JSON.parse(body).errors[0].extensions.code).toBe('RATE_LIMITED');
    }
    await expectNoLoss(phase);
  });

  test('loses at most what is in flight when a replica is killed', async () => {
    const [victim] = replicas;
    const phase = flow.begin('replica killed');
    phase.mayBeLost = flow.inFlight;
    await victim?.kill();
    await expectNoLoss(phase);
    const back = flow.begin('replica back');
    await victim?.start(bins.first, settings());
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
    const listsBefore = cloud.lists;
    const caller = newCaller();
    for (const { origin } of replicas)
      expect(JSON.parse((await post(origin, caller, KEPT('alone'))).body)).toEqual({
        data: { images: { nodes: [{ name: 'alone' }] } },
      });
    expect(cloud.lists - listsBefore).toBe(2);
    await expectNoLoss(phase);

    const back = flow.begin('Redis back');
    redis = await redis.restart();
    await vi.waitUntil(areConnected, { timeout: 10_000 });
    // It counts and keeps again, from nothing.
    await post(replicas[0]?.origin ?? '', caller, KEPT('alone'));
    await vi.waitUntil(async () => (await keptIn()) === 1);
    const listsAfter = cloud.lists;
    await postToEachWorker(caller, KEPT('alone'));
    expect(cloud.lists).toBe(listsAfter);
    await expectNoLoss(back);
  });

  test('loses nothing in a rolling restart with another version and another setting', async () => {
    const batch = JSON.stringify(Array.from({ length: 3 }, () => ({ query: '{ __typename }' })));
    const key = newCaller();
    const areBatchesAccepted = async () => {
      const headers = ['Content-Type', 'application/json', 'Authorization', `Bearer ${key}`];
      const responses = replicas.map((replica) =>
        sendRequest(replica, { method: 'POST', headers, body: batch }).then(({ body: sent }) =>
          Array.isArray(JSON.parse(sent)),
        ),
      );
      return Promise.all(responses);
    };
    const caller = newCaller();
    await post(replicas[0]?.origin ?? '', caller, KEPT('before'));
    expect(await areBatchesAccepted()).toEqual([true, true]);
    const keptBefore = await vi.waitUntil(async () => (await keptIn()) || undefined);
    expect(keptBefore).toBeGreaterThan(0);

    const phase = flow.begin('rolling restart');
    for (const replica of replicas) {
      expect(await replica.stop()).toBe(0);
      await replica.start(bins.next, { ...settings(), IMAGE_GRAPH_MAX_BATCH: '2' });
      // Both versions work side by side, with the same Redis.
      await flow.goOn();
    }
    await expectNoLoss(phase);
    expect(await areBatchesAccepted()).toEqual([false, false]);
    cloud.callsOf = {};
    const listsBefore = cloud.lists;
    await postToEachWorker(caller, KEPT('before'));
    expect(cloud.lists).toBe(listsBefore);
    await flow.goOn();
    expect(Object.keys(cloud.callsOf)).toEqual([`image-graph/${NEXT_VERSION}`]);
  });

  test('loses nothing while all API keys are rotated', async () => {
    const phase = flow.begin('API keys rotated');
    const statuses = async (key = '') => new Set((await postToEachWorker(key)).map(({ status }) => status));
    expect(await statuses(SECOND_KEYS[0])).toEqual(new Set([401]));
    allow(FIRST_KEYS, SECOND_KEYS);
    expect(await statuses(FIRST_KEYS[0])).toEqual(new Set([200]));
    expect(await statuses(SECOND_KEYS[0])).toEqual(new Set([200]));
    await flow.useKeys(SECOND_KEYS);
    allow(SECOND_KEYS);
    expect(await statuses(FIRST_KEYS[0])).toEqual(new Set([401]));
    expect(await statuses(SECOND_KEYS[0])).toEqual(new Set([200]));
    await expectNoLoss(phase);
  });

  test('loses nothing while the password of IAM is rotated, and tokens expire', async () => {
    const phase = flow.begin('tokens expire');
    const { issued } = cloud;
    // Those of all four workers, twice.
    await vi.waitUntil(() => cloud.issued >= issued + 8, { timeout: 15_000 });
    expect(cloud.unauthorized).toBe(0);
    await expectNoLoss(phase);

    // Long enough for an operator between the change in IAM and that of the file: a token is renewed in the last fifth of its life.
    const changed = flow.begin('password rotated');
    cloud.tokenMs = 10_000;
    const before = cloud.issued;
    await vi.waitUntil(() => cloud.issued >= before + 4, { timeout: 10_000 });
    const password = 'Second-Passw0rd';
    cloud.password = password;
    await vi.waitUntil(() => cloud.rejected > 0, { timeout: 15_000 });
    write(passwordFile, password);
    await vi.waitUntil(() => (cloud.issuedFor[password] ?? 0) >= 4, { timeout: 15_000 });
    await expectNoLoss(changed);

    // IAM may end the tokens of the old password: a call that is rejected is sent again with a new token.
    const revoked = flow.begin('tokens revoked');
    cloud.revokeTokens();
    await vi.waitUntil(() => cloud.unauthorized > 0);
    await expectNoLoss(revoked);
  }, 60_000);

  test('ends with nothing wrong and nothing lost, but what was in flight at the kill', async () => {
    await flow.stop();
    console.info('The requests of the clients, from one event to the next:');
    console.table(tableOf(flow.phases));
    expect(flow.phases.flatMap(({ wrong }) => wrong)).toEqual([]);
    const lost = flow.phases.filter((phase) => phase.lost.length > 0);
    expect(lost.filter(({ event }) => event !== 'replica killed')).toEqual([]);
    // nginx has met the replicas that were killed and restarted.
    expect(flow.phases.reduce((sum, { retried }) => sum + retried, 0)).toBeGreaterThan(0);
    expect(await Promise.all(replicas.map((replica) => replica.stop()))).toEqual([0, 0]);
  });
});
