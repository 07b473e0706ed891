// `npm run release:check`: what a release needs, each check in one line; the exit code is 1 where one fails. Writes the files of the release
// to artifacts/, which are those that were checked. `--without NAME` leaves a check out, and says so.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { compareNames, currentNames, releasedNames } from './names.ts';
import { materialsOf, printSbom } from './sbom.ts';
import { releasesIn, stepFault, VERSION_PLACES } from './versions.ts';

const ROOT = join(import.meta.dirname, '..');
const ARTIFACTS = join(ROOT, 'artifacts');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();

/** Licences of packages that may be passed on within the tarball, with their texts and nothing further. */
const LICENSES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];

/** What `types` does not count: the package is ESM alone, and its entry points are those of `exports`. */
const OLD_RESOLUTIONS = ['node10', 'node16-cjs'];

/** What may be in the tarball. */
const CONTENTS =
  /^(dist\/.+|docs\/[\w-]+\.md|schema\/\w+\.graphql|(README|CHANGELOG|SECURITY)\.md|LICENSE|package\.json)$/;

const { version } = JSON.parse(read('package.json'));
const tarball = join(ARTIFACTS, `image-graph-${version}.tgz`);

/** A check throws what is wrong, or returns what it has found. */
type Check = () => string | Promise<string>;

function demand(isRight: boolean, fault: string): asserts isRight {
  if (!isRight) throw new Error(fault);
}

const demandNone = (wrong: readonly string[]) => demand(wrong.length === 0, wrong.join('; '));

