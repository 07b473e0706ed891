// OpenStack's differences: texts with colons are quoted, and one list returns many ids.
import { expect, test } from 'vitest';
import { pack } from '../../../src/graph/opaque.ts';
import { startApp } from '../../support/app.ts';
import { ABSENT } from '../../support/upstreams/upstream.ts';
import { imageId, imageRow } from './kind.ts';

const OPENSTACK = { IMAGE_GRAPH_CLOUD: 'openstack' };
const nodeId = (id: string) => pack(['Image', id]);

test.each([
  ['plain', 'plain'],
  ['a,b', 'a,b'],
  ['in:tricky', 'in:"in:tricky"'],
  ['12:30', 'in:"12:30"'],
  ['say: "x"', 'eq:say: "x"'],
  ['back:\\', 'eq:back:\\'],
])('the name %s is sent so that Glance reads no operator into it', async (name, sent) => {
  const app = await startApp({ upstream: () => ({ body: { images: [] } }), settings: OPENSTACK });
  await app.ask('query ($filter: ImageFilter) { images(filter: $filter) { nodes { id } } }', {
    filter: { name, diskFormat: name, containerFormat: name },
  });
  const query = app.upstream.calls[0]?.query;
  expect([query?.get('name'), query?.get('disk_format'), query?.get('container_format')]).toEqual([sent, sent, sent]);
});

test('on the other clouds a name goes upstream as it is', async () => {
  const app = await startApp({ upstream: () => ({ body: { images: [] } }) });
  await app.ask('{ images(filter: { name: "in:tricky" }) { nodes { id } } }');
  expect(app.upstream.calls[0]?.query.get('name')).toBe('in:tricky');
});

test('250 ids are read in lists of a hundred, and those that no list shows alone', async () => {
  const app = await startApp({
    upstream: ({ path, query }) => {
      if (path !== '/v2/images')
        return { status: 404, body: { message: 'x', code: '404 Not Found', title: 'Not Found' } };
      const ids = query.get('id')?.replace('in:', '').split(',') ?? [];
      // In an order of its own, and without the last image.
      return {
        body: {
          images: ids
            .toReversed()
            .filter((id) => id !== imageId(250))
            .map((id) => imageRow({ id, name: id })),
        },
      };
    },
    settings: OPENSTACK,
  });
  const ids = Array.from({ length: 250 }, (_, index) => imageId(index + 1));
  const { data, errors } = await app.ask(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Image { imageId name } } }',
    { ids: ids.map(nodeId) },
  );
  expect(errors).toBeUndefined();
  expect(data.nodes).toEqual([...ids.slice(0, 249).map((id) => ({ imageId: id, name: id })), null]);
  const lists = app.upstream.calls.filter(({ path }) => path === '/v2/images');
  expect(lists.map(({ query }) => [query.get('visibility'), query.get('member_status'), query.get('limit')])).toEqual([
    ['all', 'all', '100'],
    ['all', 'all', '100'],
    ['all', 'all', '50'],
  ]);
  expect(app.upstream.calls.filter(({ path }) => path !== '/v2/images').map(({ url }) => url)).toEqual([
    `/v2/images/${imageId(250)}`,
  ]);
});

test('a malformed id is never part of the list call of others', async () => {
  const app = await startApp({
    upstream: ({ path, query }) => {
      if (path !== '/v2/images') return ABSENT.ims;
      if (/[",\s]/.test(query.get('id')?.replaceAll(',', '') ?? ''))
        return { status: 400, body: { message: 'x', code: '400 Bad Request', title: 'x' } };
      return { body: { images: [1, 2].map((n) => imageRow({ id: imageId(n) })) } };
    },
    settings: OPENSTACK,
  });
  const ids = [imageId(1), 'a"b', imageId(2)].map(nodeId);
  const { data, errors } = await app.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Image { imageId } } }', {
    ids,
  });
  expect(errors).toBeUndefined();
  expect(data.nodes).toEqual([{ imageId: imageId(1) }, null, { imageId: imageId(2) }]);
  expect(app.targets().sort()).toEqual([
    `/v2/images/a%22b`,
    `/v2/images?id=in%3A${imageId(1)}%2C${imageId(2)}&visibility=all&member_status=all&limit=2`,
  ]);
});

test('one id alone is shown, not listed', async () => {
  const app = await startApp({ upstream: () => ({ body: imageRow({ id: imageId(1) }) }), settings: OPENSTACK });
  const { data } = await app.ask('query ($id: ID!) { image(imageId: $id) { imageId } }', { id: imageId(1) });
  expect(data.image).toEqual({ imageId: imageId(1) });
  expect(app.targets()).toEqual([`/v2/images/${imageId(1)}`]);
});
