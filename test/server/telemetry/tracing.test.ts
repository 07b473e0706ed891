// Traces as a receiver of OTLP gets them: the spans of a request and their attributes, sampling, what is in no span, and traceparent upstream.
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { SPAN_ATTRIBUTES } from '../../../src/server/telemetry/spans.ts';
import { SecretSearch } from '../../security/secret-search.ts';
import { type AppOptions, startApp } from '../../support/app.ts';
import { type OtlpReceiver, type ReceivedSpan, startReceiver } from '../../support/otlp-receiver.ts';
import { ACCESS_KEY, PASSWORD, tokenReply } from '../../support/upstreams/iam.ts';
import type { Script } from '../../support/upstreams/upstream.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const QUICKLY = { OTEL_BSP_SCHEDULE_DELAY: '0' };

/** The app with tracing on. */
async function start(settings: Record<string, string> = {}, options: AppOptions = {}, receiver?: OtlpReceiver) {
  const to = receiver ?? (await startReceiver());
  const app = await startApp({
    upstream: oneImage,
    over: 'http',
    ...options,
    settings: { OTEL_EXPORTER_OTLP_ENDPOINT: to.url, ...QUICKLY, ...settings },
  });
  /** The spans so far, once there are so many. */
  const spans = async (count: number) => {
    await vi.waitFor(() => expect(to.spans.length).toBeGreaterThanOrEqual(count), { timeout: 10_000 });
    return to.spans;
  };
  return { app, receiver: to, spans };
}

const named = (spans: readonly ReceivedSpan[], name: string) => spans.filter((span) => span.name === name);
const one = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
  const [span, ...others] = named(spans, name);
  if (!span || others.length > 0) throw new Error(`${1 + others.length} spans of this name: ${name}`);
  return span;
};

const CALL = 'GET ims show image';
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';
const SAMPLED = `00-${TRACE_ID}-${PARENT_ID}-01`;

