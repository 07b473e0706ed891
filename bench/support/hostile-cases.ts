// The hostile cases: bounded scripts of clients against a fresh server and a hostile upstream.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inWords, type Received, type Run, type Setup, tally } from './hostile-run.ts';
import { chunked, headOf, LAST_CHUNK, RawClient, requestOf, tokenOf } from './raw-client.ts';

export interface Case extends Setup {
  readonly name: string;
  /** What the clients do. Shape: what came back, in words. */
  run(run: Run): Promise<string>;
}

/** So many aliases of a field of each image. */
const aliases = (count: number, field: string, prefix = 'a') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}: ${field}`).join(' ');
const imagesQuery = (first: number, fields: string) => ({
  query: `{ images(first: ${first}) { nodes { ${fields} } } }`,
});
const PLAIN = imagesQuery(1, 'imageId');

/** Who the clients of a case are: all the same caller, or each another one. */
type Callers = 'one' | 'many';
const callerOf = (callers: Callers, index: number) => (callers === 'one' ? 1 : index + 1);

/** Sends the same operations from so many clients at once. */
const askAtOnce = (run: Run, count: number, body: unknown, callers: Callers = 'one') =>
  Promise.all(
    Array.from({ length: count }, (_, index) => run.ask(body, { 'x-auth-token': `token-${callerOf(callers, index)}` })),
  );
const briefly = ({ status, codes }: Received) => [status || 'no response', ...codes.keys()].join(' ');

/** Whether the server still serves an ordinary query. */
async function thenPlain(run: Run, words: string): Promise<string> {
  if (!run.server?.isRunning) return words;
  const plain = await run.ask(PLAIN);
  return plain.codes.size === 0 ? words : `${words}; then ${briefly(plain)}`;
}

const KEY = `igk_${'k'.repeat(43)}`;
const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
process.once('exit', () => rmSync(folder, { recursive: true }));
const keyFile = join(folder, 'keys');
writeFileSync(keyFile, `caller:sha256:${createHash('sha256').update(KEY).digest('hex')}\n`);

/** A valid operation, filled up with blanks. */
const largeBody = Buffer.from(JSON.stringify(PLAIN) + ' '.repeat(950_000));
const oneByteChunks = chunked(largeBody, 1);
const largeChunks = chunked(largeBody, 50_000);
const CHUNKED = 'Transfer-Encoding: chunked';
const MAX_SENDING_MS = 25_000;

/** Clients that send a body in chunks at once, whatever comes back meanwhile. */
async function sendChunks(
  run: Run,
  count: number,
  chunks: Buffer,
  last: string,
  { headers = [], callers = 'one' }: { headers?: readonly string[]; callers?: Callers } = {},
): Promise<string> {
  const clients = Array.from({ length: count }, () => new RawClient(run.origin));
  await Promise.all(
    clients.map(async (client, index) => {
      const head = headOf(CHUNKED, tokenOf(callerOf(callers, index)), ...headers);
      const sent = client.write(Buffer.concat([Buffer.from(head), chunks, Buffer.from(last)]));
      await Promise.race([sent, client.closed, sleep(MAX_SENDING_MS)]);
      await Promise.race([client.first, sleep(last === '' ? 1_000 : MAX_SENDING_MS)]);
    }),
  );
  const statuses = tally(clients.map(({ status }) => status));
  for (const { socket } of clients) socket.destroy();
  return statuses;
}

const LONG_TEXTS = imagesQuery(1_000, aliases(100, 'description'));
/** 20 MB: within the limit. */
const LARGE_RESPONSE = imagesQuery(1_000, aliases(18, 'description'));

/** Clients that read the beginning of a large response, and no more. */
async function neverRead(run: Run, count: number, callers: Callers = 'one'): Promise<string> {
  const before = run.server?.openSockets() ?? 0;
  const clients = Array.from({ length: count }, () => new RawClient(run.origin, { reads: false }));
  for (const [index, client] of clients.entries())
    client.write(requestOf(JSON.stringify(LARGE_RESPONSE), tokenOf(callerOf(callers, index))));
  await Promise.race([Promise.all(clients.map(({ first }) => first)), sleep(12_000)]);
  const statuses = tally(clients.map(({ status }) => status));
  for (const { socket, status } of clients) if (status !== '200') socket.destroy();
  // Until then idle connections to the upstream have been closed.
  await sleep(6_000);
  const open = (run.server?.openSockets() ?? 0) - before;
  for (const { socket } of clients) socket.destroy();
  return thenPlain(run, `${statuses}; ${Math.max(0, open)} of them are open after 6 s`);
}

const ITEMS: readonly [name: string, upstream: string, query: string][] = [
  ['osFeatures', 'many values', imagesQuery(20, aliases(100, 'osFeatures')).query],
  ['osFeatureListRaw', 'many values', imagesQuery(20, aliases(100, 'osFeatureListRaw')).query],
  ['tags', 'many values', imagesQuery(20, aliases(100, 'tags')).query],
  ['status', 'many values', imagesQuery(20, aliases(100, 'status')).query],
  ['properties', 'many properties', imagesQuery(20, aliases(4, 'properties { name value }')).query],
  [
    'rule',
    'rules',
    `{ retentionLogs(namespace: "group", repositoryName: "busybox", first: 20) { nodes { ${aliases(40, 'rule { tagSelectors { kind pattern } }')} } } }`,
  ],
];

const LOGS = {
  query: '{ retentionLogs(namespace: "group", repositoryName: "busybox", first: 25) { nodes { logId } } }',
};

const LOG_ID = Buffer.from('1::RetentionLog:group:busybox:5').toString('base64url');
const LOOKUP = { query: `{ node(id: "${LOG_ID}") { id } }` };

/** Requests a page of images, one of logs, and a log that a scan of the list finds. */
const ofUpstream = (name: string, upstream: string): Case => ({
  name,
  upstream,
  run: async (run) => {
    const [images, logs, lookup] = [
      await run.ask(imagesQuery(25, 'imageId name')),
      await run.ask(LOGS),
      await run.ask(LOOKUP),
    ].map(briefly);
    return `images: ${images}, logs: ${logs}, one log: ${lookup}`;
  },
});

/** A cursor of the images with another position. */
const forge = (cursor: string, position: string) => {
  const [version = '', cloud = '', digest = ''] = Buffer.from(cursor, 'base64url').toString().split(':');
  return Buffer.from([version, cloud, digest, encodeURIComponent(position)].join(':')).toString('base64url');
};

const costOf = ({ text }: Received) => {
  const [, requested = '?'] = /"upstreamCalls":\{"requested":(\d+)/.exec(text) ?? [];
  return requested;
};

const sum = (calls: Readonly<Record<string, number>>) =>
  Object.values(calls).reduce((total, count) => total + count, 0);

async function walk(run: Run, namespace: string): Promise<string> {
  const seen = new Set<string>();
  let [rows, pages, after] = [0, 0, ''];
  for (; pages < 12; pages++) {
    const { text, codes } = await run.ask({
      query: `{ retentionLogs(namespace: "${namespace}", repositoryName: "busybox", first: 250 ${after}) { nodes { logId } pageInfo { hasNextPage endCursor } } }`,
    });
    if (codes.size > 0) return `${rows} rows, ${seen.size} distinct, then ${[...codes.keys()]}`;
    const page = JSON.parse(text).data.retentionLogs;
    for (const row of page.nodes) seen.add(row?.logId);
    rows += page.nodes.length;
    after = `, after: "${page.pageInfo.endCursor}"`;
    if (!page.pageInfo.hasNextPage) return `${rows} rows, ${seen.size} distinct, ended`;
  }
  return `${rows} rows, ${seen.size} distinct, no end after ${pages} pages`;
}

const RECEIVE_MS = 2_000;
/** Twice what the server means by default, and a little. */
const PATIENCE_MS = 62_000;

/** Requests that arrive slowly. Shape: bytes at once, and bytes that follow five times a second. */
const SLOW: Readonly<Record<string, readonly [string, string]>> = {
  nothing: ['', ''],
  'half a line': ['POST /gra', ''],
  'half the head': ['POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\n', ''],
  'half a body': [`${headOf('Content-Length: 100')}{"query"`, ''],
  'a dripping head': ['POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Drip: ', 'x'],
  'a dripping body': [`${headOf('Content-Length: 100000')}{`, ' '],
};

async function sendSlowly(run: Run): Promise<string> {
  const isSet = run.knows('IMAGE_GRAPH_RECEIVE_TIMEOUT_MS');
  const results = await Promise.all(
    Object.entries(SLOW).map(async ([name, [once, again]]) => {
      const startedAt = performance.now();
      const client = new RawClient(run.origin);
      if (once !== '') await client.write(once);
      const drip = setInterval(() => again !== '' && client.write(again), 200);
      await Promise.race([client.closed, sleep(isSet ? 4 * RECEIVE_MS : PATIENCE_MS)]);
      clearInterval(drip);
      client.socket.destroy();
      return `${name}: ${client.status} after ${Math.round((performance.now() - startedAt) / 1_000)} s`;
    }),
  );
  return results.join(', ');
}

/** Settings with a wrong file or URL, each in a server of its own. */
async function startWith(run: Run, settings: Readonly<Record<string, string>>): Promise<string> {
  const server = await run.start(settings, 4_000);
  const names = Object.keys(settings).filter((name) => server.lines.some((line) => line.includes(name)));
  const words =
    server.origin !== undefined
      ? 'starts'
      : server.isRunning
        ? 'hangs'
        : `ends, and names ${names.at(-1) ?? 'no setting'}`;
  await server.kill();
  return words;
}

const PASSWORD = {
  IMAGE_GRAPH_AUTH: 'password',
  IMAGE_GRAPH_IAM_ENDPOINT: 'UPSTREAM',
  IMAGE_GRAPH_USERNAME: 'user',
  IMAGE_GRAPH_PASSWORD: 'secret',
  IMAGE_GRAPH_DOMAIN_NAME: 'domain',
  IMAGE_GRAPH_ALLOW_ANONYMOUS: 'true',
};

const STEPPED_CLOCK = `--import=${new URL('stepped-clock.ts', import.meta.url)}`;

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (n: number) =>
  [
    part({ alg: 'RS256', kid: 'k' }),
    part({ iss: 'https://issuer', aud: 'graph', sub: `s${n}`, exp: 4e9 }),
    Buffer.alloc(256, n).toString('base64url'),
  ].join('.');

const SMALL_HEAP = { nodeOptions: ['--max-old-space-size=256'] };
const LIMITED = { IMAGE_GRAPH_SEND_TIMEOUT_MS: '2000', IMAGE_GRAPH_RECEIVE_TIMEOUT_MS: String(RECEIVE_MS) };

/** The fields of an image that are texts, numbers, times and names. */
const FIELDS =
  'imageId name status statusRaw visibility owner isProtected containerFormat diskFormat minDisk minRam maxRam size checksum tags createdAt updatedAt schema self file imageType osType osVersion osBit platform description imageLocation imageSize imageSourceType isConfigInit isRegistered supportsLazyLoading dataOrigin sequenceNumber virtualEnvType firmwareType enterpriseProjectId';

const bodies = (name: string, setup: Setup, run: Case['run']): Case => ({ name, ...setup, run });

const CHUNK_CASES: readonly Case[] = [
  bodies('10 bodies in one-byte chunks, no key', { settings: { IMAGE_GRAPH_API_KEYS_FILE: keyFile } }, (run) =>
    sendChunks(run, 10, oneByteChunks, LAST_CHUNK),
  ),
  bodies('10 bodies in one-byte chunks, with a key', { settings: { IMAGE_GRAPH_API_KEYS_FILE: keyFile } }, (run) =>
    sendChunks(run, 10, oneByteChunks, LAST_CHUNK, { headers: [`X-Api-Key: ${KEY}`] }),
  ),
  bodies('100 bodies without an end', { settings: LIMITED }, (run) => sendChunks(run, 100, largeChunks, '')),
  bodies('a response in one-byte chunks', { upstream: 'tiny chunks' }, async (run) =>
    inWords(await run.ask(imagesQuery(25, 'imageId'))),
  ),
];

const RESPONSE_CASES: readonly Case[] = [
  bodies('100 aliases of a long text, 1,000 rows', { upstream: 'long texts' }, async (run) =>
    thenPlain(run, inWords(await run.ask(LONG_TEXTS))),
  ),
  bodies('a batch of five of them', { upstream: 'long texts' }, async (run) =>
    thenPlain(run, inWords(await run.ask(Array(5).fill(LONG_TEXTS)))),
  ),
  bodies('five clients with one of them each', { upstream: 'long texts' }, async (run) =>
    thenPlain(run, tally((await askAtOnce(run, 5, LONG_TEXTS)).map(briefly))),
  ),
  bodies('100 long names of aliases, 1,000 rows', { upstream: 'ordinary' }, async (run) =>
    thenPlain(run, inWords(await run.ask(imagesQuery(1_000, aliases(100, 'osBit', 'a'.repeat(370)))))),
  ),
  bodies('20 clients that never read', { upstream: 'long texts', settings: LIMITED }, (run) => neverRead(run, 20)),
  bodies('100 clients that never read', { upstream: 'long texts', settings: LIMITED }, (run) => neverRead(run, 100)),
  bodies(
    '20 clients that never read, two places',
    { upstream: 'long texts', settings: { ...LIMITED, IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '2' } },
    (run) => neverRead(run, 20),
  ),
  bodies('30,000 malformed values', { upstream: 'malformed' }, async (run) =>
    inWords(
      await run.ask(
        imagesQuery(
          1_000,
          'status visibility owner isProtected containerFormat diskFormat minDisk minRam maxRam checksum activeAt schema self file imageType osType osVersion osBit platform description imageLocation imageSize imageSourceType isConfigInit isRegistered supportsLazyLoading backupId dataOrigin rootOrigin sequenceNumber',
        ),
      ),
    ),
  ),
  bodies('a batch of ten pages of 1,000 rows', {}, async (run) =>
    thenPlain(run, inWords(await run.ask(Array(10).fill(imagesQuery(1_000, FIELDS))))),
  ),
];

/** What takes memory in each of the three ways at once, for as many callers as there are clients. */
const TOGETHER_CASES: readonly Case[] = [
  bodies('many callers: bodies, silent readers and long texts', { upstream: 'long texts', settings: LIMITED }, (run) =>
    together(run, [
      sendChunks(run, 200, largeChunks, '', { callers: 'many' }),
      neverRead(run, 50, 'many'),
      askBriefly(run, 10, LONG_TEXTS),
      askBriefly(run, 30, LARGE_RESPONSE),
    ]),
  ),
  bodies('many callers: bodies and rows of 7 MB', { upstream: 'large pages', settings: LIMITED }, (run) =>
    together(run, [
      sendChunks(run, 200, largeChunks, '', { callers: 'many' }),
      sendChunks(run, 20, oneByteChunks, LAST_CHUNK, { callers: 'many' }),
      askBriefly(run, 50, imagesQuery(25, 'imageId name')),
      askBriefly(run, 50, imagesQuery(25, 'imageId description')),
    ]),
  ),
  bodies('many callers: bodies and long lists in values', { upstream: 'many values', settings: LIMITED }, (run) =>
    together(run, [
      sendChunks(run, 200, largeChunks, '', { callers: 'many' }),
      askBriefly(run, 10, imagesQuery(20, 'osFeatures tags status properties { name value }')),
      askBriefly(run, 10, imagesQuery(20, aliases(20, 'osFeatures'))),
    ]),
  ),
  bodies('many callers: bodies and pages of 1,000 rows', { settings: LIMITED }, (run) =>
    together(run, [
      sendChunks(run, 200, largeChunks, '', { callers: 'many' }),
      askBriefly(run, 20, imagesQuery(1_000, FIELDS)),
      askBriefly(run, 10, Array(5).fill(imagesQuery(1_000, FIELDS))),
    ]),
  ),
];

const askBriefly = async (run: Run, count: number, body: unknown) =>
  tally((await askAtOnce(run, count, body, 'many')).map(briefly));
const together = async (run: Run, clients: readonly Promise<string>[]) =>
  thenPlain(run, (await Promise.all(clients)).join('; '));

/** Documents that are kept, or not, one after another. */
const DOCUMENT_CASES: readonly Case[] = [
  bodies('2,000 short documents, 100 errors each', {}, async (run) => {
    const statuses: string[] = [];
    for (let n = 0; n < 2_000 && run.server?.isRunning; n++)
      statuses.push(briefly(await run.ask({ query: `{ a${n}: node(id: "x") { ${'z '.repeat(100)} } }` })));
    return thenPlain(run, tally(statuses));
  }),
];

const VALUE_CASES: readonly Case[] = ITEMS.map(([name, upstream, query]) =>
  bodies(`aliases of ${name}, 64 KB a value, 20 rows`, { upstream }, async (run) =>
    thenPlain(run, inWords(await run.ask({ query }))),
  ),
);

const UPSTREAM_CASES: readonly Case[] = [
  ofUpstream('15 MB of 0, as rows', 'zeros'),
  ofUpstream('7 MB of {} as rows', 'objects'),
  ofUpstream('7 MB of brackets', 'nested'),
  ofUpstream('40,000 rows, 25 requested', 'more rows'),
  bodies('50 clients, 7 MB of rows each', { upstream: 'large pages' }, async (run) =>
    thenPlain(run, tally((await askAtOnce(run, 50, imagesQuery(25, 'imageId name'))).map(briefly))),
  ),
  bodies('codings that were not asked for', { upstream: 'codings' }, async (run) => {
    const results: string[] = [];
    for (const name of ['gzip', 'br', 'zstd', 'gzip bomb', 'br bomb', 'zstd bomb']) {
      const { text, codes } = await run.ask({ query: `{ images(filter: { name: "${name}" }) { nodes { imageId } } }` });
      results.push(`${name}: ${[...codes.keys()].join() || (text.includes('imageId') ? 'read' : 'nothing')}`);
    }
    const absent = await run.ask({ query: '{ image(imageId: "00000000-0000-4000-8000-000000000001") { name } }' });
    return [...results, `404 of a gateway: ${[...absent.codes.keys()].join() || 'does not exist'}`].join(', ');
  }),
  bodies('forged cursors', { upstream: 'endless' }, async (run) => {
    const list = (after: string, further = '') => ({
      query: `{ images(first: 1 ${after} ${further}) { nodes { imageId } pageInfo { endCursor } } }`,
      extensions: { cost: true },
    });
    const results: string[] = [];
    const absent = 'ffffffff-ffff-4fff-8fff-ffffffffffff';
    for (const [order, position] of [
      ['', `s${absent}`],
      ['', 'f|9999'],
      ['orderBy: { field: NAME, direction: ASC }', `s${absent}`],
      ['orderBy: { field: ID, direction: ASC }', `m${absent}|9999`],
    ] as const) {
      const first = await run.ask(list('', order));
      const cursor = JSON.parse(first.text).data.images.pageInfo.endCursor;
      const before = sum(await run.calls());
      const forged = await run.ask(list(`, after: "${forge(cursor, position)}"`, order));
      const calls = sum(await run.calls()) - before;
      results.push(`${position.slice(0, 2)}: ${calls} calls, ${costOf(forged)} requested, ${[...forged.codes.keys()]}`);
    }
    return results.join('; ');
  }),
  bodies('24 pages that are sifted', { upstream: 'endless' }, async (run) => {
    const times = 'createdAt: { gt: "2030-01-01T00:00:00Z", lt: "2010-01-01T00:00:00Z" }';
    const pages = Array.from({ length: 24 }, (_, index) => {
      const filter = `{ name: "n${index}", ${times} }`;
      return `a${index}: images(first: 10, orderBy: { field: NAME, direction: ASC }, filter: ${filter}) { nodes { imageId } }`;
    });
    const { codes, ...received } = await run.ask({ query: `{ ${pages.join(' ')} }`, extensions: { cost: true } });
    const calls = sum(await run.calls());
    return thenPlain(run, `${inWords({ codes, ...received })}; ${calls} calls, ${calls * 1_000} rows`);
  }),
  bodies('an offset that is ignored', { upstream: 'offset ignored' }, async (run) =>
    [`with a total: ${await walk(run, 'counted')}`, `without: ${await walk(run, 'uncounted')}`].join('; '),
  ),
];

const CLOCK_CASES: readonly Case[] = [
  bodies(
    'the clock steps back an hour',
    { upstream: 'identity', settings: PASSWORD, nodeOptions: [STEPPED_CLOCK] },
    async (run) => {
      const failed = await run.ask(PLAIN);
      run.server?.child.kill('SIGUSR2');
      await run.calls('heal');
      await sleep(2_500);
      const healed = await run.ask(PLAIN);
      return `IAM fails: ${briefly(failed)}; 2.5 s after it is healed: ${briefly(healed)}`;
    },
  ),
  bodies(
    'a token without a zone, in Shanghai',
    { upstream: 'identity', settings: { ...PASSWORD, TZ: 'Asia/Shanghai' } },
    async (run) => {
      await run.calls('heal');
      for (let n = 0; n < 4; n++) {
        await run.ask(PLAIN);
        await sleep(1_100);
      }
      const { '/v3/auth/tokens': tokens } = await run.calls();
      return `4 queries in 5 s: ${tokens} tokens`;
    },
  ),
  bodies(
    '20 JWTs while the key set fails',
    {
      upstream: 'keys',
      settings: {
        IMAGE_GRAPH_JWT_ISSUER: 'https://issuer',
        IMAGE_GRAPH_JWT_AUDIENCE: 'graph',
        IMAGE_GRAPH_JWT_JWKS_URL: 'UPSTREAM/keys',
      },
    },
    async (run) => {
      const logged = () => (run.server?.lines ?? []).filter((line) => !line.includes('"msg":"Request"')).length;
      const before = logged();
      const statuses: string[] = [];
      for (let n = 0; n < 20; n++)
        statuses.push(briefly(await run.ask(PLAIN, { authorization: `Bearer ${token(n)}` })));
      const lines = logged() - before;
      return `${tally(statuses)}; ${sum(await run.calls())} fetches, ${lines} lines of the log beside those of requests`;
    },
  ),
];

const PROCESS_CASES: readonly Case[] = [
  bodies('files and URLs that are none', { isStartedLater: true }, async (run) => {
    const fifo = join(folder, 'fifo');
    spawnSync('mkfifo', [fifo]);
    const { IMAGE_GRAPH_PASSWORD: _password, ...rest } = PASSWORD;
    const results = [
      `a FIFO for a password: ${await startWith(run, { ...rest, IMAGE_GRAPH_PASSWORD_FILE: fifo })}`,
      `a directory: ${await startWith(run, { ...rest, IMAGE_GRAPH_PASSWORD_FILE: folder })}`,
      `a FIFO for keys: ${await startWith(run, { IMAGE_GRAPH_API_KEYS_FILE: fifo })}`,
      `%ff in an endpoint: ${await startWith(run, { IMAGE_GRAPH_SWR_ENDPOINT: 'http://127.0.0.1:9/%ff' })}`,
    ];
    return results.join(', ');
  }),
  bodies('SIGHUP while a query runs', { upstream: 'slow' }, async (run) => {
    const asked = run.ask(PLAIN);
    await sleep(200);
    run.server?.child.kill('SIGHUP');
    const received = await asked;
    await sleep(200);
    return `${briefly(received)}; the server is ${run.server?.isRunning ? 'running' : 'gone'}`;
  }),
  bodies('six slow requests', { settings: LIMITED }, sendSlowly),
  bodies('a client that closes its side', { upstream: 'slow' }, async (run) => {
    const client = new RawClient(run.origin, { allowHalfOpen: true });
    await client.write(requestOf(JSON.stringify(PLAIN)));
    client.socket.end();
    await Promise.race([client.closed, sleep(3_000)]);
    client.socket.destroy();
    return client.status;
  }),
  bodies('256 MB heap: five clients, 100 aliases each', { upstream: 'long texts', ...SMALL_HEAP }, async (run) =>
    thenPlain(run, tally((await askAtOnce(run, 5, LONG_TEXTS)).map(briefly))),
  ),
  bodies('256 MB heap: 10 bodies in one-byte chunks', { settings: LIMITED, ...SMALL_HEAP }, async (run) =>
    thenPlain(run, await sendChunks(run, 10, oneByteChunks, LAST_CHUNK)),
  ),
  bodies(
    '256 MB heap: 20 clients that never read',
    { upstream: 'long texts', settings: LIMITED, ...SMALL_HEAP },
    (run) => neverRead(run, 20),
  ),
  bodies('256 MB heap: 50 clients, 7 MB of rows each', { upstream: 'large pages', ...SMALL_HEAP }, async (run) =>
    thenPlain(run, tally((await askAtOnce(run, 50, imagesQuery(25, 'imageId name'))).map(briefly))),
  ),
];

export const CASES: readonly Case[] = [
  bodies('one ordinary query', {}, async (run) => inWords(await run.ask(imagesQuery(100, 'imageId name')))),
  ...CHUNK_CASES,
  ...RESPONSE_CASES,
  ...TOGETHER_CASES,
  ...DOCUMENT_CASES,
  ...VALUE_CASES,
  ...UPSTREAM_CASES,
  ...CLOCK_CASES,
  ...PROCESS_CASES,
];
