// Loads repositories by their key. Strategy: grouped list where that is cheaper and has the selected fields, else fan-out.
// - A detail has every field; details are concurrent, one call for each key.
// - One list of an organization has the facts of up to a thousand repositories. Its response is hundreds of times as
//   large as a detail, so it is requested for five keys of an organization or more, and only for those that need no
//   field of the detail.
// - Rows and facts that the list leaves out come from the detail; so does everything while the list is denied, for a
//   minute.
import { defineLoader } from '../../loading/batch.ts';
import type { Session } from '../../upstream/session.ts';
import { type RepositoryDetail, type RepositoryKey, RepositoryRow } from './record.ts';
import { isShown, keyText, listRepositories, showRepository } from './upstream.ts';

/** Keys of one organization for which its list is requested, at least. */
const MIN_KEYS_FOR_LIST = 5;

/** The rows of one organization, by key; none where its list is denied. */
type Rows = ReadonlyMap<string, RepositoryRow>;

/** The lists of organizations that were requested in a session. */
const lists = new WeakMap<Session, Map<string, Promise<Rows>>>();

/** Loads what needs no field of the detail. Shape: a list row, or a detail; null for a repository that does not exist. */
export const factsLoader = defineLoader<RepositoryKey, RepositoryDetail | RepositoryRow>(keyText, (session, keys) => {
  // A detail that is requested anyway serves all who need its repository.
  const listable = keys.filter((key) => !isShown(session, key));
  const organizations = Map.groupBy(listable, ({ namespace }) => namespace);
  return keys.map(async (key) => {
    const members = organizations.get(key.namespace) ?? [];
    const rows = members.includes(key) ? rowsOf(session, key.namespace, members.length) : undefined;
    return (await rows)?.get(keyText(key)) ?? showRepository(session, key);
  });
});

/** The list of an organization, where it has been requested or is worth it for so many keys. */
function rowsOf(session: Session, namespace: string, wanted: number): Promise<Rows> | undefined {
  const requested = lists.get(session) ?? new Map<string, Promise<Rows>>();
  lists.set(session, requested);
  let rows = requested.get(namespace);
  if (!rows && wanted >= MIN_KEYS_FOR_LIST) {
    rows = listOrganization(session, namespace);
    requested.set(namespace, rows);
  }
  return rows;
}

async function listOrganization(session: Session, namespace: string): Promise<Rows> {
  const list = listRepositories(session, [['namespace', namespace]]);
  const page = await session.unlessDenied(`list repositories of ${namespace}`, () => list.fetch(0, list.maxPageSize));
  const rows = (page?.rows ?? []).map(list.decode).filter((row) => row instanceof RepositoryRow);
  return new Map(rows.map((row) => [keyText(row), row]));
}
