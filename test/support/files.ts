// Folders and files for the length of a test.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes an empty folder. Shape: its path. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-graph-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes a file in a folder of its own. Shape: its path. */
export function newFile(text: string): string {
  const file = join(newFolder(), 'file');
  writeFileSync(file, text);
  return file;
}

/** Makes what is not a regular file, or has no end, in the place of a file. Each would block a reader, or fill its memory. */
export const NOT_FILES: readonly (readonly [title: string, make: (path: string) => void])[] = [
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a link to a pipe', (path) => [execFileSync('mkfifo', [`${path}.pipe`]), symlinkSync(`${path}.pipe`, path)]],
  ['a device without an end', (path) => symlinkSync('/dev/zero', path)],
  ['a device of random bytes', (path) => symlinkSync('/dev/random', path)],
  ['a device that is empty', (path) => symlinkSync('/dev/null', path)],
  ['a folder', (path) => mkdirSync(path)],
  ['a socket', makeSocket],
  ['a file of a terabyte', (path) => [writeFileSync(path, ''), truncateSync(path, 2 ** 40)]],
  ['a link to itself', (path) => symlinkSync(path, path)],
];

/** A socket, which stays when the process that listened on it is killed. */
function makeSocket(path: string): void {
  const listen = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', listen, path]);
}
