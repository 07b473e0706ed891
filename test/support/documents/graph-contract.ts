// The types and fields that the graph's design names, written from the design and not from src/.
// Names of enums that the design leaves open are those of the published schema.

const PAGE = 'first: Int, after: String, last: Int, before: String';

/** A connection over a node, and its edge. */
const connection = (node: string, totalCount = 'totalCount: Int') => `
  type ${node}Connection { edges: [${node}Edge]! nodes: [${node}]! pageInfo: PageInfo! ${totalCount} }
  type ${node}Edge { cursor: String! node: ${node} }`;

/** SDL, for its names and types alone: enums, scalars and descriptions are left out. */
export const GRAPH_CONTRACT = `
  interface Node { id: ID! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }

  type Query {
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    repository(namespace: String!, name: String!): Repository
    repositories(namespace: String, name: String, ${PAGE}): RepositoryConnection
    sharedRepositories(center: SharingCenter!, name: String, ${PAGE}): SharedRepositoryConnection
    retentionLogs(namespace: String!, repositoryName: String!, ${PAGE}): RetentionLogConnection
    image(imageId: ID!): Image
    images(filter: ImageFilter, orderBy: ImageOrder, ${PAGE}): ImageConnection
    imageGroup(namespace: String!, name: String!, workspaceId: String): ImageGroup
    imageGroups(filter: ImageGroupFilter, orderBy: ImageGroupOrder, ${PAGE}): ImageGroupConnection
  }

  type Repository implements Node {
    id: ID! namespace: String! name: String! repositoryId: BigInt namespaceId: BigInt
    category: RepositoryCategory categoryRaw: String description: String creatorId: String creatorName: String
    size: BigInt isPublic: Boolean imageCount: BigInt downloadCount: BigInt logoUrl: String path: String
    internalPath: String createdAt: DateTime updatedAt: DateTime domainId: String priority: Int
    retentionLogs(${PAGE}): RetentionLogConnection
    sharing: SharedRepository
    imageGroup: ImageGroup
  }
  ${connection('Repository')}

  type SharedRepository implements Node {
    id: ID! center: SharingCenter! namespace: String! name: String!
    category: RepositoryCategory categoryRaw: String description: String size: BigInt isPublic: Boolean
    imageCount: BigInt downloadCount: BigInt createdAt: DateTime updatedAt: DateTime logo: String logoUrl: String
    path: String internalPath: String domainName: String tags: [String!] isSharingValid: Boolean
    repository: Repository
  }
  ${connection('SharedRepository')}

  type RetentionLog implements Node {
    id: ID! logId: BigInt! namespace: String! repositoryName: String! retentionId: BigInt tag: String
    createdAt: DateTime ruleType: String rule: RetentionRule
    repository: Repository
  }
  type RetentionRule {
    template: RetentionTemplate! templateRaw: String keepCount: Int keepDays: Int tagSelectors: [TagSelector!]!
  }
  type TagSelector { kind: TagSelectorKind kindRaw: String pattern: String }
  ${connection('RetentionLog')}

  type Image implements Node {
    id: ID! imageId: ID! name: String status: ImageStatus statusRaw: String
    visibility: ImageVisibility visibilityRaw: String owner: String isProtected: Boolean containerFormat: String
    diskFormat: ImageDiskFormat diskFormatRaw: String minDisk: Int minRam: Int maxRam: Int size: BigInt
    virtualSize: BigInt checksum: String tags: [String!] createdAt: DateTime updatedAt: DateTime activeAt: DateTime
    schema: String self: String file: String imageType: ImageType imageTypeRaw: String osType: ImageOsType
    osTypeRaw: String osVersion: String osBit: Int platform: ImagePlatform platformRaw: String osFeatures: [String!]
    osFeatureListRaw: String description: String imageLocation: String imageSize: BigInt imageSourceType: String
    isConfigInit: Boolean isRegistered: Boolean supportsLazyLoading: Boolean originalImageId: ID backupId: String
    dataOrigin: String rootOrigin: String sequenceNumber: Int virtualEnvType: ImageVirtualEnvType
    virtualEnvTypeRaw: String firmwareType: ImageFirmwareType firmwareTypeRaw: String enterpriseProjectId: String
    encryptionKeyId: String supportsVifMultiqueue: Boolean supportsKvm: Boolean supportsXen: Boolean
    supportsLargeMemory: Boolean supportsDiskIntensive: Boolean supportsHighPerformance: Boolean xenGpuType: String
    kvmGpuType: String supportsXenHana: Boolean supportsKvmInfiniband: Boolean supportsPasswordInjection: Boolean
    supportsAmd: Boolean supportsArm: Boolean
    property(name: String!): String
    properties(names: [String!]): [ImageProperty!]!
    originalImage: Image
  }
  type ImageProperty { name: String! value: String }
  ${connection('Image', '')}

  type ImageGroup implements Node {
    id: ID! namespace: String! name: String! workspaceId: String! versionCount: Int
    createdAt: DateTime updatedAt: DateTime
    repository: Repository
  }
  ${connection('ImageGroup')}

  input ImageFilter {
    isRegistered: Boolean imageType: ImageType isProtected: Boolean visibility: ImageVisibility owner: String
    imageId: ID status: ImageStatus name: String containerFormat: String diskFormat: String minRam: Int minDisk: Int
    osBit: Int platform: String osType: ImageOsType tags: [String!] memberStatus: ImageMemberStatus
    supportsKvm: Boolean supportsXen: Boolean supportsLargeMemory: Boolean supportsDiskIntensive: Boolean
    supportsHighPerformance: Boolean xenGpuType: String kvmGpuType: String supportsXenHana: Boolean
    supportsKvmInfiniband: Boolean createdAt: ImageTimeFilter updatedAt: ImageTimeFilter
  }
  input ImageTimeFilter { gt: DateTime gte: DateTime lt: DateTime lte: DateTime eq: DateTime neq: DateTime }
  input ImageOrder { field: ImageOrderField! direction: ImageOrderDirection! }
  input ImageGroupFilter {
    name: String nameFuzzyMatch: Boolean namespace: String serviceType: ImageGroupServiceType type: ImageGroupType
    workspaceId: String
  }
  input ImageGroupOrder { fields: [ImageGroupOrderField!]! direction: ImageOrderDirection! }
`;
