// The app as a network sees it: on node:http, over a small upstream whose calls are counted. Knows not what is asked.
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { loadConfig } from '../../src/config/config.ts';
import { createApp } from '../../src/server/app.ts';
import { Cloud } from '../../src/upstream/cloud.ts';
import { imageId, imageRow } from './upstreams/rows.ts';
import { type Script, settingsForUpstream, startUpstream, type UpstreamCall } from './upstreams/upstream.ts';

/** An operation that makes one upstream call. */
export const QUERY = `{ image(imageId: "${imageId(1)}") { name } }`;
/** Its answer. */
export const ANSWER = { data: { image: { name: 'CentOS' } } };

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WireRequest {
  readonly method?: string;
  /** The request target, as it is sent. */
  readonly path?: string;
  /** Names and values in turn, as they are sent; a host and a length come on top where none is given. */
  readonly headers?: readonly string[];
  readonly body?: string;
}

export interface HttpApp {
  readonly origin: string;
  /** Sends a request as it is written down. */
  send(request: WireRequest): Promise<WireAnswer>;
  /** Sends an operation by POST. */
  post(query: string, ...headers: string[]): Promise<WireAnswer>;
  /** The upstream calls since the last call of this function. */
  calls(): UpstreamCall[];
  /** What the app has logged. */
  readonly log: string[];
  close(): Promise<void>;
}

/** Settings by which the app asks with credentials of its own; all else that it needs it has anyway. */
export const PASSWORD = {
  IMAGE_GRAPH_AUTH: 'password',
  IMAGE_GRAPH_USERNAME: 'reader',
  IMAGE_GRAPH_PASSWORD: 'password-of-reader',
  IMAGE_GRAPH_DOMAIN_NAME: 'domain',
};
export const ACCESS_KEY = {
  IMAGE_GRAPH_AUTH: 'aksk',
  IMAGE_GRAPH_ACCESS_KEY: 'ACCESSKEY',
  IMAGE_GRAPH_SECRET_KEY: 'secret-of-access-key',
};

/** The token that IAM gives for a password. */
export const IAM_TOKEN = 'token-of-iam';

/** One image, whatever is asked for; and IAM's tokens. */
const oneImage: Script = ({ path }) =>
  path === '/v3/auth/tokens'
    ? { status: 201, headers: { 'x-subject-token': IAM_TOKEN }, body: { token: {} } }
    : { body: imageRow() };

/** Starts it on a free port of 127.0.0.1. */
export async function startHttpApp(settings: Record<string, string> = {}, script = oneImage): Promise<HttpApp> {
  const upstream = await startUpstream(script);
  const config = loadConfig({ ...settingsForUpstream(upstream), IMAGE_GRAPH_IAM_ENDPOINT: upstream.url, ...settings });
  const cloud = new Cloud(config.cloud);
  const log: string[] = [];
  const note = (...parts: unknown[]) => void log.push(parts.map(String).join(' '));
  const server = createServer(createApp({ config, cloud, logger: { info: note, error: note } }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const send = (wire: WireRequest) => exchange(port, wire);
  return {
    origin: `http://127.0.0.1:${port}`,
    send,
    post: (query, ...headers) =>
      send({
        method: 'POST',
        headers: ['Content-Type', 'application/json', ...headers],
        body: JSON.stringify({ query }),
      }),
    calls: () => upstream.calls.splice(0),
    log,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await cloud.close();
      await upstream.close();
    },
  };
}

function exchange(port: number, { method = 'GET', path = '/graphql', headers = [], body = '' }: WireRequest) {
  const has = (wanted: string) => headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
  const standard = [
    ...['Connection', 'close'],
    ...(has('host') ? [] : ['Host', `127.0.0.1:${port}`]),
    ...(has('transfer-encoding') ? [] : ['Content-Length', String(Buffer.byteLength(body))]),
  ];
  return new Promise<WireAnswer>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers: [...standard, ...headers], agent: false };
    const sent = request(options, (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      text(response).then((answer) => resolve({ status, headers: answered, body: answer }), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
