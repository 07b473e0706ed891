// Checks arguments for all slices, before any upstream call.
import { isPlainText } from '../upstream/path.ts';
import { badUserInput } from './errors.ts';

/**
 * Rejects control characters and broken Unicode in free texts: arguments, or the fields of one. Errors: throws BAD_USER_INPUT.
 */
export function checkTexts(values: Readonly<Record<string, unknown>>, argument?: string): void {
  for (const [name, value] of Object.entries(values)) {
    const texts = Array.isArray(value) ? value : [value];
    const broken = texts.some((text) => typeof text === 'string' && !isPlainText(text));
    const path = argument === undefined ? name : `${argument}.${name}`;
    if (broken) throw badUserInput(`\`${path}\` must not contain control characters or broken Unicode.`);
  }
}
