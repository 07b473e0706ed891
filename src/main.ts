#!/usr/bin/env node
// The command line and the composition root: `serve` (the default), `sandbox`, `schema`, `key create`.
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { apiKeysFile, type Config, ConfigError, loadConfig } from './config/config.ts';
import type { Sandbox } from './sandbox/cloud.ts';
import { consoleLogger } from './server/logger.ts';
import { Connections, drain, listen } from './server/process/graceful-shutdown.ts';
import { isWorker, tellEnding, tellReady, Workers } from './server/process/workers.ts';

const COMMANDS = new Map(Object.entries({ serve, sandbox, schema, key }));

/**
 * Starts the GraphQL server, on the sandbox when no cloud is configured; as several processes where the settings say so.
 * SIGTERM and SIGINT stop it, and so does an error that nobody caught.
 */
async function serve(args: string[]): Promise<void> {
  parseArgs({ args });
  const config = loadConfig();
  const address = config.workers === 1 || isWorker() ? await answer(config) : await supervise(config);
  if (isWorker()) return void tellReady(address);
  for (const warning of config.warnings) consoleLogger.error(`WARNING: ${warning}`);
  const what = config.sandbox
    ? 'on the embedded sandbox cloud (made-up data, no account needed)'
    : `on ${config.cloud.kind}`;
  const { ENDPOINT } = await import('./server/app.ts');
  console.info(`image-graph is ready ${what}: open ${address}${ENDPOINT}`);
}

/** Answers requests in this process. Shape: the address. */
async function answer(config: Config): Promise<string> {
  const { createApp } = await import('./server/app.ts');
  const { answerOutsiders } = await import('./server/http/request-guard.ts');
  const { Cloud } = await import('./upstream/cloud.ts');
  const embedded = config.sandbox ? await startSandbox() : undefined;
  const cloud = new Cloud(
    embedded ? { ...config.cloud, endpoints: embedded.endpoints, projectId: embedded.projectId } : config.cloud,
    consoleLogger.info,
  );
  const app = createApp({ config, cloud, logger: consoleLogger, defaultToken: embedded?.token });
  const server = createServer({
    maxHeaderSize: MAXIMUM_HEADER_BYTES,
    headersTimeout: RECEIVE_MS,
    requestTimeout: RECEIVE_MS,
    // A missing Host is told by the app, in the form of its other refusals.
    requireHostHeader: false,
  });
  const connections = new Connections(server);
  server.on('request', app);
  answerOutsiders(server);
  const stop = async (delayMs: number) => {
    tellEnding();
    app.startDraining();
    await drain(connections, { ...config.drain, delayMs });
    app.close();
    await cloud.close();
    await embedded?.close();
  };
  const address = await listen(server, config.port, config.host);
  stopOnSignal((signal) => stop(signal === 'SIGTERM' ? config.drain.delayMs : 0));
  stopOnError(() => stop(config.drain.delayMs));
  return address;
}

/** Has workers answer requests. Shape: the address. */
async function supervise(config: Config): Promise<string> {
  const workers = new Workers(config.workers, consoleLogger);
  const { delayMs, timeoutMs } = config.drain;
  const stop = (signal: NodeJS.Signals) => workers.stop(signal, delayMs + timeoutMs + GRACE_MS);
  stopOnSignal(stop);
  stopOnError(() => stop('SIGTERM'));
  return (await workers.start()) ?? process.exit(workers.isStopping ? 0 : 1);
}

/** IAM tokens that list many roles are longer than Node's usual 16 KB. */
const MAXIMUM_HEADER_BYTES = 65_536;
/** Milliseconds that a request may take to arrive. */
const RECEIVE_MS = 30_000;
/** Milliseconds that a worker may take to end, beside those that the settings give it. */
const GRACE_MS = 2_000;

