// Decodes the fields of one record leniently, each when it is read: booleans and numbers as text, nulls, absent keys.
import type { Service } from '../../config/services.ts';
import { UpstreamError, withoutTrace } from '../errors.ts';
import { dateTime, dateTimeOfEpoch } from './date-time.ts';
import { decodeJson, isObject, longText, type WireObject } from './json.ts';
import type { WireEnum } from './wire-enum.ts';

/** A decoded value: null as sent, undefined where the record leaves it out, an error where the wire value is malformed. */
export type Decoded<Value> = Value | null | undefined | UpstreamError;

/**
 * The base of every source object: a wire record, and readers that decode one field of it when it is selected.
 * Shape: an empty string is null, but for `string`.
 * Errors: a malformed value is an UpstreamError, returned and not thrown: GraphQL nulls this one field.
 */
export abstract class Row {
  abstract readonly service: Service;
  readonly wire: WireObject;
  constructor(wire: WireObject) {
    this.wire = wire;
  }

  protected string(name: string): Decoded<string> {
    const value = this.wire[name];
    if (value === null || value === undefined) return value;
    return stringOf(value) ?? this.malformed(name, 'a string');
  }

  /** A 64-bit integer as its decimal digits. */
  protected int64(name: string): Decoded<string> {
    return this.#read(name, integerText, 'an integer');
  }

  protected int32(name: string): Decoded<number> {
    return this.#read(name, int32Of, 'a 32-bit integer');
  }

  /** A boolean, also as `"true"`, `"True"`, `"False"` … */
  protected boolean(name: string): Decoded<boolean> {
    return this.#read(name, booleanOf, 'a boolean');
  }

  protected dateTime(name: string): Decoded<string> {
    return this.#read(name, dateTimeOf, 'a time');
  }

  protected epochMilliseconds(name: string): Decoded<string> {
    return this.#read(name, epochMillisecondsOf, 'a time in epoch milliseconds');
  }

  protected stringList(name: string): Decoded<readonly string[]> {
    return this.#read(name, stringListOf, 'a list of strings');
  }

  /** A value of an enum; `UNKNOWN` for one that the documents do not list. */
  protected enum<Value extends string>(name: string, wireEnum: WireEnum<Value>): Decoded<Value | 'UNKNOWN'> {
    const value = this.#read(name, stringOf, 'a string');
    return typeof value === 'string' ? wireEnum.fromWire(value) : value;
  }

  /** The value of JSON text in a string, or an UpstreamError. */
  protected json(name: string): unknown {
    const text = this.#read(name, stringOf, 'a string');
    if (typeof text !== 'string') return text;
    try {
      return decodeJson(text);
    } catch {
      return this.malformed(name, 'JSON');
    }
  }

  protected malformed(name: string, expected: string): UpstreamError {
    return malformed(this.service, `${name} is not ${expected}`);
  }

  #read<Value>(name: string, decode: (value: unknown) => Value | undefined, expected: string): Decoded<Value> {
    const value = this.wire[name];
    if (value === null || value === '') return null;
    return value === undefined ? undefined : (decode(value) ?? this.malformed(name, expected));
  }
}

/**
 * Decodes a row of a list. `keyOf` reads its key.
 * Shape: an UpstreamError in the place of a row without a key.
 */
export function decodeRow<Key, Source>(
  service: Service,
  row: unknown,
  keyOf: (wire: WireObject) => Key | undefined,
  make: (wire: WireObject, key: Key) => Source,
): Source | UpstreamError {
  const key = isObject(row) ? keyOf(row) : undefined;
  return isObject(row) && key !== undefined ? make(row, key) : malformed(service, 'a row of the list has no key');
}

const stringOf = (value: unknown) => (typeof value === 'string' && longText(value) === undefined ? value : undefined);

function int32Of(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number === (number | 0) ? number : undefined;
}

function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return text === 'true' || (text === 'false' ? false : undefined);
}

const dateTimeOf = (value: unknown) => (typeof value === 'string' ? dateTime(value) : undefined);
const epochMillisecondsOf = (value: unknown) => dateTimeOfEpoch(Number(integerText(value)));
const stringListOf = (value: unknown) => (isStringList(value) ? value : undefined);

export const isStringList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** The decimal digits of an integer of any size, sent as a number or as text; undefined for anything else. */
export function integerText(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  const digits = longText(value) ?? value;
  return typeof digits === 'string' && /^-?\d{1,40}$/.test(digits) ? String(BigInt(digits)) : undefined;
}

/** The failure of a response that cannot be read. */
export function malformed(service: Service, what: string): UpstreamError {
  const message = `The response cannot be read: ${what}.`;
  return withoutTrace(() => new UpstreamError('bad-response', message, { service }));
}
