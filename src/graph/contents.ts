// Tells what an object of a result holds beside what its resolvers count: compiled code reads fields without a resolver by itself.
import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { collectFields, type SelectionContext, selectionSetsOf } from './collect-fields.ts';

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

/** Compiled code has one array of field nodes for a field of all rows of a list. */
const contents = new WeakMap<FieldNodes, Map<string, Contents>>();

/** What an object holds that the field has returned, or an item of its list. */
export function contentsBelow(info: GraphQLResolveInfo, value: unknown): Contents {
  let byType = contents.get(info.fieldNodes);
  if (!byType) {
    byType = new Map();
    contents.set(info.fieldNodes, byType);
  }
  const type = getNamedType(info.returnType);
  const name = isAbstractType(type) ? (value as { readonly __typename: string }).__typename : type.name;
  let below = byType.get(name);
  if (!below) {
    const { schema, fragments, variableValues: variables } = info;
    const own = schema.getType(name);
    below = isObjectType(own) ? sum({ schema, fragments, variables }, own, info.fieldNodes) : NOTHING;
    byType.set(name, below);
  }
  return below;
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

const responseKey = (field: FieldNode) => field.alias?.value ?? field.name.value;
