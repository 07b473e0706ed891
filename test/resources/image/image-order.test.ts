// Walks every order of images over the sandbox, which loses and repeats rows behind null and empty sort values as Glance does.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld } from '../../../src/sandbox/world/world.ts';
import { openApp, sortedCalls, type TestApp } from '../../support/app.ts';
import { ENUMS } from '../../support/kinds.ts';

const world = createWorld({ imageCount: 80 });
let app: TestApp;
let openStackApp: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox', world });
  openStackApp = await openApp({ upstream: 'sandbox', world, settings: { IMAGE_GRAPH_CLOUD: 'openstack' } });
});
afterAll(async () => {
  await app.close();
  await openStackApp.close();
});

/** Every order, with its key on the wire, in pages of several sizes. */
const ORDERS = Object.entries(ENUMS.ImageOrderField?.values ?? {}).flatMap(([field, key]) =>
  ['ASC', 'DESC'].flatMap((direction) => [1, 2, 5, 25].map((size) => ({ field, key: String(key), direction, size }))),
);
const WALK = `query ($order: ImageOrder, $first: Int, $after: String, $last: Int, $before: String) {
  images(orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
    nodes { imageId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

/** The upstream's own order, read at once: without a marker nothing is lost. */
async function upstreamOrder(key: string, direction: string): Promise<string[]> {
  const { upstream } = app;
  const url = `${upstream.url}/v2/images?sort_key=${key}&sort_dir=${direction.toLowerCase()}&limit=1000`;
  const response = await fetch(url, { headers: { 'x-auth-token': upstream.token } });
  const { images } = (await response.json()) as { images: { id: string }[] };
  return images.map(({ id }) => id);
}

async function walk(
  target: TestApp,
  order: object,
  size: number,
  backward: boolean,
  maximum: number,
): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  while (found.length <= maximum) {
    const { data, errors } = await target.ask(WALK, {
      order,
      ...(backward ? { last: size, before: cursor } : { first: size, after: cursor }),
    });
    expect(errors).toBeUndefined();
    const { nodes, pageInfo } = data.images;
    found.splice(backward ? 0 : found.length, 0, ...nodes.map(({ imageId }: { imageId: string }) => imageId));
    if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) break;
    cursor = backward ? pageInfo.startCursor : pageInfo.endCursor;
  }
  return found;
}

test.each(ORDERS)(
  'by $field $direction, pages of $size show each image once in the upstream’s order, both ways',
  async ({ field, key, direction, size }) => {
    const expected = await upstreamOrder(key, direction);
    expect(expected.length).toBeGreaterThan(60);
    expect(new Set(expected).size).toBe(expected.length);
    expect(await walk(app, { field, direction }, size, false, expected.length)).toEqual(expected);
    expect(await walk(app, { field, direction }, size, true, expected.length)).toEqual(expected);
  },
);

test.each(ORDERS.filter(({ field }) => field === 'SIZE' || field === 'NAME'))(
  'on OpenStack too, by $field $direction, pages of $size show each image once',
  async ({ field, key, direction, size }) => {
    const expected = await upstreamOrder(key, direction);
    expect(await walk(openStackApp, { field, direction }, size, false, expected.length)).toEqual(expected);
    expect(await walk(openStackApp, { field, direction }, size, true, expected.length)).toEqual(expected);
  },
);

test('the world has what makes such walks go wrong: names and sizes that are null, empty, zero or equal', async () => {
  const rows = world.images.map(({ row }) => row);
  expect(rows.filter(({ name }) => name === null).length).toBeGreaterThan(0);
  expect(rows.filter(({ name }) => name === '').length).toBeGreaterThan(0);
  expect(rows.filter(({ size }) => size === null).length).toBeGreaterThan(1);
  expect(rows.filter(({ size }) => size === 0).length).toBeGreaterThan(1);
  expect(rows.filter(({ disk_format }) => disk_format === null).length).toBeGreaterThan(0);
  expect(rows.filter(({ container_format }) => container_format === null).length).toBeGreaterThan(0);
});

test('an order goes upstream as one sort_key and one sort_dir, newest first when it is not given', async () => {
  app.calls();
  await app.ask('{ images(first: 3) { nodes { id } } }');
  await app.ask('{ images(first: 3, orderBy: { field: SIZE, direction: ASC }) { nodes { id } } }');
  await app.ask('{ images(last: 3, orderBy: { field: SIZE, direction: ASC }) { nodes { id } } }');
  expect(sortedCalls(app)).toEqual([
    'GET /v2/images?sort_key=created_at&sort_dir=desc&limit=4',
    'GET /v2/images?sort_key=size&sort_dir=asc&limit=4',
    'GET /v2/images?sort_key=size&sort_dir=desc&limit=4',
  ]);
});
