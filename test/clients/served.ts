// What every client suite uses: the server on the sandbox, over HTTP, a fetch that keeps what a client sends, and the rows of a list.
import { afterAll, beforeAll, expect } from 'vitest';
import { type AppOptions, openApp, type TestApp } from '../support/app.ts';
import { deadEndpoint } from '../support/upstreams/dead-endpoint.ts';

/** A request as a client has sent it. */
export interface SentRequest {
  readonly method: string;
  /** The parameters of the URL or the body. */
  readonly params: SentParams | SentParams[];
}

export interface SentParams {
  readonly query?: string;
  readonly extensions?: { readonly persistedQuery?: { readonly version: number; readonly sha256Hash: string } };
}

/** The server for all tests of a group. */
export function served(settings: () => Promise<AppOptions['settings']> = async () => ({})): () => TestApp {
  let app: TestApp | undefined;
  beforeAll(async () => {
    app = await openApp({ upstream: 'sandbox', over: 'http', settings: { ...(await settings()) } });
  });
  afterAll(() => app?.close());
  return () => app as TestApp;
}

/** The headers of a caller. */
export const headersOf = ({ token }: TestApp) => ({ 'x-auth-token': String(token) });

/** The global `fetch`, and the requests that it has sent. */
export function keepingFetch(): { readonly fetch: typeof fetch; readonly sent: SentRequest[] } {
  const sent: SentRequest[] = [];
  return {
    sent,
    fetch: (input, init) => {
      const { searchParams } = new URL(String(input));
      const fromUrl = Object.fromEntries(
        [...searchParams].map(([name, value]) => [name, name === 'extensions' ? JSON.parse(value) : value]),
      );
      const { method = 'GET', body } = init ?? {};
      sent.push({ method, params: typeof body === 'string' ? JSON.parse(body) : fromUrl });
      return fetch(input, init);
    },
  };
}

/** A list with some of its arguments. */
export interface List {
  readonly field: string;
  readonly args: string;
}

/** A list that IMS pages by markers, and two that are paged by offsets: the last is one of ModelArts, as a whole. */
export const LISTS: readonly List[] = [
  { field: 'images', args: 'filter: { visibility: PUBLIC }' },
  { field: 'repositories', args: 'namespace: "data-platform"' },
  { field: 'imageGroups', args: 'filter: {}' },
];

/** Rows of a page: fewer than any of the lists has, and no divisor of their numbers. */
export const PAGE_SIZE = 10;

/** The ids of all rows of a list, as one page has them. */
export async function rowsOf(app: TestApp, { field, args }: List): Promise<readonly string[]> {
  const query = `{ list: ${field}(first: 1000, ${args}) { nodes { id } pageInfo { hasNextPage } } }`;
  const { data, errors } = await app.ask(query);
  expect([errors, data.list.pageInfo.hasNextPage]).toEqual([undefined, false]);
  const ids: string[] = data.list.nodes.map(({ id }: { id: string }) => id);
  expect(ids.length).toBeGreaterThan(2 * PAGE_SIZE);
  expect(new Set(ids).size).toBe(ids.length);
  return ids;
}

/** A page of a list, in both directions. */
export const pageQuery = ({ field, args }: List) => `
  query Page($first: Int, $after: String, $last: Int, $before: String) {
    list: ${field}(first: $first, after: $after, last: $last, before: $before, ${args}) {
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }`;

/** What it selects. */
export interface Page {
  readonly list: {
    readonly edges: readonly { readonly node: { readonly id: string } | null }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
    };
  };
}

/** A query over two services. */
export const TWO_SERVICES = `query TwoServices {
  images(first: 2) { nodes { id imageId name } }
  repositories(first: 2) { nodes { id name } }
}`;

/** Settings with which SWR, the second of them, cannot be reached. */
export const withoutSwr = async () => ({ IMAGE_GRAPH_SWR_ENDPOINT: await deadEndpoint() });

export const SWR_FAILURE = {
  message: 'SWR cannot be reached (list repositories).',
  path: ['repositories'],
  extensions: { code: 'UPSTREAM_UNAVAILABLE', service: 'swr' },
};
