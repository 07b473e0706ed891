// The world's triggers: what the push of a tag updates in a cluster.
import { cycle, type Random } from './random.ts';
import type { Repository, Trigger, TriggerRow } from './types.ts';

const CONDITIONS = [
  ['all', '.*'],
  ['tag', 'latest'],
  ['regular', '^v\\d+\\.\\d+$'],
] as const;

/** The number of triggers: every kind for one repository, one or two for a few. */
function countFor({ isOwn, name }: Repository, index: number): number {
  if (name === 'a/b_c.d') return 6;
  return isOwn && index % 8 === 3 ? 1 + (index % 2) : 0;
}

function createTrigger(random: Random, repository: Repository, position: number, number: number): Trigger {
  const isCce = number % 4 !== 3;
  const [trigger_type, condition] = cycle(CONDITIONS, position);
  const { enable, ...row }: Omit<TriggerRow, 'name' | 'trigger_type' | 'trigger_mode'> = {
    action: 'update',
    app_type: cycle(['deployments', 'statefulsets'], position),
    application: cycle(['web', 'api-server', 'worker'], number),
    // A CCI trigger has no cluster.
    cluster_id: isCce ? random.uuid() : '',
    cluster_name: isCce ? cycle(['production', 'staging'], number) : '',
    cluster_ns: cycle(['default', 'shop'], number),
    condition,
    container: number % 3 === 0 ? '' : 'main',
    creator_name: repository.creator_name,
    created_at: repository.created,
    enable: number % 3 === 1 ? 'false' : 'true',
  };
  const history = Array.from({ length: (number + 1) % 4 }, (_, age) => ({
    ...row,
    created_at: new Date(Date.parse(repository.updated) - age * 86_400_000).toISOString(),
    result: age === 1 ? 'failed' : 'success',
    detail: age === 1 ? 'The workload was not found.' : '',
    tag: repository.tags.at(-1 - age) ?? 'latest',
  }));
  const kind = { trigger_type, trigger_mode: isCce ? 'cce' : 'cci' };
  return {
    namespace: repository.namespace,
    repository: repository.name,
    row: { name: `Update-${trigger_type}_${number}`, ...row, ...kind, enable },
    history,
  };
}

/** Creates the triggers, all of own repositories. */
export function createTriggers(random: Random, repositories: Repository[]): Trigger[] {
  const places = repositories.flatMap((repository, index) =>
    Array.from({ length: countFor(repository, index) }, (_, position) => ({ repository, position })),
  );
  return places.map(({ repository, position }, number) => createTrigger(random, repository, position, number));
}
