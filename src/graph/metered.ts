// Wraps the resolvers of a schema, so that what they read is metered: values as they are read, errors as they come, lists in turns.
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { Context } from './builder.ts';
import { contentsBelow } from './contents.ts';
import { SUPPRESSED } from './errors.ts';
import { guarded, settledWith } from './guarded.ts';
import type { Meter } from './meter.ts';
import { type ItemKind, pacedList } from './paced.ts';

type Resolver = GraphQLFieldResolver<unknown, Context>;

// What is counted is at most what the text has: where it comes close to a limit its own bytes decide.
/** Bytes of a field beside its name and its value: two quotes, a colon and a comma. */
const FIELD_BYTES = 4;
/** Bytes that a number, a boolean or a null has at least, and brackets without the comma that follows no last part. */
const PLAIN_BYTES = 1;

/**
 * Meters the fields of the object types of a schema, introspection included. Those that have no resolver get none, unless they are lists, as
 * compiled code reads them faster then: other executors need `readField` for them.
 */
export function meterSchema(schema: GraphQLSchema): void {
  for (const field of [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef]) meterIntrospection(field);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (type.name.startsWith('__')) meterIntrospection(field);
      else if (field.resolve || isListType(getNullableType(field.type)))
        field.resolve = meteredResolver(field.type, field.resolve as Resolver | undefined);
    }
  }
}

function meteredResolver(type: GraphQLOutputType, resolve: Resolver | undefined): Resolver {
  const nullable = getNullableType(type);
  if (isLeafType(nullable)) return leafResolver(resolve, type);
  return isListType(nullable) ? listResolver(resolve, type, nullable.ofType) : objectResolver(resolve, type);
}

const readers = new WeakMap<GraphQLOutputType, Resolver>();

/** Reads a field that has no resolver, and meters it. */
export const readField: Resolver = (source, args, context, info) => {
  let reader = readers.get(info.returnType);
  if (!reader) {
    reader = meteredResolver(info.returnType, undefined);
    readers.set(info.returnType, reader);
  }
  return reader(source, args, context, info);
};

/** The fields of introspection are objects of graphql-js, which all schemas share: they are metered once, and for operations only. */
const introspectors = new WeakSet<object>();

function meterIntrospection(field: GraphQLField<unknown, unknown>): void {
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolver;
  if (introspectors.has(resolve)) return;
  const metered = meteredResolver(field.type, resolve);
  const resolver: Resolver = (source, args, context: Partial<Context> | undefined, info) =>
    (context?.meter ? metered : resolve)(source, args, context as Context, info);
  introspectors.add(resolver);
  field.resolve = resolver as GraphQLFieldResolver<unknown, unknown>;
}

const bytesOf = (info: GraphQLResolveInfo) => (info.path.key as string).length + FIELD_BYTES;

/** Reads a field that has no resolver of its own. */
const read = (source: unknown, { fieldName }: GraphQLResolveInfo) =>
  (source as Readonly<Record<string, unknown>>)[fieldName];

function leafResolver(resolve: Resolver | undefined, type: GraphQLOutputType): Resolver {
  const failed = failure(type);
  const empty = emptyOf(type);
  const settled = (value: unknown, meter: Meter, info: GraphQLResolveInfo) => {
    if (value instanceof Error) return failed(value, meter, info);
    const length = typeof value === 'string' ? value.length : PLAIN_BYTES;
    return meter.add(bytesOf(info) + length) ? value : empty;
  };
  // Most values are those of fields without a resolver: nothing is done for them twice.
  const readSource: Resolver = (source, _args, { meter }, info) => {
    const value = read(source, info);
    if (typeof value === 'object' && value !== null) return settled(value, meter, info);
    const length = typeof value === 'string' ? value.length : PLAIN_BYTES;
    return meter.add((info.path.key as string).length + FIELD_BYTES + length) ? value : empty;
  };
  if (!resolve) return readSource;
  return (source, args, context, info) => {
    const { meter } = context;
    try {
      if (meter.isEnded) return empty;
      const value = resolve(source, args, context, info);
      if (!(value instanceof Promise)) return settled(value, meter, info);
      return settledWith(
        value,
        (later) => settled(later, meter, info),
        (error) => failed(error, meter, info),
        meter,
      );
    } catch (error) {
      return failed(error, meter, info);
    }
  };
}

