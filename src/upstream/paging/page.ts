// Pages of a list and how upstreams page: what offset-page.ts and marker-page.ts have in common.
import type { Service } from '../../config/config.ts';
import { SERVICE_TITLES, UpstreamError } from '../errors.ts';

/** How the upstream pages a list. */
export interface Paging {
  readonly service: Service;
  /** Rows of the largest upstream page. */
  readonly maxPageSize: number;
  /** Where a page begins: at any offset, at an offset that is a multiple of the limit, or behind the row of a marker. */
  readonly dialect: 'offset' | 'aligned' | 'marker';
}

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
export const MAX_PAGE_CALLS = 20;

/** The row that a cursor stands on is gone, or hidden from the caller. */
export function cursorExpired(service: Service): UpstreamError {
  return new UpstreamError(
    'cursor-expired',
    'The row of this cursor no longer exists: start again from the first page.',
    { service },
  );
}

/** A search that was given up after as many pages as one search may cost. */
export function tooManyCalls(service: Service, calls: number): UpstreamError {
  return new UpstreamError(
    'refused',
    `The search has not ended after ${calls} pages of ${SERVICE_TITLES[service]}: narrow the filter.`,
    {
      service,
    },
  );
}
