// 64-bit integers: every field that the documents call Long keeps every digit, as a number and as text.
import { expect, test } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp } from '../../support/app.ts';
import { exactJson } from '../../support/upstreams/exact-json.ts';

/** Neighbours above 2^53: a double cannot distinguish any two of them. */
const LONGS = [9007199254740993n, 9007199254740995n, 9007199254740997n, 9223372036854775807n, 9223372036854775805n];
const FORMS = [
  ['numbers', (value: bigint) => value],
  ['text', (value: bigint) => String(value)],
] as const;
const [A, B, C, D, E] = LONGS as [bigint, bigint, bigint, bigint, bigint];
const REPOSITORY =
  '{ repository(namespace: "group", name: "busybox") { repositoryId namespaceId size imageCount downloadCount description } }';

test.each(FORMS)('the five Long fields of a repository keep their digits when sent as %s', async (_form, as) => {
  const app = await startApp({
    upstream: () => ({
      body: exactJson(
        repositoryDetail({ id: as(A), ns_id: as(B), size: as(C), num_images: as(D), num_download: as(E) }),
      ),
    }),
  });
  const { data, errors } = await app.ask(REPOSITORY);
  expect(errors).toBeUndefined();
  expect(data.repository).toEqual({
    repositoryId: String(A),
    namespaceId: String(B),
    size: String(C),
    imageCount: String(D),
    downloadCount: String(E),
    description: 'containerops',
  });
});

test.each(FORMS)(
  'the Long fields of a shared row keep their digits when sent as %s, its repository has them too',
  async (_form, as) => {
    const row = sharedRow({ size: as(A), num_images: as(B), num_download: as(D) });
    const app = await startApp({ upstream: () => ({ headers: { 'content-range': '0-1/1' }, body: exactJson([row]) }) });
    const { data, errors } = await app.ask(
      '{ sharedRepositories(center: SELF) { nodes { size imageCount downloadCount repository { size imageCount downloadCount } } } }',
    );
    expect(errors).toBeUndefined();
    const longs = { size: String(A), imageCount: String(B), downloadCount: String(D) };
    expect(data.sharedRepositories.nodes).toEqual([{ ...longs, repository: longs }]);
  },
);

test.each(FORMS)(
  'the ids of retention logs keep their digits when sent as %s, and distinguish the logs',
  async (_form, as) => {
    const rows = [A, B].map((id) => retentionLogRow({ id: as(id), retention_id: as(D), tag: `of ${id}` }));
    const app = await startApp({ upstream: () => ({ body: exactJson({ retention_log: rows, total: 2 }) }) });
    const { data, errors } = await app.ask(
      '{ retentionLogs(namespace: "group", repositoryName: "busybox") { nodes { id logId retentionId tag } } }',
    );
    expect(errors).toBeUndefined();
    const logs = data.retentionLogs.nodes;
    expect(logs).toMatchObject([
      { logId: String(A), retentionId: String(D), tag: `of ${A}` },
      { logId: String(B), retentionId: String(D), tag: `of ${B}` },
    ]);
    const again = await app.ask(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on RetentionLog { logId retentionId tag } } }',
      {
        ids: [logs[1].id, logs[0].id],
      },
    );
    expect(again).toEqual({ data: { nodes: [logs[1], logs[0]] } });
  },
);

test.each(FORMS)('the sizes of an image keep their digits when sent as %s', async (_form, as) => {
  const row = imageRow({ size: as(A), virtual_size: as(B), __image_size: as(D) });
  const app = await startApp({ upstream: () => ({ body: exactJson({ images: [row] }) }) });
  const { data, errors } = await app.ask('{ images { nodes { size virtualSize imageSize } } }');
  expect(errors).toBeUndefined();
  expect(data.images.nodes).toEqual([{ size: String(A), virtualSize: String(B), imageSize: String(D) }]);
});

