// Makes the software bill of materials of a tarball, as CycloneDX: the packages that are bundled in it, and those that npm installs beside
// it. `npm sbom` lists what package.json names, and not what is bundled.
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

const LOCK = join(import.meta.dirname, '../package-lock.json');

/** What is read of an entry of package-lock.json. */
interface LockEntry {
  readonly name?: string;
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
}

/** A package that the tarball holds, or that is installed with it. */
export interface Material {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly isBundled: boolean;
}

/** A file of a tarball, as text. */
export const fileIn = (tarball: string, path: string): string =>
  execFileSync('tar', ['xzOf', tarball, `package/${path}`], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

/** The packages that the notices in a tarball name, each once. */
function bundledIn(tarball: string): Material[] {
  const [first = '', ...others] = fileIn(tarball, 'dist/THIRD-PARTY-NOTICES.txt').split(/^-{80}$/m);
  const heads = [first.slice(first.indexOf('\n')), ...others].flatMap((part) => {
    const [, name, version, license] = /^(\S+) (\d\S*) \((.+)\)$/.exec(part.trim().split('\n', 1)[0] ?? '') ?? [];
    return name && version && license ? [{ name, version, license, isBundled: true }] : [];
  });
  return [...new Map(heads.map((head) => [`${head.name}@${head.version}`, head])).values()];
}

function readLock(): { readonly path: string; readonly name: string; readonly entry: LockEntry }[] {
  const { packages }: { packages: Record<string, LockEntry> } = JSON.parse(readFileSync(LOCK, 'utf8'));
  return Object.entries(packages).map(([path, entry]) => ({
    path,
    name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    entry,
  }));
}

/** What a tarball consists of. Errors: throws for a package that is installed with it and not in the lockfile. */
export function materialsOf(tarball: string): Material[] {
  const bundled = bundledIn(tarball);
  const lock = readLock();
  const { dependencies } = JSON.parse(fileIn(tarball, 'package.json'));
  const installed = Object.keys(dependencies).map((name): Material => {
    const found = lock.find(({ path }) => path === `node_modules/${name}`)?.entry;
    if (!found?.version || !found.license) throw new Error(`${name} is not in package-lock.json`);
    return { name, version: found.version, license: found.license, isBundled: false };
  });
  const isBundled = ({ name, version }: Material) =>
    bundled.some((other) => other.name === name && other.version === version);
  return [...bundled, ...installed.filter((one) => !isBundled(one))].toSorted((a, b) => a.name.localeCompare(b.name));
}

const purl = (name: string, version: string) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** A licence as CycloneDX writes it: one of the SPDX list, or an expression. */
const licenseOf = (license: string) => (/[ ()]/.test(license) ? { expression: license } : { license: { id: license } });

/** The document of a tarball. Errors: throws for a package without a hash in the lockfile, and for a document that CycloneDX's schema rejects. */
export async function printSbom(tarball: string): Promise<string> {
  const { name, version, description, license } = JSON.parse(fileIn(tarball, 'package.json'));
  const lock = readLock();
  const components = materialsOf(tarball).map((one) => {
    const locked = lock.find((other) => other.name === one.name && other.entry.version === one.version)?.entry;
    const digest = /^sha512-(\S+)$/.exec(locked?.integrity ?? '')?.[1];
    if (!digest) throw new Error(`${one.name} ${one.version} has no SHA-512 in package-lock.json`);
    return {
      type: 'library',
      'bom-ref': purl(one.name, one.version),
      name: one.name,
      version: one.version,
      scope: 'required',
      hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
      licenses: [licenseOf(one.license)],
      purl: purl(one.name, one.version),
      properties: [{ name: 'cdx:npm:package:bundled', value: String(one.isBundled) }],
    };
  });
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${randomUUID()}`,
    version: 1,
    metadata: {
      timestamp: new Date().toISOString(),
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': purl(name, version),
        name,
        version,
        description,
        // Of the tarball that this document is about.
        hashes: [{ alg: 'SHA-512', content: createHash('sha512').update(readFileSync(tarball)).digest('hex') }],
        licenses: [licenseOf(license)],
        purl: purl(name, version),
      },
    },
    components,
    dependencies: [{ ref: purl(name, version), dependsOn: components.map(({ purl: ref }) => ref) }],
  };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const fault = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
  if (fault) throw new Error(`CycloneDX's schema rejects it: ${JSON.stringify(fault)}`);
  return text;
}