describe.each([
  ['Protobuf, on the fast path', { IMAGE_GRAPH_FAST_PATH: 'true' }],
  ['Protobuf, past the fast path', { IMAGE_GRAPH_FAST_PATH: 'false', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }],
  ['JSON', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }],
])('%s', (_, settings: Record<string, string>) => {
  test('a request, its operation and its call are spans of one trace, one below the other', async () => {
    const { app, receiver, spans } = await start({ ...settings, OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b' });
    const query = QUERY.replace('{', 'query MyImage {');
    expect(await app.ask(query, {}, { 'x-request-id': 'request-1' })).toEqual(RESPONSE);
    const all = await spans(3);
    expect(all.map(({ name }) => name).sort()).toEqual([CALL, 'POST /graphql', 'query']);
    const [request, operation, call] = [one(all, 'POST /graphql'), one(all, 'query'), one(all, CALL)];
    expect(new Set(all.map(({ traceId }) => traceId))).toEqual(new Set([expect.stringMatching(/^[\da-f]{32}$/)]));
    expect(new Set(all.map(({ spanId }) => spanId)).size).toBe(3);
    expect([request.parentSpanId, operation.parentSpanId, call.parentSpanId]).toEqual([
      '',
      request.spanId,
      operation.spanId,
    ]);
    expect(all.map(({ kind, status }) => [kind, status])).toEqual([
      ['SPAN_KIND_SERVER', 'STATUS_CODE_UNSET'],
      ['SPAN_KIND_SERVER', 'STATUS_CODE_UNSET'],
      ['SPAN_KIND_CLIENT', 'STATUS_CODE_UNSET'],
    ]);
    for (const [outer, inner] of [
      [request, operation],
      [operation, call],
    ] as const) {
      expect(outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end).toBe(true);
    }
    expect(Math.abs(Number(request.end / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    expect(request.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'url.path': '/graphql',
      'url.scheme': 'http',
      'http.response.status_code': 200,
      'image_graph.request_id': 'request-1',
    });
    expect(operation.attributes).toMatchObject({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'MyImage',
      'image_graph.upstream_calls': 1,
    });
    const upstream = new URL(app.upstream.url);
    expect(call.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'server.address': upstream.hostname,
      'server.port': Number(upstream.port),
      'image_graph.service': 'ims',
      'image_graph.call': 'show image',
    });
    expect(call.events.map(({ name }) => name)).toEqual(['attempt']);
    expect(request.resource).toMatchObject({ 'service.name': 'image-graph', 'service.version': expect.any(String) });
    expect(receiver.exports[0]).toMatchObject({ path: '/v1/traces', headers: { 'api-key': 'a b' } });
    // Upstream calls have no header of a trace, unless a setting says so.
    expect(app.calls().map(({ headers }) => headers.traceparent)).toEqual([undefined]);
  });
});

test('each operation of a batch is a span', async () => {
  const { app, spans } = await start();
  await app.send([{ query: 'query A { __typename }' }, { query: 'query B { __typename }' }]);
  const all = await spans(3);
  expect(named(all, 'query').map(({ attributes }) => attributes['graphql.operation.name'])).toEqual(['A', 'B']);
  expect(new Set(named(all, 'query').map(({ parentSpanId }) => parentSpanId))).toEqual(
    new Set([one(all, 'POST /graphql').spanId]),
  );
});

describe('the trace of a caller', () => {
  const headersFor = (traceparent: string | undefined, tracestate = 'vendor=1,other=a:b') => ({
    ...(traceparent === undefined ? {} : { traceparent }),
    tracestate,
    baggage: 'secret=baggage-of-the-caller',
  });

  test.each([SAMPLED, `01-${TRACE_ID}-${PARENT_ID}-03`, `cc-${TRACE_ID}-${PARENT_ID}-01-what-the-future-will-bring`])(
    '%s is the parent',
    async (traceparent) => {
      const { app, receiver, spans } = await start();
      await app.ask(QUERY, {}, headersFor(traceparent));
      const all = await spans(3);
      expect(new Set(all.map(({ traceId }) => traceId))).toEqual(new Set([TRACE_ID]));
      expect(one(all, 'POST /graphql')).toMatchObject({ parentSpanId: PARENT_ID, traceState: 'vendor=1,other=a:b' });
      // Its parent is remote, and those of the others are not: OTLP's flags 0x100 and 0x200.
      expect(all.map(({ flags }) => flags)).toEqual([0x301, 0x101, 0x101]);
      expect(receiver.exports.some(({ bytes }) => bytes.includes('baggage'))).toBe(false);
    },
  );

  test.each([
    ['', 'empty'],
    ['00', 'short'],
    [SAMPLED.toUpperCase(), 'upper case'],
    [`ff-${TRACE_ID}-${PARENT_ID}-01`, 'a version that is never used'],
    [`00-${TRACE_ID}-${PARENT_ID}-01-more`, 'more than version 00 has'],
    [`00-${TRACE_ID}-${PARENT_ID}-1`, 'short flags'],
    [`00-${'0'.repeat(32)}-${PARENT_ID}-01`, 'no trace'],
    [`00-${TRACE_ID}-${'0'.repeat(16)}-01`, 'no parent'],
    [`${SAMPLED}, ${SAMPLED}`, 'sent twice'],
    [`${SAMPLED};x`, 'something behind it'],
    [`00-${TRACE_ID.slice(1)}g-${PARENT_ID}-01`, 'not hexadecimal'],
    ['a'.repeat(20_000), 'long'],
  ])('%# %s is passed over: %s', async (traceparent) => {
    const { app, spans } = await start();
    await app.ask(QUERY, {}, headersFor(traceparent));
    const request = one(await spans(3), 'POST /graphql');
    expect(request).toMatchObject({ parentSpanId: '', traceState: '', flags: 0x101 });
    expect(request.traceId).not.toBe(TRACE_ID);
  });

  test.each([
    'no-equals-sign',
    '=1',
    'UPPER=1',
    'a=1,a=2',
    'a= ',
    `a=${'x'.repeat(600)}`,
    Array.from({ length: 33 }, (_, n) => `k${n}=1`).join(),
  ])('a malformed tracestate is passed over, and traceparent is not: %s', async (tracestate) => {
    const { app, spans } = await start();
    await app.ask(QUERY, {}, headersFor(SAMPLED, tracestate));
    expect(one(await spans(3), 'POST /graphql')).toMatchObject({ parentSpanId: PARENT_ID, traceState: '' });
  });

  const UNSAMPLED = `00-${TRACE_ID}-${PARENT_ID}-00`;
  test.each([
    // Those that are sampled: with the caller's trace sampled, not sampled, and none.
    [{}, [true, false, true]],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, [true, true, true]],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, [false, false, false]],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, [true, false, false]],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, [false, false, false]],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '1.0' }, [true, false, true]],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, [true, false, false]],
  ])('%j samples %j', async (settings: Record<string, string>, expected) => {
    const { app, receiver } = await start(settings);
    const ids = ['sampled', 'unsampled', 'none'];
    for (const [index, traceparent] of [SAMPLED, UNSAMPLED, undefined].entries()) {
      const headers = { ...(traceparent ? { traceparent } : {}), 'x-request-id': ids[index] ?? '' };
      await app.ask('{ __typename }', {}, headers);
    }
    await app.close();
    const requests = named(receiver.spans, 'POST /graphql').map(
      ({ attributes }) => attributes['image_graph.request_id'],
    );
    expect(requests).toEqual(ids.filter((_, index) => expected[index]));
  });
});

