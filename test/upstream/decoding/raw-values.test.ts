// Values that are shown as they were sent: whatever JSON stands in a row, a client gets the same text, list or number, or an error.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildSchema } from '../../../src/schema.ts';
import { imageRow } from '../../resources/image/kind.ts';
import { repositoryDetail } from '../../resources/repository/kind.ts';
import { retentionLogRow } from '../../resources/retention-log/kind.ts';
import { sharedRow } from '../../resources/shared-repository/kind.ts';
import { codesOf, openApp, startApp } from '../../support/app.ts';
import { wholeSelection } from '../../support/documents/whole-selection.ts';
import { pathPattern } from '../../support/kind.ts';
import { CALLS, FACTS, factsFields, KINDS, listsOf, rowsOf } from '../../support/kinds.ts';
import type { Script } from '../../support/upstreams/upstream.ts';

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;
const digitsOf = (source: string) => source.replace(/[eE].*|\D/g, '').length;

/** A number, apart from texts that look like it: all of its digits where a double may not hold them. */
class Digits {
  readonly digits: string;
  constructor(source: string) {
    this.digits = digitsOf(source) >= 16 ? source : String(Number(source));
  }
}

/** The decoder that values are compared with: the engine's own, with the source of each number. Half surrogate pairs are U+FFFD. */
const reference = (json: string): unknown =>
  parse(json, (_name, value, { source = '' }) => {
    if (typeof value === 'number') return new Digits(source);
    if (typeof value === 'string') return value.toWellFormed();
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Digits) return value;
    return new Map(Object.entries(value).map(([name, part]) => [name.toWellFormed(), part]));
  });

/** Whether a value has a number that neither a double nor its digits hold. */
const overflows = (value: unknown): boolean =>
  value instanceof Digits
    ? value.digits.endsWith('Infinity')
    : value instanceof Map || Array.isArray(value)
      ? [...value.values()].some(overflows)
      : false;

const isList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
const isNested = (value: unknown) => Array.isArray(value) || value instanceof Map;

/** What a field shows of a value: a rule by the reference decoder; undefined where the value is malformed. */
const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const list = (value: unknown) => (value === '' ? null : isList(value) ? value : undefined);
/** Compared as JSON. */
const json = (value: unknown) => (overflows(value) ? undefined : value);
const raw = (value: unknown) => text(value) ?? json(value);
const jsonText = (value: unknown) => text(value) ?? (isNested(value) ? json(value) : undefined);

/** The fields that show a value: the list, its REST name, and the rule. */
const FIELDS = [
  ['images', 'property(name: "x")', 'x', raw],
  ['images', 'properties(names: ["x"]) { name value }', 'x', raw],
  ['images', 'description', '__description', text],
  ['images', 'osFeatureListRaw', '__os_feature_list', jsonText],
  ['images', 'platformRaw', '__platform', text],
  ['images', 'tags', 'tags', list],
  ['logs', 'ruleType', 'rule_type', jsonText],
  ['logs', 'tag', 'tag', text],
  ['shared', 'description', 'description', text],
  ['shared', 'categoryRaw', 'category', text],
  ['shared', 'tags', 'tags', list],
  ['repository', 'description', 'description', text],
  ['repository', 'logoUrl', 'url', text],
] as const;

const LISTS = {
  images: 'images(first: 1) { nodes { FIELDS } }',
  logs: 'retentionLogs(namespace: "group", repositoryName: "busybox", first: 1) { nodes { FIELDS } }',
  shared: 'sharedRepositories(center: SELF, first: 1) { nodes { FIELDS } }',
  repository: 'repository(namespace: "group", name: "busybox") { FIELDS }',
};
const QUERY = `{ ${Object.entries(LISTS)
  .map(([name, field]) => {
    const fields = FIELDS.flatMap(([of, selection], n) => (of === name ? [`f${n}: ${selection}`] : []));
    return `${name}: ${field.replace('FIELDS', fields.join(' '))}`;
  })
  .join(' ')} }`;

/** JSON text of a row with this JSON text under a name. */
const withJson = (row: object, values: Readonly<Record<string, string>>) =>
  `{${[...Object.entries(row), ...Object.keys(values).map((name) => [name, undefined] as const)]
    .map(([name, value]) => `${JSON.stringify(name)}:${values[name] ?? JSON.stringify(value)}`)
    .join(',')}}`;

const WORDS = ['', '\0', '\x001', '\u000012345678901234567890', '12345678901234567890', '\ud800', '\udc00', '"', '\\'];
const NAMES = ['__proto__', 'toJSON', 'rawJSON', 'text', 'constructor', '1', '0', '01', '4294967295', 'a', 'length'];
const words = fc
  .array(
    fc.oneof(fc.constantFrom(...WORDS, ...NAMES, '{"a":"\\u00001"}'), fc.string({ unit: 'binary', maxLength: 6 })),
    {
      maxLength: 3,
    },
  )
  .map((parts) => parts.join(''));
