// Errors of the command line, and the text that each error prints.
import { ConfigError } from '../config/config-error.ts';
import { suggest } from '../config/suggest.ts';

/** Wrong arguments, or a command that does not succeed. Its message is printed as it is. */
export class UsageError extends Error {}

export const unknownCommand = (name: string, commands: readonly string[]) =>
  new UsageError(`Unknown command ${name}: ${suggest(name, commands) ?? `choose one of ${commands.join(', ')}.`}`);

/** The text for an error: one line for what the user can mend, the stack for everything else. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError)
    return `The settings are wrong:\n${error.faults.map((fault) => `  ${fault}`).join('\n')}`;
  if (error instanceof UsageError) return error.message;
  const { code = '', message, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is taken: choose another one.`;
  if (code === 'EACCES') return `Port ${port} needs privileges that this user lacks: choose one above 1023.`;
  if (['ENOTFOUND', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'EINVAL'].includes(code))
    return `HOST is not an address of this machine: ${address ?? message}.`;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return `${message.split('. ')[0]}: --help lists the options. Settings are environment variables, such as PORT=4000.`;
  if (code.startsWith('ERR_PARSE_ARGS')) return message;
  return String((error as Error).stack ?? error);
}
