// Ends workers of a server under load, and at last the server: counts what is lost, with and without the drain delay.
// node bench/kill.ts [--connections N] [--upstream-ms N] [--drain-delays-ms N,N,...]   (Linux: looks into /proc)
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Client } from 'undici';
import { exchange } from './support/exchange.ts';
import { imagesAnswer, imagesRequest } from './support/prepared-images.ts';
import { type Listening, settingsFor, startPreparedUpstream, startServer } from './support/processes.ts';

const { values: options } = parseArgs({
  options: {
    connections: { type: 'string', default: '32' },
    'upstream-ms': { type: 'string', default: '30' },
    /** The last one is not held to lose nothing. */
    'drain-delays-ms': { type: 'string', default: '1000,0' },
  },
});

const ROWS = 5;
const WORKERS = 2;
/** Between two requests of a connection, so that some are idle at any moment. */
const MAXIMUM_PAUSE_MS = 40;
/** Of so many requests one goes over a new connection. */
const REQUESTS_A_CONNECTION = 10;
/** A request without a response after so long is lost. */
const PATIENCE_MS = 2_000;
const CALM_MS = 5_000;
const RESTART_MS = 15_000;

const upstream = await startPreparedUpstream(ROWS, Number(options['upstream-ms']));
const request = imagesRequest(ROWS);
const rightAnswer = imagesAnswer(ROWS);
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What happened from one event to the next. */
interface Phase {
  readonly event: string;
  right: number;
  /** Answers of a server that has too much to do: none is lost. */
  refused: number;
  readonly start: number;
  /** Requests without a response: by the connection's error, the milliseconds after the event. */
  readonly lost: Map<string, number[]>;
  /** Answers that were not the right one. */
  readonly wrong: string[];
  /** The most that the event may cost. */
  mayLose: number;
  /** Milliseconds until two workers were ready again. */
  restoredMs?: number;
}

const startPhase = (event: string, mayLose: number): Phase => ({
  event,
  start: performance.now(),
  right: 0,
  refused: 0,
  lost: new Map(),
  wrong: [],
  mayLose,
});
const lostIn = ({ lost }: Pick<Phase, 'lost'>) => [...lost.values()].flat().length;

function note({ start, lost }: Phase, failure: string): void {
  const times = lost.get(failure) ?? [];
  lost.set(failure, times);
  times.push(Math.round(performance.now() - start));
}

/** Keeps connections busy; what ends is counted in the phase that `phaseNow` names then. */
function startLoad({ origin }: Listening, phaseNow: () => Phase): { stop(): Promise<void> } {
  let isOver = false;
  const connect = () => new Client(origin, { headersTimeout: PATIENCE_MS });
  const loops = Array.from({ length: Number(options.connections) }, async () => {
    let client = connect();
    while (!isOver) {
      const outcome = await exchange(client, '/graphql', request);
      const phase = phaseNow();
      const failure = 'failure' in outcome ? outcome.failure : undefined;
      if ('failure' in outcome) note(phase, outcome.failure);
      else if (outcome.status === 200 && outcome.body === rightAnswer) phase.right++;
      else if (outcome.status === 503) phase.refused++;
      else phase.wrong.push(`${outcome.status} ${outcome.body.slice(0, 200)}`);
      if (failure !== undefined || Math.random() < 1 / REQUESTS_A_CONNECTION) {
        await client.destroy();
        client = connect();
      }
      await sleep(Math.random() * MAXIMUM_PAUSE_MS);
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

/** Connections of callers that a process holds: the most that can be lost when it is killed. */
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

/** Resolves when a load balancer that probes twice a second would send no further requests. */
async function untilNotReady(origin: string): Promise<void> {
  for (;;) {
    const client = new Client(origin);
    const outcome = await exchange(client, '/ready');
    await client.destroy();
    if (!('status' in outcome) || outcome.status !== 200) return;
    await sleep(500);
  }
}

/** Sends a signal to one of the workers, and waits until there are as many as before. */
async function endWorker(signal: NodeJS.Signals, workers: number[], phase: Phase): Promise<void> {
  const start = performance.now();
  const worker = workers.shift();
  const before = workers.length;
  if (worker === undefined) throw new Error('The server named no worker.');
  process.kill(worker, signal);
  while (workers.length === before && performance.now() - start < RESTART_MS) await sleep(5);
  if (workers.length > before) phase.restoredMs = Math.round(performance.now() - start);
  await sleep(CALM_MS);
}

/** The whole story with one drain delay. Returns the phases and how the server ended. */
async function run(drainDelayMs: string) {
  const workers: number[] = [];
  const settings = {
    ...settingsFor(upstream),
    IMAGE_GRAPH_WORKERS: String(WORKERS),
    IMAGE_GRAPH_DRAIN_DELAY_MS: drainDelayMs,
    IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '100000000',
  };
  const server = await startServer(settings, (line) => {
    const [, pid] = /^Worker (\d+) is ready/.exec(line) ?? [];
    if (pid) workers.push(Number(pid));
  });
  const ended = new Promise<string>((resolve) =>
    server.child.once('exit', (code, signal) => resolve(String(code ?? signal))),
  );
  let phase = startPhase('none', 0);
  const phases = [phase];
  const begin = (event: string, mayLose = 0) => {
    phase = startPhase(event, mayLose);
    phases.push(phase);
    return phase;
  };
  const load = startLoad(server, () => phase);
  await sleep(CALM_MS);
  await endWorker('SIGTERM', workers, begin('SIGTERM to a worker'));
  const held = connectionsOf(workers[0] ?? 0, server.origin);
  await endWorker('SIGKILL', workers, begin('SIGKILL to a worker', held));
  begin('SIGTERM to the server');
  const signalled = performance.now();
  server.child.kill('SIGTERM');
  await untilNotReady(server.origin);
  await load.stop();
  const exit = await Promise.race([ended, sleep(RESTART_MS).then(() => 'still running')]);
  const exitMs = Math.round(performance.now() - signalled);
  return { phases, exit, exitMs };
}

const report = ({ event, right, refused, lost, wrong, mayLose, restoredMs }: Phase) => ({
  event,
  sent: right + refused + lostIn({ lost }) + wrong.length,
  right,
  refused,
  lost: lostIn({ lost }),
  'may be lost': mayLose,
  how: [...lost].map(([kind, times]) => `${times.length} x ${kind} (${times[0]}-${times.at(-1)} ms)`).join(', '),
  wrong: wrong.length,
  'two workers again after ms': restoredMs,
});

const delays = options['drain-delays-ms'].split(',');
const faults: string[] = [];
for (const [index, delay] of delays.entries()) {
  const { phases, exit, exitMs } = await run(delay);
  console.info(`\nIMAGE_GRAPH_DRAIN_DELAY_MS=${delay}, ${options.connections} connections:`);
  console.table(phases.map(report));
  console.info(`Exit: ${exit}, ${exitMs} ms after the signal.`);
  if (exit !== '0') faults.push(`Delay ${delay}: the exit code was ${exit}.`);
  for (const { event, lost, wrong, mayLose, restoredMs } of phases) {
    const isJudged = index < delays.length - 1 || delays.length === 1;
    if (isJudged && lostIn({ lost }) > mayLose) faults.push(`Delay ${delay}, ${event}: too much was lost.`);
    if (wrong.length > 0) faults.push(`Delay ${delay}, ${event}: not the right answer: ${wrong[0]}`);
    if (event.endsWith('worker') && restoredMs === undefined) faults.push(`Delay ${delay}, ${event}: no new worker.`);
  }
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
