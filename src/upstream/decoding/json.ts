// Decodes JSON without losing digits: a number with 16 or more digits in a row becomes a tagged string of its own text.

/** The first character of a tagged number. Strings of the clouds do not begin with NUL. */
const TAG = '\0';
const QUOTE = 34;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;
/** A number as JSON writes it. */
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A run this long may not fit a double; shorter ones always do. */
const LONG_RUN = 16;

/** A JSON object as the upstream sent it. */
export type WireObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is WireObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Decodes JSON text. Long numbers come back tagged (see `longText`), everything else as JSON.parse has it.
 * Errors: throws SyntaxError as JSON.parse does.
 */
export function decodeJson(text: string): unknown {
  return JSON.parse(hasLongRun(text) ? tagLongNumbers(text) : text);
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

/** A run of 16 digits covers one of every 16 positions: only those are looked at. */
function hasLongRun(text: string): boolean {
  for (let at = LONG_RUN - 1; at < text.length; at += LONG_RUN) {
    if (!isDigit(text.charCodeAt(at))) continue;
    let start = at;
    let end = at + 1;
    while (isDigit(text.charCodeAt(start - 1))) start--;
    while (isDigit(text.charCodeAt(end))) end++;
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
      if (token.length >= LONG_RUN && /\d{16}/.test(token)) {
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
