// Decodes the fields of one record leniently, each when it is read: booleans and numbers as text, nulls, absent keys.
import type { Service } from '../../config/config.ts';
import { UpstreamError, withoutTrace } from '../errors.ts';
import { dateTime, dateTimeOfEpoch } from './date-time.ts';
import { decodeJson, longText, type WireObject } from './json.ts';
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
    return typeof value === 'string' && longText(value) === undefined ? value : this.malformed(name, 'a string');
  }

  /** A 64-bit integer as its decimal digits. */
  protected int64(name: string): Decoded<string> {
    const value = this.#value(name);
    return value === null || value === undefined ? value : (integerText(value) ?? this.malformed(name, 'an integer'));
  }

  protected int32(name: string): Decoded<number> {
    const value = this.#value(name);
    if (value === null || value === undefined) return value;
    const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && number === (number | 0) ? number : this.malformed(name, 'a 32-bit integer');
  }

  /** A boolean, also as `"true"`, `"True"`, `"False"` … */
  protected boolean(name: string): Decoded<boolean> {
    const value = this.#value(name);
    if (value === null || value === undefined || typeof value === 'boolean') return value;
    const text = typeof value === 'string' ? value.toLowerCase() : '';
    return text === 'true' || (text === 'false' ? false : this.malformed(name, 'a boolean'));
  }

  protected dateTime(name: string): Decoded<string> {
    const value = this.#value(name);
    if (value === null || value === undefined) return value;
    return (typeof value === 'string' && dateTime(value)) || this.malformed(name, 'a time');
  }

  protected epochMilliseconds(name: string): Decoded<string> {
    const value = this.#value(name);
    if (value === null || value === undefined) return value;
    return dateTimeOfEpoch(Number(integerText(value))) ?? this.malformed(name, 'a time in epoch milliseconds');
  }

  protected stringList(name: string): Decoded<readonly string[]> {
    const value = this.#value(name);
    if (value === null || value === undefined) return value;
    return isStringList(value) ? value : this.malformed(name, 'a list of strings');
  }

  /** A value of an enum; `UNKNOWN` for one that the documents do not list. */
  protected enum<Value extends string>(name: string, wireEnum: WireEnum<Value>): Decoded<Value | 'UNKNOWN'> {
    const value = this.#value(name);
    if (value === null || value === undefined) return value;
    return typeof value === 'string' ? wireEnum.fromWire(value) : this.malformed(name, 'a string');
  }

  /** What the JSON text in a string says; an error may be in its place. */
  protected json(name: string): unknown {
    const value = this.#value(name);
    if (value === null || value === undefined) return value;
    if (typeof value !== 'string' || longText(value) !== undefined) return this.malformed(name, 'a string');
    try {
      return decodeJson(value);
    } catch {
      return this.malformed(name, 'JSON');
    }
  }

  protected malformed(name: string, expected: string): UpstreamError {
    return malformed(this.service, `${name} is not ${expected}`);
  }

  #value(name: string): unknown {
    const value = this.wire[name];
    return value === '' ? null : value;
  }
}

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
