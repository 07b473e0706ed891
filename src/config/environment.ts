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
 * Reads files of `NAME=value` lines, a later one over an earlier one. The variables of the process stay as they are: its workers read the
 * files themselves. Errors: throws ConfigError for a file that cannot be read, or has another line.
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
    const lines = readEnvFile(file).lines.toReversed();
    const index = lines.findIndex((line) => ASSIGNMENT.exec(line)?.[1] === name);
    if (index >= 0) return { file, line: lines.length - index };
  }
  return undefined;
}

/** The files of `--env-file`. */
export const envFiles = (): readonly string[] => paths;

const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)\s*=/;
const BLANK = /^\s*(#.*)?$/;
/** A quoted value, which may have several lines. */
const QUOTED = /(?<==\s*)(["'`]).*?\1/gs;

function readEnvFile(file: string): { text: string; lines: readonly string[]; faults: readonly string[] } {
  let text: string;
  try {
    text = readSmallFile(file, MAX_BYTES);
  } catch {
    return { text: '', lines: [], faults: [`the file ${file} of --env-file cannot be read`] };
  }
  const lines = text.replace(QUOTED, (value) => value.replace(/[^\n]/g, '')).split('\n');
  const faults = lines.flatMap((line, index) =>
    BLANK.test(line) || ASSIGNMENT.test(line) ? [] : [`line ${index + 1} of ${file} must be NAME=value`],
  );
  return { text, lines, faults };
}
