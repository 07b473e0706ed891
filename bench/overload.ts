// Sends one server more requests than it can serve, and measures goodput, the latency of rejections, and the recovery.
// node bench/overload.ts [--rows N] [--upstream-ms N] [--loads N,N,...] [--connections N] [--seconds N]
//   [--max-event-loop-delay-ms N] [--max-queue-ms N]
import { parseArgs } from 'node:util';
import { Client } from 'undici';
import { Connections } from './support/connections.ts';
import { exchange } from './support/exchange.ts';
import { imagesRequest, imagesResponse } from './support/prepared-images.ts';
import { processorMs, settingsFor, startPreparedUpstream, startServer } from './support/processes.ts';

const { values: options } = parseArgs({
  options: {
    /** Images in a query: they determine its cost. */
    rows: { type: 'string', default: '500' },
    /** Milliseconds until the upstream responds. */
    'upstream-ms': { type: 'string', default: '0' },
    /** The loads, as multiples of the peak. */
    loads: { type: 'string', default: '0.5,1,2,3,5' },
    /** Opened before the load, as a load balancer does; further ones are opened while all are busy. */
    connections: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '8' }, // For each load.
    'max-event-loop-delay-ms': { type: 'string', default: '' },
    'max-queue-ms': { type: 'string', default: '' },
  },
});
const rows = Number(options.rows);
const seconds = Number(options.seconds);
const upstreamMs = Number(options['upstream-ms']);
const loads = options.loads.split(',').map(Number);

const USEFUL_MS = 2_000; // A later response does not count as goodput.
/** Longer than the server's deadline of 10 s. */
const RESPONSE_TIMEOUT_MS = 12_000;
/** A request that is later than this is not sent: the generator was too slow. */
const MAX_LATENESS_MS = 50;
const WARM_UP_MS = 4_000;
const PEAK_MS = 3_000;
const NEVER_LATE = '60000'; // Rejects nothing.
const MIN_GOODPUT = 0.8; // As a part of the peak.

const upstream = await startPreparedUpstream(rows, upstreamMs);
const start = (maxDelayMs: string) =>
  startServer({
    ...settingsFor(upstream),
    IMAGE_GRAPH_MAX_CONCURRENT_REQUESTS: '1000000',
    IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '100000000',
    IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: maxDelayMs,
    IMAGE_GRAPH_MAX_QUEUE_MS: options['max-queue-ms'],
  });
const server = await start(options['max-event-loop-delay-ms']);
/** Measures the peak, before each load: it depends on what else runs on the machine. */
const reference = await start(NEVER_LATE);
const request = imagesRequest(rows);
const correctBody = imagesResponse(rows);

type Ending = 'correct' | 'rejected' | 'wrong' | 'failed';

/** A request: when it was due and when it ended, in milliseconds. */
interface Sample {
  readonly due: number;
  readonly end: number;
  readonly ending: Ending;
}

const connections = new Connections(server.origin, RESPONSE_TIMEOUT_MS);
const referenceConnections = new Connections(reference.origin, RESPONSE_TIMEOUT_MS);
/** The first outcomes that were neither correct nor rejected. */
const unexpected: string[] = [];

async function send(client: Client, due: number, from = connections): Promise<Sample> {
  const outcome = await exchange(client, '/graphql', request);
  from.release(client);
  const ending = endingOf(outcome);
  if (ending !== 'correct' && ending !== 'rejected' && unexpected.length < 5)
    unexpected.push(JSON.stringify(outcome).slice(0, 400));
  return { due, end: performance.now(), ending };
}

function endingOf(outcome: Awaited<ReturnType<typeof exchange>>): Ending {
  if ('failure' in outcome) return 'failed';
  if (outcome.status === 200) return outcome.body === correctBody ? 'correct' : 'wrong';
  return outcome.status === 503 && outcome.body.includes('"OVERLOADED"') ? 'rejected' : 'wrong';
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Measures correct responses per second while a few connections each send one request after the other. */
async function measurePeak(lengthMs: number): Promise<number> {
  const begin = performance.now();
  let correct = 0;
  // Enough connections to keep the processor busy while requests wait for the upstream.
  const loops = Array.from({ length: 4 + upstreamMs }, async () => {
    for (let now = begin; now < begin + lengthMs; now = performance.now()) {
      const client = referenceConnections.take();
      const sample = client && (await send(client, now, referenceConnections));
      if (sample?.ending === 'correct') correct++;
      else await sleep(20);
    }
  });
  await Promise.all(loops);
  return (correct * 1000) / (performance.now() - begin);
}

interface Load {
  readonly times: number;
  /** Correct responses per second at the peak, measured just before. */
  readonly peak: number;
  readonly offered: number;
  readonly start: number;
  readonly samples: Sample[];
  readonly ready: { readonly status: string; readonly ms: number }[];
  /** Connections opened during the load. */
  readonly opened: number;
  /** Milliseconds of processor time per second. */
  readonly processor: { server: number; upstream: number; generator: number };
  /** Resolves when all requests have ended. */
  settled: Promise<unknown>;
}

const processorTimes = () => {
  const { user, system } = process.cpuUsage();
  const generator = (user + system) / 1000;
  return { server: processorMs(server.child), upstream: processorMs(upstream.child), generator };
};

/** Sends requests at random times, `times * peak` a second on average, without waiting for responses. */
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
      const client = now - due <= MAX_LATENESS_MS ? connections.take() : undefined;
      if (client) pending.push(send(client, due).then((sample) => samples.push(sample)));
    }
    await sleep(1);
  }
  const after = processorTimes();
  const used = (name: keyof typeof after) => (after[name] - before[name]) / seconds;
  const processor = { server: used('server'), upstream: used('upstream'), generator: used('generator') };
  const settled = Promise.all([...pending, readyLoop]);
  return { times, peak, offered, start, samples, ready, opened: connections.opened - openedBefore, processor, settled };
}

