// How connections end: late requests get 408, clients that send no more get their responses, and what comes after a response is bounded.
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import type { Script } from '../../support/upstreams/upstream.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const ORIGIN = 'https://app.example';
const START = 'POST /graphql HTTP/1.1\r\n';
const HEADERS = `Host: x\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\nX-Auth-Token: token\r\n`;
const BODY = JSON.stringify({ query: QUERY });
const LENGTH = `Content-Length: ${BODY.length}\r\n\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n\r\n';
const WHOLE = START + HEADERS + LENGTH + BODY;

/** A connection to an app: what it has received, a byte a character, until the server closes it. */
function open({ origin }: TestApp) {
  const socket = connect({ port: Number(new URL(origin).port), host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const end = Promise.race([new Promise((resolve) => socket.once('end', resolve)), closed]).then(() => received);
  return { socket, end, closed, received: () => received };
}

/** Sends it a byte at a time, again and again, until the connection ends. */
async function drip(socket: Socket, text: string) {
  for (let at = 0; socket.writable; at++) {
    socket.write(text[at % text.length] ?? '');
    await wait(20);
  }
}

const statusesOf = (received: string) =>
  [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
const startSlow = (settings: Record<string, string> = {}, upstream: Script = oneImage) =>
  startApp({
    upstream,
    over: 'http',
    settings: { IMAGE_GRAPH_RECEIVE_TIMEOUT_MS: '150', IMAGE_GRAPH_CORS_ORIGINS: ORIGIN, ...settings },
  });

/** A response after so many milliseconds. */
const delayed =
  (milliseconds: number): Script =>
  async (call, response) => {
    await wait(milliseconds);
    return oneImage(call, response);
  };

describe('a request that has not arrived in time gets 408', () => {
  /** What is sent, and what goes on to come. */
  const parts: [title: string, sent: string, more: string, hasHead?: boolean][] = [
    ['nothing', '', '\r\n'],
    ['half a request line', 'POST /gra', 'a'],
    ['half the headers', `${START}Host: x\r\n`, 'X-A: b\r\n'],
    ['half a header', `${START}Host`, 'a'],
    ['half a body', START + HEADERS + LENGTH + BODY.slice(0, 5), ' ', true],
    ['a head without its body', START + HEADERS + LENGTH, ' ', true],
    ['a chunked body without end', `${START + HEADERS + CHUNKED}1\r\n{\r\n`, '1\r\n \r\n', true],
    ['half a chunk', `${START + HEADERS + CHUNKED}ff\r\n{`, ' ', true],
    ['trailers without end', `${START + HEADERS + CHUNKED}0\r\n`, 'X-A: b\r\n', true],
    ['a body by PUT', `PUT /graphql HTTP/1.1\r\n${HEADERS}${LENGTH}`, ' ', true],
    ['a body by GET', `GET /graphql?query={__typename} HTTP/1.1\r\n${HEADERS}${LENGTH}`, ' ', true],
  ];
  /** Such a body never ends, though it has a length. */
  const endless = (text: string) => text.replace(LENGTH, 'Content-Length: 900000\r\n\r\n');

  test('also where bytes drip, on a new connection and on one that was used', async () => {
    const app = await startSlow();
    const send = async (
      [title, sent, more, hasHead = false]: (typeof parts)[number],
      isUsed: boolean,
      drips: boolean,
    ) => {
      const { socket, end, received } = open(app);
      if (isUsed) {
        socket.write(WHOLE);
        await vi.waitFor(() => expect(received()).toContain('CentOS'), 4_000);
        // It may be idle: the time of its next request begins with that.
        await wait(200);
      }
      socket.write(endless(sent));
      if (drips) void drip(socket, more);
      await end;
      const head = received().slice(received().lastIndexOf('HTTP/1.1')).toLowerCase();
      const has = (line: string) => head.includes(`\r\n${line}`);
      expect([
        ...[title, isUsed, drips],
        statusesOf(received()),
        ...[has('cache-control: private, no-store\r\n'), has('connection: close\r\n')],
        ...[has(`access-control-allow-origin: ${ORIGIN}\r\n`), has('x-request-id: ')],
      ]).toEqual([...[title, isUsed, drips], isUsed ? [200, 408] : [408], true, true, hasHead, hasHead]);
    };
    const sendAll = async (part: (typeof parts)[number]) => {
      // A connection that was used may stay idle.
      const isIdle = part[1] === '';
      const ways = [[false, false], [false, true], ...(isIdle ? [] : [[true, false]]), [true, true]] as const;
      await Promise.all(ways.map(([isUsed = false, drips = false]) => send(part, isUsed, drips)));
    };
    await Promise.all(parts.map(sendAll));
    expect(app.log).toEqual([]);
  });

  test('but not while an operation is executed, however long it takes', async () => {
    const app = await startSlow({}, delayed(600));
    const [alone, followed] = [open(app), open(app)];
    alone.socket.write(WHOLE);
    followed.socket.write(`${WHOLE}${START}Host`);
    expect(statusesOf(await followed.end)).toEqual([200, 408]);
    expect(followed.received()).toContain(JSON.stringify(RESPONSE));
    expect(statusesOf(alone.received())).toEqual([200]);
    expect(alone.socket.readableEnded).toBe(false);
  });
});

test('a body that goes on after the response ends the connection, without a second response', async () => {
  const requests: [sent: string, status: number, settings?: Record<string, string>][] = [
    [`POST /x HTTP/1.1\r\n${HEADERS}`, 404],
    [`POST /health HTTP/1.1\r\n${HEADERS}`, 200],
    [`OPTIONS /graphql HTTP/1.1\r\n${HEADERS}`, 204],
    [START + HEADERS, 401, { IMAGE_GRAPH_ROUTER_SECRET: 'secret' }],
    [`${START + HEADERS}Connection: close\r\n`, 401, { IMAGE_GRAPH_ROUTER_SECRET: 'secret' }],
  ];
  const sendAll = async (timeout: string) => {
    for (const [sent, status, settings] of requests) {
      const app = await startSlow({ ...settings, IMAGE_GRAPH_RECEIVE_TIMEOUT_MS: timeout });
      for (const body of ['Content-Length: 900000\r\n\r\n', CHUNKED]) {
        const { socket, closed, received } = open(app);
        socket.write(sent + body);
        void drip(socket, '1\r\n \r\n');
        ends.push(closed.then(() => expect(statusesOf(received())).toEqual([status])));
      }
    }
  };
  const ends: Promise<void>[] = [];
  for (const timeout of ['500', '30000']) await sendAll(timeout);
  await Promise.all(ends);
});

test('a body that ends soon after its response leaves the connection as it was', async () => {
  const app = await startSlow({ IMAGE_GRAPH_RECEIVE_TIMEOUT_MS: '30000' });
  const { socket, received } = open(app);
  socket.write(`POST /x HTTP/1.1\r\n${HEADERS}Content-Length: 100\r\n\r\n`);
  await vi.waitFor(() => expect(statusesOf(received())).toEqual([404]), 4_000);
  await wait(200);
  socket.write('x'.repeat(100) + WHOLE);
  await vi.waitFor(() => expect(statusesOf(received())).toEqual([404, 200]), 4_000);
});

test('a client that sends its body before it reads gets the response to its head', async () => {
  const app = await startSlow({ IMAGE_GRAPH_ROUTER_SECRET: 'secret', IMAGE_GRAPH_RECEIVE_TIMEOUT_MS: '30000' });
  for (const connection of ['close', 'keep-alive']) {
    const { socket, received } = open(app);
    socket.pause();
    socket.write(`${START + HEADERS}Connection: ${connection}\r\nContent-Length: 900000\r\n\r\n`);
    for (let sent = 0; sent < 900_000; sent += 100_000) {
      await wait(20);
      socket.write(Buffer.alloc(100_000));
    }
    socket.resume();
    await vi.waitFor(() => expect(statusesOf(received())).toEqual([401]), 4_000);
  }
});

describe('a client that sends no more', () => {
  const get = `GET /graphql?query=${encodeURIComponent(QUERY)} HTTP/1.1\r\n${HEADERS}\r\n`;
  const chunked = `${START + HEADERS + CHUNKED}${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
  const old = (request: string) => request.replace('HTTP/1.1', 'HTTP/1.0');

  test.each<[title: string, sent: string, responses: number]>([
    ['a POST', WHOLE, 1],
    ['a chunked POST', chunked, 1],
    ['a GET', get, 1],
    ['a POST of HTTP/1.0', old(WHOLE), 1],
    ['a GET of HTTP/1.0', old(get), 1],
    ['two requests', WHOLE + get, 2],
    ['a request that closes', WHOLE.replace('Host', 'Connection: close\r\nHost'), 1],
    ['a path without an upstream', `GET /health HTTP/1.1\r\n${HEADERS}\r\n`, 1],
  ])('after %s gets its responses', async (_title, sent, responses) => {
    const send = async (milliseconds: number) => {
      const app = await startApp({ upstream: delayed(milliseconds), over: 'http' });
      const { socket, end } = open(app);
      socket.end(sent);
      const statuses = statusesOf(await end);
      expect(statuses.filter((status) => status !== 102)).toEqual(Array(responses).fill(200));
      // Interim responses come in front of a late one alone, and HTTP/1.0 has none.
      const isAsked = milliseconds === 500 && !sent.includes('1.0') && !sent.includes('/health');
      expect(statuses.includes(102)).toBe(isAsked);
    };
    await Promise.all([0, 500].map(send));
  });

  test('after a request and half another one gets the response to the first, and 400', async () => {
    const app = await startApp({ upstream: delayed(30), over: 'http' });
    const { socket, end } = open(app);
    socket.end(`${WHOLE}${START}Host`);
    expect(statusesOf(await end)).toEqual([200, 400]);
  });

  test('has its calls aborted where it has closed the connection', async () => {
    const aborted = vi.fn();
    const app = await startApp({
      upstream: (_call, response) => void response.once('close', aborted),
      over: 'http',
      settings: { IMAGE_GRAPH_SHARE_CALLS: 'false' },
    });
    for (const sent of [WHOLE, get, WHOLE + get]) {
      const { socket } = open(app);
      socket.write(sent);
      const calls = sent === WHOLE + get ? 2 : 1;
      await vi.waitFor(() => expect(app.upstream.calls).toHaveLength(calls), 4_000);
      socket.destroy();
      await vi.waitFor(() => expect(aborted).toHaveBeenCalledTimes(calls), 4_000);
      app.calls();
      aborted.mockClear();
    }
  });
});

test('of many requests on one connection some are handled at once, and all get their responses in order', async () => {
  const held: (() => void)[] = [];
  const app = await startApp({
    upstream: async (call, response) => {
      await new Promise<void>((resolve) => held.push(resolve));
      return oneImage(call, response);
    },
    over: 'http',
    settings: { IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '60000', IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '60000' },
  });
  const { socket, received } = open(app);
  const requests = Array.from({ length: 300 }, (_, n) =>
    WHOLE.replace('X-Auth-Token: token', `X-Auth-Token: token-${n}\r\nX-Request-Id: id-${n}`),
  );
  socket.write(requests.join(''));
  socket.write(`GET /health HTTP/1.1\r\n${HEADERS}X-Request-Id: id-300\r\n\r\n`);
  await vi.waitFor(() => expect(held).toHaveLength(100));
  await wait(100);
  expect(held).toHaveLength(100);
  const timer = setInterval(() => {
    for (const release of held.splice(0)) release();
  }, 1);
  onTestFinished(() => clearInterval(timer));
  await vi.waitFor(() => expect(statusesOf(received())).toHaveLength(301), 10_000);
  const ids = [...received().matchAll(/x-request-id: id-(\d+)/gi)].map(([, id]) => Number(id));
  expect(ids).toEqual(Array.from({ length: 301 }, (_, n) => n));
});
