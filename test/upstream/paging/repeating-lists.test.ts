// Offset lists that repeat themselves, say nothing or a lie about their length, or send fewer rows than requested: no row is lost, or
// shown twice in one page, and a client that follows the cursors comes to an end.
import { describe, expect, test } from 'vitest';
import { pack } from '../../../src/graph/opaque.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import { groupList, ownList, retentionList, sharedList } from '../../support/upstreams/paged-upstream.ts';
import type { Script, UpstreamCall } from '../../support/upstreams/upstream.ts';

const range = (length: number, from = 0) => Array.from({ length }, (_, index) => from + index);

interface List {
  readonly field: string;
  readonly key: string;
  row(n: number): WireRow;
  keyOf(n: number): string;
  /** The response with these rows, and with this total if any. */
  reply(rows: readonly unknown[], total: number | null): object;
}

const names = { key: 'name', keyOf: (n: number) => `r${n}` };
const inHeader = (rows: readonly unknown[], total: number | null) => ({
  headers: total === null ? {} : { 'content-range': `0-${rows.length}/${total}` },
  body: rows,
});
const withTotal = (name: string) => (rows: readonly unknown[], total: number | null) => ({
  body: { [name]: rows, ...(total === null ? {} : { total }) },
});
const LISTS: List[] = [
  ...['sharedRepositories(center: SELF', 'sharedRepositories(center: THIRD_PARTY', 'repositories(name: "r"'].map(
    (field) => ({ field, ...names, row: (n: number) => sharedRow({ name: `r${n}` }), reply: inHeader }),
  ),
  {
    field: 'retentionLogs(namespace: "group", repositoryName: "busybox"',
    key: 'logId',
    keyOf: String,
    row: (id) => retentionLogRow({ id }),
    reply: withTotal('retention_log'),
  },
  {
    field: 'imageGroups(filter: { namespace: "group" }',
    ...names,
    row: (n) => imageGroupRow({ name: `r${n}` }),
    reply: withTotal('data'),
  },
];

const PAGE_INFO = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

/** Limit and offset of a call, in whichever way its list sends them. */
function pagingOf({ query }: UpstreamCall): { limit: number; offset: number } {
  const filter = new Map((query.get('filter') ?? '').split('|').map((part) => part.split('::') as [string, string]));
  const number = (name: string) => Number(query.get(name) ?? filter.get(name));
  return { limit: number('limit'), offset: number('offset') };
}

/** An upstream with these rows: `at` says which offset it reads from, `cap` how many rows it sends at once. */
function upstreamOf(
  { row, reply }: List,
  length: number,
  {
    total = null,
    cap = Infinity,
    at = (offset) => offset,
  }: { total?: number | null; cap?: number; at?: (offset: number) => number } = {},
): Script {
  return (call) => {
    const { limit, offset } = pagingOf(call);
    const start = at(offset);
    const rows = range(length).slice(start, start + Math.min(limit, cap));
    return reply(rows.map(row), total);
  };
}

async function pageOf(app: TestApp, { field, key }: List, page: string, parts = PAGE_INFO) {
  const { data, errors } = await app.ask(`{ list: ${field}, ${page}) { nodes { key: ${key} } ${parts} } }`);
  const keys: string[] | undefined = data.list?.nodes.map((node: { key: string } | null) => node?.key);
  return { keys, info: data.list?.pageInfo, errors };
}

/** Follows the cursors to the end; resolves to the rows, or to the error that ends the walk. */
async function follow(app: TestApp, list: List, size: number, backward = false, maxPages = 200) {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let pages = 1; pages <= maxPages; pages++) {
    const at = cursor === undefined ? '' : `, ${backward ? 'before' : 'after'}: "${cursor}"`;
    const { keys = [], info, errors } = await pageOf(app, list, `${backward ? 'last' : 'first'}: ${size}${at}`);
    if (errors) return { found, pages, error: errors[0] };
    found.splice(backward ? 0 : found.length, 0, ...keys);
    cursor = backward ? info.startCursor : info.endCursor;
    if (!(backward ? info.hasPreviousPage : info.hasNextPage)) return { found, pages };
  }
  throw new Error('the walk does not end');
}

