// Measures what it saves to share identical calls in flight: 16 requests of one caller with the same Q1 at once, apart from the
// comparison with peers, where calls are not shared. Linux only: reads /proc.
// node bench/sharing.ts [--rounds N (20)] [--base FOLDER (another checkout instead of this one)]
import { parseArgs } from 'node:util';
import { sharedRows } from './support/jobs.ts';
import { keep, tableOf } from './support/report.ts';
import { Cloud, checkout, HAND_WRITTEN, median, OURS, RunningTarget, type Target } from './support/targets.ts';
import { verify } from './support/verify.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, base: { type: 'string' } },
});
const rounds = Number(options.rounds);
const own = options.base === undefined ? OURS : checkout('image-graph', options.base);
const job = sharedRows(100);
const AT_ONCE = 16;

/** Measures them with a cloud that takes so many milliseconds for each call. */
async function rowsOf(latencyMs: number) {
  const cloud = await Cloud.start(latencyMs);
  const start = async (name: string, target: Target, settings = {}) =>
    new RunningTarget(name, await target.start({ cloud, settings }));
  const running = [
    await start('hand-written', HAND_WRITTEN),
    await start('not shared', own),
    await start('shared', own, { IMAGE_GRAPH_SHARE_CALLS: 'true' }),
  ];
  const expected = await verify(cloud, running, [job]);
  const figures = running.map(() => ({ calls: [] as number[], processor: [] as number[], longest: [] as number[] }));
  for (let round = -1; round < rounds; round++) {
    for (const [index, target] of running.entries()) {
      await cloud.calls();
      const { processorUs, latenciesMs } = await target.measure(job, AT_ONCE, expected(target, job));
      const calls = await cloud.calls();
      if (round < 0) continue;
      figures[index]?.calls.push(calls);
      figures[index]?.processor.push(processorUs / 1000);
      figures[index]?.longest.push(latenciesMs.at(-1) ?? 0);
    }
  }
  await Promise.all(running.map((target) => target.stop()));
  cloud.stop();
  return running.map(({ name }, index) => {
    const { calls = [], processor = [], longest = [] } = figures[index] ?? {};
    const ratio = median(processor) / median(figures[0]?.processor ?? []);
    return [latencyMs, name, median(calls), median(processor).toFixed(2), ratio.toFixed(2), median(longest).toFixed(0)];
  });
}

const rows = [...(await rowsOf(0)), ...(await rowsOf(20))];
const columns = [
  ...[
    'a call takes (ms)',
    '',
    `calls of ${AT_ONCE} operations at once`,
    'processor time of each (ms)',
    '× hand-written',
  ],
  'until the last response (ms)',
];
const table = tableOf(columns, rows);
console.info(table);
if (options.base === undefined) keep('sharing', 'Identical calls in flight', [table], rows);
process.exit();
