// Reads pages of lists by offset and limit, with a total: the dialect of SWR and ModelArts.
import { encodeJson } from '../decoding/json.ts';
import { integerText, malformed } from '../decoding/row.ts';
import { UpstreamError } from '../errors.ts';
import {
  type FetchedRows,
  MAX_PAGE_CALLS,
  type Page,
  type PageRequest,
  type PageRow,
  type Paging,
  type ReportsFurtherCalls,
  repeatsItself,
  smallerPageSize,
  tooManyCalls,
} from './page.ts';

/** Rows that may precede a page: no list of these services is longer. */
const MAX_OFFSET = 10_000_000;

/** Rows that a list may grow by while a page of it is read: so many may repeat at the border of two upstream pages. */
const MAX_GROWTH = 10;

/** The rows of one call, and the length of the list. */
export interface OffsetRows extends FetchedRows {
  readonly total: number | null;
}

/** How a list is paged that is read by offset and limit. */
export interface OffsetPaging extends Paging {
  readonly dialect: 'offset' | 'aligned' | 'whole';
}

/** A list that is read by offset and limit. */
export interface OffsetList<T> extends OffsetPaging, ReportsFurtherCalls {
  fetch(offset: number, limit: number): Promise<OffsetRows>;
  decode(row: unknown): T | UpstreamError;
  /** The key of a row as text, by which repeated rows are known. Where it is not given, each row counts as new. */
  readonly keyText?: (row: T) => string;
}

/**
 * The total of SWR's `Content-Range: offset-COUNT/total`, such as 35 of `0-10/35` (in HTTP the second number is the last position).
 * Shape: null when the header is missing or has another format. Source: docs/upstream/swr.md#paging-and-totals.
 */
export function totalOfHeader(header: unknown): number | null {
  return totalOf(typeof header === 'string' ? /^\s*\d+-\d+\/(\S+)\s*$/.exec(header)?.[1] : null);
}

/** The total of a body; null when it has none. */
export function totalOf(value: unknown): number | null {
  const total = Number(integerText(value) ?? -1);
  return total < 0 ? null : total;
}

/** Whether a cursor's position can belong to an offset list. */
export const isOffset = (position: string) => /^(0|[1-9]\d{0,7})$/.test(position) && Number(position) <= MAX_OFFSET;

/** The length of the list; null when the upstream does not send it. Calls: one, for one row. */
export async function countRows<T>(list: OffsetList<T>): Promise<number | null> {
  return (await list.fetch(0, 1)).total;
}

/**
 * Reads a page of an offset list; positions are row numbers.
 * Shape: a row that comes twice, as the list grows while it is read, is there once.
 * Errors: rejects with UpstreamError, also for a list that repeats itself.
 * Calls: one where the page lies within one upstream page; one more for `last` without a position; none for size 0.
 * Where the upstream sends fewer rows than requested and no total, one more says that none follow. Where a response is too large to be
 * read, those of smaller pages.
 */
export function readOffsetPage<T>(list: OffsetList<T>, request: PageRequest): Promise<Page<T>> {
  return request.backward ? readBackward(list, request) : readForward(list, request);
}

async function readForward<T>(list: OffsetList<T>, { size, position }: PageRequest): Promise<Page<T>> {
  const start = position === undefined ? 0 : Number(position) + 1;
  const window = await readWindow(list, start, start + size, undefined);
  const { rows, total, reached } = window;
  const hasPrevious = position !== undefined && total !== 0;
  if (size === 0) return { rows, total, hasPrevious, hasNext: () => hasRowAt(list, start) };
  const isUnknown = total === null || window.isExceeded;
  const hasNext = isUnknown ? () => hasFurtherRow(list, window) : reached < (total ?? 0);
  return { rows, total, hasPrevious, hasNext: !window.hasEnded && hasNext };
}

async function readBackward<T>(list: OffsetList<T>, { size, position }: PageRequest): Promise<Page<T>> {
  if (position === undefined && size === 0)
    return { rows: [], total: undefined, hasPrevious: () => hasRowAt(list, 0), hasNext: false };
  const length = position === undefined ? await lengthOf(list) : undefined;
  const end = length ?? Number(position);
  const start = Math.max(0, end - size);
  const { rows, total } = await readWindow(list, start, end, length);
  // Without a row there would be no cursor to go on from.
  if (length !== undefined && length > 0 && rows.length === 0)
    throw malformed(list.service, 'the list has fewer rows than its total');
  const hasNext = position !== undefined && (total ?? Infinity) > end;
  return { rows, total, hasPrevious: start > 0, hasNext };
}

/** The length of the list, where a page is read from its end. Calls: one, for one row. */
async function lengthOf<T>(list: OffsetList<T>): Promise<number> {
  const total = await countRows(list);
  if (total === null) throw malformed(list.service, 'the length of the list is missing');
  if (total > MAX_OFFSET) throw malformed(list.service, `the list cannot have more than ${MAX_OFFSET} rows`);
  return total;
}

/** Whether the list has a row at `start`. Calls: one, for one row; without a total, one more. */
async function hasRowAt<T>(list: OffsetList<T>, start: number): Promise<boolean> {
  const { rows, total } = await list.fetch(0, 1);
  if (total !== null && total >= rows.length) return total > start;
  if (start === 0 || rows.length === 0) return rows.length > 0;
  list.onFurtherCall?.(1);
  return (await list.fetch(start, 1)).rows.length > 0;
}

