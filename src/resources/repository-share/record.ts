// Decodes the record of a repository's sharing with another account, as SWR sends it in lists and alone, and its key.
// Sources: docs/upstream/swr.md#list-shares, #show-a-share.

import type { WireObject } from '../../upstream/decoding/json.ts';
import { type Decoded, Row } from '../../upstream/decoding/row.ts';
import { PERMISSIONS } from '../organization/record.ts';
import { childName, type ParentKey, type RepositoryKey, repositoryOf } from '../repository/record.ts';

/** What SWR writes in the place of a time for a sharing without an end. */
const FOREVER = 'forever';

/** The key of a share. */
export interface RepositoryShareKey extends ParentKey {
  readonly accountName: string;
}

/** The source object of the type: one row of the list, or the record alone. */
export class RepositoryShare extends Row implements RepositoryShareKey {
  readonly __typename = 'RepositoryShare';
  readonly service = 'swr';
  readonly namespace: string;
  readonly repositoryName: string;
  readonly accountName: string;
  constructor(wire: WireObject, { namespace, repositoryName, accountName }: RepositoryShareKey) {
    super(wire);
    this.namespace = namespace;
    this.repositoryName = repositoryName;
    this.accountName = accountName;
  }
  get permission() {
    return this.numberedEnum('permit', PERMISSIONS);
  }
  get permissionRaw() {
    return this.raw('permit');
  }
  get deadline(): Decoded<string> {
    return this.#isForever ? null : this.dateTime('deadline');
  }
  /** Null where SWR says nothing of an end. */
  get isForever(): boolean | null {
    const { deadline = null } = this.wire;
    return deadline === null || deadline === '' ? null : this.#isForever;
  }
  get #isForever(): boolean {
    const { deadline } = this.wire;
    return typeof deadline === 'string' && deadline.length === FOREVER.length && deadline.toLowerCase() === FOREVER;
  }
  get isSharingValid() {
    return this.boolean('status');
  }
  get description() {
    return this.string('description');
  }
  get creatorId() {
    return this.string('creator_id');
  }
  get creatorName() {
    return this.string('creator_name');
  }
  get createdAt() {
    return this.dateTime('created');
  }
  get updatedAt() {
    return this.dateTime('updated');
  }
}

/** The key of a row; undefined where it has no account. */
export function keyOf(row: WireObject, requested: RepositoryKey): RepositoryShareKey | undefined {
  const repository = repositoryOf(row.namespace, row.repository, requested);
  const accountName = childName(row.access_domain);
  if (!repository || accountName === undefined) return undefined;
  return { namespace: repository.namespace, repositoryName: repository.name, accountName };
}
