// The limits of one caller: the time of an operation, requests at once, operations a minute. Beyond a limit a caller gets a Retry-After,
// and no other caller is affected.
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { detailAt } from '../../resources/repository/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { codesOf, startApp } from '../../support/app.ts';
import { goOn, setClocks, setWallClock, startClocks } from '../../support/clock.ts';
import { newFile } from '../../support/files.ts';
import { sendRequest } from '../../support/http-client.ts';
import { ACCESS_KEY, PASSWORD } from '../../support/upstreams/iam.ts';
import type { Script, UpstreamCall } from '../../support/upstreams/upstream.ts';

afterEach(() => {
  startClocks();
});

/** Every service responds with one row. */
const oneRow: Script = ({ path }) => {
  if (path === '/v2/images') return { body: { images: [imageRow()] } };
  if (path.startsWith('/v2/images/')) return { body: imageRow({ id: path.split('/').at(-1) }) };
  if (path.endsWith('/images/group')) return { body: { data: [imageGroupRow()], total: 1 } };
  if (path.endsWith('/shared-repositories')) return { headers: { 'content-range': '0-1/1' }, body: [sharedRow()] };
  return { body: detailAt(path) };
};

/** An upstream that holds some calls back, until they are released or aborted. */
function gate(isHeld: (call: UpstreamCall) => boolean) {
  const held: (() => void)[] = [];
  const given: ServerResponse[] = [];
  let isOpen = false;
  const script: Script = (call, response) => {
    if (isOpen || !isHeld(call)) return oneRow(call, response);
    response.once('close', () => {
      if (!response.writableFinished) given.push(response);
    });
    return new Promise((resolve) => held.push(() => resolve(oneRow(call, response))));
  };
  return {
    script,
    /** How many calls are held. */
    waiting: () => held.length,
    /** How many of them the server aborted. */
    givenUp: () => given.length,
    open() {
      isOpen = true;
      for (const letGo of held.splice(0)) letGo();
    },
  };
}

const IMAGES = '{ images(first: 1) { nodes { name } } }';
const DATA = { images: { nodes: [{ name: 'CentOS' }] } };

describe('the deadline', () => {
  const SHORT = { IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '150' };

  test('ends fields without a response, at their paths, and the others have their values', async () => {
    const { script, givenUp } = gate(({ path }) => path === '/v2/images');
    const app = await startApp({ upstream: script, settings: SHORT });
    const { data, errors } = await app.ask(`{
      repository(namespace: "group", name: "busybox") { size }
      imageGroups(first: 1) { nodes { name } }
      late: images(first: 1) { nodes { name } }
    }`);
    expect(data).toEqual({
      repository: { size: '2099575' },
      imageGroups: { nodes: [{ name: 'pytorch_1_8' }] },
      late: null,
    });
    expect(errors).toMatchObject([{ path: ['late'], extensions: { code: 'DEADLINE_EXCEEDED', service: 'ims' } }]);
    await vi.waitUntil(() => givenUp() === 1);
  });

  test('leaves rows that are there, and ends only what they still wait for', async () => {
    const { script, givenUp } = gate(({ path }) => path.includes('/repos/'));
    const app = await startApp({ upstream: script, settings: SHORT });
    const { data, errors } = await app.ask(
      '{ sharedRepositories(center: SELF, first: 1) { nodes { name repository { name creatorName } } } }',
    );
    const repository = { name: 'busybox', creatorName: null };
    expect(data).toEqual({ sharedRepositories: { nodes: [{ name: 'busybox', repository }] } });
    expect(errors).toMatchObject([
      {
        path: ['sharedRepositories', 'nodes', 0, 'repository', 'creatorName'],
        extensions: { code: 'DEADLINE_EXCEEDED', service: 'swr' },
      },
    ]);
    await vi.waitUntil(() => givenUp() === 1);
  });

  test('ends calls that wait for their turn before they are made, and their turns go to the next operation', async () => {
    const { script, givenUp } = gate(({ path }) => path.startsWith('/v2/images/'));
    const app = await startApp({ upstream: script, settings: { ...SHORT, IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '1' } });
    const { errors } = await app.ask(
      `{ a: image(imageId: "${imageId(1)}") { name } b: image(imageId: "${imageId(2)}") { name } }`,
    );
    expect(errors?.map(({ path, extensions }) => [path?.[0], extensions.code])).toEqual([
      ['a', 'DEADLINE_EXCEEDED'],
      ['b', 'DEADLINE_EXCEEDED'],
    ]);
    expect(app.targets()).toEqual([`/v2/images/${imageId(1)}`]);
    await vi.waitUntil(() => givenUp() === 1);
    expect((await app.ask(IMAGES)).data).toEqual(DATA);
  });

  test('ends what waits for the credentials of the server', async () => {
    const { script } = gate(({ path }) => path === '/v3/auth/tokens');
    const app = await startApp({ upstream: script, settings: { ...SHORT, ...PASSWORD } });
    expect(codesOf(await app.ask(IMAGES))).toEqual(['DEADLINE_EXCEEDED']);
    expect(app.targets()).toEqual(['/v3/auth/tokens']);
  });

  test('is that of each operation of a batch', async () => {
    const { script } = gate(({ path }) => path === '/v2/images');
    const app = await startApp({ upstream: script, settings: SHORT });
    const { batch = [] } = await app.send([
      { query: IMAGES },
      { query: '{ imageGroups(first: 1) { nodes { name } } }' },
    ]);
    expect(batch.map(codesOf)).toEqual([['DEADLINE_EXCEEDED'], []]);
  });
});

