// The counter of several processes: Redis keeps the windows. It is never needed: while it does not answer, each process counts alone.
import { Redis } from 'ioredis';
import type { Secret } from '../../config/secret.ts';
import { digestOf } from '../../upstream/auth/credentials.ts';
import type { Logger } from '../logger.ts';
import { LocalRate, type RateCounter, WINDOW_MS, waitFor } from './local-rate.ts';

/** Milliseconds that Redis has to answer, and for which it is left alone after it has not. */
const TIMEOUT_MS = 50;
const PAUSE_MS = 1_000;

/** Counts in one step, unless the caller has had enough: answers both counts as they were before. */
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
  readonly #logger: Logger;
  readonly #local = new LocalRate();
  #connection: { readonly url: string; readonly redis: Redis } | undefined;
  #pausedUntil = 0;

  constructor(url: Secret, logger: Logger) {
    this.#url = url;
    this.#logger = logger;
  }

  async take(caller: string, max: number, now: number): Promise<number> {
    if (now < this.#pausedUntil) return this.#local.take(caller, max, now);
    try {
      const window = Math.floor(now / WINDOW_MS);
      const elapsed = now % WINDOW_MS;
      // The braces keep both keys of a caller on one node of a cluster.
      const name = `image-graph:rate:{${digestOf(caller)}}`;
      const keys = [`${name}:${window - 1}`, `${name}:${window}`];
      const answer = await this.#redis().eval(SCRIPT, 2, ...keys, 1 - elapsed / WINDOW_MS, max, 2 * WINDOW_MS);
      const [previous, current] = Array.isArray(answer) ? answer : [];
      if (!isCount(previous) || !isCount(current)) throw new TypeError('no counts');
      this.#pausedUntil = 0;
      return waitFor(previous, current, max, elapsed);
    } catch {
      if (this.#pausedUntil === 0) this.#logger.error('Redis does not answer: each process counts its callers alone.');
      this.#pausedUntil = now + PAUSE_MS;
      return this.#local.take(caller, max, now);
    }
  }

  close(): void {
    this.#connection?.redis.disconnect();
  }

  /** The connection; a new one when the URL has changed. */
  #redis(): Redis {
    const url = this.#url.read();
    if (this.#connection?.url !== url) {
      this.close();
      const redis = new Redis(url, {
        commandTimeout: TIMEOUT_MS,
        connectTimeout: 10 * TIMEOUT_MS,
        enableOfflineQueue: true,
        maxRetriesPerRequest: 0,
        retryStrategy: (times) => Math.min(times * 100, PAUSE_MS),
      });
      // Without a listener it would end the process; each command that fails is dealt with where it was given.
      redis.on('error', () => {});
      redis.on('ready', () => (this.#pausedUntil = 0));
      this.#connection = { url, redis };
    }
    return this.#connection.redis;
  }
}
