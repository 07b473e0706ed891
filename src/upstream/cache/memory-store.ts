// Keeps responses in the memory of this process, decoded, within a bound of bytes.
import { LRUCache } from 'lru-cache';
import type { KeepingTimes } from '../../config/cache.ts';
import type { Call } from '../call.ts';
import { isOver, later, type Moment, thisMoment } from '../clocks.ts';
import { memoryOfValues } from '../transport/body.ts';
import { errorFromFailure, type UpstreamResponse } from '../transport/response.ts';
import type { CallMemory } from '../transport/response-memory.ts';
import { type Kept, keptHeaders, type Store } from './store.ts';

interface Entry {
  readonly response: UpstreamResponse;
  readonly freshUntil: Moment;
  readonly staleUntil: Moment;
}

/** Bytes of an entry beside the values of its response. */
const ENTRY_BYTES = 512;
/** The part of all bytes that one response may take. */
const SHARE = 1 / 4;

export class MemoryStore implements Store {
  readonly #entries: LRUCache<string, Entry>;

  constructor(maxBytes: number) {
    const maxEntrySize = Math.max(1, Math.floor(SHARE * maxBytes));
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize,
      sizeCalculation: ({ response }) => ENTRY_BYTES + response.memory,
    });
  }

  find(key: string, call: Call, _times: KeepingTimes, memory: CallMemory): Kept | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (isOver(entry.staleUntil)) {
      this.#entries.delete(key);
      return undefined;
    }
    const { response } = entry;
    const failure = memory.take(response.memory);
    const result = failure ? errorFromFailure(call, failure, NO_TIME) : response;
    return { result, isStale: isOver(entry.freshUntil) };
  }

  keep(key: string, call: Call, { freshMs, staleMs }: KeepingTimes, response: UpstreamResponse): void {
    const { body, rows } = response;
    // The rows of most lists are within the body, and a record is the body.
    const values = call.rowsOf && !Object.values(body).includes(rows) ? [body, rows] : [body];
    const freshUntil = later(thisMoment(), freshMs);
    this.#entries.set(key, {
      response: {
        ...response,
        headers: keptHeaders(response.headers),
        memory: Math.min(response.memory, memoryOfValues(values)),
        isKept: true,
      },
      freshUntil,
      staleUntil: later(freshUntil, staleMs),
    });
  }

  drop(key: string): void {
    this.#entries.delete(key);
  }
}

/** No time is part of the error of a bound of memory. */
const NO_TIME = { timeoutMs: 0, hadTime: false };
