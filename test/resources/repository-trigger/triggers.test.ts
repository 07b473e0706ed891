// Triggers: values as SWR writes them, runs that only the detail has, names that no path carries, and clouds without triggers.
import { expect, test } from 'vitest';
import { codesOf, sortedCalls, startApp } from '../../support/app.ts';
import { goOn, stopClocksForTest } from '../../support/clock.ts';
import { globalId, type WireRow } from '../../support/kind.ts';
import type { Reply, Script } from '../../support/upstreams/upstream.ts';
import { detailAt } from '../repository/kind.ts';
import { NO_TRIGGER, RUN_SELECTION, runOf, runRow, triggerRow } from './kind.ts';

const REPOSITORY = '/v2/manage/namespaces/group/repos/busybox';
const LIST = `${REPOSITORY}/triggers`;
const idOf = (name: string) => globalId('RepositoryTrigger', ['group', 'busybox', name]);
const ofRepository = (selection: string) =>
  `{ repository(namespace: "group", name: "busybox") { triggers { nodes { ${selection} } } } }`;

/** Serves the repository, these rows as its list, and the details that `show` makes. */
const upstreamOf =
  (rows: readonly unknown[], show: (name: string) => Reply): Script =>
  ({ path }) => {
    if (path === LIST) return { body: rows };
    return path.startsWith(`${LIST}/`)
      ? show(decodeURIComponent(path.slice(LIST.length + 1)))
      : { body: detailAt(path) };
  };

/** Reads fields of one trigger, and the names of those with an error. */
async function read(fields: WireRow, selection: string) {
  const app = await startApp({ upstream: upstreamOf([triggerRow(fields)], () => NO_TRIGGER) });
  const { data, errors = [] } = await app.ask(ofRepository(selection));
  return [data.repository.triggers.nodes[0], errors.map(({ path, extensions }) => [path?.at(-1), extensions.code])];
}

test.each([
  ['true', true, []],
  ['false', false, []],
  ['True', true, []],
  ['FALSE', false, []],
  [true, true, []],
  [false, false, []],
  ['', null, []],
  [null, null, []],
  [undefined, null, []],
  ['yes', null, [['isEnabled', 'UPSTREAM_BAD_RESPONSE']]],
  [1, null, [['isEnabled', 'UPSTREAM_BAD_RESPONSE']]],
])('enable %j is %j', async (enable, isEnabled, errors) => {
  expect(await read({ enable }, 'name isEnabled')).toEqual([{ name: 'update-web', isEnabled }, errors]);
});

test('a malformed value nulls its own field', async () => {
  const fields = { cluster_id: 5, created_at: 'yesterday', app_type: ['deployments'], trigger_type: null };
  expect(await read(fields, 'name clusterId createdAt workloadKind workloadKindRaw conditionKind mode')).toEqual([
    {
      name: 'update-web',
      clusterId: null,
      createdAt: null,
      workloadKind: null,
      workloadKindRaw: null,
      conditionKind: null,
      mode: 'CCE',
    },
    ['clusterId', 'createdAt', 'workloadKind', 'workloadKindRaw'].map((name) => [name, 'UPSTREAM_BAD_RESPONSE']),
  ]);
});

/** Runs as the detail has them, what is shown, and the codes of errors. */
const HISTORIES: readonly [history: unknown, shown: unknown, codes: readonly string[]][] = [
  [[runRow(), runRow({ result: 'failed' })], [runOf(runRow()), runOf(runRow({ result: 'failed' }))], []],
  [[], [], []],
  [null, [], []],
  [undefined, null, []],
  [
    [runRow({ result: 'skipped', app_type: 'jobs' })],
    [{ ...runOf(runRow()), result: 'UNKNOWN', resultRaw: 'skipped', workloadKind: 'UNKNOWN', workloadKindRaw: 'jobs' }],
    [],
  ],
  [[runRow({ tag: 5 })], [{ ...runOf(runRow()), tag: null }], ['UPSTREAM_BAD_RESPONSE']],
  [[runRow(), 'a text'], null, ['UPSTREAM_BAD_RESPONSE']],
  [{ 0: runRow() }, null, ['UPSTREAM_BAD_RESPONSE']],
  ['a text', null, ['UPSTREAM_BAD_RESPONSE']],
  [Array(5001).fill({}), null, ['UPSTREAM_BAD_RESPONSE']],
];

test.each(HISTORIES)('the runs of a detail, %#', async (trigger_history, runs, codes) => {
  const show = (name: string) => ({ body: triggerRow({ name, trigger_history }) });
  // What the list has in their place is not looked at.
  const rows = [triggerRow({ trigger_history: [] }), triggerRow({ name: 'other' })];
  const app = await startApp({ upstream: upstreamOf(rows, show) });
  const inList = await app.ask(ofRepository(`name runs ${RUN_SELECTION}`));
  expect(inList.data.repository.triggers.nodes).toEqual([
    { name: 'update-web', runs },
    { name: 'other', runs },
  ]);
  expect(codesOf(inList)).toEqual([...codes, ...codes]);
  expect(sortedCalls(app)).toEqual(
    [REPOSITORY, LIST, `${LIST}/other`, `${LIST}/update-web`].map((path) => `GET ${path}`),
  );
  // A trigger that is found by its id has them.
  const alone = await app.ask(
    `{ node(id: "${idOf('update-web')}") { ... on RepositoryTrigger { name isEnabled runs ${RUN_SELECTION} } } }`,
  );
  expect([alone.data.node, codesOf(alone)]).toEqual([{ name: 'update-web', isEnabled: true, runs }, codes]);
  expect(app.targets()).toEqual([`${LIST}/update-web`]);
});

