// GraphiQL in a real browser that can reach nothing but this server: the page loads, a tab's query runs by a click.
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { exampleQueries } from '../../src/graph/example.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/cloud.ts';
import { buildSchema } from '../../src/schema.ts';
import { createApp } from '../../src/server/app.ts';
import { Cloud } from '../../src/upstream/cloud.ts';
import { settingsFor } from '../support/app.ts';
import { CHROMIUM } from '../support/processes/chromium.ts';

const tabs = exampleQueries(buildSchema({ offersNode: true }));

let sandbox: Sandbox;
let config: Config;
let cloud: Cloud;
const servers: Server[] = [];

/** Serves the app as `npm start` does; without a default token it wants one from the caller. */
async function serve(defaultToken: string | undefined): Promise<string> {
  const server = createServer(createApp({ config, cloud, logger: { info: () => {}, error: () => {} }, defaultToken }));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

beforeAll(async () => {
  sandbox = await startSandbox();
  config = loadConfig(settingsFor(sandbox));
  cloud = new Cloud(config.cloud);
});
afterAll(async () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await cloud.close();
  await sandbox.close();
});

test('the query of every tab runs as it is on the sandbox and finds something', async () => {
  const url = await serve(sandbox.token);
  for (const query of tabs) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
    expect(errors, query).toBeUndefined();
    const [found] = Object.values(data) as [{ nodes?: unknown[] } | unknown[] | null];
    const rows = Array.isArray(found) ? found : (found?.nodes ?? [found]);
    expect(rows.length, query).toBeGreaterThan(0);
    expect(rows, query).not.toContain(null);
  }
});

test('there is a tab for each root field', async () => {
  const { printApi } = await import('../../src/schema.ts');
  const rootFields = [...(/^type Query \{(.*?)^\}/ms.exec(printApi())?.[1]?.matchAll(/^ {2}(\w+)[(:]/gm) ?? [])].map(
    ([, name]) => name,
  );
  expect(rootFields.length).toBeGreaterThan(8);
  const asked = tabs.map((query) => /\{\s*(\w+)/.exec(query.replace(/^#.*$/gm, ''))?.[1]);
  expect([...asked].sort()).toEqual([...rootFields].sort());
});

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

  test('the page loads, a click runs the first tab and its answer shows, and no request leaves the machine', async () => {
    const { page, outside } = await open(await serve(sandbox.token));
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.graphiql-response').getByText('"totalCount"').first().waitFor();
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
    expect(await page.getByRole('tab').count()).toBe(tabs.length);
    expect(outside).toEqual([]);
  });

  test('where a token is needed the headers editor shows X-Auth-Token', async () => {
    const { page, outside } = await open(await serve(undefined));
    await page.getByText('"X-Auth-Token"').waitFor();
    await page.getByRole('tab', { name: 'OneImage', exact: true }).click();
    await page.getByText('"X-Auth-Token"').waitFor();
    if (process.env.SCREENSHOT) await page.screenshot({ path: `${process.env.SCREENSHOT}.headers.png` });
    expect(outside).toEqual([]);
  });
});
