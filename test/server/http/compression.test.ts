// Compression of responses: as the client accepts, from a size on, of data only.
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { Client } from 'undici';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { imageRow } from '../../resources/image/kind.ts';
import { openApp, startApp, type TestApp } from '../../support/app.ts';

const LARGE = '{ images(first: 100) { nodes { imageId name description } } }';
const SMALL = '{ images(first: 1) { nodes { name } } }';
const rows = Array.from({ length: 1000 }, (_, n) => ({
  ...imageRow(),
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  __description: `the größte image, number ${n * 7919}`,
}));
const upstream = ({ query }: { query: URLSearchParams }) => ({
  body: { images: rows.slice(0, Number(query.get('limit'))) },
});

const DECODERS: Readonly<Record<string, (bytes: Uint8Array) => Buffer>> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream, over: 'http' });
});
afterAll(() => app.close());

/** Sends an operation as it is. Shape: the bytes of the response as they come, and its text. */
async function send(target: TestApp, body: unknown, headers: Record<string, string> = {}) {
  const client = new Client(target.origin);
  const response = await client.request({
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-auth-token': 'test-token', ...headers },
    body: JSON.stringify(body),
  });
  const bytes = Buffer.from(await response.body.arrayBuffer());
  await client.close();
  const coding = response.headers['content-encoding'] as string | undefined;
  const text = (coding === undefined ? bytes : DECODERS[coding]?.(bytes))?.toString();
  return { status: response.statusCode, headers: response.headers, coding, bytes, text };
}

const accepting = (coding: string) => ({ 'accept-encoding': coding });

