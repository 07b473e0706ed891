// Calls SWR for organizations and permissions: "list organizations", "show organization", "show permissions".
// Sources: docs/upstream/swr.md#list-organizations, #show-an-organization, #permissions.

import type { Call } from '../../upstream/call.ts';
import { isObject } from '../../upstream/decoding/json.ts';
import { decodeRow, malformed } from '../../upstream/decoding/row.ts';
import { nullIfAbsent, type UpstreamError, unlessAbsent } from '../../upstream/errors.ts';
import type { OffsetList, OffsetPaging } from '../../upstream/paging/offset-page.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import type { UpstreamResponse } from '../../upstream/transport/response.ts';
import { type RepositoryKey, repositoryName } from '../repository/record.ts';
import { repositoryPath } from '../repository/upstream.ts';
import { keyOf, type OrganizationKey, OrganizationRecord, permissionsOf, type UserPermissions } from './record.ts';

/** SWR sends all organizations at once. Nobody has so many: the bound is for memory. */
export const PAGING: OffsetPaging = { service: 'swr', maxPageSize: 10_000, dialect: 'whole' };

/**
 * The list of the organizations that the caller may use; with `namespace`, the one of this name, as SWR matches it.
 * Errors: a row without its key is an UpstreamError in its place. Calls: one for all pages.
 * Source: GET /v2/manage/namespaces?namespace={namespace}.
 */
export function listOrganizations(session: Session, namespace?: string): OffsetList<OrganizationRecord> {
  return {
    ...PAGING,
    fetch: async (offset, limit) => {
      // Where SWR has no organization of the name, it may respond with 404.
      const { rows, isCut } = await unlessAbsent(session.get(listCall(namespace)), NO_ROWS);
      if (isCut && offset + limit > rows.length)
        throw malformed('swr', `the list has more than ${PAGING.maxPageSize} rows`);
      return { rows: rows.slice(offset, offset + limit), total: isCut ? null : rows.length };
    },
    keyText: ({ namespace: name }) => name,
    decode: (row) => decodeRow('swr', row, keyOf, (wire, key) => new OrganizationRecord(wire, key)),
  };
}

const NO_ROWS = { rows: [], isCut: false };

/** Whether all organizations have been listed in this session, or are being listed: to list them again takes no call. */
export const areListed = (session: Session) => session.hasMade(listCall());

const listCall = (namespace?: string): Call => ({
  service: 'swr',
  kind: 'swr.organizations',
  operation: 'list organizations',
  path: '/v2/manage/namespaces',
  query: namespace === undefined ? [] : [['namespace', namespace]],
  rowsOf: (body) => (isObject(body) ? body.namespaces : undefined),
  maxRows: PAGING.maxPageSize,
  isRecord: (row) => keyOf(row) !== undefined,
});

/**
 * Shows one organization. `unlisted` is why the list, which alone has the counts, was not read.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}.
 */
export function showOrganization(
  session: Session,
  key: OrganizationKey,
  unlisted?: UpstreamError,
): Promise<OrganizationRecord | null> {
  const call: Call = {
    service: 'swr',
    kind: 'swr.organizations',
    operation: 'show organization',
    path: organizationPath(key),
    isRecord: (wire) => keyOf(wire)?.namespace === key.namespace,
  };
  return session.get(call).then(({ body }) => new OrganizationRecord(body, key, unlisted), nullIfAbsent);
}

/**
 * Shows who may use an organization.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/access.
 */
export const showOrganizationPermissions = (session: Session, key: OrganizationKey): Promise<UserPermissions | null> =>
  showPermissions(session, 'organization', organizationPath(key), (name) => name === key.namespace);

/**
 * Shows who may use a repository.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}/access.
 */
export const showRepositoryPermissions = (
  session: Session,
  { namespace, name }: RepositoryKey,
): Promise<UserPermissions | null> =>
  showPermissions(session, 'repository', repositoryPath(namespace, name), (own) => repositoryName(own) === name);

function showPermissions(
  session: Session,
  record: string,
  resource: string,
  isName: (name: unknown) => boolean,
): Promise<UserPermissions | null> {
  const call: Call = {
    service: 'swr',
    kind: 'swr.permissions',
    operation: `show ${record} permissions`,
    path: `${resource}/access`,
    resource,
    // A record that leaves out its name belongs to what was requested.
    isRecord: ({ name, self_auth: self, others_auths: others }) =>
      (self !== undefined || others !== undefined) && ((name ?? '') === '' || isName(name)),
  };
  return session.get(call).then(({ body }: UpstreamResponse) => permissionsOf(body), nullIfAbsent);
}

const organizationPath = ({ namespace }: OrganizationKey) => `/v2/manage/namespaces/${pathSegment(namespace)}`;
