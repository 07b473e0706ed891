// Counts the operations of callers in Redis, for several processes together. While Redis does not respond, each process counts alone.
import type { Redis } from 'ioredis';
import { digestOf } from '../../config/digest.ts';
import type { Secret } from '../../config/secret.ts';
import { onceAMinute } from '../../upstream/once-a-minute.ts';
import type { Logger } from '../logger.ts';
import { type LocalRate, type RateCounter, WINDOW_MS, waitFor } from './local-rate.ts';

/** Milliseconds in which Redis must respond, and for which it is not used after it did not. */
const TIMEOUT_MS = 50;
const PAUSE_MS = 1_000;

/** Counts in one atomic step, unless the limit is reached. Returns both counts as they were before. */
const SCRIPT = `
local previous = tonumber(redis.call('GET', KEYS[1]) or '0')
local current = tonumber(redis.call('GET', KEYS[2]) or '0')
if previous * tonumber(ARGV[1]) + current < tonumber(ARGV[2]) then
  redis.call('INCR', KEYS[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
return {previous, current}
`;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export class RedisRate implements RateCounter {
  readonly #url: Secret;
  readonly #log: (line: string) => void;
  readonly #local: LocalRate;
  /** The client of Redis, which other servers do not load. */
  readonly #client = import('ioredis').then((library) => library.Redis);
  #connection: { readonly url: string; readonly redis: Redis } | undefined;
  /** By the monotonic clock; 0 while Redis responds. */
  #pausedUntil = 0;

  /** `local` counts while Redis does not respond. */
  constructor(url: Secret, local: LocalRate, logger: Logger) {
    this.#url = url;
    this.#local = local;
    this.#log = onceAMinute((line) => logger.error(line));
  }

  async take(caller: string, max: number): Promise<number> {
    if (performance.now() < this.#pausedUntil) return this.#local.take(caller, max);
    try {
      // The minutes are those of the wall clock, which the processes share.
      const now = Date.now();
      const window = Math.floor(now / WINDOW_MS);
      const elapsed = now % WINDOW_MS;
      // The braces keep both keys of a caller on one node of a cluster.
      const name = `image-graph:rate:{${digestOf(caller)}}`;
      const keys = [`${name}:${window - 1}`, `${name}:${window}`];
      const reply = await this.#redis(await this.#client).eval(
        SCRIPT,
        2,
        ...keys,
        1 - elapsed / WINDOW_MS,
        max,
        2 * WINDOW_MS,
      );
      const [previous, current] = Array.isArray(reply) ? reply : [];
      if (!isCount(previous) || !isCount(current)) throw new TypeError('unexpected reply');
      this.#pausedUntil = 0;
      return waitFor(previous, current, max, elapsed);
    } catch {
      if (this.#pausedUntil === 0) this.#log('Redis does not respond: each process counts its callers alone.');
      this.#pausedUntil = performance.now() + PAUSE_MS;
      return this.#local.take(caller, max);
    }
  }

  close(): void {
    this.#connection?.redis.disconnect();
  }

  /** The connection, renewed when the URL has changed. */
  #redis(Client: typeof Redis): Redis {
    const url = this.#url.read();
    if (this.#connection?.url !== url) {
      this.close();
      const redis = new Client(url, {
        commandTimeout: TIMEOUT_MS,
        connectTimeout: 10 * TIMEOUT_MS,
        enableOfflineQueue: true,
        maxRetriesPerRequest: 0,
        retryStrategy: (times) => Math.min(times * 100, PAUSE_MS),
      });
      // Without a listener an error event would end the process; failed commands are handled where they are sent.
      redis.on('error', () => {});
      redis.on('ready', () => (this.#pausedUntil = 0));
      this.#connection = { url, redis };
    }
    return this.#connection.redis;
  }
}
