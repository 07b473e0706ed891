// Organizations: the calls of many and of one, what proves one, pages that are cut here, and the permissions of users.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codesOf, openApp, startApp, type TestApp } from '../../support/app.ts';
import { goOn, stopClocksForTest } from '../../support/clock.ts';
import { pathValues, type WireRow } from '../../support/kind.ts';
import { groupList, ownList, sharedList } from '../../support/upstreams/paged-upstream.ts';
import type { Reply, Script } from '../../support/upstreams/upstream.ts';
import { imageGroupRow } from '../image-group/kind.ts';
import { repositoryDetail } from '../repository/kind.ts';
import { sharedRow } from '../shared-repository/kind.ts';
import { organizationRow, permissionsRecord } from './kind.ts';

const LIST = '/v2/manage/namespaces';
const one = (namespace: string) => `${LIST}/${namespace}`;
const swrError = (status: number, number: string): Reply => ({
  status,
  body: { errors: [{ errorCode: `SVCSTG.SWR.${number}`, errorMessage: 'no', detail: '' }] },
});
const ABSENT = swrError(404, '4040058');
const DENIED = swrError(403, '4039001');

interface Registry {
  /** The rows of the list, or the response in its place. */
  readonly list?: readonly unknown[] | Reply;
  /** The response for one organization; it exists by default. */
  readonly show?: (namespace: string) => Reply;
  readonly repositories?: readonly WireRow[];
  readonly groups?: readonly WireRow[];
}

/** SWR and ModelArts with these records. */
const registry =
  ({
    list = [],
    show = (name) => ({ body: organizationRow({ name }) }),
    repositories = [],
    groups = [],
  }: Registry): Script =>
  (call, response) => {
    const { path, query } = call;
    if (path === '/v2/manage/repos') return ownList(repositories)(call, response);
    if (path === '/v2/manage/shared-repositories') return sharedList(repositories)(call, response);
    if (path.endsWith('/images/group')) return groupList(groups)(call, response);
    if (path === LIST) {
      if (!Array.isArray(list)) return list as Reply;
      const wanted = query.get('namespace');
      const rows = wanted === null ? list : list.filter((row: WireRow) => row?.name === wanted);
      return { body: { namespaces: rows } };
    }
    const namespace = pathValues(`${LIST}/{namespace}`, path)?.namespace;
    if (namespace !== undefined) return show(namespace);
    const repository = pathValues(`${LIST}/{namespace}/repos/{repository}`, path)?.repository;
    return repository === undefined ? ABSENT : { body: repositoryDetail({ name: repository }) };
  };

const NAMES = ['a1', 'b2', 'c3', 'd4'];
/** A hundred repositories in four organizations. */
const HUNDRED = Array.from({ length: 100 }, (_, index) =>
  sharedRow({ namespace: NAMES[index % 4], name: `app-${index}` }),
);
const rowsOf = (names: readonly string[]) => names.map((name, index) => organizationRow({ id: index + 1, name }));

/** The calls about organizations since the last look, sorted. */
const callsOf = (app: TestApp) =>
  app
    .targets()
    .filter((target) => target.startsWith(LIST) && !target.includes('/repos/'))
    .sort();

