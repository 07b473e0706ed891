// Lowers the bounds of bytes where this process has little memory: the defaults need a heap of 2 GB (docs/operations.md#memory).
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import type { Given } from './rules.ts';
import { SETTINGS } from './settings.ts';

const MEGABYTE = 1024 * 1024;
/** What the heap holds before any request: the program, and the young generation, which V8 counts in its limit. */
const OWN_BYTES = 320 * MEGABYTE;
/** The heap that each byte within the bounds may take, with room for the garbage collector. */
const HEAP_PER_BYTE = 2;
/** The smallest share of the defaults that is of use. */
const MIN_SHARE = 1 / 64;
/** The heap that this share needs, by measurement: docs/operations.md#memory. */
const MIN_HEAP = 256 * MEGABYTE;
/** The part of the memory of a container or machine that the heap can have: buffers, code and stacks are outside of it. */
const HEAP_OF_CONTAINER = 0.75;
/** One caller may have a quarter of the bytes of request bodies: room for one body. */
const BODIES = 4;

/** The memory that a process may take. */
export interface Memory {
  /** Bytes of its heap. */
  readonly heap: number;
  /** Bytes of its container, or of the machine, for all its processes. */
  readonly container: number;
}

export const memoryOfProcess = (): Memory => ({
  heap: getHeapStatistics().heap_size_limit,
  // 0 where it is not known; without a bound a number that no machine has.
  container: Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()),
});

/** The bounds that share the heap. */
export interface MemoryBounds {
  readonly totalBodyBytes: number;
  readonly responseBytes: number;
  readonly totalResponseBytes: number;
  readonly totalMemoryBytes: number;
}

const { limits, cloud } = SETTINGS;
const NAMES: Readonly<Record<keyof MemoryBounds, string>> = {
  totalBodyBytes: limits.totalBodyBytes.name,
  responseBytes: limits.responseBytes.name,
  totalResponseBytes: limits.totalResponseBytes.name,
  totalMemoryBytes: cloud.totalMemoryBytes.name,
};

export interface FittedBounds {
  readonly bounds: MemoryBounds;
  /** The part of the memory for the defaults that there is, at most 1: other caches are as small. */
  readonly memoryShare: number;
  /** What was lowered, as a line for the log. */
  readonly notices: readonly string[];
  /** What exceeds the memory, a line each. */
  readonly warnings: readonly string[];
}

/**
 * The bounds that fit into the memory of each of `workers` processes. Defaults are lowered in proportion; a bound that is given stays, with
 * a warning.
 */
export function fitToMemory(
  bounds: MemoryBounds,
  { given, bodyBytes, workers, memory }: { given: Given; bodyBytes: number; workers: number; memory: Memory },
): FittedBounds {
  const heap = Math.min(memory.heap, (HEAP_OF_CONTAINER * memory.container) / workers);
  const share = Math.max(MIN_SHARE, (heap - OWN_BYTES) / (HEAP_PER_BYTE * DEFAULT_TOTAL));
  const floor = (name: keyof MemoryBounds) => (name === 'totalBodyBytes' ? BODIES * bodyBytes : 0);
  const fitting = (name: keyof MemoryBounds) => Math.max(floor(name), Math.floor(share * DEFAULTS[name]));
  const isGiven = (name: keyof MemoryBounds) => Object.hasOwn(given, NAMES[name]);
  const tooLarge = KEYS.filter((name) => bounds[name] > fitting(name));
  const lowered = tooLarge.filter((name) => !isGiven(name));
  const size = (bytes: number) => `${Math.floor(bytes / MEGABYTE)} MB`;
  const list = (names: readonly (keyof MemoryBounds)[], preposition: string) =>
    names.map((name) => `${NAMES[name]} ${preposition} ${fitting(name)}`).join(', ');
  const notices =
    lowered.length > 0 ? [`The heap may take ${size(heap)}, which lowers bounds: ${list(lowered, 'to')}.`] : [];
  const warnings = tooLarge
    .filter(isGiven)
    .map((name) => `${NAMES[name]}=${bounds[name]} is more than a heap of ${size(heap)} holds: ${fitting(name)}.`);
  if (heap < MIN_HEAP)
    warnings.unshift(`A heap of ${size(heap)} is too small for the server: it may end at any moment.`);
  const values = KEYS.map((name) => [name, lowered.includes(name) ? fitting(name) : bounds[name]]);
  return { bounds: Object.fromEntries(values), memoryShare: Math.min(1, share), notices, warnings };
}

const KEYS = Object.keys(NAMES) as readonly (keyof MemoryBounds)[];
const DEFAULTS: MemoryBounds = {
  totalBodyBytes: limits.totalBodyBytes.schema.parse(undefined),
  responseBytes: limits.responseBytes.schema.parse(undefined),
  totalResponseBytes: limits.totalResponseBytes.schema.parse(undefined),
  totalMemoryBytes: cloud.totalMemoryBytes.schema.parse(undefined),
};
/** One response is a part of all. */
const DEFAULT_TOTAL = DEFAULTS.totalBodyBytes + DEFAULTS.totalResponseBytes + DEFAULTS.totalMemoryBytes;
