// Loads retention logs by their key. Strategy: grouped list, as SWR has no call for one log: a scan of a repository's
// list finds all keys of that repository.
import { defineLoader, groupedList, keyTextOf } from '../../loading/batch.ts';
import { unlessAbsent } from '../../upstream/errors.ts';
import { scanOrFail } from '../../upstream/paging/scan.ts';
import { parentOf } from '../repository/record.ts';
import type { RetentionLog, RetentionLogKey } from './record.ts';
import { keyText, listRetentionLogs } from './upstream.ts';

/**
 * Shape: null for a log, or a repository, that does not exist. Calls: one for each distinct repository, and one for
 * each further page of 100 rows.
 */
export const retentionLogLoader = defineLoader<RetentionLogKey, RetentionLog>(
  keyText,
  groupedList(keyText, keyTextOf('namespace', 'repositoryName'), (session, keys) => {
    const list = listRetentionLogs(session, parentOf(keys[0] as RetentionLogKey));
    return unlessAbsent(scanOrFail(list, keys.map(keyText), keyText), new Map());
  }),
);
