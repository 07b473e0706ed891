// What the trial kind changes in files of the repository: a text that a file has once, and what takes its place.

export interface Edit {
  readonly file: string;
  readonly text: string;
  readonly becomes: string;
}

/** Adds lines before one. */
const before = (file: string, text: string, added: string): Edit => ({ file, text, becomes: `${added}\n${text}` });
/** Adds lines after one. */
const after = (file: string, text: string, added: string): Edit => ({ file, text, becomes: `${text}\n${added}` });

export const EDITS: readonly Edit[] = [
  after('src/resources/index.ts', "import './image-group/type.ts';", "import './registry-instance/type.ts';"),

  after(
    'src/sandbox/cloud.ts',
    "import { rejectSwrToken } from './swr/errors.ts';",
    "import { listInstances, showInstance } from './swr/instances.ts';",
  ),
  before(
    'src/sandbox/cloud.ts',
    "  swr('/v2/manage/overview', showOverview),",
    `  swr('/v2/{project_id}/instances', listInstances),
  swr('/v2/{project_id}/instances/{instance_id}', showInstance),`,
  ),
  after(
    'src/sandbox/world/types.ts',
    "// The types of the sandbox's data: records with the names, values and shapes of the wire.",
    "import type { Instance } from './instances.ts';",
  ),
  before('src/sandbox/world/types.ts', '  imageGroups: ImageGroup[];', '  instances: Instance[];'),
  after(
    'src/sandbox/world/world.ts',
    "import { createImages } from './images.ts';",
    "import { INSTANCES } from './instances.ts';",
  ),
  before('src/sandbox/world/world.ts', "    workspaceIds: ['0', OTHER_WORKSPACE],", '    instances: INSTANCES,'),
  before(
    'src/client/operations/node.graphql',
    '  ... on Organization {',
    '  ... on RegistryInstance {\n    instanceId\n  }',
  ),
  before(
    'README.md',
    '| `Image` | a machine image in IMS',
    '| `RegistryInstance` | an instance of the enterprise edition of SWR | `registryInstance(instanceId)`, `registryInstances` |',
  ),
  {
    file: 'README.md',
    text: '`versions` (its `TrainingImage`s)',
    becomes: '`versions` (its `TrainingImage`s), `registryInstance`',
  },
];
