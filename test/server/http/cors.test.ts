// CORS: a page of a listed origin reads every response, and sends the headers that its tools add; its preflights are never held up.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { openApp, startApp, type TestApp } from '../../support/app.ts';
import { newFile } from '../../support/files.ts';
import { sendRequest, type WireRequest, type WireResponse } from '../../support/http-client.ts';
import { PASSWORD } from '../../support/upstreams/iam.ts';
import { oneImage, QUERY } from '../one-image.ts';

const ORIGIN = 'https://app.example';
const CORS = { IMAGE_GRAPH_CORS_ORIGINS: ORIGIN };
const BODY = JSON.stringify({ query: QUERY });
const GET_PATH = `/graphql?query=${encodeURIComponent(QUERY)}`;
const TOKEN = ['X-Auth-Token', 'token-of-caller'];
const post = (...headers: string[]): WireRequest => ({
  method: 'POST',
  headers: ['Origin', ORIGIN, ...TOKEN, 'Content-Type', 'application/json', ...headers],
  body: BODY,
});
const preflight = (requested: string, ...headers: string[]): WireRequest => ({
  method: 'OPTIONS',
  headers: [
    ...['Origin', ORIGIN, 'Access-Control-Request-Method', 'POST'],
    ...(requested === '' ? [] : ['Access-Control-Request-Headers', requested]),
    ...headers,
  ],
});
const start = (settings: Record<string, string> = {}) =>
  startApp({ upstream: oneImage, over: 'http', settings: { ...CORS, ...settings } });
const corsOf = ({ headers }: WireResponse) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));
const READABLE = {
  'access-control-allow-origin': ORIGIN,
  'access-control-expose-headers': 'Retry-After, Server-Timing, X-Request-Id',
};

const withKeys = () => ({ IMAGE_GRAPH_API_KEYS_FILE: newFile(createApiKey('ci').line) });

