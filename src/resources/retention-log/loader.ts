// Loads retention logs by their key. Strategy: grouped list, as SWR shows none alone: one scan of a repository's list answers
// all keys of that repository.
import { defineLoader, groupedList } from '../../loading/batch.ts';
import { isAbsent } from '../../upstream/errors.ts';
import { searchFor } from '../../upstream/paging/scan.ts';
import type { RetentionLog, RetentionLogKey } from './record.ts';
import { listRetentionLogs } from './upstream.ts';

const keyText = ({ namespace, repositoryName, logId }: RetentionLogKey) => `${namespace}|${repositoryName}|${logId}`;

/** Shape: null for a log, or a repository, that does not exist. Calls: one for each distinct repository, and one for each further page of 100 rows. */
export const retentionLogLoader = defineLoader<RetentionLogKey, RetentionLog>(
  keyText,
  groupedList(
    keyText,
    ({ namespace, repositoryName }) => `${namespace}|${repositoryName}`,
    async (session, keys) => {
      const { namespace, repositoryName } = keys[0] as RetentionLogKey;
      try {
        return await searchFor(
          listRetentionLogs(session, { namespace, name: repositoryName }),
          keys.map(keyText),
          keyText,
        );
      } catch (error) {
        if (isAbsent(error)) return new Map();
        throw error;
      }
    },
  ),
);
