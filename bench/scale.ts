// Measures how the cost of image-graph grows: with rows, with callers, with a page of 1,000 images with every field, with distinct
// documents, and with two workers. Linux only: reads /proc.
// node bench/scale.ts [--only rows,callers,page,documents,workers] [--base FOLDER (another checkout instead of this one)]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildSchema, isLeafType, isObjectType } from 'graphql';
import { JOBS, type Job, sharedRows } from './support/jobs.ts';
import { processorMs, residentMegabytes } from './support/processes.ts';
import { keep, tableOf } from './support/report.ts';
import { Cloud, checkout, HAND_WRITTEN, HERE, median, percentile, RunningTarget } from './support/targets.ts';
import { verify } from './support/verify.ts';

const { values: options } = parseArgs({ options: { only: { type: 'string' }, base: { type: 'string' } } });
const folder = options.base ?? HERE;
const target = checkout('image-graph', folder);
const find = (wanted: string) => JOBS.find(({ name }) => name === wanted) as Job;
const ROUNDS = 5;

const start = async (cloud: Cloud, settings: Readonly<Record<string, string>> = {}) =>
  new RunningTarget('image-graph', await target.start({ cloud, settings }));
const peakOf = ({ child }: RunningTarget) => residentMegabytes(child, 'VmHWM');

/** Q1 with ten times as many rows, twice: the processor time of a row. */
async function rows(): Promise<string> {
  const cloud = await Cloud.start();
  const running = [
    new RunningTarget('hand-written', await HAND_WRITTEN.start({ cloud })),
    await start(cloud, { IMAGE_GRAPH_MAX_UPSTREAM_CALLS: '5000' }),
  ];
  const lines: (string | number)[][] = [];
  for (const count of [10, 100, 1_000]) {
    const job = sharedRows(count);
    const operations = Math.max(4, Math.ceil(4_000 / count));
    const expected = await verify(cloud, running, [job]);
    const times: number[][] = running.map(() => []);
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [index, each] of running.entries()) {
        each.connect(Math.min(16, operations));
        const { processorUs } = await each.measure(job, operations, expected(each, job));
        if (round > 0) times[index]?.push(processorUs / count);
      }
    }
    const [peer = 0, own = 0] = times.map(median);
    lines.push([count, peer.toFixed(1), own.toFixed(1), (own / peer).toFixed(2)]);
  }
  const peaks = running.map(peakOf);
  await Promise.all(running.map((each) => each.stop()));
  cloud.stop();
  const head = ['rows of Q1', 'hand-written (us of processor time a row)', 'image-graph', '×'];
  return `${tableOf(head, lines)}\n\nPeak memory: ${peaks[0]} MB hand-written, ${peaks[1]} MB image-graph.`;
}

/** Q4 of ever more callers at once, each with a token of its own. */
async function callers(): Promise<string> {
  const cloud = await Cloud.start();
  const running = await start(cloud);
  const job = find('Q4');
  const expected = await running.ask(job);
  const lines: (string | number)[][] = [];
  for (const count of [1, 16, 64, 256]) {
    running.connect(count, true);
    await running.measure(job, count, expected);
    const operations = Math.max(200, count * 4);
    const startedAt = performance.now();
    const { processorUs, latenciesMs } = await running.measure(job, operations, expected);
    const perSecond = (operations * 1000) / (performance.now() - startedAt);
    const latencies = [0.5, 0.95].map((share) => percentile(latenciesMs, share).toFixed(1));
    lines.push([
      count,
      (processorUs / 1000).toFixed(2),
      perSecond.toFixed(0),
      ...latencies,
      residentMegabytes(running.child, 'VmRSS'),
    ]);
  }
  await running.stop();
  cloud.stop();
  const head = [
    'callers at once (Q4)',
    'processor time (ms)',
    'operations a second',
    'p50 (ms)',
    'p95 (ms)',
    'memory (MB)',
  ];
  return tableOf(head, lines);
}

