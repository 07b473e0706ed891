// `npm run build`: writes dist/, what the published package runs. The server is bundled with the packages that it uses, so that it installs
// and starts quickly; the client imports its own, which an app may have already.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import * as graphiql from '@graphql-yoga/render-graphiql/graphiql';
import { build, type OutputChunk, type Plugin, type RolldownOutput } from 'rolldown';
import { packagesOf, printNotices } from './bundled.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
/** The files of the server that are read, not imported. They stand beside the chunks, as the code finds them by a relative URL. */
const WORKER = 'src/server/graphiql/bundle-worker.ts';
const BROWSER_FILES = 'src/server/graphiql/browser';

/** Everything imports one copy of graphql, by ESM or by CommonJS: its `instanceof` checks fail between two. */
const oneGraphql: Plugin = {
  name: 'one-graphql',
  resolveId: {
    filter: { id: /^graphql(\/|$)/ },
    handler(id, importer) {
      const path = id === 'graphql' ? 'graphql/index' : id.replace(/\.m?js$/, '');
      return this.resolve(`${path}.mjs`, importer, { skipSelf: true });
    },
  },
};

/** At the best level the build takes 12 s, for 8% less. */
const brotli = (text: string) => promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });

/** GraphiQL's files, 9 MB of text, are kept compressed. */
const GRAPHIQL = '@graphql-yoga/render-graphiql/graphiql';
const GRAPHIQL_FILE = fileURLToPath(import.meta.resolve(GRAPHIQL));
const compressedGraphiql: Plugin = {
  name: 'compressed-graphiql',
  resolveId: { filter: { id: new RegExp(`^${GRAPHIQL}$`) }, handler: () => `\0${GRAPHIQL}` },
  load: {
    filter: { id: new RegExp(`^\0${GRAPHIQL}$`) },
    async handler() {
      const files = Object.entries(graphiql).filter(([, text]) => typeof text === 'string');
      const compress = async ([name, text]: [string, string]) =>
        this.emitFile({ type: 'asset', fileName: `graphiql/${name}.br`, source: await brotli(text) });
      await Promise.all(files.map(compress));
      return `import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
const read = (name) => brotliDecompressSync(readFileSync(new URL(\`graphiql/\${name}.br\`, import.meta.url))).toString();
${files.map(([name]) => `export const ${name} = read('${name}');`).join('\n')}`;
    },
  },
};

/** A thread is started by the URL of its file, which is JavaScript in dist/. */
const builtWorker: Plugin = {
  name: 'built-worker',
  transform: {
    filter: { code: `'${basename(WORKER)}'` },
    handler: (code) => code.replace(`'${basename(WORKER)}'`, `'${basename(WORKER, '.ts')}.js'`),
  },
};

const chunksOf = ({ output }: RolldownOutput) => output.filter((file): file is OutputChunk => file.type === 'chunk');

async function buildServer(): Promise<void> {
  const built = await build({
    cwd: ROOT,
    input: { start: 'src/start.js', 'bundle-worker': WORKER },
    platform: 'node',
    // The paths of modules, which the chunks name, stay within the repository.
    resolve: { symlinks: false },
    checks: { pluginTimings: false },
    plugins: [oneGraphql, compressedGraphiql, builtWorker],
    output: { dir: DIST, chunkFileNames: '[name].js', comments: false },
  });
  cpSync(join(ROOT, BROWSER_FILES), join(DIST, basename(BROWSER_FILES)), { recursive: true });
  chmodSync(join(DIST, 'start.js'), 0o755);
  const packages = packagesOf([...chunksOf(built).flatMap(({ moduleIds }) => moduleIds), GRAPHIQL_FILE]);
  writeFileSync(join(DIST, 'THIRD-PARTY-NOTICES.txt'), printNotices(packages));
}

async function buildClient(): Promise<void> {
  await build({
    cwd: ROOT,
    input: { index: 'src/client/index.ts' },
    platform: 'neutral',
    external: /^[^./]/,
    output: { dir: join(DIST, 'client') },
  });
  execFileSync('tsc', ['--project', join(import.meta.dirname, 'tsconfig.client.json')], { stdio: 'inherit' });
}

rmSync(DIST, { recursive: true, force: true });
await Promise.all([buildServer(), buildClient()]);
