// The published package: what is in the tarball, and that it works in a folder that has nothing else.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { addressIn, type Command, runFile } from '../support/processes/command.ts';
import { installTarball, packTarball } from '../support/processes/tarball.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'image-graph-package-'));
const installed = join(folder, 'node_modules/image-graph');
let bin = '';

beforeAll(() => {
  bin = installTarball(folder);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts the installed command. */
const start = (settings: Record<string, string>, ...args: string[]): Command => runFile(bin, settings, ...args);

/** Starts the installed server. Shape: its URL. */
async function serve(settings: Record<string, string> = {}) {
  const server = start({ PORT: '0', ...settings });
  return { server, url: addressIn(await server.says('open http')) };
}

const query = async (url: string, text: string) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text }) });
  return (await response.json()) as { data?: unknown; errors?: unknown };
};

const FIRST_REPOSITORY = '{ repositories(first: 1) { nodes { name } } }';
const FOUND = { data: { repositories: { nodes: [{ name: expect.any(String) }] } } };

describe('the contents', () => {
  const list = () => execFileSync('tar', ['tzf', packTarball()], { encoding: 'utf8' }).trim().split('\n').toSorted();
  const isChunk = (file: string) => /^package\/dist\/[\w-]+\.js$/.test(file);
  const isPage = (file: string) => /^package\/docs\/[a-z-]+\.md$/.test(file);

  test('are the bundle, the client, the schema and the docs', () => {
    expect(list().filter((file) => !isChunk(file) && !isPage(file))).toEqual([
      'package/CHANGELOG.md',
      'package/LICENSE',
      'package/README.md',
      'package/SECURITY.md',
      'package/dist/THIRD-PARTY-NOTICES.txt',
      'package/dist/browser/page.css',
      'package/dist/browser/page.js',
      'package/dist/client/authorized-fetch.d.ts',
      'package/dist/client/errors.d.ts',
      'package/dist/client/generated/graphql.d.ts',
      'package/dist/client/index.d.ts',
      'package/dist/client/index.js',
      'package/dist/client/renewed-token.d.ts',
      'package/dist/graphiql/css.br',
      'package/dist/graphiql/editorWorkerService.br',
      'package/dist/graphiql/favicon.br',
      'package/dist/graphiql/graphqlWorker.br',
      'package/dist/graphiql/js.br',
      'package/dist/graphiql/jsonWorker.br',
      'package/package.json',
      'package/schema/api.graphql',
      'package/schema/subgraph.graphql',
    ]);
    expect(list().filter(isChunk)).toContain('package/dist/start.js');
    expect(list().filter(isPage)).toContain('package/docs/settings.md');
  });

  test('have no source map, no path of the machine that built them, and at most 10 MB', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).map((name) => join(installed, name));
    const texts = files.filter((file) => /\.(js|ts|json|css|txt)$/.test(file));
    expect(texts.length).toBeGreaterThan(40);
    const wrong = texts.filter((file) => {
      const text = readFileSync(file, 'utf8');
      return text.includes('sourceMappingURL=') || text.includes(ROOT) || text.includes(tmpdir());
    });
    expect(wrong).toEqual([]);
    expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(10_000_000);
  });

  test('name the licence of each package that is bundled', () => {
    const notices = readFileSync(join(installed, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const { dependencies: imported } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    const bundled = Object.keys(dependencies).filter((name) => !(name in imported));
    expect(bundled.length).toBeGreaterThan(15);
    expect(bundled.filter((name) => !notices.includes(`\n${name} `))).toEqual([]);
  });

  test('install four packages', () => {
    const names = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(names.toSorted()).toEqual(['@graphql-typed-document-node', 'graphql', 'graphql-request', 'image-graph']);
  });
});

