// The app with its cloud, and with all that tells of them as the settings want it: metrics, traces and the log.
import type { CloudConfig, Config } from '../config/config.ts';
import { Cloud } from '../upstream/cloud.ts';
import { type App, type AppParts, createApp } from './app.ts';
import { upstreamLog } from './logger.ts';
import { Facts } from './telemetry/facts.ts';
import { Metrics } from './telemetry/metrics.ts';
import { createRequestLog } from './telemetry/request-log.ts';
import { startTracing } from './telemetry/start-tracing.ts';

/** What a service is made of. */
export interface ServiceParts extends Pick<AppParts, 'logger' | 'defaultToken'> {
  readonly config: Config;
  /** The cloud that it calls: that of the settings, or the sandbox. */
  readonly cloud: CloudConfig;
  /** Whether this process reads the facts that are metrics: one of several workers does. */
  readonly readsFacts?: (() => Promise<boolean>) | undefined;
  /** How the metrics are read, where they are not those of this process alone. */
  readonly readMetrics?: ((ofThisProcess: () => ReturnType<Metrics['values']>) => () => Promise<string>) | undefined;
}

export interface Service {
  readonly app: App;
  readonly cloud: Cloud;
  /** The text of `/metrics`. */
  readonly metrics: () => Promise<string>;
  /** Takes the settings of a config that a reload may change. */
  reload(config: Config): void;
  /** Is told whether the last reload was successful. */
  onReload(isSuccessful: boolean): void;
  /** Closes all connections to the cloud, once all traces are sent or their time is over. */
  close(): Promise<void>;
}

export async function createService(parts: ServiceParts): Promise<Service> {
  const { config, logger, readMetrics, readsFacts, defaultToken } = parts;
  const { telemetry } = config;
  const counted = new Metrics(telemetry);
  const cloud = new Cloud(parts.cloud, upstreamLog(logger), counted);
  const tracing = await startTracing(config, cloud, (line) => logger.error(line));
  const log = createRequestLog(telemetry, logger);
  const metrics = readMetrics ? readMetrics(() => counted.values()) : () => counted.registry.metrics();
  const app = createApp({
    config,
    cloud,
    logger,
    onRequestEnd(record) {
      counted.onRequestEnd(record);
      // The log has the trace of a request.
      tracing.onRequestEnd?.(record);
      log?.(record);
    },
    callTraceOf: tracing.callTraceOf,
    metrics: telemetry.metricsPort === undefined ? metrics : undefined,
    defaultToken,
  });
  counted.watch(cloud, app.load);
  const facts =
    telemetry.facts.length > 0
      ? new Facts(counted.registry, {
          recipes: telemetry.facts,
          intervalSeconds: telemetry.factsIntervalSeconds,
          maxSeries: telemetry.factSeries,
          run: app.run,
          mayRead: readsFacts,
          log: logger.warn,
        })
      : undefined;
  facts?.start();
  const close = async () => {
    facts?.stop();
    app.close();
    await tracing.close();
    await cloud.close();
  };
  const reload = (next: Config) => {
    app.reload(next);
    cloud.memory.resize(next.cloud.totalMemoryBytes);
  };
  return { app, cloud, metrics, reload, onReload: counted.onReload, close };
}
