// The supergraph of the example, through two gateways: everything over real HTTP, each gateway with its own dependencies.
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { type AppOptions, type GraphQLResponse, openApp, type TestApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import { close, listen } from '../support/listen.ts';
import { EXAMPLE } from '../support/processes/example.ts';

/** Sends an operation to a gateway as an application does. */
export type Ask = (
  query: string,
  variables?: Record<string, unknown>,
  headers?: Record<string, string>,
) => Promise<GraphQLResponse>;

export interface Supergraph {
  readonly hive: Ask;
  readonly apollo: Ask;
  readonly imageGraph: TestApp;
  /** The headers of all requests that the other subgraph got. */
  readonly otherHeaders: readonly IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** Node itself loads the example, so that it gets its own copy of `graphql` and not vitest's. */
const load = createRequire(new URL('package.json', EXAMPLE));

/** The queries that the example's GraphiQL opens with. */
export const exampleTabs = (): readonly string[] => load('./tabs.ts').tabs;

/** The subgraph of another team, and what makes a supergraph of it and image-graph. */
interface Other {
  readonly handler: RequestListener;
  compose(urls: { readonly 'image-graph': string; readonly deployments: string }): string;
}

/** The other subgraph of the example. */
const deployments = (): Other => ({
  handler: load('./deployments/subgraph.ts').createDeployments(),
  compose: load('./supergraph.ts').composeSupergraph,
});

/** A subgraph of one operation: whatever is requested, its root fields are these values. */
export function referring(typeDefs: string, rootValue: Record<string, unknown>): Other {
  const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs) });
  return {
    handler: async (request, response) => {
      const { query, variables } = JSON.parse((await request.toArray()).join(''));
      const result = await graphql({ schema, source: query, rootValue, variableValues: variables });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
    },
    compose(urls) {
      const { composeServices } = load('@theguild/federation-composition');
      const { supergraphSdl, errors } = composeServices([
        { name: 'image-graph', typeDefs: parse(readArtifact('schema/subgraph.graphql')), url: urls['image-graph'] },
        { name: 'deployments', typeDefs: parse(typeDefs), url: urls.deployments },
      ]);
      if (errors) throw new Error(errors.map(({ message }: Error) => message).join('\n'));
      return supergraphSdl;
    },
  };
}

/** image-graph on a port, another subgraph, and two gateways on what is composed of both. */
export async function startSupergraph(options: AppOptions, other: Other = deployments()): Promise<Supergraph> {
  const imageGraph = await openApp({ ...options, over: 'http' });
  const otherHeaders: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    otherHeaders.push(request.headers);
    return other.handler(request, response);
  });
  const supergraph = other.compose({ 'image-graph': imageGraph.url, deployments: `${await listen(server)}/graphql` });
  const secret = options.settings?.IMAGE_GRAPH_ROUTER_SECRET;
  const hive = startHive(supergraph, secret);
  const apollo = await startApollo(supergraph, secret);
  return {
    hive: hive.ask,
    apollo: apollo.ask,
    imageGraph,
    otherHeaders,
    async close() {
      await hive.close();
      await apollo.close();
      await close(server);
      await imageGraph.close();
    },
  };
}

interface Gateway {
  readonly ask: Ask;
  close(): Promise<void>;
}

/** The gateway of the example. */
function startHive(supergraph: string, routerSecret: string | undefined): Gateway {
  const gateway = load('./gateway.ts').createGateway(supergraph, routerSecret);
  return {
    async ask(query, variables = {}, headers = {}) {
      const response = await gateway.fetch('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    },
    close: async () => gateway[Symbol.asyncDispose](),
  };
}

/** Apollo's reference gateway, called through its executor: its HTTP server would be another package. */
async function startApollo(supergraphSdl: string, routerSecret: string | undefined): Promise<Gateway> {
  const { ApolloGateway, RemoteGraphQLDataSource } = load('@apollo/gateway');
  interface Outgoing {
    readonly request: { readonly http: { readonly headers: Headers } };
    readonly context: Record<string, string>;
  }
  const willSendRequest = ({ request, context }: Outgoing) => {
    for (const [name, value] of Object.entries(context)) request.http.headers.set(name, value);
    if (routerSecret !== undefined) request.http.headers.set('router-authorization', routerSecret);
  };
  const silent = () => {};
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ url, name }: { url: string; name: string }) =>
      new RemoteGraphQLDataSource(name === 'image-graph' ? { url, willSendRequest } : { url }),
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const { executor } = await gateway.load();
  return {
    async ask(query, variables = {}, headers = {}) {
      const request = { query, variables };
      const result = await executor({
        request,
        document: parse(query),
        queryHash: query,
        context: headers,
        metrics: {},
      });
      // What a client would get: without prototypes, and errors in their wire shape.
      return JSON.parse(JSON.stringify(result));
    },
    close: () => gateway.stop(),
  };
}
