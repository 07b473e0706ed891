// What every client suite uses: the server on the sandbox, over HTTP, a fetch that keeps what a client sends, and the rows of a list.
import { afterAll, beforeAll, expect } from 'vitest';
import { type AppOptions, openApp, type TestApp } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
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
  readonly type: 'Query' | 'Repository' | 'Organization';
  readonly field: string;
  readonly args: string;
  /** The root field, with its arguments, of the object that has the list. */
  readonly parent?: string;
}

/**
 * A list that IMS pages by markers, and two that are paged by offsets: the last is one of ModelArts, as a whole. Then lists of an object:
 * one that SWR pages, and one whose parent has no call of its own.
 */
export const LISTS: readonly List[] = [
  { type: 'Query', field: 'images', args: 'filter: { visibility: PUBLIC }' },
  { type: 'Query', field: 'repositories', args: 'namespace: "data-platform"' },
  { type: 'Query', field: 'imageGroups', args: 'filter: {}' },
  {
    type: 'Repository',
    field: 'containerTags',
    args: 'name: "7", orderBy: { field: NAME, direction: ASC }',
    parent: 'repository(namespace: "data-platform", name: "huge-counters")',
  },
  {
    type: 'Organization',
    field: 'repositories',
    args: 'orderBy: { field: NAME, direction: DESC }',
    parent: 'organization(namespace: "data-platform")',
  },
];

/** A selection at the root, or in the parent of a list. */
const within = ({ parent }: List, selection: string) => (parent ? `parent: ${parent} { id ${selection} }` : selection);

/** Rows of a page: fewer than any of the lists has, and no divisor of their numbers. */
export const PAGE_SIZE = 10;

/** The ids of all rows of a list, as one page has them. */
export async function rowsOf(app: TestApp, list: List): Promise<readonly string[]> {
  const rows = `list: ${list.field}(first: 1000, ${list.args}) { nodes { id } pageInfo { hasNextPage } }`;
  const { data, errors } = await app.ask(`{ ${within(list, rows)} }`);
  const { nodes, pageInfo } = (data.parent ?? data).list;
  expect([errors, pageInfo.hasNextPage]).toEqual([undefined, false]);
  const ids: string[] = nodes.map(({ id }: { id: string }) => id);
  expect(ids.length).toBeGreaterThan(2 * PAGE_SIZE);
  expect(new Set(ids).size).toBe(ids.length);
  return ids;
}

/** A page of a list, in both directions. */
export const pageQuery = (list: List) => `
  query Page($first: Int, $after: String, $last: Int, $before: String) {
    ${within(
      list,
      `list: ${list.field}(first: $first, after: $after, last: $last, before: $before, ${list.args}) {
        edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }`,
    )}
  }`;

/** An object with a list. */
export interface WithList {
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

/** What the query of a page selects. */
export type Page = WithList | { readonly parent: WithList };

/** The list in the data of a page. */
export const listIn = (page: Page): WithList['list'] => ('parent' in page ? page.parent : page).list;

/** The types without an `id` that docs/clients.md names: their objects are parts of those that hold them. */
export const WITHOUT_ID: readonly string[] = JSON.parse(
  (/const WITHOUT_ID = (\[.*?\]);/s.exec(readArtifact('docs/clients.md'))?.[1] ?? '[]')
    .replaceAll("'", '"')
    .replace(/,\s*\]/, ']'),
);

/** A repository whose edges have objects without an `id`. */
export const WITH_PARTS = 'repository(namespace: "data-platform", name: "a/b_c.d")';

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
