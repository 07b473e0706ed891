// Several processes that answer on one port: starts them, replaces those that die, and ends with them. Knows not what they answer.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../logger.ts';

/** Milliseconds until the next worker is started where one ended young by itself: what ended it may end all. */
const PAUSE_MS = 1_000;
/** Milliseconds from which on a worker has lived. */
const YOUTH_MS = 5_000;

/** Whether this process is one of several that another one started. */
export const isWorker = () => cluster.isWorker;

/** Tells the process that started this one where it listens: the cluster's own word for it comes of a taken port, too. */
export const tellReady = (address: string) => process.send?.(address);

/** Tells the process that started this one that it ends: the next one need not wait for that. Does nothing in a process of its own. */
export const tellEnding = () => cluster.isWorker && process.send?.(ENDING);
const ENDING = 'ending';

/** The workers of this process. Each is this very program; what it finds out about the settings it says itself. */
export class Workers {
  readonly #count: number;
  readonly #logger: Logger;
  isStopping = false;

  constructor(count: number, logger: Logger) {
    this.#count = count;
    this.#logger = logger;
  }

  /** Starts them. Shape: the address that they listen on; undefined when the first one could not start, which says why. */
  async start(): Promise<string | undefined> {
    // Each takes its connections itself: those that this process has handed to one that is killed would hang for ever.
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

  /** Ends them as the signal says. Resolves when the last one has gone; those that do not go within the time are killed. */
  async stop(signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
    this.isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const timer = setTimeout(() => {
      for (const worker of workers) worker.process.kill('SIGKILL');
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
    bornAt.set(worker, performance.now());
    const address = await Promise.race([
      once(worker, 'message').then(([told]) => String(told)),
      once(worker, 'exit').then(() => undefined),
    ]);
    if (address !== undefined) this.#logger.info(`Worker ${worker.process.pid} is ready.`);
    return address;
  }

  async #replace(worker: Worker, how: string): Promise<void> {
    if (this.isStopping) return;
    this.#logger.error(`Worker ${worker.process.pid} ${how}: another one is started.`);
    const isYoung = performance.now() - (bornAt.get(worker) ?? 0) < YOUTH_MS;
    if (isYoung && worker.process.signalCode === null && !ending.has(worker)) await wait(PAUSE_MS);
    if (!this.isStopping) await this.#startOne();
  }
}

/** When each worker was started, by the clock of `performance.now()`. */
const bornAt = new WeakMap<Worker, number>();
/** Those that have said so, and have been replaced. */
const ending = new WeakSet<Worker>();
