// Lists without pages of what belongs to a repository, and the calls for one of their records: what absence, failures, odd rows and a
// hundred rows become, the same for each kind; and how many calls look-ups by key make.
import { describe, expect, test } from 'vitest';
import { codesOf, startApp } from '../../support/app.ts';
import { globalId, type WireRow } from '../../support/kind.ts';
import { ABSENT, type Reply } from '../../support/upstreams/upstream.ts';
import { shareRow } from '../repository-share/kind.ts';
import { NO_TRIGGER, triggerRow } from '../repository-trigger/kind.ts';
import { NO_POLICY, policyRow } from '../retention-policy/kind.ts';
import { detailAt } from './kind.ts';

const REPOSITORY = '/v2/manage/namespaces/group/repos/team$app';
const NO_SHARE: Reply = { status: 400, body: { errorCode: 'SVCSTG.SWR.4001090', errorMessage: 'x', detail: 'x' } };

/** A kind, its list, and its n-th record. */
interface Child {
  readonly type: string;
  readonly edge: string;
  readonly list: string;
  /** The last part of its key: the field, the REST name, and the value of the n-th record. */
  readonly field: string;
  readonly rest: string;
  readonly name: (n: number) => string;
  readonly row: (fields?: WireRow) => WireRow;
  /** The response that says that there is none. */
  readonly none: Reply;
  /** The code where no route leads to the call. */
  readonly unknownCall: string;
}

const CHILDREN: readonly Child[] = [
  {
    type: 'RepositoryShare',
    edge: 'shares',
    list: '/v2/manage/namespaces/group/repositories/team$app/access-domains',
    field: 'accountName',
    rest: 'access_domain',
    name: (n) => `account-${n}`,
    row: (fields) => shareRow({ repository: 'team/app', ...fields }),
    none: NO_SHARE,
    unknownCall: 'UPSTREAM_ERROR',
  },
  {
    type: 'RetentionPolicy',
    edge: 'retentionPolicies',
    list: `${REPOSITORY}/retentions`,
    field: 'policyId',
    rest: 'id',
    name: (n) => String(500 + n),
    row: policyRow,
    none: NO_POLICY,
    unknownCall: 'UPSTREAM_ERROR',
  },
  {
    type: 'RepositoryTrigger',
    edge: 'triggers',
    list: `${REPOSITORY}/triggers`,
    field: 'name',
    rest: 'name',
    name: (n) => `trigger-${n}`,
    row: triggerRow,
    none: NO_TRIGGER,
    unknownCall: 'NOT_SUPPORTED',
  },
];

const idOf = ({ type, name }: Child, n: number) => globalId(type, ['group', 'team/app', name(n)]);
const rowOf = ({ row, rest, name }: Child, n: number) => row({ [rest]: name(n) });
const rowsOf = (child: Child, count: number) => Array.from({ length: count }, (_, n) => rowOf(child, n));

/** Serves the repository, and this in place of everything else. */
const appWith = (reply: (path: string) => Reply) =>
  startApp({ upstream: ({ path }) => (path === REPOSITORY ? { body: detailAt(path) } : reply(path)) });

/** What an edge is beside a field of the repository, and the errors as code and path. */
async function readEdge({ edge, list, field }: Child, reply: Reply) {
  const app = await appWith(() => reply);
  const { data, errors = [] } = await app.ask(
    `{ repository(namespace: "group", name: "team/app") { size ${edge} { isComplete nodes { ${field} } } } }`,
  );
  expect(data.repository.size).toBe('2099575');
  expect(app.targets().sort()).toEqual([REPOSITORY, list].sort());
  return {
    log: app.log,
    list: data.repository[edge],
    errors: errors.map(({ extensions, path }) => [extensions.code, path]),
  };
}

const swr = (status: number, code: string): Reply => ({
  status,
  body: { errors: [{ errorCode: `SVCSTG.SWR.${code}`, errorMessage: 'x', detail: 'x' }] },
});

