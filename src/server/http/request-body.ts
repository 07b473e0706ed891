// The body of a request: limits its bytes, as they arrive and as they come out of a decompression, and reads operations from it.
import type { IncomingMessage } from 'node:http';
import type { GraphQLParams } from 'graphql-yoga';
import { badUserInput, tooComplex } from '../../graph/errors.ts';
import { CODINGS, contentCodings, decompress, isTooLarge } from '../../upstream/decoding/decompression.ts';
import { errorResponse } from './error-response.ts';
import type { ServerPlugin } from './node-context.ts';

/** Bytes that are read and dropped of a body that nothing needs, so that its sender gets to read the response. */
export const MAX_DROPPED_BYTES = 64 * 1024 * 1024;

/** Responds with 413 to larger bodies, and with 415 to encodings that it does not read. Requests within the process have no limit. */
export function useRequestBody(maxBytes: number): ServerPlugin {
  const bodies = new WeakMap<Request, Buffer>();
  return {
    onRequest({ request, serverContext, endResponse }) {
      const incoming = serverContext?.req;
      if (!incoming || !hasBody(incoming)) return undefined;
      return readBody(incoming, maxBytes).then(
        ({ size, bytes }) => {
          if (size > maxBytes) endResponse(errorResponse(tooLarge(size, maxBytes)));
          else bodies.set(request, bytes);
        },
        () => endResponse(errorResponse(badRequest('The request body is incomplete.'))),
      );
    },
    onRequestParse({ request, serverContext, setRequestParser, endResponse }) {
      if (request.method !== 'POST') return;
      const codings = contentCodings(request.headers.get('content-encoding') ?? '');
      const [coding] = codings;
      if (codings.length > 1 || (coding !== undefined && !CODINGS.includes(coding))) {
        const message = `The body must have no Content-Encoding, or one of these: ${CODINGS.join(', ')}.`;
        const http = { status: 415, headers: { 'accept-encoding': CODINGS.join(', ') } };
        endResponse(errorResponse(badUserInput(message, http)));
        return;
      }
      setRequestParser(async () => {
        const sent = serverContext?.req ? bodies.get(request) : Buffer.from(await request.arrayBuffer());
        const bytes = sent ?? Buffer.alloc(0);
        return parseOperations(textOf(coding === undefined ? bytes : await decode(bytes, coding, maxBytes)));
      });
    },
  };
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Reads a body to its end. Shape: its size, and its bytes up to the maximum. Rejects when the body is cut off. */
function readBody(body: IncomingMessage, maxBytes: number): Promise<{ size: number; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    body.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else if (size > maxBytes + MAX_DROPPED_BYTES) body.destroy();
    });
    body.once('end', () => resolve({ size, bytes: Buffer.concat(chunks) }));
    body.once('error', reject);
    // Every request is closed; an error takes longer to make than the rest of this.
    body.once('close', () => body.readableEnded || reject(new Error('closed')));
  });
}

async function decode(bytes: Buffer, coding: string, maxBytes: number): Promise<Buffer> {
  try {
    return await decompress(bytes, coding, maxBytes);
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(maxBytes + 1, maxBytes);
    throw badRequest(`The body cannot be decompressed: it is not ${coding}, incomplete, or followed by other bytes.`);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a body, without a byte order mark. */
function textOf(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw badRequest('The body is not valid UTF-8.');
  }
}

/** The operation of a body, or those of a batch. Yoga rejects everything else. */
function parseOperations(text: string): GraphQLParams | GraphQLParams[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
  if (typeof body !== 'object' || body === null)
    throw badRequest('The body must be an operation, as a JSON object, or a list of operations.');
  return Array.isArray(body) ? body.map(toParams) : toParams(body);
}

/** What we know of an operation: clients also send the ids of documents that other servers store, and an empty name for none. */
function toParams(operation: unknown): GraphQLParams {
  if (typeof operation !== 'object' || operation === null || Array.isArray(operation))
    return operation as GraphQLParams;
  const { query, variables, operationName, extensions } = operation as GraphQLParams;
  return {
    query,
    variables,
    operationName: operationName === '' ? undefined : operationName,
    extensions,
  } as GraphQLParams;
}

const badRequest = (message: string) => badUserInput(message, { status: 400 });

function tooLarge(value: number, max: number) {
  const limit = { name: 'bodyBytes', value, max };
  // The rest of the body on the connection is not read.
  const http = { status: 413, headers: { connection: 'close' } };
  return tooComplex('The body has too many bytes', limit, 'Send shorter documents and variables.', http);
}