const expectRepetition = (errors: unknown) =>
  expect(errors).toMatchObject([
    { message: expect.stringContaining('the list repeats itself'), extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
  ]);

describe.each(LISTS.map((list) => [list.field, list] as const))('%s)', (_field, list) => {
  const isLog = list.key === 'logId';
  /** More rows than one upstream page has. */
  const SIZE = isLog ? 250 : 600;

  test('an upstream that takes no notice of the offset is an error, not rows that repeat', async () => {
    // Pages of these lists are smaller than the page that is requested, by their own or by the upstream's maximum.
    const upstream = upstreamOf(list, 100, { total: 1000, cap: 84, at: () => 0 });
    const app = await startApp({ upstream });
    const { keys, errors } = await pageOf(app, list, `first: ${SIZE}`);
    expect(keys).toBeUndefined();
    expectRepetition(errors);
    expect(app.targets().length).toBeLessThanOrEqual(3);
  });

  test.each([1, 3, 25, 100])('without a total such a walk in pages of %i ends', async (size) => {
    const app = await startApp({ upstream: upstreamOf(list, 84, { at: () => 0 }) });
    const { pages, error, found } = await follow(app, list, size);
    expect(pages).toBeLessThanOrEqual(3);
    if (error) expectRepetition([error]);
    else expect(found).toEqual(range(84).map(list.keyOf));
  });

  test.each([1, 3, 25])('an upstream that sends its last rows for ever ends a walk in pages of %i', async (size) => {
    const app = await startApp({ upstream: upstreamOf(list, 40, { at: (offset) => Math.min(offset, 39) }) });
    const { found } = await follow(app, list, size);
    expect(new Set(found)).toEqual(new Set(range(40).map(list.keyOf).slice(0, found.length)));
  });

  test.each([
    [7, 0],
    [7, 1],
    [7, 7],
    [7, 20],
    [7, 23],
    [1, 3],
    [30, 29],
  ])('an upstream that sends at most %i rows and no total loses none of %i', async (cap, length) => {
    const app = await startApp({ upstream: upstreamOf(list, length, { cap }) });
    const keys = range(length).map(list.keyOf);
    for (const size of [2, 10, 15]) expect((await follow(app, list, size)).found, `pages of ${size}`).toEqual(keys);
    const { keys: whole, info, errors } = await pageOf(app, list, `first: ${Math.max(20, length)}`);
    expect([errors, whole, info.hasNextPage]).toEqual([undefined, keys, false]);
  });

  test('a row that comes twice, as the list has grown at its head, is shown once', async () => {
    let grown = 0;
    const upstream: Script = (call) => {
      const { limit, offset } = pagingOf(call);
      const rows = range(300 + grown, -grown).slice(offset, offset + Math.min(limit, 50));
      grown += 2;
      return list.reply(rows.map(list.row), 300 + grown);
    };
    const app = await startApp({ upstream: (call, response) => upstream(call, response) });
    const { keys = [], info, errors } = await pageOf(app, list, 'first: 150');
    expect(errors).toBeUndefined();
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual(range(keys.length).map(list.keyOf));
    expect(keys.length).toBeGreaterThanOrEqual(144);
    expect(info.hasNextPage).toBe(true);
  });

  test('rows without a key are rows of their own', async () => {
    const rows = range(30).map((n) => (n % 2 ? list.row(n) : {}));
    const upstream: Script = (call) => {
      const { limit, offset } = pagingOf(call);
      return list.reply(rows.slice(offset, offset + Math.min(limit, 10)), 30);
    };
    const app = await startApp({ upstream });
    const { keys } = await pageOf(app, list, 'first: 30');
    expect(keys).toEqual(range(30).map((n) => (n % 2 ? list.keyOf(n) : undefined)));
  });

  test.each([
    ['too small', 12],
    ['zero', 0],
    ['negative', -5],
    ['too large', 90],
    ['huge', Number.MAX_SAFE_INTEGER],
  ])('a total that is %s ends a walk and loses no row that was sent', async (_what, total) => {
    const app = await startApp({ upstream: upstreamOf(list, 45, { total }) });
    expect((await follow(app, list, 10)).found).toEqual(range(45).map(list.keyOf));
  });

  test.each([
    ['too large', 90],
    ['huge', Number.MAX_SAFE_INTEGER],
  ])(
    'a total that is %s makes the last rows an error, not an empty page before which there are more',
    async (_what, total) => {
      const app = await startApp({ upstream: upstreamOf(list, 45, { total }) });
      const { keys, errors } = await pageOf(app, list, 'last: 10');
      expect(keys).toBeUndefined();
      expect(errors).toMatchObject([{ path: ['list'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
    },
  );

  test('a total that changes with each page does not make a page take more calls than it may', async () => {
    let calls = 0;
    const upstream: Script = (call) => {
      const { limit, offset } = pagingOf(call);
      return list.reply(range(limit, offset).map(list.row), calls++ % 2 ? 1 : offset + limit + 1);
    };
    const app = await startApp({ upstream });
    const response = await app.send({
      query: `{ list: ${list.field}, first: ${SIZE}) { nodes { id } ${PAGE_INFO} } }`,
      extensions: { cost: true },
    });
    const count = app.targets().length;
    expect(count).toBeLessThanOrEqual(21);
    const { upstreamCalls, rowsRead } = response.extensions?.cost ?? { upstreamCalls: { requested: 0 } };
    expect(upstreamCalls.requested).toBeGreaterThanOrEqual(count);
    expect(rowsRead?.requested).toBeGreaterThanOrEqual(rowsRead?.actual ?? Infinity);
  });

  test('more rows than were requested are not shown', async () => {
    const upstream: Script = (call) => {
      const { offset } = pagingOf(call);
      return list.reply(range(60).slice(offset).map(list.row), 60);
    };
    const app = await startApp({ upstream });
    expect((await follow(app, list, 7)).found).toEqual(range(60).map(list.keyOf));
    expect((await follow(app, list, 7, true)).found).toEqual(range(60).map(list.keyOf));
  });
});

describe('a scan', () => {
  const QUERY = 'query ($id: ID!) { node(id: $id) { id } }';
  const SCANS: [title: string, (n: number) => string[], List][] = [
    ['retention logs', (n) => ['RetentionLog', 'group', 'busybox', String(n)], LISTS[3] as List],
    ['shared repositories', (n) => ['SharedRepository', 'SELF', 'group', `r${n}`], LISTS[0] as List],
  ];

  test.each(SCANS)(
    'of %s in an upstream that repeats itself is an error after two pages',
    async (_title, key, list) => {
      const upstream = upstreamOf(list, 100, { total: 5000, cap: 40, at: () => 0 });
      const app = await startApp({ upstream });
      const { data, errors } = await app.ask(QUERY, { id: pack(key(99)) });
      expect(data).toEqual({ node: null });
      expectRepetition(errors);
      expect(app.targets()).toHaveLength(2);
    },
  );

  test.each(SCANS)(
    'of %s finds a row behind short pages without a total, and ends without one',
    async (_title, key, list) => {
      const app = await startApp({ upstream: upstreamOf(list, 23, { cap: 5 }) });
      const found = await app.ask(QUERY, { id: pack(key(22)) });
      expect([found.errors, found.data.node === null]).toEqual([undefined, false]);
      app.targets();
      const absent = await app.ask(QUERY, { id: pack(key(400)) });
      expect(absent).toEqual({ data: { node: null } });
      expect(app.targets().length).toBeLessThanOrEqual(7);
    },
  );
});

test('calls for lists with totals are as they were', async () => {
  const rows = (row: (n: number) => WireRow) => range(61).map(row);
  const scripts: [string, Script][] = [
    ['sharedRepositories(center: SELF', sharedList(rows((n) => sharedRow({ name: `r${n}` })))],
    ['repositories(name: "r"', ownList(rows((n) => sharedRow({ name: `r${n}` })))],
    [
      'retentionLogs(namespace: "group", repositoryName: "busybox"',
      retentionList(rows((id) => retentionLogRow({ id }))),
    ],
    ['imageGroups(filter: { namespace: "group" }', groupList(rows((n) => imageGroupRow({ name: `r${n}` })))],
  ];
  for (const [field, upstream] of scripts) {
    const app = await startApp({ upstream });
    for (const [page, calls] of [
      ['first: 10', 1],
      ['first: 61', 1],
      ['first: 100', 1],
      ['last: 10', 2],
      ['first: 0', 1],
    ] as const) {
      await app.ask(`{ ${field}, ${page}) { totalCount nodes { id } ${PAGE_INFO} } }`);
      expect(app.targets(), `${field} ${page}`).toHaveLength(calls);
    }
  }
});
