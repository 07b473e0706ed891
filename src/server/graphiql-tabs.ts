// The queries that GraphiQL opens with: one for each root field. They run as they are on the sandbox.

export const tabs: readonly string[] = [
  `# Everything at once: what I share, with its repository and its last removals, images and image groups.
query Overview {
  sharedRepositories(center: SELF, first: 5) {
    totalCount
    nodes { namespace name repository { size creatorName retentionLogs(first: 5) { nodes { tag createdAt rule { template keepCount keepDays } } } } }
  }
  images(first: 5) { nodes { imageId name status osVersion } }
  imageGroups(first: 5) { nodes { namespace name versionCount repository { downloadCount } } }
}
`,
];
