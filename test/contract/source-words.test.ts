// The enums: their values are the documents' words, described by them, read from rows and sent in filters.
import { isEnumType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { documentedRequest } from '../support/documents/documented-request.ts';
import { descriptionAt, publishedSchema } from '../support/documents/published-schema.ts';
import { ANSWERED, CLOSED_ENUMS, OPEN_ENUMS, SENT } from '../support/documents/source-words.ts';
import { settingsForUpstream, startUpstream, type TestUpstream } from '../support/upstreams/upstream.ts';

const ALL_ENUMS = { ...OPEN_ENUMS, ...CLOSED_ENUMS };
const UUID = 'bc6bed6e-ba3a-4447-afcc-449174a3eb52';

let upstream: TestUpstream;
let app: TestApp;
/** The rows that every list answers. */
let rows: Record<string, unknown>[] = [];
beforeAll(async () => {
  upstream = await startUpstream(({ path }) => {
    if (path === '/v2/images') return { body: { images: rows } };
    if (path.endsWith('/histories')) return { body: { retention_log: rows, total: rows.length } };
    return { body: path.endsWith('/group') ? { data: rows, total: rows.length } : rows };
  });
  app = startApp(settingsForUpstream(upstream));
});
afterAll(async () => {
  await app.close();
  await upstream.close();
});

test('the schema has these enums and no other', () => {
  const enums = Object.values(publishedSchema.getTypeMap()).filter(isEnumType);
  const own = enums.map(({ name }) => name).filter((name) => !name.startsWith('__'));
  expect(own.sort()).toEqual(Object.keys(ALL_ENUMS).sort());
});

test.each(Object.entries(ALL_ENUMS))('%s has the words of the documents as values', (name, words) => {
  const type = publishedSchema.getType(name);
  const values = isEnumType(type) ? type.getValues().map((value) => value.name) : [];
  expect(values.sort()).toEqual([...Object.keys(words), ...(name in OPEN_ENUMS ? ['UNKNOWN'] : [])].sort());
  for (const [value, word] of Object.entries(words)) {
    expect(descriptionAt(`${name}.${value}`).endsWith(` \`${word}\``), `${name}.${value}`).toBe(true);
  }
});

test.each(Object.keys(OPEN_ENUMS))('the description of %s says that new values may appear', (name) => {
  expect(publishedSchema.getType(name)?.description).toContain('New values may appear.');
});

test.each(ANSWERED)('%s is read from the word, which stays readable beside it', async (name, kind, rest, field) => {
  const words: [value: string | null, word: unknown][] = [
    ...Object.entries(OPEN_ENUMS[name] ?? {}),
    ['UNKNOWN', 'some New-Word'],
    [null, null],
    [null, ''],
  ];
  if (name === 'ImagePlatform') words.push(['REDHAT', 'Red Hat']);
  rows = words.map(([, word], index) => ({
    ...{ id: UUID.replace(/..$/, String(10 + index)), namespace: 'o1', name: `n${index}`, total_range: words.length },
    [rest]: word,
  }));
  const list = kind === 'Image' ? 'images' : 'sharedRepositories(center: THIRD_PARTY)';
  const { data, errors } = await app.ask(`{ found: ${list} { nodes { value: ${field} word: ${field}Raw } } }`);
  expect(errors).toBeUndefined();
  expect(data.found.nodes).toEqual(words.map(([value, word]) => ({ value, word })));
});

test('the words of a retention rule are read the same way', async () => {
  const rule = {
    template: 'size_rule',
    params: {},
    tag_selectors: [{ kind: 'label' }, { kind: 'Regexp' }, { kind: 'glob' }],
  };
  rows = [{ id: 1, namespace: 'o1', repo: 'n1', rule_type: JSON.stringify(rule) }];
  const { data, errors } = await app.ask(`{ retentionLogs(namespace: "o1", repositoryName: "n1") {
    nodes { rule { template templateRaw tagSelectors { kind kindRaw } } } } }`);
  expect(errors).toBeUndefined();
  expect(data.retentionLogs.nodes[0].rule).toEqual({
    template: 'UNKNOWN',
    templateRaw: 'size_rule',
    tagSelectors: [
      { kind: 'LABEL', kindRaw: 'label' },
      { kind: 'REGEXP', kindRaw: 'Regexp' },
      { kind: 'UNKNOWN', kindRaw: 'glob' },
    ],
  });
});

test.each(SENT)('%s is sent in the words of the upstream', async (name, rootField, rest) => {
  rows = [];
  for (const [value, word] of Object.entries(ALL_ENUMS[name] ?? {})) {
    upstream.calls.length = 0;
    const { errors } = await app.ask(`{ ${rootField(value)} { nodes { id } } }`);
    expect(errors).toBeUndefined();
    expect(upstream.calls.map(({ url }) => documentedRequest(url).parameters[rest])).toEqual([word]);
  }
});

test.each([['ImageStatus'], ['ImageVisibility'], ['ImageType'], ['ImageOsType']])(
  '%s UNKNOWN is refused in a filter, without a call',
  async (name) => {
    const [, rootField] = SENT.find(([sent]) => sent === name) ?? [];
    upstream.calls.length = 0;
    const { data, errors } = await app.ask(`{ found: ${rootField?.('UNKNOWN')} { nodes { id } } }`);
    expect(data).toEqual({ found: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(upstream.calls).toEqual([]);
  },
);
