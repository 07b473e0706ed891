// Scans an offset list for the rows of some keys, page by page.
import { SERVICE_TITLES, type Service } from '../../config/services.ts';
import { UpstreamError } from '../errors.ts';
import { type OffsetList, type OffsetRows, textOf } from './offset-page.ts';
import { repeatsItself, smallerPageSize } from './page.ts';

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
  /** Why a further page could not be read, or did not go on. */
  readonly failure?: unknown;
  /** Why a row could not be read: it may be the row of a missing key. */
  readonly unreadable?: UpstreamError | undefined;
}

/**
 * Scans a list for the rows of keys.
 * Calls: one for each page, until all keys are found, the list ends or repeats itself, ten pages are read, or
 * `isWorthwhile` is false for the keys still missing. A list without a total ends with an empty page. A page that is too large to be read
 * counts, and smaller ones follow.
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
  const seen = new Set<string>();
  let limit = list.maxPageSize;
  let offset = 0;
  let unreadable: UpstreamError | undefined;
  const stop = (failure?: unknown): Scan<T> => ({ found, unread: missing, rows: offset, failure });
  const end = () => ({ found, unread: unreadable ? missing : new Set<string>(), rows: offset, unreadable });
  for (let calls = 0; calls < MAX_SCAN_PAGES; calls++) {
    let page: OffsetRows;
    try {
      page = await list.fetch(offset, limit);
    } catch (failure) {
      const smaller = smallerPageSize(failure, limit);
      if (smaller !== undefined && offset % smaller === 0) {
        limit = smaller;
        continue;
      }
      if (offset === 0) throw failure;
      return stop(failure);
    }
    const { total } = page;
    const rows = page.rows.slice(0, limit);
    /** What of the response is kept. */
    const kept: unknown[] = [];
    for (const wire of rows) {
      const row = list.decode(wire);
      if (row instanceof UpstreamError) unreadable ??= row;
      else if (missing.delete(keyText(row))) {
        found.set(keyText(row), row);
        kept.push(wire);
      }
    }
    offset += rows.length;
    // A list that has more rows than its total ends with an empty page, as one without a total.
    if (missing.size === 0 || rows.length === 0 || offset === total) {
      if (kept.length < rows.length) page.keepOnly?.(kept);
      return end();
    }
    const isNew = rows.map((row) => textOf(list, row)).filter((text) => text === '' || !seen.has(text));
    for (const text of isNew) seen.add(text);
    page.keepOnly?.([...kept, ...isNew]);
    // All rows of an upstream that takes no notice of the offset, and sends no total, are in its first page.
    if (isNew.length === 0)
      return total === null && limit < list.maxPageSize ? end() : stop(repeatsItself(list.service));
    // Fewer rows than requested, perhaps although there are more: the upstream's own maximum is smaller.
    if (rows.length < limit) limit = rows.length;
    if (!isWorthwhile(missing.size, Math.max(1, Math.ceil(((total ?? 0) - offset) / limit)))) break;
  }
  return stop();
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
