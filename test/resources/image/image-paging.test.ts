// The marker dialect's quirks: full, short and empty pages, `next` links, markers that repeat, are gone or hidden.
import { describe, expect, onTestFinished, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import { imageList } from '../../support/upstreams/paged-upstream.ts';
import { type Reply, type Script, startUpstream } from '../../support/upstreams/upstream.ts';
import { imageId, imageRow } from './kind.ts';

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => imageId(from + index));
const rows = (from: number, to: number) => ids(from, to).map((id) => imageRow({ id }));
const page = (images: readonly WireRow[], next?: string): Reply => ({
  body: { images, first: '/v2/images', schema: '/v2/schemas/images', ...(next ? { next } : {}) },
});
const nextTo = (n: number) => `/v2/images?marker=${imageId(n)}`;
const LIST = `query ($first: Int, $after: String, $last: Int, $before: String) {
  images(first: $first, after: $after, last: $last, before: $before) {
    nodes { imageId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

async function pageOf(app: TestApp, variables: Record<string, unknown>) {
  const { data, errors } = await app.ask(LIST, variables);
  expect(errors).toBeUndefined();
  const { nodes, pageInfo } = data.images;
  return { ids: nodes.map((node: { imageId: string }) => node.imageId), pageInfo };
}

async function walk(app: TestApp, first: number) {
  const found: string[] = [];
  let after: string | undefined;
  for (let pages = 1; pages < 100; pages++) {
    const page = await pageOf(app, { first, after });
    found.push(...page.ids);
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) return { found, pages };
  }
  throw new Error('the walk does not end');
}

test.each([
  [24, 4],
  [25, 5],
  [26, 6],
])('%i images are walked in pages of 5 without an empty page at the end', async (length) => {
  const app = await startApp({ upstream: imageList(rows(1, length)) });
  expect(await walk(app, 5)).toEqual({ found: ids(1, length), pages: Math.ceil(length / 5) });
});

test('a full last page that links to an empty one is the last page', async () => {
  const app = await startApp({
    upstream: ({ query }) => (query.has('marker') ? page([]) : page(rows(1, 5), nextTo(5))),
  });
  for (const first of [4, 5, 6, 1000]) {
    const { pageInfo } = await pageOf(app, { first });
    expect(pageInfo.hasNextPage, `first: ${first}`).toBe(first === 4);
  }
});

test('a page that policy has made shorter than its limit is filled from the next one', async () => {
  const app = await startApp({
    upstream: ({ query }) => {
      const marker = query.get('marker');
      if (marker === null) return page(rows(1, 3), nextTo(6));
      return marker === imageId(6) ? page(rows(7, 8), nextTo(12)) : page(rows(13, 30));
    },
  });
  const { ids: found, pageInfo } = await pageOf(app, { first: 6 });
  expect(found).toEqual([...ids(1, 3), ...ids(7, 8), imageId(13)]);
  expect(pageInfo.hasNextPage).toBe(true);
});

test('an empty page with a next link in the middle is passed over', async () => {
  const app = await startApp({
    upstream: ({ query }) => {
      const marker = query.get('marker');
      if (marker === null) return page(rows(1, 2), nextTo(2));
      if (marker === imageId(2)) return page([], nextTo(9));
      return marker === imageId(9) ? page([], nextTo(12)) : page(rows(13, 14));
    },
  });
  const { ids: found, pageInfo } = await pageOf(app, { first: 10 });
  expect(found).toEqual([...ids(1, 2), ...ids(13, 14)]);
  expect(pageInfo.hasNextPage).toBe(false);
});

test('an empty first page with a next link is passed over', async () => {
  const app = await startApp({
    upstream: ({ query }) => (query.has('marker') ? page(rows(5, 6)) : page([], nextTo(4))),
  });
  expect((await pageOf(app, { first: 10 })).ids).toEqual(ids(5, 6));
});

test('of next only the marker is used: another host is never called, and the own filter and order go along', async () => {
  const stranger = await startUpstream(() => page([]));
  onTestFinished(() => stranger.close());
  const app = await startApp({
    upstream: ({ query }) =>
      query.has('marker')
        ? page(rows(3, 4))
        : page(rows(1, 2), `${stranger.url}/v2/images?limit=1&tag=b&marker=${imageId(2)}`),
  });
  const { data, errors } = await app.ask(
    '{ images(first: 10, filter: { tags: ["a", "b"], name: "x" }, orderBy: { field: NAME, direction: ASC }) { nodes { imageId } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.images.nodes).toHaveLength(4);
  expect(stranger.calls).toEqual([]);
  const [one, two] = app.upstream.calls.map(({ query }) => query);
  for (const query of [one, two]) {
    expect(query?.getAll('tag')).toEqual(['a', 'b']);
    expect(query?.get('name')).toBe('x');
    expect(query?.getAll('sort_key')).toEqual(['name']);
    expect(query?.getAll('sort_dir')).toEqual(['asc']);
  }
  expect([one?.get('marker'), two?.get('marker')]).toEqual([null, imageId(2)]);
});

test('a next link that is longer than any URL is not looked into: it goes on behind the last row', async () => {
  const app = await startApp({
    upstream: ({ query }) =>
      query.has('marker') ? page(rows(3, 3)) : page(rows(1, 2), `/v2/images?${'a&'.repeat(5_000)}marker=${imageId(9)}`),
  });
  expect((await pageOf(app, { first: 5 })).ids).toEqual(ids(1, 3));
  expect(app.upstream.calls.map(({ query }) => query.get('marker'))).toEqual([null, imageId(2)]);
});

test('a next link without a marker goes on behind the last row', async () => {
  const app = await startApp({
    upstream: ({ query }) =>
      query.get('marker') === imageId(2) ? page(rows(3, 4)) : page(rows(1, 2), '/v2/images?limit=2'),
  });
  expect((await pageOf(app, { first: 10 })).ids).toEqual(ids(1, 4));
});

test.each([
  ['the same rows and the same marker', () => page(rows(1, 5), nextTo(5))],
  ['an empty page with the same marker', () => page([], nextTo(5))],
  [
    'empty pages with two markers that take turns',
    ({ query }) => page([], nextTo(query.get('marker') === imageId(5) ? 6 : 5)),
  ],
  [
    'rows without an id with three markers that take turns',
    ({ query }) => page([{ name: 'x' }], nextTo((Number(query.get('marker')?.slice(-1) ?? 0) % 3) + 1)),
  ],
] as [string, Script][])(
  'an upstream that sends %s for ever ends in an error after a bounded number of calls',
  async (_what, script) => {
    const app = await startApp({ upstream: script });
    const { data, errors } = await app.ask(LIST, { first: 25 });
    expect(data).toEqual({ images: null });
    expect(errors).toMatchObject([{ path: ['images'], extensions: { service: 'ims' } }]);
    expect(errors?.[0]?.message).toContain('repeats');
    expect(app.targets().length).toBeLessThanOrEqual(20);
  },
);

test('an upstream that has ever new markers and never a row ends in an error after a bounded number of calls', async () => {
  let n = 0;
  const app = await startApp({ upstream: () => page([], nextTo(n++)) });
  const { data, errors } = await app.ask(LIST, { first: 1 });
  expect(data).toEqual({ images: null });
  expect(errors).toMatchObject([{ path: ['images'], extensions: { service: 'ims' } }]);
  expect(app.targets().length).toBeLessThanOrEqual(20);
});

test.each([3, 4, 5])(
  'a client that walks an upstream which takes no notice of the marker, in pages of %i, meets an error',
  async (first) => {
    const app = await startApp({
      upstream: ({ query }) => {
        const images = rows(1, 9).slice(0, Number(query.get('limit')));
        return page(images, `/v2/images?marker=${images.at(-1)?.id}`);
      },
    });
    let after: string | null = null;
    for (let pages = 0; pages < 30; pages++) {
      const { data, errors } = await app.ask(LIST, { first, after });
      if (errors) {
        expect(errors).toMatchObject([{ path: ['images'], extensions: { service: 'ims' } }]);
        return;
      }
      after = data.images.pageInfo.endCursor;
    }
    throw new Error('the walk does not end');
  },
);

test.each([2, 7, 30])('an upstream that takes no notice of the limit loses no row, in pages of %i', async (first) => {
  const app = await startApp({
    upstream: ({ query }) => {
      const start = Number(query.get('marker')?.slice(-12) ?? 0) + 1;
      return page(rows(start, 60), start > 60 ? undefined : nextTo(60));
    },
  });
  expect((await walk(app, first)).found).toEqual(ids(1, 60));
});

describe('rows without an id', () => {
  const odd = (length: number) => ids(1, length).map((id, n) => (n % 4 > 1 ? { name: `n${n}` } : imageRow({ id })));
  const upstreamOf =
    (all: readonly WireRow[]): Script =>
    ({ query }) => {
      const order = query.get('sort_dir') === 'asc' ? all.toReversed() : all;
      const at = order.findIndex(({ id }) => id === query.get('marker')) + 1;
      const images = order.slice(at, at + Number(query.get('limit')));
      const last = images.findLast(({ id }) => id !== undefined);
      return page(images, images.length === Number(query.get('limit')) && last ? `/v2/images?marker=${last.id}` : '');
    };

  test.each([1, 2, 3, 5])('are each in one place of a walk in pages of %i, in both directions', async (size) => {
    const all = odd(21);
    const app = await startApp({ upstream: upstreamOf(all) });
    for (const backward of [false, true]) {
      const found: (string | undefined)[] = [];
      let cursor: string | null = null;
      for (let pages = 0; pages < 30; pages++) {
        const { data } = await app.ask(
          LIST,
          backward ? { last: size, before: cursor } : { first: size, after: cursor },
        );
        const keys = data.images.nodes.map((node: { imageId: string } | null) => node?.imageId);
        found.splice(backward ? 0 : found.length, 0, ...keys);
        const { hasNextPage, hasPreviousPage, startCursor, endCursor } = data.images.pageInfo;
        cursor = backward ? startCursor : endCursor;
        if (!(backward ? hasPreviousPage : hasNextPage)) break;
      }
      expect(found).toEqual(all.map((row) => row.id));
    }
  });

  test('are an error where more of them follow each other than a page has', async () => {
    let marker = 0;
    const app = await startApp({
      upstream: ({ query }) => page(Array(Number(query.get('limit'))).fill({ name: 'x' }), nextTo(++marker)),
    });
    const { data } = await app.ask(LIST, { first: 999 });
    expect(data.images.nodes).toEqual(Array(999).fill(null));
    const next = await app.ask(LIST, { first: 10, after: data.images.pageInfo.endCursor });
    expect(next.data).toEqual({ images: null });
    expect(next.errors).toMatchObject([{ path: ['images'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
    expect(app.targets().length).toBeLessThanOrEqual(5);
  });
});

describe('a rejected marker', () => {
  const look = `/v2/images/${imageId(2)}`;
  const rejections = {
    unknown: {
      status: 400,
      body: { message: `No image found with ID ${imageId(2)}`, code: '400 Bad Request', title: 'x' },
    },
    hidden: { status: 403, body: { message: 'Forbidding request', code: '403 Forbidden', title: 'Forbidden' } },
  };
  const absent = { status: 404, body: { message: 'x', code: '404 Not Found', title: 'Not Found' } };
  const start = async (rejection: Reply, show: Reply) =>
    startApp({
      upstream: ({ path, query }) => {
        if (path === look) return show;
        return query.has('marker') ? rejection : page(rows(1, 3), nextTo(3));
      },
    });
  const cursorOf2 = async (app: TestApp) => {
    const { pageInfo } = await pageOf(app, { first: 2 });
    app.targets();
    return pageInfo.endCursor;
  };

  test.each([
    ['deleted (400)', rejections.unknown, absent],
    ['hidden (403)', rejections.hidden, absent],
    [
      'deleted, with IMS’s own code (400 IMG.0027)',
      rejections.unknown,
      { status: 400, body: { error: { message: 'x', code: 'IMG.0027' } } },
    ],
    ['hidden, and its own record as well (403)', rejections.hidden, rejections.hidden],
  ])('a marker that is %s is CURSOR_EXPIRED after one look at that image', async (_what, rejection, show) => {
    const app = await start(rejection, show);
    const after = await cursorOf2(app);
    for (const variables of [
      { first: 2, after },
      { last: 2, before: after },
    ]) {
      const { data, errors } = await app.ask(LIST, variables);
      expect(data).toEqual({ images: null });
      expect(errors).toMatchObject([{ path: ['images'], extensions: { code: 'CURSOR_EXPIRED', service: 'ims' } }]);
      const targets = app.targets();
      expect(targets).toHaveLength(2);
      expect(targets[1]).toBe(look);
    }
  });

  test.each([
    ['400', rejections.unknown, 'UPSTREAM_ERROR', 400],
    ['403', rejections.hidden, 'FORBIDDEN', 403],
  ])(
    'a %s of the list is itself when the image of the marker is still there',
    async (_status, rejection, code, upstreamStatus) => {
      const app = await start(rejection, { body: imageRow({ id: imageId(2) }) });
      const after = await cursorOf2(app);
      const { errors } = await app.ask(LIST, { first: 2, after });
      expect(errors).toMatchObject([{ path: ['images'], extensions: { code, upstreamStatus } }]);
      expect(app.targets()).toHaveLength(2);
    },
  );

  test('a 400 of the list without a marker costs no look', async () => {
    const app = await startApp({ upstream: () => rejections.unknown });
    const { errors } = await app.ask(LIST, { first: 2 });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 400 } }]);
    expect(app.targets()).toHaveLength(1);
  });

  test.each<[string, Reply, string]>([
    ['a 404 in HTML', { status: 404, body: '<html>' }, 'UPSTREAM_ERROR'],
    ['a 403 in HTML', { status: 403, body: '<html>' }, 'UPSTREAM_ERROR'],
  ])('%s at the look is not in the words of IMS: the error of the list stays as it is', async (_what, show, code) => {
    const app = await start(rejections.unknown, show);
    const after = await cursorOf2(app);
    const { errors } = await app.ask(LIST, { first: 2, after });
    expect(errors).toMatchObject([{ extensions: { code, upstreamStatus: 400 } }]);
  });

  test('a failing look leaves the error of the list as it is', async () => {
    const app = await start(rejections.unknown, { status: 500, body: {} });
    const after = await cursorOf2(app);
    const { errors } = await app.ask(LIST, { first: 2, after });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 400 } }]);
  });
});