describe('the organization of 100 rows in 4 organizations', () => {
  const read = async (upstream: Registry, fields: string) => {
    const app = await startApp({ upstream: registry({ repositories: HUNDRED, ...upstream }) });
    const { data, errors = [] } = await app.ask(
      `{ repositories(first: 100) { nodes { namespace organization { ${fields} } } } }`,
    );
    return { rows: data.repositories.nodes as { namespace: string; organization: WireRow }[], errors, app };
  };

  test('costs no call for what the rows prove', async () => {
    const { rows, app } = await read({}, 'id namespace');
    expect(rows.every(({ namespace, organization }) => organization.namespace === namespace)).toBe(true);
    expect(callsOf(app)).toEqual([]);
  });

  test.each(['creatorName', 'repositoryCount', 'permission organizationId accessUserCount'])(
    'costs one call for %s, where the list has all',
    async (fields) => {
      const { rows, errors, app } = await read({ list: rowsOf(NAMES) }, `namespace ${fields}`);
      expect(errors).toEqual([]);
      for (const { namespace, organization } of rows) {
        expect(organization.namespace).toBe(namespace);
        expect(Object.values(organization)).not.toContain(null);
      }
      expect(callsOf(app)).toEqual([LIST]);
    },
  );

  test('is admitted for a thousand rows, too, and for no more than the calls that it may make', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) =>
      sharedRow({ namespace: NAMES[index % 4], name: `r${index}` }),
    );
    const app = await startApp({ upstream: registry({ list: rowsOf(NAMES), repositories: rows }) });
    const read = (fields: string) => app.ask(`{ repositories(first: 1000) { nodes { organization { ${fields} } } } }`);
    expect(await read('creatorName')).not.toHaveProperty('errors');
    expect(callsOf(app)).toEqual([LIST]);
    expect(codesOf(await read('userPermissions { userId }'))).toEqual(['QUERY_TOO_COMPLEX']);
    expect(callsOf(app)).toEqual([]);
  });

  test('costs a call more for each that the list leaves out', async () => {
    const { rows, errors, app } = await read({ list: rowsOf(['a1', 'c3']) }, 'creatorName');
    expect([errors, rows.every(({ organization }) => organization.creatorName === 'admin')]).toEqual([[], true]);
    expect(callsOf(app)).toEqual([LIST, one('b2'), one('d4')]);
  });

  test.each<[title: string, list: Reply]>([
    ['denied', DENIED],
    ['denied by the gateway, in no words', { status: 401 }],
    ['not served', { status: 404, body: { error_code: 'APIG.0101', error_msg: 'no route' } }],
    ['not JSON', { body: '<html>' }],
    ['of another shape', { body: { organizations: [] } }],
  ])('costs a call each while the list is %s', async (_title, list) => {
    const { rows, errors, app } = await read({ list }, 'creatorName');
    expect([errors, rows.every(({ organization }) => organization.creatorName === 'admin')]).toEqual([[], true]);
    expect(callsOf(app)).toEqual([LIST, ...NAMES.map(one)]);
  });

  test('does not request a denied list again for a minute', async () => {
    stopClocksForTest();
    const { app } = await read({ list: DENIED }, 'creatorName');
    callsOf(app);
    const again = () => app.ask('{ repositories(first: 100) { nodes { organization { creatorName } } } }');
    await again();
    expect(callsOf(app)).toEqual(NAMES.map(one));
    goOn(61_000);
    await again();
    expect(callsOf(app)).toEqual([LIST, ...NAMES.map(one)]);
  });

  test('fails with the list where the service does', async () => {
    const { rows, errors, app } = await read({ list: { status: 500 } }, 'namespace creatorName');
    expect(rows.every(({ organization }) => organization.namespace && organization.creatorName === null)).toBe(true);
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['UPSTREAM_ERROR']));
    expect(new Set(callsOf(app))).toEqual(new Set([LIST]));
  });

  test('is null, once with FORBIDDEN, in the fields that the caller may not see', async () => {
    const { rows, errors } = await read(
      { list: rowsOf(['a1', 'b2', 'c3']), show: () => DENIED },
      'namespace creatorName permission',
    );
    expect(rows[3]?.organization).toEqual({ namespace: 'd4', creatorName: null, permission: null });
    expect(rows[0]?.organization.creatorName).toBe('admin');
    // One for each of the 25 rows of that organization, at its first field.
    expect(errors).toHaveLength(25);
    expect(errors[0]).toMatchObject({
      path: ['repositories', 'nodes', 3, 'organization', 'creatorName'],
      extensions: { code: 'FORBIDDEN', upstreamCode: 'SVCSTG.SWR.4039001' },
    });
  });
});

