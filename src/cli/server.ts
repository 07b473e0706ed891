// The server in this process: settings, cloud, app and port, and the order in which they end.
import { flushCompileCache } from 'node:module';
import { loadConfig } from '../config/config.ts';
import { createApp } from '../server/app.ts';
import type { OnRequestEnd } from '../server/http/request-record.ts';
import { ENDPOINT } from '../server/http/routes.ts';
import { createHttpServer, listen } from '../server/http/server.ts';
import { consoleLogger, upstreamLog } from '../server/logger.ts';
import { Connections, drain } from '../server/process/graceful-shutdown.ts';
import { stopOnSignal, stopOnUncaughtException } from '../server/process/signals.ts';
import { isWorker, type Started, tellEnding } from '../server/process/workers.ts';
import { createRequestLog } from '../server/telemetry/request-log.ts';
import { logSecretChanges } from '../server/telemetry/secret-log.ts';
import { startTracing } from '../server/telemetry/start-tracing.ts';
import { Cloud } from '../upstream/cloud.ts';
import type { StartSandbox } from './sandbox.ts';

/** When what was compiled is written, in milliseconds after the start: a process that is killed has not written it. */
const WRITE_CACHE_AFTER_MS = 3_000;

/** Starts it. Shape: resolves once it listens. Errors: rejects with ConfigError, or the system's error for its port. */
export async function startServer(startSandbox: StartSandbox): Promise<Started> {
  const config = loadConfig();
  const sandbox = config.sandbox ? await startSandbox({ port: 0 }) : undefined;
  const cloud = new Cloud(
    sandbox ? { ...config.cloud, endpoints: sandbox.endpoints, projectId: sandbox.projectId } : config.cloud,
    upstreamLog(consoleLogger),
  );
  logSecretChanges(config.secretFiles, consoleLogger);
  const tracing = await startTracing(config, cloud, consoleLogger.error);
  // That of tracing is the first: the others are told the trace of a request.
  const observers = [tracing.onRequestEnd, createRequestLog(config.telemetry, consoleLogger)].filter(
    (observer) => observer !== undefined,
  );
  const onRequestEnd: OnRequestEnd = (record) => {
    for (const observe of observers) observe(record);
  };
  const app = createApp({
    config,
    cloud,
    logger: consoleLogger,
    onRequestEnd: observers.length > 0 ? onRequestEnd : undefined,
    callTraceOf: tracing.callTraceOf,
    defaultToken: sandbox?.token,
  });
  const server = createHttpServer(app, config);
  const connections = new Connections(server);
  const name = isWorker() ? `Worker ${process.pid}: ` : '';
  const stop = async (delayMs: number) => {
    tellEnding();
    app.startDraining();
    await drain(connections, { ...config.drain, delayMs }, (message, fields) =>
      consoleLogger.info(name + message, fields),
    );
    app.close();
    await tracing.close();
    await cloud.close();
    await sandbox?.close();
  };
  const address = await listen(server, config.port, config.host);
  setTimeout(flushCompileCache, WRITE_CACHE_AFTER_MS).unref();
  stopOnSignal((signal) => stop(signal === 'SIGINT' ? 0 : config.drain.delayMs));
  stopOnUncaughtException(() => stop(config.drain.delayMs), consoleLogger);
  const what = sandbox ? 'on the embedded sandbox cloud (made-up data, no account needed)' : `on ${config.cloud.kind}`;
  return {
    ready: `image-graph is ready ${what}: open ${address}${ENDPOINT} with a browser or a client`,
    warnings: config.warnings,
    notices: config.notices,
    workers: config.workers,
    drainMs: config.drain.delayMs + config.drain.timeoutMs,
  };
}
