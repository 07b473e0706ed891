// Representations of other subgraphs: every key of every kind finds its entity, in the order of the list, and a bad one fails alone.
import { getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pack } from '../../src/graph/opaque.ts';
import { openApp, sortedCalls, startApp, type TestApp } from '../support/app.ts';
import { publishedSchema } from '../support/documents/published-schema.ts';
import { type Key, type KindSpec, pathPattern } from '../support/kind.ts';
import { CALLS, KINDS, keyOf, keyRow, keySetsOf } from '../support/kinds.ts';
import type { Reply, Script } from '../support/upstreams/upstream.ts';

const QUERY = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on Node { id } } }`;

/** What becomes of the n-th record in the upstream below. */
const FATES = ['fine', 'good', 'denied', 'failed', 'absent'] as const;
type Fate = (typeof FATES)[number];

type Representation = Record<string, unknown>;
interface Case {
  readonly kind: KindSpec;
  readonly by: string;
  readonly represent: (key: Representation) => Representation;
  /** The key that is found, where the representation leaves fields out. */
  readonly found: (key: Representation) => Representation;
}

/** Each set of key fields, as texts and, where it has a number, as that. */
const CASES: Case[] = KINDS.flatMap((kind) => {
  const numbers = Object.keys(kind.key).filter((name) => kind.key[name]?.isNumber);
  return keySetsOf(kind).flatMap((names): Case[] => {
    const pick = (key: Representation) => Object.fromEntries(names.map((name) => [name, key[name]]));
    const found = (key: Representation) =>
      Object.fromEntries(
        Object.entries(kind.key).map(([name, field]) => [name, names.includes(name) ? key[name] : field.default]),
      );
    const asNumbers = (key: Representation) => ({
      ...pick(key),
      ...Object.fromEntries(numbers.map((name) => [name, Number(key[name])])),
    });
    const by = names.join(' ');
    const asId = (key: Representation) => ({ id: pack([kind.type, ...Object.values(found(key)).map(String)]) });
    return [
      { kind, by, represent: pick, found },
      { kind, by: `${by}, with an id that is null`, represent: (key) => ({ ...pick(key), id: null }), found },
      { kind, by: `id of ${by}`, represent: asId, found },
      ...(numbers.length > 0 ? [{ kind, by: `${by}, a number`, represent: asNumbers, found }] : []),
    ];
  });
});

const FAILURES: Partial<Record<Fate, Reply>> = {
  denied: { status: 403, body: { error_code: 'APIGW.0302', error_msg: 'denied' } },
  failed: { status: 500, body: { error_code: 'APIGW.0103', error_msg: 'failed' } },
};

/** The key of the n-th record, in which every text is that of no other key: a call for one of them says which. */
function distinctKey(kind: KindSpec, n: number): Key {
  const type = publishedSchema.getType(kind.type);
  const fields = isObjectType(type) ? type.getFields() : {};
  const parts = Object.entries(keyOf(kind, n)).map(([name, text]) => {
    const isSame = text === kind.key[name]?.value(n + 1) && getNamedType(fields[name]?.type)?.name === 'String';
    return [name, isSame ? `${text}-${n}` : text] as const;
  });
  return Object.fromEntries(parts);
}

/** Responds to every call by the record whose key it names. */
const byFate =
  (kind: KindSpec): Script =>
  ({ path, url }) => {
    const call = CALLS.find((known) => pathPattern(known.path).test(path));
    const words = decodeURIComponent(url).split(/[^\w.-]+/);
    const isNamed = (n: number) =>
      Object.entries(distinctKey(kind, n)).some(
        ([name, text]) => text !== distinctKey(kind, n + 1)[name] && words.includes(text),
      );
    const n = 1 + FATES.findIndex((_fate, index) => isNamed(index + 1));
    const fate = FATES[n - 1];
    if (!call || fate === undefined)
      return { status: 400, body: { error_code: `${url} does not tell which is meant` } };
    return FAILURES[fate] ?? call.reply(fate === 'absent' ? [] : [call.row(keyRow(kind, distinctKey(kind, n)))]);
  };

const CODES = { malformed: 'BAD_USER_INPUT', denied: 'FORBIDDEN', failed: 'UPSTREAM_ERROR', absent: undefined };

test.each(CASES)(
  '$kind.type by $by: [ok, bad, ok, bad] for every way to be bad',
  async ({ kind, represent, found }) => {
    const app = await startApp({ upstream: byFate(kind) });
    const keyFor = (fate: Fate | 'malformed') =>
      fate === 'malformed'
        ? Object.fromEntries(Object.keys(kind.key).map((name) => [name, '../..\n']))
        : distinctKey(kind, 1 + FATES.indexOf(fate));
    const entity = (fate: Fate) => ({
      __typename: kind.type,
      id: pack([kind.type, ...Object.values(found(keyFor(fate))).map(String)]),
    });
    for (const [fate, code] of Object.entries(CODES) as [Fate, string | undefined][]) {
      const representations = (['fine', fate, 'good', fate] as const).map((one) => ({
        __typename: kind.type,
        ...represent(keyFor(one)),
      }));
      const { data, errors = [] } = await app.ask(QUERY, { representations });
      expect(data, fate).toEqual({ _entities: [entity('fine'), null, entity('good'), null] });
      expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual(
        code === undefined ? [] : [1, 3].map((index) => [['_entities', index], code]),
      );
    }
    expect(app.log).toEqual([]);
  },
);

let app: TestApp;
beforeAll(async () => {
  app = await openApp({ upstream: 'sandbox' });
});
afterAll(() => app.close());

const CENTOS = 'bc6bed6e-ba3a-4447-afcc-449174a3eb52';
const IMAGE = { __typename: 'Image', imageId: CENTOS };

test('the keys of all kinds in one list find their entities in the order of the list', async () => {
  const entities = KINDS.map(({ type, key, inSandbox }) => ({
    __typename: type,
    id: pack([type, ...Object.keys(key).map((name) => inSandbox[name] ?? '')]),
  }));
  const repository = { __typename: 'Repository', namespace: 'group', name: 'busybox' };
  const representations = KINDS.map((kind) => {
    const names = keySetsOf(kind)[0] ?? [];
    return { __typename: kind.type, ...Object.fromEntries(names.map((name) => [name, kind.inSandbox[name]])) };
  });
  const { data, errors } = await app.ask(QUERY, {
    representations: [repository, ...representations, { ...repository, id: null }],
  });
  expect(errors).toBeUndefined();
  const { __typename } = repository;
  const found = { __typename, id: pack([__typename, repository.namespace, repository.name]) };
  expect(data._entities).toEqual([found, ...entities, found]);
});

test('a repository is looked for even when only its key is selected', async () => {
  app.calls();
  const { data, errors } = await app.ask(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Repository { namespace name } } }',
    { r: [{ __typename: 'Repository', namespace: 'group', name: 'never-there' }] },
  );
  expect([data, errors]).toEqual([{ _entities: [null] }, undefined]);
  expect(sortedCalls(app)).toEqual(['GET /v2/manage/namespaces/group/repos/never-there']);
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
  ['a type that is not an entity', { __typename: 'ImageConnection' }],
  ['an interface', { __typename: 'Node', id: pack(['Image', CENTOS]) }],
  ['the name of a property that every object has', { __typename: 'constructor' }],
  ['no type', { imageId: CENTOS }],
  ['a type that is not a string', { __typename: 5, imageId: CENTOS }],
  ['a text', 'Image'],
  ['a number', 7],
  ['a list', [IMAGE]],
  ['no key', { __typename: 'Image' }],
  ['half a key', { __typename: 'Repository', namespace: 'group' }],
  ['a key that is not a string', { __typename: 'Image', imageId: { eq: CENTOS } }],
  ['a key with a field that is null', { __typename: 'ImageGroup', namespace: 'group', name: null }],
  ['a key that is not an integer', { __typename: 'RetentionLog', namespace: 'a', repositoryName: 'b', logId: 1.5 }],
  ['a key in another spelling', { __typename: 'RetentionLog', namespace: 'a', repositoryName: 'b', logId: '09088' }],
  ['an id that is malformed', { __typename: 'Image', id: 'garbled' }],
])('%s as a representation fails alone, without a call', async (_what, bad) => {
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
  expect(app.log).toEqual([]);
});

test('a plan’s fetch with aliases, variables and fragments gets each alias its own result', async () => {
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

test('representations in the query itself are read like those in variables', async () => {
  const { data } = await app.ask(`{ _entities(representations: [
    { __typename: "Image", imageId: "${CENTOS}" },
    { __typename: "RetentionLog", namespace: "hwstaff_l00283074", repositoryName: "experience_2048", logId: 9088 }
  ]) { __typename } }`);
  expect(data._entities).toEqual([{ __typename: 'Image' }, { __typename: 'RetentionLog' }]);
});
