// Runs several worker processes on one port: starts them, replaces those that end, and stops them together.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { environment } from '../../config/environment.ts';
import type { Logger } from '../logger.ts';
import { runningWorkers } from './messages.ts';

/** Milliseconds until a worker is replaced that failed soon after its start: its replacement may fail in the same way. */
const RESTART_DELAY_MS = 1_000;
/** Milliseconds after which a worker counts as started successfully. */
const MIN_UPTIME_MS = 5_000;

/** Whether this process is a worker. */
export const isWorker = () => cluster.isWorker;

/** What a server has to say once it listens. A worker sends it to the primary process, which has not read the settings. */
export interface Started {
  /** The line that says where it listens. */
  readonly ready: string;
  /** What the log must say of the settings, a line each. */
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
  /** Where the settings want the metrics; undefined for the port of the graph. */
  readonly monitoring: { readonly port: number; readonly host: string } | undefined;
  /** How many workers the settings want. */
  readonly workers: number;
  /** Milliseconds that a graceful shutdown may take. */
  readonly drainMs: number;
}

/** Tells the primary process of this worker that it listens: the cluster's own `listening` event comes for a port in use, too. */
export const tellReady = (started: Started) => cluster.isWorker && process.send?.(started);

/** Tells the primary process that this worker ends, so that it is replaced at once. Does nothing in a process that is not a worker. */
export const tellEnding = () => cluster.isWorker && process.send?.(ENDING);
const ENDING = 'ending';

/** The workers that have started, and do not end. */
export const readyWorkers = (): Worker[] =>
  runningWorkers().filter((worker) => ready.has(worker) && !ending.has(worker));

/** The workers of the primary process. Each runs this program and reports faults of the settings itself. */
export class Workers {
  readonly #logger: Logger;
  /** What the settings allow a worker to end; one that has not started needs none of it. */
  #drainMs = 0;
  isStopping = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Starts them. Shape: what the first has to say; undefined when it could not start; it prints the reason. */
  async start(): Promise<Started | undefined> {
    // Each worker accepts its own connections: one that the primary process hands to a worker that is killed would hang for ever.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({ args: [] });
    const first = await this.#startOne();
    if (first === undefined) return undefined;
    this.#drainMs = first.drainMs;
    cluster.on('exit', (worker, code, signal) => {
      if (!ending.has(worker)) void this.#replace(worker, `has ended (${signal || `code ${code}`})`);
    });
    cluster.on('message', (worker, message) => {
      if (message !== ENDING || ending.has(worker)) return;
      ending.add(worker);
      void this.#replace(worker, 'is ending');
    });
    await Promise.all(Array.from({ length: first.workers - 1 }, () => this.#startOne()));
    return first;
  }

  /** Sends them a signal. Resolves when all have ended; `graceMs` after the time that the settings allow, the others are killed. */
  async stop(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    this.isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const timer = setTimeout(() => {
      for (const worker of workers.filter((each) => !each.isDead())) {
        this.#logger.warn(`Worker ${worker.process.pid} did not end in time and is killed.`, {
          worker: worker.process.pid,
        });
        worker.process.kill('SIGKILL');
      }
    }, this.#drainMs + graceMs);
    await Promise.all(
      workers.map((worker) => {
        const end = worker.isDead() ? undefined : once(worker, 'exit');
        worker.process.kill(signal);
        return end;
      }),
    );
    clearTimeout(timer);
  }

  async #startOne(): Promise<Started | undefined> {
    // The settings of this moment, which may come from files: a worker reads none.
    const settings = environment();
    const worker = cluster.fork(settings);
    startedAt.set(worker, performance.now());
    const started = await Promise.race([
      once(worker, 'message').then(([message]) => message as Started),
      once(worker, 'exit').then(() => undefined),
    ]);
    if (started === undefined) return undefined;
    this.#logger.info(`Worker ${worker.process.pid} is ready.`, { worker: worker.process.pid });
    ready.add(worker);
    // A reload that it has not heard of.
    if (environment() !== settings) worker.process.kill('SIGTERM');
    return started;
  }

  async #replace(worker: Worker, how: string): Promise<void> {
    if (this.isStopping) return;
    this.#logger.warn(`Worker ${worker.process.pid} ${how} and is replaced.`, { worker: worker.process.pid });
    const isEarly = performance.now() - (startedAt.get(worker) ?? 0) < MIN_UPTIME_MS;
    if (isEarly && worker.process.signalCode === null && !ending.has(worker)) await wait(RESTART_DELAY_MS);
    if (!this.isStopping) await this.#startOne();
  }
}

/** When each worker was started, by the clock of `performance.now()`. */
const startedAt = new WeakMap<Worker, number>();
/** Workers that have started. */
const ready = new WeakSet<Worker>();
/** Workers that have announced their end, and have been replaced. */
const ending = new WeakSet<Worker>();
