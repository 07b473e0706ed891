// Puts the server together: the GraphQL endpoint, GraphiQL, health and readiness, as one handler for HTTP requests.
import type { RequestListener } from 'node:http';
import { createYoga } from 'graphql-yoga';
import type { Config } from '../config/config.ts';
import type { Context } from '../graph/builder.ts';
import { toClientError } from '../graph/errors.ts';
import { buildSchema } from '../schema.ts';
import type { Cloud } from '../upstream/cloud.ts';
import { ApiKeys } from './auth/api-keys.ts';
import { callerName, useCallers } from './auth/callers.ts';
import { JwtVerifier } from './auth/jwt.ts';
import { useLoopbackOnly } from './auth/loopback-only.ts';
import { useRouterSecret } from './auth/router-secret.ts';
import { createContext } from './context.ts';
import { useGraphiqlPage } from './graphiql/page.ts';
import { corsFor } from './http/cors.ts';
import { useRequestForm } from './http/request-form.ts';
import { guardListener, useReadBody } from './http/request-guard.ts';
import { useRequestId } from './http/request-id.ts';
import { useResponseHeaders } from './http/response-headers.ts';
import { type Readiness, useHealth, useOnlyPath, useReadiness } from './http/routes.ts';
import { useNoIntrospection } from './introspection.ts';
import { Admission } from './limits/admission.ts';
import { useConcurrencyLimit, useRateLimit } from './limits/caller-limits.ts';
import { useCostLimit } from './limits/cost-limit.ts';
import { useDeadline } from './limits/deadline.ts';
import { DocumentCache } from './limits/document-cache.ts';
import { useDocumentLimits } from './limits/document-limits.ts';
import { LocalRate } from './limits/local-rate.ts';
import { RedisRate } from './limits/redis-rate.ts';
import { useVariableLimits } from './limits/variable-limits.ts';
import type { Logger } from './logger.ts';

export const ENDPOINT = '/graphql';
const HEALTH_ENDPOINT = '/health';
const READINESS_ENDPOINT = '/ready';

/** What the server is made of. */
export interface AppParts {
  readonly config: Pick<
    Config,
    'subgraphNode' | 'introspection' | 'graphiql' | 'corsOrigins' | 'callers' | 'limits' | 'redisUrl'
  >;
  readonly cloud: Cloud;
  readonly logger: Logger;
  /** The token of requests that bring none: the sandbox's. Without it such requests are UNAUTHENTICATED. */
  readonly defaultToken?: string | undefined;
}

/** A handler for node:http, and `fetch` for callers within the process. */
export type App = RequestListener & {
  readonly fetch: typeof fetch;
  /** Says from now on that it wants no further work; it still does what it gets. */
  startDraining(): void;
  close(): void;
};

/** Makes the server. */
export function createApp({ config, cloud, logger, defaultToken }: AppParts): App {
  const { callers, limits } = config;
  const report = (unforeseen: unknown) => logger.error('An error that nobody foresaw:', unforeseen);
  const schema = buildSchema({ offersNode: config.subgraphNode });
  const apiKeys = callers.apiKeysFile === undefined ? undefined : new ApiKeys(callers.apiKeysFile, logger);
  const jwt = callers.jwt && new JwtVerifier(callers.jwt);
  const redis = config.redisUrl && new RedisRate(config.redisUrl, logger);
  // What a browser's user has to fill in before he can ask.
  const credential =
    apiKeys || jwt ? 'Authorization' : defaultToken === undefined && takesTokens(cloud) ? 'X-Auth-Token' : undefined;
  let isDraining = false;
  const readiness = (): Readiness => ({
    status: isDraining ? 'draining' : admission.isOverloaded ? 'overloaded' : 'ready',
    circuits: Object.fromEntries(cloud.circuits),
  });
  const callerOf = callerName(takesTokens(cloud));
  const yoga = createYoga<object, Context>({
    schema,
    graphqlEndpoint: ENDPOINT,
    // Yoga's own would answer wherever a URL ends in these characters, which none does.
    healthCheckEndpoint: ' ',
    context: ({ request }) => createContext(request, cloud, limits.upstreamCalls, defaultToken),
    maskedErrors: { maskError: (error) => toClientError(error, report) },
    // The story of a request: who asks and from where, in what form, how often, how much; then it is executed.
    plugins: [
      useRequestId(),
      useResponseHeaders(),
      useHealth(HEALTH_ENDPOINT),
      useReadiness(READINESS_ENDPOINT, readiness),
      ...(callers.routerSecret ? [useRouterSecret(callers.routerSecret)] : []),
      ...(callers.loopbackOnly ? [useLoopbackOnly(callers.allowedHosts)] : []),
      useOnlyPath(ENDPOINT),
      ...(config.graphiql ? [useGraphiqlPage(ENDPOINT, schema, credential)] : []),
      ...(apiKeys || jwt ? [useCallers({ apiKeys, jwt, logger })] : []),
      useConcurrencyLimit(limits.concurrentRequests, callerOf),
      useReadBody(),
      useRequestForm(config.corsOrigins, limits.batch),
      useRateLimit(limits.requestsPerMinute, redis ?? new LocalRate(), callerOf),
      useVariableLimits(limits),
      useDocumentLimits(limits),
      ...(config.introspection ? [] : [useNoIntrospection()]),
      useCostLimit(limits, cloud),
      useDeadline(limits.requestTimeoutMs),
    ],
    batching: { limit: limits.batch },
    parserAndValidationCache: { documentCache: new DocumentCache(), errorCache: new DocumentCache() },
    cors: corsFor(config.corsOrigins),
    graphiql: false,
    landingPage: false,
    multipart: false,
    // The listener has done so, without a second copy of the request.
    maxRequestBodySize: false,
    logging: false,
  });
  const answer = guardListener((request, response) => void yoga(request, response), limits.bodyBytes);
  const admission = new Admission(limits, answer);
  const listener: RequestListener = (request, response) => {
    const [path] = (request.url ?? '').split('?', 1);
    if (path === HEALTH_ENDPOINT || path === READINESS_ENDPOINT) answer(request, response);
    else admission.enter(request, response);
  };
  return Object.assign(listener, {
    fetch: yoga.fetch as typeof fetch,
    startDraining: () => {
      isDraining = true;
    },
    close: () => redis?.close(),
  });
}

const takesTokens = ({ config }: Cloud) => config.auth.mode === 'passthrough';
