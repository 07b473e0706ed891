// Sends mixed queries to a server before, during and after a fault storm, in which a tenth of the upstream's responses is faulty,
// and compares each response with the upstream's data.
// node bench/soak.ts [--queries N] [--seconds N] [--connections N] [--seed N]   (Linux only: reads /proc)
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildSchema } from 'graphql';
import { Pool } from 'undici';
import { createRandom } from '../src/sandbox/world/random.ts';
import { readExpectations } from './support/expected-graph.ts';
import type { UpstreamReport } from './support/faulty-upstream.ts';
import { createQueries } from './support/mixed-queries.ts';
import { settingsFor, startServer } from './support/processes.ts';
import { codeOf, type GraphQLResponse, type Query, ResponseCheck } from './support/response-check.ts';

const option = (value: string) => ({ type: 'string', default: value }) as const;
const { values } = parseArgs({
  options: { queries: option('60000'), seconds: option('240'), connections: option('64'), seed: option('1') },
});
const [queries, seconds, connections] = [values.queries, values.seconds, values.connections].map(Number) as [
  number,
  number,
  number,
];

/** The longest time to a response: the deadline of an operation, and one second. */
const MAX_RESPONSE_MS = 11_000;
/** The time after which idle connections are closed on both sides. */
const IDLE_MS = 7_000;
/** The longest time to recover after the storm: an open circuit is half-open after 30 s. */
const RECOVERY_MS = 45_000;

const upstream = fork(new URL('support/faulty-upstream.ts', import.meta.url), [values.seed]);
const [cloud] = await once(upstream, 'message');
const schema = buildSchema(readFileSync(new URL('../schema/api.graphql', import.meta.url), 'utf8'), {
  noLocation: true,
});
const expectations = await readExpectations(cloud);
const check = new ResponseCheck(schema, expectations);
const draw = createQueries(schema, expectations, check, createRandom(Number(values.seed)));

let onMemory = (_line: string) => {};
const settings = {
  ...settingsFor(cloud),
  IMAGE_GRAPH_PROJECT_ID: cloud.projectId,
  NODE_OPTIONS: `--expose-gc --import=${new URL('support/memory-probe.ts', import.meta.url)}`,
};
const { child: server, origin } = await startServer(
  settings,
  (line) => line.startsWith('memory ') && onMemory(line.slice(7)),
);
const pool = new Pool(origin, { connections, headersTimeout: 15_000, bodyTimeout: 15_000 });
const headers = { 'content-type': 'application/json', 'x-auth-token': cloud.token };

/** What is wrong, with the first wrong responses in full. */
const problems: string[] = [];

interface Outcome {
  readonly milliseconds: number;
  readonly codes: ReadonlySet<string>;
  readonly faults: readonly string[];
}

/** Sends one query and checks the response. */
async function send(drawn: Query, isCalm: boolean): Promise<Outcome> {
  const { query, variables } = drawn;
  const start = performance.now();
  let response: GraphQLResponse = {};
  const faults: string[] = [];
  try {
    const sent = { path: '/graphql', method: 'POST', headers, body: JSON.stringify({ query, variables }) } as const;
    const { statusCode, body } = await pool.request(sent);
    response = (await body.json()) as GraphQLResponse;
    // Overload depends on the machine, so 503 is always allowed; it is counted by its code.
    if (statusCode !== 200 && statusCode !== 503) faults.push(`HTTP ${statusCode}`);
    faults.push(...check.faultsOf(drawn, response, isCalm && statusCode !== 503));
  } catch (error) {
    faults.push(`no response: ${error}`);
  }
  const milliseconds = performance.now() - start;
  if (milliseconds > MAX_RESPONSE_MS) faults.push('the response is late');
  if (faults.length > 0 && problems.length < 5)
    problems.push([...faults, `${JSON.stringify(variables)} ${query}`, JSON.stringify(response)].join('\n  '));
  return { milliseconds, codes: new Set(response.errors?.map(codeOf)), faults };
}

/** Sets the share of faulty responses. Shape: what the upstream has counted before. */
async function setFaultShare(share: number): Promise<UpstreamReport> {
  upstream.send({ share });
  return (await once(upstream, 'message'))[0];
}

