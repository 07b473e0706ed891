// GraphiQL in a real browser that can reach nothing but this server: the page loads, a tab's query runs by a click.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleQueries } from '../../src/graph/example.ts';
import { buildSchema } from '../../src/schema.ts';
import { startApp } from '../support/app.ts';
import { CHROMIUM } from '../support/processes/chromium.ts';
import { startSandboxUpstream } from '../support/upstreams/sandbox.ts';
import type { Upstream } from '../support/upstreams/upstream.ts';

const tabs = exampleQueries(buildSchema({ offersNode: true }));

let sandbox: Upstream;
beforeAll(async () => {
  sandbox = await startSandboxUpstream();
});
afterAll(() => sandbox.close());

/** Serves the app as `npm start` does; without a default token it requires one of the caller. Returns its address. */
async function serve(defaultToken?: string): Promise<string> {
  const app = await startApp({
    upstream: sandbox,
    over: 'http',
    ...(defaultToken === undefined ? {} : { defaultToken }),
  });
  return app.url;
}

describe.skipIf(!existsSync(CHROMIUM))('in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    const args = [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  afterAll(() => browser.close());

  /** Opens the page with everything outside blocked; `outside` collects what it tried to load from elsewhere. */
  async function open(url: string): Promise<{ page: Page; outside: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const outside: string[] = [];
    await page.route('**/*', (route) => {
      const target = route.request().url();
      if (target.startsWith(new URL(url).origin) || /^(data|blob):/.test(target)) return route.continue();
      outside.push(target);
      return route.abort();
    });
    await page.goto(url);
    await page.getByRole('button', { name: /Execute query/ }).waitFor();
    return { page, outside };
  }

  test('the page loads, a click runs the first tab and its response shows, and no request leaves the machine', async () => {
    const { page, outside } = await open(await serve(sandbox.token));
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.graphiql-response').getByText('"totalCount"').first().waitFor();
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
    expect(await page.getByRole('tab').count()).toBe(tabs.length);
    expect(outside).toEqual([]);
  });

  test('where a token is needed the headers editor shows X-Auth-Token', async () => {
    const { page, outside } = await open(await serve());
    await page.getByText('"X-Auth-Token"').waitFor();
    await page.getByRole('tab', { name: 'OneImage', exact: true }).click();
    await page.getByText('"X-Auth-Token"').waitFor();
    if (process.env.SCREENSHOT) await page.screenshot({ path: `${process.env.SCREENSHOT}.headers.png` });
    expect(outside).toEqual([]);
  });
});
