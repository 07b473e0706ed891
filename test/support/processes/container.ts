// Containers without an engine: builds images with Debian's buildah, and runs them in namespaces, as root may.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const BUILDAH = '/usr/bin/buildah';
/** Whether this machine can build and run them: only root may change namespaces. */
export const CONTAINERS_CAN_RUN = existsSync(BUILDAH) && process.getuid?.() === 0;

const BUILD_BASE = 'localhost/build-base';
const RUNTIME_BASE = 'localhost/runtime-base';

/** What an image says about its containers. */
export interface ImageConfig {
  readonly User: string;
  readonly WorkingDir: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd?: readonly string[] | null;
  readonly ExposedPorts: Readonly<Record<string, unknown>>;
  readonly StopSignal?: string;
  readonly Healthcheck?: { readonly Test: readonly string[] };
  readonly Labels: Readonly<Record<string, string>>;
}

export interface Image {
  readonly config: ImageConfig;
  /** The folder of its files. */
  readonly files: string;
}

export interface Images {
  /** Builds a Dockerfile of this repository, with base images made of the Node and the Debian that run the tests. */
  build(dockerfile: string, args?: Record<string, string>): Image;
  remove(): void;
}

/** A place for images. */
export function createImages(): Images {
  const folder = mkdtempSync(join(tmpdir(), 'image-graph-images-'));
  const buildah = (...args: string[]) => {
    const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'overlay'];
    return execFileSync(BUILDAH, [...storage, ...args], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 100_000_000,
    }).trim();
  };
  const bud = (...args: string[]) =>
    buildah('bud', '--isolation', 'chroot', '--format', 'docker', '--pull-never', ...args);
  let bases = false;
  return {
    build(dockerfile, args = {}) {
      if (!bases) {
        bud('--tag', BUILD_BASE, makeBuildBase(join(folder, 'build-base')));
        bud('--tag', RUNTIME_BASE, makeRuntimeBase(join(folder, 'runtime-base')));
        bases = true;
      }
      const all = { BUILD_IMAGE: BUILD_BASE, RUNTIME_IMAGE: RUNTIME_BASE, ...args };
      const buildArgs = Object.entries(all).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
      const mounts = ['/usr', '/etc/ssl'].flatMap((path) => ['--volume', `${path}:${path}:ro`]);
      const id =
        bud('--quiet', ...mounts, ...buildArgs, '--file', dockerfile, ROOT)
          .split('\n')
          .at(-1) ?? '';
      const { config } = JSON.parse(buildah('inspect', '--type', 'image', id)).Docker;
      return { config, files: buildah('mount', buildah('from', '--pull-never', id)) };
    },
    remove() {
      buildah('umount', '--all');
      buildah('rm', '--all');
      rmSync(folder, { recursive: true });
    },
  };
}