describe('a preflight', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp({ upstream: oneImage, over: 'http', settings: CORS });
  });
  afterAll(() => app.close());

  test.each([
    'content-type,x-auth-token',
    'apollographql-client-name,apollographql-client-version,content-type',
    'baggage,content-type,sentry-trace',
    'traceparent,tracestate',
    'apollo-require-preflight,x-apollo-operation-name',
    'graphql-client-name,x-datadog-trace-id,x-anything-else',
    'authorization',
  ])('allows every header that the page wants to send: %s', async (requested) => {
    for (const path of ['/graphql', '/graphql/', '/health', '/ready']) {
      const response = await sendRequest(app, { ...preflight(requested), path });
      expect([response.status, response.body, corsOf(response)]).toEqual([
        204,
        '',
        {
          ...READABLE,
          'access-control-allow-methods': 'GET, POST',
          'access-control-allow-headers': requested,
          'access-control-max-age': '600',
        },
      ]);
      expect(response.headers.vary).toContain('Origin');
      expect(response.headers['x-request-id']).toMatch(/^[\w-]+$/);
    }
  });

  test('without further headers allows none, and a page in a public network only if it says so', async () => {
    const response = await sendRequest(app, preflight(''));
    expect(response.headers).not.toHaveProperty('access-control-allow-headers');
    expect(response.headers).not.toHaveProperty('access-control-allow-private-network');
    const wanted = await sendRequest(app, preflight('', 'Access-Control-Request-Private-Network', 'true'));
    expect(wanted.headers['access-control-allow-private-network']).toBe('true');
  });

  test.each(['https://other.example', 'null', 'http://app.example'])(
    'of %s, which is not listed, allows nothing',
    async (origin) => {
      const [, , ...headers] = preflight('traceparent', 'Access-Control-Request-Private-Network', 'true').headers ?? [];
      const response = await sendRequest(app, { method: 'OPTIONS', headers: ['Origin', origin, ...headers] });
      expect([response.status, corsOf(response)]).toEqual([405, {}]);
    },
  );

  test.each<[title: string, settings: () => Record<string, string>]>([
    ['API keys', withKeys],
    ['a router secret', () => ({ IMAGE_GRAPH_ROUTER_SECRET: 'the-router-has-it' })],
    ['loopback only', () => PASSWORD],
    ['one operation a minute', () => ({ IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1' })],
  ])('needs no credentials and counts for no limit: %s', async (_title, settings) => {
    const limited = await start(settings());
    for (let n = 0; n < 3; n++) {
      const request = preflight('x-api-key', 'Host', 'graph.example', 'X-Forwarded-For', '192.0.2.1');
      const { status, headers } = await sendRequest(limited, request);
      expect([status, headers['access-control-allow-headers']]).toEqual([204, 'x-api-key']);
    }
  });

  test('gets its response while the caller has as many requests in flight as it may have', async () => {
    const held = await startApp({
      upstream: () => undefined,
      over: 'http',
      settings: { ...CORS, IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '1', IMAGE_GRAPH_REQUEST_TIMEOUT_MS: '2000' },
    });
    const first = sendRequest(held, post());
    await vi.waitFor(() => expect(held.upstream.calls).toHaveLength(1));
    expect((await sendRequest(held, preflight('traceparent'))).status).toBe(204);
    expect((await sendRequest(held, post())).status).toBe(429);
    await first;
  });
});

/** A way in which a request ends. */
interface End {
  readonly status: number;
  readonly title: string;
  readonly request: WireRequest;
  readonly settings?: () => Record<string, string>;
}

const ROUTER = () => ({ IMAGE_GRAPH_ROUTER_SECRET: 'the-router-has-it' });
const SMALL = () => ({ IMAGE_GRAPH_MAX_BODY_BYTES: '10' });
const ENDS: readonly End[] = [
  { status: 200, title: 'data', request: post() },
  {
    status: 200,
    title: 'data by GET',
    request: { path: GET_PATH, headers: ['Origin', ORIGIN, ...TOKEN, 'Sec-Fetch-Site', 'cross-site'] },
  },
  { status: 200, title: 'health', request: { path: '/health', headers: ['Origin', ORIGIN] } },
  { status: 200, title: 'readiness', request: { path: '/ready', headers: ['Origin', ORIGIN] } },
  { status: 400, title: 'no JSON', request: { ...post(), body: '{' } },
  { status: 400, title: 'a malformed Host', request: post('Host', '[') },
  { status: 400, title: 'a malformed target', request: { ...post(), path: 'http://a@b/graphql' } },
  { status: 400, title: 'a header twice', request: post('X-Project-Id', 'a', 'X-Project-Id', 'b') },
  { status: 400, title: 'a WebSocket', request: { headers: ['Origin', ORIGIN, 'Upgrade', 'websocket'] } },
  { status: 401, title: 'no API key', request: post(), settings: withKeys },
  { status: 401, title: 'no router secret', request: post(), settings: ROUTER },
  { status: 403, title: 'another host', request: post('Host', 'graph.example'), settings: () => PASSWORD },
  { status: 404, title: 'another path', request: { ...post(), path: '/elsewhere' } },
  { status: 405, title: 'another method', request: { ...post(), method: 'PUT' } },
  { status: 406, title: 'another type', request: post('Accept', 'image/png') },
  { status: 413, title: 'a large body', request: post(), settings: SMALL },
  { status: 413, title: 'a large chunked body', request: post('Transfer-Encoding', 'chunked'), settings: SMALL },
  {
    status: 415,
    title: 'plain text',
    request: { ...post(), headers: ['Origin', ORIGIN, 'Content-Type', 'text/plain'] },
  },
  { status: 415, title: 'an unknown encoding', request: post('Content-Encoding', 'compress') },
  { status: 417, title: 'an expectation', request: post('Expect', 'a-miracle') },
];

describe('a page of a listed origin reads', () => {
  test.each([
    ['https://app.example:443', 'https://app.example'],
    ['HTTP://App.Example:80', 'http://app.example'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://app.example:8443', 'https://app.example:8443'],
  ])('data, where the list has %s and its browser says %s', async (listed, origin) => {
    const headers = ['Origin', origin, ...TOKEN, 'Sec-Fetch-Site', 'cross-site'];
    const listing = await start({ IMAGE_GRAPH_CORS_ORIGINS: `https://other.example,${listed}` });
    const response = await sendRequest(listing, { path: GET_PATH, headers });
    expect([response.status, corsOf(response)]).toEqual([200, { ...READABLE, 'access-control-allow-origin': origin }]);
  });

  test.each(ENDS)('$status: $title', async ({ status, request, settings }) => {
    const response = await sendRequest(await start(settings?.()), request);
    expect([response.status, corsOf(response)]).toEqual([status, READABLE]);
    expect(response.headers.vary).toContain('Origin');
    expect(response.headers['x-request-id']).toMatch(/^[\w-]+$/);
  });

  test.each(ENDS)('what a page of another origin does not: $status, $title', async ({ request, settings }) => {
    const headers = request.headers?.map((text) => (text === ORIGIN ? 'https://other.example' : text)) ?? [];
    expect(corsOf(await sendRequest(await start(settings?.()), { ...request, headers }))).toEqual({});
  });

  test('429, and when it may send the next operation', async () => {
    const app = await start({ IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1' });
    await sendRequest(app, post());
    const response = await sendRequest(app, post());
    expect([response.status, corsOf(response)]).toEqual([429, READABLE]);
    expect(response.headers['retry-after']).toMatch(/^\d+$/);
  });

  test('the id of its own request', async () => {
    const app = await start();
    for (const request of [post('X-Request-Id', 'r-1'), { ...post('X-Request-Id', 'r-1', 'Host', '[') }])
      expect((await sendRequest(app, request)).headers['x-request-id']).toBe('r-1');
    expect(app.calls()[0]?.headers['x-request-id']).toBe('r-1');
  });
});