test.each<[accept: string, coding: string | undefined]>([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['br', 'br'],
  ['zstd', 'zstd'],
  ['gzip, deflate', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['zstd;q=0.1, br;q=0.5, gzip;q=0.9', 'gzip'],
  ['gzip;q=0.5', 'gzip'],
  ['gzip;q=1.0, identity; q=0.5, *;q=0', 'gzip'],
  ['gzip, identity', 'gzip'],
  ['gzip;q=0.001', 'gzip'],
  ['*', 'zstd'],
  ['zstd;q=0, *', 'br'],
  ['zstd;q=0, br;q=0, *;q=0.1', 'gzip'],
  ['*;q=0, gzip', 'gzip'],
  ['identity;q=0, gzip', 'gzip'],
  ['gzip;q=0', undefined],
  ['gzip;q=0, br;q=0.0, zstd;q=0.000', undefined],
  ['identity', undefined],
  ['identity;q=1, gzip;q=0.5', undefined],
  ['deflate', undefined],
  ['compress, lzma', undefined],
  ['*;q=0', undefined],
  ['', undefined],
])('Accept-Encoding: %s gets %s', async (accept, coding) => {
  const plain = await send(app, { query: LARGE });
  const response = await send(app, { query: LARGE }, accepting(accept));
  expect([response.status, response.coding, response.text]).toEqual([200, coding, plain.text]);
  expect(response.headers['content-length']).toBe(String(response.bytes.length));
  expect(response.headers.vary).toContain('Accept-Encoding');
  expect(response.headers['content-type']).toBe(plain.headers['content-type']);
  if (coding !== undefined) expect(response.bytes.length).toBeLessThan(plain.bytes.length / 4);
});

test('without Accept-Encoding nothing is compressed', async () => {
  expect((await send(app, { query: LARGE })).coding).toBeUndefined();
});

test.each(['gzip', 'br', 'zstd'])('a page of 1,000 images and the schema are whole with %s', async (coding) => {
  for (const query of ['{ images(first: 1000) { nodes { imageId name description } } }', '{ _service { sdl } }']) {
    const [plain, compressed] = await Promise.all([send(app, { query }), send(app, { query }, accepting(coding))]);
    expect([compressed.coding, compressed.text]).toEqual([coding, plain.text]);
  }
});

test.each(['gzip', 'br', 'zstd'])('a response of megabytes is whole with %s', async (coding) => {
  const texts = Array.from({ length: 30 }, (_, n) => `a${n}: description`).join(' ');
  const query = `{ images(first: 1000) { nodes { ${texts} } } }`;
  const [plain, compressed] = await Promise.all([send(app, { query }), send(app, { query }, accepting(coding))]);
  expect(plain.bytes.length).toBeGreaterThan(1_000_000);
  expect([compressed.coding, compressed.text]).toEqual([coding, plain.text]);
  expect(compressed.headers['content-length']).toBe(String(compressed.bytes.length));
});

test('a batch and a GET are compressed, too', async () => {
  const batch = await send(app, [{ query: LARGE }, { query: SMALL }], accepting('br'));
  expect([batch.coding, JSON.parse(batch.text ?? '')]).toMatchObject(['br', [{ data: {} }, { data: {} }]]);
  const response = await fetch(`${app.url}?query=${encodeURIComponent(LARGE)}`, {
    headers: { 'x-auth-token': 'test-token', 'accept-encoding': 'gzip' },
  });
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(await response.json()).toMatchObject({
    data: { images: { nodes: rows.slice(0, 100).map(({ id }) => ({ imageId: id })) } },
  });
});

test('a small response is sent as it is, unless the client accepts no plain one', async () => {
  expect((await send(app, { query: SMALL }, accepting('gzip, br, zstd'))).coding).toBeUndefined();
  for (const accept of ['gzip, identity;q=0', 'gzip, *;q=0'])
    expect((await send(app, { query: SMALL }, accepting(accept))).coding).toBe('gzip');
});

test.each<[title: string, operation: object, headers?: Record<string, string>]>([
  ['a document that is too long', { query: `{ ${'a '.repeat(3000)} }` }],
  ['wrong names', { query: `{ ${Array.from({ length: 100 }, (_, n) => `a${n}`).join(' ')} }` }],
  [
    'a variable that is echoed',
    { query: 'query ($f: Int) { images(first: $f) { nodes { name } } }', variables: { f: 'x'.repeat(5000) } },
  ],
])('a response with errors alone is not compressed: %s', async (_title, operation, headers) => {
  const response = await send(app, operation, { ...accepting('gzip, br, zstd'), ...headers });
  expect(JSON.parse(response.text ?? '')).toHaveProperty('errors');
  expect(response.coding).toBeUndefined();
});

test('with IMAGE_GRAPH_COMPRESSION=false nothing is compressed', async () => {
  const off = await startApp({ upstream, over: 'http', settings: { IMAGE_GRAPH_COMPRESSION: 'false' } });
  expect((await send(off, { query: LARGE }, accepting('gzip, br, zstd'))).coding).toBeUndefined();
});

test('a page of a listed origin reads a compressed response', async () => {
  const origin = 'https://app.example';
  const listing = await startApp({ upstream, over: 'http', settings: { IMAGE_GRAPH_CORS_ORIGINS: origin } });
  const { coding, headers } = await send(listing, { query: LARGE }, { ...accepting('gzip'), origin });
  expect([coding, headers['access-control-allow-origin']]).toEqual(['gzip', origin]);
});

describe('many at once', () => {
  test('all are whole', async () => {
    const plain = await send(app, { query: LARGE });
    const responses = await Promise.all(
      Array.from({ length: 60 }, (_, n) => send(app, { query: LARGE }, accepting(['gzip', 'br', 'zstd'][n % 3] ?? ''))),
    );
    for (const { text } of responses) expect(text).toBe(plain.text);
  });

  test('clients that disconnect leave nothing behind', async () => {
    const gone = Array.from({ length: 80 }, async (_, n) => {
      const client = new Client(app.origin);
      onTestFinished(() => client.destroy());
      const response = await client
        .request({
          path: '/graphql',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-auth-token': 'test-token', 'accept-encoding': 'br' },
          body: JSON.stringify({ query: '{ images(first: 1000) { nodes { imageId name description } } }' }),
          signal: AbortSignal.timeout(n * 2),
        })
        .catch(() => undefined);
      response?.body.destroy();
    });
    await Promise.all(gone);
    // There is room for further ones.
    expect((await send(app, { query: LARGE }, accepting('br'))).coding).toBe('br');
    expect(app.log).toEqual([]);
  });
});
