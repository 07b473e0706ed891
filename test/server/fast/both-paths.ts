// Two servers that differ in the fast path alone, each on an upstream of its own: what a request gets from one, it gets from the other.
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { vi } from 'vitest';
import { ResultSender } from '../../../src/server/fast/result-sender.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { sendBytes } from '../../support/raw-http.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

/** A request in its parts, each as it is sent. */
export interface RawRequest {
  readonly startLine?: string;
  /** `Name: value`; in place of the standard header of the same name. An empty value takes that away. */
  readonly headers?: readonly string[];
  /** JSON unless it is bytes or text. */
  readonly body?: unknown;
  /** Whether the body goes out in chunks of HTTP. */
  readonly isChunked?: boolean;
}

/** What is compared of a response. */
export interface Outcome {
  readonly startLine: string;
  /** All but the date, by name; the name of a header has no case. A generated request id is `generated`. */
  readonly headers: readonly string[];
  /** A byte a character, after decompression. */
  readonly body: string;
  /** Sorted: the calls of one operation have no order. */
  readonly calls: readonly string[];
}

/** The outcomes of one request, and whether the fast path has executed it. */
export interface Compared {
  readonly fast: Outcome;
  readonly usual: Outcome;
  readonly isFast: boolean;
}

const SENT_ID = 'sent-id';
const STANDARD: readonly string[] = [
  'Host: 127.0.0.1',
  'Connection: close',
  'Content-Type: application/json',
  'X-Auth-Token: test-token',
  `X-Request-Id: ${SENT_ID}`,
];

const nameOf = (header: string) => header.slice(0, header.indexOf(':')).toLowerCase();

/** The bytes of a request over a connection of its own. */
export function bytesOf({
  startLine = 'POST /graphql HTTP/1.1',
  headers = [],
  body = '',
  isChunked = false,
}: RawRequest): Buffer {
  const content =
    body instanceof Uint8Array
      ? Buffer.from(body)
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const length = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${content.length}`;
  const given = new Set(headers.map(nameOf));
  const kept = [...STANDARD, length].filter((header) => !given.has(nameOf(header)));
  const lines = [startLine, ...kept, ...headers.filter((header) => !/^[^:]+:$/.test(header)), '', ''];
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), isChunked ? inChunks(content) : content]);
}

function inChunks(content: Buffer): Buffer {
  const size = Math.max(1, Math.ceil(content.length / 3));
  const chunks: Buffer[] = [];
  for (let at = 0; at < content.length; at += size) {
    const chunk = content.subarray(at, at + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}

const UUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/;

/** What can differ without the fast path: the seconds until a retry. */
const withoutSeconds = (text: string) =>
  text
    .replace(/retry after \d+ s|"retryAfter":\d+/g, 'retry')
    .replace(/retry-after: \d+/, 'retry-after: some')
    .replace(/dur=[\d.]+/g, 'dur=some');

function outcomeOf(received: string, app: TestApp): Outcome {
  const at = received.indexOf('\r\n\r\n');
  const [startLine = '', ...lines] = received.slice(0, at).split('\r\n');
  const named = lines.map((line) => `${nameOf(line)}: ${line.slice(line.indexOf(':') + 2)}`);
  const id = named.find((line) => line.startsWith('x-request-id: '))?.slice('x-request-id: '.length);
  const anonymous = (text: string) => (id !== undefined && UUID.test(id) ? text.replaceAll(id, 'generated') : text);
  const coding = named.find((line) => line.startsWith('content-encoding: '))?.slice('content-encoding: '.length);
  const headers = named.filter((line) => !line.startsWith('date: ')).map((line) => withoutSeconds(anonymous(line)));
  const calls = app.calls().map(({ method, url, headers: { host: _host, ...sent } }) => {
    const names = Object.keys(sent).sort();
    return anonymous(`${method} ${url} ${names.map((name) => `${name}: ${String(sent[name])}`).join(', ')}`);
  });
  const body = decompressed(Buffer.from(received.slice(at + 4), 'latin1'), coding).toString('latin1');
  // The length says no more than the body, but for a coding or a text with seconds.
  return { startLine, headers: headers.sort(), body: withoutSeconds(anonymous(body)), calls: calls.sort() };
}

function decompressed(bytes: Buffer, coding: string | undefined): Buffer {
  if (coding === 'gzip') return gunzipSync(bytes);
  if (coding === 'br') return brotliDecompressSync(bytes);
  return coding === 'zstd' ? zstdDecompressSync(bytes) : bytes;
}

export interface BothPaths {
  /** The servers, the one with the fast path first. */
  readonly apps: readonly [TestApp, TestApp];
  /** Sends a request to both. */
  compare(request: RawRequest): Promise<Compared>;
  close(): Promise<void>;
}

const OFF = { IMAGE_GRAPH_FAST_PATH: 'false' };

/** Starts two servers on settings, and the second of them on what turns the fast path off. */
export async function openBothPaths(
  upstream: Script,
  settings: Readonly<Record<string, string>> = {},
  off: Readonly<Record<string, string>> = OFF,
): Promise<BothPaths> {
  const open = (more: Readonly<Record<string, string>>) =>
    openApp({ upstream, over: 'http', settings: { ...settings, ...more } });
  const apps = await Promise.all([open({}), open(off)]);
  // It only counts: results are sent as they are.
  const sender = vi.spyOn(ResultSender.prototype, 'send');
  return {
    apps: apps as [TestApp, TestApp],
    async compare(request) {
      const bytes = bytesOf(request);
      const before = sender.mock.calls.length;
      const [fast, usual] = await Promise.all(
        apps.map(async (app) => outcomeOf(await sendBytes(app.origin, bytes), app)),
      );
      return { fast: fast as Outcome, usual: usual as Outcome, isFast: sender.mock.calls.length > before };
    },
    async close() {
      sender.mockRestore();
      for (const app of apps) await app.close();
    },
  };
}
