// Reads the arguments that every command has, and finds the command that gets the others.
import { parseArgs } from 'node:util';
import { useEnvFiles } from '../config/environment.ts';
import { UsageError, unknownCommand } from './errors.ts';

/** A command with its arguments, or a text to print in its place. */
export type CommandLine = { readonly name: string; readonly args: string[] } | { readonly text: string };

/** The options of every command. */
const OPTIONS = {
  'env-file': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** The options of every command among the arguments, and all other arguments. */
function split(given: string[]) {
  const { values, tokens } = parseArgs({ args: given, options: OPTIONS, strict: false, tokens: true });
  const own = tokens.filter((token) => token.kind === 'option').filter(({ name }) => Object.hasOwn(OPTIONS, name));
  const taken = own.flatMap(({ index, value, inlineValue }) => [index, ...(value && !inlineValue ? [index + 1] : [])]);
  return { values, rest: given.filter((_, index) => !taken.includes(index)) };
}

/**
 * Finds the command: `serve` unless the first argument names another. Reads the files of `--env-file`.
 * Errors: throws UsageError for an unknown command, ConfigError for a file that cannot be read.
 */
export async function readCommandLine(given: string[], commands: readonly string[]): Promise<CommandLine> {
  const { values, rest } = split(given);
  if (values.version) return { text: (await import('../config/user-agent.ts')).VERSION };
  const [first = 'serve', ...others] = rest;
  if (values.help || first === 'help')
    return { text: (await import('./help.ts')).helpOf(first === 'help' ? others : rest) };
  const files = values['env-file'] ?? [];
  if (files.some((file) => typeof file !== 'string' || file === '')) throw new UsageError('--env-file needs a file.');
  if (first.startsWith('-')) {
    useEnvFiles(files.map(String));
    return { name: 'serve', args: rest };
  }
  if (!commands.includes(first)) throw unknownCommand(first, commands);
  useEnvFiles(files.map(String));
  return { name: first, args: others };
}
