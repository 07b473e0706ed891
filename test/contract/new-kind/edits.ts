// What the trial kind changes in files of the repository: a text that a file has once, and what takes its place.

export interface Edit {
  readonly file: string;
  readonly text: string;
  readonly becomes: string;
}

/** Adds lines before one. */
const before = (file: string, text: string, added: string): Edit => ({ file, text, becomes: `${added}\n${text}` });

export const EDITS: readonly Edit[] = [
  before('src/resources/index.ts', "import './retention-log/type.ts';", "import './organization/type.ts';"),

  before('src/sandbox/cloud.ts', '  listOwnRepositories,\n', '  listOrganizations,'),
  before('src/sandbox/cloud.ts', '  showRepository,\n', '  showOrganization,'),
  before(
    'src/sandbox/cloud.ts',
    "  swr('/v2/manage/namespaces/{namespace}/repos/{repository}', showRepository),",
    `  swr('/v2/manage/namespaces', listOrganizations),
  swr('/v2/manage/namespaces/{namespace}', showOrganization),`,
  ),
  before(
    'src/sandbox/swr/routes.ts',
    '/** Lists the retention logs of one repository',
    `type Organization = SandboxState['world']['organizations'][number];
const recordOf = ({ id, name, creatorName }: Organization) => ({ id, name, creator_name: creatorName });

/** Lists the own organizations: all of them in one response. */
export function listOrganizations({ world }: SandboxState): SandboxResponse {
  const own = world.organizations.filter(({ domainName }) => domainName === world.domain.name);
  return jsonResponse(200, { namespaces: own.map(recordOf) });
}

/** Shows one organization. */
export function showOrganization({ world }: SandboxState, request: SandboxRequest): SandboxResponse {
  const name = readPathValue(request, 'namespace');
  const found = world.organizations.find((organization) => organization.name === name);
  if (found === undefined) throw swrError(404, '4040058', 'namespace not found');
  return jsonResponse(200, recordOf(found));
}
`,
  ),
  before(
    'src/sandbox/world/types.ts',
    '  /** The account that owns it; `world.domain.name` for own ones. */',
    '  creatorName: string;',
  ),
  {
    file: 'src/sandbox/world/repositories.ts',
    text: '({ id, name, domainName })),',
    becomes: "({ id, name, domainName, creatorName: 'admin' })),",
  },
  {
    file: 'src/sandbox/world/repositories.ts',
    text: '({ id, name, domainName: owner })),',
    becomes: "({ id, name, domainName: owner, creatorName: 'partner' })),",
  },
  before(
    'README.md',
    '| `Image` |',
    '| `Organization` | the namespace of SWR repositories | `organization(namespace)`, `organizations` |',
  ),
];