describe.each(CHILDREN)('the list of $edge', (child) => {
  const { edge, field, rest, row } = child;
  const none = { list: { isComplete: true, nodes: [] }, errors: [] };

  test.each<[what: string, reply: Reply]>([
    ['an empty array', { body: [] }],
    ['null', { body: 'null' }],
    ['an error that says so', child.none],
    ['an error that says so, in the documented array', { ...child.none, body: [child.none.body] }],
    ['an error that says so, under 200', { body: child.none.body }],
  ])('is empty by %s', async (_what, reply) => {
    expect(await readEdge(child, reply)).toEqual({ ...none, log: [] });
  });

  test.each<[what: string, reply: Reply]>([
    ['repository', ABSENT.swr],
    ['organization', swr(404, '4040058')],
    ['valid name of a repository', swr(400, '4001029')],
  ])('is null, without an error, where SWR knows no such %s', async (_what, reply) => {
    expect(await readEdge(child, reply)).toEqual({ log: [], list: null, errors: [] });
  });

  const { unknownCall } = child;
  const html = { headers: { 'content-type': 'text/html' }, body: '<html>x</html>' };
  test.each<[what: string, reply: Reply, code: string]>([
    ['a 400 without a body', { status: 400 }, 'UPSTREAM_ERROR'],
    ['another 400', swr(400, '4000014'), 'UPSTREAM_ERROR'],
    ['a 401', swr(401, '4010000'), 'UNAUTHENTICATED'],
    ['a 403 for a repository of another account', swr(403, '4039001'), 'FORBIDDEN'],
    ['a 403 in HTML', { status: 403, ...html }, 'FORBIDDEN'],
    ['a 404 of the gateway', { status: 404, body: { error_code: 'APIG.0101', error_msg: 'x' } }, unknownCall],
    ['a 404 of SWR for the URL', swr(404, '4040083'), unknownCall],
    ['a 404 without a body', { status: 404 }, unknownCall],
    ['a 404 in HTML', { status: 404, ...html }, unknownCall],
    ['a 429', { status: 429, headers: { 'retry-after': '3600' } }, 'RATE_LIMITED'],
    ['a 500', swr(500, '5000001'), 'UPSTREAM_ERROR'],
    ['a 500 in HTML', { status: 500, ...html }, 'UPSTREAM_ERROR'],
    ['HTML', html, 'UPSTREAM_BAD_RESPONSE'],
    ['nothing', {}, 'UPSTREAM_BAD_RESPONSE'],
    ['an object', { body: { rows: [] } }, 'UPSTREAM_BAD_RESPONSE'],
  ])('is null with an error of its own for %s', async (_what, reply, code) => {
    expect(await readEdge(child, reply)).toEqual({ log: [], list: null, errors: [[code, ['repository', edge]]] });
  });

  test.each([
    [99, 99, true],
    [100, 100, false],
    [101, 100, false],
  ])('of %i rows shows %i; that it is complete: %s', async (count, shown, isComplete) => {
    const { list, errors, log } = await readEdge(child, { body: rowsOf(child, count) });
    expect([list.nodes.length, list.isComplete, errors]).toEqual([shown, isComplete, []]);
    expect(log).toEqual(count > 100 ? [expect.stringContaining('more rows than requested')] : []);
    expect(list.nodes.at(-1)).toEqual({ [field]: child.name(shown - 1) });
  });

  test('shows null with an error in the place of a row without a key', async () => {
    const odd = [null, 'text', [], row({ [rest]: undefined }), row({ [rest]: null }), row({ [rest]: '' })];
    const rows = [...odd, row({ [rest]: { a: 1 } }), row({ [rest]: true }), row({ [rest]: ' ' }), rowOf(child, 1)];
    const { list, errors } = await readEdge(child, { body: rows });
    expect(list).toEqual({ isComplete: true, nodes: [...Array(9).fill(null), { [field]: child.name(1) }] });
    expect(errors).toEqual(
      Array.from({ length: 9 }, (_, n) => ['UPSTREAM_BAD_RESPONSE', ['repository', edge, 'nodes', n]]),
    );
  });
});

