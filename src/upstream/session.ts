// The upstream calls of one operation: authenticated for its caller, never the same twice, counted, cancelled together.
import { digestOf } from '../config/digest.ts';
import { SERVICE_TITLES, type Service } from '../config/services.ts';
import type { Caller, Headers, MaybePromise } from './auth/credentials.ts';
import type { MakeKeptCall } from './cache/response-cache.ts';
import { type Call, targetOf } from './call.ts';
import { CallRecord, type CallTrace, resultOf } from './call-record.ts';
import { Cancellation, type CancelReason } from './cancellation.ts';
import type { Cloud } from './cloud.ts';
import { isDenied, isSaidByService, isUnknownCall, notSupported, UpstreamError, unlessAbsent } from './errors.ts';
import { type ResultReceiver, type SharedCall, Waiter } from './shared-calls.ts';
import type { OutgoingCall } from './transport/attempt.ts';
import { memoryOfValues } from './transport/body.ts';
import { errorFromFailure, isUnauthenticated, type Result, type UpstreamResponse } from './transport/response.ts';
import type { OperationMemory } from './transport/response-memory.ts';
import { COMMON_HEADERS } from './transport/service-client.ts';

/** What one operation may do at most; no limit where none is given. */
interface SessionLimits {
  readonly maxCalls?: number;
  readonly maxRows?: number;
}

/** Calls that only pages shorter than documented, or too large to be read, make necessary, and the rows that they may bring. */
export interface FurtherCalls {
  readonly calls: number;
  readonly rows: number;
}

/** The response to a call of an operation, which all who make the call share. */
export interface SharedResponse extends UpstreamResponse {
  /**
   * Gives the memory of the response back but for these parts of it. To be called once by a reader that keeps no others, and at once:
   * when all its readers have, the response is forgotten, and the next `get` makes the call again.
   */
  keepOnly(values: readonly unknown[]): void;
}

/** What an operation does for its calls. */
interface Maker {
  make(made: MadeCall, waiters: SharedCall): void;
  /** Counts a response. Errors: throws UpstreamError where it must not be used. */
  accept(made: MadeCall, response: UpstreamResponse): SharedResponse;
}

/** A call that was made, and who reads its response. */
class MadeCall extends Waiter {
  readonly call: Call;
  readonly target: string;
  readonly key: string;
  readonly response: Promise<SharedResponse>;
  readonly record: CallRecord;
  /** The readers that may still look at all of it. */
  readers = 1;
  /** What the others keep. */
  kept: Set<unknown> | undefined;
  readonly #maker: Maker;
  #resolve!: (response: SharedResponse) => void;
  #reject!: (error: unknown) => void;

  constructor(
    maker: Maker,
    cancellation: Cancellation,
    memory: OperationMemory,
    call: Call,
    target: string,
    key: string,
  ) {
    super(cancellation, memory);
    this.call = call;
    this.target = target;
    this.key = key;
    this.#maker = maker;
    this.record = new CallRecord(call);
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  make(waiters: SharedCall): void {
    this.#maker.make(this, waiters);
  }

  override onJoin(): void {
    this.record.isShared = true;
  }

  override waitFor(call: SharedCall): void {
    this.record.attempts = call.attempts;
    super.waitFor(call);
  }

  onResult(result: Result): void {
    if (result instanceof UpstreamError) {
      this.onError(result);
      return;
    }
    this.record.isKept = result.isKept === true;
    this.record.end(resultOf(result));
    try {
      this.#resolve(this.#maker.accept(this, result));
    } catch (error) {
      this.onError(error);
    }
  }

  onError(error: unknown): void {
    if (this.record.endedAt === undefined) this.record.end(error instanceof UpstreamError ? error.kind : 'aborted');
    // It is handled where the response is awaited; after a disconnect nothing awaits it.
    this.response.catch(noop);
    this.#reject(error);
  }
}

const GET_CREDENTIALS = 'get credentials';

/** What stands for a caller, its credentials and its project among calls in flight. It is not kept: the token is in it. */
const sharingKeyOf = ({ name, projectId, token, hasUnreadAuthorization }: Caller) =>
  JSON.stringify([name, projectId, token, hasUnreadAuthorization]);

export class Session {
  readonly cloud: Cloud;
  readonly caller: Caller;
  /** The trace that its calls are sent with; undefined for none. */
  trace: CallTrace | undefined;
  /** Calls that the operation may make to each service. */
  readonly #maxCalls: number;
  /** Rows of lists that the operation may read from all services. */
  readonly #maxRows: number;
  #rows = 0;
  readonly #calls = new Map<Service, number>();
  readonly #furtherCalls = new Map<Service, FurtherCalls>();
  readonly #made = new Map<string, MadeCall>();
  readonly #records: CallRecord[] = [];
  readonly #headers = new Map<Service, ServiceHeaders>();
  readonly #cancellation = new Cancellation();
  readonly #memory: OperationMemory;
  readonly #begunAt: number;
  readonly #maker: Maker = {
    make: (made, waiters) => this.#make(made, waiters),
    accept: (made, response) => this.#accept(made, response),
  };
  #receivedBytes = 0;
  #sharingKey: string | undefined;
  #identity: string | undefined;

