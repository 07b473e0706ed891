// The command line as an operator runs it: a process with settings and nothing else of the environment.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both. */
  readonly output: string;
}

export interface Command {
  readonly child: ChildProcess;
  /** Resolves with the output so far once it holds the text, or with all of it at the end. */
  says(text: string): Promise<string>;
  ends(): Promise<Ended>;
}

/** Starts `image-graph` with arguments; it is ended with the test, if it has not ended before. */
export const run = (settings: Record<string, string>, ...args: string[]): Command =>
  runFile(process.execPath, settings, 'src/start.js', ...args);

/** The same for another program, which finds the Node that runs the tests. */
export function runFile(file: string, settings: Record<string, string>, ...args: string[]): Command {
  const child = spawn(file, args, {
    cwd: new URL('../../..', import.meta.url),
    env: file === process.execPath ? settings : { PATH: dirname(process.execPath), ...settings },
  });
  const ended = once(child, 'close');
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => (output[name] += chunk));
  return {
    child,
    async says(text) {
      const all = () => output.stdout + output.stderr;
      while (!all().includes(text) && child.exitCode === null && child.signalCode === null)
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), ended]);
      return all();
    },
    async ends() {
      await ended;
      return { code: child.exitCode, ...output, output: output.stdout + output.stderr };
    },
  };
}

/** The address of GraphQL in what the server prints when it is ready. */
export const addressIn = (output: string) => /open (http:\S+)/.exec(output)?.[1] ?? '';

/** A line of the log. */
export interface LogLine extends Readonly<Record<string, unknown>> {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
}

/** The lines of the log in what a server has printed. */
export const logLines = (output: string): LogLine[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

/** Their messages, but those of requests. */
export const messagesIn = (output: string): string[] =>
  logLines(output)
    .map(({ msg }) => msg)
    .filter((message) => !/^(Slow r|R)equest$/.test(message));
