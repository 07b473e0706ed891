// Cursors that a caller writes: positions that no row can have are rejected without a call, and the others cost what the report says.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pack, unpack } from '../../src/graph/opaque.ts';
import { imageId, imageRow } from '../resources/image/kind.ts';
import { imageGroupRow } from '../resources/image-group/kind.ts';
import { retentionLogRow } from '../resources/retention-log/kind.ts';
import { sharedRow } from '../resources/shared-repository/kind.ts';
import { codesOf, startApp, type TestApp } from '../support/app.ts';
import type { WireRow } from '../support/kind.ts';
import { groupList, ownList, retentionList, sharedList } from '../support/upstreams/paged-upstream.ts';
import type { Reply, Script, UpstreamCall } from '../support/upstreams/upstream.ts';

const range = (length: number) => Array.from({ length }, (_, index) => index);

/** Images as Glance pages them, to the letter: rows without an id, or without values, too; at most `cap` in one page. */
function images(rows: readonly WireRow[], cap: number): Script {
  return ({ query, path }) => {
    const shown = path === '/v2/images' ? undefined : rows.find(({ id }) => id === path.split('/').at(-1));
    if (path !== '/v2/images') return shown ? { body: shown } : { status: 404, body: { code: '404', message: 'x' } };
    const order = query.get('sort_dir') === 'asc' ? rows.toReversed() : rows;
    const limit = Math.min(Number(query.get('limit')), cap);
    const marker = query.get('marker');
    const at = marker === null ? 0 : order.findIndex(({ id }) => id === marker) + 1;
    if (marker !== null && at === 0) return { status: 400, body: { code: '400 Bad Request', message: 'x' } };
    const page = order.slice(at, at + limit);
    const last = page.findLast(({ id }) => id !== undefined);
    return {
      body: { images: page, ...(page.length === limit && last ? { next: `/v2/images?marker=${last.id}` } : {}) },
    };
  };
}

const SORT_VALUES = { name: null, size: null, disk_format: null, container_format: null };
/** Rows of which some have no id, and some no values to sort by. */
const ODD_IMAGES = (length: number) =>
  range(length).map((n) => {
    const { id, ...rest } = imageRow({
      id: imageId(n),
      created_at: '2025-01-01T00:00:00Z',
      ...(n % 5 > 2 ? SORT_VALUES : {}),
    });
    return n % 7 === 5 ? rest : { ...rest, id };
  }) as WireRow[];

const FILTER = '{ updatedAt: { gte: "2100-01-01T00:00:00Z", lt: "2101-01-01T00:00:00Z" } }';
const LISTS = [
  'images',
  'images(filter: { createdAt: { gte: "2000-01-01T00:00:00Z", lt: "2030-01-01T00:00:00Z" } })',
  `images(filter: ${FILTER})`,
  ...['NAME', 'SIZE', 'ID', 'STATUS', 'CREATED_AT'].flatMap((field) => [
    `images(orderBy: { field: ${field}, direction: ASC })`,
    `images(orderBy: { field: ${field}, direction: DESC }, filter: ${FILTER})`,
  ]),
  'sharedRepositories(center: SELF)',
  'repositories',
  'retentionLogs(namespace: "group", repositoryName: "busybox")',
  'imageGroups',
];

/** An upstream with all lists, which counts the rows that it sends. */
function world(length: number, quirks: { cap?: number; header?: boolean; keyless?: boolean }) {
  const { cap = 1000, keyless = false } = quirks;
  const rows = { sent: 0 };
  const withoutKeys = (list: WireRow[], field: string) =>
    keyless ? list.map((row, n) => (n % 3 === 1 ? { ...row, [field]: null } : row)) : list;
  const names = range(length).map((n) => `r${n}`);
  const scripts: [part: string, Script][] = [
    ['/v2/images', images(ODD_IMAGES(length), cap)],
    [
      '/shared-repositories',
      sharedList(
        withoutKeys(
          names.map((name) => sharedRow({ name })),
          'name',
        ),
        quirks,
      ),
    ],
    [
      '/retentions/',
      retentionList(
        withoutKeys(
          range(length).map((id) => retentionLogRow({ id })),
          'id',
        ),
        quirks,
      ),
    ],
    [
      '/manage/repos',
      ownList(
        withoutKeys(
          names.map((name) => sharedRow({ name })),
          'name',
        ),
        quirks,
      ),
    ],
    [
      '/group',
      groupList(
        withoutKeys(
          names.map((name) => imageGroupRow({ name })),
          'name',
        ),
        quirks,
      ),
    ],
  ];
  const script: Script = (call, response) => {
    const [, list] = scripts.find(([part]) => call.path.includes(part)) as [string, Script];
    const reply = list(call, response) as Reply;
    const body = reply.body as Record<string, unknown> | unknown[];
    const found = Array.isArray(body) ? body : (body?.images ?? body?.retention_log ?? body?.data);
    if (Array.isArray(found)) rows.sent += found.length;
    return reply;
  };
  return { script, rows };
}

const fieldOf = (list: string, page: string) =>
  page === '' ? list : list.endsWith(')') ? `${list.slice(0, -1)}, ${page})` : `${list}(${page})`;

