// The sandbox behind a proxy that replaces a share of its responses by faults, in a process of its own. Argument: the random seed.
// The sandbox's data does not change, so each response is fetched once and kept.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox } from '../../src/sandbox/cloud.ts';
import { createRandom } from '../../src/sandbox/world/random.ts';

interface UpstreamResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the proxy has counted since the share was last set. */
export interface UpstreamReport {
  readonly calls: number;
  /** Faulty responses, by fault. */
  readonly faults: Readonly<Record<string, number>>;
  /** Calls of an unknown path: the server has followed a redirect. */
  readonly unknownPaths: number;
  readonly sockets: number;
}

type Fault = (response: ServerResponse, kept: UpstreamResponse, isSwr: boolean) => void;

const send = (response: ServerResponse, { status, headers, body }: UpstreamResponse) =>
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);

const respondWith =
  (status: number, headers: Record<string, string> = {}, body?: string): Fault =>
  (response) =>
    send(response, { status, headers, body: body ?? JSON.stringify({ error_code: 'APIG.0201', error_msg: 'fault' }) });

const changeBody =
  (change: (body: string) => string): Fault =>
  (response, { body, ...kept }) =>
    send(response, { ...kept, body: change(body) });

/** Sends the head and the first byte of the correct response, then calls `then`. */
const startThen =
  (then: (response: ServerResponse, body: string) => void, headers: Record<string, string> = {}): Fault =>
  (response, kept) => {
    response.writeHead(kept.status, { ...kept.headers, ...headers }).write(kept.body.slice(0, 1));
    then(response, kept.body);
  };

const HTML = '<!DOCTYPE html><html><body>Bad gateway</body></html>';
const LONGER = { 'content-length': '100000000' };
const THROTTLED = JSON.stringify({ errors: [{ errorCode: 'SVCSTG.SWR.4031032', errorMessage: 'too many requests' }] });

/** The faults. Responses that mean absence, such as a 404, are not among them: they cannot be told from the truth. */
const FAULTS: Record<string, Fault> = {
  'HTTP 400': respondWith(400),
  'HTTP 401': respondWith(401),
  'HTTP 403': respondWith(403),
  'no such route': respondWith(404, {}, JSON.stringify({ error_code: 'APIG.0101', error_msg: 'no such API' })),
  'HTTP 429': respondWith(429),
  '429, retry after 1 s': respondWith(429, { 'retry-after': '1' }),
  '429, retry after 60 s': respondWith(429, { 'retry-after': '60' }),
  'throttled by 403': (response, kept, isSwr) => respondWith(isSwr ? 403 : 429, {}, THROTTLED)(response, kept, isSwr),
  'HTTP 500': respondWith(500),
  'HTTP 502': respondWith(502, { 'content-type': 'text/html' }, HTML),
  'HTTP 503': respondWith(503, {}, ''),
  'HTTP 504': respondWith(504),
  '200 with HTML': respondWith(200, { 'content-type': 'text/html' }, HTML),
  'empty 200': respondWith(200, {}, ''),
  'empty 204': (response) => response.writeHead(204).end(),
  'empty 401': respondWith(401, {}, ''),
  redirect: respondWith(302, { location: '/elsewhere' }),
  'half the JSON': changeBody((body) => body.slice(0, body.length / 2)),
  'wrong type': changeBody((body) => (body.startsWith('[') ? '{}' : '[]')),
  'wrong row': changeBody(withWrongRow),
  'cut off': startThen((response) => response.socket?.end(), LONGER),
  'cut off chunks': startThen((response) => response.socket?.end()),
  reset: (response) => response.socket?.resetAndDestroy(),
  'reset after the head': startThen((response) => setTimeout(() => response.socket?.resetAndDestroy(), 5)),
  'closed keep-alive': (response, kept) => send(response, kept).once('finish', () => closeSoon(response)),
  'slow first byte': (response, kept) => void setTimeout(() => send(response, kept), 1_500),
  hang: () => {},
  'hang after the head': startThen(() => {}),
  drip: startThen(drip),
  '20 MB': changeBody((body) => ' '.repeat(20_000_000) + body),
};

/** Faults that hold a connection for seconds or need much processor time: they are drawn rarely. */
const RARE = new Set(['slow first byte', 'hang', 'hang after the head', 'drip', '20 MB']);
const DRAWN = Object.keys(FAULTS).flatMap((name) => Array<string>(RARE.has(name) ? 1 : 20).fill(name));

/** Replaces a row of a list and keeps every digit of the others. A body without a list becomes one of the wrong type. */
function withWrongRow(text: string): string {
  if (!/^[[{]/.test(text)) return '7';
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  const exactly = (_key: string, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' && source ? rawJSON(source) : value;
  const body = JSON.parse(text, exactly);
  const rows = [body, ...Object.values(body)].find((value) => Array.isArray(value) && typeof value[0] === 'object');
  if (!rows) return '7';
  rows[random.integer(rows.length)] = [null, 7, 'text', [], {}][random.integer(5)];
  return JSON.stringify(body);
}

function closeSoon({ socket }: ServerResponse): void {
  setTimeout(() => socket?.destroy(), random.integer(5));
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 200);
  response.once('close', () => clearInterval(timer));
}

const random = createRandom(Number(process.argv[2]));
const sandbox = await startSandbox();
const responses = new Map<string, Promise<UpstreamResponse>>();
let share = 0;
let [calls, unknownPaths] = [0, 0];
let faults: Record<string, number> = {};

/** Requests a target from the sandbox. */
async function fetchResponse(target: string): Promise<UpstreamResponse> {
  const headers = { 'x-auth-token': sandbox.token, 'content-type': 'application/json' };
  const response = await fetch(sandbox.endpoints.swr + target, { headers });
  const names = ['content-type', 'content-range', 'x-request-id'];
  const found = names.map((name) => [name, response.headers.get(name)]).filter(([, value]) => value !== null);
  return { status: response.status, headers: Object.fromEntries(found), body: await response.text() };
}

const server = createServer(async (request, response) => {
  const target = request.url ?? '';
  calls++;
  if (!/^\/v[12]\//.test(target)) unknownPaths++;
  if (!responses.has(target)) responses.set(target, fetchResponse(target));
  const kept = (await responses.get(target)) as UpstreamResponse;
  const fault = random.integer(1_000) < share * 1_000 ? DRAWN[random.integer(DRAWN.length)] : undefined;
  if (fault === undefined) send(response, kept);
  else {
    faults[fault] = (faults[fault] ?? 0) + 1;
    FAULTS[fault]?.(response, kept, target.startsWith('/v2/manage/'));
  }
});

process.on('message', (wanted: { share: number }) => {
  server.getConnections((_error, sockets) => {
    process.send?.({ calls, faults, unknownPaths, sockets } satisfies UpstreamReport);
    ({ share } = wanted);
    [calls, unknownPaths, faults] = [0, 0, {}];
  });
});
process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const { token, projectId } = sandbox;
  process.send?.({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token, projectId });
});
