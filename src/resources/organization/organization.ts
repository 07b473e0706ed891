// Defines the source object of Organization: a row of another list proves it, and its record is loaded when a selected field needs it.
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../graph/builder.ts';
import { type EarlySource, NOTHING_STARTED, startEarlyFields } from '../../graph/early.ts';
import { MissingDetail } from '../../graph/missing-detail.ts';
import { type Selected, selectedFields } from '../../graph/selection.ts';
import type { UpstreamError } from '../../upstream/errors.ts';
import { organizationLoader } from './loader.ts';
import { type OrganizationField, type OrganizationKey, OrganizationRecord } from './record.ts';

/** The source object of the type. */
export class Organization implements OrganizationKey, EarlySource {
  readonly __typename = 'Organization';
  readonly namespace: string;
  early = NOTHING_STARTED;
  /** Its record, or why there is none; undefined where no selected field needs it. */
  record: OrganizationRecord | MissingDetail | undefined;

  constructor({ namespace }: OrganizationKey, record?: OrganizationRecord) {
    this.namespace = namespace;
    this.record = record;
  }

  get organizationId() {
    return this.#read('organizationId');
  }
  get creatorName() {
    return this.#read('creatorName');
  }
  get permission() {
    return this.#read('permission');
  }
  get permissionRaw() {
    return this.#read('permissionRaw');
  }
  get repositoryCount() {
    return this.#read('repositoryCount');
  }
  get accessUserCount() {
    return this.#read('accessUserCount');
  }

  #read<Field extends OrganizationField>(field: Field): OrganizationRecord[Field] | UpstreamError | null {
    if (!this.record) throw new Error(`The record was not loaded for ${field}.`);
    return this.record instanceof MissingDetail ? this.record.errorOf(field) : this.record[field];
  }
}

/**
 * Finds an organization by its key, as far as the query selects it; null when it does not exist.
 * Errors: rejects with UpstreamError. Calls: those of the loader.
 */
export async function findOrganization(
  context: Context,
  { namespace }: OrganizationKey,
  info: GraphQLResolveInfo,
): Promise<Organization | null> {
  const record = await load(context, namespace, selectedFields(info));
  return record && new Organization(record, record);
}

/** The organization that a record names. Calls: none, unless a selected field needs its record; then those of the loader. */
export function organizationFromRow(
  context: Context,
  namespace: string,
  info: GraphQLResolveInfo,
): Organization | Promise<Organization> {
  const organization = new Organization({ namespace });
  const selected = selectedFields(info);
  if (!needsRecord(selected)) return organization;
  const loaded = load(context, namespace, selected).then(
    (record) => record ?? new MissingDetail('swr', 'organization'),
    (error: unknown) => new MissingDetail('swr', 'organization', error),
  );
  startEarlyFields(organization, context, info);
  return loaded.then((record) => Object.assign(organization, { record }));
}

const load = ({ session }: Context, namespace: string, selected: Selected) =>
  organizationLoader(session).load({ namespace, needsRow: ROW_FIELDS.some((field) => selected.has(field)) });

/** Whether a selection has a field that is not part of the key. */
export const needsRecord = (selected: Selected) => RECORD_FIELDS.some((field) => selected.has(field));

/** The fields that SWR sends in the list alone. */
const ROW_FIELDS: readonly OrganizationField[] = ['repositoryCount', 'accessUserCount'];

const RECORD_FIELDS = Object.getOwnPropertyNames(OrganizationRecord.prototype);
