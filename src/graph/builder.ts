// Defines the schema builder, to which every slice adds its types, the context of resolvers, and the scalars.
import SchemaBuilder from '@pothos/core';
import DirectivesPlugin from '@pothos/plugin-directives';
import { type ValueNode, valueFromASTUntyped } from 'graphql';
import { dateTime } from '../upstream/decoding/date-time.ts';
import type { Session } from '../upstream/session.ts';
import { atLiteral, badUserInput } from './errors.ts';
import type { Meter } from './meter.ts';

/** The context of resolvers. */
export interface Context {
  /** Makes the upstream calls of one request, with its caller's credentials. */
  readonly session: Session;
  /** Counts what is read for the response. */
  readonly meter: Meter;
}

/** The directives of the text for routers. */
type Directives = {
  readonly cost: { locations: 'FIELD_DEFINITION'; args: { readonly weight: number } };
  readonly key: { locations: 'OBJECT'; args: { readonly fields: string } };
  readonly link: { locations: 'SCHEMA'; args: { readonly url: string; readonly import: readonly string[] } };
  readonly listSize: {
    locations: 'FIELD_DEFINITION';
    args: {
      readonly assumedSize: number;
      readonly slicingArguments?: readonly string[];
      readonly sizedFields?: readonly string[];
      readonly requireOneSlicingArgument?: boolean;
    };
  };
  readonly shareable: { locations: 'OBJECT'; args: Record<string, never> };
  readonly specifiedBy: { locations: 'SCALAR'; args: { readonly url: string } };
};

export const builder = new SchemaBuilder<{
  Context: Context;
  Directives: Directives;
  Scalars: {
    BigInt: { Input: string; Output: string };
    DateTime: { Input: string; Output: string };
    ID: { Input: string; Output: string };
  };
}>({
  plugins: [DirectivesPlugin],
});

export type Types = typeof builder.$inferSchemaTypes;

builder.queryType({
  description:
    'The image services of one cloud: SWR (container image repositories), IMS (machine images), ModelArts (training images).',
});

/** The grammar of a scalar: in introspection, and as a directive in the text for routers. */
const specifiedBy = (url: string) => ({ specifiedByURL: url, directives: { specifiedBy: { url } } });

/** A scalar's parsers: of values in variables, and of literals, whose errors say where they are. */
const parsers = (parseValue: (value: unknown) => string) => ({
  parseValue,
  parseLiteral: (node: ValueNode) => {
    try {
      return parseValue(valueFromASTUntyped(node));
    } catch (error) {
      throw atLiteral(error, node);
    }
  },
});

builder.scalarType('BigInt', {
  description: 'An integer of up to 64 bits as a string of decimal digits: as a number, JavaScript would round it.',
  ...specifiedBy('https://www.w3.org/TR/xmlschema-2/#integer'),
  serialize: (value) => String(value),
  ...parsers((value) => {
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== 'string' || !/^-?\d{1,19}$/.test(text))
      throw badUserInput('A BigInt must be a string of decimal digits.');
    return text;
  }),
});

const DATE_TIME_GRAMMAR =
  'A DateTime must be in the format of RFC 3339, such as 2021-06-02T09:23:01Z, with an offset of up to 14:00.';

builder.scalarType('DateTime', {
  description:
    'A time in UTC in the format of RFC 3339, such as `2021-06-02T09:23:01.751202Z`, with as many fraction digits (0 to 9) as the cloud sent. An argument may have an offset of up to 14:00.',
  ...specifiedBy('https://www.rfc-editor.org/rfc/rfc3339'),
  serialize: (value) => String(value),
  ...parsers((value) => {
    // RFC 3339 allows a lower-case t and z.
    const time = typeof value === 'string' ? dateTime(value.toUpperCase()) : undefined;
    if (!time) throw badUserInput(DATE_TIME_GRAMMAR);
    return time;
  }),
});
