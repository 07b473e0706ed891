// What operators and clients write by name, beside the schema: settings, metrics with their labels, and error codes. release/released/
// names.json has those of the last release; one that is removed breaks somebody, and needs a reason in release/breaking-changes.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { namesOf } from '../src/config/setting.ts';
import { SETTINGS } from '../src/config/settings.ts';

const ROOT = join(import.meta.dirname, '..');
const NAMES = join(import.meta.dirname, 'released/names.json');
const LISTED = join(import.meta.dirname, 'breaking-changes.json');

/** Names by what they are names of. */
type Names = Readonly<Record<string, readonly string[]>>;

export interface NameChange {
  readonly message: string;
  readonly level: 'Breaking' | 'Dangerous' | 'Safe';
  /** Why it was removed, if that is listed. */
  readonly reason?: string | undefined;
}

/** The rows of the tables of a page whose first cell is a name, as cells. Tests compare these pages with the code. */
function rowsOf(page: string, name: RegExp): string[][] {
  const lines = readFileSync(join(ROOT, 'docs', page), 'utf8').split('\n');
  const rows = lines.map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
  return rows.filter(([, first = '']) => name.test(first));
}

/** The names of the code. A metric with other labels has another name: sums over it change. */
export function currentNames(): Names {
  const metrics = rowsOf('metrics.md', /^image_graph_\w+$/);
  const codes = rowsOf('errors.md', /^[A-Z_]{5,}$/);
  return {
    setting: namesOf(SETTINGS).toSorted(),
    metric: metrics
      .map(([, name, type, labels]) => `${name} (${[type, labels].filter(Boolean).join('; ')})`)
      .toSorted(),
    'error code': [...new Set(codes.map(([, code = '']) => code))].toSorted(),
  };
}

export const releasedNames = (): Names => JSON.parse(readFileSync(NAMES, 'utf8'));

export const printNames = (names: Names): string => `${JSON.stringify(names, null, 2)}\n`;

/** The breaking changes of names that are listed with a reason. */
export function listedReasons(): ReadonlyMap<string, string> {
  const entries = z.array(z.strictObject({ change: z.string().min(1), reason: z.string().trim().min(1) }));
  return new Map(entries.parse(JSON.parse(readFileSync(LISTED, 'utf8'))).map(({ change, reason }) => [change, reason]));
}

/** What has changed between two sets of names, the worst first. A new error code reaches clients that list all of them. */
export function compareNames(before: Names, after: Names, reasons: ReadonlyMap<string, string>): NameChange[] {
  const missing = (these: Names, those: Names) =>
    Object.entries(these).flatMap(([kind, names]) =>
      names.filter((name) => !those[kind]?.includes(name)).map((name) => ({ kind, text: `${kind} \`${name}\`` })),
    );
  const removed = missing(before, after).map(({ text }) => `${text} was removed`);
  const added = missing(after, before).map(
    ({ kind, text }): NameChange => ({
      message: `${text} was added`,
      level: kind === 'error code' ? 'Dangerous' : 'Safe',
    }),
  );
  return [
    ...removed.map((message): NameChange => ({ message, level: 'Breaking', reason: reasons.get(message) })),
    ...added.toSorted((one, other) => one.level.localeCompare(other.level)),
  ];
}
