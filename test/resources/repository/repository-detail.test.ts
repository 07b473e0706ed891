// A repository reached from a row: what the row has, what needs the detail, and what happens when the detail is denied or late.
import { expect, test } from 'vitest';
import { startApp } from '../../support/app.ts';
import { ABSENT, type Script } from '../../support/upstreams/upstream.ts';
import { imageGroupRow } from '../image-group/kind.ts';
import { retentionLogRow } from '../retention-log/kind.ts';
import { sharedRow } from '../shared-repository/kind.ts';
import { detailAt, repositoryDetail } from './kind.ts';

const DETAIL = '/v2/manage/namespaces/group/repos/busybox';
const ROW = sharedRow({ description: 'of the row', num_download: 5 });
/** The shared list holds the row, and the script responds to the detail. */
const withDetail =
  (detail: Script, rows = [ROW]): Script =>
  (call, response) =>
    call.path.endsWith('/shared-repositories')
      ? { headers: { 'content-range': `0-${rows.length}/${rows.length}` }, body: rows }
      : detail(call, response);
const askRow = (selection: string) =>
  `{ sharedRepositories(center: THIRD_PARTY) { nodes { name createdAt repository { ${selection} } } } }`;
const denials: [what: string, Script][] = [
  ['401', () => ({ status: 401, body: { errors: [{ errorCode: 'SVCSTG.SWR.4011064' }] } })],
  ['403', () => ({ status: 403, body: { errors: [{ errorCode: 'SVCSTG.SWR.4039001' }] } })],
  ['404', () => ({ status: 404, body: { errors: [{ errorCode: 'SVCSTG.SWR.4040010' }] } })],
];
const DETAIL_FIELDS = ['repositoryId', 'namespaceId', 'creatorId', 'creatorName', 'domainId', 'priority'];

test.each(denials)(
  'a detail denied with %s leaves the row’s fields and nulls the others with one FORBIDDEN',
  async (_status, script) => {
    for (const selection of [
      `name description createdAt downloadCount ${DETAIL_FIELDS.join(' ')}`,
      `${DETAIL_FIELDS.join(' ')} name description createdAt downloadCount`,
    ]) {
      const app = await startApp({ upstream: withDetail(script) });
      const { data, errors } = await app.ask(askRow(selection));
      expect(data.sharedRepositories.nodes).toEqual([
        {
          name: 'busybox',
          createdAt: ROW.created_at,
          repository: {
            ...Object.fromEntries(DETAIL_FIELDS.map((field) => [field, null])),
            name: 'busybox',
            description: 'of the row',
            createdAt: ROW.created_at,
            downloadCount: '5',
          },
        },
      ]);
      expect(errors).toHaveLength(1);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', service: 'swr' } }]);
      expect(errors?.[0]?.path?.slice(0, 4)).toEqual(['sharedRepositories', 'nodes', 0, 'repository']);
      expect(DETAIL_FIELDS).toContain(errors?.[0]?.path?.[4]);
      expect(app.targets().filter((target) => target === DETAIL)).toHaveLength(1);
    }
  },
);

test('each denied repository of a list has one FORBIDDEN of its own, the others have their values', async () => {
  const rows = ['mine', 'theirs', 'also-theirs'].map((name) => sharedRow({ name }));
  const app = await startApp({
    upstream: withDetail(
      ({ path }) => (path.endsWith('/mine') ? { body: detailAt(path) } : { status: 403, body: {} }),
      rows,
    ),
  });
  const { data, errors } = await app.ask(askRow('name creatorName domainId'));
  expect(data.sharedRepositories.nodes.map(({ repository }: { repository: unknown }) => repository)).toEqual([
    { name: 'mine', creatorName: 'admin', domainId: 'da44776c316c4a99b3683bb174f8821b' },
    { name: 'theirs', creatorName: null, domainId: null },
    { name: 'also-theirs', creatorName: null, domainId: null },
  ]);
  expect(errors?.map(({ path, extensions }) => [path?.[2], extensions.code]).toSorted()).toEqual([
    [1, 'FORBIDDEN'],
    [2, 'FORBIDDEN'],
  ]);
});

test.each([
  ['times out', () => undefined, 'UPSTREAM_TIMEOUT'],
  ['fails', () => ({ status: 500, body: {} }), 'UPSTREAM_ERROR'],
  ['cannot be read', () => ({ body: '<html>' }), 'UPSTREAM_BAD_RESPONSE'],
  ['is throttled', () => ({ status: 429, body: {} }), 'RATE_LIMITED'],
])('the fields of the row are shown beside a detail that %s', async (_what, script, code) => {
  const app = await startApp({ upstream: withDetail(script), settings: { IMAGE_GRAPH_UPSTREAM_TIMEOUT_MS: '150' } });
  const { data, errors } = await app.ask(askRow('name creatorName size description createdAt isPublic path'));
  expect(data.sharedRepositories.nodes[0].repository).toEqual({
    name: 'busybox',
    creatorName: null,
    size: String(ROW.size),
    description: 'of the row',
    createdAt: ROW.created_at,
    isPublic: false,
    path: ROW.path,
  });
  expect(errors).toMatchObject([
    { path: ['sharedRepositories', 'nodes', 0, 'repository', 'creatorName'], extensions: { code, service: 'swr' } },
  ]);
  expect(errors).toHaveLength(1);
});

