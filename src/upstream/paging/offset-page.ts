// Reads pages of lists by offset and limit, with a total: the dialect of SWR and ModelArts.
import { integerText, malformed } from '../decoding/row.ts';
import type { UpstreamError } from '../errors.ts';
import { MAX_PAGE_CALLS, type Page, type PageRequest, type Paging, tooManyCalls } from './page.ts';

/** Rows that may precede a page: no list of these services is longer. */
const MAX_OFFSET = 10_000_000;

/** The rows of one call. */
export interface OffsetRows {
  readonly rows: readonly unknown[];
  readonly total: number | null;
}

/** How a list is paged that is read by offset and limit. */
export interface OffsetPaging extends Paging {
  readonly dialect: 'offset' | 'aligned';
}

/** A list that is read by offset and limit. */
export interface OffsetList<T> extends OffsetPaging {
  fetch(offset: number, limit: number): Promise<OffsetRows>;
  decode(row: unknown): T | UpstreamError;
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
 * Calls: one where the page lies within one upstream page; one more for `last` without a position; none for size 0.
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

/** Reads the rows from `start` to before `end`, in as few calls as the dialect allows. */
async function readWindow<T>(list: OffsetList<T>, start: number, end: number, known: number | null | undefined) {
  const rows: unknown[] = [];
  let total = known;
  let { maxPageSize } = list;
  let sent = 0;
  for (let calls = 0; start + rows.length < Math.min(end, total ?? end); calls++) {
    if (calls === MAX_PAGE_CALLS) throw tooManyCalls(list.service, sent);
    const at = start + rows.length;
    const { offset, limit } = sliceFor(at, Math.min(end, total ?? end), maxPageSize, list.dialect);
    const page = await list.fetch(offset, limit);
    total = page.total ?? total ?? null;
    rows.push(...page.rows.slice(at - offset, end - offset));
    const received = page.rows.length;
    sent += received;
    if (received === 0 || (received < limit && offset + received >= (total ?? 0))) break;
    // Fewer rows than requested although there are more: the upstream's own maximum is smaller.
    if (received < limit) maxPageSize = received;
  }
  return { rows, total };
}

/** The next call for the rows from `at` to before `end`: if aligned, the smallest page that needs the fewest calls. */
function sliceFor(
  at: number,
  end: number,
  maxPageSize: number,
  dialect: OffsetPaging['dialect'],
): { offset: number; limit: number } {
  const wanted = end - at;
  if (dialect === 'offset') return { offset: at, limit: Math.min(wanted, maxPageSize) };
  for (let calls = Math.ceil(wanted / maxPageSize); ; calls++) {
    for (let limit = Math.ceil(wanted / calls); limit <= maxPageSize; limit++) {
      const offset = at - (at % limit);
      if (offset + calls * limit >= end) return { offset, limit };
    }
  }
}
