// Where settings are read from: the environment, and the files of `--env-file`, over which it has precedence.
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.ts';
import { readSmallFile } from './watched-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a value comes from. */
export type Source = 'environment' | { readonly file: string; readonly line: number };

/** Bytes of the largest file. */
const MAX_BYTES = 1_000_000;

let paths: readonly string[] = [];
let current: Environment = process.env;

/** The variables that the settings of this process are read from. */
export const environment = (): Environment => current;

/**
 * Reads files of `NAME=value` lines, a later one over an earlier one. The variables of the process stay as they are; its workers get
 * both from it. Errors: throws ConfigError for a file that cannot be read, or has another line.
 */
export function useEnvFiles(files: readonly string[]): void {
  paths = files;
  current = rereadEnvironment();
}

/** The variables, with the files as they are now. Errors: throws ConfigError as `useEnvFiles` does. */
export function rereadEnvironment(): Environment {
  const texts = paths.map(readEnvFile);
  const faults = texts.flatMap(({ faults }) => faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return { ...Object.assign({}, ...texts.map(({ text }) => parseEnv(text))), ...process.env };
}

/** Takes these variables of what `rereadEnvironment` has returned from now on. All others stay: what starts later is like what runs. */
export function takeVariables(next: Environment, names: readonly string[]): void {
  if (names.length > 0) current = { ...current, ...Object.fromEntries(names.map((name) => [name, next[name]])) };
}

/** Where the value of a variable comes from; undefined for one that is not given. */
export function sourceOf(name: string): Source | undefined {
  if (process.env[name] !== undefined) return 'environment';
  for (const file of paths.toReversed()) {
    const line = readEnvFile(file).lineOf.get(name);
    if (line !== undefined) return { file, line };
  }
  return undefined;
}

interface EnvFile {
  readonly text: string;
  /** The line in which the value of each name begins. */
  readonly lineOf: ReadonlyMap<string, number>;
  readonly faults: readonly string[];
}

/** A line, with the further lines of a quoted value: its name, and what follows the value. */
const ASSIGNMENT = /[^\S\n]*(?:export +)?([\w.-]+)[^\S\n]*=[^\S\n]*(?:(["'`])[\s\S]*?\2|[^\n]*)([^\n]*)(?:\n|$)/y;
const LINE = /[^\n]*(?:\n|$)/y;
const BLANK = /^\s*(#.*)?$/;

function readEnvFile(file: string): EnvFile {
  let text: string;
  try {
    text = readSmallFile(file, MAX_BYTES);
  } catch {
    return { text: '', lineOf: new Map(), faults: [`the file ${file} of --env-file cannot be read`] };
  }
  const lineOf = new Map<string, number>();
  const faults: string[] = [];
  for (let at = 0, line = 1; at < text.length; ) {
    const [whole = '', name, , rest = ''] = matchAt(ASSIGNMENT, text, at) ?? [];
    const part = whole || (matchAt(LINE, text, at)?.[0] ?? '');
    if (name !== undefined) lineOf.set(name, line);
    at += part.length;
    line += part.split('\n').length - 1;
    // What follows the closing quote has no effect: a quote may be missing further up.
    const last = part.endsWith('\n') ? line - 1 : line;
    if (!BLANK.test(name === undefined ? part.trimEnd() : rest))
      faults.push(`line ${last} of ${file} must be NAME=value`);
  }
  return { text, lineOf, faults };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
