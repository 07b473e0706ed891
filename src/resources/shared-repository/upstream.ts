// Calls SWR for shared repositories: "list shared repositories".
// Source: docs/upstream/swr.md#list-shared-repositories.

import { keyTextOf } from '../../loading/batch.ts';
import { decodeRow } from '../../upstream/decoding/row.ts';
import type { OffsetList, OffsetPaging } from '../../upstream/paging/offset-page.ts';
import type { Session } from '../../upstream/session.ts';
import { getRows, keyOf } from '../repository/upstream.ts';
import { CENTERS, SharedRepository, type SharingCenter } from './record.ts';

/** How SWR pages the list. */
export const PAGING: OffsetPaging = { service: 'swr', maxPageSize: 1000, dialect: 'aligned' };

/** Which shared repositories; SWR matches `name` fuzzily. */
export interface SharedRepositoryFilter {
  readonly center: SharingCenter;
  readonly name: string | undefined;
}

/**
 * The list of shared repositories.
 * Errors: a row without its key is an UpstreamError in its place. Calls: one for each page.
 * Source: GET /v2/manage/shared-repositories?filter=center::{center}|name::{name}|limit::{limit}|offset::{offset}.
 */
export function listSharedRepositories(
  session: Session,
  { center, name }: SharedRepositoryFilter,
): OffsetList<SharedRepository> {
  return {
    ...PAGING,
    fetch: (offset, limit) => {
      const filter = [
        `center::${CENTERS.toWire(center)}`,
        ...(name === undefined ? [] : [`name::${name}`]),
        `limit::${limit}`,
        `offset::${offset}`,
      ];
      return getRows(session, {
        service: 'swr',
        kind: 'swr.sharedRepositories',
        operation: 'list shared repositories',
        path: '/v2/manage/shared-repositories',
        query: [['filter', filter.join('|')]],
        maxRows: limit,
      });
    },
    onFurtherCall: (rows) => session.addFurtherCall('swr', rows),
    keyText: keyTextOf<SharedRepository>('namespace', 'name'),
    decode: (row) => decodeRow('swr', row, keyOf, (wire, key) => new SharedRepository(wire, key, center)),
  };
}
