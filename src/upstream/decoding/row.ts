// One record of an answer, read leniently and only when asked: string booleans, numbers as text, nulls, absent keys.
import type { Service } from '../../config/config.ts';
import { UpstreamError, withoutTrace } from '../errors.ts';
import { dateTime, dateTimeOfEpoch } from './date-time.ts';
import { decodeJson, longText } from './json.ts';
import type { Vocabulary } from './wire-enum.ts';

/** A JSON object as it came. */
export type WireObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is WireObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A decoded value; null where there is none; an error, returned and not thrown, where the wire value is malformed. */
export type Decoded<Value> = Value | null | UpstreamError;

/**
 * The base of every source object: a wire record and readers that decode one field of it when it is selected.
 * Shape: null for null and absent, and for an empty string where the field is not a String.
 * Errors: a malformed value is returned as an UpstreamError; GraphQL then nulls this one field and reports its path.
 */
export abstract class Row {
  abstract readonly service: Service;
  readonly wire: WireObject;
  constructor(wire: WireObject) {
    this.wire = wire;
  }

  protected text(name: string): Decoded<string> {
    const value = this.wire[name];
    if (value === undefined || value === null) return null;
    return typeof value === 'string' && longText(value) === undefined ? value : this.malformed(name, 'a string');
  }

  /** A 64-bit integer as its decimal digits. */
  protected long(name: string): Decoded<string> {
    const value = this.scalar(name);
    return value === null ? null : (longOf(value) ?? this.malformed(name, 'an integer'));
  }

  protected int(name: string): Decoded<number> {
    const value = this.scalar(name);
    if (value === null) return null;
    const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && number === (number | 0) ? number : this.malformed(name, 'a 32-bit integer');
  }

  /** A boolean, also as the words `"true"`, `"True"`, `"False"` … */
  protected flag(name: string): Decoded<boolean> {
    const value = this.scalar(name);
    if (value === null || typeof value === 'boolean') return value;
    const word = typeof value === 'string' ? value.toLowerCase() : '';
    return word === 'true' || (word === 'false' ? false : this.malformed(name, 'a boolean'));
  }

  protected time(name: string): Decoded<string> {
    const value = this.scalar(name);
    if (value === null) return null;
    return (typeof value === 'string' && dateTime(value)) || this.malformed(name, 'a time');
  }

  protected epochMilliseconds(name: string): Decoded<string> {
    const digits = this.long(name);
    if (typeof digits !== 'string') return digits;
    return dateTimeOfEpoch(Number(digits)) ?? this.malformed(name, 'a time in epoch milliseconds');
  }

  protected words(name: string): Decoded<readonly string[]> {
    const value = this.scalar(name);
    if (value === null) return null;
    return Array.isArray(value) && value.every((word) => typeof word === 'string')
      ? value
      : this.malformed(name, 'a list of strings');
  }

  /** The enum value of a word; `UNKNOWN` for a word that the documents do not list. */
  protected word<Value extends string>(name: string, vocabulary: Vocabulary<Value>): Decoded<Value | 'UNKNOWN'> {
    const value = this.scalar(name);
    if (value === null) return null;
    return typeof value === 'string' ? vocabulary.valueOf(value) : this.malformed(name, 'a string');
  }

  /** JSON inside a string. */
  protected json(name: string): unknown {
    const text = this.text(name);
    if (typeof text !== 'string' || text === '') return text === '' ? null : text;
    try {
      return decodeJson(text);
    } catch {
      return this.malformed(name, 'JSON');
    }
  }

  private scalar(name: string): unknown {
    const value = this.wire[name];
    return value === undefined || value === '' ? null : value;
  }

  protected malformed(name: string, expected: string): UpstreamError {
    return malformed(this.service, `${name} is not ${expected}`);
  }
}

/** The decimal digits of an integer of any size, sent as a number or as text; undefined for anything else. */
export function longOf(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  const digits = longText(value) ?? value;
  return typeof digits === 'string' && /^-?\d{1,40}$/.test(digits) ? String(BigInt(digits)) : undefined;
}

/** The failure of an answer that cannot be read. */
export function malformed(service: Service, what: string): UpstreamError {
  const message = `The answer cannot be read: ${what}.`;
  return withoutTrace(() => new UpstreamError('bad-response', message, { service }));
}