/** Starts the sandbox cloud by itself, on `--port` or a port of the system's choice, and says how to call it. */
async function sandbox(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { port: { type: 'string', default: '0' } } });
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535)
    throw new UsageError('--port must be from 0 to 65535.');
  const running = await startSandbox(Number(values.port));
  const { endpoints, token, projectId } = running;
  console.info('The sandbox cloud is ready. Its endpoints, token and project, as settings and as a call:');
  for (const [service, url] of Object.entries(endpoints))
    console.info(`  IMAGE_GRAPH_${service.toUpperCase()}_ENDPOINT=${url}`);
  console.info(`  IMAGE_GRAPH_PROJECT_ID=${projectId}`);
  console.info(`  X-Auth-Token: ${token}`);
  console.info(`  curl -H 'X-Auth-Token: ${token}' -H 'Accept: application/json' '${endpoints.ims}/v2/images?limit=2'`);
  stopOnSignal(() => running.close());
}

/** Writes the two texts of the schema. */
async function schema(args: string[]): Promise<void> {
  parseArgs({ args });
  const { buildSchema, printApi, printSubgraph } = await import('./schema.ts');
  const folder = new URL('../schema/', import.meta.url);
  await writeFile(new URL('api.graphql', folder), printApi());
  await writeFile(new URL('subgraph.graphql', folder), printSubgraph(buildSchema({ offersNode: true })));
}

/** Makes an API key: shows it once, and writes its hash to the file of IMAGE_GRAPH_API_KEYS_FILE. */
async function key(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [action, name = '', ...rest] = positionals;
  if (action !== 'create' || rest.length > 0) throw new UsageError('Usage: image-graph key create NAME');
  const { addApiKey, createApiKey } = await import('./server/auth/api-keys.ts');
  const file = apiKeysFile();
  try {
    const made = createApiKey(name);
    if (file !== undefined) addApiKey(file, made.line);
    console.info(made.key);
    const where = file ?? `the file that IMAGE_GRAPH_API_KEYS_FILE will name: ${made.line}`;
    console.error(
      `The key of ${name} is shown this once. Its hash ${file === undefined ? 'belongs into' : 'is in'} ${where}`,
    );
  } catch (error) {
    if (!(error instanceof RangeError))
      throw new UsageError('The file of IMAGE_GRAPH_API_KEYS_FILE cannot be written.');
    throw new UsageError(`There can be no key ${name}: ${error.message} (1 to 64 letters, digits and . _ @ -).`);
  }
}

async function startSandbox(port = 0): Promise<Sandbox> {
  const { startSandbox: start } = await import('./sandbox/cloud.ts');
  return start({ port });
}

/** Ends the process with `stop`, once: a terminal sends its signal to workers too, which hear it from their parent as well. */
function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      void stop(signal).then(() => process.exit());
    });
}

/** Logs what nobody caught, and ends the process with `stop` and a code: what such an error leaves behind is not to be trusted. */
function stopOnError(stop: () => Promise<void>): void {
  process.on('uncaughtException', (error) => {
    consoleLogger.error('An error that nobody caught: the server stops.', error);
    if (process.exitCode) return;
    process.exitCode = 1;
    void stop().then(() => process.exit());
  });
}

/** The command line is wrong, or what it runs on. */
class UsageError extends Error {}

/** One line for what the user can mend; everything else as it is. */
function explain(error: unknown): string {
  if (error instanceof ConfigError)
    return `The settings are wrong:\n${error.faults.map((fault) => `  ${fault}`).join('\n')}`;
  if (error instanceof UsageError) return error.message;
  const { code = '', message, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is taken: choose another one.`;
  if (code === 'EACCES') return `Port ${port} is not allowed to this user: choose one above 1023.`;
  if (['ENOTFOUND', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'EINVAL'].includes(code))
    return `HOST is no address of this machine: ${address ?? message}.`;
  if (code.startsWith('ERR_PARSE_ARGS')) return message;
  return String((error as Error).stack ?? error);
}

// Whoever read the log may be gone: that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const [, , name = 'serve', ...args] = process.argv;
const command = COMMANDS.get(name);
try {
  if (major < 22 || (major === 22 && minor < 19))
    throw new UsageError(`Node ${process.versions.node} is too old: 22.19 is the oldest that works.`);
  if (!command) throw new UsageError(`There is no command ${name}: ${[...COMMANDS.keys()].join(', ')}.`);
  await command(args);
} catch (error) {
  console.error(explain(error));
  process.exit(1);
}
