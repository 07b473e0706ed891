// The way to one service: its pool, its cap, and whether it is asked at all. One service's trouble fills no other one's way.
import { Pool } from 'undici';
import type { CloudConfig, Service } from '../../config/config.ts';
import { Breaker, type BreakerState } from './circuit-breaker.ts';
import type { Reading } from './exchange.ts';
import { FairQueue } from './fair-queue.ts';
import { RetryBudget } from './retry-budget.ts';

/** Tokens that list many roles are longer than the usual 16 KB: IAM sends its token in a header. */
const MAXIMUM_HEADER_BYTES = 65_536;

export class ServiceConnection {
  readonly service: Service;
  readonly pool: Pool;
  readonly queue: FairQueue;
  readonly breaker: Breaker;
  readonly retries: RetryBudget;
  readonly reading: Reading = { bytes: 0 };
  readonly host: string;
  /** The endpoint's own path, which comes before every call's. */
  readonly prefix: string;
  readonly #maximumWaiting: number;

  /** `changed` hears when the breaker opens and closes. */
  constructor(
    service: Service,
    url: string,
    config: CloudConfig,
    changed: (service: Service, state: BreakerState) => void,
  ) {
    const { origin, host, pathname } = new URL(url);
    this.service = service;
    this.pool = new Pool(origin, {
      connections: config.concurrency,
      connect: { timeout: config.timeoutMs },
      maxHeaderSize: MAXIMUM_HEADER_BYTES,
      // Over HTTP/2 all calls would wait for one handshake, and those that were given up meanwhile make connections of their own later.
      allowH2: false,
    });
    this.queue = new FairQueue(config.concurrency);
    this.breaker = new Breaker(config.breaker, (state) => changed(service, state));
    this.retries = new RetryBudget(config.retry);
    this.host = host;
    this.prefix = pathname === '/' ? '' : pathname;
    this.#maximumWaiting = config.waitingQueries;
  }

  /** Whether so many queries wait for their turn that a further one is better told so at once. */
  get isFull(): boolean {
    return this.queue.waiting >= this.#maximumWaiting;
  }
}
