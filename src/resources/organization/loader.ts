// Loads organizations by their key. Strategy: list where one call shows several, or has the counts, which a record alone lacks; else
// fan-out.
// - Several keys: the list of all organizations. One key: the record alone, or, for the counts, the list of this name.
// - What a list leaves out is shown alone; so is everything while lists are denied, for a minute.
import { defineLoader } from '../../loading/batch.ts';
import type { Session } from '../../upstream/session.ts';
import { type OrganizationKey, OrganizationRecord } from './record.ts';
import { areListed, listOrganizations, showOrganization } from './upstream.ts';

/** A key, and whether fields are selected that rows of the list alone have. */
interface Wanted extends OrganizationKey {
  readonly needsRow: boolean;
}

/**
 * Shape: null for an organization that does not exist.
 * Calls: one for all keys that the list has, and one for each of the others.
 */
export const organizationLoader = defineLoader<Wanted, OrganizationRecord>(
  ({ namespace, needsRow }) => `${needsRow} ${namespace}`,
  (session, keys) => {
    const rows = listFor(session, keys);
    return keys.map(async ({ namespace }) => (await rows)?.get(namespace) ?? showOrganization(session, { namespace }));
  },
);

type Rows = ReadonlyMap<string, OrganizationRecord>;

/** The rows of a list that has the keys, where it is worth a call, or takes none. */
function listFor(session: Session, keys: readonly Wanted[]): Promise<Rows | undefined> | undefined {
  const [namespace, ...others] = new Set(keys.map((key) => key.namespace));
  if (others.length > 0 || areListed(session)) return rowsOf(session);
  return keys.some(({ needsRow }) => needsRow) ? rowsOf(session, namespace) : undefined;
}

async function rowsOf(session: Session, namespace?: string): Promise<Rows | undefined> {
  const list = listOrganizations(session, namespace);
  const page = await session.unlessDenied('list organizations', () => list.fetch(0, list.maxPageSize));
  const rows = page?.rows.map(list.decode).filter((row) => row instanceof OrganizationRecord);
  return rows && new Map(rows.map((row) => [row.namespace, row]));
}
