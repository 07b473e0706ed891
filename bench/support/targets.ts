// The servers that are measured side by side, each a process of its own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Client } from 'undici';
import { exchange } from './exchange.ts';
import type { Job } from './jobs.ts';
import { type Listening, processorMs, settingsFor, startProcess, startServer } from './processes.ts';

export const HERE = fileURLToPath(new URL('../..', import.meta.url));
const BENCH = fileURLToPath(new URL('..', import.meta.url));

/** Connections to a service that a server opens at most: the default of image-graph. */
export const UPSTREAM_CONNECTIONS = 512;

export interface StartOptions {
  readonly cloud: Cloud;
  readonly upstreamConnections?: number;
  /** Further settings of image-graph. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
}

/** A kind of server that can be started. */
export interface Target {
  readonly name: string;
  start(options: StartOptions): Promise<Listening>;
}

const peer = (name: string, ...args: readonly string[]): Target => ({
  name,
  start: ({ cloud, upstreamConnections = UPSTREAM_CONNECTIONS, nodeOptions = [] }) => {
    const env = {
      CLOUD: cloud.origin,
      CONNECTIONS: String(upstreamConnections),
      PROJECT: 'project-1',
      NODE_ENV: 'production',
    };
    return startProcess([...nodeOptions, ...args], env, () => {}, BENCH);
  },
});

/** The `image-graph` of a checkout. Identical calls in flight are not shared, unless the settings say so. */
export const checkout = (name: string, folder: string): Target => ({
  name,
  start: ({ cloud, upstreamConnections, settings = {}, nodeOptions = [] }) => {
    const known = readFileSync(`${folder}/docs/settings.md`, 'utf8');
    const ifKnown = (setting: string, value: string) => (known.includes(`\`${setting}\``) ? { [setting]: value } : {});
    const ownSettings = {
      ...settingsFor(cloud),
      ...ifKnown('IMAGE_GRAPH_SHARE_CALLS', 'false'),
      // The limits are on. Nobody but the load generator sends these, from one machine that is busy with other processes.
      IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '60000',
      IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1000000000',
      ...(upstreamConnections === undefined ? {} : { IMAGE_GRAPH_UPSTREAM_CONCURRENCY: String(upstreamConnections) }),
      ...(nodeOptions.length === 0 ? {} : { NODE_OPTIONS: nodeOptions.join(' ') }),
      ...settings,
    };
    return startServer(ownSettings, () => {}, folder);
  },
});

export const HAND_WRITTEN = peer('hand-written', 'targets/hand-written.ts', 'request');
export const MERCURIUS = peer('mercurius', 'targets/mercurius.ts');
export const OURS = checkout('image-graph', HERE);
/** Whether the packages of the peers are there. The hand-written server has those of image-graph. */
export const PEERS_ARE_INSTALLED = existsSync(`${BENCH}node_modules`);

/** In the order of the table's columns. */
export const TARGETS: readonly Target[] = [
  HAND_WRITTEN,
  peer('hand-written-dispatch', 'targets/hand-written.ts', 'dispatch'),
  MERCURIUS,
  peer('yoga', 'targets/yoga.ts'),
  OURS,
];

/** The cloud in a process of its own. */
export class Cloud {
  readonly origin: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, origin: string) {
    this.#child = child;
    this.origin = origin;
  }

  static async start(latencyMs = 0, fullness: 'documented' | 'full' = 'documented'): Promise<Cloud> {
    const child = fork(new URL('cloud.ts', import.meta.url), [String(latencyMs), fullness]);
    const [origin] = await once(child, 'message');
    return new Cloud(child, origin);
  }

  /** The number of calls since this was last called. */
  async calls(): Promise<number> {
    this.#child.send('calls');
    const [calls] = await once(this.#child, 'message');
    return calls;
  }

  stop(): void {
    this.#child.disconnect();
  }
}

export interface Measured {
  /** Microseconds of the server's processor time for each operation. */
  readonly processorUs: number;
  /** Milliseconds until the response of each operation, in their order of size. */
  readonly latenciesMs: readonly number[];
}

/** A server that runs, and the connections of the load generator to it. */
export class RunningTarget {
  readonly name: string;
  readonly child: ChildProcess;
  readonly #origin: string;
  #clients: Client[] = [];
  #isDistinct = false;
  #firstCaller = 0;

  constructor(name: string, { child, origin }: Listening, connections = 16) {
    this.name = name;
    this.child = child;
    this.#origin = origin;
    this.connect(connections);
  }

  /** Uses so many connections from now on; with `isDistinct` each is another caller's, whose numbers begin at `first`. */
  connect(connections: number, isDistinct = false, first = 0): void {
    this.#isDistinct = isDistinct;
    this.#firstCaller = first;
    for (const client of this.#clients) client.destroy();
    this.#clients = Array.from({ length: connections }, () => new Client(this.#origin, { headersTimeout: 120_000 }));
  }

  /** Sends a job once. Shape: the text of the response. Errors: throws for another status than 200. */
  async ask({ body }: Job): Promise<string> {
    return this.#send(this.#clients[0] as Client, body);
  }

  /** Sends a job so many times, one at a time on each connection. Every response must be this text. */
  async measure({ body }: Job, count: number, expected: string): Promise<Measured> {
    const latenciesMs: number[] = [];
    let left = count;
    const before = processorMs(this.child);
    await Promise.all(
      this.#clients.map(async (client, index) => {
        const token = `token-${this.#isDistinct ? this.#firstCaller + index : 1}`;
        while (left-- > 0) {
          const startedAt = performance.now();
          if ((await this.#send(client, body, token)) !== expected)
            throw new Error(`${this.name} sent another response.`);
          latenciesMs.push(performance.now() - startedAt);
        }
      }),
    );
    const processorUs = ((processorMs(this.child) - before) * 1000) / count;
    return { processorUs, latenciesMs: latenciesMs.toSorted((a, b) => a - b) };
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }

  async #send(client: Client, body: string, token?: string): Promise<string> {
    const outcome = await exchange(client, '/graphql', body, token);
    if ('body' in outcome && outcome.status === 200) return outcome.body;
    throw new Error(`${this.name}: ${JSON.stringify(outcome).slice(0, 300)}`);
  }
}

export const median = (numbers: readonly number[]) => percentile(numbers, 0.5);
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
