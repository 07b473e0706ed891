// Loads image groups by their key from lists, as ModelArts has no call for one group. One key: a search by name. Several keys of an
// organization: a scan of all its groups, unless searching by name takes fewer calls.
import { defineLoader, keyTextOf } from '../../loading/batch.ts';
import { scanFor, scanOrFail } from '../../upstream/paging/scan.ts';
import type { Session } from '../../upstream/session.ts';
import type { ImageGroup, ImageGroupKey } from './record.ts';
import { listImageGroups } from './upstream.ts';

const organizationText = keyTextOf<ImageGroupKey>('workspaceId', 'namespace');
const keyText = keyTextOf<ImageGroupKey>('workspaceId', 'namespace', 'name');

/**
 * Shape: null for a group that does not exist.
 * Calls: one for each distinct workspace and organization, and one for each further page of 500 rows, or one for each
 * key if that is fewer.
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

/** Searches with exact matching, and compares names all the same: ModelArts matches fuzzily by default. */
async function findByName(session: Session, key: ImageGroupKey): Promise<ImageGroup | null> {
  const list = listImageGroups(session, key.workspaceId, [
    ['name', key.name],
    ['name_fuzzy_match', 'false'],
    ['namespace', key.namespace],
  ]);
  const group = (await scanOrFail(list, [keyText(key)], keyText)).get(keyText(key)) ?? null;
  if (group instanceof Error) throw group;
  return group;
}
