// The totals of offset lists: Content-Range as offset-COUNT/total, total_range, empty pages, no total, totals above 31 bits.
import { expect, test } from 'vitest';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp } from '../../support/app.ts';
import { sharedList } from '../../support/upstreams/paged-upstream.ts';

const names = (length: number, from = 0) => Array.from({ length }, (_, index) => `r${from + index}`);
const rows = (length: number) => names(length).map((name) => sharedRow({ name }));
const PAGE = 'nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const SHARED = `query ($first: Int, $after: String, $last: Int, $before: String) {
  list: sharedRepositories(center: SELF, first: $first, after: $after, last: $last, before: $before) { ${PAGE} } }`;

test('Content-Range 0-10/35 means ten rows from 0 of a list of 35', async () => {
  const app = await startApp({ upstream: () => ({ headers: { 'content-range': '0-10/35' }, body: rows(10) }) });
  const { data } = await app.ask(
    '{ sharedRepositories(center: SELF, first: 10) { totalCount pageInfo { hasNextPage } } }',
  );
  expect(data.sharedRepositories).toEqual({ totalCount: 35, pageInfo: { hasNextPage: true } });
  expect(app.targets()).toHaveLength(1);
});

test('Content-Range 0-10/10 is the whole list', async () => {
  const app = await startApp({ upstream: () => ({ headers: { 'content-range': '0-10/10' }, body: rows(10) }) });
  const { data } = await app.ask(
    '{ sharedRepositories(center: SELF, first: 10) { totalCount pageInfo { hasNextPage } } }',
  );
  expect(data.sharedRepositories).toEqual({ totalCount: 10, pageInfo: { hasNextPage: false } });
});

test.each([
  ['a header', '0-10/3.5e1', undefined],
  ['a header with a fraction of zeros', '0-10/35.0', undefined],
  ['the rows', undefined, '3.5e1'],
  ['the rows, where the header has no integer', '0-10/35.5', '35.00'],
])('a total in %s is read as an integer in any form', async (_what, header, total_range) => {
  const headers: Record<string, string> = header === undefined ? {} : { 'content-range': header };
  const body = rows(10).map((row) => ({ ...row, total_range }));
  const app = await startApp({ upstream: () => ({ headers, body }) });
  const { data, errors } = await app.ask('{ sharedRepositories(center: SELF, first: 10) { totalCount } }');
  expect(errors).toBeUndefined();
  expect(data.sharedRepositories).toEqual({ totalCount: 35 });
});

test('an empty page has its total from the header alone', async () => {
  const app = await startApp({ upstream: () => ({ headers: { 'content-range': '0-0/0' }, body: [] }) });
  const { data, errors } = await app.ask(`{ sharedRepositories(center: SELF) { totalCount ${PAGE} } }`);
  expect(errors).toBeUndefined();
  expect(data.sharedRepositories).toEqual({
    totalCount: 0,
    nodes: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
  });
});

test('the page behind the last row is empty, and still has the total', async () => {
  const app = await startApp({ upstream: sharedList(rows(35)) });
  const { data } = await app.ask(SHARED, { first: 35 });
  const response = await app.ask(
    `query ($after: String) { list: sharedRepositories(center: SELF, first: 5, after: $after) { totalCount ${PAGE} } }`,
    { after: data.list.pageInfo.endCursor },
  );
  expect(response).toEqual({
    data: {
      list: {
        totalCount: 35,
        nodes: [],
        pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
      },
    },
  });
});

test.each([
  ['is missing', {}],
  ['is malformed', { 'content-range': 'items 0-9/35' }],
  ['has no total', { 'content-range': '0-10/*' }],
])('where the header %s, total_range of the first row is the total', async (_what, headers) => {
  const app = await startApp({
    upstream: () => ({
      headers,
      body: rows(10).map((row) => ({ ...row, total_range: 35 })),
    }),
  });
  const { data } = await app.ask(
    '{ sharedRepositories(center: SELF, first: 10) { totalCount pageInfo { hasNextPage } } }',
  );
  expect(data.sharedRepositories).toEqual({ totalCount: 35, pageInfo: { hasNextPage: true } });
  expect(app.targets()).toHaveLength(1);
});

test.each([
  [10, false],
  [11, true],
])(
  'a list of %i without a total has null for it, and an exact hasNextPage (%s) behind ten rows',
  async (length, hasNextPage) => {
    const app = await startApp({ upstream: sharedList(rows(length), { header: false }) });
    const { data, errors } = await app.ask(
      '{ sharedRepositories(center: SELF, first: 10) { totalCount nodes { name } pageInfo { hasNextPage } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.sharedRepositories).toEqual({
      totalCount: null,
      nodes: names(10).map((name) => ({ name })),
      pageInfo: { hasNextPage },
    });
  },
);

test.each([
  ['in the header', { headers: { 'content-range': '0-1/2147483648' }, body: rows(1) }],
  ['in the rows', { body: [sharedRow({ name: 'r0', total_range: 2147483648 })] }],
])('a total above 2^31-1 %s is null with an error at its path; the rows are there', async (_where, reply) => {
  const app = await startApp({ upstream: () => reply });
  const { data, errors } = await app.ask(
    '{ sharedRepositories(center: SELF, first: 1) { totalCount nodes { name } pageInfo { hasNextPage } } }',
  );
  expect(data.sharedRepositories).toEqual({
    totalCount: null,
    nodes: [{ name: 'r0' }],
    pageInfo: { hasNextPage: true },
  });
  expect(errors).toMatchObject([
    { path: ['sharedRepositories', 'totalCount'], extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'swr' } },
  ]);
});

test('a total of 2^31-1 is a total', async () => {
  const app = await startApp({ upstream: () => ({ body: { data: [imageGroupRow()], total: 2147483647 } }) });
  const { data, errors } = await app.ask('{ imageGroups(first: 1) { totalCount } }');
  expect(errors).toBeUndefined();
  expect(data.imageGroups.totalCount).toBe(2147483647);
});

test('totals above 2^31-1 in the bodies of the other two lists are null with errors', async () => {
  const app = await startApp({
    upstream: ({ path }) => ({
      body: path.endsWith('/group')
        ? '{"data":[],"total":9007199254740993}'
        : '{"retention_log":[],"total":9223372036854775807}',
    }),
  });
  const { data, errors } = await app.ask(
    '{ imageGroups { totalCount } retentionLogs(namespace: "group", repositoryName: "busybox") { totalCount } }',
  );
  expect(data).toEqual({ imageGroups: { totalCount: null }, retentionLogs: { totalCount: null } });
  expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
    'imageGroups.totalCount',
    'retentionLogs.totalCount',
  ]);
});
