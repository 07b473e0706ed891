// A network of its own for containers that test/support/processes/container.ts runs, and for programs of this machine beside them.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { Container } from './container.ts';

/** The first three numbers of its addresses: nobody else sees it. */
const PREFIX = '10.89.0';
/** Milliseconds that a program may take: without a route a connection waits for minutes. */
const RUN_MS = 20_000;

export interface Network {
  /** The address of the machine in it where programs of this machine run. */
  readonly address: string;
  /** Connects a container. Shape: its address. */
  connect(container: Container): string;
  /** Runs a program of this machine in it to its end. */
  run(command: readonly string[]): { readonly code: number | null; readonly output: string };
  /** Starts a program of this machine in it, which ends with the test. */
  start(command: readonly string[]): void;
}

/** Creates it; it ends with the test. */
export async function createNetwork(): Promise<Network> {
  const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo; exec sleep infinity'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  const inside = ['nsenter', `--net=/proc/${holder.pid}/ns/net`];
  const address = `${PREFIX}.1`;
  const ip = (pid: number | undefined, lines: readonly string[]) => {
    for (const line of lines) execFileSync('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', ...line.split(' ')]);
  };
  ip(holder.pid, [
    'link set lo up',
    'link add bridge0 type bridge',
    `addr add ${address}/24 dev bridge0`,
    'link set bridge0 up',
  ]);
  let last = 1;
  return {
    address,
    connect(container) {
      const own = `${PREFIX}.${++last}`;
      const pid = container.pid();
      const end = `end${last}`;
      ip(holder.pid, [`link add ${end} type veth peer name eth0 netns ${pid}`, `link set ${end} master bridge0 up`]);
      ip(pid, [`addr add ${own}/24 dev eth0`, 'link set eth0 up']);
      return own;
    },
    run(command) {
      const [program = '', ...args] = [...inside, ...command];
      const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: RUN_MS });
      return { code: status, output: stdout + stderr };
    },
    start(command) {
      const [program = '', ...args] = [...inside, ...command];
      const child = spawn(program, args, { stdio: 'ignore' });
      onTestFinished(() => void child.kill('SIGKILL'));
    },
  };
}
