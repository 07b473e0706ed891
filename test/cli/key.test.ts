// The command `key create`: makes API keys that the server accepts, and keeps their hashes in a file.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createApiKey } from '../../src/server/auth/api-keys.ts';
import { startApp } from '../support/app.ts';
import { NOT_FILES, newFile, newFolder } from '../support/files.ts';
import { run } from '../support/processes/command.ts';

/** The path of a file that is not there yet, in a folder of its own. */
const keysPath = () => join(newFolder(), 'keys');

/** A file that holds these lines. */
const fileOf = (...lines: readonly string[]) => newFile(lines.map((line) => `${line}\n`).join(''));

/** Expects that a server with this file executes the operations of a caller with the key. */
async function expectAccepted(file: string, key: string): Promise<void> {
  const app = await startApp({ settings: { IMAGE_GRAPH_API_KEYS_FILE: file } });
  expect(await app.ask('{ __typename }', {}, { 'x-api-key': key })).toEqual({ data: { __typename: 'Query' } });
}

describe('key create', { timeout: 20_000 }, () => {
  const create = (file: string | undefined, ...names: string[]) =>
    run(file === undefined ? {} : { IMAGE_GRAPH_API_KEYS_FILE: file }, 'key', 'create', ...names).ends();

  test('shows the key once and keeps its hash, in a file that its owner alone reads', async () => {
    const file = keysPath();
    const { code, stdout, stderr } = await create(file, 'ci');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^igk_[\w-]{43}\n$/)]);
    const key = stdout.trim();
    expect(stderr).toBe(`The key of ci is shown this once. Its hash is in ${file}\n`);
    expect(readFileSync(file, 'utf8')).toMatch(/^ci:sha256:[0-9a-f]{64}\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expectAccepted(file, key);
  });

  test('adds to the keys of the file, also behind a last line without a line break', async () => {
    const { key, line } = createApiKey('first');
    const file = keysPath();
    writeFileSync(file, line, { mode: 0o640 });
    const { stdout } = await create(file, 'second');
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^${line}\nsecond:sha256:[0-9a-f]{64}\n$`));
    expect(statSync(file).mode & 0o777).toBe(0o640);
    for (const one of [key, stdout.trim()]) await expectAccepted(file, one);
  });

  test('rejects the name of a key that exists', async () => {
    const { line } = createApiKey('ci');
    const file = fileOf(line);
    const { code, stdout, stderr } = await create(file, 'ci');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('No key created for "ci": the name is taken.\n');
    expect(readFileSync(file, 'utf8')).toBe(`${line}\n`);
  });

  test.each(NOT_FILES.filter(([title]) => !/itself|terabyte/.test(title)))(
    'writes into no file that is %s',
    async (_title, make) => {
      const file = keysPath();
      make(file);
      const { code, stdout, stderr } = await create(file, 'ci');
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toBe('The file of IMAGE_GRAPH_API_KEYS_FILE cannot be written.\n');
    },
  );

  test.each(['', 'a b', 'a:b', 'schlüssel', '../keys', 'a\nb', 'x'.repeat(65)])(
    'rejects the invalid name %j',
    async (name) => {
      const file = fileOf();
      const { code, stdout, stderr } = await create(file, name);
      expect([code, stdout, readFileSync(file, 'utf8')]).toEqual([1, '', '']);
      expect(stderr).toBe(
        `No key created for ${JSON.stringify(name)}: a name must be 1 to 64 letters, digits and . _ @ -.\n`,
      );
    },
  );

  test('prints its usage when it gets two names', async () => {
    expect(await create(fileOf(), 'a', 'b')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'Usage: image-graph key create NAME\n',
    });
  });

  test('without a file it prints the line for one', async () => {
    const { code, stdout, stderr } = await create(undefined, 'ci');
    expect(code).toBe(0);
    const [, line = ''] = /IMAGE_GRAPH_API_KEYS_FILE will name: (ci:sha256:\S+)\n$/.exec(stderr) ?? [];
    await expectAccepted(fileOf(line), stdout.trim());
  });

  test('reports in one line that the file cannot be written, and shows no key', async () => {
    const file = join(keysPath(), 'in-a-folder-that-is-not-there');
    const { code, stdout, stderr } = await create(file, 'ci');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('The file of IMAGE_GRAPH_API_KEYS_FILE cannot be written: its folder does not exist.\n');
  });
});
