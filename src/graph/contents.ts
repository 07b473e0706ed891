// Tells what an object of a result holds beside what its resolvers count: compiled code reads fields without a resolver by itself.
import {
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { collectFields, responseKey, type SelectionContext, selectionSetsOf } from './collect-fields.ts';

/** Names under which compiled code may read a field of a type that has no resolver: each has the whole text. */
export const MAX_NAMES = 4;

/** What an object holds in fields without a resolver, those of objects within it included. */
export interface Contents {
  /** Its fields. */
  readonly values: number;
  /** Objects within it. */
  readonly objects: number;
  /** Bytes of its names, and what a value has at least. */
  readonly bytes: number;
  /** The properties that are read, each as often as it is: with their contents those that are objects. */
  readonly properties: readonly (readonly [name: string, contents: Contents | undefined])[];
}

/** Bytes of the texts in an object. */
export function textsOf(object: unknown, { properties }: Contents): number {
  let bytes = 0;
  for (const [name, inner] of properties) {
    const value = (object as Readonly<Record<string, unknown>>)[name];
    if (typeof value === 'string') bytes += value.length;
    else if (inner && value && !(value instanceof Error)) bytes += textsOf(value, inner);
  }
  return bytes;
}

/** Bytes of a field beside its name: two quotes, a colon, a comma, and a digit. */
const FIELD_BYTES = 5;

type FieldNodes = readonly FieldNode[];

/** Contents by their type, where there may be several. */
type ContentsByType = Map<string, Contents>;

/** Compiled code has one array of field nodes for a field of all rows of a list. */
const contents = new WeakMap<FieldNodes, Contents | ContentsByType>();

/** What an object holds that the field has returned, or an item of its list. */
export function contentsBelow(info: GraphQLResolveInfo, value: unknown): Contents {
  let below = contents.get(info.fieldNodes);
  if (!below) {
    const type = getNamedType(info.returnType);
    below = isAbstractType(type) ? new Map() : contentsOf(info, type);
    contents.set(info.fieldNodes, below);
  }
  if (!(below instanceof Map)) return below;
  const name = (value as { readonly __typename: string }).__typename;
  let own = below.get(name);
  if (!own) {
    own = contentsOf(info, info.schema.getType(name));
    below.set(name, own);
  }
  return own;
}

function contentsOf(info: GraphQLResolveInfo, type: GraphQLNamedType | undefined): Contents {
  const { schema, fragments, variableValues: variables, fieldNodes } = info;
  return isObjectType(type) ? sum({ schema, fragments, variables }, type, fieldNodes) : NOTHING;
}

const NOTHING: Contents = { values: 0, objects: 0, bytes: 0, properties: [] };

function sum(context: SelectionContext, type: GraphQLObjectType, nodes: FieldNodes): Contents {
  let [values, objects, bytes] = [0, 0, 0];
  const properties: [string, Contents | undefined][] = [];
  const fields = type.getFields();
  for (const [key, group] of collectFields(context, selectionSetsOf(nodes), responseKey, type)) {
    const field = fields[group[0].name.value];
    if (field?.resolve) continue;
    values++;
    bytes += key.length + FIELD_BYTES;
    const below = field && getNamedType(field.type);
    const inner = isObjectType(below) ? sum(context, below, group) : undefined;
    // The name of a type is not read.
    if (field) properties.push([field.name, inner]);
    if (!inner) continue;
    values += inner.values;
    objects += 1 + inner.objects;
    bytes += inner.bytes;
  }
  return { values, objects, bytes, properties };
}
