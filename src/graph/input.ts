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

/**
 * The value of a condition that is given beside a filter, in it, or in both; undefined where it is in neither. Errors: throws BAD_USER_INPUT
 * where the two differ.
 */
export function sameCondition(
  name: string,
  given: string | null | undefined,
  inFilter: string | null | undefined,
): string | undefined {
  if (typeof given === 'string' && typeof inFilter === 'string' && given !== inFilter)
    throw badUserInput(`\`filter.${name}\` differs from the \`${name}\` of the list: give one of them.`);
  return given ?? inFilter ?? undefined;
}
