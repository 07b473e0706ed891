// Bodies of requests: the limit of their bytes, the encodings in which they come, and what clients write into them.
import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApp, startApp, type TestApp } from '../../support/app.ts';
import { codeOf, sendRequest } from '../../support/http-client.ts';
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

const post = (body: string | Uint8Array, ...headers: string[]) =>
  sendRequest(app, { method: 'POST', headers: [...TOKEN, ...JSON_TYPE, ...headers], body });

/** The encodings that are read, with a function that makes them. */
const ENCODINGS: readonly (readonly [name: string, encode: (text: string) => Uint8Array])[] = [
  ['identity', (text) => Buffer.from(text)],
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZip', gzipSync],
  ['identity, gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', (text) => deflateSync(text, { level: 1, windowBits: 9 })],
  ['deflate', deflateRawSync],
  ['deflate', (text) => deflateRawSync(text, { level: 0 })],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
];

describe.each(ENCODINGS)('a body with Content-Encoding %s', (name, encode) => {
  const encoding = ['Content-Encoding', name];

  test('is read', async () => {
    for (const more of [[], CHUNKED]) {
      const response = await post(encode(JSON.stringify({ query: QUERY })), ...encoding, ...more);
      expect([response.status, JSON.parse(response.body)]).toEqual([200, RESPONSE]);
    }
    const batch = await post(encode(JSON.stringify([{ query: QUERY }, { query: QUERY }])), ...encoding);
    expect(JSON.parse(batch.body)).toEqual([RESPONSE, RESPONSE]);
  });

  test('may have as many bytes as others, decompressed', async () => {
    const [full, over] = [encode(bodyOf(LIMIT)), encode(bodyOf(LIMIT + 1))];
    // What does not get smaller is limited by what arrives.
    if (full.length <= LIMIT) expect((await post(full, ...encoding)).status).toBe(200);
    const response = await post(over, ...encoding);
    expect([response.status, codeOf(response)]).toEqual([413, 'QUERY_TOO_COMPLEX']);
    expect(JSON.parse(response.body).errors[0].extensions.limit).toMatchObject({ name: 'bodyBytes', max: LIMIT });
  });

  test.runIf(!/identity$/.test(name))('gets 400 where other bytes follow it, which are not dropped', async () => {
    const bytes = encode(JSON.stringify({ query: QUERY }));
    for (const more of [Buffer.from('more'), Buffer.alloc(4), encode(JSON.stringify({ query: '{ a }' }))]) {
      const response = await post(Buffer.concat([bytes, more]), ...encoding);
      expect([response.status, codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
    }
  });

  test('gets 400 where it is cut off or is something else', async () => {
    const bytes = encode(JSON.stringify({ query: QUERY }));
    const text = JSON.stringify({ query: QUERY });
    const broken = [
      bytes.subarray(0, bytes.length - 12),
      bytes.subarray(0, 3),
      '',
      ...(/identity$/.test(name) ? [] : [text]),
    ];
    for (const body of broken) {
      const response = await post(body, ...encoding);
      expect([response.status, codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
    }
  });
});

test('a body of several members of gzip is read', async () => {
  const text = JSON.stringify({ query: QUERY });
  const body = Buffer.concat([gzipSync(''), gzipSync(text.slice(0, 9)), gzipSync(text.slice(9))]);
  const response = await post(body, 'Content-Encoding', 'gzip');
  expect([response.status, JSON.parse(response.body)]).toEqual([200, RESPONSE]);
});

test.each<[name: string, bomb: (zeros: Buffer) => Uint8Array]>([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  // Its window alone would take 128 MB.
  ['zstd', (zeros) => zstdCompressSync(zeros, { params: { [constants.ZSTD_c_windowLog]: 27 } })],
])('a small body of %s that becomes a large one is not decompressed further than the limit', async (name, bomb) => {
  const large = await startApp({ upstream: oneImage, over: 'http' });
  const body = bomb(Buffer.alloc(256 * 1024 * 1024));
  expect(body.length).toBeLessThan(1_000_000);
  const before = process.memoryUsage().rss;
  const headers = [...TOKEN, ...JSON_TYPE, 'Content-Encoding', name];
  const responses = await Promise.all(
    Array.from({ length: 4 }, () => sendRequest(large, { method: 'POST', headers, body })),
  );
  for (const { status } of responses) expect([400, 413]).toContain(status);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});

test.each(['compress', 'lzma', 'aws-chunked', 'gzip, br', 'gzip, gzip', 'gzip;q=1', 'none', '*'])(
  'the encoding %s gets 415 and those that are read',
  async (name) => {
    const response = await post(JSON.stringify({ query: QUERY }), 'Content-Encoding', name);
    expect([response.status, codeOf(response), response.headers['accept-encoding']]).toEqual([
      415,
      'BAD_USER_INPUT',
      'gzip, x-gzip, deflate, br, zstd',
    ]);
  },
);

describe('over HTTP and within the process', () => {
  let inProcess: TestApp;
  beforeAll(async () => {
    inProcess = await openApp({ upstream: oneImage });
  });
  afterAll(() => inProcess.close());

  /** Sends a body in both ways. Shape: the status and the parsed response, which are the same. */
  async function send(body: Uint8Array<ArrayBuffer> | string) {
    const headers = { 'content-type': 'application/json', 'x-auth-token': 'token' };
    const sent = await inProcess.fetch(inProcess.url, { method: 'POST', headers, body });
    const own = [sent.status, await sent.json()];
    const { status, body: received } = await post(body);
    expect([status, JSON.parse(received)]).toEqual(own);
    return own;
  }

  test('a byte order mark is passed over', async () => {
    expect(await send(`\ufeff${JSON.stringify({ query: QUERY })}`)).toEqual([200, RESPONSE]);
  });

  test.each<[title: string, bytes: number[]]>([
    ['Latin-1', [0xe9]],
    ['a cut character', [0xc3]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a byte of no encoding', [0xff]],
  ])('bytes that are not UTF-8 get 400: %s', async (_title, bytes) => {
    const body = Buffer.from('{"query":"{ images(filter: { name: \\"X\\" }) { nodes { name } } }"}');
    const at = body.indexOf('X');
    const [status, { errors }] = await send(
      Buffer.concat([body.subarray(0, at), Buffer.from(bytes), body.subarray(at + 1)]),
    );
    expect([status, errors[0].message]).toEqual([400, 'The body is not valid UTF-8.']);
  });

  test.each(['utf16le', 'utf-16 with a mark'])('a body in UTF-16 gets 400: %s', async (form) => {
    const text =
      (form === 'utf16le' ? '' : '\ufeff') + JSON.stringify({ query: '{ images { nodes { name } } } # größe' });
    expect((await send(Buffer.from(text, 'utf16le')))[0]).toBe(400);
  });

  test.each<[title: string, more: object]>([
    ['an empty operationName', { operationName: '' }],
    ['operationName: null', { operationName: null }],
    ['ids of documents', { id: 'abc', documentId: 'abc', doc_id: 7, queryId: {}, hash: [1] }],
    ['keys with names of our language', { toString: 1, constructor: 'x', hasOwnProperty: null }],
  ])('%s beside a query changes nothing, alone and in a batch', async (_title, more) => {
    const operation = { query: QUERY, ...more };
    expect(await send(JSON.stringify(operation))).toEqual([200, RESPONSE]);
    expect(await send(JSON.stringify([operation, { query: QUERY }]))).toEqual([200, [RESPONSE, RESPONSE]]);
    const path = `/graphql?${new URLSearchParams({ query: QUERY, operationName: '', documentId: 'x' })}`;
    expect(JSON.parse((await sendRequest(app, { path, headers: TOKEN })).body)).toEqual(RESPONSE);
  });

  test('a __proto__ beside a query changes nothing', async () => {
    expect(await send(`{"query":${JSON.stringify(QUERY)},"__proto__":{"query":"{ a }"}}`)).toEqual([200, RESPONSE]);
    expect((await send(`{"__proto__":{"query":${JSON.stringify(QUERY)}}}`))[0]).toBe(400);
  });

  test.each(['{"documentId":"x"}', '{"id":"x","variables":{}}', '[]x', '', '{', 'null', '1', '"text"', 'true'])(
    'the body %j gets 400',
    async (body) => {
      const [status, { errors }] = await send(body);
      expect([status, errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    },
  );
});
