// Decodes JSON without losing digits: a number with 16 or more digits becomes a LongNumber, which has its own text.
// Makes JSON text well-formed Unicode: half a surrogate pair becomes U+FFFD.
import { randomBytes } from 'node:crypto';
import { noteWork } from '../turn.ts';

const SPACE = 32;
const QUOTE = 34;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;
const POINT = 46;
const LETTER_A = 97;
const LETTER_F = 102;
const LETTER_U = 117;
/** The bit in which the letters of ASCII differ from those in upper case. */
const LOWER_CASE = 32;
/** A number as JSON writes it. */
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A number with so many digits may not fit a double; one with fewer always does. */
const LONG_RUN = 16;
const HALF_RUN = LONG_RUN / 2;
const LONG_NUMBER = /(?:\d\.?){16}/;

/** JSON.rawJSON, which the types of the language do not have yet: JSON.stringify writes its result as the text that it was made of. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** A number that may not fit a double, as the text that was sent. */
export class LongNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): unknown {
    return rawJSON(this.text);
  }
}

/** Characters of a text that takes long to read or to write. */
export const LONG_TEXT = 16 * 1024;

/** A JSON object as the upstream sent it. */
export type WireObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is WireObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LongNumber);

/**
 * Decodes JSON text. Long numbers come back as LongNumber, everything else as JSON.parse has it; every string is well-formed.
 * Errors: throws SyntaxError as JSON.parse does.
 */
export function decodeJson(text: string): unknown {
  if (text.length > LONG_TEXT) noteWork();
  const wellFormed = wellFormedJson(text);
  const tagged = mayHaveLongNumber(wellFormed) ? tagLongNumbers(wellFormed) : wellFormed;
  const decoded: unknown = JSON.parse(tagged);
  return tagged === wellFormed ? decoded : untag(decoded);
}

/**
 * Decodes the text of a JSON object into its entries, in the order sent: JSON.parse moves names that are integers ahead.
 * Shape: names once each. Errors: throws SyntaxError for anything else.
 */
export function decodeEntries(text: string): [name: string, value: unknown][] {
  const decoded = decodeJson(text);
  if (!isObject(decoded)) throw new SyntaxError('not a JSON object');
  const entries = Object.entries(decoded);
  // Where there are such names, the first one is.
  if (!/^\d+$/.test(entries[0]?.[0] ?? '')) return entries;
  const marked = text.replace(
    STRING,
    (_, content, colon) => `"${colon === undefined ? '' : '_'}${content}"${colon ?? ''}`,
  );
  return Object.entries(decodeJson(marked) as WireObject).map(([name, value]) => [name.slice(1), value]);
}

/** A string of JSON text, and the colon behind it where it is a name. */
const STRING = /"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?/gs;

/**
 * The JSON text with U+FFFD in the place of half surrogate pairs, of which strict parsers reject the whole text. They stand in
 * it as escapes, also where JSON.stringify writes them. The escape of U+FFFD is as long as theirs.
 */
export function wellFormedJson(json: string): string {
  if (!json.includes('\\u') || !(json.includes('\\ud') || json.includes('\\uD'))) return json;
  let copy: Buffer | undefined;
  for (let at = 0; at < json.length; at++) {
    if (json.charCodeAt(at) !== BACKSLASH) continue;
    const half = halfAt(json, at);
    if (half === undefined) {
      at++;
    } else if (half === 'first' && halfAt(json, at + ESCAPE_LENGTH) === 'second') {
      at += 2 * ESCAPE_LENGTH - 1;
    } else {
      copy ??= Buffer.from(json, 'utf16le');
      for (let digit = 0; digit < 4; digit++) copy[2 * (at + 2 + digit)] = REPLACEMENT.charCodeAt(digit);
      at += ESCAPE_LENGTH - 1;
    }
  }
  return copy ? copy.toString('utf16le') : json;
}

/** Characters of an escape such as `\ud83d`. */
const ESCAPE_LENGTH = 6;
/** The digits in the escape of U+FFFD. */
const REPLACEMENT = 'fffd';

/** Which half of a surrogate pair is escaped here; undefined where none is. */
function halfAt(json: string, at: number): 'first' | 'second' | undefined {
  if (json.charCodeAt(at) !== BACKSLASH || json.charCodeAt(at + 1) !== LETTER_U) return undefined;
  if (digitAt(json, at + 2) !== 0xd || digitAt(json, at + 4) === undefined || digitAt(json, at + 5) === undefined)
    return undefined;
  const third = digitAt(json, at + 3) ?? 0;
  return third < 8 ? undefined : third < 0xc ? 'first' : 'second';
}

/** The value of a hexadecimal digit; undefined for anything else. */
function digitAt(text: string, at: number): number | undefined {
  const code = text.charCodeAt(at);
  if (isDigit(code)) return code - ZERO;
  const letter = code | LOWER_CASE;
  return letter >= LETTER_A && letter <= LETTER_F ? letter - LETTER_A + 10 : undefined;
}

