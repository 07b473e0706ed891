// first, after, last, before in all combinations over the four paging dialects, against a model computed from the whole list.
import { expect, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp } from '../../support/app.ts';
import { groupList, imageList, retentionList, sharedList } from '../../support/upstreams/paged-upstream.ts';

interface Arguments {
  readonly first?: number;
  readonly last?: number;
  /** Indexes here; the test replaces them with the cursors. */
  readonly after?: number;
  readonly before?: number;
}

/** What a page is, computed from the length of the list. */
function pageOf(length: number, { first, after, last, before }: Arguments) {
  const size = first ?? last ?? 25;
  if (last !== undefined || before !== undefined) {
    const end = before ?? length;
    const start = Math.max(0, end - size);
    return { start, end, hasPreviousPage: start > 0, hasNextPage: before !== undefined };
  }
  const start = after === undefined ? 0 : after + 1;
  const end = Math.min(length, start + size);
  return { start, end, hasPreviousPage: after !== undefined, hasNextPage: end < length };
}

const numbers = (length: number) => Array.from({ length }, (_, index) => index);
const DIALECTS = [
  {
    dialect: 'shared repositories',
    field: 'sharedRepositories',
    args: 'center: SELF',
    key: 'name',
    total: true,
    script: (length: number) => sharedList(numbers(length).map((n) => sharedRow({ name: `r${n}` }))),
    keyOf: (n: number) => `r${n}`,
  },
  {
    dialect: 'retention logs',
    field: 'retentionLogs',
    args: 'namespace: "group", repositoryName: "busybox"',
    key: 'logId',
    total: true,
    script: (length: number) => retentionList(numbers(length).map((id) => retentionLogRow({ id }))),
    keyOf: String,
  },
  {
    dialect: 'images',
    field: 'images',
    args: '',
    key: 'imageId',
    total: false,
    script: (length: number) => imageList(numbers(length).map((n) => imageRow({ id: imageId(n) }))),
    keyOf: imageId,
  },
  {
    dialect: 'image groups',
    field: 'imageGroups',
    args: '',
    key: 'name',
    total: true,
    script: (length: number) => groupList(numbers(length).map((n) => imageGroupRow({ name: `g${n}` }))),
    keyOf: (n: number) => `g${n}`,
  },
];
const LENGTHS = [0, 1, 25, 26, 60];
const SIZES = [undefined, 0, 1, 2, 7, 24, 25, 26, 59, 60, 61, 1000];

/** Every combination of size and cursor that goes together, for a list of this length. */
function combinations(length: number): Arguments[] {
  const cursors = [...new Set([0, 1, 24, 25, length - 2, length - 1])].filter((at) => at >= 0 && at < length);
  return SIZES.flatMap((size) => {
    const first = size === undefined ? {} : { first: size };
    const last = size === undefined ? {} : { last: size };
    return [
      first,
      ...(size === undefined ? [] : [last]),
      ...cursors.flatMap((at) => [
        { ...first, after: at },
        { ...last, before: at },
      ]),
    ];
  });
}

const CASES = DIALECTS.flatMap((dialect) => LENGTHS.map((length) => ({ ...dialect, length })));

