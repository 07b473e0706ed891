// Decodes the record of a shared repository, as SWR sends it in lists.
// Source: docs/upstream/swr.md#list-shared-repositories.

import type { WireObject } from '../../upstream/decoding/json.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { type RepositoryKey, RepositoryRow } from '../repository/record.ts';

/** The directions of sharing, seen from the caller. */
export const CENTERS = new WireEnum({
  SELF: ['self', 'The caller shares it with other accounts.'],
  THIRD_PARTY: ['thirdparty', 'Another account shares it with the caller.'],
});
export type SharingCenter = 'SELF' | 'THIRD_PARTY';

/** The columns that the list can be sorted by. */
export const SORT_KEYS = new WireEnum({
  UPDATED_AT: ['updated_at', 'The time of the last update.'],
  NAME: ['name', 'The name.'],
  TAG_COUNT: ['tag_count', 'The number of image tags.'],
  NAMESPACE: ['namespace', 'The organization.'],
  DOMAIN_NAME: ['domain_name', 'The name of the account that owns it.'],
});

/** The key of a shared repository. */
export interface SharedRepositoryKey extends RepositoryKey {
  readonly center: SharingCenter;
}

/** The source object of the type: one row of the list. */
export class SharedRepository extends RepositoryRow {
  readonly __typename = 'SharedRepository';
  readonly center: SharingCenter;
  constructor(wire: WireObject, key: RepositoryKey, center: SharingCenter) {
    super(wire, key);
    this.center = center;
  }
  get logo() {
    return this.string('logo');
  }
  get domainName() {
    return this.string('domain_name');
  }
  get tags() {
    return this.stringList('tags');
  }
  /** Null for SELF, where the document calls the value meaningless. */
  get isSharingValid() {
    return this.center === 'SELF' ? null : this.boolean('status');
  }
}
