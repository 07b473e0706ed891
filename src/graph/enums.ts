// Defines enum types of the graph from the enums of the upstream.
import type { EnumRef } from '@pothos/core';
import type { EnumValues, WireEnum } from '../upstream/decoding/wire-enum.ts';
import { builder, type Types } from './builder.ts';

/** An enum of what the upstream may send: it has `UNKNOWN` for values that are not listed yet, and may get new ones. */
export function openEnum<Value extends string>(name: string, description: string, { values }: WireEnum<Value>) {
  const unknown = 'A value that is not listed here; the `Raw` field beside this one has it as sent.';
  const all = [...describe(values), ['UNKNOWN', unknown] as const];
  return defineEnum<Value | 'UNKNOWN'>(name, `${description} New values may appear.`, all);
}

/** An enum of what the upstream accepts as an argument. */
export function closedEnum<Value extends string>(name: string, description: string, { values }: WireEnum<Value>) {
  return defineEnum<Value>(name, description, describe(values));
}

type Described = readonly [value: string, description: string];

const describe = (values: EnumValues<string>) =>
  Object.entries(values).map(([value, [wire, meaning]]): Described => [value, `${meaning} \`${wire}\``]);

/** Pothos infers the values of an enum only where they are written out. */
function defineEnum<Value extends string>(name: string, description: string, described: readonly Described[]) {
  const values = Object.fromEntries(described.map(([value, meaning]) => [value, { value, description: meaning }]));
  return builder.enumType(name, { description, values }) as EnumRef<Types, Value>;
}

/**
 * The direction of an order. Services spell the values differently: each slice writes its own.
 * The orders of images and of image groups share it; it was published under the name of the former.
 */
export const OrderDirection = builder.enumType('ImageOrderDirection', {
  description: 'The direction of an order.',
  values: {
    ASC: {
      value: 'ASC',
      description: 'Ascending: the smallest, the first in the alphabet or the oldest comes first. `asc`',
    },
    DESC: {
      value: 'DESC',
      description: 'Descending: the largest, the last in the alphabet or the newest comes first. `desc`',
    },
  } as const,
});
