// One cloud as a value: the ways to its services, and the one way to call them. Knows no resource and no GraphQL.
import type { CloudConfig, Service } from '../config/config.ts';
import { AccessKeySignature } from './auth/access-key.ts';
import { type Caller, CallerToken, type Credentials, type Headers } from './auth/credentials.ts';
import { PasswordToken } from './auth/password.ts';
import { type Call, targetOf } from './call.ts';
import { Refusals } from './denied-calls.ts';
import { isAbsent, isRefusal, SERVICE_TITLES, UpstreamError } from './errors.ts';
import type { BreakerState, Outcome } from './transport/circuit-breaker.ts';
import { type ExchangeFailure, exchange, type RawAnswer, type RawRequest } from './transport/exchange.ts';
import {
  type Answer,
  errorFromFailure,
  isRetryable,
  outcomeOf,
  outOfOrder,
  pauseBefore,
  type Result,
  readAnswer,
} from './transport/response.ts';
import { ServiceConnection } from './transport/service-client.ts';

/** A cloud that can be called: one for each set of endpoints, shared by all requests. */
export class Cloud {
  readonly config: CloudConfig;
  readonly credentials: Credentials;
  /** What it has refused lately, by call and caller. */
  readonly refusals = new Refusals();
  readonly #services = new Map<Service, ServiceConnection>();

  /** `report` gets a line for the log when a service is found to be out of order, and when it works again. */
  constructor(config: CloudConfig, report: (message: string) => void = () => {}) {
    this.config = config;
    const changed = (service: Service, state: BreakerState) => report(REPORTS[state](SERVICE_TITLES[service], config));
    for (const [name, url] of Object.entries(config.endpoints)) {
      const service = name as Service;
      this.#services.set(service, new ServiceConnection(service, url, config, changed));
    }
    this.credentials = this.#credentials();
  }

