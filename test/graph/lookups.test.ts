// What a list hands out, a lookup takes: each row is found again by its key, its global id and its representation, whatever its name.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { imageGroupRow } from '../resources/image-group/kind.ts';
import { repositoryDetail } from '../resources/repository/kind.ts';
import { retentionLogRow } from '../resources/retention-log/kind.ts';
import { sharedRow } from '../resources/shared-repository/kind.ts';
import { codesOf, openApp, startApp, type TestApp } from '../support/app.ts';
import { pathValues } from '../support/kind.ts';
import type { Reply, Script, UpstreamCall } from '../support/upstreams/upstream.ts';

interface Names {
  readonly namespace: string;
  readonly name: string;
}

const REPOSITORY = '/v2/manage/namespaces/{namespace}/repos/{repository}';
const NOT_FOUND: Reply = { status: 404, body: { errors: [{ errorCode: 'SVCSTG.SWR.4040010' }] } };

/** A cloud that has one record of each kind with these names, and compares names exactly. */
function cloudOf(names: () => Names): Script {
  /** SWR writes a slash as `$` in some places. */
  const isSame = (one: string, other: string | null | undefined) =>
    other === null || other === undefined || one.replaceAll('$', '/') === other.replaceAll('$', '/');
  const matches = (asked: Record<string, string | null | undefined>) =>
    isSame(names().namespace, asked.namespace) && isSame(names().name, asked.name);
  const list = (rows: readonly object[]): Reply => ({
    headers: { 'content-range': `0-${rows.length}/${rows.length}` },
    body: rows,
  });
  return ({ path, query }: UpstreamCall) => {
    const { namespace, name } = names();
    const asked = { namespace: query.get('namespace'), name: query.get('name') };
    if (path === '/v2/manage/repos') return list(matches(asked) ? [sharedRow({ namespace, name })] : []);
    if (path === '/v2/manage/shared-repositories') {
      const filter = new Map(
        (query.get('filter') ?? '').split('|').map((part) => part.split('::') as [string, string]),
      );
      return list(matches({ name: filter.get('name') }) ? [sharedRow({ namespace, name })] : []);
    }
    if (path.endsWith('/group')) {
      const data = matches(asked) ? [imageGroupRow({ namespace, name })] : [];
      return { body: { data, total: data.length } };
    }
    const inPath = pathValues(REPOSITORY, path.replace(/\/retentions\/histories$/, ''));
    if (!inPath || !matches({ namespace: inPath.namespace, name: inPath.repository })) return NOT_FOUND;
    if (path.endsWith('/histories'))
      return { body: { retention_log: [retentionLogRow({ namespace, repo: name })], total: 1 } };
    return { body: repositoryDetail({ namespace, name }) };
  };
}

const LISTS = `{
  repositories { nodes { __typename id namespace name } }
  sharedRepositories(center: SELF) { nodes { __typename id center namespace name } }
  imageGroups { nodes { __typename id namespace name workspaceId } } }`;
/** The root fields that find a kind by its key. */
const LOOKUPS: Readonly<Record<string, string>> = {
  Repository: 'repository(namespace: $namespace, name: $name) { __typename id namespace name }',
  SharedRepository:
    'repository(namespace: $namespace, name: $name) { sharing { __typename id center namespace name } }',
  ImageGroup: 'imageGroup(namespace: $namespace, name: $name) { __typename id namespace name workspaceId }',
  RetentionLog:
    'retentionLogs(namespace: $namespace, repositoryName: $name) { nodes { __typename id namespace repositoryName logId } }',
};
const FIELDS = `__typename id ... on Repository { namespace name } ... on SharedRepository { center namespace name }
  ... on ImageGroup { namespace name workspaceId } ... on RetentionLog { namespace repositoryName logId }`;

type Node = { readonly __typename: string; readonly id: string } & Readonly<Record<string, string>>;

/** The records that a node is found as, by its id and by its representation; and the codes of the errors. */
async function foundAgain(app: TestApp, node: Node) {
  const { data, errors } = await app.ask(
    `query ($id: ID!, $all: [_Any!]!) { node(id: $id) { ${FIELDS} } _entities(representations: $all) { ... on Node { ${FIELDS} } } }`,
    { id: node.id, all: [{ ...node, id: null }] },
  );
  return { found: [data.node, data._entities[0]], codes: codesOf({ errors }) };
}

/** Asks a root field for a key. Shape: what it shows, as deep as its selection goes. */
async function lookUp(app: TestApp, type: string, names: Names) {
  const { data, errors } = await app.ask(`query ($namespace: String!, $name: String!) { it: ${LOOKUPS[type]} }`, {
    ...names,
  });
  const found = data.it?.sharing ?? data.it?.nodes?.[0] ?? data.it;
  return { found: found?.__typename === type ? (found as Node) : null, errors };
}

/** Names that no service should have, and clouds do. */
const ODD = [
  ...[
    'Upper-Case',
    'a b',
    ' a',
    'größe',
    'аpp',
    'a／b',
    '日本',
    '😀 x',
    'e\u0301',
    '-',
    '_',
    'a..b',
    'a.',
    '.a',
    'a:b',
    'a/b',
    'a//b',
  ],
  ...[
    '/a',
    'a/',
    '..',
    '.',
    ' ',
    'a/../b',
    'a|b',
    '::',
    ':a',
    'x%y',
    '%2f',
    'a?b',
    'a#b',
    'R&D',
    'a\\b',
    "a'b",
    'a+b',
    'a"b',
    '<a>',
  ],
  ...['__proto__', 'constructor', 'null', '0', 'x'.repeat(300), 'ß'.repeat(128), 'a\u200bb', 'a\u202eb'],
];
const oddName = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  fc.string({ minLength: 1, maxLength: 8 }),
);
/** What certainly keeps its meaning in a path and in a filter. */
const isHarmless = (text: string) =>
  /^[\p{L}\p{N}_-]([\p{L}\p{N} ._/-]*[\p{L}\p{N}_-])?$/u.test(text) && !/\/[ /.]/.test(text);
