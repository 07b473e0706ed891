// Compresses the responses of operations, as the client accepts. docs/security.md says why their sizes reveal no secret.
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  createZstdCompress,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { largeResponse, partsOf, slicesOf } from './large-body.ts';
import type { NodeContext, ServerPlugin } from './node-context.ts';
import { parseWeightedList, preferenceFor } from './weighted-list.ts';

/** Bytes below which a response is sent as it is: it fits into one or two packets. */
const MIN_BYTES = 2 * 1024;

/** Large responses that the thread pool compresses. Further ones are sent as they are: each compressor takes up to five megabytes. */
const MAX_RUNNING = 16;

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
export type Coding = keyof typeof COMPRESSORS;
const CODINGS = Object.keys(COMPRESSORS) as Coding[];

/** Compresses the bodies of responses with data. Those with errors alone are short, and are sent as they are. */
export class Compression {
  #running = 0;

  /** The coding of a body of so many bytes, by the client's Accept-Encoding; undefined where it is sent as it is. */
  codingFor(accept: string, size: number, isInParts: boolean): Coding | undefined {
    const { coding, isRequired } = preferredCoding(accept);
    if (coding === undefined || (size < MIN_BYTES && !isRequired)) return undefined;
    return isInParts && this.#running >= MAX_RUNNING ? undefined : coding;
  }

  /** Compresses a small body at once, as that takes less time than to hand it to the thread pool, 0.3 ms. */
  now(bytes: Buffer, coding: Coding): Buffer<ArrayBuffer> {
    return COMPRESSORS[coding].now(bytes) as Buffer<ArrayBuffer>;
  }

  /** Compresses the parts of a large body, and drops each. Errors: rejects when the client disconnects. */
  async inParts(
    parts: Buffer[],
    coding: Coding,
    { res, reservation }: Pick<NodeContext, 'res' | 'reservation'>,
  ): Promise<Buffer[]> {
    this.#running++;
    try {
      const compressed = await compress(parts, coding, res);
      const size = compressed.reduce((sum, { length }) => sum + length, 0);
      reservation?.give(reservation.bytes - size);
      return compressed;
    } finally {
      this.#running--;
    }
  }
}

/** Compresses the responses of Yoga. */
export function useCompression(compression: Compression): ServerPlugin {
  const withData = new WeakSet<Request>();
  return {
    onResultProcess({ request, result }) {
      if (request.headers.has('accept-encoding') && [result].flat().some((one) => 'data' in one)) withData.add(request);
    },
    onResponse(exchange) {
      const { request, response } = exchange;
      if (!withData.has(request)) return undefined;
      const size = Number(response.headers.get('content-length'));
      const accept = request.headers.get('accept-encoding') ?? '';
      const coding = compression.codingFor(accept, size, partsOf(response) !== undefined);
      return coding && replace(exchange, coding);
    },
  };

  /** Replaces a response by itself, compressed. */
  async function replace({ response, serverContext, setResponse, fetchAPI }: Exchange, coding: Coding): Promise<void> {
    const { status, statusText, headers } = response;
    const parts = partsOf(response);
    headers.set('content-encoding', coding);
    if (!parts) {
      const bytes = compression.now(Buffer.from(await response.text()), coding);
      headers.set('content-length', String(bytes.length));
      setResponse(new fetchAPI.Response(bytes, { status, statusText, headers }));
      return;
    }
    try {
      const compressed = await compression.inParts(parts, coding, serverContext ?? {});
      setResponse(largeResponse(compressed, response, fetchAPI.Response, serverContext?.reservation));
    } catch {
      // The client has disconnected.
      setResponse(new fetchAPI.Response(null, { status, statusText }));
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

/** Compresses parts on the thread pool, and drops each. Rejects when the client disconnects, which frees the compressor. */
async function compress(parts: Buffer[], coding: Coding, response: ServerResponse | undefined): Promise<Buffer[]> {
  const compressor = COMPRESSORS[coding].stream();
  const compressed: Buffer[] = [];
  compressor.on('data', (chunk: Buffer) => compressed.push(chunk));
  const free = () => compressor.destroy();
  response?.once('close', free);
  try {
    const done = finished(compressor);
    if (response?.destroyed) free();
    else Readable.from(slicesOf(parts), { objectMode: false }).pipe(compressor);
    await done;
    return compressed;
  } finally {
    response?.off('close', free);
  }
}