/** Sends a share of all queries, spread evenly over nearly that share of the time. Shape: the figures to print. */
async function runPhase(share: number, faultShare: number) {
  const outcomes: Outcome[] = [];
  await setFaultShare(faultShare);
  const start = performance.now();
  const count = Math.round(queries * share);
  const interval = (seconds * 950) / queries;
  let begun = 0;
  const sendInTurn = async () => {
    while (begun < count && performance.now() - start < seconds * share * 1_000 && server.exitCode === null) {
      const early = begun++ * interval - (performance.now() - start);
      if (early > 0) await sleep(early);
      const outcome = await send(draw(), faultShare === 0);
      outcomes.push(outcome);
      // The response has Retry-After: 1.
      if (outcome.codes.has('OVERLOADED')) await sleep(1_000);
    }
  };
  await Promise.all(Array.from({ length: connections }, sendInTurn));
  const took = (performance.now() - start) / 1_000;
  const { calls, faults, unknownPaths } = await setFaultShare(0);
  const times = outcomes.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  const at = (part: number) => Math.round(times[Math.floor((times.length - 1) * part)] ?? 0);
  const codes = outcomes.flatMap(({ codes }) => [...codes]).sort();
  const figures: Record<string, number> = {
    ...{ queries: times.length, 'queries per second': Math.round(times.length / took) },
    ...{ 'p50 ms': at(0.5), 'p99 ms': at(0.99), 'longest ms': at(1) },
    'upstream calls': calls,
    // A rejected query makes no calls.
    'calls per query': Number((calls / outcomes.filter(({ codes }) => !codes.has('OVERLOADED')).length).toFixed(3)),
    ...{
      'faulty responses': Object.values(faults).reduce((sum, count) => sum + count, 0),
      'redirects followed': unknownPaths,
    },
    'without errors': outcomes.filter(({ codes }) => codes.size === 0).length,
  };
  for (const code of codes) figures[`with ${code}`] = (figures[`with ${code}`] ?? 0) + 1;
  figures.wrong = outcomes.filter(({ faults }) => faults.length > 0).length;
  if (faultShare === 0 && (figures['with OVERLOADED'] ?? 0) > count / 100)
    problems.push('More than 1 % of the queries were rejected without a fault upstream.');
  if (figures.wrong > 0) problems.push(`${figures.wrong} responses are wrong.`);
  if (unknownPaths > 0) problems.push('Redirects were followed.');
  return { figures, faults };
}

/** Waits until all responses are complete again. Shape: the seconds that it took. */
async function waitForRecovery(): Promise<number> {
  const start = performance.now();
  const known = problems.length;
  const hasRecovered = async () =>
    (await Promise.all(Array.from({ length: 30 }, () => send(draw(), true)))).every(
      ({ faults }) => faults.length === 0,
    );
  while (!(await hasRecovered()) && performance.now() - start < RECOVERY_MS) await sleep(500);
  problems.length = known;
  return Math.round((performance.now() - start) / 1_000);
}

/** Measures memory and sockets of the idle server. */
async function measureIdle() {
  await sleep(IDLE_MS);
  const printed = new Promise<string>((resolve) => {
    onMemory = resolve;
  });
  server.kill('SIGUSR2');
  const { heapUsed, rss } = JSON.parse(await printed);
  const { sockets } = await setFaultShare(0);
  const megabytes = (bytes: number) => Number((bytes / 2 ** 20).toFixed(1));
  return {
    ...{ 'heap MB': megabytes(heapUsed), 'RSS MB': megabytes(rss) },
    ...{ 'sockets of the server': openSockets(server.pid), 'connections of the upstream': sockets },
  };
}

/** The number of open sockets of a process, from Linux's /proc. */
function openSockets(id: number | undefined): number {
  const folder = `/proc/${id}/fd`;
  return readdirSync(folder).filter((name) => readlinkSync(`${folder}/${name}`).startsWith('socket:')).length;
}

console.info(`seed ${values.seed}: at most ${queries} queries in ${seconds} s, over ${connections} connections`);
const warmUp = await runPhase(0.1, 0);
const before = await measureIdle();
const calm = await runPhase(0.15, 0);
const storm = await runPhase(0.6, 0.1);
const recovery = await waitForRecovery();
const afterwards = await runPhase(0.15, 0);
const after = await measureIdle();

const phases = { 'warm-up': warmUp.figures, calm: calm.figures, storm: storm.figures, afterwards: afterwards.figures };
const rows = new Set(Object.values(phases).flatMap(Object.keys));
const row = (name: string) =>
  Object.fromEntries(Object.entries(phases).map(([phase, figures]) => [phase, figures[name] ?? 0]));
console.table(Object.fromEntries([...rows].map((name) => [name, row(name)])));
console.info(
  'Faults:',
  Object.entries(storm.faults)
    .map(([fault, count]) => `${fault} ${count}`)
    .sort()
    .join(', '),
);
console.table({ before, after });
console.info(
  `Complete responses ${recovery} s after the storm. The server ${server.exitCode === null ? 'is running' : 'has exited'}.`,
);

const ended = once(server, 'exit');
await pool.close();
server.kill('SIGTERM');
const [exitCode] = await ended;
upstream.disconnect();
if (exitCode !== 0) problems.push(`The server exited with ${exitCode}.`);
if (after['heap MB'] > before['heap MB'] + 5) problems.push('The heap has grown.');
if (after['sockets of the server'] > before['sockets of the server'] + 2) problems.push('Sockets are left open.');
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
