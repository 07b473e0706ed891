// The offset dialects' quirks: aligned offsets in the fewest calls, small maxima, lists that change while they are paged.
import { expect, test } from 'vitest';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { groupList, retentionList, sharedList } from '../../support/upstreams/paged-upstream.ts';

const names = (length: number, from = 0) => Array.from({ length }, (_, index) => `r${from + index}`);
const rows = (length: number) => names(length).map((name) => sharedRow({ name }));
const PAGE = 'nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const SHARED = `query ($first: Int, $after: String, $last: Int, $before: String) {
  list: sharedRepositories(center: SELF, first: $first, after: $after, last: $last, before: $before) { ${PAGE} } }`;

interface Walk {
  readonly names: string[];
  readonly callsOfPages: number[];
}

/** Walks a whole list forwards or backwards, the sizes taking turns, and counts the calls of each page. */
async function walk(app: TestApp, sizes: readonly number[], backward = false): Promise<Walk> {
  const found: string[] = [];
  const callsOfPages: number[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 1000; page++) {
    const size = sizes[page % sizes.length];
    const { data, errors } = await app.ask(
      SHARED,
      backward ? { last: size, before: cursor } : { first: size, after: cursor },
    );
    expect(errors).toBeUndefined();
    const keys = data.list.nodes.map(({ name }: { name: string }) => name);
    found.splice(backward ? 0 : found.length, 0, ...keys);
    callsOfPages.push(app.targets().length);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = data.list.pageInfo;
    cursor = backward ? startCursor : endCursor;
    if (!(backward ? hasPreviousPage : hasNextPage)) return { names: found, callsOfPages };
  }
  throw new Error('the walk does not end');
}

test.each([1, 3, 7, 13, 24, 25, 61, 100])(
  'pages of %i of an aligned list cost one call each, forwards, and one more, for the total, backwards',
  async (size) => {
    const app = await startApp({ upstream: sharedList(rows(61)) });
    const pages = Math.ceil(61 / size);
    const forwards = await walk(app, [size]);
    expect(forwards).toEqual({ names: names(61), callsOfPages: Array(pages).fill(1) });
    const backwards = await walk(app, [size], true);
    expect(backwards).toEqual({ names: names(61), callsOfPages: [2, ...Array(pages - 1).fill(1)] });
  },
);

test.each([[[10, 7, 25, 3, 1]], [[1, 60]], [[5, 4, 3, 2, 1]], [[17, 19, 23]]])(
  'pages of mixed sizes %j of an aligned list cost one call each',
  async (sizes) => {
    const app = await startApp({ upstream: sharedList(rows(61)) });
    for (const backward of [false, true]) {
      const walked = await walk(app, sizes, backward);
      expect(walked.names).toEqual(names(61));
      expect(walked.callsOfPages).toEqual(walked.callsOfPages.map((_, page) => (backward && page === 0 ? 2 : 1)));
    }
  },
);

test('a window that no aligned page of the maximum covers costs two calls', async () => {
  const app = await startApp({ upstream: sharedList(rows(2600)) });
  const walked = await walk(app, [700, 801, 999, 1000]);
  expect(walked.names).toEqual(names(2600));
  for (const [page, calls] of walked.callsOfPages.entries()) expect(calls, `page ${page}`).toBeLessThanOrEqual(2);
  expect(walked.callsOfPages[0]).toBe(1);
});

test('pages of the maximum of a long list cost one call each', async () => {
  const app = await startApp({ upstream: sharedList(rows(2600)) });
  expect(await walk(app, [1000])).toEqual({ names: names(2600), callsOfPages: [1, 1, 1] });
});

test.each([1, 7, 10])('an upstream that silently sends at most %i rows is followed to the full page', async (cap) => {
  const app = await startApp({ upstream: sharedList(rows(35), { cap }) });
  const { data, errors } = await app.ask(SHARED, { first: 15 });
  expect(errors).toBeUndefined();
  expect(data.list.nodes).toEqual(names(15).map((name) => ({ name })));
  expect(data.list.pageInfo.hasNextPage).toBe(true);
  expect(app.targets()).toHaveLength(Math.ceil(15 / cap));
});

test('an upstream with a silently smaller maximum is walked whole, forwards and backwards', async () => {
  const app = await startApp({ upstream: sharedList(rows(35), { cap: 10 }) });
  expect((await walk(app, [13, 8])).names).toEqual(names(35));
  expect((await walk(app, [13, 8], true)).names).toEqual(names(35));
});

/** Rows of so many values that a response may have eighty of them. */
const longRows = (length: number) => names(length).map((name) => sharedRow({ name, tags: Array(3_000).fill('') }));

test.each([false, true])(
  'a page with more values than a response may have is read in aligned pages of a quarter: backward %s',
  async (backward) => {
    const app = await startApp({ upstream: sharedList(longRows(230)) });
    const walked = await walk(app, [100], backward);
    expect(walked.names).toEqual(names(230));
    const pages = backward ? [2 + 4, 1 + 4, 1] : [1 + 4, 1 + 4, 1];
    expect(walked.callsOfPages).toEqual(pages);
  },
);

test('a list whose rows are all too large ends with the error of one of them', async () => {
  const app = await startApp({
    upstream: ({ url }) => ({ headers: { 'content-range': '0-9/9' }, body: `[${'0,'.repeat(250_000)}"${url}"]` }),
  });
  const response = await app.send({
    query: '{ list: sharedRepositories(center: SELF) { nodes { name } } }',
    extensions: { cost: true },
  });
  expect(response.errors).toMatchObject([
    { message: expect.stringContaining('too many values'), extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
  ]);
  const limits = app.targets().map((target) => /limit%3A%3A(\d+)/.exec(target)?.[1]);
  expect(limits).toEqual(['25', '7', '2', '1']);
  const { requested, actual } = response.extensions?.cost?.upstreamCalls ?? { requested: 0 };
  expect([requested >= limits.length, actual]).toEqual([true, limits.length]);
});

test('250 retention logs and 1,000 image groups are put together from several upstream pages', async () => {
  const logs = retentionList(names(300).map((tag, id) => retentionLogRow({ id, tag })));
  const groups = groupList(names(1200).map((name) => imageGroupRow({ name })));
  const app = await startApp({
    upstream: (call, response) => (call.path.endsWith('/group') ? groups : logs)(call, response),
  });
  const { data, errors } = await app.ask(`{
    retentionLogs(namespace: "group", repositoryName: "busybox", first: 250) { totalCount nodes { tag } pageInfo { hasNextPage } }
    imageGroups(first: 1000) { totalCount nodes { name } pageInfo { hasNextPage } } }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    retentionLogs: { totalCount: 300, nodes: names(250).map((tag) => ({ tag })), pageInfo: { hasNextPage: true } },
    imageGroups: { totalCount: 1200, nodes: names(1000).map((name) => ({ name })), pageInfo: { hasNextPage: true } },
  });
});

