// The upstream calls of one operation: authenticated for its caller, never the same twice, counted, cancelled together.
import { digestOf } from '../config/digest.ts';
import { SERVICE_TITLES, type Service } from '../config/services.ts';
import type { Caller, Headers, MaybePromise } from './auth/credentials.ts';
import type { MakeKeptCall } from './cache/response-cache.ts';
import { type Call, type RawResponse, targetOf } from './call.ts';
import { Cancellation, type CancelReason } from './cancellation.ts';
import type { Cloud } from './cloud.ts';
import { isDenied, isSaidByService, UpstreamError, unlessAbsent } from './errors.ts';
import type { SharedCall } from './shared-calls.ts';
import { memoryOfValues } from './transport/body.ts';
import { errorFromFailure, isUnauthenticated, type Result, type UpstreamResponse } from './transport/response.ts';
import type { OperationMemory } from './transport/response-memory.ts';
import { COMMON_HEADERS } from './transport/service-client.ts';

/** What one operation may do at most; no limit where none is given. */
interface SessionLimits {
  readonly maxCalls?: number;
  readonly maxRows?: number;
}

/** Calls that only pages shorter than documented make necessary, and the rows that they may bring. */
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

/** A call that was made, and who reads its response. */
interface MadeCall {
  readonly response: Promise<SharedResponse>;
  /** The readers that may still look at all of it. */
  readers: number;
  /** What the others keep. */
  kept: Set<unknown> | undefined;
}

const GET_CREDENTIALS = 'get credentials';

/** What stands for a caller, its credentials and its project among calls in flight. It is not kept: the token is in it. */
const sharingKeyOf = ({ name, projectId, token, hasUnreadAuthorization }: Caller) =>
  JSON.stringify([name, projectId, token, hasUnreadAuthorization]);

export class Session {
  readonly cloud: Cloud;
  readonly caller: Caller;
  /** Calls that the operation may make to each service. */
  readonly #maxCalls: number;
  /** Rows of lists that the operation may read from all services. */
  readonly #maxRows: number;
  #rows = 0;
  readonly #calls = new Map<Service, number>();
  readonly #furtherCalls = new Map<Service, FurtherCalls>();
  readonly #made = new Map<string, MadeCall>();
  readonly #headers = new Map<Service, ServiceHeaders>();
  readonly #cancellation = new Cancellation();
  readonly #memory: OperationMemory;
  readonly #begunAt: number;
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

  /** The rows of lists that were read so far. */
  get rowsRead(): number {
    return this.#rows;
  }

  /** Memory of all responses so far: the texts in them have fewer bytes. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** The calls that were made, beyond those that could be estimated, as pages were shorter than documented. */
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
    const made = this.#made.get(key);
    if (made) {
      made.readers++;
      return made.response;
    }
    const response = this.#send(call, target, key);
    // Handled where the response is awaited; after a disconnect nothing awaits it.
    response.catch(noop);
    this.#made.set(key, { response, readers: 1, kept: undefined });
    return response;
  }

  #keepOnly(key: string, memory: number, values: readonly unknown[]): void {
    const made = this.#made.get(key);
    if (!made) return;
    made.kept ??= new Set();
    for (const value of values) made.kept.add(value);
    made.readers--;
    if (made.readers > 0) return;
    this.#made.delete(key);
    // No operation is charged with all of it any more.
    if (this.#sharingKey !== undefined) this.cloud.calls.forget(this.#sharingKey, key);
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

  async #send(call: Call, target: string, key: string): Promise<SharedResponse> {
    const { service } = call;
    const client = this.cloud.client(service);
    const { cache } = this.cloud;
    const isKept = cache?.keeps(call) ?? false;
    const failure = isKept ? undefined : client.failFast(call);
    if (failure) throw failure;
    if (call.rowsOf && this.#rows >= this.#maxRows) throw this.#tooManyRows(service, this.#rows + 1);
    this.#count(service);
    this.#sharingKey ??= sharingKeyOf(this.caller);
    const waiting = { begunAt: this.#begunAt, cancellation: this.#cancellation, memory: this.#memory };
    const make: MakeKeptCall = (waiters, onResponse) => this.#make(call, target, waiters, onResponse);
    const find =
      cache && isKept
        ? (waiters: SharedCall) =>
            cache.get(this.#cacheIdentity(), client.host + client.basePath + target, call, waiters, make)
        : make;
    const result = await this.cloud.calls.wait(this.#sharingKey, key, call, waiting, find);
    if (result instanceof UpstreamError) throw result;
    if (result.isKept) this.#calls.set(service, (this.#calls.get(service) ?? 1) - 1);
    const { body, rows, isCut, headers, memory } = result;
    if (call.rowsOf) this.#countRows(service, rows.length);
    this.#receivedBytes += memory;
    const keepOnly = (values: readonly unknown[]) => this.#keepOnly(key, memory, values);
    return { body, rows, isCut, headers, memory, keepOnly };
  }

  /** Makes a call for all operations that wait for it, with the credentials and the request id of this one. */
  async #make(
    call: Call,
    target: string,
    waiters: SharedCall,
    onResponse?: (response: RawResponse) => void,
  ): Promise<Result> {
    const { service } = call;
    const { authenticator } = this.cloud;
    const client = this.cloud.client(service);
    const headers = this.#headersFor(service);
    const { host, basePath } = client;
    const request = {
      service,
      method: 'GET',
      host,
      path: basePath + call.path,
      query: call.query ?? NO_QUERY,
      headers: headers.own,
    } as const;
    const credentials = async <Value>(requested: Promise<Value>): Promise<Value> => {
      waiters.operation = GET_CREDENTIALS;
      const value = await requested;
      waiters.operation = call.operation;
      return value;
    };
    const send = (authHeaders: Headers, attempts: number) =>
      client.send(
        { call, target, headers: headers.with(authHeaders), authHeaders, attempts, memory: waiters, onResponse },
        waiters,
      );
    const authenticated = authenticator.authenticate(request, this.caller);
    const first = authenticated instanceof Promise ? await credentials(authenticated) : authenticated;
    let { result, attempts } = await send(first, 0);
    if (isUnauthenticated(result) && authenticator.reauthenticate) {
      const second = await credentials(authenticator.reauthenticate(first));
      if (second) {
        ({ result, attempts } = await send(second, attempts));
        authenticator.onReauthenticated?.(second, !isUnauthenticated(result));
      }
    }
    authenticator.ownCredentials?.onResult(service, result instanceof UpstreamError ? result : undefined);
    return result;
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
