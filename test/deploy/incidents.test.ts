// The incidents of docs/runbook.md, each made to happen: its alert fires, its panel has data, its line is in the log, and the way out works.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { PROMETHEUS_IS_INSTALLED, type Prometheus, startPrometheus } from '../support/processes/prometheus.ts';
import { PASSWORD } from '../support/upstreams/iam.ts';
import { type Script, startUpstream } from '../support/upstreams/upstream.ts';
import { queriesOf } from './dashboard.ts';
import { type ObservedServer, startObserved, untilAlert, untilData } from './observed-server.ts';

const QUERY = '{ sharedRepositories(center: SELF) { nodes { id } } }';
const TOKEN = { 'x-auth-token': 'test-token' };
/** A caller may send as many as it likes, unless an incident says otherwise. */
const LOUD = { IMAGE_GRAPH_LOG_LEVEL: 'info', IMAGE_GRAPH_LOG_FORMAT: 'json' };

interface Incident {
  readonly alert: string;
  /** Titles of panels. */
  readonly panels: readonly string[];
  readonly log: RegExp;
  readonly settings?: Readonly<Record<string, string>>;
  /** What the services respond with during the incident. */
  readonly script?: Script;
  /** What makes it happen: repeated until the alert fires. */
  readonly drive?: (server: ObservedServer) => Promise<unknown>;
  /** The way out, where it takes no time: after it queries have data. */
  readonly ends?: boolean;
}

const healthy: Script = () => ({ body: [] });
const sends =
  (query: string, times = 3) =>
  (server: ObservedServer) =>
    Promise.all(Array.from({ length: times }, () => server.send(query, TOKEN)));

/** Holds half of a body on some connections, for as long as the server lets it. */
async function holdBodies({ url }: ObservedServer): Promise<void> {
  const { hostname, port } = new URL(url);
  const part = `{"query":"${'x'.repeat(7_000)}`;
  for (const token of ['one', 'two', 'three', 'four', 'five']) {
    const socket = connect(Number(port), hostname).on('error', () => {});
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(
      `POST /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-Auth-Token: ${token}\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n${part}`,
    );
  }
}

/** A query that takes the processor long: its documents are different, so that none is known. */
let serial = 0;
const flood = (server: ObservedServer) =>
  Promise.all(
    Array.from({ length: 400 }, () => {
      serial++;
      const aliases = Array.from(
        { length: 30 },
        (_, index) => `a${serial}_${index}: sharedRepositories(center: SELF) { nodes { id } }`,
      );
      return server.send(`{ ${aliases.join(' ')} }`, TOKEN);
    }),
  );

