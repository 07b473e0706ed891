// CORS in a real browser: a page of another origin sends the headers of its tools, and reads data and rejections with their Retry-After.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { Pool } from 'undici';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { oneImage, QUERY, RESPONSE } from '../server/one-image.ts';
import { startApp } from '../support/app.ts';
import { close, listen } from '../support/listen.ts';
import { CHROMIUM } from '../support/processes/chromium.ts';

const TOOLS = {
  'apollographql-client-name': 'web',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  baggage: 'sentry-environment=production',
  'sentry-trace': '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
  'apollo-require-preflight': 'true',
  'x-auth-token': 'token-of-caller',
};
const CONNECTIONS = 120;

describe.skipIf(!existsSync(CHROMIUM))('a page of a listed origin in Chromium', { timeout: 60_000 }, () => {
  const pages = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>A page</title>'),
  );
  let origin: string;
  let browser: Browser;
  beforeAll(async () => {
    origin = await listen(pages);
    const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  afterAll(async () => {
    await browser.close();
    await close(pages);
  });

  async function openPage(): Promise<Page> {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(origin);
    return page;
  }

  /** Sends an operation from a page. Shape: what its script can read. */
  const send = (page: Page, url: string, headers: Record<string, string> = TOOLS) =>
    page.evaluate(
      async ({ url, headers, body }) => {
        const sent = { 'content-type': 'application/json', ...headers };
        const response = await fetch(url, { method: 'POST', headers: sent, body });
        const [retryAfter, id] = ['retry-after', 'x-request-id'].map((name) => response.headers.get(name));
        return { status: response.status, retryAfter, id, body: await response.json() };
      },
      { url, headers, body: JSON.stringify({ query: QUERY }) },
    );
  const start = (settings: Record<string, string> = {}) =>
    startApp({ upstream: oneImage, over: 'http', settings: { IMAGE_GRAPH_CORS_ORIGINS: origin, ...settings } });

  test('reads data', async () => {
    const { url } = await start();
    expect(await send(await openPage(), url)).toEqual({
      status: 200,
      retryAfter: null,
      id: expect.stringMatching(/^[\w-]+$/),
      body: RESPONSE,
    });
  });

  test('reads 401, 413 and 429', async () => {
    const page = await openPage();
    const secret = await start({ IMAGE_GRAPH_ROUTER_SECRET: 'the-router-has-it' });
    expect(await send(page, secret.url)).toMatchObject({ status: 401, body: { errors: [{}] } });
    const small = await start({ IMAGE_GRAPH_MAX_BODY_BYTES: '10' });
    expect(await send(page, small.url)).toMatchObject({ status: 413, body: { errors: [{}] } });
    const limited = await start({ IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1' });
    await send(page, limited.url);
    expect(await send(page, limited.url)).toMatchObject({
      status: 429,
      retryAfter: expect.stringMatching(/^\d+$/),
      body: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
    });
  });

  test('reads the 503 of an overloaded server, whose preflight is not rejected', async () => {
    const app = await start({ IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '1', IMAGE_GRAPH_MAX_QUEUE_MS: '1' });
    const page = await openPage();
    const pool = new Pool(app.origin, { connections: CONNECTIONS });
    onTestFinished(() => pool.destroy());
    const headers = { 'content-type': 'application/json', 'x-auth-token': 'token-of-caller' };
    const post = { path: '/graphql', method: 'POST', headers } as const;
    const body = JSON.stringify({ query: QUERY });
    await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.request({ path: '/health', method: 'GET' })));
    // Every turn of the event loop, which is the server's, takes long.
    let isSlow = true;
    const turn = () => {
      for (const end = performance.now() + 20; performance.now() < end; );
      if (isSlow) setImmediate(turn);
    };
    turn();
    await wait(100);
    const load = Array.from({ length: CONNECTIONS }, async () => {
      while (isSlow) await (await pool.request({ ...post, body })).body.dump();
    });
    let response = await send(page, app.url);
    for (let n = 0; n < 20 && response.status === 200; n++) response = await send(page, app.url);
    isSlow = false;
    await Promise.all(load);
    expect(response).toMatchObject({
      status: 503,
      retryAfter: '1',
      id: expect.stringMatching(/^[\w-]+$/),
      body: { errors: [{ extensions: { code: 'OVERLOADED' } }] },
    });
  });

  test('of another origin reads nothing', async () => {
    const { url, calls } = await start({ IMAGE_GRAPH_CORS_ORIGINS: 'https://app.example' });
    const page = await openPage();
    await expect(send(page, url)).rejects.toThrow('Failed to fetch');
    expect(calls()).toEqual([]);
  });
});
