// Defines the facts of an account: the root fields `registryOverview`, `registryQuotas`, `imageQuotas` and `osVersions`, with their types.
import { builder } from '../../graph/builder.ts';
import { callCost, listCallCost, listCost } from '../../graph/cost.ts';
import { closedEnum } from '../../graph/enums.ts';
import { withExample } from '../../graph/example.ts';
import { exposed, sourceRef } from '../../graph/exposed.ts';
import { ImageOsType, ImagePlatform } from '../image/type.ts';
import { OS_VERSION_TAGS, type OsPlatform, type OsVersion, type Quota, type RegistryOverview } from './record.ts';
import { listImageQuotas, listOsVersions, listRegistryQuotas, MAX_ROWS, showOverview } from './upstream.ts';

const OsVersionTag = closedEnum('OsVersionTag', 'What images of an operating system are for.', OS_VERSION_TAGS);

const RegistryOverviewRef = sourceRef<RegistryOverview>('RegistryOverview').implement({
  description: 'How much an account has in SWR.',
  fields: (t) => ({
    domainId: t.exposeString('domainId', { nullable: true, description: 'The id of the account. `domain_id`' }),
    domainName: t.exposeString('domainName', { nullable: true, description: 'The name of the account. `domain_name`' }),
    organizationCount: t.expose('organizationCount', {
      type: 'BigInt',
      nullable: true,
      description: 'The number of organizations. `namspace_num`',
    }),
    repositoryCount: t.expose('repositoryCount', {
      type: 'BigInt',
      nullable: true,
      description: 'The number of repositories. `repo_num`',
    }),
    imageCount: t.expose('imageCount', {
      type: 'BigInt',
      nullable: true,
      description: 'The number of images in all repositories: their tags. `image_num`',
    }),
    storage: t.exposeFloat('storage', {
      nullable: true,
      description: 'The storage that the images take; its unit is not documented. `store_space`',
    }),
    downloadTraffic: t.exposeFloat('downloadTraffic', {
      nullable: true,
      description: 'The traffic of downloads; its unit is not documented. `downflow_size`',
    }),
  }),
});

const QuotaRef = sourceRef<Quota>('Quota').implement({
  description: 'How much of something there may be. The numbers are those that the service sent.',
  fields: (t) => ({
    kind: t.exposeString('kind', {
      nullable: false,
      description:
        'What is limited, such as `namespace` in SWR, which calls this `quota_key`, and `image`, `image_shared` or `image_member` in IMS. `type`',
    }),
    used: t.expose('used', { type: 'BigInt', nullable: true, description: 'How much there is. `used`' }),
    limit: t.expose('limit', {
      type: 'BigInt',
      nullable: true,
      description: 'How much there may be. SWR calls it `quota_limit`. `quota`',
    }),
    minimum: t.expose('minimum', {
      type: 'BigInt',
      nullable: true,
      description: 'The smallest value that the limit can be set to; null for SWR, which does not send it. `min`',
    }),
    maximum: t.expose('maximum', {
      type: 'BigInt',
      nullable: true,
      description: 'The largest value that the limit can be set to; null for SWR, which does not send it. `max`',
    }),
    unit: t.exposeString('unit', {
      nullable: true,
      description: 'The unit of the numbers; it may be empty. Null for IMS, which does not send it. `unit`',
    }),
  }),
});

const OsVersionRef = sourceRef<OsVersion>('OsVersion').implement({
  description: 'A version of an operating system that an image may have.',
  fields: (t) => ({
    platform: t.expose('platform', { type: ImagePlatform, nullable: true, description: 'The platform. `platform`' }),
    platformRaw: t.exposeString('platformRaw', {
      nullable: true,
      description: 'The platform as IMS sent it. `platform`',
    }),
    osVersion: t.exposeString('osVersion', {
      nullable: true,
      description: 'The version as `Image.osVersion` has it. `os_version`',
    }),
    osVersionKey: t.exposeString('osVersionKey', {
      nullable: true,
      description: 'The key of the version; mostly the version itself. `os_version_key`',
    }),
    osBit: t.exposeInt('osBit', {
      nullable: true,
      description: 'The word size of the operating system, in bits: 32 or 64. `os_bit`',
    }),
    osType: t.expose('osType', {
      type: ImageOsType,
      nullable: true,
      description: 'The family of the operating system. `os_type`',
    }),
    osTypeRaw: t.exposeString('osTypeRaw', {
      nullable: true,
      description: 'The family of the operating system, as IMS sent it. `os_type`',
    }),
  }),
});