test.each(CASES)('every page of a list of $length $dialect is that of the model', async ({ length, ...list }) => {
  const app = await startApp({ upstream: list.script(length) });
  const query = (withTotal: boolean) =>
    `query ($first: Int, $after: String, $last: Int, $before: String) {
      list: ${list.field}(${list.args} first: $first, after: $after, last: $last, before: $before) {
        ${withTotal && list.total ? 'totalCount' : ''} nodes { key: ${list.key} } edges { cursor node { key: ${list.key} } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  const whole = await app.ask(query(false), { first: 1000 });
  const cursors: string[] = whole.data.list.edges.map(({ cursor }: { cursor: string }) => cursor);
  expect(new Set(cursors).size).toBe(length);

  for (const args of combinations(length)) {
    const { start, end, ...pageInfo } = pageOf(length, args);
    const nodes = numbers(end - start).map((n) => ({ key: list.keyOf(start + n) }));
    const { after, before, ...sizes } = args;
    const variables = {
      ...sizes,
      ...(after === undefined ? {} : { after: cursors[after] }),
      ...(before === undefined ? {} : { before: cursors[before] }),
    };
    expect.soft(await app.ask(query(true), variables), JSON.stringify(args)).toEqual({
      data: {
        list: {
          ...(list.total ? { totalCount: length } : {}),
          nodes,
          edges: nodes.map((node, index) => ({ cursor: cursors[start + index], node })),
          pageInfo: {
            ...pageInfo,
            startCursor: cursors[start] && end > start ? cursors[start] : null,
            endCursor: end > start ? cursors[end - 1] : null,
          },
        },
      },
    });
  }
});

test.each(CASES.filter(({ length }) => length === 60))(
  '$dialect return the same page whether or not its rows are selected',
  async ({ length, ...list }) => {
    const app = await startApp({ upstream: list.script(length) });
    for (const args of ['first: 60', 'first: 59', 'first: 0', 'last: 60', 'last: 7', 'last: 0', '']) {
      const field = `${list.field}(${list.args} ${args})`;
      const { data } = await app.ask(
        `{ alone: ${field.replace('( )', '').replace('()', '')} { pageInfo { hasNextPage hasPreviousPage } }
         whole: ${field.replace('( )', '').replace('()', '')} { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }`,
      );
      expect(data.alone.pageInfo, args).toEqual(data.whole.pageInfo);
    }
  },
);

test.each(DIALECTS)(
  'a mix of arguments that contradict each other is rejected for $dialect, without a call',
  async (list) => {
    const app = await startApp({ upstream: list.script(60) });
    const field = (args: string) => `list: ${list.field}(${list.args} ${args}) { nodes { id } edges { cursor } }`;
    const { data } = await app.ask(`{ ${field('first: 3')} }`);
    const cursor = `"${data.list.edges[1].cursor}"`;
    app.targets();
    for (const args of [
      'first: 1, last: 1',
      `first: 1, before: ${cursor}`,
      `last: 1, after: ${cursor}`,
      `after: ${cursor}, before: ${cursor}`,
      `first: 1, after: ${cursor}, before: ${cursor}`,
      'first: -1',
      'last: -1',
      'first: 1001',
      'last: 1001',
    ]) {
      const response = await app.ask(`{ ${field(args)} }`);
      expect(response, args).toMatchObject({
        data: { list: null },
        errors: [{ path: ['list'], extensions: { code: 'BAD_USER_INPUT' } }],
      });
    }
    const nulls = await app.ask(`{ ${field('first: 3, after: null, last: null, before: null')} }`);
    expect(nulls.data).toEqual(data);
    expect(app.targets()).toHaveLength(1);
  },
);

test('a cursor of one list is rejected by another, and so is one with other arguments', async () => {
  const script = sharedList(numbers(30).map((n) => sharedRow({ name: `r${n}` })));
  const app = await startApp({ upstream: script });
  const { data } = await app.ask('{ sharedRepositories(center: SELF) { pageInfo { endCursor } } }');
  const cursor = data.sharedRepositories.pageInfo.endCursor;
  app.targets();
  for (const list of [
    'sharedRepositories(center: THIRD_PARTY, after: $cursor)',
    'sharedRepositories(center: SELF, name: "r", after: $cursor)',
    'images(after: $cursor)',
    'images(before: $cursor)',
    'imageGroups(after: $cursor)',
    'retentionLogs(namespace: "group", repositoryName: "busybox", after: $cursor)',
  ]) {
    const { errors } = await app.ask(`query ($cursor: String!) { ${list} { nodes { id } } }`, { cursor });
    expect(errors, list).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  }
  expect(app.targets()).toEqual([]);
});
