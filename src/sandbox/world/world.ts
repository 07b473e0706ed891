// The data of all services of the sandbox, in the shapes of the wire; the same at every start.

import { createAccessories } from './accessories.ts';
import { createImageGroups, OTHER_WORKSPACE } from './image-groups.ts';
import { createImageMembers } from './image-members.ts';
import { IMAGE_QUOTAS } from './image-quotas.ts';
import { createImages } from './images.ts';
import { createOsVersions } from './os-versions.ts';
import { createPermissions } from './permissions.ts';
import { createRandom } from './random.ts';
import { createOrganizations, createRepositories } from './repositories.ts';
import { createRetentionLogs } from './retention-logs.ts';
import { createRetentionPolicies } from './retention-policies.ts';
import { createShares } from './shares.ts';
import { createRepositoryTags } from './tags.ts';
import { createTrainingImages } from './training-images.ts';
import { createTriggers } from './triggers.ts';
import type { Named, World } from './types.ts';

export interface WorldOptions {
  /** The number of images, invisible ones included. */
  imageCount?: number;
  /** The number of own repositories. */
  repositoryCount?: number;
}

/** Creates the world. Shape: deeply equal for equal options. */
export function createWorld(options: WorldOptions = {}): World {
  const domain = { id: 'da44776c316c4a99b3683bb174f8821b', name: 'OTC-EU-DE-00000000001000000042' };
  const projects: [Named, Named] = [
    { id: '77b6a44cba5143ab91d13ab9a8ff44fd', name: 'eu-de' },
    { id: '5e1c0de5b0b14f0e9a3b7d2f6c8a9e01', name: 'eu-de_empty' },
  ];
  const organizations = createOrganizations(domain.name);
  const repositories = createRepositories(createRandom(1), organizations, domain, options.repositoryCount ?? 190);
  const user = { id: '7116d09f88fa41908676fdd4b039e95b', name: 'sandbox-user', password: 'Sandbox-Passw0rd!' };
  const own = organizations.filter(({ domainName }) => domainName === domain.name);
  const ownRepositories = repositories.filter(({ isOwn }) => isOwn);
  const tags = createRepositoryTags(repositories);
  const retentionLogs = createRetentionLogs(createRandom(2), repositories);
  const images = createImages(createRandom(3), projects[0].id, options.imageCount ?? 320);
  const imageGroups = createImageGroups(createRandom(4), projects[0].id, repositories);
  return {
    domain,
    user,
    projects,
    tokens: {
      valid: 'sandbox-token-gAAAAABkZ3Jh-aW1hZ2UtZ3JhcGgtc2FuZGJveA-7f3b1c9d5e8a4f60b2d4c6e8a0f1d3b5',
      expired: 'sandbox-token-expired',
    },
    organizations,
    repositories,
    tags,
    accessories: createAccessories(createRandom(11), tags),
    permissions: createPermissions(user, own, ownRepositories),
    shares: createShares(createRandom(12), repositories),
    retentionPolicies: createRetentionPolicies(repositories, retentionLogs),
    retentionLogs,
    triggers: createTriggers(createRandom(13), repositories),
    images,
    imageMembers: createImageMembers(createRandom(31), projects[0].id, images),
    imageQuotas: IMAGE_QUOTAS,
    osVersions: createOsVersions(),
    imageGroups,
    trainingImages: createTrainingImages(createRandom(32), imageGroups, repositories),
    workspaceIds: ['0', OTHER_WORKSPACE],
  };
}
