// The list of own repositories: its calls to SWR, its pages, and rows that cost a detail only where one is selected.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp, sortedCalls, startApp, type TestApp } from '../../support/app.ts';
import { sharedRow } from '../shared-repository/kind.ts';
import { repositoryDetail } from './kind.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

const FACTS =
  'id namespace name category categoryRaw description size isPublic imageCount downloadCount logoUrl path internalPath createdAt updatedAt';
interface Row {
  readonly namespace: string;
  readonly name: string;
}

test('the list with all that its rows have costs one call', async () => {
  const { data, errors } = await app.ask(`{ repositories(first: 1000) { totalCount nodes { ${FACTS} } } }`);
  expect(errors).toBeUndefined();
  expect(data.repositories.nodes.length).toBeGreaterThan(100);
  expect(data.repositories.totalCount).toBe(data.repositories.nodes.length);
  expect(sortedCalls(app)).toEqual(['GET /v2/manage/repos?limit=1000&offset=0']);
});

test('namespace and name narrow it, the name fuzzily and with its slashes', async () => {
  const { data } = await app.ask(
    '{ repositories(namespace: "data-platform", name: "a/b", first: 5) { totalCount nodes { namespace name } } }',
  );
  expect(data.repositories).toEqual({ totalCount: 1, nodes: [{ namespace: 'data-platform', name: 'a/b_c.d' }] });
  expect(sortedCalls(app)).toEqual(['GET /v2/manage/repos?namespace=data-platform&name=a%2Fb&limit=5&offset=0']);
  const none = await app.ask('{ repositories(namespace: "never-there") { totalCount nodes { name } } }');
  expect(none).toEqual({ data: { repositories: { totalCount: 0, nodes: [] } } });
});

test('forwards and backwards its pages hold every repository once, in one order', async () => {
  const whole = await app.ask('{ repositories(first: 1000) { nodes { id } } }');
  const ids = whole.data.repositories.nodes.map(({ id }: { id: string }) => id);
  const forwards: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data } = await app.ask(
      'query ($after: String) { repositories(first: 40, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    forwards.push(...data.repositories.nodes.map(({ id }: { id: string }) => id));
    if (!data.repositories.pageInfo.hasNextPage) break;
    after = data.repositories.pageInfo.endCursor;
  }
  expect(forwards).toEqual(ids);
  const { data } = await app.ask('{ repositories(last: 3) { nodes { id } pageInfo { hasNextPage hasPreviousPage } } }');
  expect(data.repositories).toEqual({
    nodes: ids.slice(-3).map((id: string) => ({ id })),
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  });
  app.calls();
});

test('a cursor of one organization is rejected in another', async () => {
  const { data } = await app.ask('{ repositories(namespace: "group", first: 1) { pageInfo { endCursor } } }');
  const { errors } = await app.ask(
    'query ($after: String) { repositories(namespace: "root", after: $after) { nodes { id } } }',
    { after: data.repositories.pageInfo.endCursor },
  );
  expect(errors?.[0]?.message).toBe('This cursor belongs to another list: its arguments, filter or order differ.');
});

test.each(['nodes { name creatorName }', 'edges { node { name creatorName } }', '...Page'])(
  'in %s a field of the detail costs a call for each row',
  async (selection) => {
    app.calls();
    const { errors } = await app.ask(
      `{ repositories(first: 7) { ${selection} } } fragment Page on RepositoryConnection { nodes { ...Row } } fragment Row on Repository { creatorName }`.replace(
        /( fragment.*)$/,
        selection === '...Page' ? '$1' : '',
      ),
    );
    expect(errors).toBeUndefined();
    const calls = sortedCalls(app);
    expect(calls).toHaveLength(8);
    expect(calls.filter((call) => call.startsWith('GET /v2/manage/namespaces/'))).toHaveLength(7);
  },
);

test('a row whose detail is read has all its facts from the detail', async () => {
  const upstream = await startApp({
    upstream: ({ path }) =>
      path === '/v2/manage/repos'
        ? { body: [sharedRow({ created_at: '2017-08-17T12:00:03Z', size: 5 })] }
        : { body: repositoryDetail({ created: '2017-08-17T12:00:03.915153267Z', size: 7 }) },
  });
  const row = await upstream.ask('{ repositories { nodes { size createdAt } } }');
  expect(row.data.repositories.nodes).toEqual([{ size: '5', createdAt: '2017-08-17T12:00:03Z' }]);
  const detail = await upstream.ask('{ repositories { edges { node { size createdAt priority } } } }');
  expect(detail.data.repositories.edges).toEqual([
    { node: { size: '7', createdAt: '2017-08-17T12:00:03.915153267Z', priority: 0 } },
  ]);
});

test('what the documented row lacks is null without a call; a row that cannot be read is null with an error', async () => {
  const upstream = await startApp({
    upstream: () => ({
      headers: { 'content-range': '0-3/3' },
      body: [{ namespace: 'group', name: 'bare' }, { namespace: 'group' }, sharedRow()],
    }),
  });
  const { data, errors } = await upstream.ask('{ repositories { totalCount nodes { name size description } } }');
  expect(data.repositories).toEqual({
    totalCount: 3,
    nodes: [
      { name: 'bare', size: null, description: null },
      null,
      { name: 'busybox', size: '115645792', description: '' },
    ],
  });
  expect(errors).toMatchObject([
    { path: ['repositories', 'nodes', 1], extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'swr' } },
  ]);
  expect(upstream.targets()).toHaveLength(1);
});

test.each([
  ['namespace: "a\\u0000b"', '`namespace` must not contain control characters'],
  ['name: "a$b"', '`name` must not contain $: write slashes as /.'],
  ['name: "a\\nb"', '`name` must not contain control characters'],
  ['first: 5000', '`first` must be from 0 to 1000.'],
])('%s is rejected without a call', async (argument, message) => {
  app.calls();
  const { data, errors } = await app.ask(`{ repositories(${argument}) { nodes { name } } }`);
  expect(data).toEqual({ repositories: null });
  expect(errors?.[0]?.message).toContain(message);
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(app.calls()).toEqual([]);
});

test('a repository of the list is the one that its key and its id find', async () => {
  const { data } = await app.ask(`{ repositories(namespace: "group", first: 1) { nodes { ${FACTS} } } }`);
  const [row] = data.repositories.nodes as (Row & { id: string; createdAt: string; updatedAt: string })[];
  const again = await app.ask(
    `query ($namespace: String!, $name: String!, $id: ID!) {
      repository(namespace: $namespace, name: $name) { ${FACTS} } node(id: $id) { ... on Repository { ${FACTS} } } }`,
    { ...row },
  );
  // Row and detail may spell a time with different precision.
  const { createdAt: _, updatedAt: __, ...facts } = row as NonNullable<typeof row>;
  expect(again.data.repository).toMatchObject(facts);
  expect(again.data.node).toEqual(again.data.repository);
});