const string = fc
  .tuple(words, fc.boolean())
  .map(([word, isUpper]) =>
    isUpper
      ? JSON.stringify(word).replace(/\\\\|\\u(\w{4})/g, (whole, hex) => (hex ? `\\u${hex.toUpperCase()}` : whole))
      : JSON.stringify(word),
  );
const number = fc.oneof(
  fc.constantFrom('0', '-0', '1.10', '1e5', '-1E-5', '1e999', '12345678901234567890e999', '0.1234567890123456789'),
  fc.constantFrom(
    '123456789012345',
    '1234567890123456',
    '-1234567890123456',
    '9007199254740993',
    '90071992547409930e-1',
  ),
  fc.bigInt().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const leaf = fc.oneof(string, number, fc.constantFrom('true', 'false', 'null'));
const blank = fc.constantFrom('', '', ' ', '\n\t', '            ');
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc
      .tuple(blank, fc.array(tie('value'), { maxLength: 4 }))
      .map(([gap, items]) => `[${gap}${items.join(`${gap},`)}${gap}]`),
    fc
      .tuple(
        blank,
        fc.array(
          fc.tuple(
            fc.oneof(
              fc.constantFrom(...NAMES).map((name) => `"${name}"`),
              string,
            ),
            tie('value'),
          ),
          { maxLength: 4 },
        ),
      )
      .map(([gap, entries]) => `{${entries.map(([name, part]) => `${gap}${name}${gap}:${gap}${part}`).join(',')}}`),
    fc
      .tuple(fc.nat(800), leaf)
      .map(([depth, inner]) => `${'[{"d":'.repeat(depth / 2)}${inner}${'}]'.repeat(depth / 2)}`),
    fc.array(string, { maxLength: 4 }).map((items) => `[${items.join()}]`),
  ),
}));

test('any JSON in any field that shows a value comes back as it was sent, or is null with an error of that field', async () => {
  let values: readonly string[] = [];
  const script: Script = ({ path }) => {
    const of = (kind: string, row: object) =>
      withJson(
        row,
        Object.fromEntries(FIELDS.flatMap(([name, , rest], n) => (name === kind ? [[rest, values[n] ?? '']] : []))),
      );
    if (path === '/v2/images') return { body: `{"images":[${of('images', imageRow())}]}` };
    if (path.endsWith('/histories')) return { body: `{"retention_log":[${of('logs', retentionLogRow())}],"total":1}` };
    if (path.endsWith('shared-repositories')) return { body: `[${of('shared', sharedRow())}]` };
    return { body: of('repository', repositoryDetail()) };
  };
  const app = await openApp({ upstream: script });
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: FIELDS.length, maxLength: FIELDS.length }), async (generated) => {
      // The two fields of a property show the same one.
      values = generated.with(1, generated[0] ?? '');
      const { data, errors = [] } = await app.ask(QUERY);
      expect(errors.filter(({ extensions }) => extensions.code !== 'UPSTREAM_BAD_RESPONSE')).toEqual([]);
      const failed = new Set(errors.map(({ path = [] }) => path.find((part) => /^f\d+$/.test(String(part)))));
      for (const [n, [kind, , , rule]] of FIELDS.entries()) {
        const sent = reference(values[n] ?? '');
        const expected = sent === null ? null : rule(sent);
        const row = kind === 'repository' ? data[kind] : data[kind].nodes[0];
        const shown = n === 1 ? row.f1[0].value : row[`f${n}`];
        expect(failed.has(`f${n}`), `f${n} of ${values[n]}`).toBe(expected === undefined);
        const isJson = typeof expected !== 'string' && (rule === raw || rule === jsonText);
        expect(isJson && shown !== null ? reference(shown) : shown, `f${n} of ${values[n]}`).toEqual(expected ?? null);
      }
    }),
    { numRuns: 80 },
  );
  await app.close();
  expect(app.log).toEqual([]);
});

const schema = buildSchema({ offersNode: true });
const LISTS_OF_KINDS = KINDS.flatMap((kind) =>
  listsOf(kind).map(
    ([name, args]) =>
      `${name}${args === '' ? '' : `(${args})`} { ${wholeSelection(schema, `${kind.type}Connection`, 1)} }`,
  ),
).concat(FACTS.flatMap(factsFields).map(({ name, type }) => `${name} { ${wholeSelection(schema, type, 1)} }`));
/** Every list, the facts, and what has no list of its own, as it belongs to a repository. */
const WHOLE = `{ ${LISTS_OF_KINDS.map((list, n) => `a${n}: ${list}`).join(' ')}
  repository(namespace: "group", name: "busybox") { ${wholeSelection(schema, 'Repository', 1)} } }`;

