// Calls SWR for repositories: "show repository" and "list repositories".
// Sources: docs/upstream/swr.md#show-a-repository, #list-own-repositories, #names, #paging-and-totals.

import { keyTextOf } from '../../loading/batch.ts';
import type { Call } from '../../upstream/call.ts';
import { isObject, type WireObject } from '../../upstream/decoding/json.ts';
import { decodeRow } from '../../upstream/decoding/row.ts';
import { nullIfAbsent } from '../../upstream/errors.ts';
import {
  type OffsetList,
  type OffsetPaging,
  type OffsetRows,
  totalOf,
  totalOfHeader,
} from '../../upstream/paging/offset-page.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import type { UpstreamResponse } from '../../upstream/transport/response.ts';
import { namespaceName, RepositoryDetail, type RepositoryKey, RepositoryRow, repositoryName } from './record.ts';

/** How SWR pages its lists of repositories. */
export const PAGING: OffsetPaging = { service: 'swr', maxPageSize: 1000, dialect: 'aligned' };

/**
 * Shows one repository.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}.
 */
export const showRepository = (session: Session, key: RepositoryKey): Promise<RepositoryDetail | null> =>
  session.get(detailCall(key)).then(detailOf, nullIfAbsent);

const detailOf = ({ body }: UpstreamResponse) => new RepositoryDetail(body);

/** Whether a repository has been shown in this session, or is being shown: to show it again takes no call. */
export const isShown = (session: Session, key: RepositoryKey) => session.hasMade(detailCall(key));

const detailCall = ({ namespace, name }: RepositoryKey): Call => ({
  service: 'swr',
  kind: 'swr.repository',
  operation: 'show repository',
  path: repositoryPath(namespace, name),
  // The detail has no namespace by its document; another one is of another repository.
  isRecord: (wire) =>
    (wire.name === name || repositoryName(wire.name) === name) && (wire.namespace || namespace) === namespace,
});

/** The key of a repository as text. */
export const keyText = keyTextOf<RepositoryKey>('namespace', 'name');

/** Parameters of SWR's lists, without those for paging. */
export type ListQuery = readonly (readonly [name: string, value: string])[];

/** The parameters of an order. SWR takes them as a pair only. */
export const orderQuery = (column: string, direction: 'ASC' | 'DESC'): ListQuery => [
  ['order_column', column],
  ['order_type', direction.toLowerCase()],
];

/**
 * The list of the caller's own repositories. SWR matches `name` fuzzily, and `namespace` exactly.
 * Errors: a row without its key is an UpstreamError in its place. Calls: one for each page.
 * Source: GET /v2/manage/repos?namespace={namespace}&name={name}&limit={limit}&offset={offset}.
 */
export function listRepositories(session: Session, query: ListQuery): OffsetList<RepositoryRow> {
  return {
    ...PAGING,
    fetch: (offset, limit) =>
      getRows(session, {
        service: 'swr',
        kind: 'swr.repositories',
        operation: 'list repositories',
        path: '/v2/manage/repos',
        query: [...query, ['limit', String(limit)], ['offset', String(offset)]],
        maxRows: limit,
      }),
    onFurtherCall: (rows) => session.addFurtherCall('swr', rows),
    keyText,
    decode: (row) => decodeRow('swr', row, keyOf, (wire, key) => new RepositoryRow(wire, key)),
  };
}

/** Reads a page of one of SWR's lists of repositories: an array, with its total in a header. Calls: one. */
export async function getRows(session: Session, call: Omit<Call, 'isRecord'>): Promise<OffsetRows> {
  const isRecord = (row: WireObject) => keyOf(row) !== undefined;
  const { rows, headers, keepOnly } = await session.get({ ...call, rowsOf: (body) => body, isRecord });
  // The header is sometimes missing; the rows repeat the total.
  const total = totalOfHeader(headers['content-range']) ?? totalOf(rows.find(isObject)?.total_range);
  return { rows, total, keepOnly };
}

/** The key of a list row; undefined where it has none. */
export function keyOf(row: WireObject): RepositoryKey | undefined {
  const namespace = namespaceName(row.namespace);
  const name = repositoryName(row.name);
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** The path of the calls about one repository. */
export const repositoryPath = (namespace: string, name: string) =>
  `/v2/manage/namespaces/${pathSegment(namespace)}/repos/${pathSegment(name)}`;
