// Folders and files for the length of a test.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
