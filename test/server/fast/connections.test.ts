// Connections on the fast path: requests behind one another, bodies in whatever pieces they come, and clients that end their side. What
// comes back is what comes back without it.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import type { Script } from '../../support/upstreams/upstream.ts';
import { keptConnections, QUERY as SLOW, send, startServer } from '../process/server-process.ts';
import { bytesOf, openBothPaths, type RawRequest } from './both-paths.ts';

/** The later an image is in the order of ids, the sooner it comes. */
const respond: Script = async ({ path, query }) => {
  if (path === '/v2/images') {
    const row = (n: number) => imageRow({ id: imageId(n + 1), __description: 'x'.repeat(1024) });
    return { body: { images: Array.from({ length: Number(query.get('limit')) }, (_, n) => row(n)) } };
  }
  const id = path.split('/').at(-1) ?? '';
  await wait(Math.max(0, 40 - 8 * Number(id.slice(-2))));
  return { body: imageRow({ id, name: `image ${Number(id.slice(-2))}` }) };
};

const KEPT = 'Connection: keep-alive';
const ask = (n: number, more: Partial<RawRequest> = {}): Buffer =>
  bytesOf({
    headers: [KEPT],
    body: { query: 'query ($id: ID!) { image(imageId: $id) { name } }', variables: { id: imageId(n) } },
    ...more,
  });
const LARGE = bytesOf({ headers: [KEPT], body: { query: '{ images(first: 300) { nodes { name description } } }' } });
const NOT_FAST = bytesOf({ startLine: 'GET /health HTTP/1.1', headers: [KEPT, 'Content-Type:'] });
const REJECTED = bytesOf({ headers: [KEPT, 'Content-Type: text/plain'], body: 'x' });
const BATCH = bytesOf({ headers: [KEPT], body: [{ query: '{ __typename }' }, { query: '{ nothing }' }] });
const LAST = ask(1, { headers: ['Connection: close'] });

/** Sends pieces, a turn of the loop or more apart, and resolves with all that comes until the server ends the connection. */
async function exchange(origin: string, pieces: readonly Uint8Array[], pauseMs = 0, isHalfClosed = false) {
  const socket = connect({ port: Number(new URL(origin).port), host: '127.0.0.1', noDelay: true });
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.on('error', () => {});
  for (const piece of pieces) {
    socket.write(piece);
    if (pauseMs > 0) await wait(pauseMs);
    else if (pieces.length < 50) await new Promise((resolve) => setImmediate(resolve));
  }
  if (isHalfClosed) socket.end();
  await once(socket, 'close');
  // Interim responses ask whether the client is there: how many depends on the time.
  return received
    .replace(/HTTP\/1\.1 102 Processing\r\n\r\n/g, '')
    .replace(/^date: .*\r\n/gim, '')
    .replace(/dur=[\d.]+/g, 'dur=some');
}

