// Sends mixed queries to a server while its upstream works, while a tenth of the upstream's responses is spoilt, and while it works again.
// Each response is checked against what the upstream holds. Usage: node bench/soak.ts [--queries N] [--seconds N] [--connections N] [--seed N]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildSchema } from 'graphql';
import { Pool } from 'undici';
import { createRandom } from '../src/sandbox/world/random.ts';
import { AnswerCheck, codeOf, type GraphQLAnswer, type Question } from './support/answer-check.ts';
import { readExpectations } from './support/expected-graph.ts';
import type { UpstreamReport } from './support/faulty-upstream.ts';
import { questionsOf } from './support/mixed-queries.ts';
import { settingsFor, startServer } from './support/processes.ts';

const option = (byDefault: string) => ({ type: 'string', default: byDefault }) as const;
const { values } = parseArgs({
  options: { queries: option('60000'), seconds: option('240'), connections: option('64'), seed: option('1') },
});
const [queries, seconds, connections] = [values.queries, values.seconds, values.connections].map(Number) as [
  number,
  number,
  number,
];

/** Milliseconds within which every response must be there: the deadline of a request, and one second. */
const LATEST_MS = 11_000;
/** Milliseconds after which idle connections are closed on both sides. */
const IDLE_MS = 7_000;
/** Milliseconds that the server has to be itself again after the storm: an open breaker looks again after 30 s. */
const RECOVERY_MS = 45_000;

const upstream = fork(new URL('support/faulty-upstream.ts', import.meta.url), [values.seed]);
const [cloud] = await once(upstream, 'message');
const schema = buildSchema(readFileSync(new URL('../schema/api.graphql', import.meta.url), 'utf8'), {
  noLocation: true,
});
const expectations = await readExpectations(cloud);
const check = new AnswerCheck(schema, expectations);
const draw = questionsOf(schema, expectations, check, createRandom(Number(values.seed)));

let tellMemory = (_line: string) => {};
const settings = {
  ...settingsFor({ child: upstream, origin: cloud.origin }),
  IMAGE_GRAPH_PROJECT_ID: cloud.projectId,
  NODE_OPTIONS: `--expose-gc --import=${new URL('support/memory-probe.ts', import.meta.url)}`,
};
const { child: server, origin } = await startServer(
  settings,
  (line) => line.startsWith('memory ') && tellMemory(line.slice(7)),
);
const pool = new Pool(origin, { connections, headersTimeout: 15_000, bodyTimeout: 15_000 });
const headers = { 'content-type': 'application/json', 'x-auth-token': cloud.token };

/** What is wrong, and the first wrong responses in full. */
const complaints: string[] = [];

interface Outcome {
  readonly milliseconds: number;
  readonly codes: ReadonlySet<string>;
  readonly faults: readonly string[];
}

/** Sends one query, and checks the response. */
async function ask(question: Question, isCalm: boolean): Promise<Outcome> {
  const { query, variables } = question;
  const start = performance.now();
  let answer: GraphQLAnswer = {};
  const faults: string[] = [];
  try {
    const sent = { path: '/graphql', method: 'POST', headers, body: JSON.stringify({ query, variables }) } as const;
    const { statusCode, body } = await pool.request(sent);
    answer = (await body.json()) as GraphQLAnswer;
    // A server may be overloaded at any time: it depends on the machine, and is counted by its code.
    if (statusCode !== 200 && statusCode !== 503) faults.push(`HTTP ${statusCode}`);
    faults.push(...check.faultsOf(question, answer, isCalm && statusCode !== 503));
  } catch (error) {
    faults.push(`no answer: ${error}`);
  }
  const milliseconds = performance.now() - start;
  if (milliseconds > LATEST_MS) faults.push('the answer is late');
  if (faults.length > 0 && complaints.length < 5)
    complaints.push([...faults, `${JSON.stringify(variables)} ${query}`, JSON.stringify(answer)].join('\n  '));
  return { milliseconds, codes: new Set(answer.errors?.map(codeOf)), faults };
}

/** Sets the share of responses to spoil, and returns the report of the upstream so far. */
async function spoil(share: number): Promise<UpstreamReport> {
  upstream.send({ share });
  return (await once(upstream, 'message'))[0];
}

