// Ends the process after a shutdown: on SIGINT and SIGTERM, and after an uncaught exception.
import type { Logger } from '../logger.ts';

/** Runs `stop` on the first SIGINT or SIGTERM, then exits. Further signals are ignored: a terminal also signals the workers. */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void stop(signal).then(() => process.exit());
    });
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
