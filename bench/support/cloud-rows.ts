// The records of the cloud that the targets are measured on: all of ordinary shape, with no number beyond those of a double.
import { createRandom, cycle } from '../../src/sandbox/world/random.ts';
import { imageRows } from './prepared-images.ts';

/** Records of each kind; a page of Q1 at its largest. */
const ROWS = 1_000;
const LOGS = 40;

const random = createRandom(14);
const CATEGORIES = ['app_server', 'linux', 'framework_app', 'database', 'lang', 'other', 'windows', 'arm'];
const NAMESPACES = ['group', 'data-platform', 'team-vision'];

/** A time as SWR writes it, with six fraction digits. */
const time = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${100_001 + (seconds % 7)}Z`;

export interface CloudRepository {
  readonly namespace: string;
  readonly name: string;
  readonly row: object;
  readonly detail: object;
}

/** Repositories, as a row of the list and as a detail. */
export const repositories: readonly CloudRepository[] = Array.from({ length: ROWS }, (_, index) => {
  const [namespace, name] = [cycle(NAMESPACES, index), `${cycle(['gateway', 'billing', 'vision'], index)}-${index}`];
  const [created, updated] = [time(1_530_000_000 + index * 61_195), time(1_560_000_000 + index * 71_195)];
  const tags = Array.from({ length: index % 6 }, (_, tag) => (tag === 0 ? 'latest' : `v${index}.${tag}`));
  const facts = {
    ...{ name, category: cycle(CATEGORIES, index), description: 'containerops', size: random.integer(2 ** 31) },
    ...{ is_public: index % 5 === 0, num_images: tags.length, num_download: random.integer(50_000), url: '' },
    path: `swr.eu-de.example.com/${namespace}/${name}`,
    internal_path: `10.125.0.198:20202/${namespace}/${name}`,
  };
  const list = { created_at: created, updated_at: updated, logo: '', domain_name: 'domain', namespace, tags };
  const ofDetail = {
    id: 20_000_000 + index,
    ns_id: 1_204 + (index % 3),
    creator_id: random.hex(32),
    domain_id: random.hex(32),
  };
  const row = { ...facts, ...list, status: false, total_range: ROWS };
  return {
    namespace,
    name,
    row,
    detail: { ...facts, ...ofDetail, creator_name: 'admin', created, updated, priority: index % 4 },
  };
});

const RULES = [
  '{"template":"tag_rule","params":{"num":"7"},"tag_selectors":[]}',
  '{"template":"date_rule","params":{"days":"30"},"tag_selectors":[{"kind":"label","pattern":"latest"}]}',
];

/** The retention logs of a repository, newest first. */
export const retentionLogs = (namespace: string, repo: string) =>
  Array.from({ length: LOGS }, (_, index) => ({
    ...{
      created_at: time(1_590_000_000 - index * 43_200),
      id: 10_000 + LOGS - index,
      namespace,
      repo,
      retention_id: 92,
    },
    ...{ rule_type: cycle(RULES, index), tag: `build-${LOGS - index}` },
  }));

/** The properties that the document's example has, and the size: 100 such rows are about 70 kB. */
const DOCUMENTED = new Set([
  ...[
    'id',
    'name',
    'status',
    'visibility',
    'owner',
    'protected',
    'container_format',
    'disk_format',
    'min_disk',
    'min_ram',
  ],
  ...['size', 'virtual_size', 'checksum', 'tags', 'created_at', 'updated_at', 'schema', 'self', 'file', '__os_type'],
  ...['__platform', '__os_bit', '__os_version', '__isregistered', '__imagetype', '__image_size', 'virtual_env_type'],
]);

/** Images, with the properties of the document's example or with all that the sandbox has. */
export const images = (isFull: boolean): readonly object[] =>
  isFull
    ? imageRows(ROWS)
    : imageRows(ROWS).map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => DOCUMENTED.has(name))));

export const imageGroups = Array.from({ length: ROWS }, (_, index) => {
  const createdAt = 1_600_000_000_000 + index * 1_234_567;
  const { namespace, name } = repositories[index] as CloudRepository;
  return {
    create_at: createdAt,
    name,
    namespace,
    update_at: createdAt + random.integer(900_000),
    version_count: 1 + (index % 9),
  };
});
