// Starts a server of a checkout as a process of its own, and measures the most memory that it takes and how long its event loop stalls.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { longer, NO_STALL, type Stall } from './turn-probe.ts';

export interface ServerOptions {
  /** The checkout. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
  /** Options of Node.js. */
  readonly nodeOptions?: readonly string[];
  /** Milliseconds in which it must be ready. */
  readonly readyMs?: number;
}

export interface Figures {
  /** The peak of its resident memory. */
  readonly peakMegabytes: number;
  readonly stall: Stall;
}

const POLL_MS = 25;
/** Milliseconds after the start in which a stall of the start itself is still printed. */
const SETTLE_MS = 400;
/** A server that takes more is ended, so that the machine stays usable. */
const MAX_MEGABYTES = 6_000;
const PROBE = new URL('turn-probe.ts', import.meta.url);

export class MeasuredServer {
  /** Undefined where it does not become ready. */
  origin: string | undefined;
  /** All lines that it has printed, but those of the probe. */
  readonly lines: string[] = [];
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  #peakMegabytes = 0;
  #stall: Stall = NO_STALL;
  #isTooLarge = false;

  /** Starts one. Resolves once it is ready, has ended, or is late. */
  static async start(options: ServerOptions): Promise<MeasuredServer> {
    const server = new MeasuredServer(options);
    const late = AbortSignal.timeout(options.readyMs ?? 20_000);
    await new Promise<void>((resolve) => {
      server.#onReady = resolve;
      late.addEventListener('abort', () => resolve());
      server.ended.then(() => resolve());
    });
    if (server.origin !== undefined) await sleep(SETTLE_MS);
    server.#stall = NO_STALL;
    return server;
  }

  #onReady = () => {};

  private constructor({ folder, settings, nodeOptions = [] }: ServerOptions) {
    this.child = spawn(process.execPath, [...nodeOptions, `--import=${PROBE}`, 'src/main.ts'], {
      cwd: folder,
      env: { PORT: '0', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const onExit = () => this.child.kill('SIGKILL');
    process.once('exit', onExit);
    this.ended = once(this.child, 'close').then(() => process.off('exit', onExit));
    for (const stream of [this.child.stdout, this.child.stderr])
      if (stream) createInterface(stream).on('line', (line) => this.#onLine(line));
    const timer = setInterval(() => this.#readPeak(), POLL_MS);
    this.ended.then(() => clearInterval(timer));
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** How it has ended. */
  get ending(): string {
    const { exitCode, signalCode } = this.child;
    if (this.#isTooLarge) return `ENDED at ${MAX_MEGABYTES} MB`;
    if (this.isRunning) return 'running';
    const isOutOfMemory = this.lines.some((line) => line.includes('heap out of memory'));
    return isOutOfMemory ? 'OUT OF MEMORY' : `ended by ${signalCode ?? `exit code ${exitCode}`}`;
  }

  /** What was measured so far. */
  figures(): Figures {
    this.#readPeak();
    return { peakMegabytes: this.#peakMegabytes, stall: this.#stall };
  }

  /** The number of its open sockets. */
  openSockets(): number {
    try {
      const folder = `/proc/${this.child.pid}/fd`;
      return readdirSync(folder).filter((name) => readlinkSync(`${folder}/${name}`).startsWith('socket:')).length;
    } catch {
      // It has ended, or a socket has been closed meanwhile.
      return 0;
    }
  }

  async kill(): Promise<void> {
    if (this.isRunning) this.child.kill('SIGKILL');
    await this.ended;
  }

  #onLine(line: string): void {
    if (line.startsWith('stall ')) this.#stall = longer(this.#stall, JSON.parse(line.slice(6)));
    else this.lines.push(line);
    const [, origin] = /is ready .*: open (http:\/\/[^/]+)/.exec(line) ?? [];
    if (origin === undefined) return;
    this.origin = origin;
    this.#onReady();
  }

  /** Reads the peak that the kernel has noted: Linux only. */
  #readPeak(): void {
    try {
      const [, kilobytes = '0'] = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8')) ?? [];
      this.#peakMegabytes = Math.max(this.#peakMegabytes, Math.round(Number(kilobytes) / 1024));
      if (this.#peakMegabytes < MAX_MEGABYTES || this.#isTooLarge) return;
      this.#isTooLarge = true;
      this.child.kill('SIGKILL');
    } catch {
      // It has ended.
    }
  }
}
