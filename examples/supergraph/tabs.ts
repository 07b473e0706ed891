// The queries in the tabs of GraphiQL. They run as they are on the sandbox cloud.

export const tabs: readonly string[] = [
  `# From a deployment to the repository and the machine image that it runs from.
query WhatRuns {
  deployments {
    name
    replicas
    repository { namespace name size imageCount }
    image { imageId name status }
  }
}
`,
  `# From a repository to what runs from it, and back.
query WhoUsesIt {
  repository(namespace: "op_svc_modelarts_container2", name: "pytorch_1_8") {
    size
    imageGroup { versionCount deploymentCount }
    deployments {
      name
      image { name }
      repository { downloadCount }
    }
  }
}
`,
  `# A connection of image-graph with a field of the other subgraph in it.
query TrainingImages {
  imageGroups(first: 5) {
    pageInfo { hasNextPage endCursor }
    nodes { namespace name versionCount deploymentCount }
  }
}
`,
];
