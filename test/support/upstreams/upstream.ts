// A small upstream for the tests: answers what a test says, logs what it was asked, and can misbehave.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the upstream got it. */
export interface UpstreamCall {
  readonly method: string;
  /** The raw request target. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** What to answer: a JSON value, or a status with headers and a body; a body that is no string is sent as JSON. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** Answers a call, or takes the raw response into its own hands by returning undefined. */
export type Script = (call: UpstreamCall, response: ServerResponse) => Reply | undefined | Promise<Reply | undefined>;

export interface TestUpstream {
  readonly url: string;
  readonly calls: UpstreamCall[];
  close(): Promise<void>;
}

/** Starts an upstream on a free port of 127.0.0.1. */
export async function startUpstream(script: Script): Promise<TestUpstream> {
  const calls: UpstreamCall[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://upstream');
    const call = {
      method: request.method ?? '',
      url: request.url ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
    };
    calls.push(call);
    const reply = await script(call, response);
    if (!reply) return;
    const { status = 200, headers = {}, body = '' } = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The settings that point all services at one upstream. */
export const settingsForUpstream = ({ url }: TestUpstream) => ({
  IMAGE_GRAPH_SWR_ENDPOINT: url,
  IMAGE_GRAPH_IMS_ENDPOINT: url,
  IMAGE_GRAPH_MODELARTS_ENDPOINT: url,
  IMAGE_GRAPH_PROJECT_ID: 'project-1',
});
