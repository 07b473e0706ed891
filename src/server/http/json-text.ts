// Responses are JSON that strict parsers read: half a surrogate pair that a caller sent, or an upstream, is U+FFFD in them. Large ones
// are written in turns, and end where they have too many bytes.
import { GraphQLError } from 'graphql';
import type { Reservation } from '../../upstream/byte-budget.ts';
import { jsonText } from './json-writer.ts';
import { bytesOf, largeResponse, SLICE_BYTES } from './large-body.ts';
import type { ServerPlugin } from './node-context.ts';
import { type Results, type ResultText, responseInPlace } from './result-text.ts';

/** Makes Yoga write its results so, each of a batch alike. Ends those that are too large with an error in their place. */
export function useJsonText(text: ResultText): ServerPlugin {
  /** What is written after Yoga has made its response. */
  const unwritten = new WeakMap<Request, Results>();
  return {
    onResultProcess({ request, result, serverContext }) {
      const isLarge = text.isLarge(serverContext?.reservation);
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
      const error = text.exceeds(size, reservation);
      if (error) return exchange.setResponse(inPlaceOf(response, error, exchange.fetchAPI));
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
    kept: Results,
    reservation: Reservation | undefined,
  ): Promise<void> {
    try {
      const parts = await text.write(kept, reservation, () => request.signal.aborted);
      setResponse(largeResponse(parts, response, fetchAPI.Response, reservation));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      setResponse(inPlaceOf(response, error, fetchAPI));
    }
  }
}

/** Cuts a text, so that it is sent slice by slice. */
async function cut({ response, setResponse, fetchAPI }: Exchange, reservation: Reservation | undefined): Promise<void> {
  setResponse(largeResponse(bytesOf(await response.text()), response, fetchAPI.Response, reservation));
}

type Exchange = Parameters<NonNullable<ServerPlugin['onResponse']>>[0];

const isJson = ({ headers }: Response) => headers.get('content-type')?.includes('json') ?? false;

/** The response that an error takes the place of, with its media type. */
function inPlaceOf(
  { headers }: Response,
  error: GraphQLError,
  { Response: ResponseOf }: Exchange['fetchAPI'],
): Response {
  const isPlain = headers.get('content-type')?.startsWith('application/json') ?? false;
  const { status, headers: own, text } = responseInPlace(error, isPlain);
  headers.set('content-length', String(Buffer.byteLength(text)));
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  return new ResponseOf(text, { status, headers });
}
