// A hostile cloud in a process of its own. Argument: the name of what it does. Sends its address to the process that forked it, and to each
// message the calls that it has got so far; the message `heal` also ends the fault.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { imageRows } from './prepared-images.ts';
import { chunked, LAST_CHUNK } from './raw-client.ts';

type Row = Record<string, unknown>;
type Respond = (call: URL, response: ServerResponse, request: IncomingMessage) => void;

const JSON_TYPE = { 'content-type': 'application/json' };

const send = (response: ServerResponse, body: string | Buffer, headers: Record<string, string> = {}, status = 200) =>
  response.writeHead(status, { ...JSON_TYPE, 'content-length': Buffer.byteLength(body), ...headers }).end(body);

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const times = { created_at: '2021-06-18T07:08:13Z', updated_at: '2021-06-18T07:08:13Z' };
const imageRow = (n: number, fields: Row = {}): Row => ({ id: uuid(n), name: `image ${n}`, ...times, ...fields });

/** Up to so many rows of a list, as many as the call requests. A body is made once for each number. */
function images(make: (n: number) => Row, most: number): Respond {
  const bodies = new Map<number, Buffer>();
  return ({ searchParams }, response) => {
    const count = Math.min(most, Number(searchParams.get('limit') ?? most));
    const body =
      bodies.get(count) ??
      Buffer.from(JSON.stringify({ images: Array.from({ length: count }, (_, index) => make(index)) }));
    bodies.set(count, body);
    send(response, body);
  };
}

/** Lists of images and of logs: a row as it should be, and what else stands there. */
function page(others: () => string): Respond {
  let text: string | undefined;
  return ({ pathname }, response) => {
    text ??= others();
    const rows = (first: Row) => `[${JSON.stringify(first)},${text}]`;
    const body =
      pathname === '/v2/images' ? `{"images":${rows(imageRow(1))}}` : `{"retention_log":${rows(log(1))},"total":99999}`;
    send(response, body);
  };
}

const list = (text: string, bytes: number) =>
  Array(Math.ceil(bytes / (text.length + 1)))
    .fill(text)
    .join();

const KILO = 1024;
const MEGA = KILO * KILO;

/** A row whose lists are as long as they can be in 64 KB each. */
const flags = JSON.stringify(Object.fromEntries(Array.from({ length: 3_500 }, (_, n) => [`feature-${n}`, 'true'])));
const manyValues: Row = {
  __os_feature_list: flags,
  tags: Array.from({ length: 5_500 }, (_, n) => `tag-${n}`),
  status: 's'.repeat(64 * KILO),
  __description: `{"a":${'['.repeat(30 * KILO)}${']'.repeat(30 * KILO)}}`,
};
const manyProperties = Object.fromEntries(Array.from({ length: 3_500 }, (_, n) => [`property-${n}`, `v${n}`]));

const selectors = Array.from({ length: 1_500 }, (_, n) => ({ kind: 'label', pattern: `pattern-${n}` }));
const rule = JSON.stringify({ template: 'tag_rule', params: { num: '1' }, tag_selectors: selectors });
const log = (id: number, fields: Row = {}): Row => ({
  ...{ id, namespace: 'group', repo: 'busybox', tag: `v${id}`, rule_type: '{}', created_at: times.created_at },
  ...fields,
});

/** Values of the wrong type for thirty fields of an image. */
const WRONG = [
  ...['status', 'visibility', 'owner', 'protected', 'container_format', 'disk_format', 'min_disk', 'min_ram'],
  ...['max_ram', 'checksum', 'active_at', 'schema', 'self', 'file', '__imagetype', '__os_type', '__os_version'],
  ...['__os_bit', '__platform', '__description', '__image_location', '__image_size', '__image_source_type'],
  ...['__is_config_init', '__isregistered', '__lazyloading', '__backup_id', '__data_origin', '__root_origin'],
  '__sequence_num',
];
const malformed = Object.fromEntries(WRONG.map((name) => [name, { wrong: true }]));

