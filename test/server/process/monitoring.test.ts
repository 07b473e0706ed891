// The port of its own for metrics and health, of one process and of several workers, run as an operator runs them.
import { createServer, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { VERSION } from '../../../src/config/user-agent.ts';
import { close, listen } from '../../support/listen.ts';
import { seriesIn } from '../../support/metrics.ts';
import { addressIn, type Command, logLines, run } from '../../support/processes/command.ts';

const READY = 'image-graph is ready';
const metricsIn = (output: string) => /Metrics are at (http:[^\s"]+)/.exec(output)?.[1] ?? '';

async function start(settings: Record<string, string> = {}) {
  const server = run({ PORT: '0', IMAGE_GRAPH_METRICS_PORT: '0', ...settings });
  const output = await server.says(READY);
  const graph = addressIn(output);
  const metrics = metricsIn(output);
  const read = async () => seriesIn(await (await fetch(metrics)).text());
  return { server, graph, metrics, read, base: metrics.replace('/metrics', '') };
}

/** Sends a query over a connection of its own: each may reach another worker. */
const ask = (graph: string) =>
  fetch(graph, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query: '{ images(first: 1) { nodes { name } } }' }),
  }).then((response) => response.text());

const REQUESTS = 'image_graph_requests_total{outcome="success",status="200"}';

test('metrics, health and readiness have a port of their own, and nothing else does', async () => {
  const { graph, metrics, base, read } = await start();
  await ask(graph);
  expect((await read()).get(REQUESTS)).toBe(1);
  expect((await fetch(metrics)).headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const statusOf = async (path: string, method = 'GET') => (await fetch(base + path, { method })).status;
  expect(await statusOf('/health')).toBe(200);
  expect(await (await fetch(`${base}/ready`)).json()).toMatchObject({ status: 'ready' });
  expect(await statusOf('/graphql')).toBe(404);
  expect(await statusOf('/metrics', 'POST')).toBe(405);
  expect(await statusOf('/metrics', 'HEAD')).toBe(200);
  expect(await statusOf('/metrics?x=1')).toBe(200);
  expect((await fetch(graph.replace('graphql', 'metrics'))).status).toBe(404);
});

test('a page of the web cannot reach it by a name of its own', async () => {
  const { base } = await start();
  const { hostname, port } = new URL(base);
  const status = await new Promise((resolve) => {
    get({ hostname, port, path: '/metrics', headers: { host: 'attacker.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  expect(status).toBe(403);
});

test('/ready?verbose is a text for people', async () => {
  const { graph, base } = await start();
  for (const origin of [base, graph.replace('/graphql', '')]) {
    const response = await fetch(`${origin}/ready?verbose`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    const text = await response.text();
    expect(text).toMatch(/^ready: image-graph \d+\.\d+\.\d+, process \d+, up for \d+ s\nrequests: 0 running/);
    expect(text).toContain('swr: circuit closed, 0 calls in flight, 0 operations waiting\n');
    expect(text).not.toMatch(/http|token/);
  }
});

test('a port that is in use keeps the server from starting, in words', async () => {
  const other = createServer();
  const port = new URL(await listen(other)).port;
  onTestFinished(() => close(other));
  const { code, output } = await run({ PORT: '0', IMAGE_GRAPH_METRICS_PORT: port }).ends();
  expect(code).toBe(1);
  expect(output).toContain(port);
  expect(output).not.toContain('    at ');
});

/** The process ids of the workers that are ready. */
const workersOf = async (server: Command, count: number) => {
  const output = await server.says(READY);
  const pids = logLines(output).flatMap(({ msg, worker }) => (/is ready\.$/.test(msg) ? [Number(worker)] : []));
  expect(pids.length).toBe(count);
  return pids;
};

test.each(['a port of their own', 'the port of the graph'])(
  'at %s one scrape has the sums of all workers',
  async (where) => {
    const settings: Record<string, string> = { IMAGE_GRAPH_WORKERS: '3' };
    if (where === 'the port of the graph') settings.IMAGE_GRAPH_METRICS_PORT = '';
    const { server, graph, metrics } = await start(settings);
    const address = metrics || graph.replace('graphql', 'metrics');
    const read = async () => seriesIn(await (await fetch(address)).text());
    await Promise.all(Array.from({ length: 24 }, () => ask(graph)));
    await vi.waitFor(async () => expect((await read()).get(REQUESTS)).toBeGreaterThanOrEqual(24), 5_000);
    const before = await read();
    expect(before.get('image_graph_upstream_circuit{service="swr",state="closed"}')).toBe(3);
    expect(before.get('process_start_time_seconds')).toBeGreaterThan(1_700_000_000);
    const [victim = 0] = await workersOf(server, 3);
    process.kill(victim, 'SIGKILL');
    // A scrape that meets it while it ends.
    await Promise.allSettled(Array.from({ length: 12 }, () => read()));
    await server.says('is replaced');
    await wait(500);
    const after = await read();
    for (const name of [REQUESTS, 'image_graph_request_duration_seconds_count{outcome="success"}'])
      expect(after.get(name), name).toBeGreaterThanOrEqual(before.get(name) ?? Infinity);
  },
  60_000,
);

test('a worker that hangs does not keep the others from being read', async () => {
  const { server, base, read } = await start({ IMAGE_GRAPH_WORKERS: '2' });
  await read();
  const [, hanging = 0] = await workersOf(server, 2);
  process.kill(hanging, 'SIGSTOP');
  expect((await read()).get(`image_graph_build_info{version="${VERSION}"}`)).toBe(1);
  expect((await fetch(`${base}/ready`)).status).toBe(200);
  process.kill(hanging, 'SIGCONT');
}, 60_000);
