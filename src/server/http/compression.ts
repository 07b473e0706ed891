// Compresses the responses of operations, as the client accepts. docs/security.md says why their sizes reveal no secret.
import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { ServerPlugin } from './node-context.ts';
import { parseWeightedList, preferenceFor } from './weighted-list.ts';

/** Bytes below which a response is sent as it is: it fits into one or two packets. */
const MIN_BYTES = 2 * 1024;

/** Bytes up to which a response is compressed at once: it takes less time than to hand it to the thread pool, 0.3 ms. */
const MAX_SYNC_BYTES = 64 * 1024;

/** Responses that the thread pool compresses. Further ones are sent as they are: each takes up to five megabytes. */
const MAX_RUNNING = 32;

/** Bytes that a compressor returns at once: each return is a turn of the event loop. */
const chunkSize = 64 * 1024;

const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const br = { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } };
const gzip = { level: 5 };

/**
 * The codings, the preferred one first. Their levels give about the same size; measured with a page of 1,000 images of 555 kB:
 * zstd 0.9 ms and 84 kB, br 2.5 ms and 86 kB, gzip 4.3 ms and 88 kB.
 */
const COMPRESSORS = {
  zstd: {
    now: (bytes: Buffer) => zstdCompressSync(bytes, zstd),
    stream: () => createZstdCompress({ ...zstd, chunkSize }),
  },
  br: {
    now: (bytes: Buffer) => brotliCompressSync(bytes, br),
    stream: () => createBrotliCompress({ ...br, chunkSize }),
  },
  gzip: { now: (bytes: Buffer) => gzipSync(bytes, gzip), stream: () => createGzip({ ...gzip, chunkSize }) },
};
type Coding = keyof typeof COMPRESSORS;
const CODINGS = Object.keys(COMPRESSORS) as Coding[];

/** Compresses responses with data. Those with errors alone are short, and are sent as they are. */
export function useCompression(): ServerPlugin {
  const withData = new WeakSet<Request>();
  let running = 0;
  return {
    onResultProcess({ request, result }) {
      if (request.headers.has('accept-encoding') && [result].flat().some((one) => 'data' in one)) withData.add(request);
    },
    onResponse(exchange) {
      const { request, response } = exchange;
      if (!withData.has(request)) return undefined;
      const { coding, isRequired } = preferredCoding(request.headers.get('accept-encoding') ?? '');
      const size = Number(response.headers.get('content-length'));
      if (coding === undefined || (size < MIN_BYTES && !isRequired) || running >= MAX_RUNNING) return undefined;
      return replace(exchange, coding);
    },
  };

  /** Replaces a response by itself, compressed. */
  async function replace({ response, serverContext, setResponse, fetchAPI }: Exchange, coding: Coding): Promise<void> {
    running++;
    try {
      const bytes = await compress(Buffer.from(await response.text()), coding, serverContext?.res);
      const { status, statusText, headers } = response;
      headers.set('content-encoding', coding);
      headers.set('content-length', String(bytes.length));
      setResponse(new fetchAPI.Response(bytes, { status, statusText, headers }));
    } catch {
      // The client has disconnected.
    } finally {
      running--;
    }
  }
}

type Exchange = Parameters<NonNullable<ServerPlugin['onResponse']>>[0];

/** The coding of ours with the highest weight, if the client does not prefer plain bytes; and whether it accepts no plain bytes. */
function preferredCoding(accept: string): { coding: Coding | undefined; isRequired: boolean } {
  const items = parseWeightedList(accept);
  const weights = CODINGS.map((coding) => preferenceFor(coding, items).weight);
  const weight = Math.max(...weights);
  const plain = items.find(({ name }) => name === 'identity')?.weight;
  const others = items.find(({ name }) => name === '*')?.weight;
  const coding = weight > 0 && weight >= (plain ?? 0) ? CODINGS[weights.indexOf(weight)] : undefined;
  return { coding, isRequired: (plain ?? others) === 0 };
}

/** Compresses bytes, many of them on the thread pool. Rejects when the client disconnects, which frees the compressor. */
async function compress(
  bytes: Buffer,
  coding: Coding,
  response: ServerResponse | undefined,
): Promise<Buffer<ArrayBuffer>> {
  const { now, stream } = COMPRESSORS[coding];
  if (bytes.length <= MAX_SYNC_BYTES) return now(bytes) as Buffer<ArrayBuffer>;
  const compressor = stream();
  const free = () => compressor.destroy();
  response?.once('close', free);
  try {
    if (response?.destroyed) free();
    else compressor.end(bytes);
    return (await buffer(compressor)) as Buffer<ArrayBuffer>;
  } finally {
    response?.off('close', free);
  }
}
