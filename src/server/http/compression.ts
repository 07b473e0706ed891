// Compresses the responses of operations, as the client accepts. docs/security.md says why no secret is revealed by their sizes.
import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { constants, createBrotliCompress, createGzip, createZstdCompress } from 'node:zlib';
import type { ServerPlugin } from './node-context.ts';
import { parseWeightedList } from './weighted-list.ts';

/** Bytes below which a response is sent as it is: it fits into one or two packets. */
const MIN_BYTES = 2048;

/** Responses that are compressed at once. Beyond it they are sent as they are: each compressor takes up to two megabytes. */
const MAX_RUNNING = 32;

/** Bytes that a compressor returns at once: each return is a turn of the event loop. */
const chunkSize = 64 * 1024;

/**
 * The compressors, the preferred one first. Their levels give about the same size; measured with a page of 1,000 images of 555 kB:
 * zstd 0.9 ms and 84 kB, br 2.5 ms and 86 kB, gzip 4.3 ms and 88 kB.
 */
const COMPRESSORS = new Map([
  [
    'zstd',
    (size: number) =>
      createZstdCompress({ chunkSize, pledgedSrcSize: size, params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  ],
  [
    'br',
    (size: number) =>
      createBrotliCompress({
        chunkSize,
        params: { [constants.BROTLI_PARAM_QUALITY]: 2, [constants.BROTLI_PARAM_SIZE_HINT]: size },
      }),
  ],
  ['gzip', () => createGzip({ chunkSize, level: 5 })],
]);

/** Compresses responses with data; those with errors alone are short, and of phases in which it does not matter who asks. */
export function useCompression(): ServerPlugin {
  const withData = new WeakSet<Request>();
  let running = 0;
  return {
    onResultProcess({ request, result }) {
      if (request.headers.has('accept-encoding') && [result].flat().some((one) => 'data' in one)) withData.add(request);
    },
    onResponse(exchange) {
      const { request, response, serverContext } = exchange;
      if (!withData.has(request) || running >= MAX_RUNNING || serverContext?.res?.destroyed) return undefined;
      const { coding, isRequired } = preferredCoding(request.headers.get('accept-encoding') ?? '');
      const size = Number(response.headers.get('content-length'));
      return coding === undefined || (size < MIN_BYTES && !isRequired) ? undefined : replace(exchange, coding);
    },
  };

  /** Replaces a response by the same one, compressed. */
  async function replace({ response, serverContext, setResponse, fetchAPI }: Exchange, coding: string): Promise<void> {
    const { status, statusText, headers } = response;
    running++;
    try {
      const bytes = await compress(Buffer.from(await response.text()), coding, serverContext?.res);
      headers.set('content-encoding', coding);
      headers.set('content-length', String(bytes.length));
      setResponse(new fetchAPI.Response(bytes, { status, statusText, headers }));
    } catch {
      // The client is gone.
    } finally {
      running--;
    }
  }
}

type Exchange = Parameters<NonNullable<ServerPlugin['onResponse']>>[0];

/** The coding of ours with the highest weight, if the client does not prefer plain bytes; and whether it accepts no plain bytes. */
function preferredCoding(accept: string): { coding: string | undefined; isRequired: boolean } {
  const items = parseWeightedList(accept);
  const weightOf = (names: string[]) => items.find(({ name }) => names.includes(name))?.weight;
  const others = weightOf(['*']);
  const weights = [...COMPRESSORS.keys()].map((coding) => weightOf([coding, `x-${coding}`]) ?? others ?? 0);
  const weight = Math.max(...weights);
  const plain = weightOf(['identity']);
  const coding = weight > 0 && weight >= (plain ?? 0) ? [...COMPRESSORS.keys()][weights.indexOf(weight)] : undefined;
  return { coding, isRequired: (plain ?? others) === 0 };
}

/** Compresses on the thread pool. Rejects when the client disconnects, which frees the compressor. */
async function compress(bytes: Buffer, coding: string, response: ServerResponse | undefined) {
  const compressor = COMPRESSORS.get(coding)?.(bytes.length);
  if (!compressor) throw new Error('unknown coding');
  const free = () => compressor.destroy();
  response?.once('close', free);
  try {
    compressor.end(bytes);
    return await buffer(compressor);
  } finally {
    response?.off('close', free);
  }
}
