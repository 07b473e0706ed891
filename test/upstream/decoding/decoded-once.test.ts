// Costly values: each is decoded once in a request, however often it is read, and those that honest upstreams never send are errors.
import { afterEach, expect, test, vi } from 'vitest';
import { imageId, imageRow } from '../../resources/image/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { startApp } from '../../support/app.ts';
import type { WireRow } from '../../support/kind.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

afterEach(() => void vi.restoreAllMocks());

/** Serves one record of everything, with these fields. */
const serving =
  (fields: WireRow): Script =>
  ({ path }) => {
    if (path === '/v2/images') return { body: { images: [imageRow({ id: imageId(1), ...fields })] } };
    if (path.startsWith('/v2/images/')) return { body: imageRow({ id: imageId(1), ...fields }) };
    if (path.endsWith('/histories')) return { body: { retention_log: [retentionLogRow(fields)], total: 1 } };
    if (path.endsWith('shared-repositories'))
      return { headers: { 'content-range': '0-1/1' }, body: [sharedRow(fields)] };
    return { body: repositoryDetail(fields) };
  };

const ROOTS: Readonly<Record<string, string>> = {
  images: 'images(first: 1) { nodes { FIELDS } edges { node { FIELDS } } }',
  retentionLogs: 'retentionLogs(namespace: "group", repositoryName: "busybox", first: 1) { nodes { FIELDS } }',
  sharedRepositories: 'sharedRepositories(center: SELF, first: 1) { nodes { FIELDS } edges { node { FIELDS } } }',
  repository: 'repository(namespace: "group", name: "busybox") { FIELDS }',
};

/** A query for a field under ten names, in a list that itself is queried under three. */
function manyTimes(root: string, field: string): string {
  const fields = Array.from({ length: 10 }, (_, n) => `f${n}: ${field}`).join(' ');
  return `{ ${['a', 'b', 'c'].map((name) => `${name}: ${ROOTS[root]?.replaceAll('FIELDS', fields)}`).join(' ')} }`;
}

/** Stands in the values that are counted. */
const MARK = 'counted';

/** How often each of these was seen. */
const counts = (seen: readonly unknown[]) => [...Map.groupBy(seen, (one) => one).values()].map(({ length }) => length);

/** Counts how often each JSON text that has the mark is read, and each object that has it is written: those of requests and responses too. */
function countWork() {
  const parsed = vi.spyOn(JSON, 'parse');
  const written = vi.spyOn(JSON, 'stringify');
  return () => ({
    parsed: counts(parsed.mock.calls.flatMap(([text]) => (text.includes(MARK) ? [text] : []))),
    written: counts(
      written.mock.calls.flatMap(([part]) => (typeof part === 'object' && part !== null && MARK in part ? [part] : [])),
    ),
  });
}

const RULE = { template: 'tag_rule', params: { num: 1 }, tag_selectors: [{ kind: 'label', pattern: MARK }] };
const ONCE: readonly (readonly [root: string, fields: WireRow, field: string])[] = [
  ['images', { __os_feature_list: `["${MARK}"]` }, 'osFeatures'],
  ['images', { __os_feature_list: `{"${MARK}":"true"}` }, 'osFeatures'],
  ['images', { __os_feature_list: `{"1":"true","${MARK}":"true"}` }, 'osFeatures'],
  ['images', { __os_feature_list: `{"${MARK}":` }, 'osFeatures'],
  ['images', { __os_feature_list: { [MARK]: 'true' } }, 'osFeatures'],
  ['images', { __os_feature_list: { [MARK]: 'true' } }, 'osFeatureListRaw'],
  ['images', { x: { [MARK]: [1, 2] } }, 'property(name: "x")'],
  ['images', { x: { [MARK]: [1, 2] } }, 'properties(names: ["x"]) { value }'],
  ['images', { x: { [MARK]: [1, 2] } }, 'properties { value }'],
  ['retentionLogs', { rule_type: JSON.stringify(RULE) }, 'rule { tagSelectors { pattern } }'],
  ['retentionLogs', { rule_type: JSON.stringify({ ...RULE, params: `{"num":1,"${MARK}":2}` }) }, 'rule { keepCount }'],
  ['retentionLogs', { rule_type: `{"${MARK}":1` }, 'rule { keepCount }'],
  [
    'retentionLogs',
    { rule_type: { ...RULE, tag_selectors: JSON.stringify(RULE.tag_selectors) } },
    'rule { tagSelectors { pattern } }',
  ],
  ['retentionLogs', { rule_type: { [MARK]: 1 } }, 'ruleType'],
];

