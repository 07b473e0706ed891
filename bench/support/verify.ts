// Compares the responses of targets in full, and counts their upstream calls, before anything is timed.
import { isDeepStrictEqual } from 'node:util';
import type { Job } from './jobs.ts';
import type { Cloud, RunningTarget } from './targets.ts';

/**
 * Sends each job to each target. Shape: the text of its response, by target and job.
 * Errors: throws where two targets differ, in their data or in the number of their calls.
 */
export async function verify(
  cloud: Cloud,
  targets: readonly RunningTarget[],
  jobs: readonly Job[],
): Promise<(target: RunningTarget, job: Job) => string> {
  const texts = new Map<RunningTarget, Map<Job, string>>(targets.map((target) => [target, new Map()]));
  for (const job of jobs) {
    let reference: unknown;
    for (const target of targets) {
      await cloud.calls();
      const text = await target.ask(job);
      const calls = await cloud.calls();
      const { data, errors } = JSON.parse(text);
      reference ??= data;
      if (errors || !isDeepStrictEqual(data, reference))
        throw new Error(`${job.name}: the response of ${target.name} differs: ${text.slice(0, 500)}`);
      if (calls !== job.calls) throw new Error(`${job.name}: ${target.name} makes ${calls} calls, not ${job.calls}.`);
      texts.get(target)?.set(job, text);
    }
  }
  return (target, job) => texts.get(target)?.get(job) ?? '';
}
