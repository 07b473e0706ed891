// The world's shares: which accounts may pull an own repository, and until when.
import { cycle, type Random } from './random.ts';
import type { Repository, Share } from './types.ts';

/** Days until the deadline: the first of a repository is always in force. */
const DEADLINES = [
  [null, 90, -30],
  [3, -30, null],
  [400, 3, -1],
] as const;
/** More than the 100 that the list shows. */
const MANY = 103;
const ACCOUNTS = ['partner_account', 'vendor-account', 'OTC-EU-DE-00000000001000000077', 'Research'];

function countFor({ name }: Repository, index: number): number {
  if (name === 'base/images/ubuntu/22.04') return MANY;
  if (name === 'double__underscore') return 100;
  return name === 'a/b_c.d' ? 3 : 1 + (index % 3);
}

/** Creates the shares of the own repositories that are shared. */
export function createShares(random: Random, repositories: Repository[]): Share[] {
  return repositories.flatMap((repository, index) => {
    if (!repository.isOwn || repository.sharing === 'none') return [];
    const deadlines = repository.name === 'a/b_c.d' ? DEADLINES[1] : cycle(DEADLINES, index);
    return Array.from({ length: countFor(repository, index) }, (_, position) => ({
      namespace: repository.namespace,
      repository: repository.name,
      access_domain: ACCOUNTS[position] ?? `account-${String(position).padStart(3, '0')}`,
      endsInDays: cycle(deadlines, position),
      hasMilliseconds: position % 2 === 0,
      description: cycle(['', 'for the partners', 'Größe & "Qualität"'], position),
      creator_id: random.hex(32),
      creator_name: repository.creator_name,
      created: repository.created,
      updated: repository.updated,
    }));
  });
}
