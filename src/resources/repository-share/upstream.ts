// Calls SWR for the accounts that a repository is shared with: "list access domains" and "show access domain".
// Sources: docs/upstream/swr.md#list-shares, #show-a-share.

import { keyTextOf } from '../../loading/batch.ts';
import type { WireObject } from '../../upstream/decoding/json.ts';
import { booleanOf } from '../../upstream/decoding/row.ts';
import { pathSegment } from '../../upstream/path.ts';
import type { Session } from '../../upstream/session.ts';
import { parentOf, type RepositoryKey } from '../repository/record.ts';
import { childList, readChildList, repositoryPath } from '../repository/upstream.ts';
import { keyOf, RepositoryShare, type RepositoryShareKey } from './record.ts';

/** The key of a share as text. */
export const keyText = keyTextOf<RepositoryShareKey>('namespace', 'repositoryName', 'accountName');

/** Unlike those of the other calls about a repository, these paths have the word `repositories`. */
const sharesPath = ({ namespace, name }: RepositoryKey) =>
  `/v2/manage/namespaces/${pathSegment(namespace)}/repositories/${pathSegment(name)}/access-domains`;

const sharesOf = (repository: RepositoryKey) =>
  childList(
    {
      kind: 'swr.shares',
      operation: 'list access domains',
      path: sharesPath(repository),
      resource: repositoryPath(repository.namespace, repository.name),
    },
    (row) => keyOf(row, repository),
    (wire, key) => new RepositoryShare(wire, key),
  );

/**
 * Lists the accounts that a repository is shared with.
 * Shape: null when the repository does not exist. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repositories/{repository}/access-domains.
 */
export const listShares = (session: Session, repository: RepositoryKey) => readChildList(session, sharesOf(repository));

/** Whether the list of a repository has been called in this session. */
export const isListed = (session: Session, repository: RepositoryKey) => session.hasMade(sharesOf(repository).call);

/**
 * Shows how a repository is shared with one account.
 * Shape: null when it is not. Errors: rejects with UpstreamError. Calls: one.
 * Source: GET /v2/manage/namespaces/{namespace}/repositories/{repository}/access-domains/{access_domain}.
 */
export async function showShare(session: Session, key: RepositoryShareKey): Promise<RepositoryShare | null> {
  const repository = parentOf(key);
  const found = await session.find({
    service: 'swr',
    kind: 'swr.shares',
    operation: 'show access domain',
    path: `${sharesPath(repository)}/${pathSegment(key.accountName)}`,
    isRecord: (wire) => saysNone(wire) || isKeyOf(wire, repository, key),
  });
  return found === null || saysNone(found.body) ? null : new RepositoryShare(found.body, key);
}

const saysNone = ({ exist }: WireObject) => booleanOf(exist) === false;

function isKeyOf(wire: WireObject, repository: RepositoryKey, key: RepositoryShareKey): boolean {
  const own = keyOf(wire, repository);
  return own !== undefined && keyText(own) === keyText(key);
}