test.each(ONCE)('of %s with %j, %s is decoded once, however often it is read', async (root, fields, field) => {
  const app = await startApp({ upstream: serving(fields) });
  const query = manyTimes(root, field);
  const work = countWork();
  const { data } = await app.ask(query);
  expect(data.a).not.toBeNull();
  const { parsed, written } = work();
  expect(parsed.length + written.length).toBeGreaterThan(1);
  expect([...parsed, ...written].filter((count) => count > 1)).toEqual([]);
});

test('a long text that is neither a number nor a time is found malformed once, however often it is read', async () => {
  const text = 'no number '.repeat(7_000);
  const app = await startApp({ upstream: serving({ size: text, min_disk: text, created_at: text }) });
  const tests = vi.spyOn(RegExp.prototype, 'exec');
  const { errors = [] } = await app.ask(manyTimes('images', 'size minDisk createdAt'));
  expect(errors.length).toBeGreaterThan(0);
  const patterns = tests.mock.calls.flatMap(([read], n) => (read === text ? [tests.mock.contexts[n]] : []));
  expect(counts(patterns).filter((count) => count > 1)).toEqual([]);
});

test('the letters of a long text are not changed to find out that it is neither an enum value nor a Boolean', async () => {
  const long = 'Active '.repeat(10_000);
  const app = await startApp({
    upstream: serving({
      status: long,
      visibility: long,
      __platform: long,
      protected: long,
      __support_kvm: long,
      category: long,
    }),
  });
  const methods = (['toLowerCase', 'toUpperCase', 'replace', 'trim', 'split'] as const).map((name) =>
    vi.spyOn(String.prototype, name),
  );
  const { data } = await app.ask(`{
    images { nodes { status visibility platform isProtected supportsKvm } }
    sharedRepositories(center: SELF) { nodes { category } } }`);
  const work = methods.flatMap(({ mock }) => mock.contexts.filter((text) => String(text) === long));
  expect(work).toEqual([]);
  expect(data).toEqual({
    images: {
      nodes: [{ status: 'UNKNOWN', visibility: 'UNKNOWN', platform: 'UNKNOWN', isProtected: null, supportsKvm: null }],
    },
    sharedRepositories: { nodes: [{ category: 'UNKNOWN' }] },
  });
});

const many = (count: number) => Array.from({ length: count }, (_, n) => `v${n}`);
const manySelectors = (count: number) => many(count).map((pattern) => ({ kind: 'label', pattern }));
const TOO_MANY = 'has more than 5000 items';
const TOO_LONG = 'has more than 262144 characters';
const UNWRITABLE = 'is not a value that can be written as JSON of up to 262144 characters';
const longText = 'x'.repeat(262_144);

const BOUNDS: readonly (readonly [
  root: string,
  field: string,
  fields: (isTooMuch: boolean) => WireRow,
  why: string,
])[] = [
  ['images', 'tags', (more) => ({ tags: many(more ? 5001 : 5000) }), `tags ${TOO_MANY}`],
  ['sharedRepositories', 'tags', (more) => ({ tags: many(more ? 5001 : 5000) }), `tags ${TOO_MANY}`],
  [
    'images',
    'osFeatures',
    (more) => ({ __os_feature_list: many(more ? 5001 : 5000).join() }),
    `__os_feature_list ${TOO_MANY}`,
  ],
  [
    'images',
    'osFeatures',
    (more) => ({ __os_feature_list: JSON.stringify(many(more ? 5001 : 5000)) }),
    `__os_feature_list ${TOO_MANY}`,
  ],
  [
    'images',
    'osFeatures',
    (more) => ({
      __os_feature_list: JSON.stringify(Object.fromEntries(many(more ? 5001 : 5000).map((n) => [n, true]))),
    }),
    `__os_feature_list ${TOO_MANY}`,
  ],
  [
    'images',
    'osFeatures',
    (more) => ({ __os_feature_list: many(more ? 5001 : 5000) }),
    `__os_feature_list ${TOO_MANY}`,
  ],
  ['images', 'osFeatures', (more) => ({ __os_feature_list: `${longText}${more ? 'x' : ''}` }), TOO_LONG],
  ['images', 'osFeatures', (more) => ({ __os_feature_list: `["${longText.slice(4)}${more ? 'x' : ''}"]` }), TOO_LONG],
  ['images', 'osFeatureListRaw', (more) => ({ __os_feature_list: [longText.slice(more ? 3 : 4)] }), UNWRITABLE],
  ['images', 'property(name: "x")', (more) => ({ x: [longText.slice(more ? 3 : 4)] }), `x ${UNWRITABLE}`],
  ['images', 'property(name: "x")', (more) => ({ x: Array(more ? 131_072 : 131_071).fill(0) }), `x ${UNWRITABLE}`],
  ['retentionLogs', 'ruleType', (more) => ({ rule_type: [longText.slice(more ? 3 : 4)] }), `rule_type ${UNWRITABLE}`],
  [
    'retentionLogs',
    'rule { templateRaw }',
    (more) => ({ rule_type: `{"template":"${longText.slice(15)}${more ? 'x' : ''}"}` }),
    `rule_type ${TOO_LONG}`,
  ],
];

