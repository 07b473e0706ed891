// Validates and encodes texts that go into upstream paths and queries.

/** Characters of the longest name that is sent. */
export const MAX_NAME_LENGTH = 512;

/**
 * What could leave a path segment, start a query or an escape, or end a filter value; segments that are only dots; and
 * U+FFFD, in whose place there was something else.
 */
const SMUGGLING = /[|$%?#&\\\ufffd]|::|^:|:$|(?:^|\/)\s*\.[.\s]*(?:\/|$)/;

/** What most ids and names are: nothing else has to be looked at. */
const ORDINARY = /^[\w-]+$/;

/** Whether a text keeps its meaning in a path (slashes as `$`) or in a filter value. Letters of all alphabets do. */
export const isPathSafeName = (text: string) =>
  text.length > 0 &&
  text.length <= MAX_NAME_LENGTH &&
  (ORDINARY.test(text) || (isPlainText(text) && !SMUGGLING.test(text)));

/** The same for one path segment, which holds no slash. */
export const isPathSafe = (text: string) => isPathSafeName(text) && !text.includes('/');

/** The same for an id, which is printable ASCII. */
export const isPathSafeId = (text: string) =>
  (ORDINARY.test(text) && text.length <= MAX_NAME_LENGTH) || (isPathSafe(text) && /^[\x20-\x7e]+$/.test(text));

/** Whether a text can be sent as a query value: well-formed Unicode without control characters. */
export const isPlainText = (text: string) => text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text);

/**
 * Writes a path segment; a slash in a name is sent as a raw `$`, as SWR documents it.
 * Errors: throws RangeError for a text that is not path-safe: callers check arguments first.
 */
export function pathSegment(text: string): string {
  if (ORDINARY.test(text) && text.length <= MAX_NAME_LENGTH) return text;
  if (!isPathSafeName(text)) throw new RangeError('not a path segment');
  return encodeURIComponent(text).replaceAll('%2F', () => '$');
}
