// A small random generator with a seed: the same seed gives the same world.

export interface Random {
  /** An integer from 0 to below `limit`. */
  integer(limit: number): number;
  /** Lower-case hexadecimal digits. */
  hex(length: number): string;
  /** A version 4 UUID in lower case. */
  uuid(): string;
}

/** Creates a generator from a seed (mulberry32: 32 bits of state, good enough for sample data). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (limit: number): number => Math.floor(next() * limit);
  const hex = (length: number): string => Array.from({ length }, () => integer(16).toString(16)).join('');
  const uuid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  return { integer, hex, uuid };
}

/** Returns the entry at `index`, which wraps around at the end. */
export function cycle<Entry>(entries: readonly Entry[], index: number): Entry {
  const entry = entries[index % entries.length];
  if (entry === undefined) throw new Error('cycle() needs at least one entry.');
  return entry;
}
