// Sends a span for each request, for its operations and for their upstream calls by OTLP, once the request has ended. Loaded only where
// tracing is on. Names of spans come from closed sets; nothing of documents, variables, URLs and responses is in a span: docs/tracing.md.
import type { Agent } from 'node:http';
import { type HrTime, ROOT_CONTEXT, type SpanContext, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPExporterError } from '@opentelemetry/otlp-exporter-base';
import { createOtlpHttpExportDelegate, httpAgentFactoryFromOptions } from '@opentelemetry/otlp-exporter-base/node-http';
import {
  JsonTraceSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  RandomIdGenerator,
  type ReadableSpan,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Service } from '../../config/services.ts';
import type { Sampling, TracingConfig } from '../../config/tracing.ts';
import { USER_AGENT } from '../../config/user-agent.ts';
import type { CallTrace } from '../../upstream/call-record.ts';
import type { RequestRecord } from '../http/request-record.ts';
import { STATUS_PATHS } from '../http/routes.ts';
import { formatTraceParent, type RequestTrace, traceParentOf } from '../http/trace-context.ts';
import { callSpan, hostOf, type MadeSpan, operationSpan, pathOf, requestSpan } from './spans.ts';

/** Spans of calls that one request has at most: one request must not fill the queue. */
const MAX_CALL_SPANS = 256;
/** Milliseconds that the last spans have to leave at the end of the process. */
const CLOSE_MS = 1_000;
const LOG_EVERY_MS = 60_000;
/** Milliseconds that an export may take on top of its timeout. */
const GRACE_MS = 1_000;
/** The codes of an export's result. */
const [SUCCESS, FAILED] = [0, 1] as const;

const ids = new RandomIdGenerator();

export interface TracingOptions {
  /** The endpoints of the cloud, whose hosts are named in the spans of its calls. */
  readonly endpoints: Readonly<Partial<Record<Service, string>>>;
  readonly version: string;
  /** Gets a line when spans could not be sent, at most once a minute. */
  log(line: string): void;
}

export class Tracing {
  readonly #config: TracingConfig;
  readonly #processor: BatchSpanProcessor;
  readonly #resource: Resource;
  readonly #scope: ReadableSpan['instrumentationScope'];
  readonly #hosts: ReadonlyMap<string, ReturnType<typeof hostOf>>;
  readonly #samples: (traceId: string) => boolean;
  readonly #log: (line: string) => void;
  /** The connections to the receiver. */
  #agent: Agent | undefined;
  /** Spans that wait or are being sent. */
  #queued = 0;
  /** Spans that were not sent, and are not logged yet. */
  #lost = 0;
  #logAt = Number.NEGATIVE_INFINITY;

