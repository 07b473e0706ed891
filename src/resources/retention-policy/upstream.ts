// Calls SWR for retention policies: "list retentions" and "show retention".
// Sources: docs/upstream/swr.md#list-retention-policies, #show-a-retention-policy.

import { keyTextOf } from '../../loading/batch.ts';
import { integerText } from '../../upstream/decoding/row.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import type { RepositoryKey } from '../repository/record.ts';
import { childList, readChildList, repositoryPath } from '../repository/upstream.ts';
import { keyOf, RetentionPolicy, type RetentionPolicyKey } from './record.ts';

/** The key of a retention policy as text. */
export const keyText = keyTextOf<RetentionPolicyKey>('namespace', 'repositoryName', 'policyId');

function policiesOf(repository: RepositoryKey) {
  const resource = repositoryPath(repository.namespace, repository.name);
  return childList(
    { kind: 'swr.retentionPolicies', operation: 'list retentions', path: `${resource}/retentions`, resource },
    (row) => keyOf(row, repository),
    (wire, key) => new RetentionPolicy(wire, key),
  );
}

/**
 * Lists the retention policies of a repository.
 * Shape: null when the repository does not exist. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}/retentions.
 */
export const listRetentionPolicies = (session: Session, repository: RepositoryKey) =>
  readChildList(session, policiesOf(repository));

/** Whether the list of a repository has been called in this session. */
export const isListed = (session: Session, repository: RepositoryKey) => session.hasMade(policiesOf(repository).call);

/**
 * Shows one retention policy.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}/retentions/{retention_id}.
 */
export async function showRetentionPolicy(session: Session, key: RetentionPolicyKey): Promise<RetentionPolicy | null> {
  const found = await session.find({
    service: 'swr',
    kind: 'swr.retentionPolicies',
    operation: 'show retention',
    path: `${repositoryPath(key.namespace, key.repositoryName)}/retentions/${pathSegment(key.policyId)}`,
    isRecord: ({ id }) => integerText(id) === key.policyId,
  });
  return found && new RetentionPolicy(found.body, key);
}
