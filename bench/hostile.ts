// Sends what is hostile to a server, from clients and from a cloud, and prints for each case the peak of its memory, the longest stall of
// its event loop and what came back. Each case runs in a fresh server. Linux only: reads /proc.
// node bench/hostile.ts [--base FOLDER] [--only PART OF A NAME] [--heap MB]   (with --base also in another checkout, installed, before each;
// with --heap the servers run with --max-old-space-size)
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CASES, type Case } from './support/hostile-cases.ts';
import { Run } from './support/hostile-run.ts';

const { values } = parseArgs({
  options: { base: { type: 'string' }, only: { type: 'string', default: '' }, heap: { type: 'string' } },
});
const nodeOptions = values.heap === undefined ? [] : [`--max-old-space-size=${values.heap}`];
const HERE = fileURLToPath(new URL('..', import.meta.url));
const checkouts = [...(values.base === undefined ? [] : [['before', values.base] as const]), ['now', HERE] as const];

/** Milliseconds after which a case is given up. */
const MAX_CASE_MS = 90_000;

async function measure(hostile: Case, folder: string): Promise<readonly string[]> {
  const run = new Run(folder, { ...hostile, nodeOptions: [...(hostile.nodeOptions ?? []), ...nodeOptions] });
  const late = new Promise<string>((resolve) => setTimeout(resolve, MAX_CASE_MS, 'given up').unref());
  try {
    await run.begin();
    const startedAt = performance.now();
    const came = await Promise.race([hostile.run(run).catch((error) => `no result: ${error}`), late]);
    const seconds = (performance.now() - startedAt) / 1_000;
    // The exit of a process is noticed a moment later than its closed connections.
    await sleep(200);
    const { server } = run;
    const wasKilled =
      server && !server.isRunning && !hostile.isStartedLater && hostile.name !== 'SIGHUP while a query runs';
    const { peakMegabytes = 0, stall = { wallMs: 0, processorMs: 0 } } = server?.figures() ?? {};
    return [
      `${peakMegabytes}`,
      `${Math.round(stall.wallMs)} (${Math.round(stall.processorMs)})`,
      `${wasKilled ? `**${server.ending}**; ` : ''}${came}`,
      seconds.toFixed(1),
    ];
  } finally {
    await run.end();
  }
}

const chosen = CASES.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0)
  throw new Error(`No case has this in its name. There are: ${CASES.map(({ name }) => name).join('; ')}`);

const columns = ['case', '', 'peak RSS (MB)', 'stall, of which processor (ms)', 'what came back', 's'];
const rowOf = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
console.info(rowOf(columns));
console.info(rowOf(columns.map(() => '---')));
for (const hostile of chosen) {
  for (const [title, folder] of checkouts)
    console.info(rowOf([hostile.name, title, ...(await measure(hostile, folder))]));
}
process.exit();
