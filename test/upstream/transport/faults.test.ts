// The table of faults: what each service can do wrong, what the client sees of it, and the calls that are made. One query calls every
// service once; one of them misbehaves.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Service } from '../../../src/config/services.ts';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp } from '../../support/app.ts';
import { goOn, startClocks, stopClocks } from '../../support/clock.ts';
import { DAY_MS, PASSWORD, tokenReply } from '../../support/upstreams/iam.ts';
import {
  type CallFault,
  closesKeptConnections,
  cutsOff,
  drips,
  type Fault,
  first,
  hangs,
  hangsAfterItsHead,
  isHealthy,
  MisbehavingService,
  pours,
  resets,
  resetsAfterItsHead,
  resetsKeptConnections,
  respondsAfter,
  respondsFor,
  respondsWith,
  startMisbehavingUpstream,
} from '../../support/upstreams/misbehaving-upstream.ts';
import { groupList, imageList, sharedList } from '../../support/upstreams/paged-upstream.ts';
import type { Reply, Script } from '../../support/upstreams/upstream.ts';

type Asked = Exclude<Service, 'iam'>;
const ASKED: readonly Asked[] = ['swr', 'ims', 'modelarts'];
const SERVICES: readonly Service[] = [...ASKED, 'iam'];

const NAMES = ['one', 'two', 'three'];
const SHARED = NAMES.map((name) => sharedRow({ name }));
const IMAGES = NAMES.map((name, index) => imageRow({ name, id: imageId(index + 1) }));
const GROUPS = NAMES.map((name, index) => imageGroupRow({ name, version_count: index + 1 }));
const HEALTHY: Record<Service, Script> = {
  swr: (call, response) =>
    call.path.includes('/repos/') ? { body: repositoryDetail({ size: 7 }) } : sharedList(SHARED)(call, response),
  ims: (call, response) =>
    call.path.startsWith('/v2/images/') ? { body: IMAGES[1] } : imageList(IMAGES)(call, response),
  modelarts: groupList(GROUPS),
  iam: () => tokenReply(1),
};

/** A field that costs its service one call. */
interface Field {
  readonly name: string;
  readonly text: string;
  readonly target: string;
  readonly whole: unknown;
}
type Query = Readonly<Record<Asked, Field>>;

const nodes = (...names: string[]) => ({ nodes: names.map((name) => ({ name })) });
const LISTS: Query = {
  swr: {
    name: 'sharedRepositories',
    text: 'sharedRepositories(center: SELF, first: 3) { totalCount nodes { name } }',
    target: '/v2/manage/shared-repositories?filter=center%3A%3Aself%7Climit%3A%3A3%7Coffset%3A%3A0',
    whole: { totalCount: 3, ...nodes(...NAMES) },
  },
  ims: {
    name: 'images',
    text: 'images(first: 3) { nodes { name } }',
    target: '/v2/images?sort_key=created_at&sort_dir=desc&limit=4',
    whole: nodes(...NAMES),
  },
  modelarts: {
    name: 'imageGroups',
    text: 'imageGroups(first: 3) { totalCount nodes { name } }',
    target: '/v1/project-1/images/group?limit=3&offset=0',
    whole: { totalCount: 3, ...nodes(...NAMES) },
  },
};
const LOOKUPS: Query = {
  swr: {
    name: 'repository',
    text: 'repository(namespace: "group", name: "busybox") { size }',
    target: '/v2/manage/namespaces/group/repos/busybox',
    whole: { size: '7' },
  },
  ims: {
    name: 'image',
    text: `image(imageId: "${imageId(2)}") { name }`,
    target: `/v2/images/${imageId(2)}`,
    whole: { name: 'two' },
  },
  modelarts: {
    name: 'imageGroup',
    text: 'imageGroup(namespace: "group", name: "two") { versionCount }',
    target: '/v1/project-1/images/group?name=two&name_fuzzy_match=false&namespace=group&limit=500&offset=0',
    whole: { versionCount: 2 },
  },
};

