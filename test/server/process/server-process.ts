// Starts the server as a process of its own, and sends requests to it over kept connections.
import { Agent, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { addressIn, run } from '../../support/processes/command.ts';
import { type Script, startUpstream } from '../../support/upstreams/upstream.ts';

/** An operation that makes one upstream call, and the response to it. */
export const QUERY = JSON.stringify({ query: '{ sharedRepositories(center: SELF) { nodes { id } } }' });
export const RESPONSE = { data: { sharedRepositories: { nodes: [] } } };

interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** Sends a request over the kept connections of `agent`. */
export function send(url: string, agent: Agent, body?: string): Promise<Received> {
  return new Promise((resolve, reject) => {
    const options = {
      agent,
      headers: { 'content-type': 'application/json', 'x-auth-token': 'test-token' },
      method: body === undefined ? 'GET' : 'POST',
    };
    request(url, options, (response) => {
      const { statusCode: status, headers } = response;
      json(response).then(
        (value) => resolve({ status, headers, body: value }),
        () => resolve({ status, headers, body: undefined }),
      );
    })
      .once('error', reject)
      .end(body);
  });
}

/** An agent that keeps its connections, for the length of a test. */
export const keptConnections = () => {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  return agent;
};

/** The server on an upstream that holds its responses back until they are released. */
export async function startServer(settings: Record<string, string> = {}, isHeld = true) {
  const held: (() => void)[] = [];
  let holds = isHeld;
  const script: Script = async () => {
    if (holds) await new Promise<void>((resolve) => held.push(resolve));
    return { body: [] };
  };
  const upstream = await startUpstream(script);
  onTestFinished(() => upstream.close());
  const short = { IMAGE_GRAPH_DRAIN_DELAY_MS: '200' };
  const server = run({ PORT: '0', IMAGE_GRAPH_SWR_ENDPOINT: upstream.url, ...short, ...settings });
  const url = addressIn(await server.says('open http'));
  const release = () => {
    holds = false;
    for (const respond of held.splice(0)) respond();
  };
  return { server, url, origin: new URL(url).origin, upstream, release };
}
