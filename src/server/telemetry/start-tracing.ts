// Starts tracing where the settings want it. The libraries of OpenTelemetry are loaded only then.
import type { Config } from '../../config/config.ts';
import { VERSION } from '../../config/user-agent.ts';
import type { Cloud } from '../../upstream/cloud.ts';
import type { CallTraceOf, OnRequestEnd, RequestRecord } from '../http/request-record.ts';
import { formatTraceParent, traceParentOf } from '../http/trace-context.ts';

/** What the app does for tracing. */
export interface StartedTracing {
  readonly onRequestEnd?: OnRequestEnd | undefined;
  readonly callTraceOf?: CallTraceOf | undefined;
  /** Sends what waits, as far as there is time. */
  close(): Promise<void>;
}

/** Starts it. `log` gets a line when spans could not be sent, at most once a minute. */
export async function startTracing(
  { tracing: config, telemetry: { propagateTrace } }: Pick<Config, 'tracing' | 'telemetry'>,
  cloud: Cloud,
  log: (line: string) => void,
): Promise<StartedTracing> {
  if (!config) return { callTraceOf: propagateTrace ? callerTraceOf : undefined, close: async () => {} };
  const { Tracing } = await import('./tracing.ts');
  const { endpoints } = cloud.config;
  const tracing = new Tracing(config, { endpoints, version: VERSION, log });
  const { onRequestEnd, callTraceOf } = tracing;
  return { onRequestEnd, callTraceOf: propagateTrace ? callTraceOf : undefined, close: () => tracing.close() };
}

/** The caller's trace, which calls are sent with as it is where no spans are made. */
function callerTraceOf({ request }: RequestRecord): ReturnType<CallTraceOf> {
  const parent = traceParentOf(request.headers);
  return parent && { traceParentOf: () => formatTraceParent(parent.traceId, parent.spanId, parent.isSampled) };
}
