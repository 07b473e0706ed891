// The app on node:http over an upstream that a test has started: for what only shows on connections (bodies, addresses, disconnects).
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createApp } from '../../src/server/app.ts';
import { Cloud } from '../../src/upstream/cloud.ts';
import type { GraphQLAnswer } from './app.ts';

export interface ServedAnswer extends GraphQLAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface ServedRequest {
  readonly body: string;
  readonly headers?: Record<string, string>;
  /** Without a Content-Length, in chunks. */
  readonly chunked?: boolean;
  /** The address of loopback that it comes from. */
  readonly from?: string;
  /** Goes away when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface ServedApp {
  readonly port: number;
  /** Sends an operation. */
  send(request: ServedRequest): Promise<ServedAnswer>;
}

/** Serves the app on 127.0.0.1 for the length of a test. */
export async function serveApp(settings: Record<string, string>): Promise<ServedApp> {
  // The event loop is that of the test, too, and of all that it starts.
  const config = loadConfig({ IMAGE_GRAPH_MAX_EVENT_LOOP_DELAY_MS: '60000', ...settings });
  const cloud = new Cloud(config.cloud);
  const server = createServer(createApp({ config, cloud, logger: { info: () => {}, error: () => {} } }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await cloud.close();
  });
  const send = ({ body, headers = {}, chunked = false, from, signal }: ServedRequest) =>
    new Promise<ServedAnswer>((resolve, reject) => {
      const length = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': Buffer.byteLength(body) };
      const options = { port, host: '127.0.0.1', path: '/graphql', method: 'POST', agent: false };
      const sent = request(
        {
          ...options,
          ...(from === undefined ? {} : { localAddress: from }),
          ...(signal === undefined ? {} : { signal }),
          headers: {
            'content-type': 'application/json',
            accept: 'application/graphql-response+json',
            ...length,
            ...headers,
          },
        },
        (response) => {
          const { statusCode: status = 0, headers: answered } = response;
          text(response).then((json) => resolve({ ...JSON.parse(json), status, headers: answered }), reject);
        },
      );
      sent.once('error', reject);
      if (chunked) for (let at = 0; at < body.length; at += 4096) sent.write(body.slice(at, at + 4096));
      sent.end(chunked ? undefined : body);
    });
  return { port, send };
}
