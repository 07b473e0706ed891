// The spec of ImageGroup for the suites that read every kind.
import { type KindSpec, PAGE, type WireRow } from '../../support/kind.ts';
import { groupList } from '../../support/upstreams/paged-upstream.ts';

/** A row of the image groups. Source: docs/upstream/modelarts.md#list-image-groups. */
export const imageGroupRow = (fields: WireRow = {}): WireRow => ({
  create_at: 1652878011643,
  name: 'pytorch_1_8',
  namespace: 'group',
  update_at: 1652878531791,
  version_count: 1,
  ...fields,
});

const groups = (filter: string) => `imageGroups(filter: { ${filter} })`;

export const kind: KindSpec = {
  type: 'ImageGroup',
  contract: `
    extend type Query {
      imageGroup(namespace: String!, name: String!, workspaceId: String): ImageGroup
      imageGroups(
        filter: ImageGroupFilter, orderBy: ImageGroupOrder, first: Int, after: String, last: Int, before: String
      ): ImageGroupConnection
    }
    extend type Repository { imageGroup: ImageGroup }
    type ImageGroup implements Node {
      id: ID! namespace: String! name: String! workspaceId: String! versionCount: Int
      createdAt: DateTime updatedAt: DateTime
      repository: Repository
    }
    type ImageGroupConnection { edges: [ImageGroupEdge]! nodes: [ImageGroup]! pageInfo: PageInfo! totalCount: Int }
    type ImageGroupEdge { cursor: String! node: ImageGroup }
    input ImageGroupFilter {
      name: String nameFuzzyMatch: Boolean namespace: String serviceType: ImageGroupServiceType type: ImageGroupType
      workspaceId: String
    }
    input ImageGroupOrder { fields: [ImageGroupOrderField!]! direction: ImageOrderDirection! }
  `,
  key: {
    namespace: { value: () => 'group', rest: 'namespace', sentAs: 'namespace' },
    name: { value: (n) => `app-${n}`, rest: 'name', sentAs: 'name' },
    workspaceId: { value: (n) => `w${n}`, default: '0' },
  },
  inSandbox: { namespace: 'op_svc_modelarts_container2', name: 'pytorch_1_8', workspaceId: '0' },
  calls: [
    {
      path: '/v1/{project_id}/images/group',
      row: imageGroupRow,
      tenantRow: ({ number, epochMilliseconds }) => ({
        version_count: number(1),
        create_at: epochMilliseconds(1),
        update_at: epochMilliseconds(2),
      }),
      reply: (rows, { total = rows.length } = {}) => ({ body: { data: rows, total } }),
      serve: groupList,
      document: {
        name: 'modelarts-list-image-groups',
        counts: { fields: 5, parameters: 11 },
        // Table 4.
        fields: [
          ['name', '"pytorch_1_8"', { 'ImageGroup.name': 'string' }],
          ['create_at', '1652878011643', { 'ImageGroup.createdAt': 'epoch milliseconds' }],
          ['namespace', '"grouped-space"', { 'ImageGroup.namespace': 'string' }],
          ['update_at', '1652878531070', { 'ImageGroup.updatedAt': 'epoch milliseconds' }],
          ['version_count', '2147483647', { 'ImageGroup.versionCount': 'int32' }],
        ],
        shownBy: 'imageGroups(first: 1)',
        onSandbox: [['imageGroups(first: 500)', '/v1/{project_id}/images/group?limit=500&offset=0']],
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
        always: { limit: '25', offset: '0', project_id: 'project-1' },
        unsent: [
          'imageGroups',
          'imageGroups(filter: { name: null, nameFuzzyMatch: null, workspaceId: null, type: null }, orderBy: null)',
          'imageGroups(filter: { workspaceId: "0" })',
        ],
        // A search by name sends more: that it is exact.
        further: [
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
        ],
      },
    },
  ],
  enums: {
    ImageGroupServiceType: {
      isOpen: false,
      values: {
        COMMON: 'COMMON',
        INFERENCE: 'INFERENCE',
        TRAIN: 'TRAIN',
        DEV: 'DEV',
        UNKNOWN: 'UNKNOWN',
      },
      sent: ['service_type', (value) => `imageGroups(filter: { serviceType: ${value} })`],
    },
    ImageGroupType: {
      isOpen: false,
      values: { BUILD_IN: 'BUILD_IN', DEDICATED: 'DEDICATED' },
      sent: ['type', (value) => `imageGroups(filter: { type: ${value} })`],
    },
    ImageGroupOrderField: {
      isOpen: false,
      values: {
        NAME: 'name',
        NAMESPACE: 'namespace',
        CREATED_AT: 'create_at',
        UPDATED_AT: 'update_at',
        VERSION_COUNT: 'version_count',
      },
      sent: ['sort_key', (value) => `imageGroups(orderBy: { fields: [${value}], direction: ASC })`],
    },
  },
  texts: {
    'Query.imageGroup(namespace:)': {
      selection: 'imageGroup(namespace: $text, name: "app") { name }',
      sentAs: 'namespace',
    },
    'Query.imageGroup(name:)': { selection: 'imageGroup(namespace: "group", name: $text) { name }', sentAs: 'name' },
    'Query.imageGroup(workspaceId:)': {
      selection: 'imageGroup(namespace: "group", name: "app", workspaceId: $text) { name }',
    },
    'ImageGroupFilter.name': { selection: `${groups('name: $text')} ${PAGE}`, sentAs: 'name' },
    'ImageGroupFilter.namespace': { selection: `${groups('namespace: $text')} ${PAGE}`, sentAs: 'namespace' },
    'ImageGroupFilter.workspaceId': { selection: `${groups('workspaceId: $text')} ${PAGE}` },
  },
  costs: {
    'Query.imageGroup': {
      query: '{ imageGroup(namespace: "op_svc_modelarts_container2", name: "pytorch_1_8") { id } }',
      nodes: 1,
      requested: 15,
      actual: 1,
    },
    'Query.imageGroups': {
      query: '{ imageGroups(first: 1000) { nodes { id } } }',
      nodes: 1000,
      requested: 2,
      actual: 1,
    },
    'ImageGroup.repository': {
      query: '{ imageGroups(first: 6) { nodes { repository { size } } } }',
      nodes: 12,
      requested: 8,
      actual: 5,
    },
    'Repository.imageGroup': {
      query: '{ repository(namespace: "group", name: "busybox") { imageGroup { id } } }',
      nodes: 2,
      requested: 16,
      actual: 2,
    },
  },
};