/** What comes of a fault. */
interface Outcome {
  /** The extensions of the one error, beside the service; without them there is none. */
  readonly error?: Readonly<Record<string, unknown>>;
  /** Where the error is, below the field. */
  readonly below?: readonly (string | number)[];
  /** What the field holds: null where there is an error, else all of it. */
  readonly shown?: unknown;
  /** How often the service gets the call, or the targets that it gets. */
  readonly calls?: number | readonly string[];
  /** How many calls are given up. */
  readonly aborted?: number;
  /** How many connections are made, where no call comes through. */
  readonly connections?: number;
}
const fails = (code: string, details: object = {}, rest: Outcome = {}): Outcome => ({
  error: { code, ...details },
  ...rest,
});
const WHOLE: Outcome = {};
const ABSENT: Outcome = { shown: null };
const TIMED_OUT = fails('UPSTREAM_TIMEOUT', {}, { aborted: 1 });
const UNREADABLE = fails('UPSTREAM_BAD_RESPONSE');
const TRIED = { calls: 3 };

interface Row {
  readonly title: string;
  /** How a service does it; `elsewhere` is a server that must not be called. */
  readonly by: (service: Service, elsewhere: string) => Fault;
  readonly outcome: Outcome;
  /** Where a service differs. */
  readonly but?: Partial<Record<Service, Outcome>>;
  /** Those that can do this: all of them. */
  readonly services?: readonly Service[];
  /** What is queried: the lists. */
  readonly asks?: Query;
  readonly settings?: Record<string, string>;
  /** Whether the service is called by HTTPS. */
  readonly isSecure?: boolean;
  /** Whether the service has responded on its connection before. */
  readonly isKept?: boolean;
}

const CODES: Record<Service, string> = {
  swr: 'SVCSTG.SWR.4001035',
  ims: 'IMG.0030',
  modelarts: 'ModelArts.0210',
  iam: 'IAM.0003',
};
/** The envelope of a service's errors. */
function envelope(service: Service, code = CODES[service]) {
  if (service === 'swr') return { errors: [{ errorCode: code, errorMessage: 'said', detail: 'said' }] };
  return service === 'ims' ? { error: { code, message: 'said' } } : { error_code: code, error_msg: 'said' };
}
/** A row for a status with all that a service sends beside it. */
function rejects(status: number, code: string, rest: Outcome = {}): Row {
  const outcome = (service: Service) =>
    fails(code, { upstreamStatus: status, upstreamCode: CODES[service], requestId: 'r-1' }, rest);
  return {
    title: `responds with ${status}`,
    by: (service) => respondsWith({ status, headers: { 'x-request-id': 'r-1' }, body: envelope(service) }),
    outcome: outcome('swr'),
    but: { ims: outcome('ims'), modelarts: outcome('modelarts'), iam: { ...outcome('iam'), calls: 1 } },
  };
}
/** A row for a status that comes without an envelope. */
const says = (title: string, reply: Reply, code: string, rest: Outcome = {}): Row => ({
  title,
  by: () => respondsWith(reply),
  outcome: fails(code, { upstreamStatus: reply.status }, rest),
});
/** A row for a success that cannot be read; a login's error has its status. */
const misspeaks = (title: string, by: Row['by'], status = 200): Row => ({
  title,
  by,
  outcome: UNREADABLE,
  but: { iam: fails('UPSTREAM_BAD_RESPONSE', { upstreamStatus: status }) },
});
const throttled = (status: number, seconds: number): Reply => ({
  status,
  headers: { 'retry-after': String(seconds) },
});

const IMPATIENT = { IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '250' };
const HTML = '<html><body>login</body></html>';
const PROMISE = 'Content-Length: 100000';

