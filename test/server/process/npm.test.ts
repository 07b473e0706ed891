// The server as npm starts it. npm signals its shell, which ends without telling the server.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { addressIn } from '../../support/processes/command.ts';

/** Starts a script of npm in a process group of its own, which ends with the test. */
async function startScript(
  script: string,
  ready: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ npm: ChildProcess; output: () => string; closed: Promise<unknown> }> {
  const { PATH = '', HOME = '' } = process.env;
  const npm = spawn('npm', ['run', script], {
    cwd: new URL('../../..', import.meta.url),
    env: { PATH, HOME, PORT: '0', IMAGE_GRAPH_DRAIN_DELAY_MS: '100', ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    try {
      process.kill(-(npm.pid as number), 'SIGKILL');
    } catch {
      // Nothing is left.
    }
  });
  let output = '';
  npm.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  while (!output.includes(ready)) await once(npm.stdout, 'data');
  // The pipe closes when the last process has ended that may write into it.
  return { npm, output: () => output, closed: once(npm.stdout, 'close') };
}

test.each(['SIGTERM', 'SIGINT', 'SIGKILL', 'SIGHUP'] as const)(
  'after %s to npm nothing is left of the server, and it has drained',
  async (signal) => {
    const { npm, output, closed } = await startScript('start', 'open http');
    const address = addressIn(output());
    expect((await fetch(new URL('/health', address))).status).toBe(200);
    npm.kill(signal);
    await closed;
    expect(output()).toContain('Drained: no request was cut off.');
    await expect(fetch(new URL('/health', address))).rejects.toThrow('fetch failed');
  },
);

test.each([
  ['sandbox', 'SIGTERM', 'The sandbox cloud is ready'],
  ['sandbox', 'SIGKILL', 'The sandbox cloud is ready'],
  ['sandbox', 'SIGHUP', 'The sandbox cloud is ready'],
  ['dev', 'SIGTERM', 'open http'],
] as const)('`npm run %s` leaves nothing after %s', async (script, signal, ready) => {
  const { npm, closed } = await startScript(script, ready);
  npm.kill(signal);
  await closed;
});

test('`npm start` halves the young generation, which V8 counts three times in the limit of the heap', async () => {
  const { npm, output, closed } = await startScript('start', 'bounds', { NODE_OPTIONS: '--max-old-space-size=512' });
  expect(output()).toContain(`The heap may take ${512 + 3 * 32} MB`);
  npm.kill();
  await closed;
});