test('small, zero and negative numbers are decimal strings too', async () => {
  const app = await startApp({
    upstream: () => ({
      body: repositoryDetail({ id: 0, ns_id: -1, size: 7, num_images: '0', num_download: '12' }),
    }),
  });
  const { data } = await app.ask(REPOSITORY);
  expect(data.repository).toMatchObject({
    repositoryId: '0',
    namespaceId: '-1',
    size: '7',
    imageCount: '0',
    downloadCount: '12',
  });
});

test('digits inside strings stay as they are, whatever quotes and backslashes stand around them', async () => {
  const texts = [
    '12345678901234567890',
    'size 9007199254740993, "9007199254740993"',
    '{"build":12345678901234567890,"size":[-9007199254740993]}',
    'C:\\9007199254740993\\',
    '\\"12345678901234567890\\',
  ];
  for (const description of texts) {
    const app = await startApp({ upstream: () => ({ body: exactJson(repositoryDetail({ description, size: A })) }) });
    const { data, errors } = await app.ask(REPOSITORY);
    expect(errors).toBeUndefined();
    expect(data.repository).toMatchObject({ description, size: String(A) });
  }
});

test('an unknown property keeps the digits of the long integers in its JSON text', async () => {
  const nested =
    '{"sizes":[9007199254740993,-9223372036854775807,1],"text":"12345678901234567890","deep":{"n":9007199254740995}}';
  const row = exactJson(imageRow()).replace(
    /}$/,
    `,"nested":${nested},"bare":9007199254740993,"small":5,"flag":false}`,
  );
  const app = await startApp({ upstream: () => ({ body: `{"images":[${row}]}` }) });
  const { data, errors } = await app.ask(`{ images { nodes {
    nested: property(name: "nested") bare: property(name: "bare") small: property(name: "small") flag: property(name: "flag")
    properties(names: ["nested", "bare"]) { name value } } } }`);
  expect(errors).toBeUndefined();
  expect(data.images.nodes[0]).toEqual({
    nested,
    bare: '9007199254740993',
    small: '5',
    flag: 'false',
    properties: [
      { name: 'nested', value: nested },
      { name: 'bare', value: '9007199254740993' },
    ],
  });
});

/** Integers in other forms: the JSON that is sent, and the digits. */
const OTHER_FORMS = [
  ['"1.2e10"', '12000000000'],
  ['1.2e10', '12000000000'],
  ['"40.0000000000000000"', '40'],
  ['40.0000000000000000', '40'],
  ['"40.0"', '40'],
  ['"40e0"', '40'],
  ['40.0', '40'],
  ['"1e2"', '100'],
  ['1E3', '1000'],
  ['"1E+3"', '1000'],
  ['"4000e-2"', '40'],
  ['"007.0"', '7'],
  ['"-0.0"', '0'],
  ['-0.0', '0'],
  ['"0e999999999999"', '0'],
  ['"-1.5e1"', '-15'],
  ['"9007199254740993.0"', '9007199254740993'],
  ['9007199254740993.0', '9007199254740993'],
  ['9.007199254740993e15', '9007199254740993'],
  ['"9.007199254740993e15"', '9007199254740993'],
  ['900719925.4740993e7', '9007199254740993'],
  ['9.223372036854775807e18', '9223372036854775807'],
  ['9223372036854775807.00', '9223372036854775807'],
  ['-9.007199254740993E+15', '-9007199254740993'],
  ['90071992547409930e-1', '9007199254740993'],
  ['1e19', '10000000000000000000'],
  ['123456789e22', '1234567890000000000000000000000'],
] as const;

test.each(OTHER_FORMS)('the integer %s of every service has its digits', async (json, digits) => {
  const put = (row: object) => JSON.stringify(row).replaceAll('"<n>"', json);
  const app = await startApp({
    upstream: ({ path }) => ({
      body: path.startsWith('/v2/images')
        ? `{"images":[${put(imageRow({ size: '<n>', __image_size: '<n>' }))}]}`
        : put(repositoryDetail({ id: '<n>', size: '<n>' })),
    }),
  });
  const { data, errors } = await app.ask(
    '{ images { nodes { size imageSize } } repository(namespace: "group", name: "busybox") { repositoryId size } }',
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    images: { nodes: [{ size: digits, imageSize: digits }] },
    repository: { repositoryId: digits, size: digits },
  });
});

