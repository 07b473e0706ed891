// Reloads the settings on SIGHUP, in this process or in all workers: in all of them or in none.
import type { SettingsChange } from '../../config/changes.ts';
import { ConfigError } from '../../config/config-error.ts';
import { type Environment, rereadEnvironment, takeVariables } from '../../config/environment.ts';
import { LOG_LEVELS, logConfig } from '../../config/log.ts';
import type { ProcessLogger } from '../logger.ts';
import { replyTo, requestOf } from './messages.ts';
import { readyWorkers } from './workers.ts';

/** What a reload would do in a process. */
type Report = Pick<SettingsChange, 'names' | 'changed' | 'needRestart'> & {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
};

/** A process whose settings can be reloaded, in two steps. */
interface Target {
  /** Reads the next settings without taking them. Shape: undefined where the process does not reply. */
  prepare(next: Environment): Promise<Report | undefined>;
  /** Takes them, prepared or not, or keeps those that it has. */
  finish(next: Environment, isTaken: boolean): Promise<unknown>;
}

/** What applies settings in this process. */
export interface Reloadable {
  reload(config: SettingsChange['config']): void;
  /** Is told whether the last reload was successful. */
  onReload(isSuccessful: boolean): void;
}

/** Milliseconds in which a worker must have read its settings. */
const REPLY_MS = 5_000;
const PREPARE = 'prepare a reload';
const FINISH = 'finish a reload';

/** This process as a target. */
export function reloadTarget(reloadable: Reloadable, logger: ProcessLogger): Target {
  let prepared: SettingsChange | undefined;
  return {
    async prepare(next) {
      prepared = undefined;
      try {
        prepared = await changeTo(next);
        const { names, changed, needRestart, config } = prepared;
        return { names, changed, needRestart, faults: [], warnings: config.warnings };
      } catch (error) {
        return { names: [], changed: [], needRestart: [], faults: faultsOf(error), warnings: [] };
      }
    },
    async finish(next, isTaken) {
      if (isTaken) {
        const { config, names } = prepared ?? (await changeTo(next));
        reloadable.reload(config);
        takeVariables(next, names);
        logger.setLevel(logConfig().level);
      }
      prepared = undefined;
      reloadable.onReload(isTaken);
    },
  };
}

/** Loaded here: the primary process of workers needs none of the table of settings. */
const changeTo = async (next: Environment) => (await import('../../config/changes.ts')).changeTo(next);

const faultsOf = (error: unknown): readonly string[] => {
  if (error instanceof ConfigError) return error.faults;
  throw error;
};

/** Lets the primary process reload this worker. */
export function shareReload(target: Target): void {
  replyTo(process, PREPARE, (next) => target.prepare(next as Environment));
  replyTo(process, FINISH, async (data) => {
    const { next, isTaken } = data as { next: Environment; isTaken: boolean };
    await target.finish(next, isTaken);
    return true;
  });
}

/** The workers as targets. */
export const workerTargets = (): Target[] =>
  readyWorkers().map((worker) => ({
    prepare: (next) => requestOf<Report>(worker, PREPARE, REPLY_MS, next),
    finish: (next, isTaken) => requestOf(worker, FINISH, REPLY_MS, { next, isTaken }),
  }));

/** Reloads the settings of all targets, one reload after the other, and logs what has changed, or why nothing has. */
export function createReload(targets: () => readonly Target[], logger: ProcessLogger): () => Promise<void> {
  let last = Promise.resolve();
  let isWaiting = false;
  return () => {
    // What waits reads the files later anyway.
    if (isWaiting) return last;
    isWaiting = true;
    last = last
      .then(() => {
        isWaiting = false;
        return reload(targets, logger);
      })
      .catch((error: unknown) => logger.error('Unexpected error:', error));
    return last;
  };
}

async function reload(targets: () => readonly Target[], logger: ProcessLogger): Promise<void> {
  let next: Environment;
  try {
    next = rereadEnvironment();
  } catch (error) {
    await Promise.all(targets().map((target) => target.finish({}, false)));
    return logFaults(faultsOf(error), logger);
  }
  const reports = await Promise.all(targets().map((target) => target.prepare(next)));
  const faults = new Set(reports.flatMap((report) => report?.faults ?? ['a worker does not reply: send SIGHUP again']));
  if (reports.length === 0) faults.add('no worker is ready: send SIGHUP again');
  const isTaken = faults.size === 0;
  const [report] = reports;
  // A worker that starts from now on has the same settings as the others.
  if (isTaken && report) takeVariables(next, report.names);
  const { level } = logConfig();
  // At the lower level of the two the line below is logged.
  if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(logger.level)) logger.setLevel(level);
  if (!isTaken) logFaults([...faults], logger);
  else if (report) logChange(report, logger);
  // Those, too, that are ready only since.
  await Promise.all(targets().map((target) => target.finish(next, isTaken)));
  logger.setLevel(level);
}

const logFaults = (faults: readonly string[], logger: ProcessLogger) =>
  logger.error(`The settings are not reloaded, and stay as they are: ${faults.join('; ')}`, undefined, { faults });

function logChange({ changed, needRestart, warnings }: Report, logger: ProcessLogger): void {
  const what = changed.length > 0 ? changed.join(', ') : 'nothing has changed';
  const rest = needRestart.length > 0 ? ` These need a restart: ${needRestart.join(', ')}.` : '';
  logger.info(`Settings reloaded: ${what}.${rest}`, { changed, needRestart });
  for (const warning of warnings) logger.warn(`WARNING: ${warning}`);
}