/** A share of all queries, spread evenly over nearly that share of the time; returns figures to print. */
async function runPhase(share: number, spoilt: number) {
  const outcomes: Outcome[] = [];
  await spoil(spoilt);
  const start = performance.now();
  const count = Math.round(queries * share);
  const interval = (seconds * 950) / queries;
  let begun = 0;
  const asker = async () => {
    while (begun < count && performance.now() - start < seconds * share * 1_000 && server.exitCode === null) {
      const early = begun++ * interval - (performance.now() - start);
      if (early > 0) await sleep(early);
      const outcome = await ask(draw(), spoilt === 0);
      outcomes.push(outcome);
      // The Retry-After of the response.
      if (outcome.codes.has('OVERLOADED')) await sleep(1_000);
    }
  };
  await Promise.all(Array.from({ length: connections }, asker));
  const took = (performance.now() - start) / 1_000;
  const { calls, faults, strays } = await spoil(0);
  const times = outcomes.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  const at = (part: number) => Math.round(times[Math.floor((times.length - 1) * part)] ?? 0);
  const codes = outcomes.flatMap(({ codes }) => [...codes]).sort();
  const figures: Record<string, number> = {
    ...{ queries: times.length, 'queries per second': Math.round(times.length / took) },
    ...{ 'p50 ms': at(0.5), 'p99 ms': at(0.99), 'longest ms': at(1) },
    'upstream calls': calls,
    // Rejected ones made none.
    'calls per query': Number((calls / outcomes.filter(({ codes }) => !codes.has('OVERLOADED')).length).toFixed(3)),
    ...{ 'answers spoilt': Object.values(faults).reduce((sum, count) => sum + count, 0), 'redirects followed': strays },
    'without errors': outcomes.filter(({ codes }) => codes.size === 0).length,
  };
  for (const code of codes) figures[`with ${code}`] = (figures[`with ${code}`] ?? 0) + 1;
  figures.wrong = outcomes.filter(({ faults }) => faults.length > 0).length;
  if (spoilt === 0 && (figures['with OVERLOADED'] ?? 0) > count / 100)
    complaints.push('Many were refused without need.');
  if (figures.wrong > 0) complaints.push(`${figures.wrong} answers are wrong.`);
  if (strays > 0) complaints.push('Redirects were followed.');
  return { figures, faults };
}

/** Seconds until the server's responses are whole again. */
async function waitForRecovery(): Promise<number> {
  const start = performance.now();
  const known = complaints.length;
  const isWhole = async () =>
    (await Promise.all(Array.from({ length: 30 }, () => ask(draw(), true)))).every(({ faults }) => faults.length === 0);
  while (!(await isWhole()) && performance.now() - start < RECOVERY_MS) await sleep(500);
  complaints.length = known;
  return Math.round((performance.now() - start) / 1_000);
}

/** What the server holds while it is idle. */
async function measureHeld() {
  await sleep(IDLE_MS);
  const told = new Promise<string>((resolve) => {
    tellMemory = resolve;
  });
  server.kill('SIGUSR2');
  const { heapUsed, rss } = JSON.parse(await told);
  const { sockets } = await spoil(0);
  const megabytes = (bytes: number) => Number((bytes / 2 ** 20).toFixed(1));
  return {
    ...{ 'heap MB': megabytes(heapUsed), 'RSS MB': megabytes(rss) },
    ...{ 'sockets of the server': openSockets(server.pid), 'connections of the upstream': sockets },
  };
}

/** The open sockets of a process, from /proc. */
function openSockets(id: number | undefined): number {
  const folder = `/proc/${id}/fd`;
  return readdirSync(folder).filter((name) => readlinkSync(`${folder}/${name}`).startsWith('socket:')).length;
}

console.info(`seed ${values.seed}: at most ${queries} queries in ${seconds} s, over ${connections} connections`);
const warmUp = await runPhase(0.1, 0);
const before = await measureHeld();
const calm = await runPhase(0.15, 0);
const storm = await runPhase(0.6, 0.1);
const recovery = await waitForRecovery();
const afterwards = await runPhase(0.15, 0);
const after = await measureHeld();

const phases = { 'warm-up': warmUp.figures, calm: calm.figures, storm: storm.figures, afterwards: afterwards.figures };
const rows = new Set(Object.values(phases).flatMap(Object.keys));
const row = (name: string) =>
  Object.fromEntries(Object.entries(phases).map(([phase, figures]) => [phase, figures[name] ?? 0]));
console.table(Object.fromEntries([...rows].map((name) => [name, row(name)])));
console.info(
  'Spoilt:',
  Object.entries(storm.faults)
    .map(([fault, count]) => `${fault} ${count}`)
    .sort()
    .join(', '),
);
console.table({ before, after });
console.info(
  `Whole answers ${recovery} s after the storm. The server ${server.exitCode === null ? 'lives' : 'has died'}.`,
);

const ended = once(server, 'exit');
await pool.close();
server.kill('SIGTERM');
const [exitCode] = await ended;
upstream.disconnect();
if (exitCode !== 0) complaints.push(`The server ended with ${exitCode}.`);
if (after['heap MB'] > before['heap MB'] + 5) complaints.push('The heap has grown.');
if (after['sockets of the server'] > before['sockets of the server'] + 2) complaints.push('Sockets are left open.');
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;
