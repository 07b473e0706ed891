// Offers one server more than it can serve, by the clock: what it still serves, how fast it rejects, how soon it recovers.
// node bench/overload.ts [--rows N] [--upstream-ms N] [--loads N,N,...] [--connections N] [--seconds N]
//   [--max-event-loop-delay-ms N] [--max-queue-ms N]
import { parseArgs } from 'node:util';
import { Client } from 'undici';
import { Connections } from './support/connections.ts';
import { exchange } from './support/exchange.ts';
import { imagesAnswer, imagesRequest } from './support/prepared-images.ts';
import { processorMs, settingsFor, startPreparedUpstream, startServer } from './support/processes.ts';

const { values: options } = parseArgs({
  options: {
    /** Images that a query reads: what it costs to serve. */
    rows: { type: 'string', default: '500' },
    /** Milliseconds that the upstream takes. */
    'upstream-ms': { type: 'string', default: '0' },
    /** Multiples of the peak that are offered. */
    loads: { type: 'string', default: '0.5,1,2,3,5' },
    /** Opened beforehand, as by a load balancer; more are opened when all are busy. */
    connections: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '8' }, // Of each load.
    'max-event-loop-delay-ms': { type: 'string', default: '' },
    'max-queue-ms': { type: 'string', default: '' },
  },
});
const rows = Number(options.rows);
const seconds = Number(options.seconds);
const upstreamMs = Number(options['upstream-ms']);
const loads = options.loads.split(',').map(Number);

const PATIENCE_MS = 2_000; // A later response is of no use.
/** The deadline of each request in the server is 10 s; no response comes later. */
const GIVE_UP_MS = 12_000;
/** A request that could only be sent so much later is not sent: the generator was too slow. */
const MAXIMUM_LATENESS_MS = 50;
const WARM_UP_MS = 4_000;
const PEAK_MS = 3_000;
const NEVER_LATE = '60000'; // Rejects no request.
const WANTED_SHARE = 0.8; // Of the peak.

const upstream = await startPreparedUpstream(rows, upstreamMs);
const start = (maximumDelayMs: string) =>
  startServer({
    ...settingsFor(upstream),
    IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '1000000',
    IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '100000000',
    IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: maximumDelayMs,
    IMAGE_GRAPH_MAX_QUEUE_MS: options['max-queue-ms'],
  });
const server = await start(options['max-event-loop-delay-ms']);
/** Shows the peak, again before each load: what else the machine does meanwhile changes it. */
const reference = await start(NEVER_LATE);
const request = imagesRequest(rows);
const rightAnswer = imagesAnswer(rows);

type Ending = 'right' | 'refused' | 'wrong' | 'unanswered';

/** A request: when it was due and when it ended, in milliseconds. */
interface Sample {
  readonly due: number;
  readonly end: number;
  readonly ending: Ending;
}

const connections = new Connections(server.origin, GIVE_UP_MS);
const referenceConnections = new Connections(reference.origin, GIVE_UP_MS);
/** The first responses that were neither right nor rejections. */
const oddities: string[] = [];

async function ask(client: Client, due: number, from = connections): Promise<Sample> {
  const outcome = await exchange(client, '/graphql', request);
  from.giveBack(client);
  const ending = endingOf(outcome);
  if (ending !== 'right' && ending !== 'refused' && oddities.length < 5)
    oddities.push(JSON.stringify(outcome).slice(0, 400));
  return { due, end: performance.now(), ending };
}

