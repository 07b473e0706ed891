// What bodies may take: memory by their bytes alone, nothing before it is known who asks, and all of them together a bound.
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { startApp } from '../../support/app.ts';
import { newFile } from '../../support/files.ts';
import { sendRequest } from '../../support/http-client.ts';
import { addressIn, run } from '../../support/processes/command.ts';
import { AUDIENCE, ISSUER, makeKey, sign } from '../../support/upstreams/identity-provider.ts';
import { startUpstream } from '../../support/upstreams/upstream.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const BODY = JSON.stringify({ query: QUERY });
const TYPE = 'Content-Type: application/json\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n\r\n';
/** A text in chunks of one byte. */
const inBytes = (text: string) => [...text].map((byte) => `1\r\n${byte}\r\n`).join('');

/** A connection that sends what it is given, and keeps what it receives. */
function open(origin: string) {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.on('error', () => {});
  const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  const responds = () => vi.waitFor(() => expect(statuses()).not.toEqual([]), 8_000);
  return { socket, statuses, responds, received: () => received };
}

test('an operation in chunks of one byte gets its response', async () => {
  const app = await startApp({ upstream: oneImage, over: 'http' });
  for (const bytes of [inBytes(BODY), inBytes(BODY + ' '.repeat(100_000))]) {
    const { socket, responds, received } = open(app.origin);
    socket.write(`POST /graphql HTTP/1.1\r\nHost: x\r\nX-Auth-Token: token\r\n${TYPE}${CHUNKED}${bytes}0\r\n\r\n`);
    await responds();
    expect(received()).toContain(JSON.stringify(RESPONSE));
  }
});

