// The rules by which a value of the graph follows from a value on the wire, and the selection of a table's fields.
// Written from the graph's design, not from src/.
import type { RowField, Rule, RuleName } from '../support/kind.ts';
import { ENUMS } from '../support/kinds.ts';

export const BOOLEAN_RULES: readonly Rule[] = ['boolean', 'opposite boolean'];

/** Decodes JSON without rounding: integers of 16 digits and more, outside of strings, become strings. */
export function decodeExactly(text: string): unknown {
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  return JSON.parse(quoted);
}

/** What the graph shows for a wire value. Null and absent are null; so is an empty string where the field is not a String. */
export function expectedValue(rule: Rule, wire: unknown): unknown {
  if (wire === undefined || wire === null || (wire === '' && rule !== 'string')) return null;
  if (typeof rule === 'string') return RULES[rule](wire);
  return 'enum' in rule ? numberedValue(rule.enum, String(wire)) : rule.expected(wire);
}

/** The value of an enum by its raw value. */
const numberedValue = (name: string, wire: string) =>
  Object.entries(ENUMS[name]?.values ?? {}).find(([, raw]) => [raw].flat().includes(wire))?.[0] ?? 'UNKNOWN';

/** The enum values of raw values that the documents spell in several ways. */
const SPELLINGS = new Map(
  Object.values(ENUMS).flatMap(({ values }) =>
    Object.entries(values).flatMap(([value, raw]) =>
      [raw]
        .flat()
        .slice(1)
        .map((spelling) => [spelling, value] as const),
    ),
  ),
);

const RULES: Readonly<Record<RuleName, (wire: unknown) => unknown>> = {
  string: (wire) => wire,
  id: (wire) => wire,
  'string list': (wire) => wire,
  int64: (wire) => String(wire),
  int32: (wire) => Number(wire),
  total: (wire) => Number(wire),
  boolean: (wire) => truth(wire),
  'opposite boolean': (wire) => !truth(wire),
  enum: (wire) => SPELLINGS.get(String(wire)) ?? String(wire).toUpperCase().replace(/[ -]/g, '_'),
  // The documents' times are RFC 3339 in UTC already, and keep their digits.
  dateTime: (wire) => wire,
  'epoch milliseconds': (wire) => new Date(Number(wire)).toISOString(),
  'string list in text': (wire) => names(JSON.parse(String(wire))),
};

/** The names of a list, or of the true flags of an object. */
const names = (value: object) =>
  Array.isArray(value) ? value : Object.entries(value).flatMap(([name, flag]) => (truth(flag) ? [name] : []));

function truth(wire: unknown): boolean {
  const word = String(wire).toLowerCase();
  if (word !== 'true' && word !== 'false') throw new Error(`${word} is not a boolean`);
  return word === 'true';
}

/** Selects every field of a row that a table names. */
export function selectionOf(fields: readonly RowField[]): string {
  const places = fields.flatMap(([, , at]) => Object.entries(at)).filter(([, rule]) => rule !== 'total');
  return places
    .map(
      ([coordinate, rule]) =>
        `${coordinate.split('.')[1]} ${typeof rule === 'object' && 'selection' in rule ? rule.selection : ''}`,
    )
    .join(' ');
}
