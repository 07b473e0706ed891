// The world's permissions: who may manage, edit and read the own organizations and some of their repositories.
import { cycle } from './random.ts';
import type { Named, Organization, Permissions, Repository, UserAuth } from './types.ts';

const OTHERS: readonly UserAuth[] = [
  { user_id: '3059e6b5562241fda3fa441cca6f228b', user_name: 'admin', auth: 7 },
  { user_id: 'fb3f175c1fd146ab8cdae3272be6107b', user_name: 'build-robot', auth: 3 },
  { user_id: '0504186e6a8010e01f3ec009a7279baa', user_name: 'jürgen', auth: 1 },
  { user_id: '06a1b2c3d4e5f60718293a4b5c6d7e8f', user_name: 'auditor', auth: 1 },
];

/** Creates the permissions. The caller is also one of the others in every second organization or repository. */
export function createPermissions(
  user: Named,
  organizations: Organization[],
  repositories: Repository[],
): Permissions[] {
  const create = (namespace: string, repository: string | null, creator_name: string, index: number): Permissions => {
    const self = { user_id: user.id, user_name: user.name, auth: cycle([7, 3, 1, 7], index) };
    const others = OTHERS.slice(0, index % (OTHERS.length + 1));
    return { namespace, repository, creator_name, self, others: index % 2 === 1 ? [self, ...others] : others };
  };
  return [
    ...organizations.map(({ name }, index) => create(name, null, cycle(['admin', user.name, 'jürgen'], index), index)),
    ...repositories.map(({ namespace, name, creator_name }, index) => create(namespace, name, creator_name, index)),
  ];
}