/** The app on a port over an upstream. */
async function serve(script: Script, settings: Record<string, string>) {
  // The tests count the calls of each operation.
  const unshared = { IMAGE_GRAPH_SHARE_CALLS: 'false', ...settings };
  const app = await startApp({ upstream: script, settings: unshared, over: 'http' });
  /** Sends an operation as the caller with this token. */
  const ask = (token: string, body: unknown = { query: IMAGES }, signal?: AbortSignal) =>
    app.send(body, { 'x-auth-token': token }, signal);
  return { ...app, ask };
}

describe('requests at once', () => {
  const TWO = { IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '2' };
  const all = () => true;

  test('beyond the limit are rejected, other callers are served, and responses make room', async () => {
    const { script, waiting, open } = gate(all);
    const { ask, upstream } = await serve(script, TWO);
    const running = [ask('a'), ask('a')];
    await vi.waitUntil(() => waiting() === 2);

    const { status, headers, errors, data } = await ask('a');
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('1');
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(data).toBeUndefined();
    expect(errors).toEqual([
      {
        message: 'More than 2 requests at once: wait for responses before sending further ones.',
        extensions: {
          code: 'RATE_LIMITED',
          service: null,
          retryAfter: 1,
          limit: { name: 'concurrentRequests', value: 3, max: 2 },
        },
      },
    ]);
    expect(upstream.calls).toHaveLength(2);

    const other = [ask('b'), ask('b')];
    await vi.waitUntil(() => waiting() === 4);
    expect((await ask('b')).status).toBe(429);
    open();
    for (const response of await Promise.all([...running, ...other])) expect(response.data).toEqual(DATA);
    expect((await Promise.all([ask('a'), ask('a')])).map(({ status: one }) => one)).toEqual([200, 200]);
  });

  test('make room when they end in an error or a rejection', async () => {
    const failing: Script = () => ({ status: 500, body: '' });
    const { ask, send } = await serve(failing, { ...TWO, IMAGE_GRAPH_MAX_BATCH: '2' });
    const bodies = [{ query: IMAGES }, { query: '{' }, { query: '{ nothing }' }, {}, [], [{}, {}, {}], null];
    for (const body of [...bodies, ...bodies, ...bodies]) expect((await ask('a', body)).status).not.toBe(429);
    for (const type of ['text/plain', 'text/plain', 'text/plain'])
      expect((await send({}, { 'x-auth-token': 'a', 'content-type': type })).status).toBe(415);
    expect((await ask('a')).status).toBe(200);
  });

  test('make room when their callers disconnect', async () => {
    const { script, waiting, givenUp, open } = gate(all);
    const { ask } = await serve(script, TWO);
    const caller = new AbortController();
    const running = [ask('a', undefined, caller.signal), ask('a', undefined, caller.signal)];
    await vi.waitUntil(() => waiting() === 2);
    expect((await ask('a')).status).toBe(429);
    caller.abort();
    expect((await Promise.allSettled(running)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await vi.waitUntil(() => givenUp() === 2);
    open();
    expect((await Promise.all([ask('a'), ask('a')])).map(({ data }) => data)).toEqual([DATA, DATA]);
  });

  test('make room when their deadline passes', async () => {
    const { script, open } = gate(all);
    const { ask } = await serve(script, { ...TWO, IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '100' });
    const late = await Promise.all([ask('a'), ask('a')]);
    expect(late.map(codesOf)).toEqual([['DEADLINE_EXCEEDED'], ['DEADLINE_EXCEEDED']]);
    open();
    expect((await Promise.all([ask('a'), ask('a')])).map(({ data }) => data)).toEqual([DATA, DATA]);
  });

  test('make room when a body that was promised never comes', async () => {
    const { ask, origin } = await serve(oneRow, TWO);
    const lines = ['POST /graphql HTTP/1.1', 'Host: localhost', 'X-Auth-Token: a', 'Content-Type: application/json'];
    const sockets = [1, 2].map(() => connect(Number(new URL(origin).port), '127.0.0.1'));
    for (const socket of sockets) socket.write(`${[...lines, 'Content-Length: 100'].join('\r\n')}\r\n\r\n{"query"`);
    await vi.waitUntil(async () => (await ask('a')).status === 429);
    for (const socket of sockets) socket.destroy();
    await vi.waitUntil(async () => (await ask('a')).status === 200);
  });

  test('make room for callers within the process too', async () => {
    const app = await startApp({ upstream: oneRow, settings: TWO });
    for (let count = 0; count < 5; count++) expect((await app.send({ query: IMAGES })).status).toBe(200);
  });

  test('count a batch once', async () => {
    const { ask } = await serve(oneRow, { IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '1' });
    const operation = { query: IMAGES };
    expect((await ask('a', [operation, operation, operation])).status).toBe(200);
  });
});

const NOTHING = { query: '{ __typename }' };

describe('operations a minute', () => {
  const limited = (max: number, settings: Record<string, string> = {}) =>
    startApp({ upstream: oneRow, settings: { IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: String(max), ...settings } });

  test('beyond the limit are rejected, with a Retry-After, without an upstream call', async () => {
    setClocks(12_345);
    const app = await limited(2);
    for (let count = 0; count < 2; count++) expect((await app.ask(IMAGES)).data).toEqual(DATA);
    app.targets();
    for (const accept of ['application/json', 'application/graphql-response+json', '*/*']) {
      const response = await app.send({ query: IMAGES }, { accept });
      expect(response.status).toBe(429);
      expect(response.headers.get('retry-after')).toBe('48');
      expect(response.headers.get('cache-control')).toBe('private, no-store');
      expect(response.errors).toEqual([
        {
          message: 'More than 2 operations in a minute: retry after 48 s.',
          extensions: {
            code: 'RATE_LIMITED',
            service: null,
            retryAfter: 48,
            limit: { name: 'requestsPerMinute', value: 3, max: 2 },
          },
        },
      ]);
    }
    const headers = { 'x-auth-token': 'test-token' };
    expect((await app.fetch(`${app.url}?query={__typename}`, { headers })).status).toBe(429);
    expect(app.targets()).toEqual([]);
  });

  /** Sends operations until one is rejected, waits for its Retry-After, and goes on, until five minutes of the clock had responses. */
  async function retryAfter(max: number, start: number): Promise<number[]> {
    setClocks(start);
    const app = await limited(max);
    /** Responses, by the minute of the clock. */
    const minutes = new Map<number, number>();
    for (let isFirst = true; minutes.size < 5; isFirst = false) {
      let count = 0;
      let response = await app.send(NOTHING);
      for (; response.status === 200; response = await app.send(NOTHING)) count++;
      const minute = Math.floor(Date.now() / 60_000);
      minutes.set(minute, (minutes.get(minute) ?? 0) + count);
      // After the wait an operation is executed.
      expect(count).toBeGreaterThanOrEqual(isFirst ? max : 1);
      const seconds = Number(response.headers.get('retry-after'));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(61);
      goOn(seconds * 1000);
    }
    return [...minutes.values()];
  }

  test.each([
    [1, 12_345],
    [2, 1],
    [3, 59_999],
    [10, 30_001],
    [60, 45_678],
  ])('of %i are allowed again after Retry-After, over many minutes', async (max, start) => {
    for (const count of await retryAfter(max, start)) expect(count).toBeLessThanOrEqual(max);
  });

  test.each([
    [1, 0],
    [2, 20_000],
    [10, 59_000],
  ])('of %i are allowed again after Retry-After where that ends with a minute', async (max, start) => {
    for (const count of await retryAfter(max, start)) expect(count).toBeLessThanOrEqual(max);
  });

  test('are full again only as the last minute fades', async () => {
    setClocks(59_000);
    const app = await limited(60);
    const allowed = async () => {
      let count = 0;
      while ((await app.send(NOTHING)).status === 200) count++;
      return count;
    };
    expect(await allowed()).toBe(60);
    setClocks(60_500);
    expect(await allowed()).toBe(1);
    setClocks(90_500);
    expect(await allowed()).toBe(30);
    setClocks(3 * 60_000);
    expect(await allowed()).toBeLessThanOrEqual(60);
    setClocks(10 * 60_000);
    expect(await allowed()).toBe(60);
  });

  test('are allowed again after Retry-After though the wall clock is set back, and not before though it is set forward', async () => {
    setClocks(12_345);
    const app = await limited(2);
    for (let count = 0; count < 2; count++) await app.send(NOTHING);
    setWallClock(86_400_000);
    expect((await app.send(NOTHING)).headers.get('retry-after')).toBe('48');
    setWallClock(-2 * 86_400_000);
    goOn(48_000);
    expect((await app.send(NOTHING)).status).toBe(200);
  });

  test('that are rejected do not count', async () => {
    setClocks(12_345);
    const app = await limited(1);
    expect((await app.send(NOTHING)).status).toBe(200);
    for (let count = 0; count < 20; count++) expect((await app.send(NOTHING)).headers.get('retry-after')).toBe('48');
    setClocks(60_345);
    expect((await app.send(NOTHING)).status).toBe(200);
  });

  test('of a batch count one by one', async () => {
    setClocks(12_345);
    const app = await limited(3);
    const batch = async () => {
      const { batch = [] } = await app.send([NOTHING, NOTHING]);
      return batch.map(codesOf);
    };
    expect(await batch()).toEqual([[], []]);
    expect(await batch()).toEqual([[], ['RATE_LIMITED']]);
    expect((await app.send(NOTHING)).status).toBe(429);
  });

  test('that are wrong count as well', async () => {
    setClocks(12_345);
    const app = await limited(3);
    for (const query of ['{', '{ nothing }', '{ images(first: 1000) { nodes { originalImage { id } } } }'])
      expect((await app.send({ query })).status).toBe(400);
    expect((await app.send(NOTHING)).status).toBe(429);
  });

  test('are those of one token', async () => {
    setClocks(12_345);
    const app = await limited(1);
    const ask = async (token: string) => (await app.send(NOTHING, { 'x-auth-token': token })).status;
    expect([await ask('a'), await ask('a'), await ask('b'), await ask('b'), await ask('a')]).toEqual([
      200, 429, 200, 429, 429,
    ]);
  });

  test('are those of one API key, with any token', async () => {
    const [first, second] = [createApiKey('first'), createApiKey('second')];
    setClocks(12_345);
    const app = await limited(1, { IMAGE_GRAPH_API_KEYS_FILE: newFile(`${first.line}\n${second.line}\n`) });
    const ask = async (key: string, token: string) =>
      (await app.send(NOTHING, { 'x-api-key': key, 'x-auth-token': token })).status;
    expect([await ask(first.key, 'a'), await ask(first.key, 'b'), await ask(second.key, 'a')]).toEqual([200, 429, 200]);
    expect((await app.send(NOTHING, { authorization: `Bearer ${second.key}` })).status).toBe(429);
    // A rejected request uses up nothing.
    expect(await ask('igk_other', 'a')).toBe(401);
  });

  test('are those of one address, where requests have no credentials', async () => {
    setClocks(12_345);
    const app = await serve(oneRow, { IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1' });
    const headers = ['Content-Type', 'application/json', 'Accept', 'application/graphql-response+json'];
    const body = JSON.stringify(NOTHING);
    const ask = async (from: string) => (await sendRequest(app, { method: 'POST', headers, body, from })).status;
    expect([await ask('127.0.0.1'), await ask('127.0.0.1'), await ask('127.0.0.2'), await ask('127.0.0.2')]).toEqual([
      200, 429, 200, 429,
    ]);
  });

  test('are those of one address, where tokens are not used, with any token', async () => {
    setClocks(12_345);
    const app = await startApp({
      upstream: oneRow,
      settings: { ...ACCESS_KEY, IMAGE_GRAPH_ALLOW_ANONYMOUS: 'true', IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1' },
      over: 'http',
      token: null,
    });
    const statuses = [(await app.send(NOTHING)).status];
    for (const token of ['a', 'b']) statuses.push((await app.send(NOTHING, { 'x-auth-token': token })).status);
    expect(statuses).toEqual([200, 429, 429]);
  });
});
