// Puts the server together: one request listener for the GraphQL endpoint, GraphiQL, and the status paths.
import type { RequestListener } from 'node:http';
import type { DocumentNode } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Config } from '../config/config.ts';
import type { Context } from '../graph/builder.ts';
import { toClientError } from '../graph/errors.ts';
import { ResponseSize } from '../graph/meter.ts';
import { buildSchema } from '../schema.ts';
import { ByteBudget } from '../upstream/byte-budget.ts';
import type { Cloud } from '../upstream/cloud.ts';
import { ApiKeys } from './auth/api-keys.ts';
import { useAuthentication } from './auth/authenticate.ts';
import { callerName } from './auth/caller-name.ts';
import { JwtVerifier } from './auth/jwt.ts';
import { useLoopbackOnly } from './auth/loopback-only.ts';
import { useRouterSecret } from './auth/router-secret.ts';
import { createContext, useSessionEnd } from './context.ts';
import { useGraphiqlPage } from './graphiql/page.ts';
import { useHints } from './hints.ts';
import { AUTHORIZATION, TOKEN } from './http/caller-headers.ts';
import { useCompression } from './http/compression.ts';
import { useHalfClosed } from './http/connection.ts';
import { applyCors } from './http/cors.ts';
import { errorResponse } from './http/error-response.ts';
import { useGetRequests } from './http/get-requests.ts';
import { useJsonText } from './http/json-text.ts';
import { useMediaTypes } from './http/media-types.ts';
import type { NodeContext } from './http/node-context.ts';
import { usePersistedQueries } from './http/persisted-queries.ts';
import { holdBody } from './http/received-body.ts';
import { useRequestBody } from './http/request-body.ts';
import { checkRequest } from './http/request-guard.ts';
import { assignRequestId, useRequestId } from './http/request-id.ts';
import { useResponseHeaders } from './http/response-headers.ts';
import { ENDPOINT, type Readiness, statusResponse, useEndpoint } from './http/routes.ts';
import { sendResponse } from './http/send-response.ts';
import { useNoIntrospection } from './introspection.ts';
import { Admission } from './limits/admission.ts';
import { useBatchLimit } from './limits/batch-limit.ts';
import { useConcurrencyLimit, useRateLimit } from './limits/caller-limits.ts';
import { useCostLimit } from './limits/cost-limit.ts';
import { useDeadline } from './limits/deadline.ts';
import { createDocumentCache, NO_CACHE, useValidDocuments } from './limits/document-cache.ts';
import { useDocumentLimits } from './limits/document-limits.ts';
import { useExecutionLimits } from './limits/execution-limits.ts';
import { LocalRate } from './limits/local-rate.ts';
import { RedisRate } from './limits/redis-rate.ts';
import { SHARE_OF_CALLER, useResponseBudget } from './limits/response-budget.ts';
import { useTurns } from './limits/turns.ts';
import { useVariableLimits } from './limits/variable-limits.ts';
import type { Logger } from './logger.ts';
import { useOperation } from './operation.ts';

/** What the server is made of. */
export interface AppParts {
  readonly config: Pick<
    Config,
    'subgraphNode' | 'introspection' | 'graphiql' | 'compression' | 'corsOrigins' | 'callers' | 'limits' | 'memoryShare'
  >;
  readonly cloud: Cloud;
  readonly logger: Logger;
  /** The token of requests without one: the sandbox's. Where it is not given such requests are UNAUTHENTICATED. */
  readonly defaultToken?: string | undefined;
}

/** A listener for node:http, and `fetch` for requests within the process. */
export type App = RequestListener & {
  readonly fetch: typeof fetch;
  /** Makes `/ready` say that the server is draining; requests are still handled. */
  startDraining(): void;
  close(): void;
};

