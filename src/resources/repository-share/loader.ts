// Loads shares by their key. Strategy: the list of a repository for several of its keys, a call for one alone.
import { defineLoader, listOrCall } from '../../loading/batch.ts';
import { parentOf } from '../repository/record.ts';
import { keyText as repositoryText } from '../repository/upstream.ts';
import type { RepositoryShare, RepositoryShareKey } from './record.ts';
import { isListed, keyText, listShares, showShare } from './upstream.ts';

/** Shape: null for a share, or a repository, that does not exist. Calls: those of `listOrCall`, by repository. */
export const repositoryShareLoader = defineLoader<RepositoryShareKey, RepositoryShare>(
  keyText,
  listOrCall({ keyText, groupOf: parentOf, groupText: repositoryText, isListed, list: listShares, show: showShare }),
);