/**
 * Whether a row follows, in a list without a total. Calls: one, for one row.
 * Errors: rejects where a row of the page follows: clients would read the same rows for ever.
 */
async function hasFurtherRow<T>(list: OffsetList<T>, { seen, reached }: Window<T>): Promise<boolean> {
  const { rows } = await list.fetch(reached, 1);
  if (rows.length > 0 && seen.has(textOf(list, rows[0]))) throw repeatsItself(list.service);
  return rows.length > 0;
}

/** Characters of the longest row without a key that is compared. */
const MAX_COMPARED_LENGTH = 4_096;

/** What tells a row from others: its key, or the whole row where it has none. Empty for one that is too long to compare: it counts as new. */
export function textOf<T>(list: OffsetList<T>, row: unknown, value = list.decode(row)): string {
  const key = value instanceof UpstreamError ? undefined : list.keyText?.(value);
  try {
    return key ?? encodeJson(row, MAX_COMPARED_LENGTH) ?? '';
  } catch {
    return '';
  }
}

/** The part of a list that a page shows. */
interface Window<T> {
  readonly rows: readonly PageRow<T>[];
  /** The texts of the rows, with their numbers. */
  readonly seen: ReadonlyMap<string, number>;
  /** The number of the row behind the last one that was read. */
  readonly reached: number;
  /** Whether no row follows: the upstream has sent an empty page. */
  readonly hasEnded: boolean;
  /** As the upstream says. */
  readonly total: number | null | undefined;
  /** Whether more rows have come than the total: then nothing follows from it. */
  readonly isExceeded: boolean;
}

/** Reads the rows from `start` to before `end`, in as few calls as the dialect allows. */
async function readWindow<T>(
  list: OffsetList<T>,
  start: number,
  end: number,
  known: number | undefined,
): Promise<Window<T>> {
  const rows: PageRow<T>[] = [];
  const seen = new Map<string, number>();
  let total: number | null | undefined = known;
  let isExceeded = false;
  let hasEnded = false;
  let { maxPageSize } = list;
  let reached = start;
  let sent = 0;
  /** The calls that it takes where each page has as many rows as requested. */
  let planned: number | undefined;
  const limitOfWindow = () => Math.min(end, (isExceeded ? undefined : total) ?? end);
  for (let calls = 0; reached < limitOfWindow(); calls++) {
    if (calls === MAX_PAGE_CALLS) throw tooManyCalls(list.service, sent);
    const { offset, limit } = sliceFor(reached, limitOfWindow(), maxPageSize, list.dialect);
    planned ??= Math.ceil((end - offset) / limit);
    if (calls >= planned || maxPageSize < list.maxPageSize) list.onFurtherCall?.(limit);
    let page: OffsetRows;
    try {
      page = await list.fetch(offset, limit);
    } catch (failure) {
      const smaller = smallerPageSize(failure, limit);
      if (smaller === undefined) throw failure;
      maxPageSize = smaller;
      continue;
    }
    total = page.total ?? total ?? null;
    const received = Math.min(page.rows.length, limit);
    sent += received;
    isExceeded = total !== null && offset + received > total;
    hasEnded = received === 0;
    if (hasEnded) break;
    const from = reached - offset;
    const count = Math.max(0, Math.min(received, end - offset) - from);
    let repeated = 0;
    let repeatsFirst = false;
    for (let index = 0; index < count; index++) {
      const row = page.rows[from + index];
      const value = list.decode(row);
      // A row without a key is another one, except in a list that has no other end.
      if (total === null || !(value instanceof UpstreamError)) {
        const text = textOf(list, row, value);
        const before = seen.get(text);
        if (before !== undefined && (before < reached || !(value instanceof UpstreamError))) {
          repeated++;
          repeatsFirst ||= before === start;
          continue;
        }
        if (text !== '') seen.set(text, reached + index);
      }
      rows.push({ value, position: String(reached + index) });
    }
    if (repeated > 0 && repeated === count && (repeatsFirst || repeated > MAX_GROWTH)) {
      // An upstream that takes no notice of the offset, and has sent all its rows before, whatever its total.
      hasEnded = (total === null || isExceeded) && maxPageSize < list.maxPageSize;
      if (hasEnded) break;
      throw repeatsItself(list.service);
    }
    reached += count;
    // Fewer rows than requested: the list ends here, or the upstream's own maximum is smaller.
    if (received < limit) maxPageSize = received;
  }
  return { rows, seen, reached, hasEnded, total, isExceeded };
}

/** The next call for the rows from `at` to before `end`: if aligned, the smallest page that needs the fewest calls. */
function sliceFor(
  at: number,
  end: number,
  maxPageSize: number,
  dialect: OffsetPaging['dialect'],
): { offset: number; limit: number } {
  const wanted = end - at;
  if (dialect !== 'aligned') return { offset: at, limit: Math.min(wanted, maxPageSize) };
  for (let calls = Math.ceil(wanted / maxPageSize); ; calls++) {
    for (let limit = Math.ceil(wanted / calls); limit <= maxPageSize; limit++) {
      const offset = at - (at % limit);
      if (offset + calls * limit >= end) return { offset, limit };
    }
  }
}