  constructor(cloud: Cloud, caller: Caller, { maxCalls = Infinity, maxRows = Infinity }: SessionLimits = {}) {
    this.cloud = cloud;
    this.caller = caller;
    this.#maxCalls = maxCalls;
    this.#memory = cloud.memory.open();
    this.#begunAt = cloud.calls.now();
    this.#maxRows = maxRows;
  }

  /** The calls made so far, by service; their retries do not count. */
  get calls(): ReadonlyMap<Service, number> {
    return this.#calls;
  }

  /** What became of each of them, and of those that were not made: their circuit was open, or there were too many. */
  get records(): readonly CallRecord[] {
    return this.#records;
  }

  /** The rows of lists that were read so far. */
  get rowsRead(): number {
    return this.#rows;
  }

  /** Memory of all responses so far: the texts in them have fewer bytes. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** The calls that were made, beyond those that could be estimated, as pages were shorter than documented or too large to be read. */
  get furtherCalls(): ReadonlyMap<Service, FurtherCalls> {
    return this.#furtherCalls;
  }

  /** Notes a call that no estimate has, and its limit. */
  addFurtherCall(service: Service, rows: number): void {
    const sum = this.#furtherCalls.get(service) ?? { calls: 0, rows: 0 };
    this.#furtherCalls.set(service, { calls: sum.calls + 1, rows: sum.rows + rows });
  }

  /** Sets the deadline of the operation. Shape: the function that stops its timer. */
  startDeadline(milliseconds: number): () => void {
    return this.#cancellation.cancelAfter(milliseconds);
  }

  /** Why the operation is cancelled; looks at its deadline, for long work that keeps the timer from firing. */
  checkDeadline(): CancelReason | undefined {
    return this.#cancellation.check();
  }

  /** Cancels every call in flight or waiting; further ones fail. */
  cancel(reason: CancelReason): void {
    this.#cancellation.cancel(reason);
    if (reason === 'aborted') this.#memory.close();
  }

  /** Ends the operation: cancels what nobody waits for any more, and gives back the memory of all responses. */
  end(): void {
    this.cancel('aborted');
    this.#made.clear();
  }

