// The jobs of the bench: image-graph responds with what the hand-written server makes of the same records, in as many upstream calls.
import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { JOBS, sharedRows } from '../../bench/support/jobs.ts';
import { Cloud, HAND_WRITTEN, OURS, RunningTarget } from '../../bench/support/targets.ts';

const cloud = await Cloud.start();
const [handWritten, own] = await Promise.all(
  [HAND_WRITTEN, OURS].map(
    async (target) =>
      new RunningTarget(
        target.name,
        await target.start({ cloud, settings: { IMAGE_GRAPH_MAX_UPSTREAM_CALLS: '2100' } }),
      ),
  ),
);

afterAll(async () => {
  await Promise.all([handWritten?.stop(), own?.stop()]);
  cloud.stop();
});

/** The response of a target to a job, and its number of upstream calls. */
async function done(target: RunningTarget | undefined, job: (typeof JOBS)[number]) {
  await cloud.calls();
  const { data, errors } = JSON.parse((await target?.ask(job)) ?? '{}');
  return { data, errors, calls: await cloud.calls() };
}

// The work grows with the rows, and by nothing else.
const GROWING = [10, 300, 1_000].map(sharedRows);

test.each([...JOBS, ...GROWING])('$name: $title, in $calls calls', async (job) => {
  const expected = await done(handWritten, job);
  expect(expected).toMatchObject({ data: expect.any(Object), calls: job.calls });
  // The first time by an unknown document, then by one that has been seen.
  for (let time = 0; time < 3; time++) {
    const { data, errors, calls } = await done(own, job);
    expect({ errors, calls }).toEqual({ errors: undefined, calls: job.calls });
    expect(isDeepStrictEqual(data, expected.data)).toBe(true);
  }
});
