// Types source objects that may have an error in the place of a value: GraphQL nulls it there and reports the error.
import type { ImplementableObjectRef } from '@pothos/core';
import type { UpstreamError } from '../upstream/errors.ts';
import { builder, type Types } from './builder.ts';

/** A value as the client sees it, without the error that may be in its place. */
export type Exposed<Value> =
  Value extends Promise<infer Awaited> ? Promise<Exposed<Awaited>> : Value extends UpstreamError ? never : Value;

/** A source object whose fields are exposed. */
export type ExposedFields<Source> = Source & { readonly [Field in keyof Source]: Exposed<Source[Field]> };

/** Lets a resolver return an error in the place of a value. Pothos has no type for that. */
export const exposed = <Value>(value: Value) => value as Exposed<Value>;

/** Defines an object type over source objects that may have errors in the place of values. */
export const sourceRef = <Source extends object>(name: string) =>
  builder.objectRef<Source>(name) as ImplementableObjectRef<Types, Source, ExposedFields<Source>>;
