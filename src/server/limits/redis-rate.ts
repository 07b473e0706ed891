// Counts the operations of callers in Redis, for several processes together. While Redis does not respond, each process counts alone.
import { digestOf } from '../../config/digest.ts';
import type { RedisConnection } from '../../upstream/redis.ts';
import { type LocalRate, type RateCounter, WINDOW_MS, waitFor } from './local-rate.ts';

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
  readonly #connection: RedisConnection;
  readonly #local: LocalRate;

  /** `local` counts while Redis does not respond. */
  constructor(connection: RedisConnection, local: LocalRate) {
    this.#connection = connection;
    this.#local = local;
  }

  async take(caller: string, max: number): Promise<number> {
    const wait = await this.#connection.use(async (redis) => {
      // The minutes are those of the wall clock, which the processes share.
      const now = Date.now();
      const window = Math.floor(now / WINDOW_MS);
      const elapsed = now % WINDOW_MS;
      // The braces keep both keys of a caller on one node of a cluster.
      const name = `image-graph:rate:{${digestOf(caller)}}`;
      const keys = [`${name}:${window - 1}`, `${name}:${window}`];
      const reply = await redis.eval(SCRIPT, 2, ...keys, 1 - elapsed / WINDOW_MS, max, 2 * WINDOW_MS);
      const [previous, current] = Array.isArray(reply) ? reply : [];
      if (!isCount(previous) || !isCount(current)) throw new TypeError('unexpected reply');
      return waitFor(previous, current, max, elapsed);
    });
    return wait ?? this.#local.take(caller, max);
  }
}
