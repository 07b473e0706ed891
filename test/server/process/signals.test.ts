// Signals that do not end the server, and the closed terminal that does.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { run } from '../../support/processes/command.ts';
import { keptConnections, QUERY, RESPONSE, send, startServer } from './server-process.ts';

const IGNORED = ['SIGUSR1', 'SIGUSR2'] as const;

const isAlive = (id: number) => {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
};

test.each(IGNORED)('%s is ignored, with one log line, by a server that goes on to serve', async (signal) => {
  const { server, url } = await startServer({}, false);
  for (let turn = 0; turn < 3; turn++) server.child.kill(signal);
  const line = `${signal} is ignored`;
  await server.says(line);
  expect((await send(url, keptConnections(), QUERY)).body).toEqual(RESPONSE);
  server.child.kill('SIGTERM');
  const { code, output } = await server.ends();
  expect(code).toBe(0);
  expect(output.split(line)).toHaveLength(2);
  expect(output).not.toContain('Debugger');
});

test('a server that drains ignores them too', async () => {
  const { server, url, upstream, release } = await startServer();
  const inFlight = send(url, keptConnections(), QUERY);
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), 4000);
  server.child.kill('SIGTERM');
  await server.says('Draining');
  for (const signal of IGNORED) {
    server.child.kill(signal);
    await server.says(`${signal} is ignored`);
  }
  release();
  expect((await inFlight).body).toEqual(RESPONSE);
  expect((await server.ends()).code).toBe(0);
});

test.skipIf(process.platform !== 'linux')(
  'a SIGHUP that comes before it listens reloads the settings then',
  async () => {
    const server = run({ PORT: '0', IMAGE_GRAPH_SANDBOX: 'true' });
    // As soon as its handler is there: the kernel shows which signals a process catches.
    const catches = () => {
      const mask = /^SigCgt:\s*([\da-f]+)$/m.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))?.[1] ?? '0';
      return (BigInt(`0x${mask}`) & 1n) === 1n;
    };
    await vi.waitFor(() => expect(catches()).toBe(true), { interval: 1, timeout: 5_000 });
    server.child.kill('SIGHUP');
    for (const line of ['open http', 'Settings reloaded: nothing has changed.'])
      expect(await server.says(line)).toContain(line);
  },
);

test('workers and their primary process ignore them', { timeout: 30_000 }, async () => {
  const { server, url } = await startServer({ IMAGE_GRAPH_WORKERS: '2' }, false);
  const ids = async () =>
    [...(await server.says('Worker')).matchAll(/Worker (\d+) is ready/g)].map(([, id]) => Number(id));
  await vi.waitFor(async () => expect(await ids()).toHaveLength(2), 20_000);
  const workers = await ids();
  for (const signal of IGNORED) {
    for (const id of [server.child.pid as number, ...workers]) process.kill(id, signal);
    await vi.waitFor(
      async () => expect((await server.says('is ready')).split(`${signal} is ignored`)).toHaveLength(4),
      5_000,
    );
  }
  // A terminal signals the workers, too: the primary process reloads them.
  for (const id of workers) process.kill(id, 'SIGHUP');
  expect((await send(url, keptConnections(), QUERY)).body).toEqual(RESPONSE);
  expect(workers.map(isAlive)).toEqual([true, true]);
  server.child.kill('SIGTERM');
  const { code, output } = await server.ends();
  expect([code, output.includes('is replaced')]).toEqual([0, false]);
});

test('the sandbox ignores them', async () => {
  const sandbox = run({}, 'sandbox');
  await sandbox.says('curl');
  for (const signal of [...IGNORED, 'SIGHUP'] as const) {
    sandbox.child.kill(signal);
    expect(await sandbox.says(`${signal} is ignored`)).toContain(`${signal} is ignored`);
  }
  sandbox.child.kill('SIGTERM');
  expect((await sandbox.ends()).code).toBe(0);
});

test('SIGQUIT drains like SIGTERM', async () => {
  const { server, url, upstream, release } = await startServer();
  const inFlight = send(url, keptConnections(), QUERY);
  await vi.waitFor(() => expect(upstream.calls).toHaveLength(1), 4000);
  server.child.kill('SIGQUIT');
  await server.says('Draining');
  release();
  expect((await inFlight).body).toEqual(RESPONSE);
  expect((await server.ends()).code).toBe(0);
});

/** Gives a command a terminal, which closes when this program is killed. */
const TERMINAL = '/usr/bin/script';

test.skipIf(!existsSync(TERMINAL) || process.platform !== 'linux').each([
  ['the server', '', 'Settings reloaded'],
  ['the sandbox', 'sandbox', 'SIGHUP is ignored'],
])('%s goes on after SIGHUP in a terminal, and ends when the terminal is closed', async (_title, command, line) => {
  const cwd = new URL('../../..', import.meta.url);
  const shell = `"${process.execPath}" src/main.ts ${command} & echo "id $!"; wait`;
  const terminal = spawn(TERMINAL, ['-qfc', `exec sh -c '${shell}'`, '/dev/null'], {
    cwd,
    env: { PORT: '0', IMAGE_GRAPH_DRAIN_DELAY_MS: '100', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  terminal.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  await vi.waitFor(() => expect(output).toMatch(/open http|curl/), 10_000);
  const id = Number(/id (\d+)/.exec(output)?.[1]);
  onTestFinished(() => {
    if (isAlive(id)) process.kill(id, 'SIGKILL');
    terminal.kill('SIGKILL');
  });
  process.kill(id, 'SIGHUP');
  await vi.waitFor(() => expect(output).toContain(line), 5_000);
  expect(isAlive(id)).toBe(true);
  terminal.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(id)).toBe(false), 10_000);
});