describe('faults', () => {
  test('the attempts of a call are events of its span', async () => {
    let calls = 0;
    const upstream: Script = (call, response) =>
      ++calls === 1 ? { status: 503, headers: { 'retry-after': '0' }, body: '<html>' } : oneImage(call, response);
    const { app, spans } = await start({ IMAGE_GRAPH_RETRY_BASE_MS: '1' }, { upstream });
    expect(await app.ask(QUERY)).toEqual(RESPONSE);
    const call = one(await spans(3), CALL);
    expect(call).toMatchObject({ status: 'STATUS_CODE_UNSET', attributes: { 'http.request.resend_count': 1 } });
    expect(call.attributes['error.type']).toBeUndefined();
    expect(call.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['attempt', expect.objectContaining({ 'http.response.status_code': 503, 'error.type': 'server-error' })],
      ['attempt', expect.objectContaining({ 'http.response.status_code': 200, 'http.request.resend_count': 1 })],
    ]);
  });

  test.each([
    [400, 'client-error'],
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'not-found'],
  ])('status %i of a service is the error %s of the call', async (status, error) => {
    const body = { message: 'secret text of the service', code: `${status} x`, title: 'x' };
    const { app, receiver, spans } = await start({}, { upstream: () => ({ status, body }) });
    await app.ask(QUERY);
    const all = await spans(3);
    expect(one(all, CALL)).toMatchObject({
      status: 'STATUS_CODE_ERROR',
      attributes: { 'http.response.status_code': status, 'error.type': error },
    });
    expect(one(all, 'POST /graphql').status).toBe('STATUS_CODE_UNSET');
    expect(receiver.exports.some(({ bytes }) => bytes.includes('secret text'))).toBe(false);
  });

  test('a request that ends before an operation has no span below it, and its codes', async () => {
    const { app, spans } = await start();
    await app.ask('{ nothing }');
    const [request, ...others] = await spans(1);
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      name: 'POST /graphql',
      attributes: { 'image_graph.error_codes': ['GRAPHQL_VALIDATION_FAILED'] },
    });
  });

  test('a request whose client disconnects is an error, and so is what it waited for', async () => {
    const controller = new AbortController();
    const upstream: Script = () => {
      controller.abort();
      return new Promise(() => {});
    };
    const { app, spans } = await start({}, { upstream });
    await app.send({ query: QUERY }, {}, controller.signal).catch(() => {});
    const all = await spans(3);
    expect(all.map(({ name, status, attributes }) => [name, status, attributes['error.type']])).toEqual([
      ['POST /graphql', 'STATUS_CODE_ERROR', 'aborted'],
      // Its field is null.
      ['query', 'STATUS_CODE_UNSET', undefined],
      [CALL, 'STATUS_CODE_ERROR', 'aborted'],
    ]);
  });

  test('a call that joined another is not a call to the service', async () => {
    const { app, spans } = await start();
    await app.send([{ query: QUERY }, { query: QUERY }]);
    const all = await spans(5);
    expect(app.calls().length).toBe(1);
    expect(one(all, CALL).kind).toBe('SPAN_KIND_CLIENT');
    const shared = one(all, 'ims show image');
    expect(shared).toMatchObject({ kind: 'SPAN_KIND_INTERNAL', attributes: { 'image_graph.is_shared': true } });
    expect(shared.attributes['http.request.method']).toBeUndefined();
  });

  test('a call whose response was kept is not a call to the service', async () => {
    const { app, spans } = await start({ IMAGE_GRAPH_CACHE: 'ims=60' });
    await app.ask(QUERY);
    await app.ask(QUERY);
    const all = await spans(6);
    expect(one(all, CALL).kind).toBe('SPAN_KIND_CLIENT');
    const kept = one(all, 'ims show image');
    expect(kept).toMatchObject({ kind: 'SPAN_KIND_INTERNAL', attributes: { 'image_graph.is_kept': true } });
    expect(kept.attributes['http.request.method']).toBeUndefined();
  });
});

