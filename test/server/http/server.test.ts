// Connections: idle ones are kept for longer than a load balancer keeps them, and do not hold up the end; a body that cannot be parsed gets a
// response.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { createHttpServer, listen } from '../../../src/server/http/server.ts';
import { Connections, drain } from '../../../src/server/process/graceful-shutdown.ts';
import { startApp } from '../../support/app.ts';
import { requestBytes, sendBytes } from '../../support/raw-http.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const TIMEOUT = 'IMAGE_GRAPH_KEEP_ALIVE_TIMEOUT_MS';

/** Sends an operation over a kept connection. Shape: the response, and the port that it was sent from. */
async function send(url: string, agent: Agent) {
  const headers = { 'content-type': 'application/json', 'x-auth-token': 'test-token' };
  const sent = request(url, { method: 'POST', agent, headers }).end(JSON.stringify({ query: QUERY }));
  const [response] = await once(sent, 'response');
  const { localPort } = response.socket;
  return { headers: response.headers, body: JSON.parse(await text(response)), port: localPort as number };
}

function keptConnection(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

test.each<[settings: Record<string, string>, seconds: number]>([
  [{}, 125],
  [{ [TIMEOUT]: '620000' }, 620],
  [{ [TIMEOUT]: '1000' }, 1],
])('with %j idle connections are kept for %i s', async (settings, seconds) => {
  const app = await startApp({ upstream: oneImage, over: 'http', settings });
  const { headers } = await send(app.url, keptConnection());
  expect([headers.connection, headers['keep-alive']]).toEqual(['keep-alive', `timeout=${seconds}`]);
  const server = createHttpServer(() => {}, loadConfig(settings));
  expect(server.keepAliveTimeout).toBe(seconds * 1000);
});

test('a connection is used again after 7 s', { timeout: 20_000 }, async () => {
  const app = await startApp({ upstream: oneImage, over: 'http' });
  const agent = keptConnection();
  const first = await send(app.url, agent);
  await wait(7000);
  const second = await send(app.url, agent);
  expect([second.body, second.port]).toEqual([RESPONSE, first.port]);
});

test('a drain closes idle connections at once, however long they may be idle', async () => {
  const server = createHttpServer((_request, response) => response.end('{}'), { keepAliveTimeoutMs: 3_600_000 });
  const connections = new Connections(server);
  const origin = await listen(server, 0, '127.0.0.1');
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  const closed = once(socket, 'close');
  socket.resume();
  // The test would time out before this drain does.
  await drain(connections, { delayMs: 0, timeoutMs: 600_000 }, () => {});
  await closed;
});

describe('a request that cannot be parsed', () => {
  const ORIGIN = 'https://app.example';
  const start = () => startApp({ upstream: oneImage, over: 'http', settings: { IMAGE_GRAPH_CORS_ORIGINS: ORIGIN } });
  const chunked = (chunks: string) =>
    `POST /graphql HTTP/1.1\r\nHost: x\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`;

  test.each<[title: string, chunks: string, status: number]>([
    ['a size that is not a number', 'zz\r\n', 400],
    ['a malformed chunk after a good one', '1\r\n{\r\nzz\r\n', 400],
    ['a chunk that is longer than it says', '1\r\n{}\r\n', 400],
    ['a long extension of a chunk', `1;${'a'.repeat(20_000)}\r\n`, 413],
    ['long trailers', `0\r\nX: ${'a'.repeat(80_000)}\r\n`, 431],
  ])('in its body gets a response that a page of a listed origin reads: %s', async (_title, chunks, status) => {
    const app = await start();
    const [head = '', body] = (await sendBytes(app.origin, Buffer.from(chunked(chunks)))).split('\r\n\r\n');
    expect([head.slice(0, 12), body]).toEqual([`HTTP/1.1 ${status}`, '']);
    expect(head.toLowerCase()).toContain(`\r\naccess-control-allow-origin: ${ORIGIN}\r\n`);
    expect(head.toLowerCase()).toMatch(/\r\nx-request-id: [\w-]+\r\n/);
    expect(app.log).toEqual([]);
  });

  test.each<[title: string, more: string, statuses: string[]]>([
    ['no HTTP', 'GARBAGE\r\n\r\n', ['200', '400']],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ['200', '400']],
    ['long headers', `GET / HTTP/1.1\r\nX: ${'a'.repeat(80_000)}`, ['200', '431']],
    ['a malformed body', chunked('zz\r\n'), ['200', '400']],
    [
      'another request and no HTTP',
      `GET /health HTTP/1.1\r\nHost: x\r\n\r\n${'x'.repeat(1_000_000)}`,
      ['200', '200', '400'],
    ],
  ])('gets its response after that to the request before it: %s', async (_title, more, statuses) => {
    const app = await start();
    const first = String(
      Buffer.from(requestBytes('POST /graphql HTTP/1.1', ['X-Auth-Token: token'], JSON.stringify({ query: QUERY }))),
    );
    const statusesOf = async (request: string) =>
      [...(await sendBytes(app.origin, Buffer.from(request + more))).matchAll(/HTTP\/1\.1 (\d+)/g)].map(
        ([, one]) => one,
      );
    expect(await statusesOf(first.replace('Connection: close', 'Connection: keep-alive'))).toEqual(statuses);
    // After a request that is the last one, there is no other.
    expect(await statusesOf(first)).toEqual(['200']);
  });

  test.each(['GARBAGE\r\n\r\n', chunked('zz\r\n')])(
    'closes its connection, though the client does not: %j',
    async (bytes) => {
      const server = createHttpServer(() => {});
      const origin = await listen(server, 0, '127.0.0.1');
      const socket = connect({ port: Number(new URL(origin).port), host: '127.0.0.1', allowHalfOpen: true }).resume();
      onTestFinished(() => void socket.destroy());
      socket.write(bytes);
      await once(socket, 'end');
      const open = () => promisify(server.getConnections.bind(server))();
      await vi.waitFor(async () => expect(await open()).toBe(0), 10_000);
      server.close();
    },
  );
});
