// The metrics as Prometheus reads them, after requests over HTTP.
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { newFile } from '../../support/files.ts';
import { metricsOf, nonZero, seriesIn } from '../../support/metrics.ts';

const QUERY = '{ images(first: 1) { nodes { name } } }';
const start = (options: Parameters<typeof startApp>[0] = {}) =>
  startApp({ upstream: 'sandbox', over: 'http', ...options });

test('a query is counted with its operation and its calls, by executor', async () => {
  const app = await start({ settings: { IMAGE_GRAPH_COMPILE_AFTER: '2' } });
  await app.ask(QUERY);
  await app.ask(QUERY);
  const metrics = await metricsOf(app);
  expect(nonZero(metrics, 'requests_total')).toEqual({ '{outcome="success",status="200"}': 2 });
  expect(nonZero(metrics, 'operations_total')).toEqual({
    '{type="query",operation="other",outcome="success",executor="interpreted"}': 1,
    '{type="query",operation="other",outcome="success",executor="compiled"}': 1,
  });
  expect(nonZero(metrics, 'upstream_calls_total')).toEqual({
    '{service="ims",operation="list images",outcome="success"}': 2,
  });
  expect(nonZero(metrics, 'upstream_attempts_total')).toEqual({ '{service="ims",outcome="success"}': 2 });
  for (const name of ['request_duration_seconds', 'operation_duration_seconds', 'upstream_call_duration_seconds'])
    expect(Object.values(nonZero(metrics, `${name}_count`))).toEqual([2]);
  expect(nonZero(metrics, 'documents')).toEqual({ '': 1 });
  expect(nonZero(metrics, 'errors_total')).toEqual({});
  expect(metrics.get('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
  expect(metrics.get('nodejs_eventloop_lag_p99_seconds')).toBeDefined();
});

test('failures are counted with their attempts, retries and codes, and the circuit opens', async () => {
  const app = await start({
    upstream: () => ({ status: 503, body: '' }),
    settings: { IMAGE_GRAPH_BREAKER_CALLS: '2', IMAGE_GRAPH_RETRY_BASE_MS: '1' },
  });
  for (const first of [1, 2, 3, 4]) await app.ask(`{ images(first: ${first}) { nodes { name } } }`);
  const metrics = await metricsOf(app);
  expect(nonZero(metrics, 'upstream_circuit')).toMatchObject({ '{service="ims",state="open"}': 1 });
  const calls = nonZero(metrics, 'upstream_calls_total');
  const attempts = nonZero(metrics, 'upstream_attempts_total');
  const retries = nonZero(metrics, 'upstream_retries_total');
  expect(attempts['{service="ims",outcome="server-error"}']).toBe(app.calls().length);
  expect(Object.values(calls).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(4);
  expect(retries['{service="ims"}']).toBeGreaterThan(0);
  expect(nonZero(metrics, 'errors_total')).toMatchObject({ '{code="UPSTREAM_ERROR"}': expect.any(Number) });
  expect(nonZero(metrics, 'operations_total')).toEqual({
    '{type="query",operation="other",outcome="partial",executor="compiled"}': 4,
  });
});

test('requests that are rejected, batches and disconnects have outcomes of their own', async () => {
  let isCalled = false;
  const app = await start({
    upstream: async () => {
      isCalled = true;
      await wait(2_000);
      return { body: '{"images":[]}' };
    },
    settings: { IMAGE_GRAPH_MAX_UPSTREAM_CALLS: '5', IMAGE_GRAPH_MAX_DEPTH: '5' },
  });
  await app.send({ query: '{ repositories(first: 9) { nodes { shares { nodes { accountName } } } } }' });
  await app.send({ query: '{ repositories { nodes { organization { repositories { nodes { name } } } } } }' });
  await app.send({ query: '{ nothing }' });
  await app.send('{');
  await app.send([{ query: '{ __typename }' }, { query: '{ nothing }' }]);
  const abort = new AbortController();
  const sent = app.send({ query: QUERY }, {}, abort.signal);
  await vi.waitFor(() => expect(isCalled).toBe(true));
  abort.abort();
  await expect(sent).rejects.toThrow();
  await vi.waitFor(async () =>
    expect(nonZero(await metricsOf(app), 'requests_total')).toMatchObject({
      '{outcome="rejected",status="400"}': 4,
      '{outcome="partial",status="200"}': 1,
      '{outcome="aborted",status="none"}': 1,
    }),
  );
  expect(nonZero(await metricsOf(app), 'rejections_total')).toEqual({
    '{reason="upstreamCalls"}': 1,
    '{reason="depth"}': 1,
  });
});

test('limits of a caller are reasons of rejections', async () => {
  const app = await start({ settings: { IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1' } });
  await app.ask(QUERY);
  await app.ask(QUERY);
  const metrics = await metricsOf(app);
  expect(nonZero(metrics, 'rejections_total')).toEqual({ '{reason="requestsPerMinute"}': 1 });
  expect(nonZero(metrics, 'requests_total')['{outcome="rejected",status="429"}']).toBe(1);
});

test('shared calls and looks into the cache are counted', async () => {
  const app = await start({ settings: { IMAGE_GRAPH_CACHE: 'swr=60' } });
  await Promise.all([app.ask(QUERY), app.ask(QUERY), app.ask(QUERY)]);
  for (let times = 0; times < 3; times++) await app.ask('{ repositories(first: 1) { nodes { name } } }');
  const metrics = await metricsOf(app);
  expect(nonZero(metrics, 'upstream_calls_shared_total')).toEqual({ '': 2 });
  expect(nonZero(metrics, 'cache_lookups_total')).toEqual({ '{result="hit"}': 2, '{result="miss"}': 1 });
  expect(nonZero(metrics, 'upstream_calls_total')).toMatchObject({
    '{service="ims",operation="list images",outcome="success"}': 1,
  });
});

test('calls in flight and operations that wait are gauges', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const app = await start({
    upstream: () => held.then(() => ({ body: '{"images":[]}' })),
    settings: { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: '2' },
  });
  const all = [1, 2, 3, 4, 5].map((first) => app.ask(`{ images(first: ${first}) { nodes { name } } }`));
  await vi.waitFor(async () => {
    const metrics = await metricsOf(app);
    expect(nonZero(metrics, 'upstream_calls_in_flight')).toEqual({ '{service="ims"}': 2 });
    expect(nonZero(metrics, 'upstream_queue_length')).toEqual({ '{service="ims"}': 3 });
    expect(nonZero(metrics, 'requests_in_flight')).toEqual({ '': 5 });
    expect(nonZero(metrics, 'memory_limit_bytes')).toMatchObject({ '{budget="responses"}': 268_435_456 });
  });
  release();
  await Promise.all(all);
  const metrics = await metricsOf(app);
  expect(nonZero(metrics, 'upstream_calls_in_flight')).toEqual({});
  expect(metrics.get('image_graph_upstream_queue_wait_seconds_count{service="ims"}')).toBe(5);
});

test('names, tokens, projects and paths of clients make no time series, but operations whose names are listed', async () => {
  const app = await start({
    settings: { IMAGE_GRAPH_METRICS_OPERATIONS: 'Known, Other', IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1000000' },
  });
  const send = (n: number) =>
    Promise.all([
      app.ask(`query Name${n} { __typename }`, {}, { 'x-auth-token': `token${n}`, 'x-project-id': `p${n}` }),
      app.fetch(`${app.origin}/path${n}`, { method: n % 3 === 0 ? 'POST' : 'GET' }).then((got) => got.text()),
      app
        .fetch(`${app.url}?query=${n}`, { headers: { 'x-request-id': `id${n}`, traceparent: `00-${n}` } })
        .then((got) => got.text()),
    ]);
  await app.ask('query Known { __typename }');
  await app.ask('query Known { images(first: 1) { nodes { name } } }');
  for (const n of [0, 1, 2, 3]) await send(n);
  const own = async () => [...(await metricsOf(app)).keys()].filter((name) => name.startsWith('image_graph_'));
  const before = await own();
  for (let n = 0; n < 10_000; n += 20) await Promise.all(Array.from({ length: 20 }, (_, more) => send(n + more)));
  const after = await own();
  expect(after.sort()).toEqual(before.sort());
  expect(after.length).toBeLessThan(400);
  expect(nonZero(await metricsOf(app), 'operations_total')).toMatchObject({
    '{type="query",operation="Known",outcome="success",executor="compiled"}': 2,
  });
}, 120_000);

describe('who may read them', () => {
  const get = (app: TestApp, headers: Record<string, string> = {}) =>
    app.fetch(`${app.origin}/metrics`, { headers }).then(async (got) => [got.status, (await got.text()).slice(0, 6)]);
  const PROXY = { 'x-forwarded-for': '192.0.2.1' };

  test('this machine may, and nobody through a proxy', async () => {
    const app = await start();
    expect(await get(app)).toEqual([200, '# HELP']);
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'X-Forwarded-Host'])
      expect(await get(app, { [name]: 'x' }), name).toEqual([401, '{"erro']);
    const asOther = await new Promise<number>((resolve) => {
      httpRequest(`${app.origin}/metrics`, { headers: { host: 'graph.example' } }, (got) => {
        resolve(got.statusCode ?? 0);
        got.resume();
      }).end();
    });
    expect(asOther).toBe(401);
    expect(await get(app, { ...PROXY, 'x-auth-token': app.token ?? '' })).toEqual([401, '{"erro']);
  });

  test('callers with an API key may, through a proxy, too', async () => {
    const { key, line } = createApiKey('ci');
    const file = newFile(`${line}\n`);
    const app = await start({ settings: { IMAGE_GRAPH_API_KEYS_FILE: file } });
    expect(await get(app, PROXY)).toEqual([401, '{"erro']);
    expect(await get(app, { ...PROXY, authorization: `Bearer ${key}` })).toEqual([200, '# HELP']);
    expect(await get(app, { ...PROXY, authorization: `Bearer ${key}x` })).toEqual([401, '{"erro']);
  });

  test('the router may, with its secret', async () => {
    const app = await start({ settings: { IMAGE_GRAPH_ROUTER_SECRET: 'secret-of-the-router' } });
    expect(await get(app, PROXY)).toEqual([401, '{"erro']);
    expect(await get(app, { ...PROXY, 'router-authorization': 'secret-of-the-router' })).toEqual([200, '# HELP']);
    expect(await get(app, { ...PROXY, 'router-authorization': 'another' })).toEqual([401, '{"erro']);
  });

  test('with a port of their own they are not at that of the graph', async () => {
    const app = await start({ settings: { IMAGE_GRAPH_METRICS_PORT: '0' } });
    expect(await get(app)).toEqual([404, '{"erro']);
  });
});

test('docs/metrics.md has each metric with its labels, and no other', async () => {
  const app = await start({
    settings: { IMAGE_GRAPH_CACHE: 'swr=60', IMAGE_GRAPH_REDIS_URL: 'redis://127.0.0.1:9' },
  });
  const text = await (await app.fetch(`${app.origin}/metrics`)).text();
  const served = [...text.matchAll(/^# TYPE (image_graph_\w+) (\w+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  const page = readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(image_graph_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => `${name} ${type}`);
  const optional = rows.filter((row) => /facts|share_expires|quota|newest_tag|credentials/.test(row));
  expect(optional.length).toBe(8);
  expect(rows.filter((row) => !optional.includes(row)).sort()).toEqual(served.sort());
  const labels = new Map(
    [...page.matchAll(/^\| `(image_graph_\w+)` \| \w+ \| ([^|]*)\|/gm)].map(([, name = '', cell = '']) => [
      name,
      (cell.match(/\w+/g) ?? []).sort(),
    ]),
  );
  for (const series of seriesIn(text).keys()) {
    const [, name = '', pairs = ''] = /^(image_graph_\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})?$/s.exec(series) ?? [];
    const names = [...pairs.matchAll(/(\w+)="/g)].map(([, label]) => label).filter((label) => label !== 'le');
    if (name !== '') expect(labels.get(name), series).toEqual(names.sort());
  }
  expect(seriesIn(text).size).toBeGreaterThan(50);
});
