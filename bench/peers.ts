// Measures image-graph beside servers that do the same by other means: the processor time of each job, peak memory, and the start.
// `npm run bench -- [options]` after `npm ci --prefix bench`. Linux only: reads /proc. Options: --rounds N (15), --quick (5 short rounds),
// --only and --jobs (names, separated by commas), --base FOLDER (another checkout as a further column), --upstream-connections N (512),
// --profile JOBS (prints where the time goes instead). A run of all targets and jobs writes bench/results/peers.{json,md}, and one of
// --profile Q1,Q2,Q3,Q4 writes bench/results/profile.{json,md}.
import { parseArgs } from 'node:util';
import { JOBS } from './support/jobs.ts';
import { residentMegabytes } from './support/processes.ts';
import { printProfiles } from './support/profile.ts';
import { type Column, report } from './support/report.ts';
import { measureStart } from './support/start.ts';
import {
  Cloud,
  checkout,
  HAND_WRITTEN,
  median,
  OURS,
  PEERS_ARE_INSTALLED,
  RunningTarget,
  TARGETS,
  UPSTREAM_CONNECTIONS,
} from './support/targets.ts';
import { verify } from './support/verify.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    jobs: { type: 'string' },
    base: { type: 'string' },
    'upstream-connections': { type: 'string', default: String(UPSTREAM_CONNECTIONS) },
    profile: { type: 'string' },
  },
});
const upstreamConnections = Number(options['upstream-connections']);
const rounds = Number(options.rounds ?? (options.quick ? 5 : 15));
const all = options.base === undefined ? TARGETS : [...TARGETS, checkout('base', options.base)];

function chosen<Named extends { readonly name: string }>(
  list: readonly Named[],
  names: string | undefined,
): readonly Named[] {
  const wanted = names?.split(',');
  for (const name of wanted ?? [])
    if (!list.some((each) => each.name === name))
      throw new Error(`There is no ${name}: ${list.map((each) => each.name)}`);
  return wanted ? list.filter(({ name }) => wanted.includes(name)) : list;
}

if (!PEERS_ARE_INSTALLED) throw new Error('Install the peers first: npm ci --prefix bench');
const targets = chosen(all, options.only);
const jobs = chosen(JOBS, options.jobs).map((job) =>
  options.quick ? { ...job, count: Math.ceil(job.count / 3) } : job,
);

const cloud = await Cloud.start();
if (options.profile !== undefined) {
  const profiled = chosen(JOBS, options.profile);
  const isKept = profiled.length === JOBS.length && !options.only;
  await printProfiles(cloud, options.only ? targets : [HAND_WRITTEN, OURS], profiled, isKept);
  process.exit();
}

const columns: Column[] = [];
const starts = new Map<string, Awaited<ReturnType<typeof measureStart>>>();
for (const target of targets) starts.set(target.name, await measureStart(cloud, target, options.quick ? 2 : 5));

const running = await Promise.all(
  targets.map(async (target) => new RunningTarget(target.name, await target.start({ cloud, upstreamConnections }))),
);
const expected = await verify(cloud, running, jobs);
console.info(
  `All responses of ${running.length} targets to ${jobs.length} jobs are equal, and so are their upstream calls.`,
);

const times = new Map(running.map(({ name }) => [name, new Map<string, number[]>(jobs.map((job) => [job.name, []]))]));
for (const job of jobs) {
  for (const target of running)
    for (let warm = 0; warm < 2; warm++) await target.measure(job, job.count, expected(target, job));
  for (let round = 0; round < rounds; round++) {
    for (const target of round % 2 === 0 ? running : running.toReversed()) {
      const { processorUs } = await target.measure(job, job.count, expected(target, job));
      times.get(target.name)?.get(job.name)?.push(processorUs);
    }
  }
  console.info(
    job.name,
    ...running.map(({ name }) => `${name} ${(median(times.get(name)?.get(job.name) ?? []) / 1000).toFixed(3)}`),
  );
}

for (const { name, child } of running) {
  const start = starts.get(name);
  if (start)
    columns.push({
      name,
      ...start,
      peakMegabytes: residentMegabytes(child, 'VmHWM'),
      times: Object.fromEntries(times.get(name) ?? []),
    });
}
const isFull = !options.only && !options.jobs && !options.quick;
report({ columns, jobs, rounds, upstreamConnections, isKept: isFull });
process.exit();
