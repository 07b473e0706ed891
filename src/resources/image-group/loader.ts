// Loads image groups by their key. Strategy: grouped list, as ModelArts shows none alone. One key of an organization is asked
// for by its name; several of the same organization are looked for in one scan of all its groups.
import { defineLoader, groupedList } from '../../loading/batch.ts';
import { scanFor } from '../../upstream/offset-page.ts';
import { type ImageGroup, type ImageGroupKey, listImageGroups } from './upstream.ts';

const keyText = ({ namespace, name, workspaceId }: ImageGroupKey) => JSON.stringify([workspaceId, namespace, name]);

/** Shape: null for a group that does not exist. Calls: one for each distinct workspace and organization, and one for each further page of 500 rows. */
export const imageGroupLoader = defineLoader<ImageGroupKey, ImageGroup>(
  keyText,
  groupedList(
    keyText,
    ({ namespace, workspaceId }) => JSON.stringify([workspaceId, namespace]),
    (session, keys) => {
      const { namespace, name, workspaceId } = keys[0] as ImageGroupKey;
      // Names match fuzzily unless told otherwise, and are compared exactly in any case.
      const byName =
        keys.length === 1
          ? ([
              ['name', name],
              ['name_fuzzy_match', 'false'],
            ] as const)
          : [];
      const list = listImageGroups(session, workspaceId, [...byName, ['namespace', namespace]]);
      return scanFor(list, keys.map(keyText), keyText);
    },
  ),
);
