// Loads retention policies by their key. Strategy: the list of a repository for several of its keys, a call for one alone.
import { defineLoader, listOrCall } from '../../loading/batch.ts';
import { parentOf } from '../repository/record.ts';
import { keyText as repositoryText } from '../repository/upstream.ts';
import type { RetentionPolicy, RetentionPolicyKey } from './record.ts';
import { isListed, keyText, listRetentionPolicies, showRetentionPolicy } from './upstream.ts';

/** Shape: null for a policy, or a repository, that does not exist. Calls: those of `listOrCall`, by repository. */
export const retentionPolicyLoader = defineLoader<RetentionPolicyKey, RetentionPolicy>(
  keyText,
  listOrCall({
    keyText,
    groupOf: parentOf,
    groupText: repositoryText,
    isListed,
    list: listRetentionPolicies,
    show: showRetentionPolicy,
  }),
);
