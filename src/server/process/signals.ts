// Ends the process after a shutdown: on SIGINT and SIGTERM, once npm has ended, and after an uncaught exception.
import { readFileSync } from 'node:fs';
import { isStartedByNpm } from '../../config/npm.ts';
import type { Logger } from '../logger.ts';
import { isWorker } from './workers.ts';

/** Read while the program loads: npm may end soon after. */
const STARTED_BY = isStartedByNpm() ? starter() : undefined;
/** Milliseconds between two looks at the processes above. */
const STARTER_CHECK_MS = 250;

/** The process above this one; where that is a shell, with the one above it: a shell that waits for this process does not end with npm. */
function starter(): string {
  const { ppid } = process;
  try {
    // The number, the name in brackets, the state, and the number of the process above: where there is a /proc.
    const [, name, above] = /^\d+ \((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${ppid}/stat`, 'utf8')) ?? [];
    return name === 'sh' ? `${ppid} ${above}` : `${ppid}`;
  } catch {
    return `${ppid}`;
  }
}

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
 * A process that npm has started does the same, as on SIGTERM, once npm has ended: npm signals its shell alone. A worker ends with
 * its primary process.
 */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(() => stop(signal)));
  if (STARTED_BY === undefined || isWorker()) return;
  setInterval(() => starter() !== STARTED_BY && end(() => stop('SIGTERM')), STARTER_CHECK_MS).unref();
}

/** Logs an uncaught exception, runs `stop` and exits with code 1: the state that it leaves behind cannot be trusted. */
export function stopOnUncaughtException(stop: () => Promise<void>, logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error('Uncaught exception, shutting down:', error);
    process.exitCode = 1;
    end(stop);
  });
}