/** In place of the image that packages are built on: this machine's Debian, with the Node that runs the tests. */
function makeBuildBase(folder: string): string {
  for (const path of ['usr', 'etc', 'dev', 'proc', 'sys', 'root', 'tmp', 'opt/node/bin'])
    mkdirSync(join(folder, path), { recursive: true });
  for (const path of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${path}`, join(folder, path));
  copyFileSync(process.execPath, join(folder, 'opt/node/bin/node'));
  const { NODE_EXTRA_CA_CERTS } = process.env;
  const trusted = NODE_EXTRA_CA_CERTS ? ` NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS}` : '';
  return writeBase(folder, [`ENV PATH=/opt/node/bin:/usr/bin:/bin${trusted}`]);
}

/** In place of the distroless image: Node, the libraries that it loads, and the users. */
function makeRuntimeBase(folder: string): string {
  for (const path of ['nodejs/bin', 'etc/image-graph', 'run/secrets', 'dev', 'proc', 'sys', 'tmp', 'home/nonroot'])
    mkdirSync(join(folder, path), { recursive: true });
  copyFileSync(process.execPath, join(folder, 'nodejs/bin/node'));
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' });
  for (const [library] of libraries.matchAll(/\/lib\S+/g)) {
    mkdirSync(join(folder, dirname(library)), { recursive: true });
    copyFileSync(library, join(folder, library));
  }
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0:::\nnonroot:x:65532:65532::/home/nonroot:\n');
  for (const file of ['etc/hosts', 'etc/resolv.conf']) writeFileSync(join(folder, file), '');
  writeFileSync(join(folder, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  writeFileSync(join(folder, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
  return writeBase(folder, ['USER 65532', 'WORKDIR /home/nonroot', 'ENTRYPOINT ["/nodejs/bin/node"]']);
}

function writeBase(folder: string, lines: readonly string[]): string {
  writeFileSync(join(folder, 'Dockerfile'), ['FROM scratch', 'COPY . /', ...lines].join('\n'));
  writeFileSync(join(folder, '.dockerignore'), 'Dockerfile\n.dockerignore');
  return folder;
}

/** How a container is run, beyond what its image says. */
export interface RunOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** In place of the image's CMD. */
  readonly args?: readonly string[];
  /** In place of the image's ENTRYPOINT. */
  readonly entrypoint?: readonly string[];
  /** Files of this machine by their path in the container, which has to exist there; mounted read-only. */
  readonly mounts?: Readonly<Record<string, string>>;
}

export interface Container {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** Resolves with the output so far once it holds the text. Errors: rejects where it ends before. */
  says(text: string): Promise<string>;
  /** Resolves at the end with its exit code. */
  ends(): Promise<number | null>;
  /** The number of its first process on this machine. */
  pid(): number;
  signal(signal: NodeJS.Signals): void;
  /** Runs a program in it, as `docker exec` does. */
  exec(command: readonly string[]): { readonly code: number | null; readonly output: string };
}

/** What the first process of the namespaces does before it becomes that of the container: $1 is the folder of its files. */
const ENTER = `
set -e
export PATH=/usr/sbin:/usr/bin
files=$1 user=$2 folder=$3 mounts=$4 path=$5
shift 5
ip link set lo up
mount --bind "$files" "$files"
mount --rbind /dev "$files/dev"
mount -t proc proc "$files/proc"
for each in $mounts; do mount --bind -o ro "\${each%%=*}" "$files/\${each#*=}"; done
mount -o remount,bind,ro "$files"
export PATH="$path"
exec /usr/bin/setpriv --no-new-privs --clear-groups \\
  /usr/bin/unshare --root="$files" --wd="$folder" --setgid="\${user#*:}" --setuid="\${user%%:*}" "$@"
`;

/**
 * Runs an image: with its user, environment and command, all namespaces of its own, no rights to gain, and its files read-only, as
 * `docker run --read-only --cap-drop ALL --security-opt no-new-privileges` does. It ends with the test.
 */
export function startContainer({ config, files }: Image, options: RunOptions = {}): Container {
  const env = Object.fromEntries(config.Env.map((each) => each.split(/=(.*)/s).slice(0, 2)));
  const mounts = Object.entries(options.mounts ?? {}).map(([path, file]) => `${file}=${path}`);
  const command = [...(options.entrypoint ?? config.Entrypoint), ...(options.args ?? config.Cmd ?? [])];
  const args = [
    '--mount',
    '--pid',
    '--ipc',
    '--uts',
    '--net',
    '--fork',
    '--kill-child',
    '/bin/sh',
    '-c',
    ENTER,
    'sh',
    files,
    config.User,
    config.WorkingDir,
  ];
  const path = env.PATH ?? '/usr/bin:/bin';
  const child = spawn('unshare', [...args, mounts.join(' '), path, ...command], {
    env: { ...env, ...options.settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  // `unshare` waits for its child, which is the first process of the namespaces.
  const pid = () => Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim());
  const [user = '', group = user] = config.User.split(':');
  return {
    child,
    output: () => output,
    async says(text) {
      while (!output.includes(text)) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`The container has ended:\n${output}`);
        await Promise.race([pause(20), ended]);
      }
      return output;
    },
    async ends() {
      await ended;
      return child.exitCode;
    },
    pid,
    signal: (signal) => void process.kill(pid(), signal),
    exec([file = '', ...rest]) {
      const target = ['--target', `${pid()}`, '--mount', '--net', '--pid', '--ipc', '--uts', '--root', '--wd'];
      const { status, stdout, stderr } = spawnSync(
        'nsenter',
        [...target, '--setuid', user, '--setgid', group, file, ...rest],
        { env: { ...env, ...options.settings }, encoding: 'utf8' },
      );
      return { code: status, output: stdout + stderr };
    },
  };
}
