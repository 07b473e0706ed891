// The circuit breaker of one service: after an outage calls fail fast for a while, then a few test the service.
// 4xx and 429 never count as failures: what one caller may not do opens the circuit for nobody else.
import type { BreakerConfig } from '../../config/config.ts';

/**
 * How a call ended, retries included: `healthy` for any response, `unconnected` for a failure without a connection, `failed` for any
 * other, `neutral` when the service had no time to respond.
 */
export type CallOutcome = 'healthy' | 'failed' | 'unconnected' | 'neutral';

export type CircuitState = 'closed' | 'open' | 'half-open';

/** The generation of the circuit in which a call was admitted. */
export type Admission = number;

/** Calls that test the service while half-open: a single one might be for a resource that never works, if it has a connection. */
const HALF_OPEN_CALLS = 3;
/** Buckets that the window is divided into. */
const BUCKETS = 10;
/** Where no call has had a connection, this share of the calls is enough to open the circuit, and so few are always needed. */
const UNCONNECTED_SHARE = 0.25;
const MIN_UNCONNECTED_CALLS = 2;
/** Failing resources that are counted one by one in each bucket; further ones count in the sum alone. */
const MAX_RESOURCES = 100;

/** The calls that ended within one part of the window. */
interface Bucket {
  readonly endsAt: number;
  calls: number;
  failures: number;
  /** Without failures that had no connection: they are about no resource. */
  readonly failuresByResource: Map<string, number>;
}

export class CircuitBreaker {
  readonly #config: BreakerConfig;
  readonly #onStateChange: (state: CircuitState) => void;
  #state: CircuitState = 'closed';
  /** Rises with every change of state: the outcome of a call that was admitted before is dropped. */
  #generation = 0;
  #openUntil = 0;
  /** Half-open calls that are in flight or have failed. */
  #halfOpenCalls = 0;
  #failedHalfOpenCalls = 0;
  #buckets: Bucket[] = [];
  /** Calls in a row that had no connection, however long ago. */
  #unconnectedCalls = 0;

  constructor(config: BreakerConfig, onStateChange: (state: CircuitState) => void) {
    this.#config = config;
    this.#onStateChange = onStateChange;
  }

  /** An open circuit whose time is over counts as half-open. */
  get state(): CircuitState {
    if (this.#state === 'open' && performance.now() >= this.#openUntil) return 'half-open';
    return this.#state;
  }

  /** Whole seconds until calls are sent again; at least 1. */
  get retryAfter(): number {
    return Math.max(1, Math.ceil((this.#openUntil - performance.now()) / 1000));
  }

  /** Whether a call would be admitted now. */
  get isAdmitting(): boolean {
    const { state } = this;
    return state === 'closed' || (state === 'half-open' && this.#halfOpenCalls < HALF_OPEN_CALLS);
  }

  /** Admits a call. Shape: what its outcome is reported with; undefined when it must not be sent. */
  admit(): Admission | undefined {
    if (!this.isAdmitting) return undefined;
    if (this.#state === 'open') this.#setState('half-open');
    if (this.#state === 'half-open') this.#halfOpenCalls++;
    return this.#generation;
  }

  /** Reports the outcome of an admitted call about a resource, once. */
  report(admission: Admission, outcome: CallOutcome, resource: string): void {
    if (admission === this.#generation) this.#record(outcome, resource);
  }

  #record(outcome: CallOutcome, resource: string): void {
    if (this.#state === 'half-open') {
      if (outcome === 'healthy') this.#setState('closed');
      else if (outcome === 'neutral') this.#halfOpenCalls--;
      else if (outcome === 'unconnected' || ++this.#failedHalfOpenCalls === HALF_OPEN_CALLS) this.#open();
    } else if (outcome !== 'neutral') {
      const bucket = this.#currentBucket();
      bucket.calls++;
      if (outcome === 'unconnected') this.#unconnectedCalls++;
      else this.#unconnectedCalls = 0;
      if (outcome === 'healthy') return;
      bucket.failures++;
      const { failuresByResource } = bucket;
      if (outcome === 'failed' && (failuresByResource.has(resource) || failuresByResource.size < MAX_RESOURCES))
        failuresByResource.set(resource, (failuresByResource.get(resource) ?? 0) + 1);
      if (this.#isAbsent() || this.#isOutage()) this.#open();
    }
  }

  #currentBucket(): Bucket {
    const now = performance.now();
    const { windowMs } = this.#config;
    if ((this.#buckets[0]?.endsAt ?? now) <= now - windowMs)
      this.#buckets = this.#buckets.filter(({ endsAt }) => endsAt > now - windowMs);
    const latest = this.#buckets.at(-1);
    if (latest && latest.endsAt > now) return latest;
    const bucket = { endsAt: now + windowMs / BUCKETS, calls: 0, failures: 0, failuresByResource: new Map() };
    this.#buckets.push(bucket);
    return bucket;
  }

  /** Whether no call in the window has had a connection: fewer calls are enough then, as each may take the whole timeout. */
  #isAbsent(): boolean {
    const { calls: minCalls } = this.#config;
    if (this.#unconnectedCalls < Math.min(minCalls, Math.max(MIN_UNCONNECTED_CALLS, UNCONNECTED_SHARE * minCalls)))
      return false;
    return this.#buckets.every(
      ({ calls, failures, failuresByResource }) => calls === failures && failuresByResource.size === 0,
    );
  }

  /**
   * Whether the share of failed calls is that of an outage. The resource that failed most is left out of a second count, where half the
   * share is enough: one resource that never works, however often it is requested, does not open the circuit.
   */
  #isOutage(): boolean {
    const { calls: minCalls, share } = this.#config;
    const calls = sum(this.#buckets.map((bucket) => bucket.calls));
    const failures = sum(this.#buckets.map((bucket) => bucket.failures));
    if (calls < minCalls || failures < share * calls) return false;
    const failuresByResource = new Map<string, number>();
    for (const bucket of this.#buckets)
      for (const [resource, count] of bucket.failuresByResource)
        failuresByResource.set(resource, (failuresByResource.get(resource) ?? 0) + count);
    const most = Math.max(0, ...failuresByResource.values());
    return failures > most && failures - most >= (share / 2) * (calls - most);
  }

  #open(): void {
    this.#openUntil = performance.now() + this.#config.openMs;
    this.#setState('open');
  }

  #setState(state: CircuitState): void {
    this.#state = state;
    this.#generation++;
    this.#halfOpenCalls = 0;
    this.#failedHalfOpenCalls = 0;
    this.#buckets = [];
    this.#unconnectedCalls = 0;
    this.#onStateChange(state);
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
