// SIGHUP: the settings of `--env-file` that a running server takes, all of them or none.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RELOADABLE } from '../../../src/config/settings.ts';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { newFolder } from '../../support/files.ts';
import { addressIn, type Command, logLines, run } from '../../support/processes/command.ts';
import { startUpstream } from '../../support/upstreams/upstream.ts';

const RELOADED = 'Settings reloaded: ';
const KEPT = 'The settings are not reloaded, and stay as they are: ';

interface Settings {
  readonly [name: string]: string;
}

/** A server with settings in a file. Without a setting that names a cloud it serves the sandbox. */
async function startServer(settings: Settings = {}) {
  const file = join(newFolder(), 'image-graph.env');
  const write = (next: Settings | string) =>
    writeFileSync(
      file,
      typeof next === 'string'
        ? next
        : Object.entries({ PORT: '0', ...settings, ...next })
            .map(([name, value]) => `${name}=${value}\n`)
            .join(''),
    );
  write({});
  const server = run({ IMAGE_GRAPH_DRAIN_DELAY_MS: '0' }, '--env-file', file);
  const url = addressIn(await server.says('open http'));
  let reloads = 0;
  /** Writes the file and sends SIGHUP. Shape: the line of the log that says what has become of it. */
  const reload = async (next: Settings | string = {}) => {
    write(next);
    server.child.kill('SIGHUP');
    return nextLine();
  };
  const nextLine = async () => {
    reloads++;
    for (;;) {
      const lines = logLines(await server.says(''))
        .map(({ msg }) => msg)
        .filter((msg) => msg.startsWith(RELOADED) || msg.startsWith(KEPT));
      const line = lines[reloads - 1];
      if (line !== undefined) return line;
      await new Promise((resolve) => server.child.stdout?.once('data', resolve));
    }
  };
  return { server, url, write, reload, nextLine };
}

/** The process ids of the workers that have started. */
const workersIn = (output: string) =>
  logLines(output).flatMap(({ msg }) => Number(/^Worker (\d+) is ready/.exec(msg)?.[1]) || []);

/** Resolves once a server has printed more. */
const moreOf = ({ child }: Command) => new Promise((resolve) => child.stdout?.once('data', resolve));

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** The codes of the errors of an operation, and the names of the limits that they say were exceeded. */
async function errorsOf(url: string, query: string, body: unknown = { query }): Promise<string[]> {
  const { errors = [] } = (await (await post(url, body)).json()) as {
    errors?: { extensions: { code: string; limit?: { name: string } } }[];
  };
  return errors.map(({ extensions: { code, limit } }) => (limit ? `${code} ${limit.name}` : code));
}

const ROWS = '{ repositories(first: 2) { nodes { name } } }';
const WRONG = '{ nodes(ids: ["a", "b", "c"]) { id } }';
const BODIES = 'image_graph_memory_limit_bytes{budget="bodies"}';
const RESPONSES = 'image_graph_memory_limit_bytes{budget="responses"}';
const UPSTREAM = 'image_graph_memory_limit_bytes{budget="upstream"}';

type Check = (url: string) => Promise<unknown>;
const errors =
  (query: string): Check =>
  (url) =>
    errorsOf(url, query);
const metric =
  (name: string): Check =>
  async (url) => {
    const text = await (await fetch(new URL('/metrics', url))).text();
    return text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1];
  };
const status =
  (body: unknown, headers = {}): Check =>
  async (url) =>
    (await post(url, body, headers)).status;

