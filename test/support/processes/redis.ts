// A Redis of its own on loopback for a test, which can be made to hang.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where Debian's package puts the server. */
export const REDIS = '/usr/bin/redis-server';

export interface Redis {
  readonly url: string;
  /** Makes it hang: it accepts connections and does not respond. */
  stop(): void;
  /** Lets it go on. */
  continue(): void;
  /** Starts it again once it is closed, empty, with the same URL. */
  restart(): Promise<Redis>;
  close(): Promise<void>;
}

/** Starts an empty Redis that keeps nothing on disk. The kernel ends it with this process, however that ends. */
export async function startRedis(attempts = 5): Promise<Redis> {
  // Redis does not report a port that the system chose. This one is below those that the system hands out, so that it is likely free.
  return startAt(randomInt(20_000, 32_000), attempts);
}

async function startAt(port: number, attempts: number): Promise<Redis> {
  const settings = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', REDIS, ...settings], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  while (!(await respondsToPing(port))) {
    if (child.exitCode !== null) {
      if (attempts > 1) return startRedis(attempts - 1);
      throw new Error(`${REDIS} has not started on port ${port}`);
    }
    await sleep(20);
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: () => child.kill('SIGSTOP'),
    continue: () => child.kill('SIGCONT'),
    restart: () => startAt(port, 1),
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function respondsToPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write('PING\r\n');
  try {
    for await (const chunk of socket) return chunk === '+PONG\r\n';
  } catch {
    // Nobody listens yet.
  }
  return false;
}
