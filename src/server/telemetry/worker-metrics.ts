// The metrics and the health of all workers together: the primary process collects and adds them, and knows the counters of those that have ended.
import cluster, { type Worker } from 'node:cluster';
import type { MetricObjectWithValues } from 'prom-client';
import { replyTo, requestOf, runningWorkers } from '../process/messages.ts';

type Values = readonly MetricObjectWithValues<never>[];

/** What the primary process requests of its workers, and a worker of the primary process. */
const VALUES = 'metrics of one';
const TEXT = 'metrics of all';
/** The primary process waits for a worker that hangs, or only starts, in this time. */
const TEXT_MS = 3_000;
const FACTS = 'whether to read facts';

/** Whether this worker reads the facts that are metrics: the oldest that runs does. */
export const readsFacts = async (): Promise<boolean> => (await requestOf<boolean>(process, FACTS)) === true;

const STATUS = 'status ';
const STATUS_TARGETS = ['/health', '/ready', '/ready?verbose'];

/** A response between processes. */
interface SentStatus {
  readonly status: number;
  readonly headers: [string, string][];
  readonly body: string;
}

/** Makes a worker reply with the responses of its status paths. */
export function shareStatus(status: (target: string) => Response | undefined): void {
  for (const target of STATUS_TARGETS)
    replyTo(process, STATUS + target, async (): Promise<SentStatus | undefined> => {
      const response = status(target);
      return response && { status: response.status, headers: [...response.headers], body: await response.text() };
    });
}

/** The response of a status path in the primary process: that of the first worker that is well, or of another one. */
export async function collectStatus(target: string): Promise<Response | undefined> {
  if (!STATUS_TARGETS.includes(target)) return undefined;
  const replies = await Promise.all(
    runningWorkers().map((worker) => requestOf<SentStatus | undefined>(worker, STATUS + target)),
  );
  const all = replies.filter((reply) => reply !== undefined);
  const { status, headers, body } = all.find((reply) => reply.status < 300) ?? all[0] ?? NO_WORKER;
  return new Response(body || null, { status, headers });
}
const NO_WORKER: SentStatus = { status: 503, headers: [], body: '' };

/** Makes a worker reply with its metrics. Shape: those of all workers, as text. */
export function shareMetrics(values: () => Promise<Values>): () => Promise<string> {
  replyTo(process, VALUES, values);
  return async () => {
    const text = await requestOf<string>(process, TEXT, TEXT_MS);
    if (text === undefined) throw new Error('The primary process has not replied.');
    return text;
  };
}

/** Collects the metrics of all workers, in the primary process. Shape: the text of all, for a port of its own. */
export function collectMetrics(): () => Promise<string> {
  /** What each worker has replied last. */
  const latest = new Map<number, Values>();
  /** Counters and histograms of the workers that have ended: their sums must not decrease. */
  let ended: Values = [];
  cluster.on('exit', ({ id }) => {
    const values = latest.get(id);
    latest.delete(id);
    if (values) ended = [...ended, ...values.filter(({ type }) => COUNTED.has(String(type)))];
  });
  // Loaded with the first look: the process above the workers is to stay small.
  const add = async (all: readonly Values[]) => {
    const { AggregatorRegistry } = await import('prom-client');
    return AggregatorRegistry.aggregate(all as never);
  };
  const text = async () => {
    await Promise.all(
      runningWorkers().map(async (worker) => {
        const values = await requestOf<Values>(worker, VALUES);
        if (values && !worker.isDead()) latest.set(worker.id, values);
      }),
    );
    const known = ended;
    const merged: Values = (await (await add([known])).getMetricsAsJSON()) as never;
    // Unless a worker has ended meanwhile.
    if (ended === known) ended = merged;
    return (await add([...latest.values(), ended])).metrics();
  };
  const serve = (worker: Worker) => {
    replyTo(worker, TEXT, text);
    replyTo(worker, FACTS, async () => runningWorkers().every(({ id }) => worker.id <= id));
  };
  cluster.on('fork', serve);
  for (const worker of runningWorkers()) serve(worker);
  return text;
}

/** The types of metrics whose values only grow. */
const COUNTED: ReadonlySet<string> = new Set(['counter', 'histogram']);
