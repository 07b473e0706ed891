// GraphiQL over HTTP: who gets the page, its files and how browsers keep them, and the paths that lead to it.
import { request as httpRequest } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { newFile } from '../../support/files.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const OPERATION = `/graphql?query=${encodeURIComponent('{ __typename }')}`;

interface Sent {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Sends a request as it is: no redirect is followed and nothing is decompressed. */
function get(app: TestApp, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${app.origin}${path}`, { method, headers }, async (response) => {
      const body = Buffer.concat(await response.toArray());
      resolve({ status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, body });
    });
    sent.on('error', reject).end();
  });
}

const start = (settings: Record<string, string> = {}) => startApp({ over: 'http', settings });

/** The URLs of all files of the page, of those that its scripts load too. */
async function filesOf(app: TestApp, path = '/graphql'): Promise<URL[]> {
  const { body } = await get(app, path, { accept: BROWSER });
  const urls = [...body.toString().matchAll(/(?:src|href)="([^"]+)"|"(\?[^"]+)"/g)].map(
    ([, one, other]) => one ?? other,
  );
  return urls.filter((url) => !url?.startsWith('data:')).map((url) => new URL(url ?? '', `${app.origin}${path}`));
}

test.each<[kind: string, accept: string | undefined, isPage: boolean]>([
  ['Chromium', BROWSER, true],
  ['Firefox', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['an old browser', 'text/html, application/xhtml+xml, */*', true],
  ['HTML alone', 'text/html', true],
  ['in capital letters', 'TEXT/HTML', true],
  ['with a parameter', 'text/html;charset=utf-8', true],
  ['HTML before JSON', 'application/json;q=0.5, text/html;q=0.6', true],
  ['JSON excluded', 'text/html;q=0.1, application/json;q=0, application/graphql-response+json;q=0', true],
  ['what Java sends by default', 'text/html, image/gif, image/jpeg, */*; q=0.2', false],
  ['what older Java sends by default', 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', false],
  ['nothing', undefined, false],
  ['anything', '*/*', false],
  ['JSON', 'application/json', false],
  ['GraphQL JSON before HTML', 'text/html;q=0.9, application/graphql-response+json', false],
  ['JSON before HTML', 'application/json, text/html;q=0.9, */*;q=0.8', false],
  ['both alike', 'text/html, application/json', false],
  ['HTML excluded', 'text/html;q=0, */*', false],
  ['a type that looks like HTML', 'text/htmlx, application/json', false],
])('a GET with a query that accepts %s: page or operation', async (_kind, accept, isPage) => {
  const app = await start();
  for (const path of [OPERATION, `${OPERATION}&variables=%7B%7D&operationName=`, OPERATION.replace('?', '/?')]) {
    const { status, headers, body } = await get(app, path, accept === undefined ? {} : { accept });
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(isPage ? /^text\/html/ : /^application\/(graphql-response\+)?json/);
    if (!isPage) expect(JSON.parse(body.toString())).toEqual({ data: { __typename: 'Query' } });
  }
});

test('a page of another site may link to a query: it is shown, not run', async () => {
  const app = await start();
  const { status, headers } = await get(app, OPERATION, { accept: BROWSER, 'sec-fetch-site': 'cross-site' });
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
});

test('the page is small, is not stored, and lets only this origin in', async () => {
  const app = await start();
  for (const path of ['/graphql', '/graphql/', OPERATION]) {
    const { headers, body } = await get(app, path, { accept: BROWSER });
    expect(body.length).toBeLessThan(20_000);
    expect(headers['cache-control']).toBe('private, no-store');
    expect(headers.vary).toContain('Accept');
    expect(headers['x-content-type-options']).toBe('nosniff');
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(body.toString()).toContain('<meta name="viewport" content="width=device-width, initial-scale=1"');
  }
});

test('HEAD has the headers of GET', async () => {
  const app = await start();
  const [file] = await filesOf(app);
  for (const path of ['/graphql', `/graphql${file?.search}`]) {
    const { status, headers, body } = await get(app, path, { accept: BROWSER }, 'HEAD');
    expect([status, headers['content-type'], body.length]).toEqual([
      200,
      expect.stringMatching(/^text\/(html|css)/),
      0,
    ]);
  }
});

test('browsers keep each file for ever, and its name changes with its content', async () => {
  const app = await start();
  const files = await filesOf(app);
  expect(files.length).toBeGreaterThanOrEqual(7);
  expect(new Set(files.map(({ search }) => search)).size).toBe(files.length);
  for (const { pathname, search } of files) {
    const path = pathname + search;
    const plain = await get(app, path);
    expect(plain.status).toBe(200);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.vary).toBe('Accept-Encoding, Origin');
    expect(plain.headers['content-type']).toMatch(/^text\/(css|javascript); charset=utf-8$/);
    expect(plain.headers['x-content-type-options']).toBe('nosniff');
    const gzip = await get(app, path, { 'accept-encoding': 'gzip, deflate' });
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    const brotli = await get(app, path, { 'accept-encoding': 'gzip, deflate, br, zstd' });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    const excluded = await get(app, path, { 'accept-encoding': 'br;q=0, gzip;q=0' });
    expect(excluded.headers['content-encoding']).toBeUndefined();
    const kept = await get(app, path, { 'if-none-match': plain.headers.etag ?? '' });
    expect([kept.status, kept.body.length]).toEqual([304, 0]);
  }
}, 60_000);

test('the files are those of every address that leads to the endpoint, and their URLs are relative', async () => {
  const app = await start();
  const names = async (path: string) => (await filesOf(app, path)).map(({ search }) => search);
  expect(await names('/graphql/')).toEqual(await names('/graphql'));
  expect(await names(OPERATION)).toEqual(await names('/graphql'));
  const [file] = await filesOf(app, '/graphql/');
  expect((await get(app, `${file?.pathname}${file?.search}`)).status).toBe(200);
});

test.each(['nothing.js', '', '../page.ts', '0000000000000000.js'])(
  'a file that does not exist is 404: %j',
  async (name) => {
    const app = await start();
    const { status, headers } = await get(app, `/graphql?file=${encodeURIComponent(name)}`, { accept: BROWSER });
    expect([status, headers['cache-control']]).toEqual([404, 'private, no-store']);
  },
);

test('page and files need no key and count toward no limit', async () => {
  const app = await start({
    IMAGE_GRAPH_API_KEYS_FILE: newFile(`ci:${'0'.repeat(64)}\n`),
    IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1',
    IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '1',
  });
  const files = await filesOf(app);
  const responses = await Promise.all(files.map(({ pathname, search }) => get(app, pathname + search)));
  expect(responses.map(({ status }) => status)).toEqual(files.map(() => 200));
});

test.each(['/', '/?x=1'])('the root %s leads a browser to the page, by a relative redirect', async (path) => {
  const app = await start();
  const { status, headers } = await get(app, path, { accept: BROWSER });
  expect([status, headers.location]).toEqual([302, 'graphql']);
});

test.each<[accept: string, path: string]>([
  ['*/*', '/'],
  ['application/json', '/'],
  ['*/*', '/elsewhere'],
  [BROWSER, '/elsewhere'],
  ['*/*', '/graphql/elsewhere'],
  ['*/*', '/graphqlx'],
])('another path has an error that names the endpoint: Accept %s, %s', async (accept, path) => {
  const app = await start();
  const { status, headers, body } = await get(app, path, { accept });
  expect([status, headers['content-type']]).toEqual([404, 'application/json']);
  expect(JSON.parse(body.toString())).toEqual({
    errors: [{ message: 'This path does not exist: GraphQL is at /graphql.', extensions: { code: 'BAD_USER_INPUT' } }],
  });
});

test('where GraphiQL is off, the root leads nowhere and there are no files', async () => {
  const [file] = await filesOf(await start());
  const off = await start({ IMAGE_GRAPH_GRAPHIQL: 'false' });
  expect((await get(off, '/', { accept: BROWSER })).status).toBe(404);
  expect((await get(off, `/graphql${file?.search}`)).status).toBe(400);
  expect((await get(off, OPERATION, { accept: BROWSER })).headers['content-type']).toMatch(/json/);
});
