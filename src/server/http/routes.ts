// The paths of the server. They are compared as a whole: Yoga itself looks at the end of the raw URL, which a query string can imitate.
import { badUserInput } from '../../graph/errors.ts';
import { errorResponse, STANDARD_HEADERS } from './error-response.ts';
import { jsonText } from './json-writer.ts';
import type { ServerPlugin } from './node-context.ts';

/** The endpoint of GraphQL and GraphiQL. */
export const ENDPOINT = '/graphql';

/** The paths at which it reports of itself. */
export const STATUS_PATHS: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** The query by which `/ready` responds with a text. */
const VERBOSE = 'verbose';

/** What the server reports of itself. */
export interface Readiness {
  /** Only a `ready` server should get requests. */
  readonly status: 'ready' | 'draining' | 'overloaded';
  /** The circuit of each service, for information: an open circuit does not make the server unready. */
  readonly circuits: Readonly<Record<string, string>>;
  /** Whether the server's own credentials are accepted, for information, too; not given where it has none. */
  readonly credentials?: string | undefined;
  /** What the cache of this process has done since it began; not given where nothing is kept. */
  readonly cache?: Readonly<Record<string, number>> | undefined;
}

/**
 * The response of the status paths: `/health` says that the process lives, `/ready` whether it should get requests. Neither calls an
 * upstream: otherwise a cloud that fails would drain every replica. `/ready?verbose` is for people. `target` is the path with its query.
 * Shape: undefined for all other paths.
 */
export function statusResponse(
  target: string,
  readiness: () => Readiness,
  textOf: (readiness: Readiness) => string,
): Response | undefined {
  const [path = '', query] = target.split('?', 2);
  let headers = STANDARD_HEADERS;
  if (path === '/health') return new Response(null, { headers });
  if (path !== '/ready') return undefined;
  const state = readiness();
  const status = state.status === 'ready' ? 200 : 503;
  if (state.status === 'overloaded') headers = { ...headers, 'retry-after': '1' };
  const text = { 'content-type': 'text/plain; charset=utf-8', ...headers };
  if (query === VERBOSE) return new Response(textOf(state), { status, headers: text });
  return new Response(jsonText(state), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** Whether a path is the endpoint; it may have a trailing slash. */
export const isEndpoint = (path: string): boolean => path === ENDPOINT || path === `${ENDPOINT}/`;

/** Responds with 404 to every path but the endpoint. */
export function useEndpoint(): ServerPlugin {
  return {
    onRequest({ url, endResponse }) {
      if (isEndpoint(url.pathname)) return;
      endResponse(errorResponse(badUserInput(`This path does not exist: GraphQL is at ${ENDPOINT}.`, { status: 404 })));
    },
  };
}
