// GraphiQL in a real browser that can reach nothing but this server: what a user of the page does, and what the browser sends and keeps.
import { existsSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { exampleQueries } from '../../src/graph/example.ts';
import { buildSchema } from '../../src/schema.ts';
import { startApp } from '../support/app.ts';
import { newFile } from '../support/files.ts';
import { close, listen } from '../support/listen.ts';
import { CHROMIUM } from '../support/processes/chromium.ts';
import { startSandboxUpstream } from '../support/upstreams/sandbox.ts';
import type { Upstream } from '../support/upstreams/upstream.ts';

const tabs = exampleQueries(buildSchema({ offersNode: true }));

interface WebStorage {
  getItem(name: string): string | null;
  setItem: (name: string, value: string) => void;
}

/** What the functions that run in the page use of a browser's globals. */
type PageGlobals = typeof globalThis & {
  readonly document: { readonly cookie: string; readonly activeElement: { closest(selector: string): unknown } };
  readonly location: { readonly href: string };
  readonly localStorage: WebStorage;
  readonly sessionStorage: WebStorage;
  readonly Storage: { readonly prototype: WebStorage };
  getComputedStyle(element: unknown): { getPropertyValue(name: string): string };
  addEventListener(name: string, listener: () => void): void;
  dispatchEvent(event: Event): void;
};

let sandbox: Upstream;
beforeAll(async () => {
  sandbox = await startSandboxUpstream();
});
afterAll(() => sandbox.close());

interface ServeOptions {
  readonly settings?: Record<string, string>;
  /** Whether a caller needs a token; after `npm start` none does. */
  readonly needsToken?: boolean;
  /** The path of the endpoint in front of the proxy. */
  readonly path?: string;
}

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Served {
  readonly url: string;
  /** What the browser has requested. */
  readonly requests: Seen[];
}

/** Serves the app behind a proxy that knows the endpoint under another path, and nothing else. */
async function serve({ settings = {}, needsToken = false, path = '/graphql' }: ServeOptions = {}): Promise<Served> {
  const defaultToken = needsToken ? {} : { defaultToken: sandbox.token };
  const app = await startApp({ upstream: sandbox, over: 'http', settings, ...defaultToken });
  const requests: Seen[] = [];
  const proxy = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body = (await request.toArray()).join('');
    requests.push({ method, path: url, headers, body });
    const [, slash = '', search = ''] = new RegExp(`^${path}(/?)(\\?.*)?$`).exec(url) ?? [];
    if (!url.startsWith(path)) return void response.writeHead(404).end();
    const sent = httpRequest(`${app.origin}/graphql${slash}${search}`, { method, headers }, (received) => {
      response.writeHead(received.statusCode ?? 502, received.headers);
      received.pipe(response);
    });
    sent.end(body);
  });
  const origin = await listen(proxy);
  onTestFinished(() => close(proxy));
  return { url: `${origin}${path}`, requests };
}

/** The bodies of the operations that were run, without introspection. */
const operations = ({ requests }: Served) =>
  requests
    .filter(({ method, body }) => method === 'POST' && !body.includes('IntrospectionQuery'))
    .map(({ body, headers }) => ({ ...JSON.parse(body), token: headers['x-auth-token'] }));