describe('one organization', () => {
  const read = async (upstream: Registry, fields: string, namespace = 'a1') => {
    const app = await startApp({ upstream: registry(upstream) });
    return { app, ...(await app.ask(`{ organization(namespace: "${namespace}") { ${fields} } }`)) };
  };

  test('is shown by a call of its own', async () => {
    const { app, data } = await read({}, 'namespace organizationId creatorName permission permissionRaw');
    expect(data.organization).toEqual({
      namespace: 'a1',
      organizationId: '1422',
      creatorName: 'admin',
      permission: 'MANAGE',
      permissionRaw: '7',
    });
    expect(callsOf(app)).toEqual([one('a1')]);
  });

  test('is found in the list for the counts, which a record alone lacks', async () => {
    const { app, data } = await read({ list: rowsOf(NAMES) }, 'creatorName repositoryCount accessUserCount');
    expect(data.organization).toEqual({ creatorName: 'admin', repositoryCount: '3', accessUserCount: '2' });
    expect(callsOf(app)).toEqual([`${LIST}?namespace=a1`]);
  });

  test('is shown where the list does not have it, with the counts that the record has', async () => {
    const { app, data, errors } = await read({ list: [] }, 'repositoryCount');
    expect([data.organization, errors]).toEqual([{ repositoryCount: '3' }, undefined]);
    expect(callsOf(app)).toEqual([one('a1'), `${LIST}?namespace=a1`]);
  });

  test('is compared exactly where the list matches parts', async () => {
    const list = { body: { namespaces: rowsOf(['a1-old', 'xa1']) } };
    const { data } = await read({ list, show: () => ABSENT }, 'repositoryCount');
    expect(data.organization).toBeNull();
  });

  test.each<[title: string, reply: Reply]>([
    ['404', ABSENT],
    ['404 with the other code', swrError(404, '4041061')],
    ['400 by its name', swrError(400, '4001028')],
  ])('is null without an error after a %s', async (_title, reply) => {
    const { data, errors } = await read({ show: () => reply }, 'id');
    expect([data, errors]).toEqual([{ organization: null }, undefined]);
  });

  test.each<[status: number, reply: Reply, code: string]>([
    [401, { status: 401 }, 'UNAUTHENTICATED'],
    [403, DENIED, 'FORBIDDEN'],
    [403, swrError(403, '4031032'), 'RATE_LIMITED'],
    [404, { status: 404, body: '<html>' }, 'UPSTREAM_ERROR'],
    [429, { status: 429 }, 'RATE_LIMITED'],
    [500, { status: 500, body: '<html>' }, 'UPSTREAM_ERROR'],
    [200, { body: organizationRow({ name: 'another' }) }, 'UPSTREAM_BAD_RESPONSE'],
    [200, { body: [] }, 'UPSTREAM_BAD_RESPONSE'],
  ])('is null with an error after %i %j: %s', async (_status, reply, code) => {
    const response = await read({ show: () => reply }, 'id');
    expect([response.data.organization, codesOf(response)]).toEqual([null, [code]]);
  });

  test.each<[field: string, wire: WireRow, value: unknown]>([
    ['organizationId', { id: '9007199254740993' }, '9007199254740993'],
    ['organizationId', { id: null }, null],
    ['permission', { auth: '3' }, 'EDIT'],
    ['permission', { auth: 'manage' }, 'MANAGE'],
    ['permission', { auth: 15 }, 'UNKNOWN'],
    ['permission', { auth: '-7' }, 'UNKNOWN'],
    ['permissionRaw', { auth: 15 }, '15'],
    ['permission', { auth: null }, null],
    ['permission', { auth: undefined }, null],
    ['repositoryCount', { repo_count: '12' }, '12'],
    ['accessUserCount', { access_user_count: undefined }, null],
    ['creatorName', { creator_name: null }, null],
  ])('shows %s of %j as %j', async (field, wire, value) => {
    const row = organizationRow({ name: 'a1', ...wire });
    const { data, errors } = await read({ list: [row], show: () => ({ body: row }) }, field);
    expect([data.organization[field], errors]).toEqual([value, undefined]);
  });

  test.each([
    ['organizationId', { id: [] }],
    ['permission', { auth: {} }],
    ['repositoryCount', { repo_count: 'many' }],
    ['creatorName', { creator_name: 7 }],
  ])('nulls %s alone where it is malformed: %j', async (field, wire) => {
    const row = organizationRow({ name: 'a1', ...wire });
    const response = await read({ list: [row], show: () => ({ body: row }) }, `namespace ${field}`);
    expect(response.data.organization).toEqual({ namespace: 'a1', [field]: null });
    expect([codesOf(response), response.errors?.[0]?.path]).toEqual([
      ['UPSTREAM_BAD_RESPONSE'],
      ['organization', field],
    ]);
  });

  test.each(['', ' ', '..', 'a/b', 'a|b', 'a::b', 'a%2Fb', 'a$b', 'a?b', 'a\u0000b'])(
    'is rejected for the name %j, without a call',
    async (namespace) => {
      const app = await startApp({ upstream: registry({}) });
      const query = 'query ($namespace: String!) { organization(namespace: $namespace) { id } }';
      expect(codesOf(await app.ask(query, { namespace }))).toEqual(['BAD_USER_INPUT']);
      expect(app.targets()).toEqual([]);
    },
  );

  test('sends a name of another alphabet and an upper case one as they are', async () => {
    for (const [namespace, path] of [
      ['Группа', one(encodeURIComponent('Группа'))],
      ['Team_1', one('Team_1')],
    ] as const) {
      const { app, data } = await read({}, 'namespace', namespace);
      expect([data.organization.namespace, callsOf(app)]).toEqual([namespace, [path]]);
    }
  });
});