test('32-bit integers, epoch times and keys are read from the same forms', async () => {
  const group = JSON.stringify(imageGroupRow({ version_count: '<n>', create_at: '<t>', update_at: '<u>' }))
    .replace('"<n>"', '"3.0e0"')
    .replace('"<t>"', '"1.652878011643e12"')
    .replace('"<u>"', '1652878531791.0000');
  const images = JSON.stringify([imageRow({ min_disk: '4e1', max_ram: '40.00', __os_bit: '<n>' })]);
  const log = JSON.stringify(retentionLogRow({ id: '<n>', retention_id: '9.1e1' }));
  const app = await startApp({
    upstream: ({ path }) => {
      if (path.endsWith('/group')) return { body: `{"data":[${group}],"total":1.0}` };
      if (path === '/v2/images') return { body: `{"images":${images.replace('"<n>"', '64.00000000000000000')}}` };
      return { body: `{"retention_log":[${log.replace('"<n>"', '9.007199254740993e15')}],"total":"1.0"}` };
    },
  });
  const { data, errors } = await app.ask(
    `{ images { nodes { minDisk maxRam osBit } } imageGroups { totalCount nodes { versionCount createdAt updatedAt } }
       retentionLogs(namespace: "group", repositoryName: "busybox") { totalCount nodes { id logId retentionId } } }`,
  );
  expect(errors).toBeUndefined();
  const times = { createdAt: '2022-05-18T12:46:51.643Z', updatedAt: '2022-05-18T12:55:31.791Z' };
  expect(data).toEqual({
    images: { nodes: [{ minDisk: 40, maxRam: 40, osBit: 64 }] },
    imageGroups: { totalCount: 1, nodes: [{ versionCount: 3, ...times }] },
    retentionLogs: {
      totalCount: 1,
      nodes: [{ id: expect.any(String), logId: '9007199254740993', retentionId: '91' }],
    },
  });
  const { id } = data.retentionLogs.nodes[0];
  const again = await app.ask('query ($id: ID!) { node(id: $id) { ... on RetentionLog { logId } } }', { id });
  expect(again).toEqual({ data: { node: { logId: '9007199254740993' } } });
});

test('a property that is a number keeps all its digits, whatever its form', async () => {
  const numbers = '[9.007199254740993e15,40.0000000000000000,"9.007199254740993e15"]';
  const row = JSON.stringify(imageRow({ numbers: '<n>' })).replace('"<n>"', numbers);
  const app = await startApp({ upstream: () => ({ body: `{"images":[${row}]}` }) });
  const { data } = await app.ask('{ images { nodes { property(name: "numbers") } } }');
  expect(data.images.nodes).toEqual([{ property: numbers }]);
});

test('a number of a long body keeps its digits wherever it stands', async () => {
  let name = '';
  const row = () => exactJson({ name, size: A, id: imageId(1) });
  const app = await startApp({ upstream: () => ({ body: `{"images":[${row()}]}` }) });
  const sizes = new Set<string>();
  for (let length = 64 * 1024 - 70; length < 64 * 1024; length++) {
    name = 'x'.repeat(length);
    sizes.add((await app.ask('{ images { nodes { size } } }')).data.images.nodes[0].size);
  }
  expect([...sizes]).toEqual([String(A)]);
});

