// Starts the processes of a run: the server, as users start it, and the prepared upstream.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// Servers that were started end with this process, also by a signal.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

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

/** Starts the `image-graph` of a checkout as `npm start` does, with settings and no other environment; `onLine` gets each line that it prints. */
export const startServer = (
  settings: Readonly<Record<string, string>>,
  onLine: (line: string) => void = () => {},
  folder: string = fileURLToPath(new URL('../..', import.meta.url)),
) => startProcess(startArguments(folder), { PORT: '0', ...settings }, onLine, folder);

/** What follows `exec node` in the start script of a checkout. */
function startArguments(folder: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const [, args] = /^exec node (.+?) \|\|/.exec(scripts.start) ?? [];
  if (args === undefined) throw new Error(`The start script of ${folder} is another one.`);
  return args.split(' ');
}

/** Starts a server by the arguments of Node.js, with this environment alone. */
export async function startProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onLine: (line: string) => void,
  folder: string,
): Promise<Listening> {
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  child.once('exit', () => process.off('exit', onExit));
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

/** Milliseconds of processor time that all threads of a process have used so far, from Linux's /proc, which has nanoseconds. */
export function processorMs({ pid }: { readonly pid?: number | undefined }): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((total, nanoseconds) => total + nanoseconds, 0) / 1e6;
}

/** Megabytes of resident memory of a process: now, or at its peak. */
export function residentMegabytes({ pid }: { readonly pid?: number | undefined }, which: 'VmRSS' | 'VmHWM'): number {
  const [, kilobytes = '0'] = new RegExp(`${which}:\\s*(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