describe('organizations', () => {
  test('are one call for all pages of an operation, forwards and backwards', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `o-${index}`);
    const app = await startApp({ upstream: registry({ list: rowsOf(names) }) });
    const { data } = await app.ask(`{
      a: organizations(first: 2) { totalCount nodes { namespace } pageInfo { hasNextPage endCursor } }
      b: organizations(last: 2) { nodes { namespace } pageInfo { hasNextPage hasPreviousPage } }
      c: organizations(first: 1000) { nodes { repositoryCount } pageInfo { hasNextPage } }
      d: organizations { totalCount }
    }`);
    expect(callsOf(app)).toEqual([LIST]);
    expect(data.a).toMatchObject({ totalCount: 60, nodes: [{ namespace: 'o-0' }, { namespace: 'o-1' }] });
    expect(data.b).toEqual({
      nodes: [{ namespace: 'o-58' }, { namespace: 'o-59' }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
    expect([data.c.nodes.length, data.c.pageInfo.hasNextPage, data.d.totalCount]).toEqual([60, false, 60]);
    const next = await app.ask(
      'query ($after: String) { organizations(first: 2, after: $after) { nodes { namespace } } }',
      { after: data.a.pageInfo.endCursor },
    );
    expect(next.data.organizations.nodes).toEqual([{ namespace: 'o-2' }, { namespace: 'o-3' }]);
  });

  test('serve the edges of the same operation, which make no call beside the list', async () => {
    const app = await startApp({ upstream: registry({ list: rowsOf(NAMES), repositories: HUNDRED.slice(0, 1) }) });
    const { data } = await app.ask(
      '{ organizations { totalCount } repositories(first: 1) { nodes { organization { creatorName } } } }',
    );
    expect(data.repositories.nodes).toEqual([{ organization: { creatorName: 'admin' } }]);
    expect(callsOf(app)).toEqual([LIST]);
  });

  test('of one name are those that SWR matches, and none where it knows none', async () => {
    const app = await startApp({
      upstream: ({ query }) =>
        query.get('namespace') === 'gone' ? ABSENT : { body: { namespaces: rowsOf(['a1', 'a10']) } },
    });
    const read = (namespace: string) =>
      app.ask(`{ organizations(namespace: "${namespace}") { totalCount nodes { namespace } } }`);
    expect(await read('a1')).toEqual({
      data: { organizations: { totalCount: 2, nodes: [{ namespace: 'a1' }, { namespace: 'a10' }] } },
    });
    expect(await read('gone')).toEqual({ data: { organizations: { totalCount: 0, nodes: [] } } });
    expect(app.targets()).toEqual([`${LIST}?namespace=a1`, `${LIST}?namespace=gone`]);
  });

  test.each<[title: string, body: unknown]>([
    ['null', { namespaces: null }],
    ['empty', { namespaces: [] }],
  ])('are none where the list is %s', async (_title, body) => {
    const app = await startApp({ upstream: () => ({ body }) });
    expect(await app.ask('{ organizations { totalCount nodes { id } } }')).toEqual({
      data: { organizations: { totalCount: 0, nodes: [] } },
    });
  });

  test('show a row that cannot be read as null, and the others', async () => {
    const app = await startApp({
      upstream: registry({ list: [...rowsOf(['a1']), { id: 2 }, 7, null, ...rowsOf(['b2'])] }),
    });
    const { data, errors } = await app.ask('{ organizations { nodes { namespace } } }');
    expect(data.organizations.nodes).toEqual([{ namespace: 'a1' }, null, null, null, { namespace: 'b2' }]);
    expect(errors?.map(({ path }) => path?.at(-1))).toEqual([1, 2, 3]);
  });

  test('beyond ten thousand are not shown, and the end of the list is not made up', async () => {
    const app = await startApp({
      upstream: registry({ list: rowsOf(Array.from({ length: 10_001 }, (_, n) => `o-${n}`)) }),
    });
    const page = (args: string) =>
      app.ask(`{ organizations(${args}) { totalCount edges { cursor } pageInfo { hasNextPage endCursor } } }`);
    const { data, errors } = await page('first: 1');
    expect(errors).toBeUndefined();
    expect(data.organizations).toMatchObject({ totalCount: null, pageInfo: { hasNextPage: true } });
    const cursor = data.organizations.pageInfo.endCursor;
    const last = Buffer.from(Buffer.from(cursor, 'base64url').toString().replace(/:0$/, ':9999')).toString('base64url');
    const beyond = await page(`first: 1, after: "${last}"`);
    expect([beyond.data.organizations, codesOf(beyond)]).toEqual([null, ['UPSTREAM_BAD_RESPONSE']]);
    expect(app.log.splice(0).every((line) => line.includes('sent more rows than requested'))).toBe(true);
  });

  test.each<[title: string, reply: Reply, code: string]>([
    ['no route', { status: 404, body: { error_code: 'APIG.0101' } }, 'UPSTREAM_ERROR'],
    ['a denial', DENIED, 'FORBIDDEN'],
    ['a wrong shape', { body: { namespaces: 'none' } }, 'UPSTREAM_BAD_RESPONSE'],
  ])('are null with an error after %s', async (_title, reply, code) => {
    const app = await startApp({ upstream: () => reply });
    const response = await app.ask('{ organizations { totalCount } }');
    expect([response.data.organizations, codesOf(response)]).toEqual([null, [code]]);
  });
});

describe('what belongs to an organization', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp({ upstream: 'sandbox' });
  });
  afterAll(() => app.close());

  const inOne = (field: string) => app.ask(`{ organization(namespace: "data-platform") { found: ${field} } }`);
  const listCalls = () => app.targets().filter((target) => target !== one('data-platform'));

  test('its repositories are those of the list with its name', async () => {
    const { data } = await inOne(
      'repositories(filter: { name: "a/b" }, orderBy: { field: NAME, direction: ASC }, first: 5) { totalCount nodes { namespace name } }',
    );
    expect(data.organization.found).toEqual({
      totalCount: 1,
      nodes: [{ namespace: 'data-platform', name: 'a/b_c.d' }],
    });
    expect(listCalls()).toEqual([
      '/v2/manage/repos?namespace=data-platform&name=a%2Fb&order_column=name&order_type=asc&limit=5&offset=0',
    ]);
  });

  test('its image groups are those of the list with its name', async () => {
    await inOne('imageGroups(filter: { type: DEDICATED }, first: 5) { nodes { name } }');
    expect(listCalls()).toEqual([
      expect.stringMatching(/\/images\/group\?namespace=data-platform&type=DEDICATED&limit=5&offset=0$/),
    ]);
  });

  test.each(['repositories', 'imageGroups'])('a filter of %s for another organization is rejected', async (list) => {
    expect(
      await inOne(`${list}(filter: { namespace: "data-platform" }, first: 0) { nodes { name } }`),
    ).not.toHaveProperty('errors');
    const response = await inOne(`${list}(filter: { namespace: "group" }) { nodes { name } }`);
    expect([response.data.organization.found, codesOf(response)]).toEqual([null, ['BAD_USER_INPUT']]);
    expect(listCalls()).toEqual([]);
  });

  test('edges of a row that proves it start beside its record', async () => {
    const { data } = await app.ask(`{ repositories(namespace: "group", first: 1) { nodes { organization {
      creatorName repositories(first: 1) { totalCount } userPermissions { isSelf } } } } }`);
    const { organization } = data.repositories.nodes[0];
    expect(organization.repositories.totalCount).toBeGreaterThan(0);
    expect(app.targets().sort()).toEqual(
      ['/v2/manage/repos?namespace=group&limit=1&offset=0', `${one('group')}`, `${one('group')}/access`].sort(),
    );
  });

  test('a repository of another account has no organization, without a call', async () => {
    const { data, errors } = await app.ask(
      '{ sharedRepositories(center: THIRD_PARTY, first: 3) { nodes { organization { creatorName } } } }',
    );
    expect([data.sharedRepositories.nodes, errors]).toEqual([Array(3).fill({ organization: null }), undefined]);
    expect(app.targets()).toHaveLength(1);
  });

  test('an image group whose organization has no possible name has none, without a call', async () => {
    const names = ['Команда', 'UPPER', 'a/b', 'group'];
    const other = await startApp({
      upstream: registry({ groups: names.map((namespace) => imageGroupRow({ namespace })) }),
    });
    const { data } = await other.ask('{ imageGroups { nodes { organization { namespace } } } }');
    expect(data.imageGroups.nodes.map(({ organization }: WireRow) => organization)).toEqual([
      null,
      null,
      null,
      { namespace: 'group' },
    ]);
    expect(callsOf(other)).toEqual([one('group')]);
  });
});

