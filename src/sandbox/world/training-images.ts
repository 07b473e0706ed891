// The world's ModelArts images: the versions of the own image groups, and the built-in ones, the document's two first.
import { cycle, type Random } from './random.ts';
import { REGISTRY } from './repositories.ts';
import type { ImageGroup, Repository, TrainingImage } from './types.ts';

/** The access address and the id of an instance of the registry's enterprise edition. */
const ENTERPRISE = {
  registry: 'team-registry.swr-pro.eu-de.sandbox.example.com',
  id: 'f1d2a3b4-0000-4000-8000-00000000e001',
};
const BUILT_IN_COUNT = 14;

const ARCHITECTURES = ['x86_64', 'X86_64', 'aarch64', 'x86_64', 'AARCH64'];
/** Active ones are most frequent. */
const STATUSES = [
  'ACTIVE',
  'ACTIVE',
  'CREATING',
  'ACTIVE',
  'ERROR',
  'ACTIVE',
  'INIT',
  'ACTIVE',
  'CREATE_FAILED',
  'ACTIVE',
  'DELETED',
];
const VISIBILITIES = ['PRIVATE', 'PRIVATE', 'PUBLIC', 'HIDDEN'];
const ORIGINS = ['CUSTOMIZE', 'IMAGE_SAVE'];
const SERVICES = ['COMMON', 'INFERENCE', 'TRAIN', 'DEV', 'UNKNOWN'];
const DEV_SERVICES = [['NOTEBOOK', 'SSH'], ['SSH'], [], ['AI_FLOW', 'SSH']];
const CATEGORIES = [['GPU', 'CPU'], ['CPU'], ['ASCEND'], ['GPU']];
const HUGE_INDEX = 4;

type Row = TrainingImage['row'];

/** The tag of a version: one of the repository's, or one that is no longer there. */
function tagOf(repository: Repository | undefined, version: number, index: number): string {
  const tag = repository?.tags[version];
  if (repository === undefined) return `${version + 1}.0.0`;
  return tag === undefined || index % 9 === 5 ? `removed-${index}` : tag;
}

/** Fields that not every row has. */
function optionalFields(random: Random, index: number, status: string): Partial<Row> {
  const size = index === HUGE_INDEX ? 9007199254740993n : 800_000 + random.integer(30_000_000);
  const isUnfinished = status === 'INIT' || status === 'CREATING';
  return {
    ...(isUnfinished ? {} : { size }),
    ...(status === 'ERROR' || status === 'CREATE_FAILED' ? { status_message: 'Pushing the image failed.' } : {}),
    ...(index % 3 === 0 ? {} : { description: cycle(['', 'Größe & Qualität: "geprüft"', 'two\nlines'], index) }),
    ...(index % 4 === 1 ? { flavor_type: cycle(['ASCEND_SNT9', 'ASCEND_SNT9B', 'ASCEND_SNT3'], index) } : {}),
    ...(index % 5 === 2 ? { show_name: `Training image ${index}`, show_tag: `shown-${index}` } : {}),
    ...(index % 6 === 3
      ? {
          tags: [
            { key: 'team', value: 'vision' },
            { key: 'größe', value: '' },
          ],
        }
      : {}),
  };
}

/** One version of a group: `version` counts from 0, `index` over all images. */
function versionOf(
  random: Random,
  group: ImageGroup,
  repository: Repository | undefined,
  version: number,
  index: number,
): TrainingImage {
  const { namespace, name, create_at, update_at, version_count } = group.row;
  const status = cycle(STATUSES, index);
  const tag = tagOf(repository, version, index);
  const isEnterprise = index % 13 === 7;
  const path = repository?.path ?? `${REGISTRY}/${namespace}/${name}`;
  // The group is as old as its first version, and was changed with its last one.
  const timeAt = (position: number): number =>
    create_at + Math.floor(((update_at - create_at) * position) / version_count);
  return {
    row: {
      id: random.uuid(),
      name,
      namespace,
      tag,
      swr_path: `${isEnterprise ? path.replace(/^[^/]*/, ENTERPRISE.registry) : path}:${tag}`,
      arch: cycle(ARCHITECTURES, index),
      type: 'DEDICATED',
      visibility: cycle(VISIBILITIES, index),
      origin: cycle(ORIGINS, index),
      service_type: group.serviceType,
      dev_services: cycle(DEV_SERVICES, index),
      resource_categories: cycle(CATEGORIES, index),
      status,
      create_at: timeAt(version),
      update_at: timeAt(version + 1),
      workspace_id: group.workspaceId,
      ...(isEnterprise ? { swr_instance_id: ENTERPRISE.id } : {}),
      ...optionalFields(random, index, status),
    },
    projectId: group.projectId,
    supportedCategories: cycle(CATEGORIES, index),
  };
}

