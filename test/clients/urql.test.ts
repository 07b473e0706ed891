// urql against the server: automatic persisted queries, pagination in both directions, partial data, and its normalized cache.
import { createHash } from 'node:crypto';
import { type AnyVariables, Client, type Exchange, fetchExchange, gql, type OperationResult } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { persistedExchange } from '@urql/exchange-persisted';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { TestApp } from '../support/app.ts';
import {
  headersOf,
  keepingFetch,
  LISTS,
  listIn,
  PAGE_SIZE,
  type Page,
  pageQuery,
  rowsOf,
  type SentParams,
  SWR_FAILURE,
  served,
  TWO_SERVICES,
  WITH_PARTS,
  WITHOUT_ID,
  withoutSwr,
} from './served.ts';

const app = served();

const clientOf = (app: TestApp, exchanges: Exchange[], send: typeof fetch = fetch) =>
  new Client({
    url: app.url,
    fetch: send,
    fetchOptions: { headers: headersOf(app) },
    exchanges: [...exchanges, fetchExchange],
    preferGetMethod: false,
  });

describe.each([true, false, 'within-url-limit'] as const)(
  'with persistedExchange, where preferGetForPersistedQueries is %s',
  (preferGetForPersistedQueries) => {
    test('falls back to queries, and sends hashes no longer', async () => {
      const { fetch, sent } = keepingFetch();
      const client = clientOf(app(), [persistedExchange({ preferGetForPersistedQueries })], fetch);
      const { data, error } = await client.query('query Images { images(first: 2) { nodes { id name } } }', {});
      expect(error).toBeUndefined();
      expect(data.images.nodes).toHaveLength(2);
      await client.query('query Groups { imageGroups(first: 1) { nodes { id } } }', {});

      const params = sent.map(({ params }) => params as SentParams);
      const hash = createHash('sha256').update(String(params[1]?.query)).digest('hex');
      // urql sends the query as it has sent the hash.
      const method = preferGetForPersistedQueries === false ? 'POST' : 'GET';
      expect(sent.map(({ method }) => method)).toEqual([method, method, 'POST']);
      expect(params.map(({ query }) => /query (\w+)/.exec(query ?? '')?.[1])).toEqual([undefined, 'Images', 'Groups']);
      expect(params.map(({ extensions }) => extensions?.persistedQuery)).toEqual([
        { version: 1, sha256Hash: hash },
        undefined,
        undefined,
      ]);
    });
  },
);

describe.each(LISTS)('with relayPagination over $type.$field', (list) => {
  const idsOf = ({ data, error }: OperationResult<Page>) => {
    expect(error).toBeUndefined();
    return data && listIn(data).edges.map(({ node }) => node?.id);
  };

  test.each(['forward', 'backward'])('reads all rows %s, each once and in order', async (direction) => {
    const isForward = direction === 'forward';
    const mergeMode = isForward ? 'inwards' : 'outwards';
    const cache = cacheExchange({ resolvers: { [list.type]: { [list.field]: relayPagination({ mergeMode }) } } });
    const client = clientOf(app(), [cache]);
    const rows = await rowsOf(app(), list);
    let cursor: string | null | undefined;
    let count = 0;
    for (let isMore: boolean | undefined = true; isMore; count++) {
      const variables = isForward ? { first: PAGE_SIZE, after: cursor } : { last: PAGE_SIZE, before: cursor };
      const result: OperationResult<Page> = await client.query<Page, AnyVariables>(gql(pageQuery(list)), variables);
      const known = Math.min((count + 1) * PAGE_SIZE, rows.length);
      expect(idsOf(result)).toEqual(isForward ? rows.slice(0, known) : rows.slice(-known));
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } =
        (result.data && listIn(result.data).pageInfo) ?? {};
      isMore = isForward ? hasNextPage : hasPreviousPage;
      cursor = isForward ? endCursor : startCursor;
    }
    expect(count).toBe(Math.ceil(rows.length / PAGE_SIZE));
  });
});

test('the normalized cache keeps one object for each global id, in lists, lookups and node', async () => {
  const node = (_parent: unknown, { id }: { id?: string }) => ({ __typename: 'Image', id: String(id) });
  const client = clientOf(app(), [cacheExchange({ resolvers: { Query: { node } } })]);
  const { data } = await client.query('{ images(first: 1) { nodes { id imageId name } } }', {});
  const [image] = data.images.nodes;
  const lookup = await client.query('query ($imageId: ID!) { image(imageId: $imageId) { id status } }', {
    imageId: image.imageId,
  });
  const cached = await client.query(
    'query ($id: ID!) { node(id: $id) { ... on Image { id name status } } }',
    { id: image.id },
    { requestPolicy: 'cache-only' },
  );
  expect(cached.data.node).toEqual({ id: image.id, name: image.name, status: lookup.data.image.status });
});

test('objects without an id are parts of others, without a warning of the cache', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  onTestFinished(() => warn.mockRestore());
  const keys = Object.fromEntries(WITHOUT_ID.map((type) => [type, () => null]));
  const client = clientOf(app(), [cacheExchange({ keys })]);
  const parts = 'shares { isComplete } containerTag(name: "1.0") { id config { labels { name } } }';
  const { data } = await client.query(`{ ${WITH_PARTS} { id ${parts} } registryQuotas { kind } }`, {});
  expect(data.repository).toMatchObject({ shares: { isComplete: true }, containerTag: { config: {} } });
  expect(warn.mock.calls).toEqual([]);
});

describe('where a service fails', () => {
  const failing = served(withoutSwr);

  test.each([
    ['with the normalized cache', [cacheExchange({})]],
    ['without a cache', []],
  ])('%s there are data and an error', async (_title, exchanges) => {
    const { data, error } = await clientOf(failing(), exchanges).query(TWO_SERVICES, {});
    expect(data).toMatchObject({
      images: { nodes: [{ name: expect.any(String) }, { name: expect.any(String) }] },
      repositories: null,
    });
    expect(error?.networkError).toBeUndefined();
    expect(error?.graphQLErrors).toMatchObject([SWR_FAILURE]);
  });
});
