// Prints the figures of a run as a table, and keeps them: in bench/results as JSON and as markdown, and in docs/performance.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Job } from './jobs.ts';
import { median } from './targets.ts';

export interface Column {
  readonly name: string;
  readonly firstResponseMs: number;
  readonly idleMegabytes: number;
  readonly peakMegabytes: number;
  /** Microseconds of processor time for each operation, by job and round. */
  readonly times: Readonly<Record<string, readonly number[]>>;
}

export interface Run {
  readonly columns: readonly Column[];
  readonly jobs: readonly Job[];
  readonly rounds: number;
  readonly upstreamConnections: number;
  readonly isKept: boolean;
}

const RESULTS = new URL('../results/', import.meta.url);
const PAGE = new URL('../../docs/performance.md', import.meta.url);
const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

/** A table in markdown. */
export const tableOf = (head: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const milliseconds = (microseconds: number) => (microseconds / 1000).toPrecision(3);

/** What all results say of the machine. */
export const machine = () =>
  `Node ${process.versions.node}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}`;

/** Writes results under a name, which is also that of the block of docs/performance.md that holds its tables. */
export function keep(name: string, title: string, tables: readonly string[], figures: unknown): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL(`${name}.json`, RESULTS), `${JSON.stringify({ machine: machine(), figures }, null, 1)}\n`);
  const text = `${machine()}.\n\n${tables.join('\n\n')}\n`;
  writeFileSync(new URL(`${name}.md`, RESULTS), `# ${title}\n\n${text}`);
  const block = new RegExp(`(<!-- ${name} -->\n).*?(<!-- end of ${name} -->)`, 's');
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(block, (_block, begin, end) => begin + text + end),
  );
}

export function report({ columns, jobs, rounds, upstreamConnections, isKept }: Run): void {
  const [first] = columns;
  const of = (column: Column | undefined, job: Job, reduce: (times: readonly number[]) => number) =>
    reduce(column?.times[job.name] ?? []);
  const least = (times: readonly number[]) => Math.min(...times);
  const cpu = tableOf(
    ['job', ...columns.map(({ name }) => name)],
    jobs.map((job) => [
      job.name,
      ...columns.map((column) => {
        // The median of the ratios of each round: a busy moment then counts for both.
        const ratios = (column.times[job.name] ?? []).map(
          (time, round) => time / (first?.times[job.name]?.[round] ?? 0),
        );
        return `${milliseconds(of(column, job, median))} (min ${milliseconds(of(column, job, least))}; × ${median(ratios).toFixed(2)})`;
      }),
    ]),
  );
  const other = tableOf(
    ['', ...columns.map(({ name }) => name)],
    [
      ['peak memory (MB)', ...columns.map(({ peakMegabytes }) => peakMegabytes)],
      ['start to first response (ms)', ...columns.map(({ firstResponseMs }) => firstResponseMs)],
      ['idle memory after it (MB)', ...columns.map(({ idleMegabytes }) => idleMegabytes)],
    ],
  );
  const legend = [
    `Milliseconds of processor time for each operation: the median of ${rounds} rounds, the least, and the ratio to ${first?.name}.`,
    `16 connections, ${upstreamConnections} connections to the cloud, which responds at once.`,
    '',
    ...jobs.map(({ name, title, calls }) => `- ${name}: ${title} (${calls} ${calls === 1 ? 'call' : 'calls'})`),
  ].join('\n');
  console.info(`\n${cpu}\n\n${other}\n`);
  if (isKept) keep('peers', 'image-graph beside its peers', [legend, cpu, other], { columns });
}
