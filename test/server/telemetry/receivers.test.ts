// What a receiver of traces does never reaches a request, and how tracing begins and ends with the process.
import type { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { startApp } from '../../support/app.ts';
import { newFile } from '../../support/files.ts';
import { startReceiver } from '../../support/otlp-receiver.ts';
import { addressIn, run } from '../../support/processes/command.ts';
import { makeCertificate } from '../../support/upstreams/certificate.ts';
import { deadEndpoint } from '../../support/upstreams/dead-endpoint.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const SECRET = 'what the receiver has sent';

/** What a receiver does, and what the log says of it. */
const FAULTS: readonly (readonly [what: string, respond: (response: ServerResponse) => void, reason: string])[] = [
  ['rejects', (response) => response.writeHead(400).end(SECRET), 'the receiver responded with status 400'],
  [
    'rejects without credentials',
    (response) => response.writeHead(401, { 'content-type': 'text/html' }).end(`<html>${SECRET}`),
    'the receiver responded with status 401',
  ],
  ['fails', (response) => response.writeHead(500).end(SECRET), 'the receiver responded with status 500'],
  [
    'is overloaded for an hour',
    (response) => response.writeHead(503, { 'retry-after': '3600' }).end(SECRET),
    'the receiver did not accept them in time',
  ],
  [
    'redirects',
    (response) => response.writeHead(302, { location: '/' }).end(),
    'the receiver responded with status 302',
  ],
  ['hangs', () => {}, 'the receiver did not accept them in time'],
  [
    'sends its response byte by byte',
    (response) => {
      response.writeHead(200, { 'content-length': '100000' });
      const timer = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(timer));
    },
    'the receiver did not accept them in time',
  ],
];

const settingsFor = (url: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_TIMEOUT: '100',
  OTEL_BSP_SCHEDULE_DELAY: '0',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '3',
  OTEL_BSP_MAX_QUEUE_SIZE: '9',
});

const lines = (log: readonly string[]) => log.filter((line) => line.startsWith('Tracing'));

test.each(FAULTS)('a receiver that %s costs requests nothing, and is in the log once', async (_, respond, reason) => {
  const receiver = await startReceiver(respond);
  const app = await startApp({ upstream: oneImage, over: 'http', settings: settingsFor(receiver.url) });
  const responses = await Promise.all(Array.from({ length: 40 }, () => app.ask(QUERY)));
  expect(new Set(responses.map((response) => JSON.stringify(response)))).toEqual(new Set([JSON.stringify(RESPONSE)]));
  await vi.waitFor(() => expect(lines(app.log).length).toBe(1), { timeout: 10_000 });
  await app.ask(QUERY);
  await app.close();
  expect(lines(app.log).length).toBe(1);
  expect(app.log.join('\n')).not.toContain(SECRET);
  // The first reason is that of the receiver, or that too many wait for it.
  expect(app.log[0]).toMatch(/^Tracing: \d+ spans were not sent \(.+\)\.$/);
  expect([reason, 'too many wait to be sent']).toContain(/\((.+)\)/.exec(app.log[0] ?? '')?.[1]);
});

test('while the receiver hangs spans beyond the bound are dropped, and later ones are sent when it is back', async () => {
  const held: ServerResponse[] = [];
  let hangs = true;
  const receiver = await startReceiver((response) => (hangs ? held.push(response) : response.end()));
  const settings = { ...settingsFor(receiver.url), OTEL_EXPORTER_OTLP_TIMEOUT: '60000' };
  const app = await startApp({ upstream: oneImage, over: 'http', settings });
  for (let n = 0; n < 20; n++) await app.ask('{ __typename }', {}, { 'x-request-id': `first-${n}` });
  hangs = false;
  for (const response of held) response.end();
  await vi.waitFor(async () => {
    await app.ask('{ __typename }', {}, { 'x-request-id': 'later' });
    expect(receiver.spans.map(({ attributes }) => attributes['image_graph.request_id'])).toContain('later');
  });
  const first = receiver.spans.filter(({ attributes }) =>
    `${attributes['image_graph.request_id']}`.startsWith('first'),
  );
  // Two spans for each request.
  expect(first.length).toBeLessThanOrEqual(9 / 2);
  expect(first.length).toBeGreaterThan(0);
});