test('any JSON in any field of every kind is a value, or null with an error of its field', async () => {
  let values: readonly string[] = [];
  /** The fields that keep their values, so that there are records at all. */
  const keys = ['id', 'name', 'namespace', 'repo', 'repository', 'access_domain', 'quota_key', 'type'];
  const script: Script = ({ path }) => {
    const call = CALLS.find((known) => pathPattern(known.path).test(path));
    if (!call) return { status: 404, body: {} };
    const row = call.row();
    const fields = Object.keys(row).filter((name) => !keys.includes(name));
    const fuzzed = withJson(row, Object.fromEntries(fields.map((name, n) => [name, values[n % values.length] ?? ''])));
    const reply = call.reply([{ 'fuzzed row': 0 }]);
    return { ...reply, body: JSON.stringify(reply.body).replace('{"fuzzed row":0}', () => fuzzed) };
  };
  const app = await openApp({ upstream: script, settings: { IMAGE_GRAPH_MAX_DEPTH: '20' } });
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 20, maxLength: 20 }), async (generated) => {
      values = generated;
      const response = await app.ask(WHOLE);
      const { repository, ...lists } = response.data;
      const { shares, retentionPolicies, triggers } = repository;
      const all = [...Object.values(lists as object), shares, retentionPolicies, triggers].map(rowsOf);
      expect(all.every((rows) => rows.length === 1 && rows[0] !== null)).toBe(true);
      expect(codesOf(response).filter((code) => code !== 'UPSTREAM_BAD_RESPONSE')).toEqual([]);
    }),
    { numRuns: 25 },
  );
  await app.close();
  expect(app.log).toEqual([]);
});

const ask = async (row: string, selection: string) => {
  const app = await startApp({ upstream: () => ({ body: `{"images":[${row}]}` }) });
  const { data, errors } = await app.ask(`{ images { nodes { ${selection} } } }`);
  return { image: data.images?.nodes[0], errors };
};

test.each([
  ['tags', '[12345678901234567890]', 'tags'],
  ['size', '"\\u000012"', 'size'],
  ['__description', '12345678901234567890', 'description'],
  ['__os_feature_list', '12345678901234567890', 'osFeatureListRaw'],
  ['__support_kvm', '1234567890123456', 'supportsKvm'],
  ['status', '1234567890123456', 'status'],
  ['created_at', '1234567890123456', 'createdAt'],
])('%s cannot be %s: null with an error', async (rest, value, field) => {
  const { image, errors } = await ask(withJson(imageRow(), { [rest]: value }), `name ${field}`);
  expect(image).toEqual({ name: 'CentOS', [field]: null });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE', service: 'ims' } }]);
});

test('texts that begin with NUL are texts, wherever they stand', async () => {
  const nul = '\u000012345678901234567890';
  const nested = { list: [nul], [nul]: { deep: nul } };
  const row = imageRow({
    name: nul,
    status: nul,
    tags: [nul],
    nested,
    [nul]: nul,
    __os_feature_list: JSON.stringify([nul]),
  });
  const { image, errors } = await ask(
    JSON.stringify(row),
    `name status statusRaw tags osFeatures nested: property(name: "nested") own: property(name: ${JSON.stringify(nul)})`,
  );
  expect(errors).toBeUndefined();
  expect(image).toEqual({
    ...{ name: nul, status: 'UNKNOWN', statusRaw: nul, tags: [nul], osFeatures: [nul], own: nul },
    nested: JSON.stringify(nested),
  });
});

test('a long number in the place of a name is not JSON', async () => {
  const app = await startApp({ upstream: () => ({ body: `{"images":[],12345678901234567890:1}` }) });
  const response = await app.ask('{ images { nodes { id } } }');
  expect(codesOf(response)).toEqual(['UPSTREAM_BAD_RESPONSE']);
});

test('a value that is nested too deeply to be written nulls its own field alone, beside a long number, too', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const { image, errors } = await ask(
    withJson(imageRow(), { deep, size: '12345678901234567890' }),
    'name size deep: property(name: "deep")',
  );
  expect(image).toEqual({ name: 'CentOS', size: '12345678901234567890', deep: null });
  expect(errors).toMatchObject([
    { path: ['images', 'nodes', 0, 'deep'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
  ]);
});

test('the code of an error, and a total, are not read from texts that begin with NUL', async () => {
  const app = await startApp({
    upstream: ({ path }) =>
      path.endsWith('/group')
        ? { body: { data: [], total: '\u00005' } }
        : { status: 400, body: { error_code: '\u00001100', error_msg: 'no' } },
  });
  const { data, errors } = await app.ask('{ imageGroups { totalCount } images { nodes { id } } }');
  expect(data.imageGroups).toEqual({ totalCount: null });
  expect(errors).toMatchObject([{ path: ['images'], extensions: { code: 'UPSTREAM_ERROR', upstreamStatus: 400 } }]);
  expect(errors?.[0]?.extensions.upstreamCode).toBeUndefined();
});
