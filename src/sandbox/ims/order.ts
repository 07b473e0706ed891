// Order and marker of GET /v2/images, with Glance's known bug: markers lose or repeat rows where values are null.
// Sources: docs/upstream/ims.md#paging, #sorting.

import type { SandboxRequest } from '../request.ts';
import type { Image, ImageRow } from '../world/types.ts';
import { glanceError } from './errors.ts';

export interface SortKey {
  key: string;
  isAscending: boolean;
}

type SortValue = string | number | bigint | null;

const KEYS = ['name', 'status', 'container_format', 'disk_format', 'size', 'id', 'created_at', 'updated_at'];

function checkKey(request: SandboxRequest, text: string): string {
  const key = text.trim();
  if (KEYS.includes(key)) return key;
  throw glanceError(request, 400, `Invalid sort key: ${key}. It must be one of the following: ${KEYS.join(', ')}.`);
}

function checkDirection(request: SandboxRequest, text: string): boolean {
  const direction = text.trim();
  if (direction === 'asc' || direction === 'desc') return direction === 'asc';
  throw glanceError(request, 400, `Invalid sort direction: ${direction}. It must be one of the following: asc, desc.`);
}

/** Reads either syntax of sorting and appends created_at and id, which break ties. */
export function readOrder(
  request: SandboxRequest,
  sort: string | undefined,
  keys: string[],
  directions: string[],
): SortKey[] {
  if (sort !== undefined && keys.length + directions.length > 0) {
    throw glanceError(request, 400, 'Old and new sorting syntax cannot be combined');
  }
  const order = sort === undefined ? readClassicOrder(request, keys, directions) : readNewOrder(request, sort);
  // A single direction also applies to the tie-breakers; otherwise they descend.
  const given = sort === undefined ? directions.length : order.length;
  const isAscending = given === 1 && (order[0]?.isAscending ?? false);
  for (const key of ['created_at', 'id']) {
    if (!order.some((known) => known.key === key)) order.push({ key, isAscending });
  }
  return order;
}

/** `sort=name:asc,status`: descending where the direction is left out. */
function readNewOrder(request: SandboxRequest, sort: string): SortKey[] {
  return sort.split(',').map((part) => {
    const colon = part.indexOf(':');
    const [key, direction] = colon < 0 ? [part, ''] : [part.slice(0, colon), part.slice(colon + 1)];
    return { key: checkKey(request, key), isAscending: direction !== '' && checkDirection(request, direction) };
  });
}

/** `sort_key=…&sort_dir=…`: several are paired in order; a single direction applies to all keys. */
function readClassicOrder(request: SandboxRequest, keys: string[], directions: string[]): SortKey[] {
  const checkedKeys = keys.map((key) => checkKey(request, key));
  const ascending = directions.map((direction) => checkDirection(request, direction));
  if (ascending.length > 1 && ascending.length !== checkedKeys.length) {
    throw glanceError(request, 400, 'Number of sort dirs does not match the number of sort keys');
  }
  const sorted = checkedKeys.length > 0 ? checkedKeys : ['created_at'];
  return sorted.map((key, index) => ({ key, isAscending: ascending[ascending.length === 1 ? 0 : index] ?? false }));
}

/** Compares as the database does: every number before every text, text by code point. */
function compare(left: string | number | bigint, right: string | number | bigint): number {
  const [isLeftText, isRightText] = [typeof left === 'string', typeof right === 'string'];
  if (isLeftText !== isRightText) return isLeftText ? 1 : -1;
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

function sortValue(row: ImageRow, key: string): SortValue {
  return (row[key] ?? null) as SortValue;
}

/** Sorts as ORDER BY does: null is the lowest value, so first when ascending and last when descending. */
export function sortImages(images: Image[], order: SortKey[]): Image[] {
  return [...images].sort((left, right) => {
    for (const { key, isAscending } of order) {
      const [a, b] = [sortValue(left.row, key), sortValue(right.row, key)];
      let result = 0;
      if (a === null || b === null) result = Number(b === null) - Number(a === null);
      else result = compare(a, b);
      if (result !== 0) return isAscending ? result : -result;
    }
    return 0;
  });
}

/**
 * True when a row comes after the marker. It has Glance's bug: here a null in the marker counts as `''` and a null in
 * the row as the column's zero value, while ORDER BY sorts nulls as nulls. So rows are lost or repeated.
 */
export function isAfterMarker(row: ImageRow, marker: ImageRow, order: SortKey[]): boolean {
  for (const { key, isAscending } of order) {
    const ofRow = sortValue(row, key) ?? (key === 'size' ? 0 : '');
    const ofMarker = sortValue(marker, key) ?? '';
    const result = compare(ofRow, ofMarker);
    if (result !== 0) return isAscending ? result > 0 : result < 0;
  }
  return false;
}