test('of a request with more spans than may wait the first are sent', async () => {
  const receiver = await startReceiver();
  const settings = { ...settingsFor(receiver.url), OTEL_BSP_MAX_QUEUE_SIZE: '2' };
  const app = await startApp({ upstream: oneImage, over: 'http', settings });
  await vi.waitFor(
    async () => {
      await app.ask(QUERY);
      expect(receiver.spans.length).toBeGreaterThan(4);
    },
    { timeout: 10_000 },
  );
  expect(new Set(receiver.spans.map(({ name }) => name))).toEqual(new Set(['POST /graphql', 'query']));
  expect(lines(app.log)).toEqual(['Tracing: 1 spans were not sent (too many wait to be sent).']);
});

test('a receiver that is down is in the log', async () => {
  const app = await startApp({ upstream: oneImage, over: 'http', settings: settingsFor(await deadEndpoint()) });
  expect(await app.ask(QUERY)).toEqual(RESPONSE);
  await vi.waitFor(() => expect(lines(app.log)).toEqual(['Tracing: 3 spans were not sent (ECONNREFUSED).']), {
    timeout: 10_000,
  });
});

test('a receiver with a certificate of its own is accepted with OTEL_EXPORTER_OTLP_CERTIFICATE only', async () => {
  const certificate = makeCertificate('127.0.0.1');
  const receiver = await startReceiver(undefined, certificate);
  const file = newFile(certificate.cert);
  const settings = settingsFor(receiver.url);
  const distrusting = await startApp({ upstream: oneImage, over: 'http', settings });
  await distrusting.ask(QUERY);
  await vi.waitFor(() =>
    expect(lines(distrusting.log)).toEqual([expect.stringMatching(/DEPTH_ZERO_SELF_SIGNED_CERT/)]),
  );
  expect(receiver.spans).toEqual([]);
  const trusting = { ...settings, OTEL_EXPORTER_OTLP_CERTIFICATE: file, OTEL_EXPORTER_OTLP_TIMEOUT: '10000' };
  const app = await startApp({ upstream: oneImage, over: 'http', settings: trusting });
  await app.ask(QUERY);
  await vi.waitFor(() => expect(receiver.spans.length).toBe(3), { timeout: 10_000 });
});

describe('as a process', () => {
  /** Says how many files of OpenTelemetry were loaded. Its API is a part of prom-client, too: it does nothing without the others. */
  const watch = `import { registerHooks } from 'node:module';
    let loaded = 0;
    registerHooks({ load(url, context, next) {
      if (url.includes('opentelemetry') && !url.includes('opentelemetry/api/')) loaded++;
      return next(url, context);
    } });
    process.once('exit', () => process.stderr.write('LOADED ' + loaded + ' files'));`;
  const WATCHED = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(watch)}`, PORT: '0' };
  const READY = 'open http';

  async function send(url: string): Promise<void> {
    const body = JSON.stringify({ query: '{ __typename }' });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await response.text();
  }

  test('nothing of OpenTelemetry is loaded while tracing is off', async () => {
    const off = { ...WATCHED, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', IMAGE_GRAPH_TRACING: 'false' };
    const server = run(off);
    await send(addressIn(await server.says(READY)));
    server.child.kill('SIGTERM');
    const { output } = await server.ends();
    expect(output).toContain('LOADED 0 files');
    expect(output).not.toMatch(/OTEL_|WARNING|Tracing/);
  });

  test('the last spans leave before the process ends', async () => {
    const receiver = await startReceiver();
    const server = run({ ...WATCHED, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '600000' });
    await send(addressIn(await server.says(READY)));
    expect(receiver.spans).toEqual([]);
    server.child.kill('SIGTERM');
    const { code, output } = await server.ends();
    expect(code).toBe(0);
    expect(output).toMatch(/LOADED [1-9]/);
    expect(receiver.spans.map(({ name }) => name)).toEqual(['POST /graphql', 'query']);
  });

  test('a receiver that hangs does not keep the process from ending', async () => {
    const receiver = await startReceiver(() => {});
    const server = run({ PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '600000' });
    await send(addressIn(await server.says(READY)));
    server.child.kill('SIGTERM');
    expect((await server.ends()).code).toBe(0);
    expect(receiver.exports.length).toBe(1);
  });

  test('malformed variables never end the start, and are one warning', async () => {
    const malformed = { OTEL_EXPORTER_OTLP_TIMEOUT: '10s', OTEL_TRACES_SAMPLER: 'x', OTEL_RESOURCE_ATTRIBUTES: '=' };
    const server = run({ PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: await deadEndpoint(), ...malformed });
    await send(addressIn(await server.says(READY)));
    server.child.kill('SIGTERM');
    const { code, output } = await server.ends();
    expect(code).toBe(0);
    expect(output.split('Tracing passes over variables of OpenTelemetry').length).toBe(2);
  });
});