test('several triggers by their ids take a call each for their runs, and the list without them', async () => {
  const names = ['a', 'b', 'c'];
  const app = await startApp({
    upstream: upstreamOf(
      names.map((name) => triggerRow({ name })),
      (name) => ({ body: triggerRow({ name, trigger_history: [runRow({ tag: name })] }) }),
    ),
  });
  const ask = (selection: string) =>
    app.ask(`query ($ids: [ID!]!) { nodes(ids: $ids) { ... on RepositoryTrigger { name ${selection} } } }`, {
      ids: names.map(idOf),
    });
  expect((await ask('')).data.nodes).toEqual(names.map((name) => ({ name })));
  expect(app.targets()).toEqual([LIST]);
  expect((await ask('runs { tag }')).data.nodes).toEqual(names.map((name) => ({ name, runs: [{ tag: name }] })));
  expect(app.targets().sort()).toEqual(names.map((name) => `${LIST}/${name}`));
});

test('the runs of one trigger fail, or are absent, alone', async () => {
  const rows = ['good', 'gone', 'denied', 'failed', '100%'].map((name) => triggerRow({ name }));
  const replies: Readonly<Record<string, Reply>> = {
    good: { body: triggerRow({ name: 'good', trigger_history: [runRow()] }) },
    gone: NO_TRIGGER,
    denied: { status: 403, body: { errors: [{ errorCode: 'SVCSTG.SWR.4039001' }] } },
    failed: { status: 500 },
  };
  const app = await startApp({ upstream: upstreamOf(rows, (name) => replies[name] ?? { status: 400 }) });
  const { data, errors } = await app.ask(ofRepository('name runs { tag }'));
  expect(data.repository.triggers.nodes).toEqual([
    { name: 'good', runs: [{ tag: 'v1' }] },
    ...['gone', 'denied', 'failed', '100%'].map((name) => ({ name, runs: null })),
  ]);
  expect(errors?.map(({ path, extensions }) => [path?.[3], extensions.code]).sort()).toEqual([
    [2, 'FORBIDDEN'],
    [3, 'UPSTREAM_ERROR'],
    [4, 'BAD_USER_INPUT'],
  ]);
  // The name with a percent sign is not sent.
  expect(app.targets()).toHaveLength(6);
});

test('100 triggers with their runs cost 101 calls beside that of the repository, requested and made', async () => {
  const rows = Array.from({ length: 100 }, (_, n) => triggerRow({ name: `trigger-${n}` }));
  const show = (name: string) => ({ body: triggerRow({ name, trigger_history: [runRow()] }) });
  const app = await startApp({ upstream: upstreamOf(rows, show) });
  const { errors, extensions } = await app.send({
    query: ofRepository('runs { result }'),
    extensions: { cost: true },
  });
  expect([errors, app.targets().length]).toEqual([undefined, 102]);
  expect(extensions?.cost?.upstreamCalls).toMatchObject({ requested: 102, actual: 102 });
});

test('a cloud without triggers says so, and is not called again for a minute by this caller', async () => {
  stopClocksForTest();
  const upstream: Script = ({ path }) =>
    path.startsWith(LIST)
      ? { status: 404, body: { error_msg: 'The API does not exist', error_code: 'APIG.0101', request_id: 'r' } }
      : { body: detailAt(path) };
  const app = await startApp({ upstream });
  const expected = [{ repository: { size: '2099575', triggers: null } }, ['NOT_SUPPORTED']];
  const ask = async (headers = {}) => {
    const query = '{ repository(namespace: "group", name: "busybox") { size triggers { nodes { name } } } }';
    const response = await app.ask(query, {}, headers);
    expect([response.data, codesOf(response)]).toEqual(expected);
    expect(response.errors?.[0]).toMatchObject({
      message: 'SWR of this cloud has no such call (list triggers).',
      path: ['repository', 'triggers'],
    });
    return app.targets().sort();
  };
  expect(await ask()).toEqual([REPOSITORY, LIST]);
  expect(await ask()).toEqual([REPOSITORY]);
  expect(await ask({ 'x-auth-token': 'of-another-caller' })).toEqual([REPOSITORY, LIST]);
  goOn(59_000);
  expect(await ask()).toEqual([REPOSITORY]);
  goOn(2000);
  expect(await ask()).toEqual([REPOSITORY, LIST]);
  const one = await app.ask(`{ node(id: "${idOf('update-web')}") { id } }`);
  expect([one.data, codesOf(one)]).toEqual([{ node: null }, ['NOT_SUPPORTED']]);
});
