// Decompresses request bodies, within a bound of bytes.
import { brotliDecompress, constants, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';

/** A function of node:zlib. */
type Decoder = (bytes: Buffer, options: Options, done: (error: Error | null, result: unknown) => void) => void;

interface Options {
  readonly maxOutputLength: number;
  readonly info: true;
}

/** What it returns with the option `info`. */
interface Decompressed {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Two to this power bytes is the largest window of zstd: 8 MB, as RFC 9659 says. */
const MAX_ZSTD_WINDOW_LOG = 23;
const zstdParams = { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG };

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  // Clients send the zlib format, which has a header, or what is in it.
  ['deflate', (bytes, options, done) => (hasZlibHeader(bytes) ? inflate : inflateRaw)(bytes, options, done)],
  ['br', brotliDecompress],
  ['zstd', (bytes, options, done) => zstdDecompress(bytes, { ...options, params: zstdParams }, done)],
]);

const hasZlibHeader = (bytes: Buffer) =>
  bytes.length > 1 && (bytes[0] ?? 0) % 16 === 8 && bytes.readUInt16BE() % 31 === 0;

/** The codings that are read, as Accept-Encoding lists them. */
export const CODINGS: readonly string[] = [...DECODERS.keys()];

/**
 * Decompresses bytes of one of the codings. It stops as soon as more than `maxBytes` come out.
 * Errors: rejects with the error of zlib for what is malformed or incomplete, and for too many bytes; and where bytes follow the end,
 * which zlib would drop.
 */
export function decompress(bytes: Buffer, coding: string, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const decoder = DECODERS.get(coding);
    if (!decoder) throw new Error('unknown coding');
    decoder(bytes, { info: true, maxOutputLength: maxBytes }, (error, result) => {
      if (error) return reject(error);
      const { buffer, engine } = result as Decompressed;
      if (engine.bytesWritten < bytes.length) return reject(new Error('bytes after the end'));
      resolve(buffer);
    });
  });
}

/** Whether an error of `decompress` means that too many bytes have come out. */
export const isTooLarge = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
