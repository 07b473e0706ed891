// Decodes the fields of one record leniently, each when it is read: booleans and numbers as text, nulls, absent keys.
import type { Service } from '../../config/services.ts';
import { UpstreamError, withoutTrace } from '../errors.ts';
import { dateTime, dateTimeOfEpoch } from './date-time.ts';
import { decodeJson, encodeJson, isObject, LongNumber, type WireObject } from './json.ts';
import type { WireEnum } from './wire-enum.ts';

/** A decoded value: null as sent, undefined where the record leaves it out, an error where the wire value is malformed. */
export type Decoded<Value> = Value | null | undefined | UpstreamError;

/** Items of the longest list inside a value: a repository may have thousands of tags. */
export const MAX_ITEMS = 5000;
/** Characters of the longest JSON text that is read in a value, or written for one. */
export const MAX_JSON_LENGTH = 256 * 1024;
/** Characters of the longest text that is decoded again for each field that shows it: that takes less time than to keep the value. */
const MAX_CHEAP_LENGTH = 64;

/** Decoded values that are kept, by their record: all objects that read one record share them. */
const kept = new WeakMap<WireObject, Map<string, unknown>>();

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
    return typeof value === 'string' ? value : this.malformed(name, 'a string');
  }

  /** A 64-bit integer as its decimal digits. */
  protected int64(name: string): Decoded<string> {
    return this.#read(name, integerText, 'an integer');
  }

  protected int32(name: string): Decoded<number> {
    return this.#read(name, int32Of, 'a 32-bit integer');
  }

  /** A number, also as text; it has the precision of a double. */
  protected float(name: string): Decoded<number> {
    return this.#read(name, floatOf, 'a number');
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

  /** A list of strings, of up to `MAX_ITEMS`. */
  protected stringList(name: string): Decoded<readonly string[]> {
    const value = this.wire[name];
    if (Array.isArray(value) && value.length > MAX_ITEMS) return this.tooMany(name);
    return this.#read(name, stringListOf, 'a list of strings');
  }

  /** A list of objects, of up to `MAX_ITEMS`, or the JSON text of one, each as a source object. */
  protected objectList<Item>(name: string, make: (wire: WireObject) => Item): Decoded<readonly Item[]> {
    return this.once(`${name} as objects`, () => {
      const items = this.json(name);
      if (items === null || items === undefined || items instanceof UpstreamError) return items;
      if (!Array.isArray(items)) return this.malformed(name, OBJECTS);
      if (items.length > MAX_ITEMS) return this.tooMany(name);
      return items.every(isObject) ? items.map((item) => make(item)) : this.malformed(name, OBJECTS);
    });
  }

  /** A value of an enum; `UNKNOWN` for one that the documents do not list. */
  protected enum<Value extends string>(name: string, wireEnum: WireEnum<Value>): Decoded<Value | 'UNKNOWN'> {
    const value = this.string(name);
    return typeof value === 'string' ? (value === '' ? null : wireEnum.fromWire(value)) : value;
  }

  /** A value of an enum that is sent as a number, or as text; `raw` has it as sent. */
  protected numberedEnum<Value extends string>(name: string, wireEnum: WireEnum<Value>): Decoded<Value | 'UNKNOWN'> {
    const value = this.wire[name];
    const number = integerText(value);
    if (number !== undefined) return wireEnum.fromWire(number);
    const isFraction = typeof value === 'number' || value instanceof LongNumber;
    return isFraction ? 'UNKNOWN' : this.enum(name, wireEnum);
  }

  /**
   * The value of JSON text in a string, of up to `MAX_JSON_LENGTH`, or the value itself where it is sent as an object or a list; or an
   * UpstreamError.
   */
  protected json(name: string): unknown {
    const value = this.wire[name];
    if (typeof value === 'string' && value.length > MAX_JSON_LENGTH) return this.tooLong(name);
    return this.#read(name, jsonOf, 'JSON');
  }

  /** JSON text in a string, as sent; the JSON text of an object or a list that is sent as it is. */
  protected jsonText(name: string): Decoded<string> {
    const value = this.wire[name];
    return isObject(value) || Array.isArray(value) ? this.raw(name) : this.string(name);
  }

  /** A value of any type: a string as sent, any other value as its JSON text, an object or a list of up to `MAX_JSON_LENGTH`. */
  protected raw(name: string): Decoded<string> {
    const value = this.wire[name];
    if (value === null || value === undefined || typeof value === 'string') return value;
    if (value instanceof LongNumber) return value.text;
    if (typeof value !== 'object' && (typeof value !== 'number' || Number.isFinite(value))) return String(value);
    return this.once(`${name} as text`, () => writtenOf(value) ?? this.malformed(name, WRITABLE));
  }

  /** Decodes what takes time, once for all fields of a request. `key` tells what is decoded, and as what. */
  protected once<Value>(key: string, decode: () => Value): Value {
    let values = kept.get(this.wire);
    if (!values) {
      values = new Map();
      kept.set(this.wire, values);
    }
    if (!values.has(key)) values.set(key, decode());
    return values.get(key) as Value;
  }

  protected malformed(name: string, expected: string): UpstreamError {
    return malformed(this.service, `${name} is not ${expected}`);
  }

  /** The error of a list that is longer than `MAX_ITEMS`. */
  protected tooMany(name: string): UpstreamError {
    return malformed(this.service, `${name} has more than ${MAX_ITEMS} items`);
  }

  /** The error of JSON text that is longer than `MAX_JSON_LENGTH`. */
  protected tooLong(name: string): UpstreamError {
    return malformed(this.service, `${name} has more than ${MAX_JSON_LENGTH} characters`);
  }

  #read<Value>(name: string, decode: (value: unknown) => Value | undefined, expected: string): Decoded<Value> {
    const value = this.wire[name];
    if (value === null || value === '') return null;
    if (value === undefined) return undefined;
    const isCheap = typeof value === 'string' ? value.length <= MAX_CHEAP_LENGTH : typeof value !== 'object';
    if (!isCheap || decode === jsonOf)
      return this.once(`${name} as ${expected}`, () => decode(value) ?? this.malformed(name, expected));
    return decode(value) ?? this.malformed(name, expected);
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

const OBJECTS = 'a list of objects';
const WRITABLE = `a value that can be written as JSON of up to ${MAX_JSON_LENGTH} characters`;

function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return isObject(value) || Array.isArray(value) ? value : undefined;
  try {
    return decodeJson(value);
  } catch {
    return undefined;
  }
}