const statusesOf = (received: string) =>
  [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
/** The name of a header has no case, and headers have no order. */
const normal = (received: string) =>
  received.replace(/HTTP\/1\.1[\s\S]*?\r\n\r\n/g, (head) =>
    head
      .trimEnd()
      .split('\r\n')
      .map((line, at) => (at === 0 ? line : line.replace(/^[^:]+/, (name) => name.toLowerCase())))
      .sort()
      .join('\n'),
  );

const byteByByte = (bytes: Buffer) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
const twice = (...pieces: readonly Buffer[]) => [...pieces, ...pieces];

test.each<[what: string, pieces: readonly Buffer[], statuses: readonly number[], isHalfClosed?: boolean]>([
  ['one behind the other', [ask(1), ask(2), LAST], [200, 200, 200]],
  ['all at once', [Buffer.concat([...twice(ask(1), ask(5), ask(2), ask(4)), LAST])], Array(9).fill(200)],
  [
    'all at once, of which the fast path takes some',
    [Buffer.concat([...twice(ask(1), NOT_FAST, ask(2), REJECTED, BATCH, LARGE), LAST])],
    [200, 200, 200, 415, 200, 200, 200, 200, 200, 415, 200, 200, 200],
  ],
  [
    'more than are handled at once',
    [Buffer.concat([...Array.from({ length: 150 }, (_, n) => ask(n % 5)), LAST])],
    Array(151).fill(200),
  ],
  ['byte by byte', byteByByte(Buffer.concat([ask(1), LAST])), [200, 200]],
  ['in chunks', [ask(1, { isChunked: true }), ask(2, { isChunked: true }), LAST], [200, 200, 200]],
  ['in chunks, byte by byte', byteByByte(Buffer.concat([ask(1, { isChunked: true }), LAST])), [200, 200]],
  ['before a half-closed connection', [ask(1), ask(2)], [200, 200], true],
  ['at once with the end', [Buffer.concat([ask(1), ask(5), LARGE])], [200, 200, 200], true],
  ['before what is not HTTP', [ask(1), ask(2), Buffer.from('nonsense\r\n\r\n')], [200, 200, 400]],
  ['before half a request, and the end', [ask(1), ask(2).subarray(0, -3)], [200, 400], true],
  ['before a body that is too large', [ask(1), bytesOf({ headers: [KEPT], body: 'x'.repeat(3000) })], [200, 413], true],
])('requests of one connection: %s', { timeout: 20_000 }, async (_what, pieces, statuses, isHalfClosed) => {
  const both = await openBothPaths(respond, { IMAGE_GRAPH_MAX_BODY_BYTES: '2000', IMAGE_GRAPH_SHARE_CALLS: 'false' });
  onTestFinished(both.close);
  await both.compare({
    body: { query: 'query ($id: ID!) { image(imageId: $id) { name } }', variables: { id: imageId(5) } },
  });
  for (const app of both.apps) app.calls();
  for (let round = 0; round < 2; round++) {
    const [fast = '', usual = ''] = await Promise.all(
      both.apps.map(({ origin }) => exchange(origin, pieces, 0, isHalfClosed)),
    );
    expect(statusesOf(fast)).toEqual(statuses);
    expect(normal(fast)).toBe(normal(usual));
    const [calls, usualCalls] = both.apps.map((app) => app.targets().sort());
    expect(calls).toEqual(usualCalls);
  }
});

test('a body that is too slow gets 408, on a connection that was used as well', { timeout: 20_000 }, async () => {
  const both = await openBothPaths(respond, { IMAGE_GRAPH_RECEIVE_TIMEOUT_MS: '300' });
  onTestFinished(both.close);
  for (const before of [[], [ask(5)]]) {
    const [fast = '', usual = ''] = await Promise.all(
      both.apps.map(({ origin }) => exchange(origin, [...before, ask(1).subarray(0, -3)])),
    );
    expect(statusesOf(fast)).toEqual([...before.map(() => 200), 408]);
    expect(normal(fast)).toBe(normal(usual));
  }
});

test('a half-closed client that is gone has its calls aborted, and one that is there gets its response', {
  timeout: 20_000,
}, async () => {
  let aborted = 0;
  const letGo: (() => void)[] = [];
  const both = await openBothPaths(({ url }, response) => {
    response.once('close', () => (aborted += Number(!response.writableFinished)));
    return new Promise((resolve) => letGo.push(() => resolve({ body: imageRow({ id: url.split('/').at(-1) }) })));
  });
  onTestFinished(both.close);
  const [app] = both.apps;
  const socket = connect({ port: Number(new URL(app.origin).port), host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.write(ask(1));
  await vi.waitUntil(() => letGo.length === 1, 4_000);
  socket.end();
  await wait(50);
  socket.destroy();
  await vi.waitUntil(() => aborted === 1, 5000);
  const received = exchange(app.origin, [ask(1)], 0, true);
  await vi.waitUntil(() => letGo.length === 2, 5000);
  letGo[1]?.();
  expect(statusesOf(await received)).toEqual([200]);
});

test('while the server drains, responses of known documents close their connections', { timeout: 30_000 }, async () => {
  const { server, url, upstream, release } = await startServer({
    IMAGE_GRAPH_DRAIN_DELAY_MS: '1000',
    IMAGE_GRAPH_COMPILE_AFTER: '1',
  });
  const kept = keptConnections();
  const first = send(url, kept, SLOW);
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), 4000);
  release();
  expect((await first).headers.connection).toBe('keep-alive');
  const second = send(url, kept, SLOW);
  server.child.kill('SIGTERM');
  const { status, headers } = await second;
  expect([status, headers.connection]).toEqual([200, 'close']);
  const { code, stdout } = await server.ends();
  expect([code, stdout.includes('Drained: no request was cut off.')]).toEqual([0, true]);
});
