// SWR "list shared repositories": its wire row and the call.
// Source: swr-list-shared-repositories.txt.
import type { UpstreamError } from '../../upstream/errors.ts';
import { type OffsetList, type OffsetRows, totalOf, totalOfHeader } from '../../upstream/offset-page.ts';
import { isObject, malformed, type WireObject } from '../../upstream/row.ts';
import type { Session } from '../../upstream/transport.ts';
import { Vocabulary } from '../../upstream/words.ts';
import { RepositoryFacts, type RepositoryKey, repositoryKeyOf } from '../repository/upstream.ts';

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
export class SharedRepository extends RepositoryFacts {
  readonly __typename = 'SharedRepository';
  readonly center: SharingCenter;
  readonly namespace: string;
  readonly name: string;
  constructor(wire: WireObject, { center, namespace, name }: SharedRepositoryKey) {
    super(wire);
    this.center = center;
    this.namespace = namespace;
    this.name = name;
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
    fetch: (offset, limit) =>
      fetchPage(session, [
        `center::${CENTERS.wordFor(center)}`,
        ...(name === undefined ? [] : [`name::${name}`]),
        `limit::${limit}`,
        `offset::${offset}`,
      ]),
    decode: (row) => decodeRow(row, center),
  };
}

async function fetchPage(session: Session, filter: readonly string[]): Promise<OffsetRows> {
  const { body, headers } = await session.get({
    service: 'swr',
    operation: 'list shared repositories',
    path: '/v2/manage/shared-repositories',
    query: [['filter', filter.join('|')]],
  });
  const rows = body ?? [];
  if (!Array.isArray(rows)) throw malformed('swr', 'the list is not an array');
  // The header goes missing now and then; the rows repeat the total.
  return { rows, total: totalOfHeader(headers['content-range']) ?? totalOf(rows.find(isObject)?.total_range) };
}

function decodeRow(row: unknown, center: SharingCenter): SharedRepository | UpstreamError {
  const key = isObject(row) ? repositoryKeyOf(row) : undefined;
  return isObject(row) && key
    ? new SharedRepository(row, { center, ...key })
    : malformed('swr', 'a row of the list has no namespace and name');
}
