// One run of a hostile case: a fresh server, a hostile upstream, and the clients of the case.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { MeasuredServer } from './measured-server.ts';
import { settingsFor } from './processes.ts';

/** What a case needs before its clients begin. */
export interface Setup {
  /** What the upstream does: a name in hostile-upstream.ts. */
  readonly upstream?: string;
  /** Settings of the server; those that a checkout does not know yet are left out. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
  /** Whether the case starts the server itself. */
  readonly isStartedLater?: boolean;
}

/** A response as far as the table shows it. */
export interface Received {
  /** 0 where the connection failed. */
  readonly status: number;
  readonly bytes: number;
  /** The codes of its errors, each with its number. */
  readonly codes: ReadonlyMap<string, number>;
  /** Its beginning. */
  readonly text: string;
}

const MAX_WAIT_MS = 40_000;
const MAX_KEPT_BYTES = 8 * 1024 * 1024;

export class Run {
  readonly folder: string;
  readonly #settings: string;
  readonly #setup: Setup;
  readonly #agent = new Agent({ connections: null, headersTimeout: MAX_WAIT_MS, bodyTimeout: MAX_WAIT_MS });
  #upstream: ChildProcess | undefined;
  #upstreamOrigin = '';
  server: MeasuredServer | undefined;

  constructor(folder: string, setup: Setup) {
    this.folder = folder;
    this.#settings = readFileSync(join(folder, 'docs/settings.md'), 'utf8');
    this.#setup = setup;
  }

  async begin(): Promise<void> {
    const { upstream = 'ordinary', isStartedLater = false } = this.#setup;
    this.#upstream = fork(new URL('hostile-upstream.ts', import.meta.url), [upstream]);
    [this.#upstreamOrigin] = await once(this.#upstream, 'message');
    if (!isStartedLater) await this.start();
  }

  /** Starts the server. Shape: how it has ended, if it has. */
  async start(further: Readonly<Record<string, string>> = {}, readyMs?: number): Promise<MeasuredServer> {
    const { settings = {}, nodeOptions = [] } = this.#setup;
    const own = Object.entries({ ...settings, ...further }).map(([name, value]) => [
      name,
      value.replace('UPSTREAM', this.#upstreamOrigin),
    ]);
    const known = own.filter(([name = '']) => !name.startsWith('IMAGE_GRAPH_') || this.knows(name));
    this.server = await MeasuredServer.start({
      folder: this.folder,
      settings: { ...settingsFor({ origin: this.#upstreamOrigin }), ...Object.fromEntries(known) },
      nodeOptions,
      ...(readyMs === undefined ? {} : { readyMs }),
    });
    return this.server;
  }

  /** Whether the checkout has a setting. */
  knows(setting: string): boolean {
    return this.#settings.includes(`\`${setting.replace(/_FILE$/, '')}`);
  }

  get origin(): string {
    return this.server?.origin ?? 'http://127.0.0.1:9';
  }

  /** The number of calls that the upstream has got. */
  async calls(message: 'calls' | 'heal' = 'calls'): Promise<Readonly<Record<string, number>>> {
    this.#upstream?.send(message);
    const [calls] = this.#upstream ? await once(this.#upstream, 'message') : [{}];
    return calls;
  }

  /** Sends operations and reads the response to its end. */
  async ask(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Received> {
    const codes = new Map<string, number>();
    const kept: string[] = [];
    let [status, bytes, rest] = [0, 0, ''];
    try {
      const response = await this.#agent.request({
        origin: this.origin,
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-auth-token': 'token-1', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        signal: AbortSignal.timeout(MAX_WAIT_MS),
      });
      status = response.statusCode;
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        const text = chunk.toString('latin1');
        if (bytes < MAX_KEPT_BYTES) kept.push(text);
        bytes += chunk.length;
        const seen = rest + text;
        let end = 0;
        for (const found of seen.matchAll(/"code":"([A-Z_]+)"/g)) {
          codes.set(found[1] ?? '', (codes.get(found[1] ?? '') ?? 0) + 1);
          end = found.index + found[0].length;
        }
        rest = seen.slice(Math.max(end, seen.length - 60));
      }
    } catch (error) {
      codes.set(`connection: ${(error as NodeJS.ErrnoException).code ?? (error as Error).name}`, 1);
    }
    return { status, bytes, codes, text: kept.join('') };
  }

  async end(): Promise<void> {
    await this.server?.kill();
    this.#upstream?.disconnect();
    await this.#agent.destroy();
  }
}

const size = (bytes: number) =>
  bytes < 1e4 ? `${bytes} bytes` : bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** A response in words. */
export const inWords = ({ status, bytes, codes }: Received) =>
  [
    ...(status === 0 ? [] : [`${status}`, size(bytes)]),
    ...[...codes].map(([code, count]) => (count === 1 ? code : `${code} × ${count}`)),
  ].join(', ');

/** How many there are of each. */
export function tally(items: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].map(([item, count]) => `${count} × ${item}`).join(', ');
}
