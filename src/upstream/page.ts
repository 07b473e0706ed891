// The paging dialects of the clouds -> one Page. Knows windows and markers, not what the rows are.
import type { Service } from '../config.ts';
import { SERVICE_TITLES, UpstreamError } from './errors.ts';
import { isPathSafe } from './path.ts';
import { longOf, malformed } from './row.ts';

/** A piece of a list: `size` rows from its start, or next to `position`; backward: from its end, or before it. */
export interface PageRequest {
  readonly size: number;
  readonly backward: boolean;
  /** Where the last page ended, in the words of the dialect; the row there is not part of this one. */
  readonly position: string | undefined;
}

/** A row and its place in the list. A row that cannot be read is an UpstreamError. */
export interface PageRow<T> {
  readonly value: T | UpstreamError;
  readonly position: string;
}

/** The answer to a PageRequest, in the list's own order. What costs a further call is a function. */
export interface Page<T> {
  readonly rows: readonly PageRow<T>[];
  readonly hasPrevious: boolean | (() => Promise<boolean>);
  readonly hasNext: boolean | (() => Promise<boolean>);
  /** Rows of the whole list; null when the upstream does not say, undefined when it has not been asked. */
  readonly total: number | null | undefined;
}

/** Upstream pages that one page may be put together from. */
const MAXIMUM_CALLS = 20;
/** Upstream pages that a row is looked for in. */
const MAXIMUM_SCAN = 10;
/** Rows that may lie before a window: no list of these services is longer. */
const MAXIMUM_OFFSET = 10_000_000;

// ---- offset and limit: SWR, ModelArts ----

/** What one call of an offset list brings. */
export interface OffsetRows {
  readonly rows: readonly unknown[];
  readonly total: number | null;
}

/** A list that is read by offset and limit. */
export interface OffsetList<T> {
  readonly service: Service;
  /** Rows that one call may ask for. */
  readonly maximum: number;
  /** Whether the offset must be 0 or a multiple of the limit. */
  readonly aligned: boolean;
  fetch(offset: number, limit: number): Promise<OffsetRows>;
  decode(row: unknown): T | UpstreamError;
}

/**
 * The total of SWR's `Content-Range: offset-COUNT/total`, such as 35 of `0-10/35`: a count where HTTP would name an end.
 * Shape: null when the header is missing or says something else. Source: swr-list-shared-repositories.txt, Table 2.
 */
export function totalOfHeader(header: unknown): number | null {
  return totalOf(typeof header === 'string' ? /^\s*\d+-\d+\/(\d+)\s*$/.exec(header)?.[1] : null);
}

/** A total as a body tells it; null when it tells none. */
export function totalOf(value: unknown): number | null {
  const total = Number(longOf(value) ?? -1);
  return total < 0 ? null : total;
}

/** Whether a cursor's position can belong to an offset list. */
export const isOffset = (position: string) => /^(0|[1-9]\d{0,7})$/.test(position) && Number(position) <= MAXIMUM_OFFSET;

/** The length of the list, null when the upstream does not tell it. Calls: one, for one row. */
export async function countRows<T>(list: OffsetList<T>): Promise<number | null> {
  return (await list.fetch(0, 1)).total;
}

/**
 * Reads a page of an offset list; positions are row numbers.
 * Calls: one where the window lies in one (aligned) upstream page; one more for `last` without a position; none for size 0.
 */
export async function readOffsetPage<T>(
  list: OffsetList<T>,
  { size, backward, position }: PageRequest,
): Promise<Page<T>> {
  let start = position === undefined ? 0 : Number(position) + 1;
  let end = start + size;
  let total: number | null | undefined;
  if (backward) {
    end = position === undefined ? 0 : Number(position);
    if (position === undefined && size > 0) {
      total = await countRows(list);
      if (total === null) throw malformed(list.service, 'the length of the list is missing');
      end = total;
    }
    start = Math.max(0, end - size);
  }
  const window = await readWindow(list, start, end, total);
  total = window.total;
  const reached = start + window.rows.length;
  const rows = window.rows.map((row, index) => ({ value: list.decode(row), position: String(start + index) }));

  if (backward) {
    return { rows, total, hasPrevious: start > 0, hasNext: position !== undefined && (total ?? Infinity) > end };
  }
  const hasPrevious = position !== undefined && total !== 0;
  if (size === 0) return { rows, total, hasPrevious, hasNext: async () => ((await countRows(list)) ?? 0) > start };
  if (typeof total === 'number') return { rows, total, hasPrevious, hasNext: rows.length > 0 && reached < total };
  const more = async () => (await list.fetch(reached, 1)).rows.length > 0;
  return { rows, total, hasPrevious, hasNext: rows.length === size && more };
}

