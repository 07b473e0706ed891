// The kinds: each slice has a complete kind.ts, what is forgotten is named, and each field costs what its kind says.
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApp, sortedCalls, type TestApp } from '../support/app.ts';
import type { FactsSpec, KindSpec } from '../support/kind.ts';
import { FACTS, KINDS, SLICES } from '../support/kinds.ts';
import { DOCS, factsFaults, kindFaults } from './kind-faults.ts';

const kindNamed = (type: string) => KINDS.find((kind) => kind.type === type) as KindSpec;

test('every slice of src/resources has a kind.ts, and no other folder has one', () => {
  const foldersIn = (path: string) =>
    readdirSync(new URL(path, import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const types = KINDS.map(({ type }) => type.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase());
  const slices = [...types, ...FACTS.map(({ slice }) => slice)].sort();
  expect(slices).toEqual(foldersIn('../../src/resources').sort());
  expect(foldersIn('../resources').sort()).toEqual(slices);
});

test.each(FACTS.map((facts) => [facts.slice, facts] as const))('the kind.ts of %s is complete', (_slice, facts) => {
  expect(factsFaults(facts)).toEqual([]);
});

test.each<[part: string, change: Partial<FactsSpec>, fault: string]>([
  [
    'a type',
    { types: ['Quota', 'Flavor'] },
    'account: the schema has no type Flavor: is its slice in src/resources/index.ts, and did `npm run schema` run?',
  ],
  ['the costs of a root field', { types: ['Quota'], costs: {} }, 'account: costs lacks Query.imageQuotas.'],
  [
    'the REST name of a field',
    { types: ['Quota'], calls: [] },
    'account: no document of its calls has Quota.used, and restNames has none for it.',
  ],
])('the report names what is missing of facts: %s', (_part, change, fault) => {
  const [facts] = FACTS as readonly [FactsSpec];
  expect(factsFaults({ ...facts, ...change })).toContain(fault);
});

test.each(KINDS.map((kind) => [kind.type, kind] as const))('the kind.ts of %s is complete', (_type, kind) => {
  expect(kindFaults(kind)).toEqual([]);
});

describe('of an incomplete kind.ts', () => {
  const without = (record: object, name: string) =>
    Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
  const repository = kindNamed('Repository');
  const log = kindNamed('RetentionLog');
  const shared = kindNamed('SharedRepository');
  const image = kindNamed('Image');
  const group = kindNamed('ImageGroup');

  test.each<[part: string, kind: KindSpec, fault: RegExp]>([
    [
      'its slice',
      { ...image, type: 'Flavor' },
      /The schema has no node Flavor: is its slice in src\/resources\/index.ts/,
    ],
    [
      'a key field',
      { ...repository, key: without(repository.key, 'name') as never },
      /Repository: key makes the keys id, namespace; the schema has id, namespace name\./,
    ],
    [
      'the default of a key field',
      { ...group, key: { ...group.key, workspaceId: { value: String } } },
      /ImageGroup: key makes the keys/,
    ],
    [
      'that keys differ',
      { ...image, key: { imageId: { value: () => 'same', rest: 'id' } } },
      /Image: key gives the first and the second record the same key\./,
    ],
    ['a part of the key in the sandbox', { ...image, inSandbox: {} }, /Image: inSandbox lacks the key field imageId\./],
    [
      'the costs of a root field',
      { ...image, costs: without(image.costs, 'Query.images') as never },
      /Image: costs lacks Query\.images\./,
    ],
    [
      'the costs of an edge',
      { ...log, costs: without(log.costs, 'Repository.retentionLogs') as never },
      /RetentionLog: costs lacks Repository\.retentionLogs\./,
    ],
    [
      'an argument',
      { ...image, texts: without(image.texts, 'ImageFilter.owner') as never },
      /Image: texts lacks ImageFilter\.owner\./,
    ],
    [
      'a cursor of an edge',
      { ...log, texts: without(log.texts, 'Repository.retentionLogs(after:)') as never },
      /RetentionLog: texts lacks Repository\.retentionLogs\(after:\)\./,
    ],
    [
      'that an argument is gone',
      { ...image, texts: { ...image.texts, 'Query.image(name:)': { selection: '' } } },
      /Image: texts has Query\.image\(name:\), which is not/,
    ],
    [
      'the REST name of a field',
      { ...image, restNames: {} },
      /Image: no document of its calls has Image\.supportsArm, and restNames has none for it\./,
    ],
    ['the document', { ...repository, calls: [] }, /Repository: no document of its calls has Repository\.size,/],
    [
      'the required arguments of its list',
      without(shared, 'listArguments') as never,
      /SharedRepository: SharedRepository has no `listArguments`, which sharedRepositories requires\./,
    ],
  ])('the report names what is missing: %s', (_part, kind, fault) => {
    expect(kindFaults(kind).join('\n')).toMatch(fault);
  });
});

test.each<[what: string, docs: Partial<typeof DOCS>, ...faults: string[]]>([
  ['a row in the README', { readme: '' }, 'Image: the table of types in README.md has no row for it.'],
  [
    'a root field in its row',
    { readme: DOCS.readme.replace('`images(', '`pictures(') },
    'Image: its row in README.md does not name images.',
  ],
  [
    'an operation of the client',
    { operations: '' },
    'Image: no operation in src/client/operations reads one of image, images.',
    'Image: NodeKey in src/client/operations/node.graphql lacks its key field imageId.',
  ],
  [
    'its key in the fragment of `node`',
    { operations: DOCS.operations.replace(/^ {2}\.\.\. on Image \{[^}]*\}/m, '') },
    'Image: NodeKey in src/client/operations/node.graphql lacks its key field imageId.',
  ],
])('a kind without %s is reported', (_what, docs, ...faults) => {
  expect(kindFaults(kindNamed('Image'), { ...DOCS, ...docs })).toEqual(faults);
});

describe('on the sandbox', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp({ upstream: 'sandbox' });
  });
  afterAll(() => app.close());

  const costs = SLICES.flatMap((slice) =>
    Object.entries(slice.costs).map(([coordinate, cost]) => ({ coordinate, ...cost })),
  );
  test.each(costs)('$coordinate costs $nodes nodes and $requested calls at most', async (cost) => {
    app.calls();
    const { extensions, errors } = await app.send({ query: cost.query, extensions: { cost: true } });
    expect(errors).toBeUndefined();
    expect(extensions?.cost).toMatchObject({
      requestedQueryCost: cost.nodes,
      upstreamCalls: { requested: cost.requested, actual: cost.actual },
    });
    expect(sortedCalls(app)).toHaveLength(cost.actual);
  });
});