const OVERLAP = 'createdAt updatedAt description downloadCount';
const ofDetail = {
  createdAt: '2017-08-17T12:00:03.915153267Z',
  updatedAt: '2017-08-17T12:00:03.915153267Z',
  description: 'containerops',
  downloadCount: '0',
};

test.each([
  ['before', `creatorName ${OVERLAP}`],
  ['behind', `${OVERLAP} creatorName`],
  ['in a fragment behind', `${OVERLAP} ... on Repository { creatorName }`],
  ['in a named fragment behind', `${OVERLAP} ...Creator`],
  ['in a fragment within a fragment', `${OVERLAP} ... { ... { ...Creator } }`],
  ['under an alias', `${OVERLAP} who: creatorName`],
  ['with @include(if: true)', `${OVERLAP} creatorName @include(if: true)`],
])(
  'when the detail is fetched, the fields that row and detail both have are the detail’s: %s them',
  async (_where, selection) => {
    const app = await startApp({ upstream: withDetail(() => ({ body: repositoryDetail() })) });
    const fragment = selection.includes('...Creator') ? ' fragment Creator on Repository { creatorName }' : '';
    const { data, errors } = await app.ask(askRow(selection) + fragment);
    expect(errors).toBeUndefined();
    const [row] = data.sharedRepositories.nodes;
    expect(row.repository).toMatchObject(ofDetail);
    expect(row.repository.creatorName ?? row.repository.who).toBe('admin');
    expect(row.createdAt).toBe(ROW.created_at);
  },
);

test('the same field selected twice, once with a field that needs the detail, is the detail’s', async () => {
  const app = await startApp({ upstream: withDetail(() => ({ body: repositoryDetail() })) });
  const { data } = await app.ask(`{ sharedRepositories(center: SELF) { nodes {
    repository { createdAt } ... on SharedRepository { repository { creatorName } } } } }`);
  expect(data.sharedRepositories.nodes).toEqual([
    { repository: { createdAt: ofDetail.createdAt, creatorName: 'admin' } },
  ]);
});

test.each([
  'createdAt updatedAt description downloadCount category size isPublic imageCount logoUrl path internalPath',
  'id namespace name __typename',
  'createdAt creatorName @skip(if: true) priority @include(if: false)',
  'createdAt ... @skip(if: true) { creatorName }',
])('what the row has costs no detail call: %s', async (selection) => {
  const app = await startApp({ upstream: withDetail(() => ({ body: repositoryDetail() })) });
  const { errors } = await app.ask(askRow(selection));
  expect(errors).toBeUndefined();
  expect(app.targets()).toHaveLength(1);
});

test('the repository of a retention log costs no call for its key, and one for any other field', async () => {
  const app = await startApp({
    upstream: ({ path }) =>
      path === DETAIL
        ? { body: repositoryDetail() }
        : { body: { retention_log: [retentionLogRow(), retentionLogRow({ id: 2 })], total: 2 } },
  });
  const ask = (selection: string) =>
    app.ask(
      `{ retentionLogs(namespace: "group", repositoryName: "busybox") { nodes { repository { ${selection} } } } }`,
    );
  await ask('id namespace name');
  expect(app.targets()).toHaveLength(1);
  const { data } = await ask('name createdAt');
  expect(data.retentionLogs.nodes).toEqual(
    Array(2).fill({ repository: { name: 'busybox', createdAt: ofDetail.createdAt } }),
  );
  expect(app.targets().filter((target) => target === DETAIL)).toHaveLength(1);
});

test.each(denials)(
  'the repository of a retention log whose detail is denied with %s has its key and one FORBIDDEN',
  async (_status, script) => {
    const app = await startApp({
      upstream: (call, response) =>
        call.path === DETAIL ? script(call, response) : { body: { retention_log: [retentionLogRow()], total: 1 } },
    });
    const { data, errors } = await app.ask(
      '{ retentionLogs(namespace: "group", repositoryName: "busybox") { nodes { repository { name createdAt creatorName priority } } } }',
    );
    expect(data.retentionLogs.nodes).toEqual([
      { repository: { name: 'busybox', createdAt: null, creatorName: null, priority: null } },
    ]);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(errors).toHaveLength(1);
  },
);

test('the repository of an image group makes its call for its key alone, and is null when it does not exist', async () => {
  const groups = ['there', 'gone'].map((name) => imageGroupRow({ name }));
  const app = await startApp({
    upstream: ({ path }) => {
      if (path.startsWith('/v1/')) return { body: { data: groups, total: 2 } };
      return path.endsWith('/there') ? { body: detailAt(path) } : ABSENT.swr;
    },
  });
  const { data, errors } = await app.ask('{ imageGroups { nodes { repository { name } } } }');
  expect(errors).toBeUndefined();
  expect(data.imageGroups.nodes).toEqual([{ repository: { name: 'there' } }, { repository: null }]);
  expect(app.targets()).toHaveLength(3);
});
