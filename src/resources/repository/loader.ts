// Loads repositories by their key. Strategy: grouped list where that is cheaper and tells enough, else fan-out.
// - A detail tells everything; details run beside each other, one call a key.
// - One list of an organization tells the facts of up to a thousand repositories. It weighs hundreds of times what a detail weighs, so it
//   is asked from five keys of an organization on, and only for those that need no field of the detail.
// - What the list leaves out, rows or facts, the detail answers; so it does altogether where the cloud refuses the list, for a minute.
import { defineLoader, fanOut, keyTextOf } from '../../loading/batch.ts';
import type { Session } from '../../upstream/cloud.ts';
import { type RepositoryDetail, type RepositoryKey, RepositoryRow } from './record.ts';
import { listRepositories, showRepository } from './upstream.ts';

/** Keys of one organization from which on its list is asked. */
const LIST_FROM = 5;

const keyText = keyTextOf<RepositoryKey>('namespace', 'name');

/** Shape: null for a repository that does not exist. Calls: one for each distinct key. */
export const detailLoader = defineLoader<RepositoryKey, RepositoryDetail>(keyText, fanOut(showRepository));

/** The rows of one organization, by key; none where its list is refused. */
type Rows = ReadonlyMap<string, RepositoryRow>;

/** The lists that a request has asked for, by organization. */
const lists = new WeakMap<Session, Map<string, Promise<Rows>>>();

interface WantedRepository extends RepositoryKey {
  readonly needsDetail: boolean;
}

/** Shape: a detail, or a list row where that is enough; null for a repository that does not exist. */
export const repositoryLoader = defineLoader<WantedRepository, RepositoryDetail | RepositoryRow>(
  keyTextOf('namespace', 'name', 'needsDetail'),
  (session, keys) => {
    // A detail that is asked for in any case answers all who ask for its repository.
    const detailed = new Set(keys.filter(({ needsDetail }) => needsDetail).map(keyText));
    const listable = keys.filter((key) => !detailed.has(keyText(key)));
    const organizations = Map.groupBy(listable, ({ namespace }) => namespace);
    return keys.map(async (key) => {
      const members = organizations.get(key.namespace) ?? [];
      const rows = detailed.has(keyText(key)) ? undefined : rowsOf(session, key.namespace, members.length);
      return (await rows)?.get(keyText(key)) ?? detailLoader(session).load(key);
    });
  },
);

/** The list of an organization, where it has been asked for, or so many of its keys are wanted that it is worth it. */
function rowsOf(session: Session, namespace: string, wanted: number): Promise<Rows> | undefined {
  const asked = lists.get(session) ?? new Map<string, Promise<Rows>>();
  lists.set(session, asked);
  let rows = asked.get(namespace);
  if (!rows && wanted >= LIST_FROM) {
    rows = listOrganization(session, namespace);
    asked.set(namespace, rows);
  }
  return rows;
}

async function listOrganization(session: Session, namespace: string): Promise<Rows> {
  const list = listRepositories(session, { namespace, name: undefined });
  const answer = await session.attempt(`list repositories of ${namespace}`, () => list.fetch(0, list.maxPageSize));
  const rows = (answer?.rows ?? []).map(list.decode).filter((row) => row instanceof RepositoryRow);
  return new Map(rows.map((row) => [keyText(row), row]));
}
