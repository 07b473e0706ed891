// Sends HTTP requests as they are written down, header by header, each over a connection of its own.
import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** A response as it came over the wire. */
export interface WireResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WireRequest {
  readonly method?: string;
  /** The request target, as it is sent. */
  readonly path?: string;
  /** Names and values in turn, as they are sent; a host and a length are added where none is given. */
  readonly headers?: readonly string[];
  /** Sent in several chunks where the headers name that encoding. */
  readonly body?: string | Uint8Array;
  /** The address of loopback that it comes from. */
  readonly from?: string;
}

/** The code of the first error of a response. */
export const codeOf = ({ body }: WireResponse) => JSON.parse(body).errors[0].extensions.code;

/** Where a server listens. */
interface Served {
  readonly origin: string;
}

/** Sends a request. */
export function sendRequest({ origin }: Served, wire: WireRequest): Promise<WireResponse> {
  const { method = 'GET', path = '/graphql', headers = [], from } = wire;
  const body = Buffer.from(wire.body ?? '');
  const { hostname: host, port } = new URL(origin);
  const has = (wanted: string) => headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
  const isChunked = has('transfer-encoding');
  const standard = [
    ...['Connection', 'close'],
    ...(has('host') ? [] : ['Host', `${host}:${port}`]),
    ...(isChunked ? [] : ['Content-Length', String(body.length)]),
  ];
  return new Promise((resolve, reject) => {
    const options = { host, port, method, path, headers: [...standard, ...headers], agent: false };
    const sent = request({ ...options, ...(from === undefined ? {} : { localAddress: from }) }, (response) => {
      const { statusCode: status = 0, headers: received } = response;
      text(response).then((content) => resolve({ status, headers: received, body: content }), reject);
    });
    sent.once('error', reject);
    if (isChunked) for (let at = 0; at < body.length; at += 4096) sent.write(body.subarray(at, at + 4096));
    sent.end(isChunked ? undefined : body);
  });
}

/** Sends an operation by POST. */
export const postQuery = (app: Served, query: string, ...headers: string[]) =>
  sendRequest(app, {
    method: 'POST',
    headers: ['Content-Type', 'application/json', ...headers],
    body: JSON.stringify({ query }),
  });