describe.each(CHILDREN)('one $type by its id', (child) => {
  const { type, list, field, name, row, rest } = child;

  async function findOne(reply: Reply) {
    const app = await appWith(() => reply);
    const response = await app.ask(`{ node(id: "${idOf(child, 1)}") { id ... on ${type} { ${field} } } }`);
    expect(app.targets()).toEqual([`${list}/${name(1)}`]);
    return [response.data.node, ...codesOf(response)];
  }

  test('takes its own call', async () => {
    expect(await findOne({ body: rowOf(child, 1) })).toEqual([{ id: idOf(child, 1), [field]: name(1) }]);
  });

  test.each<[what: string, reply: Reply]>([
    ['has none', child.none],
    ['has no such repository', ABSENT.swr],
    ['has no such organization', swr(404, '4040058')],
  ])('is null where SWR %s', async (_what, reply) => {
    expect(await findOne(reply)).toEqual([null]);
  });

  test.each<[what: string, reply: Reply, code: string]>([
    ['a 401', swr(401, '4010000'), 'UNAUTHENTICATED'],
    ['a 403', swr(403, '4039001'), 'FORBIDDEN'],
    ['a 404 of the gateway', { status: 404, body: { error_code: 'APIG.0101' } }, child.unknownCall],
    ['a 404 without a body', { status: 404 }, child.unknownCall],
    ['a 500', swr(500, '5000001'), 'UPSTREAM_ERROR'],
    ['another record', { body: rowOf(child, 2) }, 'UPSTREAM_BAD_RESPONSE'],
    ['a record without a key', { body: row({ [rest]: undefined }) }, 'UPSTREAM_BAD_RESPONSE'],
    ['a list', { body: [rowOf(child, 1)] }, 'UPSTREAM_BAD_RESPONSE'],
  ])('is null with an error for %s', async (_what, reply, code) => {
    expect(await findOne(reply)).toEqual([null, code]);
  });
});

describe.each(CHILDREN)('several $type by their ids', (child) => {
  const { type, list, field, name } = child;

  /** Looks for records in an upstream whose list has these rows, and whose calls for one record know all up to the 150th. */
  async function find(numbers: readonly number[], listReply: Reply, before = '') {
    const app = await appWith((path) => {
      if (path === list) return listReply;
      const n = Array.from({ length: 150 }, (_, index) => index).find((index) => path === `${list}/${name(index)}`);
      return n === undefined ? child.none : { body: rowOf(child, n) };
    });
    const response = await app.ask(
      `query ($ids: [ID!]!) { ${before} nodes(ids: $ids) { ... on ${type} { ${field} } } }`,
      { ids: numbers.map((n) => idOf(child, n)) },
    );
    const found = response.data.nodes?.map((node: WireRow | null) => node?.[field] ?? null);
    return { found, codes: codesOf(response), targets: app.targets().sort() };
  }

  test('of one repository take its list', async () => {
    expect(await find([3, 1, 3, 900], { body: rowsOf(child, 5) })).toEqual({
      found: [name(3), name(1), name(3), null],
      codes: [],
      targets: [list],
    });
  });

  test('take a call each where the list is too short to have them', async () => {
    expect(await find([3, 120, 900], { body: rowsOf(child, 150) })).toEqual({
      found: [name(3), name(120), null],
      codes: [],
      targets: [list, `${list}/${name(120)}`, `${list}/${name(900)}`].sort(),
    });
  });

  test('take a call each where a row of the list cannot be read', async () => {
    expect(await find([3, 120], { body: [...rowsOf(child, 5), null] })).toEqual({
      found: [name(3), name(120)],
      codes: [],
      targets: [list, `${list}/${name(120)}`].sort(),
    });
  });

  test.each([
    ['is empty', child.none],
    ['is that of no repository', ABSENT.swr],
  ])('are null where the list %s', async (_what, reply) => {
    expect(await find([1, 2], reply)).toEqual({ found: [null, null], codes: [], targets: [list] });
  });

  test('fail with the list', async () => {
    expect(await find([1, 2], swr(403, '4039001'))).toEqual({
      found: [null, null],
      codes: ['FORBIDDEN', 'FORBIDDEN'],
      targets: [list],
    });
  });

  test('of several repositories take a call for each repository', async () => {
    const names = ['app-1', 'app-2', 'app-3'];
    const paths = names.map((other) => list.replace('team$app', other));
    const app = await startApp({
      upstream: ({ path }) => {
        const at = paths.findIndex((one) => path.startsWith(one));
        const own = (n: number) =>
          child.row({ [child.rest]: name(n), ...(type === 'RepositoryShare' ? { repository: names[at] } : {}) });
        return { body: paths.includes(path) ? [own(1), own(2)] : own(1) };
      },
    });
    const id = (other: string, n: number) => globalId(type, ['group', other, name(n)]);
    const ids = [id('app-1', 1), id('app-2', 1), id('app-2', 2), id('app-3', 1)];
    const { data, errors } = await app.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect([errors, data.nodes.map((node: { id: string }) => node.id)]).toEqual([undefined, ids]);
    expect(app.targets().sort()).toEqual([`${paths[0]}/${name(1)}`, paths[1], `${paths[2]}/${name(1)}`].sort());
  });
});

