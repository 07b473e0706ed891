// Sends the result of an operation as Yoga and its plugins do, without a Fetch response where it has no errors.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { type FetchAPI, processRegularResult } from 'graphql-yoga';
import type { Reservation } from '../../upstream/byte-budget.ts';
import type { Compression } from '../http/compression.ts';
import { STANDARD_HEADERS } from '../http/error-response.ts';
import { jsonText } from '../http/json-writer.ts';
import { bytesOf, SLICE_BYTES, slicesOf } from '../http/large-body.ts';
import { type ResultText, responseInPlace } from '../http/result-text.ts';

/** Where a result goes to. */
export interface Recipient {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** What holds the bytes of the response. */
  readonly reservation: Reservation;
}

/** A response: its body at once, or in parts that are sent as the client takes them. */
interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | Buffer[];
}

export class ResultSender {
  readonly #text: ResultText;
  readonly #compression: Compression | undefined;
  readonly #fetchAPI: FetchAPI;

  /** Without `compression` no body is compressed. */
  constructor(text: ResultText, compression: Compression | undefined, fetchAPI: FetchAPI) {
    this.#text = text;
    this.#compression = compression;
    this.#fetchAPI = fetchAPI;
  }

  /** Sends a result under a media type. Resolves when the response is handed to node:http, or its client has disconnected. */
  async send(to: Recipient, type: string, result: ExecutionResult): Promise<void> {
    const outgoing = await this.#outgoing(to, type, result);
    const compressed = 'data' in result ? await this.#compressed(to, outgoing) : outgoing;
    if (compressed && !to.res.destroyed) write(to, compressed);
  }

  async #outgoing({ res, reservation }: Recipient, type: string, result: ExecutionResult): Promise<Outgoing> {
    let status = 200;
    let headers: Record<string, string> = { 'content-type': `${type}; charset=utf-8` };
    let written: unknown = result;
    if (result.errors) {
      // Yoga decides the status, and leaves out what the client does not see.
      const stringify = (visible: unknown) => {
        written = visible;
        return '';
      };
      const response = processRegularResult({ ...result, stringify } as ExecutionResult, this.#fetchAPI, type);
      status = response.status;
      headers = Object.fromEntries(response.headers);
      delete headers['content-length'];
    }
    try {
      if (this.#text.isLarge(reservation)) {
        const results = { results: [written], isBatch: false };
        return { status, headers, body: await this.#text.write(results, reservation, () => res.destroyed) };
      }
      const text = jsonText(written);
      const size = Buffer.byteLength(text);
      const error = this.#text.exceeds(size, reservation);
      if (error) throw error;
      return { status, headers, body: size > SLICE_BYTES ? bytesOf(text) : text };
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const { text, ...head } = responseInPlace(error, type === 'application/json');
      return { status: head.status, headers: { ...headers, ...head.headers }, body: text };
    }
  }

  /** A response as its client accepts it; undefined when the client has disconnected. */
  async #compressed(to: Recipient, outgoing: Outgoing): Promise<Outgoing | undefined> {
    const accept = to.req.headers['accept-encoding'];
    if (accept === undefined || !this.#compression) return outgoing;
    const { body } = outgoing;
    const coding = this.#compression.codingFor(String(accept), sizeOf(body), Array.isArray(body));
    if (!coding) return outgoing;
    const headers = { ...outgoing.headers, 'content-encoding': coding };
    if (!Array.isArray(body))
      return { ...outgoing, headers, body: this.#compression.now(Buffer.from(body as string), coding) };
    try {
      return { ...outgoing, headers, body: await this.#compression.inParts(body, coding, to) };
    } catch {
      return undefined;
    }
  }
}

const sizeOf = (body: Outgoing['body']) =>
  Array.isArray(body) ? body.reduce((sum, { length }) => sum + length, 0) : Buffer.byteLength(body);

function write({ res, reservation }: Recipient, { status, headers, body }: Outgoing): void {
  const size = sizeOf(body);
  res.writeHead(status, { ...headers, 'content-length': size, ...STANDARD_HEADERS });
  // A text of ASCII alone is quicker to write as Latin-1.
  if (typeof body === 'string') res.end(body, body.length === size ? 'latin1' : 'utf8');
  else if (!Array.isArray(body)) res.end(body);
  else Readable.from(slicesOf(body, reservation), { objectMode: false, highWaterMark: SLICE_BYTES }).pipe(res);
}
