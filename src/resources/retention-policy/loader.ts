// Loads retention policies by their key. Strategy: the list of a repository for several of its keys, a call for one alone.
import { defineLoader, keyTextOf, listOrCall } from '../../loading/batch.ts';
import { parentOf } from '../repository/record.ts';
import type { RetentionPolicy, RetentionPolicyKey } from './record.ts';
import { isListed, keyText, listRetentionPolicies, showRetentionPolicy } from './upstream.ts';

/** Shape: null for a policy, or a repository, that does not exist. Calls: those of `listOrCall`, by repository. */
export const retentionPolicyLoader = defineLoader<RetentionPolicyKey, RetentionPolicy>(
  keyText,
  listOrCall<RetentionPolicyKey, RetentionPolicy>({
    keyText,
    groupText: keyTextOf('namespace', 'repositoryName'),
    isListed: (session, key) => isListed(session, parentOf(key)),
    list: (session, key) => listRetentionPolicies(session, parentOf(key)),
    show: showRetentionPolicy,
  }),
);