describe.skipIf(!existsSync(CHROMIUM))('in Chromium', { timeout: 90_000 }, () => {
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
      // Nothing but this machine is found.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
  });
  afterAll(() => browser.close());

  const button = (page: Page, name: RegExp) => page.getByRole('button', { name });
  const ready = (page: Page) => button(page, /Execute query/).waitFor();
  const activeTab = (page: Page) => page.locator('[role=tab][aria-selected=true]').innerText();
  const response = (page: Page) => page.locator('.graphiql-response');

  /** Text of an editor; the editor shows blanks as no-break spaces. */
  const textIn = async (page: Page, place: string) =>
    (await page.locator(`${place} .view-lines`).innerText()).replaceAll('\u00a0', ' ');

  /**
   * Opens the page. Fails at the end of the test if it has tried to load something from elsewhere, or if
   * the browser reports an error or something that the content security policy blocks.
   */
  async function open(
    url: string,
    options: BrowserContextOptions = {},
    before: (page: Page) => Promise<unknown> = async () => {},
  ): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('request', (request) => {
      const target = request.url();
      if (!target.startsWith(new URL(url).origin) && !target.startsWith('data:')) faults.push(target);
    });
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    onTestFinished(async () => {
      await context.close();
      // The browser reports the status of a rejected operation.
      expect(faults.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
    });
    await before(page);
    await page.goto(url);
    await ready(page);
    return page;
  }

  const tabOf = (page: Page, name: string) =>
    page.getByRole('tab').filter({ has: page.getByRole('button', { name, exact: true }) });
  const openTab = (page: Page, name: string) => tabOf(page, name).getByRole('button').first().click();

  const QUERY = '.graphiql-query-editor';
  /** The editor below that of the query, of variables or headers. */
  const BELOW = '.graphiql-editor-tool .graphiql-editor:not(.hidden)';

  /** Replaces the query as a user pastes it. */
  async function pasteQuery(page: Page, text: string): Promise<void> {
    await page.locator(`${QUERY} .view-lines`).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(text);
  }

  /** Replaces variables or headers as a user types them. */
  async function typeBelow(page: Page, name: 'Variables' | 'Headers', values: object): Promise<void> {
    await page.getByRole('button', { name, exact: true }).click();
    await page.locator(`${BELOW} .view-lines`).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.type(JSON.stringify(values));
  }

  async function run(page: Page, served: Served): Promise<void> {
    const count = operations(served).length;
    await button(page, /Execute query/).click();
    await expect.poll(() => operations(served).length, { timeout: 20_000 }).toBe(count + 1);
  }

  test('the page loads, and a click runs the first tab and shows its response and what it cost', async () => {
    const page = await open((await serve()).url);
    expect(await page.getByRole('tab').count()).toBe(tabs.length);
    await button(page, /Execute query/).click();
    await response(page).getByText('"totalCount"').first().waitFor();
    await response(page).locator('.view-lines').click();
    await page.keyboard.press('Control+End');
    await response(page).getByText('"requestedQueryCost"').waitFor();
  });

  test('the plan of an operation and its calls are shown below, where the server offers that', async () => {
    const served = await serve({ settings: { IMAGE_GRAPH_EXPLAIN: 'true' } });
    const query = '{ images(first: 1) { nodes { name } } repositories(first: 2) { totalCount } }';
    const page = await open(`${served.url}?${new URLSearchParams({ query })}`);
    await run(page, served);
    const calls = page.locator('#calls');
    await expect.poll(() => calls.innerText()).toContain('Plan: IMS: 1 call; SWR: 1 call. Made: 2 calls.');
    await page.locator('#calls summary').click();
    await expect.poll(() => calls.innerText()).toMatch(/images\s+IMS: 1 call/);
    expect(await calls.innerText()).toMatch(/ims\s+list images\s+success 200\s+the service\s+1\s/);
    expect(operations(served).at(-1).extensions).toEqual({ cost: true, explain: true });
  });

  test('there are none where it does not', async () => {
    const served = await serve();
    const page = await open(served.url);
    await run(page, served);
    expect(await page.locator('#calls').isVisible()).toBe(false);
  });

  test.each(['/orders/graphql', '/orders/graphql/', '/graphql/', '/tools/image.graph'])(
    'behind a proxy that removes a prefix it works at %s',
    async (path) => {
      const served = await serve({ path });
      const page = await open(served.url);
      await button(page, /Execute query/).click();
      await response(page).getByText('"totalCount"').first().waitFor();
      await button(page, /Show Documentation/).click();
      await page.getByRole('link', { name: 'Query', exact: true }).waitFor();
      expect(served.requests.filter(({ path: requested }) => !requested.startsWith(path))).toEqual([]);
    },
  );

  test.each([1440, 1024, 390])('every tab opens at the first click, %i pixels wide', async (width) => {
    const page = await open((await serve()).url, { viewport: { width, height: 800 } });
    const found: string[] = [];
    const names = (await page.getByRole('tab').allInnerTexts()).map((name) => name.trim());
    expect(names.length).toBe(tabs.length);
    for (const name of names) {
      const tab = tabOf(page, name);
      await tab.scrollIntoViewIfNeeded();
      const { x, y, height } = (await tab.boundingBox()) ?? { x: 0, y: 0, height: 0 };
      await page.mouse.move(x + 20, y + height / 2);
      await page.mouse.down();
      // Where a tab moves away, it has done so by now.
      await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
      await page.mouse.up();
      found.push((await activeTab(page)).trim());
    }
    expect(found).toEqual(names);
  });

  test('a tab that is dragged to another place stays there', async () => {
    const page = await open((await serve()).url);
    const names = await page.getByRole('tab').allInnerTexts();
    const box = await page.getByRole('tab').first().boundingBox();
    const target = await page.getByRole('tab').nth(2).boundingBox();
    if (!box || !target) throw new Error('A tab is not shown.');
    await page.mouse.move(box.x + 20, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(target.x + target.width, box.y + 10, { steps: 20 });
    await page.mouse.up();
    await expect
      .poll(async () => (await page.getByRole('tab').allInnerTexts()).indexOf(names[0] ?? ''))
      .toBeGreaterThan(1);
  });

  test('the strip of tabs fades on the side where more follow', async () => {
    const page = await open((await serve()).url, { viewport: { width: 800, height: 600 } });
    const fades = () =>
      page.locator('.graphiql-tabs').evaluate((strip) => {
        const style = (globalThis as PageGlobals).getComputedStyle(strip);
        return ['--fade-left', '--fade-right'].map((name) => parseFloat(style.getPropertyValue(name)) > 4);
      });
    await expect.poll(fades).toEqual([false, true]);
    await page.getByRole('tab').nth(4).scrollIntoViewIfNeeded();
    await page.locator('.graphiql-tabs').evaluate((strip) => (strip.scrollLeft = strip.scrollWidth / 3));
    await expect.poll(fades).toEqual([true, true]);
    await page.locator('.graphiql-tabs').evaluate((strip) => (strip.scrollLeft = strip.scrollWidth));
    await expect.poll(fades).toEqual([true, false]);
    await page.setViewportSize({ width: 3000, height: 600 });
    await expect.poll(fades).toEqual([false, false]);
  });

  const link = (parameters: Record<string, string>) => `?${new URLSearchParams(parameters)}`;

  describe('after a reload', () => {
    test('what was typed a moment ago is there', async () => {
      const page = await open((await serve()).url);
      await openTab(page, 'OneImage');
      await pasteQuery(page, 'query Mine { __typename }');
      await page.reload();
      await ready(page);
      await expect.poll(() => textIn(page, QUERY), { timeout: 5_000 }).toBe('query Mine { __typename }');
      expect(await page.getByRole('tab').count()).toBe(tabs.length);
      expect((await activeTab(page)).trim()).toBe('Mine');
    });

    test('the tab that was active is so, with its variables, and nothing is added', async () => {
      const page = await open((await serve()).url);
      for (const name of ['NewestCentOS', 'OneRepository', 'ObjectsById', 'OneImage']) {
        await openTab(page, name);
        await typeBelow(page, 'Variables', { of: name });
      }
      const text = await textIn(page, QUERY);
      // The URL is written a moment after the last change.
      await page.waitForURL((url) => url.searchParams.get('variables')?.includes('OneImage') ?? false);
      for (let count = 0; count < 2; count++) {
        await page.reload();
        await ready(page);
        expect((await activeTab(page)).trim()).toBe('OneImage');
        await expect.poll(() => textIn(page, QUERY), { timeout: 5_000 }).toBe(text);
        expect(await textIn(page, BELOW)).toBe('{"of":"OneImage"}');
        expect(await page.getByRole('tab').count()).toBe(tabs.length);
      }
    });

    test('what was typed is there when the page was left before its editors were made', async () => {
      const page = await open((await serve()).url);
      await pasteQuery(page, 'query Mine { __typename }');
      await page.addInitScript(() => {
        const { addEventListener, dispatchEvent, sessionStorage, Storage } = globalThis as PageGlobals;
        if (sessionStorage.getItem('left')) return;
        sessionStorage.setItem('left', 'true');
        // Called after the page's own listener, which starts GraphiQL. What comes after this moment is not kept.
        addEventListener('DOMContentLoaded', () => {
          dispatchEvent(new Event('pagehide'));
          Storage.prototype.setItem = () => {};
        });
      });
      await page.reload();
      await page.reload();
      await ready(page);
      await expect.poll(() => textIn(page, QUERY), { timeout: 5_000 }).toBe('query Mine { __typename }');
      expect(await page.getByRole('tab').count()).toBe(tabs.length);
    });

    test('a link that was reloaded before it was shown is there', async () => {
      const { url } = await serve();
      const page = await open(url);
      await pasteQuery(page, 'query Mine { __typename }');
      const held = `**/*${await page.locator('#graphiql').getAttribute('src')}`.replace('?', '\\?');
      await page.route(held, () => {});
      await page.goto(`${url}${link({ query: 'query Linked { __typename }' })}`, { waitUntil: 'commit' });
      await expect.poll(() => page.evaluate(() => 'MonacoEnvironment' in globalThis)).toBe(true);
      await page.unroute(held);
      await page.reload();
      await ready(page);
      await expect.poll(() => textIn(page, QUERY), { timeout: 5_000 }).toBe('query Linked { __typename }');
    });

    test('a query that is too long for a URL is there', async () => {
      const page = await open((await serve()).url);
      await openTab(page, 'OneImage');
      await pasteQuery(page, `query Long { __typename }\n#${'x'.repeat(9000)}`);
      await expect.poll(() => new URL(page.url()).search).toBe('');
      await page.reload();
      await ready(page);
      expect((await activeTab(page)).trim()).toBe('Long');
    });
  });

  test('a shared link opens with its query, variables and operation, beside the examples, and does not run it', async () => {
    const served = await serve();
    const query = 'query One { __typename }\nquery Two($first: Int!) { images(first: $first) { nodes { name } } }';
    const search = link({ query, variables: '{"first":2}', operationName: 'Two' });
    const page = await open(`${served.url}${search}`);
    await expect.poll(() => textIn(page, QUERY), { timeout: 5_000 }).toBe(query);
    expect(await textIn(page, BELOW)).toBe('{\n  "first": 2\n}');
    expect(await page.getByRole('tab').count()).toBe(tabs.length + 1);
    expect(operations(served)).toEqual([]);
    await page.reload();
    await ready(page);
    await expect.poll(() => textIn(page, QUERY), { timeout: 5_000 }).toBe(query);
    expect(await page.getByRole('tab').count()).toBe(tabs.length + 1);
  });

  test('the URL after an edit is a link that opens in another browser', async () => {
    const served = await serve();
    const page = await open(served.url);
    expect(new URL(page.url()).search).toBe('');
    await pasteQuery(page, 'query Mine($of: String) { __typename }');
    await page.waitForURL((url) => url.searchParams.get('query')?.startsWith('query Mine') ?? false);
    const other = await open(page.url());
    expect(await textIn(other, QUERY)).toBe('query Mine($of: String) { __typename }');
  });

  test('markup and odd characters in a link are text', async () => {
    const query = '# <script>alert(1)</script> </textarea> & "quotes" ü 🙂\n{ __typename }';
    const page = await open(`${(await serve()).url}${link({ query, variables: 'not JSON <b>' })}`);
    await expect.poll(() => textIn(page, QUERY), { timeout: 5_000 }).toBe(query);
    expect(await textIn(page, BELOW)).toBe('not JSON <b>');
  });

  describe('a token', () => {
    const TOKEN = 'a-token-that-is-typed';

    /** Everything that the browser keeps for the page. */
    const kept = (page: Page) =>
      page.evaluate(() => {
        const { localStorage, sessionStorage, document, location } = globalThis as PageGlobals;
        return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]);
      });

    test('is in the editor by name where a caller needs one', async () => {
      const page = await open((await serve({ needsToken: true })).url);
      await page.getByText('"X-Auth-Token"').waitFor();
      await openTab(page, 'OneImage');
      await page.getByText('"X-Auth-Token"').waitFor();
    });

    test('is typed once for all tabs, a later one replaces it everywhere, and neither is kept', async () => {
      const served = await serve({ needsToken: true });
      const page = await open(served.url);
      await typeBelow(page, 'Headers', { 'X-Auth-Token': TOKEN });
      await run(page, served);
      await openTab(page, 'OneImage');
      await run(page, served);
      await typeBelow(page, 'Headers', { 'X-Auth-Token': `${TOKEN}-2` });
      await run(page, served);
      await openTab(page, 'MyRepositories');
      await run(page, served);
      await button(page, /New tab/).click();
      await pasteQuery(page, 'query Mine { __typename }');
      await run(page, served);
      await button(page, /Prettify/).click();
      await run(page, served);
      const sent = operations(served);
      expect(sent.map(({ token }) => token)).toEqual([TOKEN, TOKEN, ...Array(4).fill(`${TOKEN}-2`)]);
      // The page writes its tabs a moment after the last change.
      await expect.poll(() => kept(page)).toContain('query Mine');
      expect(await kept(page)).not.toContain(TOKEN);
      await page.reload();
      await ready(page);
      expect(await kept(page)).not.toContain(TOKEN);
      expect(await page.getByText(TOKEN).count()).toBe(0);
    });

    test('that an earlier version of the page has kept is removed', async () => {
      const tab = {
        id: 'a',
        title: 'Old',
        query: '{ __typename }',
        variables: null,
        headers: TOKEN,
        operationName: null,
      };
      const stored = {
        'graphiql:headers': TOKEN,
        'graphiql:tabState': JSON.stringify({ tabs: [{ ...tab, response: null }], activeTabIndex: 0 }),
      };
      const { url } = await serve({ needsToken: true });
      const page = await open(url, {}, async (opened) => {
        await opened.goto(`${url}?query=%7B__typename%7D`, { waitUntil: 'commit' });
        await opened.evaluate((values) => void Object.assign((globalThis as PageGlobals).localStorage, values), stored);
      });
      await expect.poll(() => textIn(page, QUERY), { timeout: 5_000 }).toBe('{ __typename }');
      expect(await kept(page)).not.toContain(TOKEN);
      expect(await page.getByText(TOKEN).count()).toBe(0);
    });

    test('is kept where the user chooses so, and removed when the choice is taken back', async () => {
      const served = await serve({ needsToken: true });
      const page = await open(served.url);
      await button(page, /settings/).click();
      await page.getByRole('button', { name: 'On', exact: true }).click();
      await page.keyboard.press('Escape');
      await typeBelow(page, 'Headers', { 'X-Auth-Token': TOKEN });
      await openTab(page, 'OneImage');
      await expect.poll(() => kept(page)).toContain(TOKEN);
      for (let count = 0; count < 2; count++) {
        await page.reload();
        await ready(page);
        expect(await page.getByRole('tab').count()).toBe(tabs.length);
        await run(page, served);
        expect(operations(served).at(-1)?.token).toBe(TOKEN);
      }
      await button(page, /settings/).click();
      await page.getByRole('button', { name: 'Off', exact: true }).click();
      await expect.poll(() => kept(page)).not.toContain(TOKEN);
    });
  });

  test('a second visit loads the page alone, also after operations were sent to its URL', async () => {
    const served = await serve();
    const page = await open(served.url);
    await button(page, /Execute query/).click();
    await response(page).getByText('"totalCount"').first().waitFor();
    const loadedPaths = () => served.requests.filter(({ method }) => method === 'GET').map(({ path }) => path);
    // The page, two styles, two scripts and, a little later, three workers.
    await expect.poll(() => new Set(loadedPaths()).size).toBe(8);
    for (const visit of ['reload', 'new page'] as const) {
      served.requests.length = 0;
      if (visit === 'reload') await page.reload();
      else await (await page.context().newPage()).goto(served.url);
      await ready(page.context().pages().at(-1) ?? page);
      expect(loadedPaths(), visit).toEqual(['/graphql']);
    }
  });

  describe('the documentation', () => {
    const docs = async (page: Page) => {
      await button(page, /Show Documentation/).click();
      return page.locator('.graphiql-plugin');
    };

    test('has the fields for routers last', async () => {
      const page = await open((await serve()).url);
      const pane = await docs(page);
      await pane.getByRole('link', { name: 'Query', exact: true }).click();
      await pane.getByText('_service').first().waitFor();
      const names = await pane.locator('.graphiql-doc-explorer-field-name').allInnerTexts();
      expect(names.slice(-2).sort()).toEqual(['_entities', '_service']);
      expect(names.findIndex((name) => name.startsWith('_'))).toBe(names.length - 2);
    });

    test('says why it is empty where introspection is off, and nothing is sent for it', async () => {
      const served = await serve({ settings: { IMAGE_GRAPH_INTROSPECTION: 'false' } });
      const page = await open(served.url);
      await (await docs(page)).getByText(/Introspection is off on this server/).waitFor();
      await page.reload();
      await ready(page);
      await page
        .locator('.graphiql-plugin')
        .getByText(/Introspection is off/)
        .waitFor();
      expect(served.requests.filter(({ method }) => method === 'POST')).toEqual([]);
      await button(page, /Execute query/).click();
      await response(page).getByText('"totalCount"').first().waitFor();
    });

    test('says why it is empty where the caller has to authenticate', async () => {
      const served = await serve({ settings: { IMAGE_GRAPH_API_KEYS_FILE: newFile(`ci:${'0'.repeat(64)}\n`) } });
      const page = await open(served.url);
      await (await docs(page)).getByText(/The schema cannot be loaded: .*(key|authenticat)/i).waitFor();
    });
  });

  test.each([
    'query One { image(imageId: "#") { name } } query Two { __typename }',
    'query One { __typename },query Two { __typename }',
    'query One { image(imageId: """ # " \\""" """) { name } }query Two { __typename }',
  ])('the operation at the cursor is run: %s', async (query) => {
    const served = await serve();
    const page = await open(`${served.url}${link({ query })}`);
    await page.locator(`${QUERY} .view-lines`).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => operations(served)).toMatchObject([{ operationName: 'Two' }]);
  });

  test('an introspection query of the user is run as any other', async () => {
    const query = 'query IntrospectionQuery { __schema { queryType { name } } }';
    const page = await open(`${(await serve()).url}${link({ query })}`);
    await button(page, /Execute query/).click();
    await response(page).getByText('"queryType"').waitFor();
  });

  describe('it works in a browser', () => {
    test.each(['requestIdleCallback', 'localStorage', 'sessionStorage'])('without %s', async (name) => {
      const served = await serve();
      const page = await open(served.url, {}, (opened) =>
        opened.addInitScript((removed) => {
          const get = () => {
            if (removed.endsWith('Storage')) throw new Error('The user allows no storage.');
          };
          Object.defineProperty(globalThis, removed, { get, configurable: true });
        }, name),
      );
      await pasteQuery(page, 'query Mine { __typename }');
      await run(page, served);
      expect(operations(served)).toMatchObject([{ query: 'query Mine { __typename }' }]);
    });

    test('whose storage has tabs without an active one', async () => {
      const tab = { id: 'a', title: 'Old', query: 'query Old { __typename }', variables: null, headers: null };
      const { url } = await serve();
      const page = await open(url, {}, (opened) =>
        opened.addInitScript(
          (state) => {
            (globalThis as PageGlobals).localStorage.setItem('graphiql:tabState', state);
          },
          JSON.stringify({ tabs: [tab] }),
        ),
      );
      await expect.poll(() => textIn(page, QUERY), { timeout: 5_000 }).toBe('query Old { __typename }');
    });
  });

  test('what could not be loaded or sent is told in words', async () => {
    const { url } = await serve();
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.route('**/*file=*.js', async (route) => {
      const found = await route.fetch();
      // The bundle is the largest script.
      if ((await found.body()).length > 2_000_000) await route.fulfill({ status: 503 });
      else await route.fulfill({ response: found });
    });
    await page.goto(url);
    await page.getByText('A file of GraphiQL could not be loaded: reload the page.').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.reload();
    await ready(page);
    await page.route('**/graphql', (route) => route.abort());
    await button(page, /Execute query/).click();
    await response(page).getByText('There is no response: Failed to fetch').waitFor();
    expect(await response(page).innerText()).not.toContain('stack');
  });

  test('the editor is within three presses of Tab', async () => {
    const page = await open((await serve()).url);
    const isInEditor = () =>
      page.evaluate(() => {
        return (globalThis as PageGlobals).document.activeElement.closest('.graphiql-query-editor') !== null;
      });
    let presses = 0;
    while (presses < 3 && !(await isInEditor())) {
      await page.keyboard.press('Tab');
      presses++;
    }
    expect(await isInEditor()).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('query Typed { __typename }');
    await page.keyboard.press('Control+Enter');
    await response(page).getByText('"__typename"').first().waitFor();
  });

  test('on a phone the page is as wide as the screen, and its parts are below each other', async () => {
    const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
    const page = await open((await serve()).url, phone);
    const box = async (place: string) => {
      const found = await page.locator(place).boundingBox();
      if (!found) throw new Error(`${place} is not shown.`);
      return found;
    };
    const [container, editor, result] = await Promise.all(
      ['.graphiql-container >> nth=0', '.graphiql-query-editor', '.graphiql-response'].map(box),
    );
    expect(container).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    expect(editor?.width).toBeGreaterThan(340);
    expect(result?.width).toBeGreaterThan(340);
    expect(result?.y).toBeGreaterThan((editor?.y ?? 0) + (editor?.height ?? 0));
    await page.getByRole('tab').nth(1).tap();
    expect((await activeTab(page)).trim()).toBe('SharedByMe');
  });
});
