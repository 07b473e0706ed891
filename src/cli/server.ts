// The server in this process: settings, cloud, app and port, and the order in which they end.
import { flushCompileCache } from 'node:module';
import { loadConfig } from '../config/config.ts';
import { ENDPOINT } from '../server/http/routes.ts';
import { createHttpServer, listen } from '../server/http/server.ts';
import { consoleLogger } from '../server/logger.ts';
import { Connections, drain } from '../server/process/graceful-shutdown.ts';
import { createReload, reloadTarget, shareReload } from '../server/process/reload.ts';
import { reloadOnSignal, stopOnSignal, stopOnUncaughtException } from '../server/process/signals.ts';
import { isWorker, type Started, tellEnding } from '../server/process/workers.ts';
import { createService } from '../server/service.ts';
import { metricsNotice, startMonitoring } from '../server/telemetry/metrics-server.ts';
import { logSecretChanges } from '../server/telemetry/secret-log.ts';
import { readsFacts, shareMetrics, shareStatus } from '../server/telemetry/worker-metrics.ts';
import type { StartSandbox } from './sandbox.ts';

/** When what was compiled is written, in milliseconds after the start: a process that is killed has not written it. */
const WRITE_CACHE_AFTER_MS = 3_000;

/** Starts it. Shape: resolves once it listens. Errors: rejects with ConfigError, or the system's error for its port. */
export async function startServer(startSandbox: StartSandbox): Promise<Started> {
  const config = loadConfig();
  const sandbox = config.sandbox ? await startSandbox({ port: 0 }) : undefined;
  logSecretChanges(config.secretFiles, consoleLogger);
  const service = await createService({
    config,
    cloud: sandbox ? { ...config.cloud, endpoints: sandbox.endpoints, projectId: sandbox.projectId } : config.cloud,
    logger: consoleLogger,
    readsFacts: isWorker() ? readsFacts : undefined,
    readMetrics: isWorker() ? shareMetrics : undefined,
    defaultToken: sandbox?.token,
  });
  const { app, metrics } = service;
  const server = createHttpServer(app, config);
  const connections = new Connections(server);
  const name = isWorker() ? `Worker ${process.pid}: ` : '';
  const stop = async (delayMs: number) => {
    tellEnding();
    app.startDraining();
    await drain(connections, { ...config.drain, delayMs }, (message, fields) =>
      consoleLogger.info(name + message, fields),
    );
    await service.close();
    await sandbox?.close();
    monitoring?.server.close();
  };
  const address = await listen(server, config.port, config.host);
  const { metricsPort, metricsHost } = config.telemetry;
  const monitoring =
    metricsPort === undefined || isWorker()
      ? undefined
      : await startMonitoring({ metrics, status: app.status }, metricsPort, metricsHost);
  if (isWorker()) shareStatus(app.status);
  setTimeout(flushCompileCache, WRITE_CACHE_AFTER_MS).unref();
  stopOnSignal((signal) => stop(signal === 'SIGINT' ? 0 : config.drain.delayMs));
  stopOnUncaughtException(() => stop(config.drain.delayMs), consoleLogger);
  const target = reloadTarget(service, consoleLogger);
  if (isWorker()) shareReload(target);
  else reloadOnSignal(createReload(() => [target], consoleLogger));
  const what = sandbox ? 'on the embedded sandbox cloud (made-up data, no account needed)' : `on ${config.cloud.kind}`;
  return {
    ready: `image-graph is ready ${what}: open ${address}${ENDPOINT} with a browser or a client`,
    warnings: config.warnings,
    notices: monitoring ? [...config.notices, metricsNotice(monitoring.url)] : config.notices,
    monitoring: metricsPort === undefined ? undefined : { port: metricsPort, host: metricsHost },
    workers: config.workers,
    drainMs: config.drain.delayMs + config.drain.timeoutMs,
  };
}
