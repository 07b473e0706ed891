// Loads shared repositories by their key. Strategy: grouped list, as SWR has no call for one: a scan of its list,
// filtered by the name, finds all keys of that name.
import { defineLoader, groupedList, keyTextOf } from '../../loading/batch.ts';
import { scanOrFail } from '../../upstream/paging/scan.ts';
import type { SharedRepository, SharedRepositoryKey } from './record.ts';
import { listSharedRepositories } from './upstream.ts';

const keyText = keyTextOf<SharedRepositoryKey>('center', 'namespace', 'name');

/**
 * Shape: null for a repository that is not shared. Calls: one for each distinct center and name, and one for each
 * further page of 1000 rows.
 */
export const sharedRepositoryLoader = defineLoader<SharedRepositoryKey, SharedRepository>(
  keyText,
  groupedList<SharedRepositoryKey, SharedRepository>(keyText, keyTextOf('center', 'name'), (session, keys) => {
    const { center, name } = keys[0] as SharedRepositoryKey;
    return scanOrFail(listSharedRepositories(session, center, [['name', name]]), keys.map(keyText), keyText);
  }),
);
