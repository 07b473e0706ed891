// An upstream that a test scripts: it responds as the script says and keeps the calls that it gets.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, listen } from '../listen.ts';

/** A call as the upstream got it. */
export interface UpstreamCall {
  readonly method: string;
  /** The raw request target. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** A response: 200 unless it has a status; a body that is not a string is sent as JSON. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** What Glance and SWR respond with when there is no such image or repository. */
export const ABSENT: Readonly<Record<'ims' | 'swr', Reply>> = {
  ims: { status: 404, body: { message: 'x', code: '404 Not Found', title: 'Not Found' } },
  swr: { status: 404, body: { errors: [{ errorCode: 'SVCSTG.SWR.4040010', errorMessage: 'x', detail: 'x' }] } },
};

/** Responds to a call, or returns undefined and writes the raw response itself. */
export type Script = (call: UpstreamCall, response: ServerResponse) => Reply | undefined | Promise<Reply | undefined>;

/** A running upstream. */
export interface Upstream {
  readonly url: string;
  /** The settings that point every service at it. */
  readonly settings: Readonly<Record<string, string>>;
  /** A token that it accepts. */
  readonly token: string;
  /** The calls so far, in the order of arrival. */
  readonly calls: readonly UpstreamCall[];
  /** Removes the calls so far from `calls` and returns them. */
  takeCalls(): UpstreamCall[];
  close(): Promise<void>;
}

/** The settings that point every service at one address. */
export const settingsAt = (url: string, projectId = 'project-1') => ({
  IMAGE_GRAPH_SWR_ENDPOINT: url,
  IMAGE_GRAPH_IMS_ENDPOINT: url,
  IMAGE_GRAPH_MODELARTS_ENDPOINT: url,
  IMAGE_GRAPH_IAM_ENDPOINT: url,
  IMAGE_GRAPH_PROJECT_ID: projectId,
});

/** A call in the parts that a test looks at. */
export function callOf({ method = '', url = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>) {
  const { pathname: path, searchParams: query } = new URL(url, 'http://upstream');
  return { method, url, path, query, headers };
}

/** Starts an upstream on a free port of 127.0.0.1. */
export async function startUpstream(script: Script): Promise<Upstream> {
  const calls: UpstreamCall[] = [];
  const server = createServer(async (request, response) => {
    const call = callOf(request);
    calls.push(call);
    const reply = await script(call, response);
    if (!reply) return;
    const { status = 200, headers = {}, body = '' } = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const url = await listen(server);
  return {
    url,
    settings: settingsAt(url),
    token: 'test-token',
    calls,
    takeCalls: () => calls.splice(0),
    close: () => close(server),
  };
}