/** A list whose first response holds two rows of three. */
const FIRST_PAGE: Record<Asked, Script> = {
  swr: sharedList(SHARED, { cap: 2 }),
  ims: () => ({ body: { images: IMAGES.slice(0, 2), next: `/v2/images?marker=${imageId(2)}` } }),
  modelarts: groupList(GROUPS, { cap: 2 }),
};
/** The list when its last row is gone. */
const SHRUNK: Record<Asked, Script> = {
  swr: sharedList(SHARED.slice(0, 2)),
  ims: imageList(IMAGES.slice(0, 2)),
  modelarts: groupList(GROUPS.slice(0, 2)),
};
const SECOND_TARGET: Record<Asked, string> = {
  swr: LISTS.swr.target.replace('limit%3A%3A3%7Coffset%3A%3A0', 'limit%3A%3A1%7Coffset%3A%3A2'),
  ims: `${LISTS.ims.target.replace('limit=4', 'limit=2')}&marker=${imageId(2)}`,
  modelarts: LISTS.modelarts.target.replace('limit=3&offset=0', 'limit=1&offset=2'),
};
const bothTargets = (service: Asked) => [LISTS[service].target, SECOND_TARGET[service]];
const shrunk = (service: Asked): Outcome => ({
  shown: service === 'ims' ? nodes('one', 'two') : { totalCount: 2, ...nodes('one', 'two') },
  calls: bothTargets(service),
});

/** A page of three rows is read again as one of a single row. */
const tooLarge = (service: 'swr' | 'modelarts'): Outcome => {
  const { target } = LISTS[service];
  return { ...UNREADABLE, calls: [target, target.replace(/(limit(?:=|%3A%3A))3/, '$11')], aborted: 2 };
};
const TOO_LARGE = { swr: tooLarge('swr'), modelarts: tooLarge('modelarts') };

/** Replaces the second row with a text. */
const spoilRow: CallFault = (healthy) => async (call, response) => {
  const { body, ...reply } = (await healthy(call, response)) as Reply;
  const spoilt = (rows: unknown[]) => rows.with(1, 'a text');
  if (Array.isArray(body)) return { ...reply, body: spoilt(body) };
  const lists = Object.entries(body as object).map(([name, value]) => [
    name,
    Array.isArray(value) ? spoilt(value) : value,
  ]);
  return { ...reply, body: Object.fromEntries(lists) };
};
const withoutSecondRow = (query: Field): Outcome => ({
  ...UNREADABLE,
  below: ['nodes', 1],
  shown: { ...(query.whole as object), nodes: [{ name: 'one' }, null, { name: 'three' }] },
});

