// Idle connections: they are kept for longer than a load balancer keeps them, and do not hold up the end.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { createHttpServer, listen } from '../../../src/server/http/server.ts';
import { Connections, drain } from '../../../src/server/process/graceful-shutdown.ts';
import { startApp } from '../../support/app.ts';
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
