// Which paths execute operations.
import { expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';

test.each([
  '/health?query={__typename}&x=/graphql',
  '/health?/graphql',
  '/health?query={__typename}#/graphql',
  '/health/',
])('no operation is executed through %s', async (path) => {
  const app = await startApp({ settings: { IMAGE_GRAPH_ROUTER_SECRET: 'the-router-knows-it' } });
  const forms: RequestInit[] = [
    {},
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    },
  ];
  for (const options of forms) {
    const response = await app.fetch(`http://image-graph${path}`, options);
    expect(await response.text()).not.toMatch(/data/);
  }
});

test('a query whose text ends like another path is executed', async () => {
  const { fetch } = await startApp();
  const response = await fetch('http://image-graph/graphql?query={__typename}&x=/health');
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
});
