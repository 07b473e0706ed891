// Bodies of requests: chunked ones have the limit of others, and one that nothing needs does not arrive without end.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp, startApp, type TestApp } from '../../support/app.ts';
import { sendRequest } from '../../support/http-client.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const LIMIT = 1_000;
const TOKEN = ['X-Auth-Token', 'token-of-caller'];
const CHUNKED = ['Transfer-Encoding', 'chunked'];
const JSON_TYPE = ['Content-Type', 'application/json'];
const bodyOf = (bytes: number) => JSON.stringify({ query: QUERY }).padEnd(bytes);

let app: TestApp;
beforeAll(async () => {
  app = await openApp({
    upstream: oneImage,
    over: 'http',
    settings: { IMAGE_GRAPH_MAX_BODY_BYTES: String(LIMIT) },
  });
});
afterAll(() => app.close());

test.each(['', 'some text'])('a query by GET with the chunked body %j gets its response', async (body) => {
  const path = `/graphql?query=${encodeURIComponent(QUERY)}`;
  const response = await sendRequest(app, { path, headers: [...TOKEN, ...CHUNKED], body });
  expect([response.status, JSON.parse(response.body)]).toEqual([200, RESPONSE]);
});

test('a chunked body of the maximal size is read', async () => {
  const headers = [...TOKEN, ...JSON_TYPE, ...CHUNKED];
  const response = await sendRequest(app, { method: 'POST', headers, body: bodyOf(LIMIT) });
  expect([response.status, JSON.parse(response.body)]).toEqual([200, RESPONSE]);
});

test.each<[title: string, method: string, headers: string[]]>([
  ['by POST', 'POST', JSON_TYPE],
  ['by POST, without a type', 'POST', []],
  ['by POST, compressed', 'POST', [...JSON_TYPE, 'Content-Encoding', 'gzip']],
  ['by POST, in an unknown encoding', 'POST', [...JSON_TYPE, 'Content-Encoding', 'compress']],
  ['by POST, with no type to accept', 'POST', [...JSON_TYPE, 'Accept', 'image/png']],
  ['by PUT', 'PUT', JSON_TYPE],
  ['by GET', 'GET', []],
])(
  'a chunked body that is too large gets the 413 of one with a Content-Length: %s',
  async (_title, method, headers) => {
    const known = await sendRequest(app, { method, headers: [...TOKEN, ...headers], body: bodyOf(LIMIT + 1) });
    const chunked = await sendRequest(app, {
      method,
      headers: [...TOKEN, ...headers, ...CHUNKED],
      body: bodyOf(LIMIT + 1),
    });
    expect(known.status).toBe(413);
    const { date: _date, 'x-request-id': _id, ...expected } = known.headers;
    const { date, 'x-request-id': id, ...received } = chunked.headers;
    expect([chunked.status, chunked.body, received]).toEqual([known.status, known.body, expected]);
    expect([date, id]).not.toContain(undefined);
  },
);

test('a body that goes on after the response ends the connection after a bound', { timeout: 30_000 }, async () => {
  const closed = await startApp({
    upstream: oneImage,
    over: 'http',
    settings: { IMAGE_GRAPH_ROUTER_SECRET: 'secret' },
  });
  const { hostname, port } = new URL(closed.origin);
  const socket = connect(Number(port), hostname);
  const response = once(socket, 'data');
  const end = new Promise((resolve) => socket.once('close', resolve));
  // The server resets a connection over which it still receives.
  socket.on('error', () => {});
  socket.write(`POST /graphql HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${2 ** 33}\r\n\r\n`);
  const chunk = Buffer.alloc(2 ** 20);
  const send = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', send);
  send();
  expect(String(await response)).toMatch(/^HTTP\/1.1 401 /);
  await end;
  expect(socket.bytesWritten).toBeGreaterThan(2 ** 26);
  expect(socket.bytesWritten).toBeLessThan(2 ** 32);
});
