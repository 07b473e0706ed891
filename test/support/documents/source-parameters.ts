// The request parameters that the five source documents name, and what answers each: an argument, a setting, or the paging
// of the connection. Written from the documents, not from src/.
import type { SourceDocument } from './source-documents.ts';

/** Parameters by their REST names, decoded; a list where a name is sent several times. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

/** An argument of the graph: its coordinate, a root field that gives it a value of its own, and what that must send. */
export type Argument = readonly [rest: string, at: string, rootField: string, sent: Parameters];

/** The parameters of one document. */
export interface Request {
  readonly arguments: readonly Argument[];
  /** Answered by `first`, `after`, `last` and `before`. */
  readonly paging: readonly string[];
  /** Answered by a setting of the operator, or a header of the caller. */
  readonly settings: readonly string[];
  /** What is sent without any argument that need not be given: the required ones, the page, and what a walk rests on. */
  readonly always: Parameters;
}

const FIRST_PAGE = { limit: '25', offset: '0' };
const RETENTION_LOGS = 'retentionLogs(namespace: "o1", repositoryName: "team/app.v2")';
const REPOSITORY = 'repository(namespace: "o1", name: "team/app.v2")';
const TEAM_APP = { namespace: 'o1', repository: 'team/app.v2' };
const UUID = 'bc6bed6e-ba3a-4447-afcc-449174a3eb52';

const filtered = (filter: string) => `images(filter: { ${filter} })`;
const groups = (filter: string) => `imageGroups(filter: { ${filter} })`;

