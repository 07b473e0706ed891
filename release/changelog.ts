// The second step of `npm run release:version`, after changesets have set the version: adds the changes of the schema and of names to
// CHANGELOG.md in their classes, and makes the schema and names of now those of the last release.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareNames, currentNames, listedReasons, type NameChange, printNames, releasedNames } from './names.ts';
import { releasesIn, stepFault, VERSION_PLACES } from './versions.ts';

const ROOT = join(import.meta.dirname, '..');
const at = (path: string) => join(ROOT, path);
const read = (path: string) => readFileSync(at(path), 'utf8');

function fail(message: string): never {
  console.error(`release:version: ${message}. Nothing was added; \`git restore .\` takes the version back.`);
  process.exit(1);
}

function printSchemaChanges(): string {
  const args = [at('test/contract/schema-diff.ts'), '--released', '--markdown'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : fail(stderr.trim().replace(/\.$/, ''));
}

function printNameChanges(changes: readonly NameChange[]): string {
  const classes = Map.groupBy(changes, ({ level }) => level);
  const parts = [...classes].map(([level, found]) => {
    const lines = found.map(({ message, reason }) => `- ${message}${reason ? `: ${reason}` : ''}`);
    return `#### ${level}\n\n${lines.join('\n')}`;
  });
  return parts.join('\n\n');
}

const { version } = JSON.parse(read('package.json'));
const names = currentNames();
const nameChanges = compareNames(releasedNames(), names, listedReasons());
const unlisted = nameChanges.filter(({ level, reason }) => level === 'Breaking' && !reason);
if (unlisted.length > 0)
  fail(`without a reason in release/breaking-changes.json: ${unlisted.map(({ message }) => message).join(', ')}`);

const added = [
  ['### Schema', printSchemaChanges()],
  ['### Settings, metrics and error codes', printNameChanges(nameChanges)],
].filter(([, text]) => text !== '');
const changelog = read('CHANGELOG.md');
const [latest, previous] = releasesIn(changelog);
if (!latest || latest.version !== version) fail(`package.json has ${version}, which is not the latest in CHANGELOG.md`);
// The first release has none to be compared with.
const text = [latest.text, ...(previous ? added.flat() : [])].join('\n\n');
// A function, as a text may have a `$`.
const written = changelog.replace(latest.text, () => text);
const fault = stepFault(releasesIn(written));
if (fault) fail(fault);

writeFileSync(at('CHANGELOG.md'), written);
for (const name of ['api.graphql', 'subgraph.graphql'])
  copyFileSync(at(`schema/${name}`), at(`release/released/${name}`));
writeFileSync(at('release/released/names.json'), printNames(names));
for (const list of ['schema/breaking-changes.json', 'release/breaking-changes.json']) writeFileSync(at(list), '[]\n');
const lock = JSON.parse(read('package-lock.json'));
lock.version = version;
lock.packages[''].version = version;
writeFileSync(at('package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
for (const [path, place] of Object.entries(VERSION_PLACES)) writeFileSync(at(path), read(path).replace(place, version));
console.info(
  `release:version: CHANGELOG.md, release/released, package-lock.json, the files for Kubernetes and docs/command-line.md are those of ${version}`,
);
