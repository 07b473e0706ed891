// The spec of TrainingImage for the suites that read every kind.
import { type KindSpec, PAGE, pathValues, type RowField, type TenantValues, type WireRow } from '../../support/kind.ts';
import { groupList } from '../../support/upstreams/paged-upstream.ts';
import type { Reply } from '../../support/upstreams/upstream.ts';

/** The n-th training image id of a test. */
export const trainingImageId = (n: number) => `7b1d0000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A row of the training images. Source: docs/upstream/modelarts.md#list-images. */
export const trainingImageRow = (fields: WireRow = {}): WireRow => ({
  id: trainingImageId(1),
  name: 'pytorch_1_8',
  namespace: 'group',
  tag: '1.0.0',
  swr_path: 'swr.example.com/group/pytorch_1_8:1.0.0',
  arch: 'x86_64',
  type: 'DEDICATED',
  visibility: 'PRIVATE',
  origin: 'CUSTOMIZE',
  service_type: 'TRAIN',
  dev_services: ['NOTEBOOK', 'SSH'],
  resource_categories: ['GPU', 'CPU'],
  size: 800000,
  status: 'ACTIVE',
  create_at: 1652878011643,
  update_at: 1652878531791,
  workspace_id: '0',
  ...fields,
});

/** The detail. Source: docs/upstream/modelarts.md#show-an-image. */
export const trainingImageDetail = (fields: WireRow = {}): WireRow =>
  trainingImageRow({ support_res_categories: ['ASCEND'], ...fields });

/** What ModelArts responds where an image is missing. */
export const MISSING: Reply = { status: 400, body: { error_code: 'ModelArts.6404', error_msg: 'x' } };

const DETAIL = '/v1/{project_id}/images/{id}';
const shown = trainingImageId(3);
const images = (filter: string) => `trainingImages(filter: { ${filter} })`;

// Of the list; the detail has the same.
const FIELDS: readonly RowField[] = [
  ['id', JSON.stringify(shown), { 'TrainingImage.trainingImageId': 'id' }],
  ['name', '"pytorch_1_8"', { 'TrainingImage.name': 'string' }],
  ['namespace', '"trained-space"', { 'TrainingImage.repositoryNamespace': 'string' }],
  ['tag', '"1.8.0-cuda_10.2"', { 'TrainingImage.tag': 'string' }],
  ['swr_path', '"swr.example.com/trained-space/a/b:1.8.0-cuda_10.2"', { 'TrainingImage.swrPath': 'string' }],
  ['swr_instance_id', '"instance-1"', { 'TrainingImage.enterpriseInstanceId': 'string' }],
  ['arch', '"aarch64"', { 'TrainingImage.architecture': 'enum', 'TrainingImage.architectureRaw': 'string' }],
  ['type', '"DEDICATED"', { 'TrainingImage.trainingType': 'enum', 'TrainingImage.trainingTypeRaw': 'string' }],
  [
    'visibility',
    '"PUBLIC"',
    { 'TrainingImage.trainingVisibility': 'enum', 'TrainingImage.trainingVisibilityRaw': 'string' },
  ],
  ['origin', '"IMAGE_SAVE"', { 'TrainingImage.trainingOrigin': 'enum', 'TrainingImage.trainingOriginRaw': 'string' }],
  ['service_type', '"INFERENCE"', { 'TrainingImage.serviceType': 'enum', 'TrainingImage.serviceTypeRaw': 'string' }],
  ['dev_services', '["SSH","AI_FLOW"]', { 'TrainingImage.devServices': 'string list' }],
  ['resource_categories', '["CPU"]', { 'TrainingImage.resourceCategories': 'string list' }],
  ['size', '9007199254740993', { 'TrainingImage.sizeInKilobytes': 'int64' }],
  [
    'status',
    '"CREATE_FAILED"',
    { 'TrainingImage.trainingStatus': 'enum', 'TrainingImage.trainingStatusRaw': 'string' },
  ],
  ['status_message', '"Pushing failed."', { 'TrainingImage.statusMessage': 'string' }],
  ['description', '"in two\\nlines"', { 'TrainingImage.description': 'string' }],
  ['create_at', '1652878011643', { 'TrainingImage.createdAt': 'epoch milliseconds' }],
  ['update_at', '1652878531070', { 'TrainingImage.updatedAt': 'epoch milliseconds' }],
  ['workspace_id', '"e4d8c1a2b3f44c55a6670899aabbccdd"', { 'TrainingImage.workspaceId': 'string' }],
  ['flavor_type', '"GPU"', { 'TrainingImage.flavorType': 'string' }],
  ['show_name', '"PyTorch"', { 'TrainingImage.displayName': 'string' }],
  ['show_tag', '"1.8"', { 'TrainingImage.displayTag': 'string' }],
  [
    'tags',
    '[{"key":"team","value":"vision"},{"key":"größe","value":""}]',
    { 'TrainingImage.resourceTags': { selection: '{ key value }', expected: (tags) => tags } },
  ],
];

/** The values of a tenant's own, of a row and of a detail. */
const tenantRow = ({ text, number, epochMilliseconds, oneOf }: TenantValues): WireRow => ({
  ...Object.fromEntries(
    ['name', 'namespace', 'tag', 'swr_path', 'status_message', 'description', 'workspace_id', 'flavor_type']
      .concat(['swr_instance_id', 'show_name', 'show_tag'])
      .map((name) => [name, text(name)]),
  ),
  arch: oneOf('X86_64', 'AARCH64'),
  type: oneOf('DEDICATED', 'BUILD_IN'),
  visibility: oneOf('PRIVATE', 'PUBLIC'),
  origin: oneOf('CUSTOMIZE', 'IMAGE_SAVE'),
  service_type: oneOf('TRAIN', 'DEV'),
  status: oneOf('ACTIVE', 'ERROR'),
  dev_services: [text('dev_services')],
  resource_categories: [text('resource_categories')],
  tags: [{ key: text('key'), value: text('value') }],
  size: number(1),
  create_at: epochMilliseconds(1),
  update_at: epochMilliseconds(2),
});

export const kind: KindSpec = {
  type: 'TrainingImage',
  contract: `
    extend type Query {
      trainingImage(trainingImageId: ID!): TrainingImage
      trainingImages(
        filter: TrainingImageFilter, orderBy: TrainingImageOrder, first: Int, after: String, last: Int, before: String
      ): TrainingImageConnection
    }
    extend type ImageGroup {
      versions(
        type: TrainingImageType, first: Int, after: String, last: Int, before: String
      ): TrainingImageConnection
    }
    type TrainingImage implements Node {
      id: ID! trainingImageId: ID! name: String repositoryNamespace: String tag: String swrPath: String
      architecture: TrainingImageArchitecture architectureRaw: String
      trainingType: TrainingImageType trainingTypeRaw: String
      trainingVisibility: TrainingImageVisibility trainingVisibilityRaw: String
      trainingOrigin: TrainingImageOrigin trainingOriginRaw: String
      serviceType: ImageGroupServiceType serviceTypeRaw: String
      devServices: [String!] resourceCategories: [String!] supportedResourceCategories: [String!]
      sizeInKilobytes: BigInt trainingStatus: TrainingImageStatus trainingStatusRaw: String statusMessage: String
      description: String createdAt: DateTime updatedAt: DateTime workspaceId: String! enterpriseInstanceId: String
      displayName: String displayTag: String flavorType: String resourceTags: [ResourceTag!]
      containerTag: ContainerTag repository: Repository imageGroup: ImageGroup
    }
    extend type ContainerTag { trainingImage: TrainingImage }
    type ResourceTag { key: String value: String }
    type TrainingImageConnection {
      edges: [TrainingImageEdge]! nodes: [TrainingImage]! pageInfo: PageInfo! totalCount: Int
    }
    type TrainingImageEdge { cursor: String! node: TrainingImage }
    input TrainingImageFilter {
      name: String nameFuzzyMatch: Boolean namespace: String serviceType: ImageGroupServiceType type: TrainingImageType
      workspaceId: String
    }
    input TrainingImageOrder { fields: [TrainingImageOrderField!]! direction: ImageOrderDirection! }
  `,
  nonNull: ['TrainingImage.workspaceId'],
  key: { trainingImageId: { value: trainingImageId, rest: 'id' } },
  inSandbox: { trainingImageId: '278e88d1-5b71-4766-8502-b3ba72e824d9' },
  calls: [
    {
      path: '/v1/{project_id}/images',
      row: trainingImageRow,
      tenantRow,
      reply: (rows, { total = rows.length } = {}) => ({ body: { data: rows, total } }),
      serve: groupList,
      document: {
        name: 'modelarts-list-images',
        counts: { fields: 24, parameters: 13 },
        fields: FIELDS,
        shownBy: 'trainingImages(first: 1)',
        onSandbox: [['trainingImages(first: 500)', '/v1/{project_id}/images?type=DEDICATED&limit=500&offset=0']],
        arguments: [
          ['name', 'TrainingImageFilter.name', images('name: "pytorch_1.8-x"'), { name: 'pytorch_1.8-x' }],
          [
            'name_fuzzy_match',
            'TrainingImageFilter.nameFuzzyMatch',
            images('nameFuzzyMatch: false'),
            { name_fuzzy_match: 'false' },
          ],
          ['namespace', 'TrainingImageFilter.namespace', images('namespace: "o2"'), { namespace: 'o2' }],
          [
            'service_type',
            'TrainingImageFilter.serviceType',
            images('serviceType: UNKNOWN'),
            { service_type: 'UNKNOWN' },
          ],
          [
            'sort_dir',
            'TrainingImageOrder.direction',
            'trainingImages(orderBy: { fields: NAME, direction: ASC })',
            { sort_key: 'name', sort_dir: 'ASC' },
          ],
          [
            'sort_key',
            'TrainingImageOrder.fields',
            'trainingImages(orderBy: { fields: [SIZE, CREATED_AT], direction: DESC })',
            { sort_key: 'size,create_at', sort_dir: 'DESC' },
          ],
          ['type', 'TrainingImageFilter.type', images('type: BUILD_IN'), { type: 'BUILD_IN' }],
          ['workspace_id', 'TrainingImageFilter.workspaceId', images('workspaceId: "w1"'), { workspace_id: 'w1' }],
        ],
        paging: ['limit', 'offset'],
        settings: ['project_id'],
        // Without a type ModelArts lists the built-in ones.
        always: { type: 'DEDICATED', limit: '25', offset: '0', project_id: 'project-1' },
        notSent: ['show_name', 'show_tag'],
        unsent: [
          'trainingImages',
          'trainingImages(filter: { name: null, nameFuzzyMatch: null, workspaceId: null, type: null }, orderBy: null)',
          'trainingImages(filter: { workspaceId: "0" })',
        ],
      },
    },
    {
      path: DETAIL,
      identity: { id: 'id' },
      parameters: [],
      row: trainingImageDetail,
      tenantRow: (values) => ({ ...tenantRow(values), support_res_categories: [values.text('supported')] }),
      reply: ([row]) => (row ? { body: row } : MISSING),
      serve:
        (rows) =>
        ({ path }) => {
          const wanted = pathValues(DETAIL, path);
          const row = rows.find(({ id }) => id === wanted?.id);
          return row ? { body: row } : MISSING;
        },
      document: {
        name: 'modelarts-show-image',
        counts: { fields: 2, parameters: 2 },
        // The others are those of the list.
        fields: [
          ['id', JSON.stringify(shown), {}],
          ['support_res_categories', '["ASCEND"]', { 'TrainingImage.supportedResourceCategories': 'string list' }],
        ],
        shownBy: `trainingImage(trainingImageId: "${shown}")`,
        onSandbox: [
          [
            'trainingImage(trainingImageId: "278e88d1-5b71-4766-8502-b3ba72e824d9")',
            '/v1/{project_id}/images/278e88d1-5b71-4766-8502-b3ba72e824d9',
          ],
        ],
        arguments: [
          [
            'id',
            'Query.trainingImage(trainingImageId:)',
            `trainingImage(trainingImageId: "${trainingImageId(4)}")`,
            { id: trainingImageId(4) },
          ],
        ],
        paging: [],
        settings: ['project_id'],
        always: { id: shown, project_id: 'project-1' },
      },
    },
  ],
  enums: {
    TrainingImageArchitecture: { isOpen: true, values: { X86_64: 'X86_64', AARCH64: 'AARCH64' } },
    TrainingImageType: {
      isOpen: true,
      values: { BUILD_IN: 'BUILD_IN', DEDICATED: 'DEDICATED' },
      sent: ['type', (value) => `trainingImages(filter: { type: ${value} })`],
    },
    TrainingImageVisibility: { isOpen: true, values: { PRIVATE: 'PRIVATE', PUBLIC: 'PUBLIC', HIDDEN: 'HIDDEN' } },
    TrainingImageOrigin: { isOpen: true, values: { CUSTOMIZE: 'CUSTOMIZE', IMAGE_SAVE: 'IMAGE_SAVE' } },
    TrainingImageStatus: {
      isOpen: true,
      values: {
        INIT: 'INIT',
        CREATING: 'CREATING',
        CREATE_FAILED: 'CREATE_FAILED',
        ERROR: 'ERROR',
        DELETED: 'DELETED',
        ACTIVE: 'ACTIVE',
      },
    },
    TrainingImageOrderField: {
      isOpen: false,
      values: {
        NAME: 'name',
        NAMESPACE: 'namespace',
        TAG: 'tag',
        SIZE: 'size',
        CREATED_AT: 'create_at',
        UPDATED_AT: 'update_at',
      },
      sent: ['sort_key', (value) => `trainingImages(orderBy: { fields: [${value}], direction: ASC })`],
    },
  },
  restNames: {
    'ResourceTag.key': 'key',
    'ResourceTag.value': 'value',
    'ImageGroup.versions(type:)': 'type',
  },
  texts: {
    'Query.trainingImage(trainingImageId:)': { selection: 'trainingImage(trainingImageId: $text) { name }' },
    'TrainingImageFilter.name': { selection: `${images('name: $text')} ${PAGE}`, sentAs: 'name' },
    'TrainingImageFilter.namespace': { selection: `${images('namespace: $text')} ${PAGE}`, sentAs: 'namespace' },
    'TrainingImageFilter.workspaceId': { selection: `${images('workspaceId: $text')} ${PAGE}` },
    'ImageGroup.versions(after:)': {
      selection: `imageGroup(namespace: "group", name: "pytorch_1_8") { versions(after: $text) ${PAGE} }`,
      calls: 1,
    },
    'ImageGroup.versions(before:)': {
      selection: `imageGroup(namespace: "group", name: "pytorch_1_8") { versions(before: $text) ${PAGE} }`,
      calls: 1,
    },
  },
  otherTypes: {
    name: 'ModelArts documents every field of an image as optional; elsewhere the name is part of the key.',
  },
  costs: {
    'Query.trainingImage': {
      query: '{ trainingImage(trainingImageId: "278e88d1-5b71-4766-8502-b3ba72e824d9") { id } }',
      nodes: 1,
      requested: 1,
      actual: 1,
    },
    'Query.trainingImages': {
      query: '{ trainingImages(first: 1000) { nodes { id } } }',
      nodes: 1000,
      requested: 2,
      actual: 1,
    },
    'TrainingImage.supportedResourceCategories': {
      query: '{ trainingImages(first: 6) { nodes { supportedResourceCategories } } }',
      nodes: 6,
      requested: 7,
      actual: 7,
    },
    'TrainingImage.containerTag': {
      query: '{ trainingImages(first: 6) { nodes { containerTag { size } } } }',
      nodes: 12,
      requested: 79,
      actual: 5,
    },
    'ContainerTag.trainingImage': {
      query:
        '{ repository(namespace: "data-platform", name: "a/b_c.d") { containerTags(first: 4) { nodes { trainingImage { id } } } } }',
      nodes: 9,
      requested: 42,
      actual: 3,
    },
    'TrainingImage.repository': {
      query: '{ trainingImages(first: 6) { nodes { repository { size } } } }',
      nodes: 12,
      requested: 8,
      actual: 3,
    },
    'TrainingImage.imageGroup': {
      query: '{ trainingImages(first: 6) { nodes { imageGroup { id } } } }',
      nodes: 12,
      requested: 91,
      actual: 2,
    },
    'ImageGroup.versions': {
      query: '{ imageGroups(first: 3) { nodes { versions(first: 2) { nodes { id } } } } }',
      nodes: 9,
      requested: 4,
      actual: 4,
    },
  },
};
