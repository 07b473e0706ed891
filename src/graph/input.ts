// Checks arguments for all slices, before any upstream call.
import { isPlainText } from '../upstream/path.ts';
import { badUserInput } from './errors.ts';

/** Rejects control characters and broken Unicode in the free texts of an argument. Errors: throws BAD_USER_INPUT. */
export function checkTexts(argument: string, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    const texts = Array.isArray(value) ? value : [value];
    const broken = texts.some((text) => typeof text === 'string' && !isPlainText(text));
    if (broken) throw badUserInput(`\`${argument}.${name}\` must not contain control characters or broken Unicode.`);
  }
}
