// Looks at a request before it becomes one of the web's: what the server's framework would stumble over, a header that is sent twice,
// and a body that is too large. Knows no GraphQL.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Plugin } from 'graphql-yoga';
import { badUserInput, tooComplex } from '../../graph/errors.ts';
import { refusal } from './error-response.ts';

/** Headers that say who asks, and what: two of them leave open which one counts. */
const ONCE = new Set([
  'authorization',
  'content-encoding',
  'content-type',
  'host',
  'origin',
  'router-authorization',
  'x-api-key',
  'x-auth-token',
  'x-project-id',
]);

const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/** Bytes that are read and thrown away of a body that is too large, so that its sender reads the answer. */
const MAXIMUM_DRAIN = 64 * 1024 * 1024;

/** Hands good requests on, with a body that has been read where its length was not said before. */
export function guardListener(handle: RequestListener, maximumBodyBytes: number): RequestListener {
  return (request, response) => {
    tellWhenGone(request, response);
    const fault = faultOf(request);
    if (fault !== undefined) return void send(response, refusal(400, badUserInput(fault)));
    const length = Number(request.headers['content-length'] ?? 0);
    const isChunked = request.headers['transfer-encoding'] !== undefined;
    if (length <= maximumBodyBytes && !isChunked) return handle(request, response);
    readBody(request, maximumBodyBytes).then(
      ({ size, body }) => {
        const refused = size > maximumBodyBytes ? tooLarge(size, maximumBodyBytes) : undefined;
        return handle(Object.assign(request, { body: asBody(body), refused }), response);
      },
      () => response.destroy(),
    );
  };
}

/** The answers of each connection that are not sent yet. */
const unsent = new WeakMap<Socket, Set<ServerResponse>>();

/** Node tells only the first of several answers on a connection (HTTP pipelining) that it is gone; the others hear it here. */
function tellWhenGone({ socket }: IncomingMessage, response: ServerResponse): void {
  const responses = unsent.get(socket) ?? new Set();
  if (!unsent.has(socket)) {
    unsent.set(socket, responses);
    const tell = () => {
      for (const waiting of responses) waiting.emit('close');
    };
    socket.once('close', () => setImmediate(tell));
  }
  responses.add(response);
  response.once('close', () => responses.delete(response));
}

function faultOf({ httpVersion, rawHeaders, headers, url = '' }: IncomingMessage): string | undefined {
  // Before HTTP 1.1 there was none.
  const host = headers.host ?? (httpVersion === '1.0' ? 'localhost' : '');
  if (!HOST.test(host) || !URL.canParse(`http://${host}`)) return 'The header Host names no host.';
  if (!url.startsWith('/') || !URL.canParse(`http://localhost${url}`)) return 'The request target is no path.';
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!ONCE.has(name)) continue;
    if (seen.has(name)) return `The header ${name} is sent twice.`;
    seen.add(name);
  }
  return undefined;
}

/** Reads a body to its end, and keeps it as far as it may be long. */
async function readBody(request: IncomingMessage, maximum: number): Promise<{ size: number; body: Buffer }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= maximum) chunks.push(chunk as Buffer);
    if (size > maximum + MAXIMUM_DRAIN) break;
  }
  return { size, body: Buffer.concat(chunks) };
}

/** Answers requests whose body was too large, once it is known who asks. */
export function useReadBody(): Plugin {
  return {
    onRequest({ serverContext, endResponse }) {
      const { refused } = (serverContext as { req?: { refused?: Response } }).req ?? {};
      if (refused) endResponse(refused);
    },
  };
}

/** The form in which the framework takes a body that has been read. */
const asBody = (body: Buffer) => ({
  bytes: body.length,
  async *[Symbol.asyncIterator]() {
    yield body;
  },
});

function tooLarge(value: number, max: number): Response {
  const limit = { name: 'bodyBytes', value, max };
  // What is left of it on the connection is not read.
  const headers = { connection: 'close' };
  return refusal(
    413,
    tooComplex('The body has too many bytes', limit, 'Send shorter documents and variables.'),
    headers,
  );
}

async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
}
