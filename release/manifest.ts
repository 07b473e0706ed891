// Run by npm before and after it packs (`prepack`, `postpack`). The command of the tarball is that of dist/, and its package.json lists only
// the packages that dist/ imports, while that of the repository lists those which are bundled, too.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MANIFEST = join(import.meta.dirname, '../package.json');
/** Where that of the repository is meanwhile. */
const KEPT = join(import.meta.dirname, '../package.kept.json');

/** What the client imports; graphql-request needs graphql beside it. */
const IMPORTED = ['@graphql-typed-document-node/core', 'graphql', 'graphql-request'];

const BIN = { 'image-graph': 'dist/start.js' };

/** Fields that only work in the repository. */
const REPOSITORY_FIELDS = ['scripts', 'devDependencies', 'overrides', 'allowScripts'];

function publish(): void {
  restore();
  const { bin: _, dependencies, ...manifest } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  const published = Object.entries(manifest).filter(([field]) => !REPOSITORY_FIELDS.includes(field));
  const imported = Object.fromEntries(IMPORTED.map((name) => [name, dependencies[name]]));
  renameSync(MANIFEST, KEPT);
  // Bundlers may leave out what an app does not import of the client.
  const made = { ...Object.fromEntries(published), bin: BIN, dependencies: imported, sideEffects: false };
  writeFileSync(MANIFEST, `${JSON.stringify(made, null, 2)}\n`);
}

/** Also before: npm may have been interrupted. */
function restore(): void {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
}

process.argv[2] === 'restore' ? restore() : publish();
