// `image-graph config`: checks the settings, or prints all of them.
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { decisionsOf, givenSettings, printEnvironment } from '../config/report.ts';
import { VERSION } from '../config/user-agent.ts';
import { UsageError } from './errors.ts';
import { bold } from './style.ts';

export async function config(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const action = positionals.join(' ');
  if (action === 'check') check();
  else if (action === 'print') process.stdout.write(printEnvironment(loadConfig()));
  else throw new UsageError('Usage: image-graph config check | config print');
}

/** Prints the faults or what follows from the settings, and which are given. Sets the exit code 1 where there are faults. */
function check(): void {
  const given = givenSettings().map(({ name, text, source }) => [name, text, source] as const);
  const table = given.length === 0 ? ['  none: all have their defaults'] : columns(given);
  const lines = [
    `image-graph ${VERSION}, Node.js ${process.versions.node}`,
    '',
    ...verdict(),
    '',
    bold('Given'),
    ...table,
  ];
  console.info(lines.join('\n'));
}

function verdict(): string[] {
  try {
    const loaded = loadConfig();
    const remarks = [...loaded.warnings.map((line) => `WARNING: ${line}`), ...loaded.notices];
    return [
      bold('The settings are valid'),
      ...columns(decisionsOf(loaded)),
      ...(remarks.length > 0 ? ['', bold('Remarks'), ...remarks.map((line) => `  ${line}`)] : []),
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.exitCode = 1;
    return [bold('The settings are wrong'), ...error.faults.map((fault) => `  ${fault}`)];
  }
}

/** Rows of cells, each as wide as the widest of its column. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd());
}
