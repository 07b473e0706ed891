// Decodes JSON without losing digits: a number with 16 or more digits becomes a tagged string of its own text.
// Makes JSON text well-formed Unicode: half a surrogate pair becomes U+FFFD.

/** The first character of a tagged number. Strings of the clouds do not begin with NUL. */
const TAG = '\0';
const QUOTE = 34;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;
const POINT = 46;
/** A number as JSON writes it. */
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A number with so many digits may not fit a double; one with fewer always does. */
const LONG_RUN = 16;
const LONG_NUMBER = /(?:\d\.?){16}/;

/** A JSON object as the upstream sent it. */
export type WireObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is WireObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Decodes JSON text. Long numbers come back tagged (see `longText`), everything else as JSON.parse has it; every string is
 * well-formed.
 * Errors: throws SyntaxError as JSON.parse does.
 */
export function decodeJson(text: string): unknown {
  const wellFormed = wellFormedJson(text);
  return JSON.parse(hasLongRun(wellFormed) ? tagLongNumbers(wellFormed) : wellFormed);
}

/**
 * Decodes the text of a JSON object into its entries, in the order sent: JSON.parse moves names that are integers ahead.
 * Shape: names once each. Errors: throws SyntaxError for anything else.
 */
export function decodeEntries(text: string): [name: string, value: unknown][] {
  const marked = text.replace(
    STRING,
    (_, content, colon) => `"${colon === undefined ? '' : '_'}${content}"${colon ?? ''}`,
  );
  const decoded = decodeJson(marked);
  if (!isObject(decoded)) throw new SyntaxError('not a JSON object');
  return Object.entries(decoded).map(([name, value]) => [name.slice(1), value]);
}

/** A string of JSON text, and the colon behind it where it is a name. */
const STRING = /"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?/gs;

/** An escaped backslash, the escapes of a surrogate pair, or the escape of half a pair. */
const ESCAPES = /\\\\|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(\\u[dD][89a-fA-F][\da-fA-F]{2})/g;

/**
 * The JSON text with U+FFFD in the place of half surrogate pairs, of which strict parsers reject the whole text. They stand in
 * it as escapes, also where JSON.stringify writes them.
 */
export function wellFormedJson(json: string): string {
  if (!json.includes('\\ud') && !json.includes('\\uD')) return json;
  return json.replace(ESCAPES, (whole, half?: string) => (half === undefined ? whole : '\\ufffd'));
}

/** The text of a tagged number; undefined for everything else. */
export function longText(value: unknown): string | undefined {
  return typeof value === 'string' && value.startsWith(TAG) ? value.slice(1) : undefined;
}

/** The JSON text of a decoded value, tagged numbers as the numbers that they were. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value).replace(/"\\u0000(-?\d[\d.eE+-]*)"/g, '$1');
}

const isDigit = (code: number) => code >= ZERO && code <= NINE;
const isDigitOrPoint = (code: number) => isDigit(code) || code === POINT;

/** A run of 16 digits and points covers one of every 16 positions: only those are looked at. */
function hasLongRun(text: string): boolean {
  for (let at = LONG_RUN - 1; at < text.length; at += LONG_RUN) {
    if (!isDigitOrPoint(text.charCodeAt(at))) continue;
    let start = at;
    let end = at + 1;
    while (isDigitOrPoint(text.charCodeAt(start - 1))) start--;
    while (isDigitOrPoint(text.charCodeAt(end))) end++;
    if (end - start >= LONG_RUN) return true;
  }
  return false;
}

/** Copies the text with its long numbers as tagged strings; the contents of strings stay as they are. */
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
        copy += `${text.slice(copied, at)}"\\u0000${token}"`;
        copied = at + token.length;
      }
      at += token.length;
    } else {
      at++;
    }
  }
  return copy + text.slice(copied);
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
