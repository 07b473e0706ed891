// The enums: their values are the documents' raw values, described by them, read from rows and sent in filters.
import { getNamedType, isEnumType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp, type TestApp } from '../support/app.ts';
import { descriptionAt, publishedSchema } from '../support/documents/published-schema.ts';
import type { WireRow } from '../support/kind.ts';
import { DOCUMENTS, ENUMS, emptyLists, KINDS, reading, replyOf, rowsOf, selecting } from '../support/kinds.ts';
import { queryOf } from './documented-request.ts';

let app: TestApp;
/** The rows in the response to every call for a list; any other call gets the first of them, or one, with the identity in its path. */
let rows: WireRow[] = [];
beforeAll(async () => {
  app = await openApp({
    upstream: (received, response) =>
      rows.length === 0
        ? emptyLists(received, response)
        : replyOf(received.path, (call, identity) => call.reply(rows.map((row) => ({ ...row, ...identity })))),
  });
});
afterAll(() => app.close());

const enums = Object.entries(ENUMS);
const openEnums = enums.filter(([, { isOpen }]) => isOpen);
const sentEnums = enums.flatMap(([name, { sent, ...spec }]) =>
  sent ? [{ name, parameter: sent[0], rootField: sent[1], ...spec }] : [],
);

test('the schema has the enums of the kinds and no other', () => {
  const published = Object.values(publishedSchema.getTypeMap()).filter(isEnumType);
  const own = published.map(({ name }) => name).filter((name) => !name.startsWith('__'));
  expect(own.sort()).toEqual(Object.keys(ENUMS).sort());
});

test.each(enums)('%s has the raw values of the documents as values', (name, { values, isOpen }) => {
  const type = publishedSchema.getType(name);
  const published = isEnumType(type) ? type.getValues().map((value) => value.name) : [];
  expect(published.sort()).toEqual([...Object.keys(values), ...(isOpen ? ['UNKNOWN'] : [])].sort());
  for (const [value, raw] of Object.entries(values)) {
    expect(descriptionAt(`${name}.${value}`).endsWith(` \`${[raw].flat()[0]}\``), `${name}.${value}`).toBe(true);
  }
});

test.each(openEnums)('the description of %s says that new values may appear', (name) => {
  expect(publishedSchema.getType(name)?.description).toContain('New values may appear.');
});

/** The fields that show an enum, each in the document that has its raw value. */
const readEnums = DOCUMENTS.flatMap(({ type, call, document }) =>
  document.fields.flatMap(([rest, , at]) =>
    Object.entries(at)
      .filter(([, rule]) => rule === 'enum' || (typeof rule === 'object' && 'enum' in rule))
      .map(([coordinate]) => ({ coordinate, rest, field: coordinate.split('.')[1] ?? '', type, call, document })),
  ),
);

test.each(readEnums)('$coordinate is read from the raw value, which stays readable beside it', async (found) => {
  const { rest, field, call, document } = found;
  const type = publishedSchema.getType(found.type);
  const shown = getNamedType(isObjectType(type) ? type.getFields()[field]?.type : undefined);
  const { values = {} } = ENUMS[shown?.name ?? ''] ?? {};
  const expected: [value: string | null, raw: unknown][] = [
    ...Object.entries(values).flatMap(([value, raw]) => [raw].flat().map((text): [string, string] => [value, text])),
    ['UNKNOWN', 'some New-Word'],
    [null, null],
    [null, ''],
  ];
  expect(expected.length).toBeGreaterThan(4);
  const selection = `value: ${field} raw: ${field}Raw`;
  for (const [value, raw] of expected) {
    rows = [call.row({ [rest]: raw })];
    const { data, errors } = await app.ask(`{ found: ${selecting(document.shownBy, found.type, selection)} }`);
    expect(errors).toBeUndefined();
    expect(rowsOf(data.found)).toEqual([{ value, raw }]);
  }
});

test('the raw values of a retention rule are read the same way', async () => {
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

test.each(sentEnums)('$name is sent as the raw values of the upstream', async ({ values, parameter, rootField }) => {
  rows = [];
  for (const [value, raw] of Object.entries(values)) {
    app.calls();
    const { errors } = await app.ask(`{ ${reading(rootField(value))} }`);
    expect(errors).toBeUndefined();
    // An edge comes after the call for its parent, which is not sent the value.
    const sent = app.targets().flatMap((target) => queryOf(target)[parameter] ?? []);
    expect(sent).toEqual([[raw].flat()[0]]);
  }
});

test.each(sentEnums.filter(({ isOpen }) => isOpen))(
  '$name UNKNOWN is rejected in a filter, without a call',
  async ({ rootField }) => {
    app.calls();
    const { data, errors } = await app.ask(`{ found: ${reading(rootField('UNKNOWN'))} }`);
    expect(data).toEqual({ found: null });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(app.targets()).toEqual([]);
  },
);

test('every open enum of a kind is read from a row, and every other enum is sent', () => {
  const read = new Set(readEnums.map(({ coordinate }) => coordinate));
  const shown = KINDS.flatMap(({ type: name }) => {
    const type = publishedSchema.getType(name);
    return isObjectType(type)
      ? Object.values(type.getFields()).map((field) => ({ ...field, name: `${name}.${field.name}` }))
      : [];
  });
  const open = shown.filter(({ type }) => ENUMS[getNamedType(type).name]?.isOpen).map(({ name }) => name);
  expect(open.length).toBeGreaterThanOrEqual(10);
  expect(open.filter((coordinate) => !read.has(coordinate))).toEqual([]);
  expect(enums.filter(([, { isOpen, sent }]) => !isOpen && !sent).map(([name]) => name)).toEqual([]);
});
