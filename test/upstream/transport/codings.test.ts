// Content codings of upstream responses: calls request none, and each that comes all the same is decoded within the bounds.
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { detailAt } from '../../resources/repository/kind.ts';
import { codesOf, startApp, type TestApp } from '../../support/app.ts';
import { PASSWORD, tokenReply } from '../../support/upstreams/iam.ts';
import { ABSENT, type Reply, type Script } from '../../support/upstreams/upstream.ts';

type Encode = (bytes: Buffer) => Buffer;
const same: Encode = (bytes) => bytes;
const frames: Encode = (bytes) =>
  Buffer.concat(
    [bytes.subarray(0, 10), bytes.subarray(10, 11), bytes.subarray(11)].map((part) => zstdCompressSync(part)),
  );
/** A frame that decoders skip (RFC 8878, 3.1.2). */
const SKIPPED = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

const CODINGS: readonly (readonly [title: string, header: string | string[], encode: Encode])[] = [
  ['gzip', 'gzip', gzipSync],
  ['x-gzip', 'x-gzip', gzipSync],
  ['gzip in upper case', 'GZIP', gzipSync],
  [
    'gzip of two members',
    'gzip',
    (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 9)), gzipSync(bytes.subarray(9))]),
  ],
  ['deflate with its header', 'deflate', deflateSync],
  ['deflate without its header', 'deflate', deflateRawSync],
  ['br', 'br', brotliCompressSync],
  ['zstd', 'zstd', zstdCompressSync],
  ['zstd of several frames', 'zstd', frames],
  ['zstd with frames to skip', 'zstd', (bytes) => Buffer.concat([SKIPPED, frames(bytes), SKIPPED])],
  ['identity', 'identity', same],
  ['nothing', '', same],
  ['several in a row', 'deflate, br , gzip', (bytes) => gzipSync(brotliCompressSync(deflateSync(bytes)))],
  ['two headers', ['gzip', 'br'], (bytes) => brotliCompressSync(gzipSync(bytes))],
  ['gzip and identity', 'gzip, identity', gzipSync],
];

/** Sends the reply of another script in a coding. */
const coded =
  (script: (path: string) => Reply, header: string | string[], encode: Encode): Script =>
  ({ path }, response) => {
    const { status = 200, headers, body = '' } = script(path);
    response.setHeader('content-encoding', header);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(encode(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))));
    return undefined;
  };

const healthy = (path: string): Reply => {
  if (path === '/v3/auth/tokens') return tokenReply(1);
  if (path === '/v2/images') return { body: { images: [imageRow()] } };
  if (path.startsWith('/v2/images/')) return { body: imageRow() };
  if (path.endsWith('/images/group')) return { body: { data: [], total: 0 } };
  if (path.endsWith('/histories')) return { body: { retention_log: [], total: 0 } };
  return path.endsWith('repositories') ? { body: [] } : { body: detailAt(path) };
};
const QUERY = `{ images(first: 1) { nodes { name } } image(imageId: "${imageId(1)}") { name } imageGroups(first: 1) { nodes { id } }
  repository(namespace: "group", name: "busybox") { name } sharedRepositories(center: SELF, first: 1) { nodes { id } }
  retentionLogs(namespace: "group", repositoryName: "busybox", first: 1) { nodes { id } } }`;
const LOOKUPS = `{ image(imageId: "${imageId(1)}") { name } repository(namespace: "group", name: "busybox") { name } }`;
const absent = (path: string): Reply => (path.startsWith('/v2/images') ? ABSENT.ims : ABSENT.swr);

test('every call requests no coding, however it is authenticated', async () => {
  for (const settings of [{}, PASSWORD]) {
    const app = await startApp({ upstream: ({ path }) => healthy(path), settings });
    await app.ask(QUERY);
    const asked = app.calls().map(({ headers }) => headers['accept-encoding']);
    expect(asked.length).toBeGreaterThanOrEqual(6);
    expect(new Set(asked)).toEqual(new Set(['identity']));
  }
});

