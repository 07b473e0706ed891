// The subgraph of another team: a schema in a file, and resolvers.
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { deployments, type Name } from './data.ts';

const typeDefs = parse(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'));

const find = (_: unknown, { id }: { id: string }) => deployments.find((deployment) => deployment.id === id);
const isSame = (one: Name, other?: Name) => one.namespace === other?.namespace && one.name === other.name;

const resolvers = {
  Query: { deployments: () => deployments, deployment: find },
  Deployment: {
    __resolveReference: ({ id }: { id: string }) => find(undefined, { id }),
  },
  Repository: {
    deployments: (name: Name) => deployments.filter(({ repository }) => isSame(name, repository)),
  },
  ImageGroup: {
    deploymentCount: (name: Name) => deployments.filter(({ trainedOn }) => isSame(name, trainedOn)).length,
  },
};

/** Makes the handler for HTTP requests. */
export const createDeployments = () =>
  createYoga({
    schema: buildSubgraphSchema({ typeDefs, resolvers }),
    graphiql: false,
    landingPage: false,
    logging: false,
  });
