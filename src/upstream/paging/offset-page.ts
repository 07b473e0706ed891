// The dialect of SWR and ModelArts: offset and limit, with a total. Reads windows of a list; knows not what the rows are.
import type { Service } from '../../config/config.ts';
import { longOf, malformed } from '../decoding/row.ts';
import { UpstreamError } from '../errors.ts';
import { MAXIMUM_CALLS, type Page, type PageRequest, tooManyCalls } from './page.ts';

/** Upstream pages that a row is looked for in. */
export const MAXIMUM_SCAN = 10;
/** Rows that may lie before a window: no list of these services is longer. */
const MAXIMUM_OFFSET = 10_000_000;

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
 * Shape: null when the header is missing or says something else. Source: docs/upstream/swr.md#paging-and-totals.
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
    const hasNext = position !== undefined && (total ?? Infinity) > end;
    const unasked = position === undefined && size === 0;
    return { rows, total, hasPrevious: unasked ? async () => ((await countRows(list)) ?? 0) > 0 : start > 0, hasNext };
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

/** How far a search through a list has come. */
export interface Scan<T> {
  /** The rows that were looked for, by key. */
  readonly found: ReadonlyMap<string, T>;
  /** The keys of which the pages that were read say nothing; none once the list has ended and every row could be read. */
  readonly unread: ReadonlySet<string>;
  /** Why a further page could not be read. */
  readonly failure?: unknown;
  /** Why a row could not be read: it may be that of any key. */
  readonly unreadable?: UpstreamError | undefined;
}

/**
 * Looks for rows by their keys, page by page.
 * Calls: one a page, until all are found, the list ends, ten pages are read, or the pages left are no longer `isWorthwhile` for the keys that miss.
 * Errors: rejects with UpstreamError when the first page fails; a later one leaves its keys unread.
 */
export async function scanFor<T>(
  list: OffsetList<T>,
  keys: readonly string[],
  keyText: (row: T) => string,
  isWorthwhile: (missing: number, pagesLeft: number) => boolean = () => true,
): Promise<Scan<T>> {
  const missing = new Set(keys);
  const found = new Map<string, T>();
  let limit = list.maximum;
  let offset = 0;
  let unreadable: UpstreamError | undefined;
  for (let calls = 0; calls < MAXIMUM_SCAN; calls++) {
    let page: OffsetRows;
    try {
      page = await list.fetch(offset, limit);
    } catch (failure) {
      if (calls === 0) throw failure;
      return { found, unread: missing, failure };
    }
    const { rows, total } = page;
    for (const row of rows.map(list.decode)) {
      if (row instanceof UpstreamError) unreadable ??= row;
      else if (missing.delete(keyText(row))) found.set(keyText(row), row);
    }
    offset += rows.length;
    const ended = total === null ? rows.length < limit : offset >= total;
    if (missing.size === 0 || rows.length === 0 || ended)
      return { found, unread: unreadable ? missing : new Set(), unreadable };
    // Fewer than asked although there are more: the upstream's own maximum is smaller, and the offset a multiple of it.
    if (rows.length < limit) limit = rows.length;
    if (!isWorthwhile(missing.size, total === null ? 1 : Math.ceil((total - offset) / limit))) break;
  }
  return { found, unread: missing };
}

/** The same where nothing else tells of a row: the keys that are left unread have an Error in the place of a row. */
export async function searchFor<T>(
  list: OffsetList<T>,
  keys: readonly string[],
  keyText: (row: T) => string,
): Promise<ReadonlyMap<string, T | Error>> {
  const { found, unread, failure, unreadable } = await scanFor(list, keys, keyText);
  const reason = (failure ?? unreadable ?? tooManyCalls(list.service, MAXIMUM_SCAN)) as Error;
  return new Map<string, T | Error>([...found, ...[...unread].map((key) => [key, reason] as const)]);
}
