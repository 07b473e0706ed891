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
              data: [imageGroupRow({ version_count: 2147483648 }), imageGroupRow({ version_count: '3' })],
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
