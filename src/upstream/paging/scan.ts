// Scans an offset list for the rows of some keys, page by page.
import { SERVICE_TITLES, type Service } from '../../config/services.ts';
import { UpstreamError } from '../errors.ts';
import type { OffsetList, OffsetRows } from './offset-page.ts';

/** Pages of one scan. */
export const MAX_SCAN_PAGES = 10;

/** The result of a scan. */
export interface Scan<T> {
  /** The rows that were found, by key. */
  readonly found: ReadonlyMap<string, T>;
  /** The keys that were neither found nor known to be absent; empty once the list has ended and every row could be read. */
  readonly unread: ReadonlySet<string>;
  /** How many rows were read. */
  readonly rows: number;
  /** Why a further page could not be read. */
  readonly failure?: unknown;
  /** Why a row could not be read: it may be the row of a missing key. */
  readonly unreadable?: UpstreamError | undefined;
}

/**
 * Scans a list for the rows of keys.
 * Calls: one for each page, until all keys are found, the list ends, ten pages are read, or `isWorthwhile` is false for
 * the keys still missing.
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
  let limit = list.maxPageSize;
  let offset = 0;
  let unreadable: UpstreamError | undefined;
  for (let calls = 0; calls < MAX_SCAN_PAGES; calls++) {
    let page: OffsetRows;
    try {
      page = await list.fetch(offset, limit);
    } catch (failure) {
      if (calls === 0) throw failure;
      return { found, unread: missing, rows: offset, failure };
    }
    const { rows, total } = page;
    for (const row of rows.map(list.decode)) {
      if (row instanceof UpstreamError) unreadable ??= row;
      else if (missing.delete(keyText(row))) found.set(keyText(row), row);
    }
    offset += rows.length;
    const ended = total === null ? rows.length < limit : offset >= total;
    if (missing.size === 0 || rows.length === 0 || ended)
      return { found, unread: unreadable ? missing : new Set(), rows: offset, unreadable };
    // Fewer rows than requested although there are more: the upstream's own maximum is smaller.
    if (rows.length < limit) limit = rows.length;
    if (!isWorthwhile(missing.size, total === null ? 1 : Math.ceil((total - offset) / limit))) break;
  }
  return { found, unread: missing, rows: offset };
}

/** Scans for records that only the list shows. Shape: undecided keys have an Error in the place of a row. */
export async function scanOrFail<T>(
  list: OffsetList<T>,
  keys: readonly string[],
  keyText: (row: T) => string,
): Promise<ReadonlyMap<string, T | Error>> {
  const { found, unread, rows, failure, unreadable } = await scanFor(list, keys, keyText);
  const reason = (failure ?? unreadable ?? notAmong(list.service, rows)) as Error;
  return new Map<string, T | Error>([...found, ...[...unread].map((key) => [key, reason] as const)]);
}

/** The error when a list goes on behind the pages of a scan. */
function notAmong(service: Service, rows: number): UpstreamError {
  const message = `The record is not among the first ${rows} rows of the list, which ${SERVICE_TITLES[service]} sent in ${MAX_SCAN_PAGES} pages; no more are read.`;
  return new UpstreamError('client-error', message, { service });
}
