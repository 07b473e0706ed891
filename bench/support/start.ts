// Measures the start of a target: until its first response, and its memory when it is idle after that.
import { setTimeout as sleep } from 'node:timers/promises';
import { JOBS } from './jobs.ts';
import { residentMegabytes } from './processes.ts';
import { type Cloud, median, RunningTarget, type Target } from './targets.ts';

export interface Start {
  /** Milliseconds from the start of the process to the response of its first operation. */
  readonly firstResponseMs: number;
  /** A second later. */
  readonly idleMegabytes: number;
}

const IDLE_MS = 1_000;
const [FIRST = undefined] = JOBS.filter(({ name }) => name === 'Q3');

/** Starts a target so many times. Shape: the medians. */
export async function measureStart(cloud: Cloud, target: Target, count: number): Promise<Start> {
  const [times, megabytes]: [number[], number[]] = [[], []];
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now();
    const running = new RunningTarget(target.name, await target.start({ cloud }));
    if (FIRST) await running.ask(FIRST);
    times.push(performance.now() - startedAt);
    await sleep(IDLE_MS);
    megabytes.push(residentMegabytes(running.child, 'VmRSS'));
    await running.stop();
  }
  return { firstResponseMs: Math.round(median(times)), idleMegabytes: median(megabytes) };
}
