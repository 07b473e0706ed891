// Defines pages of lists, and how upstreams page them, for the dialects in offset-page.ts and marker-page.ts.
import { SERVICE_TITLES, type Service } from '../../config/services.ts';
import { malformed } from '../decoding/row.ts';
import { UpstreamError } from '../errors.ts';

/** How the upstream pages a list. */
export interface Paging {
  readonly service: Service;
  /** Rows of the largest upstream page. */
  readonly maxPageSize: number;
  /**
   * What a call names: any offset, an offset that is a multiple of the limit, or the marker of the row before; or nothing, as the upstream
   * sends the whole list, out of which pages are cut here.
   */
  readonly dialect: 'offset' | 'aligned' | 'marker' | 'whole';
}

/** A list that reports calls which only pages shorter than documented, or too large to be read, make necessary: no estimate has them. */
export interface ReportsFurtherCalls {
  /** Called before such a call, with its limit. */
  readonly onFurtherCall?: (rows: number) => void;
}

/** The rows of one call. */
export interface FetchedRows {
  readonly rows: readonly unknown[];
  /** Gives the memory of the response back but for these parts of it: for a reader that keeps no others, once. */
  readonly keepOnly?: (values: readonly unknown[]) => void;
}

/** A request for a page: `size` rows from the start or after `position`; backward, from the end or before it. */
export interface PageRequest {
  readonly size: number;
  readonly backward: boolean;
  /** The position of the row next to the page, as the dialect writes it. */
  readonly position: string | undefined;
}

/** A row and its position in the list. A row that cannot be read is an UpstreamError. */
export interface PageRow<T> {
  readonly value: T | UpstreamError;
  readonly position: string;
}

/** A page of a list, in the list's own order. A part that costs a further call is a function. */
export interface Page<T> {
  readonly rows: readonly PageRow<T>[];
  readonly hasPrevious: boolean | (() => Promise<boolean>);
  readonly hasNext: boolean | (() => Promise<boolean>);
  /** Rows of the whole list; null when the upstream does not send it, undefined when no call was made. */
  readonly total: number | null | undefined;
}

/** The rows of a list without pages. A row that cannot be read is an UpstreamError. */
export interface UnpagedList<Source> {
  readonly nodes: readonly (Source | UpstreamError)[];
  /** Whether the list has no other rows. */
  readonly isComplete: boolean;
}

/** Upstream calls that one page may take. */
export const MAX_PAGE_CALLS = 20;

/**
 * The size of the pages to read in the place of one whose response is too large to be read.
 * Shape: undefined for any other failure, and where the page had one row.
 */
export function smallerPageSize(failure: unknown, size: number): number | undefined {
  const isTooLarge = failure instanceof UpstreamError && failure.details.isTooLarge === true;
  return isTooLarge && size > 1 ? Math.ceil(size / 4) : undefined;
}

/** The error when the row of a cursor no longer exists, or is hidden from the caller. */
export function cursorExpired(service: Service): UpstreamError {
  return new UpstreamError(
    'cursor-expired',
    'The row of this cursor no longer exists: start again from the first page.',
    { service },
  );
}

/** The error when a further page of a list has no row that the pages before it do not have. */
export const repeatsItself = (service: Service) => malformed(service, 'the list repeats itself while it is read');

/** The error when a page takes more calls than it may; `rows` is how many they sent. */
export function tooManyCalls(service: Service, rows: number): UpstreamError {
  const message = `${SERVICE_TITLES[service]} sent ${rows} rows in ${MAX_PAGE_CALLS} pages, and this page is not complete: request fewer rows, or narrow the filter.`;
  return new UpstreamError('client-error', message, { service });
}