/** Puts the rows from `start` to before `end` together, in as few calls as the alignment allows. */
async function readWindow<T>(list: OffsetList<T>, start: number, end: number, known: number | null | undefined) {
  const rows: unknown[] = [];
  let total = known;
  let maximum = list.maximum;
  for (let calls = 0; start + rows.length < Math.min(end, total ?? end); calls++) {
    if (calls === MAXIMUM_CALLS) throw tooManyCalls(list.service, MAXIMUM_CALLS);
    const at = start + rows.length;
    const { offset, limit } = sliceFor(at, Math.min(end, total ?? end), maximum, list.aligned);
    const page = await list.fetch(offset, limit);
    total = page.total ?? total ?? null;
    rows.push(...page.rows.slice(at - offset, end - offset));
    const received = page.rows.length;
    if (received === 0 || (received < limit && offset + received >= (total ?? 0))) break;
    // Fewer than asked although there are more: the upstream's own maximum is smaller.
    if (received < limit) maximum = received;
  }
  return { rows, total };
}

/** The next call for the rows from `at` to before `end`: where offsets are aligned, the smallest page that needs the fewest calls. */
export function sliceFor(
  at: number,
  end: number,
  maximum: number,
  aligned: boolean,
): { offset: number; limit: number } {
  const wanted = end - at;
  if (!aligned) return { offset: at, limit: Math.min(wanted, maximum) };
  for (let calls = Math.ceil(wanted / maximum); ; calls++) {
    for (let limit = Math.ceil(wanted / calls); limit <= maximum; limit++) {
      const offset = at - (at % limit);
      if (offset + calls * limit >= end) return { offset, limit };
    }
  }
}

/**
 * Scans an offset list from its start for rows by their keys, in pages of its maximum.
 * Shape: the rows that were found, by key. Calls: one a page, until all are found or the list ends; at most ten.
 * Errors: throws UpstreamError when ten pages were not enough.
 */
export async function scanFor<T>(
  list: OffsetList<T>,
  keys: readonly string[],
  keyText: (row: T) => string,
): Promise<ReadonlyMap<string, T>> {
  const missing = new Set(keys);
  const found = new Map<string, T>();
  let limit = list.maximum;
  let offset = 0;
  for (let calls = 0; calls < MAXIMUM_SCAN; calls++) {
    const { rows, total } = await list.fetch(offset, limit);
    for (const row of rows.map(list.decode)) {
      if (row instanceof UpstreamError || !missing.delete(keyText(row))) continue;
      found.set(keyText(row), row);
    }
    offset += rows.length;
    const ended = total === null ? rows.length < limit : offset >= total;
    if (missing.size === 0 || rows.length === 0 || ended) return found;
    // Fewer than asked although there are more: the upstream's own maximum is smaller, and the offset a multiple of it.
    if (rows.length < limit) limit = rows.length;
  }
  throw tooManyCalls(list.service, MAXIMUM_SCAN);
}

// ---- marker and limit: IMS ----

/** What one call of a marker list brings; `next` is the marker to go on from, undefined at the end. */
export interface MarkerRows {
  readonly rows: readonly unknown[];
  readonly next: string | undefined;
}

/** What becomes of a row: it is part of the list, is not, or ends it. */
export type Verdict = 'keep' | 'skip' | 'stop';

/** A list that is read by marker and limit, in both directions of its sort order. */
export interface MarkerList<T> {
  readonly service: Service;
  readonly maximum: number;
  /** Whether rows may be skipped here: then upstream pages are as large as they can be. */
  readonly sifts: boolean;
  fetch(limit: number, marker: string | undefined, reversed: boolean): Promise<MarkerRows>;
  idOf(row: unknown): string | undefined;
  /** Whether the upstream goes on rightly behind this row: it does not where the sort value is null or empty. */
  isMarker(row: unknown): boolean;
  verdict(row: unknown, reversed: boolean): Verdict;
  decode(row: unknown): T | UpstreamError;
}

/** A row's place: its id, and whether the id can be used as a marker. */
interface Place {
  readonly id: string;
  readonly isMarker: boolean;
}
const placeText = (place: Place) => (place.isMarker ? 'm' : 's') + place.id;
const placeOf = (position: string): Place => ({ id: position.slice(1), isMarker: position.startsWith('m') });

