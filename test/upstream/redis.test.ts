// The connection to Redis: when it is opened, and which replies are in time.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { RedisConnection } from '../../src/upstream/redis.ts';
import { listen } from '../support/listen.ts';
import { REDIS, startRedis } from '../support/processes/redis.ts';

/** A connection to this address, and the lines of its log. */
function connectionTo(url: string) {
  const lines: string[] = [];
  const connection = new RedisConnection(new Secret({ text: url }, /./), 'x', (line) => void lines.push(line));
  onTestFinished(() => connection.close());
  return { connection, lines };
}

/** Keeps this process busy: it reads nothing meanwhile. */
function keepBusy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('is opened before the first command', async () => {
  let connected = () => {};
  const isConnected = new Promise<void>((resolve) => (connected = resolve));
  const server = createServer((socket) => {
    socket.on('error', () => {});
    connected();
  });
  const origin = await listen(server);
  onTestFinished(() => void server.close());
  connectionTo(origin.replace('http:', 'redis:'));
  await isConnected;
});

test('is not opened once it is closed', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  const origin = await listen(server);
  onTestFinished(() => void server.close());
  const { connection } = connectionTo(origin.replace('http:', 'redis:'));
  connection.close();
  expect(await connection.use(async () => 1)).toBeUndefined();
  // What it would have opened comes before this.
  await fetch(origin).catch(() => {});
  expect(connections).toBe(1);
});

describe.skipIf(!existsSync(REDIS))('a real Redis', () => {
  test('has responded in time when this process was busy as its reply came', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const { connection, lines } = connectionTo(redis.url);
    await expect.poll(() => connection.use((client) => client.ping())).toBe('PONG');
    lines.length = 0;
    const reply = connection.use((client) => {
      const sent = client.ping();
      keepBusy(300);
      return sent;
    });
    expect(await reply).toBe('PONG');
    expect(lines).toEqual([]);

    redis.stop();
    expect(await connection.use((client) => client.ping())).toBeUndefined();
    expect(lines).toEqual(['Redis does not respond: x.']);
  });

  test('is up again as soon as it responds, though no command needs it', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const { connection, lines } = connectionTo(redis.url);
    await expect.poll(() => connection.use((client) => client.ping())).toBe('PONG');
    lines.length = 0;
    redis.stop();
    expect(await connection.use((client) => client.ping())).toBeUndefined();
    expect(connection.isUp).toBe(false);
    redis.continue();
    await expect.poll(() => connection.isUp, { timeout: 10_000 }).toBe(true);
    expect(lines).toEqual(['Redis does not respond: x.', 'Redis responds again.']);
  });
});
