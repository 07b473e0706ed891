// What the trial kind changes in files of the repository: a text that a file has once, and what takes its place.

export interface Edit {
  readonly file: string;
  readonly text: string;
  readonly becomes: string;
}

/** Adds lines before one. */
const before = (file: string, text: string, added: string): Edit => ({ file, text, becomes: `${added}\n${text}` });

export const EDITS: readonly Edit[] = [
  before('src/resources/index.ts', "import './retention-log/type.ts';", "import './department/type.ts';"),

  before('src/sandbox/cloud.ts', '  listOrganizations,\n', '  listDepartments,'),
  before('src/sandbox/cloud.ts', '  showOrganization,\n', '  showDepartment,'),
  before(
    'src/sandbox/cloud.ts',
    "  swr('/v2/manage/namespaces', listOrganizations),",
    `  swr('/v2/manage/departments', listDepartments),
  swr('/v2/manage/departments/{namespace}', showDepartment),`,
  ),
  before(
    'src/sandbox/swr/organizations.ts',
    '/** Shows one organization.',
    `const departmentOf = ({ id, name, headName }: Organization) => ({ id, name, head_name: headName });

/** Lists the departments of the own organizations: all of them in one response. */
export function listDepartments({ world }: SandboxState): SandboxResponse {
  const own = world.organizations.filter(({ domainName }) => domainName === world.domain.name);
  return jsonResponse(200, { departments: own.map(departmentOf) });
}

/** Shows the department of one organization. */
export function showDepartment(state: SandboxState, request: SandboxRequest): SandboxResponse {
  return jsonResponse(200, departmentOf(findOwnOrganization(state, request)));
}
`,
  ),
  before(
    'src/sandbox/world/types.ts',
    '  /** The account that owns it; `world.domain.name` for own ones. */',
    '  headName: string;',
  ),
  {
    file: 'src/sandbox/world/repositories.ts',
    text: '({ id, name, domainName })),',
    becomes: "({ id, name, domainName, headName: 'admin' })),",
  },
  {
    file: 'src/sandbox/world/repositories.ts',
    text: '({ id, name, domainName: owner })),',
    becomes: "({ id, name, domainName: owner, headName: 'partner' })),",
  },
  before(
    'README.md',
    '| `Image` |',
    '| `Department` | who an organization of SWR belongs to | `department(namespace)`, `departments` |',
  ),
];
