// A log that cannot be written, and a reader that does not read: requests go on, and the log says afterwards what it has lost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { LogOutput } from '../../src/server/log-output.ts';
import { listen } from '../support/listen.ts';
import { addressIn, logLines, messagesIn, run } from '../support/processes/command.ts';

const QUERY = JSON.stringify({ query: '{ __typename }' });
const ask = async (url: string) =>
  (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: QUERY })).text();
const RESPONSE = /"__typename":"Query"/;

/** A port that is free now. */
async function freePort(): Promise<string> {
  const server = createServer();
  const { port } = new URL(await listen(server));
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs the server with its output in a file. Shape: where it responds, once it does. */
async function startInto(file: string): Promise<string> {
  const port = await freePort();
  const output = openSync(file, 'w');
  const child = spawn(process.execPath, ['src/start.js'], {
    cwd: new URL('../..', import.meta.url),
    env: { PORT: port },
    stdio: ['ignore', output, 'ignore'],
  });
  closeSync(output);
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}/graphql`;
  await vi.waitFor(async () => expect(await ask(url)).toMatch(RESPONSE), 15_000);
  return url;
}

test.skipIf(process.platform !== 'linux')(
  'where the disk is full, requests get their responses',
  { timeout: 20_000 },
  async () => {
    const url = await startInto('/dev/full');
    for (let n = 0; n < 20; n++) expect(await ask(url)).toMatch(RESPONSE);
  },
);

test('where nobody reads, requests get their responses; later the log says how many lines it has lost', {
  timeout: 60_000,
}, async () => {
  const server = run({ PORT: '0' });
  const url = addressIn(await server.says('open http'));
  const { stdout } = server.child;
  stdout?.pause();
  // Some 500 bytes a line: more than the system, this process and the server hold.
  const COUNT = 6_000;
  for (let sent = 0; sent < COUNT; sent += 100)
    for (const response of await Promise.all(Array.from({ length: 100 }, () => ask(url))))
      expect(response).toMatch(RESPONSE);
  stdout?.resume();
  // Further lines say that there were others.
  await vi.waitFor(async () => {
    expect(await ask(url)).toMatch(RESPONSE);
    expect(await server.says('open http')).toContain('were lost');
  }, 20_000);
  server.child.kill('SIGINT');
  const { code, stdout: output } = await server.ends();
  expect(code).toBe(0);
  const lines = logLines(output);
  const lost = lines.filter(({ msg }) => msg.includes('were lost')).reduce((sum, line) => sum + Number(line.lines), 0);
  expect(lost).toBeGreaterThan(0);
  expect(lines.filter(({ msg }) => msg === 'Request').length + lost).toBeGreaterThanOrEqual(COUNT);
  expect(messagesIn(output).at(-1)).toMatch(/^Drained/);
});

test('the last lines are written before the process ends, and all lines are in order', async () => {
  const server = run({ PORT: '0' });
  const url = addressIn(await server.says('open http'));
  await Promise.all(Array.from({ length: 200 }, () => ask(url)));
  server.child.kill('SIGINT');
  const { stdout } = await server.ends();
  const lines = logLines(stdout);
  expect(lines.filter(({ msg }) => msg === 'Request')).toHaveLength(200);
  expect(lines.map(({ time }) => time)).toEqual(lines.map(({ time }) => time).sort());
  expect(messagesIn(stdout).at(-1)).toMatch(/^Drained/);
});

test.skipIf(process.platform !== 'linux')(
  'on a terminal the log is text for people, and JSON where that is set',
  { timeout: 30_000 },
  async () => {
    for (const [format, pattern] of [
      ['', /INFO.*: .*image-graph is ready .*open http/],
      ['json', /"level":"info".*"msg":"image-graph is ready/],
    ] as const) {
      const terminal = spawn('script', ['-qec', `${process.execPath} src/start.js`, '/dev/null'], {
        cwd: new URL('../..', import.meta.url),
        env: { PATH: process.env.PATH, PORT: '0', IMAGE_GRAPH_LOG_FORMAT: format, SHELL: '/bin/sh' },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      onTestFinished(() => void terminal.kill('SIGKILL'));
      let output = '';
      terminal.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
      await vi.waitFor(() => expect(output).toContain('open http'), 10_000);
      expect(output).toMatch(pattern);
      terminal.kill('SIGTERM');
      await once(terminal, 'exit');
    }
  },
);

test('what a reader takes in small parts arrives whole; what it rejects is counted', async () => {
  let written = '';
  let isGone = false;
  let full = 0;
  const output = new LogOutput((bytes) => {
    if (isGone) throw Object.assign(new Error('no reader'), { code: 'EPIPE' });
    if (++full % 3 === 0) throw Object.assign(new Error('full'), { code: 'EAGAIN' });
    const part = bytes.subarray(0, 5);
    written += Buffer.from(part).toString('latin1');
    return part.length;
  });
  const lines = Array.from({ length: 4 }, (_, n) => `line ${n}\n`);
  for (const line of lines) expect(output.write(line)).toBe(true);
  output.end();
  expect([written, output.takeDropped()]).toEqual([lines.join(''), 0]);
  isGone = true;
  for (const line of lines) output.write(line);
  output.end();
  expect([output.takeDropped(), output.takeDropped()]).toEqual([4, 0]);
  isGone = false;
  expect(output.write('x'.repeat(1_000_001))).toBe(false);
  expect(output.takeDropped()).toBe(1);
});
