// The JSON text of a result: written at once or in turns, within the bytes that a response may have.

import { GraphQLError } from 'graphql';
import type { Limits } from '../../config/config.ts';
import { deadlineExceeded, type HttpOptions, overloaded, rateLimited, tooComplex } from '../../graph/errors.ts';
import type { Reservation } from '../../upstream/byte-budget.ts';
import { jsonText, writeJson } from './json-writer.ts';

/** The bytes that the response to a request may have, and the milliseconds in which it must be written. */
type ResultTextLimits = Pick<Limits, 'responseBytes' | 'requestTimeoutMs'>;

/**
 * Bytes of values up to which the text is written at once: in an eighth of the time that it takes in parts, and in a tenth of a second where
 * all characters are escaped.
 */
const MAX_AT_ONCE = 4 * 1024 * 1024;

/** Bytes of a character in JSON at most: those of an escape. */
const MAX_BYTES_OF_CHARACTER = 6;

/** Results whose text is written in turns: those of a batch, or one. */
export interface Results {
  readonly results: readonly unknown[];
  readonly isBatch: boolean;
}

export class ResultText {
  readonly #limits: ResultTextLimits;

  constructor(limits: ResultTextLimits) {
    this.#limits = limits;
  }

  /** Whether a text is too large to be written at once. Before it is written, its reservation has the bytes of its values. */
  isLarge(reservation: Reservation | undefined): boolean {
    const maxAtOnce = Math.min(MAX_AT_ONCE, this.#limits.responseBytes / MAX_BYTES_OF_CHARACTER);
    return (reservation?.bytes ?? 0) > maxAtOnce;
  }

  /**
   * Writes the text of large results in turns, and ends it when `isAborted`.
   * Errors: rejects with the GraphQLError that takes the place of the response; the other operations of a batch keep their data.
   */
  async write(
    { results, isBatch }: Results,
    reservation: Reservation | undefined,
    isAborted: () => boolean,
  ): Promise<Buffer[]> {
    const startedAt = performance.now();
    // The bracket at the end of a batch counts from the beginning.
    let size = isBatch ? 1 : 0;
    const onPart = (bytes: number) => {
      size += bytes;
      const error = this.exceeds(size, reservation);
      if (error) throw error;
    };
    const onTurn = () => {
      if (isAborted() || performance.now() - startedAt > this.#limits.requestTimeoutMs) throw deadlineExceeded();
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
        if (!isBatch) reservation?.give(reservation.bytes);
        if (!isBatch || !(error instanceof GraphQLError)) throw error;
        // The other operations of the batch keep their data.
        size = before;
        push(errorText(error));
      }
    }
    if (isBatch) parts.push(Buffer.from(']'));
    // Its values are dropped, the text is kept.
    reservation?.give(reservation.bytes - size);
    return parts;
  }

  /** The error of a response that is too large by itself, or beside those of its caller, or of all; else its bytes are taken. */
  exceeds(size: number, reservation: Reservation | undefined): GraphQLError | undefined {
    const { responseBytes: maxBytes } = this.#limits;
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

/** The response that an error takes the place of. `isPlain`: under application/json, where a status may be 200 all the same. */
export function responseInPlace(error: GraphQLError, isPlain: boolean) {
  const { status, spec, headers = {} } = (error.extensions.http ?? { status: 200 }) as HttpOptions;
  return { status: spec && isPlain ? 200 : status, headers, text: errorText(error) };
}

/** The text of a result that an error takes the place of. */
function errorText({ message, extensions: { http: _http, ...extensions } }: GraphQLError): string {
  return jsonText({ errors: [{ message, extensions }] });
}

const TOO_MANY = 'The response has too many bytes';
const REMEDY = 'Request smaller pages, or fewer fields.';