async function digestOf(app: TestApp, list: string): Promise<string> {
  const { data, errors } = await app.ask(`{ list: ${fieldOf(list, 'first: 1')} { edges { cursor } } }`);
  const cursor = data.list?.edges[0]?.cursor;
  if (cursor === undefined) throw new Error(JSON.stringify(errors ?? 'no row'));
  return unpack(cursor)?.[0] as string;
}

/** The digest of a list whose filter leaves out all rows here: from one that has a row. */
const rowInFilter = (): Script => () => ({
  body: { images: [imageRow({ updated_at: '2100-06-01T00:00:00Z', created_at: '2010-01-01T00:00:00Z' })] },
});

async function digests(): Promise<Map<string, string>> {
  const plain = await startApp({ upstream: world(3, {}).script });
  const sifted = await startApp({ upstream: rowInFilter() });
  const entries = LISTS.map(
    async (list) => [list, await digestOf(list.includes('2101') ? sifted : plain, list)] as const,
  );
  return new Map(await Promise.all(entries));
}

/** Positions as a list could write them, and some that it never writes. */
function positionIn(list: string, length: number): fc.Arbitrary<string> {
  const offsets = fc.oneof(fc.integer({ min: 0, max: length + 5 }), fc.constantFrom(9_999_999, 10_000_000)).map(String);
  const strangeIds = fc.constantFrom('', 'x', '../..', 'ffffffff-0000-4000-8000-000000000000');
  const ids = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: length }).map(imageId) }, strangeIds);
  const beyond = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('', '|1', '|2', '|1000') },
    fc.constantFrom('|0', '|01', '|', '|1001'),
    fc.integer({ min: 1, max: 10_001 }).map((n) => `|${n}`),
  );
  const markers = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom('m', 's'), ids, beyond) },
    fc.tuple(fc.constantFrom('f', 'b'), fc.constant(''), beyond),
  );
  const marked = markers.map((parts) => parts.join(''));
  const [own, other] = list.startsWith('images') ? [marked, offsets] : [offsets, marked];
  return fc.oneof({ weight: 9, arbitrary: own }, other);
}

const WORLDS: [title: string, length: number, quirks: Parameters<typeof world>[1]][] = [
  ['pages as they are documented', 2300, {}],
  ['rows without keys', 130, { keyless: true }],
  ['short pages', 130, { cap: 6 }],
  ['short pages, no totals, and rows without keys', 70, { cap: 9, header: false, keyless: true }],
];

test.each(WORLDS)(
  'whatever the cursor, the report has its calls and rows: %s',
  { timeout: 60_000 },
  async (_title, length, quirks) => {
    const known = await digests();
    const { script, rows } = world(length, quirks);
    const app = await startApp({ upstream: script });
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...LISTS).chain((list) => fc.tuple(fc.constant(list), positionIn(list, length))),
        fc.constantFrom('after', 'before'),
        fc.constantFrom(undefined, 0, 1, 2, 30, 100, 999, 1000),
        fc.subarray(['nodes { id }', 'edges { cursor }', 'pageInfo { hasNextPage hasPreviousPage }'], { minLength: 1 }),
        fc.boolean(),
        async ([list, written], argument, size, parts, asVariable) => {
          const cursor = pack([known.get(list) as string, written]);
          const sizeArgument = size === undefined ? '' : `, ${argument === 'after' ? 'first' : 'last'}: ${size}`;
          const page = `${argument}: ${asVariable ? '$cursor' : `"${cursor}"`}${sizeArgument}`;
          const query = `query ${asVariable ? '($cursor: String)' : ''} { ${fieldOf(list, page)} { ${parts.join(' ')} } }`;
          app.targets();
          rows.sent = 0;
          const response = await app.send({
            query,
            variables: asVariable ? { cursor } : {},
            extensions: { cost: true },
          });
          const cost = response.extensions?.cost;
          const what = `${written}: ${query}`;
          expect(cost?.upstreamCalls.actual, what).toBe(app.targets().length);
          expect(cost?.upstreamCalls.requested, what).toBeGreaterThanOrEqual(cost?.upstreamCalls.actual ?? Infinity);
          expect(cost?.rowsRead.actual, what).toBe(rows.sent);
          expect(cost?.rowsRead.requested, what).toBeGreaterThanOrEqual(rows.sent);
          expect(app.log.splice(0), what).toEqual([]);
          if (!codesOf(response).includes('BAD_USER_INPUT')) accepted++;
        },
      ),
      { numRuns: 250 },
    );
    expect(accepted).toBeGreaterThan(100);
  },
);