test('what a client sends is in no name of a span, and no secret and no part of a URL is anywhere', async () => {
  const { app, receiver } = await start({}, {}, undefined);
  const search = new SecretSearch();
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const send = (method: string, path: string, headers: Record<string, string>, body?: string) =>
    new Promise<void>((resolve, reject) => {
      const options = { method, headers: { 'content-type': 'application/json', ...headers }, agent };
      httpRequest(app.origin + path, options, (response) => response.resume().once('end', resolve))
        .once('error', reject)
        .end(body);
    });
  for (let n = 0; n < 40; n++) {
    const secrets = ['token', 'variable', 'literal', 'query', 'path', 'baggage'].map((name) => `q${name}${n}zvbkjhx`);
    const [token = '', variable = '', literal = '', query = '', path = '', baggage = ''] = secrets;
    for (const secret of secrets) search.add(secret, secret);
    const headers = { 'x-auth-token': token, baggage, cookie: token, authorization: `Bearer ${token}` };
    const document = `query Name${n}($v: String!) { one: __type(name: "${literal}") { name } other: __type(name: $v) { name } }`;
    const body = JSON.stringify({ query: document, variables: { v: variable } });
    await send('POST', `/graphql?secret=${query}`, headers, body);
    await send('GET', `/${path}?query=${query}`, headers);
    await send(['PURGE', 'SEARCH', 'REPORT', 'MKCOL'][n % 4] ?? '', '/graphql', headers);
  }
  await send('GET', '/health', {});
  await send('GET', '/ready', {});
  await app.close();
  expect(new Set(receiver.spans.map(({ name }) => name))).toEqual(
    new Set(['POST /graphql', 'GET', 'HTTP /graphql', 'query']),
  );
  for (const { bytes } of receiver.exports) expect([...search.foundIn(bytes.toString('latin1')).keys()]).toEqual([]);
});

describe('traceparent upstream', () => {
  const PROPAGATES = { IMAGE_GRAPH_PROPAGATE_TRACE: 'true' };
  const CALLER = { traceparent: SAMPLED, tracestate: 'vendor=1', baggage: 'a=b' };

  test.each([
    ["the caller's token", {}],
    ['a password', PASSWORD],
    ['an access key', ACCESS_KEY],
  ])('with %s its parent is the span of the call', async (_, credentials: Record<string, string>) => {
    const upstream: Script = (call, response) =>
      call.path === '/v3/auth/tokens' ? tokenReply(1) : oneImage(call, response);
    const { app, spans } = await start({ ...PROPAGATES, ...credentials }, { upstream });
    expect(await app.ask(QUERY, {}, CALLER)).toEqual(RESPONSE);
    const call = one(await spans(3), CALL);
    const calls = app.calls();
    const [sent] = calls.filter(({ method }) => method === 'GET');
    expect(sent?.headers).toMatchObject({ traceparent: `00-${TRACE_ID}-${call.spanId}-01` });
    expect(sent?.headers.authorization ?? '').not.toContain('traceparent');
    for (const { headers } of calls) expect([headers.tracestate, headers.baggage]).toEqual([undefined, undefined]);
    // Other operations share the token.
    for (const { method, headers } of calls) if (method === 'POST') expect(headers.traceparent).toBeUndefined();
  });

  test('all attempts have the same', async () => {
    let calls = 0;
    const upstream: Script = (call, response) => (++calls < 3 ? { status: 503, body: '' } : oneImage(call, response));
    const { app, spans } = await start({ ...PROPAGATES, IMAGE_GRAPH_RETRY_BASE_MS: '1' }, { upstream });
    await app.ask(QUERY);
    const { traceId, spanId } = one(await spans(3), CALL);
    const sent = app.calls().map(({ headers }) => headers.traceparent);
    expect(sent.length).toBeGreaterThan(1);
    expect(new Set(sent)).toEqual(new Set([`00-${traceId}-${spanId}-01`]));
  });

  test('a trace that is not sampled says so', async () => {
    const { app } = await start({ ...PROPAGATES, OTEL_TRACES_SAMPLER: 'always_off' });
    await app.ask(QUERY, {}, CALLER);
    expect(app.calls().map(({ headers }) => headers.traceparent)).toEqual([
      expect.stringMatching(new RegExp(`^00-${TRACE_ID}-(?!${PARENT_ID})[\\da-f]{16}-00$`)),
    ]);
  });

  test.each([
    [PROPAGATES, CALLER, SAMPLED],
    [PROPAGATES, { traceparent: 'x', baggage: 'a=b' }, undefined],
    [PROPAGATES, {}, undefined],
    [{}, CALLER, undefined],
  ])('without tracing %j passes on what the caller has sent: %j', async (settings, headers, expected) => {
    const app = await startApp({ upstream: oneImage, over: 'http', settings });
    expect(await app.ask(QUERY, {}, headers as Record<string, string>)).toEqual(RESPONSE);
    const [sent] = app.calls();
    const { traceparent, tracestate, baggage } = sent?.headers ?? {};
    expect([traceparent, tracestate, baggage]).toEqual([expected, undefined, undefined]);
  });
});

test('docs/tracing.md has the attributes of each span', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/tracing.md'), 'utf8');
  const sections = Object.fromEntries(
    page.split(/^### /m).map((text) => [text.split('\n', 1)[0]?.toLowerCase(), text]),
  );
  for (const [kind, attributes] of Object.entries(SPAN_ATTRIBUTES)) {
    const listed = [
      ...(sections[kind] ?? '')
        .split(/^## /m, 1)
        .join()
        .matchAll(/^\| `([\w.]+)` \|/gm),
    ];
    expect(listed.map(([, name]) => name)).toEqual(attributes);
  }
});
