// Runs once what containers run, so that Node.js keeps what it has compiled: the server on the sandbox, a query, and the check of its health.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const [file] = process.argv.slice(2);
const SETTINGS = {
  NODE_ENV: 'production',
  IMAGE_GRAPH_SANDBOX: 'true',
  IMAGE_GRAPH_DRAIN_DELAY_MS: '0',
  IMAGE_GRAPH_METRICS_PORT: '0',
  PORT: '0',
};

const start = (...args) =>
  spawn(process.execPath, [...process.execArgv, file, ...args], {
    env: SETTINGS,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Errors: throws where the command fails. */
async function ends(child) {
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`);
}

/** The URL of GraphQL in what the server prints. Errors: throws where it ends without one. */
function urlOf(server) {
  const { promise, resolve, reject } = Promise.withResolvers();
  let output = '';
  server.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += chunk;
    const [, url] = /open (http:\S+)/.exec(output) ?? [];
    if (url) resolve(url);
  });
  server.once('exit', () => reject(new Error(output)));
  return promise;
}

const server = start('serve');
const url = await urlOf(server);
const query = '{ repositories(first: 1) { nodes { name } } images(first: 1) { nodes { name } } }';
const headers = { 'content-type': 'application/json' };
const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
const { data, errors } = await response.json();
if (!data || errors) throw new Error(JSON.stringify(errors));
await ends(start('health', '--url', url.replace('/graphql', '')));
await ends(start('config', 'check'));
server.kill('SIGTERM');
await ends(server);
