// Decodes the records of organizations and of the permissions of their users, as SWR sends them.
// Sources: docs/upstream/swr.md#list-organizations, #show-an-organization, #permissions.

import { isObject, type WireObject } from '../../upstream/decoding/json.ts';
import { integerText, MAX_ITEMS, malformed, Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import type { UpstreamError } from '../../upstream/errors.ts';
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
  /** Why counts that the record lacks are not known; undefined where SWR does not send them. */
  readonly #unlisted: UpstreamError | undefined;
  constructor(wire: WireObject, { namespace }: OrganizationKey, unlisted?: UpstreamError) {
    super(wire);
    this.namespace = namespace;
    this.#unlisted = unlisted;
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
    return this.int64('repo_count') ?? this.#unlisted;
  }
  get accessUserCount() {
    return this.int64('access_user_count') ?? this.#unlisted;
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
  /** What tells users apart; undefined where the record has neither id nor name. */
  get identity(): string | undefined {
    return textOf(this.wire.user_id) ?? textOf(this.wire.user_name);
  }
  get userId() {
    return textOf(this.wire.user_id) ?? this.string('user_id');
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

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : integerText(value));

/** The permissions of all users of a record, or why they cannot be read. */
export type UserPermissions = readonly UserPermission[] | UpstreamError;

const isGiven = (value: unknown) => value !== null && value !== undefined;

/** The permissions of all users: one row for each, the caller first, whom SWR may have among the others, too. */
export function permissionsOf({ self_auth: self, others_auths: others }: WireObject): UserPermissions {
  if (isGiven(self) && !isObject(self)) return malformed('swr', 'self_auth is not an object');
  const rows = others ?? [];
  if (!Array.isArray(rows) || !rows.every(isObject)) return malformed('swr', 'others_auths is not a list of objects');
  if (rows.length > MAX_ITEMS) return malformed('swr', `others_auths has more than ${MAX_ITEMS} items`);
  const users = rows.map((row) => new UserPermission(row, false));
  if (isObject(self)) users.unshift(new UserPermission(self, true));
  const seen = new Set<string>();
  return users.filter(({ identity }) => {
    const isNew = identity === undefined || !seen.has(identity);
    if (identity !== undefined) seen.add(identity);
    return isNew;
  });
}
