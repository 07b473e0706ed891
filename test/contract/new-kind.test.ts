// A resource costs eight edits, and the tests need nothing else: a trial kind is added to a copy of the repository as a newcomer
// would add it, and the suites that guard the graph pass there.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { EDITS } from './new-kind/edits.ts';

const ROOT = join(import.meta.dirname, '../..');
const TRIAL = join(import.meta.dirname, 'new-kind');

/** The edits that docs/architecture.md lists under "To add a resource", in its order: a text of the item, and the files that it is about. */
const PLACES: readonly (readonly [item: string, files: RegExp])[] = [
  ['`src/resources/`', /^src\/resources\/registry-instance\//],
  ['`src/resources/index.ts`', /^src\/resources\/index\.ts$/],
  ['`src/sandbox/`', /^src\/sandbox\/(cloud|swr\/\w+)\.ts$/],
  ['`src/sandbox/world/`', /^src\/sandbox\/world\//],
  ['`test/resources/<kind>/kind.ts`', /^test\/resources\/registry-instance\//],
  ['`src/client/operations/`', /^src\/client\/operations\//],
  ['README', /^(README|docs\/upstream\/\w+)\.md$/],
];
/** The last item: what these commands write. */
const GENERATED = '`npm run schema && npm run codegen`';
const GENERATE = [['release/schema.ts'], ['node_modules/@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.ts']];
const CHECK = [['node_modules/@biomejs/biome/bin/biome', 'check', '.'], ['node_modules/typescript/bin/tsc']];

/** The suites that look at every kind, and those of the files that were edited. */
const SUITES = [
  'test/architecture.test.ts',
  ...['kinds', 'schema', 'subgraph', 'composition', 'artifacts'].map((name) => `test/contract/${name}.test.ts`),
  'test/contract/source-',
  'test/security/attacks.test.ts',
  'test/security/tenants.test.ts',
  'test/graph/entities.test.ts',
  'test/graph/cost.test.ts',
  'test/server/limits/document-limits.test.ts',
  'test/sandbox',
  'test/resources/registry-instance',
];

/** The files of the trial kind, by the paths that they have in the repository. */
const newFiles = readdirSync(TRIAL, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.txt'))
  .map(({ parentPath, name }) => relative(TRIAL, join(parentPath, name)).replace(/\.txt$/, ''));

function copyRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-graph-new-kind-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const isCopied = (path: string) => !/^(\.git|.*node_modules)$|^test\/contract\/new-kind/.test(relative(ROOT, path));
  cpSync(ROOT, folder, { recursive: true, filter: isCopied, verbatimSymlinks: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function addTrialKind(folder: string): void {
  for (const path of newFiles) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(TRIAL, `${path}.txt`), join(folder, path));
  }
  for (const { file, text, becomes } of EDITS) {
    const parts = readFileSync(join(folder, file), 'utf8').split(text);
    if (parts.length !== 2) throw new Error(`edits.ts: ${file} has ${parts.length - 1} times, and not once: ${text}`);
    writeFileSync(join(folder, file), parts.join(becomes));
  }
}

/** Runs a script of the copy with Node. Rejects with what it printed when it fails. */
async function run(folder: string, ...args: string[]): Promise<string> {
  // Nothing of this run of Vitest goes on into that of the copy.
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_ENV)/.test(name));
  const env = { ...Object.fromEntries(own), NO_COLOR: '1' };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env, maxBuffer: 64 * 2 ** 20 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`node ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  }
}

interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** The numbered items of the section of docs/architecture.md about a new resource, each with its further lines. */
function readItems(): string[] {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const section = /^## To add a resource\n(.*?)^## /ms.exec(page)?.[1] ?? '';
  return [...section.matchAll(/^\d+\. (.*(?:\n {3}.*)*)/gm)].map(([, item = '']) => item);
}

test('a trial kind needs the edits that docs/architecture.md lists and no other, and passes every suite that guards a kind', {
  timeout: 300_000,
}, async () => {
  const items = readItems();
  expect(items).toEqual([...PLACES.map(([item]) => item), GENERATED].map((item) => expect.stringContaining(item)));
  const edited = [...newFiles, ...new Set(EDITS.map(({ file }) => file))];
  expect(edited.filter((file) => !PLACES.some(([, files]) => files.test(file)))).toEqual([]);
  expect(PLACES.filter(([, files]) => !edited.some((file) => files.test(file)))).toEqual([]);

  const folder = copyRepository();
  addTrialKind(folder);
  for (const command of [...GENERATE, ...CHECK]) await run(folder, ...command);

  const report = join(folder, 'report.json');
  // In one context, which takes two thirds of the time.
  const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, '--no-isolate'];
  await run(folder, 'node_modules/vitest/vitest.mjs', 'run', ...options, ...SUITES);
  const { success, testResults }: Report = JSON.parse(readFileSync(report, 'utf8'));
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ name, ...test })),
  );
  expect(tests.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(SUITES.filter((suite) => !tests.some(({ name }) => name.includes(suite)))).toEqual([]);
  expect(success).toBe(true);
});
