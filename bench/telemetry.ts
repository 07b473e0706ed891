// Measures what it costs that the server tells of itself: a small query with everything on, beside the same with everything off, and beside
// a checkout from before, which has no metrics. Linux only: reads /proc.
// node bench/telemetry.ts [--rounds N (40)] [--base FOLDER (a checkout to compare with)]
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import type { RequestRecord } from '../src/server/http/request-record.ts';
import { Metrics } from '../src/server/telemetry/metrics.ts';
import { JOBS } from './support/jobs.ts';
import { keep, tableOf } from './support/report.ts';
import { Cloud, checkout, median, OURS, RunningTarget, type Target } from './support/targets.ts';
import { verify } from './support/verify.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '40' }, base: { type: 'string' } },
});
const rounds = Number(options.rounds);
const job = JOBS.find(({ name }) => name === 'Q3');
if (!job) throw new Error('The small query is missing.');
const COUNT = 1_500;

/** Takes spans and drops them. */
const receiver = createServer((request, response) => {
  request.resume();
  request.once('end', () => response.end('{}'));
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const { port } = receiver.address() as AddressInfo;

const OFF = { IMAGE_GRAPH_LOG_REQUESTS: '0' };
/** The same for a checkout that may not know the setting. */
const offIn = (folder: string) =>
  readFileSync(`${folder}/docs/settings.md`, 'utf8').includes('IMAGE_GRAPH_LOG_REQUESTS') ? OFF : {};
const TRACES = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
const cloud = await Cloud.start(0);
const start = async (name: string, target: Target, settings = {}) =>
  new RunningTarget(name, await target.start({ cloud, settings }));
const running = [
  ...(options.base === undefined ? [] : [await start('before', checkout('before', options.base), offIn(options.base))]),
  await start('metrics alone', OURS, OFF),
  await start('metrics and the log', OURS),
  await start('metrics and traces', OURS, { ...OFF, ...TRACES }),
  await start('everything', OURS, TRACES),
];
const expected = await verify(cloud, running, [job]);
const times = running.map((): number[] => []);
for (let round = -5; round < rounds; round++)
  for (const [index, target] of running.entries()) {
    const { processorUs } = await target.measure(job, COUNT, expected(target, job));
    if (round >= 0) times[index]?.push(processorUs);
  }
await Promise.all(running.map((target) => target.stop()));
cloud.stop();
receiver.close();
/** Of rounds that follow each other, so that what else the machine does is in both. */
const ratio = (of: readonly number[]) => median(of.map((time, round) => time / (times[0]?.[round] ?? time)));
const rows = running.map(({ name }, index) => {
  const own = times[index] ?? [];
  return [name, median(own).toFixed(0), ratio(own).toFixed(3)];
});
/** Microseconds that it takes to count a request with one call and one attempt, in a loop. */
function countingUs(): number {
  const metrics = new Metrics({ operationNames: [] });
  const none: ReadonlySet<string> = new Set();
  const at = { begunAt: 1, endedAt: 30, status: 200 };
  const operation = { ...at, type: 'query', name: 'A', isExecuted: true, isCompiled: true, hasData: true };
  const record = {
    ...at,
    receivedAt: 1,
    admittedAt: 2,
    isAborted: false,
    isOverload: false,
    codes: none,
    limits: none,
  };
  const request = { ...record, operations: [{ ...operation, codes: none, limits: none }] } as unknown as RequestRecord;
  const call = { service: 'swr', operation: 'show repository' } as const;
  const loops = 200_000;
  const once = () => {
    const startedAt = performance.now();
    for (let loop = 0; loop < loops; loop++) {
      metrics.onAttempt(call, { ...at, sentAt: 2, result: 'success', bytes: 1_000 });
      metrics.onCall(call, { result: 'success', attempts: 1, milliseconds: 3 });
      metrics.onRequestEnd(request);
    }
    return ((performance.now() - startedAt) * 1000) / loops;
  };
  return median(Array.from({ length: 9 }, once));
}

const us = countingUs();
const small = median(times[0] ?? []);
rows.push(['counting alone, in a loop', us.toFixed(2), (us / small).toFixed(4)]);
const table = tableOf(['', 'processor time of an operation (µs)', `× ${running[0]?.name}`], rows);
console.info(table);
if (options.base !== undefined) keep('telemetry', 'What it costs to tell of itself', [table], rows);
process.exit();