test('a name of a row that no path carries is shown, and its id is not looked for', async () => {
  for (const child of CHILDREN.filter(({ field }) => field !== 'policyId')) {
    for (const name of ['a%b', 'a/b', 'a$b', '..', 'a?b', 'a#b']) {
      const app = await appWith(() => ({ body: [child.row({ [child.rest]: name }), rowOf(child, 1)] }));
      const { data, errors } = await app.ask(
        `{ repository(namespace: "group", name: "team/app") { ${child.edge} { nodes { id ${child.field} } } } }`,
      );
      const [shown] = data.repository[child.edge].nodes;
      expect([errors, shown[child.field]]).toEqual([undefined, name]);
      app.calls();
      const again = await app.ask('query ($id: ID!) { node(id: $id) { id } }', { id: shown.id });
      expect([again.data, codesOf(again), app.targets()]).toEqual([{ node: null }, ['BAD_USER_INPUT'], []]);
    }
  }
});

test.each(['Größe', 'группа', 'Upper.Case_1', "it's", 'a b', 'a..b', 'a=b;c', '東京'])(
  'the name %s is found again',
  async (name) => {
    for (const child of CHILDREN.filter(({ field }) => field !== 'policyId')) {
      const app = await appWith(() => ({ body: child.row({ [child.rest]: name }) }));
      const { data, errors } = await app.ask(
        `{ node(id: "${globalId(child.type, ['group', 'team/app', name])}") { ... on ${child.type} { ${child.field} } } }`,
      );
      expect([errors, data.node]).toEqual([undefined, { [child.field]: name }]);
      expect(app.targets()).toEqual([`${child.list}/${encodeURIComponent(name)}`]);
    }
  },
);

test('edges that need the key alone start beside the detail, and what is not selected makes no call', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  const ask = async (selection: string) => {
    const { errors } = await app.ask(`{ repository(namespace: "data-platform", name: "a/b_c.d") { ${selection} } }`);
    expect(errors).toBeUndefined();
    return app.targets().length;
  };
  const [none, all, twice] = [
    await ask('size'),
    await ask('size shares { isComplete } retentionPolicies { isComplete } triggers { isComplete }'),
    await ask('a: shares { isComplete } b: shares { nodes { accountName } } again: triggers { nodes { name } }'),
  ];
  expect([none, all, twice]).toEqual([1, 4, 3]);
});
