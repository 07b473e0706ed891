// Shares: deadlines and permissions as SWR writes them, a record that does not exist, and the calls for the shares of a page.
import { expect, test } from 'vitest';
import { SharesOfAllDocument } from '../../../src/client/index.ts';
import { codesOf, sortedCalls, startApp } from '../../support/app.ts';
import { globalId } from '../../support/kind.ts';
import { detailAt } from '../repository/kind.ts';
import { sharedRow } from '../shared-repository/kind.ts';
import { shareRow } from './kind.ts';

const LIST = '/v2/manage/namespaces/group/repositories/busybox/access-domains';
const ID = globalId('RepositoryShare', ['group', 'busybox', 'partner']);

/** Reads fields of one share, and the names of those with an error. */
async function read(fields: Record<string, unknown>, selection: string) {
  const app = await startApp({
    upstream: ({ path }) => ({ body: path === LIST ? [shareRow(fields)] : detailAt(path) }),
  });
  const { data, errors = [] } = await app.ask(
    `{ repository(namespace: "group", name: "busybox") { shares { nodes { ${selection} } } } }`,
  );
  return [data.repository.shares.nodes[0], errors.map(({ path, extensions }) => [path?.at(-1), extensions.code])];
}

const BAD = [['deadline', 'UPSTREAM_BAD_RESPONSE']];
test.each([
  ['forever', null, true, []],
  ['Forever', null, true, []],
  ['FOREVER', null, true, []],
  ['2021-10-01T16:00:00Z', '2021-10-01T16:00:00Z', false, []],
  ['2021-10-01T16:00:00.000Z', '2021-10-01T16:00:00.000Z', false, []],
  ['2021-10-01T16:00:00.123456789Z', '2021-10-01T16:00:00.123456789Z', false, []],
  ['2021-10-01T18:00:00+02:00', '2021-10-01T16:00:00Z', false, []],
  ['2021-10-01 16:00:00', '2021-10-01T16:00:00Z', false, []],
  ['', null, null, []],
  [null, null, null, []],
  [undefined, null, null, []],
  ['for ever', null, false, BAD],
  ['forever\n', null, false, BAD],
  ['tomorrow', null, false, BAD],
  ['2021-02-30T16:00:00Z', null, false, BAD],
  [1633104000, null, false, BAD],
  [{ never: true }, null, false, BAD],
  ['forever'.repeat(10_000), null, false, BAD],
])('the deadline %j is %j; without an end: %s', async (deadline, expected, isForever, errors) => {
  const shown = { accountName: 'partner', deadline: expected, isForever };
  expect(await read({ deadline }, 'accountName deadline isForever')).toEqual([shown, errors]);
});

test.each([
  ['read', 'READ', 'read'],
  ['Read', 'READ', 'Read'],
  ['manage', 'MANAGE', 'manage'],
  ['7', 'MANAGE', '7'],
  [1, 'READ', '1'],
  ['write', 'UNKNOWN', 'write'],
  [2, 'UNKNOWN', '2'],
  [-7, 'UNKNOWN', '-7'],
  ['', null, ''],
  [null, null, null],
])('the permission %j is %j', async (permit, permission, permissionRaw) => {
  expect(await read({ permit }, 'permission permissionRaw')).toEqual([{ permission, permissionRaw }, []]);
});

test.each([
  [true, true, []],
  ['true', true, []],
  ['False', false, []],
  [null, null, []],
  [1, null, [['isSharingValid', 'UPSTREAM_BAD_RESPONSE']]],
])('the status %j is %j', async (status, isSharingValid, errors) => {
  expect(await read({ status }, 'isSharingValid')).toEqual([{ isSharingValid }, errors]);
});

test.each([
  ['leaves it out', { namespace: undefined, repository: undefined }, 'busybox'],
  ['has null', { namespace: null, repository: null }, 'busybox'],
  ['names another one', { repository: 'team$other' }, 'team/other'],
])('a row that %s belongs to its repository', async (_what, fields, repositoryName) => {
  const shown = { namespace: 'group', repositoryName };
  expect(await read(fields, 'namespace repositoryName repository { namespace repositoryName: name }')).toEqual([
    { ...shown, repository: shown },
    [],
  ]);
});

