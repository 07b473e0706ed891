// Clients that do not take their responses: each holds its place until its connection is closed, and that is closed in time, whatever was
// sent. Clients that read slowly get all of it.
import { expect, onTestFinished, test, vi } from 'vitest';
import { imageRow } from '../../resources/image/kind.ts';
import { startApp } from '../../support/app.ts';
import { openSlowClient, postBytes } from '../../support/slow-client.ts';

const ROWS = 1000;
const IMAGES = Array.from({ length: ROWS }, (_, n) => ({
  ...imageRow(),
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  __description: `${n}`.padEnd(1024, 'é'),
}));
/** The response has 10 MB: more than the buffers of the system hold. */
const LARGE = `{ images(first: ${ROWS}) { nodes { ${Array.from({ length: 5 }, (_, n) => `a${n}: description`).join(' ')} } } }`;
const SMALL = '{ images(first: 1) { nodes { name } } }';

const start = (settings: Record<string, string>) =>
  startApp({
    upstream: ({ query }) => ({ body: { images: IMAGES.slice(0, Number(query.get('limit'))) } }),
    over: 'http',
    settings,
  });

/** A client that never reads. */
async function silentClient(origin: string, bytes: Uint8Array) {
  const client = await openSlowClient(origin, bytes);
  onTestFinished(() => void client.socket.destroy());
  return client;
}

test('a client that never reads keeps its place until its connection is closed', async () => {
  const app = await start({ IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '2', IMAGE_GRAPH_SHARE_CALLS: 'false' });
  const clients = [
    await silentClient(app.origin, postBytes({ query: LARGE })),
    await silentClient(app.origin, postBytes({ query: LARGE }, { 'accept-encoding': 'identity' })),
  ];
  await vi.waitFor(() => expect(app.upstream.calls).toHaveLength(2), 5000);
  // Their responses are made by then.
  for (let n = 0; n < 20; n++) expect((await app.send({ query: SMALL })).status).toBe(429);
  expect(app.upstream.calls).toHaveLength(2);
  clients[0]?.socket.destroy();
  await vi.waitFor(async () => expect((await app.send({ query: SMALL })).status).toBe(200), 5000);
});

test.each<[what: string, bytes: () => Uint8Array]>([
  ['a large response', () => postBytes({ query: LARGE })],
  ['a batch', () => postBytes([{ query: SMALL }, { query: LARGE }])],
  [
    'files of GraphiQL, pipelined',
    () =>
      Buffer.from(
        'GET /graphql HTTP/1.1\r\nhost: x\r\naccept: text/html\r\n\r\n'.repeat(2) +
          'GET /graphql?file=FILE HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(10),
      ),
  ],
  [
    'small responses that pile up',
    () => Buffer.from(`GET /${'x'.repeat(50)} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(40_000)),
  ],
])('a connection on which nothing is taken is closed: %s', { timeout: 30_000 }, async (_what, bytes) => {
  const app = await start({ IMAGE_GRAPH_SEND_TIMEOUT_MS: '500' });
  const page = await (await fetch(app.url, { headers: { accept: 'text/html' } })).text();
  const file = /\?file=([^"]*)" id="graphiql"/.exec(page)?.[1] ?? '';
  const sent = Buffer.from(bytes().toString().replaceAll('FILE', file));
  const client = await silentClient(app.origin, sent);
  await client.findClosed();
  expect(app.log).toEqual([]);
});

test('a client that reads slowly and steadily gets all of it', { timeout: 30_000 }, async () => {
  const app = await start({ IMAGE_GRAPH_SEND_TIMEOUT_MS: '1000' });
  const whole = await app.ask(LARGE);
  const client = await silentClient(app.origin, postBytes({ query: LARGE }, { connection: 'close' }));
  const bytes = await client.readSteadily(128 * 1024, 20);
  expect(JSON.parse(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4).toString())).toEqual(whole);
});

test('a client that takes a little now and then is closed', { timeout: 30_000 }, async () => {
  const app = await start({ IMAGE_GRAPH_SEND_TIMEOUT_MS: '500' });
  const client = await silentClient(app.origin, postBytes({ query: LARGE }, { connection: 'close' }));
  await vi.waitFor(() => expect(app.upstream.calls).toHaveLength(1), 5000);
  expect((await client.readSteadily(100, 100)).length).toBeLessThan(10_000_000);
});
