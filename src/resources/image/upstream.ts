// The calls of IMS for images: "list images" and "show image".
// Source: ims-list-images.txt; facts.md §C.2 and §D; glance-behaviour.md.

import type { Session } from '../../upstream/cloud.ts';
import { isObject } from '../../upstream/decoding/json.ts';
import { malformed } from '../../upstream/decoding/row.ts';
import { UpstreamError } from '../../upstream/errors.ts';
import type { MarkerList, MarkerPaging, MarkerRows, Verdict } from '../../upstream/paging/marker-page.ts';
import { cursorExpired } from '../../upstream/paging/page.ts';
import { isPathSafe, pathSegment } from '../../upstream/path.ts';
import { Image, idOf, imageOf } from './record.ts';

/** How IMS pages the list. */
export const PAGING: MarkerPaging = { service: 'ims', maxPageSize: 1000, dialect: 'marker' };

/**
 * Shows one image.
 * Shape: null when it does not exist or the caller may not see it. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/images/{image_id}, glance-behaviour.md.
 */
export async function showImage(session: Session, imageId: string): Promise<Image | null> {
  const answer = await session.find({
    service: 'ims',
    operation: 'show image',
    path: `/v2/images/${pathSegment(imageId)}`,
  });
  if (!answer) return null;
  if (!isObject(answer.body)) throw malformed('ims', 'the image is not an object');
  return new Image(answer.body, idOf(answer.body) ?? imageId);
}

/** Which images, in which order: what IMS is asked, and what it cannot be asked. */
export interface ImageSelection {
  readonly query: Query;
  readonly sortKey: string;
  readonly descending: boolean;
  /** The conditions on times, for a walk in each direction. */
  readonly times: Readonly<Record<'ascending' | 'descending', TimeConditions>>;
}

/** Conditions on times: some go upstream, the others are decided row by row. */
export interface TimeConditions {
  readonly query: Query;
  /** Whether rows may have to be skipped here. */
  readonly sifts: boolean;
  verdict(image: Image): Verdict;
}

type Query = readonly (readonly [name: string, value: string])[];

/**
 * The list of images.
 * Errors: a row without an id is an UpstreamError in its place; `cursor-expired` when the marker is gone. Calls: one a page, one
 * more where a marker is refused.
 * Source: GET /v2/images.
 */
export function listImages(session: Session, { query, sortKey, descending, times }: ImageSelection): MarkerList<Image> {
  const isDescending = (reversed: boolean) => descending !== reversed;
  const timesOf = (reversed: boolean) => (isDescending(reversed) ? times.descending : times.ascending);
  return {
    ...PAGING,
    sifts: times.descending.sifts,
    fetch: (limit, marker, reversed) => {
      const order = [
        ['sort_key', sortKey],
        ['sort_dir', isDescending(reversed) ? 'desc' : 'asc'],
      ] as const;
      return fetchPage(session, [...query, ...timesOf(reversed).query, ...order, ['limit', String(limit)]], marker);
    },
    idOf,
    // When it goes on behind a row, Glance takes a null for an empty text, which its databases take for a zero.
    isMarker: (row) => isObject(row) && !['', 0, null, undefined].includes(row[sortKey] as null),
    verdict: (row, reversed) => (isObject(row) ? timesOf(reversed).verdict(new Image(row, '')) : 'keep'),
    decode: (row) => imageOf(row) ?? malformed('ims', 'a row of the list has no id'),
  };
}

/** The images of these ids that one list can show, for clouds whose list takes several ids. Calls: one. */
export async function listImagesById(
  session: Session,
  ids: readonly string[],
  further: Query,
): Promise<readonly Image[]> {
  const { rows } = await fetchPage(
    session,
    [['id', `in:${ids.join(',')}`], ...further, ['limit', String(ids.length)]],
    undefined,
  );
  return rows.map(imageOf).filter((image) => image !== undefined);
}

async function fetchPage(session: Session, query: Query, marker: string | undefined): Promise<MarkerRows> {
  const paged: Query = marker === undefined ? query : [...query, ['marker', marker]];
  const { body } = await session
    .get({ service: 'ims', operation: 'list images', path: '/v2/images', query: paged })
    .catch(async (error: unknown) => {
      throw (await isMarkerGone(session, marker, error)) ? cursorExpired('ims') : error;
    });
  const { images, next } = isObject(body) ? body : {};
  const rows = images === null ? [] : images;
  if (!Array.isArray(rows)) throw malformed('ims', 'images is not an array');
  if (typeof next !== 'string') return { rows, next: undefined };
  const following = markerOf(next) ?? rows.map(idOf).findLast((id) => id !== undefined);
  if (following === undefined) throw malformed('ims', 'next has no marker');
  return { rows, next: following };
}

/** Whether a page failed because the image of its marker is gone, or hidden from the caller: a look at that image tells. */
async function isMarkerGone(session: Session, marker: string | undefined, error: unknown): Promise<boolean> {
  const status = error instanceof UpstreamError ? error.details.status : undefined;
  if (marker === undefined || (status !== 400 && status !== 403)) return false;
  try {
    return (await showImage(session, marker)) === null;
  } catch (failure) {
    return failure instanceof UpstreamError && failure.kind === 'forbidden';
  }
}

/** Characters of a link that is looked into: Glance takes no longer ones itself. */
const MAX_LINK_LENGTH = 8_192;

/** Of `next` only the marker is used: its other parameters are not always ours, and its host is never followed. */
function markerOf(next: string): string | undefined {
  if (next.length > MAX_LINK_LENGTH) return undefined;
  const marker = new URLSearchParams(next.slice(next.indexOf('?') + 1)).get('marker');
  return marker !== null && isPathSafe(marker) ? marker : undefined;
}
