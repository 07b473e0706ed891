// Puts the server together: the GraphQL endpoint, GraphiQL and health, as one handler for HTTP requests.
import { createYoga } from 'graphql-yoga';
import type { Config } from '../config.ts';
import type { Context } from '../graph/builder.ts';
import { toClientError } from '../graph/errors.ts';
import { buildSchema } from '../schema.ts';
import type { Cloud } from '../upstream/transport.ts';
import { createContext } from './context.ts';
import { useGraphiqlPage } from './graphiql.ts';
import { useNoIntrospection } from './introspection.ts';
import type { Logger } from './logger.ts';
import { useRequestId } from './request-id.ts';
import { useRouterSecret } from './router-secret.ts';
import { useHealth, useOnlyPath } from './routes.ts';

export const ENDPOINT = '/graphql';
const HEALTH_ENDPOINT = '/health';

/** What the server is made of. */
export interface AppParts {
  readonly config: Pick<Config, 'subgraphNode' | 'introspection' | 'routerSecret'>;
  readonly cloud: Cloud;
  readonly logger: Logger;
  /** The token of requests that bring none: the sandbox's. Without it such requests are UNAUTHENTICATED. */
  readonly defaultToken?: string | undefined;
}

/** Makes the server: a handler for node:http, and `fetch` for callers within the process. */
export function createApp({ config, cloud, logger, defaultToken }: AppParts) {
  const report = (unforeseen: unknown) => logger.error('An error that nobody foresaw:', unforeseen);
  const schema = buildSchema({ offersNode: config.subgraphNode });
  return createYoga<object, Context>({
    schema,
    graphqlEndpoint: ENDPOINT,
    // Yoga's own would answer wherever a URL ends in these characters, which none does.
    healthCheckEndpoint: ' ',
    context: ({ request }) => createContext(request, cloud, defaultToken),
    maskedErrors: { maskError: (error) => toClientError(error, report) },
    plugins: [
      useRequestId(),
      useHealth(HEALTH_ENDPOINT),
      ...(config.routerSecret === undefined ? [] : [useRouterSecret(config.routerSecret)]),
      useOnlyPath(ENDPOINT),
      useGraphiqlPage(ENDPOINT, schema, defaultToken === undefined),
      ...(config.introspection ? [] : [useNoIntrospection()]),
    ],
    graphiql: false,
    landingPage: false,
    multipart: false,
    cors: false,
    logging: false,
  });
}