/**
 * The JSON text of a decoded value, its numbers as they were sent or with the same value.
 * Errors: throws RangeError where it is longer than `maxLength`, nested too deeply, or has a number beyond those of a double.
 */
export function encodeJson(value: unknown, maxLength: number): string {
  /** Characters that the text has at least: each value has one, and a comma or brackets. */
  let length = -1;
  const text = JSON.stringify(value, (_name, part: unknown) => {
    length += typeof part === 'string' ? part.length + 3 : 2;
    if (length > maxLength || (typeof part === 'number' && !Number.isFinite(part)))
      throw new RangeError('not writable');
    return part;
  });
  if (text.length > LONG_TEXT) noteWork();
  if (text.length > maxLength) throw new RangeError('too long');
  return text;
}

const isDigit = (code: number) => code >= ZERO && code <= NINE;
const isDigitOrPoint = (code: number) => isDigit(code) || code === POINT;

/** Characters of a text that are looked at together. */
const PART = 4 * 1024 * LONG_RUN;
/** Their codes, and some that follow: a byte is read in a fraction of the time that a character takes. Digits stay what they are in Latin-1. */
const codes = new Uint8Array(PART + LONG_RUN);
const latin1 = Buffer.from(codes.buffer);

/**
 * Whether there are 16 digits and points in a row where a number may be; those inside strings seldom are. Such a run covers one of every
 * 16 positions: only those are looked at, and the ends of the half of a run that is before or behind one.
 */
function mayHaveLongNumber(text: string): boolean {
  /** The end of the last run. */
  let end = 0;
  for (let from = 0; from < text.length; from += PART) {
    const length = Math.min(latin1.write(from === 0 ? text : text.slice(from), 'latin1'), PART);
    for (let at = LONG_RUN - 1; at < length; at += LONG_RUN) {
      if (!isDigitOrPoint(codes[at] as number) || from + at < end) continue;
      if (!isDigitOrPoint(codes[at - HALF_RUN] as number) && !isDigitOrPoint(codes[at + HALF_RUN - 1] as number))
        continue;
      let start = from + at;
      end = start + 1;
      while (isDigitOrPoint(text.charCodeAt(start - 1))) start--;
      while (isDigitOrPoint(text.charCodeAt(end))) end++;
      if (end - start >= LONG_RUN && mayBeNumber(text, start)) return true;
    }
  }
  return false;
}

/** What stands before a number, or before its digits in a fraction or an exponent. */
const BEFORE_DIGITS = ':,[-+eE \t\n\r';
/** Blanks that are skipped to see it: behind more of them anything may be a number. */
const MAX_BLANKS = 8;

/** Whether the digits from here on may be a number, and not part of a string. */
function mayBeNumber(text: string, start: number): boolean {
  let before = start - 1;
  for (let blanks = 0; blanks < MAX_BLANKS && text.charCodeAt(before) <= SPACE; blanks++) before--;
  return before < 0 || BEFORE_DIGITS.includes(text.charAt(before));
}

/** The name of the one field of the objects that stand for long numbers until `untag`. Nobody else knows it. */
const TAG = randomBytes(9).toString('base64url');

/** Copies the text with its long numbers as tagged objects, which are valid where numbers are; the contents of strings stay as they are. */
function tagLongNumbers(text: string): string {
  let copy = '';
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (isDigit(code) || code === MINUS) {
      NUMBER.lastIndex = at;
      const token = NUMBER.exec(text)?.[0] ?? '-';
      if (token.length >= LONG_RUN && LONG_NUMBER.test(token)) {
        copy += `${text.slice(copied, at)}{"${TAG}":"${token}"}`;
        copied = at + token.length;
      }
      at += token.length;
    } else {
      at++;
    }
  }
  return copy + text.slice(copied);
}

/** Puts long numbers in the place of the tagged objects. It does not call itself, as values may be nested deeply. */
function untag(root: unknown): unknown {
  const whole = [root];
  const open: (unknown[] | Record<string, unknown>)[] = [whole];
  const untagged = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const digits = (value as WireObject)[TAG];
    if (typeof digits === 'string') return new LongNumber(digits);
    open.push(value as WireObject);
    return value;
  };
  for (let holder = open.pop(); holder; holder = open.pop()) {
    if (Array.isArray(holder)) {
      for (let index = 0; index < holder.length; index++) holder[index] = untagged(holder[index]);
    } else {
      for (const name of Object.keys(holder)) {
        const value = holder[name];
        if (typeof value === 'object' && value !== null) holder[name] = untagged(value);
      }
    }
  }
  return whole[0];
}

/** The position behind the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1) {
    let before = quote - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((quote - before) % 2 === 1) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}
