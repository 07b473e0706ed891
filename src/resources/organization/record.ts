// Decodes the records of organizations and of the permissions of their users, as SWR sends them.
// Sources: docs/upstream/swr.md#list-organizations, #show-an-organization, #permissions.

import type { WireObject } from '../../upstream/decoding/json.ts';
import { Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { isNamespaceKey } from '../repository/record.ts';

/** What a user or an account may do. Organizations send it as a number, shares as a word. */
export const PERMISSIONS = new WireEnum({
  READ: ['1', 'May pull images.'],
  EDIT: ['3', 'May pull images, push them, and edit repositories.'],
  MANAGE: ['7', 'May pull and push images, and manage repositories and the permissions of users.'],
});

/** The key of an organization. */
export interface OrganizationKey {
  readonly namespace: string;
}

/** A record of SWR's, a row of the list or that of "show organization"; the counts are in rows alone. */
export class OrganizationRecord extends Row implements OrganizationKey {
  readonly service = 'swr';
  readonly namespace: string;
  constructor(wire: WireObject, { namespace }: OrganizationKey) {
    super(wire);
    this.namespace = namespace;
  }
  get organizationId() {
    return this.int64('id');
  }
  get creatorName() {
    return this.string('creator_name');
  }
  get permission() {
    return this.numberedEnum('auth', PERMISSIONS);
  }
  get permissionRaw() {
    return this.raw('auth');
  }
  get repositoryCount() {
    return this.int64('repo_count');
  }
  get accessUserCount() {
    return this.int64('access_user_count');
  }
}

/** The fields of a record that are not its key. */
export type OrganizationField = Exclude<keyof OrganizationRecord, keyof Row | keyof OrganizationKey>;

/** The key of a record; undefined where it has none. */
export function keyOf({ name }: WireObject): OrganizationKey | undefined {
  return typeof name === 'string' && isNamespaceKey(name) ? { namespace: name } : undefined;
}

/** What one user may do with an organization or a repository. */
export class UserPermission extends Row {
  readonly service = 'swr';
  readonly isSelf: boolean;
  constructor(wire: WireObject, isSelf: boolean) {
    super(wire);
    this.isSelf = isSelf;
  }
  get userId() {
    return this.raw('user_id');
  }
  get userName() {
    return this.string('user_name');
  }
  get permission() {
    return this.numberedEnum('auth', PERMISSIONS);
  }
  get permissionRaw() {
    return this.raw('auth');
  }
}
