// Decodes the record of a retention policy, as SWR sends it in lists and alone, and its key.
// Sources: docs/upstream/swr.md#list-retention-policies, #show-a-retention-policy, #retention-rules.

import type { WireObject } from '../../upstream/decoding/json.ts';
import { type Decoded, integerText, Row } from '../../upstream/decoding/row.ts';
import type { ParentKey, RepositoryKey } from '../repository/record.ts';
import { RetentionRule } from '../retention-log/record.ts';

/** The key of a retention policy. */
export interface RetentionPolicyKey extends ParentKey {
  readonly policyId: string;
}

/** The source object of the type: one row of the list, or the record alone. */
export class RetentionPolicy extends Row implements RetentionPolicyKey {
  readonly __typename = 'RetentionPolicy';
  readonly service = 'swr';
  readonly namespace: string;
  readonly repositoryName: string;
  readonly policyId: string;
  constructor(wire: WireObject, { namespace, repositoryName, policyId }: RetentionPolicyKey) {
    super(wire);
    this.namespace = namespace;
    this.repositoryName = repositoryName;
    this.policyId = policyId;
  }
  get algorithm() {
    return this.string('algorithm');
  }
  get scope() {
    return this.string('scope');
  }
  get rules(): Decoded<readonly RetentionRule[]> {
    return this.objectList('rules', (wire) => new RetentionRule(wire));
  }
}

/** The key of a row of a repository's list; undefined where it has no id. */
export function keyOf(row: WireObject, { namespace, name }: RepositoryKey): RetentionPolicyKey | undefined {
  const policyId = integerText(row.id);
  return policyId === undefined ? undefined : { namespace, repositoryName: name, policyId };
}