const TABLE: readonly Row[] = [
  // What a service sends of a failure.
  rejects(400, 'UPSTREAM_ERROR'),
  rejects(401, 'UNAUTHENTICATED'),
  rejects(403, 'FORBIDDEN'),
  rejects(404, 'UPSTREAM_ERROR'),
  rejects(429, 'RATE_LIMITED', TRIED),
  rejects(500, 'UPSTREAM_ERROR'),
  rejects(502, 'UPSTREAM_ERROR', TRIED),
  rejects(503, 'UPSTREAM_ERROR', TRIED),
  rejects(504, 'UPSTREAM_ERROR', TRIED),
  says('responds with 403 in HTML', { status: 403, body: HTML }, 'FORBIDDEN'),
  says('responds with 500 in HTML', { status: 500, body: HTML }, 'UPSTREAM_ERROR'),
  says('responds with 502 in HTML', { status: 502, body: HTML }, 'UPSTREAM_ERROR', TRIED),
  says('responds with 401 without a body', { status: 401 }, 'UNAUTHENTICATED'),
  says('responds with 403 without a body', { status: 403 }, 'FORBIDDEN'),
  says('responds with 404 without a body', { status: 404 }, 'UPSTREAM_ERROR'),
  says('responds with 429 without a body', { status: 429 }, 'RATE_LIMITED', TRIED),
  says('responds with 503 without a body', { status: 503 }, 'UPSTREAM_ERROR', TRIED),
  {
    title: 'has no such record',
    by: (service) => respondsWith({ status: 404, body: envelope(service) }),
    asks: LOOKUPS,
    services: ['swr', 'ims'],
    outcome: ABSENT,
  },
  {
    title: 'has no such record, and responds with 400',
    by: () => respondsWith({ status: 400, body: envelope('ims', 'IMG.0027') }),
    asks: LOOKUPS,
    services: ['ims'],
    outcome: ABSENT,
  },
  {
    title: 'has no route for a record',
    by: () => respondsWith({ status: 404, body: envelope('modelarts', 'APIG.0101') }),
    asks: LOOKUPS,
    services: ASKED,
    outcome: fails('UPSTREAM_ERROR', { upstreamStatus: 404, upstreamCode: 'APIG.0101' }),
  },

  // Throttling.
  ...['SVCSTG.SWR.4031032', 'SVCSTG.SWR.4031042'].map(
    (code): Row => ({
      title: `throttles with 403 and ${code}`,
      by: () => respondsWith({ status: 403, body: envelope('swr', code) }),
      services: ['swr'],
      outcome: fails('RATE_LIMITED', { upstreamStatus: 403, upstreamCode: code }, TRIED),
    }),
  ),
  {
    title: 'throttles, and always allows a retry at once',
    by: () => respondsWith(throttled(429, 0)),
    outcome: fails('RATE_LIMITED', { upstreamStatus: 429, retryAfter: 0 }, TRIED),
  },
  {
    title: 'throttles for the second of its Retry-After',
    // A timer may be a little early.
    by: () => respondsFor(990, throttled(429, 1)),
    outcome: { calls: 2 },
    but: { iam: fails('RATE_LIMITED', { upstreamStatus: 429, retryAfter: 1 }) },
  },
  {
    title: 'is unavailable for the second of its Retry-After',
    by: () => respondsFor(990, throttled(503, 1)),
    services: ['modelarts'],
    outcome: { calls: 2 },
  },
  ...[429, 503].map(
    (status): Row => ({
      title: `responds with ${status} and a Retry-After beyond the deadline`,
      by: () => respondsWith(throttled(status, 11)),
      outcome: fails(status === 429 ? 'RATE_LIMITED' : 'UPSTREAM_ERROR', { upstreamStatus: status, retryAfter: 11 }),
    }),
  ),

  // Malformed responses.
  misspeaks('responds with 200 and HTML', () => respondsWith({ headers: { 'content-type': 'text/html' }, body: HTML })),
  misspeaks('responds with 200 without a body', () => respondsWith({})),
  misspeaks('responds with 204', () => respondsWith({ status: 204 }), 204),
  misspeaks('responds with invalid JSON', () => respondsWith({ body: '[{"name":"one",}]' })),
  misspeaks('responds with half a JSON text as if it were all', () => cutsOff('Connection: close')),
  misspeaks('responds with an object for a list, or a list for an object', (service) =>
    respondsWith({ body: service === 'swr' ? {} : [] }),
  ),
  misspeaks('responds with a text', () => respondsWith({ body: '"text"' })),
  misspeaks('responds with a number', () => respondsWith({ body: '42' })),
  {
    ...misspeaks('responds with a list for a record', () => respondsWith({ body: [] })),
    asks: LOOKUPS,
    services: ASKED,
  },
  {
    title: 'responds with rows that are not a list',
    by: () => respondsWith({ body: { images: {}, data: 'rows', total: 3 } }),
    services: ['ims', 'modelarts'],
    outcome: UNREADABLE,
  },
  {
    title: 'responds with a row of the wrong type',
    by: () => spoilRow,
    services: ASKED,
    outcome: withoutSecondRow(LISTS.swr),
    but: { ims: withoutSecondRow(LISTS.ims) },
  },
  { title: 'ends its response too early', by: () => cutsOff(PROMISE), outcome: { ...UNREADABLE, ...TRIED } },
  {
    title: 'ends a chunked response without its last chunk',
    by: () => cutsOff('Transfer-Encoding: chunked', '5\r\n[{"na\r\n'),
    outcome: { ...UNREADABLE, ...TRIED },
  },
  { title: 'responds with 100 MB', by: () => pours(100), outcome: { ...UNREADABLE, aborted: 1 }, but: TOO_LARGE },
  {
    title: 'announces 100 MB and sends them',
    by: () => pours(100, { 'content-length': '100000000' }),
    outcome: { ...UNREADABLE, aborted: 1 },
    but: TOO_LARGE,
  },

  // Slowness.
  { title: 'responds late, but in time', by: () => respondsAfter(300), outcome: WHOLE },
  { title: 'responds too late', by: () => respondsAfter(750), settings: IMPATIENT, outcome: TIMED_OUT },
  { title: 'hangs', by: () => hangs, settings: IMPATIENT, outcome: TIMED_OUT },
  { title: 'hangs after its head', by: () => hangsAfterItsHead, settings: IMPATIENT, outcome: TIMED_OUT },
  { title: 'sends a body that drips for ever', by: () => drips, settings: IMPATIENT, outcome: TIMED_OUT },

  // Connections.
  { title: 'resets the connection', by: () => resets, outcome: fails('UPSTREAM_UNAVAILABLE', {}, TRIED) },
  { title: 'resets the connection after its head', by: () => resetsAfterItsHead, outcome: { ...UNREADABLE, ...TRIED } },
  {
    title: 'refuses connections',
    by: () => 'refuses connections',
    outcome: fails('UPSTREAM_UNAVAILABLE', {}, { calls: 0 }),
    but: { iam: fails('UPSTREAM_UNAVAILABLE', {}, { calls: 0 }) },
  },
  {
    title: 'resets the first connection',
    by: () => first(resets, isHealthy),
    services: ASKED,
    outcome: { calls: 2 },
  },
  {
    title: 'closes a connection that was kept alive when the next call arrives',
    by: () => closesKeptConnections,
    isKept: true,
    services: ASKED,
    outcome: { calls: 2 },
  },
  {
    title: 'resets a connection that was kept alive when the next call arrives',
    by: () => resetsKeptConnections,
    isKept: true,
    services: ASKED,
    outcome: { calls: 2 },
  },
  ...(['speaks no TLS', 'has no certificate', 'has an untrusted certificate'] as const).map(
    (fault): Row => ({
      title: fault,
      by: () => fault,
      isSecure: true,
      outcome: fails('UPSTREAM_UNAVAILABLE', {}, { calls: 0, connections: 3 }),
      but: { iam: fails('UPSTREAM_UNAVAILABLE', {}, { calls: 0, connections: 1 }) },
    }),
  ),

  // Ways to another host.
  ...[302, 307].map(
    (status): Row => ({
      title: `redirects to another host with ${status}`,
      by: (_service, elsewhere) => respondsWith({ status, headers: { location: `${elsewhere}/v2/images` } }),
      outcome: fails('UPSTREAM_ERROR', { upstreamStatus: status }),
    }),
  ),
  {
    title: 'has the next page at another host',
    by: (service, elsewhere) =>
      service === 'ims'
        ? first(
            respondsWith({
              body: { images: IMAGES.slice(0, 2), next: `${elsewhere}/v2/images?marker=${imageId(2)}&limit=1` },
            }),
            isHealthy,
          )
        : (healthy) => async (call, response) => {
            const { headers, body } = (await healthy(call, response)) as Reply;
            return {
              headers: { ...headers, link: `<${elsewhere}/next>; rel="next"` },
              body: Array.isArray(body) ? body : { ...(body as object), next: `${elsewhere}/next` },
            };
          },
    services: ASKED,
    outcome: WHOLE,
    but: { ims: { calls: bothTargets('ims') } },
  },

  // Lists that shrink.
  {
    title: 'loses the last row of a list while it is paged',
    by: (service) =>
      first(
        () => FIRST_PAGE[service as Asked],
        () => SHRUNK[service as Asked],
      ),
    services: ASKED,
    outcome: shrunk('swr'),
    but: { ims: shrunk('ims'), modelarts: shrunk('modelarts') },
  },
  {
    title: 'loses the row behind which the next page starts',
    by: () =>
      first(
        () => FIRST_PAGE.ims,
        () =>
          ({ path }) =>
            path === '/v2/images' ? { status: 400 } : { status: 404, body: envelope('ims') },
      ),
    services: ['ims'],
    outcome: fails('CURSOR_EXPIRED', {}, { calls: [...bothTargets('ims'), `/v2/images/${imageId(2)}`] }),
  },
];

