// A systemd as the first process of namespaces of its own, on a copy of this machine's files that is thrown away: it runs units as they are.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const SYSTEMD = '/lib/systemd/systemd';
/** Where systemd keeps the processes of each unit apart, on machines with the first version of control groups. */
const GROUPS = '/sys/fs/cgroup/systemd';

const isWritable = (path: string) => {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};
/** Whether this machine can start one: only root may change namespaces. */
export const SYSTEMD_CAN_RUN = process.getuid?.() === 0 && existsSync(SYSTEMD) && isWritable(GROUPS);
/** Whether it can check units. */
export const SYSTEMD_IS_INSTALLED = existsSync('/usr/bin/systemd-analyze');

export interface Systemd {
  /** Runs a command beside it, as root. Shape: its code and what it prints. */
  run(...command: string[]): { readonly code: number | null; readonly output: string };
  close(): Promise<void>;
}

/** $1: a folder for the files; $2: the folder whose files are copied over them. The kernel's own settings and devices stay out of reach. */
const BOOT = `
set -e
export PATH=/usr/sbin:/usr/bin
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
root="$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$root"
cp -a "$2"/* "$root"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
mkdir "$root/sys/fs/cgroup/systemd"
mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for each in null zero full random urandom tty; do touch "$root/dev/$each"; mount --bind "/dev/$each" "$root/dev/$each"; done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue" "$root/dev/hugepages"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
for each in run tmp; do mount -t tmpfs tmpfs "$root/$each"; done
ip link set lo up
cd "$root"
pivot_root . mnt
umount -l /mnt
mount --make-rshared /
exec env -i container=test ${SYSTEMD} --system --unit=sysinit.target
`;

/** Starts it. The files of the folder are copied over those of its machine, owned by root. */
export async function startSystemd(files: string): Promise<Systemd> {
  const folder = mkdtempSync(join(tmpdir(), 'image-graph-systemd-'));
  const group = mkdtempSync(join(GROUPS, 'image-graph-'));
  const namespaces = ['--mount', '--pid', '--ipc', '--uts', '--net', '--cgroup', '--fork', '--kill-child'];
  // In a group of its own before it gets a namespace of groups: it sees no other.
  const script = 'echo $$ > "$1/cgroup.procs"; shift; exec unshare "$@"';
  const args = ['-c', script, 'sh', group, ...namespaces, '/bin/sh', '-c', BOOT, 'sh', folder, files];
  const child = spawn('/bin/sh', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const ended = once(child, 'exit');
  const run = (...command: string[]) => runBeside(child, command);
  while (!/running|degraded/.test(run('systemctl', 'is-system-running').output)) {
    if (child.exitCode !== null) throw new Error(`systemd has ended with ${child.exitCode}`);
    await pause(50);
  }
  return {
    run,
    async close() {
      child.kill('SIGKILL');
      await ended;
      await removeGroup(group);
      rmSync(folder, { recursive: true });
    },
  };
}

function runBeside({ pid }: ChildProcess, command: readonly string[]) {
  // `unshare` waits for its child, which is the first process of the namespaces.
  const [first = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  if (first === '') return { code: null, output: '' };
  const namespaces = ['--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup', '--root', '--wd'];
  const { status, stdout, stderr } = spawnSync('nsenter', ['--target', first, ...namespaces, ...command], {
    encoding: 'utf8',
  });
  return { code: status, output: stdout + stderr };
}

/** Once its processes have ended, which takes a moment. */
async function removeGroup(group: string): Promise<void> {
  while (existsSync(group)) {
    spawnSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
    await pause(50);
  }
}

/** What `systemd-analyze` says. Errors: throws where it finds a fault. */
export const systemdAnalyze = (...args: string[]) =>
  execFileSync('systemd-analyze', args, { encoding: 'utf8', stdio: 'pipe' });
