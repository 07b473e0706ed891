// Starts both subgraphs and the gateway, and stops them on SIGINT and SIGTERM. With IMAGE_GRAPH_URL, image-graph runs elsewhere.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createDeployments } from './deployments/subgraph.ts';
import { createGateway } from './gateway.ts';
import { composeSupergraph } from './supergraph.ts';

const { IMAGE_GRAPH_URL, IMAGE_GRAPH_ROUTER_SECRET, IMAGE_GRAPH_ROUTER_SECRET_FILE, HOST, PORT } = process.env;
const secretFile = IMAGE_GRAPH_ROUTER_SECRET_FILE && readFileSync(IMAGE_GRAPH_ROUTER_SECRET_FILE, 'utf8').trim();
const routerSecret = IMAGE_GRAPH_ROUTER_SECRET ?? secretFile ?? randomUUID();

/** Preloaded into image-graph: exits with this process, even if that is killed. */
const EXIT_WITH_PARENT = 'data:text/javascript,process.once("disconnect", () => process.exit())';

/** Starts image-graph with the settings of this process. Shape: the URL in the line of its log that says that it is ready. */
async function startImageGraph(): Promise<string> {
  const imageGraph = fork(new URL('../../src/main.ts', import.meta.url), {
    execArgv: ['--import', EXIT_WITH_PARENT],
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', IMAGE_GRAPH_ROUTER_SECRET: routerSecret },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  imageGraph.once('exit', (code) => process.exit(code ?? 1));
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => imageGraph.connected && imageGraph.disconnect());
  const lines = createInterface(imageGraph.stdout as Readable);
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      const [, url] = /is ready .*: open (http:\S+)/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
}

/** Bytes of all headers of one request: IAM tokens that list many roles exceed Node's default of 16 KB. */
const MAX_HEADER_BYTES = 65_536;

async function serve(handler: RequestListener, port = 0, host = '127.0.0.1'): Promise<string> {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, handler).listen(port, host);
  await once(server, 'listening');
  return `http://${host}:${(server.address() as AddressInfo).port}/graphql`;
}

const supergraph = composeSupergraph({
  'image-graph': IMAGE_GRAPH_URL ?? (await startImageGraph()),
  deployments: await serve(createDeployments()),
});
const url = await serve(createGateway(supergraph, routerSecret), Number(PORT || 4000), HOST);
console.info(`The supergraph is ready: open ${url}`);
