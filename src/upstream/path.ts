// Validates and encodes texts that go into upstream paths and queries.

/** Printable ASCII, without what could leave a path segment, start a query or an escape, or end a filter value. */
const SAFE = /^[\x20-\x7e]{1,512}$/;
const SMUGGLING = /[|$%?#&\\]|::|^:|:$|\.\.|^\.$/;

/** Whether a text keeps its meaning in a path (slashes as `$`) or in a filter value. */
export const isPathSafeName = (text: string) => SAFE.test(text) && !SMUGGLING.test(text);

/** The same for one path segment, which holds no slash. */
export const isPathSafe = (text: string) => isPathSafeName(text) && !text.includes('/');

/** Whether a text can be sent as a query value: well-formed Unicode without control characters. */
export const isPlainText = (text: string) => text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text);

/**
 * Writes a path segment; a slash in a name is sent as a raw `$`, as SWR documents it.
 * Errors: throws RangeError for a text that is not path-safe: callers check arguments first.
 */
export function pathSegment(text: string): string {
  if (!isPathSafeName(text)) throw new RangeError('not a path segment');
  return encodeURIComponent(text).replaceAll('%2F', () => '$');
}
