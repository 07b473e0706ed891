// A replica of the cluster: an installed package, started with two workers on a port that stays its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { logLines } from '../support/processes/command.ts';

/** The lines of the log of a server with two workers that listens. */
const READY = [/^Worker \d+ is ready\.$/, /^Worker \d+ is ready\.$/, /^image-graph is ready on /];

export class Replica {
  readonly port: number;
  #child: ChildProcess | undefined;
  #ended: Promise<unknown[]> | undefined;
  #output = '';

  constructor(port: number) {
    this.port = port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it has logged since its last start. */
  get messages(): string[] {
    return logLines(this.#output.slice(0, this.#output.lastIndexOf('\n') + 1)).map(({ msg }) => msg);
  }

  /** Starts it in a process group of its own. Resolves once both workers listen. Errors: rejects when it ends before, with its output. */
  async start(bin: string, settings: Record<string, string>, ...args: string[]): Promise<void> {
    this.#output = '';
    // The kernel ends it with this process, however that ends; and its workers end without it.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', bin, ...args], {
      detached: true,
      env: {
        PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        PORT: String(this.port),
        IMAGE_GRAPH_WORKERS: '2',
        IMAGE_GRAPH_LOG_FORMAT: 'json',
        ...settings,
      },
    });
    this.#child = child;
    this.#ended = once(child, 'close');
    const ended = this.#ended;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (this.#output += chunk));
    const isReady = () => {
      const messages = this.messages;
      return READY.every(
        (line, index) => messages.filter((message) => line.test(message)).length > Number(index === 1),
      );
    };
    while (!isReady()) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`The replica has ended:\n${this.#output}`);
      await Promise.race([once(child.stdout, 'data'), ended]);
    }
  }

  /** Kills all of its processes at once. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGKILL');
    await this.#ended;
  }

  /** Sends it a signal, as a supervisor does. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends it gracefully. Shape: its exit code. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    await this.#ended;
    return this.#child?.exitCode ?? null;
  }
}
