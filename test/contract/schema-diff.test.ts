// `npm run schema:diff` as a process, in small git repositories: what it calls breaking, and when it fails or passes.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { newFolder } from '../support/files.ts';

const SCRIPT = fileURLToPath(new URL('schema-diff.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const API = 'schema/api.graphql';
const SUBGRAPH = 'schema/subgraph.graphql';
const LISTED = 'schema/breaking-changes.json';
const BOTH = `${API} and ${SUBGRAPH}`;

const QUERY = `
type Query {
  image(imageId: ID!): Image
}

type Image {
  imageId: ID!
  name: String
}

enum ImageStatus {
  ACTIVE
  UNKNOWN
}
`;
const FEDERATED = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
${QUERY.replace('type Image {', 'type Image @key(fields: "imageId") @key(fields: "name") {')}
type PageInfo @shareable {
  hasNextPage: Boolean!
}
`;
const RELEASED = { [API]: QUERY, [SUBGRAPH]: FEDERATED };

type Files = Record<string, string>;

function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

// Neither the user's settings of git nor a repository around the folder may matter.
const ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CEILING_DIRECTORIES: realpathSync(tmpdir()),
};

function git(folder: string, ...command: string[]): void {
  const settings = ['user.name=Test', 'user.email=test@example.org', 'init.defaultBranch=main'];
  const args = [...settings.flatMap((setting) => ['-c', setting]), ...command];
  execFileSync('git', args, { cwd: folder, env: ENVIRONMENT, stdio: 'pipe' });
}

function commit(folder: string, files: Files): void {
  writeFiles(folder, files);
  git(folder, 'add', '.');
  git(folder, 'commit', '--allow-empty', '--message', 'Change');
}

/** A repository whose main branch has the files; the branch `change` is checked out. */
function repository(files: Files): string {
  const folder = newFolder();
  git(folder, 'init');
  commit(folder, files);
  git(folder, 'checkout', '-b', 'change');
  return folder;
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (folder: string, args: string[] = [], env: NodeJS.ProcessEnv = ENVIRONMENT) =>
  new Promise<Outcome>((resolve) => {
    execFile(process.execPath, [SCRIPT, ...args], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

/** Runs the script where the working folder differs from the main branch in these files. */
async function runOnChange(files: Files): Promise<Outcome> {
  const folder = repository(RELEASED);
  writeFiles(folder, files);
  return run(folder);
}

/** The lines under a heading such as `Breaking`. */
const under = (heading: string, { stdout }: Outcome) =>
  (stdout.split('\n\n').find((part) => part.startsWith(`${heading}: `)) ?? '').trimEnd().split('\n').slice(1);

test('this repository has no breaking change without a reason', async () => {
  const { code, stdout, stderr } = await run(ROOT, [], process.env);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
});

test('nor one since the last release', async () => {
  const { code, stdout, stderr } = await run(ROOT, ['--released'], process.env);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Since the last release:\n/);
});

test('an unchanged schema passes', async () => {
  const outcome = await runOnChange({});
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(outcome.stdout).toMatch(
    /^Since [0-9a-f]{12}, the merge base with main:\n\nBreaking: 0\n\nDangerous: 0\n\nSafe: 0\n$/,
  );
});

test('a new type is one safe change, whatever its fields, and is listed once for both texts', async () => {
  const more = '\n"New." type Tag @tag(name: "x") { name(upper: Boolean!): String @deprecated }\n';
  const outcome = await runOnChange({ [API]: QUERY + more, [SUBGRAPH]: FEDERATED + more });
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(outcome.stdout).toContain("\n\nSafe: 1\n- Type 'Tag' was added\n");
  expect(under('Safe', outcome)).toEqual(["- Type 'Tag' was added", `    in ${BOTH}`]);
});

test('new descriptions are not a change', async () => {
  const outcome = await runOnChange({ [API]: QUERY.replace('type Image', '"A machine image." type Image') });
  expect(outcome.stdout).toContain('Safe: 0');
});

test('a new enum value is dangerous and passes', async () => {
  const outcome = await runOnChange({ [API]: QUERY.replace('ACTIVE', 'ACTIVE QUEUED') });
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(under('Dangerous', outcome)).toEqual([
    "- Enum value 'QUEUED' was added to enum 'ImageStatus'",
    `    in ${API}`,
  ]);
});

test('a breaking change fails', async () => {
  const outcome = await runOnChange({
    [API]: QUERY.replace('name: String', ''),
    [SUBGRAPH]: FEDERATED.replace('name: String', ''),
  });
  expect(outcome).toMatchObject({
    code: 1,
    stderr: `schema:diff: breaking changes without a reason in ${LISTED}: 1\n`,
  });
  expect(under('Breaking', outcome)).toEqual(["- Field 'name' was removed from object type 'Image'", `    in ${BOTH}`]);
});

test('a field that is deprecated and changes its type at once is a breaking change', async () => {
  const outcome = await runOnChange({ [API]: QUERY.replace('name: String', 'name: Int @deprecated(reason: "No.")') });
  expect(outcome.code).toBe(1);
  expect(under('Breaking', outcome)[0]).toBe("- Field 'Image.name' changed type from 'String' to 'Int'");
  expect(under('Safe', outcome)).toEqual(['- @deprecated(reason: "No.") was added to Image.name', `    in ${API}`]);
});

test('a breaking change that is listed passes, and its reason is printed', async () => {
  const listed = [
    { change: "Field 'name' was removed from object type 'Image'", reason: 'No client has read it since 0.1.' },
    { change: 'Merged long ago', reason: 'Entries that match nothing do no harm.' },
  ];
  const outcome = await runOnChange({
    [API]: QUERY.replace('name: String', ''),
    [LISTED]: JSON.stringify(listed),
  });
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(under('Breaking', outcome)).toEqual([
    "- Field 'name' was removed from object type 'Image'",
    `    in ${API}`,
    '    listed: No client has read it since 0.1.',
  ]);
});

test('a listed change excuses no other one', async () => {
  const { code } = await runOnChange({
    [API]: QUERY.replace('name: String', '').replace('ACTIVE', ''),
    [LISTED]: '[{ "change": "Field \'name\' was removed from object type \'Image\'", "reason": "It is." }]',
  });
  expect(code).toBe(1);
});

test.each([
  ['without a reason', '[{ "change": "Any" }]', '0: reason: must be a text'],
  ['with an empty reason', '[{ "change": "Any", "reason": " " }]', '0: reason: must not be empty'],
  ['that is not an array', '{}', 'must be an array'],
  ['that is not JSON', '[', 'Unexpected end'],
])('a list of breaking changes %s is a fault', async (_what, text, fault) => {
  const { code, stdout, stderr } = await runOnChange({ [LISTED]: text });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.split('\n')).toEqual([expect.stringMatching(`^schema:diff: ${LISTED}: .*${fault}`), '']);
});

test.each([
  ['a key that is removed', '@key(fields: "imageId") ', '', '@key(fields: "imageId") was removed from Image'],
  ['a key of other fields', '"name") {', '"name imageId") {', '@key(fields: "name") was removed from Image'],
  [
    'a key that no longer resolves',
    '"name") {',
    '"name", resolvable: false) {',
    '@key(fields: "name") was removed from Image',
  ],
  ['a type that is no longer shareable', ' @shareable {', ' {', '@shareable was removed from PageInfo'],
  ['a field that is hidden', 'name: String', 'name: String @inaccessible', '@inaccessible was added to Image.name'],
])('%s breaks other subgraphs', async (_what, from, to, change) => {
  const outcome = await runOnChange({ [SUBGRAPH]: FEDERATED.replace(from, to) });
  expect(outcome.code).toBe(1);
  expect(under('Breaking', outcome)).toEqual([`- ${change}`, `    in ${SUBGRAPH}`]);
});

test('a removed type is one change, whatever its directives', async () => {
  const outcome = await runOnChange({ [SUBGRAPH]: FEDERATED.slice(0, FEDERATED.indexOf('type PageInfo')) });
  expect(under('Breaking', outcome)).toEqual(["- Type 'PageInfo' was removed", `    in ${SUBGRAPH}`]);
});

test('directives and arguments in another order, and on an extension of their type, are not a change', async () => {
  const folder = repository({
    ...RELEASED,
    [SUBGRAPH]: `
      type Query { image: Image @listSize(assumedSize: 25, sizedFields: ["edges"]) }
      type Image @key(fields: "imageId") @key(fields: "name") { imageId: ID name: String }`,
  });
  writeFiles(folder, {
    [SUBGRAPH]: `
      type Query { image: Image @listSize(sizedFields: ["edges"], assumedSize: 25) }
      type Image @key(fields: "name") { imageId: ID name: String }
      extend type Image @key(fields: "imageId")`,
  });
  expect((await run(folder)).stdout).toMatch(/Breaking: 0\n\nDangerous: 0\n\nSafe: 0/);
});

test('more keys and costs are safe, other costs are dangerous, and their imports do not count', async () => {
  const folder = repository({
    ...RELEASED,
    [SUBGRAPH]: FEDERATED.replace('ID!): Image', 'ID!): Image @cost(weight: 10)'),
  });
  writeFiles(folder, {
    [SUBGRAPH]: FEDERATED.replace('"@key", ', '"@cost", "@key", ')
      .replace('ID!): Image', 'ID!): Image @cost(weight: 5)')
      .replace(' @key(fields: "name")', ' @key(fields: "name") @key(fields: "imageId name")'),
  });
  const outcome = await run(folder);
  expect(outcome.code).toBe(0);
  expect(under('Dangerous', outcome)).toEqual([
    '- @cost(weight: 10) was removed from Query.image',
    `    in ${SUBGRAPH}`,
  ]);
  expect(under('Safe', outcome)).toEqual([
    '- @cost(weight: 5) was added to Query.image',
    `    in ${SUBGRAPH}`,
    '- @key(fields: "imageId name") was added to Image',
    `    in ${SUBGRAPH}`,
  ]);
});

test('another version of federation is dangerous', async () => {
  const outcome = await runOnChange({ [SUBGRAPH]: FEDERATED.replace('v2.9', 'v2.10') });
  expect(under('Dangerous', outcome)).toContain(
    '- @link(url: "https://specs.apollo.dev/federation/v2.10") was added to the schema',
  );
});

test('what the main branch has gained since the branch left it is not compared', async () => {
  const folder = repository(RELEASED);
  git(folder, 'checkout', 'main');
  commit(folder, { [API]: `${QUERY}\ntype Tag { name: String }` });
  git(folder, 'checkout', 'change');
  expect((await run(folder)).stdout).toContain('Breaking: 0');
});

test('origin/main goes before a main branch that is left behind', async () => {
  const folder = repository(RELEASED);
  commit(folder, { [API]: QUERY.replace('name: String', '') });
  git(folder, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
  const { code, stdout } = await run(folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Since [0-9a-f]{12}, the merge base with origin\/main:/);
});

test('--base names another branch, tag or commit', async () => {
  const folder = repository(RELEASED);
  git(folder, 'tag', 'v0.1.0');
  commit(folder, { [API]: QUERY.replace('name: String', '') });
  git(folder, 'branch', '--force', 'main');
  expect((await run(folder)).code).toBe(0);
  const { code, stdout } = await run(folder, ['--base', 'v0.1.0']);
  expect(code).toBe(1);
  expect(stdout).toContain('the merge base with v0.1.0');
});

test('a --base that git does not know is a fault', async () => {
  expect(await run(repository(RELEASED), ['--base', 'nowhere'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'schema:diff: there is no nowhere here.\n',
  });
});

describe('--released', () => {
  const LAST = { 'release/released/api.graphql': QUERY, 'release/released/subgraph.graphql': FEDERATED };

  test('compares with the texts of the last release, without git', async () => {
    const folder = newFolder();
    writeFiles(folder, { ...RELEASED, ...LAST, [API]: QUERY.replace('name: String', '') });
    const { code, stdout } = await run(folder, ['--released'], { ...ENVIRONMENT, PATH: folder });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Since the last release:\n\nBreaking: 1\n- Field 'name' was removed/);
  });

  test('prints Markdown for CHANGELOG.md, with reasons and without empty classes', async () => {
    const folder = newFolder();
    const reasons = [{ change: "Field 'name' was removed from object type 'Image'", reason: 'it is empty everywhere' }];
    const changed = QUERY.replace('name: String', 'size: Int');
    const subgraph = `${FEDERATED.replace('name: String', 'size: Int')}\ntype Tag { name: String }\n`;
    writeFiles(folder, { ...LAST, [API]: changed, [SUBGRAPH]: subgraph, [LISTED]: JSON.stringify(reasons) });
    expect(await run(folder, ['--released', '--markdown'])).toEqual({
      code: 0,
      stdout: `#### Breaking

- Field 'name' was removed from object type 'Image': it is empty everywhere

#### Safe

- Field 'size' was added to object type 'Image'
- Type 'Tag' was added (in the subgraph)
`,
      stderr: '',
    });
  });

  test('prints nothing of an unchanged schema', async () => {
    const folder = newFolder();
    writeFiles(folder, { ...RELEASED, ...LAST });
    expect(await run(folder, ['--released', '--markdown'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('fails where there are no such texts', async () => {
    const { code, stderr } = await run(repository(RELEASED), ['--released']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^schema:diff: ENOENT: .*release\/released\/api.graphql.*\n$/);
  });
});

test('an option that does not exist is a fault', async () => {
  const { code, stderr } = await run(repository(RELEASED), ['--bas', 'main']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^schema:diff: Unknown option '--bas'.*\n$/);
});

test('a clone without a main branch passes with a note', async () => {
  const folder = repository(RELEASED);
  git(folder, 'branch', '--delete', 'main');
  expect(await run(folder)).toEqual({
    code: 0,
    stdout: 'schema:diff: there is neither origin/main nor main here: nothing to compare with.\n',
    stderr: '',
  });
});

test('a clone that does not reach back to the merge base passes with a note', async () => {
  const folder = repository(RELEASED);
  git(folder, 'checkout', '--orphan', 'another');
  commit(folder, { [API]: 'type Query { nothing: Boolean }' });
  expect(await run(folder)).toEqual({
    code: 0,
    stdout: 'schema:diff: main and HEAD have no merge base here: nothing to compare with.\n',
    stderr: '',
  });
});

test('a folder that is not a git repository passes with a note', async () => {
  const folder = newFolder();
  writeFiles(folder, RELEASED);
  expect(await run(folder)).toEqual({
    code: 0,
    stdout: 'schema:diff: there is neither origin/main nor main here: nothing to compare with.\n',
    stderr: '',
  });
});

test('a machine without git passes', async () => {
  const folder = repository(RELEASED);
  writeFiles(folder, { [API]: 'type Query { nothing: Boolean }' });
  expect(await run(folder, [], { ...ENVIRONMENT, PATH: folder })).toMatchObject({ code: 0, stderr: '' });
});

test('a schema that the base did not have yet passes with a note', async () => {
  const folder = repository({});
  writeFiles(folder, RELEASED);
  const { code, stdout } = await run(folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^schema:diff: not there in [0-9a-f]{12}, the merge base with main: schema\/api.graphql, schema\/subgraph.graphql\n$/,
  );
});

test('a text that the base did not have yet does not keep the other one from being compared', async () => {
  const folder = repository({ [API]: QUERY });
  writeFiles(folder, { [API]: QUERY.replace('name: String', ''), [SUBGRAPH]: FEDERATED });
  const outcome = await run(folder);
  expect(outcome.code).toBe(1);
  expect(outcome.stdout).toMatch(/^schema:diff: not there in .*: schema\/subgraph.graphql\n/);
});

test.each([
  ['cannot be read', { [API]: 'type Query {' }, /^schema:diff: schema\/api.graphql: Syntax Error: .*\n$/],
  ['is missing', undefined, /^schema:diff: schema\/api.graphql: ENOENT: .*\n$/],
])('a text that %s is a fault', async (_what, files, fault) => {
  const folder = repository(RELEASED);
  if (files) writeFiles(folder, files);
  else rmSync(join(folder, API));
  const { code, stderr } = await run(folder);
  expect(code).toBe(1);
  expect(stderr).toMatch(fault);
});

test('the schema of a package in a folder of its repository is found', async () => {
  const folder = newFolder();
  git(folder, 'init');
  const inPackage = (files: Files) =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`package/${path}`, text]));
  commit(folder, inPackage(RELEASED));
  writeFiles(folder, inPackage({ [API]: QUERY.replace('name: String', '') }));
  expect((await run(join(folder, 'package'))).code).toBe(1);
});
