// Calls SWR and IMS for the facts of an account: "show domain overview", "list quotas", "show image quota" and "list OS versions".
// Sources: docs/upstream/swr.md#quotas, #overview, docs/upstream/ims.md#quotas, #os-versions.

import type { Call } from '../../upstream/call.ts';
import { isObject, type WireObject } from '../../upstream/decoding/json.ts';
import { decodeRow, malformed } from '../../upstream/decoding/row.ts';
import { isSaidByService, UpstreamError } from '../../upstream/errors.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session, SharedResponse } from '../../upstream/session.ts';
import { ImageQuota, kindOf, OsPlatform, RegistryOverview, RegistryQuota } from './record.ts';

/** Rows of the longest list: quotas and platforms are few. */
export const MAX_ROWS = 1000;

const OVERVIEW_FIELDS = [
  'domain_id',
  'domain_name',
  'namspace_num',
  'repo_num',
  'image_num',
  'store_space',
  'downflow_size',
];
const hasOneOf = (wire: WireObject, names: readonly string[]) => names.some((name) => wire[name] !== undefined);

/**
 * Shows how much the caller's account has in SWR.
 * Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/overview.
 */
export async function showOverview(session: Session): Promise<RegistryOverview> {
  const { body } = await getFacts(session, {
    service: 'swr',
    kind: 'swr.account',
    operation: 'show domain overview',
    path: '/v2/manage/overview',
    isRecord: (wire) => hasOneOf(wire, OVERVIEW_FIELDS),
  });
  return new RegistryOverview(body);
}

/**
 * Lists the quotas of SWR in the caller's project.
 * Errors: a row that does not say what it limits is an UpstreamError in its place; rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/projects/{project_id}/quotas.
 */
export async function listRegistryQuotas(session: Session): Promise<(RegistryQuota | UpstreamError)[]> {
  const rows = await getRows(session, {
    service: 'swr',
    kind: 'swr.account',
    operation: 'list quotas',
    path: `/v2/manage/projects/${pathSegment(await session.projectId('swr'))}/quotas`,
    rowsOf: (body) => (isObject(body) ? body.quotas : undefined),
    isRecord: ({ quota_key }) => kindOf(quota_key) !== undefined,
  });
  return rows.map((row) =>
    decodeRow(
      'swr',
      row,
      ({ quota_key }) => kindOf(quota_key),
      (wire, kind) => new RegistryQuota(wire, kind),
    ),
  );
}

/**
 * Lists the quotas of IMS in the caller's project.
 * Errors: a row that does not say what it limits is an UpstreamError in its place; rejects with UpstreamError. Calls: one.
 * Source: GET /v1/cloudimages/quota.
 */
export async function listImageQuotas(session: Session): Promise<(ImageQuota | UpstreamError)[]> {
  const rows = await getRows(session, {
    service: 'ims',
    kind: 'ims.account',
    operation: 'show image quota',
    path: '/v1/cloudimages/quota',
    rowsOf: (body) => (isObject(body) && isObject(body.quotas) ? body.quotas.resources : undefined),
    isRecord: ({ type }) => kindOf(type) !== undefined,
  });
  return rows.map((row) =>
    decodeRow(
      'ims',
      row,
      ({ type }) => kindOf(type),
      (wire, kind) => new ImageQuota(wire, kind),
    ),
  );
}

/**
 * Lists the operating systems that an image may have, those with these tags as IMS spells them.
 * Errors: a row that is not an object is an UpstreamError in its place; rejects with UpstreamError. Calls: one.
 * Source: GET /v1/cloudimages/os_version?tag={tag}.
 */
export async function listOsVersions(
  session: Session,
  tags: readonly string[],
): Promise<(OsPlatform | UpstreamError)[]> {
  const rows = await getRows(session, {
    service: 'ims',
    kind: 'ims.account',
    operation: 'list OS versions',
    path: '/v1/cloudimages/os_version',
    query: tags.map((tag) => ['tag', tag] as const),
    rowsOf: (body) => body,
    isRecord: (row) => hasOneOf(row, ['platform', 'version_list']),
  });
  return rows.map((row) =>
    isObject(row) ? new OsPlatform(row) : malformed('ims', 'a row of the list is not an object'),
  );
}

/** The rows of a list. Errors: rejects with UpstreamError where it has more than `MAX_ROWS`. */
async function getRows(session: Session, call: Call): Promise<readonly unknown[]> {
  const { rows, isCut } = await getFacts(session, { ...call, maxRows: MAX_ROWS });
  if (isCut) throw malformed(call.service, `the list has more than ${MAX_ROWS} rows`);
  return rows;
}

/** Makes a call that not every cloud has. Errors: rejects with UpstreamError, `not-supported` where the cloud does not have it. */
const getFacts = (session: Session, call: Call): Promise<SharedResponse> =>
  session.ifSupported(call.service, call.operation, () => session.get(call).catch(asUnknownCall));

/** These calls name no record: what is not found is the call itself. Errors: throws the error, or that of an unknown call. */
function asUnknownCall(error: unknown): never {
  if (!isSaidByService(error, 'not-found')) throw error;
  throw new UpstreamError('client-error', error.message, { ...error.details, isUnknownCall: true });
}
