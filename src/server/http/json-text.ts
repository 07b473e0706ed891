// Responses are JSON that strict parsers read: half a surrogate pair that a caller sent, or an upstream, is U+FFFD in them. Large ones
// are written in turns, and end where they have too many bytes.
import { GraphQLError } from 'graphql';
import { deadlineExceeded, type HttpOptions, overloaded, rateLimited, tooComplex } from '../../graph/errors.ts';
import type { Reservation } from '../../upstream/byte-budget.ts';
import { jsonText, writeJson } from './json-writer.ts';
import { bytesOf, largeResponse, SLICE_BYTES } from './large-body.ts';
import type { ServerPlugin } from './node-context.ts';

interface JsonTextOptions {
  /** Bytes that the response to a request may have. */
  readonly maxBytes: number;
  /** Milliseconds in which it must be written. */
  readonly timeoutMs: number;
}

/**
 * Bytes of values up to which the text is written at once: in an eighth of the time that it takes in parts, and in a tenth of a second where
 * all characters are escaped.
 */
const MAX_AT_ONCE = 4 * 1024 * 1024;

/** Bytes of a character in JSON at most: those of an escape. */
const MAX_BYTES_OF_CHARACTER = 6;

/** Results whose text is not written yet. */
interface Kept {
  readonly results: unknown[];
  readonly isBatch: boolean;
}

/** Makes Yoga write its results so, each of a batch alike. Ends those that are too large with an error in their place. */
export function useJsonText({ maxBytes, timeoutMs }: JsonTextOptions): ServerPlugin {
  /** What is written after Yoga has made its response: the results of a batch, or one. */
  const unwritten = new WeakMap<Request, Kept>();
  const maxAtOnce = Math.min(MAX_AT_ONCE, maxBytes / MAX_BYTES_OF_CHARACTER);
  return {
    onResultProcess({ request, result, serverContext }) {
      // Before the text of a response is written, its reservation has the bytes of its values.
      const isLarge = (serverContext?.reservation?.bytes ?? 0) > maxAtOnce;
      const stringify = isLarge ? keepFor(request, Array.isArray(result)) : jsonText;
      for (const part of [result].flat()) if (!(Symbol.asyncIterator in part)) part.stringify = stringify;
    },
    onResponse(exchange) {
      const { request, response } = exchange;
      const reservation = exchange.serverContext?.reservation;
      const kept = unwritten.get(request);
      if (kept) {
        unwritten.delete(request);
        return write(exchange, kept, reservation);
      }
      const size = Number(response.headers.get('content-length'));
      if (size > maxBytes || (reservation && size > reservation.bytes)) {
        const error = exceeds(size, reservation);
        if (error) return exchange.setResponse(inPlaceOf(response, error, exchange.fetchAPI));
      }
      return size > SLICE_BYTES && isJson(response) ? cut(exchange, reservation) : undefined;
    },
  };

  /** Keeps results, without what Yoga leaves out, until their text is written. */
  function keepFor(request: Request, isBatch: boolean): (result: unknown) => string {
    const results: unknown[] = [];
    unwritten.set(request, { results, isBatch });
    return (result) => {
      results.push(result);
      return '';
    };
  }

  async function write(
    { request, response, setResponse, fetchAPI }: Exchange,
    { results, isBatch }: Kept,
    reservation: Reservation | undefined,
  ): Promise<void> {
    const startedAt = performance.now();
    // The bracket at the end of a batch counts from the beginning.
    let size = isBatch ? 1 : 0;
    const onPart = (bytes: number) => {
      size += bytes;
      const error = exceeds(size, reservation);
      if (error) throw error;
    };
    const onTurn = () => {
      if (request.signal.aborted || performance.now() - startedAt > timeoutMs) throw deadlineExceeded();
    };
    const parts: Buffer[] = [];
    const push = (text: string) => {
      const part = Buffer.from(text);
      size += part.length;
      parts.push(part);
    };
    for (const [index, result] of results.entries()) {
      if (isBatch) push(index === 0 ? '[' : ',');
      const before = size;
      try {
        for (const part of await writeJson(result, onPart, onTurn)) parts.push(part);
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
        if (!isBatch) {
          reservation?.give(reservation.bytes);
          return setResponse(inPlaceOf(response, error, fetchAPI));
        }
        // The other operations of the batch keep their data.
        size = before;
        push(errorText(error));
      }
    }
    if (isBatch) parts.push(Buffer.from(']'));
    // Its values are dropped, the text is kept.
    reservation?.give(reservation.bytes - size);
    setResponse(largeResponse(parts, response, fetchAPI.Response, reservation));
  }

  /** The error of a response that is too large by itself, or beside those of its caller, or of all; else its bytes are taken. */
  function exceeds(size: number, reservation: Reservation | undefined): GraphQLError | undefined {
    if (size > maxBytes) return tooComplex(TOO_MANY, { name: 'responseBytes', value: size, max: maxBytes }, REMEDY);
    const exhausted = reservation && size > reservation.bytes ? reservation.take(size - reservation.bytes) : undefined;
    if (!(reservation && exhausted)) return undefined;
    const { max } = reservation;
    if (size > max) return tooComplex(TOO_MANY, { name: 'totalResponseBytes', value: size, max }, REMEDY);
    if (exhausted === 'total') return overloaded('The responses of all callers have too many bytes: retry after 1 s.');
    const limit = { name: 'totalResponseBytes', value: max + 1, max };
    const message = 'The responses to this caller have too many bytes: read them before sending further requests.';
    return rateLimited(message, limit, 1);
  }
}

const TOO_MANY = 'The response has too many bytes';
const REMEDY = 'Request smaller pages, or fewer fields.';

/** Cuts a text, so that it is sent slice by slice. */
async function cut({ response, setResponse, fetchAPI }: Exchange, reservation: Reservation | undefined): Promise<void> {
  setResponse(largeResponse(bytesOf(await response.text()), response, fetchAPI.Response, reservation));
}

type Exchange = Parameters<NonNullable<ServerPlugin['onResponse']>>[0];

const isJson = ({ headers }: Response) => headers.get('content-type')?.includes('json') ?? false;

/** The text of a result that an error takes the place of. */
function errorText({ message, extensions: { http: _http, ...extensions } }: GraphQLError): string {
  return jsonText({ errors: [{ message, extensions }] });
}

/** The response that an error takes the place of, with its media type. */
function inPlaceOf(
  { headers }: Response,
  error: GraphQLError,
  { Response: ResponseOf }: Exchange['fetchAPI'],
): Response {
  const { http } = error.extensions;
  const { status, spec, headers: own } = (http ?? { status: 200 }) as HttpOptions;
  const isPlain = headers.get('content-type')?.startsWith('application/json') ?? false;
  const body = errorText(error);
  headers.set('content-length', String(Buffer.byteLength(body)));
  for (const [name, value] of Object.entries(own ?? {})) headers.set(name, value);
  return new ResponseOf(body, { status: spec && isPlain ? 200 : status, headers });
}