const OsPlatformRef = sourceRef<OsPlatform>('OsPlatform').implement({
  description: 'A platform of operating systems, such as a Linux distribution, with its versions.',
  fields: (t) => ({
    platform: t.expose('platform', { type: ImagePlatform, nullable: true, description: 'The platform. `platform`' }),
    platformRaw: t.exposeString('platformRaw', {
      nullable: true,
      description: 'The platform as IMS sent it. `platform`',
    }),
    versions: t.expose('versions', {
      type: [OsVersionRef],
      nullable: { list: true, items: false },
      ...listCost(20),
      description: 'The versions; null when IMS does not send them. `version_list`',
    }),
  }),
});

const MY_REGISTRY = `# How much my account has in SWR.
query MyRegistry {
  registryOverview {
    domainName
    organizationCount
    repositoryCount
    imageCount
    storage
  }
}
`;

builder.queryField('registryOverview', (t) =>
  t.field({
    type: RegistryOverviewRef,
    nullable: true,
    ...withExample(MY_REGISTRY, callCost('swr')),
    description: "How much the caller's account has in SWR.",
    resolve: (_root, _args, { session }) => showOverview(session),
  }),
);

/** Quotas that a service has. */
const QUOTAS = 10;

const REGISTRY_QUOTAS = `# The quotas of SWR.
query RegistryQuotas {
  registryQuotas { kind used limit }
}
`;

builder.queryField('registryQuotas', (t) =>
  t.field({
    type: [QuotaRef],
    nullable: { list: true, items: false },
    ...withExample(REGISTRY_QUOTAS, listCallCost('swr', QUOTAS, { calls: 1, rows: MAX_ROWS })),
    description: "The quotas of SWR in the caller's project.",
    resolve: async (_root, _args, { session }) => exposed(await listRegistryQuotas(session)) as Quota[],
  }),
);

const IMAGE_QUOTAS = `# The quotas of IMS.
query ImageQuotas {
  imageQuotas { kind used limit minimum maximum }
}
`;

builder.queryField('imageQuotas', (t) =>
  t.field({
    type: [QuotaRef],
    nullable: { list: true, items: false },
    ...withExample(IMAGE_QUOTAS, listCallCost('ims', QUOTAS, { calls: 1, rows: MAX_ROWS })),
    description: "The quotas of IMS in the caller's project.",
    resolve: async (_root, _args, { session }) => exposed(await listImageQuotas(session)) as Quota[],
  }),
);

const ARM_SYSTEMS = `# The operating systems that images for ARM processors may have.
query ArmSystems {
  osVersions(tags: [ARM]) {
    platform
    versions { osVersion osBit osType }
  }
}
`;

builder.queryField('osVersions', (t) =>
  t.field({
    type: [OsPlatformRef],
    nullable: { list: true, items: false },
    ...withExample(ARM_SYSTEMS, listCallCost('ims', 20, { calls: 1, rows: MAX_ROWS })),
    description: 'The operating systems that an image may have, by their platforms.',
    args: {
      tags: t.arg({
        type: [OsVersionTag],
        description: 'Only those with these tags, as IMS combines them; all when none is given. `tag`',
      }),
    },
    resolve: async (_root, { tags }, { session }) => {
      const wanted = new Set(tags ?? []);
      return exposed(
        await listOsVersions(session, [...wanted].map((tag) => OS_VERSION_TAGS.toWire(tag)).sort()),
      ) as OsPlatform[];
    },
  }),
);