/** Pages of images with all properties, of which every field without arguments is selected. */
async function page(): Promise<string> {
  const cloud = await Cloud.start(0, 'full');
  const running = await start(cloud);
  const type = buildSchema(readFileSync(`${folder}/schema/api.graphql`, 'utf8')).getType('Image');
  if (!isObjectType(type)) throw new Error('The schema has another type Image.');
  const fields = Object.values(type.getFields()).filter((field) => {
    const named = 'ofType' in field.type ? field.type.ofType : field.type;
    return field.args.length === 0 && (isLeafType(named) || 'ofType' in named);
  });
  const query = `query Page($first: Int!) { images(first: $first) { nodes { ${fields.map(({ name }) => name).join(' ')} } } }`;
  const lines: (string | number)[][] = [];
  for (const first of [10, 100, 1_000]) {
    const job = { ...find('Q2'), body: JSON.stringify({ query, variables: { first } }) };
    const expected = await running.ask(job);
    if (JSON.parse(expected).errors) throw new Error(expected.slice(0, 500));
    const operations = Math.max(32, 2_000 / first);
    await running.measure(job, operations, expected);
    const { processorUs } = await running.measure(job, operations, expected);
    lines.push([first, (processorUs / first).toFixed(1), (expected.length / 1024).toFixed(0), peakOf(running)]);
  }
  await running.stop();
  cloud.stop();
  const head = [
    `images, ${fields.length} fields`,
    'processor time of a row (us)',
    'response (KB)',
    'peak memory at 16 connections (MB)',
  ];
  return tableOf(head, lines);
}

/** Documents of which no two have the same text. */
async function documents(): Promise<string> {
  const cloud = await Cloud.start();
  const running = await start(cloud);
  const job = find('Q3');
  const { query, ...rest } = JSON.parse(job.body);
  const lines: (string | number)[][] = [];
  const [batches, size] = [5, 2_000];
  for (let batch = 0; batch < batches; batch++) {
    const before = processorMs(running.child);
    for (let index = 0; index < size; index++) {
      const text = query.replace('imageCount', `count${batch * size + index}: imageCount`);
      await running.ask({ ...job, body: JSON.stringify({ ...rest, query: text }) });
    }
    const processor = (processorMs(running.child) - before) / size;
    lines.push([(batch + 1) * size, processor.toFixed(2), residentMegabytes(running.child, 'VmRSS')]);
  }
  await running.stop();
  cloud.stop();
  return tableOf(['distinct documents so far', 'processor time of each (ms)', 'memory (MB)'], lines);
}

/** One process, and two workers with their supervisor. */
async function workers(): Promise<string> {
  const cloud = await Cloud.start();
  const [one, two] = [await start(cloud), await start(cloud, { IMAGE_GRAPH_WORKERS: '2' })];
  const pid = two.child.pid ?? 0;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const lines: (string | number)[][] = [];
  for (const job of [find('Q1'), find('Q3')]) {
    const expected = await verify(cloud, [one, two], [job]);
    const [single, double]: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      const { processorUs } = await one.measure(job, job.count, expected(one, job));
      const total = () => [pid, ...children].reduce((sum, each) => sum + processorMs({ pid: each }), 0);
      const before = total();
      await two.measure(job, job.count, expected(two, job));
      if (round === 0) continue;
      single.push(processorUs / 1000);
      double.push((total() - before) / job.count);
    }
    const [alone, together] = [median(single), median(double)];
    lines.push([job.name, alone.toPrecision(3), together.toPrecision(3), (together / alone).toFixed(2)]);
  }
  const memory = [pid, ...children].map((each) => residentMegabytes({ pid: each }, 'VmRSS'));
  await one.stop();
  two.child.kill('SIGTERM');
  cloud.stop();
  const table = tableOf(['job', 'one process (ms of processor time)', 'two workers', '×'], lines);
  return `${table}\n\nThe supervisor takes ${memory[0]} MB, its workers ${memory.slice(1).join(' and ')} MB.`;
}

const PARTS = { rows, callers, page, documents, workers };
const wanted = options.only?.split(',') ?? Object.keys(PARTS);
const tables: string[] = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (!wanted.includes(name)) continue;
  const table = await part();
  console.info(`${table}\n`);
  tables.push(table);
}
if (!options.only && !options.base) keep('scale', 'How the cost grows', tables, undefined);
process.exit();
