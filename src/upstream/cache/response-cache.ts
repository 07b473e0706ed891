// Keeps responses for later operations of the same caller, for as long as the settings say by kind of call. Errors are never kept.
import type { CacheRules, KeepingTimes } from '../../config/cache.ts';
import { digestOf } from '../../config/digest.ts';
import type { Call, RawResponse } from '../call.ts';
import { Cancellation } from '../cancellation.ts';
import { isSaidByService, UpstreamError } from '../errors.ts';
import { SharedCall, Waiter } from '../shared-calls.ts';
import type { Result } from '../transport/response.ts';
import type { OperationMemory } from '../transport/response-memory.ts';
import type { Store } from './store.ts';

/** Makes a call for those who wait for it; `onResponse` gets the response as it was received. */
export type MakeKeptCall = (waiters: SharedCall, onResponse?: (raw: RawResponse) => void) => Promise<Result>;

/** What the cache has done since the process began. */
export interface CacheCounts {
  /** Responses that were kept and fresh, and those that were stale: no operation waited for a call. */
  readonly hits: number;
  readonly stale: number;
  /** Calls that were made, as no response was kept. */
  readonly misses: number;
}

export class ResponseCache {
  readonly counts = { hits: 0, stale: 0, misses: 0 } satisfies CacheCounts;
  readonly #rules: CacheRules;
  readonly #store: Store;
  readonly #timeoutMs: number;
  readonly #openMemory: () => OperationMemory;
  /** The keys of responses that are being renewed. */
  readonly #renewing = new Set<string>();

  /** A renewal has `timeoutMs`; its memory is of none of the operations. */
  constructor(rules: CacheRules, store: Store, timeoutMs: number, openMemory: () => OperationMemory) {
    this.#rules = rules;
    this.#store = store;
    this.#timeoutMs = timeoutMs;
    this.#openMemory = openMemory;
  }

  /** Whether responses to such a call are kept. */
  keeps(call: Call): boolean {
    return this.#timesOf(call) !== undefined;
  }

  /**
   * The response that is kept for a caller, or that of the call. A stale one is renewed in the background.
   * `identity` is what no other caller has, with its credentials and its project, and `target` what is sent, with the host of the service.
   */
  async get(identity: string, target: string, call: Call, waiters: SharedCall, make: MakeKeptCall): Promise<Result> {
    const times = this.#timesOf(call);
    if (!times) return make(waiters);
    const key = digestOf(identity, call.service, target);
    const kept = await this.#store.find(key, call, times, waiters);
    if (kept) {
      if (kept.isStale) this.counts.stale++;
      else this.counts.hits++;
      if (kept.isStale) void this.#renew(key, call, times, make);
      return kept.result;
    }
    this.counts.misses++;
    return this.#makeAndKeep(key, call, times, waiters, make);
  }

  #timesOf({ kind }: Call): KeepingTimes | undefined {
    return kind && this.#rules.get(kind);
  }

  async #makeAndKeep(
    key: string,
    call: Call,
    times: KeepingTimes,
    waiters: SharedCall,
    make: MakeKeptCall,
  ): Promise<Result> {
    let raw: RawResponse | undefined;
    const result = await make(waiters, (received) => {
      raw = received;
    });
    if (raw && !(result instanceof UpstreamError)) this.#store.keep(key, call, times, result, raw);
    return result;
  }

  /** Renews a response, once at a time. What the service denies now is no longer shown; after an outage the stale one stays until its end. */
  async #renew(key: string, call: Call, times: KeepingTimes, make: MakeKeptCall): Promise<void> {
    if (this.#renewing.has(key)) return;
    this.#renewing.add(key);
    const cancellation = new Cancellation();
    const stopTimer = cancellation.cancelAfter(this.#timeoutMs);
    const memory = this.#openMemory();
    try {
      const result = await new Promise<Result>((resolve, reject) => {
        const makeAndKeep = (waiters: SharedCall) => this.#makeAndKeep(key, call, times, waiters, make);
        new SharedCall(call, this.#timeoutMs).begin(new Renewal(cancellation, memory, makeAndKeep, resolve, reject));
      });
      if (isSaidByService(result, 'unauthenticated', 'forbidden', 'not-found', 'client-error')) this.#store.drop(key);
    } catch (error) {
      if (isSaidByService(error, 'unauthenticated')) this.#store.drop(key);
    } finally {
      stopTimer();
      memory.close();
      this.#renewing.delete(key);
    }
  }
}

/** Waits for a call that renews a response. */
class Renewal extends Waiter {
  readonly onResult: (result: Result) => void;
  readonly onError: (error: unknown) => void;
  readonly #make: (waiters: SharedCall) => Promise<Result>;

  constructor(
    cancellation: Cancellation,
    memory: OperationMemory,
    make: (waiters: SharedCall) => Promise<Result>,
    onResult: (result: Result) => void,
    onError: (error: unknown) => void,
  ) {
    super(cancellation, memory);
    this.#make = make;
    this.onResult = onResult;
    this.onError = onError;
  }

  make(call: SharedCall): void {
    this.#make(call).then(
      (result) => call.onResult(result),
      (error: unknown) => call.onError(error),
    );
  }
}
