// Puts the server together: one request listener for the GraphQL endpoint, GraphiQL, and the status paths.

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionResult, parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Config } from '../config/config.ts';
import type { Context } from '../graph/builder.ts';
import { internalError, toClientError } from '../graph/errors.ts';
import { ResponseSize } from '../graph/meter.ts';
import { buildSchema } from '../schema.ts';
import { ByteBudget } from '../upstream/byte-budget.ts';
import type { Cloud } from '../upstream/cloud.ts';
import { ApiKeys } from './auth/api-keys.ts';
import { createAuthentication, createJwtVerifier, useAuthentication } from './auth/authenticate.ts';
import { anonymousName, callerName } from './auth/caller-name.ts';
import { loopbackCheck, originationOf, useLoopbackOnly } from './auth/loopback-only.ts';
import { routerSecretFault, useRouterSecret } from './auth/router-secret.ts';
import { createContext, useSessionEnd } from './context.ts';
import { createExecutor, interpret, useExecutor } from './execution/executor.ts';
import { uncoveredHooks } from './fast/coverage.ts';
import { FastPath } from './fast/fast-path.ts';
import { KnownDocuments, useKnownDocuments } from './fast/known-documents.ts';
import type { OrdinaryOperation } from './fast/operation.ts';
import { ResultSender } from './fast/result-sender.ts';
import { useGraphiqlPage } from './graphiql/page.ts';
import { useHints } from './hints.ts';
import { AUTHORIZATION, headerOf, TOKEN } from './http/caller-headers.ts';
import { Compression, useCompression } from './http/compression.ts';
import { useHalfClosed } from './http/connection.ts';
import { applyCors } from './http/cors.ts';
import { errorResponse } from './http/error-response.ts';
import { useGetRequests } from './http/get-requests.ts';
import { useJsonText } from './http/json-text.ts';
import { useMediaTypes } from './http/media-types.ts';
import type { NodeContext, ServerPlugin } from './http/node-context.ts';
import { usePersistedQueries } from './http/persisted-queries.ts';
import { holdBody } from './http/received-body.ts';
import { RequestBodies, useRequestBody } from './http/request-body.ts';
import { checkRequest } from './http/request-guard.ts';
import { assignRequestId, requestIdOf, useRequestId } from './http/request-id.ts';
import { type CallTraceOf, type OnRequestEnd, openRecord, recordOf } from './http/request-record.ts';
import { useResponseHeaders } from './http/response-headers.ts';
import { ResultText } from './http/result-text.ts';
import { ENDPOINT, type Readiness, statusResponse, useEndpoint } from './http/routes.ts';
import { sendResponse } from './http/send-response.ts';
import { useNoIntrospection } from './introspection.ts';
import { Admission } from './limits/admission.ts';
import { useBatchLimit } from './limits/batch-limit.ts';
import { ConcurrentRequests, operationCount, useConcurrencyLimit, useRateLimit } from './limits/caller-limits.ts';
import { useCostLimit } from './limits/cost-limit.ts';
import { useDeadline } from './limits/deadline.ts';
import { BYTES_PER_CHARACTER, createDocumentCache, NO_CACHE, useValidDocuments } from './limits/document-cache.ts';
import { useDocumentLimits } from './limits/document-limits.ts';
import { useExecutionLimits } from './limits/execution-limits.ts';
import { useExplain } from './limits/explain.ts';
import { LocalRate } from './limits/local-rate.ts';
import { RedisRate } from './limits/redis-rate.ts';
import { SHARE_OF_CALLER, useResponseBudget } from './limits/response-budget.ts';
import { useTurns } from './limits/turns.ts';
import { useVariableLimits } from './limits/variable-limits.ts';
import type { Logger } from './logger.ts';
import { useOperation } from './operation.ts';
import type { AppLoad } from './telemetry/metrics.ts';
import { metricsFault } from './telemetry/metrics-access.ts';
import { METRICS_PATH, metricsResponse } from './telemetry/metrics-server.ts';
import { createOverloadLog } from './telemetry/overload-log.ts';
import { statusText } from './telemetry/status-text.ts';
import { useRequestRecord } from './telemetry/use-request-record.ts';

