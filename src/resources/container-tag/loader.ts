// Loads container tags by their key. Strategy: fan-out, or a grouped list where that takes fewer calls.
// - A tag is shown by a call of its own, which lacks two fields of a list row: for those, and where the cloud has no such
//   call, the list is searched by name.
// - For five tags of a repository or more its list is scanned, as long as that takes fewer calls than the tags that are
//   still missing.
import { defineLoader, keyTextOf } from '../../loading/batch.ts';
import { unlessAbsent } from '../../upstream/errors.ts';
import { type Scan, scanFor, scanOrFail } from '../../upstream/paging/scan.ts';
import type { Session } from '../../upstream/session.ts';
import { parentOf } from '../repository/record.ts';
import type { ContainerTag, ContainerTagKey } from './record.ts';
import { keyText, listContainerTags, showContainerTag } from './upstream.ts';

/** Tags of one repository for which its list is read, at least. */
const MIN_KEYS_FOR_LIST = 5;

/** A tag, whether a field is wanted that only a list row has, and whether the operation shows manifests. */
interface Wanted extends ContainerTagKey {
  readonly needsRow: boolean;
  readonly needsManifest: boolean;
}

const repositoryText = keyTextOf<ContainerTagKey>('namespace', 'repositoryName');

/**
 * Shape: null for a tag, or a repository, that does not exist.
 * Calls: one for each distinct tag; for five of one repository or more, one for each page of 100 rows instead.
 */
export const containerTagLoader = defineLoader<Wanted, ContainerTag>(
  keyTextOf<Wanted>('namespace', 'repositoryName', 'name', 'needsRow'),
  (session, wanted) => {
    const scans = new Map(
      [...Map.groupBy(wanted, repositoryText)].map(([repository, keys]) => [repository, scanRepository(session, keys)]),
    );
    const tags = new Map<string, Promise<ContainerTag | null>>();
    // A row serves those, too, for whom the single tag would be enough.
    for (const key of wanted.toSorted((one, other) => Number(other.needsRow) - Number(one.needsRow)))
      if (!tags.has(keyText(key))) tags.set(keyText(key), findTag(session, key, scans.get(repositoryText(key))));
    return wanted.map((key) => tags.get(keyText(key)) ?? Promise.resolve(null));
  },
);

type RepositoryScan = Promise<Scan<ContainerTag> | null | undefined>;

/** Scans the list of a repository where it is worth it for so many tags. Shape: null where the repository does not exist, undefined where its list is denied. */
function scanRepository(session: Session, wanted: readonly Wanted[]): RepositoryScan | undefined {
  const names = new Set(wanted.map(keyText));
  const [first] = wanted;
  if (!first || names.size < MIN_KEYS_FOR_LIST) return undefined;
  const list = listContainerTags(session, parentOf(first), [], first.needsManifest);
  return session.unlessDenied(`list tags of ${repositoryText(first)}`, () =>
    unlessAbsent(
      scanFor(list, [...names], keyText, (missing, pagesLeft) => pagesLeft <= missing),
      null,
    ),
  );
}

async function findTag(
  session: Session,
  key: Wanted,
  scanning: RepositoryScan | undefined,
): Promise<ContainerTag | null> {
  const scan = await scanning;
  if (scan === null) return null;
  if (scan && !scan.unread.has(keyText(key))) return scan.found.get(keyText(key)) ?? null;
  if (!key.needsRow) {
    const shown = await session.unlessUnknown('show tag', () => showContainerTag(session, key));
    if (shown !== undefined) return shown;
  }
  return findByName(session, key);
}

/** Searches the list, whose filter matches parts of names. */
async function findByName(session: Session, key: Wanted): Promise<ContainerTag | null> {
  const list = listContainerTags(session, parentOf(key), [['tag', key.name]], key.needsManifest);
  const found = await unlessAbsent(scanOrFail(list, [keyText(key)], keyText), undefined);
  const tag = found?.get(keyText(key)) ?? null;
  if (tag instanceof Error) throw tag;
  return tag;
}
