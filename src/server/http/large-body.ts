// Bodies that are too large for one write: they are sent slice by slice as the client takes them, so that only what waits is kept.
import { Readable } from 'node:stream';
import type { Reservation } from '../../upstream/byte-budget.ts';

/** Bytes of a slice, and of the largest body that is written at once. */
export const SLICE_BYTES = 64 * 1024;

const bodies = new WeakMap<Response, Buffer[]>();

/** Makes the response of a body in several parts, which are dropped as they leave. The reservation gives their bytes back. */
export function largeResponse(
  parts: Buffer[],
  { status, statusText, headers }: Pick<Response, 'status' | 'statusText' | 'headers'>,
  ResponseOf: typeof Response,
  reservation?: Reservation,
): Response {
  headers.set('content-length', String(parts.reduce((sum, { length }) => sum + length, 0)));
  const body = Readable.from(slicesOf(parts, reservation), { objectMode: false, highWaterMark: SLICE_BYTES });
  const response = new ResponseOf(body as unknown as ReadableStream, { status, statusText, headers });
  bodies.set(response, parts);
  return response;
}

/** The parts of a large response that is not being sent, to make another one of them; undefined for any other response. */
export const partsOf = (response: Response): Buffer[] | undefined => bodies.get(response);

/** Cuts bytes that others share, and that are kept anyway. */
export function* slicesOf(parts: Uint8Array[], reservation?: Reservation): Generator<Uint8Array> {
  for (let part = parts.shift(); part; part = parts.shift())
    for (let at = 0; at < part.length; at += SLICE_BYTES) {
      const slice = part.subarray(at, at + SLICE_BYTES);
      yield slice;
      reservation?.give(slice.length);
    }
}

/** The bytes of a well-formed text in parts with memory of their own, each of which can be dropped. */
export function bytesOf(text: string): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length; ) {
    let end = at + SLICE_BYTES;
    if (isHighSurrogate(text.charCodeAt(end - 1))) end--;
    parts.push(Buffer.from(text.slice(at, end)));
    at = end;
  }
  return parts;
}

/** Whether the other half of a surrogate pair follows in a text. */
export const isHighSurrogate = (code: number) => code >= 0xd800 && code < 0xdc00;