describe('the permissions of users', () => {
  const FIELDS = 'userPermissions { userId userName permission permissionRaw isSelf }';
  const read = async (reply: Reply, of: 'organization' | 'repository' = 'organization') => {
    const app = await startApp({
      upstream: (call, response) => (call.path.endsWith('/access') ? reply : registry({})(call, response)),
    });
    const selection =
      of === 'organization'
        ? 'found: organization(namespace: "group")'
        : 'found: repository(namespace: "group", name: "a/b")';
    const { data, errors } = await app.ask(`{ ${selection} { ${FIELDS} } }`);
    return { found: data.found.userPermissions, errors, app };
  };
  const user = (user_id: unknown, auth: unknown, user_name: unknown = `name of ${user_id}`) => ({
    user_id,
    user_name,
    auth,
  });

  test('are one row for each user: the caller once, although it is in both', async () => {
    const body = permissionsRecord({
      self_auth: user('u1', 7),
      others_auths: [user('u2', 3), user('u1', 7), user('u3', 1), user('u2', 3)],
    });
    const { found, errors, app } = await read({ body });
    expect(errors).toBeUndefined();
    expect(found).toEqual([
      { userId: 'u1', userName: 'name of u1', permission: 'MANAGE', permissionRaw: '7', isSelf: true },
      { userId: 'u2', userName: 'name of u2', permission: 'EDIT', permissionRaw: '3', isSelf: false },
      { userId: 'u3', userName: 'name of u3', permission: 'READ', permissionRaw: '1', isSelf: false },
    ]);
    expect(callsOf(app)).toEqual([one('group'), `${one('group')}/access`]);
  });

  test('of a repository are those of its path, its slashes as $', async () => {
    const { found, app } = await read({ body: permissionsRecord({ name: 'a$b' }) }, 'repository');
    expect(found).toHaveLength(2);
    expect(app.targets()).toEqual([`${one('group')}/repos/a$b`, `${one('group')}/repos/a$b/access`]);
  });

  test.each<[title: string, fields: WireRow, ids: unknown[]]>([
    ['no others', { others_auths: null }, ['u-1']],
    ['others left out', { others_auths: undefined }, ['u-1']],
    ['no caller', { self_auth: null }, ['u-2']],
    ['an empty caller', { self_auth: {}, others_auths: [] }, [null]],
    ['ids as numbers', { self_auth: user(12, 7), others_auths: [user('12', 1), user(13, 3)] }, ['12', '13']],
    [
      'users without an id',
      { others_auths: [user(null, 1, 'x'), user('', 1, 'y'), user(undefined, 1, 'x')] },
      ['u-1', null, ''],
    ],
    ['a record that leaves out its name', { name: undefined }, ['u-1', 'u-2']],
  ])('are read with %s', async (_title, fields, ids) => {
    const { found, errors } = await read({ body: permissionsRecord(fields) });
    expect(errors).toBeUndefined();
    expect(found.map(({ userId }: WireRow) => userId)).toEqual(ids);
  });

  test('show an unknown number as UNKNOWN, and its words', async () => {
    const others_auths = [user('u4', 15), user('u5', 'edit'), user('u6', '7'), user('u7', null)];
    const { found } = await read({ body: permissionsRecord({ self_auth: null, others_auths }) });
    expect(found.map(({ permission, permissionRaw }: WireRow) => [permission, permissionRaw])).toEqual([
      ['UNKNOWN', '15'],
      ['EDIT', 'edit'],
      ['MANAGE', '7'],
      [null, null],
    ]);
  });

  test.each<[title: string, reply: Reply, code: string | undefined]>([
    ['a list of texts', { body: permissionsRecord({ others_auths: ['u1'] }) }, 'UPSTREAM_BAD_RESPONSE'],
    ['a text', { body: permissionsRecord({ others_auths: 'u1' }) }, 'UPSTREAM_BAD_RESPONSE'],
    [
      'too many',
      { body: permissionsRecord({ others_auths: Array(5001).fill(user('u', 1)) }) },
      'UPSTREAM_BAD_RESPONSE',
    ],
    ['another record', { body: permissionsRecord({ name: 'other' }) }, 'UPSTREAM_BAD_RESPONSE'],
    ['neither', { body: { id: 1, name: 'group' } }, 'UPSTREAM_BAD_RESPONSE'],
    ['a denial', DENIED, 'FORBIDDEN'],
    ['a 401', swrError(401, '4011064'), 'UNAUTHENTICATED'],
    ['a 500', { status: 500 }, 'UPSTREAM_ERROR'],
    ['an absent record', ABSENT, undefined],
  ])('are null after %s', async (_title, reply, code) => {
    for (const of of ['organization', 'repository'] as const) {
      const { found, errors } = await read(reply, of);
      expect(found).toBeNull();
      expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
        code && [[['found', 'userPermissions'], code]],
      );
    }
  });
});
