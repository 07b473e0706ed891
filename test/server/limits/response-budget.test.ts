// The bytes of responses: of one request, of one caller, and of all. What waits for clients that do not read counts until it has left.
import { expect, onTestFinished, test, vi } from 'vitest';
import { imageRow } from '../../resources/image/kind.ts';
import { codesOf, type SentResponse, startApp, type TestApp } from '../../support/app.ts';
import { openSlowClient, postBytes, type SlowClient } from '../../support/slow-client.ts';

const ROWS = 500;
const rowsOf = (description: string, count = ROWS) => ({
  images: Array.from({ length: count }, (_, n) => ({
    ...imageRow(),
    id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    __description: description,
  })),
});
const descriptions = (count: number) =>
  `{ images(first: ${ROWS}) { nodes { ${Array.from({ length: count }, (_, n) => `a${n}: description`).join(' ')} } } }`;
const SMALL = '{ images(first: 1) { nodes { name } } }';

const MEGABYTE = 1024 * 1024;

const start = (settings: Record<string, string>, description = 'x'.repeat(1024), over: 'http' | 'fetch' = 'http') =>
  startApp({
    upstream: ({ query }) => ({ body: rowsOf(description, Math.min(ROWS, Number(query.get('limit')))) }),
    over,
    settings,
  });

const RESPONSE_TYPE = 'application/graphql-response+json';

/** The error of a response that is too large, in its place. */
const TOO_LARGE = {
  errors: [
    {
      message: expect.stringMatching(/^The response has too many bytes: \d+, where 200000 are allowed\. /),
      extensions: {
        code: 'QUERY_TOO_COMPLEX',
        limit: { name: 'responseBytes', value: expect.any(Number), max: 200_000 },
      },
    },
  ],
};

test.each<[what: string, description: string, aliases: number]>([
  ['many texts', 'x'.repeat(1024), 1],
  ['characters that are escaped', '\u0001'.repeat(80), 1],
  ['characters of several bytes', '漢'.repeat(140), 1],
  ['quotes', '"'.repeat(210), 1],
])('a response that is larger than one may be is an error, without data: %s', async (_what, description, aliases) => {
  for (const over of ['http', 'fetch'] as const) {
    const app = await start({ IMAGE_GRAPH_MAX_RESPONSE_BYTES: '200000' }, description, over);
    for (const coding of ['identity', 'gzip'])
      for (const [accept, status] of [
        ['application/json', 200],
        [RESPONSE_TYPE, 400],
      ] as const) {
        const response = await app.send({ query: descriptions(aliases) }, { accept, 'accept-encoding': coding });
        expect([response.status, response.errors]).toEqual([status, TOO_LARGE.errors]);
        expect(response.data ?? null).toBeNull();
        expect(response.headers.get('content-type')).toContain(accept);
      }
    expect((await app.send({ query: SMALL })).status).toBe(200);
    expect(app.log).toEqual([]);
  }
});

test('the operations of a batch share the bytes of a response', async () => {
  const app = await start({ IMAGE_GRAPH_MAX_RESPONSE_BYTES: '200000' }, 'x'.repeat(200));
  const query = descriptions(1);
  expect(codesOf(await app.send({ query }))).toEqual([]);
  const response = await app.send([{ query }, { query }, { query }]);
  expect((response.batch ?? [response]).flatMap(codesOf)).toContain('QUERY_TOO_COMPLEX');
});

/** Lets client after client request 10 MB and read next to nothing, of which the system holds a part, until `isEnough`. */
async function leaveUnread(app: TestApp, tokenOf: (n: number) => string, isEnough: () => Promise<boolean>) {
  const clients: SlowClient[] = [];
  onTestFinished(() => {
    for (const { socket } of clients) socket.destroy();
  });
  while (clients.length < 20 && !(await isEnough())) {
    const bytes = postBytes({ query: descriptions(20) }, { 'x-auth-token': tokenOf(clients.length) });
    const client = await openSlowClient(app.origin, bytes);
    clients.push(client);
    await client.readFirst();
  }
  return clients;
}

test('a caller that leaves too much unread gets 429, and others are served', { timeout: 30_000 }, async () => {
  const app = await start({ IMAGE_GRAPH_MAX_TOTAL_RESPONSE_BYTES: String(100 * MEGABYTE) });
  const ask = (token: string) => app.send({ query: descriptions(20) }, { 'x-auth-token': token });
  let last: SentResponse | undefined;
  const clients = await leaveUnread(
    app,
    () => 'a',
    async () => {
      last = await ask('a');
      return last.status !== 200;
    },
  );
  expect([last?.status, last?.headers.get('retry-after'), last?.data ?? null]).toEqual([429, '1', null]);
  expect(last?.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', service: null, retryAfter: 1 } }]);
  expect((await ask('b')).status).toBe(200);
  // Its bytes are given back with the connections.
  for (const { socket } of clients) socket.destroy();
  await vi.waitFor(async () => expect((await ask('a')).status).toBe(200), 5000);
});

test('while responses fill their memory no request is admitted, until clients have read', {
  timeout: 30_000,
}, async () => {
  const app = await start({
    IMAGE_GRAPH_MAX_TOTAL_RESPONSE_BYTES: String(48 * MEGABYTE),
    IMAGE_GRAPH_MAX_QUEUE_MS: '200',
  });
  const ready = async () => ((await (await fetch(`${app.origin}/ready`)).json()) as { status: string }).status;
  const ask = () => app.send({ query: SMALL });
  let last: SentResponse | undefined;
  const clients = await leaveUnread(
    app,
    (n) => `token-${n}`,
    async () => {
      last = await ask();
      return last.status !== 200;
    },
  );
  expect([last?.status, last?.headers.get('retry-after')]).toEqual([503, '1']);
  expect(last?.errors).toMatchObject([{ extensions: { code: 'OVERLOADED' } }]);
  expect(await ready()).toBe('overloaded');
  // What waits is admitted when there is room.
  const waiting = ask();
  for (const { socket } of clients) socket.destroy();
  expect((await waiting).status).toBe(200);
  await vi.waitFor(async () => expect(await ready()).toBe('ready'), 5000);
});
