// Prints where the processor time of a target goes while it does one job: the functions with the most time of their own.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from './jobs.ts';
import { type Cloud, RunningTarget, type Target } from './targets.ts';

const LINES = 40;
const ROUNDS = 6;
const IDLE = new Set(['(idle)', '(root)']);

interface Profile {
  readonly startTime: number;
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Runs a job under the profiler of V8. */
export async function printProfile(cloud: Cloud, target: Target, job: Job): Promise<void> {
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

  const names = new Map(
    profile.nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      url === ''
        ? functionName
        : `${functionName || '(anonymous)'} ${url.replace(/^.*?(node_modules|src|targets)\//, '$1/')}:${lineNumber + 1}`,
    ]),
  );
  const selfTimes = new Map<string, number>();
  let [at, busy] = [0, 0];
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0;
    at += delta;
    const name = names.get(id) ?? '';
    if (at < warmAfterUs || at > warmAfterUs + loadUs || IDLE.has(name)) continue;
    busy += delta;
    selfTimes.set(name, (selfTimes.get(name) ?? 0) + delta);
  }
  const top = [...selfTimes].toSorted(([, a], [, b]) => b - a).slice(0, LINES);
  console.info(`${target.name}, ${job.name}: share of ${(busy / 1000).toFixed(0)} ms of busy time`);
  for (const [name, time] of top) console.info(`${((time / busy) * 100).toFixed(1).padStart(5)} %  ${name}`);
}
