// The lines about changes of state: what an operator reads when a file of keys or a secret is replaced, a circuit opens, or too much comes.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { createApiKey } from '../../../src/server/auth/api-keys.ts';
import { createLogger } from '../../../src/server/logger.ts';
import { createOverloadLog } from '../../../src/server/telemetry/overload-log.ts';
import { logSecretChanges } from '../../../src/server/telemetry/secret-log.ts';
import { startApp } from '../../support/app.ts';
import { goOn, startClocks, stopClocks } from '../../support/clock.ts';
import { newFile } from '../../support/files.ts';
import { logLines } from '../../support/processes/command.ts';
import { PASSWORD } from '../../support/upstreams/iam.ts';
import { oneImage, QUERY } from '../one-image.ts';

/** A log, as far as it does not vary. */
function startLog() {
  let output = '';
  const logger = createLogger({ level: 'info' }, (line) => {
    output += line;
  });
  const lines = () => {
    const taken = logLines(output).map(({ time, pid, ...rest }) => rest);
    output = '';
    return taken;
  };
  return { logger, lines };
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

test('a file of API keys that has changed is logged with the number of keys, and one that is missing, and is back', async () => {
  const { logger, lines } = startLog();
  const [first, second] = [createApiKey('first'), createApiKey('second')];
  const file = newFile(`${first.line}\n`);
  const app = await startApp({
    upstream: oneImage,
    settings: { IMAGE_GRAPH_API_KEYS_FILE: file, ...PASSWORD },
    logger,
  });
  const ask = () => app.send({ query: QUERY }, { authorization: `Bearer ${first.key}` });
  expect((await ask()).status).toBe(200);
  expect(lines()).toEqual([]);
  const changed = (keys: number) => ({ level: 'info', keys, msg: 'The API key file has changed.' });
  replace(file, `${first.line}\n${second.line}\n`);
  for (let n = 0; n < 3; n++) await ask();
  expect(lines()).toEqual([changed(2)]);
  rmSync(file);
  for (let n = 0; n < 3; n++) expect((await ask()).status).toBe(401);
  expect(lines()).toEqual([{ level: 'error', msg: 'The API key file cannot be read: no key is accepted.' }]);
  replace(file, `${first.line}\nmalformed\n`);
  expect((await ask()).status).toBe(200);
  expect(lines()).toEqual([{ level: 'warn', msg: 'Line 2 of the API key file is malformed and ignored.' }, changed(1)]);
});

test('the file of a secret that has changed is logged, without the secret, once for each change', () => {
  stopClocks();
  onTestFinished(startClocks);
  const { logger, lines } = startLog();
  const file = newFile('first-secret\n');
  const config = loadConfig({ IMAGE_GRAPH_ROUTER_SECRET_FILE: file });
  const read = () => config.callers.routerSecret?.read();
  logSecretChanges(config.secretFiles, logger);
  const setting = 'IMAGE_GRAPH_ROUTER_SECRET_FILE';
  const line = (level: string, text: string) => ({ level, setting, msg: `The file of ${setting} ${text}.` });
  const steps: [change: () => void, secret: string, expected: object[]][] = [
    [() => {}, 'first-secret', []],
    [() => replace(file, 'second-secret'), 'second-secret', [line('info', 'has changed: the new secret is used')]],
    [
      () => rmSync(file),
      'second-secret',
      [line('warn', 'cannot be read, or holds no such secret: the last one is used')],
    ],
    [() => replace(file, 'second-secret'), 'second-secret', [line('info', 'is there again, with the same secret')]],
    [
      () => replace(file, 'two words\nand a line'),
      'second-secret',
      [line('warn', 'cannot be read, or holds no such secret: the last one is used')],
    ],
    [() => replace(file, 'third-secret'), 'third-secret', [line('info', 'has changed: the new secret is used')]],
    [() => replace(file, 'third-secret\n'), 'third-secret', []],
  ];
  for (const [change, secret, expected] of steps) {
    goOn(61_000);
    change();
    expect([read(), read(), read()]).toEqual([secret, secret, secret]);
    expect(lines()).toEqual(expected);
  }
});

test('a circuit that opens is a warning with the name of the service', async () => {
  const { logger, lines } = startLog();
  const app = await startApp({
    upstream: () => ({ status: 503, body: {} }),
    settings: { IMAGE_GRAPH_UPSTREAM_ATTEMPTS: '1' },
    logger,
  });
  for (let n = 0; n < 30; n++)
    await app.send({ query: `{ image(imageId: "00000000-0000-4000-8000-${String(n).padStart(12, '0')}") { name } }` });
  expect(lines()).toEqual([
    { level: 'warn', service: 'ims', circuit: 'open', msg: expect.stringMatching(/^IMS: circuit open for \d+ s\.$/) },
  ]);
});

test('an overload is logged when it begins and when it is over, at most once a minute', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { logger, lines } = startLog();
  const onReject = createOverloadLog(logger);
  for (let n = 0; n < 1_000; n++) onReject();
  expect(lines()).toEqual([
    { level: 'warn', rejected: 1, msg: 'The server is overloaded: requests are rejected with 503.' },
  ]);
  vi.advanceTimersByTime(4_000);
  onReject();
  vi.advanceTimersByTime(4_000);
  expect(lines()).toEqual([]);
  vi.advanceTimersByTime(3_000);
  const over = (rejected: number) => ({ level: 'info', rejected, msg: 'The server is not overloaded any more.' });
  expect(lines()).toEqual([over(1_001)]);
  // Overloads that follow soon are told of with the next one.
  for (let n = 0; n < 5; n++) {
    onReject();
    vi.advanceTimersByTime(7_000);
  }
  expect(lines()).toEqual([]);
  vi.advanceTimersByTime(60_000);
  onReject();
  expect(lines()).toMatchObject([{ level: 'warn', rejected: 6 }]);
});
