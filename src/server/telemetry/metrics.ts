// The metrics of this process, as Prometheus reads them: docs/metrics.md. Every label is of a closed set: nothing that a client sends makes a
// time series.
import { Counter, collectDefaultMetrics, Gauge, type MetricObjectWithValues, Registry } from 'prom-client';
import { VERSION } from '../../config/user-agent.ts';
import type { Cloud } from '../../upstream/cloud.ts';
import type { CircuitState } from '../../upstream/transport/circuit-breaker.ts';
import type { ServiceObserver } from '../../upstream/transport/service-client.ts';
import type { OperationRecord, RequestRecord } from '../http/request-record.ts';
import { outcomeOf, outcomeOfOperation } from './outcome.ts';
import { Count, Durations } from './series.ts';

/** Seconds; those of the conventions of OpenTelemetry for HTTP. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Seconds of waits, most of which are short. */
const WAIT_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The operation of all names that are not listed in the settings. */
const OTHER = 'other';

const CIRCUIT_STATES: readonly CircuitState[] = ['closed', 'half-open', 'open'];
const CREDENTIAL_STATES = ['unused', 'accepted', 'rejected', 'unavailable'] as const;

/** What an app tells of its load. */
export interface AppLoad {
  /** Requests that are handled, and that wait for admission. */
  readonly requests: { readonly running: number; readonly waiting: number };
  /** Bytes that are used, and that may be, by what uses them. */
  readonly memory: Readonly<
    Record<'bodies' | 'responses' | 'upstream', { readonly used: number; readonly max: number }>
  >;
  /** Documents that are known, and the memory that they take. */
  readonly documents: { readonly count: number; readonly bytes: number };
  /** Fields of the operations that are compiled. */
  readonly compiledFields: number;
}

/** The codes by which a request is rejected for a reason other than a limit with a name. */
const REJECTIONS: ReadonlySet<string> = new Set(['OVERLOADED', 'RATE_LIMITED', 'QUERY_TOO_COMPLEX']);

