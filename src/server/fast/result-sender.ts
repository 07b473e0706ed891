// Sends the result of an operation as Yoga and its plugins do, without a Fetch response where it has no errors.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { type FetchAPI, processRegularResult } from 'graphql-yoga';
import type { Reservation } from '../../upstream/byte-budget.ts';
import type { Coding, Compression } from '../http/compression.ts';
import { STANDARD_HEADERS } from '../http/error-response.ts';
import { jsonText } from '../http/json-writer.ts';
import { bytesOf, SLICE_BYTES, slicesOf } from '../http/large-body.ts';
import { type ResultText, responseInPlace } from '../http/result-text.ts';
import { setServerTiming } from '../http/server-timing.ts';

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
  /** Bytes of the body. */
  readonly size: number;
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

  /** Sends a result under a media type. Resolves when the response is ready: it leaves at the end of the turn of the event loop. */
  async send(to: Recipient, type: string, result: ExecutionResult): Promise<void> {
    let outgoing: Outgoing;
    try {
      const { visible, ...head } = result.errors ? this.#withErrors(result, type) : withoutErrors(result, type);
      if (this.#text.isLarge(to.reservation)) outgoing = inParts(head, await this.#writtenInTurns(to, visible));
      else outgoing = this.#writtenAtOnce(head, to, visible);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const { text, status, headers } = responseInPlace(error, type === 'application/json');
      outgoing = { status, headers: { ...typeHeader(type), ...headers }, body: text, size: Buffer.byteLength(text) };
    }
    const coding = 'data' in result ? this.#codingFor(to, outgoing) : undefined;
    if (coding) outgoing = await this.#compressed(to, outgoing, coding);
    writeSoon(to, outgoing);
  }

  /** Yoga decides the status of a result with errors, and leaves out what the client does not see. */
  #withErrors(result: ExecutionResult, type: string): Visible {
    let visible: unknown;
    const stringify = (seen: unknown) => {
      visible = seen;
      return '';
    };
    const response = processRegularResult({ ...result, stringify } as ExecutionResult, this.#fetchAPI, type);
    const headers = Object.fromEntries(response.headers);
    delete headers['content-length'];
    return { status: response.status, headers, visible };
  }

  /** Errors: throws the GraphQLError that takes the place of the response. */
  #writtenAtOnce(head: Head, { reservation }: Recipient, visible: unknown): Outgoing {
    const body = jsonText(visible);
    const size = Buffer.byteLength(body);
    const error = this.#text.exceeds(size, reservation);
    if (error) throw error;
    return size > SLICE_BYTES ? inParts(head, bytesOf(body)) : { ...head, body, size };
  }

  #writtenInTurns({ res, reservation }: Recipient, visible: unknown): Promise<Buffer[]> {
    return this.#text.write({ results: [visible], isBatch: false }, reservation, () => res.destroyed);
  }

  #codingFor({ req }: Recipient, { body, size }: Outgoing): Coding | undefined {
    const accept = req.headers['accept-encoding'];
    return accept === undefined ? undefined : this.#compression?.codingFor(String(accept), size, Array.isArray(body));
  }

  /** A response in a coding; without its body where the client has disconnected. */
  async #compressed(to: Recipient, { body, status, headers }: Outgoing, coding: Coding): Promise<Outgoing> {
    const head = { status, headers: { ...headers, 'content-encoding': coding } };
    const compression = this.#compression as Compression;
    if (Array.isArray(body)) return inParts(head, await compression.inParts(body, coding, to).catch(() => []));
    const compressed = compression.now(Buffer.from(body as string), coding);
    return { ...head, body: compressed, size: compressed.length };
  }
}

type Head = Pick<Outgoing, 'status' | 'headers'>;

const inParts = (head: Head, body: Buffer[]): Outgoing => ({
  ...head,
  body,
  size: body.reduce((sum, { length }) => sum + length, 0),
});

/** A result as the client sees it, and the head of its response. */
interface Visible extends Head {
  readonly visible: unknown;
}

const typeHeader = (type: string) => ({ 'content-type': `${type}; charset=utf-8` });

const withoutErrors = (result: ExecutionResult, type: string): Visible => ({
  status: 200,
  headers: typeHeader(type),
  visible: result,
});

/** Responses that are written at the end of this turn of the event loop. */
let ready: [Recipient, Outgoing][] = [];

/**
 * Writes a response at the end of this turn, together with all others that are ready then: to write one by one, with work between them,
 * takes the system longer, as it wakes the receivers again and again.
 */
function writeSoon(to: Recipient, outgoing: Outgoing): void {
  if (ready.push([to, outgoing]) === 1) setImmediate(writeReady);
}

function writeReady(): void {
  const all = ready;
  ready = [];
  // Its connection may have failed meanwhile.
  for (const [to, outgoing] of all) if (!to.res.destroyed && !to.res.headersSent) write(to, outgoing);
}

function write({ res, reservation }: Recipient, { status, headers, body, size }: Outgoing): void {
  setServerTiming(res);
  res.writeHead(status, { ...headers, 'content-length': size, ...STANDARD_HEADERS });
  // A text of ASCII alone is quicker to write as Latin-1.
  if (typeof body === 'string') res.end(body, body.length === size ? 'latin1' : 'utf8');
  else if (!Array.isArray(body)) res.end(body);
  else sendSlices(res, slicesOf(body, reservation));
}

/** Sends a body slice by slice, each when the client has taken those before. */
function sendSlices(response: ServerResponse, slices: Iterator<Uint8Array>): void {
  for (let next = slices.next(); !next.done; next = slices.next()) {
    if (response.write(next.value)) continue;
    response.once('drain', () => sendSlices(response, slices));
    return;
  }
  response.end();
}
