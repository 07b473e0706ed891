// The router secret: only requests that carry it are executed, on every path but /health.
import { expect, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { startApp } from '../../support/app.ts';

const SECRET = 'the-router-knows-it';
const start = () =>
  startApp({ upstream: () => ({ body: imageRow() }), settings: { IMAGE_GRAPH_ROUTER_SECRET: SECRET } });

test('with a router secret only requests that carry it are executed', async () => {
  const app = await start();
  const fields = `{ image(imageId: "${imageId(1)}") { name } }`;
  expect((await app.ask(fields, {}, { 'router-authorization': SECRET })).data).toEqual({ image: { name: 'CentOS' } });
  app.targets();
  const wrong = [
    '',
    'wrong',
    SECRET.slice(1),
    `${SECRET}x`,
    SECRET.toUpperCase(),
    `Bearer ${SECRET}`,
    `${SECRET}, ${SECRET}`,
  ];
  for (const query of [fields, '{ _service { sdl } }', '{ __typename }']) {
    for (const secret of wrong) {
      const { data, errors } = await app.ask(query, {}, { 'router-authorization': secret });
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      expect(JSON.stringify(errors)).not.toContain(SECRET);
    }
  }
  expect(app.targets()).toEqual([]);
});

test('the secret protects every path but /health', async () => {
  const { fetch, origin } = await start();
  const ask = async (path: string, options: RequestInit = {}) => {
    const response = await fetch(origin + path, options);
    await response.text();
    return response.status;
  };
  expect(await ask('/health')).toBe(200);
  expect(await ask('/graphql?query={__typename}')).toBe(401);
  expect(await ask('/graphql', { headers: { accept: 'text/html' } })).toBe(401);
  expect(await ask('/graphql', { method: 'OPTIONS' })).toBe(401);
  expect(await ask('/graphql', { method: 'POST', body: 'garbage' })).toBe(401);
  expect(await ask('/elsewhere')).toBe(401);
  const secret = { 'router-authorization': SECRET };
  expect(await ask('/elsewhere', { headers: secret })).toBe(404);
  expect(await ask('/graphql/?query={__typename}', { headers: secret })).toBe(200);
  expect(await ask('/graphql?query={__typename}', { headers: { 'router-authorization': SECRET } })).toBe(200);
});
