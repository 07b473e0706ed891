// Keeps responses in the memory of this process, decoded, within a bound of bytes.
import { LRUCache } from 'lru-cache';
import type { KeepingTimes } from '../../config/cache.ts';
import type { Call } from '../call.ts';
import { isOver, later, type Moment, thisMoment } from '../clocks.ts';
import { memoryOfValues } from '../transport/body.ts';
import { errorFromFailure, type UpstreamResponse } from '../transport/response.ts';
import type { CallMemory } from '../transport/response-memory.ts';
import type { Kept, Store } from './store.ts';

interface Entry {
  readonly response: UpstreamResponse;
  readonly bytes: number;
  readonly freshUntil: Moment;
  readonly staleUntil: Moment;
}

/** Bytes of an entry beside the values of its response. */
const ENTRY_BYTES = 512;
/** JSON inside a text is decoded when it is selected, and stays decoded as long as its record: what that takes at most. */
const MEMORY_PER_JSON_CHARACTER = 32;
const MAY_BE_JSON = /^\s*[[{]/;
/** The part of all bytes that one response may take. */
const SHARE = 1 / 4;

export class MemoryStore implements Store {
  readonly #entries: LRUCache<string, Entry>;

  constructor(maxBytes: number) {
    const maxEntrySize = Math.max(1, Math.floor(SHARE * maxBytes));
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize,
      sizeCalculation: ({ bytes }) => bytes,
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
    const memory = Math.min(response.memory, memoryOfValues(values));
    const freshUntil = later(thisMoment(), freshMs);
    this.#entries.set(key, {
      response: { ...response, memory, isKept: true },
      bytes: ENTRY_BYTES + memory + MEMORY_PER_JSON_CHARACTER * jsonCharactersIn(values),
      freshUntil,
      staleUntil: later(freshUntil, staleMs),
    });
  }

  drop(key: string): void {
    this.#entries.delete(key);
  }
}

/** Counts the characters of texts that may be JSON. */
function jsonCharactersIn(values: readonly unknown[]): number {
  let count = 0;
  const rest = [...values];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === 'string' && MAY_BE_JSON.test(value)) count += value.length;
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) rest.push(item);
  }
  return count;
}

/** No time is part of the error of a bound of memory. */
const NO_TIME = { timeoutMs: 0, hadTime: false };
