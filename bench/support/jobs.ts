// The four jobs that every target does: an operation as a client sends it, and the upstream calls that it takes.
import { repositories } from './cloud-rows.ts';

export interface Job {
  readonly name: string;
  readonly title: string;
  /** The body of the request. */
  readonly body: string;
  /** Upstream calls of one operation. */
  readonly calls: number;
  /** Operations in a round: they take about as long as those of the other jobs. */
  readonly count: number;
}

const SHARED_ROWS = `query SharedRows($first: Int!) {
  sharedRepositories(center: SELF, first: $first) {
    totalCount
    nodes {
      namespace name size tags updatedAt
      repository {
        repositoryId namespaceId creatorId creatorName createdAt updatedAt domainId priority
        retentionLogs(first: 5) { nodes { logId tag createdAt ruleType } }
      }
    }
  }
}`;

const IMAGES = `query Images($first: Int!) {
  images(first: $first) {
    nodes { imageId name status visibility minDisk minRam createdAt updatedAt platform imageSize }
  }
}`;

const REPOSITORY = `query Repository($namespace: String!, $name: String!) {
  repository(namespace: $namespace, name: $name) {
    id namespace name category categoryRaw description size isPublic imageCount downloadCount logoUrl path internalPath
    repositoryId namespaceId creatorId creatorName createdAt updatedAt domainId priority
  }
}`;

const MIXED = `query Mixed($first: Int!, $namespace: String!, $name: String!) {
  sharedRepositories(center: SELF, first: $first) {
    nodes { namespace name size tags updatedAt repository { repositoryId creatorName createdAt priority } }
  }
  images(first: $first) { nodes { imageId name status createdAt osType imageSize } }
  imageGroups(first: $first) { nodes { namespace name versionCount createdAt updatedAt } }
  retentionLogs(namespace: $namespace, repositoryName: $name, first: $first) {
    totalCount
    nodes { logId tag createdAt rule { template keepCount keepDays tagSelectors { kind pattern } } }
  }
}`;

const [first] = repositories;
const KEY = { namespace: first?.namespace, name: first?.name };

const bodyOf = (query: string, variables: object) => {
  const [, operationName] = /^query (\w+)/.exec(query) ?? [];
  return JSON.stringify({ query, operationName, variables });
};

/** Q1 with another number of rows: two calls for each, and one for the list. */
export const sharedRows = (rows: number): Job => ({
  name: 'Q1',
  title: `${rows} shared rows, each with its repository's detail fields and 5 retention logs`,
  body: bodyOf(SHARED_ROWS, { first: rows }),
  calls: 1 + 2 * rows,
  count: Math.ceil(4_800 / rows),
});

/** Q2 with another number of rows. */
export const imagesOf = (rows: number): Job => ({
  name: 'Q2',
  title: `${rows} images, 10 fields`,
  body: bodyOf(IMAGES, { first: rows }),
  calls: 1,
  count: Math.ceil(64_000 / rows),
});

export const JOBS: readonly Job[] = [
  sharedRows(100),
  imagesOf(100),
  {
    name: 'Q3',
    title: 'one repository, every field of its detail',
    body: bodyOf(REPOSITORY, KEY),
    calls: 1,
    count: 4_000,
  },
  {
    name: 'Q4',
    title: 'shared rows with repository, images, groups and logs, 20 each',
    body: bodyOf(MIXED, { first: 20, ...KEY }),
    calls: 24,
    count: 320,
  },
];