function endingOf(outcome: Awaited<ReturnType<typeof exchange>>): Ending {
  if ('failure' in outcome) return 'unanswered';
  if (outcome.status === 200) return outcome.body === rightAnswer ? 'right' : 'wrong';
  return outcome.status === 503 && outcome.body.includes('"OVERLOADED"') ? 'refused' : 'wrong';
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Right responses a second when each of a few connections sends its next request at once. */
async function measurePeak(lengthMs: number): Promise<number> {
  const begin = performance.now();
  let right = 0;
  // Enough to keep the processor busy while the upstream takes its time.
  const loops = Array.from({ length: 4 + upstreamMs }, async () => {
    for (let now = begin; now < begin + lengthMs; now = performance.now()) {
      const client = referenceConnections.take();
      const sample = client && (await ask(client, now, referenceConnections));
      if (sample?.ending === 'right') right++;
      else await sleep(20);
    }
  });
  await Promise.all(loops);
  return (right * 1000) / (performance.now() - begin);
}

interface Load {
  readonly times: number;
  /** Right responses a second that a server could have sent at that time. */
  readonly peak: number;
  readonly offered: number;
  readonly start: number;
  readonly samples: Sample[];
  readonly ready: { readonly status: string; readonly ms: number }[];
  /** Connections that were opened meanwhile. */
  readonly opened: number;
  /** Milliseconds of processor time a second. */
  readonly processor: { server: number; upstream: number; generator: number };
  /** Resolves when all requests have ended. */
  settled: Promise<unknown>;
}

const processorTimes = () => {
  const { user, system } = process.cpuUsage();
  const generator = (user + system) / 1000;
  return { server: processorMs(server.child), upstream: processorMs(upstream.child), generator };
};

/** Sends requests at random moments, so many a second on average, whatever becomes of them. */
async function offer(times: number, peak: number): Promise<Load> {
  const start = performance.now();
  const until = start + seconds * 1000;
  const before = processorTimes();
  const openedBefore = connections.opened;
  const samples: Sample[] = [];
  const pending: Promise<unknown>[] = [];
  const ready: Load['ready'] = [];
  const readyLoop = watchReady(ready, until);
  let offered = 0;
  for (let due = start; due < until; ) {
    for (
      const now = performance.now();
      due <= now && due < until;
      due += (-Math.log(Math.random()) * 1000) / (times * peak)
    ) {
      offered++;
      const client = now - due <= MAXIMUM_LATENESS_MS ? connections.take() : undefined;
      if (client) pending.push(ask(client, due).then((sample) => samples.push(sample)));
    }
    await sleep(1);
  }
  const after = processorTimes();
  const used = (name: keyof typeof after) => (after[name] - before[name]) / seconds;
  const processor = { server: used('server'), upstream: used('upstream'), generator: used('generator') };
  const settled = Promise.all([...pending, readyLoop]);
  return { times, peak, offered, start, samples, ready, opened: connections.opened - openedBefore, processor, settled };
}

/** Asks five times a second whether the server may get work. */
async function watchReady(ready: Load['ready'], until: number): Promise<void> {
  const client = new Client(server.origin, { headersTimeout: GIVE_UP_MS });
  for (let start = performance.now(); start < until; start = performance.now()) {
    const outcome = await exchange(client, '/ready');
    ready.push({ status: 'status' in outcome ? `${outcome.status}` : outcome.failure, ms: performance.now() - start });
    await sleep(200);
  }
  await client.close();
}

/** The time within which this share of the samples ended, in whole milliseconds; undefined when there are none. */
function percentile(samples: readonly Sample[], share: number): number | undefined {
  const times = samples.map(({ due, end }) => end - due).sort((one, other) => one - other);
  const time = times[Math.ceil(times.length * share) - 1];
  return time === undefined ? undefined : Math.round(time);
}

const having = ({ samples }: Load, ending: Ending) => samples.filter((sample) => sample.ending === ending);

/** Right responses a second that came in time while the load was on. */
function goodputOf(load: Load): number {
  const until = load.start + seconds * 1000;
  return having(load, 'right').filter(({ due, end }) => end - due <= PATIENCE_MS && end < until).length / seconds;
}

function report(load: Load) {
  const [right, refused] = [having(load, 'right'), having(load, 'refused')];
  const statuses = Map.groupBy(load.ready, ({ status }) => status);
  return {
    load: `${load.times} x`,
    peak: Math.round(load.peak),
    'offered/s': Math.round(load.offered / seconds),
    'sent/s': Math.round(load.samples.length / seconds),
    'good/s': Math.round(goodputOf(load)),
    '% of peak': Math.round((goodputOf(load) / load.peak) * 100),
    'good/cpu s': Math.round((goodputOf(load) * 1000) / load.processor.server),
    'answer p50': percentile(right, 0.5),
    'answer p99': percentile(right, 0.99),
    'refused/s': Math.round(refused.length / seconds),
    'refusal p50': percentile(refused, 0.5),
    'refusal p99': percentile(refused, 0.99),
    wrong: having(load, 'wrong').length,
    unanswered: having(load, 'unanswered').length,
    'new connections': load.opened,
    '/ready': [...statuses].map(([status, { length }]) => `${length} x ${status}`).join(', '),
    '/ready slowest': Math.round(Math.max(...load.ready.map(({ ms }) => ms))),
    'cpu % server, upstream, generator': Object.values(load.processor)
      .map((ms) => Math.round(ms / 10))
      .join(', '),
  };
}

/** Seconds until responses are as fast as before: until the first second in which no request is rejected and p99 is below the bound. */
function recoveryOf({ start, samples }: Load, boundMs: number): number {
  for (let second = 0; second < seconds; second++) {
    const within = samples.filter(({ due }) => Math.floor((due - start) / 1000) === second);
    if (within.every(({ ending }) => ending === 'right') && (percentile(within, 0.99) ?? 0) < boundMs) return second;
  }
  return Number.POSITIVE_INFINITY;
}

console.info(`One query: images(first: ${rows}); upstream: ${upstreamMs} ms; ${seconds} s each; times in ms.`);
// New processes have to compile their code first.
await measurePeak(WARM_UP_MS);
await (await offer(0.5, await measurePeak(PEAK_MS))).settled;
const results: Load[] = [];
let peak = 0;
for (const times of loads) {
  peak = await measurePeak(PEAK_MS);
  await connections.open(Number(options.connections));
  const load = await offer(times, peak);
  // The last one is followed at once: this is what a recovery is.
  if (results.push(load) < loads.length) await load.settled;
}
const recovery = await offer(0.5, peak);
await Promise.all([...results, recovery].map(({ settled }) => settled));
console.table([...results, recovery].map((load) => report(load)));

const [calm] = results;
const faults: string[] = oddities.map((text) => `Neither right nor refused: ${text}`);
if (calm) {
  const calmMs = percentile(having(calm, 'right'), 0.99) ?? 0;
  const recovered = recoveryOf(recovery, 2 * calmMs);
  console.info(`p99 was below twice the calm one (${calmMs} ms) again ${recovered} s after the overload.`);
  if (recovered === Number.POSITIVE_INFINITY) faults.push('It did not recover.');
}
for (const load of results) {
  const name = `${load.times} x the peak`;
  if (load.times < 1 && having(load, 'refused').length > 0) faults.push(`At ${name} some were refused.`);
  if (load.times >= 2 && goodputOf(load) < WANTED_SHARE * load.peak) faults.push(`At ${name} goodput broke down.`);
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
