// One cloud as a value: its pools, its concurrency caps, and the one way to call it. Knows no resource and no GraphQL.
import { Pool } from 'undici';
import type { CloudConfig, Service } from '../config.ts';
import { AccessKeySignature } from './access-key.ts';
import { type Caller, CallerToken, type Credentials, type Headers } from './credentials.ts';
import { errorFromAnswer, isAbsent, isRefusal, SERVICE_TITLES, UpstreamError } from './errors.ts';
import { type ExchangeFailure, exchange, type RawAnswer, type RawRequest } from './exchange.ts';
import { FairQueue, Lane } from './fair-queue.ts';
import { decodeJson } from './json.ts';
import { PasswordToken } from './password.ts';
import { Refusals } from './refusals.ts';

/** A GET of one service. */
export interface Call {
  readonly service: Service;
  /** What the call does, in the words of its document; for error messages. */
  readonly operation: string;
  /** Absolute path, encoded, without the endpoint's prefix. */
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string])[];
}

/** A successful answer: the decoded JSON and the headers. */
export interface Answer {
  readonly body: unknown;
  readonly headers: RawAnswer['headers'];
}

/** A cloud that can be called: one for each set of endpoints, shared by all requests. */
export class Cloud {
  readonly config: CloudConfig;
  readonly credentials: Credentials;
  /** What it has refused lately, by call and caller. */
  readonly refusals = new Refusals();
  readonly #services = new Map<Service, ServiceConnection>();

  constructor(config: CloudConfig) {
    this.config = config;
    for (const [service, url] of Object.entries(config.endpoints)) {
      this.#services.set(service as Service, new ServiceConnection(url, config));
    }
    this.credentials = this.#credentials();
  }

  /** The way to a service. Errors: throws UpstreamError `not-configured` when the settings name no endpoint of it. */
  connection(service: Service): ServiceConnection {
    const connection = this.#services.get(service);
    if (connection) return connection;
    const message = `${SERVICE_TITLES[service]} is not configured: set IMAGE_GRAPH_${service.toUpperCase()}_ENDPOINT.`;
    throw new UpstreamError('not-configured', message, { service });
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
      exchange(connection.pool, request, this.config.timeoutMs, {
        answered: resolve,
        failed: (failure) => reject(errorFromFailure(call, failure, this.config.timeoutMs)),
      });
    });
  }
}

/** Tokens that list many roles are longer than the usual 16 KB. */
const MAXIMUM_HEADER_BYTES = 65_536;

class ServiceConnection {
  readonly pool: Pool;
  readonly queue: FairQueue;
  readonly host: string;
  /** The endpoint's own path, which comes before every call's. */
  readonly prefix: string;
  constructor(url: string, config: CloudConfig) {
    const { origin, host, pathname } = new URL(url);
    this.pool = new Pool(origin, {
      connections: config.concurrency,
      connect: { timeout: config.timeoutMs },
      // IAM sends its token in a header.
      maxHeaderSize: MAXIMUM_HEADER_BYTES,
    });
    this.queue = new FairQueue(config.concurrency);
    this.host = host;
    this.prefix = pathname === '/' ? '' : pathname;
  }
}

/** Characters of the longest target that is sent: the gateways take 32 KB with all around it. */
const LONGEST_TARGET = 30_000;

/**
 * The calls of one GraphQL request: made with its caller's credentials, never twice the same, all given up together.
 */
export class Session {
  readonly cloud: Cloud;
  readonly caller: Caller;
  /** Calls that each service may get; what goes beyond it is refused. */
  readonly #maximumCalls: number;
  readonly #calls = new Map<Service, number>();
  readonly #lane = new Lane();
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #pending = new Set<(failure: ExchangeFailure) => void>();
  #ended: ExchangeFailure | undefined;

  constructor(cloud: Cloud, caller: Caller, maximumCalls = Infinity) {
    this.cloud = cloud;
    this.caller = caller;
    this.#maximumCalls = maximumCalls;
  }

  /** The calls made so far, by service; one that was repeated with new credentials counts once. */
  get calls(): ReadonlyMap<Service, number> {
    return this.#calls;
  }

