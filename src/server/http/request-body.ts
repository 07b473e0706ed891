// The body of a request: limits its bytes, as they arrive and as they come out of a decompression, and reads operations from it.
import { isAscii } from 'node:buffer';
import type { GraphQLError } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import { badUserInput, overloaded, rateLimited, tooComplex } from '../../graph/errors.ts';
import { ByteBudget, type Reservation } from '../../upstream/byte-budget.ts';
import { CODINGS, contentCodings, decompress, isTooLarge } from '../../upstream/decoding/decompression.ts';
import { MAX_DROPPED_BYTES } from './connection.ts';
import { errorResponse } from './error-response.ts';
import type { NodeContext, ServerPlugin } from './node-context.ts';
import { onceSent } from './once-sent.ts';
import { bodyOf } from './received-body.ts';
import { expectsContinue } from './request-guard.ts';

/** The part of `totalBodyBytes` that one caller may take. */
const SHARE = 0.25;

/** Bodies that are decompressed at once, each into at most `bodyBytes`. Further ones wait, compressed. */
const MAX_DECOMPRESSING = 8;

export interface BodyLimits {
  /** Bytes of one body, as it arrives and decompressed. */
  readonly bodyBytes: number;
  /** Bytes of the bodies of all callers that have arrived and are not parsed. */
  readonly totalBodyBytes: number;
}

/** Receives the bodies of requests within limits. */
export class RequestBodies {
  readonly limits: BodyLimits;
  /** What all bodies hold. */
  readonly budget: ByteBudget;

  constructor(limits: BodyLimits) {
    this.limits = limits;
    this.budget = new ByteBudget(limits.totalBodyBytes, SHARE);
  }

  /**
   * Receives the body of a request, if it has one: that of a POST is `received` then.
   * Errors: resolves to 413 for a larger body, and to 503 or 429 while all bodies, or those of the caller, have too many bytes.
   */
  async receive(context: NodeContext, caller: string): Promise<GraphQLError | undefined> {
    const { req, res } = context;
    const body = req && bodyOf(req);
    if (!req || !res || !body || context.received) return undefined;
    const { bodyBytes } = this.limits;
    const declared = Number(req.headers['content-length'] ?? 0);
    if (declared > bodyBytes) return tooLarge(declared, bodyBytes);
    const reservation = this.budget.open(caller);
    onceSent(context, () => {
      reservation.close();
      body.drop();
    });
    let size = 0;
    if (expectsContinue(req) && !res.headersSent) res.writeContinue();
    try {
      const bytes = await body.read((more) => {
        size += more;
        if (size > bodyBytes + MAX_DROPPED_BYTES) throw tooLarge(size, bodyBytes);
        if (size > bodyBytes) reservation.close();
        else this.take(reservation, more);
        return size <= bodyBytes;
      });
      if (size > bodyBytes) return tooLarge(size, bodyBytes);
      if (req.method === 'POST') context.received = { bytes, reservation };
      else reservation.close();
      return undefined;
    } catch (error) {
      reservation.close();
      return (error as GraphQLError | undefined) ?? incomplete();
    }
  }

  /** Takes further bytes for a body. Errors: throws 503 or 429. */
  take(reservation: Reservation, bytes: number): void {
    const exhausted = reservation.take(bytes);
    if (exhausted) throw exhausted === 'total' ? ALL_FULL : shareIsFull(Math.floor(SHARE * this.limits.totalBodyBytes));
  }
}

/** Receives the body of each request, and responds with 415 to encodings that it does not read. Requests within the process have no limit. */
export function useRequestBody(
  bodies: RequestBodies,
  callerOf: (request: Request, address: string | undefined) => string,
): ServerPlugin {
  const decode = limitRunning(MAX_DECOMPRESSING, decodeBody);
  return {
    async onRequest({ request, serverContext, endResponse }) {
      if (!serverContext?.req) return;
      const error = await bodies.receive(serverContext, callerOf(request, serverContext.req.socket.remoteAddress));
      if (error) endResponse(errorResponse(error));
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
        const received = serverContext?.received;
        try {
          const sent = received?.bytes ?? (serverContext?.req ? NOTHING : Buffer.from(await request.arrayBuffer()));
          if (coding === undefined) return parseOperations(textOf(sent));
          const decoded = await decode(sent, coding, bodies.limits.bodyBytes);
          if (received) bodies.take(received.reservation, decoded.length);
          return parseOperations(textOf(decoded));
        } finally {
          received?.reservation.close();
          if (serverContext) serverContext.received = undefined;
        }
      });
    },
  };
}

const NOTHING = Buffer.alloc(0);

/** The function, running so many times at once; further calls wait for their turn. */
function limitRunning<A extends unknown[], R>(
  max: number,
  run: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (...args) => {
    if (running < max) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run(...args);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

async function decodeBody(bytes: Buffer, coding: string, maxBytes: number): Promise<Buffer> {
  try {
    return await decompress(bytes, coding, maxBytes);
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(maxBytes + 1, maxBytes);
    throw badRequest(`The body cannot be decompressed: it is not ${coding}, incomplete, or followed by other bytes.`);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a body, without a byte order mark. Errors: throws 400 where it is not UTF-8. */
export function textOf(bytes: Buffer): string {
  // The decoder takes longer.
  if (isAscii(bytes)) return bytes.toString('latin1');
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
export function toParams(operation: unknown): GraphQLParams {
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

const incomplete = () => badRequest('The request body is incomplete.');

const ALL_FULL = overloaded('The request bodies of all callers have too many bytes: retry after 1 s.');

function shareIsFull(max: number) {
  const limit = { name: 'totalBodyBytes', value: max + 1, max };
  return rateLimited('Your request bodies have too many bytes at once: send fewer of them, or shorter ones.', limit, 1);
}

function tooLarge(value: number, max: number) {
  const limit = { name: 'bodyBytes', value, max };
  // The rest of the body on the connection is not read.
  const http = { status: 413, headers: { connection: 'close' } };
  return tooComplex('The body has too many bytes', limit, 'Send shorter documents and variables.', http);
}
