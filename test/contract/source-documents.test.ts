// The row fields of the source documents: each is described by its REST name and shows the wire's value, from a hand-written
// row with every field set, and from the sandbox.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApp, type TestApp } from '../support/app.ts';
import { descriptionAt } from '../support/documents/published-schema.ts';
import type { KindCall, RowField, SourceDocument, WireRow } from '../support/kind.ts';
import { DOCUMENTS, rowsOf, SLICES, selecting } from '../support/kinds.ts';
import { BOOLEAN_RULES, decodeExactly, expectedValue, selectionOf } from './wire-rules.ts';

const documents = DOCUMENTS.map(({ type, call, document }): [name: string, type: string, SourceDocument, KindCall] => [
  document.name,
  type,
  document,
  call,
]);
const coordinates = documents.flatMap(([, , { fields }]) =>
  fields.flatMap(([rest, , at]) => Object.keys(at).map((coordinate) => [coordinate, rest] as const)),
);

test('each table holds the row fields of its document, each once and with a value of its own', () => {
  expect(documents.length).toBeGreaterThanOrEqual(5);
  for (const [name, , { fields, counts }] of documents) {
    expect(fields.length, name).toBe(counts.fields);
    expect(new Set(fields.map(([rest]) => rest)).size, name).toBe(fields.length);
    const values = fields.filter(([, , at]) => !isBoolean(at)).map(([, wire]) => wire);
    expect(new Set(values).size, name).toBe(values.length);
  }
  expect(new Set(coordinates.map(([coordinate]) => coordinate)).size).toBe(coordinates.length);
  expect(documents.flatMap(([, , { fields }]) => fields).length).toBeGreaterThanOrEqual(103);
});

test.each(coordinates)('the description of %s ends in `%s`', (coordinate, rest) => {
  expect(descriptionAt(coordinate).endsWith(` \`${rest}\``), descriptionAt(coordinate)).toBe(true);
});

test.each(SLICES.flatMap(({ restNames = {} }) => Object.entries(restNames)))(
  'the description of %s, which is part of a value or undocumented, ends in `%s`',
  (coordinate, rest) => {
    expect(descriptionAt(coordinate).endsWith(` \`${rest}\``), descriptionAt(coordinate)).toBe(true);
  },
);

describe('a hand-written row', () => {
  let app: TestApp;
  let body: string;
  beforeAll(async () => {
    app = await openApp({ upstream: () => ({ body }) });
  });
  afterAll(() => app.close());

  /** Serves a row of these fields and compares every field of the graph with it. */
  async function compare(type: string, { shownBy }: SourceDocument, call: KindCall, fields: readonly RowField[]) {
    const row = `{${fields.map(([rest, wire]) => `"${rest}":${wire}`).join(',')}}`;
    body = JSON.stringify(call.reply([{ row: 0 }]).body).replace('{"row":0}', () => row);
    expect(body).toContain(row);
    const { data, errors } = await app.ask(`{ found: ${selectionIn(shownBy, type, fields)} }`);
    expect(errors).toBeUndefined();
    const found = { ...rowsOf(data.found)[0], ...data.found };
    const wire = decodeExactly(row) as WireRow;
    for (const [rest, , at] of fields) {
      for (const [coordinate, rule] of Object.entries(at)) {
        const expected = expectedValue(rule, wire[rest]);
        expect(expected, coordinate).not.toBeNull();
        expect(found[coordinate.split('.')[1] ?? ''], coordinate).toEqual(expected);
      }
    }
  }

  test.each(documents)('of %s is shown value for value', async (_name, type, document, call) => {
    await compare(type, document, call, document.fields);
  });

  test.each(documents)('of %s with one boolean reversed changes that alone', async (_name, type, document, call) => {
    for (const [reversed, , at] of document.fields) {
      if (!isBoolean(at)) continue;
      const changed = document.fields.map(([rest, wire, coordinates]): RowField => {
        return [rest, rest === reversed ? reverse(wire) : wire, coordinates];
      });
      await compare(type, document, call, changed);
    }
  });
});

describe('on the sandbox', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openApp({ upstream: 'sandbox' });
  });
  afterAll(() => app.close());

  /** The rows of the upstream's own response: it is a list, holds one, or is the one record that the root field shows. */
  async function wireRows(target: string, isOne: boolean): Promise<WireRow[]> {
    const { url, token } = app.upstream;
    const response = await fetch(`${url}${target}`, { headers: { 'x-auth-token': token } });
    expect(response.status, target).toBe(200);
    const body = decodeExactly(await response.text()) as WireRow | WireRow[];
    return isOne ? [body as WireRow] : rowsIn(body);
  }

  /** A list may lie within one object, which is all that another one holds. */
  function rowsIn(body: WireRow | WireRow[]): WireRow[] {
    if (Array.isArray(body)) return body;
    const list = Object.values(body).find((value) => Array.isArray(value)) as WireRow[] | undefined;
    const [only] = Object.values(body);
    return list ?? (typeof only === 'object' ? rowsIn(only as WireRow) : []);
  }

  test.each(documents)(
    'every field of %s is the wire value in every row, and a value somewhere',
    async (_name, type, { fields, onSandbox, isSilent = () => false }) => {
      const shown = new Set<string>();
      for (const [rootField, target] of onSandbox) {
        const { data, errors } = await app.ask(`{ found: ${selectionIn(rootField, type, fields)} }`);
        expect(errors).toBeUndefined();
        const wire = await wireRows(
          target.replace('{project_id}', app.upstream.settings.IMAGE_GRAPH_PROJECT_ID ?? ''),
          !Array.isArray(data.found) && data.found.nodes === undefined,
        );
        const rows = rowsOf(data.found);
        expect(rows.length).toBe(wire.length);
        expect(rows.length).toBeGreaterThan(0);
        for (const [index, wireRow] of wire.entries()) {
          for (const [rest, , at] of fields) {
            for (const [coordinate, rule] of Object.entries(at)) {
              const name = coordinate.split('.')[1] ?? '';
              const value = rule === 'total' ? data.found[name] : rows[index][name];
              if (value !== null) shown.add(coordinate);
              // One documented row lacks its total_range.
              if (rule === 'total' && wireRow[rest] === undefined) continue;
              const expected = isSilent(rest, rootField) ? null : expectedValue(rule, wireRow[rest]);
              expect(value, `${coordinate} of row ${index}`).toEqual(expected);
            }
          }
        }
      }
      expect([...shown].sort()).toEqual(fields.flatMap(([, , at]) => Object.keys(at)).sort());
    },
  );

  test('supportsArm is the one field of its own for a property that no document names', async () => {
    const { data } = await app.ask(`{ images(filter: { name: "undocumented keys" }) { nodes {
      supportsArm property(name: "__support_arm") } } }`);
    expect(data.images.nodes).toEqual([{ supportsArm: true, property: 'true' }]);
  });
});

/** A root field that selects all fields of a table. */
function selectionIn(rootField: string, type: string, fields: readonly RowField[]): string {
  const hasTotal = fields.some(([, , at]) => Object.values(at).includes('total'));
  const selected = selecting(rootField, type, selectionOf(fields));
  return hasTotal ? selected.replace('{ nodes', '{ totalCount nodes') : selected;
}

function isBoolean(at: RowField[2]): boolean {
  return Object.values(at).some((rule) => BOOLEAN_RULES.includes(rule));
}

/** The opposite, as a boolean or as the text that it was. */
function reverse(wire: string): string {
  return wire.toLowerCase().includes('true') ? wire.replace(/true/i, 'false') : wire.replace(/false/i, 'true');
}
