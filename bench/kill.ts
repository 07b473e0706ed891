// Stops workers of a server under load, then the server, and counts lost requests with and without the drain delay.
// node bench/kill.ts [--connections N] [--upstream-ms N] [--drain-delays-ms N,N,...]   (Linux only: reads /proc)
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Client } from 'undici';
import { exchange } from './support/exchange.ts';
import { imagesRequest, imagesResponse } from './support/prepared-images.ts';
import { type Listening, settingsFor, startPreparedUpstream, startServer } from './support/processes.ts';

const { values: options } = parseArgs({
  options: {
    connections: { type: 'string', default: '32' },
    'upstream-ms': { type: 'string', default: '30' },
    /** With the last of several, requests may be lost. */
    'drain-delays-ms': { type: 'string', default: '1000,0' },
  },
});

const ROWS = 5;
const WORKERS = 2;
/** The longest pause between two requests of a connection, so that some connections are idle at any moment. */
const MAX_PAUSE_MS = 40;
/** Requests on a connection before it is replaced, on average. */
const REQUESTS_PER_CONNECTION = 10;
/** A request without a response after this time is lost. */
const RESPONSE_TIMEOUT_MS = 2_000;
/** The time between two events. */
const PHASE_MS = 5_000;
const RESTART_TIMEOUT_MS = 15_000;

const upstream = await startPreparedUpstream(ROWS, Number(options['upstream-ms']));
const request = imagesRequest(ROWS);
const correctBody = imagesResponse(ROWS);
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The counts from one event to the next. */
interface Phase {
  readonly event: string;
  correct: number;
  /** Responses with 503, as the server is overloaded. */
  rejected: number;
  readonly start: number;
  /** Requests without a response: the milliseconds after the event, by the connection's error. */
  readonly lost: Map<string, number[]>;
  /** Responses that were not correct. */
  readonly wrong: string[];
  /** The number of requests that may be lost. */
  maxLost: number;
  /** Milliseconds until two workers were ready again. */
  restoredMs?: number;
}

const startPhase = (event: string, maxLost: number): Phase => ({
  event,
  start: performance.now(),
  correct: 0,
  rejected: 0,
  lost: new Map(),
  wrong: [],
  maxLost,
});
const lostIn = ({ lost }: Pick<Phase, 'lost'>) => [...lost.values()].flat().length;

function countLost({ start, lost }: Phase, failure: string): void {
  const times = lost.get(failure) ?? [];
  lost.set(failure, times);
  times.push(Math.round(performance.now() - start));
}

/** Sends requests on all connections; each is counted in the phase that `currentPhase` returns when it ends. */
function startLoad({ origin }: Listening, currentPhase: () => Phase): { stop(): Promise<void> } {
  let isOver = false;
  const connect = () => new Client(origin, { headersTimeout: RESPONSE_TIMEOUT_MS });
  const loops = Array.from({ length: Number(options.connections) }, async () => {
    let client = connect();
    while (!isOver) {
      const outcome = await exchange(client, '/graphql', request);
      const phase = currentPhase();
      const failure = 'failure' in outcome ? outcome.failure : undefined;
      if ('failure' in outcome) countLost(phase, outcome.failure);
      else if (outcome.status === 200 && outcome.body === correctBody) phase.correct++;
      else if (outcome.status === 503) phase.rejected++;
      else phase.wrong.push(`${outcome.status} ${outcome.body.slice(0, 200)}`);
      if (failure !== undefined || Math.random() < 1 / REQUESTS_PER_CONNECTION) {
        await client.destroy();
        client = connect();
      }
      await sleep(Math.random() * MAX_PAUSE_MS);
    }
    await client.destroy();
  });
  return {
    async stop() {
      isOver = true;
      await Promise.all(loops);
    },
  };
}

/** The number of clients' connections of a process: the most requests that can be lost when it is killed. */
function connectionsOf(pid: number, origin: string): number {
  const port = Number(new URL(origin).port).toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const columns = lines.map((line) => line.trim().split(/\s+/));
  const inodes = columns.filter(([, local = '']) => local.endsWith(`:${port}`)).map((parts) => parts[9]);
  const links = readdirSync(`/proc/${pid}/fd`).map((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      return ''; // Closed in between.
    }
  });
  return inodes.filter((inode) => links.includes(`socket:[${inode}]`)).length;
}