test('limit and offset are always sent as a pair, offset 0 included', async () => {
  const app = await startApp({
    upstream: (call, response) =>
      (call.path.endsWith('/group')
        ? groupList([])
        : call.path.endsWith('/histories')
          ? retentionList([])
          : sharedList([]))(call, response),
  });
  await app.ask(`{ sharedRepositories(center: SELF, name: "busybox") { nodes { id } }
    retentionLogs(namespace: "group", repositoryName: "busybox") { nodes { id } } imageGroups { nodes { id } } }`);
  const filter = encodeURIComponent('center::self|name::busybox|limit::25|offset::0');
  expect(app.targets().sort()).toEqual([
    '/v1/project-1/images/group?limit=25&offset=0',
    '/v2/manage/namespaces/group/repos/busybox/retentions/histories?limit=25&offset=0',
    `/v2/manage/shared-repositories?filter=${filter}`,
  ]);
});

test('a list that shrinks while it is paged ends', async () => {
  let length = 35;
  const app = await startApp({
    upstream: (call, response) => {
      const reply = sharedList(rows(length))(call, response);
      length = Math.max(12, length - 10);
      return reply;
    },
  });
  const walked = await walk(app, [10]);
  expect(walked.names.slice(0, 10)).toEqual(names(10));
  expect(walked.callsOfPages.length).toBeLessThanOrEqual(4);
});

test('a list that becomes shorter than its total ends with the rows that there are', async () => {
  const app = await startApp({ upstream: sharedList(rows(12), { total: 35 }) });
  const walked = await walk(app, [10]);
  expect(walked.names).toEqual(names(12));
  expect(walked.callsOfPages.length).toBeLessThanOrEqual(3);
});

test('a list that shrinks to nothing behind a cursor is an empty page without neighbours', async () => {
  let length = 35;
  const app = await startApp({ upstream: (call, response) => sharedList(rows(length))(call, response) });
  const { data } = await app.ask(SHARED, { first: 10 });
  length = 0;
  const after = await app.ask(SHARED, { first: 10, after: data.list.pageInfo.endCursor });
  const empty = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
  expect(after).toEqual({ data: { list: { nodes: [], pageInfo: empty } } });
});