/** Of each setting a value that shows, and how: before it is set, and after. */
const EFFECTS: Readonly<Record<string, readonly [value: string, check: Check, before: unknown, after: unknown]>> = {
  IMAGE_GRAPH_REQUEST_TIMEOUT_MS: [
    '1',
    errors('{ repositories(first: 1) { nodes { containerTags(first: 1) { totalCount } } } }'),
    [],
    ['DEADLINE_EXCEEDED'],
  ],
  IMAGE_GRAPH_MAX_NODES: ['1', errors(ROWS), [], ['QUERY_TOO_COMPLEX nodes']],
  IMAGE_GRAPH_MAX_VALUES: ['1', errors(ROWS), [], ['QUERY_TOO_COMPLEX values']],
  IMAGE_GRAPH_MAX_UPSTREAM_CALLS: [
    '1',
    errors('{ repositories(first: 1) { totalCount } sharedRepositories(first: 1, center: SELF) { totalCount } }'),
    [],
    ['QUERY_TOO_COMPLEX upstreamCalls'],
  ],
  IMAGE_GRAPH_MAX_DEPTH: ['2', errors(ROWS), [], ['QUERY_TOO_COMPLEX depth']],
  IMAGE_GRAPH_MAX_ALIASES: ['0', errors('{ a: __typename }'), [], ['QUERY_TOO_COMPLEX aliases']],
  IMAGE_GRAPH_MAX_DIRECTIVES: ['0', errors('{ __typename @include(if: true) }'), [], ['QUERY_TOO_COMPLEX directives']],
  IMAGE_GRAPH_MAX_TOKENS: ['5', errors(ROWS), [], ['QUERY_TOO_COMPLEX tokens']],
  IMAGE_GRAPH_MAX_LIST_LENGTH: [
    '1',
    errors('{ nodes(ids: ["a", "b"]) { id } }'),
    ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
    ['QUERY_TOO_COMPLEX listLength'],
  ],
  IMAGE_GRAPH_MAX_BATCH: [
    '1',
    (url) => errorsOf(url, ROWS, [{ query: ROWS }, { query: ROWS }]),
    [],
    ['QUERY_TOO_COMPLEX batch'],
  ],
  IMAGE_GRAPH_MAX_BODY_BYTES: ['20', status({ query: ROWS }), 200, 413],
  IMAGE_GRAPH_MAX_RESPONSE_BYTES: ['10', errors(ROWS), [], ['QUERY_TOO_COMPLEX responseBytes']],
  IMAGE_GRAPH_MAX_ERRORS: ['1', async (url) => (await errorsOf(url, WRONG)).length, 3, 2],
  IMAGE_GRAPH_MAX_ROWS_READ: ['1', errors(ROWS), [], ['QUERY_TOO_COMPLEX rowsRead']],
  IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: ['1', errors(ROWS), [], ['RATE_LIMITED requestsPerMinute']],
  IMAGE_GRAPH_MAX_TOTAL_BODY_BYTES: ['1000000', metric(BODIES), '67108864', '1000000'],
  IMAGE_GRAPH_MAX_TOTAL_RESPONSE_BYTES: ['1000000', metric(RESPONSES), '268435456', '1000000'],
  IMAGE_GRAPH_MAX_TOTAL_UPSTREAM_BYTES: ['1000000', metric(UPSTREAM), '536870912', '1000000'],
  IMAGE_GRAPH_CORS_ORIGINS: [
    'https://app.example',
    async (url) =>
      (await post(url, { query: ROWS }, { origin: 'https://app.example' })).headers.get('access-control-allow-origin'),
    null,
    'https://app.example',
  ],
};
/** Those that tests of their own show, and those that only a busy machine shows. */
const OTHERS = [
  'IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS',
  'IMAGE_GRAPH_LOG_LEVEL',
  'IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS',
  'IMAGE_GRAPH_MAX_QUEUE_MS',
];

test('each setting that can be reloaded has an effect here', () => {
  const names = [...RELOADABLE].map(({ name }) => name);
  expect([...Object.keys(EFFECTS), ...OTHERS].toSorted()).toEqual(names.toSorted());
});