test.each([
  '"1e-1"',
  '"1.05e1"',
  '40.0000000000000001',
  '"40.0000000000000001"',
  '9007199254740993.5',
  '"1e400"',
  '1e400',
  '"1e999999999"',
  '"-1e999999999999999999999999"',
  '"1e-400"',
  `"${'9'.repeat(5000)}"`,
  `"0.${'0'.repeat(100_000)}1"`,
  `"1${'0'.repeat(100_000)}.5e5"`,
  '"+5"',
  '" 40 "',
  '"40."',
  '".5"',
  '"0x10"',
  '"1e"',
  '"1_000"',
  '"1,000"',
  '"Infinity"',
  '"٤٠"',
  '"-"',
])('%s is not an integer: null with an error', async (json) => {
  const [detail, groups] = [repositoryDetail({ size: '<n>', priority: '<n>' }), [imageGroupRow({ create_at: '<n>' })]];
  const put = (body: object) => ({ body: JSON.stringify(body).replaceAll('"<n>"', json) });
  const app = await startApp({
    upstream: ({ path }) => put(path.endsWith('/group') ? { data: groups, total: 1 } : detail),
  });
  const { data, errors } = await app.ask(
    '{ repository(namespace: "group", name: "busybox") { size priority imageCount } imageGroups { nodes { createdAt name } } }',
  );
  expect(data).toEqual({
    repository: { size: null, priority: null, imageCount: '0' },
    imageGroups: { nodes: [{ createdAt: null, name: 'pytorch_1_8' }] },
  });
  expect(errors?.map(({ path, extensions }) => [path?.at(-1), extensions.code]).sort()).toEqual(
    ['createdAt', 'priority', 'size'].map((field) => [field, 'UPSTREAM_BAD_RESPONSE']),
  );
});

test.each([
  ['a fraction', 1.5],
  ['a fraction as text', '1.5'],
  ['words', 'many'],
  ['a boolean', true],
  ['an object', {}],
  ['a list', [1]],
])('%s in a Long field nulls that field with an error at its path, and no other', async (_what, size) => {
  const app = await startApp({ upstream: () => ({ body: repositoryDetail({ size }) }) });
  const { data, errors } = await app.ask(REPOSITORY);
  expect(data.repository).toMatchObject({
    repositoryId: '1',
    size: null,
    imageCount: '0',
    description: 'containerops',
  });
  expect(errors).toMatchObject([
    { path: ['repository', 'size'], extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'swr' } },
  ]);
  expect(errors).toHaveLength(1);
});

test('a Long field that is empty, null or absent is null without an error', async () => {
  const app = await startApp({
    upstream: () => ({
      body: { ...repositoryDetail({ id: null, ns_id: '', size: null }), num_images: undefined },
    }),
  });
  const { data, errors } = await app.ask(REPOSITORY);
  expect(errors).toBeUndefined();
  expect(data.repository).toMatchObject({ repositoryId: null, namespaceId: null, size: null, imageCount: null });
});

test('an Int field that passes 32 bits is null with an error; text with digits is read', async () => {
  const rows = [
    imageRow({ id: imageId(1), min_disk: 2147483648 }),
    imageRow({ id: imageId(2), min_disk: '40', max_ram: '0' }),
  ];
  const app = await startApp({
    upstream: ({ path }) =>
      path.endsWith('/group')
        ? {
            body: {
              data: [imageGroupRow({ version_count: 2147483648 }), imageGroupRow({ name: 'b', version_count: '3' })],
              total: 2,
            },
          }
        : { body: { images: rows } },
  });
  const { data, errors } = await app.ask(
    '{ images { nodes { minDisk maxRam } } imageGroups { nodes { versionCount } } }',
  );
  expect(data).toEqual({
    images: {
      nodes: [
        { minDisk: null, maxRam: null },
        { minDisk: 40, maxRam: 0 },
      ],
    },
    imageGroups: { nodes: [{ versionCount: null }, { versionCount: 3 }] },
  });
  expect(errors?.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      ['images', 'nodes', 0, 'minDisk'],
      ['imageGroups', 'nodes', 0, 'versionCount'],
    ]),
  );
  expect(errors).toHaveLength(2);
});

test('on the sandbox the huge repository has the digits of its world, in detail and row', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  try {
    const { data } = await app.ask(`{
      repository(namespace: "data-platform", name: "huge-counters") { repositoryId size imageCount downloadCount }
      sharedRepositories(center: SELF, name: "huge-counters") { nodes { size imageCount downloadCount } } }`);
    const counters = { size: '9007199254740993', imageCount: '9223372036854775807', downloadCount: '9007199254740995' };
    expect(data.repository).toEqual({ repositoryId: '9007199254740997', ...counters });
    expect(data.sharedRepositories.nodes).toEqual([counters]);
  } finally {
    await app.close();
  }
});