const bombs: Record<string, () => Buffer> = {
  gzip: () => gzipSync(Buffer.alloc(256 * MEGA, ' '), { level: 1 }),
  br: () => brotliCompressSync(Buffer.alloc(256 * MEGA, ' '), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  zstd: () => zstdCompressSync(Buffer.alloc(256 * MEGA, ' ')),
};
const kept = new Map<string, Buffer>();
function bombOf(coding: string): Buffer {
  const bomb = kept.get(coding) ?? bombs[coding]?.() ?? Buffer.alloc(0);
  kept.set(coding, bomb);
  return bomb;
}

/** What it does, by name. */
const SCRIPTS: Record<string, Respond> = {
  ordinary: images((n) => imageRow(n, imageRows(1)[0] as unknown as Row), 1_000),

  /** 4 MB of rows, a byte in each chunk. */
  'tiny chunks': (_call, response) => {
    const rows = Array.from({ length: 25 }, (_, n) => imageRow(n, { __description: 'x'.repeat(160_000) }));
    const body = Buffer.from(JSON.stringify({ images: rows }));
    const { socket } = response;
    response.detachSocket(socket as NonNullable<typeof socket>);
    socket?.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
    const wire = chunked(body, 1);
    const step = 6 * 64 * KILO;
    const write = (at: number): void => {
      if (socket?.destroyed) return;
      if (at >= wire.length) return void socket?.end(LAST_CHUNK);
      if (socket?.write(wire.subarray(at, at + step))) setImmediate(write, at + step);
      else socket?.once('drain', () => write(at + step));
    };
    write(0);
  },

  'long texts': images((n) => imageRow(n, { __description: 'x'.repeat(KILO) }), 1_000),
  'many values': images((n) => imageRow(n, manyValues), 20),
  'many properties': images((n) => imageRow(n, manyProperties), 20),
  rules: ({ pathname }, response) => {
    if (pathname === '/v2/images') return send(response, JSON.stringify({ images: [imageRow(1)] }));
    const rows = Array.from({ length: 20 }, (_, n) => log(n + 1, { rule_type: rule }));
    return send(response, JSON.stringify({ total: 20, retention_log: rows }));
  },
  zeros: page(() => list('0', 15 * MEGA)),
  objects: page(() => list('{}', 7 * MEGA)),
  nested: page(() => `${'['.repeat(3.5 * MEGA)}${']'.repeat(3.5 * MEGA)}`),
  'more rows': page(() =>
    Array.from({ length: 20_000 }, (_, n) => JSON.stringify({ ...imageRow(n + 2), id: n })).join(),
  ),
  'large pages': images((n) => imageRow(n, { __description: 'x'.repeat(280_000) }), 25),
  malformed: images((n) => imageRow(n, malformed), 1_000),

  /** A list that never ends, in pages as large as IMS sends them. */
  endless: ({ searchParams }, response) => {
    const from = Number(/\d{12}$/.exec(searchParams.get('marker') ?? '')?.[0] ?? -1) + 1;
    const count = Number(searchParams.get('limit') ?? 25);
    const rows = Array.from({ length: count }, (_, index) => imageRow(from + index));
    send(response, JSON.stringify({ images: rows, next: `/v2/images?marker=${uuid(from + count - 1)}` }));
  },

  /** By the name that is searched: bombs and ordinary rows in a coding; a 404 that a gateway has compressed. */
  codings: ({ pathname, searchParams }, response) => {
    if (pathname !== '/v2/images') {
      const page = gzipSync('<html><body>404 no route</body></html>');
      return send(response, page, { 'content-type': 'text/html', 'content-encoding': 'gzip' }, 404);
    }
    const [coding = '', isBomb] = searchParams.get('name')?.split(' ') ?? [];
    const rows = Buffer.from(JSON.stringify({ images: [imageRow(1)] }));
    const encode = { gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync }[coding] ?? gzipSync;
    const body = isBomb ? bombOf(coding) : encode(rows);
    return send(response, body, { 'content-encoding': coding });
  },

  /** A list of 250 logs that ignores the offset; by the namespace with a total, or without one. */
  'offset ignored': ({ pathname, searchParams }, response) => {
    const isCounted = pathname.includes('/counted/');
    const limit = Number(searchParams.get('limit') ?? 100);
    const rows = Array.from({ length: isCounted ? Math.min(84, limit) : limit }, (_, n) => log(n + 1));
    send(response, JSON.stringify({ retention_log: rows, ...(isCounted ? { total: 250 } : {}) }));
  },

  slow: (_call, response) => void setTimeout(() => send(response, JSON.stringify({ images: [imageRow(1)] })), 600),

  /** IAM fails until it is healed; its tokens end in an hour, without a zone. */
  identity: ({ pathname }, response) => {
    if (pathname !== '/v3/auth/tokens') return send(response, JSON.stringify({ images: [imageRow(1)] }));
    if (isFaulty) return send(response, '{"error":{"message":"fault","code":503}}', {}, 503);
    const end = new Date(Date.now() + 3_600_000).toISOString().replace('Z', '');
    const token = { token: { expires_at: end, project: { id: 'project-1' } } };
    return send(response, JSON.stringify(token), { 'x-subject-token': 'issued' }, 201);
  },

  /** The keys of an identity provider, which fails. */
  keys: (_call, response) => send(response, 'fault', {}, 503),
};

let isFaulty = true;
const calls: Record<string, number> = {};
const respond = SCRIPTS[process.argv[2] ?? ''] ?? SCRIPTS.ordinary;

const server = createServer((request, response) => {
  const call = new URL(request.url ?? '/', 'http://upstream');
  calls[call.pathname] = (calls[call.pathname] ?? 0) + 1;
  respond?.(call, response, request);
});
// Idle connections are gone when a case counts those of its clients.
server.keepAliveTimeout = 3_000;
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on('message', (message) => {
  if (message === 'heal') isFaulty = false;
  process.send?.(calls);
});
process.once('disconnect', () => process.exit());
