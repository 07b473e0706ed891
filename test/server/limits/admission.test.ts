// Admission: while the event loop lags requests wait in a queue, and when that takes too long further ones are rejected at once.
import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type GraphQLResponse, startApp } from '../../support/app.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

const BODY = JSON.stringify({ query: QUERY });
const ORIGIN = 'https://app.example';
const HEADERS = { 'content-type': 'application/json', 'x-auth-token': 'test-token', origin: ORIGIN };
const CONNECTIONS = 120;

function keepBusy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** The app in this process, whose event loop the test can keep busy; with open connections, as a busy loop accepts few new ones. */
async function start() {
  const settings = {
    // The tests count the calls of each operation.
    IMAGE_GRAPH_SHARE_CALLS: 'false',
    IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '10',
    IMAGE_GRAPH_MAX_QUEUE_MS: '50',
    IMAGE_GRAPH_CORS_ORIGINS: ORIGIN,
  };
  const { origin, upstream } = await startApp({ upstream: oneImage, settings, over: 'http' });
  const pool = new Pool(origin, { connections: CONNECTIONS });
  onTestFinished(() => pool.destroy());
  const ask = async (signal?: AbortSignal) => {
    const sent = {
      path: '/graphql',
      method: 'POST',
      headers: HEADERS,
      body: BODY,
      ...(signal ? { signal } : {}),
    } as const;
    const { statusCode: status, headers, body } = await pool.request(sent);
    return { status, headers, body: (await body.json()) as GraphQLResponse };
  };
  const probe = async (path: string, method: 'GET' | 'OPTIONS' = 'GET') => {
    const { statusCode: status, body } = await pool.request({ path, method, headers: { origin: ORIGIN } });
    return { status, text: await body.text() };
  };
  // Probes never wait.
  await Promise.all(Array.from({ length: CONNECTIONS }, () => probe('/health')));
  expect((await ask()).body).toEqual(RESPONSE);
  upstream.takeCalls();
  return { upstream, ask, probe };
}

/** Makes every turn of the event loop a long one; returns the function that ends it. */
function slowDown(): () => void {
  let isSlow = true;
  const turn = () => {
    keepBusy(30);
    if (isSlow) setImmediate(turn);
  };
  turn();
  return () => {
    isSlow = false;
  };
}

test('when the queue is too long, requests get 503, OVERLOADED and Retry-After, and no call is made for them', async () => {
  const { upstream, ask, probe } = await start();
  const recover = slowDown();
  onTestFinished(recover);
  await wait(100);
  const waiting = Array.from({ length: 110 }, () => ask());
  await wait(200);
  const { status, headers, body } = await ask();
  expect([status, headers['retry-after'], headers['cache-control']]).toEqual([503, '1', 'private, no-store']);
  // A page reads it, too, and when it may retry.
  expect(headers).toMatchObject({
    'access-control-allow-origin': ORIGIN,
    'access-control-expose-headers': 'Retry-After, Server-Timing, X-Request-Id',
    'x-request-id': expect.stringMatching(/^[\w-]+$/),
  });
  expect(body).toEqual({
    errors: [{ message: expect.any(String), extensions: { code: 'OVERLOADED', service: null, retryAfter: 1 } }],
  });
  // So do preflights: without one the page would not see the 503.
  expect(await probe('/graphql', 'OPTIONS')).toEqual({ status: 204, text: '' });
  // The probes get responses: the process is alive, and not ready for more work.
  expect(await probe('/health')).toEqual({ status: 200, text: '' });
  const ready = await probe('/ready');
  expect([ready.status, JSON.parse(ready.text).status]).toEqual([503, 'overloaded']);

  recover();
  const responses = await Promise.all(waiting);
  const served = responses.filter(({ status: code }) => code === 200);
  expect(served.length).toBeGreaterThanOrEqual(64);
  for (const response of served) expect(response.body).toEqual(RESPONSE);
  expect(upstream.calls).toHaveLength(served.length);
  expect((await ask()).body).toEqual(RESPONSE);
  await vi.waitFor(async () => expect((await probe('/ready')).status).toBe(200), 5000);
});

test('queued requests are admitted however late the loop is, one by one', async () => {
  const { ask } = await start();
  onTestFinished(slowDown());
  await wait(100);
  for (const response of Array.from({ length: 5 }, () => ask())) expect((await response).body).toEqual(RESPONSE);
});

test('the queue always has room for as many requests as an application sends at once', async () => {
  const { ask } = await start();
  onTestFinished(slowDown());
  await wait(100);
  for (const response of Array.from({ length: 30 }, () => ask())) expect((await response).status).toBe(200);
});

test('a caller that disconnects while it waits is not served', async () => {
  const { upstream, ask } = await start();
  const recover = slowDown();
  await wait(100);
  const gone = new AbortController();
  const waiting = Array.from({ length: 30 }, () => ask(gone.signal).catch(() => 'gone'));
  await wait(100);
  gone.abort();
  await Promise.all(waiting);
  await wait(100);
  recover();
  await ask();
  expect(upstream.calls.length).toBeLessThan(20);
});

test('one long pause rejects no request', async () => {
  const { ask } = await start();
  for (let n = 0; n < 3; n++) {
    await wait(50);
    keepBusy(60);
    expect((await ask()).status).toBe(200);
  }
});

test('a server that was idle for long admits the first request', async () => {
  const { ask } = await start();
  const recover = slowDown();
  await wait(100);
  recover();
  await wait(1200);
  expect((await ask()).status).toBe(200);
});
