// `image-graph sandbox`: serves the sandbox cloud by itself, for other clients than the graph.
import { parseArgs } from 'node:util';
import { stopOnSignal } from '../server/process/signals.ts';
import { UsageError } from './errors.ts';

/** A sandbox cloud that is running. */
export interface RunningSandbox {
  /** Base URLs by service. */
  readonly endpoints: Readonly<Record<'swr' | 'ims' | 'modelarts' | 'iam', string>>;
  readonly token: string;
  readonly projectId: string;
  close(): Promise<void>;
}

/** Starts a sandbox cloud on a port of 127.0.0.1; 0 lets the system choose one. */
export type StartSandbox = (options: { readonly port: number }) => Promise<RunningSandbox>;

/** Starts it on `--port` or a port of the system's choice, and prints its settings and an example call. */
export async function sandbox(args: string[], start: StartSandbox): Promise<void> {
  const { values } = parseArgs({ args, options: { port: { type: 'string', default: '0' } } });
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) throw new UsageError('--port must be from 0 to 65535.');
  const running = await start({ port });
  const { endpoints, token, projectId } = running;
  console.info('The sandbox cloud is ready. Its endpoints, token and project, as settings and as a call:');
  for (const [service, url] of Object.entries(endpoints))
    console.info(`  IMAGE_GRAPH_${service.toUpperCase()}_ENDPOINT=${url}`);
  console.info(`  IMAGE_GRAPH_PROJECT_ID=${projectId}`);
  console.info(`  X-Auth-Token: ${token}`);
  console.info(`  curl -H 'X-Auth-Token: ${token}' -H 'Accept: application/json' '${endpoints.ims}/v2/images?limit=2'`);
  stopOnSignal(() => running.close());
}
