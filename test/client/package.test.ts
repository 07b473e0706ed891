// The client of the packed tarball: the examples of docs/clients.md in Node, an app's bundle and what is in it, and that app in Chromium.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import { close, listen } from '../support/listen.ts';
import { CHROMIUM } from '../support/processes/chromium.ts';
import { runFile } from '../support/processes/command.ts';
import { installTarball } from '../support/processes/tarball.ts';

const EXPIRED = 'sandbox-token-expired';

const folder = mkdtempSync(join(tmpdir(), 'image-graph-client-'));
beforeAll(() => void installTarball(folder), 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const serve = (settings: Record<string, string> = {}) => startApp({ upstream: 'sandbox', over: 'http', settings });

/** Serves a token that has expired to the first call, and the one of the app to all others. */
async function serveTokens(app: TestApp, allowedOrigin = 'null') {
  let calls = 0;
  const server = createServer((_request, response) => {
    response.setHeader('access-control-allow-origin', allowedOrigin).end(calls++ === 0 ? EXPIRED : app.token);
  });
  const origin = await listen(server);
  onTestFinished(() => close(server));
  return { url: origin, calls: () => calls };
}

describe('docs/clients.md', () => {
  const page = readArtifact('docs/clients.md');

  /** Runs an example of the page beside the installed package. Shape: what it prints. */
  async function runExample(name: string, env: Record<string, string>): Promise<string> {
    const [, text] = new RegExp(`\`\`\`ts\\n(// ${name}\\n.*?)\`\`\``, 's').exec(page) ?? [];
    if (text === undefined) throw new Error(`docs/clients.md has no ${name}.`);
    const file = join(folder, name);
    writeFileSync(file, text);
    const ended = await runFile(process.execPath, env, file).ends();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    return ended.stdout;
  }

  /** An app that takes requests without a token, as that of `npm start` does. */
  const serveOpen = async () => {
    const { token, upstream } = await serve();
    return startApp({ upstream, over: 'http', defaultToken: String(token) });
  };

  test('shows an operation', async () => {
    const { url } = await serveOpen();
    expect(await runExample('app.ts', { IMAGE_GRAPH_URL: url })).toMatch(/^\S+ \S+\n\S+ \S+\n$/);
  });

  test('shows a token that is renewed', async () => {
    const app = await serve();
    const tokens = await serveTokens(app);
    const env = { IMAGE_GRAPH_URL: app.url, TOKEN_URL: tokens.url };
    expect(await runExample('token.ts', env)).toMatch(/^\d+\n$/);
    expect(tokens.calls()).toBe(2);
  });

  test('shows the codes of errors, and the data beside them', async () => {
    const { url } = await serveOpen();
    const printed = await runExample('errors.ts', { IMAGE_GRAPH_URL: url });
    expect(printed).toMatch(/^\[ 'BAD_USER_INPUT' \] \{\n? *registryOverview: \{ imageCount: /);
    expect(printed).toContain('image: null');
  });

  test('says how large a bundle is', async () => {
    const { kilobytes, compressed } = await bundle(APP);
    const shown = /bundle has (\d+) KB, and (\d+) KB compressed/.exec(page.replaceAll('\n', ' '));
    expect(shown?.slice(1).map(Number)).toEqual([kilobytes, compressed]);
  });
});

const APP = `
  import { createClient, RepositoryDocument } from 'image-graph/client';
  const { url, tokens } = globalThis.places;
  const token = async () => (await fetch(tokens)).text();
  const variables = { namespace: 'data-platform', name: 'huge-counters' };
  const { repository } = await createClient(url, { token }).request(RepositoryDocument, variables);
  document.body.textContent = repository.namespace + ' ' + repository.name;
`;

/** Bundles an app for a browser. Shape: its code, its size, and the packages in it. */
async function bundle(code: string) {
  const file = join(folder, 'page.js');
  writeFileSync(file, code);
  const { output } = await build({
    input: file,
    platform: 'browser',
    write: false,
    output: { format: 'esm', minify: true, codeSplitting: false },
  });
  const [chunk, ...others] = output;
  expect(others).toEqual([]);
  const modules = chunk.moduleIds.map((id) => id.split('/node_modules/').at(-1) ?? '');
  const kilobytesOf = ({ length }: { length: number }) => Math.round(length / 1000);
  return {
    code: chunk.code,
    kilobytes: kilobytesOf(Buffer.from(chunk.code)),
    compressed: kilobytesOf(gzipSync(chunk.code)),
    imports: [...chunk.imports, ...chunk.dynamicImports],
    modules: modules.filter((id) => !id.endsWith('/page.js')),
  };
}

/** The names of the operations in minified code. */
const documentsIn = (code: string) =>
  [...code.matchAll(/operation:.query.,name:\{kind:.Name.,value:.(\w+)./g)].map(([, name]) => name);

describe('the bundle of an app', () => {
  test('has the client, what it imports, and the documents that the app imports', async () => {
    const { code, imports, modules } = await bundle(APP);
    expect(imports).toEqual([]);
    expect(modules).toContain('image-graph/dist/client/index.js');
    const isOfClient = (id: string) =>
      /^(image-graph\/dist\/client|graphql-request|graphql)\/|^\0rolldown/.test(id) &&
      !/\/(validation|execution)\//.test(id);
    expect(modules.filter((id) => !isOfClient(id))).toEqual([]);
    // Not the code itself: a failure would print all of it.
    expect(code.match(/["'`]node:|\brequire\(/g)).toBeNull();
    expect(documentsIn(code)).toEqual(['Repository']);
  });

  test('has a document alone when the app has another client', async () => {
    const { code, modules } = await bundle(
      "import { RepositoryDocument } from 'image-graph/client'; console.log(RepositoryDocument);",
    );
    expect(modules.filter((id) => !id.startsWith('graphql'))).toEqual(['image-graph/dist/client/index.js']);
    expect(code.length).toBeLessThan(3_000);
    expect(documentsIn(code)).toEqual(['Repository']);
  });
});

test('the files of the client import each other with extensions, and no module of Node', () => {
  const client = join(folder, 'node_modules/image-graph/dist/client');
  const files = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[jt]s$/.test(name));
  const imports = files.flatMap((name) =>
    [...readFileSync(join(client, name), 'utf8').matchAll(/(?:from|import) ?\(?["']([^"']+)["']/g)].map(
      ([, to = '']) => to,
    ),
  );
  const packages = ['graphql-request', '@graphql-typed-document-node/core'];
  expect([...new Set(imports)].filter((to) => !packages.includes(to) && !/^\.\.?\/.*\.[jt]s$/.test(to))).toEqual([]);
  expect(imports).toContain('graphql-request');
});

describe.skipIf(!existsSync(CHROMIUM))('in Chromium', { timeout: 60_000 }, () => {
  test('a page of a listed origin shows data, with a token that is renewed', async () => {
    const { code } = await bundle(APP);
    let places = {};
    const pages = createServer((request, response) => {
      if (request.url === '/page.js') return void response.setHeader('content-type', 'text/javascript').end(code);
      const scripts = `<script>places = ${JSON.stringify(places)}</script><script type="module" src="/page.js"></script>`;
      response.setHeader('content-type', 'text/html').end(`<!doctype html><title>App</title><body>${scripts}`);
    });
    const origin = await listen(pages);
    onTestFinished(() => close(pages));
    const app = await serve({ IMAGE_GRAPH_CORS_ORIGINS: origin });
    const tokens = await serveTokens(app, origin);
    places = { url: app.url, tokens: tokens.url };

    const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
    const browser = await chromium.launch({ executablePath: CHROMIUM, args });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(origin);
    await Promise.race([
      page.getByText('data-platform huge-counters').waitFor(),
      page.waitForEvent('pageerror').catch(() => undefined),
    ]);
    expect(errors).toEqual([]);
    expect(await page.locator('body').innerText()).toBe('data-platform huge-counters');
    expect(tokens.calls()).toBe(2);
  });
});