function objectResolver(resolve: Resolver | undefined, type: GraphQLOutputType): Resolver {
  const failed = failure(type);
  const empty = emptyOf(type);
  const settled = (value: unknown, meter: Meter, info: GraphQLResolveInfo) => {
    if (value instanceof Error) return failed(value, meter, info);
    const bytes = bytesOf(info) + PLAIN_BYTES;
    if (!value) return meter.add(bytes) ? value : empty;
    return meter.addObject(bytes, value, meter.compiled && contentsBelow(info, value)) ? value : empty;
  };
  return (source, args, context, info) => {
    const { meter } = context;
    if (meter.isEnded) return empty;
    try {
      const value = resolve ? resolve(source, args, context, info) : read(source, info);
      if (!(value instanceof Promise)) return settled(value, meter, info);
      return settledWith(
        value,
        // Many may be resolved at once, as by one call for all of them.
        (later) =>
          later instanceof Error || !meter.askTurn()
            ? settled(later, meter, info)
            : meter.nextTurn().then(() => settled(meter.lateness ?? later, meter, info)),
        (error) => failed(error, meter, info),
        meter,
      );
    } catch (error) {
      return failed(error, meter, info);
    }
  };
}

function listResolver(resolve: Resolver | undefined, type: GraphQLOutputType, itemType: GraphQLOutputType): Resolver {
  const failed = failure(type);
  const empty = emptyOf(type);
  const kind: ItemKind = {
    empty: emptyOf(itemType),
    isNullable: !isNonNullType(itemType),
    isLeaf: isLeafType(getNullableType(itemType)),
  };
  const settled = (value: unknown, meter: Meter, info: GraphQLResolveInfo) => {
    if (value instanceof Error) return failed(value, meter, info);
    if (!meter.addObject(bytesOf(info) + PLAIN_BYTES, value)) return empty;
    return Array.isArray(value) ? pacedList(value, meter, kind, info) : value;
  };
  const readNow: Resolver = (source, args, context, info) => {
    const { meter } = context;
    try {
      if (meter.isEnded) return empty;
      const value = meter.lateness ?? (resolve ? resolve(source, args, context, info) : read(source, info));
      if (!(value instanceof Promise)) return settled(value, meter, info);
      return settledWith(
        value,
        (later) => settled(later, meter, info),
        (error) => failed(error, meter, info),
        meter,
      );
    } catch (error) {
      return failed(error, meter, info);
    }
  };
  return (source, args, context, info) =>
    context.meter.isTurnSpent()
      ? guarded(
          context.meter.nextTurn().then(() => readNow(source, args, context, info)),
          context.meter,
        )
      : readNow(source, args, context, info);
}

/** What a field is that fails: its error, which the engine reports, or a value in its place where it has none of its own. */
function failure(type: GraphQLOutputType) {
  const empty = emptyOf(type);
  const isNullable = !isNonNullType(type);
  return (error: unknown, meter: Meter, info: GraphQLResolveInfo): unknown => {
    if (meter.reports(error, info.path)) return error instanceof Error ? error : new Error(String(error));
    return meter.isEnded || isNullable ? empty : SUPPRESSED;
  };
}

/** What a field is that nobody reads: null, or what its type allows in its place. Below an object all fields are so, too. */
function emptyOf(type: GraphQLOutputType): unknown {
  if (!isNonNullType(type)) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [];
  if (isEnumType(nullable)) return nullable.getValues()[0]?.value;
  if (!isLeafType(nullable)) return {};
  return { Boolean: false, Int: 0, Float: 0 }[nullable.name] ?? '';
}
