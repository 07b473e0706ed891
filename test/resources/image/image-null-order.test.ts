// Rows whose sort value is null or empty are never markers: what follows them is cut, by id, from a scan from the start.
import { expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import { imageList } from '../../support/upstreams/paged-upstream.ts';
import { imageId, imageRow } from './kind.ts';

const row = (n: number, name: string | null) => imageRow({ id: imageId(n), name });
/** In descending order: names, then the empty one, then nulls. */
const ROWS = [row(9, 'c'), row(8, 'b'), row(7, 'a'), row(6, ''), row(5, ''), row(4, null), row(3, null), row(2, null)];
const NAMELESS = new Set([6, 5, 4, 3, 2].map(imageId));
const QUERY = `query ($orderBy: ImageOrder, $first: Int, $after: String, $last: Int, $before: String) {
  images(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    nodes { imageId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
const byName = { field: 'NAME', direction: 'DESC' };

const idsOf = (data: { images: { nodes: { imageId: string }[] } }) => data.images.nodes.map(({ imageId: id }) => id);
const markersOf = (app: TestApp) => app.upstream.calls.map(({ query }) => query.get('marker'));

test.each([1, 2, 3, 4, 7])('no such row is a marker in a walk in pages of %i, forwards or backwards', async (size) => {
  const app = await startApp({ upstream: imageList(ROWS) });
  for (const backward of [false, true]) {
    const found: string[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 10; pages++) {
      const page = backward ? { last: size, before: cursor } : { first: size, after: cursor };
      const { data, errors } = await app.ask(QUERY, { orderBy: byName, ...page });
      expect(errors).toBeUndefined();
      found.splice(backward ? 0 : found.length, 0, ...idsOf(data));
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = data.images.pageInfo;
      cursor = backward ? startCursor : endCursor;
      if (!(backward ? hasPreviousPage : hasNextPage)) break;
    }
    expect(found).toEqual(ROWS.map(({ id }) => id));
  }
  expect(markersOf(app).filter((marker) => NAMELESS.has(marker ?? ''))).toEqual([]);
});

test('behind such a row the page comes from a scan in a page of the maximum', async () => {
  const app = await startApp({ upstream: imageList(ROWS) });
  const first = await app.ask(QUERY, { orderBy: byName, first: 5 });
  app.targets();
  const { data } = await app.ask(QUERY, { orderBy: byName, first: 2, after: first.data.images.pageInfo.endCursor });
  expect(idsOf(data)).toEqual([imageId(4), imageId(3)]);
  expect(data.images.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  expect(app.targets()).toEqual(['/v2/images?sort_key=name&sort_dir=desc&limit=1000']);
});

test('a scan of more than the maximum goes on by the markers of the rows that have a name', async () => {
  const rows: WireRow[] = Array.from({ length: 1100 }, (_, index) => row(2000 - index, `n${9999 - index}`));
  rows.push(row(4, null), row(3, null), row(2, null));
  const app = await startApp({ upstream: imageList(rows) });
  const end = await app.ask(QUERY, { orderBy: byName, last: 3 });
  expect(idsOf(end.data)).toEqual([4, 3, 2].map(imageId));
  app.targets();
  const { data, errors } = await app.ask(QUERY, {
    orderBy: byName,
    first: 5,
    after: end.data.images.pageInfo.startCursor,
  });
  expect(errors).toBeUndefined();
  expect(idsOf(data)).toEqual([3, 2].map(imageId));
  expect(markersOf(app)).toEqual([null, imageId(1001)]);
});

test('a row without a name that is deleted is CURSOR_EXPIRED', async () => {
  let rows = ROWS;
  const app = await startApp({ upstream: (call, response) => imageList(rows)(call, response) });
  const first = await app.ask(QUERY, { orderBy: byName, first: 6 });
  rows = ROWS.filter(({ id }) => id !== imageId(4));
  const { data, errors } = await app.ask(QUERY, {
    orderBy: byName,
    first: 2,
    after: first.data.images.pageInfo.endCursor,
  });
  expect(data).toEqual({ images: null });
  expect(errors).toMatchObject([{ path: ['images'], extensions: { code: 'CURSOR_EXPIRED', service: 'ims' } }]);
});

test('more nameless rows than one page holds end in an error about that, never in lost rows', async () => {
  const rows = Array.from({ length: 1100 }, (_, index) => row(2000 - index, null));
  const app = await startApp({ upstream: imageList(rows) });
  const first = await app.ask(QUERY, { orderBy: byName, first: 999 });
  expect(idsOf(first.data)).toHaveLength(999);
  const { data, errors } = await app.ask(QUERY, {
    orderBy: byName,
    first: 50,
    after: first.data.images.pageInfo.endCursor,
  });
  expect(data).toEqual({ images: null });
  expect(errors).toMatchObject([{ path: ['images'], extensions: { service: 'ims' } }]);
  expect(errors?.[0]?.message).toMatch(/order/);
  expect(app.targets().length).toBeLessThanOrEqual(4);
});

test.each(['CONTAINER_FORMAT', 'DISK_FORMAT', 'SIZE'])('a null %s is not a marker either', async (field) => {
  const key = field.toLowerCase();
  const rows = [3, 2, 1].map((n) => imageRow({ id: imageId(n), [key]: n === 3 ? (key === 'size' ? 5 : 'x') : null }));
  const app = await startApp({ upstream: imageList(rows) });
  const orderBy = { field, direction: 'DESC' };
  const found: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 3; pages++) {
    const { data } = await app.ask(QUERY, { orderBy, first: 1, after });
    found.push(...idsOf(data));
    after = data.images.pageInfo.endCursor;
  }
  expect(found).toEqual([3, 2, 1].map(imageId));
  expect(markersOf(app)).toEqual([null, imageId(3), null]);
});

test('more rows without a value than one page holds are walked on from the last row that has one', async () => {
  const rows: WireRow[] = Array.from({ length: 900 }, (_, index) => row(3000 - index, `n${9999 - index}`));
  for (let n = 300; n > 0; n--) rows.push(row(n, null));
  const app = await startApp({ upstream: imageList(rows) });
  const found: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 10; pages++) {
    const { data, errors } = await app.ask(QUERY, { orderBy: byName, first: 250, after });
    expect(errors).toBeUndefined();
    found.push(...idsOf(data));
    after = data.images.pageInfo.endCursor;
    if (!data.images.pageInfo.hasNextPage) break;
  }
  expect(found).toEqual(rows.map(({ id }) => id));
});

test.each([
  ['NAME', 'DESC', 'name', null, 1000],
  ['NAME', 'ASC', 'name', '', 40],
  ['SIZE', 'DESC', 'size', 0, 40],
  ['DISK_FORMAT', 'ASC', 'disk_format', null, 7],
  ['CONTAINER_FORMAT', 'DESC', 'container_format', null, 2],
])(
  'a list without any value of %s %s ends in an error that says how many rows came, and which order to choose',
  async (field, direction, key, value, cap) => {
    const rows = Array.from({ length: 1100 }, (_, index) => imageRow({ id: imageId(index + 1), [key]: value }));
    const app = await startApp({
      upstream: ({ query }) => {
        const images = rows.slice(0, Math.min(cap, Number(query.get('limit'))));
        return { body: { images, next: `/v2/images?marker=${images.at(-1)?.id}` } };
      },
    });
    const orderBy = { field, direction };
    const first = await app.ask(QUERY, { orderBy, first: cap - 1 });
    expect(first.errors).toBeUndefined();
    const after = first.data.images.pageInfo.endCursor;
    const { data, errors } = await app.ask(QUERY, { orderBy, first: 10, after });
    expect(data).toEqual({ images: null });
    const message = `${cap} consecutive rows have no value to sort by (${field}), and IMS cannot continue after them: choose another order, such as \`orderBy: { field: CREATED_AT, direction: ${direction} }\` or \`field: ID\`.`;
    expect(errors).toMatchObject([
      { path: ['images'], message, extensions: { code: 'UPSTREAM_ERROR', service: 'ims' } },
    ]);
    // The order that the message names goes on.
    const instead = await app.ask(QUERY, { orderBy: { field: 'CREATED_AT', direction }, first: cap - 1 });
    expect(instead.errors).toBeUndefined();
  },
);