describe.each(CODINGS)('responses in %s', (_title, header, encode) => {
  test('are decoded: records, lists, tokens and what does not exist', async () => {
    const whole = await startApp({ upstream: ({ path }) => healthy(path) });
    const expected = await whole.ask(QUERY);
    expect(expected.errors).toBeUndefined();
    for (const settings of [{}, PASSWORD]) {
      const app = await startApp({ upstream: coded(healthy, header, encode), settings });
      expect(await app.ask(QUERY)).toEqual(expected);
    }
    const empty = await startApp({ upstream: coded(absent, header, encode) });
    expect(await empty.ask(LOOKUPS)).toEqual({ data: { image: null, repository: null } });
  });

  test('are errors where they hold none of the words of the service', async () => {
    const app = await startApp({ upstream: coded(() => ({ status: 404, body: '<html>' }), header, encode) });
    const { data, errors } = await app.ask(LOOKUPS);
    expect(data).toEqual({ image: null, repository: null });
    expect(codesOf({ errors })).toEqual(['UPSTREAM_ERROR', 'UPSTREAM_ERROR']);
  });
});

const UNREADABLE: readonly (readonly [title: string, header: string | string[], encode: Encode])[] = [
  ['an unknown coding', 'compress', same],
  ['a coding that it is not in', 'gzip', same],
  ['another one than it says', 'br', gzipSync],
  ['a coding that is cut off', 'gzip', (bytes) => gzipSync(bytes).subarray(0, -9)],
  ['zstd that is cut off', 'zstd', (bytes) => frames(bytes).subarray(0, -3)],
  [
    'a coding with bytes behind its end',
    'br',
    (bytes) => Buffer.concat([brotliCompressSync(bytes), Buffer.from('more')]),
  ],
  ['codings in the wrong order', 'gzip, br', (bytes) => gzipSync(brotliCompressSync(bytes))],
  ['four codings', 'gzip, gzip, gzip, gzip', (bytes) => gzipSync(gzipSync(gzipSync(gzipSync(bytes))))],
  ['a great many codings', 'gzip,'.repeat(2_000), gzipSync],
];

test.each(UNREADABLE)('a response in %s cannot be read, and means no absence', async (_title, header, encode) => {
  const app = await startApp({ upstream: coded(healthy, header, encode) });
  const { errors = [] } = await app.ask(LOOKUPS);
  expect(codesOf({ errors })).toEqual(['UPSTREAM_BAD_RESPONSE', 'UPSTREAM_BAD_RESPONSE']);
  for (const { message } of errors) expect(message).toContain('cannot be read: it cannot be decompressed');
  const gone = await startApp({ upstream: coded(absent, header, encode) });
  const { data, errors: others = [] } = await gone.ask(LOOKUPS);
  expect(data).toEqual({ image: null, repository: null });
  for (const { extensions } of others)
    expect(extensions).toMatchObject({ code: 'UPSTREAM_ERROR', upstreamStatus: 404 });
  expect(others).toHaveLength(2);
});

test.each([200, 404, 500])('an empty body with a coding is an empty body (%i)', async (status) => {
  const reply: Reply = { status, headers: { 'content-encoding': 'gzip' } };
  const app = await startApp({ upstream: () => reply });
  const codes = codesOf(await app.ask(LOOKUPS));
  expect(codes).toEqual(Array(2).fill(status === 200 ? 'UPSTREAM_BAD_RESPONSE' : 'UPSTREAM_ERROR'));
});

/** At its highest level, which is the default, it takes long. */
const brotliQuickly: Encode = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
/** A record with a text of so many megabytes. */
const large = (megabytes: number) => JSON.stringify(imageRow({ name: 'x'.repeat(megabytes * 1024 * 1024) }));
const ENCODERS = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliQuickly],
  ['zstd', zstdCompressSync],
  ['gzip, gzip', (bytes: Buffer) => gzipSync(gzipSync(bytes))],
] as const;

test.each(ENCODERS)('a response in %s is bounded by what comes out of it', async (header, encode) => {
  const ask = async (app: TestApp) => (await app.ask(`{ image(imageId: "${imageId(1)}") { imageId } }`)).errors;
  const script = (megabytes: number) => coded(() => ({ body: large(megabytes) }), header, encode);
  expect(await ask(await startApp({ upstream: script(7) }))).toBeUndefined();
  const errors = await ask(await startApp({ upstream: script(100) }));
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'ims' } }]);
  expect(errors?.[0]?.message).toContain('it is too large');
});

test('values are counted in what comes out, too', async () => {
  const body = `{"images":[${'0,'.repeat(2e6)}0]}`;
  const app = await startApp({ upstream: coded(() => ({ body }), 'gzip', gzipSync) });
  const { errors } = await app.ask('{ images(first: 1) { nodes { id } } }');
  expect(errors?.[0]?.message).toContain('it has too many values');
});
