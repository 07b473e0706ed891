// Times: the fraction digits as sent, epoch milliseconds, and values that are malformed or outside the years 0001 to 9999.
import { expect, test } from 'vitest';
import { imageRow } from '../../resources/image/kind.ts';
import { imageGroupRow } from '../../resources/image-group/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp } from '../../support/app.ts';
import { exactJson } from '../../support/upstreams/exact-json.ts';

const REPOSITORY = '{ repository(namespace: "group", name: "busybox") { createdAt updatedAt description } }';

test('a time keeps its 0 to 9 fraction digits, trailing zeros included', async () => {
  const digits = ['', '.1', '.10', '.103', '.9151', '.83031', '.751202', '.7512020', '.00000001', '.915153267'];
  for (const fraction of digits) {
    const time = `2021-06-02T09:23:01${fraction}Z`;
    const app = await startApp({ upstream: () => ({ body: repositoryDetail({ created: time, updated: time }) }) });
    const { data, errors } = await app.ask(REPOSITORY);
    expect(errors).toBeUndefined();
    expect(data.repository).toMatchObject({ createdAt: time, updatedAt: time });
  }
});

test('every written time keeps its fraction, in each of the five types', async () => {
  const [one, two, three] = [
    '2020-04-17T08:01:09.658309Z',
    '2020-04-17T08:01:09.65830Z',
    '2020-04-17T08:01:09.000000001Z',
  ];
  const app = await startApp({
    upstream: ({ path }) => {
      if (path.endsWith('/histories'))
        return { body: { retention_log: [retentionLogRow({ created_at: one })], total: 1 } };
      if (path === '/v2/images')
        return { body: { images: [imageRow({ created_at: one, updated_at: two, active_at: three })] } };
      if (path.endsWith('shared-repositories')) return { body: [sharedRow({ created_at: two, updated_at: three })] };
      return { body: repositoryDetail({ created: three, updated: one }) };
    },
  });
  const { data, errors } = await app.ask(`{
    repository(namespace: "group", name: "busybox") { createdAt updatedAt retentionLogs { nodes { createdAt } } }
    sharedRepositories(center: SELF) { nodes { createdAt updatedAt } }
    images { nodes { createdAt updatedAt activeAt } } }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    repository: { createdAt: three, updatedAt: one, retentionLogs: { nodes: [{ createdAt: one }] } },
    sharedRepositories: { nodes: [{ createdAt: two, updatedAt: three }] },
    images: { nodes: [{ createdAt: one, updatedAt: two, activeAt: three }] },
  });
});

test('a time without a zone is UTC, one with an offset is moved to UTC', async () => {
  const written = { created: '2021-06-02 09:23:01', updated: '2021-06-02T01:23:01.5+08:00' };
  const app = await startApp({ upstream: () => ({ body: repositoryDetail(written) }) });
  const { data } = await app.ask(REPOSITORY);
  expect(data.repository).toMatchObject({ createdAt: '2021-06-02T09:23:01Z', updatedAt: '2021-06-01T17:23:01.5Z' });
});

test.each([
  ['2021-06-02T09:23:01+14:00', '2021-06-01T19:23:01Z'],
  ['2021-06-02T09:23:01.50-14:00', '2021-06-02T23:23:01.50Z'],
  ['2021-06-02T09:23:01+1400', '2021-06-01T19:23:01Z'],
  ['2021-06-02T09:23:01+13:59', '2021-06-01T19:24:01Z'],
  ['2021-06-02T09:23:01-00:00', '2021-06-02T09:23:01Z'],
  ['2021-06-02T09:23:01+05:30', '2021-06-02T03:53:01Z'],
  ['2020-02-29T23:59:59Z', '2020-02-29T23:59:59Z'],
  ['2021-12-31T23:59:59Z', '2021-12-31T23:59:59Z'],
])('the time %s is %s, as a value and as an argument', async (written, expected) => {
  const app = await startApp({ upstream: () => ({ body: { images: [imageRow({ created_at: written })] } }) });
  const { data, errors } = await app.ask(
    'query ($time: DateTime) { images(filter: { createdAt: { gte: $time } }) { nodes { createdAt } } }',
    { time: written },
  );
  expect(errors).toBeUndefined();
  expect(data.images.nodes).toEqual([{ createdAt: expected }]);
  expect(app.calls()[0]?.query.get('created_at')).toBe(`gte:${expected}`);
});

test.each(['+14:01', '-14:01', '+15:00', '-23:59', '+99:00', '+08:60', '-01:99', '+1401'])(
  'an argument with the offset %s is BAD_USER_INPUT without a call, in a variable and in a literal',
  async (zone) => {
    const app = await startApp({ upstream: () => ({ body: { images: [] } }) });
    const time = `2021-06-02T09:23:01${zone}`;
    const list = (value: string) => `images(filter: { updatedAt: { lt: ${value} } }) { nodes { id } }`;
    const responses = [
      await app.ask(`query ($time: DateTime) { ${list('$time')} }`, { time }),
      await app.ask(`{ ${list(JSON.stringify(time))} }`),
    ];
    for (const { errors } of responses)
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(app.targets()).toEqual([]);
  },
);

test.each([
  'yesterday',
  '2021-06-02',
  '2021-6-2T09:23:01Z',
  '2021-02-30T09:23:01Z',
  '2021-13-01T09:23:01Z',
  '2021-06-02T24:00:00Z',
  '2021-06-02T09:60:01Z',
  '2021-06-02T09:23:01.Z',
  '2021-06-02T09:23:01Z ',
  '0000-12-31T23:59:59Z',
  '10000-01-01T00:00:00Z',
  '+012021-06-02T09:23:01Z',
  '-0001-06-02T09:23:01Z',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-01:00',
  '2021-06-02T09:23:01+14:01',
  '2021-06-02T09:23:01-14:30',
  '2021-06-02T09:23:01+1430',
  '2021-06-02T09:23:01+15:00',
  '2021-06-02T09:23:01-24:00',
  '2021-06-02T09:23:01+99:99',
  '2021-06-02T09:23:01+08:60',
  '2021-06-02T09:23:01-0099',
  '2021-06-02T09:23:01+8:00',
  '2021-06-02T09:23:01+08',
  '2021-04-31T09:23:01Z',
  '2021-02-29T09:23:01Z',
  '2100-02-29T09:23:01Z',
  '2021-00-01T09:23:01Z',
  '2021-06-00T09:23:01Z',
  '2021-06-02T09:23:60Z',
  1622625781,
  true,
  {},
])('%j is malformed: its field is null with an error at its path, and no other field', async (created) => {
  const app = await startApp({ upstream: () => ({ body: repositoryDetail({ created }) }) });
  const { data, errors } = await app.ask(REPOSITORY);
  expect(data.repository).toEqual({
    createdAt: null,
    updatedAt: '2017-08-17T12:00:03.915153267Z',
    description: 'containerops',
  });
  expect(errors).toMatchObject([
    { path: ['repository', 'createdAt'], extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'swr' } },
  ]);
  expect(errors).toHaveLength(1);
});

test('the first and the last second of the years 0001 and 9999 are times', async () => {
  const app = await startApp({
    upstream: () => ({
      body: repositoryDetail({ created: '0001-01-01T00:00:00Z', updated: '9999-12-31T23:59:59.999999999Z' }),
    }),
  });
  const { data, errors } = await app.ask(REPOSITORY);
  expect(errors).toBeUndefined();
  expect(data.repository).toMatchObject({
    createdAt: '0001-01-01T00:00:00Z',
    updatedAt: '9999-12-31T23:59:59.999999999Z',
  });
});

test('an empty, null or absent time is null without an error', async () => {
  const app = await startApp({
    upstream: () => ({ body: { ...repositoryDetail({ created: '' }), updated: undefined } }),
  });
  const { data, errors } = await app.ask(REPOSITORY);
  expect(errors).toBeUndefined();
  expect(data.repository).toMatchObject({ createdAt: null, updatedAt: null });
});

test.each([
  [1652878011643, '2022-05-18T12:46:51.643Z'],
  [1671708630000, '2022-12-22T11:30:30.000Z'],
  ['1652878011643', '2022-05-18T12:46:51.643Z'],
  [0, '1970-01-01T00:00:00.000Z'],
  [-1, '1969-12-31T23:59:59.999Z'],
  [-62135596800000, '0001-01-01T00:00:00.000Z'],
  [253402300799999, '9999-12-31T23:59:59.999Z'],
])('epoch milliseconds %j are %s, with three fraction digits', async (create_at, expected) => {
  const app = await startApp({ upstream: () => ({ body: { data: [imageGroupRow({ create_at })], total: 1 } }) });
  const { data, errors } = await app.ask('{ imageGroups { nodes { createdAt } } }');
  expect(errors).toBeUndefined();
  expect(data.imageGroups.nodes).toEqual([{ createdAt: expected }]);
});

test.each([
  -62135596800001n,
  253402300800000n,
  9007199254740993n,
  9223372036854775807n,
  1652878011643.5,
  'now',
  true,
  '2022-05-18T12:46:51Z',
])(
  'epoch milliseconds %s are out of range or malformed: null with an error, and no other field is null',
  async (create_at) => {
    const app = await startApp({
      upstream: () => ({ body: exactJson({ data: [imageGroupRow({ create_at })], total: 1 }) }),
    });
    const { data, errors } = await app.ask('{ imageGroups { nodes { name createdAt updatedAt } } }');
    expect(data.imageGroups.nodes).toEqual([
      { name: 'pytorch_1_8', createdAt: null, updatedAt: '2022-05-18T12:55:31.791Z' },
    ]);
    expect(errors).toMatchObject([
      {
        path: ['imageGroups', 'nodes', 0, 'createdAt'],
        extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'modelarts' },
      },
    ]);
    expect(errors).toHaveLength(1);
  },
);
