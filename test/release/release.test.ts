// A release in a copy of the repository: from changesets to a version, and what the check of it finds.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
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
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { releasesIn, stepFault } from '../../release/versions.ts';

const ROOT = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'image-graph-release-'));
afterAll(() => rmSync(copy, { recursive: true }));
const { PATH = '', HOME = '' } = process.env;
const env = {
  HOME,
  PATH: [dirname(process.execPath), join(ROOT, 'node_modules/.bin'), PATH].join(':'),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};
const at = (path: string) => join(copy, path);
const read = (path: string) => readFileSync(at(path), 'utf8');

function git(...command: string[]): string {
  const settings = ['user.name=Test', 'user.email=test@example.org', 'init.defaultBranch=main'];
  const args = [...settings.flatMap((setting) => ['-c', setting]), ...command];
  return execFileSync('git', args, { cwd: copy, env, encoding: 'utf8' });
}

function commitAll(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Change');
}

function run(file: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: copy, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** The checks that need no tarball, or these of them: their lines by their names. */
function check(...without: string[]) {
  const { status, stdout } = run(
    process.execPath,
    'release/check.ts',
    ...without.flatMap((name) => ['--without', name]),
  );
  const lines = stdout.split('\n').flatMap((line) => {
    const [, outcome, name, text = ''] = /^(ok|fault|left out) +(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, `${outcome} ${text}`.trim()]];
  });
  const found: Record<string, string> = Object.fromEntries(lines);
  return { status, found, stdout };
}
const OF_TARBALL = ['package', 'types', 'contents', 'licences', 'sbom', 'audit', 'files'];

/** Changes files for the length of a test. */
function change(files: Record<string, (text: string) => string>): void {
  for (const [path, edit] of Object.entries(files))
    writeFileSync(at(path), edit(existsSync(at(path)) ? read(path) : ''));
  onTestFinished(() => {
    git('reset', '--quiet', '--hard');
    git('clean', '--quiet', '--force');
  });
}

const CHANGESET = '---\n"image-graph": minor\n---\n\nImages have a colour.\n';

beforeAll(() => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of files
    .trim()
    .split('\n')
    .filter((name) => existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(at(file)), { recursive: true });
    cpSync(join(ROOT, file), at(file));
  }
  symlinkSync(join(ROOT, 'node_modules'), at('node_modules'));
  appendFileSync(at('.gitignore'), '/node_modules\n');
  git('init', '--quiet');
  // What the repository is about to release is not part of this one.
  for (const name of ['api', 'subgraph']) cpSync(at(`schema/${name}.graphql`), at(`release/released/${name}.graphql`));
  writeFileSync(at('package.json'), read('package.json').replace(/"version": ".*"/, '"version": "1.4.2"'));
  writeFileSync(at('CHANGELOG.md'), '# image-graph\n\n## 1.4.2\n\n- The version before.\n');
  git('rm', '--quiet', '--cached', '-r', '--ignore-unmatch', '.changeset');
  commitAll();
}, 60_000);

