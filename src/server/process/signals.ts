// What signals do. SIGINT, SIGTERM and SIGQUIT end the process after a shutdown, as do the end of npm, of the terminal, and an uncaught
// exception. The others are ignored.
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { isStartedByNpm } from '../../config/npm.ts';
import { onceAMinute } from '../../upstream/once-a-minute.ts';
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

/** The signals that end it. A container may be set up to send SIGQUIT for a graceful shutdown. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const;

/**
 * The signals that would end it although they are meant for something else: new log files, a dump. SIGUSR1 would open Node's debugger,
 * through which everybody on this machine could run code in this process.
 */
const IGNORED = ['SIGUSR1', 'SIGUSR2'] as const;

/** Input and output, as far as they are a terminal's. */
const TERMINALS = [0, 1, 2].filter(isatty);

/** Whether the terminal was closed in which the process runs: the kernel has disconnected it before it sends SIGHUP. */
const hasLostTerminal = () => TERMINALS.some((file) => !isatty(file));

/** Runs the shutdown, once there is something to shut down. */
let endNow = (): void => process.exit();

/** Reloads the settings, once there is something to reload. */
let reloadNow: (() => void) | undefined;
let isReloadWanted = false;

/** Runs `reload` on each SIGHUP, and at once if one has come while the program started. */
export function reloadOnSignal(reload: () => Promise<void>): void {
  reloadNow = () => void reload();
  if (isReloadWanted) reloadNow();
}

/**
 * Ignores the other signals from now on, with a log line, and SIGHUP, too, where there is nothing to reload. A SIGHUP from a terminal that
 * was closed ends the process; a worker leaves both to its primary process.
 */
export function handleOtherSignals({ reloads }: { readonly reloads: boolean }): void {
  // The log is loaded with the rest of the program: signals must not end it before.
  const log = onceAMinute((line) => void import('../logger.ts').then(({ consoleLogger }) => consoleLogger.info(line)));
  const ignore = (signal: NodeJS.Signals) => log(`${signal} is ignored.`);
  for (const signal of IGNORED) process.on(signal, ignore);
  process.on('SIGHUP', (signal) => {
    if (isWorker() || isEnding) return;
    if (hasLostTerminal()) endNow();
    else if (!reloads) ignore(signal);
    else if (reloadNow) reloadNow();
    else isReloadWanted = true;
  });
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
 * Runs `stop` on the first SIGINT, SIGTERM or SIGQUIT, then exits. Further signals are ignored: a terminal also signals the workers.
 * A process that npm has started does the same, as on SIGTERM, once npm has ended: npm signals its shell alone. A worker ends with
 * its primary process.
 */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  endNow = () => end(() => stop('SIGTERM'));
  for (const signal of ENDING) process.on(signal, () => end(() => stop(signal)));
  if (STARTED_BY === undefined || isWorker()) return;
  setInterval(() => starter() !== STARTED_BY && endNow(), STARTER_CHECK_MS).unref();
}

/** Logs an uncaught exception, runs `stop` and exits with code 1: the state that it leaves behind cannot be trusted. */
export function stopOnUncaughtException(stop: () => Promise<void>, logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.error('Uncaught exception, shutting down:', error);
    process.exitCode = 1;
    end(stop);
  });
}
