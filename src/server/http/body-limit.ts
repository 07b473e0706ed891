// Limits the bytes of a request body: by its Content-Length, or while a chunked body is read.
import type { IncomingMessage } from 'node:http';
import { badUserInput, tooComplex } from '../../graph/errors.ts';
import { errorResponse } from './error-response.ts';
import type { ServerPlugin } from './node-context.ts';

/** Bytes that are read and dropped of a body that is too large, so that its sender gets to read the response. */
const MAX_DROPPED_BYTES = 64 * 1024 * 1024;

/** Responds with 413 to larger bodies. Requests within the process have no limit. */
export function useBodyLimit(maxBytes: number): ServerPlugin {
  return {
    onRequest({ serverContext, endResponse }) {
      const body = serverContext?.req;
      const size = Number(body?.headers['content-length'] ?? 0);
      if (!body || size <= maxBytes) return undefined;
      return readBody(body, 0).then(() => endResponse(errorResponse(tooLarge(size, maxBytes))));
    },
    onRequestParse({ request, requestParser, setRequestParser, serverContext }) {
      const body = serverContext?.req;
      if (!body || !requestParser || body.headers['transfer-encoding'] === undefined) return;
      setRequestParser(async () => {
        const { size, bytes } = await readBody(body, maxBytes);
        if (size > maxBytes) throw tooLarge(size, maxBytes);
        const { url, method } = request;
        return requestParser(
          new Request(url, { method, body: bytes, headers: { 'content-type': 'application/json' } }),
        );
      });
    },
  };
}

/** Reads a body to its end. Shape: its size, and its bytes as far as they are within the maximum. */
async function readBody(
  body: IncomingMessage,
  maxBytes: number,
): Promise<{ size: number; bytes: Buffer<ArrayBuffer> }> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size <= maxBytes) chunks.push(chunk as Buffer);
      if (size > maxBytes + MAX_DROPPED_BYTES) break;
    }
  } catch {
    throw badUserInput('The request body is incomplete.', { status: 400 });
  }
  return { size, bytes: Buffer.concat(chunks) };
}

function tooLarge(value: number, max: number) {
  const limit = { name: 'bodyBytes', value, max };
  // The rest of the body on the connection is not read.
  const http = { status: 413, headers: { connection: 'close' } };
  return tooComplex('The body has too many bytes', limit, 'Send shorter documents and variables.', http);
}