test.each(BOUNDS)(
  'the bound of %s.%s: up to it there is a value, beyond it an error of the field',
  async (root, field, fields, why) => {
    const query = `{ it: ${ROOTS[root]?.replace(/ edges.*/, '}').replace('FIELDS', `id it: ${field}`)} }`;
    const within = await (await startApp({ upstream: serving(fields(false)) })).ask(query);
    expect(within.errors).toBeUndefined();
    expect(within.data.it.nodes[0].it).toEqual(expect.anything());
    const beyond = await (await startApp({ upstream: serving(fields(true)) })).ask(query);
    expect(beyond.data.it.nodes).toEqual([{ id: expect.any(String), it: null }]);
    expect(beyond.errors).toMatchObject([
      {
        path: ['it', 'nodes', 0, 'it'],
        message: expect.stringContaining(why),
        extensions: { code: 'UPSTREAM_BAD_RESPONSE' },
      },
    ]);
  },
);

test('the tag selectors of a rule are bounded: beyond it the rule is null with one error', async () => {
  const query = `{ retentionLogs(namespace: "group", repositoryName: "busybox") { nodes { tag rule { tagSelectors { pattern } } } } }`;
  for (const [count, isWithin] of [
    [5000, true],
    [5001, false],
  ] as const) {
    for (const as of [JSON.stringify, (rule: unknown) => rule]) {
      const rule_type = as({ ...RULE, tag_selectors: manySelectors(count) });
      const app = await startApp({ upstream: serving({ rule_type }) });
      const { data, errors = [] } = await app.ask(query);
      expect(data.retentionLogs.nodes[0].rule?.tagSelectors.length).toBe(isWithin ? count : undefined);
      expect(errors.map(({ message }) => message)).toEqual(
        isWithin ? [] : [`The response cannot be read: tag_selectors ${TOO_MANY}.`],
      );
    }
  }
});

test('all properties of a record are bounded: beyond it the record is null with one error; single ones are shown', async () => {
  const names = Object.keys(imageRow()).length;
  const extra = (count: number) => Object.fromEntries(many(count - names).map((name) => [name, 1]));
  const query = '{ images { nodes { name properties { name } } } }';
  const within = await (await startApp({ upstream: serving(extra(5000)) })).ask(query);
  expect(within.errors).toBeUndefined();
  expect(within.data.images.nodes[0].properties).toHaveLength(5000);
  const app = await startApp({ upstream: serving(extra(5001)) });
  const beyond = await app.ask(query);
  expect(beyond.data.images.nodes).toEqual([null]);
  expect(beyond.errors).toMatchObject([
    { path: ['images', 'nodes', 0, 'properties'], extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'ims' } },
  ]);
  const { data } = await app.ask('{ images { nodes { name properties(names: ["v1"]) { name value } } } }');
  expect(data.images.nodes).toEqual([{ name: 'CentOS', properties: [{ name: 'v1', value: '1' }] }]);
});

test.each(Object.keys(ROOTS))(
  'a record of %s whose names and texts are megabytes long is read like any other',
  async (root) => {
    const long = '$'.repeat(1_000_000);
    const replaced = vi.spyOn(String.prototype, 'replaceAll');
    const app = await startApp({ upstream: serving({ namespace: long, name: long, repo: long, description: long }) });
    await app.ask(`{ it: ${ROOTS[root]?.replaceAll('FIELDS', 'id')} }`);
    expect(replaced.mock.contexts.filter((text) => String(text) === long)).toEqual([]);
  },
);
