// The world's ModelArts image groups: the document's three; most of the others are named after a repository.
import { cycle, type Random } from './random.ts';
import type { ImageGroup, Repository } from './types.ts';

/** The workspace besides the default `0`: 32 characters of `[0-9a-z]`. */
export const OTHER_WORKSPACE = 'w0rkspace0000000000000000000eu01';

const SERVICE_TYPES = ['COMMON', 'INFERENCE', 'TRAIN', 'DEV', 'UNKNOWN'];
const TYPES = ['DEDICATED', 'DEDICATED', 'BUILD_IN'];
const JOINED_GROUPS = 76;
const WITHOUT_REPOSITORY = ['orphan-trainer', 'mindspore_2_2', 'tensorflow.2.15', 'Upper-Case', 'has space'];

type GroupRow = ImageGroup['row'];

/** The example rows of the document. Source: docs/upstream/modelarts.md#list-image-groups. */
function documentedRows(): GroupRow[] {
  const row = (create_at: number, update_at: number, namespace: string, name: string): GroupRow => {
    return { create_at, name, namespace, update_at, version_count: 1 };
  };
  return [
    row(1652878011643, 1652878531791, 'xxxxx-infer-model-dev', '123'),
    row(1671708630448, 1671708630448, 'op_svc_modelarts_container2', 'pytorch_1_8'),
    row(1671093486722, 1671093486722, 'mock-service1', 'mock-service-python'),
  ];
}

/** Rows named after own repositories (one with slashes among them), then a few without a repository. */
function furtherRows(random: Random, repositories: Repository[], taken: GroupRow[]): GroupRow[] {
  const isTaken = ({ namespace, name }: Repository): boolean =>
    taken.some((row) => row.namespace === namespace && row.name === name);
  const joined = repositories
    .filter((repository) => repository.isOwn && !isTaken(repository))
    .filter(({ name }, index) => index % 2 === 1 || name === 'a/b_c.d')
    .slice(0, JOINED_GROUPS)
    // The number of tags, as `num_images` may be beyond what ModelArts can count.
    .map(({ namespace, name, tags }) => ({ namespace, name, version_count: tags.length }));
  const others = WITHOUT_REPOSITORY.map((name) => ({ namespace: 'data-platform', name, version_count: 2 }));
  return [...joined, ...others].map(({ namespace, name, version_count }, index) => {
    const create_at = 1_600_000_000_000 + index * 1_234_567_891 + random.integer(1000);
    return { create_at, name, namespace, update_at: create_at + random.integer(900_000_000), version_count };
  });
}

/** Creates 84 groups in the default workspace and 6 in the other one, two of which exist in both. */
export function createImageGroups(random: Random, projectId: string, repositories: Repository[]): ImageGroup[] {
  const documented = documentedRows();
  const rows = [...documented, ...furtherRows(random, repositories, documented)];
  const ofOtherWorkspace: GroupRow[] = [
    ...rows.slice(1, 3).map((row) => ({ ...row, version_count: 5 })),
    ...[1, 2, 3, 4].map((number) => ({
      create_at: 1_700_000_000_000 + number * 1_000_003,
      name: `workspace-only-${number}`,
      namespace: 'team.vision__eu',
      update_at: 1_700_500_000_000 + number * 1_000_003,
      version_count: number,
    })),
  ];
  const inWorkspace = (workspaceId: string) => (row: GroupRow, index: number) => {
    return { row, projectId, type: cycle(TYPES, index), serviceType: cycle(SERVICE_TYPES, index), workspaceId };
  };
  return [...rows.map(inWorkspace('0')), ...ofOtherWorkspace.map(inWorkspace(OTHER_WORKSPACE))];
}