const isPlain = (text: string) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text);

test('every row of every list is found again: a list has no row that lookups reject', async () => {
  let names: Names = { namespace: '', name: '' };
  const app = await openApp({ upstream: cloudOf(() => names) });
  let found = 0;
  await fc.assert(
    fc.asyncProperty(fc.record({ namespace: oddName, name: oddName }), async (next) => {
      names = next;
      const lists = (await app.ask(LISTS)).data;
      const nodes: Node[] = Object.values<{ nodes: (Node | null)[] }>(lists).flatMap((list) =>
        list.nodes.filter((node) => node !== null),
      );
      const logs = await lookUp(app, 'RetentionLog', names);
      if (logs.found) nodes.push(logs.found);
      const types = nodes.map(({ __typename }) => __typename);
      if (isPlain(next.namespace) && isPlain(next.name)) expect(types).toContain('ImageGroup');
      if (isHarmless(next.namespace) && !next.namespace.includes('/') && isHarmless(next.name))
        expect(types).toEqual(['Repository', 'SharedRepository', 'ImageGroup', 'RetentionLog']);
      for (const node of nodes) {
        const { found: again, codes } = await foundAgain(app, node);
        const key = { namespace: node.namespace ?? '', name: node.name ?? node.repositoryName ?? '' };
        const byKey = await lookUp(app, node.__typename, key);
        expect([codes, ...again, byKey.found]).toEqual([[], node, node, node]);
        found++;
      }
    }),
    { numRuns: 250 },
  );
  await app.close();
  expect(app.log).toEqual([]);
  expect(found).toBeGreaterThan(300);
});

test.each(['Upper-Case', 'with blanks', 'größe', 'a|b', 'a/b', '100%', 'a?b#c&d', '$', '..', '::', '日本', '｜'])(
  'the group %s is found where it is, null where it is not, and filtered by',
  async (name) => {
    const app = await startApp({ upstream: cloudOf(() => ({ namespace: 'data-platform', name })) });
    const { data, errors } = await app.ask(
      `query ($name: String!) {
        here: imageGroup(namespace: "data-platform", name: $name) { name }
        there: imageGroup(namespace: $name, name: "app") { name }
        list: imageGroups(filter: { name: $name, namespace: "data-platform" }) { nodes { name } }
        none: imageGroups(filter: { namespace: $name }) { nodes { name } } }`,
      { name },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ here: { name }, there: null, list: { nodes: [{ name }] }, none: { nodes: [] } });
  },
);

test.each(['Upper-Case', 'with blanks', 'größe', 'a/b', 'Team/Ünit Test', 'a..b', "it's", '日本'])(
  'the repository %s is found where it is, null where it is not, and filtered by',
  async (name) => {
    const app = await startApp({ upstream: cloudOf(() => ({ namespace: 'Org A', name })) });
    const { data, errors } = await app.ask(
      `query ($name: String!, $other: String!) {
        here: repository(namespace: "Org A", name: $name) { name size sharing { name } }
        there: repository(namespace: "org a", name: $name) { name }
        other: repository(namespace: "Org A", name: $other) { name }
        logs: retentionLogs(namespace: "Org A", repositoryName: $name) { nodes { repositoryName } }
        noLogs: retentionLogs(namespace: "Org A", repositoryName: $other) { nodes { repositoryName } }
        list: repositories(namespace: "Org A", name: $name) { nodes { name } }
        none: repositories(namespace: "org a") { nodes { name } }
        shared: sharedRepositories(center: SELF, name: $name) { nodes { name } } }`,
      { name, other: `${name}x` },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      here: { name, size: expect.any(String), sharing: { name } },
      there: null,
      other: null,
      logs: { nodes: [{ repositoryName: name }] },
      noLogs: null,
      list: { nodes: [{ name }] },
      none: { nodes: [] },
      shared: { nodes: [{ name }] },
    });
  },
);

test.each([
  ['Upper', 'busybox'],
  ['with blank', 'busybox'],
  ['größe', 'busybox'],
  ['hwstaff_l00283074', 'Upper/Case'],
  ['hwstaff_l00283074', 'with blank'],
])('a repository that the sandbox cannot hold by its name, %s/%s, is null', async (namespace, name) => {
  const app = await startApp({ upstream: 'sandbox' });
  const { data, errors } = await app.ask(
    `query ($namespace: String!, $name: String!) {
      repository(namespace: $namespace, name: $name) { name }
      retentionLogs(namespace: $namespace, repositoryName: $name) { nodes { tag } }
      imageGroup(namespace: $namespace, name: $name) { name }
    }`,
    { namespace, name },
  );
  expect([data, errors]).toEqual([{ repository: null, retentionLogs: null, imageGroup: null }, undefined]);
});

test('an empty name of a group is null without a call', async () => {
  const app = await startApp({ upstream: cloudOf(() => ({ namespace: 'a', name: 'b' })) });
  const { data, errors } = await app.ask(
    '{ a: imageGroup(namespace: "", name: "b") { name } b: imageGroup(namespace: "a", name: "") { name } }',
  );
  expect([data, errors, app.targets()]).toEqual([{ a: null, b: null }, undefined, []]);
});