  /** Whether each service is asked. IAM is asked by its own rules: too many attempts lock an account. */
  get circuits(): ReadonlyMap<Service, BreakerState> {
    const asked = [...this.#services].filter(([service]) => service !== 'iam');
    return new Map(asked.map(([service, { breaker }]) => [service, breaker.state]));
  }

  /** Whether so many queries wait for a service that a further one is better told so at once. */
  isFull(service: Service): boolean {
    return this.#services.get(service)?.isFull ?? false;
  }

  /** The way to a service. Errors: throws UpstreamError `not-configured` when the settings name no endpoint of it. */
  connection(service: Service): ServiceConnection {
    const connection = this.#services.get(service);
    if (connection) return connection;
    const message = `${SERVICE_TITLES[service]} is not configured: set IMAGE_GRAPH_${service.toUpperCase()}_ENDPOINT.`;
    throw new UpstreamError('not-configured', message, { service });
  }

  /** Forgets the calls of a session that still wait for their turn. */
  abandon(session: Session): void {
    for (const { queue } of this.#services.values()) queue.abandon(session);
  }

  /** Ends all connections; calls in flight fail. */
  async close(): Promise<void> {
    await Promise.all([...this.#services.values()].map(({ pool }) => pool.destroy()));
  }

  #credentials(): Credentials {
    const { auth, projectId = '' } = this.config;
    if (auth.mode === 'aksk') return new AccessKeySignature(auth, projectId);
    if (auth.mode === 'password') return new PasswordToken(auth, (path, body) => this.#postToIam(path, body));
    return new CallerToken(projectId || undefined);
  }

  #postToIam(path: string, body: unknown): Promise<RawAnswer> {
    const call: Call = { service: 'iam', operation: 'create token', path };
    return new Promise((resolve, reject) => {
      const connection = this.connection('iam');
      const request: RawRequest = {
        method: 'POST',
        target: connection.prefix + path,
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      exchange(
        connection.pool,
        request,
        { timeoutMs: this.config.timeoutMs, reading: connection.reading },
        {
          answered: resolve,
          failed: (failure) =>
            reject(errorFromFailure(call, failure, { timeoutMs: this.config.timeoutMs, wasAsked: true })),
        },
      );
    });
  }
}

/** What the log says when a breaker changes. */
const REPORTS: Readonly<Record<BreakerState, (title: string, config: CloudConfig) => string>> = {
  open: (title, { breaker }) => `${title} is out of order: it is not asked for ${breaker.openMs / 1000} s.`,
  'half-open': (title) => `${title} is asked again, by a few calls.`,
  closed: (title) => `${title} answers again.`,
};

/**
 * The calls of one GraphQL request: made with its caller's credentials, never twice the same, all given up together.
 */
export class Session {
  readonly cloud: Cloud;
  readonly caller: Caller;
  /** Calls that each service may get; what goes beyond it is refused. */
  readonly #maximumCalls: number;
  readonly #calls = new Map<Service, number>();
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #pending = new Set<(failure: ExchangeFailure) => void>();
  #ended: ExchangeFailure | undefined;
  /** How long the request may take, and when that is over by the clock of `performance.now()`. */
  #time = { milliseconds: Infinity, endsAt: Infinity };

  constructor(cloud: Cloud, caller: Caller, maximumCalls = Infinity) {
    this.cloud = cloud;
    this.caller = caller;
    this.#maximumCalls = maximumCalls;
  }

  /** The calls made so far, by service; one that was repeated counts once. */
  get calls(): ReadonlyMap<Service, number> {
    return this.#calls;
  }

  /** Gives the request its time. Shape: the function that stops the clock. */
  endIn(milliseconds: number): () => void {
    this.#time = { milliseconds, endsAt: performance.now() + milliseconds };
    const timer = setTimeout(() => this.end('deadline'), milliseconds).unref();
    return () => clearTimeout(timer);
  }

  /** Gives up every call in flight or waiting, and refuses further ones: the caller has gone, or his time is over. */
  end(reason: 'aborted' | 'deadline'): void {
    this.#ended ??= reason;
    this.cloud.abandon(this);
    for (const giveUp of this.#pending) giveUp(reason);
    this.#pending.clear();
  }

  /**
   * Makes a call, or hands out the answer of the same call of this request.
   * Errors: rejects with UpstreamError. Calls: one, or none when it has been made before.
   */
  get(call: Call): Promise<Answer> {
    const target = targetOf(call);
    if (target instanceof UpstreamError) return Promise.reject(target);
    const key = `${call.service} ${target}`;
    let answer = this.#answers.get(key);
    if (!answer) {
      answer = this.#send(call, target);
      // Whoever asked handles the rejection; a caller who has gone leaves nobody to.
      answer.catch(() => {});
      this.#answers.set(key, answer);
    }
    return answer;
  }

  /** The same for a call that shows one record: null when the record does not exist. */
  find(call: Call): Promise<Answer | null> {
    return this.get(call).catch((error) => {
      if (isAbsent(error)) return null;
      throw error;
    });
  }

  /**
   * Makes a call for which there is another way, as not every cloud offers it to every caller. `subject` names the call.
   * Shape: undefined where it is refused or its answer cannot be read, and for a minute after it was refused or took too long.
   * Errors: rejects with UpstreamError for any other failure: the other way would only add to it.
   */
  async attempt<Result>(subject: string, make: () => Promise<Result>): Promise<Result | undefined> {
    const { refusals, credentials } = this.cloud;
    const key = `${subject} ${credentials.identity(this.caller)}`;
    if (refusals.stands(key)) return undefined;
    try {
      return await make();
    } catch (error) {
      const kind = error instanceof UpstreamError ? error.kind : undefined;
      if (isRefusal(error) || kind === 'timeout') refusals.note(key);
      if (isRefusal(error) || kind === 'bad-response') return undefined;
      throw error;
    }
  }

  /** The project that calls are made in. Errors: rejects with UpstreamError `not-configured` when nobody names one. */
  async projectId(service: Service): Promise<string> {
    this.cloud.connection(service);
    const id = await this.#unlessEnded(service, this.cloud.credentials.projectId(this.caller));
    if (id) return id;
    const message = `${SERVICE_TITLES[service]} needs a project: set IMAGE_GRAPH_PROJECT_ID or send X-Project-Id.`;
    throw new UpstreamError('not-configured', message, { service });
  }

  async #send(call: Call, target: string): Promise<Answer> {
    const { service } = call;
    const { credentials } = this.cloud;
    const connection = this.cloud.connection(service);
    if (!connection.breaker.admits) throw outOfOrder(call, connection.breaker.retryAfter);
    this.#count(connection);
    const headers: Record<string, string> = { accept: 'application/json', 'x-request-id': this.caller.requestId };
    // SWR documents this header as mandatory, on GETs too.
    if (service === 'swr') headers['content-type'] = 'application/json';
    const { host, prefix } = connection;
    const request = {
      service,
      method: 'GET',
      host,
      path: prefix + call.path,
      query: call.query ?? [],
      headers,
    } as const;
    const sendingWith = (proof: Headers, attempts: number): Sending => ({
      call,
      target,
      proof,
      request: { method: 'GET', target: prefix + target, headers: { ...headers, ...proof } },
      attempts,
    });

    const proof = await this.#unlessEnded(service, credentials.prove(request, this.caller));
    const sending = sendingWith(proof, 0);
    let result = await this.#repeat(connection, sending);
    if (isUnauthenticated(result) && credentials.proveAgain) {
      const second = await this.#unlessEnded(service, credentials.proveAgain(proof));
      if (second) {
        result = await this.#repeat(connection, sendingWith(second, sending.attempts));
        credentials.learn?.(second, !isUnauthenticated(result));
      }
    }
    if (result instanceof UpstreamError) throw result;
    return result;
  }

  /** Makes a call until it ends well, or another attempt is not worth it, not granted, or would come too late. */
  async #repeat(connection: ServiceConnection, sending: Sending): Promise<Result> {
    const { breaker, retries } = connection;
    const { attempts, baseMs } = this.cloud.config.retry;
    const { call, target } = sending;
    let note: ((outcome: Outcome) => void) | undefined;
    retries.begin();
    const admit = () => {
      note = breaker.admit(call.subject ?? target);
      return note !== undefined;
    };
    let result = (await this.#exchange(connection, sending, admit)) ?? outOfOrder(call, breaker.retryAfter);
    sending.attempts++;
    while (sending.attempts < attempts && isRetryable(result)) {
      const pauseMs = pauseBefore(sending.attempts + 1, result, baseMs);
      const isInTime = performance.now() + pauseMs < this.#time.endsAt;
      const takeBack = isInTime && breaker.state === 'closed' ? retries.grant() : undefined;
      if (!takeBack) break;
      if (!(await this.#pause(pauseMs)) || !retries.beginRetry()) {
        takeBack();
        break;
      }
      sending.attempts++;
      result = (await this.#exchange(connection, sending, () => breaker.state === 'closed')) ?? result;
      retries.endRetry();
    }
    note?.(outcomeOf(result));
    retries.end(outcomeOf(result) === 'healthy' && !isRetryable(result));
    return result;
  }

  /** Waits. Shape: false when the request has ended before. */
  #pause(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#ended) return resolve(false);
      const over = (goesOn: boolean) => {
        clearTimeout(timer);
        this.#pending.delete(giveUp);
        resolve(goesOn);
      };
      const giveUp = () => over(false);
      const timer = setTimeout(over, milliseconds, true);
      this.#pending.add(giveUp);
    });
  }

  #count({ service, isFull }: ServiceConnection): void {
    const value = (this.#calls.get(service) ?? 0) + 1;
    const max = this.#maximumCalls;
    if (value > max) {
      const message = `This operation has made the ${max} calls to ${SERVICE_TITLES[service]} that it may: ask for fewer rows at once.`;
      throw new UpstreamError('too-many', message, { service, limit: { name: 'upstreamCalls', value, max } });
    }
    if (value === 1 && isFull) {
      const message = `${SERVICE_TITLES[service]} has more queries waiting than it can answer in time: ask again later.`;
      throw new UpstreamError('overloaded', message, { service, retryAfter: 1 });
    }
    this.#calls.set(service, value);
  }

  /** Waits for something that goes on by itself; no longer than the request lives. */
  #unlessEnded<Value>(service: Service, value: Value | Promise<Value>): Value | Promise<Value> {
    if (!(value instanceof Promise)) return value;
    return new Promise((resolve, reject) => {
      const call = { service, operation: 'get credentials', path: '' };
      const giveUp = (failure: ExchangeFailure) =>
        reject(errorFromFailure(call, failure, { timeoutMs: this.cloud.config.timeoutMs, wasAsked: false }));
      if (this.#ended) giveUp(this.#ended);
      else this.#pending.add(giveUp);
      value.then(resolve, reject).finally(() => this.#pending.delete(giveUp));
    });
  }

  /** One attempt, when its turn comes. Shape: undefined when it may not start then. */
  #exchange(
    { queue, pool, reading }: ServiceConnection,
    { call, request, proof }: Sending,
    mayStart: () => boolean,
  ): Promise<Result | undefined> {
    const { timeoutMs } = this.cloud.config;
    return new Promise((resolve) => {
      let sentAt: number | undefined;
      const fail = (failure: ExchangeFailure) => {
        const timeToAnswer = Math.min(timeoutMs, this.#time.milliseconds);
        const wasAsked = sentAt !== undefined && performance.now() - sentAt >= timeToAnswer / 2;
        resolve(errorFromFailure(call, failure, { timeoutMs, wasAsked }));
      };
      if (this.#ended) return fail(this.#ended);
      this.#pending.add(fail);
      queue.enter(this, () => {
        this.#pending.delete(fail);
        if (!mayStart()) {
          resolve(undefined);
          return false;
        }
        sentAt = performance.now();
        let giveUp = fail;
        let isOver = false;
        const done = () => {
          isOver = true;
          this.#pending.delete(giveUp);
          queue.leave();
        };
        giveUp = exchange(
          pool,
          request,
          { timeoutMs, reading },
          {
            answered(answer) {
              done();
              resolve(readAnswer(call, answer, proof));
            },
            failed(failure) {
              done();
              fail(failure);
            },
          },
        );
        if (!isOver) this.#pending.add(giveUp);
        return true;
      });
    });
  }
}

/** A call as it goes out. */
interface Sending {
  readonly call: Call;
  readonly target: string;
  readonly request: RawRequest;
  readonly proof: Headers;
  /** Those that were made. */
  attempts: number;
}

const isUnauthenticated = (result: Result) => result instanceof UpstreamError && result.kind === 'unauthenticated';