/** Checks readiness five times a second. */
async function watchReady(ready: Load['ready'], until: number): Promise<void> {
  const client = new Client(server.origin, { headersTimeout: RESPONSE_TIMEOUT_MS });
  for (let start = performance.now(); start < until; start = performance.now()) {
    const outcome = await exchange(client, '/ready');
    ready.push({ status: 'status' in outcome ? `${outcome.status}` : outcome.failure, ms: performance.now() - start });
    await sleep(200);
  }
  await client.close();
}

/** The time in which this part of the samples ended, in whole milliseconds; undefined without samples. */
function percentile(samples: readonly Sample[], share: number): number | undefined {
  const times = samples.map(({ due, end }) => end - due).sort((one, other) => one - other);
  const time = times[Math.ceil(times.length * share) - 1];
  return time === undefined ? undefined : Math.round(time);
}

const having = ({ samples }: Load, ending: Ending) => samples.filter((sample) => sample.ending === ending);

/** Correct responses per second that came in time and during the load. */
function goodputOf(load: Load): number {
  const until = load.start + seconds * 1000;
  return having(load, 'correct').filter(({ due, end }) => end - due <= USEFUL_MS && end < until).length / seconds;
}

function report(load: Load) {
  const [correct, rejected] = [having(load, 'correct'), having(load, 'rejected')];
  const statuses = Map.groupBy(load.ready, ({ status }) => status);
  return {
    load: `${load.times} x`,
    peak: Math.round(load.peak),
    'offered/s': Math.round(load.offered / seconds),
    'sent/s': Math.round(load.samples.length / seconds),
    'good/s': Math.round(goodputOf(load)),
    '% of peak': Math.round((goodputOf(load) / load.peak) * 100),
    'good/cpu s': Math.round((goodputOf(load) * 1000) / load.processor.server),
    'correct p50': percentile(correct, 0.5),
    'correct p99': percentile(correct, 0.99),
    'rejected/s': Math.round(rejected.length / seconds),
    'rejected p50': percentile(rejected, 0.5),
    'rejected p99': percentile(rejected, 0.99),
    wrong: having(load, 'wrong').length,
    failed: having(load, 'failed').length,
    'new connections': load.opened,
    '/ready': [...statuses].map(([status, { length }]) => `${length} x ${status}`).join(', '),
    '/ready slowest': Math.round(Math.max(...load.ready.map(({ ms }) => ms))),
    'cpu % server, upstream, generator': Object.values(load.processor)
      .map((ms) => Math.round(ms / 10))
      .join(', '),
  };
}

/** Seconds until the first second in which no request is rejected and p99 is below the bound. */
function recoveryOf({ start, samples }: Load, boundMs: number): number {
  for (let second = 0; second < seconds; second++) {
    const within = samples.filter(({ due }) => Math.floor((due - start) / 1000) === second);
    if (within.every(({ ending }) => ending === 'correct') && (percentile(within, 0.99) ?? 0) < boundMs) return second;
  }
  return Number.POSITIVE_INFINITY;
}

console.info(`One query: images(first: ${rows}); upstream: ${upstreamMs} ms; ${seconds} s for each load; times in ms.`);
// New processes compile their code first.
await measurePeak(WARM_UP_MS);
await (await offer(0.5, await measurePeak(PEAK_MS))).settled;
const results: Load[] = [];
let peak = 0;
for (const times of loads) {
  peak = await measurePeak(PEAK_MS);
  await connections.open(Number(options.connections));
  const load = await offer(times, peak);
  // The recovery starts right after the last load.
  if (results.push(load) < loads.length) await load.settled;
}
const recovery = await offer(0.5, peak);
await Promise.all([...results, recovery].map(({ settled }) => settled));
console.table([...results, recovery].map((load) => report(load)));

const [first] = results;
const faults: string[] = unexpected.map((text) => `Neither correct nor rejected: ${text}`);
if (first) {
  const firstMs = percentile(having(first, 'correct'), 0.99) ?? 0;
  const recovered = recoveryOf(recovery, 2 * firstMs);
  console.info(`p99 was below twice that of the first load (${firstMs} ms) ${recovered} s after the overload.`);
  if (recovered === Number.POSITIVE_INFINITY) faults.push('The server did not recover.');
}
for (const load of results) {
  const name = `${load.times} x the peak`;
  if (load.times < 1 && having(load, 'rejected').length > 0) faults.push(`At ${name}, requests were rejected.`);
  if (load.times >= 2 && goodputOf(load) < MIN_GOODPUT * load.peak) faults.push(`At ${name}, goodput was too low.`);
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
