// Reads pages of lists by marker and limit, in both directions, without a total: the dialect of IMS.

import { SERVICE_TITLES } from '../../config/services.ts';
import { malformed } from '../decoding/row.ts';
import { UpstreamError } from '../errors.ts';
import { isPathSafeId } from '../path.ts';
import {
  cursorExpired,
  type FetchedRows,
  MAX_PAGE_CALLS,
  type Page,
  type PageRequest,
  type Paging,
  type ReportsFurtherCalls,
  repeatsItself,
  tooManyCalls,
} from './page.ts';

/** Consecutive rows without an id that are read: as many as the largest page has. */
const MAX_BEYOND = 1_000;

/** The rows of one call; `next` is the marker of the following ones, undefined at the end. */
export interface MarkerRows extends FetchedRows {
  readonly next: string | undefined;
}

/** Whether a row is part of the list, is left out, or ends the list. */
export type Verdict = 'keep' | 'skip' | 'stop';

/** How a list is paged that is read by marker and limit. */
export interface MarkerPaging extends Paging {
  readonly dialect: 'marker';
}

/** A list that is read by marker and limit, in both directions of its sort order. */
export interface MarkerList<T> extends MarkerPaging, ReportsFurtherCalls {
  /** What the rows are sorted by, and an order in which each row has a value, both as clients write them. */
  readonly order: { readonly field: string; readonly instead: string };
  /** Whether rows may be left out here: then upstream pages are as large as they can be. */
  readonly skipsRows: boolean;
  /** Whether rows may have no value to sort by: only then are there rows with an id that cannot be markers. */
  readonly hasEmptyValues: boolean;
  fetch(limit: number, marker: string | undefined, reversed: boolean): Promise<MarkerRows>;
  idOf(row: unknown): string | undefined;
  /** Whether a row has a value to sort by. Its id cannot be a marker without one, as IMS continues wrongly after it. */
  hasValue(row: unknown): boolean;
  verdict(row: unknown, reversed: boolean): Verdict;
  /** `id` is what `idOf` says. */
  decode(row: unknown, id: string | undefined): T | UpstreamError;
}

/** A position in a list: after a row with an id, or where a walk starts, and `beyond` further rows without an id. */
interface Position {
  /** `marker`: after a row whose id can be a marker. `row`: after one whose id cannot. `start`, `end`: of the list. */
  readonly kind: keyof typeof LETTERS;
  readonly id: string;
  readonly beyond: number;
}

/** The kinds of positions as cursors write them. */
const LETTERS = { marker: 'm', row: 's', start: 'f', end: 'b' } as const;

const encodePosition = ({ kind, id, beyond }: Position) => `${LETTERS[kind]}${id}${beyond > 0 ? `|${beyond}` : ''}`;
const isSame = (one: Position, other: Position) => encodePosition(one) === encodePosition(other);

function decodePosition(text: string): Position | undefined {
  const [, letter, id = '', beyond] = /^([msfb])([^|]*)(?:\|([1-9]\d{0,3}))?$/.exec(text) ?? [];
  const kind = (Object.keys(LETTERS) as Position['kind'][]).find((name) => LETTERS[name] === letter);
  if (!kind || Number(beyond ?? 0) > MAX_BEYOND) return undefined;
  // A position is that of a row: behind the start or the end of a list, not there.
  const isOfRow = kind === 'start' || kind === 'end' ? id === '' && beyond !== undefined : isPathSafeId(id);
  return isOfRow ? { kind, id, beyond: Number(beyond ?? 0) } : undefined;
}

/** Whether a cursor's position can belong to a marker list; to one whose rows all have a value to sort by if `hasEmptyValues` is false. */
export function isMarkerPosition(text: string, hasEmptyValues = true): boolean {
  const position = decodePosition(text);
  return position !== undefined && (hasEmptyValues || position.kind !== 'row');
}

/** Whether a position is behind rows without an id: they are read again from the row before them. */
export const isBeyondRow = (text: string) => (decodePosition(text)?.beyond ?? 0) > 0;

/**
 * Reads a page of a marker list, and one row more, so that `hasNext` is exact.
 * Calls: one; a further one where the page is as large as the upstream's maximum and `hasNext` is read; after a row
 * that cannot be a marker, those of a walk from the marker before it.
 */
export async function readMarkerPage<T>(
  list: MarkerList<T>,
  { size, backward, position }: PageRequest,
): Promise<Page<T>> {
  const from = position === undefined ? undefined : decodePosition(position);
  const before = from !== undefined && from.kind !== (backward ? 'start' : 'end');
  if (from && !before) return { rows: [], hasPrevious: !backward, hasNext: backward, total: undefined };
  const wanted = size < list.maxPageSize ? size + 1 : size;
  const walk = size === 0 ? { rows: [], ended: false } : await walkRows(list, backward, from, wanted);
  const rows = walk.rows.slice(0, size);
  const last = rows.at(-1)?.position ?? from;
  const peek = async () => {
    // No estimate knows that this walk starts behind rows without an id.
    if (last !== from && last?.beyond) list.onFurtherCall?.(list.maxPageSize);
    return (await walkRows(list, backward, last, 1, from)).rows.length > 0;
  };
  const more = walk.rows.length > size || (!walk.ended && peek);
  const page = rows.map(({ row, id, position: at }) => ({ value: list.decode(row, id), position: encodePosition(at) }));
  return backward
    ? { rows: page.reverse(), hasPrevious: more, hasNext: before, total: undefined }
    : { rows: page, hasPrevious: before, hasNext: more, total: undefined };
}

