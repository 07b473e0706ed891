// Ends the process after a shutdown: on SIGINT and SIGTERM, once npm has ended, and after an uncaught exception.
import { isStartedByNpm } from '../../config/npm.ts';
import type { Logger } from '../logger.ts';

/** Read while the program loads: the parent may end soon after. */
const { ppid: PARENT } = process;
/** Milliseconds between two looks at the parent process. */
const PARENT_CHECK_MS = 250;

/** Whether the process is ending: it does so once, whatever happens meanwhile. */
let isEnding = false;

/** Runs `stop` and exits, unless the process is ending already. */
function end(stop: () => Promise<void>): void {
  if (isEnding) return;
  isEnding = true;
  void stop().finally(() => process.exit());
}

/**
 * Runs `stop` on the first SIGINT or SIGTERM, then exits. Further signals are ignored: a terminal also signals the workers.
 * A process that npm has started does the same, as on SIGTERM, once its parent has ended: npm signals its shell alone.
 */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(() => stop(signal)));
  if (!isStartedByNpm()) return;
  setInterval(() => process.ppid !== PARENT && end(() => stop('SIGTERM')), PARENT_CHECK_MS).unref();
}

/** Logs an uncaught exception, runs `stop` and exits with code 1: the state that it leaves behind cannot be trusted. */
export function stopOnUncaughtException(stop: () => Promise<void>, logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error('Uncaught exception, shutting down:', error);
    process.exitCode = 1;
    end(stop);
  });
}
