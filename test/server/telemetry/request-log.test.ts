// The line of each request, as an operator reads it: what it says of every outcome, on both paths, and which requests have none.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { createLogger } from '../../../src/server/logger.ts';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { type AppOptions, startApp, type TestApp } from '../../support/app.ts';
import { type LogLine, logLines } from '../../support/processes/command.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

/** The app with the log that the serve command has. Shape: `lines` are those since the last look. */
async function start(options: AppOptions = {}) {
  let output = '';
  const logger = createLogger(
    { level: options.settings?.IMAGE_GRAPH_LOG_LEVEL ?? 'debug' } as { level: 'info' },
    (line) => {
      output += line;
    },
  );
  const settings = { IMAGE_GRAPH_LOG_REQUESTS: '100', ...options.settings };
  const app = await startApp({ upstream: images, over: 'http', ...options, settings, logger });
  const lines = () => {
    const taken = logLines(output);
    output = '';
    return taken;
  };
  /** The one line of a request, once it is there. */
  const line = async (): Promise<LogLine> => {
    await vi.waitFor(() => expect(output).toContain('\n'));
    const [first, ...others] = lines();
    expect(others).toEqual([]);
    return first as LogLine;
  };
  return { app, lines, line };
}

/** Each image exists but the one of number 9, for which the service fails. */
const images: Script = ({ path }) => {
  const id = path.split('/').at(-1);
  return id === imageId(9) ? { status: 503, body: {} } : { body: imageRow({ id }) };
};

const image = (n: number) => `image(imageId: "${imageId(n)}") { name }`;
const NAMED = `query Names { a: ${image(1)} b: ${image(2)} }`;

