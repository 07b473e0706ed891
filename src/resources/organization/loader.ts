// Loads organizations by their key. Strategy: list where one call shows several, or has the counts, which a record alone lacks; else
// fan-out.
// - Several keys: the list of all organizations. One key: the record alone, or, for the counts, the list of this name.
// - What a list leaves out is shown alone; so is everything while lists are denied, for a minute: then counts have an error.
import { defineLoader } from '../../loading/batch.ts';
import { UpstreamError } from '../../upstream/errors.ts';
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
    const listed = listFor(session, keys);
    return keys.map(async ({ namespace }) => {
      const rows = await listed;
      if (rows instanceof UpstreamError) return showOrganization(session, { namespace }, rows);
      return rows?.get(namespace) ?? showOrganization(session, { namespace });
    });
  },
);

/** The rows of a list by their key, or why the caller does not get them. */
type Rows = ReadonlyMap<string, OrganizationRecord> | UpstreamError;

/** The rows of a list that has the keys, where it is worth a call, or takes none. */
function listFor(session: Session, keys: readonly Wanted[]): Promise<Rows> | undefined {
  const [namespace, ...others] = new Set(keys.map((key) => key.namespace));
  if (others.length > 0 || areListed(session)) return rowsOf(session);
  return keys.some(({ needsRow }) => needsRow) ? rowsOf(session, namespace) : undefined;
}

const NOT_LISTED = 'SWR does not list organizations to the caller.';

async function rowsOf(session: Session, namespace?: string): Promise<Rows> {
  const list = listOrganizations(session, namespace);
  let failure: UpstreamError | undefined;
  // A denial may be about the name alone.
  const page = await session.unlessDenied(`list organizations ${namespace ?? ''}`, () =>
    list.fetch(0, list.maxPageSize).catch((error) => {
      failure = error;
      throw error;
    }),
  );
  if (!page) return failure ?? new UpstreamError('forbidden', NOT_LISTED, { service: 'swr' });
  const rows = page.rows.map(list.decode).filter((row) => row instanceof OrganizationRecord);
  return new Map(rows.map((row) => [row.namespace, row]));
}