export function createApp({ config, cloud, logger, defaultToken }: AppParts): App {
  const { callers, limits, memoryShare } = config;
  const schema = buildSchema({ offersNode: config.subgraphNode });
  const apiKeys = callers.apiKeysFile === undefined ? undefined : new ApiKeys(callers.apiKeysFile, logger);
  const jwt = callers.jwt && new JwtVerifier(callers.jwt, logger);
  const localRate = new LocalRate(memoryShare);
  const rate = cloud.redis ? new RedisRate(cloud.redis, localRate) : localRate;
  const isPassthrough = cloud.config.auth.mode === 'passthrough';
  const callerOf = callerName(isPassthrough);
  // The header that a user of GraphiQL has to fill in.
  const credential = apiKeys || jwt ? AUTHORIZATION : defaultToken === undefined && isPassthrough ? TOKEN : undefined;
  const responseBudget = new ByteBudget(limits.totalResponseBytes, SHARE_OF_CALLER);
  const documentCache = createDocumentCache<DocumentNode>(memoryShare);
  const contextOptions = {
    cloud,
    maxCalls: limits.upstreamCalls,
    maxRows: limits.rowsRead,
    resultLimits: limits,
    defaultToken,
    callerOf,
    readsAuthorization: Boolean(apiKeys || jwt),
  };
  const yoga = createYoga<NodeContext, Context>({
    schema,
    graphqlEndpoint: ENDPOINT,
    // Yoga's own health check responds where a URL ends in this text: no URL does.
    healthCheckEndpoint: ' ',
    context: ({ request, req, size = new ResponseSize(limits.responseBytes) }) =>
      createContext(request, req?.socket.remoteAddress, size, contextOptions),
    maskedErrors: {
      maskError: (error) => toClientError(error, (unexpected) => logger.error('Unexpected error:', unexpected)),
    },
    // The phases of a request, in this order: docs/lifecycle.md.
    plugins: [
      useRequestId(),
      useResponseHeaders(),
      useJsonText({
        maxBytes: limits.responseBytes,
        timeoutMs: limits.requestTimeoutMs,
      }),
      useTurns(),
      ...(config.compression ? [useCompression()] : []),
      ...(callers.routerSecret ? [useRouterSecret(callers.routerSecret)] : []),
      ...(callers.loopbackOnly ? [useLoopbackOnly(callers.allowedHosts)] : []),
      ...(config.graphiql ? [useGraphiqlPage({ schema, introspection: config.introspection, credential })] : []),
      useEndpoint(),
      ...(apiKeys || jwt ? [useAuthentication({ apiKeys, jwt, logger })] : []),
      useConcurrencyLimit(limits.concurrentRequests, callerOf),
      useResponseBudget(responseBudget, limits.responseBytes, callerOf),
      useRequestBody(limits, callerOf),
      useHalfClosed(),
      useMediaTypes(),
      useGetRequests(config.corsOrigins),
      useBatchLimit(limits.batch),
      useRateLimit(limits.requestsPerMinute, rate, callerOf),
      usePersistedQueries(),
      useVariableLimits(limits),
      useDocumentLimits(limits, memoryShare),
      useValidDocuments(documentCache),
      useOperation(),
      config.introspection ? useHints() : useNoIntrospection(),
      useExecutionLimits(),
      useCostLimit(limits),
      useDeadline(limits.requestTimeoutMs),
      useSessionEnd(),
    ],
    batching: { limit: Number.MAX_SAFE_INTEGER },
    parserAndValidationCache: { documentCache, errorCache: NO_CACHE },
    // applyCors does it, for the responses of other phases, too.
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    // useRequestBody does it, without a second copy of the body.
    maxRequestBodySize: false,
    logging: false,
  });
  const fetchYoga = yoga.fetch as typeof fetch;

  let isDraining = false;
  const readiness = (): Readiness => ({
    status: isDraining ? 'draining' : admission.isOverloaded ? 'overloaded' : 'ready',
    circuits: Object.fromEntries(cloud.circuits),
    credentials: cloud.credentials,
    cache: cloud.cache?.counts,
  });
  const admission = new Admission(
    limits,
    (request, response) => void yoga(request, response),
    () => responseBudget.isFull,
  );
  const listener: RequestListener = (request, response) => {
    holdBody(request);
    assignRequestId(request, response);
    if (applyCors(config.corsOrigins, request, response)) return undefined;
    const fault = checkRequest(request);
    if (fault) return sendResponse(response, errorResponse(fault));
    const [path = ''] = (request.url ?? '').split('?', 1);
    const status = statusResponse(path, readiness);
    return status ? sendResponse(response, status) : admission.enter(request, response);
  };
  return Object.assign(listener, {
    fetch: async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
      const { pathname } = new URL(input instanceof Request ? input.url : String(input));
      return statusResponse(pathname, readiness) ?? fetchYoga(input, init);
    },
    startDraining: () => {
      isDraining = true;
    },
    close: () => cloud.redis?.close(),
  });
}
