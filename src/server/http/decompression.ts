// Decompresses request bodies, within a bound of bytes.
import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';

type Decoder = (bytes: Buffer, maxOutputLength: number) => Promise<Buffer>;

/** Two to this power bytes is the largest window of zstd: 8 MB, as RFC 9659 says. */
const MAX_ZSTD_WINDOW_LOG = 23;

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);
const inflateRawAsync = promisify(inflateRaw);
const brotliAsync = promisify(brotliDecompress);
const zstdAsync = promisify(zstdDecompress);

const fromGzip: Decoder = (bytes, maxOutputLength) => gunzipAsync(bytes, { maxOutputLength });

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', fromGzip],
  ['x-gzip', fromGzip],
  // Clients send the zlib format, which has a header, or what is in it.
  [
    'deflate',
    (bytes, maxOutputLength) => (hasZlibHeader(bytes) ? inflateAsync : inflateRawAsync)(bytes, { maxOutputLength }),
  ],
  ['br', (bytes, maxOutputLength) => brotliAsync(bytes, { maxOutputLength })],
  [
    'zstd',
    (bytes, maxOutputLength) =>
      zstdAsync(bytes, { maxOutputLength, params: { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG } }),
  ],
]);

const hasZlibHeader = (bytes: Buffer) =>
  bytes.length > 1 && (bytes[0] ?? 0) % 16 === 8 && bytes.readUInt16BE() % 31 === 0;

/** The codings that are read, as Accept-Encoding lists them. */
export const CODINGS: readonly string[] = [...DECODERS.keys()];

/**
 * Decompresses bytes of one of the codings. It stops as soon as more than `maxBytes` come out.
 * Errors: rejects with the error of zlib for what is malformed or incomplete, and for too many bytes.
 */
export async function decompress(bytes: Buffer, coding: string, maxBytes: number): Promise<Buffer> {
  const decoder = DECODERS.get(coding);
  if (!decoder) throw new Error('unknown coding');
  return decoder(bytes, maxBytes);
}

/** Whether an error of `decompress` means that too many bytes have come out. */
export const isTooLarge = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
