// Compares the processor time of a query in this checkout with that in another one: both servers run side by side on one upstream, and
// take turns. Arguments: --base FOLDER (the other checkout, installed), --rounds N (9), --queries N (a round's small queries, 3000).
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client } from 'undici';
import { exchange } from './support/exchange.ts';
import { imageRows } from './support/prepared-images.ts';
import { processorMs, settingsFor, startServer } from './support/processes.ts';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const CONNECTIONS = 16;

const { values } = parseArgs({
  options: {
    base: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    queries: { type: 'string', default: '3000' },
  },
});
const rounds = Number(values.rounds);
const queries = Number(values.queries);
if (!values.base || !(rounds > 0 && rounds <= 100) || !(queries >= 10 && queries <= 100_000))
  throw new Error('Usage: node bench/cost.ts --base FOLDER [--rounds 1 to 100] [--queries 10 to 100000]');

/** Each query with its number in a round: a large one costs some five times as much. */
const QUERIES: readonly (readonly [title: string, query: string, count: number])[] = [
  [
    'one repository',
    '{ repository(namespace: "group", name: "busybox") { id namespace name repositoryId namespaceId category description size isPublic imageCount downloadCount path internalPath creatorId creatorName createdAt updatedAt domainId priority } }',
    queries,
  ],
  [
    '100 images',
    '{ images(first: 100) { nodes { imageId name status visibility minDisk minRam createdAt updatedAt platform imageSize } } }',
    Math.ceil(queries / 4),
  ],
];

const REPOSITORY = {
  ...{ id: 1, ns_id: 2, name: 'busybox', category: 'other', description: 'containerops', creator_id: '1' },
  ...{ creator_name: 'admin', size: 2099575, is_public: false, num_images: 0, num_download: 0, url: '', priority: 0 },
  ...{ path: 'registry/group/busybox', internal_path: 'internal/group/busybox', domain_id: 'domain' },
  ...{ created: '2017-08-17T12:00:03.915153267Z', updated: '2017-08-17T12:00:03.915153267Z' },
};
const images = JSON.stringify({ images: imageRows(100) });
const repository = JSON.stringify(REPOSITORY);

/** The upstream runs in this process: only the servers' time is measured. */
const upstream = createServer(({ url }, response) => {
  const body = url?.startsWith('/v2/images') ? images : repository;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}).listen(0, '127.0.0.1');
await once(upstream, 'listening');

const settings = {
  ...settingsFor({ origin: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}` }),
  // Neither admission nor the rate limit has a part in the comparison.
  IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '60000',
  IMAGE_GRAPH_MAX_REQUESTS_PER_MINUTE: '1000000000',
};
const servers = await Promise.all(
  [values.base, HERE].map(async (folder) => {
    const { child, origin } = await startServer(settings, () => {}, folder);
    return { child, clients: Array.from({ length: CONNECTIONS }, () => new Client(origin)) };
  }),
);

/** Sends a query so many times. Shape: microseconds of processor time for each. */
async function measure({ child, clients }: (typeof servers)[number], query: string, count: number): Promise<number> {
  const body = JSON.stringify({ query });
  const before = processorMs(child);
  let left = count;
  await Promise.all(
    clients.map(async (client) => {
      while (left-- > 0) {
        const outcome = await exchange(client, '/graphql', body);
        if (!('body' in outcome) || outcome.status !== 200 || outcome.body.includes('"errors"'))
          throw new Error(`An unexpected response: ${JSON.stringify(outcome).slice(0, 300)}`);
      }
    }),
  );
  return ((processorMs(child) - before) * 1000) / count;
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

const results: Record<string, unknown>[] = [];
for (const [title, query, count] of QUERIES) {
  for (const server of servers) await measure(server, query, count);
  const times: number[][] = servers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...servers.entries()];
    for (const [index, server] of round % 2 === 0 ? order : order.reverse())
      times[index]?.push(await measure(server, query, count));
  }
  const [base = Number.NaN, own = Number.NaN] = times.map(median);
  results.push({
    query: title,
    'base (us)': Math.round(base),
    'here (us)': Math.round(own),
    ratio: (own / base).toFixed(2),
  });
}
console.table(results);
process.exit();
