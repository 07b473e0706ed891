// The sandbox behind a proxy that spoils a share of its responses, in a process of its own. Argument: the seed of its faults.
// What the sandbox holds does not change, so each response is fetched once and kept.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox } from '../../src/sandbox/cloud.ts';
import { createRandom } from '../../src/sandbox/world/random.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the proxy has seen since it last got a share. */
export interface UpstreamReport {
  readonly calls: number;
  /** Calls whose response was spoilt, by fault. */
  readonly faults: Readonly<Record<string, number>>;
  /** Calls of a path that no service has: the server followed a redirect. */
  readonly strays: number;
  readonly sockets: number;
}

type Fault = (response: ServerResponse, answer: Answer, isSwr: boolean) => void;

const send = (response: ServerResponse, { status, headers, body }: Answer) =>
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);

const answers =
  (status: number, headers: Record<string, string> = {}, body?: string): Fault =>
  (response) =>
    send(response, { status, headers, body: body ?? JSON.stringify({ error_code: 'APIG.0201', error_msg: 'spoilt' }) });

const instead =
  (change: (body: string) => string): Fault =>
  (response, { body, ...answer }) =>
    send(response, { ...answer, body: change(body) });

/** Begins the right response, and returns how it goes on. */
const begins =
  (goesOn: (response: ServerResponse, body: string) => void, headers: Record<string, string> = {}): Fault =>
  (response, answer) => {
    response.writeHead(answer.status, { ...answer.headers, ...headers }).write(answer.body.slice(0, 1));
    goesOn(response, answer.body);
  };

const HTML = '<!DOCTYPE html><html><body>Bad gateway</body></html>';
const LONGER = { 'content-length': '100000000' };
const THROTTLED = JSON.stringify({ errors: [{ errorCode: 'SVCSTG.SWR.4031032', errorMessage: 'too many requests' }] });

/** The faults. A 404, or any other response that means absence, is not one of them: a server could not detect it. */
const FAULTS: Record<string, Fault> = {
  'HTTP 400': answers(400),
  'HTTP 401': answers(401),
  'HTTP 403': answers(403),
  'no such route': answers(404, {}, JSON.stringify({ error_code: 'APIG.0101', error_msg: 'no such API' })),
  'HTTP 429': answers(429),
  '429, retry after 1 s': answers(429, { 'retry-after': '1' }),
  '429, retry after 60 s': answers(429, { 'retry-after': '60' }),
  'throttled by 403': (response, answer, isSwr) => answers(isSwr ? 403 : 429, {}, THROTTLED)(response, answer, isSwr),
  'HTTP 500': answers(500),
  'HTTP 502': answers(502, { 'content-type': 'text/html' }, HTML),
  'HTTP 503': answers(503, {}, ''),
  'HTTP 504': answers(504),
  '200 with HTML': answers(200, { 'content-type': 'text/html' }, HTML),
  'empty 200': answers(200, {}, ''),
  'empty 204': (response) => response.writeHead(204).end(),
  'empty 401': answers(401, {}, ''),
  redirect: answers(302, { location: '/elsewhere' }),
  'half the JSON': instead((body) => body.slice(0, body.length / 2)),
  'wrong type': instead((body) => (body.startsWith('[') ? '{}' : '[]')),
  'wrong row': instead(withWrongRow),
  'cut off': begins((response) => response.socket?.end(), LONGER),
  'cut off chunks': begins((response) => response.socket?.end()),
  reset: (response) => response.socket?.resetAndDestroy(),
  'reset after the head': begins((response) => setTimeout(() => response.socket?.resetAndDestroy(), 5)),
  'closed kept-alive': (response, answer) => send(response, answer).once('finish', () => closeSoon(response)),
  'slow first byte': (response, answer) => void setTimeout(() => send(response, answer), 1_500),
  hang: () => {},
  'hang after the head': begins(() => {}),
  drip: begins(drip),
  '20 MB': instead((body) => ' '.repeat(20_000_000) + body),
};

/** Faults that bind a connection for seconds, or take the processor: they come seldom. */
const SELDOM = new Set(['slow first byte', 'hang', 'hang after the head', 'drip', '20 MB']);
const DRAWN = Object.keys(FAULTS).flatMap((name) => Array<string>(SELDOM.has(name) ? 1 : 20).fill(name));

/** Replaces a row of a list, and leaves every digit of the others. A response that is not a list gets the wrong type. */
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
const kept = new Map<string, Promise<Answer>>();
let share = 0;
let [calls, strays] = [0, 0];
let faults: Record<string, number> = {};

/** The sandbox's response to a target. */
async function fetchAnswer(target: string): Promise<Answer> {
  const headers = { 'x-auth-token': sandbox.token, 'content-type': 'application/json' };
  const answer = await fetch(sandbox.endpoints.swr + target, { headers });
  const names = ['content-type', 'content-range', 'x-request-id'];
  const shown = names.map((name) => [name, answer.headers.get(name)]).filter(([, value]) => value !== null);
  return { status: answer.status, headers: Object.fromEntries(shown), body: await answer.text() };
}

const server = createServer(async (request, response) => {
  const target = request.url ?? '';
  calls++;
  if (!/^\/v[12]\//.test(target)) strays++;
  if (!kept.has(target)) kept.set(target, fetchAnswer(target));
  const answer = (await kept.get(target)) as Answer;
  const fault = random.integer(1_000) < share * 1_000 ? DRAWN[random.integer(DRAWN.length)] : undefined;
  if (fault === undefined) send(response, answer);
  else {
    faults[fault] = (faults[fault] ?? 0) + 1;
    FAULTS[fault]?.(response, answer, target.startsWith('/v2/manage/'));
  }
});

process.on('message', (wanted: { share: number }) => {
  server.getConnections((_error, sockets) => {
    process.send?.({ calls, faults, strays, sockets } satisfies UpstreamReport);
    ({ share } = wanted);
    [calls, strays, faults] = [0, 0, {}];
  });
});
process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const { token, projectId } = sandbox;
  process.send?.({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token, projectId });
});