describe('npm run release:version', () => {
  test('fails without a changeset', () => {
    const { status, stdout, stderr } = run('npm', 'run', '--silent', 'release:version');
    expect(status).toBe(1);
    expect(stdout + stderr).toContain('No unreleased changesets found');
  });

  test('fails where the changes need a larger step, and writes nothing', () => {
    const breaking = [{ change: "Type 'Old' was removed", reason: 'nobody uses it' }];
    change({
      '.changeset/colour.md': () => CHANGESET,
      'release/released/api.graphql': (text) => `${text}\ntype Old {\n  name: String\n}\n`,
      'schema/breaking-changes.json': () => JSON.stringify(breaking),
    });
    const { status, stderr } = run('npm', 'run', '--silent', 'release:version');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('1.5.0 is a minor step from 1.4.2; its changes need a major one'),
    });
    expect(read('CHANGELOG.md')).not.toContain('Breaking');
    expect(JSON.parse(read('schema/breaking-changes.json'))).toEqual(breaking);
  });

  test('fails where a name was removed without a reason', () => {
    change({
      '.changeset/colour.md': () => CHANGESET,
      'release/released/names.json': (text) => text.replace('"setting": [', '"setting": ["IMAGE_GRAPH_OLD",'),
    });
    const { status, stderr } = run('npm', 'run', '--silent', 'release:version');
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('`IMAGE_GRAPH_OLD` was removed') });
  });

  test('writes the version, the changes in their classes, and what later versions are compared with', () => {
    change({
      '.changeset/colour.md': () => CHANGESET,
      'schema/api.graphql': (text) => `${text}\ntype Colour {\n  name: String\n}\n`,
      'release/released/names.json': (text) => text.replace(/"IMAGE_GRAPH_CORS_ORIGINS",\n/, ''),
    });
    commitAll();
    const { status, stderr } = run('npm', 'run', '--silent', 'release:version');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const commit = git('rev-parse', '--short', 'HEAD').trim();
    expect(read('CHANGELOG.md')).toBe(`# image-graph

## 1.5.0

### Minor Changes

- ${commit}: Images have a colour.

### Schema

#### Safe

- Type 'Colour' was added

### Settings, metrics and error codes

#### Safe

- setting \`IMAGE_GRAPH_CORS_ORIGINS\` was added

## 1.4.2

- The version before.
`);
    expect(JSON.parse(read('package.json')).version).toBe('1.5.0');
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({
      version: '1.5.0',
      packages: { '': { version: '1.5.0' } },
    });
    expect(read('deploy/helm/image-graph/Chart.yaml')).toMatch(/^version: 1\.5\.0\n(?:.*\n)*appVersion: 1\.5\.0$/m);
    expect(read('deploy/kustomize/base/kustomization.yaml')).toMatch(/newTag: 1\.5\.0$/m);
    expect(read('docs/command-line.md').match(/^image-graph \d.*, Node/gm)).toEqual([
      'image-graph 1.5.0, Node',
      'image-graph 1.5.0, Node',
    ]);
    expect(read('release/released/api.graphql')).toBe(read('schema/api.graphql'));
    expect(read('release/released/names.json')).toContain('IMAGE_GRAPH_CORS_ORIGINS');
    expect(Object.keys(JSON.parse(read('test/release/handed-out.json')))).toEqual(
      expect.arrayContaining(['0.1.0', '1.5.0']),
    );
    commitAll();
  });
});