  /**
   * Makes a call, or returns the response to the same call of this operation.
   * Errors: rejects with UpstreamError. Calls: one, or none when it was made before and its response is not forgotten.
   */
  get(call: Call): Promise<SharedResponse> {
    const target = targetOf(call);
    if (target instanceof UpstreamError) return Promise.reject(target);
    const key = `${call.service} ${target}`;
    const found = this.#made.get(key);
    if (found) {
      found.readers++;
      return found.response;
    }
    const made = new MadeCall(this.#maker, this.#cancellation, this.#memory, call, target, key);
    this.#made.set(key, made);
    this.#records.push(made.record);
    try {
      this.#begin(made);
    } catch (error) {
      made.onError(error);
    }
    return made.response;
  }

  /** Whether the call was made, so that `get` would make none. */
  hasMade(call: Call): boolean {
    return this.#made.has(`${call.service} ${targetOf(call)}`);
  }

  #keepOnly(made: MadeCall, memory: number, values: readonly unknown[]): void {
    if (this.#made.get(made.key) !== made) return;
    made.kept ??= new Set();
    for (const value of values) made.kept.add(value);
    made.readers--;
    if (made.readers > 0) return;
    this.#made.delete(made.key);
    // No operation is charged with all of it any more.
    if (this.#sharingKey !== undefined) this.cloud.calls.forget(this.#sharingKey, made.key);
    this.#memory.give(memory - memoryOfValues(made.kept));
  }

  /** The same for a call that shows one record: null when the record does not exist. */
  find(call: Call): Promise<SharedResponse | null> {
    return unlessAbsent(this.get(call), null);
  }

  /**
   * Makes a call that not every cloud offers to every caller, and that another one can replace. `name` identifies the call.
   * Shape: undefined when it is denied or its response cannot be read, and for a minute after it was denied or timed out.
   * Errors: rejects with UpstreamError for any other failure: the other call would only add load.
   */
  async unlessDenied<Value>(name: string, makeCall: () => Promise<Value>): Promise<Value | undefined> {
    const { deniedCalls, authenticator } = this.cloud;
    const key = `${name} ${authenticator.identity(this.caller)}`;
    if (deniedCalls.has(key)) return undefined;
    try {
      return await makeCall();
    } catch (error) {
      if (isDenied(error) || isSaidByService(error, 'timeout')) deniedCalls.add(key);
      if (isDenied(error) || isSaidByService(error, 'bad-response')) return undefined;
      throw error;
    }
  }

  /**
   * Makes a call that not every cloud has, and that another one can replace, or none. `name` identifies the call.
   * Shape: undefined when the cloud does not have it, and for a minute after it said so.
   * Errors: rejects with UpstreamError for any other failure.
   */
  async unlessUnknown<Value>(name: string, makeCall: () => Promise<Value>): Promise<Value | undefined> {
    const { deniedCalls, authenticator } = this.cloud;
    const key = `${name} ${authenticator.identity(this.caller)}`;
    if (deniedCalls.has(key)) return undefined;
    try {
      return await makeCall();
    } catch (error) {
      if (!isUnknownCall(error)) throw error;
      deniedCalls.add(key);
      return undefined;
    }
  }

  /** The same for a call that nothing replaces. Errors: rejects with UpstreamError, `not-supported` when the cloud does not have it. */
  async ifSupported<Value>(service: Service, operation: string, makeCall: () => Promise<Value>): Promise<Value> {
    const value = await this.unlessUnknown(operation, makeCall);
    if (value === undefined) throw notSupported(service, operation);
    return value;
  }

  /** The project that calls are made in. Errors: rejects with UpstreamError `not-configured` when there is none. */
  async projectId(service: Service): Promise<string> {
    this.cloud.client(service);
    const id = await this.#unlessCancelled(service, this.cloud.authenticator.projectId(this.caller));
    if (id) return id;
    const message = `${SERVICE_TITLES[service]} needs a project: set IMAGE_GRAPH_PROJECT_ID or send X-Project-Id.`;
    throw new UpstreamError('not-configured', message, { service });
  }

  /** The error of an operation that needs these services when all of them are full; undefined otherwise. */
  overloadOf(services: readonly Service[]): UpstreamError | undefined {
    const [service] = services;
    if (service === undefined || !services.every((needed) => this.cloud.isFull(needed))) return undefined;
    const titles = services.map((needed) => SERVICE_TITLES[needed]).join(' and ');
    const message = `Too many operations are waiting for ${titles}: retry later.`;
    return new UpstreamError('overloaded', message, { service, retryAfter: 1 });
  }

  /** Begins a call, or waits for one in flight. Errors: throws UpstreamError where it may not be made. */
  #begin(made: MadeCall): void {
    const { call, key } = made;
    const { service } = call;
    const { cache, calls } = this.cloud;
    const client = this.cloud.client(service);
    const failure = cache?.keeps(call) ? undefined : client.failFast(call);
    if (failure) throw failure;
    if (call.rowsOf && this.#rows >= this.#maxRows) throw this.#tooManyRows(service, this.#rows + 1);
    this.#count(service);
    this.#sharingKey ??= sharingKeyOf(this.caller);
    calls.wait(this.#sharingKey, key, call, made, this.#begunAt);
  }

  /** Makes a call for all operations that wait for it, unless its response is kept. */
  #make(made: MadeCall, waiters: SharedCall): void {
    const { call, target } = made;
    const { cache } = this.cloud;
    if (!cache?.keeps(call)) {
      this.#send(made, waiters, undefined, waiters);
      return;
    }
    const make: MakeKeptCall = (others, onResponse) =>
      new Promise((onResult, onError) => this.#send(made, others, onResponse, { onResult, onError }));
    const { host, basePath } = this.cloud.client(call.service);
    cache.get(this.#cacheIdentity(), host + basePath + target, call, waiters, make).then(
      (result) => waiters.onResult(result),
      (error: unknown) => waiters.onError(error),
    );
  }

  #accept(made: MadeCall, response: UpstreamResponse): SharedResponse {
    const { body, rows, isCut, headers, memory, isKept } = response;
    const { service, rowsOf } = made.call;
    if (isKept) this.#calls.set(service, (this.#calls.get(service) ?? 1) - 1);
    if (rowsOf) this.#countRows(service, rows.length);
    this.#receivedBytes += memory;
    const keepOnly = (values: readonly unknown[]) => this.#keepOnly(made, memory, values);
    return { body, rows, isCut, headers, memory, keepOnly };
  }

  /** Sends a call with the credentials and the request id of this operation. Errors: throws UpstreamError without credentials. */
  #send(made: MadeCall, waiters: SharedCall, onResponse: OutgoingCall['onResponse'], end: ResultReceiver): void {
    const { service, path, query = NO_QUERY } = made.call;
    const { host, basePath } = this.cloud.client(service);
    const { own: headers } = this.#headersFor(service);
    const request = { service, method: 'GET', host, path: basePath + path, query, headers } as const;
    const authenticated = this.cloud.authenticator.authenticate(request, this.caller);
    if (!(authenticated instanceof Promise)) this.#sendWith(authenticated, made, waiters, onResponse, end);
    else
      this.#credentials(made.call, waiters, authenticated)
        .then((authHeaders) => this.#sendWith(authHeaders, made, waiters, onResponse, end))
        .catch((error: unknown) => end.onError(error));
  }

  #sendWith(
    authHeaders: Headers,
    { call, target, record }: MadeCall,
    waiters: SharedCall,
    onResponse: OutgoingCall['onResponse'],
    end: ResultReceiver,
  ): void {
    const { service } = call;
    const { authenticator } = this.cloud;
    const headers = withTrace(this.#headersFor(service).with(authHeaders), this.trace?.traceParentOf(record));
    const outgoing = { call, target, headers, authHeaders, attempts: 0, memory: waiters, onResponse };
    const finish = (result: Result) => {
      authenticator.ownCredentials?.onResult(service, result instanceof UpstreamError ? result : undefined);
      end.onResult(result);
    };
    this.cloud.client(service).send(outgoing, waiters, (result, attempts) => {
      if (!authenticator.reauthenticate || !isUnauthenticated(result)) finish(result);
      else
        this.#reauthenticate({ ...outgoing, attempts }, waiters)
          .then((second) => finish(second ?? result))
          .catch((error: unknown) => end.onError(error));
    });
  }

  /** Sends a call again with other credentials. Shape: undefined where there are none. */
  async #reauthenticate(rejected: OutgoingCall, waiters: SharedCall): Promise<Result | undefined> {
    const { call } = rejected;
    const { authenticator } = this.cloud;
    const authHeaders = await this.#credentials(call, waiters, authenticator.reauthenticate?.(rejected.authHeaders));
    if (!authHeaders) return undefined;
    const headers = withTrace(this.#headersFor(call.service).with(authHeaders), rejected.headers.traceparent);
    const client = this.cloud.client(call.service);
    const result = await new Promise<Result>((resolve) => {
      client.send({ ...rejected, headers, authHeaders }, waiters, resolve);
    });
    authenticator.onReauthenticated?.(authHeaders, !isUnauthenticated(result));
    return result;
  }

  async #credentials<Value>(call: Call, waiters: SharedCall, requested: MaybePromise<Value>): Promise<Value> {
    waiters.operation = GET_CREDENTIALS;
    const value = await requested;
    waiters.operation = call.operation;
    return value;
  }

  /** What stands for the caller, its credentials and its project in the cache. */
  #cacheIdentity(): string {
    this.#identity ??= digestOf(this.caller.name, this.cloud.authenticator.identity(this.caller));
    return this.#identity;
  }

