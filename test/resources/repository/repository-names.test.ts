// Repository names with slashes, underscores and dots: how they go upstream, come back, and travel in global ids.
import { expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';
import { retentionLogRow } from '../retention-log/kind.ts';
import { sharedRow } from '../shared-repository/kind.ts';
import { detailAt, repositoryDetail } from './kind.ts';

const NODE = 'query ($id: ID!) { node(id: $id) { id ... on Repository { namespace name creatorName } } }';

test('a slash goes upstream as a raw $ and comes back as a slash', async () => {
  const app = await startApp({ upstream: () => ({ body: repositoryDetail({ name: 'a$b_c.d' }) }) });
  const { data, errors } = await app.ask(
    '{ repository(namespace: "group", name: "a/b_c.d") { namespace name creatorName } }',
  );
  expect(errors).toBeUndefined();
  expect(data.repository).toEqual({ namespace: 'group', name: 'a/b_c.d', creatorName: 'admin' });
  expect(app.targets()).toEqual(['/v2/manage/namespaces/group/repos/a$b_c.d']);
});

test('a name with several slashes, two underscores and 128 characters is not changed', async () => {
  const app = await startApp({ upstream: ({ path }) => ({ body: detailAt(path) }) });
  const names = ['base/images/ubuntu/22.04', 'double__underscore', `long/${'x'.repeat(122)}9`, '0'];
  for (const name of names) {
    const { data } = await app.ask('query ($name: String!) { repository(namespace: "a.b__c", name: $name) { name } }', {
      name,
    });
    expect(data.repository.name).toBe(name);
    expect(app.targets()).toEqual([`/v2/manage/namespaces/a.b__c/repos/${name.split('/').join('$')}`]);
  }
});

test('the global id of a name with slashes, underscores and dots finds the same repository again', async () => {
  const app = await startApp({ upstream: () => ({ body: repositoryDetail({ name: 'a/b_c.d' }) }) });
  const { data } = await app.ask(
    '{ repository(namespace: "group", name: "a/b_c.d") { id namespace name creatorName } }',
  );
  const again = await app.ask(NODE, { id: data.repository.id });
  expect(again).toEqual({ data: { node: data.repository } });
  expect(app.targets()).toEqual(Array(2).fill('/v2/manage/namespaces/group/repos/a$b_c.d'));
});

test('names that differ in their separators have different global ids', async () => {
  const app = await startApp({ upstream: ({ path }) => ({ body: detailAt(path) }) });
  const names = ['a/b_c.d', 'a/b/c.d', 'a.b_c.d', 'a_b_c.d', 'a-b_c.d'];
  const { data } = await app.ask(
    `{ ${names.map((name, index) => `r${index}: repository(namespace: "group", name: "${name}") { id }`).join(' ')} }`,
  );
  expect(new Set(Object.values<{ id: string }>(data).map(({ id }) => id)).size).toBe(names.length);
});

test.each(['a/b_c.d', 'a$b_c.d'])(
  'a shared row that the upstream calls %s is a/b_c.d, and so is its repository',
  async (name) => {
    const app = await startApp({
      upstream: ({ path }) =>
        path.endsWith('shared-repositories')
          ? { headers: { 'content-range': '0-1/1' }, body: [sharedRow({ name })] }
          : { body: repositoryDetail({ name }) },
    });
    const { data, errors } = await app.ask(
      '{ sharedRepositories(center: SELF) { nodes { id name repository { id name creatorName } } } }',
    );
    expect(errors).toBeUndefined();
    const [row] = data.sharedRepositories.nodes;
    expect(row).toMatchObject({ name: 'a/b_c.d', repository: { name: 'a/b_c.d', creatorName: 'admin' } });
    expect(app.targets()[1]).toBe('/v2/manage/namespaces/group/repos/a$b_c.d');
    const again = await app.ask('query ($id: ID!) { node(id: $id) { id ... on SharedRepository { name } } }', {
      id: row.id,
    });
    expect(again).toEqual({ data: { node: { id: row.id, name: 'a/b_c.d' } } });
  },
);

test.each(['a/b_c.d', 'a$b_c.d'])('a retention log of %s names a/b_c.d, and can be found again', async (repo) => {
  const app = await startApp({ upstream: () => ({ body: { retention_log: [retentionLogRow({ repo })], total: 1 } }) });
  const { data, errors } = await app.ask(
    '{ retentionLogs(namespace: "group", repositoryName: "a/b_c.d") { nodes { id repositoryName repository { name } } } }',
  );
  expect(errors).toBeUndefined();
  const [log] = data.retentionLogs.nodes;
  expect(log).toMatchObject({ repositoryName: 'a/b_c.d', repository: { name: 'a/b_c.d' } });
  const again = await app.ask('query ($id: ID!) { node(id: $id) { id ... on RetentionLog { repositoryName } } }', {
    id: log.id,
  });
  expect(again).toEqual({ data: { node: { id: log.id, repositoryName: 'a/b_c.d' } } });
  const histories = '/v2/manage/namespaces/group/repos/a$b_c.d/retentions/histories';
  expect(app.targets().every((target) => target.startsWith(`${histories}?`))).toBe(true);
});

test('a part of a name goes into the call of a shared list with its slash, percent-encoded', async () => {
  const app = await startApp({ upstream: () => ({ headers: { 'content-range': '0-0/0' }, body: [] }) });
  await app.ask('{ sharedRepositories(center: THIRD_PARTY, name: "a/b") { nodes { id } } }');
  expect(app.targets()).toEqual([
    `/v2/manage/shared-repositories?filter=${encodeURIComponent('center::thirdparty|name::a/b|limit::25|offset::0')}`,
  ]);
});

/** Names and whether they can be a key. */
const ODD_NAMES: [name: string, isKey: boolean][] = [
  ...['Upper-Case', 'a b', ' a', 'a ', 'a/ b', 'größe', 'a:b', '-a-', '*', '日本', 'x'.repeat(512)].map(
    (name) => [name, true] as [string, boolean],
  ),
  ...['', ' ', '\u00a0', '/', 'a//b', 'a/', '/a', 'a/ /b', 'a$$b', 'a$', '.', 'a/..', 'a|b', 'a::b', 'a%b'].map(
    (name) => [name, false] as [string, boolean],
  ),
];

test.each(ODD_NAMES)('what a list shows under the name %j can be looked up: %s', async (name, isKey) => {
  for (const part of ['name', 'namespace'] as const) {
    const key = { namespace: 'group', name: 'busybox', [part]: name };
    const app = await startApp({
      upstream: ({ path }) => {
        if (path.endsWith('/histories'))
          return { body: { retention_log: [retentionLogRow({ repo: key.name, namespace: key.namespace })], total: 1 } };
        return path.endsWith('repos') || path.endsWith('shared-repositories')
          ? { headers: { 'content-range': '0-1/1' }, body: [sharedRow(key)] }
          : { body: repositoryDetail({ name: key.name }) };
      },
    });
    for (const list of [
      'repositories',
      'sharedRepositories(center: SELF)',
      'retentionLogs(namespace: "group", repositoryName: "busybox")',
    ]) {
      const { data, errors } = await app.ask(`{ it: ${list} { nodes { id } } }`);
      if (!isKey || (part === 'namespace' && name.includes('/'))) {
        expect(errors).toMatchObject([{ path: ['it', 'nodes', 0], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
        continue;
      }
      const [node] = data.it.nodes;
      expect(await app.ask(NODE, { id: node.id }), list).toMatchObject({ data: { node: { id: node.id } } });
    }
  }
});

test('a name written with $ is rejected without a call, and the message says to write a slash', async () => {
  const app = await startApp({ upstream: () => ({ body: repositoryDetail() }) });
  const { data, errors } = await app.ask('{ repository(namespace: "group", name: "a$b") { name } }');
  expect(data).toEqual({ repository: null });
  expect(errors).toMatchObject([{ path: ['repository'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(errors?.[0]?.message).toContain('/');
  expect(app.targets()).toEqual([]);
});

test('on the sandbox a/b_c.d is found by its name, in the shared list, and by either global id', async () => {
  const app = await startApp({ upstream: 'sandbox' });
  try {
    const fields = 'namespace name creatorName';
    const { data, errors } = await app.ask(`{
      repository(namespace: "data-platform", name: "a/b_c.d") { id ${fields} }
      sharedRepositories(center: SELF, name: "a/b_c.d") { nodes { id name repository { id ${fields} } } } }`);
    expect(errors).toBeUndefined();
    expect(data.repository).toMatchObject({ namespace: 'data-platform', name: 'a/b_c.d' });
    expect(data.sharedRepositories.nodes).toEqual([
      { id: expect.any(String), name: 'a/b_c.d', repository: data.repository },
    ]);
    expect((await app.ask(NODE, { id: data.repository.id })).data.node).toEqual(data.repository);
  } finally {
    await app.close();
  }
});
