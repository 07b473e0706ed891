// The body of a response: decompresses it, and bounds its bytes, its values and the memory that they take once they are decoded.
import { contentCodings, decompress, isTooLarge } from '../decoding/decompression.ts';
import type { CallMemory } from './response-memory.ts';

/**
 * Bytes of the largest body that is read, decompressed: five times a page of a thousand images with every documented field. Most of
 * the time that JSON takes is for its values, so these are bounded, too: three times those of that page.
 */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MAX_VALUES = 250_000;

/** Codings of one body, one around the other. */
const MAX_CODINGS = 3;

/** Bytes of memory that a decoded body takes at most: for each byte of its text, and for each value; by measurement of many shapes. */
const MEMORY_PER_BYTE = 2;
const MEMORY_PER_VALUE = 80;
/** The same for each byte of a text whose values are not counted: `[[[[` and `{},{},` take most. */
const MEMORY_PER_UNCOUNTED_BYTE = 32;
/** Bytes up to which a text cannot hold enough values to matter, so that nobody need count them. */
const MAX_UNCOUNTED_BYTES = 256 * 1024;

/** Whether a text takes so long to decode that it has a turn of the event loop of its own. */
export const isLong = (bytes: number) => bytes > MAX_UNCOUNTED_BYTES;
/** Whether decoding a text takes next to no time, whatever it holds. */
export const isShort = (bytes: number) => bytes <= MAX_UNCOUNTED_BYTES / 16;

/**
 * Bytes of memory that a decoded body takes at most. Its values are counted where it is long, and where memory is scarce.
 * Shape: undefined for a body with too many values.
 */
export function memoryOf(body: Buffer, memory: CallMemory): number | undefined {
  const rough = MEMORY_PER_UNCOUNTED_BYTE * body.length;
  if (!isLong(body.length) && memory.isAmpleFor(rough)) return rough;
  const values = countValues(body);
  return values > MAX_VALUES ? undefined : MEMORY_PER_BYTE * body.length + MEMORY_PER_VALUE * values;
}

/** Bytes of memory that values of a decoded body take at most, by the same measure. */
export function memoryOfValues(values: Iterable<unknown>): number {
  let bytes = 0;
  const rest = [...values];
  while (rest.length > 0) {
    const value = rest.pop();
    bytes += MEMORY_PER_VALUE;
    if (typeof value === 'string') bytes += MEMORY_PER_BYTE * value.length;
    if (typeof value !== 'object' || value === null) continue;
    bytes += MEMORY_PER_VALUE;
    for (const [name, item] of Object.entries(value)) {
      if (!Array.isArray(value)) bytes += MEMORY_PER_VALUE + MEMORY_PER_BYTE * name.length;
      rest.push(item);
    }
  }
  return bytes;
}

const [QUOTE, BACKSLASH, COMMA, COLON, BRACKET, BRACE] = [0x22, 0x5c, 0x2c, 0x3a, 0x5b, 0x7b];

/** Counts objects, lists, the items of both and the names of the items: what makes any of them, outside of strings. */
function countValues(body: Buffer): number {
  let count = 0;
  let isString = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (isString) {
      if (byte === QUOTE) isString = false;
      else if (byte === BACKSLASH) at++;
    } else if (byte === QUOTE) isString = true;
    else if (byte === COMMA || byte === COLON || byte === BRACKET || byte === BRACE) count++;
  }
  return count;
}

/** The codings of a body, by the headers of its response. Source: docs/upstream/gateway.md#content-codings. */
export const codingsOf = (header: string | string[] | undefined): readonly string[] =>
  header === undefined ? [] : contentCodings([header].flat().join());

/** A body without its codings. Shape: a text that says why it cannot be read. */
export async function withoutCodings(body: Buffer, codings: readonly string[]): Promise<Buffer | string> {
  if (codings.length > MAX_CODINGS) return CODED;
  let decoded = body;
  try {
    for (const coding of codings.toReversed()) decoded = await decompress(decoded, coding, MAX_BODY_BYTES);
  } catch (error) {
    return isTooLarge(error) ? TOO_LARGE : CODED;
  }
  return decoded;
}

/** Why a body cannot be read. */
export const TOO_LARGE = 'it is too large';
export const TOO_MANY_VALUES = 'it has too many values';
const CODED = 'it cannot be decompressed';

/** Runs one task after the other, so that only one of them takes memory. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }
}