/** The example rows of the document. Source: docs/upstream/modelarts.md#list-images. */
function documentedRows(): Row[] {
  const standard = { arch: 'x86_64', type: 'BUILD_IN', status: 'ACTIVE', workspace_id: '0' };
  const times = { create_at: 1638841805439, update_at: 1638234504492 };
  const modelbox = '1.3.0-20221027202714-160a680';
  const pytorch = 'pytorch_1.8.0-cuda_10.2-py_3.7-ubuntu_18.04-x86_64-20220926104358-041ba2e';
  return [
    {
      ...{ ...standard, ...times, id: 'e1a07296-22a8-4f05-8bc8-e936c8e54103', service_type: 'TRAIN' },
      ...{ name: 'modelbox1.3.0-libtorch1.9.1-cuda10.2-cudnn8-euler2.9.6', tag: modelbox },
      swr_path: `swr.xxx.com/atelier/modelarts-modelbox-libtorch-gpu-x86:${modelbox}`,
      description:
        'AI inference application development, preconfigured ModelBox and AI engine LibTorch, only SSH connection supported.',
      dev_services: ['AI_FLOW', 'SSH'],
      resource_categories: ['GPU'],
    },
    {
      ...{ ...standard, ...times, id: '278e88d1-5b71-4766-8502-b3ba72e824d9', service_type: 'COMMON' },
      ...{ name: 'pytorch1.8-cuda10.2-cudnn7-ubuntu18.04', tag: pytorch },
      swr_path: `swr.xxx.com/atelier/pytorch_1_8:${pytorch}`,
      description: 'CPU and GPU general algorithm development and training, preconfigured with AI engine PyTorch1.8',
      dev_services: ['NOTEBOOK', 'SSH'],
      resource_categories: ['GPU', 'CPU'],
    },
  ];
}

/** Further built-in images; as in the document they have no namespace, size and visibility. */
function builtInRow(random: Random, index: number): Row {
  const engine = cycle(['pytorch', 'mindspore', 'tensorflow'], index);
  const tag = `${engine}_${1 + (index % 3)}.${index}-${random.hex(7)}`;
  return {
    id: random.uuid(),
    name: `${engine}${1 + (index % 3)}.${index}-ubuntu22.04`,
    tag,
    swr_path: `${REGISTRY}/atelier/${engine}:${tag}`,
    arch: cycle(ARCHITECTURES, index),
    type: 'BUILD_IN',
    service_type: cycle(SERVICES, index),
    dev_services: cycle(DEV_SERVICES, index),
    resource_categories: cycle(CATEGORIES, index),
    status: 'ACTIVE',
    create_at: 1_660_000_000_000 + index * 1_000_000_007,
    update_at: 1_660_000_500_000 + index * 1_000_000_007,
    ...(index % 4 === 3 ? {} : { workspace_id: '0' }),
  };
}

/** Creates as many images for each own group as its version count says, then the built-in ones, which all projects see. */
export function createTrainingImages(
  random: Random,
  groups: ImageGroup[],
  repositories: Repository[],
): TrainingImage[] {
  const byName = new Map(repositories.map((repository) => [`${repository.namespace}/${repository.name}`, repository]));
  const own: TrainingImage[] = [];
  for (const group of groups) {
    if (group.type !== 'DEDICATED') continue;
    const repository = byName.get(`${group.row.namespace}/${group.row.name}`);
    for (let version = 0; version < group.row.version_count; version += 1) {
      own.push(versionOf(random, group, repository, version, own.length));
    }
  }
  const builtIn = Array.from({ length: BUILT_IN_COUNT }, (_, index) => builtInRow(random, index));
  const shared = [...documentedRows(), ...builtIn].map((row) => {
    return { row, projectId: null, supportedCategories: row.resource_categories };
  });
  return [...own, ...shared];
}
