// Starts the processes of a run: the server, as users start it, and the prepared upstream.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A process that listens on loopback. */
export interface Listening {
  readonly child: ChildProcess;
  readonly origin: string;
}

/** Starts the upstream that responds to each call with `count` images after `latencyMs`. */
export async function startPreparedUpstream(count: number, latencyMs: number): Promise<Listening> {
  const child = fork(new URL('prepared-upstream.ts', import.meta.url), [String(count), String(latencyMs)]);
  const [origin] = await once(child, 'message');
  return { child, origin };
}

/** Starts the `image-graph` of a checkout with settings and no other environment; `onLine` gets each line that it prints. */
export async function startServer(
  settings: Readonly<Record<string, string>>,
  onLine: (line: string) => void = () => {},
  folder: string | URL = new URL('../..', import.meta.url),
): Promise<Listening> {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: folder,
    env: { PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const origin = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server exited with ${code} before it was ready.`)));
    createInterface(child.stdout).on('line', (line) => {
      onLine(line);
      const [, address] = /is ready .*: open (http:\/\/[^/]+)/.exec(line) ?? [];
      if (address) resolve(address);
    });
  });
  return { child, origin };
}

/** The settings that make one upstream the endpoint of all services. */
export const settingsFor = ({ origin }: Pick<Listening, 'origin'>) => ({
  IMAGE_GRAPH_SWR_ENDPOINT: origin,
  IMAGE_GRAPH_IMS_ENDPOINT: origin,
  IMAGE_GRAPH_MODELARTS_ENDPOINT: origin,
  IMAGE_GRAPH_PROJECT_ID: 'project-1',
});

/** Milliseconds of processor time that a process has used so far, from Linux's /proc. */
export function processorMs({ pid }: { readonly pid?: number | undefined }): number {
  const [, text = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user = 0, system = 0] = text.split(' ').slice(11, 13).map(Number);
  return (user + system) * TICK_MS;
}

const TICK_MS = 10;
