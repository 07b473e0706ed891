// Prints where the processor time of a target goes while it does one job: by package or room, and the functions with the most time of
// their own.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from './jobs.ts';
import { keep, tableOf } from './report.ts';
import { type Cloud, RunningTarget, type Target } from './targets.ts';

const LINES = 30;
const ROUNDS = 12;
const IDLE = new Set(['(idle)', '(root)']);

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface Profile {
  readonly startTime: number;
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Profiles each target at each job, and keeps the table by package and room of a run with all jobs. */
export async function printProfiles(cloud: Cloud, targets: readonly Target[], jobs: readonly Job[], isKept: boolean) {
  const shares: Map<string, number>[] = [];
  for (const job of jobs) for (const target of targets) shares.push(await printProfile(cloud, target, job));
  const rows = [...new Set(shares.flatMap((times) => [...times.keys()]))]
    .map((group) => ({ group, cells: shares.map((times) => (times.get(group) ?? 0) * 100) }))
    .filter(({ cells }) => Math.max(...cells) >= 2)
    .toSorted((one, other) => Math.max(...other.cells) - Math.max(...one.cells))
    .map(({ group, cells }) => [group, ...cells.map((share) => (share < 0.5 ? '' : share.toFixed(0)))]);
  const table = tableOf(['%', ...jobs.flatMap(({ name }) => targets.map((target) => `${name}, ${target.name}`))], rows);
  console.info(table);
  if (isKept) keep('profile', 'Where the time goes', [table], rows);
}

/** Runs a job under the profiler of V8. Shape: the share of each package or room. */
async function printProfile(cloud: Cloud, target: Target, job: Job): Promise<Map<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'));
  const startedAt = performance.now();
  const listening = await target.start({ cloud, nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${folder}`] });
  const running = new RunningTarget(target.name, listening);
  const expected = await running.ask(job);
  await running.measure(job, job.count, expected);
  const warmAfterUs = (performance.now() - startedAt) * 1000;
  for (let round = 0; round < ROUNDS; round++) await running.measure(job, job.count, expected);
  const loadUs = (performance.now() - startedAt) * 1000 - warmAfterUs;
  const exited = once(running.child, 'exit');
  running.child.kill('SIGTERM');
  await exited;
  const [file = ''] = readdirSync(folder);
  const profile: Profile = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  rmSync(folder, { recursive: true });

  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const [byGroup, byFunction] = [new Map<string, number>(), new Map<string, number>()];
  const add = (times: Map<string, number>, name: string, time: number) =>
    times.set(name, (times.get(name) ?? 0) + time);
  let [at, busy] = [0, 0];
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    at += delta;
    const frame = frames.get(id);
    if (!frame || at < warmAfterUs || at > warmAfterUs + loadUs || IDLE.has(frame.functionName)) continue;
    busy += delta;
    add(byGroup, groupOf(frame), delta);
    add(byFunction, nameOf(frame), delta);
  }
  console.info(`${target.name}, ${job.name}: share of ${(busy / 1000).toFixed(0)} ms of busy time`);
  for (const times of [byGroup, byFunction]) {
    const top = [...times].toSorted(([, a], [, b]) => b - a).slice(0, LINES);
    console.info(
      top.map(([name, time]) => `${((time / busy) * 100).toFixed(1).padStart(5)} %  ${name}`).join('\n'),
      '\n',
    );
  }
  return new Map([...byGroup].map(([name, time]) => [name, time / busy]));
}

/** A function with its place. */
function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  if (url === '') return functionName;
  return `${functionName || '(anonymous)'} ${url.replace(/^.*?(node_modules|src|targets)\//, '$1/')}:${lineNumber + 1}`;
}

/** The package, the room of image-graph, or the part of Node that a function belongs to. */
function groupOf({ functionName, url }: CallFrame): string {
  if (url.startsWith('node:')) return 'Node';
  if (url.startsWith('wasm:')) return 'undici';
  if (url === '')
    return /^(parse|stringify)$/.test(functionName)
      ? `JSON.${functionName}`
      : functionName === '(garbage collector)'
        ? 'garbage collector'
        : 'native';
  const [, name] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  const [, folder] = /\/((?:src\/\w+\/(?:\w+(?=\/))?|targets))/.exec(url) ?? [];
  return name ?? folder ?? 'other';
}
