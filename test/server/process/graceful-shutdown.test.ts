// The life of the process: its health and readiness, graceful shutdown, and workers on one port.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { takenPort } from '../../support/listen.ts';
import { addressIn, type Command, run } from '../../support/processes/command.ts';
import { deadEndpoint } from '../../support/upstreams/dead-endpoint.ts';
import { type Script, startUpstream } from '../../support/upstreams/upstream.ts';

const QUERY = JSON.stringify({ query: '{ sharedRepositories(center: SELF) { nodes { id } } }' });
const RESPONSE = { data: { sharedRepositories: { nodes: [] } } };

interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** Sends a request over the kept connections of `agent`. */
function send(url: string, agent: Agent, body?: string): Promise<Received> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-auth-token': 'test-token' };
    request(url, { agent, headers, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      const { statusCode: status, headers } = response;
      json(response).then(
        (value) => resolve({ status, headers, body: value }),
        () => resolve({ status, headers, body: undefined }),
      );
    })
      .once('error', reject)
      .end(body);
  });
}

const keptConnections = () => {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  return agent;
};

/** The server on an upstream that holds its responses back until they are released. */
async function startServer(settings: Record<string, string> = {}, isHeld = true) {
  const held: (() => void)[] = [];
  let holds = isHeld;
  const script: Script = async () => {
    if (holds) await new Promise<void>((resolve) => held.push(resolve));
    return { body: [] };
  };
  const upstream = await startUpstream(script);
  onTestFinished(() => upstream.close());
  const short = { IMAGE_GRAPH_DRAIN_DELAY_MS: '200' };
  const server = run({ PORT: '0', IMAGE_GRAPH_SWR_ENDPOINT: upstream.url, ...short, ...settings });
  const url = addressIn(await server.says('open http'));
  const release = () => {
    holds = false;
    for (const respond of held.splice(0)) respond();
  };
  return { server, url, origin: new URL(url).origin, upstream, release };
}

const readyOf = async (origin: string) => {
  const response = await fetch(`${origin}/ready`);
  return { status: response.status, body: await response.json(), cache: response.headers.get('cache-control') };
};

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
  expect((await server.ends()).code).toBe(0);
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
  expect((await server.ends()).code).toBe(0);
  expect(await inFlight).toBe('ECONNRESET');
});

test('SIGINT ends it without the delay', async () => {
  const { server } = await startServer({ IMAGE_GRAPH_DRAIN_DELAY_MS: '60000' });
  server.child.kill('SIGINT');
  expect((await server.ends()).code).toBe(0);
});

test.each([
  ['an uncaught exception', 'throw new Error("boom")'],
  ['an unhandled rejection', 'Promise.reject(new Error("boom"))'],
])('%s is logged; requests in flight are served, and the process ends with 1', async (_title, fault) => {
  const { server, url, upstream, release } = await startServer({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`process.on("SIGUSR2",()=>{${fault}})`)}`,
  });
  const inFlight = send(url, keptConnections(), QUERY);
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), 4000);
  server.child.kill('SIGUSR2');
  expect(await server.says('boom')).toContain('Uncaught exception, shutting down: Error: boom');
  release();
  expect((await inFlight).body).toEqual(RESPONSE);
  expect((await server.ends()).code).toBe(1);
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

/** Milliseconds that a test may take in which processes are started one after the other. */
const STARTS = 30_000;

/** The ids of the workers that have reported that they are ready. */
const workersIn = (output: string) => [...output.matchAll(/Worker (\d+) is ready/g)].map(([, id]) => Number(id));

const isAlive = (id: number) => {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
};

/** Waits until so many workers have reported that they are ready. */
async function workersOf(server: Command, count: number): Promise<number[]> {
  const ids = async () => workersIn(await server.says('Worker'));
  await vi.waitFor(async () => expect(await ids()).toHaveLength(count), 20_000);
  return ids();
}

test('two workers serve one port; one that is killed is replaced, and all end with the first process', {
  timeout: STARTS,
}, async () => {
  const { server, url } = await startServer({ IMAGE_GRAPH_WORKERS: '2' }, false);
  const [first = 0, second = 0] = await workersOf(server, 2);
  expect((await send(url, keptConnections(), QUERY)).body).toEqual(RESPONSE);
  process.kill(first, 'SIGKILL');
  const [, , third = 0] = await workersOf(server, 3);
  expect(await server.says('is replaced')).toContain(`Worker ${first} has ended (SIGKILL) and is replaced.\n`);
  for (let n = 0; n < 4; n++) expect((await send(url, keptConnections(), QUERY)).body).toEqual(RESPONSE);
  server.child.kill('SIGTERM');
  expect((await server.ends()).code).toBe(0);
  expect([first, second, third].map(isAlive)).toEqual([false, false, false]);
});

test('a worker that gets SIGTERM serves its requests, and is replaced', { timeout: STARTS }, async () => {
  const { server, url, upstream, release } = await startServer({ IMAGE_GRAPH_WORKERS: '2' });
  const workers = await workersOf(server, 2);
  const responses = Array.from({ length: 6 }, () => send(url, keptConnections(), QUERY));
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(6), 4000);
  process.kill(workers[0] as number, 'SIGTERM');
  release();
  for (const response of responses) expect((await response).body).toEqual(RESPONSE);
  await workersOf(server, 3);
  expect(await server.says('is replaced')).toContain(`Worker ${workers[0]} is ending and is replaced.`);
});

test('a worker that has two reasons to end is replaced once', { timeout: STARTS }, async () => {
  const fault = 'process.on("SIGUSR2",()=>{throw new Error("boom")})';
  const { server } = await startServer({
    IMAGE_GRAPH_WORKERS: '2',
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
  });
  const [first = 0] = await workersOf(server, 2);
  process.kill(first, 'SIGUSR2');
  await server.says('boom');
  process.kill(first, 'SIGTERM');
  await workersOf(server, 3);
  await vi.waitFor(() => expect(isAlive(first)).toBe(false), 5000);
  const output = await server.says('is replaced');
  expect(output.match(/is replaced/g)).toHaveLength(1);
});

test('workers do not outlive the process that started them', { timeout: STARTS }, async () => {
  const { server } = await startServer({ IMAGE_GRAPH_WORKERS: '2' });
  const workers = await workersOf(server, 2);
  server.child.kill('SIGKILL');
  await vi.waitFor(() => expect(workers.map(isAlive)).toEqual([false, false]), 5000);
});

test('with workers too a taken port is reported in one line', async () => {
  const port = await takenPort();
  const { code, output } = await run({ PORT: String(port), IMAGE_GRAPH_WORKERS: '2' }).ends();
  expect([code, output]).toEqual([1, `Port ${port} is taken: choose another one.\n`]);
});