describe('the server', () => {
  test('serves the sandbox', async () => {
    const { url } = await serve();
    expect(await query(url, FIRST_REPOSITORY)).toEqual(FOUND);
  });

  test('serves the text of the subgraph', async () => {
    const { url } = await serve();
    const sdl = readFileSync(join(installed, 'schema/subgraph.graphql'), 'utf8');
    expect(await query(url, '{ _service { sdl } }')).toEqual({ data: { _service: { sdl } } });
  });

  test('serves GraphiQL, with all of its files', async () => {
    const { url } = await serve();
    const html = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
    const files = [...new Set(html.match(/\?file=[\w.]+/g))];
    expect(files).toHaveLength(7);
    for (const file of files) {
      const response = await fetch(url + file);
      expect([file, response.status]).toEqual([file, 200]);
      expect((await response.text()).length).toBeGreaterThan(1_000);
    }
  });

  test('runs compiled code, which is loaded later', async () => {
    const { url } = await serve({ IMAGE_GRAPH_COMPILE_AFTER: '1', IMAGE_GRAPH_METRICS_OPERATIONS: 'Compiled' });
    const text = `query Compiled ${FIRST_REPOSITORY}`;
    for (let count = 0; count < 3; count++) expect(await query(url, text)).toEqual(FOUND);
    const metrics = await (await fetch(new URL('/metrics', url))).text();
    expect(metrics).toMatch(/operation="Compiled",outcome="success",executor="compiled"\} [1-9]/);
  });

  test('runs in workers, and ends with them', async () => {
    const { server, url } = await serve({ IMAGE_GRAPH_WORKERS: '2' });
    expect(await query(url, FIRST_REPOSITORY)).toEqual(FOUND);
    server.child.kill('SIGTERM');
    expect(await server.ends()).toMatchObject({ code: 0, output: expect.stringContaining('All workers have ended.') });
  });

  test.each<[what: string, settings: Record<string, string>]>([
    ['text in the log', { IMAGE_GRAPH_LOG_FORMAT: 'pretty' }],
    ['a Redis that is away', { IMAGE_GRAPH_REDIS_URL: 'redis://127.0.0.1:1' }],
    ['traces', { IMAGE_GRAPH_TRACING: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }],
  ])('has what it needs for %s', async (_what, settings) => {
    const { url } = await serve(settings);
    expect(await query(url, FIRST_REPOSITORY)).toEqual(FOUND);
  });

  test('rejects callers by API keys that its own command has made', async () => {
    const file = join(folder, 'keys');
    const made = await start({ IMAGE_GRAPH_API_KEYS_FILE: file }, 'key', 'create', 'ci').ends();
    const { url } = await serve({ IMAGE_GRAPH_API_KEYS_FILE: file });
    expect(await query(url, FIRST_REPOSITORY)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${made.stdout.trim()}` };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: FIRST_REPOSITORY }) });
    expect(await response.json()).toEqual(FOUND);
  });
});

describe('Node', () => {
  /** A Node of this machine that is too old; where there is none, this one says that it is. */
  const OLD = ['/usr/bin/node', '/usr/local/bin/node'].find(
    (node) => existsSync(node) && /^v(1\d|20|21)\./.test(execFileSync(node, ['--version'], { encoding: 'utf8' })),
  );
  const old = (file: string, cwd: string) => {
    const pretend = "Object.defineProperty(process.versions, 'node', { value: '20.19.0' })";
    const flags = OLD ? [] : [`--import=data:text/javascript,${encodeURIComponent(pretend)}`];
    return new Promise((resolve) => {
      const child = spawn(OLD ?? process.execPath, [...flags, file], { cwd, env: {} });
      onTestFinished(() => void child.kill('SIGKILL'));
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      child.once('close', (code) => resolve({ code, output }));
    });
  };
  const line = /^Node 20\.\d+\.\d+ is too old: 22\.19 is the oldest that works\.\n$/;

  test.each([
    ['the tarball', () => bin],
    ['a clone', () => join(ROOT, 'src/start.js')],
  ])('20 gets one line from %s', async (_what, file) => {
    expect(await old(file(), folder)).toEqual({ code: 1, output: expect.stringMatching(line) });
  });
});

describe('the client', () => {
  const CODE = `
    import { createClient, RepositoriesDocument } from 'image-graph/client';
    const data = await createClient(process.argv[2]).request(RepositoriesDocument, { first: 1 });
    console.log(data.repositories?.nodes?.[0]?.name);
  `;

  test('queries the server, and loads nothing of it', async () => {
    const { url } = await serve();
    const file = join(folder, 'app.mjs');
    const recorder = `import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { console.error(url); return next(url, context); } });`;
    writeFileSync(file, CODE);
    const flag = `--import=data:text/javascript,${encodeURIComponent(recorder)}`;
    const ended = await runFile(process.execPath, {}, flag, file, url).ends();
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\S+\n$/) });
    const loaded = ended.stderr.split('\n').filter((name) => name.startsWith('file:') && !name.endsWith('/app.mjs'));
    expect(loaded.length).toBeGreaterThan(3);
    const isOfClient = (name: string) =>
      /\/node_modules\/(image-graph\/dist\/client|graphql-request|graphql)\//.test(name);
    expect(loaded.filter((name) => !isOfClient(name))).toEqual([]);
  });

  test.each(['node16', 'bundler'])('has types for moduleResolution %s', (resolution) => {
    const file = join(folder, `typed-${resolution}.ts`);
    writeFileSync(file, `${CODE}const wrong: number = data.repositories;`);
    const module = resolution === 'node16' ? 'node16' : 'esnext';
    const options = [
      '--module',
      module,
      '--moduleResolution',
      resolution,
      '--target',
      'es2022',
      '--strict',
      '--noEmit',
    ];
    const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
    const compile = () =>
      execFileSync('tsc', [...options, ...types, file], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    expect(compile).toThrow();
    try {
      compile();
    } catch (error) {
      const lines = (error as { stdout: string }).stdout
        .trim()
        .split('\n')
        .filter((line) => line.includes('error'));
      expect(lines).toEqual([
        expect.stringMatching(/TS2322.*RepositoriesQuery|TS2322.*not assignable to type 'number'/),
      ]);
    }
  });

  test('stands beside the schema, which is found by its name', async () => {
    const file = join(folder, 'schema.mjs');
    writeFileSync(file, "console.log(import.meta.resolve('image-graph/schema/api.graphql'))");
    const { stdout } = await runFile(process.execPath, {}, file).ends();
    expect(readFileSync(new URL(stdout.trim()), 'utf8')).toBe(readFileSync(join(ROOT, 'schema/api.graphql'), 'utf8'));
  });
});
