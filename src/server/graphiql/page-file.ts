// A file of the page, kept in memory: its name has a hash of its content, and it is compressed once for each encoding.
import { createHash } from 'node:crypto';
import { ReadableStream } from 'node:stream/web';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { slicesOf } from '../http/large-body.ts';
import { parseWeightedList, preferenceFor } from '../http/weighted-list.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The encodings, the best first. zlib compresses in threads of its own. Brotli's level 11 takes 60 times as long as 5 for 12% less. */
const ENCODINGS: Readonly<Record<string, (bytes: Bytes) => Promise<Bytes>>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes) => promisify(gzip)(bytes),
};

export class PageFile {
  /** The name, unique for this content. */
  readonly name: string;
  readonly #bytes: Bytes;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #compressed = new Map<string, Promise<Bytes>>();

  constructor(kind: 'html' | 'css' | 'js', bytes: Bytes, headers: Readonly<Record<string, string>>) {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    this.name = `${hash}.${kind}`;
    this.#bytes = bytes;
    this.#headers = {
      'content-type': `text/${kind === 'js' ? 'javascript' : kind}; charset=utf-8`,
      etag: `W/"${hash}"`,
      ...headers,
    };
  }

  /** The response to a request for the file. */
  async respond({ headers }: Request): Promise<Response> {
    if (headers.get('if-none-match')?.includes(this.#headers.etag ?? ''))
      return new Response(null, { status: 304, headers: this.#headers });
    const accepted = parseWeightedList(headers.get('accept-encoding') ?? '');
    const [encoding, compress] =
      Object.entries(ENCODINGS).find(([name]) => preferenceFor(name, accepted).weight > 0) ?? [];
    if (!encoding || !compress) return this.#send(this.#bytes, this.#headers);
    const compressed = this.#compressed.get(encoding) ?? compress(this.#bytes);
    this.#compressed.set(encoding, compressed);
    return this.#send(await compressed, { ...this.#headers, 'content-encoding': encoding });
  }

  /** Slice by slice, so that it is seen whether the client takes them. */
  #send(bytes: Bytes, headers: Readonly<Record<string, string>>): Response {
    const body = ReadableStream.from(slicesOf([bytes]));
    return new Response(body as BodyInit, { headers: { ...headers, 'content-length': String(bytes.length) } });
  }
}
