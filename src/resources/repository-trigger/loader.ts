// Loads triggers by their key, without their runs. Strategy: the list of a repository for several of its keys, a call for one alone.
import { defineLoader, listOrCall } from '../../loading/batch.ts';
import { parentOf } from '../repository/record.ts';
import { keyText as repositoryText } from '../repository/upstream.ts';
import type { RepositoryTrigger, RepositoryTriggerKey } from './record.ts';
import { isListed, keyText, listTriggers, showTrigger } from './upstream.ts';

/** Shape: null for a trigger, or a repository, that does not exist. Calls: those of `listOrCall`, by repository. */
export const repositoryTriggerLoader = defineLoader<RepositoryTriggerKey, RepositoryTrigger>(
  keyText,
  listOrCall({
    keyText,
    groupOf: parentOf,
    groupText: repositoryText,
    isListed,
    list: listTriggers,
    show: showTrigger,
  }),
);