const CHECKS: Readonly<Record<string, Check>> = {
  tree: () => {
    demandNone(git('status', '--porcelain').split('\n').filter(Boolean));
    return `clean at ${git('rev-parse', '--short=12', 'HEAD')}`;
  },
  changesets: () => {
    demandNone(
      readdirSync(join(ROOT, '.changeset'))
        .filter((name) => name.endsWith('.md') && name !== 'README.md')
        .map((name) => `.changeset/${name} is not released: npm run release:version`),
    );
    return 'none is left';
  },
  version: () => {
    const [latest] = releasesIn(read('CHANGELOG.md'));
    const locked = JSON.parse(read('package-lock.json'));
    demand(
      latest !== undefined && latest.version === version,
      `CHANGELOG.md begins with ${latest?.version}, and package.json has ${version}`,
    );
    demand(latest.text !== '', `CHANGELOG.md says nothing of ${version}`);
    demand(
      locked.version === version && locked.packages[''].version === version,
      `package-lock.json has ${locked.version}`,
    );
    for (const [path, place] of Object.entries(VERSION_PLACES))
      demand(read(path) === read(path).replace(place, version), `${path} has another version than ${version}`);
    const tag = git('tag', '--list', `v${version}`) && git('rev-list', '-n', '1', `v${version}`);
    demand(tag === '' || tag === git('rev-parse', 'HEAD'), `the tag v${version} is that of another commit`);
    return `${version} in package.json, package-lock.json and CHANGELOG.md`;
  },
  step: () => {
    const releases = releasesIn(read('CHANGELOG.md'));
    const fault = stepFault(releases);
    demand(fault === undefined, `${fault}`);
    return releases[1] ? `fits the changes since ${releases[1].version}` : 'this is the first release';
  },
  schema: () => {
    demandNone(
      ['api.graphql', 'subgraph.graphql']
        .filter((name) => read(`schema/${name}`) !== read(`release/released/${name}`))
        .map((name) => `schema/${name} has changed since npm run release:version`),
    );
    return 'that of release/released, whose changes are in CHANGELOG.md';
  },
  names: () => {
    demandNone(compareNames(releasedNames(), currentNames(), new Map()).map(({ message }) => message));
    return 'settings, metrics and error codes are those of release/released';
  },
  'handed out': () => {
    const versions = JSON.parse(read('test/release/handed-out.json'));
    demand(version in versions, `test/release/handed-out.json has no ids and cursors of ${version}`);
    return `${versions[version].ids.length} ids and ${versions[version].cursors.length} cursors are kept for later versions`;
  },
  package: async () => {
    rmSync(ARTIFACTS, { recursive: true, force: true });
    mkdirSync(ARTIFACTS);
    const { status, stderr } = spawnSync('npm', ['pack', '--silent', '--pack-destination', ARTIFACTS], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    demand(status === 0, `npm pack fails: ${stderr}`);
    const data = readFileSync(tarball);
    const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(data).buffer }, strict: true });
    demandNone(messages.map((message) => formatMessage(message, pkg) ?? message.code));
    return `${Math.round(data.length / 1000)} kB; publint finds nothing`;
  },
  types: async () => {
    const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
    demand(result.types !== false, 'the tarball has no types');
    const problems = result.problems.filter(
      (problem) => !('resolutionKind' in problem && OLD_RESOLUTIONS.includes(problem.resolutionKind)),
    );
    demandNone(problems.map((problem) => JSON.stringify(problem)));
    return 'attw finds nothing for ESM and bundlers';
  },
  contents: () => {
    const list = execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
    demandNone(list.map((name) => name.replace('package/', '')).filter((name) => !CONTENTS.test(name)));
    return `${list.length} files`;
  },
  licences: () => {
    const materials = materialsOf(tarball);
    demandNone(
      materials
        .filter(({ license }) => !LICENSES.includes(license))
        .map(({ name, version: its, license }) => `${name} ${its} has ${license}`),
    );
    return `${materials.length} packages: ${[...new Set(materials.map(({ license }) => license))].toSorted().join(', ')}`;
  },
  sbom: async () => {
    const text = await printSbom(tarball);
    writeFileSync(join(ARTIFACTS, `image-graph-${version}.cdx.json`), text);
    const { components } = JSON.parse(text);
    return `CycloneDX 1.6 with ${components.length} packages, valid by its schema`;
  },
  audit: () => {
    const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: ROOT, encoding: 'utf8' });
    const { metadata, message, error } = JSON.parse(stdout);
    demand(metadata !== undefined, `npm audit gets no report: ${message ?? error?.summary ?? stdout}`);
    const { total, ...counts } = metadata.vulnerabilities;
    demand(total === 0, `vulnerabilities: ${JSON.stringify(counts)}`);
    return 'no known vulnerability in what is bundled or installed';
  },
  files: () => {
    for (const name of ['api', 'subgraph'])
      copyFileSync(join(ROOT, `schema/${name}.graphql`), join(ARTIFACTS, `image-graph-${version}.${name}.graphql`));
    const names = readdirSync(ARTIFACTS).toSorted();
    const sums = names.map((name) => {
      const digest = createHash('sha256')
        .update(readFileSync(join(ARTIFACTS, name)))
        .digest('hex');
      return `${digest}  ${name}\n`;
    });
    writeFileSync(join(ARTIFACTS, 'SHA256SUMS'), sums.join(''));
    return `artifacts/: ${[...names, 'SHA256SUMS'].join(', ')}`;
  },
};

function readLeftOut(): readonly string[] {
  try {
    const { without = [] } = parseArgs({ options: { without: { type: 'string', multiple: true } } }).values;
    demandNone(without.filter((name) => !(name in CHECKS)).map((name) => `there is no check ${name}`));
    return without;
  } catch (error) {
    console.error(`release:check: ${messageOf(error)}`);
    process.exit(1);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).trim();

const colours = { ok: 'green', fault: 'red', 'left out': 'yellow' } as const;
const say = (name: string, outcome: keyof typeof colours, text = '') => {
  const word = styleText(colours[outcome], outcome.padEnd(8), { stream: process.stdout });
  console.info(`${word}  ${name.padEnd(10)}  ${text.replace(/\s*\n\s*/g, ' ')}`.trimEnd());
};

const leftOut = readLeftOut();
let faults = 0;
// One after the other: later ones look at the tarball of an earlier one.
for (const [name, check] of Object.entries(CHECKS)) {
  if (leftOut.includes(name)) {
    say(name, 'left out');
    continue;
  }
  try {
    say(name, 'ok', await check());
  } catch (error) {
    faults++;
    say(name, 'fault', messageOf(error));
  }
}
const count = `${faults} ${faults === 1 ? 'fault' : 'faults'}`;
console.info(`release:check: ${count}${leftOut.length > 0 ? `, without ${leftOut.join(', ')}` : ''}`);
process.exitCode = faults === 0 ? 0 : 1;
