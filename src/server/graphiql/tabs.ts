// The queries that GraphiQL opens with: one for each root field. They run as they are on the sandbox.

export const tabs: readonly string[] = [
  `# What I share with others, each with its repository and the last tags that retention removed.
query SharedByMe {
  sharedRepositories(center: SELF, first: 5) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      namespace
      name
      tags
      repository {
        size
        creatorName
        retentionLogs(first: 5) {
          nodes { tag createdAt rule { template keepCount keepDays } }
        }
      }
    }
  }
}
`,
  `# My repositories in one organization, with what the list tells of them.
query MyRepositories {
  repositories(namespace: "data-platform", first: 10) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { name category size imageCount downloadCount updatedAt }
  }
}
`,
  `# One repository with all that hangs on it.
query OneRepository {
  repository(namespace: "data-platform", name: "huge-counters") {
    id
    category
    size
    imageCount
    downloadCount
    path
    createdAt
    sharing { id tags }
    imageGroup { id versionCount }
  }
}
`,
  `# What retention removed from a repository, newest first.
query RemovedTags {
  retentionLogs(namespace: "data-platform", repositoryName: "a/b_c.d", first: 10) {
    totalCount
    nodes { logId tag createdAt rule { template keepCount keepDays tagSelectors { kind pattern } } }
  }
}
`,
  `# The newest public CentOS images.
query NewestCentOS {
  images(
    filter: { imageType: GOLD, visibility: PUBLIC, platform: "CentOS" }
    orderBy: { field: CREATED_AT, direction: DESC }
    first: 10
  ) {
    pageInfo { hasNextPage endCursor }
    nodes { imageId name osVersion minDisk minRam createdAt }
  }
}
`,
  `# One machine image, with every property that IMS has of it.
query OneImage {
  image(imageId: "bc6bed6e-ba3a-4447-afcc-449174a3eb52") {
    id
    name
    status
    platform
    firmwareType
    properties { name value }
  }
}
`,
  `# Training images by last change, with the size and the pulls of their repository.
query TrainingImages {
  imageGroups(orderBy: { fields: [UPDATED_AT], direction: DESC }, first: 10) {
    totalCount
    nodes { namespace name versionCount updatedAt repository { size downloadCount } }
  }
}
`,
  `# One image group.
query OneImageGroup {
  imageGroup(namespace: "op_svc_modelarts_container2", name: "pytorch_1_8") {
    id
    versionCount
    createdAt
    updatedAt
  }
}
`,
  `# Anything again by its global id, as some \`id\` field gave it.
query Again {
  node(id: "MTo6UmVwb3NpdG9yeTpkYXRhLXBsYXRmb3JtOmElMkZiX2MuZA") {
    id
    ... on Repository { namespace name size }
  }
}
`,
  `# Many things again, in the order of the ids.
query ManyAgain {
  nodes(
    ids: [
      "MTo6UmVwb3NpdG9yeTpkYXRhLXBsYXRmb3JtOmElMkZiX2MuZA"
      "MTo6SW1hZ2U6YmM2YmVkNmUtYmEzYS00NDQ3LWFmY2MtNDQ5MTc0YTNlYjUy"
    ]
  ) {
    __typename
    id
  }
}
`,
];
