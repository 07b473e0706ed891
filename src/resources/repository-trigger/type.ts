// Defines the types RepositoryTrigger and RepositoryTriggerRun, and the edge `triggers` of Repository.
import { builder, type Types } from '../../graph/builder.ts';
import { listCallCost, lookupEstimate } from '../../graph/cost.ts';
import { startsEarly } from '../../graph/early.ts';
import { openEnum } from '../../graph/enums.ts';
import { badUserInput } from '../../graph/errors.ts';
import { type ExposedFields, exposed, sourceRef } from '../../graph/exposed.ts';
import { Node, registerNode } from '../../graph/node.ts';
import { selectedFields } from '../../graph/selection.ts';
import { unpagedListType } from '../../graph/unpaged-list.ts';
import { isChildKey, isRepositoryKey, parentOf } from '../repository/record.ts';
import { CHILD_LOOKUP, childListCost, parentFields, type Repository, RepositoryRef } from '../repository/type.ts';
import { MAX_UNPAGED_ROWS } from '../repository/upstream.ts';
import { repositoryTriggerLoader } from './loader.ts';
import {
  CONDITION_KINDS,
  MODES,
  RESULTS,
  type RepositoryTrigger,
  RepositoryTriggerDetail,
  type RepositoryTriggerRun,
  type TriggerFact,
  type TriggerFacts,
  WORKLOAD_KINDS,
} from './record.ts';
import { listTriggers, showTrigger } from './upstream.ts';

const WorkloadKind = openEnum(
  'RepositoryTriggerWorkloadKind',
  'The kind of the workload that a trigger updates.',
  WORKLOAD_KINDS,
);
const ConditionKind = openEnum(
  'RepositoryTriggerConditionKind',
  'How the condition of a trigger selects the tags whose push starts it.',
  CONDITION_KINDS,
);
const Mode = openEnum('RepositoryTriggerMode', 'The service that runs the workload of a trigger.', MODES);
const Result = openEnum('RepositoryTriggerResult', 'The result of a run of a trigger.', RESULTS);

/** The fields that a trigger and its runs both have. */
function factFields(t: PothosSchemaTypes.ObjectFieldBuilder<Types, ExposedFields<Pick<TriggerFacts, TriggerFact>>>) {
  return {
    action: t.exposeString('action', {
      nullable: true,
      description: 'What is done with the workload; SWR documents `update` alone. `action`',
    }),
    workloadKind: t.expose('workloadKind', {
      type: WorkloadKind,
      nullable: true,
      description: 'The kind of the workload. `app_type`',
    }),
    workloadKindRaw: t.exposeString('workloadKindRaw', {
      nullable: true,
      description: 'The kind of the workload as SWR sent it. `app_type`',
    }),
    workloadName: t.exposeString('workloadName', {
      nullable: true,
      description: 'The name of the workload. `application`',
    }),
    clusterId: t.exposeString('clusterId', {
      nullable: true,
      description: 'The id of the cluster; empty for a workload in no cluster. `cluster_id`',
    }),
    clusterName: t.exposeString('clusterName', {
      nullable: true,
      description: 'The name of the cluster; empty for a workload in no cluster. `cluster_name`',
    }),
    clusterNamespace: t.exposeString('clusterNamespace', {
      nullable: true,
      description: 'The Kubernetes namespace of the workload. `cluster_ns`',
    }),
    container: t.exposeString('container', {
      nullable: true,
      description: 'The container to update; empty for all that use an image of the repository. `container`',
    }),
    condition: t.exposeString('condition', {
      nullable: true,
      description: 'A tag or a regular expression: the tags whose push starts the trigger. `condition`',
    }),
    creatorName: t.exposeString('creatorName', {
      nullable: true,
      description: 'The name of the user that created the trigger. `creator_name`',
    }),
  };
}

const RepositoryTriggerRunRef = sourceRef<RepositoryTriggerRun>('RepositoryTriggerRun').implement({
  description: 'One run of a trigger. The trigger may have been changed since.',
  fields: (t) => ({
    ...factFields(t),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it ran. `created_at`' }),
    result: t.expose('result', { type: Result, nullable: true, description: 'The result. `result`' }),
    resultRaw: t.exposeString('resultRaw', { nullable: true, description: 'The result as SWR sent it. `result`' }),
    detail: t.exposeString('detail', {
      nullable: true,
      description: "SWR's message about the result; it may be empty. `detail`",
    }),
    tag: t.exposeString('tag', { nullable: true, description: 'The image tag whose push started it. `tag`' }),
  }),
});

/** Runs of a trigger, for estimates. */
const ASSUMED_RUNS = 10;

const RepositoryTriggerRef = sourceRef<RepositoryTrigger>('RepositoryTrigger').implement({
  interfaces: [Node],
  description: 'A trigger: the push of an image tag to a repository updates a workload.',
  fields: (t) => ({
    ...parentFields(t),
    name: t.exposeString('name', { nullable: false, description: 'The name of the trigger. `name`' }),
    ...factFields(t),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the trigger was created. `created_at`',
    }),
    conditionKind: t.expose('conditionKind', {
      type: ConditionKind,
      nullable: true,
      description: 'How the condition selects tags. `trigger_type`',
    }),
    conditionKindRaw: t.exposeString('conditionKindRaw', {
      nullable: true,
      description: 'How the condition selects tags, as SWR sent it. `trigger_type`',
    }),
    mode: t.expose('mode', {
      type: Mode,
      nullable: true,
      description: 'The service that runs the workload. `trigger_mode`',
    }),
    modeRaw: t.exposeString('modeRaw', {
      nullable: true,
      description: 'The service that runs the workload, as SWR sent it. `trigger_mode`',
    }),
    isEnabled: t.exposeBoolean('isEnabled', {
      nullable: true,
      description: 'Whether pushes start the trigger. `enable`',
    }),
    runs: t.field({
      type: [RepositoryTriggerRunRef],
      nullable: true,
      ...listCallCost('swr', ASSUMED_RUNS),
      description:
        'What the trigger has done; it may be empty. Null, with an error, where the name of the trigger cannot be sent in a path. Costs a call for each trigger of a list. `trigger_history`',
      resolve: async (trigger, _args, { session }) => {
        if (trigger instanceof RepositoryTriggerDetail) return exposed(trigger.runs);
        if (!isChildKey(trigger.name))
          throw badUserInput('The name of this trigger cannot be sent in a path: SWR cannot show its runs.');
        return exposed((await showTrigger(session, trigger))?.runs);
      },
    }),
  }),
});

registerNode(RepositoryTriggerRef, {
  key: ['namespace', 'repositoryName', 'name'],
  estimate: lookupEstimate('swr', CHILD_LOOKUP),
  isKey: (key) => isRepositoryKey(parentOf(key)) && isChildKey(key.name),
  load: ({ session }, key, info) =>
    selectedFields(info).has('runs') ? showTrigger(session, key) : repositoryTriggerLoader(session).load(key),
});

builder.objectField(RepositoryRef, 'triggers', (t) =>
  t.field({
    type: unpagedListType(RepositoryTriggerRef, MAX_UNPAGED_ROWS),
    nullable: true,
    description:
      'The triggers of this repository, which update a workload when an image tag is pushed, the first 100 of them. Costs a call. `NOT_SUPPORTED` where the cloud has no such call.',
    ...startsEarly(childListCost, (repository: Repository, _args: object, { session }) =>
      listTriggers(session, repository),
    ),
  }),
);
