// Calls SWR for triggers: "list triggers" and "show trigger", which not every cloud has.
// Sources: docs/upstream/swr.md#list-triggers, #show-a-trigger.

import { keyTextOf } from '../../loading/batch.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import type { RepositoryKey } from '../repository/record.ts';
import { childList, readChildList, repositoryPath } from '../repository/upstream.ts';
import { keyOf, RepositoryTrigger, RepositoryTriggerDetail, type RepositoryTriggerKey } from './record.ts';

/** The key of a trigger as text. */
export const keyText = keyTextOf<RepositoryTriggerKey>('namespace', 'repositoryName', 'name');

const LIST = 'list triggers';
const SHOW = 'show trigger';

function triggersOf(repository: RepositoryKey) {
  const resource = repositoryPath(repository.namespace, repository.name);
  return childList(
    { kind: 'swr.triggers', operation: LIST, path: `${resource}/triggers`, resource },
    (row) => keyOf(row, repository),
    (wire, key) => new RepositoryTrigger(wire, key),
  );
}

/**
 * Lists the triggers of a repository, without their runs.
 * Shape: null when the repository does not exist. Errors: rejects with UpstreamError, `not-supported` where the cloud has no triggers.
 * Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}/triggers.
 */
export const listTriggers = (session: Session, repository: RepositoryKey) =>
  session.ifSupported('swr', LIST, () => readChildList(session, triggersOf(repository)));

/** Whether the list of a repository has been called in this session. */
export const isListed = (session: Session, repository: RepositoryKey) => session.hasMade(triggersOf(repository).call);

/**
 * Shows one trigger with its runs.
 * Shape: null when it does not exist. Errors: rejects with UpstreamError, `not-supported` where the cloud has no triggers. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repos/{repository}/triggers/{trigger}.
 */
export const showTrigger = (session: Session, key: RepositoryTriggerKey): Promise<RepositoryTriggerDetail | null> =>
  session.ifSupported('swr', SHOW, async () => {
    const found = await session.find({
      service: 'swr',
      kind: 'swr.triggers',
      operation: SHOW,
      path: `${repositoryPath(key.namespace, key.repositoryName)}/triggers/${pathSegment(key.name)}`,
      isRecord: ({ name }) => name === key.name,
    });
    return found && new RepositoryTriggerDetail(found.body, key);
  });
