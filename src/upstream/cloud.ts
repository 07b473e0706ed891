// One cloud as a value: a client for each of its services, the credentials for them, and what it has denied lately.
import type { CloudConfig } from '../config/config.ts';
import { SERVICE_TITLES, type Service } from '../config/services.ts';
import { AccessKeySignature } from './auth/access-key.ts';
import { type Authenticator, CallerToken } from './auth/credentials.ts';
import type { CredentialState } from './auth/own-credentials.ts';
import { PasswordToken, type PostToIam } from './auth/password.ts';
import { MemoryStore } from './cache/memory-store.ts';
import { RedisStore } from './cache/redis-store.ts';
import { ResponseCache } from './cache/response-cache.ts';
import { DeniedCalls } from './denied-calls.ts';
import { UpstreamError } from './errors.ts';
import type { Log } from './log.ts';
import { onceAMinute } from './once-a-minute.ts';
import { RedisConnection } from './redis.ts';
import { SharedCalls } from './shared-calls.ts';
import type { CircuitState } from './transport/circuit-breaker.ts';
import { ResponseMemory } from './transport/response-memory.ts';
import { ServiceClient, type ServiceLoad, type ServiceObserver } from './transport/service-client.ts';

/** Who counts the calls. */
export type CallObserver = Partial<Pick<ServiceObserver, 'onAttempt' | 'onCall'>>;

/** A cloud that can be called: one for each set of endpoints, shared by all requests. */
export class Cloud {
  readonly config: CloudConfig;
  readonly authenticator: Authenticator;
  readonly deniedCalls = new DeniedCalls();
  /** The calls in flight, which operations share. */
  readonly calls: SharedCalls;
  /** The Redis that the processes of the server share; undefined without one. */
  readonly redis: RedisConnection | undefined;
  /** Responses that are kept for later operations; undefined where none are. */
  readonly cache: ResponseCache | undefined;
  /** What the responses to all operations may take. */
  readonly memory: ResponseMemory;
  readonly #clients = new Map<Service, ServiceClient>();

  /**
   * `log` gets a line when the circuit of a service changes, when the server's own credentials are rejected or IAM issues no token, when
   * Redis goes and comes back, and when a service sends more rows than requested. `observer` is told of all calls.
   */
  constructor(config: CloudConfig, log: Log = () => {}, { onAttempt, onCall }: CallObserver = {}) {
    this.config = config;
    this.memory = new ResponseMemory(config.totalMemoryBytes);
    this.calls = new SharedCalls(config);
    const { rules, maxBytes } = config.cache;
    const alone = `each process counts its callers alone${rules.size > 0 ? ', and keeps no responses' : ''}`;
    this.redis = config.redisUrl && new RedisConnection(config.redisUrl, alone, log);
    const store = this.redis ? new RedisStore(this.redis) : new MemoryStore(maxBytes);
    if (rules.size > 0) this.cache = new ResponseCache(rules, store, config.timeoutMs, () => this.memory.open());
    const logOnceAMinute = onceAMinute(log);
    const observer: ServiceObserver = {
      onCircuitChange: (service, state) => {
        const time = state === 'open' ? ` for ${config.breaker.openMs / 1000} s` : '';
        const level = state === 'closed' ? 'info' : 'warn';
        log(`${SERVICE_TITLES[service]}: circuit ${state}${time}.`, level, { service, circuit: state });
      },
      onSurplusRows: ({ service, operation }) =>
        logOnceAMinute(
          `${SERVICE_TITLES[service]} sent more rows than requested (${operation}): the others are ignored.`,
          'warn',
          { service, operation },
        ),
      onAttempt: onAttempt ?? (() => {}),
      onCall: onCall ?? (() => {}),
    };
    for (const [name, url] of Object.entries(config.endpoints)) {
      const service = name as Service;
      this.#clients.set(service, new ServiceClient(service, url, config, observer));
    }
    this.authenticator = this.#createAuthenticator(log);
  }

  /** The circuits by service. IAM has none: its client has rules of its own, as too many attempts lock an account. */
  get circuits(): ReadonlyMap<Service, CircuitState> {
    const clients = [...this.#clients].filter(([service]) => service !== 'iam');
    return new Map(clients.map(([service, { circuit }]) => [service, circuit]));
  }

  /** How busy each service is. IAM has no queue. */
  get loads(): ReadonlyMap<Service, ServiceLoad> {
    const clients = [...this.#clients].filter(([service]) => service !== 'iam');
    return new Map(clients.map(([service, { load }]) => [service, load]));
  }

  /** Whether the server's own credentials are accepted; undefined where calls are made with the callers' tokens. */
  get credentials(): CredentialState | undefined {
    return this.authenticator.ownCredentials?.state;
  }

  /** Whether so many operations wait for a service that a further one is rejected. */
  isFull(service: Service): boolean {
    return this.#clients.get(service)?.isFull ?? false;
  }

  /** The client of a service. Errors: throws UpstreamError `not-configured` without an endpoint. */
  client(service: Service): ServiceClient {
    const client = this.#clients.get(service);
    if (client) return client;
    const message = `${SERVICE_TITLES[service]} is not configured: set IMAGE_GRAPH_${service.toUpperCase()}_ENDPOINT.`;
    throw new UpstreamError('not-configured', message, { service });
  }

  /** Closes all connections; calls in flight fail. */
  async close(): Promise<void> {
    this.redis?.close();
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  #createAuthenticator(log: Log): Authenticator {
    const { auth, projectId = '' } = this.config;
    if (auth.mode === 'aksk') return new AccessKeySignature(auth, projectId, log);
    if (auth.mode === 'password') {
      const post: PostToIam = async (operation, path, body) => {
        const memory = this.memory.open();
        return this.client('iam')
          .post(operation, path, body, memory)
          .finally(() => memory.close());
      };
      return new PasswordToken(auth, post, log);
    }
    return new CallerToken(projectId || undefined);
  }
}
