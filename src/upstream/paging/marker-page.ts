// The dialect of IMS: marker and limit, without a total. Walks a list in both directions; knows not what the rows are.
import type { Service } from '../../config/config.ts';
import { malformed } from '../decoding/row.ts';
import { SERVICE_TITLES, UpstreamError } from '../errors.ts';
import { isPathSafe } from '../path.ts';
import { cursorExpired, MAXIMUM_CALLS, type Page, type PageRequest, tooManyCalls } from './page.ts';

/** What one call of a marker list brings; `next` is the marker to go on from, undefined at the end. */
export interface MarkerRows {
  readonly rows: readonly unknown[];
  readonly next: string | undefined;
}

/** What becomes of a row: it is part of the list, is not, or ends it. */
export type Verdict = 'keep' | 'skip' | 'stop';

/** A list that is read by marker and limit, in both directions of its sort order. */
export interface MarkerList<T> {
  readonly service: Service;
  readonly maximum: number;
  /** Whether rows may be skipped here: then upstream pages are as large as they can be. */
  readonly sifts: boolean;
  fetch(limit: number, marker: string | undefined, reversed: boolean): Promise<MarkerRows>;
  idOf(row: unknown): string | undefined;
  /** Whether the upstream goes on rightly behind this row: it does not where the sort value is null or empty. */
  isMarker(row: unknown): boolean;
  verdict(row: unknown, reversed: boolean): Verdict;
  decode(row: unknown): T | UpstreamError;
}

/** A place in a list: behind the row of an id, or at the end where the walk began, and `beyond` further rows that have no id. */
interface Place {
  /** `m`: the id can be used as a marker. `s`: it cannot. `f`, `b`: where a forward or a backward walk begins. */
  readonly kind: 'm' | 's' | 'f' | 'b';
  readonly id: string;
  readonly beyond: number;
}

const textOf = ({ kind, id, beyond }: Place) => `${kind}${id}${beyond > 0 ? `|${beyond}` : ''}`;
const isSame = (one: Place, other: Place) => textOf(one) === textOf(other);

function placeOf(position: string): Place | undefined {
  const [, kind, id = '', beyond] = /^([msfb])([^|]*)(?:\|(\d{1,4}))?$/.exec(position) ?? [];
  if (!kind || (kind === 'f' || kind === 'b' ? id !== '' : !isPathSafe(id))) return undefined;
  return { kind: kind as Place['kind'], id, beyond: Number(beyond ?? 0) };
}

/** Whether a cursor's position can belong to a marker list. */
export const isMarkerPosition = (position: string) => placeOf(position) !== undefined;

/**
 * Reads a page of a marker list, asking for one row more than wanted so that `hasNext` is exact.
 * Calls: one; a further one where the page is as large as the upstream's maximum and `hasNext` is read; from a row that is
 * no marker, a scan from the start.
 */
export async function readMarkerPage<T>(
  list: MarkerList<T>,
  { size, backward, position }: PageRequest,
): Promise<Page<T>> {
  const from = position === undefined ? undefined : placeOf(position);
  const before = from !== undefined && from.kind !== (backward ? 'f' : 'b');
  if (from && !before) return { rows: [], hasPrevious: !backward, hasNext: backward, total: undefined };
  const wanted = size < list.maximum ? size + 1 : size;
  const walk = size === 0 ? { rows: [], ended: false } : await walkRows(list, backward, from, wanted);
  const rows = walk.rows.slice(0, size);
  const last = rows.at(-1)?.place ?? from;
  const peek = async () => (await walkRows(list, backward, last, 1)).rows.length > 0;
  const more = walk.rows.length > size || (!walk.ended && peek);
  const page = rows.map(({ row, place }) => ({ value: list.decode(row), position: textOf(place) }));
  return backward
    ? { rows: page.reverse(), hasPrevious: more, hasNext: before, total: undefined }
    : { rows: page, hasPrevious: before, hasNext: more, total: undefined };
}

interface WalkedRow {
  readonly row: unknown;
  readonly place: Place;
}

/** Walks `count` rows on from a place. `ended` means that there are no further ones. */
async function walkRows<T>(list: MarkerList<T>, reversed: boolean, from: Place | undefined, count: number) {
  const rows: WalkedRow[] = [];
  const visited = new Set<string>(from?.kind === 'm' ? [from.id] : []);
  /** The last marker that was passed: where to go on from behind a row that is none. */
  let anchor = from?.kind === 'm' ? from.id : undefined;
  const anchorPlace = (): Place =>
    anchor === undefined ? { kind: reversed ? 'b' : 'f', id: '', beyond: 0 } : { kind: 'm', id: anchor, beyond: 0 };
  let marker = anchor;
  let place = anchorPlace();
  /** While set, rows are passed over until this place is reached. */
  let passing = from && !isSame(from, place) ? from : undefined;
  for (let calls = 0; calls < MAXIMUM_CALLS; calls++) {
    const limit = passing || list.sifts ? list.maximum : Math.min(list.maximum, count - rows.length);
    const page = await list.fetch(limit, marker, reversed);
    for (const [index, row] of page.rows.entries()) {
      const id = list.idOf(row);
      if (id !== undefined && visited.has(id))
        throw malformed(list.service, 'the list repeats itself while it is walked');
      place =
        id === undefined
          ? { ...place, beyond: place.beyond + 1 }
          : { kind: list.isMarker(row) ? 'm' : 's', id, beyond: 0 };
      if (id !== undefined && place.kind === 'm') anchor = id;
      if (passing) {
        if (isSame(place, passing)) passing = undefined;
        continue;
      }
      const verdict = list.verdict(row, reversed);
      if (verdict === 'stop') return { rows, ended: true };
      if (verdict === 'keep') rows.push({ row, place });
      if (rows.length === count) return { rows, ended: index === page.rows.length - 1 && page.next === undefined };
    }
    if (page.next === undefined) {
      if (passing) throw cursorExpired(list.service);
      return { rows, ended: true };
    }
    if (place.kind === 's') {
      // Behind this row the upstream would repeat rows or lose some: read them again from the last marker, and pass them over.
      if (marker === anchor && limit === list.maximum) throw noWayOn(list.service, list.maximum);
      passing ??= place;
      visited.clear();
      if (anchor !== undefined) visited.add(anchor);
      marker = anchor;
      place = anchorPlace();
      continue;
    }
    for (const id of page.rows.map(list.idOf)) if (id !== undefined) visited.add(id);
    if (page.next === marker) throw malformed(list.service, 'the list repeats its marker while it is walked');
    marker = page.next;
  }
  throw tooManyCalls(list.service, MAXIMUM_CALLS);
}

function noWayOn(service: Service, maximum: number): UpstreamError {
  const message = `${maximum} rows in a row have no value to sort by, and ${SERVICE_TITLES[service]} cannot go on behind them: choose another order.`;
  return new UpstreamError('client-error', message, { service });
}
