// Serves a supergraph with the engine of Hive Gateway, and GraphiQL from memory. It knows no resource of a subgraph.
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import * as http from '@graphql-mesh/transport-http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { tabs } from './tabs.ts';

/** What of the caller's headers image-graph is sent. The gateway sends X-Request-Id on by itself, or makes one. */
const HEADERS = ['x-auth-token', 'x-project-id'];

/** Makes the handler for HTTP requests. `routerSecret` shows image-graph that it is the gateway that asks. */
export const createGateway = (supergraph: string, routerSecret?: string) =>
  createGatewayRuntime({
    supergraph,
    transports: { http },
    propagateHeaders: {
      fromClientToSubgraphs({ request, subgraphName }) {
        if (subgraphName !== 'image-graph') return;
        const headers = HEADERS.map((name) => [name, request.headers.get(name)] as const);
        return { ...Object.fromEntries(headers), 'router-authorization': routerSecret };
      },
    },
    renderGraphiQL,
    graphiql: {
      title: 'image-graph in a supergraph',
      defaultTabs: tabs.map((query) => ({ query })),
      isHeadersEditorEnabled: true,
    },
    landingPage: false,
    logging: false,
  });
