// SWR "list shared repositories": its wire row and the call.
// Source: docs/upstream/swr.md#list-shared-repositories.

import type { WireObject } from '../../upstream/decoding/row.ts';
import { Vocabulary } from '../../upstream/decoding/wire-enum.ts';
import type { OffsetList } from '../../upstream/paging/offset-page.ts';
import type { Session } from '../../upstream/session.ts';
import { decodeRow, getRows, type RepositoryKey, RepositoryRow } from '../repository/upstream.ts';

/** From whose point of view a repository is shared. */
export const CENTERS = new Vocabulary({
  SELF: ['self', 'Shared by the caller with others.'],
  THIRD_PARTY: ['thirdparty', 'Shared by others with the caller.'],
});
export type SharingCenter = 'SELF' | 'THIRD_PARTY';

/** The key of a shared repository. */
export interface SharedRepositoryKey extends RepositoryKey {
  readonly center: SharingCenter;
}

/** Which shared repositories: `name` matches fuzzily, as SWR does it. */
export interface SharedRepositoryFilter {
  readonly center: SharingCenter;
  readonly name: string | undefined;
}

/** The source object of the type: one row of the list. */
export class SharedRepository extends RepositoryRow {
  readonly __typename = 'SharedRepository';
  readonly center: SharingCenter;
  constructor(wire: WireObject, key: RepositoryKey, center: SharingCenter) {
    super(wire, key);
    this.center = center;
  }
  get logo() {
    return this.text('logo');
  }
  get domainName() {
    return this.text('domain_name');
  }
  get tags() {
    return this.words('tags');
  }
  /** Null for SELF: there the document calls the value meaningless. */
  get isSharingValid() {
    return this.center === 'SELF' ? null : this.flag('status');
  }
}

/**
 * The list of shared repositories.
 * Errors: a row without its key is an UpstreamError in its place. Calls: one a page.
 * Source: GET /v2/manage/shared-repositories?filter=center::{center}|name::{name}|limit::{limit}|offset::{offset}.
 */
export function listSharedRepositories(
  session: Session,
  { center, name }: SharedRepositoryFilter,
): OffsetList<SharedRepository> {
  return {
    service: 'swr',
    maximum: 1000,
    aligned: true,
    fetch: (offset, limit) => {
      const filter = [
        `center::${CENTERS.wordFor(center)}`,
        ...(name === undefined ? [] : [`name::${name}`]),
        `limit::${limit}`,
        `offset::${offset}`,
      ];
      return getRows(session, {
        service: 'swr',
        operation: 'list shared repositories',
        path: '/v2/manage/shared-repositories',
        query: [['filter', filter.join('|')]],
      });
    },
    decode: (row) => decodeRow(row, (wire, key) => new SharedRepository(wire, key, center)),
  };
}
