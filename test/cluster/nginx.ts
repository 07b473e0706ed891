// nginx in front of the replicas, with deploy/nginx/image-graph.conf and other addresses.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where Debian's package puts it. */
export const NGINX = '/usr/sbin/nginx';

const EXAMPLE = join(import.meta.dirname, '../../deploy/nginx/image-graph.conf');

/** A port that is free now. It is below those that the system hands out, which a connection may take at any moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      await new Promise((resolve) => server.close(resolve));
      return port;
    } catch {
      // It is taken.
    }
  }
}

/** The example, with the addresses of the test in the place of its own. Errors: throws when it does not have them. */
function configuration(port: number, replicas: readonly string[]): string {
  const addresses = [
    ['listen 80;', `listen 127.0.0.1:${port};`],
    ...replicas.map((origin, index) => [`192.0.2.${11 + index}:4000`, new URL(origin).host]),
  ] as const;
  return addresses.reduce(
    (text, [theirs = '', ours = '']) => {
      if (!text.includes(theirs)) throw new Error(`${EXAMPLE} has no ${theirs}`);
      return text.replace(theirs, ours);
    },
    readFileSync(EXAMPLE, 'utf8'),
  );
}

/** What surrounds the example in a folder that any user may have. One process: without its first one, nginx's others would go on. */
const surrounding = (folder: string) => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  log_format retries '$http_x_client $status $upstream_addr';
  access_log ${folder}/access.log retries;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((use) => `${use}_temp_path ${folder}/${use};`).join('\n  ')}
  include ${folder}/image-graph.conf;
}
`;

/** Starts it in front of replicas. */
export async function startNginx(folder: string, replicas: readonly string[], attempts = 5) {
  const port = await freePort();
  writeFileSync(join(folder, 'image-graph.conf'), configuration(port, replicas));
  writeFileSync(join(folder, 'nginx.conf'), surrounding(folder));
  const args = ['-e', join(folder, 'error.log'), '-p', folder, '-c', join(folder, 'nginx.conf')];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', NGINX, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const ended = once(child, 'close');
  const origin = `http://127.0.0.1:${port}`;
  while (!(await isServed(origin))) {
    if (child.exitCode !== null) {
      if (attempts > 1 && errors.includes('Address already in use')) return startNginx(folder, replicas, attempts - 1);
      throw new Error(`nginx has not started:\n${errors}`);
    }
    await sleep(20);
  }
  return {
    origin,
    /** Requests of clients that it has sent to more than one replica, so far. */
    retried: () =>
      readFileSync(join(folder, 'access.log'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('flow ') && line.includes(',')).length,
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export type Nginx = Awaited<ReturnType<typeof startNginx>>;

const isServed = (origin: string) =>
  fetch(`${origin}/metrics`).then(
    ({ status }) => status === 404,
    () => false,
  );
