// Calls SWR for retention logs: "list retention histories".
// Source: docs/upstream/swr.md#list-retention-histories.

import { isObject } from '../../upstream/decoding/json.ts';
import { decodeRow, malformed } from '../../upstream/decoding/row.ts';
import {
  type OffsetList,
  type OffsetPaging,
  type OffsetRows,
  totalOf,
  totalOfHeader,
} from '../../upstream/paging/offset-page.ts';
import type { Session } from '../../upstream/session.ts';
import type { RepositoryKey } from '../repository/record.ts';
import { repositoryPath } from '../repository/upstream.ts';
import { keyOf, RetentionLog } from './record.ts';

/** How SWR pages the list. No maximum is documented: this one is safe, and smaller pages are followed up. */
export const PAGING: OffsetPaging = { service: 'swr', maxPageSize: 100, dialect: 'aligned' };

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
    decode: (row) =>
      decodeRow(
        'swr',
        row,
        (wire) => keyOf(wire, repository),
        (wire, key) => new RetentionLog(wire, key),
      ),
  };
}

async function fetchPage(
  session: Session,
  { namespace, name }: RepositoryKey,
  offset: number,
  limit: number,
): Promise<OffsetRows> {
  const resource = repositoryPath(namespace, name);
  const { body, headers } = await session.get({
    service: 'swr',
    operation: 'list retention histories',
    path: `${resource}/retentions/histories`,
    resource,
    query: [
      ['limit', String(limit)],
      ['offset', String(offset)],
    ],
  });
  if (!isObject(body)) throw malformed('swr', 'the list is not an object');
  const total = totalOf(body.total) ?? totalOfHeader(headers['content-range']);
  const rows = body.retention_log ?? (body.retention_log === null || total === 0 ? [] : undefined);
  if (!Array.isArray(rows)) throw malformed('swr', 'retention_log is not an array');
  return { rows, total };
}
