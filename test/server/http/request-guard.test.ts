// What a request may be before it is one of GraphQL: targets in absolute form, offers of other protocols, expectations.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { openApp, startApp, type TestApp } from '../../support/app.ts';
import { newFile } from '../../support/files.ts';
import { codeOf, sendRequest } from '../../support/http-client.ts';
import { requestBytes, sendBytes } from '../../support/raw-http.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const TOKEN = 'X-Auth-Token: token-of-caller';
const BODY = JSON.stringify({ query: QUERY });
const SEARCH = `?query=${encodeURIComponent(QUERY)}`;

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: oneImage, over: 'http' });
});
afterAll(() => app.close());
beforeEach(() => void app.calls());

/** Sends a request with a start line and headers. Shape: the status and the parsed body. */
async function send(startLine: string, headers: readonly string[] = [], body = ''): Promise<[number, unknown]> {
  const text = await sendBytes(app.origin, requestBytes(startLine, [TOKEN, ...headers], body));
  const [head = '', content = ''] = text.split('\r\n\r\n');
  return [Number(head.slice(9, 12)), content === '' ? undefined : JSON.parse(content)];
}

test.each([
  'http://127.0.0.1/graphql',
  'http://graph.example/graphql',
  'http://graph.example:8080/graphql/',
  'https://graph.example/graphql',
  'HTTP://GRAPH.EXAMPLE/graphql',
  'http://[::1]:4000/graphql',
])('an operation is accepted with the target %s', async (target) => {
  expect(await send(`POST ${target} HTTP/1.1`, [], BODY)).toEqual([200, RESPONSE]);
  expect(await send(`GET ${target}${SEARCH} HTTP/1.1`)).toEqual([200, RESPONSE]);
});

test('the status paths are accepted in absolute form, other paths are not found', async () => {
  expect(await send('GET http://graph.example/health HTTP/1.1')).toEqual([200, undefined]);
  expect(await send('GET http://graph.example/ready?x HTTP/1.1')).toMatchObject([200, { status: 'ready' }]);
  for (const target of ['http://graph.example/elsewhere', 'http://graph.example//graphql'])
    expect((await send(`GET ${target} HTTP/1.1`))[0]).toBe(404);
});

test.each([
  'http:///graphql',
  'http://user@graph.example/graphql',
  'http://user:password@graph.example/graphql',
  'http://[::1/graphql',
  'http://graph.example:99999/graphql',
  'http://gr%61ph.example/graphql',
  'http://a,b/graphql',
  'http:/graphql',
  'ftp://graph.example/graphql',
  'file:///graphql',
  'graphql',
])('the target %s gets 400', async (target) => {
  expect((await send(`GET ${target}${SEARCH} HTTP/1.1`))[0]).toBe(400);
  expect(app.calls()).toEqual([]);
});

test('with a target in absolute form Host must still be there and valid', async () => {
  const head = `GET http://graph.example/graphql${SEARCH} HTTP/1.1\r\nConnection: close\r\n`;
  for (const host of ['', 'Host: [\r\n', 'Host: a\r\nHost: b\r\n'])
    expect(await sendBytes(app.origin, Buffer.from(`${head}${host}\r\n`))).toMatch(/^HTTP\/1.1 400 /);
  expect(app.calls()).toEqual([]);
});

const HANDSHAKE = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];

test.each(['graphql-transport-ws', 'graphql-ws'])(
  'a WebSocket handshake reads that there is none: %s',
  async (name) => {
    for (const target of ['/graphql', '/graphql/', '/subscriptions', `/graphql${SEARCH}`]) {
      const [status, body] = await send(`GET ${target} HTTP/1.1`, [...HANDSHAKE, `Sec-WebSocket-Protocol: ${name}`]);
      expect([status, body]).toEqual([
        400,
        {
          errors: [{ message: expect.stringContaining('no subscriptions'), extensions: { code: 'BAD_USER_INPUT' } }],
        },
      ]);
    }
    expect(app.calls()).toEqual([]);
  },
);

test('a WebSocket handshake reads it without credentials, which browsers cannot send with it', async () => {
  const closed = await startApp({
    upstream: oneImage,
    over: 'http',
    settings: { IMAGE_GRAPH_API_KEYS_FILE: newFile(createApiKey('ci').line) },
  });
  const response = await sendRequest(closed, { headers: ['Upgrade', 'WebSocket'] });
  expect([response.status, codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
  expect(response.body).toContain('no subscriptions');
});

test.each(['h2c', 'TLS/1.0', 'foo/2', 'not-websocket-at-all'])(
  'an offer to upgrade to %s is passed over',
  async (name) => {
    expect(await send('POST /graphql HTTP/1.1', [`Upgrade: ${name}`, 'HTTP2-Settings: AAMAAABk'], BODY)).toEqual([
      200,
      RESPONSE,
    ]);
  },
);

test('100-continue is met, and other expectations get 417', async () => {
  const continued = await sendBytes(
    app.origin,
    requestBytes('POST /graphql HTTP/1.1', [TOKEN, 'Expect: 100-continue'], BODY),
  );
  expect(continued).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /);
  expect(await send('POST /graphql HTTP/1.1', ['Expect: a-miracle'], BODY)).toMatchObject([
    417,
    { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
  ]);
});