/** What the server is made of. */
export interface AppParts {
  readonly config: Pick<
    Config,
    | 'subgraphNode'
    | 'introspection'
    | 'graphiql'
    | 'compression'
    | 'sandbox'
    | 'telemetry'
    | 'fastPath'
    | 'corsOrigins'
    | 'callers'
    | 'limits'
    | 'compileAfter'
    | 'memoryShare'
  >;
  readonly cloud: Cloud;
  readonly logger: Logger;
  readonly onRequestEnd?: OnRequestEnd | undefined;
  /** The text of `/metrics`, for this machine and for callers that authenticate; without it there is no such path. */
  readonly metrics?: (() => Promise<string>) | undefined;
  /** Without it upstream calls have no `traceparent`. */
  readonly callTraceOf?: CallTraceOf | undefined;
  /** The token of requests without one: the sandbox's. Where it is not given such requests are UNAUTHENTICATED. */
  readonly defaultToken?: string | undefined;
  /** Further plugins of Yoga. With hooks that the fast path passes by they turn it off. */
  readonly plugins?: readonly ServerPlugin[];
}

/** The settings that a reload changes in an app. */
export type ReloadedConfig = Pick<Config, 'limits' | 'corsOrigins'>;

/** A listener for node:http, and `fetch` for requests within the process. */
export type App = RequestListener & {
  readonly fetch: typeof fetch;
  /** The response of a status path, with its query; undefined for any other. */
  status(target: string): Response | undefined;
  /** Executes a query for the server itself, with the limits for calls, rows, time and bytes that any operation has. */
  run(query: string, variables: Readonly<Record<string, unknown>>): Promise<ExecutionResult>;
  /** How busy it is. */
  load(): AppLoad;
  /** Takes other limits and origins, and reads the API keys again. */
  reload(next: ReloadedConfig): void;
  /** Makes `/ready` say that the server is draining; requests are still handled. */
  startDraining(): void;
  close(): void;
};

/** The name under which the server makes calls for itself. */
const OWN_CALLER = 'server';

/** Milliseconds after which the compiler is loaded: the first responses are sent before. */
const WARM_UP_MS = 1_000;

