// What SWR's lists have in common: the two forms of parameters, paging in pairs, order, and the error envelope.
// Sources: docs/upstream/swr.md#filters, #paging-and-totals, #errors.

import { firstParameters, type SandboxRequest } from '../request.ts';
import { HttpError, jsonResponse } from '../response.ts';
import type { Repository } from '../world/types.ts';

export interface Window {
  offset: number;
  limit: number;
}

/** The sort value of a row, by the name of its order column. */
export type OrderColumns = Record<string, (row: Repository) => string | number | bigint>;

/** Builds SWR's error as it was observed: an object with `errors`, not the documented bare array. */
export function swrError(status: number, number: string, message: string, detail = ''): HttpError {
  const reason = status === 400 ? 'Web Bad request error' : 'Web error';
  const error = { errorCode: `SVCSTG.SWR.${number}`, errorMessage: `${reason}: ${message}`, detail };
  return new HttpError(jsonResponse(status, { errors: [error] }));
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
export function readWindow(parameters: Map<string, string>): Window | null {
  const limitText = parameters.get('limit');
  const offsetText = parameters.get('offset');
  if (limitText === undefined && offsetText === undefined) return null;
  if (limitText === undefined || offsetText === undefined) {
    throw swrError(400, '4001072', 'param offset error', 'Invalid parameter in filter');
  }
  const limit = /^\d+$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > 1000) throw swrError(400, '4000056', 'param limit error', 'limit must be 1 to 1000');
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

/** Sorts by order_column and order_type (both or neither); by default the newest update first. Ties by name. */
export function orderRows(rows: Repository[], parameters: Map<string, string>, columns: OrderColumns): Repository[] {
  const column = parameters.get('order_column');
  const type = parameters.get('order_type');
  const read = column === undefined ? (row: Repository) => timeKey(row.updated_at) : columns[column];
  const isPair = (column === undefined) === (type === undefined);
  if (!isPair || read === undefined || (type !== undefined && type !== 'asc' && type !== 'desc')) {
    throw swrError(400, '4001096', 'param order_column error', 'Invalid order_column or order_type');
  }
  const sign = type === 'asc' ? 1 : -1;
  const nameOf = (row: Repository): string => `${row.namespace}/${row.name}`;
  return [...rows].sort((left, right) => {
    const [a, b] = [read(left), read(right)];
    if (a !== b) return a < b ? -sign : sign;
    return nameOf(left) < nameOf(right) ? -1 : 1;
  });
}
