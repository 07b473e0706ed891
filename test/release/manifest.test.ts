// What `npm pack` does to package.json, and what is there after a run that was interrupted.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder } from '../support/files.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A copy of what packs. Shape: its package.json. */
function startPacking() {
  const folder = newFolder();
  mkdirSync(join(folder, 'release'));
  for (const file of ['release/manifest.ts', 'package.json']) cpSync(join(ROOT, file), join(folder, file));
  const manifest = join(folder, 'package.json');
  const original = readFileSync(manifest, 'utf8');
  const kept = join(folder, 'package.kept.json');
  const run = (...args: string[]) => execFileSync(process.execPath, [join(folder, 'release/manifest.ts'), ...args]);
  const read = () => readFileSync(manifest, 'utf8');
  run();
  expect(read()).not.toBe(original);
  return { run, read, original, kept, write: (text: string) => writeFileSync(manifest, text) };
}

test('the manifest of the repository is back afterwards', () => {
  const { run, read, original, kept } = startPacking();
  run('restore');
  expect([read(), existsSync(kept)]).toEqual([original, false]);
});

test('a run after one that was interrupted begins with it', () => {
  const { run, read, original } = startPacking();
  const published = read();
  run();
  expect(read()).toBe(published);
  run('restore');
  expect(read()).toBe(original);
});

test('a manifest that was changed since an interrupted run stays', () => {
  const { run, read, original, kept, write } = startPacking();
  // As `git checkout package.json` and a later commit leave it.
  const changed = original.replace(/"version": "[^"]+"/, '"version": "9.9.9"');
  write(changed);
  run();
  expect(JSON.parse(read()).version).toBe('9.9.9');
  run('restore');
  expect([read(), existsSync(kept)]).toEqual([changed, false]);
});
