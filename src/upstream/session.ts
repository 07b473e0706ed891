// The upstream calls of one operation: authenticated for its caller, never the same twice, counted, cancelled together.
import { SERVICE_TITLES, type Service } from '../config/services.ts';
import type { Caller, Headers, MaybePromise } from './auth/credentials.ts';
import { type Call, targetOf } from './call.ts';
import { Cancellation, type CancelReason } from './cancellation.ts';
import type { Cloud } from './cloud.ts';
import { isDenied, isSaidByService, UpstreamError, unlessAbsent } from './errors.ts';
import { errorFromFailure, isUnauthenticated, type UpstreamResponse } from './transport/response.ts';

export class Session {
  readonly cloud: Cloud;
  readonly caller: Caller;
  /** Calls that the operation may make to each service. */
  readonly #maxCalls: number;
  readonly #calls = new Map<Service, number>();
  readonly #responses = new Map<string, Promise<UpstreamResponse>>();
  readonly #cancellation = new Cancellation();

  constructor(cloud: Cloud, caller: Caller, { maxCalls = Infinity }: { readonly maxCalls?: number } = {}) {
    this.cloud = cloud;
    this.caller = caller;
    this.#maxCalls = maxCalls;
  }

  /** The calls made so far, by service; their retries do not count. */
  get calls(): ReadonlyMap<Service, number> {
    return this.#calls;
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
  }

  /**
   * Makes a call, or returns the response to the same call of this operation.
   * Errors: rejects with UpstreamError. Calls: one, or none when it was made before.
   */
  get(call: Call): Promise<UpstreamResponse> {
    const target = targetOf(call);
    if (target instanceof UpstreamError) return Promise.reject(target);
    const key = `${call.service} ${target}`;
    let response = this.#responses.get(key);
    if (!response) {
      response = this.#send(call, target);
      // Handled where the response is awaited; after a disconnect nothing awaits it.
      response.catch(() => {});
      this.#responses.set(key, response);
    }
    return response;
  }

  /** The same for a call that shows one record: null when the record does not exist. */
  find(call: Call): Promise<UpstreamResponse | null> {
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

  async #send(call: Call, target: string): Promise<UpstreamResponse> {
    const { service } = call;
    const { authenticator } = this.cloud;
    const client = this.cloud.client(service);
    const failure = client.failFast(call);
    if (failure) throw failure;
    this.#count(service);
    const headers: Headers = {
      accept: 'application/json',
      'x-request-id': this.caller.requestId,
      // SWR documents this header as mandatory, on GETs too.
      ...(service === 'swr' ? { 'content-type': 'application/json' } : {}),
    };
    const { host, basePath } = client;
    const request = {
      service,
      method: 'GET',
      host,
      path: basePath + call.path,
      query: call.query ?? [],
      headers,
    } as const;
    const first = await this.#unlessCancelled(service, authenticator.authenticate(request, this.caller));
    let { result, attempts } = await client.send(
      { call, target, headers, authHeaders: first, attempts: 0 },
      this.#cancellation,
    );
    if (isUnauthenticated(result) && authenticator.reauthenticate) {
      const second = await this.#unlessCancelled(service, authenticator.reauthenticate(first));
      if (second) {
        ({ result, attempts } = await client.send(
          { call, target, headers, authHeaders: second, attempts },
          this.#cancellation,
        ));
        authenticator.onReauthenticated?.(second, !isUnauthenticated(result));
      }
    }
    const error = result instanceof UpstreamError ? result : undefined;
    authenticator.ownCredentials?.onResult(service, error);
    if (result instanceof UpstreamError) throw result;
    return result;
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
        reject(errorFromFailure({ service, operation: 'get credentials' }, reason, { timeoutMs, hadTime: false }));
      if (this.#cancellation.reason) cancel(this.#cancellation.reason);
      else this.#cancellation.add(cancel);
      value.then(resolve, reject).finally(() => this.#cancellation.delete(cancel));
    });
  }
}