test('operations in chunks of one byte that come at once get their responses, and so do those that are rejected', async () => {
  const key = createApiKey('caller');
  const app = await startApp({
    upstream: oneImage,
    over: 'http',
    settings: { IMAGE_GRAPH_API_KEYS_FILE: newFile(`${key.line}\n`) },
  });
  const bytes = inBytes(BODY + ' '.repeat(10_000));
  const rest = `${TYPE}${CHUNKED}${bytes}0\r\n\r\n`;
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nX-Auth-Token: token\r\n`;
  const clients = Array.from({ length: 20 }, (_, n) => {
    const client = open(app.origin);
    client.socket.write(`${head}${n % 2 === 0 ? `X-API-Key: ${key.key}\r\n` : ''}${rest}`);
    return { ...client, status: n % 2 === 0 ? 200 : 401 };
  });
  for (const { responds, statuses, status } of clients) {
    await responds();
    expect(statuses()).toEqual([status]);
  }
  // The connections can be used again.
  for (const { socket, statuses, status } of clients) {
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await vi.waitFor(() => expect(statuses()).toEqual([status, 200]), 8_000);
  }
});

describe('a caller that waits with its body', () => {
  const key = createApiKey('caller');
  const keys = { IMAGE_GRAPH_API_KEYS_FILE: () => newFile(`${key.line}\n`) };
  const small = { IMAGE_GRAPH_MAX_BODY_BYTES: '1000' };

  test.each<[title: string, head: string, status: number, settings?: Record<string, string | (() => string)>]>([
    ['without an API key', 'POST /graphql', 401, keys],
    ['without the secret of the router', 'POST /graphql', 401, { IMAGE_GRAPH_ROUTER_SECRET: 'secret' }],
    ['of another path', 'POST /x', 404],
    ['of a status path', 'POST /health', 200],
    ['whose body is too large', 'POST /graphql', 413, small],
    ['whose body is too large, by PUT', 'PUT /graphql', 413, small],
    ['whose body is too large, by GET', 'GET /graphql?query={__typename}', 413, small],
  ])('gets its response and no 100: %s', async (_title, head, status, settings = {}) => {
    const made = Object.entries(settings).map(([name, value]) => [name, typeof value === 'string' ? value : value()]);
    const app = await startApp({ upstream: oneImage, over: 'http', settings: Object.fromEntries(made) });
    for (const more of ['Expect: 100-continue\r\n', 'Expect: 100-Continue\r\nConnection: close\r\n', '']) {
      const { socket, statuses, responds } = open(app.origin);
      socket.write(`${head} HTTP/1.1\r\nHost: x\r\n${TYPE}${more}Content-Length: 2000\r\n\r\n`);
      await responds();
      expect(statuses()).toEqual([status]);
    }
  });

  test('gets 100 once it is authenticated', async () => {
    const app = await startApp({
      upstream: oneImage,
      over: 'http',
      settings: { IMAGE_GRAPH_API_KEYS_FILE: newFile(`${key.line}\n`) },
    });
    for (const version of ['1.1', '1.0']) {
      const { socket, statuses, responds } = open(app.origin);
      const head = `X-Api-Key: ${key.key}\r\nX-Auth-Token: token\r\nExpect: 100-continue\r\n`;
      socket.write(`POST /graphql HTTP/${version}\r\nHost: x\r\n${TYPE}${head}Content-Length: ${BODY.length}\r\n\r\n`);
      if (version === '1.1') await responds();
      socket.write(BODY);
      await vi.waitFor(() => expect(statuses()).toEqual(version === '1.1' ? [100, 200] : [200]));
    }
  });
});

describe('bodies that have arrived in part', () => {
  const total = 40_000;
  const start = (settings: Record<string, string> = {}) =>
    startApp({
      upstream: oneImage,
      over: 'http',
      settings: { IMAGE_GRAPH_MAX_TOTAL_BODY_BYTES: String(total), IMAGE_GRAPH_MAX_BODY_BYTES: '20000', ...settings },
    });
  const post = (caller: string, more = '') =>
    `POST /graphql HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${caller}\r\n${TYPE}${more}`;

  test.each(['Content-Length: 15000\r\n\r\n', CHUNKED])(
    'take no more than a bound, nor those of one caller: %j',
    async (form) => {
      const app = await start();
      const send = (caller: string, bytes: number) => {
        const connection = open(app.origin);
        const text = ' '.repeat(bytes);
        connection.socket.write(post(caller, form) + (form === CHUNKED ? inBytes(text) : text));
        return connection;
      };
      const errorOf = async ({ responds, received }: ReturnType<typeof open>) => {
        await responds();
        const [head = '', body = ''] = received().split('\r\n\r\n');
        const { code, limit } = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)).errors[0]
          .extensions;
        return [head.slice(9, 12), /retry-after: 1/i.test(head), code, limit?.name, limit?.max];
      };
      // A quarter each: others lose nothing by a caller that sends more.
      const waiting = [send('a', 4_000), send('a', 5_000)];
      expect(await errorOf(send('a', 2_000))).toEqual(['429', true, 'RATE_LIMITED', 'totalBodyBytes', 10_000]);
      for (const caller of ['b', 'c', 'd']) waiting.push(send(caller, 10_000));
      // A declared length is not counted, only what has come: another caller has 1,000 bytes left.
      const fifth = send('e', 500);
      expect(await errorOf(send('f', 600))).toEqual(['503', true, 'OVERLOADED', undefined, undefined]);
      expect(waiting.map(({ statuses }) => statuses())).toEqual(waiting.map(() => []));
      // What a caller had is free as soon as it is gone.
      waiting[2]?.socket.destroy();
      const { headers, body } = {
        headers: ['X-Auth-Token', 'g', 'Content-Type', 'application/json'],
        body: BODY.padEnd(9_000),
      };
      await vi.waitFor(async () => {
        const response = await sendRequest(app, { method: 'POST', headers, body });
        expect([response.status, JSON.parse(response.body)]).toEqual([200, RESPONSE]);
      }, 5_000);
      // Again and again: parsed bodies hold nothing.
      for (let count = 0; count < 10; count++)
        expect((await sendRequest(app, { method: 'POST', headers, body })).status).toBe(200);
      expect(fifth.statuses()).toEqual([]);
      expect(app.log).toEqual([]);
    },
  );

  test('count decompressed, too', async () => {
    const app = await start();
    const headers = ['X-Auth-Token', 'a', 'Content-Type', 'application/json', 'Content-Encoding', 'gzip'];
    const send = (bytes: number) => sendRequest(app, { method: 'POST', headers, body: gzipSync(BODY.padEnd(bytes)) });
    for (let count = 0; count < 10; count++) expect((await send(9_000)).status).toBe(200);
    const { status, headers: received, body } = await send(12_000);
    expect([status, received['retry-after'], JSON.parse(body).errors[0].extensions.limit.name]).toEqual([
      429,
      '1',
      'totalBodyBytes',
    ]);
    expect((await send(9_000)).status).toBe(200);
  });

  test('are given back where the client has gone while its caller was authenticated', async () => {
    const key = await makeKey('ES256', 'key');
    let publish = () => {};
    const published = new Promise<void>((resolve) => (publish = resolve));
    const provider = await startUpstream(async () => {
      await published;
      return { body: { keys: [key.jwk] } };
    });
    onTestFinished(provider.close);
    const app = await start({
      IMAGE_GRAPH_JWT_ISSUER: ISSUER,
      IMAGE_GRAPH_JWT_AUDIENCE: AUDIENCE,
      IMAGE_GRAPH_JWT_JWKS_URL: `${provider.url}/keys`,
    });
    const head = `X-Auth-Token: token\r\nAuthorization: Bearer ${await sign(key)}\r\n`;
    const text = BODY.padEnd(2_000);
    const whole = `POST /graphql HTTP/1.1\r\nHost: x\r\n${head}${TYPE}Content-Length: 2000\r\n\r\n${text}`;
    const gone = [whole, whole.slice(0, -10), whole.replace(TYPE, ''), whole.replace('POST', 'PUT').slice(0, -10)];
    const sockets = [...gone, ...gone].map((bytes) => {
      const { socket } = open(app.origin);
      socket.write(bytes);
      return socket;
    });
    await vi.waitFor(() => expect(provider.calls).toHaveLength(1));
    await wait(100);
    for (const [index, socket] of sockets.entries()) index < gone.length ? socket.resetAndDestroy() : socket.end();
    await wait(100);
    publish();
    const body = BODY.padEnd(9_500);
    const headers = ['X-Auth-Token', 'token', 'Authorization', `Bearer ${await sign(key)}`];
    await vi.waitFor(async () => {
      const sent = { method: 'POST', headers: [...headers, 'Content-Type', 'application/json'], body };
      expect((await sendRequest(app, sent)).status).toBe(200);
    }, 5_000);
    expect(app.log).toEqual([]);
  });

  test('are not counted where nothing reads them', async () => {
    const app = await start();
    for (let count = 0; count < 20; count++)
      for (const method of ['GET', 'PUT', 'POST']) {
        const body = ' '.repeat(9_000);
        const path = method === 'GET' ? `/graphql?query=${encodeURIComponent(QUERY)}` : '/graphql';
        const { status } = await sendRequest(app, { method, path, headers: ['X-Auth-Token', 'a'], body });
        expect(status).toBe({ GET: 200, PUT: 405, POST: 415 }[method]);
      }
  });
});

describe.runIf(existsSync('/proc/self/status'))(
  'bodies in chunks of one byte take memory for their bytes alone',
  () => {
    const peakOf = (pid: number | undefined) =>
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
    const CONNECTIONS = 16;
    const BYTES = 100_000;

    test.each<[title: string, settings: Record<string, string>, line: string]>([
      ['of operations', {}, 'POST /graphql'],
      ['by PUT', {}, 'PUT /graphql'],
      // The key set is never told.
      ['while the caller is authenticated', { IMAGE_GRAPH_JWT_JWKS_URL: '' }, 'POST /graphql'],
    ])('%s', { timeout: 60_000 }, async (_title, settings, line) => {
      const given: Record<string, string> = { PORT: '0', IMAGE_GRAPH_SANDBOX: 'true', ...settings };
      let authorization = '';
      if ('IMAGE_GRAPH_JWT_JWKS_URL' in settings) {
        // The keys never come.
        const provider = await startUpstream(() => undefined);
        onTestFinished(() => provider.close());
        given.IMAGE_GRAPH_JWT_ISSUER = ISSUER;
        given.IMAGE_GRAPH_JWT_AUDIENCE = AUDIENCE;
        given.IMAGE_GRAPH_JWT_JWKS_URL = provider.url;
        authorization = `Authorization: Bearer ${await sign(await makeKey('ES256', 'key-1'))}\r\n`;
      }
      const server = run(given);
      const { origin } = new URL(addressIn(await server.says('open http')));
      const before = peakOf(server.child.pid);
      const chunks = Buffer.from(inBytes(' '.repeat(10_000)));
      const send = (socket: Socket) =>
        new Promise<void>((resolve) => {
          let left = BYTES / 10_000;
          const sendOn = () => (left-- > 0 && socket.writable ? socket.write(chunks, sendOn) : resolve());
          // What the server does not read cannot be sent.
          socket.setTimeout(1_500, resolve);
          socket.once('close', resolve);
          socket.write(`${line} HTTP/1.1\r\nHost: localhost\r\n${TYPE}${authorization}${CHUNKED}`);
          sendOn();
        });
      const sockets = Array.from({ length: CONNECTIONS }, () => open(origin).socket);
      await Promise.all(sockets.map(send));
      // What the system still has is read meanwhile.
      await wait(500);
      const response = await fetch(`${origin}/health`);
      expect(response.status).toBe(200);
      // Twice the bytes, and the garbage of a young heap. Kept one by one they take 400 MB.
      expect(peakOf(server.child.pid) - before).toBeLessThan(2 * CONNECTIONS * BYTES + 150 * 1024 * 1024);
    });
  },
);
