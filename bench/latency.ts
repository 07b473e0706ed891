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
const rows: (string | number)[][] = [];
for (const upstreamConnections of options.connections.split(',').map(Number)) {
  const running = await Promise.all(
    [HAND_WRITTEN, OURS].map(
      async (target) => new RunningTarget(target.name, await target.start({ cloud, upstreamConnections })),
    ),
  );
  const expected = await verify(cloud, running, [job]);
  for (const target of running) await target.measure(job, AMONG, expected(target, job));
  const figures = running.map((): Figures => ({ alone: [], among: [], processor: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, target] of [...running.entries()].toSorted(([a], [b]) => (round % 2 === 0 ? a - b : b - a))) {
      target.connect(1);
      figures[index]?.alone.push(...(await target.measure(job, ALONE, expected(target, job))).latenciesMs);
      target.connect(16);
      const { latenciesMs, processorUs } = await target.measure(job, AMONG, expected(target, job));
      figures[index]?.among.push(...latenciesMs);
      figures[index]?.processor.push(processorUs / 1000);
    }
  }
  const [peer, own] = figures;
  if (!peer || !own) continue;
  const pair = (reduce: (of: Figures) => number) => {
    const [one, other] = [reduce(peer), reduce(own)];
    return [one.toFixed(1), `${other.toFixed(1)} (× ${(other / one).toFixed(2)})`];
  };
  const row = [
    upstreamConnections,
    ...pair(({ alone }) => median(alone)),
    ...pair(({ among }) => median(among)),
    ...pair(({ among }) => percentile(among, 0.95)),
    ...pair(({ processor }) => median(processor)),
  ];
  console.info(row.join(' | '));
  rows.push(row);
  await Promise.all(running.map((target) => target.stop()));
}
const columns = ['alone', 'p50 of 16', 'p95 of 16', 'processor time'].flatMap((name) => [
  `${name}, hand-written (ms)`,
  `${name}, image-graph`,
]);
const table = tableOf(['connections to the cloud', ...columns], rows);
console.info(`\n${table}`);
keep('latency', `Q1 with a cloud that takes ${latencyMs} ms`, [table], rows);
process.exit();
