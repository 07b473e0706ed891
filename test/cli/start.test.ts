// What a start loads, and what it leaves until it is needed.
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keptConnections, QUERY, RESPONSE, send, startServer } from '../server/process/server-process.ts';
import { run } from '../support/processes/command.ts';
import { startIdentityProvider } from '../support/upstreams/identity-provider.ts';

/** Preloaded into the first process: prints at its end what it has loaded, and the folder of its compile cache. */
const RECORDER = `
import cluster from 'node:cluster';
import { getCompileCacheDir, registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
if (cluster.isPrimary) process.on('exit', () => console.log('RECORDED ' + JSON.stringify({ loaded, cache: getCompileCacheDir() })));
`;
const RECORDING = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(RECORDER)}` };

/** Ends a server. Shape: what its first process has loaded. */
async function recordOf({ server }: Awaited<ReturnType<typeof startServer>>) {
  server.child.kill('SIGTERM');
  const { output } = await server.ends();
  const { loaded, cache } = JSON.parse(/^RECORDED (.*)$/m.exec(output)?.[1] ?? '{}') as {
    loaded: string[];
    cache?: string;
  };
  return { loaded, cache, has: (part: string) => loaded.some((url) => url.includes(part)) };
}

/** What not every server needs. */
const LATER = ['/jose/', '/ioredis/', '/src/sandbox/', 'render-graphiql', '/undici/index.js'];

test.each<[what: string, settings: Record<string, string>, query: string, needed: readonly string[]]>([
  ['a query', {}, QUERY, []],
  ['the text of the subgraph', {}, JSON.stringify({ query: '{ _service { sdl } }' }), []],
  ['a limit counted in Redis', { IMAGE_GRAPH_REDIS_URL: 'redis://127.0.0.1:1' }, QUERY, ['/ioredis/']],
])('a server loads what %s needs', async (_what, settings, query, needed) => {
  const started = await startServer({ ...RECORDING, ...settings }, false);
  expect((await send(started.url, keptConnections(), query)).body).not.toHaveProperty('errors');
  const record = await recordOf(started);
  expect(record.has('/graphql-yoga/')).toBe(true);
  expect(LATER.filter(record.has)).toEqual(needed);
});

test('a server that verifies JWTs loads what that needs', async () => {
  const provider = await startIdentityProvider();
  onTestFinished(() => provider.close());
  const started = await startServer({ ...RECORDING, ...provider.settings });
  expect((await send(started.url, keptConnections(), QUERY)).status).toBe(401);
  expect(LATER.filter((await recordOf(started)).has)).toEqual(['/jose/', '/undici/index.js']);
});

test('no package is loaded in more than three copies', async () => {
  const { loaded } = await recordOf(await startServer(RECORDING, false));
  const copies = new Set(loaded.flatMap((url) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(url) ?? []));
  expect(copies.size).toBeGreaterThan(10);
  const counts = Map.groupBy(copies, (folder) => folder.split('/node_modules/').at(-1) ?? '');
  expect([...counts].filter(([, folders]) => folders.length > 3)).toEqual([]);
});

/** Those that pino loads. */
const LOG_PACKAGES = [
  'pino',
  'pino-std-serializers',
  'safe-stable-stringify',
  'sonic-boom',
  'thread-stream',
  'on-exit-leak-free',
  'quick-format-unescaped',
  'atomic-sleep',
  'process-warning',
  'real-require',
  '@pinojs/redact',
];

test('the process above workers loads neither the settings, nor the app, nor a package but the log’s', {
  timeout: 30_000,
}, async () => {
  const started = await startServer({ ...RECORDING, IMAGE_GRAPH_WORKERS: '2' }, false);
  expect((await send(started.url, keptConnections(), QUERY)).body).toEqual(RESPONSE);
  const { has, loaded } = await recordOf(started);
  expect(has('/src/server/process/workers.ts')).toBe(true);
  const packages = new Set(loaded.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []));
  expect([...packages].filter((name) => !LOG_PACKAGES.includes(name))).toEqual([]);
  expect(['/src/server/app.ts', '/src/config/settings.ts', '/src/graph/'].filter(has)).toEqual([]);
});

test('faults of the settings are reported once by workers, too', async () => {
  const settings = { IMAGE_GRAPH_WORKERS: 'two', IMAGE_GRAPH_IMS_ENDPOINT: 'nowhere' };
  const { code, output } = await run(settings).ends();
  expect(code).toBe(1);
  expect(output.match(/IMAGE_GRAPH_WORKERS must be/g)).toHaveLength(1);
  expect(output.match(/IMAGE_GRAPH_IMS_ENDPOINT must be/g)).toHaveLength(1);
});

test('what is compiled is kept beside the packages', async () => {
  const { cache } = await recordOf(await startServer(RECORDING, false));
  expect(cache).toMatch(/\/node_modules\/\.cache\/image-graph\//);
  expect(readdirSync(cache ?? '').length).toBeGreaterThan(0);
});

test('NODE_COMPILE_CACHE names another folder, and NODE_DISABLE_COMPILE_CACHE none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'compile-cache-'));
  const elsewhere = await recordOf(await startServer({ ...RECORDING, NODE_COMPILE_CACHE: folder }, false));
  expect(elsewhere.cache).toContain(folder);
  const disabled = await recordOf(await startServer({ ...RECORDING, NODE_DISABLE_COMPILE_CACHE: '1' }, false));
  expect(disabled.cache).toBeUndefined();
});

test('where the cache cannot be written the server runs without it', async () => {
  const started = await startServer({ NODE_COMPILE_CACHE: '/dev/null/nowhere' }, false);
  expect((await send(started.url, keptConnections(), QUERY)).body).toEqual(RESPONSE);
});
