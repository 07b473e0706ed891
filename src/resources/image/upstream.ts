// Calls IMS for images: "list images" and "show image".
// Sources: docs/upstream/ims.md#list-images, #show-an-image, #paging.

import { isObject } from '../../upstream/decoding/json.ts';
import { decodeRow, malformed } from '../../upstream/decoding/row.ts';
import { isSaidByService } from '../../upstream/errors.ts';
import type { MarkerList, MarkerPaging, MarkerRows, Verdict } from '../../upstream/paging/marker-page.ts';
import { cursorExpired } from '../../upstream/paging/page.ts';
import { isPathSafeId, pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import { MAY_BE_EMPTY, SORT_KEYS } from './enums.ts';
import { Image, idOf, imageOf } from './record.ts';

/** How IMS pages the list. */
export const PAGING: MarkerPaging = { service: 'ims', maxPageSize: 1000, dialect: 'marker' };

/**
 * Shows one image.
 * Shape: null when it does not exist or the caller cannot see it. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/images/{image_id}, docs/upstream/ims.md#show-an-image.
 */
export async function showImage(session: Session, imageId: string): Promise<Image | null> {
  const response = await session.find({
    service: 'ims',
    kind: 'ims.image',
    operation: 'show image',
    path: `/v2/images/${pathSegment(imageId)}`,
    // A UUID is the same in upper and lower case.
    isRecord: (wire) => idOf(wire)?.toLowerCase() === imageId.toLowerCase(),
  });
  return response && new Image(response.body, idOf(response.body) ?? imageId);
}

/** Which images, in which order: the query of IMS, and the conditions that it cannot have. */
export interface ImageSelection {
  /** What the cursors of the list depend on. */
  readonly identity: readonly unknown[];
  readonly query: Query;
  readonly sortKey: string;
  readonly descending: boolean;
  /** The conditions on times, for a walk in each direction. */
  readonly times: Readonly<Record<'ascending' | 'descending', TimeConditions>>;
}

/** Conditions on times: some are sent to IMS, the others are checked row by row. */
export interface TimeConditions {
  readonly query: Query;
  /** Whether rows may be left out here. */
  readonly skipsRows: boolean;
  /** Not given where all conditions are sent. */
  readonly verdict?: (image: Image) => Verdict;
}

type Query = readonly (readonly [name: string, value: string])[];

/**
 * The list of images.
 * Errors: a row without an id is an UpstreamError in its place; `cursor-expired` when the marker is gone. Calls: one
 * for each page, and one more where a marker is rejected.
 * Source: GET /v2/images.
 */
export function listImages(session: Session, { query, sortKey, descending, times }: ImageSelection): MarkerList<Image> {
  const isDescending = (reversed: boolean) => descending !== reversed;
  const timesOf = (reversed: boolean) => (isDescending(reversed) ? times.descending : times.ascending);
  const direction = descending ? 'DESC' : 'ASC';
  return {
    ...PAGING,
    order: {
      field: SORT_KEYS.fromWire(sortKey),
      instead: `\`orderBy: { field: CREATED_AT, direction: ${direction} }\` or \`field: ID\``,
    },
    skipsRows: times.descending.skipsRows,
    fetch: (limit, marker, reversed) => {
      const order = [
        ['sort_key', sortKey],
        ['sort_dir', isDescending(reversed) ? 'desc' : 'asc'],
      ] as const;
      return fetchPage(session, [...query, ...timesOf(reversed).query, ...order], limit, marker);
    },
    idOf,
    hasEmptyValues: MAY_BE_EMPTY.has(sortKey),
    onFurtherCall: (rows) => session.addFurtherCall('ims', rows),
    // After other rows Glance loses or repeats some: its databases compare null as an empty text, or zero.
    hasValue: (row) => isObject(row) && !['', 0, null, undefined].includes(row[sortKey] as null),
    verdict: (row, reversed) => {
      const { verdict } = timesOf(reversed);
      return verdict && isObject(row) ? verdict(new Image(row, '')) : 'keep';
    },
    decode: (row, id) =>
      decodeRow(
        'ims',
        row,
        () => id,
        (wire, key) => new Image(wire, key),
      ),
  };
}

/**
 * Lists the images of these ids, for clouds whose list takes several ids.
 * Shape: images that the list leaves out are missing. Calls: one.
 */
export async function listImagesById(
  session: Session,
  ids: readonly string[],
  further: Query,
): Promise<readonly Image[]> {
  const query = [['id', `in:${ids.join(',')}`], ...further] as const;
  const { rows } = await fetchPage(session, query, ids.length, undefined);
  return rows.map(imageOf).filter((image) => image !== undefined);
}

async function fetchPage(
  session: Session,
  query: Query,
  limit: number,
  marker: string | undefined,
): Promise<MarkerRows> {
  const limited: Query = [...query, ['limit', String(limit)]];
  const paged: Query = marker === undefined ? limited : [...limited, ['marker', marker]];
  const { rows, isCut, body, keepOnly } = await session
    .get({
      service: 'ims',
      kind: 'ims.images',
      operation: 'list images',
      path: '/v2/images',
      query: paged,
      rowsOf: (list) => (isObject(list) ? list.images : undefined),
      maxRows: limit,
      isRecord: (row) => idOf(row) !== undefined,
    })
    .catch(async (error: unknown) => {
      throw (await isMarkerGone(session, marker, error)) ? cursorExpired('ims') : error;
    });
  const { next } = body;
  if (typeof next !== 'string' && !isCut) return { rows, next: undefined, keepOnly };
  // The rows that were left out follow the last one that was not.
  const marked = typeof next === 'string' && !isCut ? markerOf(next) : undefined;
  const following = marked ?? rows.map(idOf).findLast((id) => id !== undefined);
  if (following === undefined) throw malformed('ims', 'next has no marker');
  return { rows, next: following, keepOnly };
}

/** Whether a page failed because the image of its marker is gone, or hidden from the caller. Calls: one, to show it. */
async function isMarkerGone(session: Session, marker: string | undefined, error: unknown): Promise<boolean> {
  if (marker === undefined || !isSaidByService(error, 'client-error', 'forbidden', 'not-found')) return false;
  const { status = 0 } = error.details;
  if (status !== 400 && status !== 403 && !(status < 300 && error.kind === 'not-found')) return false;
  try {
    return (await showImage(session, marker)) === null;
  } catch (failure) {
    // Without a code a proxy may have responded.
    return isSaidByService(failure, 'forbidden') && failure.details.code !== undefined;
  }
}

/** Characters of the longest link that is read: Glance itself does not take longer ones. */
const MAX_LINK_LENGTH = 8_192;

/** The marker in `next`. Nothing else of it is used: its parameters are not always ours, its host is never followed. */
function markerOf(next: string): string | undefined {
  if (next.length > MAX_LINK_LENGTH) return undefined;
  const marker = new URLSearchParams(next.slice(next.indexOf('?') + 1)).get('marker');
  return marker !== null && isPathSafeId(marker) ? marker : undefined;
}
