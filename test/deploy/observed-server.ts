// A server as a process of its own with a port for metrics, which a Prometheus scrapes.
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { addressIn, type Command, run } from '../support/processes/command.ts';
import type { Alert, Prometheus, Sample } from '../support/processes/prometheus.ts';

/** Milliseconds between two looks at Prometheus: it scrapes as often. */
const LOOK_MS = 250;

export interface ObservedServer {
  readonly job: string;
  readonly url: string;
  readonly command: Command;
  /** Sends an operation. Shape: its status; undefined where there was no response. */
  send(query: string, headers?: Record<string, string>): Promise<number | undefined>;
  /** What it has logged so far. */
  log(): string;
}

/** Starts it, and has Prometheus scrape it under a job of this name. */
export async function startObserved(
  prometheus: Prometheus,
  name: string,
  settings: Record<string, string>,
): Promise<ObservedServer> {
  const job = `image-graph-${name}`;
  const command = run({ PORT: '0', IMAGE_GRAPH_METRICS_PORT: '0', IMAGE_GRAPH_DRAIN_DELAY_MS: '0', ...settings });
  let log = '';
  for (const stream of [command.child.stdout, command.child.stderr])
    stream?.on('data', (text: string) => {
      log += text;
    });
  const url = addressIn(await command.says('open http'));
  const metrics = /http:\/\/([\w.:[\]]+)\/metrics/.exec(await command.says('/metrics'))?.[1] ?? '';
  prometheus.scrape(job, metrics);
  onTestFinished(() => void command.child.kill('SIGKILL'));
  return {
    job,
    url,
    command,
    log: () => log,
    async send(query, headers = {}) {
      const body = JSON.stringify({ query });
      const type = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
      try {
        const response = await fetch(url, { method: 'POST', headers: { ...type, ...headers }, body });
        await response.arrayBuffer();
        return response.status;
      } catch {
        return undefined;
      }
    },
  };
}

/** Repeats `drive` until a look at Prometheus finds something. The time limit of the test bounds it. */
async function driveUntil<Found>(
  drive: () => Promise<unknown>,
  look: () => Promise<Found | undefined>,
): Promise<Found> {
  for (;;) {
    await drive();
    const found = await look();
    if (found !== undefined) return found;
    await pause(LOOK_MS);
  }
}

/** Drives a server until an alert fires for it. */
export const untilAlert = (
  prometheus: Prometheus,
  { job }: ObservedServer,
  name: string,
  drive: () => Promise<unknown>,
) =>
  driveUntil<Alert>(drive, async () => (await prometheus.alerts(job)).find(({ labels }) => labels.alertname === name));

/** Drives a server until each of the queries returns samples. Shape: those of each. */
export async function untilData(prometheus: Prometheus, queries: readonly string[], drive: () => Promise<unknown>) {
  const found = new Map<string, Sample[]>();
  await driveUntil(drive, async () => {
    for (const query of queries.filter((each) => !found.has(each))) {
      const samples = await prometheus.query(query);
      if (samples.length > 0) found.set(query, samples);
    }
    return found.size === new Set(queries).size ? found : undefined;
  });
  return found;
}
