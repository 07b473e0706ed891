// The id of a request: taken from it or made, sent upstream, and part of every response.
import { expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';
import { oneImage, QUERY, RESPONSE } from '../one-image.ts';

test('the id of a request goes upstream and comes back', async () => {
  const app = await startApp({ upstream: oneImage });
  const send = async (headers: Record<string, string>) => {
    const response = await app.fetch('http://image-graph/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-auth-token': 'token', ...headers },
      body: JSON.stringify({ query: QUERY }),
    });
    expect(await response.json()).toEqual(RESPONSE);
    return [response.headers.get('x-request-id'), app.calls()[0]?.headers['x-request-id']];
  };
  expect(await send({ 'x-request-id': 'req-7f0c.1:2_3' })).toEqual(['req-7f0c.1:2_3', 'req-7f0c.1:2_3']);
  const [made, sent] = await send({});
  expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  expect(sent).toBe(made);
  expect((await send({}))[0]).not.toBe(made);
  for (const id of ['x'.repeat(129), 'two ids', 'a, b', '<script>', '']) {
    const [own] = await send({ 'x-request-id': id });
    expect(own).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  }
});

test('a rejected request has an id too', async () => {
  const app = await startApp({ settings: { IMAGE_GRAPH_ROUTER_SECRET: 'the-router-knows-it' } });
  const response = await app.fetch('http://image-graph/graphql', { headers: { 'x-request-id': 'r1' } });
  expect([response.status, response.headers.get('x-request-id')]).toEqual([401, 'r1']);
});
