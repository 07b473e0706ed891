// Texts that attack: named examples, and arbitrary ones.
import fc from 'fast-check';

/** Attacks with a text for each. Every argument that goes into a path or a filter of SWR rejects them. */
export const ATTACKS: readonly (readonly [attack: string, text: string])[] = [
  ['the separator of a filter', 'a|center::thirdparty'],
  ['the assignment of a filter', 'name::a'],
  ['half an assignment at the start', ':a'],
  ['half an assignment at the end', 'a:'],
  ['the folder above', '..'],
  ['the folder above, further in', 'a/../../v3/auth/tokens'],
  ['a slash as SWR writes it', 'a$b'],
  ['an escaped slash', 'a%2fb'],
  ['an escaped slash, escaped', 'a%252fb'],
  ['an escaped folder above', '%2e%2e'],
  ['a query', 'a?limit=1000'],
  ['a further parameter', 'a&limit=1000'],
  ['a fragment', 'a#b'],
  ['a backslash', '..\\a'],
];

/** Characters that look like others, or that are not seen. An id has none of them; in a name they are escaped. */
export const LOOK_ALIKES: typeof ATTACKS = [
  ['a fullwidth slash', 'a／b'],
  ['a division slash', 'a∕b'],
  ['one dot leaders', '․․'],
  ['a two dot leader', '‥'],
  ['a fullwidth bar', 'a｜b'],
  ['a fullwidth percent sign', '％2f'],
  ['a letter of another alphabet', 'аpp'],
  ['a mark that turns the direction', 'a\u202eb'],
  ['a blank of no width', 'a\u200bb'],
];

/** The same with what no text may hold: every argument rejects it. */
export const BROKEN: typeof ATTACKS = [
  ['a tab', 'a\tb'],
  ['a line break', 'a\nb'],
  ['CR LF and a header', 'a\r\nX-Auth-Token: b'],
  ['NUL', 'a\0b'],
  ['DEL', 'a\x7fb'],
  ['a control character beyond ASCII', 'a\x85b'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ['half a surrogate pair', 'a\ud800b'],
  ['a surrogate pair the wrong way round', '\udc00\ud800'],
];

/** Pieces that turn a good text into an almost good one. */
const PIECES = [...ATTACKS, ...LOOK_ALIKES, ...BROKEN].map(([, text]) => text);

const codeUnit = fc.nat(0xffff).map((code) => String.fromCharCode(code));

/** A text of one of five sorts: code units, characters, ASCII, a known attack, or a good text with something put into it. */
export const hostileText = (good: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: codeUnit }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme-ascii' }),
    fc.constantFrom(...PIECES, ...good),
    fc
      .tuple(
        fc.constantFrom(...good),
        fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: codeUnit, maxLength: 2 })),
        fc.nat(64),
      )
      .map(([text, piece, at]) => text.slice(0, at) + piece + text.slice(at)),
  );