  constructor(config: TracingConfig, { endpoints, version, log }: TracingOptions) {
    this.#config = config;
    this.#log = log;
    this.#samples = samplerOf(config.sampler);
    this.#scope = { name: 'image-graph', version };
    this.#resource = resourceFromAttributes({
      'service.version': version,
      'service.instance.id': ids.generateTraceId(),
      'process.pid': process.pid,
      ...config.resource,
    });
    this.#hosts = new Map(Object.entries(endpoints).map(([service, url]) => [service, hostOf(url)]));
    this.#processor = new BatchSpanProcessor({
      exporter: this.#createExporter(),
      maxQueueSize: config.maxQueueSize,
      maxExportBatchSize: config.maxBatchSize,
      scheduledDelayMillis: config.delayMs,
      // The exporter keeps its own time, before this one is over.
      exportTimeoutMillis: config.timeoutMs + 2 * GRACE_MS,
    });
  }

  /** Makes the spans of a request that has ended. */
  readonly onRequestEnd = (record: RequestRecord): void => {
    // A platform requests these every few seconds.
    if (STATUS_PATHS.has(pathOf(record))) return;
    const trace = this.traceOf(record);
    if (!trace.isSampled) return;
    const { maxQueueSize } = this.#config;
    let spans = this.#spansOf(record, trace);
    if (this.#queued + spans.length > maxQueueSize) {
      // All of a request or none, unless it alone has more than may wait.
      const kept = this.#queued === 0 ? spans.slice(0, maxQueueSize) : [];
      this.#lose(spans.length - kept.length, 'too many wait to be sent');
      spans = kept;
    }
    this.#queued += spans.length;
    for (const span of spans) this.#processor.onEnd(span);
  };

  /** The trace that a request belongs to: decided at the first look. */
  readonly traceOf = (record: RequestRecord): RequestTrace => {
    record.trace ??= this.#open(record);
    return record.trace;
  };

  /** The trace that the calls of a request are sent with. */
  readonly callTraceOf = (record: RequestRecord): CallTrace => {
    const { traceId, isSampled } = this.traceOf(record);
    return {
      traceParentOf: (call) => {
        call.spanId ??= ids.generateSpanId();
        return formatTraceParent(traceId, call.spanId, isSampled);
      },
    };
  };

  /** Sends what waits, as far as there is time. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_MS);
    });
    await Promise.race([this.#processor.shutdown().catch(() => {}), timeout]);
    clearTimeout(timer);
    this.#agent?.destroy();
  }

  #open({ request }: RequestRecord): RequestTrace {
    const parent = traceParentOf(request.headers);
    const traceId = parent?.traceId ?? ids.generateTraceId();
    const isSampled = this.#config.sampler.isParentBased && parent ? parent.isSampled : this.#samples(traceId);
    return { traceId, spanId: ids.generateSpanId(), isSampled, parent };
  }

  #spansOf(record: RequestRecord, trace: RequestTrace): ReadableSpan[] {
    const { traceId, parent } = trace;
    const common: Common = {
      // The clock of the records does not follow the system's.
      clock: Date.now() - performance.now(),
      endedAt: record.endedAt ?? performance.now(),
      context: {
        traceId,
        traceFlags: TraceFlags.SAMPLED,
        ...(parent?.state === undefined ? {} : { traceState: stateOf(parent.state) }),
      },
      resource: this.#resource,
      scope: this.#scope,
    };
    const caller = parent && { ...common.context, spanId: parent.spanId, isRemote: true };
    const root = new FinishedSpan(trace.spanId, caller, requestSpan(record), common);
    const spans = [root];
    let room = MAX_CALL_SPANS;
    for (const operation of record.operations) {
      const calls = operation.calls.slice(0, room);
      room -= calls.length;
      const made = operationSpan(operation, operation.calls.length - calls.length);
      const below = new FinishedSpan(ids.generateSpanId(), root.spanContext(), made, common);
      spans.push(below);
      for (const call of calls) {
        const { service, spanId = ids.generateSpanId() } = call;
        spans.push(new FinishedSpan(spanId, below.spanContext(), callSpan(call, this.#hosts.get(service)), common));
      }
    }
    return spans;
  }

  /** OpenTelemetry's exporter of OTLP with the settings that were read; its own would read the environment again. */
  #createExporter(): SpanExporter {
    const { url, protocol, headers, tls, timeoutMs, compression, maxQueueSize, maxBatchSize } = this.#config;
    const isJson = protocol === 'http/json';
    const createAgent = httpAgentFactoryFromOptions({ keepAlive: true, ...tls() });
    const type = isJson ? 'application/json' : 'application/x-protobuf';
    const delegate = createOtlpHttpExportDelegate(
      {
        url,
        headers: async () => ({ ...headers(), 'content-type': type }),
        compression,
        timeoutMillis: timeoutMs,
        // At the end of the process all that wait are sent at once.
        concurrencyLimit: 1 + Math.ceil(maxQueueSize / maxBatchSize),
        agentFactory: async (scheme) => {
          this.#agent = await createAgent(scheme);
          return this.#agent;
        },
        userAgent: USER_AGENT,
      },
      isJson ? JsonTraceSerializer : ProtobufTraceSerializer,
      'otlp_http_span_exporter',
      TraceExporterMetricsHelper,
      undefined,
    );
    return {
      export: (spans, onResult) => {
        let isOver = false;
        const end = (error?: Error) => {
          if (isOver) return;
          isOver = true;
          clearTimeout(timer);
          this.#queued -= spans.length;
          if (error) this.#lose(spans.length, reasonOf(error));
          onResult(error ? { code: FAILED, error } : { code: SUCCESS });
        };
        // A receiver that sends its response byte by byte has no end otherwise.
        const timer = setTimeout(() => {
          end(new Error('timeout'));
          this.#agent?.destroy();
        }, timeoutMs + GRACE_MS);
        try {
          delegate.export(spans, ({ error }) => end(error));
        } catch (error) {
          end(error as Error);
        }
      },
      forceFlush: () => delegate.forceFlush(),
      shutdown: () => delegate.shutdown(),
    };
  }

  #lose(spans: number, reason: string): void {
    this.#lost += spans;
    const now = performance.now();
    if (now < this.#logAt) return;
    this.#logAt = now + LOG_EVERY_MS;
    this.#log(`Tracing: ${this.#lost} spans were not sent (${reason}).`);
    this.#lost = 0;
  }
}

