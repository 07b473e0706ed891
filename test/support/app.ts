// Starts the server as its users run it: on settings, over HTTP to an upstream that keeps its calls, in this process or through a port.
import { expect, onTestFinished } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { World } from '../../src/sandbox/world/types.ts';
import { createHttpServer, listen } from '../../src/server/http/server.ts';
import type { Logger } from '../../src/server/logger.ts';
import { createService } from '../../src/server/service.ts';
import { close as closeServer } from './listen.ts';
import { startSandboxUpstream } from './upstreams/sandbox.ts';
import { type Reply, type Script, startUpstream, type Upstream, type UpstreamCall } from './upstreams/upstream.ts';

export interface AppOptions {
  /** On top of those that point at the upstream. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What the app calls: a script or the sandbox, started and closed with it, or an upstream that runs already. */
  readonly upstream?: Script | 'sandbox' | Upstream;
  /** What the sandbox holds. */
  readonly world?: World;
  /** `fetch` calls the app in this process; `http` serves it on a port, as the serve command does. */
  readonly over?: 'fetch' | 'http';
  /** The caller's token: one that the upstream accepts unless given; null for none. */
  readonly token?: string | null;
  /** The token of requests that bring none. */
  readonly defaultToken?: string;
  /** Takes the log lines in place of `log`. */
  readonly logger?: Logger;
}

/** A GraphQL response. */
export interface GraphQLResponse {
  // biome-ignore lint/suspicious/noExplicitAny: responses are looked into freely, and compared whole
  readonly data?: any;
  readonly errors?: readonly {
    message: string;
    path?: (string | number)[];
    locations?: { line: number; column: number }[];
    extensions: Record<string, unknown>;
  }[];
}

interface Calls {
  readonly requested: number;
  readonly actual: number;
}

/** What `extensions.cost` tells. */
export interface Cost {
  readonly requestedQueryCost: number;
  readonly maximumAvailable: number;
  readonly upstreamCalls: Calls & { readonly maximum: number; readonly services: Readonly<Record<string, Calls>> };
  readonly rowsRead: Calls & { readonly maximum: number };
}

/** A GraphQL response with what HTTP says of it. */
export interface SentResponse extends GraphQLResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly extensions?: { readonly cost?: Cost };
  /** The responses to a batch. */
  readonly batch?: readonly Omit<SentResponse, 'status' | 'headers'>[];
}

/** An operation as it is sent. */
export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly extensions?: Record<string, unknown>;
}