describe('npm run release:check', () => {
  test('finds nothing wrong with that version, and says what it has left out', () => {
    const { status, found, stdout } = check(...OF_TARBALL);
    expect(found).toEqual({
      tree: expect.stringMatching(/^ok clean at [0-9a-f]{12}$/),
      changesets: 'ok none is left',
      version: 'ok 1.5.0 in package.json, package-lock.json and CHANGELOG.md',
      step: 'ok fits the changes since 1.4.2',
      schema: expect.stringMatching(/^ok /),
      names: expect.stringMatching(/^ok /),
      'handed out': expect.stringMatching(/^ok \d+ ids and \d+ cursors are kept/),
      ...Object.fromEntries(OF_TARBALL.map((name) => [name, 'left out'])),
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /\nrelease:check: 0 faults, without package, types, contents, licences, sbom, audit, files\n$/,
    );
  });

  test.each<[string, Record<string, (text: string) => string>, string]>([
    ['tree', { 'schema/new.txt': () => 'New.' }, '?? schema/new.txt'],
    ['changesets', { '.changeset/more.md': () => CHANGESET }, '.changeset/more.md is not released'],
    ['version', { 'package.json': (text) => text.replace('1.5.0', '1.6.0') }, 'CHANGELOG.md begins with 1.5.0'],
    [
      'version',
      { 'deploy/helm/image-graph/Chart.yaml': (text) => text.replace('appVersion: 1.5.0', 'appVersion: 1.4.2') },
      'deploy/helm/image-graph/Chart.yaml has another version than 1.5.0',
    ],
    ['version', { 'package-lock.json': (text) => text.replace('1.5.0', '1.4.2') }, 'package-lock.json has 1.4.2'],
    ['step', { 'CHANGELOG.md': (text) => text.replace('#### Safe', '#### Breaking') }, '1.5.0 is a minor step'],
    ['schema', { 'schema/subgraph.graphql': (text) => `${text}\n` }, 'schema/subgraph.graphql has changed'],
    ['names', { 'docs/errors.md': (text) => text.replace('| `OVERLOADED`', '| `BUSY_NOW`') }, 'error code `BUSY_NOW`'],
    ['handed out', { 'test/release/handed-out.json': () => '{}' }, 'no ids and cursors of 1.5.0'],
  ])('finds a fault of %s', (name, files, fault) => {
    change(files);
    const { status, found } = check(...OF_TARBALL);
    expect(found[name]).toMatch(/^fault /);
    expect(found[name]).toContain(fault);
    expect(status).toBe(1);
  });

  test('does not release a version twice', () => {
    git('tag', 'v1.5.0', 'HEAD~1');
    onTestFinished(() => void git('tag', '--delete', 'v1.5.0'));
    expect(check(...OF_TARBALL).found.version).toBe('fault the tag v1.5.0 is that of another commit');
  });

  test('makes the files of the release', { timeout: 120_000 }, () => {
    // Not every registry reports vulnerabilities.
    const { status, found, stdout } = check('audit');
    expect(status, stdout).toBe(0);
    expect(found.package).toMatch(/^ok \d+ kB; publint finds nothing$/);
    expect(found.files).toBe(
      `ok artifacts/: ${['api.graphql', 'cdx.json', 'subgraph.graphql', 'tgz'].map((end) => `image-graph-1.5.0.${end}`).join(', ')}, SHA256SUMS`,
    );
    const sums = spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: at('artifacts'),
      encoding: 'utf8',
    });
    expect(sums.stdout.trim().split('\n')).toHaveLength(4);
    expect(sums.status).toBe(0);
    const { metadata, components } = JSON.parse(read('artifacts/image-graph-1.5.0.cdx.json'));
    const [line] = execFileSync('sha512sum', [at('artifacts/image-graph-1.5.0.tgz')], { encoding: 'utf8' }).split(' ');
    expect(metadata.component).toMatchObject({ name: 'image-graph', version: '1.5.0', hashes: [{ content: line }] });
    const versionOf = (name: string) =>
      JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
    for (const [name, bundled] of [
      ['undici', 'true'],
      ['graphql', 'true'],
      ['graphql-request', 'false'],
    ] as const)
      expect(components).toContainEqual(
        expect.objectContaining({
          purl: `pkg:npm/${name}@${versionOf(name)}`,
          properties: [{ name: 'cdx:npm:package:bundled', value: bundled }],
        }),
      );
    expect(components.map(({ name }: { name: string }) => name)).not.toContain('vitest');
  });

  test('rejects the name of a check that does not exist', () => {
    const { status, stderr } = run(process.execPath, 'release/check.ts', '--without', 'nothing');
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'release:check: there is no check nothing\n' });
  });
});

describe('the step between versions', () => {
  const changelog = (to: string, level: string, from: string) =>
    releasesIn(`# image-graph\n\n## ${to}\n\n### Schema\n\n${level}\n\n- It.\n\n## ${from}\n\n- Before.\n`);

  test.each([
    ['2.0.0', '#### Breaking', '1.9.3', true],
    ['1.10.0', '#### Breaking', '1.9.3', false],
    ['1.10.0', '#### Dangerous', '1.9.3', true],
    ['1.9.4', '#### Safe', '1.9.3', false],
    ['1.9.4', '', '1.9.3', true],
    ['0.2.0', '#### Breaking', '0.1.9', true],
    ['0.1.10', '#### Breaking', '0.1.9', false],
    ['0.1.10', '#### Safe', '0.1.9', true],
    ['1.0.0', '#### Breaking', '0.1.9', true],
  ])('%s with "%s" after %s', (to, level, from, fits) => {
    expect(stepFault(changelog(to, level, from)) === undefined).toBe(fits);
  });

  test('the first release fits', () => {
    expect(stepFault(releasesIn('# image-graph\n\n## 1.0.0\n\nAll.\n'))).toBeUndefined();
  });
});
