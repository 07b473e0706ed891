// The rules by which a value of the graph follows from a value on the wire, and the selection that asks for a table's fields.
// Written from the graph's design, not from src/.
import type { RowField, Rule } from './source-documents.ts';

/** A decoded record of an answer; integers that a double may not hold are strings of their digits. */
export type WireRow = Readonly<Record<string, unknown>>;

export const FLAG_RULES: readonly Rule[] = ['flag', 'opposite flag'];

/** Decodes JSON without rounding: integers of 16 digits and more, outside of strings, become strings. */
export function decodeExactly(text: string): unknown {
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  return JSON.parse(quoted);
}

/** What the graph answers for a wire value. Null and absent are null; so is an empty string where the field is no String. */
export function expectedValue(rule: Rule, wire: unknown): unknown {
  if (wire === undefined || wire === null || (wire === '' && rule !== 'text')) return null;
  return RULES[rule](wire);
}

/** The words that the documents spell in two ways. */
const OTHER_SPELLINGS: Readonly<Record<string, string>> = { 'Red Hat': 'REDHAT', OracleLinux: 'ORACLE_LINUX' };

const RULES: Readonly<Record<Rule, (wire: unknown) => unknown>> = {
  text: (wire) => wire,
  id: (wire) => wire,
  list: (wire) => wire,
  long: (wire) => String(wire),
  int: (wire) => Number(wire),
  total: (wire) => Number(wire),
  flag: (wire) => truth(wire),
  'opposite flag': (wire) => !truth(wire),
  word: (wire) => OTHER_SPELLINGS[String(wire)] ?? String(wire).toUpperCase().replace(/[ -]/g, '_'),
  // The documents' times are RFC 3339 in UTC already, and keep their digits.
  time: (wire) => wire,
  'epoch milliseconds': (wire) => new Date(Number(wire)).toISOString(),
  'list in text': (wire) => JSON.parse(String(wire)),
  'retention rule': (wire) => retentionRule(JSON.parse(String(wire))),
};

function truth(wire: unknown): boolean {
  const word = String(wire).toLowerCase();
  if (word !== 'true' && word !== 'false') throw new Error(`${word} is no boolean`);
  return word === 'true';
}

interface WireRule {
  readonly template: string;
  readonly params: { readonly num?: string | number; readonly days?: string | number };
  readonly tag_selectors: readonly { readonly kind: string; readonly pattern: string }[];
}

const RULE_SELECTION = '{ template templateRaw keepCount keepDays tagSelectors { kind kindRaw pattern } }';

function retentionRule({ template, params: { num, days }, tag_selectors }: WireRule): object {
  return {
    template: template.toUpperCase(),
    templateRaw: template,
    keepCount: num === undefined ? null : Number(num),
    keepDays: days === undefined ? null : Number(days),
    tagSelectors: tag_selectors.map(({ kind, pattern }) => ({ kind: kind.toUpperCase(), kindRaw: kind, pattern })),
  };
}

/** Selects every field of a row that a table names. */
export function selectionOf(fields: readonly RowField[]): string {
  const places = fields.flatMap(([, , at]) => Object.entries(at)).filter(([, rule]) => rule !== 'total');
  return places
    .map(([coordinate, rule]) => `${coordinate.split('.')[1]} ${rule === 'retention rule' ? RULE_SELECTION : ''}`)
    .join(' ');
}