/** Counts what happens. One of each process; `registry` has the time series. */
export class Metrics implements Pick<ServiceObserver, 'onAttempt' | 'onCall'> {
  readonly registry = new Registry();
  readonly #operationNames: ReadonlySet<string>;
  #isReloaded = true;
  readonly #requests = this.#counter('requests_total', 'HTTP requests that have ended.', ['outcome', 'status']);
  readonly #requestMs = this.#histogram(
    'request_duration_seconds',
    'From the head of a request until its response has left.',
    ['outcome'],
  );
  readonly #operations = this.#counter('operations_total', 'GraphQL operations that have ended.', [
    'type',
    'operation',
    'outcome',
    'executor',
  ]);
  readonly #operationMs = this.#histogram(
    'operation_duration_seconds',
    'From the beginning of the execution of an operation until its result.',
    ['type', 'operation'],
  );
  readonly #errors = this.#counter('errors_total', 'Error codes in responses, each once for a response.', ['code']);
  readonly #rejections = this.#counter(
    'rejections_total',
    'Requests and operations that were rejected, by the limit that they exceed, or `admission`.',
    ['reason'],
  );
  readonly #admissionMs = this.#histogram(
    'admission_wait_seconds',
    'Until a request has left the admission queue.',
    [],
    WAIT_BUCKETS,
  );
  readonly #calls = this.#counter('upstream_calls_total', 'Upstream calls that have ended, after all attempts.', [
    'service',
    'operation',
    'outcome',
  ]);
  readonly #callMs = this.#histogram(
    'upstream_call_duration_seconds',
    'Of upstream calls, with waits and all attempts.',
    ['service', 'operation'],
  );
  readonly #attempts = this.#counter('upstream_attempts_total', 'Attempts of upstream calls that have ended.', [
    'service',
    'outcome',
  ]);
  readonly #retries = this.#counter('upstream_retries_total', 'Attempts of upstream calls after the first.', [
    'service',
  ]);
  readonly #waitMs = this.#histogram(
    'upstream_queue_wait_seconds',
    'Until the turn of an attempt in the queue of its service.',
    ['service'],
    WAIT_BUCKETS,
  );
  readonly #receivedBytes = this.#counter(
    'upstream_received_bytes_total',
    'Bytes of the bodies of upstream responses.',
    ['service'],
  );

  constructor({ operationNames }: { readonly operationNames: readonly string[] }) {
    this.#operationNames = new Set(operationNames);
    collectDefaultMetrics({ register: this.registry });
    const build = this.#gauge('build_info', 'Always 1.', ['version'], () => {}, 'first');
    build.set({ version: VERSION }, 1);
    this.#gauge(
      'config_last_reload_successful',
      'Whether the last reload of the settings was successful; 1 before the first.',
      [],
      (gauge) => gauge.set(Number(this.#isReloaded)),
      'min',
    );
  }

  /** Adds the metrics of what an app and its cloud are doing when they are read. */
  watch(cloud: Cloud, loadOf: () => AppLoad): void {
    for (const service of cloud.circuits.keys()) {
      this.#retries.add(0, service);
      this.#receivedBytes.add(0, service);
    }
    this.#gauge('requests_in_flight', 'HTTP requests that are handled.', [], (gauge) =>
      gauge.set(loadOf().requests.running),
    );
    this.#gauge('admission_queue_length', 'Requests that wait for admission.', [], (gauge) =>
      gauge.set(loadOf().requests.waiting),
    );
    this.#gauge(
      'memory_bytes',
      'Bytes that are held for bodies of requests, responses and upstream responses.',
      ['budget'],
      (gauge) => {
        for (const [budget, { used }] of Object.entries(loadOf().memory)) gauge.set({ budget }, used);
      },
    );
    this.#gauge('memory_limit_bytes', 'Bytes that may be held for them.', ['budget'], (gauge) => {
      for (const [budget, { max }] of Object.entries(loadOf().memory)) gauge.set({ budget }, max);
    });
    this.#gauge('documents', 'Documents that are known.', [], (gauge) => gauge.set(loadOf().documents.count));
    this.#gauge('document_bytes', 'Estimated memory of these documents.', [], (gauge) =>
      gauge.set(loadOf().documents.bytes),
    );
    this.#gauge('compiled_fields', 'Fields of the operations that are compiled.', [], (gauge) =>
      gauge.set(loadOf().compiledFields),
    );
    this.#gauge('upstream_calls_in_flight', 'Upstream calls in flight.', ['service'], (gauge) => {
      for (const [service, { inFlight }] of cloud.loads) gauge.set({ service }, inFlight);
    });
    this.#gauge('upstream_queue_length', 'Operations that wait for a service.', ['service'], (gauge) => {
      for (const [service, { waiting }] of cloud.loads) gauge.set({ service }, waiting);
    });
    this.#gauge('upstream_circuit', '1 for the state of the circuit of a service.', ['service', 'state'], (gauge) => {
      for (const [service, current] of cloud.circuits)
        for (const state of CIRCUIT_STATES) gauge.set({ service, state }, Number(state === current));
    });
    this.#read(
      'upstream_calls_shared_total',
      'Calls that were not made, as the same call was in flight.',
      [],
      (counter) => counter.inc(cloud.calls.shared),
    );
    const { cache, redis } = cloud;
    if (cache)
      this.#read('cache_lookups_total', 'Looks into the cache.', ['result'], (counter) => {
        const { hits, stale, misses } = cache.counts;
        counter.inc({ result: 'hit' }, hits);
        counter.inc({ result: 'stale' }, stale);
        counter.inc({ result: 'miss' }, misses);
      });
    if (cloud.credentials !== undefined)
      this.#gauge('credentials', "1 for the state of the server's own credentials.", ['state'], (gauge) => {
        for (const state of CREDENTIAL_STATES) gauge.set({ state }, Number(state === cloud.credentials));
      });
    if (redis) this.#gauge('redis_up', '1 while Redis responds.', [], (gauge) => gauge.set(Number(redis.isUp)), 'min');
  }

  readonly onReload = (isSuccessful: boolean): void => {
    this.#isReloaded = isSuccessful;
  };

  /** Counts a request that has ended. */
  readonly onRequestEnd = (record: RequestRecord): void => {
    const { receivedAt, admittedAt, endedAt = receivedAt, status, operations } = record;
    // They come every few seconds, whatever happens.
    if (record.isMonitoring) return;
    const outcome = outcomeOf(record);
    this.#requests.add(1, outcome, String(status ?? 'none'));
    this.#requestMs.add(endedAt - receivedAt, outcome);
    if (admittedAt !== undefined) this.#admissionMs.add(admittedAt - receivedAt);
    for (const operation of operations) this.#countOperation(operation);
    if (outcome !== 'success') this.#countErrors(record);
  };

  readonly onAttempt: ServiceObserver['onAttempt'] = ({ service }, { begunAt, sentAt, result, bytes }) => {
    this.#attempts.add(1, service, result);
    if (sentAt !== undefined) this.#waitMs.add(sentAt - begunAt, service);
    if (bytes > 0) this.#receivedBytes.add(bytes, service);
  };

  readonly onCall: ServiceObserver['onCall'] = ({ service, operation }, { result, attempts, milliseconds }) => {
    this.#calls.add(1, service, operation, result);
    this.#callMs.add(milliseconds, service, operation);
    if (attempts > 1) this.#retries.add(attempts - 1, service);
  };

  /** The time series, to be added to those of other processes. */
  async values(): Promise<MetricObjectWithValues<never>[]> {
    const all = (await this.registry.getMetricsAsJSON()) as unknown as MetricObjectWithValues<never>[];
    // Of several processes the newest start counts: prom-client leaves the others out, and this one with them.
    return all.map((metric) => (metric.name === START_TIME ? { ...metric, aggregator: 'max' } : metric));
  }

  #countOperation(record: OperationRecord): void {
    const { type = 'query', name, begunAt, endedAt, isCompiled, isExecuted } = record;
    const operation = name !== undefined && this.#operationNames.has(name) ? name : OTHER;
    const executor = !isExecuted ? 'none' : isCompiled ? 'compiled' : 'interpreted';
    this.#operations.add(1, type, operation, outcomeOfOperation(record), executor);
    if (endedAt !== undefined) this.#operationMs.add(endedAt - begunAt, type, operation);
  }

  #countErrors({ codes, limits, operations, isOverload }: RequestRecord): void {
    const allCodes = new Set([...codes, ...operations.flatMap((operation) => [...operation.codes])]);
    for (const code of allCodes) this.#errors.add(1, code);
    const allLimits = new Set([...limits, ...operations.flatMap((operation) => [...operation.limits])]);
    const reasons = allLimits.size > 0 ? [...allLimits] : [...allCodes].filter((code) => REJECTIONS.has(code));
    for (const reason of isOverload ? ['admission'] : reasons) this.#rejections.add(1, reason);
  }

  #counter(name: string, help: string, labels: readonly string[]): Count {
    return new Count(this.registry, { name: PREFIX + name, help, labels });
  }

  #histogram(name: string, help: string, labels: readonly string[], buckets = BUCKETS): Durations {
    return new Durations(this.registry, { name: PREFIX + name, help, labels }, buckets);
  }

  #gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: (gauge: Gauge<Label>) => void,
    aggregator: 'sum' | 'first' | 'min' = 'sum',
  ): Gauge<Label> {
    const collect = function (this: Gauge<Label>) {
      read(this);
    };
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.registry], aggregator, collect });
  }

  /** A counter whose values are counted elsewhere. */
  #read<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: (counter: Counter<Label>) => void,
  ): void {
    const collect = function (this: Counter<Label>) {
      this.reset();
      read(this);
    };
    new Counter({ name: PREFIX + name, help, labelNames, registers: [this.registry], collect });
  }
}

const PREFIX = 'image_graph_';
const START_TIME = 'process_start_time_seconds';
