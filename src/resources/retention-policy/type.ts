// Defines the type RetentionPolicy, and the edges `retentionPolicies` of Repository and `retentionPolicy` of RetentionLog.
import { builder } from '../../graph/builder.ts';
import { callCost, DEFAULT_SIZE, listCost, lookupEstimate } from '../../graph/cost.ts';
import { startsEarly } from '../../graph/early.ts';
import { exposed, sourceRef } from '../../graph/exposed.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { unpagedListType } from '../../graph/unpaged-list.ts';
import { integerText } from '../../upstream/decoding/row.ts';
import { isRepositoryKey, parentOf } from '../repository/record.ts';
import { CHILD_LOOKUP, childListCost, parentFields, type Repository, RepositoryRef } from '../repository/type.ts';
import { MAX_UNPAGED_ROWS } from '../repository/upstream.ts';
import { RetentionLogRef, RetentionRuleRef } from '../retention-log/type.ts';
import { retentionPolicyLoader } from './loader.ts';
import type { RetentionPolicy } from './record.ts';
import { listRetentionPolicies } from './upstream.ts';

const RetentionPolicyRef = sourceRef<RetentionPolicy>('RetentionPolicy').implement({
  interfaces: [Node],
  description: 'A policy by which SWR removes old image tags of a repository.',
  fields: (t) => ({
    ...parentFields(t),
    policyId: t.expose('policyId', {
      type: 'BigInt',
      nullable: false,
      description: "SWR's numeric id of the policy. `id`",
    }),
    algorithm: t.exposeString('algorithm', {
      nullable: true,
      description: 'How its rules combine; SWR documents `or` alone. `algorithm`',
    }),
    scope: t.exposeString('scope', {
      nullable: true,
      description: 'What the policy is about. Reserved, and usually empty. `scope`',
    }),
    rules: t.expose('rules', {
      type: [RetentionRuleRef],
      nullable: true,
      ...listCost(3),
      description: 'Its rules: a tag is removed by any of them. Null, with an error, when they cannot be read. `rules`',
    }),
  }),
});

registerNode(RetentionPolicyRef, {
  key: ['namespace', 'repositoryName', 'policyId'],
  estimate: lookupEstimate('swr', CHILD_LOOKUP),
  isKey: (key) => isRepositoryKey(parentOf(key)) && integerText(key.policyId) === key.policyId,
  load: ({ session }, key) => retentionPolicyLoader(session).load(key),
});

builder.objectField(RepositoryRef, 'retentionPolicies', (t) =>
  t.field({
    type: unpagedListType(RetentionPolicyRef, MAX_UNPAGED_ROWS),
    nullable: true,
    description:
      'The policies by which SWR removes old image tags of this repository, the first 100 of them. Costs a call.',
    ...startsEarly(childListCost, (repository: Repository, _args: object, { session }) =>
      listRetentionPolicies(session, repository),
    ),
  }),
);

builder.objectField(RetentionLogRef, 'retentionPolicy', (t) =>
  t.field({
    type: RetentionPolicyRef,
    nullable: true,
    // Most logs of a page are of the same policy.
    ...callCost('swr', { ...CHILD_LOOKUP, needed: 1 / DEFAULT_SIZE }),
    description: 'The policy that removed the tag; null when it is gone, or when `retentionId` is null. Costs a call.',
    resolve: ({ namespace, repositoryName, retentionId: policyId }, _args, { session }) =>
      typeof policyId === 'string'
        ? retentionPolicyLoader(session).load({ namespace, repositoryName, policyId })
        : exposed(policyId ?? null),
  }),
);