export interface TestApp {
  /** Sends an operation as an application does. `headers` come on top of the token. */
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<GraphQLResponse>;
  /**
   * Sends an operation, a batch or any text under the media type of GraphQL over HTTP, by which errors have statuses of their own.
   * `headers` come on top of the token.
   */
  send(body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<SentResponse>;
  /** The typed client of src/client, on this app. */
  readonly client: ReturnType<typeof createClient>;
  readonly fetch: typeof fetch;
  readonly origin: string;
  /** Where GraphQL is. */
  readonly url: string;
  readonly token: string | null;
  readonly upstream: Upstream;
  /** The upstream calls since the last call of this function, in the order of arrival. */
  calls(): UpstreamCall[];
  /** The same as raw targets. */
  targets(): string[];
  /** The lines that the server logged. */
  readonly log: string[];
  /** Bytes of memory that the responses of the cloud are charged with. */
  memoryUsed(): number;
  close(): Promise<void>;
}

/** Starts the app for the length of a test. */
export async function startApp(options?: AppOptions): Promise<TestApp> {
  const app = await openApp(options);
  onTestFinished(app.close);
  return app;
}

/** The response to one field, named `it`, of an app whose upstream sends this to every call. Nothing is logged. */
export async function askField(
  field: string,
  reply: Reply,
  headers?: Record<string, string>,
): Promise<GraphQLResponse> {
  const app = await startApp({ upstream: () => reply });
  const response = await app.ask(`{ it: ${field} }`, {}, headers);
  expect(app.log).toEqual([]);
  return response;
}

/** Starts the app until `close` is called: for all tests of a file or a group. */
export async function openApp(options: AppOptions = {}): Promise<TestApp> {
  const { upstream, isOwn } = await upstreamFor(options);
  const log: string[] = [];
  const { settings, over = process.env.OVER, defaultToken, logger = keepingLogger(log) } = options;
  const config = loadConfig({ ...TEST_SETTINGS, ...upstream.settings, ...settings });
  const {
    app,
    cloud,
    close: closeService,
  } = await createService({
    config,
    cloud: config.cloud,
    logger,
    defaultToken,
  });
  const server = over === 'http' ? createHttpServer(app, config) : undefined;
  const origin = server ? await listen(server, 0, '127.0.0.1') : 'http://127.0.0.1';
  const close = async () => {
    if (server) await closeServer(server);
    await closeService();
    if (isOwn) await upstream.close();
  };
  let closing: Promise<void> | undefined;
  return {
    ...accessTo(origin, server ? fetch : app.fetch, options, upstream),
    log,
    memoryUsed: () => cloud.memory.used,
    close: () => (closing ??= close()),
  };
}

function accessTo(origin: string, fetch: TestApp['fetch'], options: AppOptions, upstream: Upstream) {
  const url = `${origin}/graphql`;
  const token = options.token === undefined ? upstream.token : options.token;
  const post = (body: string, headers: Record<string, string>, signal?: AbortSignal) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { 'x-auth-token': token }), ...headers },
      body,
      ...(signal ? { signal } : {}),
    });
  return {
    async ask(query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
      const response = await post(JSON.stringify({ query, variables }), headers);
      return (await response.json()) as GraphQLResponse;
    },
    async send(body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<SentResponse> {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await post(text, { accept: 'application/graphql-response+json', ...headers }, signal);
      const result = (await response.json()) as GraphQLResponse | GraphQLResponse[];
      const parts = Array.isArray(result) ? { batch: result } : result;
      return { ...parts, status: response.status, headers: response.headers };
    },
    client: createClient(url, { token: token ?? undefined, fetch }),
    fetch,
    origin,
    url,
    token,
    upstream,
    calls: () => upstream.takeCalls(),
    targets: () => upstream.takeCalls().map((call) => call.url),
  };
}

const TEST_SETTINGS = {
  // Tests look at the other lines.
  IMAGE_GRAPH_LOG_REQUESTS: '0',
  // The event loop is that of the test too, which keeps it busy.
  IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '60000',
  // Each document is compiled, although a test sends it once; `COMPILE_AFTER=0` runs the suites without compiled code.
  IMAGE_GRAPH_COMPILE_AFTER: process.env.COMPILE_AFTER ?? '1',
  // `OVER=http` serves it over HTTP where a test does not say how, and so on the fast path; `FAST_PATH=false` never takes that.
  IMAGE_GRAPH_FAST_PATH: process.env.FAST_PATH ?? 'true',
};

const NO_UPSTREAM: Upstream = {
  url: '',
  settings: {},
  token: 'test-token',
  calls: [],
  takeCalls: () => [],
  close: async () => {},
};

async function upstreamFor({ upstream = NO_UPSTREAM, world }: AppOptions) {
  if (upstream === 'sandbox') return { upstream: await startSandboxUpstream(world ? { world } : {}), isOwn: true };
  if (typeof upstream === 'function') return { upstream: await startUpstream(upstream), isOwn: true };
  return { upstream, isOwn: false };
}

/** For what nobody reads. */
export const NO_LOG: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const keepingLogger = (log: string[]): Logger => ({
  debug: () => {},
  info: (message) => void log.push(message),
  warn: (message) => void log.push(message),
  error: (message, error) => void log.push(error === undefined ? message : `${message} ${textOf(error)}`),
});

const textOf = (error: unknown) => (error instanceof Error ? error.stack : String(error));

/** The codes of all errors of a response. */
export const codesOf = ({ errors = [] }: { readonly errors?: GraphQLResponse['errors'] | undefined }) =>
  errors.map(({ extensions }) => extensions.code);

/** The upstream calls since they were last taken, as `METHOD target`, sorted: calls of one query have no order. */
export const sortedCalls = (app: TestApp) =>
  app
    .calls()
    .map(({ method, url }) => `${method} ${url}`)
    .sort();
