// Loaded into a server with --import: prints how long the event loop did not turn, on the clock and as processor time of its thread: the
// longest of each quarter of a second. Processor time does not grow while another process has the processor.
import { isMainThread } from 'node:worker_threads';

const INTERVAL_MS = 5;
const PRINT_MS = 250;
/** Shorter ones are those of the timer itself. */
const MIN_PRINTED_MS = 10;

/** The longest stall of a time. */
export interface Stall {
  readonly wallMs: number;
  readonly processorMs: number;
}

export const longer = (one: Stall, other: Stall): Stall => ({
  wallMs: Math.max(one.wallMs, other.wallMs),
  processorMs: Math.max(one.processorMs, other.processorMs),
});

export const NO_STALL: Stall = { wallMs: 0, processorMs: 0 };

function processorMs(): number {
  // Node.js 22 and 24 differ in where it is; @types/node do not know it.
  const { threadCpuUsage } = process as unknown as { threadCpuUsage(): { user: number; system: number } };
  const { user, system } = threadCpuUsage.call(process);
  return (user + system) / 1_000;
}

function watch(): void {
  let [lastWall, lastProcessor, printedAt] = [performance.now(), processorMs(), performance.now()];
  let longest = NO_STALL;
  setInterval(() => {
    const [wall, processor] = [performance.now(), processorMs()];
    longest = longer(longest, { wallMs: wall - lastWall - INTERVAL_MS, processorMs: processor - lastProcessor });
    [lastWall, lastProcessor] = [wall, processor];
    if (wall - printedAt < PRINT_MS) return;
    printedAt = wall;
    if (longest.wallMs >= MIN_PRINTED_MS) console.info(`stall ${JSON.stringify(longest)}`);
    longest = NO_STALL;
  }, INTERVAL_MS).unref();
}

// A server is imported by others too, such as the thread that builds GraphiQL.
if (isMainThread && process.argv[1]?.endsWith('main.ts')) watch();
