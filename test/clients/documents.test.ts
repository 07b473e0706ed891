// The documents of image-graph/client in Apollo Client 4 and urql, which take them as they are, with their types.
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, fetchExchange } from '@urql/core';
import { expect, test } from 'vitest';
import { RepositoryDocument } from '../../src/client/index.ts';
import { headersOf, served } from './served.ts';

const app = served();
const variables = { namespace: 'data-platform', name: 'huge-counters' };

test('Apollo Client takes them', async () => {
  const link = new HttpLink({ uri: app().url, headers: headersOf(app()) });
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const { data } = await client.query({ query: RepositoryDocument, variables });
  expect(data?.repository?.name satisfies string | undefined).toBe('huge-counters');
});

test('urql takes them', async () => {
  const client = new Client({
    url: app().url,
    fetchOptions: { headers: headersOf(app()) },
    exchanges: [fetchExchange],
    preferGetMethod: false,
  });
  const { data } = await client.query(RepositoryDocument, variables);
  expect(data?.repository?.name satisfies string | undefined).toBe('huge-counters');
});
