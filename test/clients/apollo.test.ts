// Apollo Client 4 and 3 against the server: automatic persisted queries, pagination in both directions, partial data, and its cache.
import { createHash } from 'node:crypto';
import * as core4 from '@apollo/client';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import * as persisted4 from '@apollo/client/link/persisted-queries';
import * as utilities4 from '@apollo/client/utilities';
import * as core3 from 'apollo-client-3/core';
import * as persisted3 from 'apollo-client-3/link/persisted-queries';
import * as utilities3 from 'apollo-client-3/utilities';
import { describe, expect, test } from 'vitest';
import type { GraphQLResponse } from '../support/app.ts';
import { readArtifact } from '../support/documents/artifacts.ts';
import {
  headersOf,
  keepingFetch,
  LISTS,
  type List,
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

/** What both versions export by one name and use in one way; the types are those of version 4. */
const versions = [
  { ...core4, ...persisted4, ...utilities4 },
  { ...core3, ...persisted3, ...utilities3 } as unknown as typeof core4 & typeof persisted4 & typeof utilities4,
];

/** The arguments that docs/clients.md names for relayStylePagination. */
const [, written = ''] = /relayStylePagination\(\[(.*?)\]\)/.exec(readArtifact('docs/clients.md')) ?? [];
const KEY_ARGS = written.replaceAll("'", '').split(', ');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const app = served();

describe.each(versions)('Apollo Client $version', (apollo) => {
  const { ApolloClient, InMemoryCache, HttpLink, createPersistedQueryLink, gql } = apollo;

  describe.each([false, true])(
    'with persisted queries, where useGETForHashedQueries is %s',
    (useGETForHashedQueries) => {
      test('falls back to queries, and sends hashes no longer', async () => {
        const { fetch, sent } = keepingFetch();
        const persisting = createPersistedQueryLink({ sha256, useGETForHashedQueries });
        const link = persisting.concat(new HttpLink({ uri: app().url, headers: headersOf(app()), fetch }));
        const client = new ApolloClient({ link, cache: new InMemoryCache() });
        const query = gql('query Images { images(first: 2) { nodes { id name } } }');
        const { data } = await client.query({ query });
        expect(data).toMatchObject({ images: { nodes: [{ __typename: 'Image' }, { __typename: 'Image' }] } });
        await client.query({ query: gql('query Groups { imageGroups(first: 1) { nodes { id } } }') });

        const text = sent[1]?.params as SentParams;
        const hash = sha256(String(text.query));
        expect(sent.map(({ method, params }) => [method, params])).toEqual([
          [
            useGETForHashedQueries ? 'GET' : 'POST',
            expect.objectContaining({
              extensions: expect.objectContaining({ persistedQuery: { version: 1, sha256Hash: hash } }),
            }),
          ],
          ['POST', expect.objectContaining({ query: expect.stringContaining('query Images') })],
          ['POST', expect.objectContaining({ query: expect.stringContaining('query Groups') })],
        ]);
        expect(sent.map(({ params }) => 'query' in params)).toEqual([false, true, true]);
        expect(sent.slice(1).map(({ params }) => (params as SentParams).extensions?.persistedQuery)).toEqual([
          undefined,
          undefined,
        ]);
      });
    },
  );

  describe.each(LISTS)('with relayStylePagination over $type.$field', (list) => {
    const pages = (list: List) => {
      const { relayStylePagination } = apollo;
      const cache = new InMemoryCache({
        typePolicies: { [list.type]: { fields: { [list.field]: relayStylePagination(KEY_ARGS) } } },
      });
      const link = new HttpLink({ uri: app().url, headers: headersOf(app()) });
      return new ApolloClient({ link, cache });
    };
    const idsOf = (page: Page) => listIn(page).edges.map(({ node }) => node?.id);

    test.each(['forward', 'backward'])('reads all rows %s, each once and in order', async (direction) => {
      const isForward = direction === 'forward';
      const client = pages(list);
      const size = isForward ? { first: PAGE_SIZE } : { last: PAGE_SIZE };
      const options = { query: gql(pageQuery(list)), variables: size };
      const query = client.watchQuery<Page, Record<string, unknown>>(options);
      let subscription: { unsubscribe(): void } | undefined;
      await new Promise<void>((resolve) => {
        subscription = query.subscribe(({ loading }) => loading || resolve());
      });
      const current = () => client.readQuery<Page>(options) as Page;
      const rows = await rowsOf(app(), list);
      let count = 1;
      for (; ; count++) {
        const { hasNextPage, hasPreviousPage, startCursor, endCursor } = listIn(current()).pageInfo;
        if (!(isForward ? hasNextPage : hasPreviousPage)) break;
        await query.fetchMore({ variables: isForward ? { after: endCursor } : { before: startCursor } });
        const known = Math.min((count + 1) * PAGE_SIZE, rows.length);
        expect(idsOf(current())).toEqual(isForward ? rows.slice(0, known) : rows.slice(-known));
      }
      subscription?.unsubscribe();
      expect(count).toBe(Math.ceil(rows.length / PAGE_SIZE));
      expect(idsOf(current())).toEqual(rows);
    });
  });

  test('merges what queries select of an object without an id', async () => {
    const typePolicies = Object.fromEntries(WITHOUT_ID.map((type) => [type, { merge: true }]));
    const link = new HttpLink({ uri: app().url, headers: headersOf(app()) });
    const client = new ApolloClient({ link, cache: new InMemoryCache({ typePolicies }) });
    const [one, other] = [
      gql(`{ ${WITH_PARTS} { id shares { isComplete } containerTag(name: "1.0") { id config { os } } } }`),
      gql(`{ ${WITH_PARTS} { id shares { nodes { id } } containerTag(name: "1.0") { id config { architecture } } } }`),
    ];
    const { data } = await client.query({ query: one });
    await client.query({ query: other });
    expect(client.readQuery({ query: one })).toEqual(data);
    expect(data).toMatchObject({
      repository: { shares: { isComplete: true }, containerTag: { config: { os: 'linux' } } },
    });
  });

  test('keeps one object for each global id, in lists, lookups and node', async () => {
    const cache = new InMemoryCache({ possibleTypes: { Node: ['Image'] } });
    const client = new ApolloClient({ link: new HttpLink({ uri: app().url, headers: headersOf(app()) }), cache });
    const ask = async (text: string) =>
      (await client.query({ query: gql(text), fetchPolicy: 'network-only' })).data as GraphQLResponse['data'];
    const { images } = await ask('{ images(first: 2) { nodes { id imageId name } } }');
    const [{ id, imageId, name }] = images.nodes;
    await ask(
      `{ node(id: "${id}") { id ... on Image { status } } nodes(ids: ["${id}"]) { id ... on Image { sizeBytes: size } } }`,
    );
    await ask(`{ image(imageId: "${imageId}") { id minDisk } }`);
    const objects = Object.values(cache.extract()).filter((object) => object?.__typename === 'Image');
    expect(objects).toHaveLength(2);
    const merged = Object.keys(objects.find((object) => object?.id === id) ?? {});
    expect(merged.sort()).toEqual(['__typename', 'id', 'imageId', 'minDisk', 'name', 'size', 'status']);
    expect(name).toBeTruthy();
  });
});

test('Apollo Client falls back for each operation of a batch', async () => {
  const { ApolloClient, InMemoryCache, gql } = core4;
  const { fetch, sent } = keepingFetch();
  const http = new BatchHttpLink({ uri: app().url, headers: headersOf(app()), fetch, batchInterval: 10 });
  const link = new persisted4.PersistedQueryLink({ sha256 }).concat(http);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const [images, groups] = await Promise.all([
    client.query({ query: gql('query Images { images(first: 1) { nodes { id } } }') }),
    client.query({ query: gql('query Groups { imageGroups(first: 1) { nodes { id } } }') }),
  ]);
  expect([images.data, groups.data]).toMatchObject([{ images: { nodes: [{}] } }, { imageGroups: { nodes: [{}] } }]);
  const operations = sent.map(({ params }) => [params].flat().map((one) => 'query' in one));
  expect(operations).toEqual([
    [false, false],
    [true, true],
  ]);
});

describe('Apollo Client 4 where a service fails', () => {
  const failing = served(withoutSwr);

  test.each(['all', 'none'] as const)('with the errorPolicy %s', async (errorPolicy) => {
    const { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } = core4;
    const link = new HttpLink({ uri: failing().url, headers: headersOf(failing()) });
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const result = client.query({ query: gql(TWO_SERVICES), errorPolicy });
    if (errorPolicy === 'none') {
      await expect(result).rejects.toMatchObject({ errors: [SWR_FAILURE] });
      return;
    }
    const { data, error } = await result;
    expect(data).toMatchObject({
      images: { nodes: [{ __typename: 'Image' }, { __typename: 'Image' }] },
      repositories: null,
    });
    expect(CombinedGraphQLErrors.is(error)).toBe(true);
    expect(error).toMatchObject({ errors: [SWR_FAILURE] });
  });
});
