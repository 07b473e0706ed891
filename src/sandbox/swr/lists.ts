// What SWR's lists have in common: the two forms of parameters, paging in pairs, and order.
// Sources: docs/upstream/swr.md#filters, #paging-and-totals.

import { firstParameters, type SandboxRequest } from '../request.ts';
import { swrError } from './errors.ts';

export interface Window {
  offset: number;
  limit: number;
}

/** The page of a list whose caller sends neither limit nor offset. */
export const DEFAULT_WINDOW: Window = { offset: 0, limit: 100 };

/** The rows of a list that has no pages. */
export const MAX_UNPAGED = 100;

type SortValue<Row> = (row: Row) => string | number | bigint;

/** The sort value of a row, by the name of its order column. */
export type OrderColumns<Row> = Record<string, SortValue<Row>>;

export interface Order<Row> {
  read: SortValue<Row>;
  isDescending: boolean;
}

/** Reads a list's parameters. With `filter=key::value|key::value`, plain parameters are ignored. */
export function readParameters(
  request: SandboxRequest,
  keys: string[],
): { parameters: Map<string, string>; isFilter: boolean } {
  const plain = firstParameters(request);
  const filter = plain.get('filter');
  if (filter === undefined) return { parameters: plain, isFilter: false };
  const parameters = new Map<string, string>();
  for (const part of filter.split('|')) {
    const [key, value, ...rest] = part.split('::');
    // Values cannot be escaped: one that has `::` in it makes the filter invalid.
    if (key === undefined || value === undefined || rest.length > 0 || !keys.includes(key)) {
      throw swrError(400, '4001025', 'param filter error', 'Invalid parameter in filter');
    }
    if (value !== '') parameters.set(key, value);
  }
  // The vendor SDK sends `center` plainly beside a filter (docs/upstream/swr.md#filters): it counts where the filter has
  // none.
  const center = plain.get('center');
  if (center !== undefined && !parameters.has('center')) parameters.set('center', center);
  return { parameters, isFilter: true };
}

/** Reads limit and offset: both or neither. Shape: null when neither was sent. */
export function readWindow(parameters: Map<string, string>, maxLimit = 1000): Window | null {
  const limitText = parameters.get('limit');
  const offsetText = parameters.get('offset');
  if (limitText === undefined && offsetText === undefined) return null;
  if (limitText === undefined || offsetText === undefined) {
    throw swrError(400, '4001072', 'param offset error', 'Invalid parameter in filter');
  }
  const limit = /^\d+$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > maxLimit) {
    throw swrError(400, '4000056', 'param limit error', `limit must be 1 to ${maxLimit}`);
  }
  const offset = /^\d+$/.test(offsetText) ? Number(offsetText) : -1;
  // The stricter of two documents: one cloud accepts any positive offset, the other only multiples of limit.
  if (offset < 0 || offset % limit !== 0) {
    throw swrError(400, '4001072', 'param offset error', 'offset must be 0 or a multiple of limit');
  }
  return { offset, limit };
}

/** Cuts one page out of the rows. */
export function cut<Row>(rows: Row[], window: Window): Row[] {
  return rows.slice(window.offset, window.offset + window.limit);
}

/** Reads an optional `true` or `false`. */
export function readBoolean(parameters: Map<string, string>, key: string): boolean | undefined {
  const text = parameters.get(key);
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false') throw swrError(400, '4000014', `param ${key} error`);
  return text === 'true';
}

/** Turns a time with any number of fraction digits (SWR writes 0 to 9) into text that sorts by time. */
export function timeKey(time: string): string {
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}

/** Reads order_column and order_type: both or neither. Shape: null when neither was sent. */
export function readOrder<Row>(parameters: Map<string, string>, columns: OrderColumns<Row>): Order<Row> | null {
  const column = parameters.get('order_column');
  const type = parameters.get('order_type');
  if (column === undefined && type === undefined) return null;
  const read = Object.hasOwn(columns, column ?? '') ? columns[column ?? ''] : undefined;
  if (read === undefined || (type !== 'asc' && type !== 'desc')) {
    throw swrError(400, '4001096', 'param order_column error', 'Invalid order_column or order_type');
  }
  return { read, isDescending: type === 'desc' };
}

/** Sorts rows, and those with the same value by name. */
export function orderRows<Row>(rows: Row[], order: Order<Row>, nameOf: (row: Row) => string): Row[] {
  const sign = order.isDescending ? -1 : 1;
  return [...rows].sort((left, right) => {
    const [a, b] = [order.read(left), order.read(right)];
    if (a !== b) return a < b ? -sign : sign;
    return nameOf(left) < nameOf(right) ? -1 : 1;
  });
}

/** The header of a page, which only a request with limit and offset gets. */
export function contentRange(window: Window | null, count: number, total: number): Record<string, string> {
  // The second number is a count, not an end index as in HTTP.
  return window === null ? {} : { 'Content-Range': `${window.offset}-${count}/${total}` };
}