test('each takes effect, and is taken back', { timeout: 60_000 }, async () => {
  const { url, reload } = await startServer({ IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1000' });
  for (const [name, [value, check, before, after]] of Object.entries(EFFECTS)) {
    // Often enough to be compiled, and known on the fast path.
    for (let count = 0; count < 3; count++) expect([name, await check(url)]).toEqual([name, before]);
    expect(await reload({ [name]: value })).toMatch(
      new RegExp(`^${RELOADED}${name} from (its default|1000) to ${value}\\.$`),
    );
    for (let count = 0; count < 3; count++) expect([name, await check(url)]).toEqual([name, after]);
    expect(await reload()).toMatch(new RegExp(`^${RELOADED}${name} from ${value} to (its default|1000)\\.$`));
    expect([name, await check(url)]).toEqual([name, before]);
  }
});

test('the requests in flight stay counted', async () => {
  const held: (() => void)[] = [];
  const upstream = await startUpstream(async () => {
    await new Promise<void>((resolve) => held.push(resolve));
    return { body: [] };
  });
  onTestFinished(() => upstream.close());
  const { url, reload } = await startServer({ IMAGE_GRAPH_SWR_ENDPOINT: upstream.url });
  const headers = { 'x-auth-token': 'token' };
  const query = '{ sharedRepositories(center: SELF) { nodes { id } } }';
  const first = post(url, { query }, headers);
  while (held.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await reload({ IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '1' });
  expect((await post(url, { query }, headers)).status).toBe(429);
  for (const respond of held) respond();
  expect(await (await first).json()).toEqual({ data: { sharedRepositories: { nodes: [] } } });
});

test('the level of the log takes effect, and the line of the reload is logged at the lower of both', async () => {
  const { url, server, reload } = await startServer();
  const levels = ['error', 'debug', 'silent', 'info'];
  for (const [index, level] of levels.entries()) {
    const before = levels[index - 1] ?? 'its default';
    expect(await reload({ IMAGE_GRAPH_LOG_LEVEL: level })).toBe(
      `${RELOADED}IMAGE_GRAPH_LOG_LEVEL from ${before} to ${level}.`,
    );
    await post(url, { query: `query At_${level} ${ROWS}` });
    await fetch(new URL(`/health?${level}`, url));
  }
  server.child.kill('SIGTERM');
  const lines = logLines((await server.ends()).output);
  expect(lines.flatMap(({ operationName }) => operationName ?? [])).toEqual(['At_debug', 'At_info']);
  expect(lines.filter(({ path }) => path === 'health')).toHaveLength(1);
});

test('API keys are read again', async () => {
  const [old, next] = [createApiKey('old'), createApiKey('next')];
  const keys = join(newFolder(), 'keys');
  writeFileSync(keys, `${old.line}\n`);
  const { url, reload } = await startServer({ IMAGE_GRAPH_API_KEYS_FILE: keys });
  writeFileSync(keys, `${next.line}\n`);
  expect(await reload()).toBe(`${RELOADED}nothing has changed.`);
  const statusOf = async (key: string) => (await post(url, { query: ROWS }, { 'x-api-key': key })).status;
  expect([await statusOf(old.key), await statusOf(next.key)]).toEqual([401, 200]);
});

test.each<[what: string, settings: Settings, next: Settings | string, faults: string]>([
  [
    'a malformed value',
    {},
    { IMAGE_GRAPH_MAX_DEPTH: '2', IMAGE_GRAPH_MAX_NODES: '0' },
    'IMAGE_GRAPH_MAX_NODES must be a whole number from 1 to 1000000000',
  ],
  [
    'an unknown name',
    {},
    { IMAGE_GRAPH_MAX_DEPTH: '2', IMAGE_GRAPH_MAX_NODE: '1' },
    'IMAGE_GRAPH_MAX_NODE is not a setting: did you mean IMAGE_GRAPH_MAX_NODES?',
  ],
  [
    'a fault of a setting that needs a restart',
    {},
    { IMAGE_GRAPH_MAX_DEPTH: '2', IMAGE_GRAPH_WORKERS: 'x' },
    'IMAGE_GRAPH_WORKERS must be a whole number from 1 to 256',
  ],
  ['a line that is not a setting', {}, 'IMAGE_GRAPH_MAX_DEPTH=2\nPORT\n', 'line 2 of'],
  [
    'the same in workers',
    { IMAGE_GRAPH_WORKERS: '2' },
    { IMAGE_GRAPH_MAX_DEPTH: '2', IMAGE_GRAPH_MAX_NODES: '0' },
    'IMAGE_GRAPH_MAX_NODES must be',
  ],
  ['the same line in workers', { IMAGE_GRAPH_WORKERS: '2' }, 'IMAGE_GRAPH_MAX_DEPTH=2\nPORT\n', 'line 2 of'],
])('with %s nothing is reloaded, and the server goes on', async (_what, settings, next, faults) => {
  const { url, reload } = await startServer(settings);
  const isSuccessful = metric('image_graph_config_last_reload_successful');
  expect(await isSuccessful(url)).toBe('1');
  expect(await reload(next)).toContain(KEPT + faults);
  expect(await errorsOf(url, ROWS)).toEqual([]);
  expect(await isSuccessful(url)).toBe('0');
  expect(await reload({ IMAGE_GRAPH_MAX_DEPTH: '2' })).toBe(`${RELOADED}IMAGE_GRAPH_MAX_DEPTH from its default to 2.`);
  expect(await errorsOf(url, ROWS)).toEqual(['QUERY_TOO_COMPLEX depth']);
  expect(await isSuccessful(url)).toBe('1');
});

test('what needs a restart is named, and nothing of a secret', async () => {
  const { reload } = await startServer();
  const line = await reload({
    PORT: '1',
    IMAGE_GRAPH_GRAPHIQL: 'false',
    IMAGE_GRAPH_ROUTER_SECRET: 'pass-phrase',
    IMAGE_GRAPH_MAX_DEPTH: '9',
  });
  expect(line).toBe(
    `${RELOADED}IMAGE_GRAPH_MAX_DEPTH from its default to 9. These need a restart: PORT, IMAGE_GRAPH_ROUTER_SECRET, IMAGE_GRAPH_GRAPHIQL.`,
  );
});

test('what needs a restart is named until there is one', async () => {
  const { reload } = await startServer();
  for (const depth of ['9', '8'])
    expect(await reload({ PORT: '1', IMAGE_GRAPH_MAX_DEPTH: depth })).toContain('These need a restart: PORT.');
  expect(await reload()).not.toContain('restart');
});

test('all workers take the settings, and those that start later', { timeout: 40_000 }, async () => {
  const { server, url, reload, write } = await startServer({ IMAGE_GRAPH_WORKERS: '2' });
  const ids = () => logLines(output).flatMap(({ msg }) => /^Worker (\d+) is ready/.exec(msg)?.[1] ?? []);
  let output = await server.says('open http');
  // The other one needs a restart: a worker that is replaced must not take it either.
  const next = { IMAGE_GRAPH_MAX_DEPTH: '2', IMAGE_GRAPH_GRAPHIQL: 'false' };
  await reload(next);
  const results = await Promise.all(Array.from({ length: 40 }, () => errorsOf(url, ROWS)));
  expect(new Set(results.flat())).toEqual(new Set(['QUERY_TOO_COMPLEX depth']));
  expect(results.every(({ length }) => length === 1)).toBe(true);
  // The files are wrong meanwhile: what starts has the settings of the others.
  write('IMAGE_GRAPH_MAX_DEPTH=x');
  const [first] = ids();
  process.kill(Number(first), 'SIGKILL');
  while (ids().length < 3) {
    await new Promise((resolve) => server.child.stdout?.once('data', resolve));
    output = await server.says('');
  }
  expect(logLines(output).filter(({ msg }) => msg.endsWith('is replaced.'))).toHaveLength(1);
  const pages = Array.from({ length: 40 }, () => fetch(url, { headers: { accept: 'text/html' } }));
  expect(new Set((await Promise.all(pages)).map((page) => page.status))).toEqual(new Set([200]));
  const later = await Promise.all(Array.from({ length: 40 }, () => errorsOf(url, ROWS)));
  expect(new Set(later.flat())).toEqual(new Set(['QUERY_TOO_COMPLEX depth']));
});

test('what needs a restart is named until then, and a worker that starts later is like the others', {
  timeout: 40_000,
}, async () => {
  const { server, url, reload } = await startServer({ IMAGE_GRAPH_WORKERS: '2', IMAGE_GRAPH_GRAPHIQL: 'false' });
  const next = { PORT: '1', IMAGE_GRAPH_CLOUD: 'otc', IMAGE_GRAPH_REGION: 'eu-de', IMAGE_GRAPH_GRAPHIQL: 'true' };
  const restart = ' These need a restart: PORT, IMAGE_GRAPH_CLOUD, IMAGE_GRAPH_REGION, IMAGE_GRAPH_GRAPHIQL.';
  expect(await reload({ ...next, IMAGE_GRAPH_MAX_DEPTH: '3' })).toBe(
    `${RELOADED}IMAGE_GRAPH_MAX_DEPTH from its default to 3.${restart}`,
  );
  expect(await reload({ ...next, IMAGE_GRAPH_MAX_DEPTH: '3' })).toBe(`${RELOADED}nothing has changed.${restart}`);
  // One after the other: they hold the port that the system has chosen.
  for (const [index, id] of workersIn(await server.says('open http')).entries()) {
    process.kill(id, 'SIGTERM');
    while (workersIn(await server.says('')).length < 3 + index) await moreOf(server);
  }
  const results = await Promise.all(Array.from({ length: 20 }, () => errorsOf(url, ROWS)));
  expect(results.flat()).toEqual([]);
  const page = await fetch(url, { headers: { accept: 'text/html' } });
  expect(await page.text()).not.toContain('<html');
  expect(await reload()).toBe(`${RELOADED}IMAGE_GRAPH_MAX_DEPTH from 3 to its default.`);
});

test('a worker that is starting meanwhile takes the settings, too', { timeout: 40_000 }, async () => {
  const { server, url, reload } = await startServer({ IMAGE_GRAPH_WORKERS: '2' });
  const [first = 0] = workersIn(await server.says('open http'));
  process.kill(first, 'SIGTERM');
  await server.says('is ending and is replaced');
  expect(await reload({ IMAGE_GRAPH_MAX_DEPTH: '2' })).toBe(`${RELOADED}IMAGE_GRAPH_MAX_DEPTH from its default to 2.`);
  // The third is replaced in its turn where it has read the settings of before.
  while (workersIn(await server.says('')).length < 4) await moreOf(server);
  const results = await Promise.all(Array.from({ length: 40 }, () => errorsOf(url, ROWS)));
  expect(results).toEqual(results.map(() => ['QUERY_TOO_COMPLEX depth']));
});

test.each([['1'], ['2']])(
  'no request fails while settings are reloaded, in %s processes',
  { timeout: 40_000 },
  async (workers) => {
    const { url, reload } = await startServer({ IMAGE_GRAPH_WORKERS: workers });
    let isRunning = true;
    let sent = 0;
    const client = async () => {
      const outcomes: unknown[] = [];
      while (isRunning) {
        sent++;
        outcomes.push(...(await errorsOf(url, ROWS)));
      }
      return outcomes;
    };
    const clients = Array.from({ length: 4 }, client);
    for (let count = 0; count < 20; count++) await reload({ IMAGE_GRAPH_MAX_DEPTH: String(10 + (count % 2)) });
    isRunning = false;
    expect((await Promise.all(clients)).flat()).toEqual([]);
    expect(sent).toBeGreaterThan(20);
  },
);

test('several signals at once are one or two reloads, and one while it drains is passed over', async () => {
  const { server, url, write, nextLine } = await startServer();
  write({ IMAGE_GRAPH_MAX_DEPTH: '2' });
  for (let count = 0; count < 10; count++) server.child.kill('SIGHUP');
  expect(await nextLine()).toContain('IMAGE_GRAPH_MAX_DEPTH from its default to 2');
  expect(await errorsOf(url, ROWS)).toEqual(['QUERY_TOO_COMPLEX depth']);
  server.child.kill('SIGTERM');
  server.child.kill('SIGHUP');
  const { code, output } = await server.ends();
  expect(code).toBe(0);
  expect(output.split(RELOADED).length).toBeLessThanOrEqual(3);
});
