// An upstream in a process of its own that responds to every call with the same prepared list of images, after the same time.
// Arguments: the number of images, and milliseconds. Sends its address to the process that forked it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { imageRows } from './prepared-images.ts';

const [count = 0, latencyMs = 0] = process.argv.slice(2).map(Number);
const body = Buffer.from(JSON.stringify({ images: imageRows(count) }));
const headers = { 'content-type': 'application/json', 'content-length': body.length };

const server = createServer(async (_request, response) => {
  if (latencyMs > 0) await delay(latencyMs);
  response.writeHead(200, headers).end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.once('disconnect', () => process.exit());