function writtenOf(value: unknown): string | undefined {
  try {
    return encodeJson(value, MAX_JSON_LENGTH);
  } catch {
    return undefined;
  }
}

function int32Of(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : Number(integerText(value));
  return number === (number | 0) ? number : undefined;
}

function floatOf(value: unknown): number | undefined {
  const text = value instanceof LongNumber ? value.text : value;
  const isText = typeof text === 'string' && text.length <= MAX_NUMBER_LENGTH && DECIMAL.test(text);
  const number = isText ? Number(text) : text;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A boolean, also as text in any case; undefined for anything else. */
export function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' && value.length <= 'false'.length ? value.toLowerCase() : '';
  return text === 'true' || (text === 'false' ? false : undefined);
}

const dateTimeOf = (value: unknown) => (typeof value === 'string' ? dateTime(value) : undefined);
const epochMillisecondsOf = (value: unknown) => dateTimeOfEpoch(Number(integerText(value)));
const stringListOf = (value: unknown) => (isStringList(value) ? value : undefined);

export const isStringList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** The decimal digits of an integer, sent as a number or as text; undefined for anything else, and for more than 40 digits. */
export function integerText(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  const text = typeof value === 'number' ? String(value) : value instanceof LongNumber ? value.text : value;
  if (typeof text !== 'string' || text.length > MAX_NUMBER_LENGTH) return undefined;
  if (CANONICAL.test(text)) return text;
  return /^-?\d{1,40}$/.test(text) ? String(BigInt(text)) : decimalInteger(text);
}

/** What most integers are: as they are shown. */
const CANONICAL = /^(?:0|-?[1-9]\d{0,39})$/;
/** A number as JSON writes it, and with leading zeros. */
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const MAX_DIGITS = 40;
/** Characters of the longest text that is read as a number. */
const MAX_NUMBER_LENGTH = 400;

/** The digits of an integer with a fraction of zeros or with an exponent, such as `40.0` and `1.2e10`. */
function decimalInteger(text: string): string | undefined {
  const [, sign = '', whole, fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.slice(0, startOfZeros(digits));
  if (significant === '') return '0';
  const zeros = digits.length - significant.length - fraction.length + Number(exponent);
  if (zeros < 0 || significant.length + zeros > MAX_DIGITS) return undefined;
  return `${sign}${significant}${'0'.repeat(zeros)}`;
}

/** Where the zeros at the end of a text begin. A pattern without an anchor before them would try each run of zeros from each of its digits. */
function startOfZeros(digits: string): number {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return end;
}

/** The failure of a response that cannot be read. */
export function malformed(service: Service, what: string): UpstreamError {
  const message = `The response cannot be read: ${what}.`;
  return withoutTrace(() => new UpstreamError('bad-response', message, { service }));
}
