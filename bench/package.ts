// Compares the package as it is published with a clone that has only what it needs to run: what both install, how they start, and what they
// need for queries. Then what a caller and a response take in Redis. Linux only: reads /proc.
// node bench/package.ts [--keep (writes bench/results and docs/performance.md)]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { startRedis } from '../test/support/processes/redis.ts';
import { installTarball, packTarball } from '../test/support/processes/tarball.ts';
import { imagesOf, JOBS, type Job } from './support/jobs.ts';
import { type Listening, residentMegabytes, settingsFor, startProcess } from './support/processes.ts';
import { keep, tableOf } from './support/report.ts';
import { Cloud, HERE, median, RunningTarget } from './support/targets.ts';
import { verify } from './support/verify.ts';

const { values: options } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const ROUNDS = 7;
const STARTS = 7;
/** Milliseconds after which a server is idle: what it loads in the background is loaded then. */
const IDLE_MS = 3_000;

const folder = mkdtempSync(join(tmpdir(), 'image-graph-package-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true }));

/** A program that can be started, and the folder that it runs in. */
interface Program {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
}

const installed = join(folder, 'installed');
const clone = join(folder, 'clone');
const tarball = packTarball();
execFileSync('mkdir', [installed]);
installTarball(installed, tarball);
execFileSync('git', ['clone', '--quiet', HERE, clone]);
execFileSync('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], { cwd: clone, stdio: 'ignore' });
const PROGRAMS: readonly Program[] = [
  { name: 'package', folder: installed, file: 'node_modules/image-graph/dist/start.js' },
  { name: 'clone, without dev dependencies', folder: clone, file: 'src/start.js' },
];

const start = (program: Program, settings: Readonly<Record<string, string>>): Promise<Listening> =>
  startProcess(['--max-semi-space-size=32', program.file], { PORT: '0', ...settings }, () => {}, program.folder);

const megabytes = (path: string) => {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0) / 1e6;
};
/** Packages of a folder of packages, those in packages as well. */
const packages = (path: string): number =>
  readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(^|node_modules\/)(@[^/]+\/)?[^@/.][^/]*\/package\.json$/.test(name),
  ).length;

function installs(): string {
  const head = ['', ...PROGRAMS.map(({ name }) => name)];
  const modules = PROGRAMS.map((program) => join(program.folder, 'node_modules'));
  return tableOf(head, [
    ['packages installed', ...modules.map(packages)],
    ['size installed (MB)', ...modules.map((path) => megabytes(path).toFixed(1))],
    ['tarball (MB)', (statSync(tarball).size / 1e6).toFixed(1), ''],
  ]);
}

async function starts(): Promise<string> {
  const figures = await Promise.all(PROGRAMS.map(() => ({ ms: [] as number[], idle: [] as number[] })));
  for (let round = 0; round < STARTS; round++) {
    for (const [index, program] of PROGRAMS.entries()) {
      const startedAt = performance.now();
      const { child } = await start(program, {});
      figures[index]?.ms.push(performance.now() - startedAt);
      await wait(IDLE_MS);
      figures[index]?.idle.push(residentMegabytes(child, 'VmRSS'));
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    }
  }
  const later = ({ ms }: { ms: readonly number[] }) => median(ms.slice(1)).toFixed(0);
  return tableOf(
    ['', ...PROGRAMS.map(({ name }) => name)],
    [
      ['first start until it is ready (ms)', ...figures.map(({ ms }) => ms[0]?.toFixed(0) ?? '')],
      ['later starts (ms)', ...figures.map(later)],
      ['idle memory (MB)', ...figures.map(({ idle }) => median(idle))],
    ],
  );
}

/** The processor time of each job: its inverse is what a core does in a second. */
async function queries(): Promise<string> {
  const cloud = await Cloud.start();
  const settings = {
    ...settingsFor(cloud),
    IMAGE_GRAPH_SHARE_CALLS: 'false',
    IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '60000',
    IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1000000000',
    IMAGE_GRAPH_LOG_REQUESTS: '0',
  };
  const running = await Promise.all(
    PROGRAMS.map(async (program) => new RunningTarget(program.name, await start(program, settings))),
  );
  const lines: (string | number)[][] = [];
  for (const job of JOBS) {
    const expected = await verify(cloud, running, [job]);
    const times: number[][] = running.map(() => []);
    for (let round = 0; round <= ROUNDS; round++)
      for (const [index, each] of running.entries()) {
        const { processorUs } = await each.measure(job, job.count, expected(each, job));
        if (round > 0) times[index]?.push(processorUs);
      }
    const [own = 0, other = 0] = times.map(median);
    lines.push([
      `${job.name}: ${job.title}`,
      (own / 1000).toPrecision(3),
      (1e6 / own).toFixed(0),
      (own / other).toFixed(2),
    ]);
  }
  const peaks = running.map(({ child }) => residentMegabytes(child, 'VmHWM'));
  await Promise.all(running.map((each) => each.stop()));
  cloud.stop();
  const head = ['job', 'processor time (ms)', 'operations a second and core', '× the clone'];
  return `${tableOf(head, lines)}\n\nPeak memory after all jobs: ${peaks.join(' MB, clone ')} MB.`;
}

/** How much more memory the process has at its peak with 16 operations of 1,000 images at once than with one at a time. */
async function memory(): Promise<string> {
  const cloud = await Cloud.start();
  const job = imagesOf(1_000);
  const lines: (string | number)[][] = [];
  for (const connections of [1, 16]) {
    const server = await start(PROGRAMS[0] as Program, { ...settingsFor(cloud), IMAGE_GRAPH_SHARE_CALLS: 'false' });
    const running = new RunningTarget('package', server, connections);
    const idle = residentMegabytes(server.child, 'VmRSS');
    await running.measure(job, 160, await running.ask(job));
    lines.push([connections, idle, residentMegabytes(server.child, 'VmHWM')]);
    await running.stop();
  }
  cloud.stop();
  const [one = 0, all = 0] = lines.map(([, , peak]) => Number(peak));
  const table = tableOf(['operations of 1,000 images at once', 'memory before (MB)', 'peak (MB)'], lines);
  return `${table}\n\n${((all - one) / 15).toFixed(1)} MB for each thousand rows in flight.`;
}

/** What Redis takes for each caller, and for each response that is kept. */
async function redis(): Promise<string> {
  const [redis, cloud] = [await startRedis(), await Cloud.start()];
  const client = new Redis(redis.url);
  const used = async () => Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]);
  const job = JOBS.find(({ name }) => name === 'Q3') as Job;
  const count = 1_000;
  const lines: (string | number)[][] = [];
  for (const cache of ['', 'swr=600']) {
    await client.flushall();
    const settings = {
      ...settingsFor(cloud),
      IMAGE_GRAPH_REDIS_URL: redis.url,
      ...(cache ? { IMAGE_GRAPH_CACHE: cache } : {}),
    };
    const running = new RunningTarget('package', await start(PROGRAMS[0] as Program, settings));
    const text = await running.ask(job);
    const before = await used();
    for (let first = 0; first < count; first += 100) {
      running.connect(100, true, first);
      await running.measure(job, 100, text);
    }
    const each = ((await used()) - before) / count;
    lines.push([cache ? 'a caller, and a response of a repository that is kept' : 'a caller', each.toFixed(0)]);
    await running.stop();
  }
  client.disconnect();
  await redis.close();
  cloud.stop();
  return tableOf(['in Redis', 'bytes'], lines);
}

const tables: string[] = [];
for (const part of [installs, starts, queries, memory, redis]) {
  const table = await part();
  console.info(`${table}\n`);
  tables.push(table);
}
if (options.keep) keep('package', 'The package, and what it needs', tables, undefined);
process.exit();
