// Calls SWR for shared repositories: "list shared repositories".
// Source: docs/upstream/swr.md#list-shared-repositories.

import { keyTextOf } from '../../loading/batch.ts';
import { decodeRow } from '../../upstream/decoding/row.ts';
import type { OffsetList, OffsetPaging } from '../../upstream/paging/offset-page.ts';
import type { Session } from '../../upstream/session.ts';
import { getRows, keyOf, type ListQuery } from '../repository/upstream.ts';
import { CENTERS, SharedRepository, type SharingCenter } from './record.ts';

/** How SWR pages the list. */
export const PAGING: OffsetPaging = { service: 'swr', maxPageSize: 1000, dialect: 'aligned' };

/**
 * The list of shared repositories. SWR matches `name` fuzzily.
 * Errors: a row without its key is an UpstreamError in its place. Calls: one for each page.
 * Source: GET /v2/manage/shared-repositories?filter=center::{center}|name::{name}|limit::{limit}|offset::{offset}.
 */
export function listSharedRepositories(
  session: Session,
  center: SharingCenter,
  query: ListQuery,
): OffsetList<SharedRepository> {
  return {
    ...PAGING,
    fetch: (offset, limit) => {
      const parameters = [['center', CENTERS.toWire(center)], ...query, ['limit', limit], ['offset', offset]];
      const filter = parameters.map((parameter) => parameter.join('::'));
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
