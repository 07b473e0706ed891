// Decodes the fields of one record leniently, each when it is read: booleans and numbers as text, nulls, absent keys.
import type { Service } from '../../config/services.ts';
import { UpstreamError, withoutTrace } from '../errors.ts';
import { dateTime, dateTimeOfEpoch } from './date-time.ts';
import { decodeJson, encodeJson, isObject, longText, type WireObject } from './json.ts';
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

  /** The value of JSON text in a string, or the value itself where it is sent as an object or a list; or an UpstreamError. */
  protected json(name: string): unknown {
    return this.#read(name, jsonOf, 'JSON');
  }

  /** JSON text in a string, as sent; the JSON text of an object or a list that is sent as it is. */
  protected jsonText(name: string): Decoded<string> {
    return typeof this.wire[name] === 'object' ? this.raw(name) : this.string(name);
  }

  /** A value of any type: a string as sent, any other value as its JSON text. */
  protected raw(name: string): Decoded<string> {
    const value = this.wire[name];
    if (value === null || value === undefined) return value;
    return rawOf(value) ?? this.malformed(name, 'a value that can be written as JSON');
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

function jsonOf(value: unknown): unknown {
  const text = stringOf(value);
  if (text === undefined) return typeof value === 'object' ? value : undefined;
  try {
    return decodeJson(text);
  } catch {
    return undefined;
  }
}

function rawOf(value: unknown): string | undefined {
  const isWritable = typeof value !== 'number' || Number.isFinite(value);
  try {
    return stringOf(value) ?? (isWritable ? encodeJson(value) : undefined);
  } catch {
    // Nested more deeply than JSON can be written.
    return undefined;
  }
}

function int32Of(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : Number(integerText(value));
  return number === (number | 0) ? number : undefined;
}

/** A boolean, also as text in any case; undefined for anything else. */
export function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return text === 'true' || (text === 'false' ? false : undefined);
}

const dateTimeOf = (value: unknown) => (typeof value === 'string' ? dateTime(value) : undefined);
const epochMillisecondsOf = (value: unknown) => dateTimeOfEpoch(Number(integerText(value)));
const stringListOf = (value: unknown) => (isStringList(value) ? value : undefined);

export const isStringList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => stringOf(item) !== undefined);

/** The decimal digits of an integer, sent as a number or as text; undefined for anything else, and for more than 40 digits. */
export function integerText(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  const text = typeof value === 'number' ? String(value) : (longText(value) ?? value);
  if (typeof text !== 'string') return undefined;
  return /^-?\d{1,40}$/.test(text) ? String(BigInt(text)) : decimalInteger(text);
}

/** A number as JSON writes it, and with leading zeros. */
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const MAX_DIGITS = 40;
/** Characters of the longest text that is read as a number. */
const MAX_NUMBER_LENGTH = 400;

/** The digits of an integer with a fraction of zeros or with an exponent, such as `40.0` and `1.2e10`. */
function decimalInteger(text: string): string | undefined {
  const [, sign = '', whole, fraction = '', exponent = '0'] = DECIMAL.exec(text.slice(0, MAX_NUMBER_LENGTH + 1)) ?? [];
  if (whole === undefined || text.length > MAX_NUMBER_LENGTH) return undefined;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const zeros = digits.length - significant.length - fraction.length + Number(exponent);
  if (zeros < 0 || significant.length + zeros > MAX_DIGITS) return undefined;
  return `${sign}${significant}${'0'.repeat(zeros)}`;
}

/** The failure of a response that cannot be read. */
export function malformed(service: Service, what: string): UpstreamError {
  const message = `The response cannot be read: ${what}.`;
  return withoutTrace(() => new UpstreamError('bad-response', message, { service }));
}
