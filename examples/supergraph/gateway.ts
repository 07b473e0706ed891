// Serves a supergraph with the engine of Hive Gateway, and GraphiQL without a CDN.
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import * as http from '@graphql-mesh/transport-http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { tabs } from './tabs.ts';

/** The caller's headers that are forwarded to image-graph. The gateway itself forwards X-Request-Id, or creates one. */
const HEADERS = ['x-auth-token', 'x-project-id'];

/** Creates the handler for HTTP requests. `routerSecret` authenticates the gateway to image-graph. */
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
