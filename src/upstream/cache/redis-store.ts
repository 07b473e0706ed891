// Keeps responses in Redis, as they were received, for all processes that use it. They expire by its clock alone.
import type { KeepingTimes } from '../../config/cache.ts';
import type { Call, RawResponse } from '../call.ts';
import { UpstreamError } from '../errors.ts';
import type { RedisConnection } from '../redis.ts';
import { isLong, MAX_BODY_BYTES, memoryOf } from '../transport/body.ts';
import { errorFromFailure, keptHeaders, readResponse, type UpstreamResponse } from '../transport/response.ts';
import type { CallMemory } from '../transport/response-memory.ts';
import { isTurnSpent, nextTurn } from '../turn.ts';
import type { Kept, Store } from './store.ts';

/** Changes with the format of the values. */
const PREFIX = 'image-graph:cache:1:';
/** Characters of the longest text that is kept: Redis does nothing else while it sends one. */
const MAX_LENGTH = 1024 * 1024;
/** Characters that may be on their way to Redis: while it is slow they are in memory. */
const MAX_SENDING = 8 * MAX_LENGTH;

export class RedisStore implements Store {
  readonly #connection: RedisConnection;
  #sending = 0;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  async find(key: string, call: Call, { staleMs }: KeepingTimes, memory: CallMemory): Promise<Kept | undefined> {
    const name = PREFIX + key;
    const found = await this.#connection.use((redis) =>
      unlessRejected(Promise.all([redis.getBuffer(name), redis.pttl(name)])),
    );
    if (!found) return undefined;
    const [value, leftMs] = found;
    // Without an expiry it is not ours.
    if (!value || !(leftMs > 0) || value.length > MAX_BODY_BYTES) return undefined;
    const needed = memoryOf(value, memory);
    if (needed === undefined) return undefined;
    const failure = memory.take(needed);
    if (failure) return { result: errorFromFailure(call, failure, NO_TIME), isStale: false };
    if (isLong(value.length) || isTurnSpent()) await nextTurn();
    const raw = readValue(value.toString(), needed);
    const result = raw && readResponse(call, raw, {});
    if (result && !(result instanceof UpstreamError))
      return { result: { ...result, isKept: true }, isStale: leftMs <= staleMs };
    memory.give(needed);
    return undefined;
  }

  keep(key: string, _call: Call, times: KeepingTimes, _response: UpstreamResponse, raw: RawResponse): void {
    const { status, headers, text } = raw;
    if (text.length > MAX_LENGTH || this.#sending + text.length > MAX_SENDING) return;
    this.#sending += text.length;
    const value = `${JSON.stringify([status, keptHeaders(headers)])}\n${text}`;
    void this.#connection
      .use((redis) => unlessRejected(redis.set(PREFIX + key, value, 'PX', times.freshMs + times.staleMs)))
      .finally(() => (this.#sending -= text.length));
  }

  drop(key: string): void {
    void this.#connection.use((redis) => unlessRejected(redis.del(PREFIX + key)));
  }
}

/** A Redis that rejects a command has responded: it has no memory left, or the value is of another type. Shape: undefined then. */
const unlessRejected = <Value>(reply: Promise<Value>): Promise<Value | undefined> =>
  reply.catch((error: Error) => {
    if (error.name === 'ReplyError') return undefined;
    throw error;
  });

/** A response as it was kept; undefined for a value of another form. */
function readValue(value: string, memory: number): RawResponse | undefined {
  const end = value.indexOf('\n');
  try {
    const [status, headers] = JSON.parse(value.slice(0, end));
    if (!Number.isSafeInteger(status) || typeof headers !== 'object' || headers === null) return undefined;
    return { status, headers: keptHeaders(headers), text: value.slice(end + 1), fault: undefined, memory };
  } catch {
    return undefined;
  }
}

/** No time is part of the error of a bound of memory. */
const NO_TIME = { timeoutMs: 0, hadTime: false };
