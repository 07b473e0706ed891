// `image-graph serve`: runs the GraphQL server, in this process or in several workers.
import { parseArgs } from 'node:util';
import { type Config, loadConfig } from '../config/config.ts';
import { ENDPOINT } from '../server/http/routes.ts';
import { consoleLogger } from '../server/logger.ts';
import { Connections, drain } from '../server/process/graceful-shutdown.ts';
import { stopOnSignal, stopOnUncaughtException } from '../server/process/signals.ts';
import { isWorker, tellEnding, tellReady, Workers } from '../server/process/workers.ts';
import type { StartSandbox } from './sandbox.ts';

/**
 * Starts the server, on the sandbox when no cloud is configured. Shape: resolves once it listens.
 * SIGTERM, SIGINT, SIGQUIT and an uncaught exception stop it. Errors: rejects with ConfigError, or the system's error for its port.
 */
export async function serve(args: string[], startSandbox: StartSandbox): Promise<void> {
  parseArgs({ args });
  const config = loadConfig();
  const address =
    config.workers === 1 || isWorker() ? await startServer(config, startSandbox) : await startWorkers(config);
  if (isWorker()) return void tellReady(address);
  for (const warning of config.warnings) consoleLogger.error(`WARNING: ${warning}`);
  for (const notice of config.notices) consoleLogger.info(notice);
  const what = config.sandbox
    ? 'on the embedded sandbox cloud (made-up data, no account needed)'
    : `on ${config.cloud.kind}`;
  console.info(`image-graph is ready ${what}: open ${address}${ENDPOINT}`);
}

/** Serves the graph in this process. Shape: the address. */
async function startServer(config: Config, startSandbox: StartSandbox): Promise<string> {
  const { createApp } = await import('../server/app.ts');
  const { createHttpServer, listen } = await import('../server/http/server.ts');
  const { Cloud } = await import('../upstream/cloud.ts');
  const sandbox = config.sandbox ? await startSandbox({ port: 0 }) : undefined;
  const cloud = new Cloud(
    sandbox ? { ...config.cloud, endpoints: sandbox.endpoints, projectId: sandbox.projectId } : config.cloud,
    consoleLogger.info,
  );
  const app = createApp({ config, cloud, logger: consoleLogger, defaultToken: sandbox?.token });
  const server = createHttpServer(app, config);
  const connections = new Connections(server);
  const name = isWorker() ? `Worker ${process.pid}: ` : '';
  const stop = async (delayMs: number) => {
    tellEnding();
    app.startDraining();
    await drain(connections, { ...config.drain, delayMs }, (message) => consoleLogger.info(name + message));
    app.close();
    await cloud.close();
    await sandbox?.close();
  };
  const address = await listen(server, config.port, config.host);
  stopOnSignal((signal) => stop(signal === 'SIGINT' ? 0 : config.drain.delayMs));
  stopOnUncaughtException(() => stop(config.drain.delayMs), consoleLogger);
  return address;
}

/** Milliseconds that a worker may take to end, on top of what the settings allow it. */
const WORKER_GRACE_MS = 2_000;

/** Starts the workers. Shape: their address. */
async function startWorkers(config: Config): Promise<string> {
  const workers = new Workers(config.workers, consoleLogger);
  const { delayMs, timeoutMs } = config.drain;
  const stop = async (signal: NodeJS.Signals) => {
    await workers.stop(signal, delayMs + timeoutMs + WORKER_GRACE_MS);
    consoleLogger.info('All workers have ended.');
  };
  stopOnSignal(stop);
  stopOnUncaughtException(() => stop('SIGTERM'), consoleLogger);
  return (await workers.start()) ?? process.exit(workers.isStopping ? 0 : 1);
}
