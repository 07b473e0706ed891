// Calls SWR for repositories: "show repository" and "list repositories".
// Sources: docs/upstream/swr.md#show-a-repository, #list-own-repositories, #names, #paging-and-totals.

import { keyTextOf } from '../../loading/batch.ts';
import type { Call } from '../../upstream/call.ts';
import { isObject, type WireObject } from '../../upstream/decoding/json.ts';
import { decodeRow } from '../../upstream/decoding/row.ts';
import { isSaidByService, nullIfAbsent } from '../../upstream/errors.ts';
import {
  type OffsetList,
  type OffsetPaging,
  type OffsetRows,
  totalOf,
  totalOfHeader,
} from '../../upstream/paging/offset-page.ts';
import type { UnpagedList } from '../../upstream/paging/page.ts';
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

/** Rows that SWR shows at most of a list without pages. */
export const MAX_UNPAGED_ROWS = 100;

/** Codes of what belongs to a repository: that there is no such retention policy, sharing or trigger. The repository may exist. */
const ABSENT_CHILD = /\.(4000306|4001090|4040126)$/;

/** A list without pages of what belongs to a repository: its call, and how its rows are read. */
export interface ChildList<Key, Source> {
  readonly call: Call;
  readonly keyOf: (row: WireObject) => Key | undefined;
  readonly make: (wire: WireObject, key: Key) => Source;
}

/** Defines a list without pages of what belongs to a repository. */
export const childList = <Key, Source>(
  call: Required<Pick<Call, 'kind' | 'operation' | 'path' | 'resource'>>,
  keyOf: ChildList<Key, Source>['keyOf'],
  make: ChildList<Key, Source>['make'],
): ChildList<Key, Source> => ({
  call: {
    ...call,
    service: 'swr',
    rowsOf: (body) => body,
    maxRows: MAX_UNPAGED_ROWS,
    isRecord: (row) => keyOf(row) !== undefined,
  },
  keyOf,
  make,
});

/**
 * Reads a list without pages of what belongs to a repository.
 * Shape: null when the repository does not exist; an error that says that it has none of them is an empty list.
 * Errors: a row without its key is an UpstreamError in its place; rejects with UpstreamError. Calls: one.
 * Sources: docs/upstream/swr.md#list-shares, #list-retention-policies, #list-triggers, #errors.
 */
export async function readChildList<Key, Source>(
  session: Session,
  { call, keyOf, make }: ChildList<Key, Source>,
): Promise<UnpagedList<Source> | null> {
  try {
    const { rows } = await session.get(call);
    const nodes = rows.map((row) => decodeRow('swr', row, keyOf, make));
    return { nodes, isComplete: nodes.length < MAX_UNPAGED_ROWS };
  } catch (error) {
    const isNone = isSaidByService(error, 'not-found') && ABSENT_CHILD.test(error.details.code ?? '');
    return isNone ? { nodes: [], isComplete: true } : nullIfAbsent(error);
  }
}
