// The limits of callers, operations and bodies on the fast path, for documents that are known; and that a client that leaves, at whatever
// stage, leaves nothing behind.
import { existsSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { queryObjects } from 'node:v8';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { ResultSender } from '../../../src/server/fast/result-sender.ts';
import { Session } from '../../../src/upstream/session.ts';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { detailAt } from '../../resources/repository/kind.ts';
import { type AppOptions, codesOf, NO_LOG, startApp, type TestApp } from '../../support/app.ts';
import { goOn, setClocks, startClocks } from '../../support/clock.ts';
import { newFile } from '../../support/files.ts';
import { REDIS, startRedis } from '../../support/processes/redis.ts';
import { openSlowClient, postBytes } from '../../support/slow-client.ts';
import {
  AUDIENCE,
  goodClaims,
  ISSUER,
  makeKey,
  now,
  sign,
  startIdentityProvider,
} from '../../support/upstreams/identity-provider.ts';
import { type Script, startUpstream } from '../../support/upstreams/upstream.ts';

/** How many results the fast path has sent: they are sent as they are. */
let sent = () => 0;
beforeEach(() => {
  const spy = vi.spyOn(ResultSender.prototype, 'send');
  sent = () => spy.mock.calls.length;
});
afterEach(() => {
  vi.mocked(ResultSender.prototype.send).mockRestore();
  startClocks();
});

/** An upstream that holds its calls back while it is closed. */
function gate() {
  const held: (() => void)[] = [];
  const aborted: ServerResponse[] = [];
  let isOpen = true;
  const rows: Script = ({ path, query }) => {
    if (path.startsWith('/v2/images/')) return { body: imageRow({ id: path.split('/').at(-1) }) };
    if (path.startsWith('/v2/manage/')) return { body: detailAt(path) };
    const count = query.has('marker') ? 0 : Math.min(Number(query.get('limit') ?? 25), 500);
    const images = Array.from({ length: count }, (_, n) =>
      imageRow({ id: imageId(n), __description: 'x'.repeat(1024) }),
    );
    return { body: { images } };
  };
  const script: Script = (call, response) => {
    if (isOpen) return rows(call, response);
    response.once('close', () => {
      if (!response.writableFinished) aborted.push(response);
    });
    return new Promise((resolve) => held.push(() => resolve(rows(call, response))));
  };
  return {
    script,
    waiting: () => held.length,
    aborted: () => aborted.length,
    close: () => {
      isOpen = false;
    },
    open: () => {
      isOpen = true;
      for (const letGo of held.splice(0)) letGo();
    },
  };
}

const QUERY = `{ image(imageId: "${imageId(1)}") { name } }`;
const LIST = 'query ($first: Int) { images(first: $first) { nodes { name description } } }';
/** Its response is larger than what systems keep for a connection. */
const LARGE = `query ($first: Int) { images(first: $first) { nodes { ${Array.from({ length: 50 }, (_, n) => `a${n}: description`).join(' ')} } } }`;

/** A server that knows these documents. */
async function start(options: AppOptions, headers: Record<string, string> = {}): Promise<TestApp> {
  // The calls of operations that run at once are counted.
  const settings = { IMAGE_GRAPH_COMPILE_AFTER: '2', IMAGE_GRAPH_SHARE_CALLS: 'false', ...options.settings };
  const app = await startApp({ over: 'http', ...options, settings });
  for (const query of [QUERY, LIST, LARGE]) await app.send({ query, variables: { first: 1 } }, headers);
  app.calls();
  return app;
}

/** What `act` resolves to, which the fast path has executed `times` times. */
async function fast<Value>(act: () => Promise<Value>, times = 1): Promise<Value> {
  const before = sent();
  const value = await act();
  expect(sent() - before).toBe(times);
  return value;
}

describe('a caller', () => {
  test('has so many operations in a minute, each of which counts once', async () => {
    setClocks(12_345);
    const app = await start({ upstream: gate().script, settings: { IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '5' } });
    for (let count = 0; count < 2; count++) expect((await fast(() => app.send({ query: QUERY }))).status).toBe(200);
    for (let count = 0; count < 3; count++) {
      const response = await fast(() => app.send({ query: QUERY }), 0);
      expect([response.status, response.headers.get('retry-after'), codesOf(response)]).toEqual([
        429,
        '48',
        ['RATE_LIMITED'],
      ]);
    }
    expect(app.calls()).toHaveLength(2);
    expect((await fast(() => app.send({ query: QUERY }, { 'x-auth-token': 'other' }))).status).toBe(200);
    goOn(60_000);
    expect((await fast(() => app.send({ query: QUERY }))).status).toBe(200);
  });

  test.runIf(existsSync(REDIS))('has so many of several processes, counted in Redis', async () => {
    setClocks(12_345);
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const settings = { IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '10', IMAGE_GRAPH_REDIS_URL: redis.url };
    const apps = [
      await start({ upstream: gate().script, settings }),
      await start({ upstream: gate().script, settings }),
    ];
    const statuses: number[] = [];
    for (let turn = 0; turn < 4; turn++)
      for (const app of apps) statuses.push((await app.send({ query: QUERY })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429, 429, 429]);
    expect(sent()).toBe(4);
  });

  test('has so many requests at once', async () => {
    const cloud = gate();
    const app = await start({ upstream: cloud.script, settings: { IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '2' } });
    cloud.close();
    const running = [app.send({ query: QUERY }), app.send({ query: QUERY })];
    await vi.waitUntil(() => cloud.waiting() === 2, 4_000);
    const third = await app.send({ query: QUERY });
    expect([third.status, third.errors?.[0]?.extensions.limit]).toEqual([
      429,
      { name: 'concurrentRequests', value: 3, max: 2 },
    ]);
    cloud.open();
    for (const { status } of await Promise.all(running)) expect(status).toBe(200);
    const both = await fast(() => Promise.all([app.send({ query: QUERY }), app.send({ query: QUERY })]), 2);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('has no key any more once its line is not in the file', async () => {
    const { key, line } = createApiKey('caller');
    const file = newFile(`${line}\n`);
    const headers = { 'x-api-key': key };
    const app = await start({ upstream: gate().script, settings: { IMAGE_GRAPH_API_KEYS_FILE: file } }, headers);
    expect((await fast(() => app.send({ query: QUERY }, headers))).status).toBe(200);
    app.calls();
    writeFileSync(file, `${createApiKey('caller').line}\n`);
    const response = await fast(() => app.send({ query: QUERY }, headers), 0);
    expect([response.status, response.headers.get('www-authenticate'), codesOf(response)]).toEqual([
      401,
      'Bearer',
      ['UNAUTHENTICATED'],
    ]);
    expect(app.calls()).toEqual([]);
  });

  test('has no token any more once it has expired', async () => {
    const provider = await startIdentityProvider(await makeKey('ES256', 'key'));
    onTestFinished(provider.close);
    const key = await makeKey('ES256', 'key');
    provider.publish(key);
    const headers = { authorization: `Bearer ${await sign(key, { ...goodClaims(), exp: now() + 100 })}` };
    const app = await start({ upstream: gate().script, settings: provider.settings }, headers);
    expect((await fast(() => app.send({ query: QUERY }, headers))).status).toBe(200);
    app.calls();
    setClocks(0);
    expect((await fast(() => app.send({ query: QUERY }, headers), 0)).status).toBe(401);
    expect(app.calls()).toEqual([]);
  });
});

test('an unexpected error before the operation is a 500, and the server goes on', async () => {
  const key = await makeKey('ES256', 'key');
  const provider = await startIdentityProvider(key);
  onTestFinished(provider.close);
  provider.respondWith({ status: 500 });
  const log: string[] = [];
  // The log cannot take its first line.
  const error = (line: string) => {
    if (log.push(line) === 1) throw new Error('the disk is full');
  };
  const logger = { ...NO_LOG, error };
  const app = await startApp({ upstream: gate().script, over: 'http', settings: provider.settings, logger });
  const headers = { authorization: `Bearer ${await sign(key)}` };
  const response = await app.send({ query: QUERY }, headers);
  expect([response.status, response.errors]).toEqual([
    500,
    [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  ]);
  expect(log).toHaveLength(2);
  expect((await app.send({ query: QUERY }, headers)).status).toBe(503);
  provider.publish(key);
  await vi.waitFor(async () => expect((await app.send({ query: QUERY }, headers)).status).toBe(200), 8_000);
});

describe('an operation', () => {
  test('ends at its deadline, and its calls with it', async () => {
    const cloud = gate();
    const app = await start({ upstream: cloud.script, settings: { IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '150' } });
    cloud.close();
    expect(codesOf(await fast(() => app.send({ query: QUERY })))).toEqual(['DEADLINE_EXCEEDED']);
    await vi.waitUntil(() => cloud.aborted() === 1, 4_000);
    expect(app.memoryUsed()).toBe(0);
  });

  test('holds its body until it is parsed', async () => {
    const cloud = gate();
    const settings = { IMAGE_GRAPH_MAX_BODY_BYTES: '4000', IMAGE_GRAPH_MAX_TOTAL_BODY_BYTES: '16000' };
    const app = await start({ upstream: cloud.script, settings });
    cloud.close();
    // Together they are more than the share of a caller.
    const running = [1, 2, 3].map(() => app.send({ query: QUERY, extra: 'x'.repeat(3000) }));
    await vi.waitUntil(() => cloud.waiting() === 3, 5000);
    cloud.open();
    for (const { status } of await Promise.all(running)) expect(status).toBe(200);
  });

  test('is rejected while its service is full', async () => {
    const cloud = gate();
    const settings = { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '1', IMAGE_GRAPH_MAX_WAITING_QUERIES: '1' };
    const app = await start({ upstream: cloud.script, settings });
    cloud.close();
    const running = [app.send({ query: QUERY })];
    await vi.waitUntil(() => cloud.waiting() === 1, 4_000);
    running.push(app.send({ query: LIST }));
    const full = await vi.waitUntil(async () => {
      const response = await app.send({ query: QUERY }, {}, AbortSignal.timeout(300)).catch(() => undefined);
      return response?.status === 503 && response;
    }, 5000);
    expect([codesOf(full), full.headers.get('retry-after')]).toEqual([['OVERLOADED'], '1']);
    cloud.open();
    for (const { status } of await Promise.all(running)) expect(status).toBe(200);
  });

  test.each<[limit: string, settings: Record<string, string>, body: object]>([
    ['nodes', { IMAGE_GRAPH_MAX_NODES: '100' }, { query: LIST, variables: { first: 101 } }],
    ['values', { IMAGE_GRAPH_MAX_VALUES: '100' }, { query: LIST, variables: { first: 60 } }],
    ['rowsRead', { IMAGE_GRAPH_MAX_ROWS_READ: '100' }, { query: LIST, variables: { first: 200 } }],
    ['variables', { IMAGE_GRAPH_MAX_LIST_LENGTH: '1' }, { query: LIST, variables: { extra: Array(41).fill(0) } }],
    ['bodyBytes', { IMAGE_GRAPH_MAX_BODY_BYTES: '2000' }, { query: LIST, extra: 'x'.repeat(2000) }],
  ])('is rejected beyond its limit by later variables: %s', async (name, settings, body) => {
    const app = await start({ upstream: gate().script, settings });
    expect((await fast(() => app.send({ query: LIST, variables: { first: 1 } }))).status).toBe(200);
    app.calls();
    for (let turn = 0; turn < 2; turn++) {
      const { errors } = await fast(() => app.send(body), 0);
      expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX', limit: { name } } }]);
    }
    expect(app.calls()).toEqual([]);
    expect((await fast(() => app.send({ query: LIST, variables: { first: 1 } }))).status).toBe(200);
  });

  const FILTERED =
    'query ($first: Int, $filter: ImageFilter, $r: [_Any!]!) { images(first: $first, filter: $filter) { nodes { name } } _entities(representations: $r) { __typename } }';

  test.each(['filter', 'first', 'r'])('with variables of any depth gets its error: %s', async (name) => {
    const app = await start({ upstream: gate().script });
    const known = { query: FILTERED, variables: { first: 1, r: [] } };
    expect(codesOf(await app.send(known))).toEqual([]);
    for (const depth of [100, 2_000, 9_900])
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        const value = `${open.repeat(depth)}1${close.repeat(depth)}`;
        const others = Object.entries({ ...known.variables, [name]: undefined }).filter(
          ([, other]) => other !== undefined,
        );
        const rest = others.map(([key, other]) => `${JSON.stringify(key)}:${JSON.stringify(other)},`).join('');
        const body = `{"query":${JSON.stringify(FILTERED)},"variables":{${rest}"${name}":${value}}}`;
        const response = await app.send(body, {}, AbortSignal.timeout(5_000));
        expect(codesOf(response).every((code) => code === 'BAD_USER_INPUT' || code === 'QUERY_TOO_COMPLEX')).toBe(true);
        expect(codesOf(response)).not.toEqual([]);
      }
    expect(codesOf(await fast(() => app.send(known)))).toEqual([]);
    expect(app.log).toEqual([]);
  });

  test('leaves nothing but its response while that is read', { timeout: 20_000 }, async () => {
    const app = await start({ upstream: gate().script });
    const client = await fast(async () => {
      const reading = await openSlowClient(app.origin, postBytes({ query: LARGE, variables: { first: 500 } }));
      await reading.readFirst();
      return reading;
    });
    onTestFinished(() => void client.socket.destroy());
    expect(app.memoryUsed()).toBe(0);
    expect(queryObjects(Session)).toBe(0);
  });
});

/** Connects, and sends bytes. */
function sendTo(origin: string, bytes: Uint8Array | string): Socket {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes);
  return socket;
}

describe('a client that leaves', () => {
  const whole = postBytes({ query: QUERY }).toString();
  /** One request at once, and one body of this size: what is left behind keeps the next request out. */
  const ONE = {
    IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '1',
    IMAGE_GRAPH_MAX_BODY_BYTES: '4000',
    IMAGE_GRAPH_MAX_TOTAL_BODY_BYTES: '16000',
  };

  /** The next request of the caller is executed, by the fast path, and nothing is held for others. */
  async function expectNothingLeft(app: TestApp, headers: Record<string, string> = {}) {
    await vi.waitUntil(async () => (await app.send({ query: QUERY }, headers)).status === 200, 5000);
    expect((await fast(() => app.send({ query: QUERY, extra: 'x'.repeat(3000) }, headers))).status).toBe(200);
    expect(app.memoryUsed()).toBe(0);
    expect(app.log).toEqual([]);
  }

  const large = postBytes({ query: QUERY, extra: 'x'.repeat(3700) });
  test.each<[stage: string, bytes: Uint8Array | string]>([
    ['in the head', whole.slice(0, 40)],
    ['before the body', whole.slice(0, whole.indexOf('\r\n\r\n') + 4)],
    ['in the body', whole.slice(0, -5)],
    ['in a large body', large.subarray(0, 3800)],
    [
      'in a chunk',
      whole.replace(/content-length: \d+/, 'transfer-encoding: chunked').replace('\r\n\r\n', '\r\n\r\n40\r\n'),
    ],
  ])('%s holds nothing', async (_stage, bytes) => {
    const app = await start({ upstream: gate().script, settings: ONE });
    for (let turn = 0; turn < 5; turn++) {
      const socket = sendTo(app.origin, bytes);
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (turn % 2 === 0) socket.destroy();
      else socket.resetAndDestroy();
      await vi.waitUntil(async () => (await app.send({ query: QUERY })).status === 200, 5000);
    }
    await expectNothingLeft(app);
  });

  test.each(['by a reset', 'by a close'])(
    'while it is authenticated makes no call and holds nothing: %s',
    async (how) => {
      const key = await makeKey('ES256', 'key');
      const held: (() => void)[] = [];
      let isOpen = false;
      const keys = { body: { keys: [key.jwk] } };
      const provider = await startUpstream(() =>
        isOpen ? keys : new Promise((resolve) => held.push(() => resolve(keys))),
      );
      onTestFinished(provider.close);
      const settings = {
        ...ONE,
        IMAGE_GRAPH_JWT_ISSUER: ISSUER,
        IMAGE_GRAPH_JWT_AUDIENCE: AUDIENCE,
        IMAGE_GRAPH_JWT_JWKS_URL: `${provider.url}/keys`,
        IMAGE_GRAPH_COMPILE_AFTER: '1',
      };
      const headers = { authorization: `Bearer ${await sign(key)}` };
      const app = await startApp({ upstream: gate().script, over: 'http', settings });
      const sockets = [1, 2, 3].map(() => sendTo(app.origin, postBytes({ query: QUERY }, headers)));
      await vi.waitUntil(() => held.length > 0, 4_000);
      for (const socket of sockets) {
        if (how === 'by a reset') socket.resetAndDestroy();
        else socket.destroy();
        await new Promise((resolve) => socket.once('close', resolve));
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      isOpen = true;
      for (const letGo of held) letGo();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(app.calls()).toEqual([]);
      await expectNothingLeft(app, headers);
    },
  );

  test.each(['by a reset', 'by a close', 'at once'])('during upstream calls has them aborted: %s', async (how) => {
    const cloud = gate();
    const app = await start({ upstream: cloud.script, settings: ONE });
    cloud.close();
    for (let turn = 1; turn <= 3; turn++) {
      const socket = sendTo(app.origin, postBytes({ query: QUERY }));
      await vi.waitUntil(() => cloud.waiting() === turn, 4_000);
      if (how === 'by a reset') socket.resetAndDestroy();
      else if (how === 'by a close') socket.end();
      else socket.destroy();
      if (how === 'by a close') setTimeout(() => socket.destroy(), 50);
      await vi.waitUntil(() => cloud.aborted() === turn, 5000);
    }
    cloud.open();
    await expectNothingLeft(app);
  });

  test('during a large response holds none of its bytes', { timeout: 20_000 }, async () => {
    const app = await start({
      upstream: gate().script,
      settings: { ...ONE, IMAGE_GRAPH_MAX_TOTAL_RESPONSE_BYTES: '80000000' },
    });
    for (let turn = 0; turn < 3; turn++) {
      const body = { query: LARGE, variables: { first: 500 } };
      const client = await fast(async () => {
        const reading = await openSlowClient(
          app.origin,
          postBytes(body, turn === 1 ? { 'accept-encoding': 'gzip' } : {}),
        );
        await reading.readFirst();
        return reading;
      });
      expect((await app.send({ query: QUERY })).status === 429 || turn === 1).toBe(true);
      client.socket.resetAndDestroy();
      await vi.waitUntil(async () => (await app.send({ query: QUERY })).status === 200, 5000);
    }
    // A third of what the caller may have is free, and so is the rest.
    expect(codesOf(await app.send({ query: LARGE, variables: { first: 500 } }))).toEqual([]);
    await expectNothingLeft(app);
  });
});

describe('the cost of a known document', () => {
  const DOCUMENTS: readonly (readonly [query: string, values: Readonly<Record<string, readonly string[]>>])[] = [
    [
      'query ($first: Int, $last: Int, $after: String, $before: String, $filter: ImageFilter, $isLong: Boolean = true) { images(first: $first, last: $last, after: $after, before: $before, filter: $filter) { nodes { name description @include(if: $isLong) } pageInfo { hasNextPage } } }',
      {
        first: ['0', '1', '5', '40', '41', '1000', '-1', '1e999', 'null', '"1"', '1.0', '1.5', '{}'],
        last: ['1', '40', '1e999', 'null'],
        after: ['"nonsense"', '""', 'null', '1'],
        before: ['"nonsense"', '""', 'null'],
        filter: [
          '{}',
          'null',
          '{"name":"a"}',
          '{"name":1}',
          '{"createdAt":{"gte":"2021-01-01T00:00:00Z","lt":"2022-01-01T00:00:00Z"}}',
          '{"createdAt":{"gte":"never","lt":"2022-01-01T00:00:00Z"}}',
          '{"minDisk":1e999}',
          '{"minDisk":null}',
          '{"tags":["a","b","c"]}',
          '[]',
        ],
        isLong: ['true', 'false', 'null', '1'],
      },
    ],
    [
      'query ($first: Int, $name: String, $from: DateTime, $to: DateTime) { images(first: $first, filter: { name: $name, createdAt: { gte: $from, lt: $to } }) { nodes { name } } }',
      {
        first: ['1', '10', '41', 'null'],
        name: ['"a"', '""', 'null', '1', '"CentOS"'],
        from: ['"2021-01-01T00:00:00Z"', '"never"', 'null', '""'],
        to: ['"2022-01-01T00:00:00Z"', '"never"', 'null', '1'],
      },
    ],
    [
      `query ($type: String!, $text: String!) { _entities(representations: [{ __typename: $type, imageId: "${imageId(1)}", namespace: "group", name: $text }]) { __typename ... on Image { name } ... on Repository { size } } }`,
      {
        type: ['"Image"', '"Repository"', '"Nothing"', '""', '1', 'null'],
        text: ['"busybox"', '""', '"a/../b"'],
      },
    ],
    [
      'query ($r: [_Any!]!, $name: String!) { _entities(representations: $r) { __typename } repository(namespace: "group", name: $name) { size } }',
      {
        r: [
          '[]',
          `[{"__typename":"Image","imageId":"${imageId(1)}"}]`,
          '[{"__typename":"Repository","namespace":"group","name":"busybox"}]',
          '[1,2,3,4,5,6]',
          '[1e999]',
          '[null]',
          'null',
          '{}',
        ],
        name: ['"busybox"', '""', '1', 'null'],
      },
    ],
    [
      'query ($__proto__: ImageFilter, $constructor: Int, $toString: String) { images(first: $constructor, filter: $__proto__, after: $toString) { nodes { name } } }',
      {
        __proto__: ['{}', 'null', '{"name":"a"}'],
        constructor: ['1', '41', 'null'],
        toString: ['"a"', '""', 'null'],
      } as never,
    ],
  ];

  test('is that of a new one, whatever was sent before it', { timeout: 60_000 }, async () => {
    const settings = {
      IMAGE_GRAPH_MAX_NODES: '40',
      IMAGE_GRAPH_MAX_UPSTREAM_CALLS: '5',
      IMAGE_GRAPH_MAX_ROWS_READ: '5000',
    };
    const app = await startApp({ upstream: gate().script, over: 'http', settings });
    let number = 0;
    const variables = fc
      .constantFrom(...DOCUMENTS.map(([query, values]) => [query, Object.entries(values)] as const))
      .chain(([query, values]) =>
        fc
          .tuple(
            ...values.map(([name, texts]) =>
              fc.option(fc.constantFrom(...texts), { freq: 3 }).map((text) => [name, text]),
            ),
          )
          .map((given) => ({
            query,
            text: `{${given.flatMap(([name, text]) => (text === null ? [] : [`"${name}":${text}`])).join()}}`,
          })),
      );
    const outcome = async (query: string, text: string, extensions = '') => {
      const body = `{"query":${JSON.stringify(query)},"variables":${text}${extensions}}`;
      const { status, data, errors, extensions: more } = await app.send(body);
      return { status, data, errors, cost: more?.cost };
    };
    const REPORT = ',"extensions":{"cost":true}';
    await fc.assert(
      fc.asyncProperty(variables, async ({ query, text }) => {
        const fresh = `${query} # ${number++}`;
        const known = await outcome(query, text);
        const reported = await outcome(query, text, REPORT);
        const anew = await outcome(fresh, text, REPORT);
        expect(reported).toEqual(anew);
        // Without the report on request.
        const isTooCostly = known.cost !== undefined;
        expect(known).toEqual(isTooCostly ? anew : { ...anew, cost: undefined });
      }),
      { numRuns: 250, seed: 7, endOnFailure: true },
    );
    expect(sent()).toBeGreaterThan(50);
    expect(app.log).toEqual([]);
  });

  test('holds nothing of the variables', { timeout: 30_000 }, async () => {
    const app = await startApp({ upstream: gate().script, over: 'http' });
    const query =
      'query ($first: Int, $name: String!) { images(first: $first) { nodes { name } } repository(namespace: "group", name: $name) { size } }';
    const used = () => {
      // What counts has kept the requests; to look for objects collects all others.
      vi.mocked(ResultSender.prototype.send).mockClear();
      queryObjects(Session);
      return process.memoryUsage().heapUsed;
    };
    for (const first of [1, 2]) await app.send({ query, variables: { first, name: 'a' } });
    const before = used();
    for (let first = 3; first < 20; first++)
      expect(codesOf(await app.send({ query, variables: { first, name: 'x'.repeat(900_000) } }))).toEqual([
        'BAD_USER_INPUT',
      ]);
    // A third of them.
    expect(used() - before).toBeLessThan(6_000_000);
  });
});
