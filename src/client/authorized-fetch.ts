// Sends requests with the credentials of the caller, and once more when a new token may help.
import { RenewedToken, type TokenFunction } from './renewed-token.ts';

type Fetch = typeof fetch;

/** The credentials of requests to an image-graph server, and how they are sent. Headers of one request replace them. */
export interface ClientOptions {
  /** The IAM token of the caller, sent as X-Auth-Token: a text, or a function that is called for the first request and again after a 401. */
  readonly token?: string | TokenFunction | undefined;
  /** The API key of the caller, or a JWT, sent as Authorization: Bearer. */
  readonly apiKey?: string | undefined;
  /** The id of the project, sent as X-Project-Id; without it the server uses its own project. */
  readonly projectId?: string | undefined;
  /** Further headers, which replace those of the other options. The function is called for each request. */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined;
  /** A fetch in the place of the global one. */
  readonly fetch?: Fetch | undefined;
}

const TOKEN_HEADER = 'x-auth-token';

export function authorizedFetch({ token, apiKey, projectId, headers: further, fetch }: ClientOptions): Fetch {
  const renewedToken = typeof token === 'function' ? new RenewedToken(token) : undefined;
  const fixed = new Headers();
  if (typeof token === 'string') fixed.set(TOKEN_HEADER, token);
  if (apiKey !== undefined) fixed.set('authorization', `Bearer ${apiKey}`);
  if (projectId !== undefined) fixed.set('x-project-id', projectId);

  return async (input, init) => {
    const send = fetch ?? globalThis.fetch;
    const headers = new Headers(init?.headers);
    const addMissing = (added: HeadersInit | undefined) =>
      new Headers(added).forEach((value, name) => {
        if (!headers.has(name)) headers.set(name, value);
      });
    addMissing(typeof further === 'function' ? await further() : further);
    addMissing(fixed);
    if (!renewedToken || headers.has(TOKEN_HEADER)) return send(input, { ...init, headers });

    const sendWith = (value: string) => {
      const all = new Headers(headers);
      all.set(TOKEN_HEADER, value);
      return send(input, { ...init, headers: all });
    };
    const used = await unlessAborted(renewedToken.get(), init?.signal);
    const response = await sendWith(used);
    if (!(await isUnauthenticated(response))) return response;
    const renewed = await unlessAborted(renewedToken.renew(used), init?.signal);
    if (renewed === undefined) return response;
    const second = await sendWith(renewed);
    if (await isUnauthenticated(second)) renewedToken.renewedInVain();
    return second;
  };
}

/** What this module reads of a GraphQL response. */
interface GraphQLResponse {
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[];
}

/** Whether a response has status 401, or the error of a field for which a service has rejected the token. */
async function isUnauthenticated(response: Response): Promise<boolean> {
  const text = await response.clone().text();
  if (response.status === 401) return true;
  // Most responses need not be parsed for this.
  if (!text.includes('"UNAUTHENTICATED"')) return false;
  try {
    const responses: GraphQLResponse[] = [JSON.parse(text)].flat();
    return responses.some(({ errors }) => errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED'));
  } catch {
    return false;
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
