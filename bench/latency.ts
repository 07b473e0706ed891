// Measures image-graph beside the hand-written server with a cloud that takes 20 ms for each call: how long Q1 takes alone and among 16,
// by the number of connections to the cloud that both may open. Linux only: reads /proc.
// node bench/latency.ts [--rounds N (7)] [--connections N,N,... (64,128,256,512)] [--latency-ms N (20)]
import { parseArgs } from 'node:util';
import { sharedRows } from './support/jobs.ts';
import { keep, tableOf } from './support/report.ts';
import { Cloud, HAND_WRITTEN, median, OURS, percentile, RunningTarget } from './support/targets.ts';
import { verify } from './support/verify.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    connections: { type: 'string', default: '64,128,256,512' },
    'latency-ms': { type: 'string', default: '20' },
  },
});
const latencyMs = Number(options['latency-ms']);
const rounds = Number(options.rounds);
/** Milliseconds of all rounds. */
interface Figures {
  readonly alone: number[];
  readonly among: number[];
  readonly processor: number[];
}

/** Operations of a round: alone, one after the other; and on 16 connections. */
const [ALONE, AMONG] = [6, 64];
const job = sharedRows(100);

const cloud = await Cloud.start(latencyMs);

interface Entry extends Figures {
  readonly target: RunningTarget;
  readonly upstreamConnections: number;
}

const entries: Entry[] = [];
for (const upstreamConnections of options.connections.split(',').map(Number)) {
  for (const { name, start } of [HAND_WRITTEN, OURS]) {
    const target = new RunningTarget(name, await start({ cloud, upstreamConnections }));
    entries.push({ target, upstreamConnections, alone: [], among: [], processor: [] });
  }
}
const expected = await verify(
  cloud,
  entries.map(({ target }) => target),
  [job],
);
for (let round = -1; round < rounds; round++) {
  for (const { target, alone, among, processor } of round % 2 === 0 ? entries : entries.toReversed()) {
    target.connect(1);
    const single = await target.measure(job, ALONE, expected(target, job));
    target.connect(16);
    const { latenciesMs, processorUs } = await target.measure(job, AMONG, expected(target, job));
    if (round < 0) continue;
    alone.push(...single.latenciesMs);
    among.push(...latenciesMs);
    processor.push(processorUs / 1000);
  }
}

const rows: (string | number)[][] = [];
for (let at = 0; at < entries.length; at += 2) {
  const [peer, own] = entries.slice(at, at + 2);
  if (!peer || !own) continue;
  const pair = (reduce: (of: Figures) => number) => {
    const [one, other] = [reduce(peer), reduce(own)];
    return [one.toFixed(1), `${other.toFixed(1)} (× ${(other / one).toFixed(2)})`];
  };
  rows.push([
    own.upstreamConnections,
    ...pair(({ alone }) => median(alone)),
    ...pair(({ among }) => median(among)),
    ...pair(({ among }) => percentile(among, 0.95)),
    ...pair(({ processor }) => median(processor)),
  ]);
}
const columns = ['alone', 'p50 of 16', 'p95 of 16', 'processor time'].flatMap((name) => [
  `${name}, hand-written (ms)`,
  `${name}, image-graph`,
]);
const table = tableOf(['connections to the cloud', ...columns], rows);
console.info(`\n${table}`);
keep('latency', `Q1 with a cloud that takes ${latencyMs} ms`, [table], rows);
process.exit();