export function createApp(parts: AppParts): App {
  const { config, cloud, logger, onRequestEnd, callTraceOf, metrics, defaultToken, plugins = [] } = parts;
  const { callers, memoryShare } = config;
  // A reload changes them in place: what is in flight goes on, and is counted.
  const limits = { ...config.limits };
  const corsOrigins = [...config.corsOrigins];
  const schema = buildSchema({ offersNode: config.subgraphNode });
  const apiKeys = callers.apiKeysFile === undefined ? undefined : new ApiKeys(callers.apiKeysFile, logger);
  const jwt = callers.jwt && createJwtVerifier(callers.jwt, logger);
  const localRate = new LocalRate(memoryShare);
  const rate = cloud.redis ? new RedisRate(cloud.redis, localRate) : localRate;
  const isPassthrough = cloud.config.auth.mode === 'passthrough';
  const nameOfAnonymous = anonymousName(isPassthrough);
  const callerOf = callerName(nameOfAnonymous);
  const authenticate = apiKeys || jwt ? createAuthentication({ apiKeys, jwt, logger }) : undefined;
  const checkLoopback = callers.loopbackOnly ? loopbackCheck(callers.allowedHosts) : undefined;
  const { routerSecret } = callers;
  const offersExplain = config.telemetry.explain ?? config.sandbox;
  // The header that a user of GraphiQL has to fill in.
  const credential = apiKeys || jwt ? AUTHORIZATION : defaultToken === undefined && isPassthrough ? TOKEN : undefined;
  const responseBudget = new ByteBudget(limits.totalResponseBytes, SHARE_OF_CALLER);
  const executor = createExecutor({ schema, compileAfter: config.compileAfter, memoryShare });
  setTimeout(() => void executor.warmUp(), WARM_UP_MS).unref();
  const documentCache = createDocumentCache<DocumentNode>(memoryShare);
  const documents = new KnownDocuments(documentCache);
  const requests = new ConcurrentRequests(limits);
  const bodies = new RequestBodies(limits);
  const countOperation = operationCount(limits, rate);
  const resultText = new ResultText(limits);
  const compression = config.compression ? new Compression() : undefined;
  const maskError = (error: unknown) =>
    toClientError(error, (unexpected) => logger.error('Unexpected error:', unexpected));
  const contextOptions = {
    cloud,
    limits,
    defaultToken,
    readsAuthorization: Boolean(apiKeys || jwt),
  };
  const requestRecord = useRequestRecord(callerOf);
  // The phases of a request, in this order: docs/lifecycle.md. The fast path has what each of them does, too.
  const ownPlugins = [
    useRequestId(),
    requestRecord.first,
    useResponseHeaders(),
    useJsonText(resultText),
    useTurns(),
    ...(compression ? [useCompression(compression)] : []),
    ...(routerSecret ? [useRouterSecret(routerSecret)] : []),
    ...(checkLoopback ? [useLoopbackOnly(checkLoopback)] : []),
    ...(config.graphiql
      ? [useGraphiqlPage({ schema, introspection: config.introspection, explain: offersExplain, credential })]
      : []),
    useEndpoint(),
    ...(authenticate ? [useAuthentication(authenticate)] : []),
    useConcurrencyLimit(requests, callerOf),
    useResponseBudget(responseBudget, limits, callerOf),
    useRequestBody(bodies, callerOf),
    useHalfClosed(),
    useMediaTypes(),
    useGetRequests(corsOrigins),
    useBatchLimit(limits),
    useRateLimit(countOperation, callerOf),
    usePersistedQueries(),
    useVariableLimits(limits),
    useDocumentLimits(limits, memoryShare),
    useValidDocuments(documentCache),
    useOperation(),
    useKnownDocuments(documents),
    config.introspection ? useHints() : useNoIntrospection(),
    useExecutionLimits(),
    useExecutor(executor),
    ...(offersExplain ? [useExplain(limits)] : []),
    useCostLimit(limits, interpret),
    requestRecord.last,
    useDeadline(limits),
    useSessionEnd(),
  ];
  const yoga = createYoga<NodeContext, Context>({
    schema,
    graphqlEndpoint: ENDPOINT,
    // Yoga's own health check responds where a URL ends in this text: no URL does.
    healthCheckEndpoint: ' ',
    context: ({ request, req, size = new ResponseSize(limits.responseBytes) }) =>
      createContext(
        (name) => request.headers.get(name),
        requestIdOf(request),
        callerOf(request, req?.socket.remoteAddress),
        size,
        contextOptions,
      ),
    maskedErrors: { maskError },
    plugins: [...ownPlugins, ...plugins],
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
  /** Has the plugins check a document at its first sight, as Yoga would. */
  const learn = (operation: OrdinaryOperation): DocumentNode | undefined => {
    const { parse, validate, schema } = yoga.getEnveloped({ params: operation, request: { method: 'POST' } } as never);
    try {
      const document: DocumentNode = parse(operation.query);
      if (validate(schema, document).length > 0) return undefined;
      documents.add(document, operation.operationName);
      return document;
    } catch {
      return undefined;
    }
  };
  const fastPath = new FastPath({
    schema,
    limits,
    headChecks: [
      (request) => routerSecret && routerSecretFault(routerSecret, headerOf(request)),
      (request) => checkLoopback?.(originationOf(request)),
    ],
    authenticate,
    anonymousName: nameOfAnonymous,
    requests,
    responseBudget,
    bodies,
    countOperation,
    documents,
    learn: config.compileAfter === 1 ? learn : undefined,
    contextOptions,
    executor,
    toClientError: maskError,
    sender: new ResultSender(resultText, compression, yoga.fetchAPI),
    handOver: (request, response, context) => void yoga(request, response, context),
  });
  const isFast = config.fastPath && isCovered(plugins, logger);
  const admission = new Admission(
    limits,
    (request, response) => void (isFast ? fastPath.handle(request, response) : yoga(request, response)),
    () => responseBudget.isFull,
    createOverloadLog(logger),
  );
  const load = (): AppLoad => ({
    requests: { running: admission.running, waiting: admission.waiting },
    memory: {
      bodies: bodies.budget,
      responses: responseBudget,
      upstream: cloud.memory,
    },
    documents: { count: documentCache.size, bytes: BYTES_PER_CHARACTER * documentCache.calculatedSize },
    compiledFields: executor.size,
  });
  const statusOf = (target: string) => statusResponse(target, readiness, (state) => statusText(state, cloud, load()));
  const sendMetrics = async (request: IncomingMessage, response: ServerResponse) => {
    const fault = await metricsFault(request, { routerSecret, authenticate });
    const made = fault ? errorResponse(fault) : await metrics?.().then(metricsResponse, () => undefined);
    return sendResponse(response, made ?? errorResponse(internalError()));
  };
  const runQuery = async (query: string, variableValues: Readonly<Record<string, unknown>>) => {
    const size = new ResponseSize(limits.responseBytes);
    const contextValue = createContext(() => null, randomUUID(), OWN_CALLER, size, contextOptions);
    const { session, meter } = contextValue;
    const stopTimer = session.startDeadline(limits.requestTimeoutMs);
    try {
      const args = { schema, document: parse(query), operationName: undefined, variableValues, contextValue };
      const { data = null, errors } = await interpret(args);
      const ended = meter.close();
      return ended ? { errors: [ended] } : { data, ...(errors ? { errors: errors.map(maskError) } : {}) };
    } finally {
      stopTimer();
      session.end();
    }
  };
  const listener: RequestListener = (request, response) => {
    holdBody(request);
    assignRequestId(request, response);
    openRecord(request, response, onRequestEnd, callTraceOf);
    if (applyCors(corsOrigins, request, response)) return undefined;
    const fault = checkRequest(request);
    if (fault) return sendResponse(response, errorResponse(fault));
    if (request.url !== ENDPOINT) {
      const [path = ''] = (request.url ?? '').split('?', 1);
      const status = statusOf(request.url ?? '');
      if (status || path === METRICS_PATH) recordOf(request)?.onMonitored();
      if (status) return sendResponse(response, status);
      if (metrics && path === METRICS_PATH) return sendMetrics(request, response);
    }
    return admission.enter(request, response);
  };
  return Object.assign(listener, {
    fetch: async (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : String(input));
      return statusOf(pathname + search) ?? fetchYoga(input, init);
    },
    status: statusOf,
    load,
    run: runQuery,
    reload(next: ReloadedConfig) {
      Object.assign(limits, next.limits);
      corsOrigins.splice(0, corsOrigins.length, ...next.corsOrigins);
      responseBudget.resize(limits.totalResponseBytes);
      bodies.budget.resize(limits.totalBodyBytes);
      // Documents that are known were within the limits of before.
      documentCache.clear();
      apiKeys?.refresh();
    },
    startDraining: () => {
      isDraining = true;
    },
    close: () => cloud.redis?.close(),
  });
}

/** Whether the fast path passes by no hook of a plugin that it does not cover; says so where it does. */
function isCovered(plugins: readonly ServerPlugin[], logger: Logger): boolean {
  const hooks = uncoveredHooks(plugins);
  if (hooks.length > 0)
    logger.info(`The fast path is off: plugins have hooks that it does not call (${hooks.join(', ')}).`);
  return hooks.length === 0;
}
