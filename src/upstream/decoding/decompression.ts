// Decompresses bodies, those of requests and those of upstream responses, within a bound of bytes.
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

/** Frames of zstd that one body may have: each takes time, however few bytes it has. */
const MAX_FRAMES = 1_000;

/** The codings of a body in the order in which they were applied, by its Content-Encoding. */
export const contentCodings = (header: string): string[] =>
  header
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');

/**
 * Decompresses bytes of one of the codings. It stops as soon as more than `maxBytes` come out.
 * Errors: rejects with the error of zlib for what is malformed or incomplete, and for too many bytes; and where bytes follow the end,
 * which zlib would drop. A body of zstd may have several frames (RFC 8878, 3).
 */
export async function decompress(bytes: Buffer, coding: string, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let read = 0;
  let size = 0;
  do {
    if (parts.length > 0 && (coding !== 'zstd' || parts.length === MAX_FRAMES)) throw new Error('bytes after the end');
    // zlib does not take zero.
    const { buffer, engine } = await decode(bytes.subarray(read), coding, Math.max(1, maxBytes - size));
    read += engine.bytesWritten;
    size += buffer.length;
    if (size > maxBytes) throw Object.assign(new RangeError('too many bytes'), { code: TOO_LARGE });
    parts.push(buffer);
  } while (read < bytes.length);
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, size);
}

function decode(bytes: Buffer, coding: string, maxOutputLength: number): Promise<Decompressed> {
  return new Promise((resolve, reject) => {
    const decoder = DECODERS.get(coding);
    if (!decoder) throw new Error('unknown coding');
    decoder(bytes, { info: true, maxOutputLength }, (error, result) =>
      error ? reject(error) : resolve(result as Decompressed),
    );
  });
}

/** The code of zlib's error. */
const TOO_LARGE = 'ERR_BUFFER_TOO_LARGE';

/** Whether an error of `decompress` means that too many bytes have come out. */
export const isTooLarge = (error: unknown) => (error as NodeJS.ErrnoException).code === TOO_LARGE;
