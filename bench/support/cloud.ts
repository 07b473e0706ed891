// The cloud that the targets are measured on, in a process of its own: SWR, IMS and ModelArts with responses that are prepared as bytes.
// Arguments: milliseconds of each call, and "full" for images with all properties. Sends its address to the process that forked it, and
// responds to each message with the number of calls since the last one.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { imageGroups, images, repositories, retentionLogs } from './cloud-rows.ts';

const [latency, fullness] = process.argv.slice(2);
const latencyMs = Number(latency);
const rows = images(fullness === 'full');

interface Prepared {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
}

function prepared(value: unknown, headers: Readonly<Record<string, string>> = {}): Prepared {
  const body = Buffer.from(JSON.stringify(value));
  return { body, headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers } };
}

/** The rows within the window of the parameters. */
function page<Row>(list: readonly Row[], parameters: { get(name: string): string | null | undefined }): readonly Row[] {
  const offset = Number(parameters.get('offset') ?? 0);
  return list.slice(offset, offset + Number(parameters.get('limit')));
}

function respond(target: string): Prepared {
  const { pathname, searchParams } = new URL(target, 'http://cloud');
  if (pathname === '/v2/images') return prepared({ images: page(rows, searchParams) });
  if (pathname.endsWith('/images/group')) {
    const data = page(imageGroups, searchParams);
    return prepared({ current: 1, data, pages: 1, size: data.length, total: imageGroups.length });
  }
  if (pathname === '/v2/manage/shared-repositories') {
    const parts = searchParams.get('filter')?.split('|') ?? [];
    const shared = page(repositories, new Map(parts.map((part) => part.split('::') as [string, string])));
    const list = shared.map(({ row }) => row);
    return prepared(list, { 'content-range': `0-${list.length}/${repositories.length}` });
  }
  const [, namespace, name, histories] = REPOSITORY.exec(pathname) ?? [];
  const repository = repositories.find((each) => each.namespace === namespace && each.name === name);
  if (!repository) throw new Error(`Not a call of the jobs: ${target}`);
  if (histories === undefined) return prepared(repository.detail);
  const logs = retentionLogs(repository.namespace, repository.name);
  const window = page(logs, searchParams);
  return prepared(
    { retention_log: window, total: logs.length },
    { 'content-range': `0-${window.length}/${logs.length}` },
  );
}

const REPOSITORY = /^\/v2\/manage\/namespaces\/([^/]+)\/repos\/([^/]+)(\/retentions\/histories)?$/;

const responses = new Map<string, Prepared>();
let calls = 0;

const server = createServer(({ url = '' }, response) => {
  calls++;
  let found = responses.get(url);
  if (!found) {
    found = respond(url);
    responses.set(url, found);
  }
  const { headers, body } = found;
  const send = () => response.writeHead(200, headers).end(body);
  if (latencyMs > 0) setTimeout(send, latencyMs);
  else send();
});
server.keepAliveTimeout = 600_000;
process.on('message', () => {
  process.send?.(calls);
  calls = 0;
});
process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', 4_096, () =>
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
