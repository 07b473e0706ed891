// Calls SWR for retention logs: "list retention histories".
// Source: docs/upstream/swr.md#list-retention-histories.

import { keyTextOf } from '../../loading/batch.ts';
import type { Call, RawResponse } from '../../upstream/call.ts';
import { isObject, type WireObject } from '../../upstream/decoding/json.ts';
import { decodeRow } from '../../upstream/decoding/row.ts';
import {
  type OffsetList,
  type OffsetPaging,
  type OffsetRows,
  totalOf,
  totalOfHeader,
} from '../../upstream/paging/offset-page.ts';
import type { Session, SharedResponse } from '../../upstream/session.ts';
import type { RepositoryKey } from '../repository/record.ts';
import { repositoryPath } from '../repository/upstream.ts';
import { keyOf, RetentionLog, type RetentionLogKey } from './record.ts';

/** How SWR pages the list. No maximum is documented: this one is safe, and smaller pages are followed up. */
export const PAGING: OffsetPaging = { service: 'swr', maxPageSize: 100, dialect: 'aligned' };

/** The key of a retention log as text. */
export const keyText = keyTextOf<RetentionLogKey>('namespace', 'repositoryName', 'logId');

/**
 * The list of the image tags that retention removed from a repository, newest first.
 * Errors: a row without its id is an UpstreamError in its place; a repository that does not exist is `not-found`.
 * Calls: one for each page.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}/retentions/histories.
 */
export function listRetentionLogs(session: Session, repository: RepositoryKey): OffsetList<RetentionLog> {
  return {
    ...PAGING,
    fetch: (offset, limit) => fetchPage(session, repository, offset, limit),
    onFurtherCall: (rows) => session.addFurtherCall('swr', rows),
    // Nearly all rows are of the repository.
    keyText: (log) =>
      log.namespace === repository.namespace && log.repositoryName === repository.name ? log.logId : keyText(log),
    decode: (row) =>
      decodeRow(
        'swr',
        row,
        (wire) => keyOf(wire, repository),
        (wire, key) => new RetentionLog(wire, key),
      ),
  };
}

function fetchPage(session: Session, repository: RepositoryKey, offset: number, limit: number): Promise<OffsetRows> {
  const resource = repositoryPath(repository.namespace, repository.name);
  const call: Call = {
    service: 'swr',
    kind: 'swr.retentionLogs',
    operation: 'list retention histories',
    path: `${resource}/retentions/histories`,
    resource,
    query: [
      ['limit', String(limit)],
      ['offset', String(offset)],
    ],
    rowsOf,
    maxRows: limit,
    isRecord: (row) => keyOf(row, repository) !== undefined,
  };
  return session.get(call).then(pageOf);
}

const pageOf = ({ rows, body, headers, keepOnly }: SharedResponse): OffsetRows => ({
  rows,
  total: lengthOf(body, headers),
  keepOnly,
});

const lengthOf = ({ total }: WireObject, headers: RawResponse['headers']) =>
  totalOf(total) ?? totalOfHeader(headers['content-range']);

function rowsOf(body: unknown, headers: RawResponse['headers']): unknown {
  if (!isObject(body)) return undefined;
  const { retention_log: rows } = body;
  return rows ?? (rows === null || lengthOf(body, headers) === 0 ? null : undefined);
}
