// The command line: chooses a command and gives it the sandbox cloud, which nothing else in src knows.
import type { StartSandbox } from './cli/sandbox.ts';

type Command = (args: string[], startSandbox: StartSandbox) => Promise<void>;

/** The commands, each loaded when it is chosen. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => {
    await ignoreOtherSignals();
    return (await import('./cli/serve.ts')).serve;
  },
  sandbox: async () => {
    await ignoreOtherSignals();
    return (await import('./cli/sandbox.ts')).sandbox;
  },
  schema: async () => (await import('./cli/schema.ts')).schema,
  docs: async () => (await import('./cli/docs.ts')).docs,
  key: async () => (await import('./cli/key.ts')).key,
};

/** Before anything else is loaded, which takes a while. */
const ignoreOtherSignals = async () => (await import('./server/process/signals.ts')).ignoreOtherSignals();

const startSandbox: StartSandbox = async (options) => (await import('./sandbox/cloud.ts')).startSandbox(options);

// A log reader that has closed its pipe is not a reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const { explain, UsageError } = await import('./cli/errors.ts');
const [, , name = 'serve', ...args] = process.argv;
try {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) throw new UsageError(`Unknown command ${name}: choose one of ${Object.keys(COMMANDS).join(', ')}.`);
  const command = await load();
  await command(args, startSandbox);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
