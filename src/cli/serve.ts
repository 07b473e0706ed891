// `image-graph serve`: runs the GraphQL server, in this process or in several workers, which only they load.
import { parseArgs } from 'node:util';
import { startsWorkers } from '../config/workers.ts';
import { consoleLogger } from '../server/logger.ts';
import { reloadOnSignal, stopOnSignal, stopOnUncaughtException } from '../server/process/signals.ts';
import { isWorker, type Started, tellReady, Workers } from '../server/process/workers.ts';
import type { StartSandbox } from './sandbox.ts';

/**
 * Starts the server, on the sandbox when no cloud is configured. Shape: resolves once it listens.
 * SIGTERM, SIGINT, SIGQUIT and an uncaught exception stop it. Errors: rejects with ConfigError, or the system's error for its port.
 */
export async function serve(args: string[], startSandbox: StartSandbox): Promise<void> {
  parseArgs({ args });
  const { warnings, notices, ready, workers } =
    startsWorkers() && !isWorker() ? await startWorkers() : await startServer(startSandbox);
  if (isWorker()) return;
  for (const warning of warnings) consoleLogger.warn(`WARNING: ${warning}`);
  for (const notice of notices) consoleLogger.info(notice);
  consoleLogger.info(ready, { node: process.versions.node, workers });
}

/** Serves the graph in this process. */
async function startServer(startSandbox: StartSandbox): Promise<Started> {
  const { startServer } = await import('./server.ts');
  const started = await startServer(startSandbox);
  tellReady(started);
  return started;
}

/** Milliseconds that a worker may take to end, on top of what the settings allow it. */
const WORKER_GRACE_MS = 2_000;

/** Starts the workers. */
async function startWorkers(): Promise<Started> {
  const workers = new Workers(consoleLogger);
  const stop = async (signal: NodeJS.Signals) => {
    await workers.stop(signal, WORKER_GRACE_MS);
    consoleLogger.info('All workers have ended.');
  };
  stopOnSignal(stop);
  stopOnUncaughtException(() => stop('SIGTERM'), consoleLogger);
  const { collectMetrics, collectStatus } = await import('../server/telemetry/worker-metrics.ts');
  const metrics = collectMetrics();
  const started = (await workers.start()) ?? process.exit(workers.isStopping ? 0 : 1);
  const { createReload, workerTargets } = await import('../server/process/reload.ts');
  reloadOnSignal(createReload(workerTargets, consoleLogger));
  if (!started.monitoring) return started;
  const { metricsNotice, startMonitoring } = await import('../server/telemetry/metrics-server.ts');
  const { port, host } = started.monitoring;
  const { url } = await startMonitoring({ metrics, status: collectStatus }, port, host);
  return { ...started, notices: [...started.notices, metricsNotice(url)] };
}