const CELLS = TABLE.flatMap((row) =>
  (row.services ?? SERVICES).map((service) => {
    // A login is a POST: it is made once, whatever comes of it.
    const outcome = row.but?.[service] ?? (service === 'iam' ? { ...row.outcome, calls: 1 } : row.outcome);
    const title = `${service} ${row.title}: ${outcome.error?.code ?? ('shown' in outcome ? 'no error' : 'whole')}`;
    return [title, { ...row, service, outcome }] as const;
  }),
);

const eventually = (holds: () => void) => vi.waitFor(holds, { interval: 1, timeout: 4_000 });
const overServices = <Value>(make: (name: Service) => Value) =>
  Object.fromEntries(SERVICES.map((name) => [name, make(name)]));

afterEach(startClocks);

test.each(CELLS)('%s', async (_title, { service, outcome, asks = LISTS, ...row }) => {
  const isLogin = service === 'iam';
  const elsewhere = new MisbehavingService(() => ({ body: {} }));
  await elsewhere.start();
  onTestFinished(() => elsewhere.close());
  const upstream = await startMisbehavingUpstream(HEALTHY, row.isSecure ? service : undefined);
  const app = await startApp({
    settings: {
      ...upstream.settings,
      ...(isLogin ? PASSWORD : {}),
      IMAGE_GRAPH_RETRY_BASE_MS: '5',
      ...row.settings,
    },
  });
  const ask = () => app.ask(`{ ${ASKED.map((asked) => asks[asked].text).join(' ')} }`);
  const targets = () => overServices((name) => upstream[name].targets());
  const fields = (of: readonly Asked[], make: (asked: Asked) => unknown) =>
    Object.fromEntries(of.map((asked) => [asks[asked].name, make(asked)]));
  const whole = fields(ASKED, (asked) => asks[asked].whole);
  const usual = (name: Service) => (name === 'iam' ? (isLogin ? ['/v3/auth/tokens'] : []) : [asks[name].target]);

  if (row.isKept) await ask();
  // A connection is used again in the next turn of the loop.
  await nextTurn();
  targets();
  await upstream[service].misbehave(row.by(service, elsewhere.url));

  const { data, errors = [] } = await ask();
  const { error, below = [], calls = 1 } = outcome;
  const touched = isLogin ? ASKED : [service];
  const held = (asked: Asked) => ('shown' in outcome ? outcome.shown : error ? null : asks[asked].whole);
  expect(data).toEqual({ ...whole, ...fields(touched, held) });
  const reported = (asked: Asked) => [
    {
      message: expect.stringMatching(/\w/),
      locations: [expect.anything()],
      path: [asks[asked].name, ...below],
      extensions: { service, ...error },
    },
  ];
  expect(Object.groupBy(errors, ({ path }) => String(path?.[0]))).toEqual(error ? fields(touched, reported) : {});
  expect(targets()).toEqual(
    overServices((name) => {
      if (name !== service) return isLogin && error ? [] : usual(name);
      return typeof calls === 'number' ? Array(calls).fill(usual(name)[0]) : calls;
    }),
  );

  // What was given up is closed. Two connections at most are kept: calls that follow at once take turns.
  await eventually(() => {
    for (const name of SERVICES) {
      expect(upstream[name].pending).toBe(0);
      expect(upstream[name].openSockets).toBeLessThanOrEqual(name === service && outcome.aborted ? 0 : 2);
    }
  });
  expect(overServices((name) => upstream[name].aborted)).toEqual({
    ...overServices(() => 0),
    [service]: outcome.aborted ?? 0,
  });
  if (outcome.connections) expect(upstream[service].connections).toBe(outcome.connections);
  expect(elsewhere.connections).toBe(0);

  await upstream[service].misbehave();
  // The pause after a login that failed is over, and so is the life of a token.
  if (isLogin) {
    stopClocks();
    goOn(2 * DAY_MS);
  }
  expect(await ask()).toEqual({ data: whole });
  expect(targets()).toEqual(overServices(usual));
  // IAM's rejections or lack of tokens, and their end.
  const isRejected = isLogin && [400, 401, 403, 404].includes(Number(error?.upstreamStatus));
  const line = isRejected ? 'rejects' : 'issues no token';
  expect(app.log).toEqual(isLogin && error ? [expect.stringContaining(line), expect.stringContaining('again')] : []);
  await app.close();
  await eventually(() => expect(overServices((name) => upstream[name].openSockets)).toEqual(overServices(() => 0)));
});