export const REQUESTS: Readonly<Record<SourceDocument, Request>> = {
  'swr-list-shared-repositories': {
    arguments: [
      ['center', 'Query.sharedRepositories(center:)', 'sharedRepositories(center: SELF)', { center: 'self' }],
      [
        'name',
        'Query.sharedRepositories(name:)',
        'sharedRepositories(center: THIRD_PARTY, name: "busy box/v=1+2")',
        { center: 'thirdparty', name: 'busy box/v=1+2' },
      ],
    ],
    paging: ['limit', 'offset'],
    settings: [],
    always: FIRST_PAGE,
  },
  'swr-show-repository': {
    arguments: [
      ['namespace', 'Query.repository(namespace:)', REPOSITORY, TEAM_APP],
      ['repository', 'Query.repository(name:)', REPOSITORY, TEAM_APP],
    ],
    paging: [],
    settings: ['Content-Type', 'X-Auth-Token'],
    always: {},
  },
  'swr-list-retention-histories': {
    arguments: [
      ['namespace', 'Query.retentionLogs(namespace:)', RETENTION_LOGS, TEAM_APP],
      ['repository', 'Query.retentionLogs(repositoryName:)', RETENTION_LOGS, TEAM_APP],
    ],
    // `filter` is another spelling of the other two, which are documented to stand alone.
    paging: ['limit', 'offset', 'filter'],
    settings: ['Content-Type', 'X-Auth-Token'],
    always: FIRST_PAGE,
  },
  'modelarts-list-image-groups': {
    arguments: [
      ['name', 'ImageGroupFilter.name', groups('name: "pytorch_1.8-x"'), { name: 'pytorch_1.8-x' }],
      [
        'name_fuzzy_match',
        'ImageGroupFilter.nameFuzzyMatch',
        groups('nameFuzzyMatch: false'),
        { name_fuzzy_match: 'false' },
      ],
      ['namespace', 'ImageGroupFilter.namespace', groups('namespace: "o2"'), { namespace: 'o2' }],
      ['service_type', 'ImageGroupFilter.serviceType', groups('serviceType: UNKNOWN'), { service_type: 'UNKNOWN' }],
      [
        'sort_dir',
        'ImageGroupOrder.direction',
        'imageGroups(orderBy: { fields: NAME, direction: ASC })',
        { sort_key: 'name', sort_dir: 'ASC' },
      ],
      [
        'sort_key',
        'ImageGroupOrder.fields',
        'imageGroups(orderBy: { fields: [VERSION_COUNT, CREATED_AT], direction: DESC })',
        { sort_key: 'version_count,create_at', sort_dir: 'DESC' },
      ],
      ['type', 'ImageGroupFilter.type', groups('type: DEDICATED'), { type: 'DEDICATED' }],
      ['workspace_id', 'ImageGroupFilter.workspaceId', groups('workspaceId: "w1"'), { workspace_id: 'w1' }],
    ],
    paging: ['limit', 'offset'],
    settings: ['project_id'],
    always: { ...FIRST_PAGE, project_id: 'project-1' },
  },
  'ims-list-images': {
    arguments: [
      ['__isregistered', 'ImageFilter.isRegistered', filtered('isRegistered: true'), { __isregistered: 'true' }],
      ['__imagetype', 'ImageFilter.imageType', filtered('imageType: MARKET'), { __imagetype: 'market' }],
      ['protected', 'ImageFilter.isProtected', filtered('isProtected: false'), { protected: 'false' }],
      ['visibility', 'ImageFilter.visibility', filtered('visibility: COMMUNITY'), { visibility: 'community' }],
      ['owner', 'ImageFilter.owner', filtered('owner: "a&b=c d"'), { owner: 'a&b=c d' }],
      ['id', 'ImageFilter.imageId', filtered(`imageId: "${UUID}"`), { id: UUID }],
      ['status', 'ImageFilter.status', filtered('status: KILLED'), { status: 'killed' }],
      ['name', 'ImageFilter.name', filtered('name: "Größe: 100% + #1?|$"'), { name: 'Größe: 100% + #1?|$' }],
      [
        'container_format',
        'ImageFilter.containerFormat',
        filtered('containerFormat: "ovf"'),
        { container_format: 'ovf' },
      ],
      ['disk_format', 'ImageFilter.diskFormat', filtered('diskFormat: "vmdk"'), { disk_format: 'vmdk' }],
      ['min_ram', 'ImageFilter.minRam', filtered('minRam: 0'), { min_ram: '0' }],
      ['min_disk', 'ImageFilter.minDisk', filtered('minDisk: 1024'), { min_disk: '1024' }],
      ['__os_bit', 'ImageFilter.osBit', filtered('osBit: 32'), { __os_bit: '32' }],
      ['__platform', 'ImageFilter.platform', filtered('platform: "Oracle Linux"'), { __platform: 'Oracle Linux' }],
      [
        'sort_key',
        'ImageOrder.field',
        'images(orderBy: { field: CONTAINER_FORMAT, direction: DESC })',
        { sort_key: 'container_format', sort_dir: 'desc' },
      ],
      [
        'sort_dir',
        'ImageOrder.direction',
        'images(orderBy: { field: CREATED_AT, direction: ASC })',
        { sort_key: 'created_at', sort_dir: 'asc' },
      ],
      ['__os_type', 'ImageFilter.osType', filtered('osType: OTHER'), { __os_type: 'Other' }],
      ['tag', 'ImageFilter.tags', filtered('tags: ["a=b", "c d&e"]'), { tag: ['a=b', 'c d&e'] }],
      ['member_status', 'ImageFilter.memberStatus', filtered('memberStatus: PENDING'), { member_status: 'pending' }],
      ['__support_kvm', 'ImageFilter.supportsKvm', filtered('supportsKvm: true'), { __support_kvm: 'true' }],
      ['__support_xen', 'ImageFilter.supportsXen', filtered('supportsXen: true'), { __support_xen: 'true' }],
      [
        '__support_largememory',
        'ImageFilter.supportsLargeMemory',
        filtered('supportsLargeMemory: true'),
        { __support_largememory: 'true' },
      ],
      [
        '__support_diskintensive',
        'ImageFilter.supportsDiskIntensive',
        filtered('supportsDiskIntensive: true'),
        { __support_diskintensive: 'true' },
      ],
      [
        '__support_highperformance',
        'ImageFilter.supportsHighPerformance',
        filtered('supportsHighPerformance: true'),
        { __support_highperformance: 'true' },
      ],
      [
        '__support_xen_gpu_type',
        'ImageFilter.xenGpuType',
        filtered('xenGpuType: "x1"'),
        { __support_xen_gpu_type: 'x1' },
      ],
      [
        '__support_kvm_gpu_type',
        'ImageFilter.kvmGpuType',
        filtered('kvmGpuType: "k1"'),
        { __support_kvm_gpu_type: 'k1' },
      ],
      [
        '__support_xen_hana',
        'ImageFilter.supportsXenHana',
        filtered('supportsXenHana: true'),
        { __support_xen_hana: 'true' },
      ],
      [
        '__support_kvm_infiniband',
        'ImageFilter.supportsKvmInfiniband',
        filtered('supportsKvmInfiniband: true'),
        { __support_kvm_infiniband: 'true' },
      ],
      [
        'created_at',
        'ImageFilter.createdAt',
        filtered('createdAt: { lt: "2018-10-28T10:00:00Z" }'),
        { created_at: 'lt:2018-10-28T10:00:00Z' },
      ],
      [
        'updated_at',
        'ImageFilter.updatedAt',
        filtered('updatedAt: { neq: "2018-10-29T11:00:00Z" }'),
        { updated_at: 'neq:2018-10-29T11:00:00Z' },
      ],
    ],
    paging: ['marker', 'limit'],
    settings: [],
    // One row more than the page, as there is no total. The order is the default one: a walk by marker rests on it, so it is said.
    always: { limit: '26', sort_key: 'created_at', sort_dir: 'desc' },
  },
};

/** Arguments that repeat a documented parameter; beside what they send, the lookups may send what they need. */
export const FURTHER_ARGUMENTS: readonly Argument[] = [
  [
    'name',
    'Query.imageGroup(name:)',
    'imageGroup(namespace: "o3", name: "g3")',
    { name: 'g3', name_fuzzy_match: 'false' },
  ],
  ['namespace', 'Query.imageGroup(namespace:)', 'imageGroup(namespace: "o4", name: "g4")', { namespace: 'o4' }],
  [
    'workspace_id',
    'Query.imageGroup(workspaceId:)',
    'imageGroup(namespace: "o5", name: "g5", workspaceId: "w5")',
    { workspace_id: 'w5' },
  ],
];
