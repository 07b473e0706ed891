// Ends the process after a shutdown: on SIGINT and SIGTERM, once npm has ended, and after an uncaught exception.
import { isStartedByNpm } from '../../config/npm.ts';
import type { Logger } from '../logger.ts';

/** Read while the program loads: the parent may end soon after. */
const { ppid: PARENT } = process;
/** Milliseconds between two looks at the parent process. */
const PARENT_CHECK_MS = 250;

/**
 * Runs `stop` on the first SIGINT or SIGTERM, then exits. Further signals are ignored: a terminal also signals the workers.
 * A process that npm has started does the same, as on SIGTERM, once its parent has ended: npm signals its shell alone.
 */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let isStopping = false;
  const stopOnce = (signal: NodeJS.Signals) => {
    if (isStopping) return;
    isStopping = true;
    void stop(signal).then(() => process.exit());
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stopOnce);
  if (!isStartedByNpm()) return;
  setInterval(() => process.ppid !== PARENT && stopOnce('SIGTERM'), PARENT_CHECK_MS).unref();
}

/** Logs an uncaught exception, runs `stop` and exits with code 1: the state that it leaves behind cannot be trusted. */
export function stopOnUncaughtException(stop: () => Promise<void>, logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error('Uncaught exception, shutting down:', error);
    if (process.exitCode) return;
    process.exitCode = 1;
    void stop().then(() => process.exit());
  });
}
