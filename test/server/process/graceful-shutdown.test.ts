// The end of the process: health and readiness, graceful shutdown on signals, and the end after an unexpected error.
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { messagesIn } from '../../support/processes/command.ts';
import { deadEndpoint } from '../../support/upstreams/dead-endpoint.ts';
import { keptConnections, QUERY, RESPONSE, send, startServer } from './server-process.ts';

const readyOf = async (origin: string) => {
  const response = await fetch(`${origin}/ready`);
  return { status: response.status, body: await response.json(), cache: response.headers.get('cache-control') };
};

/** What the log of a server says of its end. */
const drainLines = (stdout: string) =>
  messagesIn(stdout)
    .slice(1)
    .filter((message) => !message.startsWith('Uncaught exception'));

test('/health and /ready make no upstream call and need no secret: a dead cloud does not drain the server', async () => {
  const { origin, upstream } = await startServer({
    IMAGE_GRAPH_ROUTER_SECRET: 'r0uterS3cret',
    IMAGE_GRAPH_IMS_ENDPOINT: await deadEndpoint(),
  });
  for (const path of ['/health', '/health?probe=1']) expect((await fetch(`${origin}${path}`)).status).toBe(200);
  expect(await readyOf(origin)).toEqual({
    status: 200,
    body: { status: 'ready', circuits: { swr: 'closed', ims: 'closed' } },
    cache: 'private, no-store',
  });
  expect(upstream.calls).toEqual([]);
});

test('on SIGTERM it is not ready, requests in flight get responses with Connection: close, and it ends with 0', async () => {
  const { server, url, origin, upstream, release } = await startServer({ IMAGE_GRAPH_DRAIN_DELAY_MS: '1000' });
  const agent = keptConnections();
  const inFlight = send(url, agent, QUERY);
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), 4000);
  server.child.kill('SIGTERM');
  await vi.waitFor(async () =>
    expect(await readyOf(origin)).toMatchObject({ status: 503, body: { status: 'draining' } }),
  );
  expect((await fetch(`${origin}/health`)).status).toBe(200);
  release();
  const { status, headers, body } = await inFlight;
  expect([status, headers.connection, body]).toEqual([200, 'close', RESPONSE]);
  const { code, stdout } = await server.ends();
  expect(code).toBe(0);
  expect(drainLines(stdout)).toEqual([
    'Draining: 1 request in flight, new ones are accepted for another 1 s.',
    'Drained: no request was cut off.',
  ]);
});

test('for a while after SIGTERM requests are still served, on old connections and on new ones', async () => {
  const { server, url, origin } = await startServer({ IMAGE_GRAPH_DRAIN_DELAY_MS: '1000' }, false);
  const agent = keptConnections();
  expect((await send(url, agent, QUERY)).headers.connection).toBe('keep-alive');
  server.child.kill('SIGTERM');
  await vi.waitFor(async () => expect((await readyOf(origin)).status).toBe(503), 4000);
  for (const connections of [agent, keptConnections()]) {
    const { status, headers, body } = await send(url, connections, QUERY);
    expect([status, headers.connection, body]).toEqual([200, 'close', RESPONSE]);
  }
  expect((await server.ends()).code).toBe(0);
});

test('connections that are idle, or were never used, do not hold up the end', async () => {
  // The time that it would take to wait for them is longer than a test may take.
  const { server, url } = await startServer({ IMAGE_GRAPH_DRAIN_TIMEOUT_MS: '60000' }, false);
  await send(url, keptConnections(), QUERY);
  const unused = connect(Number(new URL(url).port), '127.0.0.1');
  await once(unused, 'connect');
  server.child.kill('SIGTERM');
  expect((await server.ends()).code).toBe(0);
});

test('a request that does not end is aborted at the end of the drain time', async () => {
  const { server, url, upstream } = await startServer({ IMAGE_GRAPH_DRAIN_TIMEOUT_MS: '100' });
  const inFlight = send(url, keptConnections(), QUERY).catch((error: NodeJS.ErrnoException) => error.code);
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), 4000);
  server.child.kill('SIGTERM');
  const { code, stdout } = await server.ends();
  expect(code).toBe(0);
  expect(await inFlight).toBe('ECONNRESET');
  expect(drainLines(stdout)).toEqual([
    'Draining: 1 request in flight, new ones are accepted for another 0.2 s.',
    'The port is closed: 1 request in flight may take another 0.1 s.',
    'Drained: 1 request cut off.',
  ]);
});

test('SIGINT ends it without the delay', async () => {
  const { server } = await startServer({ IMAGE_GRAPH_DRAIN_DELAY_MS: '60000' });
  server.child.kill('SIGINT');
  expect((await server.ends()).code).toBe(0);
});

/** Runs this code on SIGUSR2. */
const onSigusr2 = (code: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`process.on("SIGUSR2",()=>{${code}})`)}`,
});

test.each([
  ['an uncaught exception', 'throw new Error("boom")'],
  ['an unhandled rejection', 'Promise.reject(new Error("boom"))'],
])('%s is logged; requests in flight are served, and the process ends with 1', async (_title, fault) => {
  const { server, url, upstream, release } = await startServer(onSigusr2(fault));
  const inFlight = send(url, keptConnections(), QUERY);
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), 4000);
  server.child.kill('SIGUSR2');
  expect(await server.says('boom')).toContain('Uncaught exception, shutting down: Error: boom');
  release();
  expect((await inFlight).body).toEqual(RESPONSE);
  expect((await server.ends()).code).toBe(1);
});

test.each([
  ['SIGUSR2', 'boom', 'SIGINT', 1],
  ['SIGUSR2', 'boom', 'SIGTERM', 1],
  ['SIGTERM', 'Draining', 'SIGUSR2', 1],
  ['SIGTERM', 'Draining', 'SIGINT', 0],
] as const)('after %s it drains once, whatever follows', async (first, sign, second, exitCode) => {
  const { server } = await startServer({
    IMAGE_GRAPH_DRAIN_DELAY_MS: '1000',
    ...onSigusr2('throw new Error("boom")'),
  });
  server.child.kill(first);
  await server.says(sign);
  server.child.kill(second);
  const { code, stdout } = await server.ends();
  expect(code).toBe(exitCode);
  expect(drainLines(stdout)).toEqual([
    'Draining: 0 requests in flight, new ones are accepted for another 1 s.',
    'Drained: no request was cut off.',
  ]);
});

test('a log pipe that is closed does not end it', async () => {
  // An open circuit is logged.
  const { server, url } = await startServer({
    IMAGE_GRAPH_SWR_ENDPOINT: await deadEndpoint(),
    IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1',
  });
  for (const stream of [server.child.stdout, server.child.stderr]) stream?.destroy();
  const asked = (n: number) => JSON.stringify({ query: `{ repository(namespace: "group", name: "r${n}") { size } }` });
  for (let n = 0; n < 25; n++) await send(url, keptConnections(), asked(n));
  expect((await send(url, keptConnections(), asked(0))).status).toBe(200);
  server.child.kill('SIGTERM');
  await once(server.child, 'exit');
  expect(server.child.exitCode).toBe(0);
});
