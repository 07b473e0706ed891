// The connection to the Redis that the processes of a server share. What it does not do at once is done without it.
import type { Redis } from 'ioredis';
import type { Secret } from '../config/secret.ts';
import type { Log } from './log.ts';
import { onceAMinute } from './once-a-minute.ts';

/** Milliseconds in which Redis must respond, and for which it is not used after it did not. */
const TIMEOUT_MS = 50;
const PAUSE_MS = 1_000;

export class RedisConnection {
  readonly #url: Secret;
  readonly #logSilence: () => void;
  readonly #logReturn: () => void;
  /** It is loaded only where there is a Redis, while the server starts. */
  readonly #library = import('ioredis');
  #connection: { readonly url: string; readonly redis: Redis } | undefined;
  #isClosed = false;
  /** Whether it did not respond last. */
  #isAway = false;
  /** By the monotonic clock; 0 while Redis responds. */
  #pausedUntil = 0;
  #probe: NodeJS.Timeout | undefined;

  /** `log` gets a line, at most once a minute, when Redis does not respond, and when it does again; `otherwise` is what processes do meanwhile. */
  constructor(url: Secret, otherwise: string, log: Log) {
    this.#url = url;
    // The first command does not have to wait for the connection.
    this.#redis().catch(() => {});
    const logOnceAMinute = onceAMinute(log);
    this.#logSilence = () => {
      this.#isAway = true;
      logOnceAMinute(`Redis does not respond: ${otherwise}.`, 'warn');
    };
    this.#logReturn = () => {
      this.#isAway = false;
      logOnceAMinute('Redis responds again.');
    };
  }

  /**
   * Runs commands. Shape: undefined where Redis does not respond in time, has not a moment ago, or `use` throws as it responds with
   * something else.
   */
  async use<Value>(use: (redis: Redis) => Promise<Value>): Promise<Value | undefined> {
    return performance.now() < this.#pausedUntil ? undefined : this.#run(use);
  }

  async #run<Value>(use: (redis: Redis) => Promise<Value>): Promise<Value | undefined> {
    if (this.#isClosed) return undefined;
    try {
      const value = await inTime(use(await this.#redis()));
      this.#pausedUntil = 0;
      if (this.#isAway) this.#logReturn();
      return value;
    } catch {
      if (this.#isClosed) return undefined;
      if (this.#pausedUntil === 0) this.#logSilence();
      this.#pausedUntil = performance.now() + PAUSE_MS;
      // Otherwise a process without requests would never learn that Redis responds again.
      clearTimeout(this.#probe);
      this.#probe = setTimeout(() => void this.#run((redis) => redis.ping()), PAUSE_MS).unref();
      return undefined;
    }
  }

  /** Whether it has responded to the last command, as far as there was any. */
  get isUp(): boolean {
    return this.#pausedUntil === 0;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#probe);
    this.#connection?.redis.disconnect();
  }

  /** The connection, renewed when the URL has changed. */
  async #redis(): Promise<Redis> {
    const { Redis } = await this.#library;
    if (this.#isClosed) throw new Error('closed');
    const url = this.#url.read();
    if (this.#connection?.url !== url) {
      this.#connection?.redis.disconnect();
      const redis = new Redis(url, {
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

/** Errors: rejects when there is no reply in time. One that came while this process was busy with something else is in time. */
function inTime<Value>(reply: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    // After the timers of a turn come its sockets, then its immediates.
    const timer = setTimeout(() => setImmediate(reject, new Error('no reply in time')), TIMEOUT_MS);
    reply.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
