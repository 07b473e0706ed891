// One cloud as a value: its pools, its concurrency caps, and the one way to call it. Knows no resource and no GraphQL.
import { createHash } from 'node:crypto';
import { Pool } from 'undici';
import type { CloudConfig, Service } from '../config.ts';
import { authorize, type Caller } from './credentials.ts';
import { errorFromAnswer, isAbsent, isRefusal, SERVICE_TITLES, UpstreamError } from './errors.ts';
import { type ExchangeFailure, exchange, type RawAnswer } from './exchange.ts';
import { FairQueue, Lane } from './fair-queue.ts';
import { decodeJson } from './json.ts';
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
  /** What it has refused lately, by call and caller. */
  readonly refusals = new Refusals();
  readonly #services = new Map<Service, ServiceConnection>();

  constructor(config: CloudConfig) {
    this.config = config;
    for (const [service, url] of Object.entries(config.endpoints)) {
      this.#services.set(service as Service, new ServiceConnection(url, config));
    }
  }

  connection(service: Service): ServiceConnection | undefined {
    return this.#services.get(service);
  }

  /** Ends all connections; calls in flight fail. */
  async close(): Promise<void> {
    await Promise.all([...this.#services.values()].map(({ pool }) => pool.destroy()));
  }
}

class ServiceConnection {
  readonly pool: Pool;
  readonly queue: FairQueue;
  /** The endpoint's own path, which comes before every call's. */
  readonly prefix: string;
  constructor(url: string, config: CloudConfig) {
    const { origin, pathname } = new URL(url);
    this.pool = new Pool(origin, { connections: config.concurrency, connect: { timeout: config.timeoutMs } });
    this.queue = new FairQueue(config.concurrency);
    this.prefix = pathname === '/' ? '' : pathname;
  }
}

/**
 * The calls of one GraphQL request: made with its caller's credentials, never twice the same, all given up together.
 */
export class Session {
  readonly cloud: Cloud;
  readonly caller: Caller;
  readonly #lane = new Lane();
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #pending = new Set<(failure: ExchangeFailure) => void>();
  #ended = false;

  constructor(cloud: Cloud, caller: Caller) {
    this.cloud = cloud;
    this.caller = caller;
  }

  /** Gives up every call in flight or waiting, and refuses further ones. */
  abort(): void {
    this.#ended = true;
    this.#lane.waiting.length = 0;
    for (const giveUp of this.#pending) giveUp('aborted');
    this.#pending.clear();
  }

  /**
   * Makes a call, or hands out the answer of the same call of this request.
   * Errors: rejects with UpstreamError. Calls: one, or none when it has been made before.
   */
  get(call: Call): Promise<Answer> {
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
    const { refusals } = this.cloud;
    const key = `${subject} ${this.#callerDigest()}`;
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

  /** Stands for the caller in what outlives the request: nobody reads his credentials from it. */
  #callerDigest(): string {
    const { token, projectId } = this.caller;
    return createHash('sha256')
      .update(JSON.stringify([token, projectId]))
      .digest('base64url');
  }

  /** The project that the caller works in. Errors: throws UpstreamError `not-configured` when neither he nor the settings name one. */
  projectId(service: Service): string {
    const id = this.caller.projectId ?? this.cloud.config.projectId;
    if (id) return id;
    this.#connection(service);
    throw new UpstreamError(
      'not-configured',
      `${SERVICE_TITLES[service]} needs a project: set IMAGE_GRAPH_PROJECT_ID or send X-Project-Id.`,
      { service },
    );
  }

  async #send(call: Call, target: string): Promise<Answer> {
    const connection = this.#connection(call.service);
    const headers = authorize(this.caller, call.service);
    return readAnswer(call, await this.#exchange(call, connection, target, headers));
  }

  #connection(service: Service): ServiceConnection {
    const connection = this.cloud.connection(service);
    if (connection) return connection;
    const message = `${SERVICE_TITLES[service]} is not configured: set IMAGE_GRAPH_${service.toUpperCase()}_ENDPOINT.`;
    throw new UpstreamError('not-configured', message, { service });
  }

  #exchange(
    call: Call,
    connection: ServiceConnection,
    target: string,
    headers: Record<string, string>,
  ): Promise<RawAnswer> {
    const { queue, pool, prefix } = connection;
    const { timeoutMs } = this.cloud.config;
    return new Promise((resolve, reject) => {
      const fail = (failure: ExchangeFailure) => reject(errorFromFailure(call, failure, timeoutMs));
      if (this.#ended) return fail('aborted');
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
        giveUp = exchange(pool, prefix + target, headers, timeoutMs, {
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

function targetOf({ path, query = [] }: Call): string {
  if (query.length === 0) return path;
  return `${path}?${query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;
}

function readAnswer(call: Call, { status, headers, text }: RawAnswer): Answer {
  const success = status === 200;
  let body: unknown;
  try {
    body = decodeJson(text);
  } catch {
    if (success) throw unreadable(call, text === '' ? 'it is empty' : 'it is not JSON');
  }
  if (success) return { body, headers };
  if (status < 300) throw unreadable(call, `HTTP ${status} is not expected`);
  throw errorFromAnswer({ ...call, status, headers, body });
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
    case 'aborted':
      return new UpstreamError('aborted', `The call to ${title} was given up (${operation}).`, { service });
  }
}
