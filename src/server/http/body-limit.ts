// Limits the bytes of a request body: by its Content-Length, or while a chunked body is read.
import type { IncomingMessage } from 'node:http';
import { badUserInput, tooComplex } from '../../graph/errors.ts';
import { errorResponse } from './error-response.ts';
import type { ServerPlugin } from './node-context.ts';

/** Bytes that are read and dropped of a body that nothing needs, so that its sender gets to read the response. */
export const MAX_DROPPED_BYTES = 64 * 1024 * 1024;

/** Responds with 413 to larger bodies. Requests within the process have no limit. */
export function useBodyLimit(maxBytes: number): ServerPlugin {
  /** The bodies of chunked requests, which are read to know their size. */
  const bodies = new WeakMap<Request, Buffer<ArrayBuffer>>();
  return {
    onRequest({ request, serverContext, endResponse }) {
      const body = serverContext?.req;
      const length = Number(body?.headers['content-length'] ?? 0);
      const isChunked = body?.headers['transfer-encoding'] !== undefined;
      if (!body || (length <= maxBytes && !isChunked)) return undefined;
      return readBody(body, maxBytes).then(
        ({ size, bytes }) => {
          if (size > maxBytes) endResponse(errorResponse(tooLarge(size, maxBytes)));
          else bodies.set(request, bytes);
        },
        () => endResponse(errorResponse(badUserInput('The request body is incomplete.', { status: 400 }))),
      );
    },
    onRequestParse({ request, requestParser, setRequestParser }) {
      const body = bodies.get(request);
      if (!body || !requestParser || request.method !== 'POST') return;
      const { url, method } = request;
      setRequestParser(() =>
        requestParser(new Request(url, { method, body, headers: { 'content-type': 'application/json' } })),
      );
    },
  };
}

/** Reads a body to its end. Shape: its size, and its bytes up to the maximum. Rejects when the body is cut off. */
async function readBody(
  body: IncomingMessage,
  maxBytes: number,
): Promise<{ size: number; bytes: Buffer<ArrayBuffer> }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).length;
    if (size <= maxBytes) chunks.push(chunk as Buffer);
    if (size > maxBytes + MAX_DROPPED_BYTES) break;
  }
  return { size, bytes: Buffer.concat(chunks) };
}

function tooLarge(value: number, max: number) {
  const limit = { name: 'bodyBytes', value, max };
  // The rest of the body on the connection is not read.
  const http = { status: 413, headers: { connection: 'close' } };
  return tooComplex('The body has too many bytes', limit, 'Send shorter documents and variables.', http);
}
