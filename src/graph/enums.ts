// Enum types from the enums of the upstream.
import type { EnumRef } from '@pothos/core';
import type { WireEnum } from '../upstream/decoding/wire-enum.ts';
import { builder, type Types } from './builder.ts';

type ValueConfig = { value: string; description: string };

/** An enum of what the upstream may answer: it has `UNKNOWN` for words that are not listed yet, and may get new values. */
export function openEnum<Value extends string>(
  name: string,
  description: string,
  { values: known }: WireEnum<Value>,
): EnumRef<Types, Value | 'UNKNOWN', Value | 'UNKNOWN'> {
  const unknown = {
    UNKNOWN: {
      value: 'UNKNOWN',
      description: 'A word that is not listed here; the field whose name ends in `Raw` has it.',
    },
  };
  const values = { ...valuesOf(known), ...unknown };
  return builder.enumType(name, { description: `${description} New values may appear.`, values }) as unknown as EnumRef<
    Types,
    Value | 'UNKNOWN',
    Value | 'UNKNOWN'
  >;
}

/** An enum of what the upstream accepts as an argument. */
export function closedEnum<Value extends string>(
  name: string,
  description: string,
  { values }: WireEnum<Value>,
): EnumRef<Types, Value, Value> {
  return builder.enumType(name, { description, values: valuesOf(values) }) as unknown as EnumRef<Types, Value, Value>;
}

function valuesOf<Value extends string>(known: WireEnum<Value>['values']): Record<string, ValueConfig> {
  const entries = Object.entries<readonly [string, string]>(known);
  return Object.fromEntries(
    entries.map(([value, [wire, meaning]]) => [value, { value, description: `${meaning} \`${wire}\`` }]),
  );
}

/** The direction of an order. Services spell the words differently; each slice writes its own. */
export const OrderDirection = builder.enumType('ImageOrderDirection', {
  description: 'The direction of an order.',
  values: {
    ASC: { value: 'ASC', description: 'Smallest, first in the alphabet, or oldest first. `asc`' },
    DESC: { value: 'DESC', description: 'Largest, last in the alphabet, or newest first. `desc`' },
  } as const,
});
