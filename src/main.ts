// The command line: reads the files of `--env-file`, then runs a command, which is loaded when it is chosen. Gives the sandbox cloud, which
// nothing else in src knows, to the commands that serve it.
import type { StartSandbox } from './cli/sandbox.ts';

type Command = (args: string[], startSandbox: StartSandbox) => Promise<void>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => {
    await handleOtherSignals(true);
    return (await import('./cli/serve.ts')).serve;
  },
  sandbox: async () => {
    await handleOtherSignals(false);
    return (await import('./cli/sandbox.ts')).sandbox;
  },
  config: async () => (await import('./cli/config.ts')).config,
  schema: async () => (await import('./cli/schema.ts')).schema,
  key: async () => (await import('./cli/key.ts')).key,
  health: async () => (await import('./cli/health.ts')).health,
};

/** Before anything else is loaded, which takes a while. */
const handleOtherSignals = async (reloads: boolean) =>
  (await import('./server/process/signals.ts')).handleOtherSignals({ reloads });

const startSandbox: StartSandbox = async (options) => (await import('./sandbox/cloud.ts')).startSandbox(options);

// To close a pipe or a terminal is the right of its reader. A result that a full disk has not taken is a failure.
process.stdout.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
  if (['EPIPE', 'EIO'].includes(code)) return;
  process.exitCode = 1;
  console.error(`The output cannot be written (${code}).`);
});
process.stderr.on('error', () => {});

const { explain } = await import('./cli/errors.ts');
try {
  const { readCommandLine } = await import('./cli/command-line.ts');
  const line = await readCommandLine(process.argv.slice(2), Object.keys(COMMANDS));
  if ('text' in line) console.info(line.text);
  else await (await COMMANDS[line.name]?.())?.(line.args, startSandbox);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