test('a request that succeeds has one line with all that is known of it', async () => {
  const { app, line } = await start();
  await app.send(
    { query: NAMED },
    { 'x-request-id': 'r-1', traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` },
  );
  expect(await line()).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    pid: process.pid,
    msg: 'Request',
    requestId: 'r-1',
    traceId: 'ab'.repeat(16),
    caller: expect.stringMatching(/^token [\w-]{43}$/),
    method: 'POST',
    path: 'graphql',
    status: 200,
    outcome: 'success',
    durationMs: expect.any(Number),
    queueMs: expect.any(Number),
    bytes: expect.any(Number),
    operationType: 'query',
    operationName: 'Names',
    operations: 1,
    compiled: true,
    cost: 2,
    rows: expect.any(Number),
    calls: { ims: 2 },
    attempts: 2,
    shared: 0,
    cached: 0,
    failedCalls: 0,
  });
});

const TOO_DEEP = `{ ${'a { '.repeat(200)} b ${'} '.repeat(201)}`;

test.each<[what: string, body: unknown, expected: object, headers?: Record<string, string>]>([
  [
    'a part that fails',
    { query: `{ ${image(1)} b: ${image(9)} }` },
    { level: 'warn', status: 200, outcome: 'partial', codes: ['UPSTREAM_ERROR'], failedCalls: 1 },
  ],
  [
    'a query that fails',
    { query: `{ node(id: "nothing") { id } }` },
    { outcome: expect.stringMatching(/^(failed|partial)$/), codes: ['BAD_USER_INPUT'] },
  ],
  [
    'text that is not a document',
    { query: '{' },
    { level: 'info', status: 400, outcome: 'rejected', codes: ['GRAPHQL_PARSE_FAILED'] },
  ],
  [
    'an unknown field',
    { query: '{ nope }' },
    { status: 400, outcome: 'rejected', codes: ['GRAPHQL_VALIDATION_FAILED'] },
  ],
  ['a document that is too deep', { query: TOO_DEEP }, { outcome: 'rejected', limits: [expect.any(String)] }],
  [
    'no token',
    { query: NAMED },
    { outcome: 'partial', codes: ['UNAUTHENTICATED'], level: 'info', calls: {} },
    { 'x-auth-token': '' },
  ],
  [
    'a batch',
    [{ query: NAMED }, { query: `{ ${image(3)} }` }],
    { outcome: 'success', operations: 2, calls: { ims: 3 }, operationName: 'Names' },
  ],
  [
    'a batch of which one fails',
    [{ query: NAMED }, { query: '{ nope }' }],
    { outcome: 'partial', codes: ['GRAPHQL_VALIDATION_FAILED'] },
  ],
])('%s', async (_what, body, expected, headers) => {
  for (const settings of [{}, { IMAGE_GRAPH_FAST_PATH: 'false' }]) {
    const { app, line } = await start({ settings: { ...settings, IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' } });
    await app.send(body, headers);
    expect(await line()).toMatchObject({ msg: 'Request', ...expected });
  }
});

test('probes and preflights are for the level debug; a path and a method that a client makes up are `other`', async () => {
  const { app, line } = await start({ settings: { IMAGE_GRAPH_CORS_ORIGINS: 'https://app.example' } });
  for (const path of ['health', 'ready']) {
    await (await app.fetch(`${app.origin}/${path}?a=${'x'.repeat(50)}`)).text();
    expect(await line()).toMatchObject({ level: 'debug', path, status: 200, outcome: 'success' });
  }
  await app.fetch(app.url, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
  });
  expect(await line()).toMatchObject({ level: 'debug', method: 'OPTIONS', path: 'graphql' });
  await (await app.fetch(`${app.origin}/made/up/${'x'.repeat(500)}`, { method: 'PROPFIND' })).text();
  const other = await line();
  expect(other).toMatchObject({ path: 'other', method: 'other' });
  expect(JSON.stringify(other)).not.toContain('xxx');
});

test('a client that disconnects, a name that is long, and headers that are none leave one short line', async () => {
  const { app, line } = await start({ upstream: () => undefined });
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  const body = JSON.stringify({ query: `query ${'N'.repeat(3_000)} { ${image(1)} }` });
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: ${hostname}\r\nX-Auth-Token: t\r\nX-Request-Id: a\tb{"forged":1}\r\n` +
      `Traceparent: 00-${'0'.repeat(32)}-${'cd'.repeat(8)}-01\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await vi.waitFor(() => expect(app.upstream.calls).toHaveLength(1));
  socket.destroy();
  await once(socket, 'close');
  const written = await line();
  expect(written).toMatchObject({
    level: 'info',
    outcome: 'aborted',
    requestId: expect.stringMatching(/^[\da-f-]{36}$/),
  });
  expect(written).not.toHaveProperty('status');
  expect(written).not.toHaveProperty('traceId');
  expect(written.operationName).toBe('N'.repeat(100));
});

test('a slow request is a warning, with its slowest calls', async () => {
  const { app, line } = await start({
    settings: { IMAGE_GRAPH_SLOW_REQUEST_MS: '1', IMAGE_GRAPH_LOG_REQUESTS: '1' },
    upstream: async (call, response) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return images(call, response);
    },
  });
  await app.send({ query: `{ ${Array.from({ length: 7 }, (_, n) => `f${n}: ${image(n)}`).join(' ')} }` });
  const { slowestCalls, ...rest } = await line();
  expect(rest).toMatchObject({ level: 'warn', msg: 'Slow request', outcome: 'success', calls: { ims: 7 } });
  expect(slowestCalls).toEqual(
    Array(5).fill({
      service: 'ims',
      operation: expect.any(String),
      ms: expect.any(Number),
      waitMs: expect.any(Number),
      attempts: 1,
      status: 200,
      result: 'success',
    }),
  );
});

test('with 0 no request is logged, and with a small percentage those that fail', async () => {
  const none = await start({ settings: { IMAGE_GRAPH_LOG_REQUESTS: '0', IMAGE_GRAPH_SLOW_REQUEST_MS: '1' } });
  await none.app.send({ query: '{ nope }' });
  await none.app.send({ query: NAMED });
  const few = await start({ settings: { IMAGE_GRAPH_LOG_REQUESTS: '1' } });
  const COUNT = 100;
  for (let n = 0; n < COUNT; n++) await few.app.send({ query: '{ __typename }' });
  for (let n = 0; n < 10; n++) await few.app.send({ query: '{ nope }' });
  const outcomes = () => few.lines().map(({ outcome }) => outcome);
  await vi.waitFor(() => expect(few.app.upstream.calls).toEqual([]));
  const logged = outcomes();
  expect(logged.filter((outcome) => outcome === 'rejected')).toHaveLength(10);
  expect(logged.length).toBeLessThan(COUNT / 2);
  expect(none.lines()).toEqual([]);
});

/** The fields of a table of docs/logs.md. */
function documented(heading: string): string[] {
  const page = readFileSync(new URL('../../../docs/logs.md', import.meta.url), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, field = '']) => field);
}

test('docs/logs.md has all fields of the line of a request, and no others', async () => {
  const { app, line } = await start({ settings: { IMAGE_GRAPH_SLOW_REQUEST_MS: '1' } });
  const fields = new Set<string>();
  const callFields = new Set<string>();
  const see = async (send: (app: TestApp) => Promise<unknown>) => {
    await send(app);
    const written = await line();
    for (const field of Object.keys(written)) fields.add(field);
    for (const call of (written.slowestCalls ?? []) as object[])
      for (const field of Object.keys(call)) callFields.add(field);
  };
  await see((to) => to.send({ query: NAMED }, { traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` }));
  await see((to) => to.send({ query: TOO_DEEP }));
  await see((to) => to.send({ query: `query Fails { ${image(9)} }` }));
  expect(documented('The line of a request').sort()).toEqual([...fields].sort());
  expect(
    documented('Slow requests')
      .filter((field) => !['shared', 'cached'].includes(field))
      .sort(),
  ).toEqual([...callFields].sort());
});
