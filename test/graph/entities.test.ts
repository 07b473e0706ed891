// References of other subgraphs: every key of every kind finds its thing, in the order of the references, and a bad one fails alone.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pack } from '../../src/graph/opaque.ts';
import { type SandboxApp, startSandboxApp } from '../support/app.ts';
import { startUpstreamApp } from '../support/upstream-app.ts';
import {
  imageGroupRow,
  imageId,
  imageRow,
  repositoryDetail,
  retentionLogRow,
  sharedRow,
} from '../support/upstreams/rows.ts';
import type { Reply, Script } from '../support/upstreams/upstream.ts';

const QUERY = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on Node { id } } }`;

/** What becomes of a thing that is called so: the upstream below answers by these words. */
type Fate = 'fine' | 'good' | 'denied' | 'failed' | 'absent' | 'malformed';
const IMAGES: Record<Fate, string> = {
  fine: imageId(1),
  good: imageId(2),
  denied: imageId(3),
  failed: imageId(4),
  absent: imageId(5),
  malformed: '../../v3/users',
};
const text = (fate: Fate) => (fate === 'malformed' ? '..' : fate);

type Reference = Record<string, unknown>;
const KEYS: [
  typename: string,
  fields: string,
  parts: (fate: Fate) => string[],
  reference: (fate: Fate) => Reference,
][] = [
  ['Repository', 'namespace name', (fate) => [text(fate), 'app'], (fate) => ({ namespace: text(fate), name: 'app' })],
  [
    'SharedRepository',
    'center namespace name',
    (fate) => ['SELF', 'group', text(fate)],
    (fate) => ({ center: 'SELF', namespace: 'group', name: text(fate) }),
  ],
  [
    'RetentionLog',
    'namespace repositoryName logId',
    (fate) => [text(fate), 'app', '9088'],
    (fate) => ({ namespace: text(fate), repositoryName: 'app', logId: '9088' }),
  ],
  [
    'RetentionLog',
    'namespace repositoryName logId, a number',
    (fate) => [text(fate), 'app', '9088'],
    (fate) => ({ namespace: text(fate), repositoryName: 'app', logId: 9088 }),
  ],
  ['Image', 'imageId', (fate) => [IMAGES[fate]], (fate) => ({ imageId: IMAGES[fate] })],
  [
    'ImageGroup',
    'namespace name',
    (fate) => [text(fate), 'app', '0'],
    (fate) => ({ namespace: text(fate), name: 'app' }),
  ],
  [
    'ImageGroup',
    'namespace name workspaceId',
    (fate) => [text(fate), 'app', 'w1'],
    (fate) => ({ namespace: text(fate), name: 'app', workspaceId: 'w1' }),
  ],
];
const CASES = KEYS.flatMap(([typename, fields, parts, reference]) => [
  { typename, fields, parts, reference },
  { typename, fields: `id of ${fields}`, parts, reference: (fate: Fate) => ({ id: pack([typename, ...parts(fate)]) }) },
]);

const FAILURES: Partial<Record<Fate, Reply>> = {
  denied: { status: 403, body: { error_code: 'APIGW.0302', error_msg: 'denied' } },
  failed: { status: 500, body: { error_code: 'APIGW.0103', error_msg: 'failed' } },
};

/** Answers every call by the word, or the image id, that it asks for. */
const byFate: Script = ({ path, query, url }) => {
  const asked = decodeURIComponent(url);
  const fate = (Object.keys(IMAGES) as Fate[]).find((word) =>
    path.startsWith('/v2/images/') ? path.endsWith(IMAGES[word]) : asked.includes(word),
  ) as Fate;
  if (FAILURES[fate]) return FAILURES[fate];
  const rows = <Row>(row: Row) => (fate === 'absent' ? [] : [row]);
  if (path.startsWith('/v1/')) return { body: { data: rows(imageGroupRow({ namespace: fate, name: 'app' })) } };
  if (path === '/v2/manage/shared-repositories') return { body: rows(sharedRow({ namespace: 'group', name: fate })) };
  if (fate === 'absent') return { status: 404, body: {} };
  if (path.startsWith('/v2/images/')) return { body: imageRow({ id: IMAGES[fate] }) };
  if (path.endsWith('/histories'))
    return { body: { retention_log: [retentionLogRow({ namespace: fate, repo: 'app' })], total: 1 } };
  expect([path, query.size]).toEqual([`/v2/manage/namespaces/${fate}/repos/app`, 0]);
  return { body: repositoryDetail({ name: 'app' }) };
};

const CODES = { malformed: 'BAD_USER_INPUT', denied: 'FORBIDDEN', failed: 'UPSTREAM_ERROR', absent: undefined };

test.each(CASES)('$typename by $fields: [ok, bad, ok, bad] for every way to be bad', async (entity) => {
  const { typename, parts, reference } = entity;
  const app = await startUpstreamApp(byFate);
  const found = (fate: Fate) => ({ __typename: typename, id: pack([typename, ...parts(fate)]) });
  for (const [fate, code] of Object.entries(CODES) as [Fate, string | undefined][]) {
    const representations = (['fine', fate, 'good', fate] as const).map((word) => ({
      __typename: typename,
      ...reference(word),
    }));
    const { data, errors = [] } = await app.ask(QUERY, { representations });
    expect(data, fate).toEqual({ _entities: [found('fine'), null, found('good'), null] });
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
      code === undefined ? [] : [1, 3].map((index) => [['_entities', index], code]),
    );
  }
  expect(app.unforeseen).toEqual([]);
});

let app: SandboxApp;
beforeAll(async () => {
  app = await startSandboxApp();
});
afterAll(() => app.close());

const CENTOS = 'bc6bed6e-ba3a-4447-afcc-449174a3eb52';
const IMAGE = { __typename: 'Image', imageId: CENTOS };

test('the keys of all five kinds in one list find their things in the order of the references', async () => {
  const representations = [
    { __typename: 'ImageGroup', namespace: 'op_svc_modelarts_container2', name: 'pytorch_1_8' },
    { __typename: 'Repository', namespace: 'group', name: 'busybox' },
    IMAGE,
    {
      __typename: 'RetentionLog',
      namespace: 'hwstaff_l00283074',
      repositoryName: 'experience_2048',
      logId: '9088',
    },
    { __typename: 'SharedRepository', center: 'SELF', namespace: 'group', name: 'busybox' },
    { __typename: 'Repository', namespace: 'group', name: 'busybox', id: null },
  ];
  const { data, errors } = await app.ask(QUERY, { representations });
  expect(errors).toBeUndefined();
  expect(data._entities).toEqual([
    { __typename: 'ImageGroup', id: pack(['ImageGroup', 'op_svc_modelarts_container2', 'pytorch_1_8', '0']) },
    { __typename: 'Repository', id: pack(['Repository', 'group', 'busybox']) },
    { __typename: 'Image', id: pack(['Image', CENTOS]) },
    { __typename: 'RetentionLog', id: pack(['RetentionLog', 'hwstaff_l00283074', 'experience_2048', '9088']) },
    { __typename: 'SharedRepository', id: pack(['SharedRepository', 'SELF', 'group', 'busybox']) },
    { __typename: 'Repository', id: pack(['Repository', 'group', 'busybox']) },
  ]);
});

test('a repository is looked for even when only its key is selected', async () => {
  app.calls();
  const { data, errors } = await app.ask(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Repository { namespace name } } }',
    { r: [{ __typename: 'Repository', namespace: 'group', name: 'never-there' }] },
  );
  expect([data, errors]).toEqual([{ _entities: [null] }, undefined]);
  expect(app.calls()).toEqual(['GET /v2/manage/namespaces/group/repos/never-there']);
});

test('the id of another type fails alone', async () => {
  const { data, errors } = await app.ask(QUERY, {
    representations: [{ __typename: 'Image', id: pack(['Repository', 'group', 'busybox']) }, IMAGE],
  });
  expect(data._entities).toEqual([null, { __typename: 'Image', id: pack(['Image', CENTOS]) }]);
  expect(errors).toMatchObject([
    { path: ['_entities', 0], message: 'This global id is of type Repository, not Image.' },
  ]);
});

test.each([
  ['an unknown type', { __typename: 'Deployment', id: '1' }],
  ['a type that is no entity', { __typename: 'ImageConnection' }],
  ['an interface', { __typename: 'Node', id: pack(['Image', CENTOS]) }],
  ['a name that every object has', { __typename: 'constructor' }],
  ['no type', { imageId: CENTOS }],
  ['a type that is no text', { __typename: 5, imageId: CENTOS }],
  ['a text', 'Image'],
  ['a number', 7],
  ['a list', [IMAGE]],
  ['no key', { __typename: 'Image' }],
  ['half a key', { __typename: 'Repository', namespace: 'group' }],
  ['a key that is no text', { __typename: 'Image', imageId: { eq: CENTOS } }],
  ['a key with a part that is null', { __typename: 'ImageGroup', namespace: 'group', name: null }],
  ['a key that is no whole number', { __typename: 'RetentionLog', namespace: 'a', repositoryName: 'b', logId: 1.5 }],
  ['a key in another spelling', { __typename: 'RetentionLog', namespace: 'a', repositoryName: 'b', logId: '09088' }],
  ['an id that is no id', { __typename: 'Image', id: 'garbled' }],
])('%s as a reference fails alone, without a call', async (_what, bad) => {
  app.calls();
  const { data, errors } = await app.ask(QUERY, { representations: [bad, bad] });
  expect(data).toEqual({ _entities: [null, null] });
  expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [['_entities', 0], 'BAD_USER_INPUT'],
    [['_entities', 1], 'BAD_USER_INPUT'],
  ]);
  expect(app.calls()).toEqual([]);
  const beside = await app.ask(QUERY, { representations: [IMAGE, bad] });
  expect(beside.data._entities).toEqual([{ __typename: 'Image', id: pack(['Image', CENTOS]) }, null]);
  expect(app.unforeseen).toEqual([]);
});

test('a plan’s fetch with aliases, variables and fragments gets each alias its own answer', async () => {
  const { data, errors } = await app.ask(
    `query Plan($a: [_Any!]!, $b: [_Any!]!, $few: Int, $many: Int, $name: String!, $deep: Boolean!) {
      first: _entities(representations: $a) { ...Of }
      second: _entities(representations: $b) {
        ... on Repository { few: retentionLogs(first: $few) { nodes { logId } } many: retentionLogs(first: $many) { totalCount } }
        ... on Image { osType: property(name: $name) properties(names: [$name]) { name value } size @include(if: $deep) }
      }
    }
    fragment Of on _Entity { __typename ... on Image { label: name } ... on Repository { label: description } }`,
    {
      a: [IMAGE, { __typename: 'Repository', namespace: 'group', name: 'busybox' }],
      b: [{ __typename: 'Repository', namespace: 'hwstaff_l00283074', name: 'experience_2048' }, IMAGE],
      few: 0,
      many: 5,
      name: '__os_type',
      deep: false,
    },
  );
  expect(errors).toBeUndefined();
  expect(data.first).toMatchObject([{ __typename: 'Image' }, { __typename: 'Repository', label: 'containerops' }]);
  expect(data.second).toEqual([
    { few: { nodes: [] }, many: { totalCount: 1 } },
    { osType: 'Linux', properties: [{ name: '__os_type', value: 'Linux' }] },
  ]);
});

test('references that stand in the query itself are read like those in variables', async () => {
  const { data } = await app.ask(`{ _entities(representations: [
    { __typename: "Image", imageId: "${CENTOS}" },
    { __typename: "RetentionLog", namespace: "hwstaff_l00283074", repositoryName: "experience_2048", logId: 9088 }
  ]) { __typename } }`);
  expect(data._entities).toEqual([{ __typename: 'Image' }, { __typename: 'RetentionLog' }]);
});
