// Loads image groups by their key. Strategy: grouped list, as ModelArts shows none alone. One key of an organization is asked
// for by its name; several of the same organization are looked for in a scan of all its groups, as long as that is cheaper than
// to ask for each of them by name.
import { defineLoader, keyTextOf } from '../../loading/batch.ts';
import type { Session } from '../../upstream/cloud.ts';
import { scanFor, searchFor } from '../../upstream/paging/scan.ts';
import type { ImageGroup, ImageGroupKey } from './record.ts';
import { listImageGroups } from './upstream.ts';

const organizationText = keyTextOf<ImageGroupKey>('workspaceId', 'namespace');
const keyText = keyTextOf<ImageGroupKey>('workspaceId', 'namespace', 'name');

/**
 * Shape: null for a group that does not exist.
 * Calls: one for each distinct workspace and organization, and one for each further page of 500 rows, or for each key if those are fewer.
 */
export const imageGroupLoader = defineLoader<ImageGroupKey, ImageGroup>(keyText, (session, keys) => {
  const organizations = Map.groupBy(keys, organizationText);
  const scans = new Map(
    [...organizations]
      .filter(([, members]) => members.length > 1)
      .map(([organization, members]) => [organization, scanOrganization(session, members)]),
  );
  return keys.map(async (key) => {
    const scan = await scans.get(organizationText(key));
    const isUnread = scan?.unread.has(keyText(key)) ?? true;
    if (isUnread && scan?.failure) throw scan.failure;
    return isUnread ? findByName(session, key) : (scan?.found.get(keyText(key)) ?? null);
  });
});

function scanOrganization(session: Session, keys: readonly ImageGroupKey[]) {
  const { namespace, workspaceId } = keys[0] as ImageGroupKey;
  const list = listImageGroups(session, workspaceId, [['namespace', namespace]]);
  return scanFor(list, keys.map(keyText), keyText, (missing, pagesLeft) => pagesLeft <= missing);
}

/** Names match fuzzily unless told otherwise, and are compared exactly in any case. */
async function findByName(session: Session, key: ImageGroupKey): Promise<ImageGroup | null> {
  const list = listImageGroups(session, key.workspaceId, [
    ['name', key.name],
    ['name_fuzzy_match', 'false'],
    ['namespace', key.namespace],
  ]);
  const group = (await searchFor(list, [keyText(key)], keyText)).get(keyText(key)) ?? null;
  if (group instanceof Error) throw group;
  return group;
}
