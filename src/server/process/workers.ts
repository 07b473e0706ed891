// Runs several worker processes on one port: starts them, replaces those that end, and stops them together.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../logger.ts';

/** Milliseconds until a worker is replaced that failed soon after its start: its replacement may fail in the same way. */
const RESTART_DELAY_MS = 1_000;
/** Milliseconds after which a worker counts as started successfully. */
const MIN_UPTIME_MS = 5_000;

/** Whether this process is a worker. */
export const isWorker = () => cluster.isWorker;

/** Tells the primary process the address: the cluster's own `listening` event comes for a port in use, too. */
export const tellReady = (address: string) => process.send?.(address);

/** Tells the primary process that this worker ends, so that it is replaced at once. Does nothing in a process that is not a worker. */
export const tellEnding = () => cluster.isWorker && process.send?.(ENDING);
const ENDING = 'ending';

/** The workers of the primary process. Each runs this program and reports faults of the settings itself. */
export class Workers {
  readonly #count: number;
  readonly #logger: Logger;
  isStopping = false;

  constructor(count: number, logger: Logger) {
    this.#count = count;
    this.#logger = logger;
  }

  /** Starts them. Shape: the address that they listen on; undefined when the first worker could not start; it prints the reason. */
  async start(): Promise<string | undefined> {
    // Each worker accepts its own connections: one that the primary process hands to a worker that is killed would hang for ever.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    const first = await this.#startOne();
    if (first === undefined) return undefined;
    cluster.on('exit', (worker, code, signal) => {
      if (!ending.has(worker)) void this.#replace(worker, `has ended (${signal || `code ${code}`})`);
    });
    cluster.on('message', (worker, message) => {
      if (message !== ENDING || ending.has(worker)) return;
      ending.add(worker);
      void this.#replace(worker, 'is ending');
    });
    await Promise.all(Array.from({ length: this.#count - 1 }, () => this.#startOne()));
    return first;
  }

  /** Sends them a signal. Resolves when all have ended; after `timeoutMs` the others are killed. */
  async stop(signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
    this.isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const timer = setTimeout(() => {
      for (const worker of workers.filter((each) => !each.isDead())) {
        this.#logger.error(`Worker ${worker.process.pid} did not end in time and is killed.`);
        worker.process.kill('SIGKILL');
      }
    }, timeoutMs);
    await Promise.all(
      workers.map((worker) => {
        const end = worker.isDead() ? undefined : once(worker, 'exit');
        worker.process.kill(signal);
        return end;
      }),
    );
    clearTimeout(timer);
  }

  async #startOne(): Promise<string | undefined> {
    const worker = cluster.fork();
    startedAt.set(worker, performance.now());
    const address = await Promise.race([
      once(worker, 'message').then(([address]) => String(address)),
      once(worker, 'exit').then(() => undefined),
    ]);
    if (address !== undefined) this.#logger.info(`Worker ${worker.process.pid} is ready.`);
    return address;
  }

  async #replace(worker: Worker, how: string): Promise<void> {
    if (this.isStopping) return;
    this.#logger.error(`Worker ${worker.process.pid} ${how} and is replaced.`);
    const isEarly = performance.now() - (startedAt.get(worker) ?? 0) < MIN_UPTIME_MS;
    if (isEarly && worker.process.signalCode === null && !ending.has(worker)) await wait(RESTART_DELAY_MS);
    if (!this.isStopping) await this.#startOne();
  }
}

/** When each worker was started, by the clock of `performance.now()`. */
const startedAt = new WeakMap<Worker, number>();
/** Workers that have announced their end, and have been replaced. */
const ending = new WeakSet<Worker>();
