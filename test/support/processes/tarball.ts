// The package as it is published: packs the repository, and installs the tarball in an empty folder.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** What the tarball is made from. */
const SOURCES = [
  'src',
  'schema',
  'release',
  'docs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'SECURITY.md',
];

/** Runs npm of this machine on the Node that runs the tests, with nothing of the run that it is part of. Shape: what it prints. */
function npm(folder: string, ...args: string[]): string {
  const { PATH = '', HOME = '' } = process.env;
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(SSL_CERT_|NODE_EXTRA_CA_CERTS$|https?_proxy$|no_proxy$)/i.test(name),
  );
  const path = [dirname(process.execPath), join(ROOT, 'node_modules/.bin'), PATH].join(':');
  const env = { ...Object.fromEntries(kept), HOME, PATH: path, npm_config_update_notifier: 'false' };
  return execFileSync('npm', args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * Packs the repository with `npm pack`, as another `version` if one is given. Shape: the path of the tarball, which later calls find again
 * until a source of it changes.
 */
export function packTarball(version?: string): string {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...SOURCES], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const files = list
    .trim()
    .split('\n')
    .filter((file) => existsSync(join(ROOT, file)));
  const hash = createHash('sha256').update(version ?? '');
  for (const file of files) hash.update(file).update(readFileSync(join(ROOT, file)));
  const tarball = join(tmpdir(), `image-graph-${hash.digest('hex').slice(0, 16)}.tgz`);
  if (existsSync(tarball)) return tarball;
  const copy = mkdtempSync(join(tmpdir(), 'image-graph-pack-'));
  try {
    for (const file of files) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      cpSync(join(ROOT, file), join(copy, file));
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const manifest = join(copy, 'package.json');
    if (version) writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), version }));
    const name = npm(copy, 'pack', '--silent').trim().split('\n').at(-1) ?? '';
    renameSync(join(copy, name), tarball);
  } finally {
    rmSync(copy, { recursive: true });
  }
  return tarball;
}

/** Installs a tarball in a folder, as a user does. Shape: the path of the `image-graph` command. */
export function installTarball(folder: string, tarball = packTarball()): string {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{"private":true,"type":"module"}');
  npm(folder, 'install', '--prefer-offline', '--omit=dev', '--no-fund', '--no-audit', tarball);
  return join(folder, 'node_modules/.bin/image-graph');
}