/** Resolves when a load balancer that checks readiness twice a second would stop sending requests. */
async function untilNotReady(origin: string): Promise<void> {
  for (;;) {
    const client = new Client(origin);
    const outcome = await exchange(client, '/ready');
    await client.destroy();
    if (!('status' in outcome) || outcome.status !== 200) return;
    await sleep(500);
  }
}

/** Sends a signal to one of the workers and waits until there are as many as before. */
async function stopWorker(signal: NodeJS.Signals, workers: number[], phase: Phase): Promise<void> {
  const start = performance.now();
  const worker = workers.shift();
  const before = workers.length;
  if (worker === undefined) throw new Error('The server has not printed the id of a worker.');
  process.kill(worker, signal);
  while (workers.length === before && performance.now() - start < RESTART_TIMEOUT_MS) await sleep(5);
  if (workers.length > before) phase.restoredMs = Math.round(performance.now() - start);
  await sleep(PHASE_MS);
}

/** Runs all phases with one drain delay. Returns them, the exit code, and the milliseconds until the exit. */
async function run(drainDelayMs: string) {
  const workers: number[] = [];
  const settings = {
    ...settingsFor(upstream),
    IMAGE_GRAPH_WORKERS: String(WORKERS),
    IMAGE_GRAPH_DRAIN_DELAY_MS: drainDelayMs,
    IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '100000000',
  };
  const server = await startServer(settings, (line) => {
    const [, pid] = /"Worker (\d+) is ready/.exec(line) ?? [];
    if (pid) workers.push(Number(pid));
  });
  const exited = new Promise<string>((resolve) =>
    server.child.once('exit', (code, signal) => resolve(String(code ?? signal))),
  );
  let phase = startPhase('none', 0);
  const phases = [phase];
  const begin = (event: string, maxLost = 0) => {
    phase = startPhase(event, maxLost);
    phases.push(phase);
    return phase;
  };
  const load = startLoad(server, () => phase);
  await sleep(PHASE_MS);
  await stopWorker('SIGTERM', workers, begin('SIGTERM to a worker'));
  const open = connectionsOf(workers[0] ?? 0, server.origin);
  await stopWorker('SIGKILL', workers, begin('SIGKILL to a worker', open));
  begin('SIGTERM to the server');
  const signalled = performance.now();
  server.child.kill('SIGTERM');
  await untilNotReady(server.origin);
  await load.stop();
  const exit = await Promise.race([exited, sleep(RESTART_TIMEOUT_MS).then(() => 'still running')]);
  const exitMs = Math.round(performance.now() - signalled);
  return { phases, exit, exitMs };
}

const report = ({ event, correct, rejected, lost, wrong, maxLost, restoredMs }: Phase) => ({
  event,
  sent: correct + rejected + lostIn({ lost }) + wrong.length,
  correct,
  rejected,
  lost: lostIn({ lost }),
  'may be lost': maxLost,
  errors: [...lost].map(([kind, times]) => `${times.length} x ${kind} (${times[0]}-${times.at(-1)} ms)`).join(', '),
  wrong: wrong.length,
  'ms until two workers': restoredMs,
});

const delays = options['drain-delays-ms'].split(',');
const faults: string[] = [];
for (const [index, delay] of delays.entries()) {
  const { phases, exit, exitMs } = await run(delay);
  console.info(`\nIMAGE_GRAPH_DRAIN_DELAY_MS=${delay}, ${options.connections} connections:`);
  console.table(phases.map(report));
  console.info(`Exit: ${exit}, ${exitMs} ms after the signal.`);
  if (exit !== '0') faults.push(`Delay ${delay}: the exit code was ${exit}.`);
  for (const { event, lost, wrong, maxLost, restoredMs } of phases) {
    const isChecked = index < delays.length - 1 || delays.length === 1;
    if (isChecked && lostIn({ lost }) > maxLost) faults.push(`Delay ${delay}, ${event}: too many requests were lost.`);
    if (wrong.length > 0) faults.push(`Delay ${delay}, ${event}: wrong response: ${wrong[0]}`);
    if (event.endsWith('worker') && restoredMs === undefined) faults.push(`Delay ${delay}, ${event}: no new worker.`);
  }
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