test.each([
  ['exist: false', { exist: false }, null],
  ['exist: "false"', { exist: 'false', access_domain: 'partner' }, null],
  ['exist: false, with the other fields empty', shareRow({ exist: false, access_domain: '', status: false }), null],
  ['exist: true', shareRow({ exist: true }), 'partner'],
  ['no exist', shareRow(), 'partner'],
  ['exist: null', shareRow({ exist: null }), 'partner'],
  ['a repository with $', shareRow({ repository: 'busybox', namespace: null }), 'partner'],
])('a record with %s', async (_what, body, accountName) => {
  const app = await startApp({ upstream: () => ({ body }) });
  const { data, errors } = await app.ask(`{ node(id: "${ID}") { ... on RepositoryShare { accountName } } }`);
  expect([errors, data.node?.accountName ?? null]).toEqual([undefined, accountName]);
  expect(app.targets()).toEqual([`${LIST}/partner`]);
});

test('a record of another repository is not the one that was requested', async () => {
  const app = await startApp({ upstream: () => ({ body: shareRow({ repository: 'other' }) }) });
  const response = await app.ask(`{ node(id: "${ID}") { id } }`);
  expect([response.data.node, ...codesOf(response)]).toEqual([null, 'UPSTREAM_BAD_RESPONSE']);
});

test('the shares of 100 rows cost 100 calls, requested and made; a row that proves the repository costs none', async () => {
  const rows = Array.from({ length: 100 }, (_, n) => sharedRow({ name: `app-${n}`, total_range: 100 }));
  const app = await startApp({
    upstream: ({ path }) => ({
      body: path.endsWith('/access-domains') ? [shareRow({ repository: path.split('/')[6] })] : rows,
    }),
    settings: { IMAGE_GRAPH_MAX_NODES: '50000' },
  });
  const { data, errors, extensions } = await app.send({
    query: `{ sharedRepositories(center: SELF, first: 100) {
      nodes { shares { isComplete nodes { accountName repository { namespace name } } } } } }`,
    extensions: { cost: true },
  });
  expect(errors).toBeUndefined();
  expect(data.sharedRepositories.nodes.at(-1).shares.nodes).toEqual([
    { accountName: 'partner', repository: { namespace: 'group', name: 'app-99' } },
  ]);
  const path = (n: number) => `GET /v2/manage/namespaces/group/repositories/app-${n}/access-domains`;
  const calls = sortedCalls(app);
  expect(calls.filter((call) => call.includes('access-domains'))).toEqual(rows.map((_row, n) => path(n)).sort());
  expect([calls.length, extensions?.cost?.upstreamCalls]).toEqual([
    101,
    expect.objectContaining({ requested: 101, actual: 101 }),
  ]);
});

test('an operation whose shares would take too many calls is rejected before the first one', async () => {
  const app = await startApp({ upstream: 'sandbox', settings: { IMAGE_GRAPH_MAX_NODES: '200000' } });
  const response = await app.send({
    query: '{ sharedRepositories(center: SELF, first: 600) { nodes { shares { isComplete } } } }',
  });
  expect(response.errors).toMatchObject([
    { extensions: { code: 'QUERY_TOO_COMPLEX', limit: { name: 'upstreamCalls', value: 601, max: 500 } } },
  ]);
  expect(app.targets()).toEqual([]);
});

test('what others share with the caller has null in place of shares, without a call', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const { data, errors } = await app.ask(
    '{ sharedRepositories(center: THIRD_PARTY, first: 5) { nodes { name shares { isComplete } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.sharedRepositories.nodes.map(({ shares }: { shares: unknown }) => shares)).toEqual(Array(5).fill(null));
  expect(app.targets()).toHaveLength(1);
});

test('the repository of a share has its key without a call, and its other fields by one', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const ask = async (selection: string) => {
    const response = await app.ask(
      `{ repository(namespace: "data-platform", name: "a/b_c.d") { shares { nodes { repository { ${selection} } } } } }`,
    );
    expect(response.errors).toBeUndefined();
    return [response.data.repository.shares.nodes.length, app.targets().length];
  };
  expect(await ask('namespace name')).toEqual([3, 2]);
  // The detail is that of the root field.
  expect(await ask('creatorName size')).toEqual([3, 2]);
});

test('the rows of a list share the call for their repository: ten lists with it are admitted', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const { errors } = await app.ask(
    '{ sharedRepositories(center: SELF, first: 10) { nodes { shares { nodes { repository { creatorName } } } } } }',
  );
  expect([errors, app.targets().length]).toEqual([undefined, 21]);
});

test('the client reads what is shared, with whom, until when', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const { sharedRepositories } = await app.client.request(SharesOfAllDocument, {});
  const shares = sharedRepositories?.nodes.flatMap((node) => node?.shares?.nodes ?? []) ?? [];
  expect(sharedRepositories?.nodes).toHaveLength(50);
  const kinds = new Set(
    shares.map((share) => `${share?.isForever} ${share?.isSharingValid} ${share?.deadline === null}`),
  );
  expect([...kinds].sort()).toEqual(['false false false', 'false true false', 'true true true']);
});
