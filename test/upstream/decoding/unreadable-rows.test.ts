// One malformed row of a list: null at its index with an error at its path; the others have their values, and the walk goes on.
import { describe, expect, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp } from '../../support/app.ts';
import { groupList, retentionList, sharedList } from '../../support/upstreams/paged-upstream.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

/** The images as Glance pages them, rows without an id counted like others; the marker is the id of the last row that has one. */
const imagesWithHoles =
  (rows: readonly unknown[]): Script =>
  ({ query }) => {
    const order = query.get('sort_dir') === 'asc' ? rows.toReversed() : rows;
    const idOf = (row: unknown) => (row as { id?: unknown } | null)?.id;
    const at = query.has('marker') ? order.findIndex((row) => idOf(row) === query.get('marker')) + 1 : 0;
    const images = order.slice(at, at + Number(query.get('limit')));
    const marker = images.findLast((row) => typeof idOf(row) === 'string');
    const full = images.length === Number(query.get('limit')) && marker;
    return { body: { images, ...(full ? { next: `/v2/images?marker=${idOf(marker)}` } : {}) } };
  };

const LISTS = [
  {
    list: 'sharedRepositories',
    field: 'sharedRepositories(center: SELF ARGS)',
    key: 'name',
    service: 'swr',
    row: (n: number) => sharedRow({ name: `r${n}` }),
    keyOf: (n: number) => `r${n}`,
    keyless: [
      { namespace: 'group' },
      { name: 'r9' },
      { namespace: 'group', name: '' },
      { namespace: 'a/b', name: 'r9' },
      { namespace: 'group', name: '../x' },
    ],
    script: sharedList,
  },
  {
    list: 'retentionLogs',
    field: 'retentionLogs(namespace: "group", repositoryName: "busybox" ARGS)',
    key: 'logId',
    service: 'swr',
    row: (n: number) => retentionLogRow({ id: n }),
    keyOf: String,
    keyless: [{ tag: '1' }, { id: null }, { id: 'x' }, { id: 1.5 }, { id: 5, repo: 7 }],
    script: retentionList,
  },
  {
    list: 'images',
    field: 'images(first: 100 ARGS)',
    key: 'imageId',
    service: 'ims',
    row: (n: number) => imageRow({ id: imageId(n) }),
    keyOf: imageId,
    keyless: [{ name: 'x' }, { id: null }, { id: 7 }, { id: '' }, { id: 'a/../b' }],
    script: imagesWithHoles,
  },
  {
    list: 'imageGroups',
    field: 'imageGroups(first: 100 ARGS)',
    key: 'name',
    service: 'modelarts',
    row: (n: number) => imageGroupRow({ name: `g${n}` }),
    keyOf: (n: number) => `g${n}`,
    keyless: [
      { namespace: 'group' },
      { name: 'g9' },
      { namespace: 'group', name: '' },
      { namespace: 7, name: 'g9' },
      { namespace: 'group', name: 'a\u0000b' },
    ],
    script: groupList,
  },
];

describe.each(LISTS)('$list', ({ list, field, key, service, row, keyOf, keyless, script }) => {
  const all = field.replace(' ARGS', '');
  const paged = field
    .replace('first: 100 ', '')
    .replace('ARGS', ', first: $first, after: $after')
    .replace('(,', '(')
    .replace('( ,', '(');

  test.each<readonly [string, unknown]>([
    ['a number', 7],
    ['null', null],
    ['a text', 'row'],
    ['a list', [1]],
    ['an object without anything', {}],
    ...keyless.map((wrong) => [JSON.stringify(wrong), wrong] as const),
  ])('%s is null at its index with an error at its path', async (_what, wrong) => {
    const app = await startApp({ upstream: script([row(1), wrong, row(3)]) });
    const { data, errors } = await app.ask(
      `{ list: ${all} { nodes { key: ${key} } edges { cursor node { key: ${key} } } } }`,
    );
    const nodes = [{ key: keyOf(1) }, null, { key: keyOf(3) }];
    expect(data.list.nodes).toEqual(nodes);
    expect(data.list.edges).toEqual(nodes.map((node) => ({ cursor: expect.any(String), node })));
    expect(errors).toHaveLength(2);
    for (const path of [
      ['list', 'nodes', 1],
      ['list', 'edges', 1, 'node'],
    ]) {
      expect(errors).toContainEqual(
        expect.objectContaining({
          path,
          extensions: expect.objectContaining({ code: 'UPSTREAM_BAD_RESPONSE', service }),
        }),
      );
    }
  });

  test('a list of such rows alone is a list of nulls', async () => {
    const app = await startApp({ upstream: script([7, null]) });
    const { data, errors } = await app.ask(`{ list: ${all} { nodes { key: ${key} } pageInfo { hasNextPage } } }`);
    expect(data.list).toEqual({ nodes: [null, null], pageInfo: { hasNextPage: false } });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['list', 'nodes', 0],
      ['list', 'nodes', 1],
    ]);
  });

  test.each([1, 2, 3])('a walk in pages of %i comes past such rows to all the others', async (first) => {
    const app = await startApp({ upstream: script([row(1), null, row(3), 7, {}, row(6), row(7)]) });
    const found = new Set<string>();
    let after: string | null = null;
    for (let pages = 0; pages < 12; pages++) {
      const { data } = await app.ask(
        `query ($first: Int, $after: String) { list: ${paged} { nodes { key: ${key} } pageInfo { hasNextPage endCursor } } }`,
        { first, after },
      );
      for (const node of data.list.nodes) if (node) found.add(node.key);
      after = data.list.pageInfo.endCursor;
      if (!data.list.pageInfo.hasNextPage) break;
    }
    expect([...found], list).toEqual([1, 3, 6, 7].map(keyOf));
  });
});

test('a lookup in a list with an unreadable row is an error, as that may be the one: it is null only where the record is certainly absent', async () => {
  const bad = [7, null];
  const app = await startApp({
    upstream: ({ path, query }) => {
      if (path.endsWith('/histories')) return { body: { retention_log: bad, total: 2 } };
      if (path === '/v2/manage/shared-repositories') return { headers: { 'content-range': '0-2/2' }, body: bad };
      if (!path.startsWith('/v1/')) return { body: repositoryDetail() };
      // ModelArts finds the one group by its name, and lists all groups as something unreadable.
      const isNamed = query.get('name') === 'known';
      return { body: isNamed ? { data: [imageGroupRow({ name: 'known' })], total: 1 } : { data: bad, total: 2 } };
    },
  });
  const { data, errors } = await app.ask(
    `{ repository(namespace: "group", name: "busybox") { name sharing { id } }
       known: imageGroup(namespace: "group", name: "known") { name }
       unknown: imageGroup(namespace: "group", name: "unknown") { name } }`,
  );
  expect(data).toEqual({ repository: { name: 'busybox', sharing: null }, known: { name: 'known' }, unknown: null });
  expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code]).sort()).toEqual([
    ['repository.sharing', 'UPSTREAM_BAD_RESPONSE'],
    ['unknown', 'UPSTREAM_BAD_RESPONSE'],
  ]);
});