/** What the spans of a request have in common. */
interface Common {
  /** What makes a time of the records one of the system's clock, in milliseconds. */
  readonly clock: number;
  readonly endedAt: number;
  readonly context: Omit<SpanContext, 'spanId'>;
  readonly resource: Resource;
  readonly scope: ReadableSpan['instrumentationScope'];
}

/** A span as the exporter reads it. It holds nothing of its request. */
class FinishedSpan implements ReadableSpan {
  readonly name: string;
  readonly kind: ReadableSpan['kind'];
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: ReadableSpan['status'];
  readonly attributes: ReadableSpan['attributes'];
  readonly events: ReadableSpan['events'];
  readonly resource: Resource;
  readonly instrumentationScope: ReadableSpan['instrumentationScope'];
  readonly links = [];
  readonly ended = true;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly #context: SpanContext;

  constructor(spanId: string, parent: SpanContext | undefined, made: MadeSpan, common: Common) {
    const { name, kind, attributes, begunAt, endedAt = common.endedAt, events = [] } = made;
    const { clock, context, resource, scope } = common;
    this.name = name;
    this.kind = kind;
    this.#context = { ...context, spanId };
    if (parent) this.parentSpanContext = parent;
    this.startTime = timeOf(clock + begunAt);
    this.endTime = timeOf(clock + endedAt);
    this.status = { code: attributes['error.type'] ? SpanStatusCode.ERROR : SpanStatusCode.UNSET };
    this.attributes = attributes;
    this.events = events.map(({ at, ...event }) => ({ ...event, time: timeOf(clock + at) }));
    this.resource = resource;
    this.instrumentationScope = scope;
  }

  readonly spanContext = (): SpanContext => this.#context;

  get duration(): HrTime {
    return durationOf(this.startTime, this.endTime);
  }
}

const stateOf = (text: string): SpanContext['traceState'] & object => {
  const state = { set: () => state, unset: () => state, get: () => undefined, serialize: () => text };
  return state;
};

/** The time of OpenTelemetry: seconds, and nanoseconds of the second. */
function timeOf(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds, Math.min(999_999_999, Math.round((milliseconds - 1000 * seconds) * 1e6))];
}

function durationOf([seconds, nanoseconds]: HrTime, [endSeconds, endNanoseconds]: HrTime): HrTime {
  const borrow = endNanoseconds < nanoseconds ? 1 : 0;
  return [endSeconds - seconds - borrow, endNanoseconds - nanoseconds + borrow * 1e9];
}

/** Decides by the id of a trace, as other programs do. */
function samplerOf({ ratio }: Sampling): (traceId: string) => boolean {
  const sampler = new TraceIdRatioBasedSampler(ratio);
  return (traceId) => sampler.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;
}

/** Why an export has failed, without anything that the receiver has sent. */
function reasonOf(error: Error & { readonly code?: unknown }): string {
  const { code } = error;
  if (error instanceof OTLPExporterError && typeof code === 'number')
    return `the receiver responded with status ${code}`;
  if (typeof code === 'string' && /^\w{1,64}$/.test(code)) return code;
  return 'the receiver did not accept them in time';
}