describe('positions that no row can have', () => {
  const ID = imageId(1);
  const ORDERED = (field: string) => `images(orderBy: { field: ${field}, direction: DESC })`;
  const EVERYWHERE = [
    'f',
    'b',
    `m${ID}|0`,
    `m${ID}|01`,
    `m${ID}|1001`,
    `m${ID}|9999`,
    'f|1001',
    'm',
    's',
    `x${ID}`,
    '7',
  ];

  test.each([
    ...['images', ORDERED('CREATED_AT'), ORDERED('ID'), ORDERED('STATUS')].map(
      (list) => [list, [...EVERYWHERE, `s${ID}`, `s${ID}|1`]] as const,
    ),
    ...['NAME', 'SIZE', 'DISK_FORMAT', 'CONTAINER_FORMAT'].map((field) => [ORDERED(field), EVERYWHERE] as const),
    ['imageGroups', ['-1', '01', '10000001', '1.5', `m${ID}`, 'f|1']] as const,
  ])('are rejected by %s, without a call', async (list, positions) => {
    const app = await startApp({ upstream: world(30, {}).script });
    const digest = await digestOf(app, list);
    app.targets();
    for (const written of positions)
      for (const page of ['first: 2, after: $cursor', 'last: 2, before: $cursor']) {
        const query = `query ($cursor: String) { ${fieldOf(list, page)} { nodes { id } } }`;
        const { errors } = await app.ask(query, { cursor: pack([digest, written]) });
        expect(errors, written).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      }
    expect(app.targets()).toEqual([]);
  });
});

describe('rows that are read', () => {
  /** Images of which no row meets the second condition, for ever. */
  const endless: Script = ({ query }: UpstreamCall) => {
    const start = Number((query.get('marker') ?? '0').slice(-12)) + 1;
    const page = range(Number(query.get('limit'))).map((n) => imageRow({ id: imageId(start + n) }));
    return { body: { images: page, next: `/v2/images?marker=${page.at(-1)?.id}` } };
  };
  const sifted = (to: string) =>
    `images(first: 1, filter: { updatedAt: { gte: "2090-01-01T00:00:00Z", lt: "${to}-01-01T00:00:00Z" } })`;

  test('end an operation at their maximum, and are not nodes', async () => {
    const app = await startApp({ upstream: endless, settings: { IMAGE_GRAPH_MAX_ROWS_READ: '3500' } });
    const { data, errors, extensions } = await app.send({ query: `{ list: ${sifted('2101')} { nodes { id } } }` });
    expect(data).toEqual({ list: null });
    expect(errors).toMatchObject([
      {
        path: ['list'],
        extensions: { code: 'QUERY_TOO_COMPLEX', service: 'ims', limit: { name: 'rowsRead', value: 4000, max: 3500 } },
      },
    ]);
    expect(app.targets()).toHaveLength(4);
    expect(extensions?.cost).toMatchObject({
      requestedQueryCost: 1,
      rowsRead: { requested: 3500, actual: 3000, maximum: 3500 },
    });
  });

  test('count once for an operation, over all its lists', async () => {
    const app = await startApp({ upstream: endless, settings: { IMAGE_GRAPH_MAX_ROWS_READ: '30000' } });
    const fields = range(5).map((n) => `l${n}: ${sifted(String(2100 + n))} { nodes { id } }`);
    const { errors, extensions } = await app.send({ query: `{ ${fields.join(' ')} }` });
    expect(new Set(errors?.map(({ extensions: { code } }) => code))).toEqual(new Set(['QUERY_TOO_COMPLEX']));
    expect(extensions?.cost?.rowsRead.actual).toBeLessThanOrEqual(30_000);
    expect(app.targets().length).toBeLessThanOrEqual(35);
  });

  test('that an operation needs are estimated: beyond the maximum it makes no call', async () => {
    const app = await startApp({ upstream: endless, settings: { IMAGE_GRAPH_MAX_ROWS_READ: '4999' } });
    const fields = range(5).map((n) => `l${n}: ${sifted(String(2100 + n))} { nodes { id } }`);
    const response = await app.send({ query: `{ ${fields.join(' ')} }` });
    expect([response.status, response.data]).toEqual([400, undefined]);
    expect(response.errors).toMatchObject([
      { extensions: { code: 'QUERY_TOO_COMPLEX', limit: { name: 'rowsRead', value: 5000, max: 4999 } } },
    ]);
    expect(response.errors?.[0]?.message).toMatch(/rows: 5000, where 4999 are allowed\. Request smaller pages/);
    expect(response.extensions?.cost?.rowsRead).toEqual({ requested: 5000, actual: 0, maximum: 4999 });
    expect(app.targets()).toEqual([]);
  });

  test('to find records count too', async () => {
    const rows = range(3000).map((id) => retentionLogRow({ id }));
    const settings = { IMAGE_GRAPH_MAX_ROWS_READ: '250' };
    const app = await startApp({ upstream: retentionList(rows), settings });
    const query = 'query ($id: ID!) { node(id: $id) { id } }';
    const find = (id: number) =>
      app.send({ query, variables: { id: pack(['RetentionLog', 'group', 'busybox', String(id)]) } });
    expect((await find(150)).errors).toBeUndefined();
    app.targets();
    expect(await find(550)).toMatchObject({
      errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX', limit: { name: 'rowsRead', value: 300, max: 250 } } }],
      extensions: { cost: { rowsRead: { requested: 250, actual: 200, maximum: 250 } } },
    });
    expect(app.targets()).toHaveLength(3);
  });
});