  #headersFor(service: Service): ServiceHeaders {
    let headers = this.#headers.get(service);
    if (!headers) {
      headers = new ServiceHeaders(service, this.caller);
      this.#headers.set(service, headers);
    }
    return headers;
  }

  /** Counts the rows of a response: one that brings too many is not used. */
  #countRows(service: Service, rows: number): void {
    const value = this.#rows + rows;
    if (value > this.#maxRows) throw this.#tooManyRows(service, value);
    this.#rows = value;
  }

  #tooManyRows(service: Service, value: number): UpstreamError {
    const max = this.#maxRows;
    const message = `The operation reads more than ${max} rows: request fewer at once, or narrow the filters whose conditions are checked row by row.`;
    return new UpstreamError('too-many', message, { service, limit: { name: 'rowsRead', value, max } });
  }

  #count(service: Service): void {
    const value = (this.#calls.get(service) ?? 0) + 1;
    const max = this.#maxCalls;
    if (value > max) {
      const message = `The operation needs more than ${max} calls to ${SERVICE_TITLES[service]}: request fewer rows at once.`;
      throw new UpstreamError('too-many', message, { service, limit: { name: 'upstreamCalls', value, max } });
    }
    const overload = value === 1 ? this.overloadOf([service]) : undefined;
    if (overload) throw overload;
    this.#calls.set(service, value);
  }

  /** Waits for credentials until the operation is cancelled. The request for them goes on, as other operations share it. */
  #unlessCancelled<Value>(service: Service, value: MaybePromise<Value>): MaybePromise<Value> {
    if (!(value instanceof Promise)) return value;
    return new Promise((resolve, reject) => {
      const { timeoutMs } = this.cloud.config;
      const cancel = (reason: CancelReason) =>
        reject(errorFromFailure({ service, operation: GET_CREDENTIALS }, reason, { timeoutMs, hadTime: false }));
      const waiting = { cancel };
      if (this.#cancellation.reason) cancel(this.#cancellation.reason);
      else this.#cancellation.add(waiting);
      value.then(resolve, reject).finally(() => this.#cancellation.delete(waiting));
    });
  }
}

const NO_QUERY: Required<Call>['query'] = [];
const noop = () => {};

/** Headers with the span that the call is sent by. It is not signed: a service need not see it. */
const withTrace = (headers: Headers, traceparent: string | undefined): Headers =>
  traceparent === undefined ? headers : { ...headers, traceparent };

/** The headers of the calls of one operation to one service. */
class ServiceHeaders {
  /** Without those that authenticate a call. */
  readonly own: Headers;
  /** Mostly the same for all calls. */
  #authHeaders: Headers | undefined;
  #all: Headers = {};

  constructor(service: Service, { requestId }: Caller) {
    // SWR documents this header as mandatory, on GETs too.
    const type: Headers = service === 'swr' ? { 'content-type': 'application/json' } : {};
    this.own = { ...COMMON_HEADERS, 'x-request-id': requestId, ...type };
  }

  /** All headers of a call. */
  with(authHeaders: Headers): Headers {
    if (authHeaders === this.#authHeaders) return this.#all;
    this.#authHeaders = authHeaders;
    this.#all = { ...this.own, ...authHeaders };
    return this.#all;
  }
}
