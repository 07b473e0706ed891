// Decodes the record of a trigger, as SWR sends it in lists and alone, its runs, and its key.
// Sources: docs/upstream/swr.md#list-triggers, #show-a-trigger.

import type { WireObject } from '../../upstream/decoding/json.ts';
import { type Decoded, Row } from '../../upstream/decoding/row.ts';
import { WireEnum } from '../../upstream/decoding/wire-enum.ts';
import { childName, type ParentKey, type RepositoryKey } from '../repository/record.ts';

/** The kinds of workloads that a trigger updates. */
export const WORKLOAD_KINDS = new WireEnum({
  DEPLOYMENTS: ['deployments', 'A Deployment, whose pods have no state.'],
  STATEFULSETS: ['statefulsets', 'A StatefulSet, whose pods have a state.'],
});

/** How a condition selects the tags whose push starts a trigger. */
export const CONDITION_KINDS = new WireEnum({
  ALL: ['all', 'Every tag.'],
  TAG: ['tag', 'The condition is a tag.'],
  REGULAR: ['regular', 'The condition is a regular expression.'],
});

/** The services that run the workloads. */
export const MODES = new WireEnum({
  CCE: ['cce', 'Cloud Container Engine: the workload is in a cluster.'],
  CCI: ['cci', 'Cloud Container Instance: the workload is in no cluster.'],
});

/** The results of runs. */
export const RESULTS = new WireEnum({
  SUCCESS: ['success', 'The workload was updated.'],
  FAILED: ['failed', 'The workload was not updated.'],
});

/** The key of a trigger. */
export interface RepositoryTriggerKey extends ParentKey {
  readonly name: string;
}

/** What a trigger and each of its runs say of the workload. */
export abstract class TriggerFacts extends Row {
  readonly service = 'swr';
  get action() {
    return this.string('action');
  }
  get workloadKind() {
    return this.enum('app_type', WORKLOAD_KINDS);
  }
  get workloadKindRaw() {
    return this.string('app_type');
  }
  get workloadName() {
    return this.string('application');
  }
  get clusterId() {
    return this.string('cluster_id');
  }
  get clusterName() {
    return this.string('cluster_name');
  }
  get clusterNamespace() {
    return this.string('cluster_ns');
  }
  get container() {
    return this.string('container');
  }
  get condition() {
    return this.string('condition');
  }
  get creatorName() {
    return this.string('creator_name');
  }
  get createdAt() {
    return this.dateTime('created_at');
  }
}

/** The names of these facts. */
export type TriggerFact = Exclude<keyof TriggerFacts, keyof Row>;

/** One run of a trigger. */
export class RepositoryTriggerRun extends TriggerFacts {
  get result() {
    return this.enum('result', RESULTS);
  }
  get resultRaw() {
    return this.string('result');
  }
  get detail() {
    return this.string('detail');
  }
  get tag() {
    return this.string('tag');
  }
}

/** The source object of the type: one row of the list, or the record alone. */
export class RepositoryTrigger extends TriggerFacts implements RepositoryTriggerKey {
  readonly __typename = 'RepositoryTrigger';
  readonly namespace: string;
  readonly repositoryName: string;
  readonly name: string;
  constructor(wire: WireObject, { namespace, repositoryName, name }: RepositoryTriggerKey) {
    super(wire);
    this.namespace = namespace;
    this.repositoryName = repositoryName;
    this.name = name;
  }
  get conditionKind() {
    return this.enum('trigger_type', CONDITION_KINDS);
  }
  get conditionKindRaw() {
    return this.string('trigger_type');
  }
  get mode() {
    return this.enum('trigger_mode', MODES);
  }
  get modeRaw() {
    return this.string('trigger_mode');
  }
  get isEnabled() {
    return this.boolean('enable');
  }
}

/** The record of "show trigger", which alone has the runs. */
export class RepositoryTriggerDetail extends RepositoryTrigger {
  /** Null in the place of the list means that there are none. */
  get runs(): Decoded<readonly RepositoryTriggerRun[]> {
    if (this.wire.trigger_history === null) return [];
    return this.objectList('trigger_history', (wire) => new RepositoryTriggerRun(wire));
  }
}

/** The key of a row of a repository's list; undefined where it has no name. */
export function keyOf(row: WireObject, { namespace, name: repositoryName }: RepositoryKey) {
  const name = childName(row.name);
  return name === undefined ? undefined : { namespace, repositoryName, name };
}