/** The place of unreadable rows at the start of a list: before everything that has an id. */
const START = '';

/** Whether a cursor's position can belong to a marker list. */
export const isMarkerPosition = (position: string) =>
  position === START || (/^[ms]/.test(position) && isPathSafe(position.slice(1)));

/**
 * Reads a page of a marker list, asking for one row more than wanted so that `hasNext` is exact.
 * Calls: one; a further one where the page is as large as the upstream's maximum and `hasNext` is read; from a row that is
 * no marker, a scan from the start.
 */
export async function readMarkerPage<T>(
  list: MarkerList<T>,
  { size, backward, position }: PageRequest,
): Promise<Page<T>> {
  const from = position ? placeOf(position) : undefined;
  const wanted = size < list.maximum ? size + 1 : size;
  const walk = size === 0 ? { rows: [], ended: false } : await walkRows(list, backward, from, wanted);
  const rows = walk.rows.slice(0, size);
  const last = rows.at(-1)?.place ?? from;
  const peek = async () => (await walkRows(list, backward, last, 1)).rows.length > 0;
  const more = walk.rows.length > size || (!walk.ended && peek);
  const page = rows.map(({ row, place }) => ({ value: list.decode(row), position: place ? placeText(place) : START }));
  return backward
    ? { rows: page.reverse(), hasPrevious: more, hasNext: from !== undefined, total: undefined }
    : { rows: page, hasPrevious: from !== undefined, hasNext: more, total: undefined };
}

interface WalkedRow {
  readonly row: unknown;
  /** A row without an id has the place of the one before it. */
  readonly place: Place | undefined;
}

/** Walks `count` rows on from a place. `ended` means that there are no further ones. */
async function walkRows<T>(list: MarkerList<T>, reversed: boolean, from: Place | undefined, count: number) {
  const rows: WalkedRow[] = [];
  const visited = new Set<string>();
  let place = from;
  let marker = from?.isMarker ? from.id : undefined;
  /** While set, rows are passed over until this one: the way on from a row that is no marker. */
  let passing = from?.isMarker ? undefined : from?.id;
  for (let calls = 0; calls < MAXIMUM_CALLS; calls++) {
    const scanning = passing !== undefined || list.sifts;
    const limit = scanning ? list.maximum : Math.min(list.maximum, count - rows.length);
    const page = await list.fetch(limit, marker, reversed);
    for (const [index, row] of page.rows.entries()) {
      const id = list.idOf(row);
      if (id !== undefined && visited.has(id))
        throw malformed(list.service, 'the list repeats itself while it is walked');
      if (id !== undefined) place = { id, isMarker: list.isMarker(row) };
      if (passing !== undefined) {
        if (id === passing) passing = undefined;
        continue;
      }
      const verdict = list.verdict(row, reversed);
      if (verdict === 'stop') return { rows, ended: true };
      if (verdict === 'keep') rows.push({ row, place });
      if (rows.length === count) return { rows, ended: index === page.rows.length - 1 && page.next === undefined };
    }
    if (page.next === undefined) {
      if (passing !== undefined) throw cursorExpired(list.service);
      return { rows, ended: true };
    }
    if (place && !place.isMarker) {
      if (marker === undefined && limit === list.maximum) throw noWayOn(list.service, list.maximum);
      visited.clear();
      marker = undefined;
      passing = place.id;
      continue;
    }
    for (const id of page.rows.map(list.idOf)) if (id !== undefined) visited.add(id);
    if (page.next === marker) throw malformed(list.service, 'the list repeats its marker while it is walked');
    marker = page.next;
  }
  throw tooManyCalls(list.service, MAXIMUM_CALLS);
}

/** The row that a cursor stands on is gone, or hidden from the caller. */
export function cursorExpired(service: Service): UpstreamError {
  return new UpstreamError(
    'cursor-expired',
    'The row of this cursor no longer exists: start again from the first page.',
    { service },
  );
}

export function tooManyCalls(service: Service, calls: number): UpstreamError {
  return new UpstreamError(
    'refused',
    `${SERVICE_TITLES[service]} was asked for ${calls} pages and the search has not ended: narrow the filter.`,
    {
      service,
    },
  );
}

function noWayOn(service: Service, maximum: number): UpstreamError {
  return new UpstreamError(
    'refused',
    `More than ${maximum} rows have no value to sort by, and ${SERVICE_TITLES[service]} cannot go on behind such a row: choose another order.`,
    { service },
  );
}
