// Loads shares by their key. Strategy: the list of a repository for several of its keys, a call for one alone.
import { defineLoader, keyTextOf, listOrCall } from '../../loading/batch.ts';
import { parentOf } from '../repository/record.ts';
import type { RepositoryShare, RepositoryShareKey } from './record.ts';
import { isListed, keyText, listShares, showShare } from './upstream.ts';

/** Shape: null for a share, or a repository, that does not exist. Calls: those of `listOrCall`, by repository. */
export const repositoryShareLoader = defineLoader<RepositoryShareKey, RepositoryShare>(
  keyText,
  listOrCall<RepositoryShareKey, RepositoryShare>({
    keyText,
    groupText: keyTextOf('namespace', 'repositoryName'),
    isListed: (session, key) => isListed(session, parentOf(key)),
    list: (session, key) => listShares(session, parentOf(key)),
    show: showShare,
  }),
);