interface WalkedRow {
  readonly row: unknown;
  readonly id: string | undefined;
  readonly position: Position;
}

/** Reads `count` rows after a position; `cursor` is that of the request. `ended` means that none follow. */
async function walkRows<T>(
  list: MarkerList<T>,
  reversed: boolean,
  from: Position | undefined,
  count: number,
  cursor = from,
) {
  const rows: WalkedRow[] = [];
  const visited = new Set<string>(from?.kind === 'marker' ? [from.id] : []);
  /** The markers that were followed since the walk started, or restarted. */
  const followed = new Set<string>();
  /** The last row that can be a marker: the walk continues from it after rows that cannot. */
  let anchor = from?.kind === 'marker' ? from.id : undefined;
  const atAnchor = (): Position =>
    anchor === undefined
      ? { kind: reversed ? 'end' : 'start', id: '', beyond: 0 }
      : { kind: 'marker', id: anchor, beyond: 0 };
  let marker = anchor;
  let position = atAnchor();
  /** While set, rows are skipped until this position is reached. */
  let skipTo = from && !isSame(from, position) ? from : undefined;
  let sent = 0;
  for (let calls = 0; calls < MAX_PAGE_CALLS; calls++) {
    const limit = skipTo || list.skipsRows ? list.maxPageSize : Math.min(list.maxPageSize, count - rows.length);
    if (calls > 0 && !list.skipsRows && !list.hasEmptyValues) list.onFurtherCall?.(limit);
    const response = list.fetch(limit, marker, reversed);
    // That a marker other than the cursor's is gone, a call finds out that no estimate has.
    if (marker !== undefined && marker !== cursor?.id) response.catch(() => list.onFurtherCall?.(0));
    const page = await response;
    sent += page.rows.length;
    const before = rows.length;
    const ids = page.rows.map(list.idOf);
    try {
      for (const [index, row] of page.rows.entries()) {
        const id = ids[index];
        if (id !== undefined && visited.has(id)) throw repeatsItself(list.service);
        if (id === undefined) {
          position = { ...position, beyond: position.beyond + 1 };
          if (position.beyond > MAX_BEYOND)
            throw malformed(list.service, `more than ${MAX_BEYOND} consecutive rows have no id`);
        } else {
          // The rows without an id that the position is behind come first.
          if (skipTo && skipTo.kind !== 'row') throw cursorExpired(list.service);
          position = { kind: !list.hasEmptyValues || list.hasValue(row) ? 'marker' : 'row', id, beyond: 0 };
          if (position.kind === 'marker') anchor = id;
        }
        if (skipTo) {
          if (isSame(position, skipTo)) skipTo = undefined;
          continue;
        }
        const verdict = list.verdict(row, reversed);
        if (verdict === 'stop') return { rows, ended: true };
        if (verdict === 'keep') rows.push({ row, id, position });
        if (rows.length === count) return { rows, ended: index === page.rows.length - 1 && page.next === undefined };
      }
    } finally {
      if (rows.length - before < page.rows.length)
        page.keepOnly?.([...rows.slice(before).map(({ row }) => row), ...ids]);
    }
    if (page.next === undefined) {
      if (skipTo) throw cursorExpired(list.service);
      return { rows, ended: true };
    }
    if (position.kind === 'row') {
      // After this row the upstream repeats or loses rows: the walk restarts at the last usable marker and skips the rows already read.
      if (marker === anchor && limit === list.maxPageSize) throw noUsableMarker(list, page.rows);
      skipTo ??= position;
      visited.clear();
      followed.clear();
      if (anchor !== undefined) visited.add(anchor);
      marker = anchor;
      position = atAnchor();
      continue;
    }
    for (const id of ids) if (id !== undefined) visited.add(id);
    if (page.next === marker || followed.has(page.next)) throw repeatsItself(list.service);
    followed.add(page.next);
    marker = page.next;
  }
  throw tooManyCalls(list.service, sent);
}

/** The error when none of the rows after a marker, as many as the upstream sends at once, can be the next marker. */
function noUsableMarker<T>({ service, order, idOf }: MarkerList<T>, rows: readonly unknown[]): UpstreamError {
  const count = rows.filter((row) => idOf(row) !== undefined).length;
  const message = `${count} consecutive rows have no value to sort by (${order.field}), and ${SERVICE_TITLES[service]} cannot continue after them: choose another order, such as ${order.instead}.`;
  return new UpstreamError('client-error', message, { service });
}