  /** Gives up every call in flight or waiting, and refuses further ones: the caller has gone, or his time is over. */
  end(reason: 'aborted' | 'deadline'): void {
    this.#ended ??= reason;
    this.#lane.waiting.length = 0;
    for (const giveUp of this.#pending) giveUp(reason);
    this.#pending.clear();
  }

  /**
   * Makes a call, or hands out the answer of the same call of this request.
   * Errors: rejects with UpstreamError. Calls: one, or none when it has been made before.
   */
  get(call: Call): Promise<Answer> {
    // Looked at before it is encoded, which takes its time.
    if (lengthOf(call) > LONGEST_TARGET) return Promise.reject(tooLong(call.service));
    const target = targetOf(call);
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
    const { host, prefix } = this.cloud.connection(service);
    const { credentials } = this.cloud;
    if (target.length > LONGEST_TARGET) throw tooLong(service);
    this.#count(service);
    const headers: Record<string, string> = { accept: 'application/json', 'x-request-id': this.caller.requestId };
    // SWR documents this header as mandatory, on GETs too.
    if (service === 'swr') headers['content-type'] = 'application/json';
    const request = {
      service,
      method: 'GET',
      host,
      path: prefix + call.path,
      query: call.query ?? [],
      headers,
    } as const;
    const send = (proof: Headers) =>
      this.#exchange(call, { method: 'GET', target: prefix + target, headers: { ...headers, ...proof } });

    const proof = await this.#unlessEnded(service, credentials.prove(request, this.caller));
    const answer = await send(proof);
    if (answer.status !== 401 || !credentials.proveAgain) return readAnswer(call, answer, proof);
    const second = await this.#unlessEnded(service, credentials.proveAgain(proof));
    if (!second) return readAnswer(call, answer, proof);
    const secondAnswer = await send(second);
    credentials.learn?.(second, secondAnswer.status !== 401);
    return readAnswer(call, secondAnswer, second);
  }

  #count(service: Service): void {
    const value = (this.#calls.get(service) ?? 0) + 1;
    const max = this.#maximumCalls;
    if (value > max) {
      const message = `This operation has made the ${max} calls to ${SERVICE_TITLES[service]} that it may: ask for fewer rows at once.`;
      throw new UpstreamError('too-many', message, { service, limit: { name: 'upstreamCalls', value, max } });
    }
    this.#calls.set(service, value);
  }

  /** Waits for something that goes on by itself; no longer than the request lives. */
  #unlessEnded<Value>(service: Service, value: Value | Promise<Value>): Value | Promise<Value> {
    if (!(value instanceof Promise)) return value;
    return new Promise((resolve, reject) => {
      const call = { service, operation: 'get credentials', path: '' };
      const giveUp = (failure: ExchangeFailure) => reject(errorFromFailure(call, failure, this.cloud.config.timeoutMs));
      if (this.#ended) giveUp(this.#ended);
      else this.#pending.add(giveUp);
      value.then(resolve, reject).finally(() => this.#pending.delete(giveUp));
    });
  }

  #exchange(call: Call, request: RawRequest): Promise<RawAnswer> {
    const { queue, pool } = this.cloud.connection(call.service);
    const { timeoutMs } = this.cloud.config;
    return new Promise((resolve, reject) => {
      const fail = (failure: ExchangeFailure) => reject(errorFromFailure(call, failure, timeoutMs));
      if (this.#ended) return fail(this.#ended);
      this.#pending.add(fail);
      queue.enter(this.#lane, () => {
        this.#pending.delete(fail);
        let over = false;
        const done = () => {
          over = true;
          this.#pending.delete(giveUp);
          queue.leave();
        };
        let giveUp = fail;
        giveUp = exchange(pool, request, timeoutMs, {
          answered(answer) {
            done();
            resolve(answer);
          },
          failed(failure) {
            done();
            fail(failure);
          },
        });
        if (!over) this.#pending.add(giveUp);
      });
    });
  }
}

const lengthOf = ({ path, query = [] }: Call) =>
  query.reduce((length, [name, value]) => length + name.length + value.length, path.length);

function tooLong(service: Service): UpstreamError {
  const message = `The arguments make a URL that ${SERVICE_TITLES[service]} does not take: give fewer or shorter ones.`;
  return new UpstreamError('too-long', message, { service });
}

function targetOf({ path, query = [] }: Call): string {
  if (query.length === 0) return path;
  return `${path}?${query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;
}

function readAnswer(call: Call, { status, headers, text }: RawAnswer, proof: Headers): Answer {
  const success = status === 200;
  let body: unknown;
  try {
    body = decodeJson(text);
  } catch {
    if (success) throw unreadable(call, text === '' ? 'it is empty' : 'it is not JSON');
  }
  if (success) return { body, headers };
  if (status < 300) throw unreadable(call, `HTTP ${status} is not expected`);
  throw errorFromAnswer({ ...call, status, headers, body, secrets: Object.values(proof) });
}

function unreadable({ service, operation }: Call, why: string): UpstreamError {
  return new UpstreamError(
    'bad-response',
    `The answer of ${SERVICE_TITLES[service]} cannot be read: ${why} (${operation}).`,
    { service },
  );
}

function errorFromFailure(call: Call, failure: ExchangeFailure, timeoutMs: number): UpstreamError {
  const { service, operation } = call;
  const title = SERVICE_TITLES[service];
  switch (failure) {
    case 'timeout':
      return new UpstreamError('timeout', `${title} did not answer within ${timeoutMs} ms (${operation}).`, {
        service,
      });
    case 'unreachable':
      return new UpstreamError('unavailable', `${title} cannot be reached (${operation}).`, { service });
    case 'broken':
      return unreadable(call, 'it was cut off');
    case 'too-large':
      return unreadable(call, 'it is too large');
    case 'deadline':
      return new UpstreamError(
        'deadline',
        `The time of this request is over; ${title} was still asked (${operation}).`,
        {
          service,
        },
      );
    case 'aborted':
      return new UpstreamError('aborted', `The call to ${title} was given up (${operation}).`, { service });
  }
}
