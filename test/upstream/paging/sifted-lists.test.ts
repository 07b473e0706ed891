// Lists that are read to the end for the few rows that clients want: the memory of the others is given back while the operation lasts.
import { expect, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { codesOf, startApp } from '../../support/app.ts';
import { imageList, sharedList } from '../../support/upstreams/paged-upstream.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

const MEGABYTE = 1024 * 1024;
/** One operation may take a quarter. */
const share = (megabytes: number) => ({ IMAGE_GRAPH_MAX_TOTAL_UPSTREAM_BYTES: String(4 * megabytes * MEGABYTE) });
const range = (length: number) => Array.from({ length }, (_, index) => index);

const PAGES = 19;
/** The last one finds no rows. */
const CALLS = PAGES + 1;
const PAGE_SIZE = 100;
const PROPERTIES = Object.fromEntries(range(40).map((n) => [`__property_${n}`, `value ${n}`]));
/** Pages of which each takes some 0.9 MB; the image in the middle of each page is of 2026, the others of 2020. */
const ROWS = range(PAGES * PAGE_SIZE).map((n) =>
  imageRow({
    ...PROPERTIES,
    id: imageId(n),
    updated_at: n % PAGE_SIZE === PAGE_SIZE / 2 ? '2026-06-01T00:00:00Z' : '2020-06-01T00:00:00Z',
  }),
);
/** As Glance pages, but with pages that are shorter than requested. */
const shortPages =
  (rows: typeof ROWS): Script =>
  (call, response) => {
    const query = new URLSearchParams(call.query);
    query.set('limit', String(PAGE_SIZE));
    return imageList(rows)({ ...call, query }, response);
  };
const sifted = (from: string, rest = 'first: 30') =>
  `images(${rest}, filter: { updatedAt: { gt: "${from}-01-01T00:00:00Z", lt: "2027-01-01T00:00:00Z" } }) { nodes { imageId } }`;

test('a list of many pages that is sifted takes the memory of its rows and of a page', async () => {
  const app = await startApp({ upstream: shortPages(ROWS), settings: share(4) });
  const { data, errors } = await app.ask(`{ ${sifted('2025')} }`);
  expect(errors).toBeUndefined();
  expect(data.images.nodes).toHaveLength(PAGES);
  expect(app.calls()).toHaveLength(CALLS);
  expect(app.memoryUsed()).toBe(0);
});

test('lists of the same pages share their calls, each with its own rows', async () => {
  const app = await startApp({ upstream: shortPages(ROWS), settings: share(4) });
  // Only the upper bound is sent.
  const { data, errors } = await app.ask(
    `{ a: ${sifted('2025')} b: ${sifted('2025')} c: ${sifted('2026')} d: ${sifted('2021', 'first: 3')} e: ${sifted('2026', 'first: 0')} }`,
  );
  expect(errors).toBeUndefined();
  expect(Object.values(data).map((list) => (list as { nodes: unknown[] }).nodes.length)).toEqual([
    PAGES,
    PAGES,
    PAGES,
    3,
    0,
  ]);
  expect(app.calls()).toHaveLength(CALLS);
});

test('rows that one of two lists keeps are charged', async () => {
  const app = await startApp({ upstream: shortPages(ROWS), settings: share(4) });
  // The second one keeps 1,000 rows of ten pages.
  const { errors } = await app.ask(`{ a: ${sifted('2025')} b: ${sifted('2000', 'first: 1000')} }`);
  expect(new Set(codesOf({ errors }))).toEqual(new Set(['QUERY_TOO_COMPLEX']));
  expect(errors?.[0]?.extensions.limit).toMatchObject({ name: 'upstreamBytes', max: 4 * MEGABYTE });
  expect(app.memoryUsed()).toBe(0);
});

test('rows that are kept are charged by their size, not by their number', async () => {
  const large = ROWS.map((row, n) =>
    n % PAGE_SIZE === PAGE_SIZE / 2 ? { ...row, __description: 'x'.repeat(MEGABYTE / 2) } : row,
  );
  const app = await startApp({ upstream: shortPages(large), settings: share(8) });
  expect(codesOf(await app.ask(`{ ${sifted('2025')} }`))).toEqual(['QUERY_TOO_COMPLEX']);
  expect(codesOf(await app.ask(`{ ${sifted('2025', 'first: 3')} }`))).toEqual([]);
});

test('a walk behind rows without a value gives back what it skips', async () => {
  const nameless = range(PAGES * PAGE_SIZE).map((n) => ({ ...ROWS[n], name: n % 3 === 0 ? `n${n}` : null }));
  const app = await startApp({ upstream: shortPages(nameless as unknown as typeof ROWS), settings: share(4) });
  const { data, errors } = await app.ask(
    `{ ${sifted('2025', 'first: 30, orderBy: { field: NAME, direction: DESC }')} }`,
  );
  expect(errors).toBeUndefined();
  expect(data.images.nodes).toHaveLength(PAGES);
});

test('scans for records give back the rows of others', async () => {
  const names = range(10);
  const app = await startApp({
    upstream: (call, response) => {
      const name = /name::([^|]*)/.exec(call.query.get('filter') ?? '')?.[1];
      const rows = range(3_000).map((n) => sharedRow({ namespace: `o${n}`, name, description: 'x'.repeat(500) }));
      return sharedList(rows)(call, response);
    },
    settings: share(32),
  });
  const find = (count: number) =>
    app.ask('query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on SharedRepository { name } } }', {
      keys: names
        .slice(0, count)
        .map((n) => ({ __typename: 'SharedRepository', center: 'SELF', namespace: 'o2999', name: `r${n}` })),
    });
  for (const count of [1, names.length]) {
    const { data, errors } = await find(count);
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual(range(count).map((n) => ({ name: `r${n}` })));
    expect(app.calls()).toHaveLength(3 * count);
  }
  expect(app.memoryUsed()).toBe(0);
});

test('many lists that are sifted are rejected by the rows that they need at least, or end at the rows that may be read', async () => {
  let pages = 0;
  const upstream: Script = () => {
    const from = 1_000 * pages++;
    const images = range(1_000).map((n) => ({ id: imageId(from + n), updated_at: '2020-06-01T00:00:00Z' }));
    return { body: { images, next: `/v2/images?marker=${images.at(-1)?.id}` } };
  };
  const lists = range(24).map((n) => `l${n}: ${sifted('2025').replace('filter: {', `filter: { name: "n${n}",`)}`);
  const ask = async (settings: Record<string, string>) => {
    const app = await startApp({ upstream, settings });
    const { data, errors, extensions } = await app.send({ query: `{ ${lists.join(' ')} }` });
    return { data, errors, cost: extensions?.cost, calls: app.calls().length };
  };
  const rejected = await ask({ IMAGE_GRAPH_MAX_ROWS_READ: '23999' });
  expect(rejected).toMatchObject({
    calls: 0,
    errors: [{ extensions: { limit: { name: 'rowsRead', value: 24_000 } } }],
  });
  const ended = await ask({ IMAGE_GRAPH_MAX_ROWS_READ: '30000' });
  expect(ended.errors).toHaveLength(lists.length);
  for (const { extensions } of ended.errors ?? [])
    expect(extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', limit: { name: 'rowsRead', max: 30_000 } });
  expect(ended.cost?.rowsRead).toEqual({ requested: 30_000, actual: 30_000, maximum: 30_000 });
  // What is in flight when the limit is reached comes, but is not used.
  expect(ended.calls).toBeLessThan(30 + lists.length);
});