const INCIDENTS: Readonly<Record<string, Incident>> = {
  'cloud-down': {
    alert: 'ImageGraphCloudDown',
    panels: ['Calls that failed', 'Errors by code'],
    log: /UPSTREAM_ERROR/,
    settings: { IMAGE_GRAPH_BREAKER_CALLS: '1000000' },
    script: () => ({ status: 500, body: {} }),
    ends: true,
  },
  'cloud-down, all requests': {
    alert: 'ImageGraphFailing',
    panels: ['Requests by outcome'],
    log: /UPSTREAM_ERROR/,
    settings: { IMAGE_GRAPH_BREAKER_CALLS: '1000000' },
    script: () => ({ status: 500, body: {} }),
    ends: true,
  },
  'cloud-down, IAM': {
    alert: 'ImageGraphIamDown',
    panels: ['Credentials of the server'],
    log: /UPSTREAM_ERROR|IAM issues no token/,
    settings: PASSWORD,
    script: ({ path }) => (path.includes('/auth/tokens') ? { status: 503 } : { body: [] }),
  },
  'token-expired': {
    alert: 'ImageGraphTokensRejected',
    panels: ['Errors by code'],
    log: /UNAUTHENTICATED/,
    script: () => ({ status: 401, body: {} }),
    ends: true,
  },
  'token-expired, of the server': {
    alert: 'ImageGraphCredentialsRejected',
    panels: ['Credentials of the server'],
    log: /rejects the server's credentials/,
    settings: PASSWORD,
    script: () => ({ status: 401, body: { error: { code: 401, message: 'x', title: 'Unauthorized' } } }),
  },
  throttled: {
    alert: 'ImageGraphThrottled',
    panels: ['Attempts by outcome', 'Retries'],
    log: /RATE_LIMITED/,
    script: () => ({ status: 429, body: {} }),
    ends: true,
  },
  'slow-query': {
    alert: 'ImageGraphUpstreamSlow',
    panels: ['Duration of requests', 'Duration of calls, p95', 'Slowest calls, p95'],
    log: /Slow request/,
    settings: { IMAGE_GRAPH_SLOW_REQUEST_MS: '100' },
    script: async () => {
      await pause(2_600);
      return { body: [] };
    },
    ends: true,
  },
  memory: {
    alert: 'ImageGraphMemoryFull',
    panels: ['Memory by budget', 'Memory of the process'],
    log: /totalBodyBytes|OVERLOADED/,
    settings: { IMAGE_GRAPH_MAX_TOTAL_BODY_BYTES: '36000', IMAGE_GRAPH_MAX_BODY_BYTES: '9000' },
    drive: holdBodies,
  },
  'circuit-open': {
    alert: 'ImageGraphCircuitOpen',
    panels: ['Circuits', 'Circuits that are not closed'],
    log: /circuit open/,
    settings: { IMAGE_GRAPH_SWR_ENDPOINT: 'http://127.0.0.1:1' },
  },
  'redis-away': {
    alert: 'ImageGraphRedisAway',
    panels: ['Redis'],
    log: /Redis does not respond/,
    settings: { IMAGE_GRAPH_REDIS_URL: 'redis://127.0.0.1:1' },
  },
  overload: {
    alert: 'ImageGraphOverloaded',
    panels: ['Rejections by reason', 'Admission queue', 'Wait for admission, p95', 'Delay of the event loop'],
    log: /OVERLOADED|overloaded/,
    settings: { IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '1', IMAGE_GRAPH_MAX_QUEUE_MS: '1' },
    drive: flood,
  },
  'bad-release': {
    alert: 'ImageGraphWorseAfterRelease',
    panels: ['Version', 'Time since the start', 'Errors by code', 'Requests by status'],
    log: /GRAPHQL_VALIDATION_FAILED/,
    drive: sends('{ fieldThatTheReleaseHasRemoved }'),
    ends: true,
  },
  'bad-release, a process that has ended': {
    alert: 'ImageGraphDown',
    panels: [],
    log: /open http/,
    drive: async (server) => {
      // Not before it was scraped.
      await pause(1_000);
      server.command.child.kill('SIGKILL');
    },
  },
  'noisy-caller': {
    alert: 'ImageGraphNoisyCaller',
    panels: ['Rejections by reason', 'Requests by status'],
    log: /requestsPerMinute/,
    settings: { IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '5' },
    drive: sends(QUERY, 20),
  },
};

describe.runIf(PROMETHEUS_IS_INSTALLED)('incidents', () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus();
  });
  afterAll(() => prometheus.close());

  test.each(Object.entries(INCIDENTS))('%s', { timeout: 60_000 }, async (name, incident) => {
    const { alert, panels, log, settings = {}, script = healthy, drive = sends(QUERY), ends = false } = incident;
    let now = script;
    const upstream = await startUpstream((call, response) => now(call, response));
    onTestFinished(() => upstream.close());
    const server = await startObserved(prometheus, name.replaceAll(/\W+/g, '-'), {
      ...upstream.settings,
      ...LOUD,
      ...settings,
    });
    const { labels, annotations } = await untilAlert(prometheus, server, alert, () => drive(server));
    expect(labels.severity).toMatch(/^(critical|warning)$/);
    expect(Object.values(annotations).join(' ')).not.toMatch(/<error|<no value>|%!/);
    await untilData(
      prometheus,
      panels.flatMap((title) => queriesOf(title, server.job)),
      () => drive(server),
    );
    expect(server.log()).toMatch(log);
    if (!ends) return;
    now = healthy;
    expect(await server.send(QUERY, TOKEN)).toBe(200);
  });
});
